#include "sample/sample_kernels.h"

#if defined(__x86_64__) || defined(_M_X64)

#include <immintrin.h>

#include <bit>
#include <iterator>
#include <limits>

#if defined(_MSC_VER) && !defined(__clang__)
#define GRAMMASK_AVX2
#else
// Named on each function, so that the rest of the binary runs on any processor.
#define GRAMMASK_AVX2 __attribute__((target("avx2,f16c")))
#endif

namespace grammask {

namespace {

constexpr float kNegativeInfinity = -std::numeric_limits<float>::infinity();

// All bits of lane i where bit i of `bits` is set.
GRAMMASK_AVX2 __m256i Lanes32(uint32_t bits) {
  const __m256i select = _mm256_setr_epi32(1, 2, 4, 8, 16, 32, 64, 128);
  const __m256i all = _mm256_set1_epi32(static_cast<int>(bits));
  return _mm256_cmpeq_epi32(_mm256_and_si256(all, select), select);
}

GRAMMASK_AVX2 __m256i Lanes64(uint32_t bits) {
  const __m256i select = _mm256_setr_epi64x(1, 2, 4, 8);
  const __m256i all = _mm256_set1_epi64x(static_cast<long long>(bits));
  return _mm256_cmpeq_epi64(_mm256_and_si256(all, select), select);
}

// Eight values; -inf for those that are not allowed.
GRAMMASK_AVX2 __m256 Allowed(const float* values, uint32_t bits) {
  return _mm256_blendv_ps(_mm256_set1_ps(kNegativeInfinity), _mm256_loadu_ps(values),
                          _mm256_castsi256_ps(Lanes32(bits)));
}

GRAMMASK_AVX2 __m256 Unordered(__m256 a, __m256 b) { return _mm256_cmp_ps(a, b, _CMP_UNORD_Q); }

GRAMMASK_AVX2 float Largest(const float* values, const int32_t* mask, size_t count, bool* nan) {
  const size_t full = InFullWords(count);
  // Four, because each maximum waits for the one before.
  __m256 largest0 = _mm256_set1_ps(kNegativeInfinity);
  __m256 largest1 = largest0, largest2 = largest0, largest3 = largest0;
  __m256 unordered = _mm256_setzero_ps();
  for (size_t base = 0; base < full; base += 32) {
    const uint32_t word = mask == nullptr ? 0xFFFFFFFFu : static_cast<uint32_t>(mask[base / 32]);
    if (word == 0) continue;
    const float* at = values + base;
    __m256 value0, value1, value2, value3;
    if (word == 0xFFFFFFFFu) {
      value0 = _mm256_loadu_ps(at);
      value1 = _mm256_loadu_ps(at + 8);
      value2 = _mm256_loadu_ps(at + 16);
      value3 = _mm256_loadu_ps(at + 24);
    } else {
      value0 = Allowed(at, word);
      value1 = Allowed(at + 8, word >> 8);
      value2 = Allowed(at + 16, word >> 16);
      value3 = Allowed(at + 24, word >> 24);
    }
    // One of a pair is NaN, or none.
    unordered =
        _mm256_or_ps(unordered, _mm256_or_ps(Unordered(value0, value1), Unordered(value2, value3)));
    largest0 = _mm256_max_ps(largest0, value0);
    largest1 = _mm256_max_ps(largest1, value1);
    largest2 = _mm256_max_ps(largest2, value2);
    largest3 = _mm256_max_ps(largest3, value3);
  }
  alignas(32) float lanes[8];
  _mm256_store_ps(
      lanes, _mm256_max_ps(_mm256_max_ps(largest0, largest1), _mm256_max_ps(largest2, largest3)));
  float result = PlainKernels().largest(values + full, TailOf(mask, full), count - full, nan);
  for (const float lane : lanes) result = lane > result ? lane : result;
  if (_mm256_movemask_ps(unordered) != 0) *nan = true;
  return result;
}

GRAMMASK_AVX2 __m256d Exp(__m256d x) {
  using namespace exponential;
  const __m256d round = _mm256_set1_pd(kRound);
  const __m256d shifted = _mm256_add_pd(_mm256_mul_pd(x, _mm256_set1_pd(kLog2E)), round);
  const __m256d k = _mm256_sub_pd(shifted, round);
  const __m256d high = _mm256_sub_pd(x, _mm256_mul_pd(k, _mm256_set1_pd(kLn2High)));
  const __m256d r = _mm256_sub_pd(high, _mm256_mul_pd(k, _mm256_set1_pd(kLn2Low)));
  __m256d polynomial = _mm256_set1_pd(kTaylor[0]);
  for (size_t i = 1; i < std::size(kTaylor); ++i) {
    polynomial = _mm256_add_pd(_mm256_mul_pd(polynomial, r), _mm256_set1_pd(kTaylor[i]));
  }
  const __m256i exponent = _mm256_slli_epi64(_mm256_castpd_si256(shifted), 52);
  const __m256d result =
      _mm256_castsi256_pd(_mm256_add_epi64(_mm256_castpd_si256(polynomial), exponent));
  return _mm256_and_pd(result, _mm256_cmp_pd(x, _mm256_set1_pd(kLowest), _CMP_GE_OQ));
}

GRAMMASK_AVX2 double AddWeights(const float* values, const int32_t* mask, size_t count, Scale scale,
                                double sum) {
  const size_t full = InFullWords(count);
  const __m256d largest = _mm256_set1_pd(scale.largest);
  const __m256d temperature = _mm256_set1_pd(scale.temperature);
  for (size_t base = 0; base < full; base += 32) {
    const uint32_t word = mask == nullptr ? 0xFFFFFFFFu : static_cast<uint32_t>(mask[base / 32]);
    if (word == 0) continue;
    for (size_t i = 0; i < 32; i += 4) {
      const uint32_t bits = (word >> i) & 0xFu;
      if (bits == 0) continue;
      const __m256d value = _mm256_cvtps_pd(_mm_loadu_ps(values + base + i));
      __m256d weight = Exp(_mm256_div_pd(_mm256_sub_pd(value, largest), temperature));
      weight = _mm256_and_pd(weight, _mm256_castsi256_pd(Lanes64(bits)));
      alignas(32) double lanes[4];
      _mm256_store_pd(lanes, weight);
      // One by one: this order is what makes the sum the same everywhere. A forbidden lane adds +0,
      // which changes nothing.
      sum += lanes[0];
      sum += lanes[1];
      sum += lanes[2];
      sum += lanes[3];
    }
  }
  return PlainKernels().add_weights(values + full, TailOf(mask, full), count - full, scale, sum);
}

GRAMMASK_AVX2 size_t GatherAbove(const float* values, const int32_t* mask, size_t count,
                                 float threshold, Candidate* out) {
  const size_t full = InFullWords(count);
  const __m256 limit = _mm256_set1_ps(threshold);
  size_t found = 0;
  for (size_t base = 0; base < full; base += 32) {
    const uint32_t word = mask == nullptr ? 0xFFFFFFFFu : static_cast<uint32_t>(mask[base / 32]);
    if (word == 0) continue;
    for (size_t i = 0; i < 32; i += 8) {
      const __m256 above = _mm256_cmp_ps(_mm256_loadu_ps(values + base + i), limit, _CMP_GT_OQ);
      uint32_t bits = static_cast<uint32_t>(_mm256_movemask_ps(above)) & (word >> i);
      for (; bits != 0; bits &= bits - 1) {
        const size_t at = base + i + static_cast<size_t>(std::countr_zero(bits));
        out[found++] = {values[at], static_cast<uint32_t>(at)};
      }
    }
  }
  return found + GatherRest(values, mask, count, threshold, out + found);
}

GRAMMASK_AVX2 void FromHalves(const uint16_t* halves, size_t count, float* out) {
  size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    const __m128i eight = _mm_loadu_si128(reinterpret_cast<const __m128i*>(halves + i));
    _mm256_storeu_ps(out + i, _mm256_cvtph_ps(eight));
  }
  PlainKernels().from_half(halves + i, count - i, out + i);
}

GRAMMASK_AVX2 void ApplyFloat(float* logits, const int32_t* mask, size_t count) {
  const size_t full = InFullWords(count);
  const __m256 forbidden = _mm256_set1_ps(kNegativeInfinity);
  for (size_t base = 0; base < full; base += 32) {
    const auto word = static_cast<uint32_t>(mask[base / 32]);
    if (word == 0xFFFFFFFFu) continue;
    for (size_t i = 0; i < 32; i += 8) {
      const __m256 value = _mm256_loadu_ps(logits + base + i);
      const __m256 allowed = _mm256_castsi256_ps(Lanes32(word >> i));
      _mm256_storeu_ps(logits + base + i, _mm256_blendv_ps(forbidden, value, allowed));
    }
  }
  PlainKernels().apply(logits + full, mask + full / 32, count - full);
}

GRAMMASK_AVX2 void ApplyHalf(uint16_t* logits, const int32_t* mask, size_t count) {
  const size_t full = InFullWords(count);
  const __m256i forbidden = _mm256_set1_epi16(static_cast<short>(0xFC00));
  const __m256i select = _mm256_setr_epi16(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096,
                                           8192, 16384, static_cast<short>(0x8000));
  for (size_t base = 0; base < full; base += 32) {
    const auto word = static_cast<uint32_t>(mask[base / 32]);
    if (word == 0xFFFFFFFFu) continue;
    for (size_t i = 0; i < 32; i += 16) {
      const __m256i bits = _mm256_set1_epi16(static_cast<short>((word >> i) & 0xFFFFu));
      const __m256i allowed = _mm256_cmpeq_epi16(_mm256_and_si256(bits, select), select);
      auto* place = reinterpret_cast<__m256i*>(logits + base + i);
      _mm256_storeu_si256(place, _mm256_blendv_epi8(forbidden, _mm256_loadu_si256(place), allowed));
    }
  }
  PlainKernels().apply_half(logits + full, mask + full / 32, count - full);
}

}  // namespace

const SampleKernels* Avx2Kernels() {
  static constexpr SampleKernels kKernels = {&Largest,    &AddWeights, &GatherAbove,
                                             &FromHalves, &ApplyFloat, &ApplyHalf};
  return &kKernels;
}

}  // namespace grammask

#else

namespace grammask {
const SampleKernels* Avx2Kernels() { return nullptr; }
}  // namespace grammask

#endif
