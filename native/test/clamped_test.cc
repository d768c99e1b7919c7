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

  // About all texts of at most so many code points.
  void ExpectSame(ExprId x, ExprId near, uint32_t count) {
    std::vector<std::pair<ExprId, ExprId>> layer{{x, near}};
    for (uint32_t length = 0; length <= count; ++length) {
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

  std::mt19937 random_{7};
  ExprPool pool_;
};

TEST_F(ClampedTest, SaysTheSameBehindShortTexts) {
  constexpr uint32_t kCount = 4;
  size_t changed = 0;
  for (int round = 0; round < 2000; ++round) {
    const ExprId x = Random(4), near = pool_.Clamped(x, kCount);
    if (near != x) ++changed;
    ExpectSame(x, near, kCount);
  }
  EXPECT_GT(changed, 500u);
}

// Bounds on the length of a whole text, and parts of which nothing is known.
TEST_F(ClampedTest, SaysTheSameWhereLengthsAreBounded) {
  constexpr uint32_t kCount = 4;
  const CharRange all{0, 0x10FFFF};
  const ExprId any = pool_.Set({&all, 1});
  size_t without_bound = 0;
  for (int round = 0; round < 1500; ++round) {
    const uint32_t min = random_() % 4, max = min + random_() % 30;
    const ExprId length = pool_.Repeat(any, min, random_() % 9 == 0 ? kNone : max);
    const ExprId inside = Random(3), bounded[] = {inside, length};
    ExprId x = pool_.Intersect(bounded);
    switch (random_() % 5) {
      case 0:
        x = pool_.Complement(x);
        break;
      case 1: {
        const ExprId parts[] = {Random(2), x, Random(2)};
        x = pool_.Concat(parts);
        break;
      }
      case 2: {
        const ExprId parts[] = {Random(2), x};
        x = pool_.Union(parts);
        break;
      }
      case 3:
        x = pool_.Repeat(x, random_() % 6, kNone);
        break;
      default:
        break;
    }
    const ExprId near = pool_.Clamped(x, kCount);
    if (near == pool_.Clamped(inside, kCount)) ++without_bound;
    ExpectSame(x, near, kCount);
  }
  EXPECT_GT(without_bound, 100u);
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
