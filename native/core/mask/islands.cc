#include "mask/islands.h"

#include <algorithm>

#include "mask/words.h"

namespace grammask {
namespace {

bool Exhausted(const Machine& machine) {
  return machine.budget != nullptr && machine.budget->exhausted();
}

bool Tick(const Machine& machine) { return machine.budget == nullptr || machine.budget->Tick(); }

}  // namespace

void Islands::Clear() {
  islands_.clear();
  counted_.clear();
  bytes_ = 0;
}

std::shared_ptr<const Island> Islands::Keep(Machine& machine, Key key,
                                            std::shared_ptr<Island> island) {
  if (Exhausted(machine)) return island;
  bytes_ += (island->stay.size() + island->exits.size() * 2 + key.size()) * 4 + 96;
  return islands_[std::move(key)] = std::move(island);
}

std::shared_ptr<const Island> Islands::Terminal(Machine& machine, ByteState start) {
  ByteAutomaton& bytes = machine.grammar().statics().bytes;
  Key key{0, start};
  auto found = islands_.find(key);
  if (found != islands_.end()) return found->second;
  auto island = std::make_shared<Island>();
  island->stay.assign(vocabulary_.words(), 0);
  std::span<const TrieNode> nodes = vocabulary_.nodes();
  std::span<const uint32_t> order = vocabulary_.order();
  std::vector<ByteState> states(vocabulary_.longest() + 1, kDead);
  states[0] = start;
  for (uint32_t n = 1; n < nodes.size();) {
    const TrieNode& node = nodes[n];
    ++walked_;
    if (!Tick(machine)) break;
    ByteState state = bytes.Step(states[node.depth - 1], node.byte);
    if (state == kDead) {
      n = node.end;
      continue;
    }
    states[node.depth] = state;
    SetBits(order.subspan(node.first_order, node.own_order - node.first_order),
            island->stay.data());
    if (bytes.Accepting(state)) island->exits.push_back(n);
    ++n;
  }
  return Keep(machine, std::move(key), std::move(island));
}

std::shared_ptr<const Island> Islands::Text(Machine& machine, const TextDemand& text,
                                            DecoderState start, bool canonical) {
  ExprPool& pool = machine.grammar().statics().pool;
  uint32_t min = text.min, max = text.max;
  if (text.text == ExprPool::kAny) {
    // Bounds farther away than the longest token make no difference.
    uint32_t longest = vocabulary_.longest() + 1;
    min = std::min(min, longest);
    if (max >= longest) max = kNone;
    if (min == 0 && max == kNone) return AnyText(machine, start, canonical);
  }
  Key key{1, text.text, min, max, start.mode, start.value, canonical ? 1u : 0u};
  auto found = islands_.find(key);
  if (found != islands_.end()) return found->second;
  auto island = std::make_shared<Island>();
  if (text.text == ExprPool::kAny) {
    std::shared_ptr<const CountedText> counted = Counted(machine, start, canonical);
    *island = Bounded(*counted, min, max);
    return Keep(machine, std::move(key), std::move(island));
  }
  island->stay.assign(vocabulary_.words(), 0);
  std::span<const TrieNode> nodes = vocabulary_.nodes();
  std::span<const uint32_t> order = vocabulary_.order();
  struct State {
    DecoderState decoder;
    ExprId expr;
    uint32_t count;
  };
  std::vector<State> states(vocabulary_.longest() + 1);
  states[0] = {start, text.text, 0};
  auto alive = [&](ExprId expr, uint32_t count) {
    if (max != kNone && count > max) return false;
    if (expr == ExprPool::kAny) return true;
    return pool.HasLength(expr, min > count ? min - count : 0,
                          max == kNone ? kNone : max - count) != Tri::kNo;
  };
  for (uint32_t n = 1; n < nodes.size();) {
    const TrieNode& node = nodes[n];
    ++walked_;
    if (!Tick(machine)) break;
    State state = states[node.depth - 1];
    uint32_t point = 0;
    bool lives = false;
    switch (DecodeByte(node.byte, canonical, &state.decoder, &point)) {
      case Decoded::kInvalid:
        break;
      case Decoded::kQuote:
        if (state.count >= min && state.count <= max && pool.Nullable(state.expr))
          island->exits.push_back(n);
        break;
      case Decoded::kPartial: {
        if (state.expr == ExprPool::kAny) {
          lives = alive(state.expr, state.count + 1);
          break;
        }
        CodePoints ranges[4];
        int count = Reachable(state.decoder, canonical, ranges);
        std::span<const Arc> row = pool.Arcs(state.expr);
        std::vector<Arc> arcs(row.begin(), row.end());
        for (const Arc& arc : arcs) {
          for (int i = 0; i < count && !lives; ++i) {
            if (arc.lo <= ranges[i].hi && ranges[i].lo <= arc.hi)
              lives = alive(arc.target, state.count + 1);
          }
        }
        break;
      }
      case Decoded::kCodePoint:
        if (state.expr != ExprPool::kAny) state.expr = pool.Derive(state.expr, point);
        ++state.count;
        lives = alive(state.expr, state.count);
        break;
    }
    if (!lives) {
      n = node.end;
      continue;
    }
    states[node.depth] = state;
    SetBits(order.subspan(node.first_order, node.own_order - node.first_order),
            island->stay.data());
    ++n;
  }
  return Keep(machine, std::move(key), std::move(island));
}

std::shared_ptr<const Island> Islands::AnyText(Machine& machine, DecoderState start,
                                               bool canonical) {
  Key key{2, start.mode, start.value, canonical ? 1u : 0u};
  auto found = islands_.find(key);
  if (found != islands_.end()) return found->second;
  auto island = std::make_shared<Island>();
  island->stay.assign(vocabulary_.words(), 0);
  std::span<const TrieNode> nodes = vocabulary_.nodes();
  std::span<const uint32_t> order = vocabulary_.order();
  struct State {
    DecoderState decoder;
    uint32_t count;
  };
  std::vector<State> states(vocabulary_.longest() + 1);
  states[0] = {start, 0};
  for (uint32_t n = 1; n < nodes.size();) {
    const TrieNode& node = nodes[n];
    ++walked_;
    if (!Tick(machine)) break;
    State state = states[node.depth - 1];
    uint32_t point = 0;
    Decoded decoded = DecodeByte(node.byte, canonical, &state.decoder, &point);
    if (decoded == Decoded::kQuote) {
      island->exits.push_back(n);
      island->before_exit.push_back(state.count);
    }
    if (decoded == Decoded::kQuote || decoded == Decoded::kInvalid) {
      n = node.end;
      continue;
    }
    if (decoded == Decoded::kCodePoint) ++state.count;
    bool whole = decoded == Decoded::kCodePoint && (node.flags & kSubtreePlainText) != 0;
    uint32_t last = whole ? node.last_order : node.own_order;
    SetBits(order.subspan(node.first_order, last - node.first_order), island->stay.data());
    states[node.depth] = state;
    n = whole ? node.end : n + 1;
  }
  return Keep(machine, std::move(key), std::move(island));
}

std::shared_ptr<const Islands::CountedText> Islands::Counted(Machine& machine, DecoderState start,
                                                             bool canonical) {
  Key key{start.mode, start.value, canonical ? 1u : 0u};
  auto found = counted_.find(key);
  if (found != counted_.end()) return found->second;
  auto counted = std::make_shared<CountedText>();
  counted->all = *AnyText(machine, start, canonical);
  std::span<const TrieNode> nodes = vocabulary_.nodes();
  std::span<const uint32_t> order = vocabulary_.order();
  std::span<const uint16_t> code_points = vocabulary_.code_points();
  struct State {
    DecoderState decoder;
    uint32_t count;
    uint32_t begun;  // bytes that begin a code point, so far
  };
  std::vector<State> states(vocabulary_.longest() + 1);
  states[0] = {start, 0, 0};
  constexpr uint32_t kLeaves = kNone;
  std::vector<uint32_t> needs(order.size(), kLeaves);
  uint32_t most = 0;
  for (uint32_t n = 1; n < nodes.size();) {
    const TrieNode& node = nodes[n];
    ++walked_;
    if (!Tick(machine)) break;
    State state = states[node.depth - 1];
    uint32_t point = 0;
    Decoded decoded = DecodeByte(node.byte, canonical, &state.decoder, &point);
    if (decoded == Decoded::kQuote || decoded == Decoded::kInvalid) {
      n = node.end;
      continue;
    }
    if (decoded == Decoded::kCodePoint) ++state.count;
    if ((node.byte & 0xC0) != 0x80) ++state.begun;
    uint32_t here = state.count + (decoded == Decoded::kPartial ? 1 : 0);
    for (uint32_t i = node.first_order; i < node.own_order; ++i) needs[i] = here;
    most = std::max(most, here);
    bool whole = decoded == Decoded::kCodePoint && (node.flags & kSubtreePlainText) != 0;
    if (whole) {
      // Below it, each code point stands for itself.
      for (uint32_t i = node.own_order; i < node.last_order; ++i) {
        needs[i] = here + code_points[i] - state.begun;
        most = std::max(most, needs[i]);
      }
    }
    states[node.depth] = state;
    n = whole ? node.end : n + 1;
  }
  counted->ends.assign(most + 1, 0);
  size_t staying = 0;
  for (uint32_t need : needs) {
    if (need == kLeaves) continue;
    ++counted->ends[need];
    ++staying;
  }
  for (size_t n = 1; n < counted->ends.size(); ++n) counted->ends[n] += counted->ends[n - 1];
  counted->tokens.resize(staying);
  std::vector<uint32_t> at = counted->ends;
  for (size_t i = 0; i < needs.size(); ++i) {
    if (needs[i] != kLeaves) counted->tokens[--at[needs[i]]] = order[i];
  }
  if (Exhausted(machine)) return counted;
  bytes_ += (counted->all.stay.size() + counted->all.exits.size() * 2 + counted->tokens.size() +
             counted->ends.size()) *
            4;
  return counted_[std::move(key)] = std::move(counted);
}

Island Islands::Bounded(const CountedText& counted, uint32_t min, uint32_t max) const {
  Island island;
  size_t fit = counted.tokens.size();
  if (max < counted.ends.size()) fit = counted.ends[max];
  std::span<const uint32_t> tokens = counted.tokens;
  if (fit > tokens.size() / 2) {
    island.stay = counted.all.stay;
    ClearBits(tokens.subspan(fit), island.stay.data());
  } else {
    island.stay.assign(vocabulary_.words(), 0);
    SetBits(tokens.first(fit), island.stay.data());
  }
  for (size_t i = 0; i < counted.all.exits.size(); ++i) {
    uint32_t count = counted.all.before_exit[i];
    if (count < min || count > max) continue;
    island.exits.push_back(counted.all.exits[i]);
    island.before_exit.push_back(count);
  }
  return island;
}

}  // namespace grammask
