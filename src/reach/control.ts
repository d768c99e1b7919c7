import { checkOptions, expected, illFormedAt } from '../engine/arguments.js';
import { Grammar } from '../engine/grammar.js';
import type { Vocabulary } from '../engine/vocabulary.js';
import { GrammaskError } from '../errors.js';

/** Which texts may stand in the slot. Their length k counts symbols: tokens, or characters. */
export interface ControlOptions {
  /**
   * The symbols are tokens: all that have a text (`'all'`), or these. A text counts only where the tokenizer, given the
   * whole prompt, writes it with just these tokens.
   */
  tokens?: 'all' | readonly number[] | undefined;
  /** The symbols are characters: `'printable-ascii'` (the default, 95 of them), each character of a string, or a list. */
  characters?: 'printable-ascii' | string | readonly string[] | undefined;
  /** Only texts that match this pattern. */
  regex?: string | RegExp | undefined;
  /** Only texts of this language. */
  grammar?: Grammar | undefined;
  /** `'json'`: the slot stands inside of a JSON string, and the text is escaped before it is put there. Characters only. */
  escape?: 'json' | undefined;
  /** Only texts whose characters can be seen or are a space. Default true for tokens; characters are taken as they are. */
  printable?: boolean | undefined;
  /**
   * `'text'` (default): what stands in the slot is a text, and goes through the tokenizer as any text does. `'ids'`: the
   * tokens are put between those of the prompt as they are, though no text may give them: only to compare with figures that
   * were found so.
   */
  identity?: 'text' | 'ids' | undefined;
}

/** A control that was read. */
export interface Control {
  readonly unit: 'token' | 'character';
  /** What can be written at a place, as bytes. */
  readonly symbols: readonly Uint8Array[];
  /** The token id of each symbol; the code point, where they are characters. */
  readonly ids: Int32Array;
  readonly language: Grammar | undefined;
  readonly escape: 'json' | undefined;
  readonly printable: boolean;
  readonly identity: 'text' | 'ids';
}

const encoder = new TextEncoder();
const printableAscii = String.fromCharCode(...Array.from({ length: 95 }, (_, index) => 32 + index));

/**
 * @param vocabulary without it, tokens are `UNSUPPORTED`
 * @throws GrammaskError `ARGUMENT`, `TOKEN_RANGE`, `UNSUPPORTED`, and what a pattern throws
 */
export function readControl(
  options: ControlOptions | undefined,
  vocabulary: Vocabulary | undefined,
): Control {
  const given = checkOptions(options, [
    ...['tokens', 'characters', 'regex', 'grammar', 'escape', 'printable', 'identity'],
  ]);
  const { tokens, characters, printable, identity = 'text' } = given;
  const escaping: unknown = given.escape;
  if (tokens !== undefined && characters !== undefined) {
    throw new GrammaskError('ARGUMENT', 'expected `tokens` or `characters` for `control`, not both', {
      hint: 'the length of a text counts one or the other',
    });
  }
  if (escaping !== undefined && escaping !== 'json') throw expected("'json'", 'control.escape', escaping);
  if (printable !== undefined && typeof printable !== 'boolean') {
    throw expected('true or false', 'control.printable', printable);
  }
  if (identity !== 'text' && identity !== 'ids')
    throw expected("'text' or 'ids'", 'control.identity', identity);
  const language = readLanguage(given);
  const unit = tokens === undefined ? 'character' : 'token';
  if (unit === 'token' && escaping !== undefined) {
    throw new GrammaskError('UNSUPPORTED', '`escape` goes with `characters`', {
      hint: 'an escaped text has other tokens than the text, so that its length in tokens means nothing',
    });
  }
  if (unit === 'character' && identity === 'ids') {
    throw new GrammaskError('UNSUPPORTED', "identity: 'ids' goes with `tokens`");
  }
  if (tokens !== undefined && vocabulary === undefined) {
    throw new GrammaskError(
      'UNSUPPORTED',
      '`control.tokens` needs the tokenizer, which a server does not show',
      {
        hint: 'count characters: control.characters',
      },
    );
  }
  const ids =
    vocabulary === undefined || tokens === undefined
      ? codePoints(characters ?? printableAscii)
      : tokenIds(tokens, vocabulary);
  if (ids.length === 0) {
    throw new GrammaskError('ARGUMENT', 'the control has no symbols', {
      hint: 'name the tokens or the characters that may be written',
    });
  }
  const symbols = Array.from(ids, (id) =>
    vocabulary === undefined || unit === 'character'
      ? encoder.encode(String.fromCodePoint(id))
      : Uint8Array.from(vocabulary.bytes(id)),
  );
  return {
    unit,
    symbols,
    ids,
    language,
    escape: escaping,
    printable: printable ?? unit === 'token',
    identity,
  };
}

function readLanguage({ regex, grammar }: ControlOptions): Grammar | undefined {
  if (regex !== undefined && grammar !== undefined) {
    throw new GrammaskError('ARGUMENT', 'expected `regex` or `grammar` for `control`, not both');
  }
  if (regex !== undefined) return Grammar.regex(regex);
  if (grammar !== undefined && !(grammar instanceof Grammar))
    throw expected('a Grammar', 'control.grammar', grammar);
  return grammar;
}

function tokenIds(tokens: 'all' | readonly number[], vocabulary: Vocabulary): Int32Array {
  const hasText = (id: number): boolean =>
    !vocabulary.isSpecial(id) && !vocabulary.stopTokens.includes(id) && vocabulary.bytes(id).length > 0;
  if (tokens === 'all') {
    return Int32Array.from(Array.from({ length: vocabulary.tokenCount }, (_, id) => id).filter(hasText));
  }
  if (!Array.isArray(tokens)) throw expected("'all' or a list of token ids", 'control.tokens', tokens);
  const ids = [...new Set(tokens)];
  for (const id of ids) {
    if (!Number.isInteger(id) || id < 0 || id >= vocabulary.tokenCount) {
      throw new GrammaskError('TOKEN_RANGE', `\`control.tokens\` has ${String(id)}, which is no token`);
    }
    if (!hasText(id)) {
      throw new GrammaskError('ARGUMENT', `the token ${id} of \`control.tokens\` has no text`, {
        hint: 'nobody can write a special token as text',
        location: { token: id },
      });
    }
  }
  return Int32Array.from(ids);
}

function codePoints(characters: string | readonly string[]): Int32Array {
  const text = characters === 'printable-ascii' ? printableAscii : characters;
  const list: readonly unknown[] = typeof text === 'string' ? Array.from(text) : text;
  if (!Array.isArray(list)) throw expected('a string, or a list of characters,', 'control.characters', list);
  const points = list.map((char) => {
    if (typeof char !== 'string' || Array.from(char).length !== 1 || illFormedAt(char) >= 0) {
      throw expected('one character', 'control.characters', char);
    }
    return char.codePointAt(0) as number;
  });
  return Int32Array.from(new Set(points));
}

/** What stands in the prompt for a text. */
export function insertedText(control: Control, text: string): string {
  return control.escape === undefined ? text : JSON.stringify(text).slice(1, -1);
}

/** Whether each character of a text can be seen, or is a space. */
export function isPrintable(text: string): boolean {
  return /^[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}]*$/u.test(text) && !text.includes('\u{FFFD}');
}
