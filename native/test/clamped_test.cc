// ExprPool::Clamped and MostNeeded against what derivatives say.
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "automata/expr.h"

namespace grammask {
namespace {

class ClampedTest : public ::testing::Test {
 protected:
  ExprId Random(int depth) {
    const auto below = [&](uint32_t n) { return random_() % n; };
    if (depth == 0) {
      const CharRange sets[] = {{'a', 'a'}, {'a', 'b'}, {'b', 'b'}};
      return below(4) == 0 ? pool_.Literal("ab") : pool_.Set({&sets[below(3)], 1});
    }
    switch (below(4)) {
      case 0: {
        const ExprId parts[] = {Random(depth - 1), Random(depth - 1)};
        return pool_.Union(parts);
      }
      case 1: {
        const uint32_t min = below(7), more = below(9);
        return pool_.Repeat(Random(depth - 1), min, more == 8 ? kNone : min + more);
      }
      default: {
        const ExprId parts[] = {Random(depth - 1), Random(depth - 1)};
        return pool_.Concat(parts);
      }
    }
  }

  std::mt19937 random_{7};
  ExprPool pool_;
};

TEST_F(ClampedTest, SaysTheSameBehindShortTexts) {
  constexpr uint32_t kCount = 4;
  size_t changed = 0;
  for (int round = 0; round < 2000; ++round) {
    const ExprId x = Random(4), near = pool_.Clamped(x, kCount);
    if (near != x) ++changed;
    std::vector<std::pair<ExprId, ExprId>> layer{{x, near}};
    for (uint32_t length = 0; length <= kCount; ++length) {
      std::vector<std::pair<ExprId, ExprId>> next;
      for (const auto& [exact, clamped] : layer) {
        ASSERT_EQ(pool_.NonEmpty(exact), pool_.NonEmpty(clamped)) << pool_.ToString(x);
        ASSERT_EQ(pool_.Nullable(exact), pool_.Nullable(clamped)) << pool_.ToString(x);
        for (const char c : {'a', 'b', 'c'}) {
          const auto point = static_cast<uint32_t>(c);
          next.emplace_back(pool_.Derive(exact, point), pool_.Derive(clamped, point));
        }
      }
      layer = std::move(next);
    }
  }
  EXPECT_GT(changed, 500u);
}

TEST_F(ClampedTest, NoBeginningNeedsMoreThanMostNeeded) {
  for (int round = 0; round < 2000; ++round) {
    const ExprId x = Random(4);
    const std::optional<uint32_t> most = pool_.MostNeeded(x);
    ASSERT_TRUE(most.has_value());
    std::vector<ExprId> layer{x};
    for (uint32_t length = 0; length <= 5; ++length) {
      std::vector<ExprId> next;
      for (const ExprId state : layer) {
        if (pool_.NonEmpty(state) == Tri::kNo) continue;
        ASSERT_LE(pool_.ShortestLength(state).value_or(kNone), *most) << pool_.ToString(x);
        for (const char c : {'a', 'b'})
          next.push_back(pool_.Derive(state, static_cast<uint32_t>(c)));
      }
      layer = std::move(next);
    }
  }
  EXPECT_EQ(pool_.MostNeeded(pool_.Complement(pool_.Literal("a"))), std::nullopt);
}

TEST_F(ClampedTest, CompletesAnythingThatMayBeginWithAnything) {
  const ExprId parts[] = {ExprPool::kAny, pool_.Literal("abc")};
  const ExprId ends = pool_.Concat(parts);
  EXPECT_EQ(pool_.CompletesAnything(ends), 3u);
  const ExprId either[] = {ends, pool_.Literal("x")};
  EXPECT_EQ(pool_.CompletesAnything(pool_.Derive(pool_.Union(either), 'a')), 3u);
  EXPECT_EQ(pool_.CompletesAnything(ExprPool::kAny), 0u);
  EXPECT_EQ(pool_.CompletesAnything(pool_.Literal("abc")), std::nullopt);
}

}  // namespace
}  // namespace grammask
