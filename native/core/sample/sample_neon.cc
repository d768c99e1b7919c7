// The loops with NEON, which every 64-bit ARM processor has.
#include "sample/sample_kernels.h"

#if defined(__aarch64__) || defined(_M_ARM64)

#include <arm_neon.h>

#include <iterator>
#include <limits>

namespace grammask {

namespace {

constexpr float kNegativeInfinity = -std::numeric_limits<float>::infinity();

uint32_t WordAt(const int32_t* mask, size_t base) {
  return mask == nullptr ? 0xFFFFFFFFu : static_cast<uint32_t>(mask[base / 32]);
}

// All bits of lane i where bit i of `bits` is set.
uint32x4_t Lanes32(uint32_t bits) {
  constexpr uint32_t kSelect[4] = {1, 2, 4, 8};
  return vtstq_u32(vdupq_n_u32(bits), vld1q_u32(kSelect));
}

uint16x8_t Lanes16(uint32_t bits) {
  constexpr uint16_t kSelect[8] = {1, 2, 4, 8, 16, 32, 64, 128};
  return vtstq_u16(vdupq_n_u16(static_cast<uint16_t>(bits)), vld1q_u16(kSelect));
}

float Largest(const float* values, const int32_t* mask, size_t count, bool* nan) {
  const size_t full = InFullWords(count);
  const float32x4_t lowest = vdupq_n_f32(kNegativeInfinity);
  // Two, because each maximum waits for the one before.
  float32x4_t largest0 = lowest, largest1 = lowest;
  uint32x4_t ordered = vdupq_n_u32(~0u);
  for (size_t base = 0; base < full; base += 32) {
    const uint32_t word = WordAt(mask, base);
    if (word == 0) continue;
    for (size_t i = 0; i < 32; i += 8) {
      float32x4_t value0 = vld1q_f32(values + base + i);
      float32x4_t value1 = vld1q_f32(values + base + i + 4);
      if (word != 0xFFFFFFFFu) {
        value0 = vbslq_f32(Lanes32(word >> i), value0, lowest);
        value1 = vbslq_f32(Lanes32(word >> (i + 4)), value1, lowest);
      }
      ordered = vandq_u32(ordered, vandq_u32(vceqq_f32(value0, value0), vceqq_f32(value1, value1)));
      largest0 = vmaxq_f32(largest0, value0);
      largest1 = vmaxq_f32(largest1, value1);
    }
  }
  float result = PlainKernels().largest(values + full, TailOf(mask, full), count - full, nan);
  const float in_lanes = vmaxvq_f32(vmaxq_f32(largest0, largest1));
  result = in_lanes > result ? in_lanes : result;
  if (vminvq_u32(ordered) == 0) *nan = true;
  return result;
}

float64x2_t Exp(float64x2_t x) {
  using namespace exponential;
  const float64x2_t round = vdupq_n_f64(kRound);
  const float64x2_t shifted = vaddq_f64(vmulq_f64(x, vdupq_n_f64(kLog2E)), round);
  const float64x2_t k = vsubq_f64(shifted, round);
  const float64x2_t high = vsubq_f64(x, vmulq_f64(k, vdupq_n_f64(kLn2High)));
  const float64x2_t r = vsubq_f64(high, vmulq_f64(k, vdupq_n_f64(kLn2Low)));
  float64x2_t polynomial = vdupq_n_f64(kTaylor[0]);
  for (size_t i = 1; i < std::size(kTaylor); ++i) {
    polynomial = vaddq_f64(vmulq_f64(polynomial, r), vdupq_n_f64(kTaylor[i]));
  }
  const uint64x2_t exponent = vshlq_n_u64(vreinterpretq_u64_f64(shifted), 52);
  const uint64x2_t result = vaddq_u64(vreinterpretq_u64_f64(polynomial), exponent);
  return vreinterpretq_f64_u64(vandq_u64(result, vcgeq_f64(x, vdupq_n_f64(kLowest))));
}

double AddWeights(const float* values, const int32_t* mask, size_t count, Scale scale, double sum) {
  const size_t full = InFullWords(count);
  const float64x2_t largest = vdupq_n_f64(scale.largest);
  const float64x2_t temperature = vdupq_n_f64(scale.temperature);
  for (size_t base = 0; base < full; base += 32) {
    const uint32_t word = WordAt(mask, base);
    if (word == 0) continue;
    for (size_t i = 0; i < 32; i += 2) {
      const uint32_t bits = (word >> i) & 3u;
      if (bits == 0) continue;
      const float64x2_t value = vcvt_f64_f32(vld1_f32(values + base + i));
      const float64x2_t weight = Exp(vdivq_f64(vsubq_f64(value, largest), temperature));
      // One by one: this order is what makes the sum the same everywhere.
      if ((bits & 1u) != 0) sum += vgetq_lane_f64(weight, 0);
      if ((bits & 2u) != 0) sum += vgetq_lane_f64(weight, 1);
    }
  }
  return PlainKernels().add_weights(values + full, TailOf(mask, full), count - full, scale, sum);
}

size_t GatherAbove(const float* values, const int32_t* mask, size_t count, float threshold,
                   Candidate* out) {
  const size_t full = InFullWords(count);
  const float32x4_t limit = vdupq_n_f32(threshold);
  size_t found = 0;
  for (size_t base = 0; base < full; base += 32) {
    const uint32_t word = WordAt(mask, base);
    if (word == 0) continue;
    for (size_t i = 0; i < 32; i += 4) {
      const uint32x4_t above =
          vandq_u32(vcgtq_f32(vld1q_f32(values + base + i), limit), Lanes32(word >> i));
      if (vmaxvq_u32(above) == 0) continue;
      for (size_t at = base + i; at < base + i + 4; ++at) {
        if (((word >> (at - base)) & 1u) != 0 && values[at] > threshold)
          out[found++] = {values[at], static_cast<uint32_t>(at)};
      }
    }
  }
  return found + GatherRest(values, mask, count, threshold, out + found);
}

void FromHalves(const uint16_t* halves, size_t count, float* out) {
  size_t i = 0;
  for (; i + 4 <= count; i += 4)
    vst1q_f32(out + i, vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(halves + i))));
  PlainKernels().from_half(halves + i, count - i, out + i);
}

void ApplyFloat(float* logits, const int32_t* mask, size_t count) {
  const size_t full = InFullWords(count);
  const float32x4_t forbidden = vdupq_n_f32(kNegativeInfinity);
  for (size_t base = 0; base < full; base += 32) {
    const uint32_t word = WordAt(mask, base);
    if (word == 0xFFFFFFFFu) continue;
    for (size_t i = 0; i < 32; i += 4) {
      float* at = logits + base + i;
      vst1q_f32(at, vbslq_f32(Lanes32(word >> i), vld1q_f32(at), forbidden));
    }
  }
  PlainKernels().apply(logits + full, TailOf(mask, full), count - full);
}

void ApplyHalf(uint16_t* logits, const int32_t* mask, size_t count) {
  const size_t full = InFullWords(count);
  const uint16x8_t forbidden = vdupq_n_u16(0xFC00);
  for (size_t base = 0; base < full; base += 32) {
    const uint32_t word = WordAt(mask, base);
    if (word == 0xFFFFFFFFu) continue;
    for (size_t i = 0; i < 32; i += 8) {
      uint16_t* at = logits + base + i;
      vst1q_u16(at, vbslq_u16(Lanes16(word >> i), vld1q_u16(at), forbidden));
    }
  }
  PlainKernels().apply_half(logits + full, TailOf(mask, full), count - full);
}

}  // namespace

const SampleKernels* NeonKernels() {
  static constexpr SampleKernels kKernels = {&Largest,    &AddWeights, &GatherAbove,
                                             &FromHalves, &ApplyFloat, &ApplyHalf};
  return &kKernels;
}

}  // namespace grammask

#else

namespace grammask {
const SampleKernels* NeonKernels() { return nullptr; }
}  // namespace grammask

#endif
