import type { PerlDialect } from './perl-classes.js';

/** Flags that a pattern can set within itself. */
export interface GroupFlags {
  /** Flag i. */
  readonly ignoreCase: boolean;
  /** Flag m: `^` and `$` hold at line ends too. */
  readonly multiline: boolean;
  /** Flag s: `.` matches line ends too. */
  readonly dotAll: boolean;
  /** Flag x: white space and comments mean nothing. */
  readonly verbose: boolean;
  /** Flag R of Rust: a line ends with \r\n, \n or \r. */
  readonly crlf: boolean;
  /** Flag u: `\d`, `\s`, `\w` and `\b` know characters beyond ASCII. */
  readonly unicode: boolean;
}

/** What a parenthesis opens. `flags` and `comment` open nothing: they end where they stand. */
export interface GroupOpening {
  readonly kind: 'group' | 'lookAhead' | 'lookBehind' | 'flags' | 'comment';
  readonly negated?: boolean;
  /** The flags in force inside, or from here on. */
  readonly flags?: GroupFlags;
  readonly end: number;
}

export interface GroupContext {
  readonly pattern: string;
  readonly dialect: PerlDialect;
  readonly flags: GroupFlags;
  /** Without flag u, bytes are read. */
  readonly bytes: boolean;
  /** Names of groups so far. */
  readonly names: Set<string>;
  readonly fail: (offset: number, message: string, hint?: string) => never;
  readonly refuse: (offset: number, what: string, hint: string) => void;
}

const NAMED = /\(\?(?:P?<([^>=!][^>]*)>|'([^']+)')/y;
const FLAGS = /\(\?(\^?)([A-Za-z]*)(?:-([A-Za-z]*))?([:)])/y;
const NAME = /^[A-Za-z_\p{L}][\w.[\]\p{L}\p{M}\p{Nd}]*$/u;
const FLAG_OF: ReadonlyMap<string, keyof GroupFlags> = new Map([
  ['i', 'ignoreCase'],
  ['m', 'multiline'],
  ['s', 'dotAll'],
  ['x', 'verbose'],
  ['u', 'unicode'],
  ['R', 'crlf'],
]);
/** Letters that change no language: greed, names, captures. */
const IDLE: Readonly<Record<PerlDialect, string>> = { rust: 'U', pcre: 'UJn', xgrammar: '' };
const KNOWN: Readonly<Record<PerlDialect, string>> = { rust: 'imsxuR', pcre: 'imsx', xgrammar: 'isux' };

/** Reads what the parenthesis at an offset opens. */
export function readGroupOpening(context: GroupContext, at: number): GroupOpening {
  const { pattern, dialect, names, fail, refuse } = context;
  if (pattern[at + 1] === '*' && dialect === 'pcre' && /[A-Za-z]/.test(pattern[at + 2] ?? '')) {
    const close = pattern.indexOf(')', at);
    refuse(at, 'a verb (*…)', 'leave it out');
    return { kind: 'comment', end: close < 0 ? pattern.length : close + 1 };
  }
  if (pattern[at + 1] !== '?') return { kind: 'group', end: at + 1 };
  const mark = pattern.slice(at + 2, at + 4);
  if (mark.startsWith(':')) return { kind: 'group', end: at + 3 };
  if (mark.startsWith('=') || mark.startsWith('!')) {
    if (dialect === 'rust') refuse(at, 'a look-ahead, which Rust does not have,', "use the dialect 'pcre'");
    return { kind: 'lookAhead', negated: mark.startsWith('!'), end: at + 3 };
  }
  if (mark === '<=' || mark === '<!') {
    if (dialect !== 'pcre') refuse(at, `a look-behind in the dialect ${dialect}`, "use the dialect 'pcre'");
    return { kind: 'lookBehind', negated: mark === '<!', end: at + 4 };
  }
  NAMED.lastIndex = at;
  const named = NAMED.exec(pattern);
  if (named !== null && (named[2] === undefined || dialect === 'pcre')) {
    const name = (named[1] ?? named[2]) as string;
    if (!NAME.test(name)) fail(at, 'a group has an invalid name');
    if (names.has(name)) fail(at, `two groups have the name ${name}`);
    names.add(name);
    return { kind: 'group', end: at + named[0].length };
  }
  if (dialect === 'pcre') {
    const special = pcreGroup(context, at, mark);
    if (special !== undefined) return special;
  }
  FLAGS.lastIndex = at;
  const found = FLAGS.exec(pattern);
  if (found === null || found[0] === '(?)') {
    return fail(at, 'an invalid group', 'write (?: for a group, (?i: for one that ignores case');
  }
  const [all, reset, on = '', off = '', close] = found;
  const flags = changed(context, at, reset === '^' && dialect === 'pcre', on, off);
  return { kind: close === ')' ? 'flags' : 'group', flags, end: at + all.length };
}

function pcreGroup({ pattern, refuse }: GroupContext, at: number, mark: string): GroupOpening | undefined {
  const close = pattern.indexOf(')', at);
  const behind = close < 0 ? pattern.length : close + 1;
  if (mark.startsWith('#')) return { kind: 'comment', end: behind };
  // The numbers of groups mean nothing here.
  if (mark.startsWith('|')) return { kind: 'group', end: at + 3 };
  if (mark.startsWith('>')) {
    refuse(at, 'an atomic group', 'write (?: … ): the whole text is matched');
    return { kind: 'group', end: at + 3 };
  }
  if (mark.startsWith('(')) {
    refuse(at, 'a condition', 'write the alternatives out');
    return { kind: 'group', end: at + 2 };
  }
  if (/^(?:R|[+-]?\d|&|P>|P=|C)/.test(mark)) {
    refuse(at, mark === 'P=' ? 'a back-reference' : 'a call of a group', 'write a grammar with rules');
    return { kind: 'comment', end: behind };
  }
  return undefined;
}

function changed(
  { pattern, dialect, flags, bytes, fail, refuse }: GroupContext,
  at: number,
  reset: boolean,
  on: string,
  off: string,
): GroupFlags {
  const result: { -readonly [Key in keyof GroupFlags]: boolean } = { ...flags };
  if (reset) Object.assign(result, { ignoreCase: false, multiline: false, dotAll: false, verbose: false });
  const letters = on + off;
  for (let index = 0; index < letters.length; index++) {
    const letter = letters[index] as string;
    if (letters.indexOf(letter) < index && dialect === 'rust') fail(at, `flag ${letter} stands twice`);
    if (IDLE[dialect].includes(letter)) continue;
    if (!KNOWN[dialect].includes(letter)) {
      fail(at, `${letter} is no flag that a pattern of the dialect ${dialect} can set`);
    }
    result[FLAG_OF.get(letter) as keyof GroupFlags] = index < on.length;
  }
  if (!result.unicode && flags.unicode && dialect === 'rust' && !bytes) {
    // Without u Rust matches bytes: what is not negated is ASCII, the rest may be no text.
    const rest = pattern.slice(at);
    if (/[.^]|\\[DSWPB]/.test(rest.replace(/\\\./g, ''))) {
      refuse(
        at,
        'flag u switched off before a . or a negated set, which match bytes then,',
        'name the characters',
      );
    }
  }
  return result;
}
