import {
  type Bracket,
  bracketsOf,
  createMachine,
  type Frame,
  type Machine,
  type Position,
  stateOf,
} from './machine.js';
import { scan, type Unfinished } from './scan.js';
import { STATES } from './states.js';
import { type Glue, glueBehind, type Token } from './terminals.js';
import { LINE_END } from './words.js';

/** What a text leaves open for what follows it. */
export interface PrefixFacts {
  readonly machine: Machine;
  /** All readings. */
  readonly positions: readonly Position[];
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

const division: Token = { kind: 'punctuator', text: '/', start: 0, newline: false };

/** More readings are not followed behind an error. */
const MAX_STACKS = 8;

/** Reads a text from the beginning of a file; `onToken` hears of each token. */
export function readPrefix(source: string, onToken?: (token: Token) => void): PrefixFacts {
  const machine = createMachine();
  let positions: Position[] = [{ state: 'S', stack: undefined }];
  const recovered: number[] = [];
  let at = source.startsWith('#!') ? lineEndBehind(source) : 0;
  let glue: Glue = 'free';
  let newline = at > 0;
  let unfinished: PrefixFacts['unfinished'];
  for (;;) {
    const template = positions.some(({ state }) => stateOf(state).raw === true);
    const regex = (): boolean => mayBeRegex(machine, positions);
    const found = scan(source, at, { template, regex });
    if (found.kind === 'end') {
      if (found.spaced) glue = 'free';
      if (found.newline) newline = true;
      // The characters of a template go on in the hole.
      positions = positions.map(({ state, stack }) => ({
        state: state.replace(/emplate\.hole$/, 'emplate'),
        stack,
      }));
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
    const next = machine.step(positions, token);
    if (next.length === 0) recovered.push(token.start);
    positions = next.length === 0 ? recover(machine, positions, token) : next;
    at = end;
    newline = false;
    glue = glueOf(token);
  }
  return {
    machine,
    positions,
    brackets: bracketsOf(positions[0]?.stack),
    glue,
    newline,
    unfinished,
    recovered,
  };
}

function lineEndBehind(source: string): number {
  const at = source.search(LINE_END);
  return at < 0 ? source.length : at;
}

/** A division is preferred: a line that begins with a regular expression does not begin a statement behind an operand. */
function mayBeRegex(machine: Machine, positions: readonly Position[]): boolean {
  return machine.step(positions, division).length === 0;
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
