import { contains, intersect, type Ranges, utf8Beginning, utf8Character } from './code-points.js';
import { DEAD, Interner, type Machine } from './machine.js';
import { RegexReader, regexNfa } from './regex.js';

/** Texts that match every pattern and have a number of characters within bounds. */
export interface TextWish {
  readonly patterns: readonly { readonly source: string; readonly search: boolean }[];
  readonly min: number;
  readonly max: number;
  /** If not null, this text only. */
  readonly only: string | null;
}

/** A text in progress: where each pattern stands, and the number of characters so far. */
export interface TextState {
  readonly readers: readonly number[];
  readonly count: number;
}

/** Reads texts character by character. */
export class TextLanguage {
  readonly start: TextState;
  readonly #wish: TextWish;
  readonly #only: readonly number[] | null;
  readonly #readers: readonly RegexReader[];
  /** One character of every stretch that no pattern tells apart, sorted. */
  readonly #stretches: readonly number[];
  readonly #alive = new Map<string, boolean>();

  constructor(wish: TextWish) {
    this.#wish = wish;
    this.#only = wish.only === null ? null : [...wish.only].map((char) => char.codePointAt(0) as number);
    this.#readers = wish.patterns.map(({ source, search }) => new RegexReader(regexNfa(source, search)));
    const points = new Set<number>([0, 0xe000, ...this.#readers.flatMap((reader) => reader.boundaries())]);
    this.#stretches = [...points]
      .filter((point) => point <= 0x10ffff && (point < 0xd800 || point > 0xdfff))
      .sort((a, b) => a - b);
    this.start = { readers: this.#readers.map((reader) => reader.start), count: 0 };
  }

  step({ readers, count }: TextState, point: number): TextState {
    const stretch = this.#stretchOf(point);
    const next = this.#readers.map((reader, index) => reader.step(readers[index] as number, stretch));
    // A dead state, which `alive` knows by its count.
    if (this.#only !== null && this.#only[count] !== point) {
      return { readers: next, count: Number.POSITIVE_INFINITY };
    }
    const { min, max } = this.#wish;
    // Where there is no upper bound, counts from the lower bound on are alike.
    const bounded = max !== Number.POSITIVE_INFINITY || this.#only !== null;
    return { readers: next, count: bounded ? count + 1 : Math.min(count + 1, min) };
  }

  accepts({ readers, count }: TextState): boolean {
    if (count < this.#wish.min || count > this.#wish.max) return false;
    if (this.#only !== null && count !== this.#only.length) return false;
    return this.#readers.every((reader, index) => reader.accepts(readers[index] as number));
  }

  /** Whether some text goes on from here to one that is accepted: all texts are tried, length by length. */
  alive(state: TextState): boolean {
    const key = `${state.count}/${state.readers.join()}`;
    let alive = this.#alive.get(key);
    if (alive === undefined) {
      alive = this.#search(state);
      this.#alive.set(key, alive);
    }
    return alive;
  }

  #search(state: TextState): boolean {
    if (this.#only !== null) {
      let at = state;
      for (const point of this.#only.slice(state.count)) at = this.step(at, point);
      return this.accepts(at);
    }
    const { min, max } = this.#wish;
    const seen = new Set<string>();
    let layer = new Map([[state.readers.join(), state]]);
    for (let count = state.count; count <= max; count++) {
      if ([...layer.values()].some((each) => this.accepts(each))) return true;
      if (count >= min) {
        const key = [...layer.keys()].sort().join(' ');
        if (seen.has(key)) return false;
        seen.add(key);
      }
      const next = new Map<string, TextState>();
      for (const each of layer.values()) {
        for (const point of this.#stretches) {
          const to = this.step(each, point);
          next.set(to.readers.join(), to);
        }
      }
      layer = next;
    }
    return false;
  }

  /** Whether some character out of the ranges leads on to a text that is accepted. */
  aliveAfter(state: TextState, ranges: Ranges): boolean {
    if (this.#only !== null) {
      const next = this.#only[state.count];
      return next !== undefined && contains(ranges, next) && this.alive(state);
    }
    return this.#stretches.some((point, index) => {
      const stretch: Ranges = [[point, (this.#stretches[index + 1] ?? 0x110000) - 1]];
      return intersect(ranges, stretch).length > 0 && this.alive(this.step(state, point));
    });
  }

  #stretchOf(point: number): number {
    let low = 0;
    let high = this.#stretches.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#stretches[middle] as number) <= point) low = middle;
      else high = middle - 1;
    }
    return this.#stretches[low] as number;
  }
}

/** The texts of a language, as UTF-8. */
export function textMachine(wish: TextWish): Machine {
  const language = new TextLanguage(wish);
  const states = new Interner<{ state: TextState; bytes: readonly number[] }>();
  const enter = (state: TextState, bytes: readonly number[]): number =>
    states.intern(`${state.count}/${state.readers.join()}/${bytes.join()}`, () => ({ state, bytes }));
  return {
    start: language.alive(language.start) ? enter(language.start, []) : DEAD,
    accepts(id) {
      const { state, bytes } = states.get(id);
      return bytes.length === 0 && language.accepts(state);
    },
    step(id, symbol) {
      if (symbol > 255) return DEAD;
      const { state, bytes } = states.get(id);
      const longer = [...bytes, symbol];
      if (!language.aliveAfter(state, utf8Beginning(longer))) return DEAD;
      const point = utf8Character(longer);
      return point === undefined ? enter(state, longer) : enter(language.step(state, point), []);
    },
  };
}

/** The texts that a pattern matches as a whole. */
export function regexMachine(pattern: string): Machine {
  const patterns = [{ source: pattern, search: false }];
  return textMachine({ patterns, min: 0, max: Number.POSITIVE_INFINITY, only: null });
}
