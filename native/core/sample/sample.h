// Drawing a token: mask, bias, penalties, temperature, top-k, top-p, min-p, draw or arg-max, in one
// pass over the logits.
//
// Sums are float64 in a fixed order (ascending token id), so that a plain reference in another
// language draws the same token unless the random number lies within 1e-6 of a border. Ties go to
// the smaller id. Order of the filters: mask, repetition penalty (CTRL, Keskar et al. 2019: divide
// positive, multiply negative logits), bias, temperature (0: arg-max), top-k, top-p (smallest set
// of most probable tokens whose sum reaches p; ties by smaller id), min-p (probability at least
// minP × the largest), draw: over the remaining tokens in ascending id, the first whose cumulative
// probability exceeds random × total.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "base/status.h"
#include "sample/mask_view.h"

namespace grammask {

struct SampleOptions {
  double temperature = 1.0;
  uint32_t top_k = 0;  // 0: off
  double top_p = 1.0;
  double min_p = 0.0;
  double repetition_penalty = 1.0;
  double random = 0.0;  // [0, 1)
  std::vector<std::pair<uint32_t, float>> bias;
  std::vector<uint32_t> seen;  // ids that the repetition penalty touches
};

// kLogits: NaN or +inf among allowed logits, or none finite, or no token allowed. The words of a
// view have a bit for each logit at least.
Result<uint32_t> Sample(std::span<const float> logits, const MaskView& mask,
                        const SampleOptions& options);
Result<uint32_t> SampleHalf(std::span<const uint16_t> logits, const MaskView& mask,
                            const SampleOptions& options);

// The same with a mask of one bit a token, or an empty one for "all". kArgument when it is shorter
// than the logits need.
Result<uint32_t> Sample(std::span<const float> logits, std::span<const int32_t> mask,
                        const SampleOptions& options);
Result<uint32_t> SampleHalf(std::span<const uint16_t> logits, std::span<const int32_t> mask,
                            const SampleOptions& options);

// Forbidden logits become -inf (float16: 0xFC00), in place. kArgument when mask is shorter than the
// logits need.
void ApplyMask(std::span<float> logits, const MaskView& mask);
void ApplyMaskHalf(std::span<uint16_t> logits, const MaskView& mask);
Status ApplyMask(std::span<float> logits, std::span<const int32_t> mask);
Status ApplyMaskHalf(std::span<uint16_t> logits, std::span<const int32_t> mask);

}  // namespace grammask
