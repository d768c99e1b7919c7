import { complement, EVERY_CHARACTER, type Ranges } from './code-points.js';

/** A grammar as rules; each rule is a small automaton whose edges read a character, call a rule, or read nothing. */
export interface RuleGraph {
  readonly start: string;
  readonly rules: ReadonlyMap<string, Rule>;
}
export interface Rule {
  readonly edges: Edge[][];
  /** State 0 is the start. */
  readonly end: number;
}
export type Edge = { readonly to: number } & (
  | { readonly kind: 'nothing' }
  | { readonly kind: 'chars'; readonly ranges: Ranges }
  | { readonly kind: 'rule'; readonly name: string }
  | { readonly kind: 'token'; readonly token: number | string }
);

const TOKEN =
  /\s+|#.*|(?<name>[A-Za-z_][\w-]*)|(?<is>::=)|"(?<text>(?:[^"\\]|\\.)*)"|\[(?<not>\^?)(?<set>(?:[^\]\\]|\\.)*)\]|<\[(?<id>\d+)\]>|(?<special><[^<>\s]+>)|\{(?<min>\d+)(?<comma>,?)(?<max>\d*)\}|(?<sign>[()|.*+?])/gy;

type Lexeme = Record<string, string | undefined>;

/** Reads GBNF: names with `::=`, texts, sets, `.`, groups, `|`, `* + ? {m,n}`, tokens. */
export function readEbnf(source: string, start = 'root'): RuleGraph {
  const lexemes: Lexeme[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < source.length) {
    const match = TOKEN.exec(source);
    if (match === null) throw new Error(`the oracle does not read this grammar:\n${source}`);
    if (Object.values(match.groups ?? {}).some((part) => part !== undefined))
      lexemes.push(match.groups as Lexeme);
  }
  const rules = new Map<string, Rule>();
  let at = 0;
  while (at < lexemes.length) {
    const name = lexemes[at]?.name as string;
    if (lexemes[at + 1]?.is === undefined) throw new Error('expected a rule');
    at += 2;
    const edges: Edge[][] = [[]];
    const end = alternatives(edges, 0);
    rules.set(name, { edges, end });
  }
  return { start, rules };

  function state(edges: Edge[][]): number {
    return edges.push([]) - 1;
  }
  function alternatives(edges: Edge[][], from: number): number {
    const to = state(edges);
    for (;;) {
      const behind = sequence(edges, from);
      (edges[behind] as Edge[]).push({ kind: 'nothing', to });
      if (lexemes[at]?.sign !== '|') return to;
      at += 1;
    }
  }
  function sequence(edges: Edge[][], from: number): number {
    let here = from;
    for (;;) {
      const next = lexemes[at];
      if (next === undefined || next.sign === '|' || next.sign === ')') return here;
      if (next.name !== undefined && lexemes[at + 1]?.is !== undefined) return here;
      here = repeated(edges, here);
    }
  }
  function repeated(edges: Edge[][], from: number): number {
    const begin = at;
    // The body is read once to find where it ends, then once for each time that it stands there.
    item([[]], 0);
    const next = lexemes[at] as Lexeme | undefined;
    let [min, max] = [1, 1];
    if (next?.sign === '*') [min, max] = [0, Number.POSITIVE_INFINITY];
    else if (next?.sign === '+') [min, max] = [1, Number.POSITIVE_INFINITY];
    else if (next?.sign === '?') [min, max] = [0, 1];
    else if (next?.min !== undefined) {
      min = Number(next.min);
      max = next.comma === '' ? min : next.max === '' ? Number.POSITIVE_INFINITY : Number(next.max);
    } else {
      at = begin;
      return item(edges, from);
    }
    const behind = at + 1;
    const body = (start: number): number => {
      at = begin;
      return item(edges, start);
    };
    let here = from;
    for (let count = 0; count < min; count++) here = body(here);
    const to = state(edges);
    (edges[here] as Edge[]).push({ kind: 'nothing', to });
    if (max === Number.POSITIVE_INFINITY) {
      (edges[body(to)] as Edge[]).push({ kind: 'nothing', to });
    } else {
      for (let count = min; count < max; count++) {
        here = body(here);
        (edges[here] as Edge[]).push({ kind: 'nothing', to });
      }
    }
    at = behind;
    return to;
  }
  function item(edges: Edge[][], from: number): number {
    const next = lexemes[at++] as Lexeme;
    if (next.sign === '(') {
      const to = alternatives(edges, from);
      at += 1;
      return to;
    }
    if (next.text !== undefined) {
      let here = from;
      for (const point of charactersOf(next.text)) {
        const to = state(edges);
        (edges[here] as Edge[]).push({ kind: 'chars', ranges: [[point, point]], to });
        here = to;
      }
      return here;
    }
    const to = state(edges);
    const out = edges[from] as Edge[];
    if (next.sign === '.') out.push({ kind: 'chars', ranges: EVERY_CHARACTER, to });
    else if (next.set !== undefined) {
      const ranges = rangesOf(next.set);
      out.push({ kind: 'chars', ranges: next.not === '^' ? complement(ranges) : ranges, to });
    } else if (next.name !== undefined) out.push({ kind: 'rule', name: next.name, to });
    else if (next.id !== undefined) out.push({ kind: 'token', token: Number(next.id), to });
    else if (next.special !== undefined) out.push({ kind: 'token', token: next.special, to });
    else throw new Error('expected a part of a rule');
    return to;
  }
}

const PIECE = /\\x([0-9a-fA-F]{2})|\\u([0-9a-fA-F]{4})|\\(.)|(.)/gsu;

function charactersOf(text: string): number[] {
  return Array.from(text.matchAll(PIECE), ([, hex2, hex4, escaped, plain]) => {
    const hex = hex2 ?? hex4;
    if (hex !== undefined) return Number.parseInt(hex, 16);
    const control = { n: 10, r: 13, t: 9 }[escaped ?? ''];
    return control ?? (((escaped ?? plain) as string).codePointAt(0) as number);
  });
}

function rangesOf(set: string): Ranges {
  const ranges: [number, number][] = [];
  const pieces = Array.from(set.matchAll(PIECE), ([piece]) => piece);
  for (let index = 0; index < pieces.length; index++) {
    const low = charactersOf(pieces[index] as string)[0] as number;
    const isRange = pieces[index + 1] === '-' && index + 2 < pieces.length;
    const high = isRange ? (charactersOf(pieces[index + 2] as string)[0] as number) : low;
    if (isRange) index += 2;
    ranges.push([low, high]);
  }
  return ranges;
}
