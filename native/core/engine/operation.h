// One operation on a matcher: what every call of engine.h begins and ends with.
//
// It takes the lock of the matcher's shard, starts the budget of the call, and has a machine over
// the store of the matcher's family. What it makes and nobody keeps is forgotten again; when the
// store has doubled, it is collected at the end.
#pragma once

#include <algorithm>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "engine/compiler_impl.h"

namespace grammask {

class Operation {
 public:
  static constexpr size_t kCollectAtLeast = size_t{4} << 20;

  explicit Operation(MatcherImpl& matcher)
      : Operation(matcher, std::unique_lock(matcher.family->instance->shard->mutex)) {}
  // lock: of the shard.
  Operation(MatcherImpl& matcher, std::unique_lock<std::mutex> lock)
      : matcher_(matcher),
        family_(*matcher.family),
        lock_(std::move(lock)),
        budget_(matcher.options.limits.timeout_ms, 0),
        machine_(*family_.instance->grammar, family_.cells),
        scope_(*family_.instance->grammar, budget_),
        mark_(family_.cells.mark()) {
    machine_.budget = &budget_;
    size_t memory = matcher.options.limits.memory_bytes;
    machine_.memory_limit = memory == 0 ? kDefaultFamilyBytes : memory;
  }
  ~Operation() { CollectIfDue(nullptr); }
  Operation(const Operation&) = delete;
  Operation& operator=(const Operation&) = delete;

  Machine& machine() { return machine_; }
  Budget& budget() { return budget_; }
  // Forgets cells made in this operation.
  // (Not those before a collection: the next one takes them.)
  void Forget() {
    family_.recent.ForgetFrom(mark_);
    family_.cells.TruncateTo(mark_);
    machine_.DropMemos();
  }

  // The mask of a configuration; nullptr where the budget ran out.
  std::shared_ptr<const KeptMask> Mask(CellId config) {
    ++matcher_.stats.masks;
    config = machine_.WithoutUnits(config);
    if (auto met = family_.recent.Find(config)) {
      ++matcher_.stats.cache_hits;
      return met;
    }
    MaskStats stats;
    auto kept = family_.instance->shard->masks.Mask(machine_, config, family_.instance->key,
                                                    matcher_.stop_tokens, &stats);
    matcher_.stats.cache_hits += stats.hits;
    matcher_.stats.nodes_walked += stats.nodes_walked;
    if (kept) family_.recent.Keep(config, kept);
    return kept;
  }
  // Writes it; nothing where the budget ran out.
  void CopyMask(CellId config, std::span<int32_t> mask) {
    config = machine_.WithoutUnits(config);
    if (family_.recent.Copy(config, mask) != nullptr) {
      ++matcher_.stats.masks;
      ++matcher_.stats.cache_hits;
    } else if (const auto kept = Mask(config)) {
      kept->CopyTo(mask);
    }
  }
  // The mask where it is known already.
  std::shared_ptr<const KeptMask> KnownMask(CellId config) {
    config = machine_.WithoutUnits(config);
    auto kept = family_.recent.Find(config);
    if (!kept) {
      kept = family_.instance->shard->masks.Known(machine_, config, family_.instance->key,
                                                  matcher_.stop_tokens);
      if (!kept) return nullptr;
      family_.recent.Keep(config, kept);
    }
    ++matcher_.stats.masks;
    ++matcher_.stats.cache_hits;
    return kept;
  }

  // The configuration after some bytes. The store may be collected on the way: ids taken from it
  // before are void, but for those of the family's matchers.
  CellId AfterBytes(CellId config, std::string_view bytes) {
    for (char c : bytes) {
      if (config == 0) break;
      config = machine_.Step(config, static_cast<uint8_t>(c));
      CollectIfDue(&config);
    }
    return config;
  }

  bool HasSlots() const { return !family_.instance->grammar->slot_names().empty(); }
  std::string_view BytesOf(uint32_t token) const {
    const Vocabulary& vocabulary = *family_.compiled->compiler->vocabulary;
    return vocabulary.is_ordinary(token) ? vocabulary.bytes(token) : std::string_view();
  }

  CellId AfterToken(CellId config, uint32_t token) {
    const Vocabulary& vocabulary = *family_.compiled->compiler->vocabulary;
    CellId named =
        machine_.StepToken(config, [&](const TokenSymbol& symbol) { return symbol.HasId(token); });
    if (vocabulary.is_ordinary(token)) {
      // A grammar may name a token that also has a text.
      named = machine_.Either(machine_.Run(config, vocabulary.bytes(token)), named);
    }
    return machine_.Border(named);
  }

  // Slots (matcher_slots.cc).
  // The configuration behind one unit, with what late answers need.
  CellId AfterUnit(CellId before, UnitKind kind, std::span<const uint32_t> content);
  // What late answers need behind a text. Of a long one only the end, in which the oldest open name
  // began, is kept as a unit: it may be a whole file.
  CellId WithLastUnit(const CellId& config, std::string_view bytes, CellId behind);
  // The configuration as it would be if an open slot had been answered before its name began.
  CellId AnsweredLate(CellId config, uint32_t slot, LexiconId names, uint32_t typed);
  // What was typed of a name.
  std::string Typed(CellId config, uint32_t bytes);

 private:
  void CollectIfDue(CellId* held) {
    if (family_.collect_at == 0) {
      family_.collect_at = NextCollection(0, kCollectAtLeast, machine_.memory_limit);
    }
    if (family_.cells.MemoryBytes() <= family_.collect_at) return;
    std::vector<CellId*> roots;
    std::unordered_set<const void*> seen;
    if (held != nullptr) roots.push_back(held);
    for (MatcherImpl* member : family_.members) {
      roots.push_back(&member->start);
      roots.push_back(&member->config);
      member->history.AddRoots(&seen, &roots);
    }
    family_.cells.Collect(roots);
    family_.recent.Clear();
    family_.collect_at =
        NextCollection(family_.cells.MemoryBytes(), kCollectAtLeast, machine_.memory_limit);
    machine_.DropMemos();
    mark_ = family_.cells.mark();
  }

  MatcherImpl& matcher_;
  Family& family_;
  std::unique_lock<std::mutex> lock_;
  Budget budget_;
  Machine machine_;
  BudgetScope scope_;
  uint32_t mark_;
};

inline Status OutOfRange(uint32_t token, uint32_t size) {
  return Status(Code::kTokenRange, "token " + std::to_string(token) + " is out of range",
                "ids run from 0 to " + std::to_string(size - 1));
}

}  // namespace grammask
