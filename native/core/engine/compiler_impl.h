// Inside of Compiler, CompiledGrammar and Matcher. See engine.h for who owns what.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "engine/history.h"
#include "engine/language_impl.h"
#include "engine/shard.h"

namespace grammask {

struct CompilerImpl {
  CompilerImpl(std::shared_ptr<const Vocabulary> vocabulary, size_t cache_bytes, uint32_t threads)
      : vocabulary(vocabulary), shards(vocabulary, cache_bytes, threads) {}
  const std::shared_ptr<const Vocabulary> vocabulary;
  Shards shards;
  std::atomic<uint64_t> grammars{0};  // compiled so far
};

struct CompiledImpl {
  CompiledImpl(std::shared_ptr<CompilerImpl> owner, std::span<const uint8_t> program)
      : compiler(std::move(owner)),
        number(compiler->grammars++),
        program(program.begin(), program.end()) {}
  ~CompiledImpl() { compiler->shards.Forget(number); }
  CompiledImpl(const CompiledImpl&) = delete;
  CompiledImpl& operator=(const CompiledImpl&) = delete;

  // The grammar in a shard; made there if need be. kVocabulary where the vocabulary lacks a token
  // that the grammar names, kSchema, kDeadline, kMemory.
  Result<std::shared_ptr<Instance>> In(const LockedShard& locked, Budget& budget);

  const std::shared_ptr<CompilerImpl> compiler;
  const uint64_t number;
  const std::vector<uint8_t> program;
  std::atomic<uint32_t> place{0};  // of the shard in which its matchers begin
  bool satisfiable = false;
  Limits limits;
};

// The masks of the configurations that a family met last. One that is copied again, as inside a
// string, is kept word by word, which is the quickest to copy.
class RecentMasks {
 public:
  // The mask of a configuration as it is kept; nullptr where it is not here.
  std::shared_ptr<const KeptMask> Find(CellId config) const {
    const Met& met = met_[config % kMet];
    return met.config == config ? met.mask : nullptr;
  }
  // The same, and writes it; good until the next change.
  const KeptMask* Copy(CellId config, std::span<int32_t> mask) {
    Met& met = met_[config % kMet];
    if (met.config != config || !met.mask) return nullptr;
    if (met.words.size() == mask.size()) {
      std::copy(met.words.begin(), met.words.end(), mask.begin());
    } else {
      met.mask->CopyTo(mask);
      met.words.assign(mask.begin(), mask.end());
    }
    return met.mask.get();
  }
  void Keep(CellId config, std::shared_ptr<const KeptMask> mask) {
    Met& met = met_[config % kMet];
    met.config = config;
    met.mask = std::move(mask);
    met.words.clear();
  }
  void ForgetFrom(CellId first) {
    for (Met& met : met_) {
      if (met.config >= first) met = {};
    }
  }
  void Clear() { met_ = {}; }

 private:
  static constexpr uint32_t kMet = 4;
  struct Met {
    CellId config = 0;
    std::shared_ptr<const KeptMask> mask;
    std::vector<int32_t> words;  // empty until it is asked for again
  };
  std::array<Met, kMet> met_;
};

// A matcher and its forks: one store, collected when it has doubled since the last collection.
struct Family {
  std::shared_ptr<CompiledImpl> compiled;
  std::shared_ptr<Instance> instance;
  uint32_t place = 0;  // of the instance's shard
  CellStore cells;
  std::vector<MatcherImpl*> members;
  void Add(MatcherImpl* matcher);
  void Remove(MatcherImpl* matcher);
  RecentMasks recent;  // a family has one set of stop tokens
  size_t collect_at = 0;
};

struct MatcherImpl {
  std::shared_ptr<Family> family;
  MatcherOptions options;
  std::vector<uint32_t> stop_tokens;
  CellId start = 0, config = 0;
  bool terminated = false;
  History history;
  // Slots that were listed at this position and have no answer, with their numbers.
  std::map<SlotRequest, uint32_t> slots;
  uint32_t next_slot = 0;
  void ForgetSlots() { slots.clear(); }
  size_t member = 0;  // place among the members of the family
  MatcherStats stats;
};

inline void Family::Add(MatcherImpl* matcher) {
  matcher->member = members.size();
  members.push_back(matcher);
}
inline void Family::Remove(MatcherImpl* matcher) {
  members.back()->member = matcher->member;
  members[matcher->member] = members.back();
  members.pop_back();
}

// Puts a matcher that is alone in its family at the beginning of a text, in this shard.
Status Begin(MatcherImpl& matcher, const LockedShard& locked);

}  // namespace grammask
