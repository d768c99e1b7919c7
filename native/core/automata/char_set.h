// Sets of Unicode scalar values as sorted, disjoint ranges.
//
// A canonical set has no two ranges that touch, holds no surrogate, and so splits at the surrogate
// gap: equal sets are equal vectors.
#pragma once

#include <span>
#include <vector>

#include "program/program.h"

namespace grammask {

using CharSet = std::vector<CharRange>;

// Sorts, merges, and drops what is not a scalar value.
CharSet CanonicalCharSet(std::span<const CharRange> ranges);
// Both operands must be canonical.
CharSet IntersectCharSets(std::span<const CharRange> a, std::span<const CharRange> b);

}  // namespace grammask
