#include "mask/cache.h"

#include <gtest/gtest.h>

#include <random>

#include "mask/mask.h"

namespace grammask {
namespace {

std::shared_ptr<const KeptMask> Words(uint32_t word) {
  return std::make_shared<const KeptMask>(MaskWords{word}, nullptr, 32);
}

uint32_t FirstWord(const KeptMask& mask) {
  int32_t word = 0;
  mask.CopyTo({&word, 1});
  return static_cast<uint32_t>(word);
}

// Entries of the test's own size: 100 of them fit.
constexpr size_t kBytes = 10000;
constexpr uint32_t kFit = 98;  // their keys and places count, too

struct OneCache {
  std::shared_ptr<CacheBudget> budget = std::make_shared<CacheBudget>(100 * kBytes, 1);
  Cache cache{budget};
  void Keep(uint32_t key) { cache.Keep<CacheKind::kMask>({key}, Words(key), kBytes); }
  bool Has(uint32_t key) {
    auto found = cache.Find<CacheKind::kMask>({key});
    return found && FirstWord(*found) == key;
  }
};

TEST(Cache, KeepsWithinItsBudget) {
  OneCache c;
  for (uint32_t key = 0; key < 1000; ++key) {
    c.Keep(key);
    EXPECT_LE(c.cache.bytes(), c.budget->limit);
    EXPECT_EQ(c.cache.bytes(), c.budget->used);
  }
  EXPECT_EQ(c.budget->evictions, 1000 - kFit);
  for (uint32_t key = 0; key < 1000; ++key) EXPECT_EQ(c.Has(key), key >= 1000 - kFit) << key;
}

TEST(Cache, SparesWhatIsUsed) {
  OneCache c;
  for (uint32_t key = 0; key < 1000; ++key) {
    c.Keep(key);
    for (uint32_t used = 0; used < 10 && used <= key; ++used) ASSERT_TRUE(c.Has(used)) << key;
  }
}

TEST(Cache, DropsOneEntryForOneOfItsSize) {
  OneCache c;
  for (uint32_t key = 0; key < 500; ++key) {
    const uint64_t before = c.budget->evictions;
    c.Keep(key);
    EXPECT_LE(c.budget->evictions, before + 1);
  }
}

TEST(Cache, ReplacesAnEntry) {
  OneCache c;
  c.Keep(1);
  const size_t bytes = c.cache.bytes();
  c.cache.Keep<CacheKind::kMask>({1}, Words(7), kBytes);
  EXPECT_EQ(c.cache.bytes(), bytes);
  EXPECT_EQ(FirstWord(*c.cache.Find<CacheKind::kMask>({1})), 7u);
}

TEST(Cache, TellsKindsApart) {
  OneCache c;
  c.Keep(1);
  EXPECT_EQ(c.cache.Find<CacheKind::kLevels>({1}), nullptr);
  c.cache.Keep<CacheKind::kLevels>({1}, std::make_shared<const std::vector<uint32_t>>(1, 5), 4);
  EXPECT_TRUE(c.Has(1));
  EXPECT_EQ((*c.cache.Find<CacheKind::kLevels>({1}))[0], 5u);
}

TEST(Cache, WhatIsHeldOutlivesItsEntry) {
  OneCache c;
  c.Keep(1);
  auto held = c.cache.Find<CacheKind::kMask>({1});
  c.cache.Clear();
  EXPECT_EQ(FirstWord(*held), 1u);
  EXPECT_EQ(c.budget->used, 0u);
}

TEST(Cache, OneThatIsLargerThanTheBudgetIsKeptAlone) {
  OneCache c;
  c.Keep(1);
  c.cache.Keep<CacheKind::kMask>({2}, Words(2), 200 * kBytes);
  EXPECT_FALSE(c.Has(1));
  EXPECT_TRUE(c.Has(2));
  c.Keep(3);
  c.Keep(4);
  EXPECT_FALSE(c.Has(2));
  EXPECT_TRUE(c.Has(3) && c.Has(4));
}

TEST(Cache, TakesWhatOthersLeaveAndIsSureOfItsShare) {
  auto budget = std::make_shared<CacheBudget>(100 * kBytes, 2);
  Cache a(budget), b(budget);
  const auto fill = [](Cache& cache, uint32_t count) {
    for (uint32_t key = 0; key < count; ++key)
      cache.Keep<CacheKind::kMask>({key}, Words(key), kBytes);
  };
  fill(a, 90);
  EXPECT_GT(a.bytes(), 89 * kBytes);
  fill(b, 90);
  EXPECT_GT(b.bytes(), 48 * kBytes);
  EXPECT_LE(b.bytes(), budget->share);
  fill(a, 1);
  EXPECT_LE(budget->used, budget->limit);
  EXPECT_GT(a.bytes(), 48 * kBytes);
}

TEST(TokenSet, IsTheMaskItWasMadeOf) {
  std::mt19937 random(2);
  for (int round = 0; round < 500; ++round) {
    MaskWords mask(40, 0);
    MaskWords shared(40, 0);
    const int share = static_cast<int>(random() % 5);
    for (size_t i = 0; i < mask.size(); ++i) {
      if (share > 0 && random() % 4 != 0) shared[i] = random();
      mask[i] = shared[i];
      for (uint32_t bit = 0; share > 1 && bit < random() % 3; ++bit) mask[i] |= 1u << random() % 32;
      if (share == 4) mask[i] = ~0u;
    }
    const auto beside = std::make_shared<const TokenSet>(shared);
    EXPECT_EQ(beside->Words(40), shared);
    for (const auto& set : {beside, std::shared_ptr<const TokenSet>()}) {
      const KeptMask kept(mask, set, 40 * 32);
      EXPECT_EQ(kept.tokens.Words(40), mask);
      MaskWords without = mask;
      without[random() % 40] = 0;
      EXPECT_EQ(TokenSet(without, set).Words(40), without);
      MaskWords united = shared;
      kept.tokens.UniteInto(united);
      EXPECT_EQ(united, mask);
      EXPECT_EQ(kept.all, share == 4);
    }
  }
}

}  // namespace
}  // namespace grammask
