// All sequences of at most k symbols, in the order of a tree: a sequence, then all that begin with it. Neighbours so share
// what the model has read already, and a number stands for a sequence, so that a part of them is two numbers.

/** The sequences of at most `k` of so many symbols, numbered from 0 (the empty one) in the order of their tree. */
export interface Enumeration {
  readonly symbols: number;
  readonly k: number;
  readonly total: number;
  /** Sequences that begin with one of `length` symbols, itself among them. */
  below(length: number): number;
  /** The symbols of a sequence. */
  at(index: number): number[];
  indexOf(sequence: readonly number[]): number;
}

/** undefined where there are more than can be counted (2^53). */
export function enumeration(symbols: number, k: number): Enumeration | undefined {
  const sizes = [1];
  for (let length = 1; length <= k; length++) sizes.push(1 + symbols * (sizes[length - 1] as number));
  const total = sizes[k] as number;
  if (!Number.isSafeInteger(total)) return undefined;
  const below = (length: number): number => sizes[k - length] ?? 0;
  return {
    symbols,
    k,
    total,
    below,
    at(index) {
      const sequence: number[] = [];
      let rest = index;
      while (rest > 0) {
        rest--;
        const size = below(sequence.length + 1);
        sequence.push(Math.floor(rest / size));
        rest %= size;
      }
      return sequence;
    },
    indexOf(sequence) {
      let index = 0;
      for (const [place, symbol] of sequence.entries()) index += 1 + symbol * below(place + 1);
      return index;
    },
  };
}

/**
 * The sequences with a number from `from` on and below `end`, in their order.
 *
 * @param mayBegin whether any wanted sequence begins so; asked for a sequence only after those that it begins with
 * @param onSkipped told how many sequences were left out for that
 */
export function* walk(
  all: Enumeration,
  from: number,
  end: number,
  mayBegin: (sequence: readonly number[]) => boolean,
  onSkipped: (count: number) => void,
): Generator<{ index: number; sequence: readonly number[] }> {
  // How many of the first symbols are known to be a possible beginning.
  let known = 0;
  let previous: readonly number[] = [];
  for (let index = from; index < end; ) {
    const sequence = all.at(index);
    known = Math.min(known, shared(previous, sequence));
    previous = sequence;
    let dead = -1;
    for (let length = known + 1; length <= sequence.length; length++) {
      if (!mayBegin(sequence.slice(0, length))) {
        dead = length;
        break;
      }
      known = length;
    }
    if (dead < 0) {
      yield { index, sequence };
      index++;
      continue;
    }
    const next = Math.min(end, all.indexOf(sequence.slice(0, dead)) + all.below(dead));
    onSkipped(next - index);
    index = next;
  }
}

/**
 * All sequences of one length, as in a dictionary; however many there are.
 *
 * @param mayBegin and `onSkipped`: as of `walk`
 */
export function* sequencesOfLength(
  symbols: number,
  length: number,
  mayBegin: (sequence: readonly number[]) => boolean,
  onSkipped: (count: number) => void,
): Generator<readonly number[]> {
  if (length === 0) {
    if (mayBegin([])) yield [];
    else onSkipped(1);
    return;
  }
  // The symbol to try at each place.
  const next = [0];
  while (next.length > 0) {
    const depth = next.length;
    const symbol = next[depth - 1] as number;
    if (symbol === symbols) {
      next.pop();
      if (next.length > 0) next[depth - 2] = (next[depth - 2] as number) + 1;
      continue;
    }
    const isAlive = mayBegin(next);
    if (isAlive && depth < length) {
      next.push(0);
      continue;
    }
    if (isAlive) yield [...next];
    else onSkipped(symbols ** (length - depth));
    next[depth - 1] = symbol + 1;
  }
}

function shared(a: readonly number[], b: readonly number[]): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  return length;
}
