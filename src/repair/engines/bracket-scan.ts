/** Something open: a bracket, or the text or a hole of a template. */
export type Open = '(' | '[' | '{' | '${' | '`';

/** Where a text stands, lexically. */
export interface ScanState {
  /** What is open, outermost first. */
  readonly open: readonly Open[];
  /** For each of them, whether a regular expression may follow where it closes: `if (…) /x/`, `{ … } /x/`. */
  readonly regexAfter: readonly boolean[];
  /** For each of them how many semicolons it lacks: the head of a `for` without `of` or `in` has two. */
  readonly semicolons: readonly number[];
  /** Whether a `/` here begins a regular expression. */
  readonly regexMayFollow: boolean;
  /** The last word, if nothing but space follows it. */
  readonly word: string;
  /** The token that the text ends inside of, where it does. */
  readonly inside: 'string' | 'template' | 'comment' | 'regex' | null;
  /** Brackets that were closed and never opened in this text, in order; `'}'` closes a block or the hole of a template. */
  readonly closed: readonly (')' | ']' | '}' | '`')[];
  /** How much of the text was read before the last token began. */
  readonly boundary: number;
}

export const scanStart: ScanState = {
  open: [],
  regexAfter: [],
  semicolons: [],
  regexMayFollow: true,
  word: '',
  inside: null,
  closed: [],
  boundary: 0,
};

/** How a language writes what is no bracket. */
export type BracketLanguage = 'typescript' | 'python';

const CLOSES: Readonly<Record<string, Open>> = { ')': '(', ']': '[', '}': '{' };

// Behind these words a value begins, so `/` begins a regular expression.
const BEFORE_VALUE = new Set(
  (
    'return typeof instanceof in of new delete void throw case do else yield await default extends ' +
    'export import as satisfies'
  ).split(' '),
);
const BEFORE_CONDITION = new Set(['if', 'while', 'for', 'with']);

const SPACE = /[^\S\n]+|\n/y;
const LINE_COMMENT = /\/\/[^\n\r\u2028\u2029]*/y;
const QUOTED = /(["'])(?:\\(?:\r\n|.)|(?!\1)[^\\\n\r])*(\1|(?=[\n\r]))?/sy;
const WORD = /[\p{ID_Continue}$\p{Join_Control}]+/uy;
const REGEX = /\/(?:\\[^\n\r]|\[(?:\\[^\n\r]|[^\]\\\n\r])*\]?|[^/\\[\n\r])+(\/)?/y;
const TEMPLATE_TEXT = /(?:\\.|\$(?!\{)|[^`\\$])+/sy;
const PYTHON_COMMENT = /#[^\n\r]*/y;
const PYTHON_LONG = /("""|''')(?:\\.|(?!\1)[^\\])*(\1)?/sy;

/**
 * Reads on from a state. Strings, comments, regular expressions and templates are told from code; what would be a
 * regular expression or a division is decided by the token before, as highlighters do. Errors in the text are passed over.
 *
 * @param outer what is open around the text, innermost last, where it begins in the middle of a file: then a `}` that closes
 *   the hole of a template is known as one
 */
export function scanBrackets(
  text: string,
  from: ScanState = scanStart,
  language: BracketLanguage = 'typescript',
  outer: readonly Open[] = [],
): ScanState {
  const open = [...from.open];
  const regexAfter = [...from.regexAfter];
  const semicolons = [...from.semicolons];
  const closed = [...from.closed];
  const around = [...outer];
  let { regexMayFollow, word } = from;
  let inside: ScanState['inside'] = null;
  let at = 0;
  let boundary = 0;

  /** The end of a match at this place, and whether it came to its own end; undefined where there is none. */
  const match = (pattern: RegExp): { end: number; whole: boolean } | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    return found === null ? undefined : { end: pattern.lastIndex, whole: found.at(-1) !== undefined };
  };
  const value = (): void => {
    regexMayFollow = false;
    word = '';
  };
  const push = (bracket: Open, regex: boolean): void => {
    open.push(bracket);
    regexAfter.push(regex);
    semicolons.push(bracket === '(' && word === 'for' ? 2 : 0);
    regexMayFollow = true;
    word = '';
  };
  // A `}` can end a block or the hole of a template; only what is open tells. Others close their like.
  const close = (bracket: ')' | ']' | '}'): void => {
    word = '';
    const top = open.at(-1);
    if (top === CLOSES[bracket] || (bracket === '}' && top === '${')) {
      open.pop();
      semicolons.pop();
      regexMayFollow = regexAfter.pop() as boolean;
      return;
    }
    regexMayFollow = bracket === '}';
    // A bracket that fits nothing: it closes what fits further out, if anything does.
    const fits = open.findLastIndex((one) => one === CLOSES[bracket] || (bracket === '}' && one === '${'));
    if (fits >= 0) {
      open.length = fits;
      regexAfter.length = fits;
      semicolons.length = fits;
      return;
    }
    open.length = 0;
    regexAfter.length = 0;
    semicolons.length = 0;
    closed.push(bracket);
    const outside = around.findLastIndex(
      (one) => one === CLOSES[bracket] || (bracket === '}' && one === '${'),
    );
    if (outside >= 0) around.length = outside;
  };
  /** Whether the place is in the text of a template. */
  const inTemplate = (): boolean => (open.length > 0 ? open.at(-1) === '`' : around.at(-1) === '`');

  while (at < text.length) {
    boundary = at;
    inside = null;
    const char = text[at] as string;
    if (inTemplate()) {
      if (char === '`') {
        if (open.length > 0) {
          open.pop();
          regexAfter.pop();
          semicolons.pop();
        } else {
          around.pop();
          closed.push('`');
        }
        value();
        at += 1;
      } else if (char === '$' && text[at + 1] === '{') {
        push('${', true);
        at += 2;
      } else {
        at = match(TEMPLATE_TEXT)?.end ?? at + 1;
      }
      continue;
    }
    const space = match(SPACE);
    if (space !== undefined) {
      at = space.end;
      continue;
    }
    const comment = language === 'python' ? match(PYTHON_COMMENT) : match(LINE_COMMENT);
    if (comment !== undefined) {
      if (comment.end === text.length) inside = 'comment';
      at = comment.end;
      continue;
    }
    if (language === 'typescript' && text.startsWith('/*', at)) {
      const end = text.indexOf('*/', at + 2);
      if (end < 0) inside = 'comment';
      at = end < 0 ? text.length : end + 2;
      continue;
    }
    if (char === '"' || char === "'") {
      const quoted = ((language === 'python' && match(PYTHON_LONG)) || match(QUOTED)) as {
        end: number;
        whole: boolean;
      };
      if (!quoted.whole) inside = 'string';
      value();
      at = quoted.end;
      continue;
    }
    const identifier = match(WORD);
    if (identifier !== undefined) {
      const before = text[at - 1];
      value();
      word = text.slice(at, identifier.end);
      regexMayFollow = BEFORE_VALUE.has(word) && before !== '.';
      if ((word === 'of' || word === 'in') && before !== '.') semicolons[semicolons.length - 1] = 0;
      if (before === '.') word = '';
      at = identifier.end;
      continue;
    }
    if (language === 'typescript') {
      if (char === '`') {
        push('`', false);
        at += 1;
        continue;
      }
      if (char === '/' && regexMayFollow) {
        const regex = match(REGEX);
        if (regex !== undefined) {
          if (!regex.whole && regex.end === text.length) inside = 'regex';
          value();
          at = regex.end;
          continue;
        }
      }
    }
    if (char === '(') push('(', BEFORE_CONDITION.has(word));
    else if (char === '[') push('[', false);
    else if (char === '{') push('{', true);
    else if (char === ')' || char === ']' || char === '}') close(char);
    else {
      regexMayFollow = !(text.startsWith('++', at) || text.startsWith('--', at)) || regexMayFollow;
      if (char === ';' && (semicolons.at(-1) ?? 0) > 0) semicolons[semicolons.length - 1]! -= 1;
      word = '';
      if ((char === '+' || char === '-') && text[at + 1] === char) at += 1;
      else if (char === '=' && text[at + 1] === '>') at += 1;
    }
    at += 1;
  }
  if (inTemplate() && text !== '') inside = 'template';
  return { open, regexAfter, semicolons, regexMayFollow, word, inside, closed, boundary };
}
