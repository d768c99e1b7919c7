import { intersectRanges } from './char-ranges.js';
import type { ProgramBuilder } from './program-builder.js';
import { ANY_BYTE } from './utf8-sequences.js';

/**
 * A builder whose alphabet is bytes: a set is one of bytes (what is beyond U+00FF stands for none), a text is its UTF-8, and a
 * complement is one of all texts of bytes. Expressions of both builders may be mixed.
 */
export function byteAlphabet(builder: ProgramBuilder): ProgramBuilder {
  return {
    ...builder,
    charSet: (ranges) => builder.bytes(builder.charSet(intersectRanges(ranges, ANY_BYTE))),
    literal: (text) => builder.bytes(builder.bytesOf(builder.literal(text))),
    complement: builder.otherBytes,
  };
}
