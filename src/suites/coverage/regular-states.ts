import type { ProgramBuilder } from '../../frontends/program-builder.js';
import type { Automaton } from './automaton.js';
import { createResiduals } from './residuals.js';

/** The states of regular rules: what is left of their expressions. They are made when they are first met. */
export interface RegularStates {
  /** What a state of a regular rule is; undefined for any other. */
  at(state: number): RegularState | undefined;
  /** The state behind a character; −1 where nothing goes on, undefined where there are too many states. */
  after(state: number, char: number): number | undefined;
}

export interface RegularState {
  readonly rule: number;
  readonly expr: number;
  /** The text may end here. */
  readonly isEnd: boolean;
}

const MAX_STATES = 20_000;

export function createRegularStates(builder: ProgramBuilder, automaton: Automaton): RegularStates {
  const residuals = createResiduals(builder);
  const states = new Map<number, RegularState>();
  const numbers = new Map<string, number>();
  let next = automaton.edges.length;
  const add = (state: number, rule: number, expr: number): number => {
    states.set(state, { rule, expr, isEnd: builder.isNullable(expr) });
    numbers.set(`${rule} ${expr}`, state);
    return state;
  };
  automaton.regular.forEach((regular, rule) => {
    if (regular !== undefined) add(automaton.starts[rule] as number, rule, regular.expr);
  });

  return {
    at: (state) => states.get(state),
    after(state, char) {
      const { rule, expr } = states.get(state) as RegularState;
      const left = residuals.after(expr, char);
      if (left === builder.empty()) return -1;
      const known = numbers.get(`${rule} ${left}`);
      if (known !== undefined) return known;
      return states.size >= MAX_STATES ? undefined : add(next++, rule, left);
    },
  };
}
