// A JSON number in progress, as an arithmetic state.
//
// With exponents "at most 100" is not a regular language ("0.00…1e…"), so a number is not read by an automaton but by arithmetic. The state keeps what the
// rest of the number can still depend on, and no more: sign; lexical phase; the significant digits as far as any bound has digits, and whether a non-zero
// digit followed; where the decimal point stands; how many significant digits and trailing zeros were read; the exponent so far, saturated where verdicts stop changing. Two
// texts with the same state have the same futures under the same NumberPlan, so states are small words that can be interned.
//
// A NumberPlan is what a value in progress wants to know about the number: a list of constraints (one per atom). `Viable(plan, state, goal)` asks whether some
// completion makes exactly the constraints of a set true; only sets closed under "more is fine" are asked (monotone goals), so a set means "at least these".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "schema/decimal.h"

namespace grammask {

struct NumberConstraint {
  bool integer = false;  // without fraction, in any spelling (draft 6 and later)
  std::optional<Decimal> minimum, exclusive_minimum, maximum, exclusive_maximum;
  bool has_points = false;      // the value must be one of `points`
  std::vector<Decimal> points;
  bool Accepts(const Decimal& value) const;
  // Conjunction of constraints.
  static NumberConstraint And(const std::vector<const NumberConstraint*>& parts);
};

// The words of a number in progress; opaque to callers, equality is equality of futures (up to saturation). At most ~ 8 words plus clipped digits.
using NumberState = std::vector<uint32_t>;

class NumberMachine {
 public:
  // `limits`: every constraint that this number will be asked about (bounds how many digits are kept). canonical: only ECMAScript's spelling is allowed.
  NumberMachine(std::vector<NumberConstraint> constraints, bool canonical);

  NumberState Start() const;
  // The next state, or nullopt if JSON's grammar of numbers (or the canonical spelling) does not allow `byte` here.
  // byte is one of 0-9 - + . e E.
  std::optional<NumberState> Step(const NumberState& state, uint8_t byte) const;
  // May the number end here, by JSON's grammar (and the canonical spelling)?
  bool Complete(const NumberState& state) const;
  // Is constraint i true of the number that ends here? Only if Complete.
  bool Holds(const NumberState& state, size_t i) const;
  // Can the number be completed so that every constraint in `want` (indices) holds? Exact.
  bool Viable(const NumberState& state, const std::vector<uint32_t>& want) const;
  // Bytes of a short completion (as short as the machine can find quickly; need not be optimal) making every constraint in `want` hold; nullopt iff not Viable.
  std::optional<std::string> Completion(const NumberState& state, const std::vector<uint32_t>& want) const;

 private:
  std::vector<NumberConstraint> constraints_;
  bool canonical_;
  uint32_t kept_digits_ = 0;
};

}  // namespace grammask
