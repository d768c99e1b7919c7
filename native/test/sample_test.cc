#include "sample/sample.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "sample/sample_kernels.h"

namespace grammask {
namespace {

constexpr float kInf = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

const MaskView kAll{true, nullptr, {}};

bool AllowedIn(const std::vector<int32_t>& mask, size_t id) {
  return mask.empty() || ((static_cast<uint32_t>(mask[id / 32]) >> (id % 32)) & 1u) != 0;
}

struct Drawn {
  uint32_t token;
  bool near_border;
};

// The definition in the header, step by step: all probabilities, full sorts, the library's exp.
Drawn Reference(std::vector<float> logits, const std::vector<int32_t>& mask,
                const SampleOptions& options) {
  std::vector<uint32_t> seen = options.seen;
  std::sort(seen.begin(), seen.end());
  seen.erase(std::unique(seen.begin(), seen.end()), seen.end());
  for (const uint32_t id : seen) {
    const double logit = logits[id];
    logits[id] = static_cast<float>(logit > 0 ? logit / options.repetition_penalty
                                              : logit * options.repetition_penalty);
  }
  for (const auto& [id, bias] : options.bias) logits[id] += bias;
  std::vector<uint32_t> ids;
  for (uint32_t id = 0; id < logits.size(); ++id) {
    if (AllowedIn(mask, id) && logits[id] != -kInf) ids.push_back(id);
  }
  std::sort(ids.begin(), ids.end(), [&](uint32_t a, uint32_t b) {
    return logits[a] != logits[b] ? logits[a] > logits[b] : a < b;
  });
  if (options.temperature == 0) return {ids[0], false};
  if (options.top_k > 0 && ids.size() > options.top_k) ids.resize(options.top_k);
  const double largest = logits[ids[0]];
  const auto weight = [&](uint32_t id) {
    return std::exp((logits[id] - largest) / options.temperature);
  };
  const auto total = [&] {
    std::vector<uint32_t> ascending = ids;
    std::sort(ascending.begin(), ascending.end());
    double sum = 0;
    for (const uint32_t id : ascending) sum += weight(id);
    return sum;
  };
  bool near = false;
  if (options.top_p < 1) {
    const double all = total();
    const double target = options.top_p * all;
    double sum = 0;
    size_t kept = 0;
    while (kept < ids.size() && (kept == 0 || sum < target)) {
      sum += weight(ids[kept++]);
      near |= std::abs(sum - target) < 1e-9 * all;
    }
    ids.resize(kept);
  }
  std::erase_if(ids, [&](uint32_t id) {
    near |= options.min_p > 0 && std::abs(weight(id) - options.min_p) < 1e-9;
    return weight(id) < options.min_p;
  });
  std::sort(ids.begin(), ids.end());
  const double all = total();
  const double target = options.random * all;
  double sum = 0;
  std::optional<uint32_t> token;
  for (const uint32_t id : ids) {
    sum += weight(id);
    near |= std::abs(sum - target) < 1e-6 * all;
    if (!token && sum > target) token = id;
  }
  near |= target < 1e-6 * all;
  return {token.value_or(ids.back()), near};
}

uint16_t ToHalf(
    float value) {  // of values that float16 holds exactly, or that are rounded toward zero
  const uint32_t bits = std::bit_cast<uint32_t>(value);
  const auto sign = static_cast<uint16_t>((bits >> 16) & 0x8000u);
  const int exponent = static_cast<int>((bits >> 23) & 0xFFu) - 112;
  if (value != value) return 0x7E00;
  if (exponent >= 31) return static_cast<uint16_t>(sign | 0x7C00u);
  if (exponent <= 0) return sign;
  return static_cast<uint16_t>(sign | (exponent << 10) | ((bits >> 13) & 0x3FFu));
}

std::vector<const SampleKernels*> AllKernels() {
  std::vector<const SampleKernels*> all;
  for (const Simd simd : {Simd::kPlain, Simd::kAvx2, Simd::kAvx512, Simd::kNeon}) {
    if (const SampleKernels* kernels = KernelsOf(simd)) all.push_back(kernels);
  }
  return all;
}

// A mask of which some tokens stand beside the words, and perhaps all.
struct SplitMask {
  std::vector<int32_t> words;
  std::vector<uint32_t> tokens;

  SplitMask(const std::vector<int32_t>& mask, std::mt19937& random) : words(mask) {
    const uint32_t share = random() % 3;  // none, some, all
    for (size_t id = 0; id < 32 * mask.size(); ++id) {
      if (!AllowedIn(mask, id) || share == 0 || (share == 1 && random() % 4 != 0)) continue;
      tokens.push_back(static_cast<uint32_t>(id));
      words[id / 32] =
          static_cast<int32_t>(static_cast<uint32_t>(words[id / 32]) & ~(uint32_t{1} << (id % 32)));
    }
    if (share == 2) words.clear();
  }
  MaskView View() const { return {false, words.empty() ? nullptr : words.data(), tokens}; }
};

MaskView ViewOf(const std::vector<int32_t>& mask) { return MaskView::OfWords(mask); }

struct Case {
  std::vector<float> logits;
  std::vector<int32_t> mask;
  SampleOptions options;
};

Case RandomCase(std::mt19937& random, size_t largest_size) {
  Case made;
  const auto uniform = [&] { return std::uniform_real_distribution<double>(0, 1)(random); };
  const size_t count = 1 + random() % (random() % 2 == 0 ? 100 : largest_size);
  const double spread = std::pow(10.0, uniform() * 3 - 1);
  const uint32_t shape = random() % 4;
  for (size_t i = 0; i < count; ++i) {
    float logit = std::normal_distribution<float>(0, static_cast<float>(spread))(random);
    if (shape == 1) logit = std::round(logit);  // many ties
    if (shape == 2 && random() % 3 == 0) logit = -kInf;
    if (shape == 3) logit = 1.5f;
    made.logits.push_back(logit);
  }
  const size_t sure = random() % count;
  if (random() % 3 != 0) {
    const uint32_t density = random() % 4;
    for (size_t word = 0; word < (count + 31) / 32; ++word) {
      uint32_t bits = random();
      if (density == 0) bits &= random() & random() & random();
      if (density == 1) bits = random() % 3 == 0 ? 0xFFFFFFFFu : 0;
      if (density == 2) bits |= random();
      made.mask.push_back(static_cast<int32_t>(bits));
    }
    made.mask[sure / 32] = static_cast<int32_t>(static_cast<uint32_t>(made.mask[sure / 32]) |
                                                (uint32_t{1} << (sure % 32)));
    // What is forbidden must not matter, whatever it is.
    for (size_t id = 0; id < count; ++id) {
      if (!AllowedIn(made.mask, id) && random() % 8 == 0)
        made.logits[id] = random() % 2 ? kNan : kInf;
    }
  }
  if (made.logits[sure] == -kInf) made.logits[sure] = 0.25f;
  SampleOptions& options = made.options;
  options.temperature = random() % 5 == 0 ? 0 : 0.05 + 2 * uniform();
  if (random() % 2 == 0) options.top_k = random() % (random() % 2 == 0 ? 8 : count + 2);
  if (random() % 2 == 0) options.top_p = uniform();
  if (random() % 3 == 0) options.min_p = std::pow(uniform(), 4);
  options.random = random() % 10 == 0 ? 0 : uniform();
  if (random() % 3 == 0) {
    options.repetition_penalty = 0.5 + 2 * uniform();
    for (uint32_t i = random() % 20; i > 0; --i) {
      options.seen.push_back(static_cast<uint32_t>(random() % count));
    }
  }
  if (random() % 3 == 0) {
    for (uint32_t i = random() % 10; i > 0; --i) {
      const auto id = static_cast<uint32_t>(random() % count);
      const bool forbid = id != sure && random() % 4 == 0;
      options.bias.emplace_back(id, forbid ? -kInf : static_cast<float>(10 * uniform() - 5));
    }
  }
  return made;
}

TEST(Sample, DrawsWhatTheDefinitionSays) {
  std::mt19937 random(1);
  int compared = 0;
  for (int round = 0; round < 6000; ++round) {
    const Case c = RandomCase(random, 3000);
    const Drawn expected = Reference(c.logits, c.mask, c.options);
    std::vector<uint32_t> drawn;
    for (const SampleKernels* kernels : AllKernels()) {
      const Result<uint32_t> token = SampleWith(*kernels, c.logits, ViewOf(c.mask), c.options);
      ASSERT_TRUE(token.ok()) << token.status().message();
      drawn.push_back(token.value());
      if (c.mask.empty()) continue;
      const SplitMask split(c.mask, random);
      const Result<uint32_t> again = SampleWith(*kernels, c.logits, split.View(), c.options);
      ASSERT_TRUE(again.ok()) << again.status().message();
      drawn.push_back(again.value());
    }
    // The same in every instruction set and form of the mask, also at a border.
    for (const uint32_t token : drawn) ASSERT_EQ(token, drawn[0]) << "round " << round;
    if (expected.near_border) continue;
    ASSERT_EQ(drawn[0], expected.token) << "round " << round;
    ++compared;
  }
  EXPECT_GT(compared, 4000);
}

TEST(Sample, DrawsTheSameFromFloat16) {
  std::mt19937 random(2);
  for (int round = 0; round < 1500; ++round) {
    const Case c = RandomCase(random, 2000);
    std::vector<uint16_t> halves;
    std::vector<float> exact(c.logits.size());
    for (const float logit : c.logits) halves.push_back(ToHalf(logit));
    PlainKernels().from_half(halves.data(), halves.size(), exact.data());
    const Result<uint32_t> expected = SampleWith(PlainKernels(), exact, ViewOf(c.mask), c.options);
    for (const SampleKernels* kernels : AllKernels()) {
      const SplitMask split(c.mask, random);
      for (const MaskView& mask : {ViewOf(c.mask), c.mask.empty() ? kAll : split.View()}) {
        const Result<uint32_t> token = SampleHalfWith(*kernels, halves, mask, c.options);
        ASSERT_EQ(token.ok(), expected.ok());
        if (expected.ok()) {
          ASSERT_EQ(token.value(), expected.value()) << "round " << round;
        }
      }
    }
  }
}

TEST(Sample, ReadsEveryFloat16) {
  std::vector<uint16_t> halves(65'536);
  std::iota(halves.begin(), halves.end(), uint16_t{0});
  std::vector<float> plain(halves.size());
  PlainKernels().from_half(halves.data(), halves.size(), plain.data());
  for (uint32_t bits = 0; bits < 65'536; ++bits) {
    const int exponent = static_cast<int>((bits >> 10) & 31u);
    const auto fraction = static_cast<double>(bits & 1023u);
    double value =
        exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25);
    if (exponent == 31) value = fraction == 0 ? kInf : kNan;
    if ((bits & 0x8000u) != 0) value = -value;
    if (value != value) {
      ASSERT_TRUE(plain[bits] != plain[bits]);
    } else {
      ASSERT_EQ(static_cast<double>(plain[bits]), value) << bits;
      ASSERT_EQ(std::signbit(plain[bits]), std::signbit(value));
    }
  }
  for (const SampleKernels* kernels : AllKernels()) {
    std::vector<float> floats(halves.size());
    kernels->from_half(halves.data(), halves.size(), floats.data());
    for (size_t i = 0; i < halves.size(); ++i) {
      if (plain[i] != plain[i]) {
        ASSERT_TRUE(floats[i] != floats[i]);
      } else {
        ASSERT_EQ(std::bit_cast<uint32_t>(floats[i]), std::bit_cast<uint32_t>(plain[i]));
      }
    }
  }
}

TEST(Sample, WeighsCloselyAndWithTheSameBits) {
  std::mt19937 random(3);
  std::vector<float> values;
  for (int i = 0; i < 4096; ++i) {
    values.push_back(-std::uniform_real_distribution<float>(0, i % 2 == 0 ? 3.0f : 800.0f)(random));
  }
  values[5] = -kInf;
  values[6] = 0;
  const Scale scale{0, 1};
  for (size_t i = 0; i < values.size(); ++i) {
    const double exact = std::exp(static_cast<double>(values[i]));
    if (values[i] < exponential::kLowest) {
      ASSERT_EQ(Weight(values[i], scale), 0);
    } else {
      ASSERT_NEAR(Weight(values[i], scale) / exact, 1, 1e-14) << values[i];
    }
  }
  EXPECT_EQ(Weight(0, scale), 1);
  const double plain = PlainKernels().add_weights(values.data(), nullptr, values.size(), scale, 0);
  for (const SampleKernels* kernels : AllKernels()) {
    EXPECT_EQ(kernels->add_weights(values.data(), nullptr, values.size(), scale, 0), plain);
  }
}

// Processors of two architectures draw the same tokens only if they add the same bits.
TEST(Sample, AddsTheSameBitsOnEveryMachine) {
  std::mt19937 random(5);
  std::vector<float> values;
  std::vector<int32_t> mask;
  for (int i = 0; i < 5000; ++i) values.push_back(static_cast<float>(random() % 40'000) / -1000.0f);
  for (int i = 0; i < 5000 / 32 + 1; ++i) mask.push_back(static_cast<int32_t>(random()));
  for (const SampleKernels* kernels : AllKernels()) {
    const double all = kernels->add_weights(values.data(), nullptr, values.size(), {0, 0.7}, 0);
    const double some =
        kernels->add_weights(values.data(), mask.data(), values.size(), {-0.25, 1.3}, 0.5);
    EXPECT_EQ(std::bit_cast<uint64_t>(all), 0x4056a40bc34b16abu);
    EXPECT_EQ(std::bit_cast<uint64_t>(some), 0x4059fe8851b43fe6u);
  }
}

TEST(Sample, FindsAndGathersTheSameInEveryWay) {
  std::mt19937 random(6);
  for (int round = 0; round < 500; ++round) {
    const Case c = RandomCase(random, 3000);
    const int32_t* mask = c.mask.empty() ? nullptr : c.mask.data();
    const size_t count = c.logits.size();
    bool expected_nan = false;
    const float expected = PlainKernels().largest(c.logits.data(), mask, count, &expected_nan);
    std::vector<Candidate> all(count);
    for (const SampleKernels* kernels : AllKernels()) {
      bool nan = false;
      ASSERT_EQ(kernels->largest(c.logits.data(), mask, count, &nan), expected);
      ASSERT_EQ(nan, expected_nan);
      for (const float threshold : {-kInf, expected - 1.0f}) {
        const size_t found =
            kernels->gather_above(c.logits.data(), mask, count, threshold, all.data());
        size_t next = 0;
        for (size_t id = 0; id < count; ++id) {
          if (!AllowedIn(c.mask, id) || !(c.logits[id] > threshold)) continue;
          ASSERT_LT(next, found);
          ASSERT_EQ(all[next].id, id);
          ASSERT_EQ(all[next++].value, c.logits[id]);
        }
        ASSERT_EQ(next, found);
      }
    }
  }
}

TEST(Sample, GivesTiesToTheSmallerId) {
  std::vector<float> logits(5000, 1.0f);
  logits[0] = 0;
  SampleOptions options;
  options.temperature = 0;
  for (const SampleKernels* kernels : AllKernels()) {
    EXPECT_EQ(SampleWith(*kernels, logits, kAll, options).value(), 1u);
  }
  options.temperature = 1;
  options.top_k = 3;
  for (const double at : {0.0, 0.3, 0.4, 0.6, 0.7, 0.999}) {
    options.random = at;
    const auto expected = static_cast<uint32_t>(1 + std::floor(at * 3));
    for (const SampleKernels* kernels : AllKernels()) {
      EXPECT_EQ(SampleWith(*kernels, logits, kAll, options).value(), expected);
    }
  }
}

TEST(Sample, HoldsAtExtremes) {
  SampleOptions options;
  options.random = 0x1.fffffffffffffp-1;  // the largest number below 1
  for (const SampleKernels* kernels : AllKernels()) {
    const std::vector<float> spread = {3e38f, -3e38f, -kInf, -1e-45f};
    EXPECT_EQ(SampleWith(*kernels, spread, kAll, options).value(), 0u);
    for (const size_t count : {1, 31, 32, 33, 1023, 1024, 1025, 4097}) {
      const std::vector<float> flat(count, -7.0f);
      EXPECT_EQ(SampleWith(*kernels, flat, kAll, options).value(), count - 1);
    }
    SampleOptions cold = options;
    cold.temperature = 5e-324;
    EXPECT_EQ(SampleWith(*kernels, std::vector<float>{0, 1, 2, 1.5f}, kAll, cold).value(), 2u);
    cold.top_p = 0.5;
    cold.min_p = 0.1;
    EXPECT_EQ(SampleWith(*kernels, std::vector<float>{0, 1, 2, 1.5f}, kAll, cold).value(), 2u);
    SampleOptions hot = options;
    hot.temperature = 1e308;
    hot.min_p = 0.5;
    EXPECT_EQ(SampleWith(*kernels, spread, kAll, hot).value(), 3u);
    hot.top_p = 0.99;
    EXPECT_EQ(SampleWith(*kernels, spread, kAll, hot).value(), 3u);
  }
}

TEST(Sample, RefusesUnusableLogits) {
  const std::vector<int32_t> none = {0, 0};
  const std::vector<int32_t> second = {2, 0};
  SampleOptions options;
  for (const double temperature : {0.0, 1.0}) {
    options.temperature = temperature;
    for (const SampleKernels* kernels : AllKernels()) {
      std::vector<float> logits(40, 0.5f);
      const auto code = [&](const std::vector<int32_t>& mask) {
        return SampleWith(*kernels, logits, ViewOf(mask), options).status().code();
      };
      EXPECT_EQ(code(none), Code::kLogits);
      EXPECT_EQ(code({0, ~0xFF}), Code::kLogits);  // bits beyond the last logit do not count
      EXPECT_EQ(code(second), Code::kOk);
      for (const size_t at : {size_t{1}, size_t{35}}) {
        logits[at] = kNan;
        EXPECT_EQ(code({}), Code::kLogits);
        logits[at] = kInf;
        EXPECT_EQ(code({}), Code::kLogits);
        logits[at] = 0.5f;
      }
      logits[0] = kNan;
      EXPECT_EQ(code(second), Code::kOk);
      logits.assign(40, -kInf);
      EXPECT_EQ(code({}), Code::kLogits);
    }
  }
}

TEST(Sample, RefusesBadArguments) {
  const std::vector<float> logits(40, 0.5f);
  const std::vector<int32_t> one_word = {-1};
  EXPECT_EQ(Sample(logits, one_word, {}).status().code(), Code::kArgument);
  EXPECT_EQ(Sample({}, kAll, {}).status().code(), Code::kArgument);
  const auto code = [&](auto change) {
    SampleOptions options;
    change(options);
    return Sample(logits, kAll, options).status().code();
  };
  EXPECT_EQ(code([](SampleOptions& o) { o.temperature = -1; }), Code::kArgument);
  EXPECT_EQ(code([](SampleOptions& o) { o.temperature = kNan; }), Code::kArgument);
  EXPECT_EQ(code([](SampleOptions& o) { o.temperature = kInf; }), Code::kArgument);
  EXPECT_EQ(code([](SampleOptions& o) { o.top_p = 1.5; }), Code::kArgument);
  EXPECT_EQ(code([](SampleOptions& o) { o.top_p = kNan; }), Code::kArgument);
  EXPECT_EQ(code([](SampleOptions& o) { o.min_p = -0.1; }), Code::kArgument);
  EXPECT_EQ(code([](SampleOptions& o) { o.repetition_penalty = 0; }), Code::kArgument);
  EXPECT_EQ(code([](SampleOptions& o) { o.random = 1; }), Code::kArgument);
  EXPECT_EQ(code([](SampleOptions& o) { o.bias = {{3, kNan}}; }), Code::kArgument);
  EXPECT_EQ(code([](SampleOptions& o) { o.bias = {{40, 1.0f}}; }), Code::kTokenRange);
  EXPECT_EQ(code([](SampleOptions& o) {
              o.repetition_penalty = 2;
              o.seen = {40};
            }),
            Code::kTokenRange);
  EXPECT_EQ(code([](SampleOptions& o) {
              o.top_p = 0;
              o.min_p = 1;
            }),
            Code::kOk);
}

TEST(ApplyMask, WritesMinusInfinityWhereForbidden) {
  std::mt19937 random(4);
  for (size_t count = 0; count < 150; ++count) {
    std::vector<float> logits;
    std::vector<uint16_t> halves;
    std::vector<int32_t> mask;
    for (size_t i = 0; i < count; ++i) {
      logits.push_back(static_cast<float>(random() % 100));
      halves.push_back(ToHalf(logits.back()));
    }
    for (size_t word = 0; word < (count + 31) / 32; ++word) {
      mask.push_back(random() % 4 == 0 ? -1 : static_cast<int32_t>(random()));
    }
    for (const SampleKernels* kernels : AllKernels()) {
      std::vector<float> masked = logits;
      std::vector<uint16_t> masked_halves = halves;
      kernels->apply(masked.data(), mask.data(), count);
      kernels->apply_half(masked_halves.data(), mask.data(), count);
      for (size_t i = 0; i < count; ++i) {
        ASSERT_EQ(masked[i], AllowedIn(mask, i) ? logits[i] : -kInf);
        ASSERT_EQ(masked_halves[i], AllowedIn(mask, i) ? halves[i] : 0xFC00);
      }
    }
    if (count > 32) {
      EXPECT_EQ(ApplyMask(logits, {mask.data(), 1}).code(), Code::kArgument);
      EXPECT_EQ(ApplyMaskHalf(halves, {mask.data(), 1}).code(), Code::kArgument);
    }
    EXPECT_TRUE(ApplyMask(logits, mask).ok());
    EXPECT_TRUE(ApplyMaskHalf(halves, mask).ok());
  }
}

TEST(Simd, ChoosesWhatIsWantedOrTheBest) {
  const char* wanted = std::getenv("GRAMMASK_SIMD");
  Simd expected = BestSimd();
  for (const Simd simd : {Simd::kPlain, Simd::kAvx2, Simd::kAvx512, Simd::kNeon}) {
    if (wanted != nullptr && NameOf(simd) == std::string(wanted) && HasSimd(simd)) expected = simd;
    EXPECT_EQ(KernelsOf(simd) != nullptr, HasSimd(simd)) << NameOf(simd);
  }
  EXPECT_STREQ(NameOf(ChosenSimd()), NameOf(expected));
}

}  // namespace
}  // namespace grammask
