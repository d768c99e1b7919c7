import type { Automaton, Readings } from './readings.js';
import { type Scan, scan } from './scan.js';
import type { Bracket } from './state-table.js';
import type { Token } from './terminals.js';
import { LINE_END, WORD_PART } from './words.js';

/** One way to read what follows a hole. */
export interface SuffixReading {
  /** What the hole ends in: code, the characters of a template, or a block comment. */
  readonly begins: 'code' | 'template' | 'comment';
  /** The brackets that are open at the end of the hole, outermost first. */
  readonly brackets: readonly Bracket[];
}

/** Readings that differ in which `}` ends a hole of a template; more are not looked at. */
const MAX_READINGS = 16;
/** How many tokens are read to see whether a state fits: of any suffix, and of one that some state can read to its end. */
const NEAR = 16;
const FAR = 10_000;

const WORD_CHARACTER = new RegExp(WORD_PART, 'u');
const OPENERS: Readonly<Record<string, Bracket>> = { ')': '(', ']': '[', '}': '{' };
/** Words behind which an operand stands, so that a `/` begins a regular expression. */
const OPERATOR_WORDS = new Set(
  'return typeof case in instanceof of delete void throw new do else await yield'.split(' '),
);
const HEADS = new Set(['if', 'while', 'for', 'with']);

/**
 * All ways to read a suffix. None at all means that its brackets or its tokens are in disorder; then `disordered` is one
 * that takes as many as make sense.
 */
export function readSuffix(
  source: string,
  prefix: { readonly brackets: readonly Bracket[]; readonly inComment: boolean },
): { readings: SuffixReading[]; disordered: boolean } {
  const holes = prefix.brackets.filter((bracket) => bracket === '${').length;
  const readings: SuffixReading[] = [];
  const add = (begins: SuffixReading['begins'], at: number): void => {
    for (const brackets of bracketsOfSuffix(source, at, begins === 'template', holes)) {
      readings.push({ begins, brackets });
    }
  };
  add('code', 0);
  const noCode = readings.length === 0;
  if (source.includes('`')) add('template', 0);
  const end = source.indexOf('*/');
  const begin = source.indexOf('/*');
  if (end >= 0 && (noCode || prefix.inComment || begin < 0 || begin > end)) add('comment', end + 2);
  if (readings.length > 0) return { readings, disordered: false };
  return { readings: [{ begins: 'code', brackets: prefix.brackets }], disordered: true };
}

interface Thread {
  at: number;
  /** Brackets opened in the suffix, innermost last. */
  readonly local: { bracket: Bracket; head: boolean }[];
  /** What the suffix closes of before, innermost first. */
  readonly closed: Bracket[];
  /** Whether the characters of a template follow that began before the suffix. */
  template: boolean;
  /** Whether the hole ends where an operand is to follow, so that a `/` at the start of the suffix begins a regular expression. */
  readonly operandFirst: boolean;
  previous: Token | undefined;
  /** Whether the last `)` ended the head of an `if` or the like. */
  headEnded: boolean;
}

function bracketsOfSuffix(source: string, at: number, template: boolean, holes: number): Bracket[][] {
  const results = new Map<string, Bracket[]>();
  const lastQuote = source.lastIndexOf('`');
  const begin = { at, template, previous: undefined, headEnded: false };
  const begun = (operandFirst: boolean): Thread => ({ ...begin, local: [], closed: [], operandFirst });
  const threads = beginsWithSlash(source, at, template) ? [begun(true), begun(false)] : [begun(false)];
  for (let count = 0; threads.length > 0 && count < MAX_READINGS; count++) {
    const thread = threads.pop() as Thread;
    const fork = (): void => {
      // The hole itself may begin a template, in whose braces it ends.
      const used = thread.closed.filter((bracket) => bracket === '${').length;
      if (used > holes || lastQuote < thread.at) return;
      threads.unshift({ ...thread, local: [], closed: [...thread.closed, '${'], template: true });
    };
    if (!runThread(source, thread, fork)) continue;
    const brackets = [...thread.closed].reverse();
    results.set(brackets.join(' '), brackets);
  }
  return [...results.values()];
}

/** Whether what a `/` is decides how a suffix is read from its first token on. */
function beginsWithSlash(source: string, at: number, template: boolean): boolean {
  let isAsked = false;
  const regex = (): boolean => {
    isAsked = true;
    return false;
  };
  scan(source, at, { template, regex });
  return isAsked;
}

/** Reads to the end; whether all is in order there. */
function runThread(source: string, thread: Thread, fork: () => void): boolean {
  const { local, closed } = thread;
  for (;;) {
    const top = local[local.length - 1];
    const template = top === undefined ? thread.template : top.bracket === '`';
    const found = scan(source, thread.at, { template, regex: () => beginsRegex(thread) });
    if (found.kind === 'end') return local.length === 0 && !template;
    if (found.kind === 'unfinished') return found.what === 'lineComment' && local.length === 0;
    if (found.kind === 'error') return false;
    const { token } = found;
    thread.at = found.end;
    if (token.kind === 'punctuator' && !readBracket(thread, token, template, fork)) return false;
    if (token.text === '`' && top === undefined && template) closed.push('`');
    thread.previous = token;
  }
}

function readBracket(thread: Thread, token: Token, template: boolean, fork: () => void): boolean {
  const { local, closed } = thread;
  const top = local[local.length - 1];
  switch (token.text) {
    case '(':
      local.push({ bracket: '(', head: HEADS.has(thread.previous?.text ?? '') });
      return true;
    case '[':
    case '{':
    case '${':
      local.push({ bracket: token.text, head: false });
      return true;
    case '`':
      if (!template) local.push({ bracket: '`', head: false });
      else if (top !== undefined) local.pop();
      else thread.template = false;
      return true;
    case ')':
    case ']':
    case '}': {
      const opener = OPENERS[token.text] as Bracket;
      if (top === undefined) {
        if (token.text === '}') fork();
        closed.push(opener);
        thread.headEnded = false;
        return true;
      }
      local.pop();
      thread.headEnded = top.head;
      return top.bracket === opener || (token.text === '}' && top.bracket === '${');
    }
    default:
      return true;
  }
}

function beginsRegex(thread: Thread): boolean {
  const { previous } = thread;
  if (previous === undefined) return thread.operandFirst;
  if (previous.kind === 'word') return OPERATOR_WORDS.has(previous.text);
  if (previous.kind !== 'punctuator') return false;
  if (previous.text === ')') return thread.headEnded;
  return previous.text !== ']' && previous.text !== '`' && previous.text !== '}';
}

/** What of a suffix can follow readings. */
export interface LookAhead {
  /** How many of its first tokens; `Infinity` for as many as one looks at. */
  near(readings: Readings): number;
  /** Whether all of it can, up to the bracket with which what is open is closed. */
  far(readings: Readings): boolean;
}

/** A token of code: what it is may depend on whether a regular expression may begin there. */
interface Scanned {
  always?: Scan;
  regex?: Scan;
  division?: Scan;
}

export function createLookAhead(automaton: Automaton, suffix: string): LookAhead {
  const inTemplate = new Map<number, Scan>();
  const inCode = new Map<number, Scanned>();
  function scanAt(at: number, readings: Readings): Scan {
    if (readings.template) {
      let found = inTemplate.get(at);
      if (found === undefined) {
        found = scan(suffix, at, { template: true, regex: () => false });
        inTemplate.set(at, found);
      }
      return found;
    }
    let known = inCode.get(at);
    if (known === undefined) {
      known = {};
      inCode.set(at, known);
    }
    if (known.always !== undefined) return known.always;
    const isAsked = known.regex !== undefined || known.division !== undefined;
    const before = isAsked ? known[automaton.beginsRegex(readings) ? 'regex' : 'division'] : undefined;
    if (before !== undefined) return before;
    let asked: boolean | undefined;
    const regex = (): boolean => {
      asked = automaton.beginsRegex(readings);
      return asked;
    };
    const found = scan(suffix, at, { template: false, regex });
    known[asked === undefined ? 'always' : asked ? 'regex' : 'division'] = found;
    return found;
  }

  /** By place and readings, for as many tokens as are left: how many can be read from the beginning on. */
  const reaches = new Map<string, number>();
  function reachOf(start: Readings, most: number): number {
    const way: string[] = [];
    let readings = start;
    let at = 0;
    let reach: number | undefined;
    for (let count = 0; reach === undefined; count++) {
      // How far a look reaches that ends depends on where it began; one that does not ends where the text does.
      const key = `${at} ${readings.id} ${most === NEAR ? count : 'far'}`;
      reach = reaches.get(key);
      if (reach !== undefined) break;
      way.push(key);
      const found = count < most ? scanAt(at, readings) : undefined;
      reach = reachAt(automaton, readings, count, found);
      if (reach !== undefined || found?.kind !== 'token') continue;
      readings = automaton.step(readings, found.token);
      at = found.end;
    }
    for (const key of way) reaches.set(key, reach);
    return reach;
  }

  return {
    near: (readings) => reachOf(readings, NEAR),
    far: (readings) => reachOf(readings, FAR) === Number.POSITIVE_INFINITY,
  };
}

/** How far readings reach that have read so many tokens; undefined where the next one decides. */
function reachAt(
  automaton: Automaton,
  readings: Readings,
  count: number,
  found: Scan | undefined,
): number | undefined {
  if (readings.positions.length === 0) return count - 1;
  if (found === undefined) return Number.POSITIVE_INFINITY;
  if (found.kind === 'error') return count;
  if (found.kind === 'unfinished') return found.what === 'string' ? count : Number.POSITIVE_INFINITY;
  const newline = found.kind === 'end' || found.token.newline;
  const all = automaton.closure(readings, newline);
  // Behind the first token, what nothing is known of may have been reached.
  if (count > 0 && all.some(({ state }) => state === 'beyond')) return Number.POSITIVE_INFINITY;
  if (found.kind !== 'end') return undefined;
  const isOver = all.some(({ state, stack }) => state === 'S' && stack === undefined);
  return isOver ? Number.POSITIVE_INFINITY : count;
}

/** What the first character of a suffix forbids at the end of the hole, and whether a line ends there. */
export function borderOf(suffix: string): { word: boolean; line: boolean } {
  const first = String.fromCodePoint(suffix.codePointAt(0) ?? 10);
  return { word: first === '\\' || WORD_CHARACTER.test(first), line: LINE_END.test(first) };
}
