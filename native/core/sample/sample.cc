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
// Ids whose running sums are kept, so that a draw reads one block again.
constexpr size_t kBlock = MaskBlocks::kBlock;

const SampleKernels& ChosenKernels() {
  static const SampleKernels& kChosen = *KernelsOf(ChosenSimd());
  return kChosen;
}

Status BadArgument(std::string message) { return Status(Code::kArgument, std::move(message)); }

Status CheckMask(size_t count, std::span<const int32_t> mask) {
  const size_t words = (count + 31) / 32;
  if (mask.size() >= words) [[likely]]
    return Status();
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
  Sampler(const SampleKernels& kernels, std::span<const float> logits, const MaskView& mask,
          const SampleOptions& options)
      : kernels_(kernels),
        values_(logits.data()),
        count_(logits.size()),
        blocks_(mask, logits.size()),
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
  // Calls visit(begin, size, mask) for each block that may hold an allowed token, in order.
  template <typename Visit>
  void ForEachBlock(Visit visit) {
    for (size_t begin = 0; begin < count_; begin = blocks_.End(begin)) {
      if (blocks_.Turn(begin)) visit(begin, blocks_.End(begin) - begin, blocks_.words());
    }
  }

  Status FindLargest() {
    bool nan = false;
    largest_ = -kInfinity;
    ForEachBlock([&](size_t begin, size_t size, const int32_t* mask) {
      const float largest = kernels_.largest(values_ + begin, mask, size, &nan);
      if (largest > largest_) {
        largest_ = largest;
        largest_block_ = begin;
      }
    });
    if (nan) return Status(Code::kLogits, "the logit of an allowed token is NaN");
    if (largest_ == kInfinity)
      return Status(Code::kLogits, "the logit of an allowed token is +infinity");
    if (largest_ == -kInfinity) {
      return Status(Code::kLogits,
                    "there is nothing to draw from: no token is allowed and has a finite logit");
    }
    return Status();
  }

  // Is the token of the block in hand allowed?
  bool Allowed(size_t at) const {
    const int32_t* words = blocks_.words();
    return words == nullptr || ((static_cast<uint32_t>(words[at / 32]) >> (at % 32)) & 1u) != 0;
  }

  uint32_t FirstEqualToLargest() {
    blocks_.Turn(largest_block_);
    size_t at = 0;
    while (!(Allowed(at) && values_[largest_block_ + at] == largest_)) ++at;
    return static_cast<uint32_t>(largest_block_ + at);
  }

  double TotalWeight() {
    double total = 0;
    ForEachBlock([&](size_t begin, size_t size, const int32_t* mask) {
      total = kernels_.add_weights(values_ + begin, mask, size, scale_, total);
    });
    return total;
  }

  uint32_t DrawFromAll() {
    struct Block {
      size_t begin;
      double before, behind;  // sums
    };
    std::vector<Block> blocks;
    blocks.reserve(count_ / kBlock + 1);
    double total = 0;
    ForEachBlock([&](size_t begin, size_t size, const int32_t* mask) {
      const double before = total;
      total = kernels_.add_weights(values_ + begin, mask, size, scale_, total);
      blocks.push_back({begin, before, total});
    });
    const double target = options_.random * total;
    // None passes where random × total was rounded up to the total: the last token of any weight is
    // meant.
    const auto passed = std::find_if(blocks.begin(), blocks.end(), [&](const Block& block) {
      return block.behind > target || block.behind == total;
    });
    blocks_.Turn(passed->begin);
    double sum = passed->before;
    size_t last = 0;
    for (size_t at = 0; passed->begin + at < blocks_.End(passed->begin); ++at) {
      if (!Allowed(at)) continue;
      const double before = sum;
      sum += Weight(values_[passed->begin + at], scale_);
      if (sum > target) return static_cast<uint32_t>(passed->begin + at);
      if (sum > before) last = at;
    }
    return static_cast<uint32_t>(passed->begin + last);
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
    ForEachBlock([&](size_t begin, size_t count, const int32_t* mask) {
      size += Gather(begin, count, mask, threshold, kept.data() + size);
      if (size + kBlock > kept.size()) keep_k();
    });
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
    const double total = TotalWeight();
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

  // The allowed values of a block above a threshold, by their ids.
  size_t Gather(size_t begin, size_t size, const int32_t* mask, float threshold, Candidate* out) {
    const size_t found = kernels_.gather_above(values_ + begin, mask, size, threshold, out);
    for (size_t i = 0; i < found; ++i) out[i].id += static_cast<uint32_t>(begin);
    return found;
  }

  std::vector<Candidate> Above(float threshold) {
    std::vector<Candidate> found;
    ForEachBlock([&](size_t begin, size_t count, const int32_t* mask) {
      const size_t size = found.size();
      found.resize(size + kBlock);
      found.resize(size + Gather(begin, count, mask, threshold, found.data() + size));
    });
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
  MaskBlocks blocks_;
  const SampleOptions& options_;
  float largest_ = 0;
  size_t largest_block_ = 0;
  Scale scale_{0, 1};
};

Status CheckAll(size_t count, const SampleOptions& options) {
  if (count == 0) return BadArgument("there are no logits");
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

const SampleKernels* KernelsOf(Simd simd) {
  if (!HasSimd(simd)) return nullptr;
  switch (simd) {
    case Simd::kAvx2:
      return Avx2Kernels();
    case Simd::kAvx512:
      return Avx512Kernels();
    case Simd::kNeon:
      return NeonKernels();
    case Simd::kPlain:
      break;
  }
  return &PlainKernels();
}

Result<uint32_t> SampleWith(const SampleKernels& kernels, std::span<const float> logits,
                            const MaskView& mask, const SampleOptions& options) {
  if (Status status = CheckAll(logits.size(), options); !status.ok()) return status;
  if (!ChangesLogits(options)) return Sampler(kernels, logits, mask, options).Draw();
  std::vector<float>& changed = Scratch(logits.size());
  std::copy(logits.begin(), logits.end(), changed.begin());
  ChangeLogits(changed, options);
  return Sampler(kernels, changed, mask, options).Draw();
}

Result<uint32_t> SampleHalfWith(const SampleKernels& kernels, std::span<const uint16_t> logits,
                                const MaskView& mask, const SampleOptions& options) {
  if (Status status = CheckAll(logits.size(), options); !status.ok()) return status;
  // What the mask leaves out is not read, and keeps what an earlier call left there.
  std::vector<float>& values = Scratch(logits.size());
  MaskBlocks blocks(mask, logits.size());
  for (size_t begin = 0; begin < logits.size(); begin = blocks.End(begin)) {
    if (blocks.Turn(begin))
      kernels.from_half(logits.data() + begin, blocks.End(begin) - begin, values.data() + begin);
  }
  ChangeLogits(values, options);
  return Sampler(kernels, values, mask, options).Draw();
}

Result<uint32_t> Sample(std::span<const float> logits, const MaskView& mask,
                        const SampleOptions& options) {
  return SampleWith(ChosenKernels(), logits, mask, options);
}

Result<uint32_t> SampleHalf(std::span<const uint16_t> logits, const MaskView& mask,
                            const SampleOptions& options) {
  return SampleHalfWith(ChosenKernels(), logits, mask, options);
}

Result<uint32_t> Sample(std::span<const float> logits, std::span<const int32_t> mask,
                        const SampleOptions& options) {
  if (!mask.empty()) {
    if (Status status = CheckMask(logits.size(), mask); !status.ok()) return status;
  }
  return Sample(logits, MaskView::OfWords(mask), options);
}

Result<uint32_t> SampleHalf(std::span<const uint16_t> logits, std::span<const int32_t> mask,
                            const SampleOptions& options) {
  if (!mask.empty()) {
    if (Status status = CheckMask(logits.size(), mask); !status.ok()) return status;
  }
  return SampleHalf(logits, MaskView::OfWords(mask), options);
}

namespace {

template <typename Number>
void ApplyBlocks(std::span<Number> logits, const MaskView& mask,
                 void (*apply)(Number* logits, const int32_t* mask, size_t count)) {
  if (mask.all) return;
  MaskBlocks blocks(mask, logits.size());
  for (size_t begin = 0; begin < logits.size(); begin = blocks.End(begin)) {
    blocks.Turn(begin);
    apply(logits.data() + begin, blocks.words(), blocks.End(begin) - begin);
  }
}

}  // namespace

void ApplyMask(std::span<float> logits, const MaskView& mask) {
  ApplyBlocks(logits, mask, ChosenKernels().apply);
}

void ApplyMaskHalf(std::span<uint16_t> logits, const MaskView& mask) {
  ApplyBlocks(logits, mask, ChosenKernels().apply_half);
}

Status ApplyMask(std::span<float> logits, std::span<const int32_t> mask) {
  if (Status status = CheckMask(logits.size(), mask); !status.ok()) return status;
  ApplyMask(logits, MaskView{false, mask.data(), {}});
  return Status();
}

Status ApplyMaskHalf(std::span<uint16_t> logits, std::span<const int32_t> mask) {
  if (Status status = CheckMask(logits.size(), mask); !status.ok()) return status;
  ApplyMaskHalf(logits, MaskView{false, mask.data(), {}});
  return Status();
}

}  // namespace grammask
