import { createMachine, type Machine, nameOfToken, type Position, stateOf } from './machine.js';
import type { Token } from './terminals.js';

/** All ways to read a text up to a place. Equal ones of an automaton are one object. */
export interface Readings {
  readonly id: number;
  readonly positions: readonly Position[];
  /** Whether the characters of a template come next. */
  readonly template: boolean;
}

/**
 * The machine with a memory: texts go through the same readings again and again, so the step of a token is a look-up
 * where it was made before.
 */
export interface Automaton {
  readonly machine: Machine;
  of(positions: readonly Position[]): Readings;
  /** The readings behind a token; without a position, where no reading goes on. */
  step(from: Readings, token: Token): Readings;
  /** Whether a `/` there begins a regular expression: a division is preferred. */
  beginsRegex(from: Readings): boolean;
  closure(from: Readings, newline: boolean): readonly Position[];
}

/** More are not kept: deep brackets make ever new ones. */
const MOST_READINGS = 20_000;

const division: Token = { kind: 'punctuator', text: '/', start: 0, newline: false };

interface Known extends Readings {
  /** By tokens; those behind a line end apart. */
  readonly next: readonly [Map<string, Known>, Map<string, Known>];
  readonly closures: (readonly Position[] | undefined)[];
  beginsRegex: boolean | undefined;
}

function createAutomaton(): Automaton & { readonly size: number } {
  const machine = createMachine();
  const known = new Map<string, Known>();

  function of(positions: readonly Position[]): Known {
    const key = positions.map(({ state, stack }) => `${state} ${stack?.id ?? ''}`).join(',');
    let readings = known.get(key);
    if (readings === undefined) {
      readings = {
        id: known.size,
        positions,
        template: positions.some(({ state }) => stateOf(state).raw === true),
        next: [new Map(), new Map()],
        closures: [undefined, undefined],
        beginsRegex: undefined,
      };
      known.set(key, readings);
    }
    return readings;
  }

  return {
    machine,
    get size() {
      return known.size;
    },
    of,
    step(from, token) {
      const next = (from as Known).next[token.newline ? 1 : 0] as Map<string, Known>;
      const key = nameOfToken(token);
      let to = next.get(key);
      if (to === undefined) {
        to = of(machine.step(from.positions, token));
        next.set(key, to);
      }
      return to;
    },
    beginsRegex(from) {
      const readings = from as Known;
      readings.beginsRegex ??= machine.step(from.positions, division).length === 0;
      return readings.beginsRegex;
    },
    closure(from, newline) {
      const { closures } = from as Known;
      closures[newline ? 1 : 0] ??= machine.closure(from.positions, newline);
      return closures[newline ? 1 : 0] as readonly Position[];
    },
  };
}

let current = createAutomaton();

/** The automaton in use. Readings of another one mean nothing to it. */
export function automaton(): Automaton {
  if (current.size > MOST_READINGS) current = createAutomaton();
  return current;
}
