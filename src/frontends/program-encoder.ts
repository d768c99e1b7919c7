import { GrammaskError } from '../errors.js';
import type { BuildBudget } from './build-budget.js';
import type { ProgramParts } from './program-builder.js';
import {
  ExprOp,
  MAX_COUNT,
  NONE,
  PROGRAM_MAGIC,
  PROGRAM_VERSION,
  type ProgramSymbol,
  type SchemaStyle,
  SPELLING_WORDS,
  SymbolKind,
  WHITESPACE_WORDS,
} from './program-format.js';
import { visitRecord, writeRecord } from './schema-record-words.js';
import { createWordBuffer, type WordBuffer, type WordTable } from './word-table.js';

/** One program is written at a time, so all share the memory. */
const out = createWordBuffer();

/** Writes the buffer of docs/program.md. Unused strings, sets and expressions are dropped and the rest renumbered. */
export function encodeProgram(parts: ProgramParts, rootRule: number, budget: BuildBudget): Uint8Array {
  if (!(rootRule in parts.rules)) throw new GrammaskError('ARGUMENT', `no rule has the index ${rootRule}`);
  try {
    writeProgram(parts, rootRule, budget);
    return bytesOfWords(out.copy());
  } finally {
    out.clear();
  }
}

function writeProgram(parts: ProgramParts, rootRule: number, budget: BuildBudget): void {
  const keep = findUsed(parts, budget);
  const stringMap = numberUsed(keep.strings);
  const setMap = numberUsed(keep.sets);
  const exprMap = numberUsed(keep.exprs);
  out.push(PROGRAM_MAGIC);
  out.push(PROGRAM_VERSION);
  out.push(0);
  writeStrings(out, parts.strings, keep.strings, stringMap.count, budget);

  out.push(setMap.count);
  for (let i = 0; i < parts.sets.size; i++) {
    if (keep.sets[i] === 0) continue;
    const { words } = parts.sets;
    const start = parts.sets.start(i);
    const end = parts.sets.start(i + 1);
    out.push((end - start) / 2);
    for (let at = start; at < end; at++) out.push(words[at] as number);
  }

  out.push(exprMap.count);
  for (let i = 0; i < parts.exprs.size; i++) {
    if (keep.exprs[i] !== 0) writeExpr(out, parts.exprs, i, stringMap.to, setMap.to, exprMap.to);
  }

  out.push(parts.tokenSets.length);
  for (const { excluded, ids, names } of parts.tokenSets) {
    out.push(excluded ? 1 : 0);
    out.push(ids.length);
    for (const [lo, hi] of ids) {
      out.push(lo);
      out.push(hi);
    }
    out.push(names.length);
    for (const name of names) out.push(stringMap.to[name] as number);
    budget.step();
  }

  out.push(parts.nodes.length);
  const maps = {
    string: (index: number) => stringMap.to[index] as number,
    expr: (index: number) => exprMap.to[index] as number,
    node: (index: number) => index,
  };
  for (const records of parts.nodes) {
    const lengthAt = out.length;
    out.push(0);
    for (const record of records ?? []) writeRecord(out, record, maps);
    out.set(lengthAt, out.length - lengthAt - 1);
    budget.step();
  }

  out.push(parts.roots.length);
  for (const { node, style } of parts.roots) {
    checkIndex(node, parts.nodes.length, 'schema node');
    out.push(node);
    for (const word of styleWords(style, maps.expr)) out.push(word);
  }

  out.push(parts.rules.length);
  for (const { name, alternatives } of parts.rules) {
    out.push(stringMap.to[name] as number);
    out.push(alternatives?.length ?? 0);
    for (const symbols of alternatives ?? []) {
      out.push(symbols.length);
      for (const symbol of symbols) writeSymbol(out, symbol, parts, exprMap.to, stringMap.to);
    }
    budget.step();
  }
  out.push(rootRule);
  out.set(2, out.length);
}

function checkIndex(index: number, size: number, what: string): number {
  if (!(Number.isInteger(index) && index >= 0 && index < size)) {
    throw new GrammaskError('ARGUMENT', `no ${what} has the index ${index}`);
  }
  return index;
}

interface Used {
  readonly strings: Uint8Array;
  readonly sets: Uint8Array;
  readonly exprs: Uint8Array;
}

/** Marks what rules and nodes reach. Expressions refer backwards only, so one pass from the last to the first is enough. */
function findUsed(parts: ProgramParts, budget: BuildBudget): Used {
  const strings = new Uint8Array(parts.strings.length);
  const sets = new Uint8Array(parts.sets.size);
  const exprs = new Uint8Array(parts.exprs.size);
  const mark = (flags: Uint8Array, what: string) => (index: number) => {
    flags[checkIndex(index, flags.length, what)] = 1;
    return index;
  };
  const markers = {
    string: mark(strings, 'string'),
    expr: mark(exprs, 'expression'),
    node: (index: number) => checkIndex(index, parts.nodes.length, 'schema node'),
  };
  for (const records of parts.nodes) {
    if (records === undefined)
      throw new GrammaskError('ARGUMENT', 'a schema node was reserved and never set');
    for (const record of records) visitRecord(record, markers);
    budget.step();
  }
  for (const { style } of parts.roots) for (const gap of gapsOf(style)) markers.expr(gap);
  for (const { name, alternatives } of parts.rules) {
    if (alternatives === undefined) {
      throw new GrammaskError('ARGUMENT', `rule ${parts.strings[name]} was reserved and never set`);
    }
    strings[name] = 1;
    for (const symbols of alternatives) {
      for (const symbol of symbols) {
        if ('expr' in symbol) markers.expr(symbol.expr);
        if (symbol.kind === 'slot') markers.string(symbol.name);
      }
    }
  }
  for (const { names } of parts.tokenSets) for (const name of names) markers.string(name);
  for (let i = parts.exprs.size - 1; i >= 0; i--) {
    if (exprs[i] === 0) continue;
    const { words } = parts.exprs;
    const start = parts.exprs.start(i);
    const op = words[start] as number;
    if (op === ExprOp.SET) sets[words[start + 1] as number] = 1;
    else if (op === ExprOp.LITERAL) strings[words[start + 1] as number] = 1;
    else if (op === ExprOp.REPEAT || op === ExprOp.PUNYCODE) exprs[words[start + 1] as number] = 1;
    else {
      const end = parts.exprs.start(i + 1);
      for (let at = start + 1; at < end; at++) exprs[words[at] as number] = 1;
    }
    budget.step();
  }
  return { strings, sets, exprs };
}

function numberUsed(used: Uint8Array): { to: Uint32Array; count: number } {
  const to = new Uint32Array(used.length);
  let count = 0;
  for (let i = 0; i < used.length; i++) to[i] = used[i] === 0 ? NONE : count++;
  return { to, count };
}

function writeStrings(
  out: WordBuffer,
  strings: readonly string[],
  used: Uint8Array,
  count: number,
  budget: BuildBudget,
): void {
  out.push(count);
  strings.forEach((text, index) => {
    if (used[index] === 0) return;
    budget.step();
    const lengthAt = out.length;
    out.push(text.length);
    if (!pushAscii(out, text)) out.set(lengthAt, pushUtf8(out, lengthAt + 1, text));
  });
}

/** Four characters a word; most texts are short, where this is faster than an encoder. False where one is not ASCII. */
function pushAscii(out: WordBuffer, text: string): boolean {
  let word = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0x7f) return false;
    word |= code << (8 * (i & 3));
    if ((i & 3) === 3) {
      out.push(word);
      word = 0;
    }
  }
  if ((text.length & 3) !== 0) out.push(word);
  return true;
}

const encoder = new TextEncoder();

/** Writes a text from a place on, over what stands there; its length in bytes. */
function pushUtf8(out: WordBuffer, start: number, text: string): number {
  const bytes = encoder.encode(text);
  for (let i = 0, at = start; i < bytes.length; i += 4, at++) {
    const word =
      (bytes[i] as number) |
      ((bytes[i + 1] ?? 0) << 8) |
      ((bytes[i + 2] ?? 0) << 16) |
      ((bytes[i + 3] ?? 0) << 24);
    if (at < out.length) out.set(at, word);
    else out.push(word);
  }
  return bytes.length;
}

function writeExpr(
  out: WordBuffer,
  table: WordTable,
  index: number,
  strings: Uint32Array,
  sets: Uint32Array,
  exprs: Uint32Array,
): void {
  const { words } = table;
  const start = table.start(index);
  const op = words[start] as number;
  out.push(op);
  const first = words[start + 1] as number;
  switch (op) {
    case ExprOp.EMPTY:
    case ExprOp.EPSILON:
      break;
    case ExprOp.SET:
      out.push(sets[first] as number);
      break;
    case ExprOp.LITERAL:
      out.push(strings[first] as number);
      break;
    case ExprOp.COMPLEMENT:
    case ExprOp.BYTES:
      out.push(exprs[first] as number);
      break;
    case ExprOp.REPEAT:
      out.push(exprs[first] as number);
      out.push(words[start + 2] as number);
      out.push(words[start + 3] as number);
      break;
    case ExprOp.PUNYCODE:
      out.push(exprs[first] as number);
      out.push(words[start + 2] as number);
      break;
    default: {
      const end = table.start(index + 1);
      out.push(end - start - 1);
      for (let at = start + 1; at < end; at++) out.push(exprs[words[at] as number] as number);
    }
  }
}

function styleWords(style: SchemaStyle, exprOf: (index: number) => number): number[] {
  const { whitespace = 'any', keyOrder = 'any', spelling = 'any', undeclared = 'schema' } = style;
  const [word, number] = whitespaceWords(whitespace);
  const words = [
    WHITESPACE_WORDS.indexOf(word),
    number,
    keyOrder === 'schema' ? 1 : 0,
    SPELLING_WORDS.indexOf(typeof spelling === 'string' ? spelling : 'escapes'),
    undeclared === 'forbid' ? 1 : 0,
    ...gapsOf(style).map(exprOf),
  ];
  if (typeof spelling !== 'string') words.push(spelling.escapes);
  return words;
}

function whitespaceWords(
  whitespace: NonNullable<SchemaStyle['whitespace']>,
): [word: (typeof WHITESPACE_WORDS)[number], number: number] {
  if (typeof whitespace === 'string') return [whitespace, 0];
  if ('indent' in whitespace) return ['indent', whitespace.indent];
  return 'atMost' in whitespace ? ['atMost', whitespace.atMost] : ['gaps', 0];
}

/** The expressions of a style, in their order. */
function gapsOf({ whitespace }: SchemaStyle): number[] {
  if (typeof whitespace !== 'object' || !('pad' in whitespace)) return [];
  return [whitespace.pad, whitespace.item, whitespace.key];
}

function writeSymbol(
  out: WordBuffer,
  symbol: ProgramSymbol,
  parts: ProgramParts,
  exprs: Uint32Array,
  strings: Uint32Array,
): void {
  out.push(SymbolKind[symbol.kind]);
  switch (symbol.kind) {
    case 'terminal':
      out.push(exprs[symbol.expr] as number);
      break;
    case 'rule':
      out.push(checkIndex(symbol.rule, parts.rules.length, 'rule'));
      break;
    case 'schema':
      out.push(checkIndex(symbol.root, parts.roots.length, 'schema root'));
      break;
    case 'tokens':
      out.push(checkIndex(symbol.set, parts.tokenSets.length, 'token set'));
      break;
    case 'limited':
      out.push(exprs[symbol.expr] as number);
      out.push(Math.min(symbol.maxTokens, MAX_COUNT));
      break;
    case 'bounded':
      out.push(checkIndex(symbol.rule, parts.rules.length, 'rule'));
      out.push(Math.min(symbol.maxTokens, MAX_COUNT));
      break;
    case 'slot':
      out.push(exprs[symbol.expr] as number);
      out.push(strings[symbol.name] as number);
      break;
  }
}

const IS_LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/** The bytes of a program's words, the least first. The words are not to be used again. */
export function bytesOfWords(words: Uint32Array<ArrayBuffer>): Uint8Array {
  if (!IS_LITTLE_ENDIAN) {
    const view = new DataView(words.buffer);
    for (const [index, word] of words.entries()) view.setUint32(4 * index, word, true);
  }
  return new Uint8Array(words.buffer);
}

/** The words of a program. */
export function wordsOfProgram(program: Uint8Array): Uint32Array {
  const view = new DataView(program.buffer, program.byteOffset, program.byteLength);
  return Uint32Array.from({ length: program.byteLength / 4 }, (_, index) => view.getUint32(4 * index, true));
}
