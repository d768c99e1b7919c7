import { createHash } from 'node:crypto';
import { GrammaskError } from '../errors.js';
import { PROGRAM_VERSION } from '../frontends/program-format.js';
import type { NativeVocabulary } from './binding.js';

// The file of a compiled grammar, all numbers little-endian:
//
//   0   8 bytes   "grammask"
//   8   u32       version of this format
//   12  u32       version of the program
//   16  u64       fingerprint of the vocabulary
//   24  u32       length of the program
//   28  …         the program
//   …   32 bytes  SHA-256 of all before
//
// Masks are not in it: one from a file could be trusted only after making it again, and a checksum does not keep anybody
// from writing a wrong one.
const MAGIC = new TextEncoder().encode('grammask');
const FORMAT_VERSION = 1;
const HEADER = 28;
const CHECKSUM = 32;

function checksum(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest();
}

/** The bytes of `compiled.serialize()`. */
export function serialized(program: Uint8Array, vocabulary: NativeVocabulary): Uint8Array {
  const bytes = new Uint8Array(HEADER + program.length + CHECKSUM);
  const view = new DataView(bytes.buffer);
  bytes.set(MAGIC);
  view.setUint32(8, FORMAT_VERSION, true);
  view.setUint32(12, PROGRAM_VERSION, true);
  view.setBigUint64(16, vocabulary.fingerprint, true);
  view.setUint32(24, program.length, true);
  bytes.set(program, HEADER);
  const end = HEADER + program.length;
  bytes.set(checksum(bytes.subarray(0, end)), end);
  return bytes;
}

/** The program in such bytes, which may come from anywhere. `SYNTAX` for others, `VOCABULARY` for another vocabulary. */
export function programOfSerialized(bytes: Uint8Array, vocabulary: NativeVocabulary): Uint8Array {
  // A copy: the bytes may be shared with a thread that writes them.
  const copy = Uint8Array.from(bytes);
  const view = new DataView(copy.buffer);
  if (copy.length < HEADER + CHECKSUM || MAGIC.some((byte, i) => copy[i] !== byte)) {
    throw damaged('these are not the bytes of a compiled grammar');
  }
  if (view.getUint32(8, true) !== FORMAT_VERSION || view.getUint32(12, true) !== PROGRAM_VERSION) {
    throw damaged('the compiled grammar was written by another version of grammask');
  }
  const end = HEADER + view.getUint32(24, true);
  if (copy.length !== end + CHECKSUM) {
    throw damaged(`the compiled grammar has ${copy.length} bytes instead of ${end + CHECKSUM}`);
  }
  const expected = checksum(copy.subarray(0, end));
  if (expected.some((byte, i) => copy[end + i] !== byte)) {
    throw damaged('the compiled grammar is damaged: its checksum does not fit');
  }
  if (view.getBigUint64(16, true) !== vocabulary.fingerprint) {
    throw new GrammaskError('VOCABULARY', 'the grammar was compiled for another vocabulary', {
      hint: 'make a Compiler with the vocabulary that it was compiled for, or compile the grammar again',
    });
  }
  return copy.subarray(HEADER, end);
}

function damaged(message: string): GrammaskError {
  return new GrammaskError('SYNTAX', message, {
    hint: 'compile the grammar again, and keep what serialize() returns',
  });
}
