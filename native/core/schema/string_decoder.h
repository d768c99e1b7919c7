// Reading the inside of a JSON string, byte by byte, as code points.
//
// Regular expressions of schemas speak about the decoded text, so the text is decoded and the
// expressions are stepped by code points; no expression is ever rewritten into escaped spellings.
// The state is two words: where in a code point or an escape we are, and what was read of it. A
// surrogate pair counts once; a lone surrogate is refused as soon as it cannot become a pair (RFC
// 8259 §7, §8.2).
#pragma once

#include <cstdint>

#include "base/byte_set.h"

namespace grammask {

struct DecoderState {
  uint32_t mode = 0;  // 0: between code points
  uint32_t value = 0;
  bool operator==(const DecoderState&) const = default;
};

enum class Decoded : uint8_t { kInvalid, kPartial, kCodePoint, kQuote };

struct CodePoints {
  uint32_t lo, hi;
};

// canonical: only the escapes that JSON.stringify writes. On kCodePoint, *code_point is set and
// *state is between code points.
Decoded DecodeByte(uint8_t byte, bool canonical, DecoderState* state, uint32_t* code_point);

// Behind a backslash: the next byte tells which escape it is.
bool IsEscape(const DecoderState& state);

// The bytes that may go on with a begun code point or escape, and perhaps more.
ByteSet BytesWithin(const DecoderState& state);

// The code points that the begun one can still become: at most four ranges. Returns how many were
// written.
int Reachable(const DecoderState& state, bool canonical, CodePoints out[4]);

// A way to finish the begun code point or escape so that it becomes `code_point` (one of
// Reachable): the bytes to append. Written to out (at most 16 bytes); returns the length.
int FinishCodePoint(const DecoderState& state, uint32_t code_point, char out[16]);

}  // namespace grammask
