#include "mask/words.h"

#include <bit>
#include <cstring>

#if defined(__x86_64__) || defined(_M_X64)
#include <immintrin.h>
#if defined(_MSC_VER) && !defined(__clang__)
#define GRAMMASK_TARGET(instructions)
#else
#define GRAMMASK_TARGET(instructions) __attribute__((target(instructions)))
#endif
#endif

namespace grammask {
namespace {

void UnitePlain(uint32_t* mask, const uint32_t* other, size_t count) {
  for (size_t i = 0; i < count; ++i) mask[i] |= other[i];
}

// The first word of a few.
size_t FirstBeyond(const uint32_t* mask, const uint32_t* other, size_t from, size_t count) {
  while (from < count && (mask[from] & ~(other != nullptr ? other[from] : 0u)) == 0) ++from;
  return from;
}

size_t NextBeyondPlain(const uint32_t* mask, const uint32_t* other, size_t from, size_t count) {
  constexpr size_t kBlock = 8;
  size_t i = from;
  for (; i + kBlock <= count; i += kBlock) {
    uint64_t has[kBlock / 2], not_in[kBlock / 2] = {};
    std::memcpy(has, mask + i, sizeof has);
    if (other != nullptr) std::memcpy(not_in, other + i, sizeof not_in);
    uint64_t any = 0;
    for (size_t k = 0; k < kBlock / 2; ++k) any |= has[k] & ~not_in[k];
    if (any != 0) break;
  }
  return FirstBeyond(mask, other, i, count);
}

// Adds the tokens of a word to those found.
size_t AddTokens(size_t word, uint32_t bits, uint32_t* tokens, size_t found) {
  for (; bits != 0; bits &= bits - 1)
    tokens[found++] =
        static_cast<uint32_t>(word * 32) + static_cast<uint32_t>(std::countr_zero(bits));
  return found;
}

// The words from `from` on, behind what was found before.
size_t AddTokensBeyond(const uint32_t* mask, const uint32_t* other, size_t from, size_t count,
                       size_t most, uint32_t* tokens, size_t found) {
  for (size_t i = from; (i = NextBeyondPlain(mask, other, i, count)) < count && found <= most; ++i)
    found = AddTokens(i, mask[i] & ~(other != nullptr ? other[i] : 0u), tokens, found);
  return found;
}

size_t TokensBeyondPlain(const uint32_t* mask, const uint32_t* other, size_t count, size_t most,
                         uint32_t* tokens) {
  return AddTokensBeyond(mask, other, 0, count, most, tokens, 0);
}

#ifdef GRAMMASK_TARGET
GRAMMASK_TARGET("avx2") inline __m256i EightWords(const uint32_t* words) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(words));
}

GRAMMASK_TARGET("avx2")
size_t NextBeyondAvx2(const uint32_t* mask, const uint32_t* other, size_t from, size_t count) {
  size_t i = from;
  if (other == nullptr) {
    for (; i + 16 <= count; i += 16) {
      const __m256i any = _mm256_or_si256(EightWords(mask + i), EightWords(mask + i + 8));
      if (_mm256_testz_si256(any, any) == 0) break;
    }
  } else {
    for (; i + 16 <= count; i += 16) {  // is each bit of the mask one of the other?
      if (_mm256_testc_si256(EightWords(other + i), EightWords(mask + i)) == 0 ||
          _mm256_testc_si256(EightWords(other + i + 8), EightWords(mask + i + 8)) == 0)
        break;
    }
  }
  return FirstBeyond(mask, other, i, count);
}

GRAMMASK_TARGET("avx2")
size_t TokensBeyondAvx2(const uint32_t* mask, const uint32_t* other, size_t count, size_t most,
                        uint32_t* tokens) {
  size_t i = 0, found = 0;
  for (; i + 8 <= count && found <= most; i += 8) {
    __m256i beyond = EightWords(mask + i);
    if (other != nullptr) beyond = _mm256_andnot_si256(EightWords(other + i), beyond);
    const __m256i empty = _mm256_cmpeq_epi32(beyond, _mm256_setzero_si256());
    auto with = ~static_cast<uint32_t>(_mm256_movemask_ps(_mm256_castsi256_ps(empty))) & 0xFFu;
    if (with == 0) continue;
    uint32_t words[8];
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(words), beyond);
    for (; with != 0 && found <= most; with &= with - 1) {
      const auto k = static_cast<size_t>(std::countr_zero(with));
      found = AddTokens(i + k, words[k], tokens, found);
    }
  }
  return found > most ? found : AddTokensBeyond(mask, other, i, count, most, tokens, found);
}

GRAMMASK_TARGET("avx2") void UniteAvx2(uint32_t* mask, const uint32_t* other, size_t count) {
  size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    const __m256i united = _mm256_or_si256(EightWords(mask + i), EightWords(other + i));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(mask + i), united);
  }
  for (; i < count; ++i) mask[i] |= other[i];
}
#endif

}  // namespace

UniteWordsFunction UniteWordsOf(Simd simd) {
  if (!HasSimd(simd)) return nullptr;
#ifdef GRAMMASK_TARGET
  if (simd == Simd::kAvx2 || simd == Simd::kAvx512) return UniteAvx2;
#endif
  return UnitePlain;
}

void UniteWords(uint32_t* mask, const uint32_t* other, size_t count) {
  static const UniteWordsFunction unite = UniteWordsOf(ChosenSimd());
  unite(mask, other, count);
}

size_t NextBeyond(const uint32_t* mask, const uint32_t* other, size_t from, size_t count) {
  static const NextBeyondFunction next = NextBeyondOf(ChosenSimd());
  return next(mask, other, from, count);
}

NextBeyondFunction NextBeyondOf(Simd simd) {
  if (!HasSimd(simd)) return nullptr;
#ifdef GRAMMASK_TARGET
  if (simd == Simd::kAvx2 || simd == Simd::kAvx512) return NextBeyondAvx2;
#endif
  return NextBeyondPlain;
}

size_t TokensBeyond(const uint32_t* mask, const uint32_t* other, size_t count, size_t most,
                    uint32_t* tokens) {
  static const TokensBeyondFunction all = TokensBeyondOf(ChosenSimd());
  return all(mask, other, count, most, tokens);
}

TokensBeyondFunction TokensBeyondOf(Simd simd) {
  if (!HasSimd(simd)) return nullptr;
#ifdef GRAMMASK_TARGET
  if (simd == Simd::kAvx2 || simd == Simd::kAvx512) return TokensBeyondAvx2;
#endif
  return TokensBeyondPlain;
}

}  // namespace grammask
