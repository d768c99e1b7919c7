// Inside of Language, and what languages and matchers share.
#pragma once

#include <algorithm>
#include <memory>
#include <mutex>

#include "engine/engine.h"
#include "engine/step_memo.h"
#include "parser/grammar.h"
#include "parser/machine.h"

namespace grammask {

inline constexpr size_t kDefaultFamilyBytes = size_t{256} << 20;

struct LanguageImpl {
  std::mutex mutex;
  Statics statics;
  std::unique_ptr<Grammar> grammar;
  // What texts read before made: those that follow are seldom quite different.
  CellStore cells;
  StepMemo steps;
  // Forgets both where they take more than this.
  void KeepCells(size_t bytes) {
    if (cells.MemoryBytes() <= bytes) return;
    cells = CellStore();
    steps.Clear();
  }
};

// When a store is to be collected next: when it has doubled, but halfway to its bound at the
// latest. `live` is what was left by the last collection.
inline size_t NextCollection(size_t live, size_t at_least, size_t bound) {
  if (live >= bound) return live + live / 8;
  return std::min(std::max(std::min(at_least, bound / 4), 2 * live), live + (bound - live) / 2);
}

}  // namespace grammask
