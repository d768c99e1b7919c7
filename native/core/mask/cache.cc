#include "mask/cache.h"

namespace grammask {
namespace {

// Of an entry, its place in the index and the head of its value, about.
constexpr size_t kOverhead = 160;

uint8_t Chances(CacheKind kind) {
  return kind == CacheKind::kIsland || kind == CacheKind::kGroups ? 4 : 1;
}

}  // namespace

Cache::Entry* Cache::Look(CacheKind kind, const Key& key) {
  Index& index = IndexOf(kind);
  const auto found = index.find(key);
  if (found == index.end()) return nullptr;
  Entry& entry = ring_[found->second];
  entry.chances = Chances(kind);
  return &entry;
}

void Cache::Put(CacheKind kind, Key key, std::shared_ptr<const void> value, size_t bytes) {
  Index& index = IndexOf(kind);
  if (const auto old = index.find(key); old != index.end()) Free(old->second);
  bytes += key.size() * sizeof(uint32_t) + kOverhead;
  while (Full(bytes) && free_.size() < ring_.size()) Evict();
  uint32_t place = static_cast<uint32_t>(ring_.size());
  if (free_.empty()) {
    ring_.emplace_back();
  } else {
    place = free_.back();
    free_.pop_back();
  }
  const Key& kept = index.emplace(std::move(key), place).first->first;
  ring_[place] = {&kept, std::move(value), bytes, kind, static_cast<uint8_t>(Chances(kind) - 1)};
  bytes_ += bytes;
  budget_->used.fetch_add(bytes, std::memory_order_relaxed);
}

void Cache::Evict() {
  while (true) {
    const uint32_t place = static_cast<uint32_t>(hand_);
    hand_ = (hand_ + 1) % ring_.size();
    Entry& entry = ring_[place];
    if (entry.key == nullptr) continue;
    if (entry.chances > 0) {
      --entry.chances;
      continue;
    }
    budget_->evictions.fetch_add(1, std::memory_order_relaxed);
    return Free(place);
  }
}

void Cache::Free(uint32_t place) {
  Entry& entry = ring_[place];
  Index& index = IndexOf(entry.kind);
  bytes_ -= entry.bytes;
  budget_->used.fetch_sub(entry.bytes, std::memory_order_relaxed);
  index.erase(index.find(*entry.key));
  entry = {};
  free_.push_back(place);
}

void Cache::Clear() {
  budget_->used.fetch_sub(bytes_, std::memory_order_relaxed);
  bytes_ = 0;
  for (Index& index : indexes_) index.clear();
  ring_.clear();
  free_.clear();
  hand_ = 0;
}

}  // namespace grammask
