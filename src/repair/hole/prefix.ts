import { bracketsOf, type Frame, type Machine, type Position } from './machine.js';
import { type Automaton, automaton, type Readings } from './readings.js';
import { scan, type Unfinished } from './scan.js';
import type { Bracket } from './state-table.js';
import { STATES } from './states.js';
import { type Glue, glueBehind, type Token } from './terminals.js';

/** What a text leaves open for what follows it. */
export interface PrefixFacts {
  readonly automaton: Automaton;
  /** All readings. */
  readonly positions: readonly Position[];
  /** Whether there is no text. */
  readonly isEmpty: boolean;
  /** The brackets that are open, outermost first. */
  readonly brackets: readonly Bracket[];
  /** What may not follow without a space, because it would be one token with the last. */
  readonly glue: Glue;
  /** Whether a line end stands behind the last token. */
  readonly newline: boolean;
  /** The token or comment in which the text ends, and its text so far. */
  readonly unfinished: { readonly what: Unfinished; readonly text: string } | undefined;
  /** Places at which the text was no TypeScript: there, all states are taken for possible. */
  readonly recovered: readonly number[];
}

/** More readings are not followed behind an error. */
const MAX_STACKS = 8;

/** A place behind a token of a text that was read, from which another text with the same beginning is read on. */
interface Mark {
  readonly at: number;
  /** The beginning up to here tells the tokens before the mark: behind a line end, that is so. */
  readonly least: number;
  readonly readings: Readings;
  readonly glue: Glue;
}

interface Read {
  readonly source: string;
  readonly automaton: Automaton;
  readonly marks: readonly Mark[];
}

/** The texts read last: holes of one file share most of their prefix. */
let lastRead: readonly Read[] = [];
const KEPT_TEXTS = 4;
const MARK_DISTANCE = 256;

/** The last mark of the texts read before that a text shares, and those before it. */
function marksIn(source: string, inUse: Automaton): readonly Mark[] {
  let best: readonly Mark[] = [];
  for (const { source: other, automaton, marks } of lastRead) {
    if (automaton !== inUse) continue;
    let low = 0;
    let high = marks.length;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (source.startsWith(other.slice(0, (marks[middle - 1] as Mark).least))) low = middle;
      else high = middle - 1;
    }
    if (low > 0 && (marks[low - 1] as Mark).at > (best.at(-1)?.at ?? 0)) best = marks.slice(0, low);
  }
  return best;
}

/** Reads a text from its beginning. `onToken` is told each token. */
export function readPrefix(source: string, onToken?: (token: Token) => void): PrefixFacts {
  const inUse = automaton();
  const marks = onToken === undefined ? [...marksIn(source, inUse)] : [];
  const from = marks.at(-1);
  const hashbang = /^#!.*/.exec(source)?.[0] ?? '';
  let readings = from?.readings ?? inUse.of([{ state: 'S', stack: undefined }]);
  const recovered: number[] = [];
  let at = from?.at ?? hashbang.length;
  let glue: Glue = from?.glue ?? 'free';
  let newline = false;
  let unfinished: PrefixFacts['unfinished'];
  if (hashbang !== '' && hashbang === source) unfinished = { what: 'lineComment', text: hashbang };
  while (unfinished === undefined) {
    const current = readings;
    const regex = (): boolean => inUse.beginsRegex(current);
    const found = scan(source, at, { template: readings.template, regex });
    if (found.kind === 'end') {
      if (found.spaced) glue = 'free';
      if (found.newline) newline = true;
      break;
    }
    if (found.kind === 'unfinished') {
      newline = found.newline || (newline && glue === 'free');
      unfinished = { what: found.what, text: source.slice(found.start) };
      break;
    }
    if (found.kind === 'error') {
      recovered.push(found.start);
      at = found.start + 1;
      continue;
    }
    const { token, end } = found;
    onToken?.(token);
    const next = inUse.step(readings, token);
    if (next.positions.length === 0) {
      recovered.push(token.start);
      readings = inUse.of(recover(inUse.machine, readings.positions, token));
    } else {
      readings = next;
    }
    at = end;
    newline = false;
    glue = glueOf(token);
    if (recovered.length === 0 && at >= (marks.at(-1)?.at ?? 0) + MARK_DISTANCE) {
      const lineEnd = source.indexOf('\n', at);
      if (lineEnd >= 0) marks.push({ at, least: lineEnd + 1, readings, glue });
    }
  }
  if (marks.length > 0) {
    const others = lastRead.filter((read) => read.source !== source);
    lastRead = [{ source, automaton: inUse, marks }, ...others].slice(0, KEPT_TEXTS);
  }
  // The characters of a template go on in the hole.
  const positions =
    unfinished === undefined
      ? readings.positions.map(({ state, stack }) => ({
          state: state.replace(/emplate\.hole$/, 'emplate'),
          stack,
        }))
      : readings.positions;
  return {
    automaton: inUse,
    positions,
    isEmpty: source === '',
    brackets: bracketsOf(positions[0]?.stack),
    glue,
    newline,
    unfinished,
    recovered,
  };
}

function glueOf(token: Token): Glue {
  if (token.kind === 'punctuator') return token.text === '!' ? 'bang' : 'free';
  if (token.kind === 'word') return 'word';
  return glueBehind({ kind: token.kind });
}

/**
 * Goes on behind a token that no reading takes: brackets are kept in balance, and in what is open any state of the same
 * construct may follow.
 */
function recover(machine: Machine, positions: readonly Position[], token: Token): Position[] {
  const stacks = new Set<Frame | undefined>();
  for (const { stack } of positions) {
    let bracket = stack;
    while (bracket !== undefined && bracket.bracket === undefined) bracket = bracket.below;
    if (stacks.size < MAX_STACKS) stacks.add(bracket);
  }
  const text = token.kind === 'punctuator' ? token.text : '';
  return [...stacks].flatMap((stack): Position[] => {
    if (text === '(' || text === '[' || text === '{' || text === '${') {
      const close = text === '(' ? ')' : text === '[' ? ']' : '}';
      return INNER[text].flatMap((inner) =>
        statesWithin(stack).map((to) => ({
          state: inner,
          stack: machine.push(stack, { close, bracket: text, to, inner }),
        })),
      );
    }
    if (text !== '' && text === stack?.close) {
      const states = new Set([stack.to, ...statesWithin(stack.below)]);
      return [...states].map((state) => ({ state, stack: stack.below }));
    }
    return statesWithin(stack).map((state) => ({ state, stack }));
  });
}

/** What an unknown bracket may hold. */
const INNER = {
  '(': ['list', 'parameters'],
  '[': ['list'],
  '{': ['S', 'object'],
  '${': ['group'],
} as const;

/** The states of the innermost bracket between its parts. */
function statesWithin(stack: Frame | undefined): string[] {
  let frame = stack;
  while (frame !== undefined && frame.bracket === undefined) frame = frame.below;
  const inner = frame?.inner ?? 'S';
  if (inner === 'S') return ['S', 'statement'];
  return [...STATES.keys()].filter((state) => state === inner || state.startsWith(`${inner}.`));
}
