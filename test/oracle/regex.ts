import { complement, contains, EVERY_CHARACTER, intersect, type Ranges } from './code-points.js';
import { Interner } from './machine.js';

/**
 * Regular expressions, read by a small parser of its own and run as sets of states. The subset: characters, escapes, classes,
 * groups, `|`, `* + ? {m,n}` with or without `?`, `^`, `$`.
 */
export interface Nfa {
  /** Edges of each state. An anchor is an edge without a character. */
  readonly edges: Edge[][];
  readonly start: number;
  readonly end: number;
}
type Edge = { readonly to: number; readonly on: Ranges | 'nothing' | 'start' | 'end' };

const WORD: Ranges = [
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
];
const DIGIT: Ranges = [[0x30, 0x39]];
const SPACE: Ranges = [
  ...[9, 10, 11, 12, 13, 0x20, 0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000, 0xfeff].map(
    (point): [number, number] => [point, point],
  ),
  [0x2000, 0x200a],
];
const LINE_END: Ranges = [
  [10, 10],
  [13, 13],
  [0x2028, 0x2029],
];

type Tree =
  | { kind: 'chars'; ranges: Ranges }
  | { kind: 'anchor'; at: 'start' | 'end' }
  | { kind: 'all' | 'any'; parts: Tree[] }
  | { kind: 'repeat'; body: Tree; min: number; max: number };

/** `search`: the pattern may match anywhere in the text; else it matches the whole text. */
export function regexNfa(pattern: string, search: boolean): Nfa {
  const whole = parse(pattern);
  const anything: Tree = {
    kind: 'repeat',
    body: { kind: 'chars', ranges: EVERY_CHARACTER },
    min: 0,
    max: Number.POSITIVE_INFINITY,
  };
  return nfaOf(search ? { kind: 'all', parts: [anything, whole, anything] } : whole);
}

function parse(pattern: string): Tree {
  const text = [...pattern];
  let at = 0;
  const fail = (): never => {
    throw new Error(`the oracle does not read this pattern: ${pattern}`);
  };

  function alternatives(): Tree {
    const parts: Tree[] = [sequence()];
    while (text[at] === '|') {
      at += 1;
      parts.push(sequence());
    }
    return { kind: 'any', parts };
  }
  function sequence(): Tree {
    const parts: Tree[] = [];
    while (at < text.length && text[at] !== '|' && text[at] !== ')') parts.push(repeated(atom()));
    return { kind: 'all', parts };
  }
  function repeated(body: Tree): Tree {
    const braces = /^\{(\d+)(,?)(\d*)\}/.exec(text.slice(at).join(''));
    let min: number;
    let max: number;
    if (text[at] === '*') [min, max] = [0, Number.POSITIVE_INFINITY];
    else if (text[at] === '+') [min, max] = [1, Number.POSITIVE_INFINITY];
    else if (text[at] === '?') [min, max] = [0, 1];
    else if (braces !== null) {
      min = Number(braces[1]);
      max = braces[2] === '' ? min : braces[3] === '' ? Number.POSITIVE_INFINITY : Number(braces[3]);
    } else return body;
    at += braces === null ? 1 : (braces[0] as string).length;
    if (text[at] === '?') at += 1;
    return { kind: 'repeat', body, min, max };
  }
  function atom(): Tree {
    const char = text[at++] as string;
    if (char === '^') return { kind: 'anchor', at: 'start' };
    if (char === '$') return { kind: 'anchor', at: 'end' };
    if (char === '.') return { kind: 'chars', ranges: complement(LINE_END) };
    if (char === '[') return { kind: 'chars', ranges: characterClass() };
    if (char === '\\') return { kind: 'chars', ranges: escaped() };
    if (char !== '(') {
      if ('*+?{})]'.includes(char)) fail();
      return { kind: 'chars', ranges: one(char) };
    }
    if (text[at] === '?') {
      if (text[at + 1] !== ':') fail();
      at += 2;
    }
    const body = alternatives();
    if (text[at++] !== ')') fail();
    return body;
  }
  function escaped(): Ranges {
    const char = text[at++] as string;
    const sets: Record<string, Ranges> = { d: DIGIT, w: WORD, s: SPACE };
    const set = sets[char.toLowerCase()];
    if (set !== undefined) return char === char.toLowerCase() ? set : complement(set);
    const control = { n: 10, r: 13, t: 9, f: 12, v: 11 }[char];
    if (control !== undefined) return [[control, control]];
    const hex = /^(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]+)\})/.exec(
      text.slice(at - 1).join(''),
    );
    if (hex !== null) {
      at += hex[0].length - 1;
      const point = Number.parseInt((hex[1] ?? hex[2] ?? hex[3]) as string, 16);
      return [[point, point]];
    }
    if (/[A-Za-z0-9]/.test(char)) fail();
    return one(char);
  }
  function characterClass(): Ranges {
    const negated = text[at] === '^';
    if (negated) at += 1;
    const ranges: [number, number][] = [];
    while (text[at] !== ']') {
      if (at >= text.length) fail();
      const low = classAtom();
      if (text[at] === '-' && text[at + 1] !== ']') {
        at += 1;
        const high = classAtom();
        ranges.push([(low[0] as [number, number])[0], (high[0] as [number, number])[0]]);
      } else {
        ranges.push(...low.map(([from, to]): [number, number] => [from, to]));
      }
    }
    at += 1;
    return negated ? complement(ranges) : intersect(ranges, EVERY_CHARACTER);
  }
  function classAtom(): Ranges {
    const char = text[at++] as string;
    return char === '\\' ? escaped() : one(char);
  }

  const tree = alternatives();
  if (at < text.length) fail();
  return tree;
}

function one(char: string): Ranges {
  const point = char.codePointAt(0) as number;
  return [[point, point]];
}

function nfaOf(tree: Tree): Nfa {
  const edges: Edge[][] = [];
  const state = (): number => edges.push([]) - 1;
  const edge = (from: number, on: Edge['on'], to: number): void => {
    (edges[from] as Edge[]).push({ on, to });
  };
  /** Adds the tree from a state on; gives the state behind it. */
  function add(part: Tree, from: number): number {
    switch (part.kind) {
      case 'chars':
      case 'anchor': {
        const to = state();
        edge(from, part.kind === 'chars' ? part.ranges : part.at, to);
        return to;
      }
      case 'all':
        return part.parts.reduce((at, each) => add(each, at), from);
      case 'any': {
        const to = state();
        for (const each of part.parts) edge(add(each, from), 'nothing', to);
        return to;
      }
      case 'repeat': {
        let at = from;
        for (let count = 0; count < part.min; count++) at = add(part.body, at);
        if (part.max === Number.POSITIVE_INFINITY) {
          const loop = state();
          edge(at, 'nothing', loop);
          edge(add(part.body, loop), 'nothing', loop);
          return loop;
        }
        const to = state();
        edge(at, 'nothing', to);
        for (let count = part.min; count < part.max; count++) {
          at = add(part.body, at);
          edge(at, 'nothing', to);
        }
        return to;
      }
    }
  }
  const start = state();
  return { start, end: add(tree, start), edges };
}

/** A pattern as it is read: numbered sets of states, found as they are needed. */
export class RegexReader {
  readonly start: number;
  readonly #nfa: Nfa;
  readonly #sets = new Interner<readonly number[]>();
  readonly #steps = new Map<string, number>();
  readonly #accepting = new Map<number, boolean>();

  constructor(nfa: Nfa) {
    this.#nfa = nfa;
    this.start = this.#enter([nfa.start]);
  }

  /** First characters of stretches that no edge tells apart. */
  boundaries(): number[] {
    const points = new Set<number>([0]);
    for (const { on } of this.#nfa.edges.flat()) {
      if (typeof on === 'string') continue;
      for (const [low, high] of on) points.add(low).add(high + 1);
    }
    return [...points];
  }

  /** The empty set has a number too: it has no way on. */
  step(id: number, point: number): number {
    const key = `${id},${point}`;
    let next = this.#steps.get(key);
    if (next === undefined) {
      const states: number[] = [];
      for (const from of this.#closed(id, false)) {
        for (const { on, to } of this.#nfa.edges[from] as Edge[]) {
          if (typeof on !== 'string' && contains(on, point)) states.push(to);
        }
      }
      next = this.#enter(states);
      this.#steps.set(key, next);
    }
    return next;
  }

  accepts(id: number): boolean {
    let accepts = this.#accepting.get(id);
    if (accepts === undefined) {
      accepts = this.#closed(id, true).has(this.#nfa.end);
      this.#accepting.set(id, accepts);
    }
    return accepts;
  }

  #enter(states: readonly number[]): number {
    const sorted = [...new Set(states)].sort((a, b) => a - b);
    return this.#sets.intern(sorted.join(), () => sorted);
  }

  /** With everything that can be reached without a character. Set 0 is the one at the start of the text. */
  #closed(id: number, atEnd: boolean): Set<number> {
    const found = new Set<number>();
    const work = [...this.#sets.get(id)];
    for (let from = work.pop(); from !== undefined; from = work.pop()) {
      if (found.has(from)) continue;
      found.add(from);
      for (const { on, to } of this.#nfa.edges[from] as Edge[]) {
        if (on === 'nothing' || (on === 'start' && id === 0) || (on === 'end' && atEnd)) work.push(to);
      }
    }
    return found;
  }
}
