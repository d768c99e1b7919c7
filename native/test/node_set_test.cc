#include "mask/node_set.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace grammask {
namespace {

// Few and many, one by one and in ranges: what was added comes back, in order.
TEST(NodeSetTest, HoldsWhatWasAdded) {
  std::mt19937 random(3);
  for (const size_t count : {0u, 1u, 100u, 8191u, 8192u, 8193u, 40000u}) {
    for (const uint32_t longest : {1u, 5u, 3000u}) {
      NodeSet set;
      std::vector<uint32_t> expected;
      for (uint32_t node = random() % 70; expected.size() < count; node += 1 + random() % 40) {
        uint32_t length = 1 + static_cast<uint32_t>(random()) % longest;
        if (length == 1) {
          set.Add(node);
        } else {
          set.AddRange(node, node + length);
        }
        for (; length > 0; --length) expected.push_back(node++);
      }
      ASSERT_EQ(set.size(), expected.size());
      ASSERT_EQ(set.empty(), expected.empty());
      ASSERT_EQ(set.Nodes(), expected);
      size_t visited = 0;
      set.ForEachWhile([&](uint32_t node) {
        EXPECT_EQ(node, expected[visited]);
        return ++visited < 3;
      });
      ASSERT_EQ(visited, std::min<size_t>(expected.size(), 3));
    }
  }
}

TEST(NodeSetTest, TakesAStretchOfAnotherSet) {
  std::mt19937 random(4);
  for (const uint32_t most : {1u, 3u, 200u}) {
    for (const size_t count : {0u, 50u, 20'000u}) {
      NodeSet all;
      std::vector<uint32_t> nodes;
      for (uint32_t node = 1; nodes.size() < count; node += 1 + random() % 3) {
        for (uint32_t length = 1 + random() % most; length > 0; --length) {
          all.Add(node);
          nodes.push_back(node++);
        }
      }
      const uint32_t end = nodes.empty() ? 100 : nodes.back() + 40;
      for (int round = 0; round < 50; ++round) {
        const uint32_t first = random() % end, last = first + random() % (end - first + 1);
        NodeSet part;
        part.AddFrom(all, first, last);
        std::vector<uint32_t> expected;
        for (const uint32_t node : nodes) {
          if (node >= first && node < last) expected.push_back(node);
        }
        ASSERT_EQ(part.Nodes(), expected);
      }
    }
  }
}

}  // namespace
}  // namespace grammask
