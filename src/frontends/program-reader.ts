import { GrammaskError } from '../errors.js';
import {
  type CharRange,
  EscapeBits,
  ExprOp,
  type IdRange,
  NONE,
  PROGRAM_MAGIC,
  PROGRAM_VERSION,
  type ProgramSymbol,
  type SchemaRecord,
  type SchemaStyle,
  SPELLING_WORDS,
  SymbolKind,
  WHITESPACE_WORDS,
} from './program-format.js';
import { mapRecord, readRecord } from './schema-record-words.js';

export type ProgramExpr =
  | { readonly op: 'empty' | 'epsilon' }
  | { readonly op: 'set'; readonly ranges: readonly CharRange[] }
  | { readonly op: 'literal'; readonly text: string }
  | { readonly op: 'concat' | 'union' | 'intersect'; readonly parts: readonly number[] }
  | { readonly op: 'complement' | 'bytes'; readonly expr: number }
  | { readonly op: 'repeat'; readonly expr: number; readonly min: number; readonly max: number | undefined }
  | { readonly op: 'punycode'; readonly expr: number; readonly max: number };

export interface ProgramTokenSet {
  readonly excluded: boolean;
  readonly ids: readonly IdRange[];
  readonly names: readonly string[];
}

/** A program as plain data; see docs/program.md. */
export interface ProgramData {
  readonly strings: readonly string[];
  readonly exprs: readonly ProgramExpr[];
  readonly tokenSets: readonly ProgramTokenSet[];
  readonly nodes: readonly (readonly SchemaRecord[])[];
  readonly roots: readonly { readonly node: number; readonly style: SchemaStyle }[];
  readonly rules: readonly {
    readonly name: string;
    readonly alternatives: readonly (readonly ProgramSymbol[])[];
  }[];
  readonly root: number;
}

/** Reads words one by one, each checked against the end of the buffer. */
interface Cursor {
  readonly position: number;
  word(): number;
  /** A count of entries that take at least one word each. */
  count(): number;
  /** An index below `size`. */
  index(size: number, what: string): number;
  text(): string;
  fail(message: string): never;
}

function createCursor(bytes: Uint8Array): Cursor {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = bytes.byteLength >> 2;
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let position = 0;

  function fail(message: string): never {
    throw new GrammaskError('SYNTAX', `not a grammar buffer: ${message} (word ${position})`);
  }
  function word(): number {
    if (position >= end) fail('it ends too early');
    return view.getUint32(4 * position++, true);
  }
  return {
    get position() {
      return position;
    },
    word,
    count() {
      const count = word();
      if (count > end - position) fail(`a count of ${count} is more than the rest holds`);
      return count;
    },
    index(size, what) {
      const index = word();
      if (index >= size) fail(`no ${what} has the index ${index}`);
      return index;
    },
    text() {
      const length = word();
      const words = Math.ceil(length / 4);
      if (words > end - position) fail(`a string of ${length} bytes is more than the rest holds`);
      const start = 4 * position;
      position += words;
      try {
        return decoder.decode(bytes.subarray(start, start + length));
      } catch {
        return fail('a string is not UTF-8');
      }
    },
    fail,
  };
}

/** Reads a program buffer. `SYNTAX` for anything that is not one. */
export function readProgram(bytes: Uint8Array): ProgramData {
  const cursor = createCursor(bytes);
  if (bytes.byteLength % 4 !== 0) cursor.fail('its length is no multiple of four');
  if (cursor.word() !== PROGRAM_MAGIC) cursor.fail('it does not begin with GMSK');
  const version = cursor.word();
  if (version !== PROGRAM_VERSION)
    cursor.fail(`its version is ${version}, this package reads ${PROGRAM_VERSION}`);
  if (cursor.word() !== bytes.byteLength / 4) cursor.fail('its length differs from the stated one');

  const strings = list(cursor, () => cursor.text());
  const sets = list(cursor, () => readSet(cursor));
  const exprCount = cursor.count();
  const exprs: ProgramExpr[] = [];
  while (exprs.length < exprCount) exprs.push(readExpr(cursor, strings, sets, exprs.length));

  const tokenSets = list(cursor, () => readTokenSet(cursor, strings));

  const nodeCount = cursor.count();
  const nodes: SchemaRecord[][] = [];
  while (nodes.length < nodeCount) nodes.push(readNode(cursor, strings.length, exprs.length, nodeCount));
  const roots = list(cursor, () => ({
    node: cursor.index(nodeCount, 'schema node'),
    style: readStyle(cursor, exprs.length),
  }));

  const ruleCount = cursor.count();
  const sizes = {
    strings: strings.length,
    exprs: exprs.length,
    rules: ruleCount,
    roots: roots.length,
    tokenSets: tokenSets.length,
  };
  const rules: ProgramData['rules'][number][] = [];
  while (rules.length < ruleCount) {
    const name = strings[cursor.index(strings.length, 'string')] as string;
    rules.push({ name, alternatives: list(cursor, () => list(cursor, () => readSymbol(cursor, sizes))) });
  }
  const root = cursor.index(ruleCount, 'rule');
  if (cursor.position !== bytes.byteLength / 4) cursor.fail('words follow its end');
  return { strings, exprs, tokenSets, nodes, roots, rules, root };
}

function list<T>(cursor: Cursor, read: () => T): T[] {
  const count = cursor.count();
  const result: T[] = [];
  while (result.length < count) result.push(read());
  return result;
}

function readSet(cursor: Cursor): CharRange[] {
  let previous = -2;
  return list(cursor, () => {
    const lo = cursor.word();
    const hi = cursor.word();
    if (lo > hi || lo <= previous + 1 || hi > 0x10ffff || (lo <= 0xdfff && hi >= 0xd800)) {
      cursor.fail('a set is not in order');
    }
    previous = hi;
    return [lo, hi] as const;
  });
}

function readExpr(
  cursor: Cursor,
  strings: readonly string[],
  sets: readonly CharRange[][],
  index: number,
): ProgramExpr {
  const expr = (): number => cursor.index(index, 'earlier expression');
  const op = cursor.word();
  switch (op) {
    case ExprOp.EMPTY:
      return { op: 'empty' };
    case ExprOp.EPSILON:
      return { op: 'epsilon' };
    case ExprOp.SET:
      return { op: 'set', ranges: sets[cursor.index(sets.length, 'set')] as CharRange[] };
    case ExprOp.LITERAL:
      return { op: 'literal', text: strings[cursor.index(strings.length, 'string')] as string };
    case ExprOp.CONCAT:
      return { op: 'concat', parts: list(cursor, expr) };
    case ExprOp.UNION:
      return { op: 'union', parts: list(cursor, expr) };
    case ExprOp.INTERSECT:
      return { op: 'intersect', parts: list(cursor, expr) };
    case ExprOp.COMPLEMENT:
      return { op: 'complement', expr: expr() };
    case ExprOp.REPEAT: {
      const body = expr();
      const min = cursor.word();
      const max = cursor.word();
      if (min > max || min === NONE) cursor.fail('a repetition has no count');
      return { op: 'repeat', expr: body, min, max: max === NONE ? undefined : max };
    }
    case ExprOp.PUNYCODE: {
      const decoded = expr();
      const max = cursor.word();
      if (max < 1 || max > 255) cursor.fail('Punycode has 1 to 255 characters at most');
      return { op: 'punycode', expr: decoded, max };
    }
    case ExprOp.BYTES:
      return { op: 'bytes', expr: expr() };
    default:
      return cursor.fail(`unknown operator ${op}`);
  }
}

function readTokenSet(cursor: Cursor, strings: readonly string[]): ProgramTokenSet {
  const excluded = cursor.index(2, 'kind of token set') === 1;
  let previous = -2;
  const ids = list(cursor, () => {
    const lo = cursor.word();
    const hi = cursor.word();
    if (lo > hi || lo <= previous + 1 || hi === NONE) cursor.fail('a token set is not in order');
    previous = hi;
    return [lo, hi] as const;
  });
  let last = -1;
  const names = list(cursor, () => {
    const name = cursor.index(strings.length, 'string');
    if (name <= last) cursor.fail('the names of a token set are not in order');
    last = name;
    return strings[name] as string;
  });
  return { excluded, ids, names };
}

function readNode(cursor: Cursor, strings: number, exprs: number, nodes: number): SchemaRecord[] {
  const below = (size: number, what: string) => (index: number) =>
    index < size ? index : cursor.fail(`no ${what} has the index ${index}`);
  const checks = {
    string: below(strings, 'string'),
    expr: below(exprs, 'expression'),
    node: below(nodes, 'schema node'),
  };
  const length = cursor.count();
  const end = cursor.position + length;
  const records: SchemaRecord[] = [];
  while (cursor.position < end) {
    const tag = cursor.word();
    const payload = list(cursor, () => cursor.word());
    const record = readRecord(tag, payload) ?? cursor.fail(`a record with the tag ${tag} is malformed`);
    records.push(mapRecord(record, checks));
  }
  if (cursor.position !== end) cursor.fail('a schema node is longer than stated');
  return records;
}

function readStyle(cursor: Cursor, exprs: number): SchemaStyle {
  const word = WHITESPACE_WORDS[cursor.index(WHITESPACE_WORDS.length, 'white space style')] ?? 'any';
  const number = cursor.word();
  const keyOrder = cursor.index(2, 'key order') === 1 ? 'schema' : 'any';
  const spelling = SPELLING_WORDS[cursor.index(SPELLING_WORDS.length, 'spelling')] ?? 'any';
  const undeclared = cursor.index(2, 'style of undeclared members') === 1 ? 'forbid' : 'schema';
  const gap = () => cursor.index(exprs, 'expression');
  return {
    whitespace: whitespaceOf(word, number, gap),
    keyOrder,
    spelling: spelling === 'escapes' ? { escapes: cursor.index(EscapeBits.most + 1, 'escapes') } : spelling,
    undeclared,
  };
}

function whitespaceOf(
  word: (typeof WHITESPACE_WORDS)[number],
  number: number,
  gap: () => number,
): NonNullable<SchemaStyle['whitespace']> {
  if (word === 'indent') return { indent: number };
  if (word === 'atMost') return { atMost: number };
  return word === 'gaps' ? { pad: gap(), item: gap(), key: gap() } : word;
}

interface Sizes {
  readonly strings: number;
  readonly exprs: number;
  readonly rules: number;
  readonly roots: number;
  readonly tokenSets: number;
}

function readSymbol(cursor: Cursor, sizes: Sizes): ProgramSymbol {
  const kind = cursor.word();
  switch (kind) {
    case SymbolKind.terminal:
      return { kind: 'terminal', expr: cursor.index(sizes.exprs, 'expression') };
    case SymbolKind.rule:
      return { kind: 'rule', rule: cursor.index(sizes.rules, 'rule') };
    case SymbolKind.schema:
      return { kind: 'schema', root: cursor.index(sizes.roots, 'schema root') };
    case SymbolKind.tokens:
      return { kind: 'tokens', set: cursor.index(sizes.tokenSets, 'token set') };
    case SymbolKind.limited: {
      const expr = cursor.index(sizes.exprs, 'expression');
      const maxTokens = cursor.word();
      if (maxTokens === NONE) cursor.fail('a bound on tokens has no number');
      return { kind: 'limited', expr, maxTokens };
    }
    case SymbolKind.bounded: {
      const rule = cursor.index(sizes.rules, 'rule');
      const maxTokens = cursor.word();
      if (maxTokens === NONE || maxTokens === 0) cursor.fail('a bound on tokens has no number');
      return { kind: 'bounded', rule, maxTokens };
    }
    case SymbolKind.slot: {
      const expr = cursor.index(sizes.exprs, 'expression');
      return { kind: 'slot', expr, name: cursor.index(sizes.strings, 'string') };
    }
    default:
      return cursor.fail(`unknown symbol ${kind}`);
  }
}
