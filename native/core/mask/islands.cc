#include "mask/islands.h"

#include <algorithm>

#include "mask/words.h"

namespace grammask {
namespace {

// Nodes of a sub-tree from which on it is asked whether a state loops on all of it.
constexpr uint32_t kWorthAsking = 64;

size_t BytesOf(const Island& island) {
  return 96 + island.stay->bytes() + island.exits.bytes() +
         4 * (island.before_exit.size() + island.at_exits.size());
}

size_t BytesOf(const TokenGroups& grouped) {
  return grouped.tokens.size() * sizeof(uint32_t) +
         grouped.groups.size() * sizeof(TokenGroups::Group);
}

// What a byte of a long token leads to.
template <typename State>
struct LongMove {
  bool lives;
  bool exit;  // the terminal or string may end here
  uint32_t before_exit;
  State next;
};

// The kinds of ASCII bytes of which each leads back to the state with that row.
uint16_t LoopsOn(const ByteState* row, ByteState state) {
  uint16_t leaving = kOtherByte | kBeyondAscii;
  for (uint32_t byte = 0x20; byte < 0x7F; ++byte) {
    const ByteKind kind = KindOf(static_cast<uint8_t>(byte));
    if (row[byte] != state) leaving |= kind;
  }
  return static_cast<uint16_t>(~leaving);
}

bool Tick(const Machine& machine) { return machine.budget == nullptr || machine.budget->Tick(); }

}  // namespace

void Islands::Clear() { strings_.Clear(); }

std::shared_ptr<const Island> Islands::Keep(Machine& machine, Key key,
                                            std::shared_ptr<Island> island) {
  if (machine.OutOfBudget()) return island;
  DescribeExits(island.get());
  cache_.Keep<CacheKind::kIsland>(std::move(key), island, BytesOf(*island));
  return island;
}

void Islands::DescribeExits(Island* island) const {
  std::span<const TrieNode> nodes = vocabulary_.nodes();
  island->exits.ShrinkToFit();
  island->exits.ForEachWhile([&](uint32_t exit) {
    island->inner_exits = nodes[exit].end > exit + 1;
    return !island->inner_exits;
  });
  if (island->before_exit.empty()) return;  // of a terminal: they are among those that stay
  island->exits.ForEach([&](uint32_t exit) {
    const TrieNode& node = nodes[exit];
    std::span<const uint32_t> own =
        vocabulary_.order().subspan(node.first_order, node.own_order - node.first_order);
    island->at_exits.insert(island->at_exits.end(), own.begin(), own.end());
  });
}

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

// Visits the tokens inside a text: stay(first, last, state, count) for ids in the order of the trie
// that lead to a state, leave(node, state, count) where a quote follows a state.
template <typename Stay, typename Leave>
void Islands::WalkText(Machine& machine, StringAutomaton::StateId start, Stay stay, Leave leave) {
  ExprPool& pool = machine.grammar().statics().pool;
  std::span<const TrieNode> nodes = vocabulary_.nodes();
  std::span<const uint16_t> code_points = vocabulary_.code_points();
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
      if (outcome.completes && node.end > n + kWorthAsking &&
          (kinds[n] & ~strings_.Loops(pool, visit.state)) == 0) {
        for (uint32_t i = node.own_order, last; i < node.last_order; i = last) {
          for (last = i + 1; last < node.last_order && code_points[last] == code_points[i];) ++last;
          stay(i, last, visit.state, visit.count + code_points[i] - visit.begun);
        }
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
        [&](uint32_t node, StringAutomaton::StateId state, uint32_t count) {
          if (!pool.Nullable(strings_.At(state).expr)) return;
          island->exits.Add(node);
          island->before_exit.push_back(count);
        });
  }
  island->stay = std::make_shared<const TokenSet>(stay);
  return island;
}

std::shared_ptr<const Island> Islands::TextWithoutBounds(Machine& machine, ExprId text,
                                                         DecoderState decoder, bool canonical) {
  Key key{2, text, decoder.mode, decoder.value, canonical ? 1u : 0u};
  if (auto found = cache_.Find<CacheKind::kIsland>(key)) return found;
  if (text == ExprPool::kAny && decoder == DecoderState{}) {
    std::lock_guard<std::mutex> lock(any_text_->mutex);
    auto& island = any_text_->islands[canonical ? 1 : 0];
    const bool known = island != nullptr;
    if (!known) {
      const StringAutomaton::StateId start =
          strings_.Start(machine.grammar().statics().pool, text, decoder, canonical);
      auto walked = WalkedText(machine, start);
      DescribeExits(walked.get());
      if (machine.OutOfBudget()) return walked;
      island = std::move(walked);
    }
    cache_.Keep<CacheKind::kIsland>(std::move(key), island, known ? 0 : BytesOf(*island));
    return island;
  }
  ExprPool& pool = machine.grammar().statics().pool;
  const StringAutomaton::StateId start = strings_.Start(pool, text, decoder, canonical);
  // Most tokens are short, and for them it makes no difference how far repetitions count.
  if (start != StringAutomaton::kDeadState && vocabulary_.longest() > kShortToken) {
    const ExprId near = pool.Clamped(text, kShortToken);
    if (near != text) {
      const auto island = TextWithoutBounds(machine, near, decoder, canonical);
      return Keep(machine, std::move(key), TextWithLongTokens(machine, start, *island));
    }
  }
  return Keep(machine, std::move(key), WalkedText(machine, start));
}

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

std::shared_ptr<Island> Islands::TextWithLongTokens(Machine& machine,
                                                    StringAutomaton::StateId start,
                                                    const Island& near) {
  ExprPool& pool = machine.grammar().statics().pool;
  struct State {
    StringAutomaton::StateId state;
    uint32_t count;
  };
  const auto move = [&](State state, uint8_t byte) {
    const StringAutomaton::Outcome outcome = strings_.Step(pool, state.state, byte);
    const bool exit = outcome.quote && pool.Nullable(strings_.At(state.state).expr);
    return LongMove<State>{outcome.next != StringAutomaton::kDeadState,
                           exit,
                           state.count,
                           {outcome.next, state.count + (outcome.completes ? 1 : 0)}};
  };
  return WithLongTokens(machine, State{start, 0}, near, true, move);
}

std::shared_ptr<const TokenGroups> Islands::GroupTokens(Machine& machine,
                                                        StringAutomaton::StateId start) {
  auto grouped = std::make_shared<TokenGroups>();
  std::vector<TokenGroups::Group>& groups = grouped->groups;
  std::span<const uint32_t> order = vocabulary_.order();
  constexpr uint32_t kNoGroup = kNone;
  std::vector<std::vector<uint32_t>> numbers;  // of groups, by state and count
  std::vector<uint32_t> group_of(order.size(), kNoGroup), sizes;
  WalkText(
      machine, start,
      [&](uint32_t first, uint32_t last, StringAutomaton::StateId state, uint32_t count) {
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

bool Islands::Alive(ExprPool& pool, const TokenGroups::Group& group, uint32_t min,
                    uint32_t max) const {
  if (group.count > max) return false;
  uint32_t least = min > group.count ? min - group.count : 0;
  uint32_t most = max == kNone ? kNone : max - group.count;
  const StringAutomaton::State& state = group.state;
  if (state.expr == ExprPool::kAny) return true;
  if (state.border()) return pool.HasLength(state.expr, least, most) != Tri::kNo;
  CodePoints ranges[4];
  int count = Reachable(state.decoder, state.canonical, ranges);
  return std::any_of(ranges, ranges + count, [&](const CodePoints& range) {
    std::vector<Arc> arcs = pool.ArcsWithin(state.expr, range.lo, range.hi);
    return std::any_of(arcs.begin(), arcs.end(), [&](const Arc& arc) {
      return pool.HasLength(arc.target, least, most) != Tri::kNo;
    });
  });
}

Island Islands::LabelText(Machine& machine, const TextDemand& text, DecoderState start,
                          bool canonical) {
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
    switch (DecodeByte(node.byte, canonical, &state.decoder, &point)) {
      case Decoded::kInvalid:
        break;
      case Decoded::kQuote:
        if (state.count >= min && state.count <= max && pool.Nullable(state.expr)) {
          island.exits.Add(n);
          island.before_exit.push_back(state.count);
        }
        break;
      case Decoded::kPartial: {
        CodePoints ranges[4];
        int count = Reachable(state.decoder, canonical, ranges);
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

// Which exits of any text are exits of this one, behind at least `min` code points.
void Islands::FindExits(Machine& machine, StringAutomaton::StateId start, const Island& any,
                        uint32_t min, Island* island) {
  ExprPool& pool = machine.grammar().statics().pool;
  std::span<const TrieNode> nodes = vocabulary_.nodes();
  std::vector<StringAutomaton::StateId> states(vocabulary_.longest() + 1);
  states[0] = start;
  const std::vector<uint32_t> exits = any.exits.Nodes();
  size_t next = 0;
  const auto ahead = [&](uint32_t first, uint32_t end) {
    while (next < exits.size() && exits[next] < first) ++next;
    return next < exits.size() && exits[next] < end;
  };
  vocabulary_.ForEachFirstByte(
      [&](uint8_t, uint32_t first, uint32_t end) { return ahead(first, end); },
      [&](uint32_t first, uint32_t end) {
        for (uint32_t n = first; n < end && Tick(machine);) {
          const TrieNode& node = nodes[n];
          if (!ahead(n, node.end)) {
            n = node.end;
            continue;
          }
          ++walked_;
          const StringAutomaton::StateId state = states[node.depth - 1];
          if (exits[next] == n) {
            if (any.before_exit[next] >= min && pool.Nullable(strings_.At(state).expr)) {
              island->exits.Add(n);
              island->before_exit.push_back(any.before_exit[next]);
            }
            n = node.end;
          } else {
            states[node.depth] = strings_.Step(pool, state, node.byte).next;
            ++n;
          }
        }
      });
}

std::shared_ptr<const Island> Islands::Text(Machine& machine, const TextDemand& text,
                                            DecoderState decoder, bool canonical) {
  // Nothing that is kept names its states.
  if (strings_.bytes() > cache_.budget().share / 2) strings_.Clear();
  uint32_t min = text.min, max = text.max;
  if (text.text == ExprPool::kAny) {
    // Bounds farther away than the longest token make no difference.
    uint32_t longest = vocabulary_.longest() + 1;
    min = std::min(min, longest);
    if (max >= longest) max = kNone;
  }
  ExprPool& pool = machine.grammar().statics().pool;
  Key key{1, text.text, min, max, decoder.mode, decoder.value, canonical ? 1u : 0u};
  if (pool.InLabel(text.text)) {
    if (auto found = cache_.Find<CacheKind::kIsland>(key)) return found;
    return Keep(machine, std::move(key),
                std::make_shared<Island>(LabelText(machine, text, decoder, canonical)));
  }
  const uint32_t longest = vocabulary_.longest() + 1;
  const std::optional<uint32_t> needed =
      text.text == ExprPool::kAny ? std::nullopt : pool.CompletesAnything(text.text);
  if (needed && max >= uint64_t{longest} + *needed) {
    key[2] = std::min(min, longest);
    key[3] = kNone;
    if (auto found = cache_.Find<CacheKind::kIsland>(key)) return found;
    const auto any = TextWithoutBounds(machine, ExprPool::kAny, decoder, canonical);
    auto island = std::make_shared<Island>();
    island->stay = any->stay;
    FindExits(machine, strings_.Start(pool, text.text, decoder, canonical), *any, key[2],
              island.get());
    return Keep(machine, std::move(key), std::move(island));
  }
  if (min == 0 && max != kNone && text.text != ExprPool::kAny) {
    const std::optional<uint32_t> most = pool.MostNeeded(text.text);
    if (most && max >= uint64_t{longest} + *most) max = kNone;
  }
  const auto unbounded = TextWithoutBounds(machine, text.text, decoder, canonical);
  if (min == 0 && max == kNone) return unbounded;
  if (auto found = cache_.Find<CacheKind::kIsland>(key)) return found;
  const Key of_text{text.text, decoder.mode, decoder.value, canonical ? 1u : 0u};
  auto grouped_tokens = cache_.Find<CacheKind::kGroups>(of_text);
  if (!grouped_tokens) {
    grouped_tokens = GroupTokens(machine, strings_.Start(pool, text.text, decoder, canonical));
    if (machine.OutOfBudget()) return unbounded;
    cache_.Keep<CacheKind::kGroups>(of_text, grouped_tokens, BytesOf(*grouped_tokens));
  }
  const TokenGroups& grouped = *grouped_tokens;
  std::vector<bool> alive;
  size_t living = 0;
  for (const TokenGroups::Group& group : grouped.groups) {
    alive.push_back(Alive(pool, group, min, max));
    if (alive.back()) living += group.end - group.begin;
  }
  auto island = std::make_shared<Island>();
  bool mostly = living > grouped.tokens.size() / 2;
  MaskWords stay =
      mostly ? unbounded->stay->Words(vocabulary_.words()) : MaskWords(vocabulary_.words(), 0);
  std::span<const uint32_t> tokens = grouped.tokens;
  for (size_t g = 0; g < grouped.groups.size(); ++g) {
    if (alive[g] == mostly) continue;
    const TokenGroups::Group& group = grouped.groups[g];
    std::span<const uint32_t> members = tokens.subspan(group.begin, group.end - group.begin);
    if (mostly) {
      ClearBits(members, stay.data());
    } else {
      SetBits(members, stay.data());
    }
  }
  island->stay = std::make_shared<const TokenSet>(stay);
  size_t i = 0;
  unbounded->exits.ForEach([&](uint32_t exit) {
    const uint32_t count = unbounded->before_exit[i++];
    if (count < min || count > max) return;
    island->exits.Add(exit);
    island->before_exit.push_back(count);
  });
  return Keep(machine, std::move(key), std::move(island));
}

}  // namespace grammask
