#include "schema/goal.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace grammask {
namespace {

constexpr uint32_t kAtoms = 6;

// A goal and its truth table: bit v is the value under the truth vector v.
struct Both {
  GoalId goal;
  uint64_t table;
};

class Goals : public testing::Test {
 protected:
  Both Atom(uint32_t atom) {
    uint64_t table = 0;
    for (uint32_t v = 0; v < 64; ++v) table |= static_cast<uint64_t>((v >> atom) & 1) << v;
    return {store_.Atom(atom), table};
  }
  uint64_t TableOf(GoalId goal) {
    uint64_t table = 0;
    for (uint32_t v = 0; v < 64; ++v) {
      bool holds = store_.Holds(goal, [&](uint32_t atom) { return ((v >> atom) & 1) != 0; });
      table |= static_cast<uint64_t>(holds) << v;
    }
    return table;
  }
  Both Random(int depth) {
    uint32_t pick = random_() % (depth == 0 ? 6 : 12);
    if (pick < 5) return Atom(random_() % kAtoms);
    if (pick == 5) {
      return random_() % 8 == 0 ? Both{GoalStore::kTrue, ~uint64_t{0}} : Both{GoalStore::kFalse, 0};
    }
    Both a = Random(depth - 1), b = Random(depth - 1);
    if (pick == 10) return {store_.Not(a.goal), ~a.table};
    if (pick == 11) return {store_.ExactlyOne({a.goal, b.goal}), a.table ^ b.table};
    if (pick % 2 == 0) return {store_.And(a.goal, b.goal), a.table & b.table};
    return {store_.Or(a.goal, b.goal), a.table | b.table};
  }
  GoalStore store_;
  std::mt19937 random_{11};
};

TEST_F(Goals, AreWhatTheirTruthTablesSay) {
  std::vector<Both> all;
  for (int round = 0; round < 400; ++round) {
    Both a = Random(5);
    ASSERT_EQ(TableOf(a.goal), a.table);
    for (const Both& b : all) {
      // Equal functions are one id.
      ASSERT_EQ(a.goal == b.goal, a.table == b.table);
      ASSERT_EQ(store_.Implies(a.goal, b.goal), (a.table & ~b.table) == 0);
    }
    if (all.size() < 60) all.push_back(a);
  }
}

TEST_F(Goals, WithoutSomeAtomsAreTheFunctionWithTheseFalse) {
  for (int round = 0; round < 300; ++round) {
    Both a = Random(5);
    std::vector<uint32_t> atoms;
    uint32_t off = random_() % 64;
    for (uint32_t atom = 0; atom < kAtoms; ++atom) {
      if (((off >> atom) & 1) != 0) atoms.push_back(atom);
    }
    uint64_t table = TableOf(store_.Without(a.goal, atoms));
    for (uint32_t v = 0; v < 64; ++v) ASSERT_EQ((table >> v) & 1, (a.table >> (v & ~off)) & 1);
  }
}

TEST_F(Goals, WithAnAtomIsTheFunctionWithItTrue) {
  for (int round = 0; round < 200; ++round) {
    Both a = Random(5);
    uint32_t atom = random_() % kAtoms;
    uint64_t table = TableOf(store_.With(a.goal, atom));
    for (uint32_t v = 0; v < 64; ++v)
      ASSERT_EQ((table >> v) & 1, (a.table >> (v | (1u << atom))) & 1);
  }
}

TEST_F(Goals, MonotoneOnesAreThoseThatNoFailingHelps) {
  for (int round = 0; round < 300; ++round) {
    Both a = Random(4);
    bool monotone = true;
    for (uint32_t v = 0; v < 64; ++v) {
      for (uint32_t atom = 0; atom < kAtoms; ++atom) {
        bool with = ((a.table >> (v | (1u << atom))) & 1) != 0;
        bool without = ((a.table >> (v & ~(1u << atom))) & 1) != 0;
        monotone = monotone && (with || !without);
      }
    }
    ASSERT_EQ(store_.Monotone(a.goal), monotone);
    if (!monotone) continue;
    for (const Cube& cube : *store_.Cubes(a.goal)) ASSERT_TRUE(cube.no.empty());
  }
}

TEST_F(Goals, WithAtomsReplacedByFormulasAreTheComposition) {
  for (int round = 0; round < 200; ++round) {
    Both a = Random(4);
    std::vector<Both> formulas;
    for (uint32_t atom = 0; atom < kAtoms; ++atom) formulas.push_back(Random(2));
    uint64_t table = TableOf(store_.Replace(a.goal, [&](uint32_t x) { return formulas[x].goal; }));
    for (uint32_t v = 0; v < 64; ++v) {
      uint32_t inner = 0;
      for (uint32_t atom = 0; atom < kAtoms; ++atom)
        inner |= ((formulas[atom].table >> v) & 1) << atom;
      ASSERT_EQ((table >> v) & 1, (a.table >> inner) & 1);
    }
  }
}

TEST_F(Goals, CubesAndSupportDescribeTheFunction) {
  for (int round = 0; round < 300; ++round) {
    Both a = Random(5);
    const std::vector<uint32_t> support = store_.Support(a.goal);
    for (uint32_t atom = 0; atom < kAtoms; ++atom) {
      bool matters = false;
      for (uint32_t v = 0; v < 64; ++v) {
        matters = matters || ((a.table >> v) & 1) != ((a.table >> (v ^ (1u << atom))) & 1);
      }
      ASSERT_EQ(std::binary_search(support.begin(), support.end(), atom), matters);
    }
    const auto* cubes = store_.Cubes(a.goal);
    ASSERT_NE(cubes, nullptr);
    uint64_t table = 0;
    for (const auto& cube : *cubes) {
      for (uint32_t v = 0; v < 64; ++v) {
        auto holds = [&](uint32_t x) { return ((v >> x) & 1) != 0; };
        bool all = std::all_of(cube.yes.begin(), cube.yes.end(), holds) &&
                   std::none_of(cube.no.begin(), cube.no.end(), holds);
        table |= static_cast<uint64_t>(all) << v;
      }
    }
    ASSERT_EQ(table, a.table);
  }
}

TEST_F(Goals, ManyCubesAreNotListed) {
  GoalId all = GoalStore::kTrue;
  for (uint32_t i = 0; i < 30; ++i) {
    all = store_.And(all, store_.Or(store_.Atom(2 * i), store_.Atom(2 * i + 1)));
  }
  EXPECT_EQ(store_.Cubes(all), nullptr);
}

TEST_F(Goals, LongUnionsDoNotRecurse) {
  std::vector<GoalId> atoms;
  for (uint32_t i = 0; i < 100000; ++i) atoms.push_back(store_.Atom(i));
  GoalId any = store_.OrAll(atoms), all = store_.AndAll(atoms);
  EXPECT_EQ(store_.Support(any).size(), atoms.size());
  EXPECT_TRUE(store_.Implies(all, any));
  EXPECT_FALSE(store_.Implies(any, all));
}

// What a choice among many schemas is asked for each of them.
TEST_F(Goals, WhatDoesNotFollowFromALongUnionTakesNoMemory) {
  std::vector<GoalId> atoms, others;
  for (uint32_t i = 0; i < 2000; ++i) {
    atoms.push_back(store_.Atom(i));
    others.push_back(store_.Not(atoms.back()));
  }
  const GoalId any = store_.OrAll(atoms);
  const size_t before = store_.MemoryBytes();
  for (size_t i = 0; i < atoms.size(); ++i) {
    EXPECT_FALSE(store_.Implies(any, atoms[i]));
    EXPECT_FALSE(store_.Implies(any, others[i]));
  }
  EXPECT_EQ(store_.MemoryBytes(), before);
}

TEST_F(Goals, ASpentBudgetStopsThemAndIsForgotten) {
  std::vector<GoalId> left, right;
  for (uint32_t i = 0; i < 40; ++i) {
    left.push_back(store_.Atom(i));
    right.push_back(store_.Atom(100 + i));
  }
  Budget budget(-1, size_t{1} << 20);
  store_.budget = &budget;
  GoalId product = GoalStore::kTrue;
  for (uint32_t i = 0; i < 40; ++i) product = store_.And(product, store_.Or(left[i], right[i]));
  EXPECT_TRUE(budget.exhausted());
  store_.budget = nullptr;
  GoalId small = GoalStore::kTrue;
  for (uint32_t i = 0; i < 6; ++i) small = store_.And(small, store_.Or(left[i], right[i]));
  EXPECT_EQ(store_.Cubes(small)->size(), 64u);
}

}  // namespace
}  // namespace grammask
