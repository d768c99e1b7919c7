import { GrammaskError } from '../errors.js';
import { type BuildBudget, createBuildBudget } from './build-budget.js';
import { ANY_CHAR, normalizeRanges } from './char-ranges.js';
import { encodeProgram } from './program-encoder.js';
import {
  type CharRange,
  ExprOp,
  type GrammarLimits,
  type IdRange,
  MAX_COUNT,
  NONE,
  type ProgramSymbol,
  type SchemaRecord,
  type SchemaStyle,
  type TokenSet,
} from './program-format.js';
import type { ProgramFragment } from './program-fragment.js';
import { ANY_BYTE, utf8AsCharacters, utf8Sequences } from './utf8-sequences.js';
import { createWordTable, type WordTable } from './word-table.js';

export type { CharRange, GrammarLimits, ProgramSymbol, SchemaRecord, SchemaStyle } from './program-format.js';

/**
 * Builds one program (docs/program.md). Strings, sets and expressions are interned: equal ones have one index. Expression
 * constructors simplify as far as that is cheap (empty and epsilon, nested concatenations and unions, neighbouring literals).
 */
export interface ProgramBuilder {
  /** The index of a text. `SYNTAX` for ill-formed UTF-16. */
  string(text: string): number;
  /** The string index of a canonical decimal, as `-125e-1`. */
  decimal(canonical: string): number;
  /** The index of a set of code points; surrogates are left out. */
  set(ranges: Iterable<CharRange>): number;

  empty(): number;
  epsilon(): number;
  /** One code point of the set. */
  charSet(ranges: Iterable<CharRange>): number;
  literal(text: string): number;
  concat(exprs: readonly number[]): number;
  union(exprs: readonly number[]): number;
  intersect(exprs: readonly number[]): number;
  complement(expr: number): number;
  /** `max` undefined is no bound. */
  repeat(expr: number, min: number, max?: number): number;
  /** The ASCII texts of 1 to `max` (at most 255) characters that are Punycode of a text of an expression that is not ASCII. */
  punycode(expr: number, max: number): number;
  /**
   * The texts of an expression, each of whose characters (up to U+00FF) stands for one byte. An operation on bytes and
   * characters is one on the bytes of both, and the complement of bytes is every other text of bytes.
   */
  bytes(expr: number): number;
  /** Of bytes, what `bytes` was given; of characters, those that stand for their UTF-8. */
  bytesOf(expr: number): number;
  /** Every text of bytes but those of an expression. */
  otherBytes(expr: number): number;
  /** The operator of an expression, one of `ExprOp`. */
  exprOp(expr: number): number;
  /** Whether the empty text is in the language of an expression. */
  isNullable(expr: number): boolean;
  /** All expressions built so far, of which one is the root. The builder is not to be used again. */
  fragment(root: number): ProgramFragment;
  /** Adds the expressions of a fragment; the index of its root. */
  insert(fragment: ProgramFragment): number;

  /** A schema node that may be referred to before it is set. */
  reserveNode(): number;
  setNode(node: number, records: readonly SchemaRecord[]): void;
  schemaRoot(node: number, style?: SchemaStyle): number;

  /**
   * The symbol of one token of a set, given by ids and by names of special tokens; with `excluded`, of any other token.
   * `TOKEN_RANGE` for what can be no id.
   */
  tokens(
    ids: Iterable<IdRange>,
    names?: readonly string[],
    excluded?: boolean,
  ): ProgramSymbol & { kind: 'tokens' };

  reserveRule(name: string): number;
  setRule(rule: number, alternatives: readonly (readonly ProgramSymbol[])[]): void;

  /**
   * What is understood and cannot be enforced: throws the error, or keeps it where the grammar is only looked at. Then the caller
   * goes on with something in its place.
   */
  refuse(error: GrammaskError): void;
  /** Looks at the deadline; for loops of a front end that build nothing. */
  step(): void;
  /** The finished buffer. Strings, sets and expressions that nothing refers to are left out. */
  finish(rootRule: number): Uint8Array;
}

/** What a builder has gathered; the encoder's input. */
export interface ProgramParts {
  readonly strings: readonly string[];
  readonly sets: WordTable;
  readonly exprs: WordTable;
  readonly tokenSets: readonly TokenSet[];
  readonly nodes: readonly (readonly SchemaRecord[] | undefined)[];
  readonly roots: readonly { readonly node: number; readonly style: SchemaStyle }[];
  readonly rules: readonly {
    readonly name: number;
    readonly alternatives: readonly (readonly ProgramSymbol[])[] | undefined;
  }[];
}

const CANONICAL_DECIMAL = /^(?:0e0|-?(?:[1-9][0-9]*)?[1-9]e(?:0|-?[1-9][0-9]*))$/;
/** Nested operands up to this many are spliced into their parent; more would make repeated calls quadratic. */
const SPLICE_LIMIT = 32;
/** For the same reason, longer texts are not joined with their neighbours, and larger sets not merged into unions. */
const JOIN_CHARACTERS = 64;
const JOIN_RANGES = 64;

export function createProgramBuilder(limits: GrammarLimits = {}, refusals?: GrammaskError[]): ProgramBuilder {
  return createBudgetedBuilder(createBuildBudget(limits), refusals);
}

/** A builder whose clock may have begun before. */
export function createBudgetedBuilder(budget: BuildBudget, refusals?: GrammaskError[]): ProgramBuilder {
  const strings: string[] = [];
  const stringIndex = new Map<string, number>();
  const sets = createWordTable();
  const exprs = createWordTable();
  const inserted = new Map<ProgramFragment, number>();
  const nodes: (readonly SchemaRecord[] | undefined)[] = [];
  const roots: { node: number; style: SchemaStyle }[] = [];
  const tokenSets: TokenSet[] = [];
  const tokenSetIndex = new Map<string, number>();
  const rules: { name: number; alternatives: (readonly ProgramSymbol[])[] | undefined }[] = [];

  function string(text: string): number {
    let index = stringIndex.get(text);
    if (index === undefined) {
      if (!text.isWellFormed()) {
        throw new GrammaskError(
          'SYNTAX',
          'a text is not well-formed Unicode: it holds half of a surrogate pair',
        );
      }
      index = strings.length;
      strings.push(text);
      stringIndex.set(text, index);
      budget.add(2 + (text.length >> 1));
    }
    return index;
  }

  function intern(table: WordTable, words: readonly number[]): number {
    const before = table.size;
    const index = table.intern(words);
    if (table.size !== before) budget.add(words.length + 3);
    else budget.step();
    return index;
  }
  const expr = (words: readonly number[]): number => intern(exprs, words);

  const EMPTY = expr([ExprOp.EMPTY]);
  const EPSILON = expr([ExprOp.EPSILON]);
  /** Some expression is one of bytes. */
  let hasBytes = false;

  function check(id: number): number {
    if (id >>> 0 !== id || id >= exprs.size) {
      throw new GrammaskError('ARGUMENT', `no expression has the index ${id}`);
    }
    return id;
  }

  function literal(text: string): number {
    return text === '' ? EPSILON : expr([ExprOp.LITERAL, string(text)]);
  }
  /** An operand of an expression, counted from 1. */
  const operand = (id: number, at: number): number => (exprs.words[exprs.start(id) + at] as number) >>> 0;
  const textOf = (id: number): string => strings[operand(id, 1)] as string;

  function internSet(ranges: readonly CharRange[]): number {
    const words: number[] = [];
    for (const [lo, hi] of ranges) words.push(lo, hi);
    return intern(sets, words);
  }

  function charSet(ranges: Iterable<CharRange>): number {
    const normal = normalizeRanges(ranges);
    const first = normal[0];
    if (first === undefined) return EMPTY;
    if (normal.length === 1 && first[0] === first[1]) return literal(String.fromCodePoint(first[0]));
    return expr([ExprOp.SET, internSet(normal)]);
  }

  /** The ranges of an expression that is one code point; undefined for any other, and for large sets. */
  function rangesOf(id: number): CharRange[] | undefined {
    const op = exprs.first(id);
    if (op === ExprOp.SET) {
      const set = operand(id, 1);
      const start = sets.start(set);
      const end = sets.start(set + 1);
      if (end - start > 2 * JOIN_RANGES) return undefined;
      const ranges: CharRange[] = [];
      for (let i = start; i < end; i += 2)
        ranges.push([sets.words[i] as number, sets.words[i + 1] as number]);
      return ranges;
    }
    if (op !== ExprOp.LITERAL) return undefined;
    const text = textOf(id);
    const point = text.codePointAt(0) as number;
    return text.length === (point > 0xffff ? 2 : 1) ? [[point, point]] : undefined;
  }

  /** The operands, those of small nested expressions with the same operator spliced in. */
  function splice(op: number, ids: readonly number[]): number[] {
    const result: number[] = [];
    for (const id of ids) {
      check(id);
      const start = exprs.start(id);
      const end = exprs.start(id + 1);
      if (exprs.words[start] !== op || end - start > SPLICE_LIMIT) result.push(id);
      else for (let i = start + 1; i < end; i++) result.push(exprs.words[i] as number);
    }
    return result;
  }

  function bytes(id: number): number {
    const op = exprs.first(check(id));
    if (op === ExprOp.EMPTY || op === ExprOp.EPSILON || op === ExprOp.BYTES) return id;
    hasBytes = true;
    return expr([ExprOp.BYTES, id]);
  }
  const isBytes = (id: number): boolean => hasBytes && exprs.first(check(id)) === ExprOp.BYTES;
  /** The operation on the bytes of all operands, where one of them is an expression of bytes. */
  function onBytes(make: (ids: readonly number[]) => number, ids: readonly number[]): number | undefined {
    return hasBytes && ids.some(isBytes) ? bytes(make(ids.map(bytesOf))) : undefined;
  }

  function concat(ids: readonly number[]): number {
    const joined = onBytes(concat, ids);
    if (joined !== undefined) return joined;
    const parts: number[] = [];
    let run: number[] = [];
    const flush = (): void => {
      if (run.length === 1) parts.push(run[0] as number);
      else if (run.length > 1) parts.push(literal(run.map(textOf).join('')));
      run = [];
    };
    for (const id of splice(ExprOp.CONCAT, ids)) {
      const op = exprs.first(id);
      if (op === ExprOp.EMPTY) return EMPTY;
      if (op === ExprOp.EPSILON) continue;
      if (op === ExprOp.LITERAL && textOf(id).length <= JOIN_CHARACTERS) {
        run.push(id);
      } else {
        flush();
        parts.push(id);
      }
    }
    flush();
    if (parts.length === 0) return EPSILON;
    return parts.length === 1 ? (parts[0] as number) : expr([ExprOp.CONCAT, ...parts]);
  }

  function isEverything(id: number): boolean {
    return exprs.first(id) === ExprOp.COMPLEMENT && operand(id, 1) === EMPTY;
  }

  function union(ids: readonly number[]): number {
    const joined = onBytes(union, ids);
    if (joined !== undefined) return joined;
    const seen = new Set<number>();
    const chars: CharRange[] = [];
    const single: number[] = [];
    for (const id of splice(ExprOp.UNION, ids)) {
      if (isEverything(id)) return id;
      if (id === EMPTY || seen.has(id)) continue;
      seen.add(id);
      const ranges = rangesOf(id);
      if (ranges !== undefined) {
        for (const range of ranges) chars.push(range);
        single.push(id);
      }
    }
    if (single.length > 1) {
      for (const id of single) seen.delete(id);
      seen.add(charSet(chars));
    }
    const parts = [...seen];
    if (parts.length === 0) return EMPTY;
    return parts.length === 1 ? (parts[0] as number) : expr([ExprOp.UNION, ...parts]);
  }

  function intersect(ids: readonly number[]): number {
    const joined = onBytes(intersect, ids);
    if (joined !== undefined) return joined;
    const seen = new Set<number>();
    for (const id of splice(ExprOp.INTERSECT, ids)) {
      if (id === EMPTY) return EMPTY;
      if (!isEverything(id)) seen.add(id);
    }
    const parts = [...seen];
    if (parts.length === 0) return complement(EMPTY);
    return parts.length === 1 ? (parts[0] as number) : expr([ExprOp.INTERSECT, ...parts]);
  }

  function complement(id: number): number {
    if (isBytes(id)) return otherBytes(id);
    if (exprs.first(check(id)) === ExprOp.COMPLEMENT) return operand(id, 1);
    return expr([ExprOp.COMPLEMENT, id]);
  }

  function repeat(id: number, min: number, max?: number): number {
    check(id);
    if (!(min >= 0) || (max !== undefined && !(max >= min))) {
      throw new GrammaskError('ARGUMENT', `a repetition from ${min} to ${max} times`);
    }
    if (max === 0 || id === EPSILON) return EPSILON;
    if (id === EMPTY) return min === 0 ? EPSILON : EMPTY;
    if (min === 1 && max === 1) return id;
    if (isBytes(id)) return bytes(repeat(bytesOf(id), min, max));
    if (exprs.first(id) === ExprOp.REPEAT) {
      const innerMin = operand(id, 2);
      const innerMax = operand(id, 3);
      if (innerMax === NONE && innerMin === 0) return id;
      if (innerMax === NONE && innerMin === 1) {
        const star = min === 0;
        if (min <= 1) return repeat(operand(id, 1), star ? 0 : 1);
      }
    }
    const to = max === undefined ? NONE : Math.min(max, MAX_COUNT);
    return expr([ExprOp.REPEAT, id, Math.min(min, MAX_COUNT), to]);
  }

  function otherBytes(id: number): number {
    const anyBytes = repeat(charSet(ANY_BYTE), 0);
    return bytes(intersect([anyBytes, complement(bytesOf(id))]));
  }

  /** By expression of characters: the bytes that it stands for. */
  const knownBytes = new Map<number, number>();
  function bytesOf(root: number): number {
    if (isBytes(root)) return operand(root, 1);
    const wanted = new Set([check(root)]);
    for (const id of wanted) {
      budget.step();
      if (knownBytes.has(id)) continue;
      const words = sequence(exprs, id);
      for (let at = 1; at < operandsEnd(words); at++) wanted.add(words[at] as number);
    }
    // What an expression is made of has lower numbers.
    for (const id of [...wanted].sort((a, b) => a - b)) {
      if (!knownBytes.has(id)) knownBytes.set(id, bytesOfOne(sequence(exprs, id), id));
    }
    return knownBytes.get(root) as number;
  }
  function bytesOfOne(words: readonly number[], id: number): number {
    const [op, first = 0] = words;
    const operands = words.slice(1, operandsEnd(words));
    const parts = operands.map((part) => knownBytes.get(part) as number);
    switch (op) {
      case ExprOp.LITERAL:
        return literal(utf8AsCharacters(textOf(id)));
      case ExprOp.SET: {
        const ranges: CharRange[] = [];
        for (let at = sets.start(first); at < sets.start(first + 1); at += 2)
          ranges.push([sets.words[at] as number, sets.words[at + 1] as number]);
        return utf8Of(ranges);
      }
      case ExprOp.CONCAT:
        return concat(parts);
      case ExprOp.UNION:
        return union(parts);
      case ExprOp.INTERSECT:
        return intersect(parts);
      case ExprOp.COMPLEMENT:
        return intersect([repeat(utf8Of(ANY_CHAR), 0), complement(parts[0] as number)]);
      case ExprOp.REPEAT:
        return repeat(parts[0] as number, words[2] as number, words[3] === NONE ? undefined : words[3]);
      default:
        return id; // the texts of Punycode are ASCII
    }
  }
  const utf8Of = (ranges: readonly CharRange[]): number =>
    union(utf8Sequences(ranges).map((bytes) => concat(bytes.map((range) => charSet([range])))));

  function punycode(id: number, max: number): number {
    check(id);
    if (isBytes(id)) throw new GrammaskError('ARGUMENT', 'Punycode of bytes');
    if (!(Number.isInteger(max) && max >= 1 && max <= 255)) {
      throw new GrammaskError('ARGUMENT', `Punycode of at most ${max} characters`);
    }
    return id === EMPTY || id === EPSILON ? EMPTY : expr([ExprOp.PUNYCODE, id, max]);
  }

  /** Per expression; operands have lower indices, so it is filled from the front. */
  const nullable: boolean[] = [];
  function isNullable(id: number): boolean {
    for (let index = nullable.length; index <= check(id); index++) {
      budget.step();
      const words = sequence(exprs, index);
      const at = (operandAt: number): boolean => nullable[words[operandAt] as number] as boolean;
      switch (words[0]) {
        case ExprOp.EPSILON:
          nullable.push(true);
          break;
        case ExprOp.CONCAT:
        case ExprOp.INTERSECT:
          nullable.push(words.every((_, i) => i === 0 || at(i)));
          break;
        case ExprOp.UNION:
          nullable.push(words.some((_, i) => i > 0 && at(i)));
          break;
        case ExprOp.COMPLEMENT:
          nullable.push(!at(1));
          break;
        case ExprOp.BYTES:
          nullable.push(at(1));
          break;
        case ExprOp.REPEAT:
          nullable.push(words[2] === 0 || at(1));
          break;
        default:
          nullable.push(false);
      }
    }
    return nullable[id] as boolean;
  }

  function insert(fragment: ProgramFragment): number {
    const known = inserted.get(fragment);
    if (known !== undefined) return known;
    const stringMap = fragment.strings.map(string);
    const setMap: number[] = [];
    for (let index = 0; index < fragment.sets.size; index++) {
      setMap.push(intern(sets, sequence(fragment.sets, index)));
    }
    const map: number[] = [];
    exprs.reserve(fragment.exprs.size);
    for (let index = 0; index < fragment.exprs.size; index++) {
      const words = sequence(fragment.exprs, index);
      const op = words[0] as number;
      if (op === ExprOp.SET) words[1] = setMap[words[1] as number] as number;
      else if (op === ExprOp.LITERAL) words[1] = stringMap[words[1] as number] as number;
      else for (let at = operandsEnd(words) - 1; at > 0; at--) words[at] = map[words[at] as number] as number;
      map.push(expr(words));
    }
    const root = map[fragment.root] as number;
    inserted.set(fragment, root);
    return root;
  }

  return {
    string,
    decimal(canonical) {
      if (!CANONICAL_DECIMAL.test(canonical)) {
        throw new GrammaskError('ARGUMENT', `not a canonical decimal: ${canonical.slice(0, 40)}`);
      }
      return string(canonical);
    },
    set: (ranges) => internSet(normalizeRanges(ranges)),
    empty: () => EMPTY,
    epsilon: () => EPSILON,
    charSet,
    literal,
    concat,
    union,
    intersect,
    complement,
    repeat,
    punycode,
    bytes,
    bytesOf,
    otherBytes,
    exprOp: (id) => exprs.first(check(id)),
    isNullable,
    fragment: (root) => ({ strings, sets, exprs, root: check(root) }),
    insert,
    reserveNode() {
      budget.add(1);
      return nodes.push(undefined) - 1;
    },
    setNode(node, records) {
      if (!(node in nodes) || nodes[node] !== undefined) {
        throw new GrammaskError('ARGUMENT', `schema node ${node} is unknown or was set before`);
      }
      budget.step();
      nodes[node] = records;
    },
    schemaRoot: (node, style = {}) => roots.push({ node, style }) - 1,
    tokens(ids, names = [], excluded = false) {
      const ranges = idRanges(ids);
      const strings = [...new Set(names.map(string))].sort((a, b) => a - b);
      const key = JSON.stringify([ranges, strings, excluded]);
      let set = tokenSetIndex.get(key);
      if (set === undefined) {
        budget.add(4 + 2 * ranges.length + strings.length);
        set = tokenSets.push({ excluded, ids: ranges, names: strings }) - 1;
        tokenSetIndex.set(key, set);
      }
      return { kind: 'tokens', set };
    },
    reserveRule(name) {
      budget.add(3);
      return rules.push({ name: string(name), alternatives: undefined }) - 1;
    },
    setRule(rule, alternatives) {
      const entry = rules[rule];
      if (entry === undefined || entry.alternatives !== undefined) {
        throw new GrammaskError('ARGUMENT', `rule ${rule} is unknown or was set before`);
      }
      let words = 0;
      for (const symbols of alternatives) words += 1 + 2 * symbols.length;
      budget.add(words);
      entry.alternatives = alternatives.slice();
    },
    refuse(error) {
      if (refusals === undefined) throw error;
      budget.add(1);
      refusals.push(error);
    },
    step: budget.step,
    finish: (rootRule) =>
      encodeProgram({ strings, sets, exprs, tokenSets, nodes, roots, rules }, rootRule, budget),
  };
}

/** Sorted, and merged where they touch. */
function idRanges(ids: Iterable<IdRange>): IdRange[] {
  const sorted = [...ids].sort((a, b) => a[0] - b[0]);
  const merged: [number, number][] = [];
  for (const [lo, hi] of sorted) {
    if (!(Number.isInteger(lo) && Number.isInteger(hi) && lo >= 0 && lo <= hi && hi <= MAX_COUNT)) {
      throw new GrammaskError('TOKEN_RANGE', `${lo === hi ? lo : `${lo}-${hi}`} is no token id`, {
        hint: 'token ids are integers from 0',
      });
    }
    const last = merged[merged.length - 1];
    if (last !== undefined && lo <= last[1] + 1) last[1] = Math.max(last[1], hi);
    else merged.push([lo, hi]);
  }
  return merged;
}

/** The operands of an expression are its words from 1 up to here. */
function operandsEnd(words: readonly number[]): number {
  const op = words[0];
  if (op === ExprOp.SET || op === ExprOp.LITERAL) return 1;
  return op === ExprOp.REPEAT || op === ExprOp.PUNYCODE ? 2 : words.length;
}

/** A copy of the words of a sequence. */
function sequence(table: WordTable, index: number): number[] {
  const { words } = table;
  const result: number[] = [];
  const end = table.start(index + 1);
  for (let i = table.start(index); i < end; i++) result.push(words[i] as number);
  return result;
}
