#include "engine/history.h"

#include <gtest/gtest.h>

#include <list>
#include <random>

namespace grammask {
namespace {

// A history and what it should be.
struct Kept {
  History history;
  std::vector<CellId> plain;
};

TEST(History, IsWhatAPlainListIsAcrossForks) {
  std::mt19937 random(3);
  for (int round = 0; round < 200; ++round) {
    std::list<Kept> all(1);
    CellId next = 1;
    for (int step = 0; step < 400; ++step) {
      auto at = all.begin();
      std::advance(at, static_cast<int>(random() % all.size()));
      switch (random() % 8) {
        case 0:
          if (all.size() < 8) all.push_back(*at);
          break;
        case 1:
          if (all.size() > 1) all.erase(at);
          break;
        case 2:
          if (!at->plain.empty()) {
            const size_t units = 1 + random() % at->plain.size();
            const CellId config = at->plain[at->plain.size() - units];
            ASSERT_EQ(at->history.Pop(units), config);
            at->plain.resize(at->plain.size() - units);
          }
          break;
        default:
          at->history.Push(next);
          at->plain.push_back(next++);
      }
    }
    // A collection renames every id once.
    std::unordered_set<const void*> seen;
    std::vector<CellId*> roots;
    for (Kept& kept : all) kept.history.AddRoots(&seen, &roots);
    for (CellId* root : roots) *root += 1'000'000;
    for (Kept& kept : all) {
      ASSERT_EQ(kept.history.size(), kept.plain.size());
      for (; !kept.plain.empty(); kept.plain.pop_back())
        ASSERT_EQ(kept.history.Pop(1), kept.plain.back() + 1'000'000);
    }
  }
}

TEST(History, KeepsAsManyAsAreAskedForAndFewMore) {
  for (size_t count : {0, 1, 10, 100}) {
    History history;
    for (CellId i = 0; i < 5000; ++i) {
      history.Push(i);
      history.KeepLast(count);
      ASSERT_GE(history.size(), std::min<size_t>(i + 1, count));
      ASSERT_LE(history.size(), 2 * count + 64);
    }
    std::vector<CellId*> roots;
    std::unordered_set<const void*> seen;
    history.AddRoots(&seen, &roots);
    EXPECT_LE(roots.size(), 2 * count + 64);
    for (CellId i = 0; i < count; ++i) ASSERT_EQ(history.Pop(1), 4999 - i);
  }
}

TEST(History, LeavesToForksWhatTheyNeed) {
  History history;
  for (CellId i = 0; i < 200; ++i) history.Push(i);
  History fork = history;
  for (CellId i = 200; i < 1000; ++i) {
    history.Push(i);
    history.KeepLast(5);
  }
  EXPECT_EQ(fork.Pop(200), 0u);
  for (CellId i = 0; i < 5; ++i) EXPECT_EQ(history.Pop(1), 999 - i);
}

TEST(History, LetsGoOfALongListWithoutRecursion) {
  History history;
  for (CellId i = 0; i < 20'000'000; ++i) history.Push(i);
  History fork = history;
  history.Clear();
  EXPECT_EQ(fork.size(), 20'000'000u);
}

}  // namespace
}  // namespace grammask
