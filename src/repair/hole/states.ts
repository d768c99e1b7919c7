import type { Close, State, StateTable } from './state-table.js';
import { statementStates } from './statement-states.js';
import { typeStates } from './type-states.js';

const syntax: StateTable = new Map([...statementStates(), ...typeStates()]);

/** A construct that no bracket of the lexical syntax ends: where it begins, and what ends it. */
export interface Construct {
  readonly close: Close;
  readonly inner: string;
  /** The state in which a text is that has left such a construct, and of which is not known what that was a part of. */
  readonly behind: string;
}

/** What closes what is open without a bracket of the lexical syntax. */
export const SOFT: readonly Close[] = ['soft', '>', ':'];

const constructs = new Map<string, Construct & { readonly states: Set<string> }>();
for (const { moves } of syntax.values()) {
  for (const { push, to } of moves) {
    if (push === undefined || !SOFT.includes(push.close)) continue;
    const behind = `behind ${push.close} ${push.inner}`;
    const known = constructs.get(behind) ?? { ...push, behind, states: new Set() };
    constructs.set(behind, known);
    known.states.add(to);
  }
}

export const CONSTRUCTS: readonly Construct[] = [...constructs.values()];

/**
 * All states: `S` is where a statement begins, `E` where an expression does, `T` where a type does, `beyond` what nothing is known of, and
 * those behind constructs.
 */
export const STATES: StateTable = new Map<string, State>([
  ...syntax,
  ['beyond', { moves: [] }],
  ...[...constructs].map(([name, { states }]): [string, State] => [name, { moves: [], behind: [...states] }]),
]);

/** The states of the syntax. */
export const SYNTAX_STATES: readonly string[] = [...syntax.keys()];

/** The states that may come in one construct or bracket, from some on. */
export function reachable(from: Iterable<string>): ReadonlySet<string> {
  const found = new Set(from);
  for (const name of found) {
    const { moves, newline } = STATES.get(name) as State;
    for (const { to } of moves) found.add(to);
    if (newline !== undefined) found.add(newline);
  }
  return found;
}

const within = new Map<Close | undefined, ReadonlySet<string>>([[undefined, reachable(['S'])]]);
{
  const begins = new Map<Close, Set<string>>();
  for (const { moves } of syntax.values()) {
    for (const { push } of moves) {
      if (push === undefined) continue;
      const known = begins.get(push.close);
      if (known === undefined) begins.set(push.close, new Set([push.inner]));
      else known.add(push.inner);
    }
  }
  for (const [close, states] of begins) within.set(close, reachable(states));
}

/** The states within what is closed so; undefined: of a whole file. */
export const statesIn = (close: Close | undefined): ReadonlySet<string> =>
  within.get(close) as ReadonlySet<string>;

const around = new Map<string, readonly Construct[]>();

/** The constructs that a state may be in. */
export function constructsAround(state: string): readonly Construct[] {
  let found = around.get(state);
  if (found === undefined) {
    found = CONSTRUCTS.filter(({ inner }) => reachable([inner]).has(state));
    around.set(state, found);
  }
  return found;
}
