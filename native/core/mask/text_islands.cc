// Islands of JSON strings, and how one is had for less than a walk.
//
// Bounds farther away than the longest token make no difference, so most strings of any text have
// one island, which all shards share. A text that can be completed behind anything has the tokens
// of that island, and some of its exits (FindExits). A text that counts has the island of one that
// does not, but for long tokens (long_tokens.h). Under bounds that are near, a text has the tokens
// of those groups (text_walks.cc) behind which the bounds can still be met. Only what is left is
// walked.
#include <algorithm>
#include <cstddef>
#include <mutex>
#include <optional>

#include "mask/island_walk.h"
#include "mask/islands.h"
#include "mask/long_tokens.h"
#include "mask/words.h"

namespace grammask {

std::shared_ptr<const Island> Islands::TextWithoutBounds(Machine& machine, ExprId text,
                                                         DecoderState decoder, Spelling spelling) {
  Key key{2, text, decoder.mode, decoder.value, spelling.bits};
  if (auto found = cache_.Find<CacheKind::kIsland>(key)) return found;
  const bool canonical = spelling == kCanonicalSpelling;
  if (text == ExprPool::kAny && decoder == DecoderState{} &&
      (canonical || spelling == Spelling{})) {
    std::lock_guard<std::mutex> lock(any_text_->mutex);
    auto& island = any_text_->islands[canonical ? 1 : 0];
    const bool known = island != nullptr;
    if (!known) {
      const StringAutomaton::StateId start =
          strings_.Start(machine.grammar().statics().pool, text, decoder, spelling);
      auto walked = WalkedText(machine, start);
      DescribeExits(walked.get());
      if (machine.OutOfBudget()) return walked;
      island = std::move(walked);
    }
    cache_.Keep<CacheKind::kIsland>(std::move(key), island, known ? 0 : island->bytes());
    return island;
  }
  ExprPool& pool = machine.grammar().statics().pool;
  const StringAutomaton::StateId start = strings_.Start(pool, text, decoder, spelling);
  // Most tokens are short, and for them it makes no difference how far repetitions count.
  if (start != StringAutomaton::kDeadState && vocabulary_.longest() > kShortToken) {
    const ExprId near = pool.Clamped(text, kShortToken);
    if (near != text) {
      const auto island = TextWithoutBounds(machine, near, decoder, spelling);
      return Keep(machine, std::move(key), TextWithLongTokens(machine, start, *island));
    }
  }
  return Keep(machine, std::move(key), WalkedText(machine, start));
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

bool Islands::Alive(ExprPool& pool, const TokenGroups::Group& group, uint32_t min,
                    uint32_t max) const {
  if (group.count > max) return false;
  uint32_t least = min > group.count ? min - group.count : 0;
  uint32_t most = max == kNone ? kNone : max - group.count;
  const StringAutomaton::State& state = group.state;
  if (state.expr == ExprPool::kAny) return true;
  if (state.border()) return pool.HasLength(state.expr, least, most) != Tri::kNo;
  CodePoints ranges[kMostReachable];
  int count = Reachable(state.decoder, state.spelling, ranges);
  return std::any_of(ranges, ranges + count, [&](const CodePoints& range) {
    std::vector<Arc> arcs = pool.ArcsWithin(state.expr, range.lo, range.hi);
    return std::any_of(arcs.begin(), arcs.end(), [&](const Arc& arc) {
      return pool.HasLength(arc.target, least, most) != Tri::kNo;
    });
  });
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
                                            DecoderState decoder, Spelling spelling) {
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
  Key key{1, text.text, min, max, decoder.mode, decoder.value, spelling.bits};
  if (pool.InLabel(text.text)) {
    if (auto found = cache_.Find<CacheKind::kIsland>(key)) return found;
    return Keep(machine, std::move(key),
                std::make_shared<Island>(LabelText(machine, text, decoder, spelling)));
  }
  const uint32_t longest = vocabulary_.longest() + 1;
  const std::optional<uint32_t> needed =
      text.text == ExprPool::kAny ? std::nullopt : pool.CompletesAnything(text.text);
  if (needed && max >= uint64_t{longest} + *needed) {
    key[2] = std::min(min, longest);
    key[3] = kNone;
    if (auto found = cache_.Find<CacheKind::kIsland>(key)) return found;
    const auto any = TextWithoutBounds(machine, ExprPool::kAny, decoder, spelling);
    auto island = std::make_shared<Island>();
    island->stay = any->stay;
    FindExits(machine, strings_.Start(pool, text.text, decoder, spelling), *any, key[2],
              island.get());
    return Keep(machine, std::move(key), std::move(island));
  }
  if (min == 0 && max != kNone && text.text != ExprPool::kAny) {
    const std::optional<uint32_t> most = pool.MostNeeded(text.text);
    if (most && max >= uint64_t{longest} + *most) max = kNone;
  }
  const auto unbounded = TextWithoutBounds(machine, text.text, decoder, spelling);
  if (min == 0 && max == kNone) return unbounded;
  if (auto found = cache_.Find<CacheKind::kIsland>(key)) return found;
  const Key of_text{text.text, decoder.mode, decoder.value, spelling.bits};
  auto grouped_tokens = cache_.Find<CacheKind::kGroups>(of_text);
  if (!grouped_tokens) {
    grouped_tokens = GroupTokens(machine, strings_.Start(pool, text.text, decoder, spelling));
    if (machine.OutOfBudget()) return unbounded;
    cache_.Keep<CacheKind::kGroups>(of_text, grouped_tokens, grouped_tokens->bytes());
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
