// Reading the inside of a JSON string, byte by byte, as code points.
//
// Regular expressions of schemas speak about the decoded text, so the text is decoded and the
// expressions are stepped by code points; no expression is ever rewritten into escaped spellings.
// The state is two words: where in a code point or an escape we are, and what was read of it. A
// surrogate pair counts once; a lone surrogate is refused as soon as it cannot become a pair (RFC
// 8259 §7, §8.2).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/byte_set.h"

namespace grammask {

struct DecoderState {
  uint32_t mode = 0;  // 0: between code points
  uint32_t value = 0;
  bool operator==(const DecoderState&) const = default;
};

// How characters may be spelled: which may stand behind a backslash. A character that needs no
// escape may always stand for itself. The bits up to kHexOfAll are those of docs/program.md.
enum EscapeBits : uint32_t {
  kShortEscapes = 255,        // `"`, `\`, `/`, `b`, `f`, `n`, `r`, `t`, from bit 0 on
  kHexOfControls = 256,       // `\u` of U+0000 to U+001F and U+007F
  kHexOfAll = 512,            // `\u` of any character
  kHexOfOtherControls = 1024  // `\u` of controls without a short escape, in small letters
};

struct Spelling {
  uint32_t bits = kShortEscapes | kHexOfAll;  // in any way
  bool operator==(const Spelling&) const = default;
};

// Only the escapes that JSON.stringify writes.
inline constexpr Spelling kCanonicalSpelling{(kShortEscapes & ~4u) | kHexOfOtherControls};

enum class Decoded : uint8_t { kInvalid, kPartial, kCodePoint, kQuote };

struct CodePoints {
  uint32_t lo, hi;
};

// On kCodePoint, *code_point is set and *state is between code points.
Decoded DecodeByte(uint8_t byte, Spelling spelling, DecoderState* state, uint32_t* code_point);

// Behind a backslash: the next byte tells which escape it is.
bool IsEscape(const DecoderState& state);

// The bytes that may go on with a begun code point or escape, and perhaps more.
ByteSet BytesWithin(const DecoderState& state);

// The code points that the begun one can still become, in ascending ranges. Returns how many were
// written.
inline constexpr size_t kMostReachable = 6;
int Reachable(const DecoderState& state, Spelling spelling, CodePoints out[kMostReachable]);

// A way to finish the begun code point or escape so that it becomes `code_point` (one of
// Reachable): the bytes to append. Written to out (at most 16 bytes); returns the length.
int FinishCodePoint(const DecoderState& state, Spelling spelling, uint32_t code_point,
                    char out[16]);

// Can the character be written inside of a string?
bool Writable(Spelling spelling, uint32_t code_point);

// A JSON text, or part of one, whose strings are canonical, in this spelling. All of its characters
// are writable.
std::string Respelled(std::string_view canonical, Spelling spelling);

}  // namespace grammask
