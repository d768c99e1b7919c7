// Goals by what they look like, so that places of different grammars can be compared.
//
// What parsing does under a goal is decided by the rules that can begin it (left corners), up to the
// rules that stand behind their first symbols: those become goals of their own when they are met.
// The *shape* of a goal is the content of the former, with the latter as blanks. Its items are
// numbered in the order of the content: their *places*. So two goals of one shape do the same, place
// for place, until a blank is met; and then the two rules there are compared in turn.
#pragma once

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "base/hash.h"

namespace grammask {

class Rules;

class GoalShapes {
 public:
  explicit GoalShapes(const Rules& rules) : rules_(rules) {}

  uint32_t Shape(uint32_t goal) { return Of(goal).shape; }
  uint32_t Place(uint32_t goal, uint32_t item);
  uint32_t ItemAt(uint32_t goal, uint32_t place);
  size_t MemoryBytes() const { return bytes_; }

 private:
  // Items first..first+count-1 of one rule have the places begin..
  struct Run {
    uint32_t first, count, begin;
  };
  struct Goal {
    uint32_t shape = 0;
    std::vector<Run> by_place, by_item;
  };
  const Goal& Of(uint32_t goal);

  const Rules& rules_;
  std::vector<std::unique_ptr<Goal>> goals_;
  std::unordered_map<std::vector<uint32_t>, uint32_t, WordsHash> shapes_;
  size_t bytes_ = 0;
};

}  // namespace grammask
