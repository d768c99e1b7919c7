// Decimal fractions as texts of digits.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace grammask {

// The shortest x, among the shortest the least, with low < 0.x < high as decimal fractions (or
// equal, where an end is not open). Without `limited`, high is 1. Neither text ends in zero.
std::optional<std::string> ShortestBetween(std::string_view low, bool low_open, bool limited,
                                           std::string_view high, bool high_open);

}  // namespace grammask
