#include "automata/char_set.h"

#include <algorithm>

#include "automata/utf8.h"

namespace grammask {

CharSet CanonicalCharSet(std::span<const CharRange> ranges) {
  // Sets of programs come in order.
  uint64_t next = 0;
  const bool canonical = std::all_of(ranges.begin(), ranges.end(), [&](const CharRange& range) {
    const bool apart = range.lo >= next && range.lo <= range.hi && range.hi <= kMaxCodePoint &&
                       (range.hi < kSurrogateLo || range.lo > kSurrogateHi);
    next = uint64_t{range.hi} + 2;
    return apart;
  });
  if (canonical) return {ranges.begin(), ranges.end()};
  CharSet pieces;
  pieces.reserve(ranges.size() + 1);
  const auto add = [&pieces](uint32_t lo, uint32_t hi) {
    if (lo <= hi) pieces.push_back({lo, hi});
  };
  for (const CharRange& range : ranges) {
    add(range.lo, std::min(range.hi, kSurrogateLo - 1));
    add(std::max(range.lo, kSurrogateHi + 1), std::min(range.hi, kMaxCodePoint));
  }
  std::sort(pieces.begin(), pieces.end(),
            [](const CharRange& a, const CharRange& b) { return a.lo < b.lo; });
  CharSet set;
  for (const CharRange& piece : pieces) {
    if (!set.empty() && piece.lo <= set.back().hi + 1) {
      set.back().hi = std::max(set.back().hi, piece.hi);
    } else {
      set.push_back(piece);
    }
  }
  return set;
}

CharSet IntersectCharSets(std::span<const CharRange> a, std::span<const CharRange> b) {
  CharSet set;
  size_t i = 0, j = 0;
  while (i < a.size() && j < b.size()) {
    const uint32_t lo = std::max(a[i].lo, b[j].lo);
    const uint32_t hi = std::min(a[i].hi, b[j].hi);
    if (lo <= hi) set.push_back({lo, hi});
    if (a[i].hi < b[j].hi) {
      ++i;
    } else {
      ++j;
    }
  }
  return set;
}

}  // namespace grammask
