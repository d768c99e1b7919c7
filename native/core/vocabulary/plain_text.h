// Plain text: complete UTF-8 code points, none of which is a control character, '"' or '\'.
//
// A strict UTF-8 decoder has eight live states, so a set of states is one byte. Read backwards, a
// set says from which states a text can be read to its end: what summaries of sub-trees are made
// of.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace grammask {

// States of a strict UTF-8 decoder: no overlong form, no surrogate, nothing above U+10FFFF.
enum Utf8State : uint8_t {
  kBorder = 0,   // between code points
  kTail1 = 1,    // one continuation byte to come
  kTail2 = 2,    // two, any
  kTail3 = 3,    // three, any
  kAfterE0 = 4,  // A0..BF, then one
  kAfterED = 5,  // 80..9F, then one
  kAfterF0 = 6,  // 90..BF, then two
  kAfterF4 = 7,  // 80..8F, then two
  kInvalid = 8,
};

constexpr bool IsPlain(uint8_t byte) { return byte >= 0x20 && byte != '"' && byte != '\\'; }

constexpr uint8_t LeadState(uint8_t byte) {
  if (byte < 0x80) return kBorder;
  if (byte < 0xC2) return kInvalid;
  if (byte < 0xE0) return kTail1;
  if (byte == 0xE0) return kAfterE0;
  if (byte == 0xED) return kAfterED;
  if (byte < 0xF0) return kTail2;
  if (byte == 0xF0) return kAfterF0;
  if (byte < 0xF4) return kTail3;
  if (byte == 0xF4) return kAfterF4;
  return kInvalid;
}

constexpr uint8_t NextState(uint8_t state, uint8_t byte) {
  if (state == kBorder) return LeadState(byte);
  if (state == kInvalid || byte < 0x80 || byte > 0xBF) return kInvalid;
  switch (state) {
    case kTail1:
      return kBorder;
    case kTail2:
      return kTail1;
    case kTail3:
      return kTail2;
    case kAfterE0:
      return byte >= 0xA0 ? kTail1 : kInvalid;
    case kAfterED:
      return byte <= 0x9F ? kTail1 : kInvalid;
    case kAfterF0:
      return byte >= 0x90 ? kTail2 : kInvalid;
    case kAfterF4:
      return byte <= 0x8F ? kTail2 : kInvalid;
    default:
      return kInvalid;
  }
}

// The states from which a continuation byte leads to a state (kBorder, kTail1 or kTail2); bytes of
// 80..8F, 90..9F and A0..BF do the same.
inline constexpr auto kStatesBefore = [] {
  std::array<std::array<uint8_t, 3>, 3> before{};
  constexpr uint8_t kFirst[] = {0x80, 0x90, 0xA0};
  for (size_t range = 0; range < 3; ++range) {
    for (uint8_t state = kTail1; state < kInvalid; ++state) {
      const uint8_t next = NextState(state, kFirst[range]);
      if (next != kInvalid) before[range][next] |= static_cast<uint8_t>(1u << state);
    }
  }
  return before;
}();

// The states from which `byte` leads to a state of `after`, as plain text.
constexpr uint8_t StatesBefore(uint8_t byte, uint8_t after) {
  if (byte < 0x80) return IsPlain(byte) ? after & 1u : 0;
  if (byte > 0xBF) {
    const uint8_t state = LeadState(byte);
    return state != kInvalid && ((after >> state) & 1u) != 0 ? 1 : 0;
  }
  const auto& from = kStatesBefore[byte < 0x90 ? 0 : byte < 0xA0 ? 1 : 2];
  uint8_t before = 0;
  for (uint8_t next = kBorder; next <= kTail2; ++next) {
    if (((after >> next) & 1u) != 0) before |= from[next];
  }
  return before;
}

}  // namespace grammask
