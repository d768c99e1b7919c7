// Steps met before: what a byte made of a configuration.
//
// Configurations are hash-consed, so those inside of a text, and those of texts that are alike,
// come again and again. A table of the last steps turns a byte of such a text into one look-up: an
// automaton of the grammar, made as it is visited. Entries are never wrong, only lost: another step
// takes the place of one with the same slot. Cells must not be renamed while entries name them.
#pragma once

#include <cstdint>
#include <vector>

#include "base/cells.h"
#include "base/hash.h"

namespace grammask {

class StepMemo {
 public:
  // The step's result; nullptr: not known.
  const CellId* Find(CellId config, uint8_t byte) const {
    if (entries_.empty()) return nullptr;
    const uint64_t key = Key(config, byte);
    const Entry& entry = entries_[Slot(key)];
    return entry.key == key ? &entry.next : nullptr;
  }
  // Invalidates what Find returned.
  void Put(CellId config, uint8_t byte, CellId next) {
    if (++puts_ > entries_.size() && entries_.size() < kMost) {
      std::vector<Entry> old(entries_.empty() ? kFirst : entries_.size() * 4);
      old.swap(entries_);
      for (const Entry& entry : old) {
        if (entry.key != 0) entries_[Slot(entry.key)] = entry;
      }
    }
    const uint64_t key = Key(config, byte);
    entries_[Slot(key)] = {key, next};
  }
  void Clear() {
    entries_ = {};
    puts_ = 0;
  }

 private:
  // Powers of two. The greatest table takes 256 KiB.
  static constexpr size_t kFirst = size_t{1} << 8, kMost = size_t{1} << 14;
  struct Entry {
    uint64_t key = 0;
    CellId next = 0;
  };
  // Not 0: no configuration that steps is 0.
  static uint64_t Key(CellId config, uint8_t byte) {
    return static_cast<uint64_t>(config) << 8 | byte;
  }
  size_t Slot(uint64_t key) const {
    return static_cast<size_t>(HashFinish(key)) & (entries_.size() - 1);
  }

  std::vector<Entry> entries_;
  size_t puts_ = 0;
};

}  // namespace grammask
