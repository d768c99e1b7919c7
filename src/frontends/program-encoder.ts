import { GrammaskError } from '../errors.js';
import type { BuildBudget } from './build-budget.js';
import type { ProgramParts } from './program-builder.js';
import {
  ExprOp,
  NONE,
  PROGRAM_MAGIC,
  PROGRAM_VERSION,
  type ProgramSymbol,
  type SchemaStyle,
  SymbolKind,
} from './program-format.js';
import { mapRecord, writeRecord } from './schema-record-words.js';
import { createWordBuffer, type WordBuffer } from './word-table.js';

/** Writes the buffer of docs/program.md. Unused strings, sets and expressions are dropped and the rest renumbered. */
export function encodeProgram(parts: ProgramParts, rootRule: number, budget: BuildBudget): Uint8Array {
  if (!(rootRule in parts.rules)) throw new GrammaskError('ARGUMENT', `no rule has the index ${rootRule}`);
  const keep = findUsed(parts, budget);
  const stringMap = numberUsed(keep.strings);
  const setMap = numberUsed(keep.sets);
  const exprMap = numberUsed(keep.exprs);
  const out = createWordBuffer(1 << 12);
  out.push(PROGRAM_MAGIC);
  out.push(PROGRAM_VERSION);
  out.push(0);
  const chunks = writeStrings(out, parts.strings, keep.strings, stringMap.count);

  out.push(setMap.count);
  for (let i = 0; i < parts.sets.size; i++) {
    if (keep.sets[i] === 0) continue;
    const words = parts.sets.get(i);
    out.push(words.length / 2);
    for (const word of words) out.push(word);
  }

  out.push(exprMap.count);
  for (let i = 0; i < parts.exprs.size; i++) {
    if (keep.exprs[i] !== 0) writeExpr(out, parts.exprs.get(i), stringMap.to, setMap.to, exprMap.to);
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
    for (const record of records ?? []) writeRecord(out, mapRecord(record, maps));
    out.set(lengthAt, out.length - lengthAt - 1);
    budget.step();
  }

  out.push(parts.roots.length);
  for (const { node, style } of parts.roots) {
    checkIndex(node, parts.nodes.length, 'schema node');
    out.push(node);
    for (const word of styleWords(style)) out.push(word);
  }

  out.push(parts.rules.length);
  for (const { name, alternatives } of parts.rules) {
    out.push(stringMap.to[name] as number);
    out.push(alternatives?.length ?? 0);
    for (const symbols of alternatives ?? []) {
      out.push(symbols.length);
      for (const symbol of symbols) writeSymbol(out, symbol, parts, stringMap.to, exprMap.to);
    }
    budget.step();
  }
  out.push(rootRule);
  return toBytes(out, chunks);
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
    for (const record of records) mapRecord(record, markers);
    budget.step();
  }
  for (const { name, alternatives } of parts.rules) {
    if (alternatives === undefined) {
      throw new GrammaskError('ARGUMENT', `rule ${parts.strings[name]} was reserved and never set`);
    }
    strings[name] = 1;
    for (const symbols of alternatives) {
      for (const symbol of symbols) {
        if (symbol.kind === 'terminal') markers.expr(symbol.expr);
        else if (symbol.kind === 'tokenName') markers.string(symbol.name);
      }
    }
  }
  for (let i = parts.exprs.size - 1; i >= 0; i--) {
    if (exprs[i] === 0) continue;
    const words = parts.exprs.get(i);
    const op = words[0] as number;
    if (op === ExprOp.SET) sets[words[1] as number] = 1;
    else if (op === ExprOp.LITERAL) strings[words[1] as number] = 1;
    else if (op === ExprOp.REPEAT) exprs[words[1] as number] = 1;
    else for (let k = 1; k < words.length; k++) exprs[words[k] as number] = 1;
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

/** Encoded texts are put into the finished buffer at the word offsets given here. */
interface TextChunk {
  readonly word: number;
  readonly bytes: Uint8Array;
}

function writeStrings(
  out: WordBuffer,
  strings: readonly string[],
  used: Uint8Array,
  count: number,
): TextChunk[] {
  const encoder = new TextEncoder();
  const chunks: TextChunk[] = [];
  out.push(count);
  strings.forEach((text, index) => {
    if (used[index] === 0) return;
    const bytes = encoder.encode(text);
    out.push(bytes.length);
    chunks.push({ word: out.length, bytes });
    for (let i = 0; i < bytes.length; i += 4) out.push(0);
  });
  return chunks;
}

function writeExpr(
  out: WordBuffer,
  words: Uint32Array,
  strings: Uint32Array,
  sets: Uint32Array,
  exprs: Uint32Array,
): void {
  const op = words[0] as number;
  out.push(op);
  const to = (index: number): number => exprs[words[index] as number] as number;
  switch (op) {
    case ExprOp.EMPTY:
    case ExprOp.EPSILON:
      break;
    case ExprOp.SET:
      out.push(sets[words[1] as number] as number);
      break;
    case ExprOp.LITERAL:
      out.push(strings[words[1] as number] as number);
      break;
    case ExprOp.COMPLEMENT:
      out.push(to(1));
      break;
    case ExprOp.REPEAT:
      out.push(to(1));
      out.push(words[2] as number);
      out.push(words[3] as number);
      break;
    default:
      out.push(words.length - 1);
      for (let i = 1; i < words.length; i++) out.push(to(i));
  }
}

function styleWords(style: SchemaStyle): number[] {
  const { whitespace = 'any', keyOrder = 'any', spelling = 'any', undeclared = 'schema' } = style;
  const [kind, indent] =
    typeof whitespace === 'object'
      ? [3, whitespace.indent]
      : [['any', 'compact', 'spaced'].indexOf(whitespace), 0];
  return [
    kind,
    indent,
    keyOrder === 'schema' ? 1 : 0,
    spelling === 'canonical' ? 1 : 0,
    undeclared === 'forbid' ? 1 : 0,
  ];
}

function writeSymbol(
  out: WordBuffer,
  symbol: ProgramSymbol,
  parts: ProgramParts,
  strings: Uint32Array,
  exprs: Uint32Array,
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
    case 'tokenId':
      out.push(symbol.id);
      break;
    case 'tokenName':
      out.push(strings[symbol.name] as number);
      break;
  }
}

function toBytes(out: WordBuffer, chunks: readonly TextChunk[]): Uint8Array {
  const bytes = new Uint8Array(out.length * 4);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < out.length; i++) view.setUint32(4 * i, out.at(i), true);
  view.setUint32(8, out.length, true);
  for (const chunk of chunks) bytes.set(chunk.bytes, chunk.word * 4);
  return bytes;
}
