import type { Bracket, Machine, Position } from './machine.js';
import { stateOf } from './machine.js';
import { scan } from './scan.js';
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
/** How many tokens are read to see whether a state fits. */
const LOOK_AHEAD = 16;

const WORD_CHARACTER = new RegExp(WORD_PART, 'u');
const OPENERS: Readonly<Record<string, Bracket>> = { ')': '(', ']': '[', '}': '{' };
const DIVISION: Token = { kind: 'punctuator', text: '/', start: 0, newline: false };
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
  previous: Token | undefined;
  /** Whether the last `)` ended the head of an `if` or the like. */
  headEnded: boolean;
}

function bracketsOfSuffix(source: string, at: number, template: boolean, holes: number): Bracket[][] {
  const results: Bracket[][] = [];
  const threads: Thread[] = [{ at, local: [], closed: [], template, previous: undefined, headEnded: false }];
  for (let count = 0; threads.length > 0 && count < MAX_READINGS; count++) {
    const thread = threads.pop() as Thread;
    const fork = (): void => {
      const used = thread.closed.filter((bracket) => bracket === '${').length;
      if (thread.closed.length > 0 && used >= holes) return;
      threads.unshift({ ...thread, local: [], closed: [...thread.closed, '${'], template: true });
    };
    if (runThread(source, thread, fork)) results.push([...thread.closed].reverse());
  }
  return results;
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
  if (previous === undefined) return false;
  if (previous.kind === 'word') return OPERATOR_WORDS.has(previous.text);
  if (previous.kind !== 'punctuator') return false;
  if (previous.text === ')') return thread.headEnded;
  return previous.text !== ']' && previous.text !== '`' && previous.text !== '}';
}

/** The part of a suffix at which `followsState` looks, at least. */
export function firstTokens(suffix: string): string {
  let at = 0;
  // A template or a division read in another way is longer at most; so are comments.
  for (let count = 0; count < LOOK_AHEAD; count++) {
    const found = scan(suffix, at, { template: false, regex: () => true });
    if (found.kind !== 'token') return suffix;
    at = found.end;
  }
  return suffix.slice(0, at);
}

/** How many tokens of the suffix, as far as one looks, can follow the positions; `Infinity` for all. */
export function reachOf(machine: Machine, starts: readonly Position[], suffix: string): number {
  let positions: Position[] = [...starts];
  let at = 0;
  for (let count = 0; count < LOOK_AHEAD; count++) {
    const template = positions.some(({ state }) => stateOf(state).raw === true);
    const current = positions;
    const regex = (): boolean => machine.step(current, DIVISION).length === 0;
    const found = scan(suffix, at, { template, regex });
    if (found.kind === 'error') return count;
    if (found.kind === 'unfinished') return found.what === 'string' ? count : Number.POSITIVE_INFINITY;
    const newline = found.kind === 'end' || found.token.newline;
    const all = machine.closure(positions, newline);
    // Behind the first token, what nothing is known of may have been reached.
    if (count > 0 && all.some(({ state }) => state === 'beyond')) return Number.POSITIVE_INFINITY;
    if (found.kind === 'end') {
      const isOver = all.some(({ state, stack }) => state === 'S' && stack === undefined);
      return isOver ? Number.POSITIVE_INFINITY : count;
    }
    const { token, end } = found;
    positions = machine.step(positions, token);
    if (positions.length === 0) return count;
    at = end;
  }
  return Number.POSITIVE_INFINITY;
}

/** What the first character of a suffix forbids at the end of the hole, and whether a line ends there. */
export function borderOf(suffix: string): { word: boolean; line: boolean } {
  const first = String.fromCodePoint(suffix.codePointAt(0) ?? 10);
  return { word: first === '\\' || WORD_CHARACTER.test(first), line: LINE_END.test(first) };
}
