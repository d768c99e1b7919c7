// The island of a string in which a label of a host name may stand in Punycode (ExprPool::InLabel).
//
// In Punycode every text read is a state of its own, which no other token finds again. So the walk
// goes with expressions and not with states of the string automaton. Letters and digits of which
// any may follow (a *run*) need no expression at all: where something else comes, the label is
// asked whether it may end, and the expressions are derived byte by byte only where it goes on.
#include <algorithm>
#include <string>

#include "mask/island_walk.h"
#include "mask/islands.h"
#include "mask/words.h"

namespace grammask {

Island Islands::LabelText(Machine& machine, const TextDemand& text, DecoderState start,
                          Spelling spelling) {
  ExprPool& pool = machine.grammar().statics().pool;
  std::span<const TrieNode> nodes = vocabulary_.nodes();
  std::span<const uint32_t> order = vocabulary_.order();
  const uint32_t min = text.min, max = text.max;
  Island island;
  MaskWords words(vocabulary_.words(), 0);
  auto stay = [&](const TrieNode& node) {
    SetBits(order.subspan(node.first_order, node.own_order - node.first_order), words.data());
  };
  struct State {
    DecoderState decoder;
    ExprId expr;
    uint32_t count;
  };
  std::vector<State> states(vocabulary_.longest() + 1);
  states[0] = {start, text.text, 0};
  const uint32_t free =
      min == 0 && max == kNone && start == DecoderState{} ? pool.FreeLetters(text.text) : 0;
  // A run: letters and digits of a code of which any may follow. There is no state until asked for.
  std::vector<bool> run(states.size(), false);
  run[0] = free > 0;
  std::string path(states.size(), 0);  // the bytes of a run, from depth 1 on
  auto letter = [](uint8_t byte) {
    return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= 'a' && byte <= 'z');
  };
  auto make_state = [&](uint32_t depth) {
    uint32_t known = depth;
    while (states[known].expr == kNone) --known;
    for (; known < depth; ++known) {
      states[known + 1].expr =
          pool.Derive(states[known].expr, static_cast<uint8_t>(path[known + 1]));
    }
  };
  auto alive = [&](ExprId expr, uint32_t count) {
    if (max != kNone && count > max) return false;
    return pool.HasLength(expr, min > count ? min - count : 0,
                          max == kNone ? kNone : max - count) != Tri::kNo;
  };
  for (uint32_t n = 1; n < nodes.size();) {
    const TrieNode& node = nodes[n];
    ++walked_;
    if (!Tick(machine)) break;
    const uint32_t above = node.depth - 1;
    if (run[above]) {
      if (letter(node.byte) && node.depth <= free) {
        path[node.depth] = static_cast<char>(node.byte);
        states[node.depth] = {start, kNone, node.depth};
        run[node.depth] = true;
        stay(node);
        ++n;
        continue;
      }
      // An escape may stand for anything.
      const bool goes_on = letter(node.byte) || node.byte == '-' || node.byte == '\\';
      if (!goes_on && !pool.LabelEnds(text.text, {path.data() + 1, above})) {
        n = node.end;
        continue;
      }
      make_state(above);
    }
    run[node.depth] = false;
    State state = states[above];
    uint32_t point = 0;
    bool lives = false;
    switch (DecodeByte(node.byte, spelling, &state.decoder, &point)) {
      case Decoded::kInvalid:
        break;
      case Decoded::kQuote:
        if (state.count >= min && state.count <= max && pool.Nullable(state.expr)) {
          island.exits.Add(n);
          island.before_exit.push_back(state.count);
        }
        break;
      case Decoded::kPartial: {
        CodePoints ranges[kMostReachable];
        int count = Reachable(state.decoder, spelling, ranges);
        for (int i = 0; i < count && !lives; ++i) {
          const std::vector<Arc> arcs = pool.ArcsWithin(state.expr, ranges[i].lo, ranges[i].hi);
          lives = std::any_of(arcs.begin(), arcs.end(),
                              [&](const Arc& arc) { return alive(arc.target, state.count + 1); });
        }
        break;
      }
      case Decoded::kCodePoint:
        state.expr = pool.Derive(state.expr, point);
        ++state.count;
        lives = alive(state.expr, state.count);
        break;
    }
    if (!lives) {
      n = node.end;
      continue;
    }
    states[node.depth] = state;
    stay(node);
    ++n;
  }
  island.stay = std::make_shared<const TokenSet>(words);
  return island;
}

}  // namespace grammask
