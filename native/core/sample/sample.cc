#include "sample/sample.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <string>
#include <string_view>

#include "sample/sample_kernels.h"

namespace grammask {

namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr size_t kBlock =
    1024;  // ids whose running sums are kept, so that a draw reads one block again

const SampleKernels& ChosenKernels() {
  static const SampleKernels& kChosen = []() -> const SampleKernels& {
    const char* wanted = std::getenv("GRAMMASK_SIMD");
    if (wanted != nullptr && std::string_view(wanted) == "plain") return PlainKernels();
    const SampleKernels* avx2 = Avx2Kernels();
    return avx2 != nullptr ? *avx2 : PlainKernels();
  }();
  return kChosen;
}

Status BadArgument(std::string message) { return Status(Code::kArgument, std::move(message)); }

Status CheckMask(size_t count, std::span<const int32_t> mask) {
  const size_t words = (count + 31) / 32;
  if (mask.size() >= words) return Status();
  return Status(Code::kArgument,
                "the mask has " + std::to_string(mask.size()) + " words, but " +
                    std::to_string(count) + " logits need " + std::to_string(words),
                "a mask has one bit a token: (number of logits + 31) / 32 words of 32 bits");
}

Status CheckOptions(size_t count, const SampleOptions& options) {
  if (!(options.temperature >= 0) || std::isinf(options.temperature)) {
    return BadArgument("the temperature is not a number from 0 upward");
  }
  if (!(options.top_p >= 0 && options.top_p <= 1))
    return BadArgument("topP is not between 0 and 1");
  if (!(options.min_p >= 0 && options.min_p <= 1))
    return BadArgument("minP is not between 0 and 1");
  if (!(options.repetition_penalty > 0) || std::isinf(options.repetition_penalty)) {
    return BadArgument("the repetition penalty is not a number above 0");
  }
  if (!(options.random >= 0 && options.random < 1)) return BadArgument("random is not in [0, 1)");
  for (const auto& [id, bias] : options.bias) {
    if (id >= count) {
      return Status(Code::kTokenRange, "the bias names token " + std::to_string(id) +
                                           ", but there are " + std::to_string(count) + " logits");
    }
    if (std::isnan(bias) || bias == kInfinity) {
      return BadArgument("the bias of token " + std::to_string(id) + " is NaN or +infinity");
    }
  }
  for (const uint32_t id : options.seen) {
    if (id >= count) {
      return Status(Code::kTokenRange, "the repetition penalty names token " + std::to_string(id) +
                                           ", but there are " + std::to_string(count) + " logits");
    }
  }
  return Status();
}

bool ChangesLogits(const SampleOptions& options) {
  return !options.bias.empty() || (options.repetition_penalty != 1.0 && !options.seen.empty());
}

// From the untouched logits, so that an id that was seen twice is penalised once.
void ChangeLogits(std::span<float> logits, const SampleOptions& options) {
  if (options.repetition_penalty != 1.0 && !options.seen.empty()) {
    std::vector<uint32_t> seen = options.seen;
    std::sort(seen.begin(), seen.end());
    seen.erase(std::unique(seen.begin(), seen.end()), seen.end());
    for (const uint32_t id : seen) {
      const double logit = logits[id];
      logits[id] = static_cast<float>(logit > 0 ? logit / options.repetition_penalty
                                                : logit * options.repetition_penalty);
    }
  }
  for (const auto& [id, bias] : options.bias) logits[id] += bias;
}

bool MoreProbable(const Candidate& a, const Candidate& b) {
  return a.value != b.value ? a.value > b.value : a.id < b.id;
}

bool SmallerId(const Candidate& a, const Candidate& b) { return a.id < b.id; }

class Sampler {
 public:
  Sampler(const SampleKernels& kernels, std::span<const float> logits, const int32_t* mask,
          const SampleOptions& options)
      : kernels_(kernels),
        values_(logits.data()),
        count_(logits.size()),
        mask_(mask),
        options_(options) {}

  Result<uint32_t> Draw() {
    if (Status status = FindLargest(); !status.ok()) return status;
    if (options_.temperature == 0) return FirstEqualToLargest();
    scale_ = {largest_, options_.temperature};
    if (options_.top_k > 0 && options_.top_k < count_) return DrawFromTopK();
    if (options_.top_p < 1) return DrawFromTopP();
    if (options_.min_p > 0) return DrawFromMinP();
    return DrawFromAll();
  }

 private:
  size_t BlockEnd(size_t begin) const { return std::min(begin + kBlock, count_); }

  Status FindLargest() {
    bool nan = false;
    largest_ = -kInfinity;
    for (size_t begin = 0; begin < count_; begin = BlockEnd(begin)) {
      const float largest = kernels_.largest(values_, mask_, begin, BlockEnd(begin), &nan);
      if (nan) return Status(Code::kLogits, "the logit of an allowed token is NaN");
      if (largest > largest_) {
        largest_ = largest;
        largest_block_ = begin;
      }
    }
    if (largest_ == kInfinity)
      return Status(Code::kLogits, "the logit of an allowed token is +infinity");
    if (largest_ == -kInfinity) {
      return Status(Code::kLogits,
                    "there is nothing to draw from: no token is allowed and has a finite logit");
    }
    return Status();
  }

  bool Allowed(size_t id) const {
    return mask_ == nullptr || ((static_cast<uint32_t>(mask_[id / 32]) >> (id % 32)) & 1u) != 0;
  }

  uint32_t FirstEqualToLargest() const {
    size_t id = largest_block_;
    while (!(Allowed(id) && values_[id] == largest_)) ++id;
    return static_cast<uint32_t>(id);
  }

  uint32_t DrawFromAll() {
    std::vector<double> sums;  // before each block, and the total
    sums.reserve(count_ / kBlock + 2);
    sums.push_back(0);
    for (size_t begin = 0; begin < count_; begin = BlockEnd(begin)) {
      sums.push_back(
          kernels_.add_weights(values_, mask_, begin, BlockEnd(begin), scale_, sums.back()));
    }
    const double target = options_.random * sums.back();
    const auto passed = std::upper_bound(sums.begin(), sums.end(), target);
    // None passed: random × total was rounded up to the total, and the last token of any weight is
    // meant.
    const auto block =
        passed != sums.end() ? passed : std::lower_bound(sums.begin(), sums.end(), sums.back());
    const auto begin = static_cast<size_t>(block - sums.begin() - 1) * kBlock;
    double sum = *(block - 1);
    size_t last = begin;
    for (size_t id = begin; id < BlockEnd(begin); ++id) {
      if (!Allowed(id)) continue;
      const double before = sum;
      sum += Weight(values_[id], scale_);
      if (sum > target) return static_cast<uint32_t>(id);
      if (sum > before) last = id;
    }
    return static_cast<uint32_t>(last);
  }

  uint32_t DrawFromTopK() {
    const size_t k = options_.top_k;
    const size_t room = std::max<size_t>(4 * k, 4 * kBlock);
    std::vector<Candidate> kept(std::min(room, count_) + kBlock);
    size_t size = 0;
    float threshold = -kInfinity;
    const auto keep_k = [&] {
      if (size <= k) return;
      const auto kth = kept.begin() + static_cast<std::ptrdiff_t>(k - 1);
      std::nth_element(kept.begin(), kth, kept.begin() + static_cast<std::ptrdiff_t>(size),
                       MoreProbable);
      // Later ids lose a tie, so from here only values above the k-th count.
      threshold = kth->value;
      size = k;
    };
    for (size_t begin = 0; begin < count_; begin = BlockEnd(begin)) {
      size += kernels_.gather_above(values_, mask_, begin, BlockEnd(begin), threshold,
                                    kept.data() + size);
      if (size + kBlock > kept.size()) keep_k();
    }
    keep_k();
    kept.resize(size);
    std::sort(kept.begin(), kept.end(), SmallerId);
    if (options_.top_p < 1) {
      double total = 0;
      for (const Candidate& candidate : kept) total += Weight(candidate.value, scale_);
      CutTopP(kept, total);
    }
    return DrawFromCandidates(std::move(kept));
  }

  uint32_t DrawFromTopP() {
    double total = 0;
    for (size_t begin = 0; begin < count_; begin = BlockEnd(begin)) {
      total = kernels_.add_weights(values_, mask_, begin, BlockEnd(begin), scale_, total);
    }
    // Most of the weight lies near the largest value: look there first, and further down only as
    // far as topP needs.
    for (const double depth : {3.0, 6.0, 9.0, 12.0, 16.0}) {
      const double low = scale_.largest - depth * scale_.temperature;
      if (low < -3e38) break;
      std::vector<Candidate> candidates = Above(static_cast<float>(low));
      double sum = 0;
      for (const Candidate& candidate : candidates) sum += Weight(candidate.value, scale_);
      if (sum < options_.top_p * total) continue;
      if (CutTopP(candidates, total)) return DrawFromCandidates(std::move(candidates));
    }
    std::vector<Candidate> candidates = Above(-kInfinity);
    CutTopP(candidates, total);
    return DrawFromCandidates(std::move(candidates));
  }

  uint32_t DrawFromMinP() {
    // One more e-fold than needed, so that rounding leaves out none; the exact test follows.
    const double low = scale_.largest + (std::log(options_.min_p) - 1) * scale_.temperature;
    const float threshold =
        low < -3e38 ? -kInfinity : std::nextafter(static_cast<float>(low), -kInfinity);
    return DrawFromCandidates(Above(threshold));
  }

  std::vector<Candidate> Above(float threshold) const {
    std::vector<Candidate> found;
    for (size_t begin = 0; begin < count_; begin = BlockEnd(begin)) {
      const size_t size = found.size();
      found.resize(size + kBlock);
      found.resize(size + kernels_.gather_above(values_, mask_, begin, BlockEnd(begin), threshold,
                                                found.data() + size));
    }
    return found;
  }

  // Keeps the most probable candidates until their weights reach topP × total; false (and
  // unspecified order) when all of them do not.
  bool CutTopP(std::vector<Candidate>& candidates, double total) const {
    const double target = options_.top_p * total;
    double sum = 0;
    size_t sorted = 0;
    for (size_t step = 256; sorted < candidates.size(); step *= 4) {
      const size_t until = std::min(candidates.size(), sorted + step);
      const auto from = candidates.begin() + static_cast<std::ptrdiff_t>(sorted);
      const auto to = candidates.begin() + static_cast<std::ptrdiff_t>(until);
      if (to != candidates.end()) std::nth_element(from, to, candidates.end(), MoreProbable);
      std::sort(from, to, MoreProbable);
      for (; sorted < until; ++sorted) {
        sum += Weight(candidates[sorted].value, scale_);
        if (sum >= target) {
          candidates.resize(sorted + 1);
          return true;
        }
      }
    }
    return false;
  }

  uint32_t DrawFromCandidates(std::vector<Candidate> candidates) const {
    std::sort(candidates.begin(), candidates.end(), SmallerId);
    std::vector<std::pair<uint32_t, double>> weights;
    weights.reserve(candidates.size());
    double total = 0;
    for (const Candidate& candidate : candidates) {
      const double weight = Weight(candidate.value, scale_);
      if (weight < options_.min_p || weight == 0) continue;  // the largest weight is 1
      weights.emplace_back(candidate.id, weight);
      total += weight;
    }
    const double target = options_.random * total;
    double sum = 0;
    for (const auto& [id, weight] : weights) {
      sum += weight;
      if (sum > target) return id;
    }
    return weights.back().first;
  }

  const SampleKernels& kernels_;
  const float* values_;
  const size_t count_;
  const int32_t* mask_;
  const SampleOptions& options_;
  float largest_ = 0;
  size_t largest_block_ = 0;
  Scale scale_{0, 1};
};

Status CheckAll(size_t count, std::span<const int32_t> mask, const SampleOptions& options) {
  if (count == 0) return BadArgument("there are no logits");
  if (!mask.empty()) {
    if (Status status = CheckMask(count, mask); !status.ok()) return status;
  }
  return CheckOptions(count, options);
}

// Kept from call to call: a fresh block of this size costs more in page faults than the copy
// itself.
std::vector<float>& Scratch(size_t count) {
  thread_local std::vector<float> scratch;
  scratch.resize(count);
  return scratch;
}

}  // namespace

Result<uint32_t> SampleWith(const SampleKernels& kernels, std::span<const float> logits,
                            std::span<const int32_t> mask, const SampleOptions& options) {
  if (Status status = CheckAll(logits.size(), mask, options); !status.ok()) return status;
  const int32_t* words = mask.empty() ? nullptr : mask.data();
  if (!ChangesLogits(options)) return Sampler(kernels, logits, words, options).Draw();
  std::vector<float>& changed = Scratch(logits.size());
  std::copy(logits.begin(), logits.end(), changed.begin());
  ChangeLogits(changed, options);
  return Sampler(kernels, changed, words, options).Draw();
}

Result<uint32_t> SampleHalfWith(const SampleKernels& kernels, std::span<const uint16_t> logits,
                                std::span<const int32_t> mask, const SampleOptions& options) {
  if (Status status = CheckAll(logits.size(), mask, options); !status.ok()) return status;
  std::vector<float>& values = Scratch(logits.size());
  kernels.from_half(logits.data(), logits.size(), values.data());
  ChangeLogits(values, options);
  return Sampler(kernels, values, mask.empty() ? nullptr : mask.data(), options).Draw();
}

Result<uint32_t> Sample(std::span<const float> logits, std::span<const int32_t> mask,
                        const SampleOptions& options) {
  return SampleWith(ChosenKernels(), logits, mask, options);
}

Result<uint32_t> SampleHalf(std::span<const uint16_t> logits, std::span<const int32_t> mask,
                            const SampleOptions& options) {
  return SampleHalfWith(ChosenKernels(), logits, mask, options);
}

Status ApplyMask(std::span<float> logits, std::span<const int32_t> mask) {
  if (Status status = CheckMask(logits.size(), mask); !status.ok()) return status;
  ChosenKernels().apply(logits.data(), mask.data(), logits.size());
  return Status();
}

Status ApplyMaskHalf(std::span<uint16_t> logits, std::span<const int32_t> mask) {
  if (Status status = CheckMask(logits.size(), mask); !status.ok()) return status;
  ChosenKernels().apply_half(logits.data(), mask.data(), logits.size());
  return Status();
}

const char* SimdName() { return ChosenKernels().name; }

}  // namespace grammask
