import type { Grammar } from '../../engine/grammar.js';
import { readProgram } from '../../frontends/program-reader.js';
import { readableBytes } from '../../readable-bytes.js';

/** How the texts of a grammar are held while they are changed and made smaller: as strings, of characters or of bytes. */
export interface TextForm {
  fromBytes(bytes: Uint8Array): string;
  toBytes(text: string): Uint8Array;
  /** What a judge is given: a text, or bytes where they need not be one. */
  forJudge(text: string): string | Uint8Array;
  /** For people. */
  shown(text: string): string;
}

const ofCharacters: TextForm = {
  fromBytes: (bytes) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes),
  toBytes: (text) => new TextEncoder().encode(text),
  forJudge: (text) => text,
  shown: (text) => text,
};
/** A character stands for the byte of its number; what a mutation puts in beyond that, for the last byte of it. */
const toBytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));
const ofBytes: TextForm = {
  fromBytes: (bytes) => Buffer.from(bytes).toString('latin1'),
  toBytes,
  forJudge: toBytes,
  shown: (text) => readableBytes(toBytes(text)),
};

/** Bytes where some text of the grammar is no UTF-8. */
export function textFormOf(grammar: Grammar): TextForm {
  return readProgram(grammar.toBuffer()).exprs.some(({ op }) => op === 'bytes') ? ofBytes : ofCharacters;
}
