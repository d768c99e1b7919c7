#include "mask/words.h"

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

#ifdef GRAMMASK_TARGET
GRAMMASK_TARGET("avx2") void UniteAvx2(uint32_t* mask, const uint32_t* other, size_t count) {
  size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    __m256i* at = reinterpret_cast<__m256i*>(mask + i);
    const __m256i* from = reinterpret_cast<const __m256i*>(other + i);
    _mm256_storeu_si256(at, _mm256_or_si256(_mm256_loadu_si256(at), _mm256_loadu_si256(from)));
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
  constexpr size_t kBlock = 8;
  const auto beyond = [&](size_t i) { return mask[i] & ~(other != nullptr ? other[i] : 0u); };
  size_t i = from;
  while (i < count) {
    if (i + kBlock > count || beyond(i) != 0) {
      if (beyond(i) != 0) return i;
      ++i;
      continue;
    }
    uint64_t has[kBlock / 2], not_in[kBlock / 2] = {};
    std::memcpy(has, mask + i, sizeof has);
    if (other != nullptr) std::memcpy(not_in, other + i, sizeof not_in);
    uint64_t any = 0;
    for (size_t k = 0; k < kBlock / 2; ++k) any |= has[k] & ~not_in[k];
    if (any == 0) {
      i += kBlock;
    } else {
      ++i;  // beyond(i) is none, so the bit is in a later word of the block
      while (beyond(i) == 0) ++i;
      return i;
    }
  }
  return count;
}

}  // namespace grammask
