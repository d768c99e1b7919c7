#include <bit>
#include <iterator>
#include <limits>

#include "sample/sample_kernels.h"

namespace grammask {

namespace {

constexpr float kNegativeInfinity = -std::numeric_limits<float>::infinity();

// Calls visit(i) for each allowed place, in ascending order.
template <typename Visit>
void ForEachAllowed(const int32_t* mask, size_t count, Visit visit) {
  if (mask == nullptr) {
    for (size_t i = 0; i < count; ++i) visit(i);
    return;
  }
  for (size_t base = 0; base < count; base += 32) {
    uint32_t word = static_cast<uint32_t>(mask[base / 32]);
    if (count - base < 32) word &= (uint32_t{1} << (count - base)) - 1;
    for (; word != 0; word &= word - 1) visit(base + static_cast<size_t>(std::countr_zero(word)));
  }
}

double Exp(double x) {
  using namespace exponential;
  if (!(x >= kLowest)) return 0.0;
  const double shifted = x * kLog2E + kRound;
  const double k = shifted - kRound;
  const double r = (x - k * kLn2High) - k * kLn2Low;
  double polynomial = kTaylor[0];
  for (size_t i = 1; i < std::size(kTaylor); ++i) polynomial = polynomial * r + kTaylor[i];
  return std::bit_cast<double>(std::bit_cast<uint64_t>(polynomial) +
                               (std::bit_cast<uint64_t>(shifted) << 52));
}

float Largest(const float* values, const int32_t* mask, size_t count, bool* nan) {
  float largest = kNegativeInfinity;
  bool seen_nan = false;
  ForEachAllowed(mask, count, [&](size_t i) {
    const float value = values[i];
    seen_nan |= value != value;
    largest = value > largest ? value : largest;
  });
  if (seen_nan) *nan = true;
  return largest;
}

double AddWeights(const float* values, const int32_t* mask, size_t count, Scale scale, double sum) {
  ForEachAllowed(mask, count, [&](size_t i) { sum += Weight(values[i], scale); });
  return sum;
}

size_t GatherAbove(const float* values, const int32_t* mask, size_t count, float threshold,
                   Candidate* out) {
  size_t found = 0;
  ForEachAllowed(mask, count, [&](size_t i) {
    if (values[i] > threshold) out[found++] = {values[i], static_cast<uint32_t>(i)};
  });
  return found;
}

float FromHalf(uint16_t half) {
  const uint32_t sign = static_cast<uint32_t>(half & 0x8000u) << 16;
  const uint32_t exponent = (half >> 10) & 0x1Fu;
  const uint32_t fraction = half & 0x3FFu;
  if (exponent == 0x1F) return std::bit_cast<float>(sign | 0x7F800000u | (fraction << 13));
  if (exponent == 0) {
    const float magnitude = static_cast<float>(fraction) * 0x1p-24f;
    return sign != 0 ? -magnitude : magnitude;
  }
  return std::bit_cast<float>(sign | ((exponent + 112) << 23) | (fraction << 13));
}

void FromHalves(const uint16_t* halves, size_t count, float* out) {
  for (size_t i = 0; i < count; ++i) out[i] = FromHalf(halves[i]);
}

template <typename Number>
void Apply(Number* logits, const int32_t* mask, size_t count, Number forbidden) {
  for (size_t base = 0; base < count; base += 32) {
    const size_t width = count - base < 32 ? count - base : 32;
    const auto word = static_cast<uint32_t>(mask[base / 32]);
    if (word == 0xFFFFFFFFu) continue;
    for (size_t i = 0; i < width; ++i) {
      if (((word >> i) & 1u) == 0) logits[base + i] = forbidden;
    }
  }
}

void ApplyFloat(float* logits, const int32_t* mask, size_t count) {
  Apply<float>(logits, mask, count, kNegativeInfinity);
}

void ApplyHalf(uint16_t* logits, const int32_t* mask, size_t count) {
  Apply<uint16_t>(logits, mask, count, 0xFC00);
}

}  // namespace

double Weight(float value, Scale scale) {
  return Exp((static_cast<double>(value) - scale.largest) / scale.temperature);
}

const SampleKernels& PlainKernels() {
  static constexpr SampleKernels kKernels = {&Largest,    &AddWeights, &GatherAbove,
                                             &FromHalves, &ApplyFloat, &ApplyHalf};
  return kKernels;
}

}  // namespace grammask
