// What the walks of islands over the trie have in common (islands.h).
#pragma once

#include <cstdint>

#include "parser/machine.h"

namespace grammask {

// Nodes of a sub-tree from which on it is asked whether a state loops on all of it.
inline constexpr uint32_t kWorthAsking = 64;

// False: the budget is spent, and the walk ends; what it made is not kept.
inline bool Tick(const Machine& machine) {
  return machine.budget == nullptr || machine.budget->Tick();
}

}  // namespace grammask
