// Masks made ahead of use.
//
// A search by bytes and special tokens from the beginning of a text, breadth first: of each
// configuration that it meets the mask is made, or found to be filed. Configurations whose stacks
// are the same to a mask (MaskEngine::StackKey) are one. There may be endlessly many all the same,
// so two rules end the search: in deep nesting it does not go on where a mask was known already,
// and it reads only the first bytes of a number, or of a code point (an escape, or UTF-8). What is
// left out is made when it is needed.
//
// The shard is locked for a moment at a time, so that matchers at work get their turns.
#include <algorithm>
#include <chrono>
#include <deque>
#include <thread>
#include <unordered_set>

#include "engine/compiler_impl.h"
#include "schema/json_words.h"

namespace grammask {
namespace {

using Clock = std::chrono::steady_clock;

constexpr uint32_t kDeep = 3;
constexpr uint32_t kInside = 2;
constexpr auto kTurn = std::chrono::milliseconds(1);
constexpr auto kPause = std::chrono::microseconds(100);

struct Place {
  CellId config;
  uint32_t inside;  // bytes of the number or code point in which it stands
};

bool IsDeep(Machine& machine, CellId config) {
  std::vector<CellId> level{config}, below;
  for (uint32_t depth = 0; depth <= kDeep; ++depth) {
    below.clear();
    for (CellId set : level) {
      for (CellId node : machine.Nodes(set)) {
        const CellId parents = machine.Parents(node);
        if (parents != 0 && std::find(below.begin(), below.end(), parents) == below.end())
          below.push_back(parents);
      }
    }
    if (below.empty()) return false;
    level.swap(below);
  }
  return true;
}

bool Inside(Machine& machine, CellId config) {
  const CellStore& cells = machine.cells();
  for (CellId node : machine.Nodes(config)) {
    switch (cells.kind(node)) {
      case kNumber:
        return true;
      case kString:
        if (StringFrame::Read(cells, node).decoder != DecoderState{}) return true;
        break;
      case kKey:
        if (KeyFrame::Read(cells, node).decoder != DecoderState{}) return true;
        break;
      case kTerminal:
      case kLimited:
      case kSlot:
        if (!machine.grammar().statics().bytes.AtBorder(cells.data(node)[2])) return true;
        break;
      default:
        break;
    }
  }
  return false;
}

class Search {
 public:
  Search(MatcherImpl& matcher, const Limits& limits)
      : family_(*matcher.family),
        matcher_(matcher),
        limits_(limits),
        evictions_(Caches().evictions) {
    next_.push_back({matcher.config, 0});
  }

  // Some configurations under one lock. False: the search has ended.
  bool Turn(double remaining_ms) {
    std::lock_guard<std::mutex> lock(family_.instance->shard->mutex);
    Budget budget(remaining_ms, 0);
    budget.Watch(limits_.cancelled.get());
    Machine machine(*family_.instance->grammar, family_.cells);
    machine.budget = &budget;
    machine.memory_limit = limits_.memory_bytes == 0 ? kDefaultFamilyBytes : limits_.memory_bytes;
    BudgetScope scope(*family_.instance->grammar, budget);
    for (const Clock::time_point end = Clock::now() + kTurn; Clock::now() < end;) {
      if (next_.empty()) {
        result.complete = true;
        return false;
      }
      const Place place = next_.front();
      next_.pop_front();
      // What a full cache takes in, it pays for with what is warm already.
      if (!Visit(machine, place) || Caches().evictions != evictions_) return false;
    }
    return true;
  }

  Warmth result;

 private:
  const CacheBudget& Caches() const { return family_.compiled->compiler->shards.budget(); }

  bool Visit(Machine& machine, const Place& place) {
    MaskStats stats;
    if (!family_.instance->shard->masks.Mask(machine, place.config, family_.instance->key,
                                             matcher_.stop_tokens, &stats))
      return false;
    ++result.states;
    if (stats.hits != 0 && IsDeep(machine, place.config)) return true;
    const ByteSet bytes = machine.NextBytes(place.config);
    for (uint32_t byte = 0; byte < 256; ++byte) {
      if (!HasByte(bytes, static_cast<uint8_t>(byte))) continue;
      const CellId config = machine.Step(place.config, static_cast<uint8_t>(byte));
      if (machine.OutOfBudget()) return false;
      Meet(machine, place, config);
    }
    std::vector<const TokenSymbol*> waiting;
    for (CellId node : machine.Nodes(place.config)) {
      if (machine.cells().kind(node) != kTokenWait) continue;
      Grammar& grammar = machine.grammar();
      waiting.push_back(&grammar.token(grammar.item(machine.cells().data(node)[1]).arg));
    }
    for (const TokenSymbol* wanted : waiting) {
      Meet(machine, place, machine.StepToken(place.config, [&](const TokenSymbol& symbol) {
        return &symbol == wanted;
      }));
    }
    return !machine.OutOfBudget();
  }

  void Meet(Machine& machine, const Place& before, CellId config) {
    if (config == 0) return;
    const uint32_t inside = Inside(machine, config) ? before.inside + 1 : 0;
    if (inside > kInside) return;
    Cache::Key key;
    if (!family_.instance->shard->masks.StackKey(machine, config, &key)) return;
    if (met_.insert(std::move(key)).second) next_.push_back({config, inside});
  }

  Family& family_;
  MatcherImpl& matcher_;
  const Limits& limits_;
  uint64_t evictions_;
  std::deque<Place> next_;
  std::unordered_set<Cache::Key, WordsHash> met_;
};

}  // namespace

Result<Warmth> CompiledGrammar::Warm(const Limits& limits) {
  const Clock::time_point begun = Clock::now();
  const auto spent = [&] {
    return std::chrono::duration<double, std::milli>(Clock::now() - begun).count();
  };
  Result<std::unique_ptr<Matcher>> matcher = NewMatcher({});
  if (!matcher.ok()) return matcher.status();
  MatcherImpl& impl = *matcher.value()->impl;
  if (impl.config == 0) return Warmth{0, true};
  Search search(impl, limits);
  while (true) {
    const double remaining =
        limits.timeout_ms < 0 ? -1 : std::max(0.0, limits.timeout_ms - spent());
    if (!search.Turn(remaining)) return search.result;
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace grammask
