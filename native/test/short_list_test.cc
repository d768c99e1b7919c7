// ShortList beside std::vector: the same elements, in the list and beyond it.

#include "base/short_list.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <vector>

namespace grammask {
namespace {

using List = ShortList<uint32_t, 4>;

std::vector<uint32_t> Elements(const List& list) { return {list.begin(), list.end()}; }

TEST(ShortList, HoldsWhatAVectorHolds) {
  std::mt19937 random(7);
  for (int round = 0; round < 500; ++round) {
    List list;
    std::vector<uint32_t> expected;
    for (int step = 0; step < 40; ++step) {
      const uint32_t value = random() % 8;
      switch (random() % 6) {
        case 0:
        case 1:
          list.push_back(value);
          expected.push_back(value);
          break;
        case 2:
          if (expected.empty()) break;
          EXPECT_EQ(list.back(), expected.back());
          list.pop_back();
          expected.pop_back();
          break;
        case 3: {
          const std::vector<uint32_t> more(value, value);
          list.append(more.begin(), more.end());
          expected.insert(expected.end(), more.begin(), more.end());
          break;
        }
        case 4:
          list.resize(value, 9);
          expected.resize(value, 9);
          break;
        case 5: {
          const size_t kept = expected.size() - expected.size() / 4;
          list.truncate(list.begin() + kept);
          expected.resize(kept);
          break;
        }
      }
      ASSERT_EQ(Elements(list), expected);
      ASSERT_EQ(list.empty(), expected.empty());
    }
    list.clear();
    EXPECT_EQ(list.size(), 0u);
  }
}

TEST(ShortList, IsMadeOfARange) {
  const std::vector<uint32_t> values{5, 1, 5, 3, 1, 9};
  const List list(values);
  EXPECT_EQ(Elements(list), values);
  List sorted(values);
  SortUnique(&sorted);
  EXPECT_EQ(Elements(sorted), (std::vector<uint32_t>{1, 3, 5, 9}));
}

}  // namespace
}  // namespace grammask
