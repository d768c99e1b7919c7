// An island of a state that counts, from the island of one that does not count so far.
//
// Repetitions make many states: `a{1000}` has a thousand, and each has an island. Most tokens are
// short, and for them it makes no difference how far a repetition counts beyond kShortToken bytes.
// So the expression is clamped there, which makes few states of many, and their islands are shared.
// Only the sub-trees that hold a longer token are walked again with the state itself, and in these
// only what lies deeper than kShortToken bytes is put right: a token that stays or does not, and
// the places where the terminal or string may end. The same loop serves both: `move` is what a byte
// does to the state of one or the other.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "mask/island_walk.h"
#include "mask/islands.h"
#include "mask/words.h"

namespace grammask {

// What a byte of a long token leads to.
template <typename State>
struct LongMove {
  bool lives;
  bool exit;  // the terminal or string may end here
  uint32_t before_exit;
  State next;
};

// An island, right for the short tokens, with the long ones put right.
template <typename State, typename Move>
std::shared_ptr<Island> Islands::WithLongTokens(Machine& machine, State start, const Island& near,
                                                bool of_text, Move move) {
  std::span<const TrieNode> nodes = vocabulary_.nodes();
  std::span<const uint32_t> order = vocabulary_.order();
  auto island = std::make_shared<Island>();
  MaskWords stay = near.stay->Words(vocabulary_.words());
  std::vector<std::pair<uint32_t, uint32_t>> exits;  // and the code points before
  size_t i = 0;
  near.exits.ForEach([&](uint32_t exit) {
    if (nodes[exit].depth <= kShortToken)
      exits.emplace_back(exit, of_text ? near.before_exit[i] : 0);
    ++i;
  });
  std::vector<State> states(vocabulary_.longest() + 1);
  states[0] = start;
  const auto walk = [&](uint32_t first, uint32_t end) {
    for (uint32_t n = first; n < end && Tick(machine);) {
      const TrieNode& node = nodes[n];
      if ((node.flags & kSubtreeLong) == 0) {
        n = node.end;
        continue;
      }
      ++walked_;
      const bool is_long = node.depth > kShortToken;
      const LongMove<State> moved = move(states[node.depth - 1], node.byte);
      if (moved.exit && is_long) exits.emplace_back(n, moved.before_exit);
      if (!moved.lives) {
        if (is_long) {
          ClearBits(order.subspan(node.first_order, node.last_order - node.first_order),
                    stay.data());
        }
        n = node.end;
        continue;
      }
      if (is_long) {
        SetBits(order.subspan(node.first_order, node.own_order - node.first_order), stay.data());
      }
      states[node.depth] = moved.next;
      ++n;
    }
  };
  vocabulary_.ForEachFirstByte([](uint8_t, uint32_t, uint32_t) { return true; }, walk);
  island->stay = std::make_shared<const TokenSet>(stay);
  std::sort(exits.begin(), exits.end());
  for (const auto& [node, count] : exits) {
    island->exits.Add(node);
    if (of_text) island->before_exit.push_back(count);
  }
  return island;
}

}  // namespace grammask
