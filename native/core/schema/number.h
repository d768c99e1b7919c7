// A JSON number in progress, as an arithmetic state.
//
// With exponents "at most 100" is not a regular language ("0.00…1e…"), so a number is not read by
// an automaton but by arithmetic. A number that is not zero is ± 0.D × 10^k, where D are its
// significant digits (from the first that is not zero) and k is its *position*, the power of ten
// just above it. The state keeps what the rest of the text can still depend on, and no more:
//
//   - the lexical phase, the sign, the sign of the exponent;
//   - D, as far as the longest bound has digits (`kept_digits_`). Behind those, a bound has only
//   zeros, so all that matters is whether D has some
//     digit other than zero there, and the index of the last such digit says that;
//   - three counters: n, how many significant digits were read; l, the index of the last one that
//   is not zero; p, the position before the
//     exponent is added. They grow with the text, but they are numbers: a step costs the same after
//     a million digits;
//   - the exponent so far. Once it leads past every bound and past the point where integrality is
//   settled, no further digit of it changes a
//     verdict: it is then stored as "saturated", and digits, counters and exponent are forgotten.
//
// After `e` trailing zeros of D are forgotten (n = l); of a zero nothing but the phase is left;
// without any constraint only the phase remains, and what the canonical spelling looks at. So equal
// words mean equal futures.
//
// **Which numbers can follow.** While the mantissa is still open, digits may be appended, and the
// values that start with D at position k fill the *cell* [0.D × 10^k, 0.(D+1) × 10^k). By JSON's
// grammar every k can be reached through an exponent, so the question is whether some cell meets
// the interval that is wanted. The interval spans the positions from its lower to its upper bound:
// every cell strictly between is inside as a whole, and the larger of two whole cells contains an
// integer if the smaller does. So at most the two ends and their neighbours are looked at. In a
// cell that a bound cuts, the answer is the shortest decimal fraction between two digit strings; it
// is also the answer for integers, because in one cell an integer is a decimal with few digits.
// Points (enumerations) are sorted by digits: those that start with D are neighbours.
//
// Once the mantissa is closed, only k varies, the interval becomes an interval of exponents, and
// the exponent's prefix e reaches the integers e × 10^j … e × 10^j + 10^j − 1.
//
// **Canonical spelling** (Decimal::ToCanonicalJson at any precision) is the same machine with fewer
// positions: plain notation fixes k once the point is read, only mantissas d and d.ddd may carry an
// exponent, exponents have a sign, no leading zero, and lie outside the plain range. A fraction
// must not end in zero: then the cell without its left end is left.
//
// Viable and Completion ask the same search, so they agree.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "schema/decimal.h"

namespace grammask {

struct NumberConstraint {
  bool integer = false;  // without fraction, in any spelling (draft 6 and later)
  std::optional<Decimal> minimum, exclusive_minimum, maximum, exclusive_maximum;
  bool has_points = false;  // the value must be one of `points`
  std::vector<Decimal> points;
  bool IsTrivial() const;  // every number is accepted
  bool Accepts(const Decimal& value) const;
  // Conjunction of constraints.
  static NumberConstraint And(const std::vector<const NumberConstraint*>& parts);
};

// The words of a number in progress; opaque to callers, equality is equality of futures. Nine words
// and the kept digits, eight to a word.
using NumberState = std::vector<uint32_t>;

class NumberMachine {
 public:
  // constraints: every constraint that this number will be asked about (bounds how many digits are
  // kept). canonical: only ECMAScript's spelling is allowed.
  NumberMachine(std::vector<NumberConstraint> constraints, bool canonical);

  NumberState Start() const;
  // The next state, or nullopt if JSON's grammar of numbers (or the canonical spelling) does not
  // allow `byte` here. byte is one of 0-9 - + . e E.
  std::optional<NumberState> Step(const NumberState& state, uint8_t byte) const;
  // May the number end here, by JSON's grammar (and the canonical spelling)?
  bool Complete(const NumberState& state) const;
  // Is constraint i true of the number that ends here? Only if Complete.
  bool Holds(const NumberState& state, size_t i) const;
  // Can the number be completed so that every constraint in `want` (indices) holds? Exact.
  bool Viable(const NumberState& state, const std::vector<uint32_t>& want) const;
  // Bytes of a short completion (not always the shortest) making every constraint in `want` hold;
  // nullopt iff not Viable.
  std::optional<std::string> Completion(const NumberState& state,
                                        const std::vector<uint32_t>& want) const;

 private:
  enum class Phase : uint8_t {
    kStart,
    kMinus,
    kZero,
    kInteger,
    kPoint,
    kFraction,
    kE,
    kExponentSign,
    kExponent
  };

  // A state, unpacked.
  struct View {
    Phase phase = Phase::kStart;
    bool negative = false;
    bool exponent_negative = false;
    bool saturated = false;
    int64_t n = 0, l = 0, p = 0, e = 0;
    std::span<const uint32_t> digits;

    uint8_t Digit(int64_t i, int64_t kept) const {
      if (i >= n || i >= kept) return 0;
      return static_cast<uint8_t>(digits[static_cast<size_t>(i / 8)] >> (i % 8 * 4) & 15u);
    }
    bool InExponent() const { return phase >= Phase::kE; }
    int64_t Position() const;
  };

  // A magnitude 0.DIGITS × 10^position.
  struct Magnitude {
    std::string digits;
    int64_t position = 0;
  };
  struct Bound {
    Magnitude at;
    bool open = false;
  };
  // What is wanted of the numbers of one sign, as magnitudes.
  struct Side {
    bool possible = true;
    std::optional<Bound> low, high;
    std::vector<Magnitude> points;  // sorted by digits, then by position
  };
  // A conjunction of constraints, ready to be asked.
  struct Wanted {
    bool trivial = false, integer = false, has_points = false, zero = false;
    Side sides[2];  // positive, negative
  };
  enum class Place : uint8_t { kBelow, kInside, kAbove };
  // The positions that a mantissa in progress can still get, as ranges, and whether "nothing more"
  // is excluded as its digits to come.
  struct Reach {
    struct Range {
      int64_t first, last;
    };
    std::array<Range, 3> ranges;
    size_t count = 0;
    int64_t preferred = 0;  // needs the fewest bytes
    bool left_excluded = false;
    bool Contains(int64_t position) const;
  };
  // A value that is wanted and can still be reached: zero, or the digits to append to the
  // significant ones and the final position.
  struct Found {
    bool zero = false, negative = false;
    std::string digits;
    int64_t position = 0;
  };

  static constexpr int64_t kFar = INT64_MAX / 4;                             // past every position
  static constexpr int64_t kLeastPlusExponent = Decimal::kPlainMaxPosition;  // canonical: 1e+21
  static constexpr int64_t kLeastMinusExponent = 2 - Decimal::kPlainMinPosition;  // canonical: 1e-7

  View Unpack(const NumberState& state) const;
  void Pack(const View& view, NumberState* state) const;
  bool StepDigit(View* view, uint8_t digit) const;
  bool StepOther(View* view, uint8_t byte) const;
  void ForgetWhatIsSettled(View* view, NumberState* state) const;
  bool IsComplete(const View& view) const;

  static Wanted Prepare(const NumberConstraint& constraint);
  const Wanted& Want(const std::vector<uint32_t>& want) const;
  bool Satisfies(const View& view, const Wanted& wanted) const;
  int CompareDigits(const View& view, std::string_view digits) const;
  Place PlaceOf(const View& view, std::string_view digits) const;

  std::optional<std::string> Find(const View& view, const Wanted& wanted) const;
  std::optional<Found> FindMantissa(const View& view, const Wanted& wanted) const;
  bool MayBeZero(const View& view) const;
  Reach ReachOf(const View& view) const;
  std::optional<Found> FindPoint(const View& view, const Side& side, const Reach& reach) const;
  std::optional<Found> FindInInterval(const View& view, const Side& side, bool integer,
                                      const Reach& reach) const;
  std::optional<std::string> FindInCell(const View& view, const Side& side, bool integer,
                                        int64_t position, bool left_excluded) const;
  std::optional<std::string> FindExponent(const View& view, const Wanted& wanted) const;
  std::optional<std::string> FindExponentBetween(const View& view, int64_t low, int64_t high) const;
  std::optional<std::string> ExtendExponent(const View& view, int64_t least, int64_t most) const;
  std::string Spell(const View& view, const Found& found) const;
  std::string SpellExponent(int64_t exponent) const;
  std::string AnyCompletion(const View& view) const;

  std::vector<NumberConstraint> constraints_;
  bool canonical_;
  bool trivial_ = true;       // no constraint restricts anything
  int64_t kept_digits_ = 0;   // of the longest bound or point
  int64_t max_position_ = 0;  // of all bounds and points, and zero
  int64_t min_position_ = 0;
  std::vector<Wanted> single_;  // by constraint
  mutable std::map<std::vector<uint32_t>, Wanted>
      conjunction_;  // of several constraints, made when first asked
};

}  // namespace grammask
