// The step of a grid of numbers ("multipleOf"), exactly.
//
// A step is c × 2^x × 5^y with c prime to ten. In this form the least common multiple of steps
// never grows beyond what their digits have (only exponents are compared, however far apart), and a
// number D × 10^E, D an integer that does not end in zero, is a multiple of it iff c divides D, and
// E is large enough: E >= `exponent` + Need(D), where Need says how many more zeros it takes until
// D has all the twos and fives. Never needed is more than the residue of D modulo `digits`, or what
// all steps together need, the residue modulo the least common multiple of their `digits`. And
// behind the mantissa the greatest common divisor of D and that number says the same with fewer
// cases.
#pragma once

#include <cstdint>
#include <optional>

#include "base/big_integer.h"
#include "schema/decimal.h"

namespace grammask {

struct NumberStep {
  BigInteger coprime{1};
  int64_t twos = 0, fives = 0;
  // The step is digits × 10^exponent, and digits does not end in zero.
  BigInteger digits{1};
  int64_t exponent = 0;

  static NumberStep Of(const Decimal& step);  // the absolute value; not zero
  static NumberStep Lcm(const NumberStep& a, const NumberStep& b);
  Decimal ToDecimal() const;

  bool operator==(const NumberStep& other) const {
    return twos == other.twos && fives == other.fives && coprime == other.coprime;
  }
  bool IsMultipleOf(const NumberStep& other) const;
  // The largest need of a D that is divisible by c.
  int64_t MostNeeded() const { return twos < fives ? fives - twos : twos - fives; }
  // The zeros that D needs behind it at 10^exponent to be a multiple; nullopt if no zeros help.
  // residue: D modulo a multiple of `digits`.
  std::optional<int64_t> Need(const BigInteger& residue) const;
  // Is D × 10^e a multiple of the step? D does not end in zero and is not zero.
  bool Divides(const BigInteger& residue, int64_t e) const {
    if (e < exponent) return false;
    const std::optional<int64_t> need = Need(residue);
    return need && e - exponent >= *need;
  }
  bool Divides(const Decimal& value) const;

 private:
  static NumberStep From(BigInteger coprime, int64_t twos, int64_t fives);
};

}  // namespace grammask
