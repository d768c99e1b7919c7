import { RESERVED, TYPE_WORDS } from './words.js';

/** What a state reads at a time: a class of tokens. */
export type Terminal =
  /** One of these words. */
  | { readonly kind: 'words'; readonly words: readonly string[] }
  /** One of these punctuators. */
  | { readonly kind: 'punctuators'; readonly texts: readonly string[] }
  /**
   * A word of a class. `value`: an identifier that refers to a value, a slot; `member`: a name behind a dot, a slot;
   * `plain`: any other identifier, such as the name of a declaration; `name`: any word, reserved or not; `type`: a word
   * that may be a type.
   */
  | { readonly kind: 'value' | 'member' | 'plain' | 'name' | 'type' }
  /** `integer`: decimal digits alone, behind which no dot may follow; `fraction` begins with a dot. */
  | { readonly kind: 'integer' | 'number' | 'fraction' | 'string' | 'regex' | 'private' }
  /** Characters of a template. */
  | { readonly kind: 'characters' };

/** A token of a text, as the lexer gives it. */
export interface Token {
  readonly kind:
    | 'word'
    | 'punctuator'
    | 'integer'
    | 'number'
    | 'fraction'
    | 'string'
    | 'regex'
    | 'private'
    | 'characters';
  /** Its text; words have their escapes decoded nowhere: an escaped word is no keyword. */
  readonly text: string;
  readonly start: number;
  /** Whether a line end stands between it and the token before. */
  readonly newline: boolean;
}

export function matches(terminal: Terminal, token: Token): boolean {
  switch (terminal.kind) {
    case 'words':
      return token.kind === 'word' && terminal.words.includes(token.text);
    case 'punctuators':
      return token.kind === 'punctuator' && terminal.texts.includes(token.text);
    case 'value':
    case 'plain':
      return token.kind === 'word' && !RESERVED.has(token.text);
    case 'member':
    case 'name':
      return token.kind === 'word';
    case 'type':
      return token.kind === 'word' && (!RESERVED.has(token.text) || TYPE_WORDS.has(token.text));
    default:
      return token.kind === terminal.kind;
  }
}

/**
 * What may not stand right behind a terminal, since the two would be one token: behind a word no word, behind an integer
 * no dot either, behind a `!` no `=`.
 */
export type Glue = 'free' | 'word' | 'integer' | 'bang';

/** What the first character of a terminal is, as far as `Glue` asks. */
export type First = 'word' | 'dot' | 'equals' | 'other';

export function glueBehind(terminal: Terminal): Glue {
  switch (terminal.kind) {
    case 'punctuators':
      return terminal.texts.length === 1 && terminal.texts[0] === '!' ? 'bang' : 'free';
    case 'string':
    case 'characters':
      return 'free';
    case 'integer':
      return 'integer';
    default:
      return 'word';
  }
}

export function isAllowed(glue: Glue, first: First): boolean {
  if (first === 'word') return glue === 'free' || glue === 'bang';
  if (first === 'dot') return glue !== 'integer';
  return first !== 'equals' || glue !== 'bang';
}

/** The parts of a terminal by their first characters. */
export function partsByFirst(terminal: Terminal): [First, Terminal][] {
  if (terminal.kind !== 'punctuators') {
    const { kind } = terminal;
    const other = kind === 'string' || kind === 'regex' || kind === 'private' || kind === 'characters';
    return [[other ? 'other' : kind === 'fraction' ? 'dot' : 'word', terminal]];
  }
  const groups = new Map<First, string[]>();
  for (const text of terminal.texts) {
    const first = text[0] === '.' ? 'dot' : text[0] === '=' ? 'equals' : 'other';
    const group = groups.get(first);
    if (group === undefined) groups.set(first, [text]);
    else group.push(text);
  }
  return [...groups].map(([first, texts]) => [first, { kind: 'punctuators', texts }]);
}
