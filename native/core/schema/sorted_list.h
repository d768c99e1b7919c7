// Sorted lists of atoms, as plans and children keep them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace grammask {

inline void SortUnique(std::vector<uint32_t>* v) {
  std::sort(v->begin(), v->end());
  v->erase(std::unique(v->begin(), v->end()), v->end());
}

inline bool Contains(const std::vector<uint32_t>& sorted, uint32_t x) {
  return std::binary_search(sorted.begin(), sorted.end(), x);
}

}  // namespace grammask
