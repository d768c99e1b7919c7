import { locate } from '../frontends/source-location.js';
import { characterLength } from '../readable-bytes.js';
import type { NativeExplanation } from './binding.js';
import { type ReadInput, textBytes } from './input.js';

/** Where a text leaves a language, and what was expected there. */
export interface Explanation {
  /** The whole input is in the language. */
  accepted: boolean;
  /** The whole input can be continued to a text of the language. */
  viable: boolean;
  /** Bytes of the longest prefix that can be continued (UTF-8; tokens count 0). */
  validBytes: number;
  /** Line of the end of that prefix, from 1. */
  line: number;
  /** Column of it, from 1, in code points. */
  column: number;
  /** The line, shortened where it is long, and a second line with a caret under the place. */
  excerpt: string;
  /** What may come there, in words. */
  expected: string[];
}

/** The native answer with the place of it in the text. */
export function explanationOf(native: NativeExplanation, input: ReadInput): Explanation {
  const bytes = textBytes(input.pieces);
  const validBytes = Math.min(native.validBytes, bytes.length);
  const text = decode(bytes);
  // The place of a byte inside a character is the beginning of that character.
  const before = decode(bytes.subarray(0, characterStart(bytes, validBytes)));
  return {
    accepted: native.accepted && input.complete,
    viable: native.viable && input.complete,
    validBytes,
    ...locate(text, before.length),
    expected: native.expected,
  } as Explanation;
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

function characterStart(bytes: Uint8Array, offset: number): number {
  for (let start = offset; start >= 0 && offset - start <= 3; start--) {
    if (((bytes[start] ?? 0) & 0xc0) === 0x80) continue;
    // Behind other bytes it stands for itself.
    return start + characterLength(bytes, start) > offset ? start : offset;
  }
  return offset;
}
