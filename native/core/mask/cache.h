// What was found out on the way to masks, kept under one byte budget.
//
// Entries of several kinds (masks, islands, …) stand in one ring with one hand, so the budget goes
// to whichever kind is used. When it is spent, each new entry makes room for itself: the hand goes
// round, spares what was looked up since it last passed, and drops the first that was not (second
// chance, also called CLOCK: Corbató, A paging experiment with the Multics system, 1968). What many
// masks are made from, and takes long to make, is spared some times more. So no single look-up pays
// for a whole cache, and what is in use stays.
//
// A value is held by whoever found it, so it may be dropped at any time.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/hash.h"

namespace grammask {

// Bytes that the caches of one compiler may take together, and what they did. One that is short of
// bytes takes what the others leave unused, but each is sure of its share.
struct CacheBudget {
  CacheBudget(size_t limit, uint32_t shares) : limit(limit), share(limit / shares) {}
  const size_t limit, share;
  std::atomic<size_t> used{0};
  std::atomic<uint64_t> hits{0}, misses{0};  // of masks
  std::atomic<uint64_t> evictions{0};
};

enum class CacheKind : uint32_t { kMask, kShared, kLevels, kIsland, kGroups, kCount };

// The type of the values of a kind; specialised beside the type.
template <CacheKind kind>
struct CachedType;

class Cache {
 public:
  using Key = std::vector<uint32_t>;

  explicit Cache(std::shared_ptr<CacheBudget> budget) : budget_(std::move(budget)) {}
  ~Cache() { Clear(); }
  Cache(const Cache&) = delete;
  Cache& operator=(const Cache&) = delete;

  template <CacheKind kind>
  std::shared_ptr<const typename CachedType<kind>::Type> Find(const Key& key) {
    Entry* entry = Look(kind, key);
    if (entry == nullptr) return nullptr;
    return std::static_pointer_cast<const typename CachedType<kind>::Type>(entry->value);
  }
  // In place of what was kept under the key. `bytes`: of the value, without the key.
  template <CacheKind kind>
  void Keep(Key key, std::shared_ptr<const typename CachedType<kind>::Type> value, size_t bytes) {
    Put(kind, std::move(key), std::move(value), bytes);
  }
  void Clear();

  CacheBudget& budget() { return *budget_; }
  size_t bytes() const { return bytes_; }

 private:
  struct Entry {
    const Key* key = nullptr;  // in its index; nullptr: the place is free
    std::shared_ptr<const void> value;
    size_t bytes = 0;
    CacheKind kind{};
    uint8_t chances = 0;  // how often the hand will spare it
  };
  using Index = std::unordered_map<Key, uint32_t, WordsHash>;

  Index& IndexOf(CacheKind kind) { return indexes_[static_cast<size_t>(kind)]; }
  Entry* Look(CacheKind kind, const Key& key);
  void Put(CacheKind kind, Key key, std::shared_ptr<const void> value, size_t bytes);
  bool Full(size_t bytes) const {
    return budget_->used.load(std::memory_order_relaxed) + bytes > budget_->limit &&
           bytes_ + bytes > budget_->share;
  }
  void Evict();
  void Free(uint32_t place);

  std::shared_ptr<CacheBudget> budget_;
  std::array<Index, static_cast<size_t>(CacheKind::kCount)> indexes_;  // places in the ring
  std::vector<Entry> ring_;
  std::vector<uint32_t> free_;
  size_t hand_ = 0;
  size_t bytes_ = 0;
};

}  // namespace grammask
