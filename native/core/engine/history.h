// Where a matcher has been: its configurations before each unit, oldest first.
//
// A list of chunks, newest first, which forks share: a fork copies one pointer, whatever its depth.
// Only who holds a chunk alone writes to it; another begins a chunk of its own behind it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/cells.h"

namespace grammask {

class History {
 public:
  History() = default;
  History(const History&) = default;
  History& operator=(const History&) = delete;
  ~History() { Clear(); }

  size_t size() const { return size_; }
  void Push(CellId config) {
    if (last_ == nullptr || used_ == kIds || last_.use_count() > 1) {
      auto chunk = std::make_shared<Chunk>();
      chunk->before = std::move(last_);
      chunk->used_before = used_;
      last_ = std::move(chunk);
      used_ = 0;
    }
    last_->ids[used_++] = config;
    last_->used = used_;
    ++size_;
  }
  // Takes back the last `units`, of which there must be so many and one at least. Returns the
  // configuration before them.
  CellId Pop(size_t units) {
    size_ -= units;
    while (units > used_) {
      units -= used_;
      StepBack();
    }
    used_ -= static_cast<uint32_t>(units);
    const CellId config = last_->ids[used_];
    if (used_ == 0) StepBack();
    return config;
  }
  // Forgets all but the last `count`, or some more. To be called after each Push.
  void KeepLast(size_t count) {
    if (size_ <= 2 * count + kIds || used_ != 1) return;
    size_t kept = used_;
    // What a fork can see stays.
    for (std::shared_ptr<Chunk>* at = &last_; at->use_count() == 1; at = &(*at)->before) {
      Chunk* chunk = at->get();
      if (kept >= count) {
        Release(std::move(chunk->before));
        chunk->used_before = 0;
        size_ = kept;
        return;
      }
      if (chunk->before == nullptr) return;
      kept += chunk->used_before;
    }
  }
  void Clear() {
    Release(std::move(last_));
    last_ = nullptr;
    used_ = 0;
    size_ = 0;
  }

  // Of a collection: every configuration once, whichever histories share it.
  void AddRoots(std::unordered_set<const void*>* seen, std::vector<CellId*>* roots) {
    for (Chunk* chunk = last_.get(); chunk != nullptr && seen->insert(chunk).second;
         chunk = chunk->before.get()) {
      for (uint32_t i = 0; i < chunk->used; ++i) roots->push_back(&chunk->ids[i]);
    }
  }

 private:
  static constexpr uint32_t kIds = 28;
  struct Chunk {
    std::shared_ptr<Chunk> before;
    uint32_t used_before = 0;  // of the chunk before, how many belong to this history
    uint32_t used = 0;         // written
    std::array<CellId, kIds> ids;
  };
  void StepBack() {
    used_ = last_->used_before;
    last_ = std::shared_ptr<Chunk>(last_->before);
  }
  // A long list is not let go of by recursion.
  static void Release(std::shared_ptr<Chunk> chunk) {
    while (chunk != nullptr && chunk.use_count() == 1) {
      std::shared_ptr<Chunk> before = std::move(chunk->before);
      chunk = std::move(before);
    }
  }

  std::shared_ptr<Chunk> last_;
  uint32_t used_ = 0;  // of the last chunk, how many belong to this history
  size_t size_ = 0;
};

}  // namespace grammask
