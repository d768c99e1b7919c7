// The loops with AVX-512: the words of a mask are lane masks as they stand, so nothing is spread
// over lanes, forbidden values are not read, and what is allowed is packed by one instruction.
//
// Weights and float16 are left to AVX2: weights are added one by one, which takes as long as
// finding eight of them, and float16 waits for memory.
#include "sample/sample_kernels.h"

#if defined(__x86_64__) || defined(_M_X64)

// GCC 12 warns without reason of its own header (its bug 105593).
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <immintrin.h>

#include <bit>
#include <limits>

#if defined(_MSC_VER) && !defined(__clang__)
#define GRAMMASK_AVX512
#else
// Named on each function, so that the rest of the binary runs on any processor.
#define GRAMMASK_AVX512 __attribute__((target("avx512f,avx512dq,avx512bw,avx512vl")))
#endif

namespace grammask {

namespace {

constexpr float kNegativeInfinity = -std::numeric_limits<float>::infinity();

uint32_t WordAt(const int32_t* mask, size_t base) {
  return mask == nullptr ? 0xFFFFFFFFu : static_cast<uint32_t>(mask[base / 32]);
}

GRAMMASK_AVX512 float Largest(const float* values, const int32_t* mask, size_t count, bool* nan) {
  const size_t full = InFullWords(count);
  const __m512 lowest = _mm512_set1_ps(kNegativeInfinity);
  // Two, because each maximum waits for the one before.
  __m512 largest0 = lowest, largest1 = lowest;
  uint32_t unordered = 0;
  for (size_t base = 0; base < full; base += 32) {
    const uint32_t word = WordAt(mask, base);
    if (word == 0) continue;
    const __m512 value0 = _mm512_mask_loadu_ps(lowest, static_cast<__mmask16>(word), values + base);
    const __m512 value1 =
        _mm512_mask_loadu_ps(lowest, static_cast<__mmask16>(word >> 16), values + base + 16);
    // One of a pair is NaN, or none.
    unordered |= _mm512_cmp_ps_mask(value0, value1, _CMP_UNORD_Q);
    largest0 = _mm512_max_ps(largest0, value0);
    largest1 = _mm512_max_ps(largest1, value1);
  }
  alignas(64) float lanes[16];
  _mm512_store_ps(lanes, _mm512_max_ps(largest0, largest1));
  float result = PlainKernels().largest(values + full, TailOf(mask, full), count - full, nan);
  for (const float lane : lanes) result = lane > result ? lane : result;
  if (unordered != 0) *nan = true;
  return result;
}

GRAMMASK_AVX512 size_t GatherAbove(const float* values, const int32_t* mask, size_t count,
                                   float threshold, Candidate* out) {
  static_assert(sizeof(Candidate) == 8);
  const size_t full = InFullWords(count);
  const __m512 limit = _mm512_set1_ps(threshold);
  const __m512i places = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  // Value, place, value, place, …
  const __m512i low = _mm512_setr_epi32(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  const __m512i high =
      _mm512_setr_epi32(8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
  size_t found = 0;
  for (size_t base = 0; base < full; base += 32) {
    const uint32_t word = WordAt(mask, base);
    if (word == 0) continue;
    for (size_t i = 0; i < 32; i += 16) {
      const __m512 value = _mm512_loadu_ps(values + base + i);
      const __mmask16 above =
          _mm512_mask_cmp_ps_mask(static_cast<__mmask16>(word >> i), value, limit, _CMP_GT_OQ);
      if (above == 0) continue;
      const auto size = static_cast<uint32_t>(std::popcount(static_cast<uint32_t>(above)));
      const __m512i packed = _mm512_castps_si512(_mm512_maskz_compress_ps(above, value));
      const __m512i ids = _mm512_maskz_compress_epi32(
          above, _mm512_add_epi32(places, _mm512_set1_epi32(static_cast<int>(base + i))));
      const uint32_t written = (1u << size) - 1;
      _mm512_mask_storeu_epi64(out + found, static_cast<__mmask8>(written),
                               _mm512_permutex2var_epi32(packed, low, ids));
      _mm512_mask_storeu_epi64(out + found + 8, static_cast<__mmask8>(written >> 8),
                               _mm512_permutex2var_epi32(packed, high, ids));
      found += size;
    }
  }
  return found + GatherRest(values, mask, count, threshold, out + found);
}

GRAMMASK_AVX512 void ApplyFloat(float* logits, const int32_t* mask, size_t count) {
  const size_t full = InFullWords(count);
  const __m512 forbidden = _mm512_set1_ps(kNegativeInfinity);
  for (size_t base = 0; base < full; base += 32) {
    const uint32_t word = ~WordAt(mask, base);
    if (word == 0) continue;
    _mm512_mask_storeu_ps(logits + base, static_cast<__mmask16>(word), forbidden);
    _mm512_mask_storeu_ps(logits + base + 16, static_cast<__mmask16>(word >> 16), forbidden);
  }
  PlainKernels().apply(logits + full, TailOf(mask, full), count - full);
}

GRAMMASK_AVX512 void ApplyHalf(uint16_t* logits, const int32_t* mask, size_t count) {
  const size_t full = InFullWords(count);
  const __m512i forbidden = _mm512_set1_epi16(static_cast<short>(0xFC00));
  for (size_t base = 0; base < full; base += 32) {
    const uint32_t word = ~WordAt(mask, base);
    if (word != 0) _mm512_mask_storeu_epi16(logits + base, word, forbidden);
  }
  PlainKernels().apply_half(logits + full, TailOf(mask, full), count - full);
}

}  // namespace

const SampleKernels* Avx512Kernels() {
  static const SampleKernels& kNarrow = *Avx2Kernels();
  static const SampleKernels kKernels = {&Largest,          kNarrow.add_weights, &GatherAbove,
                                         kNarrow.from_half, &ApplyFloat,         &ApplyHalf};
  return &kKernels;
}

}  // namespace grammask

#else

namespace grammask {
const SampleKernels* Avx512Kernels() { return nullptr; }
}  // namespace grammask

#endif
