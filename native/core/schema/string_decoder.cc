#include "schema/string_decoder.h"

#include <algorithm>
#include <span>

#include "base/mutant.h"

namespace grammask {
namespace {

// Modes. Low byte: what we are in; second byte: how many steps are left or done.
enum Mode : uint32_t {
  kBetween = 0,
  kUtf8 = 1,  // | length << 8 | bytes left << 16; value: bits so far
  kBackslash = 2,
  kHex = 3,       // | digits read << 8; value: digits so far
  kWantLow = 4,   // value: high surrogate; next must be a backslash
  kWantLowU = 5,  // then 'u'
  kLowHex = 6,    // | digits read << 8; value: high << 16 | digits so far
};

int HexDigit(uint8_t byte, Spelling spelling) {
  if (byte >= '0' && byte <= '9') return byte - '0';
  if (byte >= 'a' && byte <= 'f') return byte - 'a' + 10;
  const bool capitals = (spelling.bits & kHexOfOtherControls) == 0;
  if (capitals && byte >= 'A' && byte <= 'F') return byte - 'A' + 10;
  return -1;
}

// What stands behind the backslash of a short escape, and what it means.
constexpr std::string_view kShort = "\"\\/bfnrt", kMeaning = "\"\\/\b\f\n\r\t";

// What is spelled by its number, where not every character may be.
std::span<const CodePoints> HexRanges(Spelling spelling) {
  static constexpr CodePoints kControls[] = {{0x0, 0x1F}, {0x7F, 0x7F}};
  static constexpr CodePoints kOtherControls[] = {{0x0, 0x7}, {0xB, 0xB}, {0xE, 0x1F}};
  if ((spelling.bits & kHexOfControls) != 0) return kControls;
  if ((spelling.bits & kHexOfOtherControls) != 0) return kOtherControls;
  return {};
}

bool HexOfAll(Spelling spelling) { return (spelling.bits & kHexOfAll) != 0; }

bool HasHex(Spelling spelling) { return (spelling.bits & ~uint32_t{kShortEscapes}) != 0; }

// May a `\u` begin with these digits, as far as the spelling says?
bool HexPrefix(Spelling spelling, uint32_t value, uint32_t digits) {
  if (HexOfAll(spelling)) return true;
  const uint32_t shift = 4 * (4 - digits);
  const uint32_t lo = value << shift, hi = lo | ((1u << shift) - 1);
  const std::span<const CodePoints> ranges = HexRanges(spelling);
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](const CodePoints& r) { return lo <= r.hi && r.lo <= hi; });
}

// The letter of the short escape that the spelling has for a character; 0: none.
char ShortEscape(Spelling spelling, uint32_t code_point) {
  for (size_t i = 0; i < kShort.size(); ++i) {
    if (static_cast<uint8_t>(kMeaning[i]) == code_point && (spelling.bits >> i & 1) != 0)
      return kShort[i];
  }
  return 0;
}

// Is there an escape for the character?
bool Escapable(Spelling spelling, uint32_t code_point) {
  if (HexOfAll(spelling) || ShortEscape(spelling, code_point) != 0) return true;
  const std::span<const CodePoints> ranges = HexRanges(spelling);
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](const CodePoints& r) { return r.lo <= code_point && code_point <= r.hi; });
}

uint32_t SmallestOfLength(uint32_t length) {
  return length == 2 ? 0x80 : length == 3 ? 0x800 : 0x10000;
}

// Range of code points that a begun UTF-8 sequence can become, before surrogates are taken out; lo
// > hi if none.
CodePoints Utf8Range(uint32_t length, uint32_t left, uint32_t value) {
  uint32_t lo = value << (6 * left), hi = lo | ((1u << (6 * left)) - 1);
  return {std::max(lo, SmallestOfLength(length)), std::min(hi, 0x10FFFFu)};
}

int WithoutSurrogates(CodePoints range, CodePoints* out) {
  int n = 0;
  if (range.lo > range.hi) return 0;
  if (range.lo < 0xD800) out[n++] = {range.lo, std::min(range.hi, 0xD7FFu)};
  if (range.hi > 0xDFFF) out[n++] = {std::max(range.lo, 0xE000u), range.hi};
  return n;
}

}  // namespace

Decoded DecodeByte(uint8_t byte, Spelling spelling, DecoderState* state, uint32_t* code_point) {
  auto partial = [&](uint32_t mode, uint32_t value) {
    *state = {mode, value};
    return Decoded::kPartial;
  };
  auto complete = [&](uint32_t value) {
    *state = {};
    *code_point = value;
    return Decoded::kCodePoint;
  };
  switch (state->mode & 0xFF) {
    case kBetween:
      if (byte == '"') return Decoded::kQuote;
      if (byte == '\\') return partial(kBackslash, 0);
      if (byte < 0x20) return Decoded::kInvalid;
      if (byte < 0x80) return complete(byte);
      if (byte >= 0xC2 && byte <= 0xDF) return partial(kUtf8 | 2 << 8 | 1 << 16, byte & 0x1Fu);
      if (byte >= 0xE0 && byte <= 0xEF) return partial(kUtf8 | 3 << 8 | 2 << 16, byte & 0x0Fu);
      if (byte >= 0xF0 && byte <= 0xF4) return partial(kUtf8 | 4 << 8 | 3 << 16, byte & 0x07u);
      return Decoded::kInvalid;
    case kUtf8: {
      if ((byte & 0xC0) != 0x80) return Decoded::kInvalid;
      uint32_t length = (state->mode >> 8) & 0xFF, left = (state->mode >> 16) - 1;
      uint32_t value = state->value << 6 | (byte & 0x3Fu);
      CodePoints out[2];
      if (WithoutSurrogates(Utf8Range(length, left, value), out) == 0) return Decoded::kInvalid;
      if (left == 0) return complete(value);
      return partial(kUtf8 | length << 8 | left << 16, value);
    }
    case kBackslash: {
      if (byte == 'u') return HasHex(spelling) ? partial(kHex, 0) : Decoded::kInvalid;
      const size_t i = kShort.find(static_cast<char>(byte));
      if (i == std::string_view::npos || (spelling.bits >> i & 1) == 0) return Decoded::kInvalid;
      return complete(static_cast<uint8_t>(kMeaning[i]));
    }
    case kHex: {
      int digit = HexDigit(byte, spelling);
      if (digit < 0) return Decoded::kInvalid;
      uint32_t digits = (state->mode >> 8) + 1,
               value = state->value << 4 | static_cast<uint32_t>(digit);
      if (!HexPrefix(spelling, value, digits)) return Decoded::kInvalid;
      if (digits < 4) {
        // A low surrogate cannot come first: D and a second digit of C to F has no other future.
        if (digits >= 2 && (value >> (4 * (digits - 2))) >= 0xDC &&
            (value >> (4 * (digits - 2))) <= 0xDF) {
          return Decoded::kInvalid;
        }
        return partial(kHex | digits << 8, value);
      }
      if (value >= 0xD800 && value <= 0xDBFF) return partial(kWantLow, value);
      if (value >= 0xDC00 && value <= 0xDFFF) return Decoded::kInvalid;
      return complete(value);
    }
    case kWantLow:
      return byte == '\\' ? partial(kWantLowU, state->value) : Decoded::kInvalid;
    case kWantLowU:
      return byte == 'u' ? partial(kLowHex, state->value << 16) : Decoded::kInvalid;
    case kLowHex: {
      int digit = HexDigit(byte, spelling);
      if (digit < 0) return Decoded::kInvalid;
      uint32_t digits = (state->mode >> 8) + 1, high = state->value >> 16;
      uint32_t low = (state->value & 0xFFFF) << 4 | static_cast<uint32_t>(digit);
      uint32_t shift = 4 * (4 - digits);
      if ((low << shift | ((1u << shift) - 1)) < (GRAMMASK_MUTANT(7) ? 0xD800 : 0xDC00) ||
          (low << shift) > 0xDFFF)
        return Decoded::kInvalid;
      if (digits < 4) return partial(kLowHex | digits << 8, high << 16 | low);
      return complete(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00));
    }
    default:
      return Decoded::kInvalid;
  }
}

bool IsEscape(const DecoderState& state) { return state.mode == kBackslash; }

ByteSet BytesWithin(const DecoderState& state) {
  ByteSet bytes{};
  switch (state.mode & 0xFF) {
    case kUtf8:
      AddByteRange(&bytes, 0x80, 0xBF);
      break;
    case kBackslash:
      AddBytesOf(&bytes, "\"\\/bfnrtu");
      break;
    case kHex:
    case kLowHex:
      AddBytesOf(&bytes, "0123456789abcdefABCDEF");
      break;
    case kWantLow:
      AddByte(&bytes, '\\');
      break;
    case kWantLowU:
      AddByte(&bytes, 'u');
      break;
    default:
      AddByteRange(&bytes, 0x20, 0xFF);
  }
  return bytes;
}

int Reachable(const DecoderState& state, Spelling spelling, CodePoints out[kMostReachable]) {
  int n = 0;
  switch (state.mode & 0xFF) {
    case kUtf8:
      return WithoutSurrogates(Utf8Range((state.mode >> 8) & 0xFF, state.mode >> 16, state.value),
                               out);
    case kBackslash:
      if (HexOfAll(spelling)) {
        out[0] = {0, 0xD7FF};
        out[1] = {0xE000, 0x10FFFF};
        return 2;
      }
      for (uint32_t point = 0; point < 0x80; ++point) {
        if (!Escapable(spelling, point)) continue;
        if (n > 0 && out[n - 1].hi + 1 == point) {
          out[n - 1].hi = point;
        } else {
          out[n++] = {point, point};
        }
      }
      return n;
    case kHex: {
      uint32_t shift = 4 * (4 - (state.mode >> 8));
      uint32_t lo = state.value << shift, hi = lo | ((1u << shift) - 1);
      if (!HexOfAll(spelling)) {
        for (const CodePoints& r : HexRanges(spelling)) {
          if (lo <= r.hi && r.lo <= hi) out[n++] = {std::max(lo, r.lo), std::min(hi, r.hi)};
        }
        return n;
      }
      n = WithoutSurrogates({lo, hi}, out);
      uint32_t high_lo = std::max(lo, 0xD800u), high_hi = std::min(hi, 0xDBFFu);
      if (high_lo <= high_hi) {
        out[n++] = {0x10000 + ((high_lo - 0xD800) << 10),
                    0x10000 + ((high_hi - 0xD800) << 10) + 0x3FF};
      }
      return n;
    }
    case kWantLow:
    case kWantLowU:
      out[0].lo = 0x10000 + ((state.value - 0xD800) << 10);
      out[0].hi = out[0].lo + 0x3FF;
      return 1;
    case kLowHex: {
      uint32_t shift = 4 * (4 - (state.mode >> 8)), high = state.value >> 16;
      uint32_t lo = (state.value & 0xFFFF) << shift, hi = lo | ((1u << shift) - 1);
      lo = std::max(lo, 0xDC00u);
      hi = std::min(hi, 0xDFFFu);
      uint32_t base = 0x10000 + ((high - 0xD800) << 10);
      out[0] = {base + lo - 0xDC00, base + hi - 0xDC00};
      return 1;
    }
    default:
      return 0;
  }
}

int FinishCodePoint(const DecoderState& state, Spelling spelling, uint32_t cp, char out[16]) {
  static const char* kHexDigits = "0123456789abcdef";
  int n = 0;
  auto hex = [&](uint32_t value, uint32_t from) {
    for (uint32_t i = from; i < 4; ++i) out[n++] = kHexDigits[(value >> (4 * (3 - i))) & 15];
  };
  uint32_t low = cp >= 0x10000 ? 0xDC00 + ((cp - 0x10000) & 0x3FF) : 0;
  switch (state.mode & 0xFF) {
    case kUtf8:
      for (uint32_t left = state.mode >> 16; left-- > 0;)
        out[n++] = static_cast<char>(0x80 | ((cp >> (6 * left)) & 0x3F));
      return n;
    case kBackslash:
      if ((out[0] = ShortEscape(spelling, cp)) != 0) return 1;
      out[n++] = 'u';
      if (cp < 0x10000) return hex(cp, 0), n;
      hex(0xD800 + ((cp - 0x10000) >> 10), 0);
      out[n++] = '\\';
      out[n++] = 'u';
      return hex(low, 0), n;
    case kHex:
      if (cp < 0x10000) return hex(cp, state.mode >> 8), n;
      hex(0xD800 + ((cp - 0x10000) >> 10), state.mode >> 8);
      out[n++] = '\\';
      out[n++] = 'u';
      return hex(low, 0), n;
    case kWantLow:
      out[n++] = '\\';
      [[fallthrough]];
    case kWantLowU:
      out[n++] = 'u';
      return hex(low, 0), n;
    case kLowHex:
      return hex(low, state.mode >> 8), n;
    default:
      return 0;
  }
}

bool Writable(Spelling spelling, uint32_t code_point) {
  const bool plain = code_point >= 0x20 && code_point != '"' && code_point != '\\';
  return plain || Escapable(spelling, code_point);
}

std::string Respelled(std::string_view canonical, Spelling spelling) {
  if (spelling == Spelling{} || spelling == kCanonicalSpelling) return std::string(canonical);
  std::string out;
  for (size_t at = 0; at < canonical.size();) {
    out += canonical[at];
    if (canonical[at++] != '\\') continue;
    DecoderState state{kBackslash, 0};
    const DecoderState behind = state;
    uint32_t point = 0;
    while (at < canonical.size() &&
           DecodeByte(static_cast<uint8_t>(canonical[at++]), kCanonicalSpelling, &state, &point) ==
               Decoded::kPartial) {
    }
    char bytes[16];
    out.append(bytes, static_cast<size_t>(FinishCodePoint(behind, spelling, point, bytes)));
  }
  return out;
}

}  // namespace grammask
