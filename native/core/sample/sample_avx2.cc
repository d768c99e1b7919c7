#include "sample/sample_kernels.h"

#if defined(__x86_64__) || defined(_M_X64)

#include <immintrin.h>

#include <bit>
#include <iterator>
#include <limits>

#if defined(_MSC_VER) && !defined(__clang__)
#include <intrin.h>
#define GRAMMASK_AVX2
#else
#include <cpuid.h>
// Named on each function, so that the rest of the binary runs on any processor. FMA is left out on
// purpose: it rounds once where the plain loops round twice.
#define GRAMMASK_AVX2 __attribute__((target("avx2,f16c")))
#endif

#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#endif

namespace grammask {

namespace {

constexpr float kNegativeInfinity = -std::numeric_limits<float>::infinity();

size_t FullWords(size_t begin, size_t end) { return begin + (end - begin) / 32 * 32; }

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

GRAMMASK_AVX2 float Largest(const float* values, const int32_t* mask, size_t begin, size_t end,
                            bool* nan) {
  const size_t full = FullWords(begin, end);
  const __m256 lowest = _mm256_set1_ps(kNegativeInfinity);
  __m256 largest = lowest;
  __m256 unordered = _mm256_setzero_ps();
  for (size_t base = begin; base < full; base += 32) {
    const uint32_t word = mask == nullptr ? 0xFFFFFFFFu : static_cast<uint32_t>(mask[base / 32]);
    if (word == 0) continue;
    for (size_t i = 0; i < 32; i += 8) {
      __m256 value = _mm256_loadu_ps(values + base + i);
      if (word != 0xFFFFFFFFu) {
        value = _mm256_blendv_ps(lowest, value, _mm256_castsi256_ps(Lanes32(word >> i)));
      }
      unordered = _mm256_or_ps(unordered, _mm256_cmp_ps(value, value, _CMP_UNORD_Q));
      largest = _mm256_max_ps(largest, value);
    }
  }
  alignas(32) float lanes[8];
  _mm256_store_ps(lanes, largest);
  float result = PlainKernels().largest(values, mask, full, end, nan);
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

GRAMMASK_AVX2 double AddWeights(const float* values, const int32_t* mask, size_t begin, size_t end,
                                Scale scale, double sum) {
  const size_t full = FullWords(begin, end);
  const __m256d largest = _mm256_set1_pd(scale.largest);
  const __m256d temperature = _mm256_set1_pd(scale.temperature);
  for (size_t base = begin; base < full; base += 32) {
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
  return PlainKernels().add_weights(values, mask, full, end, scale, sum);
}

GRAMMASK_AVX2 size_t GatherAbove(const float* values, const int32_t* mask, size_t begin, size_t end,
                                 float threshold, Candidate* out) {
  const size_t full = FullWords(begin, end);
  const __m256 limit = _mm256_set1_ps(threshold);
  size_t count = 0;
  for (size_t base = begin; base < full; base += 32) {
    const uint32_t word = mask == nullptr ? 0xFFFFFFFFu : static_cast<uint32_t>(mask[base / 32]);
    if (word == 0) continue;
    for (size_t i = 0; i < 32; i += 8) {
      const __m256 above = _mm256_cmp_ps(_mm256_loadu_ps(values + base + i), limit, _CMP_GT_OQ);
      uint32_t bits = static_cast<uint32_t>(_mm256_movemask_ps(above)) & (word >> i);
      for (; bits != 0; bits &= bits - 1) {
        const size_t id = base + i + static_cast<size_t>(std::countr_zero(bits));
        out[count++] = {values[id], static_cast<uint32_t>(id)};
      }
    }
  }
  return count + PlainKernels().gather_above(values, mask, full, end, threshold, out + count);
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
  const size_t full = FullWords(0, count);
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
  const size_t full = FullWords(0, count);
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

struct Registers {
  uint32_t eax = 0, ebx = 0, ecx = 0, edx = 0;
};

Registers CpuId(uint32_t leaf) {
  Registers registers;
#if defined(_MSC_VER) && !defined(__clang__)
  int values[4];
  __cpuidex(values, static_cast<int>(leaf), 0);
  registers = {static_cast<uint32_t>(values[0]), static_cast<uint32_t>(values[1]),
               static_cast<uint32_t>(values[2]), static_cast<uint32_t>(values[3])};
#else
  __get_cpuid_count(leaf, 0, &registers.eax, &registers.ebx, &registers.ecx, &registers.edx);
#endif
  return registers;
}

// Asked directly, because __builtin_cpu_supports answers no under some compilers.
bool HasAvx2() {
  const Registers basic = CpuId(1);
  constexpr uint32_t kOsXsave = 1u << 27, kAvx = 1u << 28, kF16c = 1u << 29;
  constexpr uint32_t kNeeded = kOsXsave | kAvx | kF16c;
  if ((basic.ecx & kNeeded) != kNeeded || CpuId(0).eax < 7) return false;
#if defined(_MSC_VER) && !defined(__clang__)
  const uint64_t enabled = _xgetbv(0);
#else
  uint32_t low = 0;
  uint32_t high = 0;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  const uint64_t enabled = low;
#endif
  constexpr uint64_t kSseAndAvxState = 6;  // the system saves these registers
  if ((enabled & kSseAndAvxState) != kSseAndAvxState) return false;
  return (CpuId(7).ebx & (1u << 5)) != 0;
}

}  // namespace

const SampleKernels* Avx2Kernels() {
  static constexpr SampleKernels kKernels = {"avx2",      &Largest,    &AddWeights, &GatherAbove,
                                             &FromHalves, &ApplyFloat, &ApplyHalf};
  static const bool kSupported = HasAvx2();
  return kSupported ? &kKernels : nullptr;
}

}  // namespace grammask

#else

namespace grammask {
const SampleKernels* Avx2Kernels() { return nullptr; }
}  // namespace grammask

#endif
