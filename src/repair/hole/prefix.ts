import { createMachine, type Bracket, bracketsOf, isBracket, type Machine, type Position, stateOf } from './machine.js';
import { scan, type Unfinished } from './scan.js';
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

/** Where anything may begin; for texts with errors. */
const ANYWHERE = ['S', 'statement', 'classBody', 'members', 'object', 'list', 'list.A'];

/** Reads a text from the beginning of a file. */
export function readPrefix(source: string): PrefixFacts {
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
      positions = positions.map(({ state, stack }) => ({ state: state.replace(/emplate\.hole$/, 'emplate'), stack }));
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

/** Goes on behind a token that no reading takes: brackets are kept in balance, and anything may follow. */
function recover(machine: Machine, positions: readonly Position[], token: Token): Position[] {
  let stack = positions[0]?.stack;
  while (stack !== undefined && stack.bracket === undefined) stack = stack.below;
  if (token.kind === 'punctuator') {
    if (isBracket(token.text) && token.text !== '`') {
      const close = token.text === '(' ? ')' : token.text === '[' ? ']' : '}';
      const to = ['S', 'statement'];
      return ANYWHERE.flatMap((state) =>
        to.map((behind) => ({ state, stack: machine.push(stack, close, token.text as Bracket, behind) })),
      );
    }
    if (token.text === stack?.close) {
      return [...new Set([stack.to, ...ANYWHERE])].map((state) => ({ state, stack: stack?.below }));
    }
  }
  return ANYWHERE.map((state) => ({ state, stack }));
}

