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
// D is only ever compared with bounds and points. Once it begins like none of them, all that
// matters is between which two of them it lies: it is replaced by the least digits there, as many
// as there are up to the last that is not zero. So `21` and `84` are one state where no bound
// begins with 2 or 8.
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
// **Multiples.** The values wanted may have to be multiples of a *step* m × 10^a (number_step.h),
// and of none of some others. What is known of D then is its residue, trailing zeros stripped,
// modulo the least common multiple of all m; one word holds it in practice. An integer, like every
// multiple of a power of ten, needs no residue, only few digits. In a cell, D and the bounds give
// an interval of digits to come, and the first multiple in it is a matter of residues; where there
// is room enough, coarser multiples do. Excluded are only multiples of some t ≥ 2 among the wanted
// ones, of which never many follow each other: a cell with room for 2^(number of t) has one that is
// left (the bound is crude, the search ends far earlier), and smaller cells are all looked at.
// Without a step, more digits lead out of every multiple.
//
// **Plain** numbers (the integers of draft 4) are written without point and exponent, so their
// phase tells; a number that must not be plain still has to get one of the two.
//
// Viable and Completion ask the same search, so they agree. The one exception is a completion
// longer than a mebibyte, which is not written.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/big_integer.h"
#include "schema/decimal.h"
#include "schema/number_step.h"

namespace grammask {

// Is the number written without '.', 'e' and 'E'? (Draft 4 asks that of integers.)
enum class Plain : uint8_t { kAny, kOnly, kNever };

struct NumberConstraint {
  bool integer = false;  // without fraction, in any spelling (draft 6 and later)
  // An integer multiple of each of these, and of none of those. Not zero; the sign does not matter.
  std::vector<Decimal> multiples, not_multiples;
  Plain plain = Plain::kAny;
  std::optional<Decimal> minimum, exclusive_minimum, maximum, exclusive_maximum;
  bool has_points = false;  // the value must be one of `points`
  std::vector<Decimal> points;
  bool IsTrivial() const;                    // every number is accepted
  bool Accepts(const Decimal& value) const;  // all but `plain`
  // Conjunction of constraints. What they contradict in is said by `has_points` without points.
  static NumberConstraint And(const std::vector<const NumberConstraint*>& parts);
  bool operator==(const NumberConstraint&) const = default;
};

// The words of a number in progress; opaque to callers, equality is equality of futures. Nine
// words, the residue (none where no constraint needs it) and the kept digits, eight to a word.
using NumberState = std::vector<uint32_t>;

class NumberMachine {
 public:
  // constraints: every constraint that this number will be asked about (bounds how many digits are
  // kept). canonical: only ECMAScript's spelling is allowed. noted: values that ViableExcept will
  // be asked about.
  NumberMachine(std::vector<NumberConstraint> constraints, bool canonical,
                std::span<const Decimal> noted = {});

  // The machine is exact with steps of any size, but its time and its states grow with the digits
  // of their least common multiple. Is that kept small? Ask before making a machine, or a
  // conjunction; the answer is quick.
  static bool StepsFit(std::span<const NumberConstraint> constraints);
  static constexpr size_t kMostStepDigits = 1000;

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
  // nullopt iff not Viable, or if every one found is longer than kLongestCompletion.
  std::optional<std::string> Completion(const NumberState& state,
                                        const std::vector<uint32_t>& want) const;
  static constexpr int64_t kLongestCompletion = 1 << 20;
  // The same where the value must be none of `excluded`: sorted by Compare, and `noted` by the
  // constructor. text: the bytes that led to the state.
  bool ViableExcept(const NumberState& state, std::string_view text,
                    const std::vector<uint32_t>& want, std::span<const Decimal> excluded) const;
  std::optional<std::string> CompletionExcept(const NumberState& state, std::string_view text,
                                              const std::vector<uint32_t>& want,
                                              std::span<const Decimal> excluded) const;

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
    std::span<const uint32_t> residue;  // words as they stand, or none

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
  // The multiples that are wanted, and those that are not.
  struct Grid {
    bool possible = true;
    std::optional<NumberStep> step;
    std::vector<NumberStep> avoid;
    bool hard = false;  // more than "not more than so many decimals"
    int64_t room = 1;   // in a gap of 10^room × 10^step.exponent something is wanted
    int64_t coarsest =
        INT64_MAX;               // the step times 10^this still leaves something of what is wanted
    int64_t least_exponent = 0;  // a number with digits below 10^this is no multiple in `avoid`
  };
  // A conjunction of constraints, ready to be asked.
  struct Wanted {
    bool trivial = false, has_points = false, zero = false;
    Plain plain = Plain::kAny;
    Grid grid;
    std::optional<Grid>
        fraction;   // the same without integers, where canonical spelling asks for it
    Side sides[2];  // positive, negative
  };
  enum class Place : uint8_t { kBelow, kInside, kAbove };
  // The positions that a mantissa in progress can still get, as ranges, and whether "nothing more"
  // is excluded as its digits to come.
  struct Reach {
    struct Range {
      int64_t first, last;
      bool fraction;  // must not be an integer
    };
    std::array<Range, 3> ranges;
    size_t count = 0;
    int64_t preferred = 0;  // needs the fewest bytes
    bool left_excluded = false;
    const Range* At(int64_t position) const;
  };
  // A value that is wanted and can still be reached: zero, or the digits to append to the
  // significant ones and the final position.
  struct Found {
    bool zero = false, negative = false;
    std::string digits{};
    int64_t position = 0;
    bool too_long = false;  // it exists, but its digits are too many to be written
  };
  // An integer P = P' × 10^zeros that begins a mantissa: P' modulo modulus_.
  struct Stem {
    BigInteger residue;
    int64_t zeros = 0;
  };
  // What is left of a cell between the bounds: the digits to append, as decimal fractions.
  struct Gap {
    std::string_view low, high;
    bool low_open = false, high_open = false, limited = false;
  };

  static constexpr int64_t kFar = INT64_MAX / 4;                             // past every position
  static constexpr int64_t kLeastPlusExponent = Decimal::kPlainMaxPosition;  // canonical: 1e+21
  static constexpr int64_t kLeastMinusExponent = 2 - Decimal::kPlainMinPosition;  // canonical: 1e-7

  View Unpack(const NumberState& state) const;
  void Pack(const View& view, NumberState* state) const;
  bool StepDigit(View* view, uint8_t digit) const;
  bool StepOther(View* view, uint8_t byte) const;
  void ForgetWhatIsSettled(View* view, NumberState* state) const;
  void ForgetDigits(NumberState* state) const;
  bool IsComplete(const View& view) const;
  BigInteger Residue(const View& view) const;
  BigInteger ResidueOf(const NumberState& state) const;
  void StepResidue(const View& before, const View& after, uint8_t digit, NumberState* state) const;
  void SetResidue(const BigInteger& residue, NumberState* state) const;

  static Grid PrepareGrid(const NumberConstraint& constraint, bool fraction);
  Wanted Prepare(const NumberConstraint& constraint) const;
  const Wanted& Want(const std::vector<uint32_t>& want) const;
  bool Satisfies(const View& view, const Wanted& wanted) const;
  int CompareDigits(const View& view, std::string_view digits) const;
  Place PlaceOf(const View& view, std::string_view digits) const;

  bool IsViable(const View& view, const Wanted& wanted) const;
  std::optional<std::string> FindComplete(const View& view, const Wanted& wanted) const;
  std::optional<std::string> SearchExcept(const NumberState& state, std::string_view text,
                                          const std::vector<uint32_t>& want,
                                          std::span<const Decimal> excluded, bool* viable) const;
  std::optional<std::string> Find(const View& view, const Wanted& wanted) const;
  std::optional<Found> FindMantissa(const View& view, const Wanted& wanted) const;
  bool MayBeZero(const View& view, Plain plain) const;
  Reach ReachOf(const View& view, Plain plain) const;
  std::optional<Found> FindPoint(const View& view, const Side& side, const Reach& reach) const;
  std::optional<Found> FindInInterval(const View& view, const Side& side, const Wanted& wanted,
                                      const Reach& reach) const;
  std::optional<Found> FindInCell(const View& view, const Side& side, const Grid& grid,
                                  int64_t position, bool left_excluded) const;
  std::optional<Found> FindInGap(const View& view, const Grid& grid, int64_t position,
                                 const Gap& gap) const;
  std::optional<Found> FindBesideGrids(const Stem& stem, const Grid& grid, int64_t position,
                                       int64_t unit, const Gap& gap) const;
  std::optional<BigInteger> FirstOnGrid(const Stem& stem, const Grid& grid, int64_t width,
                                        int64_t unit, const BigInteger& low,
                                        const BigInteger& high) const;
  Stem Append(const Stem& stem, std::string_view digits) const;
  bool IsOnGrid(const Stem& stem, const Grid& grid, int64_t width, const BigInteger& offset,
                int64_t unit) const;
  std::optional<std::string> FindExponent(const View& view, const Wanted& wanted) const;
  std::optional<std::string> FindExponentBetween(const View& view, int64_t low, int64_t high) const;
  std::optional<std::string> ExtendExponent(const View& view, int64_t least, int64_t most) const;
  std::optional<std::string> Spell(const View& view, Plain plain, const Found& found) const;
  std::string SpellAnyhow(const View& view, const Found& found) const;
  std::string SpellExponent(int64_t exponent) const;
  std::string AnyCompletion(const View& view) const;

  std::vector<NumberConstraint> constraints_;
  bool canonical_;
  bool trivial_ = true;             // no constraint restricts anything
  int64_t kept_digits_ = 0;         // of the longest bound or point
  std::vector<std::string> marks_;  // the digits of all of them, sorted
  int64_t max_position_ = 0;        // of all bounds and points, and zero
  int64_t min_position_ = 0;
  int64_t max_step_ =
      0;  // l digits that end above 10^(l + max_step_) have zeros enough for all steps
  int64_t min_step_ = 0;   // l digits that end below 10^(l + min_step_) are a multiple of none
  BigInteger modulus_{1};  // of the residue
  BigInteger coprime_{1};  // its part that is prime to ten
  size_t residue_words_ = 0;
  std::vector<Wanted> single_;  // by constraint
  mutable std::map<std::vector<uint32_t>, Wanted>
      conjunction_;  // of several constraints, made when first asked
};

}  // namespace grammask
