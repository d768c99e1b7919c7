// Ranges of token ids, both ends included.
#pragma once

#include <cstdint>

namespace grammask {

struct IdRange {
  uint32_t lo, hi;
  bool operator==(const IdRange&) const = default;
};

}  // namespace grammask
