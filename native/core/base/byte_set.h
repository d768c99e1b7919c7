// A set of byte values: bit b of word b / 64.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace grammask {

using ByteSet = std::array<uint64_t, 4>;

inline void AddByte(ByteSet* set, uint32_t byte) {
  (*set)[byte / 64] |= uint64_t{1} << (byte % 64);
}
inline void RemoveByte(ByteSet* set, uint32_t byte) {
  (*set)[byte / 64] &= ~(uint64_t{1} << (byte % 64));
}
inline void AddBytesOf(ByteSet* set, std::string_view text) {
  for (char c : text) AddByte(set, static_cast<uint8_t>(c));
}
inline void AddByteRange(ByteSet* set, uint32_t first, uint32_t last) {
  for (uint32_t word = first / 64; word <= last / 64; ++word) {
    uint64_t bits = ~uint64_t{0};
    if (word == first / 64) bits &= ~uint64_t{0} << (first % 64);
    if (word == last / 64) bits &= ~uint64_t{0} >> (63 - last % 64);
    (*set)[word] |= bits;
  }
}
inline ByteSet EveryByte() { return {~uint64_t{0}, ~uint64_t{0}, ~uint64_t{0}, ~uint64_t{0}}; }
inline void AddBytes(ByteSet* set, const ByteSet& more) {
  for (size_t i = 0; i < set->size(); ++i) (*set)[i] |= more[i];
}
inline bool HasByte(const ByteSet& set, uint8_t byte) {
  return ((set[byte / 64] >> (byte % 64)) & 1) != 0;
}

}  // namespace grammask
