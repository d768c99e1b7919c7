// Loops over a mask. Those over words use vector instructions where that gains anything
// (base/simd.h says which).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/simd.h"

namespace grammask {

// Sets or clears the bits of tokens.
inline void SetBits(std::span<const uint32_t> tokens, uint32_t* mask) {
  for (uint32_t token : tokens) mask[token / 32] |= 1u << (token % 32);
}
inline void ClearBits(std::span<const uint32_t> tokens, uint32_t* mask) {
  for (uint32_t token : tokens) mask[token / 32] &= ~(1u << (token % 32));
}

// Sets the bits of the tokens from lo to hi.
inline void SetRange(uint32_t lo, uint32_t hi, uint32_t* mask) {
  const uint32_t first = lo / 32, last = hi / 32;
  const uint32_t from = ~0u << (lo % 32), to = ~0u >> (31 - hi % 32);
  if (first == last) {
    mask[first] |= from & to;
    return;
  }
  mask[first] |= from;
  for (uint32_t word = first + 1; word < last; ++word) mask[word] = ~0u;
  mask[last] |= to;
}

// mask |= other, word by word.
void UniteWords(uint32_t* mask, const uint32_t* other, size_t count);

// The first word from `from` on in which the mask has a bit that the other has not; count if none.
// other: nullptr for no bits.
size_t NextBeyond(const uint32_t* mask, const uint32_t* other, size_t from, size_t count);

// The tokens, ascending, of which the mask has the bit and the other (nullptr: no bits) has not.
// `tokens` has room for most + 32; more than `most` found: not all of them. Returns how many.
size_t TokensBeyond(const uint32_t* mask, const uint32_t* other, size_t count, size_t most,
                    uint32_t* tokens);

// UniteWords with other instructions than those in use, for tests and benches; nullptr where the
// processor lacks them. (AVX-512 gains nothing over AVX2, and NEON's is what the compiler makes of
// the plain loop.)
using UniteWordsFunction = void (*)(uint32_t* mask, const uint32_t* other, size_t count);
UniteWordsFunction UniteWordsOf(Simd simd);
// NextBeyond and TokensBeyond, alike.
using NextBeyondFunction = size_t (*)(const uint32_t* mask, const uint32_t* other, size_t from,
                                      size_t count);
NextBeyondFunction NextBeyondOf(Simd simd);
using TokensBeyondFunction = size_t (*)(const uint32_t* mask, const uint32_t* other, size_t count,
                                        size_t most, uint32_t* tokens);
TokensBeyondFunction TokensBeyondOf(Simd simd);

}  // namespace grammask
