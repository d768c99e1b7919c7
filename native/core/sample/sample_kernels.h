// The inner loops of the sampler, once in plain C++ and once for each kind of vector instructions.
//
// All do the same floating-point operations on each logit and add in the same order, so they return
// the same bits. So no multiply-add may be contracted, which would round once where the others
// round twice: the builds say -ffp-contract=off. `mask` is one bit a token (nullptr: all), the
// first bit that of the first value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/simd.h"
#include "base/status.h"
#include "sample/sample.h"

namespace grammask {

struct Candidate {
  float value;
  uint32_t id;
};

// A weight is exp((value - largest) / temperature), between 0 and 1.
struct Scale {
  double largest;
  double temperature;
};

struct SampleKernels {
  // The largest allowed value, -inf where there is none. Sets *nan when an allowed value is NaN;
  // the result then means nothing.
  float (*largest)(const float* values, const int32_t* mask, size_t count, bool* nan);
  // sum + the weights of the allowed values, added one by one in ascending order.
  double (*add_weights)(const float* values, const int32_t* mask, size_t count, Scale scale,
                        double sum);
  // Writes the allowed values above `threshold` with their places, in ascending order; `out` has
  // room for `count`. Returns how many.
  size_t (*gather_above)(const float* values, const int32_t* mask, size_t count, float threshold,
                         Candidate* out);
  void (*from_half)(const uint16_t* halves, size_t count, float* out);
  void (*apply)(float* logits, const int32_t* mask, size_t count);
  void (*apply_half)(uint16_t* logits, const int32_t* mask, size_t count);
};

const SampleKernels& PlainKernels();
// nullptr where this build is for another architecture; whether the processor has the instructions,
// simd.h knows.
const SampleKernels* Avx2Kernels();
const SampleKernels* Avx512Kernels();
const SampleKernels* NeonKernels();

const SampleKernels* KernelsOf(Simd simd);  // nullptr where it cannot be used here

// What the vector loops share: they take whole words of the mask, and plain C++ what is left.
inline size_t InFullWords(size_t count) { return count / 32 * 32; }
inline const int32_t* TailOf(const int32_t* mask, size_t full) {
  return mask == nullptr ? nullptr : mask + full / 32;
}
// What gather_above finds behind the full words.
inline size_t GatherRest(const float* values, const int32_t* mask, size_t count, float threshold,
                         Candidate* out) {
  const size_t full = InFullWords(count);
  const size_t found =
      PlainKernels().gather_above(values + full, TailOf(mask, full), count - full, threshold, out);
  for (size_t i = 0; i < found; ++i) out[i].id += static_cast<uint32_t>(full);
  return found;
}

double Weight(float value, Scale scale);  // of one value, in plain C++

// The public functions with the kernels given, for tests that compare them.
Result<uint32_t> SampleWith(const SampleKernels& kernels, std::span<const float> logits,
                            const MaskView& mask, const SampleOptions& options);
Result<uint32_t> SampleHalfWith(const SampleKernels& kernels, std::span<const uint16_t> logits,
                                const MaskView& mask, const SampleOptions& options);

// exp(x) for x <= 0, with a relative error below 1e-14; 0 below -708. Split as x = k ln 2 + r with
// |r| <= ln 2 / 2, a Taylor polynomial in r, and k added to the exponent. It is our own, because a
// library's exp has no vector form that gives the same bits.
namespace exponential {
inline constexpr double kLowest = -708.0;
inline constexpr double kLog2E = 1.4426950408889634;
inline constexpr double kRound =
    6755399441055744.0;  // 1.5 * 2^52: adding it rounds to an integer in the low bits
inline constexpr double kLn2High = 0.693147180369123816490;
inline constexpr double kLn2Low = 1.90821492927058770002e-10;
inline constexpr double kTaylor[] = {1.0 / 479001600,
                                     1.0 / 39916800,
                                     1.0 / 3628800,
                                     1.0 / 362880,
                                     1.0 / 40320,
                                     1.0 / 5040,
                                     1.0 / 720,
                                     1.0 / 120,
                                     1.0 / 24,
                                     1.0 / 6,
                                     0.5,
                                     1.0,
                                     1.0};
}  // namespace exponential

}  // namespace grammask
