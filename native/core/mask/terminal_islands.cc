// Islands of terminals: a walk over the trie with the state of a byte automaton.
//
// At each node the walk reads one row of the automaton. What is known of a state stays from one
// node to the next, since most bytes lead back to the state they came from. Where all bytes below a
// node are of kinds that lead back to the state (kinds_below of the vocabulary), the sub-tree is
// taken whole, without a walk.
//
// Many states differ from another one in a few first bytes only: free text behind what may become a
// trigger, the beginning of a name. Behind the other first bytes the two are one state, so what
// lies there is copied from the island of that one where it is known (RestOf).
//
// A state that counts has the island of one that does not, but for long tokens (long_tokens.h).
#include <cstddef>

#include "mask/island_walk.h"
#include "mask/islands.h"
#include "mask/long_tokens.h"
#include "mask/words.h"

namespace grammask {
namespace {

// The kinds of ASCII bytes of which each leads back to the state with that row.
uint16_t LoopsOn(const ByteState* row, ByteState state) {
  uint16_t leaving = kOtherByte | kBeyondAscii;
  for (uint32_t byte = 0x20; byte < 0x7F; ++byte) {
    const ByteKind kind = KindOf(static_cast<uint8_t>(byte));
    if (row[byte] != state) leaving |= kind;
  }
  return static_cast<uint16_t>(~leaving);
}

}  // namespace

std::shared_ptr<const Island> Islands::Terminal(Machine& machine, ByteState start) {
  Key key{0, start};
  if (auto found = cache_.Find<CacheKind::kIsland>(key)) return found;
  Statics& statics = machine.grammar().statics();
  ByteAutomaton& bytes = statics.bytes;
  // Most tokens are short, and for them it makes no difference how far repetitions count.
  if (vocabulary_.longest() > kShortToken && bytes.AtBorder(start)) {
    const ExprId expr = bytes.ExprOf(start), near = statics.pool.Clamped(expr, kShortToken);
    if (near != expr) {
      const auto island = Terminal(machine, bytes.Start(near, bytes.EncodingOf(start)));
      const auto move = [&](ByteState state, uint8_t byte) {
        const ByteState next = bytes.Step(state, byte);
        return LongMove<ByteState>{next != kDead, bytes.Accepting(next), 0, next};
      };
      return Keep(machine, std::move(key), WithLongTokens(machine, start, *island, false, move));
    }
  }
  return Keep(machine, std::move(key), WalkedTerminal(machine, start, 0));
}

std::shared_ptr<const Island> Islands::TerminalBelow(Machine& machine, ByteState state,
                                                     uint32_t top) {
  if (top == 0) return Terminal(machine, state);
  Key key{0, state, top};
  if (auto found = cache_.Find<CacheKind::kIsland>(key)) return found;
  return Keep(machine, std::move(key), WalkedTerminal(machine, state, top));
}

// A state to which most first bytes lead from `start`, and lead back from itself: behind these, the
// tokens are those of its own island. (Free text behind what may become a trigger is such a place,
// and so is the beginning of a name.) kDead where there is none.
ByteState Islands::RestOf(ByteAutomaton& bytes, ByteState start) const {
  const ByteState* row = bytes.Row(start);
  const ByteState rest = row == nullptr ? kDead : row['a'];
  const ByteState* rest_row = rest == start ? nullptr : bytes.Row(rest);
  if (rest_row == nullptr || rest_row['a'] != rest) return kDead;
  size_t shared = 0, others = 0;  // nodes
  vocabulary_.ForEachFirstByte(
      [&](uint8_t byte, uint32_t, uint32_t) {
        return row[byte] != kDead || rest_row[byte] != kDead;
      },
      [&](uint32_t first, uint32_t end) {
        const uint8_t byte = vocabulary_.nodes()[first].byte;
        (row[byte] == rest && rest_row[byte] == rest ? shared : others) += end - first;
      });
  return shared > others ? rest : kDead;
}

std::shared_ptr<Island> Islands::WalkedTerminal(Machine& machine, ByteState start, uint32_t top) {
  ByteAutomaton& bytes = machine.grammar().statics().bytes;
  auto island = std::make_shared<Island>();
  MaskWords stay(vocabulary_.words(), 0);
  std::span<const TrieNode> nodes = vocabulary_.nodes();
  std::span<const uint32_t> order = vocabulary_.order();
  std::span<const uint16_t> kinds = vocabulary_.kinds_below();
  // What is known of the state at a node, from one node to the next mostly the same.
  struct Visit {
    ByteState state = kDead;
    const ByteState* row = nullptr;
    bool accepting = false;
  };
  std::vector<Visit> visits(vocabulary_.longest() + 1);
  Visit last;
  const auto visit = [&](uint32_t depth, ByteState state) {
    if (state != last.state) last = {state, bytes.Row(state), bytes.Accepting(state)};
    visits[depth] = last;
    return last.row != nullptr;
  };
  const bool begins = visit(nodes[top].depth, start);
  const ByteState rest = top == 0 && begins ? RestOf(bytes, start) : kDead;
  const auto known = rest != kDead ? cache_.Find<CacheKind::kIsland>(Key{0, rest}) : nullptr;
  const MaskWords known_stay = known ? known->stay->Words(stay.size()) : MaskWords();
  ByteState asked = kDead;
  uint16_t loops = 0;  // of the state asked
  struct Stretch {
    uint32_t first, end;
    bool is_known;
  };
  std::vector<Stretch> stretches;
  if (begins && top != 0) {
    stretches.push_back({top + 1, nodes[top].end, false});
  } else if (begins) {
    const ByteState* row = visits[0].row;
    const ByteState* rest_row = known ? bytes.Row(rest) : nullptr;
    vocabulary_.ForEachFirstByte(
        [&](uint8_t byte, uint32_t, uint32_t) { return row[byte] != kDead; },
        [&](uint32_t first, uint32_t end) {
          const uint8_t byte = nodes[first].byte;
          const bool leads_there = rest_row != nullptr && row[byte] == rest;
          stretches.push_back({first, end, leads_there && rest_row[byte] == rest});
        });
  }
  for (const auto& [first, end, is_known] : stretches) {
    if (is_known) {
      const TrieNode& node = nodes[first];
      for (const uint32_t token :
           order.subspan(node.first_order, node.last_order - node.first_order))
        stay[token / 32] |= known_stay[token / 32] & (1u << (token % 32));
      island->exits.AddFrom(known->exits, first, end);
      continue;
    }
    for (uint32_t n = first; n < end && Tick(machine);) {
      const TrieNode& node = nodes[n];
      ++walked_;
      const ByteState state = visits[node.depth - 1].row[node.byte];
      if (state == kDead) {
        n = node.end;
        continue;
      }
      if (!visit(node.depth, state)) break;
      uint32_t end_of_alike = n + 1, last_order = node.own_order;
      if (asked != state && node.end > n + kWorthAsking)
        loops = LoopsOn(visits[node.depth].row, asked = state);
      if (asked == state && (kinds[n] & ~loops) == 0) {
        end_of_alike = node.end;
        last_order = node.last_order;
      }
      SetBits(order.subspan(node.first_order, last_order - node.first_order), stay.data());
      if (last.accepting) island->exits.AddRange(n, end_of_alike);
      n = end_of_alike;
    }
  }
  island->stay = std::make_shared<const TokenSet>(stay);
  return island;
}

}  // namespace grammask
