/**
 * A language as the oracle sees it: states that read one symbol at a time. Symbols 0 to 255 are bytes; `TOKEN + id` is
 * the special token with that id.
 *
 * The one promise: `step` gives `DEAD` if and only if no text of the language begins with what was read.
 */
export interface Machine {
  /** `DEAD` for the empty language. */
  readonly start: number;
  step(state: number, symbol: number): number;
  accepts(state: number): boolean;
}

export const DEAD = -1;
export const TOKEN = 256;

/** Numbers for keys: equal keys have equal numbers, counted from 0. */
export class Interner<T> {
  readonly values: T[] = [];
  readonly #ids = new Map<string, number>();

  intern(key: string, make: () => T): number {
    let id = this.#ids.get(key);
    if (id === undefined) {
      id = this.values.length;
      this.#ids.set(key, id);
      this.values.push(make());
    }
    return id;
  }

  get(id: number): T {
    const value = this.values[id];
    if (value === undefined) throw new Error(`no value ${id}`);
    return value;
  }
}

/** The same machine; every step is computed once. */
export function memoised(machine: Machine): Machine {
  const bytes: Int32Array[] = [];
  const tokens = new Map<string, number>();
  const UNKNOWN = -2;
  return {
    start: machine.start,
    accepts: (state) => machine.accepts(state),
    step(state, symbol) {
      if (symbol >= TOKEN) {
        const key = `${state},${symbol}`;
        let next = tokens.get(key);
        if (next === undefined) {
          next = machine.step(state, symbol);
          tokens.set(key, next);
        }
        return next;
      }
      let row = bytes[state];
      if (row === undefined) {
        row = new Int32Array(256).fill(UNKNOWN);
        bytes[state] = row;
      }
      let next = row[symbol] as number;
      if (next === UNKNOWN) {
        next = machine.step(state, symbol);
        row[symbol] = next;
      }
      return next;
    },
  };
}

/** A text of the first machine, then one of the second, and so on. */
export function concatMachine(parts: readonly Machine[]): Machine {
  // A state is a set of (part, state of the part).
  const sets = new Interner<[number, number][]>();
  const empty = parts.some((part) => part.start === DEAD);

  function close(seeds: [number, number][]): number {
    const found = new Map<string, [number, number]>();
    const work = [...seeds];
    for (let next = work.pop(); next !== undefined; next = work.pop()) {
      const [index, state] = next;
      if (found.has(next.join(':'))) continue;
      found.set(next.join(':'), next);
      const following = parts[index + 1];
      if (following !== undefined && (parts[index] as Machine).accepts(state)) {
        work.push([index + 1, following.start]);
      }
    }
    if (found.size === 0) return DEAD;
    const key = [...found.keys()].sort().join(' ');
    return sets.intern(key, () => [...found.values()]);
  }

  if (parts.length === 0) {
    return { start: 0, accepts: () => true, step: () => DEAD };
  }
  return {
    start: empty ? DEAD : close([[0, (parts[0] as Machine).start]]),
    accepts: (id) =>
      sets
        .get(id)
        .some(([part, state]) => part === parts.length - 1 && (parts[part] as Machine).accepts(state)),
    step(id, symbol) {
      const next: [number, number][] = [];
      for (const [part, state] of sets.get(id)) {
        const to = (parts[part] as Machine).step(state, symbol);
        if (to !== DEAD) next.push([part, to]);
      }
      return close(next);
    },
  };
}

/** A text of any of the machines. */
export function unionMachine(parts: readonly Machine[]): Machine {
  const sets = new Interner<[number, number][]>();
  function enter(states: [number, number][]): number {
    if (states.length === 0) return DEAD;
    return sets.intern(states.join(' '), () => states);
  }
  const starts = parts.map((part, index): [number, number] => [index, part.start]);
  return {
    start: enter(starts.filter(([, state]) => state !== DEAD)),
    accepts: (id) => sets.get(id).some(([part, state]) => (parts[part] as Machine).accepts(state)),
    step(id, symbol) {
      const next: [number, number][] = [];
      for (const [part, state] of sets.get(id)) {
        const to = (parts[part] as Machine).step(state, symbol);
        if (to !== DEAD) next.push([part, to]);
      }
      return enter(next);
    },
  };
}

/** One special token. */
export function tokenMachine(id: number): Machine {
  return {
    start: 0,
    accepts: (state) => state === 1,
    step: (state, symbol) => (state === 0 && symbol === TOKEN + id ? 1 : DEAD),
  };
}

/** One of some texts. */
export function choiceMachine(texts: readonly string[]): Machine {
  const encoder = new TextEncoder();
  const wanted = texts.map((text) => [...encoder.encode(text)].join(','));
  const prefixes = new Interner<string>();
  return {
    start: texts.length === 0 ? DEAD : prefixes.intern('', () => ''),
    accepts: (id) => wanted.includes(prefixes.get(id)),
    step(id, symbol) {
      const before = prefixes.get(id);
      const text = before === '' ? `${symbol}` : `${before},${symbol}`;
      const alive = wanted.some((other) => other === text || other.startsWith(`${text},`));
      return alive ? prefixes.intern(text, () => text) : DEAD;
    },
  };
}

/** The state behind some bytes; `DEAD` where no text begins with them. */
export function run(machine: Machine, bytes: Iterable<number>): number {
  let state = machine.start;
  for (const byte of bytes) {
    if (state === DEAD) return DEAD;
    state = machine.step(state, byte);
  }
  return state;
}
