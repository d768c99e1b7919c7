// Walks over the tokens inside a JSON string: what stays in it and where it may end, and the same
// tokens in groups by what they lead to.
//
// Each node has a state of the string automaton and the code points so far. Where a code point has
// just ended, and each one below would stand for itself and lead back to the same state, nothing
// below is walked: how many code points each token has was counted when the trie was built.
#include <algorithm>
#include <cstddef>

#include "mask/island_walk.h"
#include "mask/islands.h"
#include "mask/words.h"

namespace grammask {

// Visits the tokens inside a text: stay(first, last, state, count) for ids in the order of the trie
// that lead to a state, `count` code points each, leave(node, state, count) where a quote follows a
// state. loop(first, last, state, count): each leads back to the state, with the code points that
// were counted for it (code_points of the vocabulary) and `count` more.
template <typename Stay, typename Loop, typename Leave>
void Islands::WalkText(Machine& machine, StringAutomaton::StateId start, Stay stay, Loop loop,
                       Leave leave) {
  ExprPool& pool = machine.grammar().statics().pool;
  std::span<const TrieNode> nodes = vocabulary_.nodes();
  std::span<const uint16_t> kinds = vocabulary_.kinds_below();
  struct Visit {
    StringAutomaton::StateId state;
    uint32_t count;
    uint32_t begun;  // bytes that begin a code point, so far
  };
  std::vector<Visit> visits(vocabulary_.longest() + 1);
  visits[0] = {start, 0, 0};
  auto walk = [&](uint32_t first_node, uint32_t end) {
    for (uint32_t n = first_node; n < end && Tick(machine);) {
      const TrieNode& node = nodes[n];
      ++walked_;
      Visit visit = visits[node.depth - 1];
      StringAutomaton::Outcome outcome = strings_.Step(pool, visit.state, node.byte);
      if (outcome.quote) leave(n, visit.state, visit.count);
      if (outcome.next == StringAutomaton::kDeadState) {
        n = node.end;
        continue;
      }
      visit.state = outcome.next;
      visit.count += outcome.completes ? 1 : 0;
      visit.begun += (node.byte & 0xC0) != 0x80 ? 1 : 0;
      stay(node.first_order, node.own_order, visit.state,
           visit.count + (outcome.completes ? 0 : 1));
      // Below it, each code point stands for itself and leads back here.
      const bool asks = node.end > n + kWorthAsking;
      if (outcome.completes && node.end > n + 1 &&
          (kinds[n] &
           ~(asks ? strings_.Loops(pool, visit.state) : strings_.LoopsIfKnown(visit.state))) == 0) {
        loop(node.own_order, node.last_order, visit.state, visit.count - visit.begun);
        n = node.end;
        continue;
      }
      visits[node.depth] = visit;
      ++n;
    }
  };
  vocabulary_.ForEachFirstByte(
      [&](uint8_t byte, uint32_t, uint32_t) {
        const StringAutomaton::Outcome outcome = strings_.Step(pool, start, byte);
        return outcome.quote || outcome.next != StringAutomaton::kDeadState;
      },
      walk);
}

std::shared_ptr<Island> Islands::WalkedText(Machine& machine, StringAutomaton::StateId start) {
  ExprPool& pool = machine.grammar().statics().pool;
  auto island = std::make_shared<Island>();
  MaskWords stay(vocabulary_.words(), 0);
  std::span<const uint32_t> order = vocabulary_.order();
  if (start != StringAutomaton::kDeadState) {
    WalkText(
        machine, start,
        [&](uint32_t first, uint32_t last, StringAutomaton::StateId, uint32_t) {
          SetBits(order.subspan(first, last - first), stay.data());
        },
        [&](uint32_t first, uint32_t last, StringAutomaton::StateId, uint32_t) {
          SetBits(order.subspan(first, last - first), stay.data());
        },
        [&](uint32_t node, StringAutomaton::StateId state, uint32_t count) {
          if (!pool.Nullable(strings_.At(state).expr)) return;
          island->exits.Add(node);
          island->before_exit.push_back(count);
        });
  }
  island->stay = std::make_shared<const TokenSet>(stay);
  return island;
}

std::shared_ptr<const TokenGroups> Islands::GroupTokens(Machine& machine,
                                                        StringAutomaton::StateId start) {
  auto grouped = std::make_shared<TokenGroups>();
  std::vector<TokenGroups::Group>& groups = grouped->groups;
  std::span<const uint32_t> order = vocabulary_.order();
  constexpr uint32_t kNoGroup = kNone;
  std::vector<std::vector<uint32_t>> numbers;  // of groups, by state and count
  std::vector<uint32_t> group_of(order.size(), kNoGroup), sizes;
  const auto stay = [&](uint32_t first, uint32_t last, StringAutomaton::StateId state,
                        uint32_t count) {
    if (first == last) return;
    if (numbers.size() <= state) numbers.resize(state + 1);
    std::vector<uint32_t>& by_count = numbers[state];
    if (by_count.size() <= count) by_count.resize(count + 1, kNoGroup);
    if (by_count[count] == kNoGroup) {
      by_count[count] = static_cast<uint32_t>(groups.size());
      groups.push_back({strings_.At(state), count, 0, 0});
      sizes.push_back(0);
    }
    std::fill(group_of.begin() + first, group_of.begin() + last, by_count[count]);
    sizes[by_count[count]] += last - first;
  };
  std::span<const uint16_t> code_points = vocabulary_.code_points();
  WalkText(
      machine, start, stay,
      [&](uint32_t i, uint32_t end, StringAutomaton::StateId state, uint32_t count) {
        for (uint32_t last; i < end; i = last) {
          for (last = i + 1; last < end && code_points[last] == code_points[i];) ++last;
          stay(i, last, state, count + code_points[i]);
        }
      },
      [](uint32_t, StringAutomaton::StateId, uint32_t) {});
  uint32_t end = 0;
  for (size_t g = 0; g < groups.size(); ++g) {
    end += sizes[g];
    groups[g].begin = groups[g].end = end;
  }
  grouped->tokens.resize(end);
  for (size_t i = order.size(); i-- > 0;) {
    if (group_of[i] != kNoGroup) grouped->tokens[--groups[group_of[i]].begin] = order[i];
  }
  return grouped;
}

}  // namespace grammask
