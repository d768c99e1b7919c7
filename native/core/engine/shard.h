// The static state of a compiler, and grammars made ready in it.
//
// Everything that grammars share (automata, islands, masks) is found by ids, and grows while texts
// are read. It is not locked in parts, which would slow every step of the common case, one thread.
// Instead a *shard* has all of it once, behind one lock, and a compiler has as many shards as
// threads may work side by side. The first one serves alone until a thread finds it busy, or a
// batch is spread over several (fill_masks.cc); what a second shard needs it makes again.
//
// A grammar is made ready in a shard from its program, as an *instance*; a matcher belongs to one.
// Shards only grow. One that has become too large is left to the matchers that it still has, and a
// new one takes its place; grammars follow with their next matcher.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "mask/mask.h"
#include "parser/grammar.h"

namespace grammask {

struct Shard {
  Shard(std::shared_ptr<const Vocabulary> vocabulary, std::shared_ptr<CacheBudget> budget,
        std::shared_ptr<AnyTextIslands> any_text)
      : masks(std::move(vocabulary), std::move(budget), std::move(any_text)) {}

  std::mutex mutex;  // guards what follows, and every family of matchers made in the shard
  Statics statics;
  MaskEngine masks;
  std::unordered_map<ByteState, ByteSet> bytes_of_terminals;  // spelling.h
  uint32_t served = 0;  // instances and matchers that were asked for
};

struct Instance {
  std::shared_ptr<Shard> shard;
  std::unique_ptr<Grammar> grammar;
  uint32_t key = 0;  // tells the grammars of a shard apart
};

struct LockedShard {
  uint32_t place = 0;
  std::shared_ptr<Shard> shard;
  std::unique_lock<std::mutex> lock;
};

class Shards {
 public:
  Shards(std::shared_ptr<const Vocabulary> vocabulary, size_t cache_bytes, uint32_t count)
      : vocabulary_(std::move(vocabulary)),
        budget_(std::make_shared<CacheBudget>(cache_bytes, count)),
        places_(count) {}

  uint32_t count() const { return static_cast<uint32_t>(places_.size()); }
  const CacheBudget& budget() const { return *budget_; }

  LockedShard Lock(uint32_t place);  // waits for it
  LockedShard LockAny();             // the first that is free; the first of all where none is
  std::vector<std::shared_ptr<Shard>> Made() const;
  // One that belongs to no place and shares nothing with the others, for work that is not to make
  // them wait. Its islands of any text can be given to all of them.
  LockedShard Apart(std::shared_ptr<AnyTextIslands> any_text) const;
  void Give(const AnyTextIslands& any_text);
  // Forgets what no grammar and no matcher needs.
  void ForgetUnused();

  // Instances by the number of their grammar; nullptr where there is none in this very shard.
  void Keep(const LockedShard& locked, uint64_t grammar, std::shared_ptr<Instance> instance);
  std::shared_ptr<Instance> Find(const LockedShard& locked, uint64_t grammar) const;
  std::vector<std::shared_ptr<Instance>> InstancesOf(uint64_t grammar) const;
  void Forget(uint64_t grammar);

 private:
  struct Place {
    std::shared_ptr<Shard> shard;  // null until it is needed
    std::unordered_map<uint64_t, std::shared_ptr<Instance>> instances;
  };
  std::shared_ptr<Shard> At(uint32_t place);
  bool TakeOutIfTooLarge(const LockedShard& locked);

  const std::shared_ptr<const Vocabulary> vocabulary_;
  const std::shared_ptr<CacheBudget> budget_;
  const std::shared_ptr<AnyTextIslands> any_text_ = std::make_shared<AnyTextIslands>();
  // Guards the list. Taken for moments, also by who holds the lock of a shard.
  mutable std::mutex mutex_;
  std::vector<Place> places_;
};

}  // namespace grammask
