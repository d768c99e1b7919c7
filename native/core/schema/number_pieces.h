// Sets of numbers as lists of conjunctions, and their members.
//
// A Boolean function of constraints ("this, but not those two") is turned into pieces: constraints
// whose union is the set. All bounds and points cut the line into open intervals and single values;
// on an interval only the multiples and the spelling still vary, which gives a small decision tree;
// what looks alike on both sides of a cut is put together again.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "schema/number.h"

namespace grammask {

// The numbers (with their spelling, plain or not) for which wanted(truth) is true, where truth[i]
// says whether constraint i holds. More than `limit` pieces, or too many steps at one place to be
// told apart: *undecided is set, and nothing returned; it is left alone otherwise. The vector that
// `wanted` gets is the same one at every call.
std::vector<NumberConstraint> NumberPieces(
    const std::vector<NumberConstraint>& constraints,
    const std::function<bool(const std::vector<bool>& truth)>& wanted, size_t limit,
    bool* undecided);

struct NumberList {
  std::vector<Decimal> values;  // ascending, different
  bool more = false;            // there are others
};

// At most `limit` of the values that the piece has in some spelling (in the canonical one). If
// there are `more`, the list is full, unless all further values have more than 100,000 digits.
NumberList ListNumbers(const NumberConstraint& piece, bool canonical, size_t limit);

// All values, or nullopt if there are more than `limit`.
std::optional<std::vector<Decimal>> EnumerateNumbers(const NumberConstraint& piece, bool canonical,
                                                     size_t limit);

// NumberMachine::ViableExcept and CompletionExcept for a number that begins with `text`, with a
// machine made for this one question. `excluded` is sorted by Compare.
bool ViableExcept(std::string_view text, const NumberConstraint& piece,
                  std::span<const Decimal> excluded, bool canonical);
std::optional<std::string> CompletionExcept(std::string_view text, const NumberConstraint& piece,
                                            std::span<const Decimal> excluded, bool canonical);

}  // namespace grammask
