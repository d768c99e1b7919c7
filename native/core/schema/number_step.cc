#include "schema/number_step.h"

#include <algorithm>
#include <utility>

namespace grammask {
namespace {

// Takes every factor `prime` out of *value; `chunk` is prime^chunk_size, below 10^9.
int64_t TakeOut(BigInteger* value, uint32_t prime, uint32_t chunk, int64_t chunk_size) {
  int64_t count = 0;
  while (value->ModSmall(chunk) == 0) {
    value->DivideSmall(chunk);
    count += chunk_size;
  }
  while (value->ModSmall(prime) == 0) {
    value->DivideSmall(prime);
    ++count;
  }
  return count;
}

}  // namespace

NumberStep NumberStep::From(BigInteger coprime, int64_t twos, int64_t fives) {
  NumberStep out;
  out.twos = twos;
  out.fives = fives;
  out.exponent = std::min(twos, fives);
  out.digits = coprime;
  if (twos > fives) out.digits = coprime * BigInteger::Power(2, twos - fives);
  if (fives > twos) out.digits = coprime * BigInteger::Power(5, fives - twos);
  out.coprime = std::move(coprime);
  return out;
}

NumberStep NumberStep::Of(const Decimal& step) {
  BigInteger digits = BigInteger::FromDigits(step.digits);
  const int64_t twos = TakeOut(&digits, 2, 1u << 29, 29);
  const int64_t fives = TakeOut(&digits, 5, 244140625, 12);
  return From(std::move(digits), twos + step.exponent, fives + step.exponent);
}

NumberStep NumberStep::Lcm(const NumberStep& a, const NumberStep& b) {
  return From(a.coprime / Gcd(a.coprime, b.coprime) * b.coprime, std::max(a.twos, b.twos),
              std::max(a.fives, b.fives));
}

Decimal NumberStep::ToDecimal() const { return Decimal{false, digits.ToDigits(), exponent}; }

bool NumberStep::IsMultipleOf(const NumberStep& other) const {
  return twos >= other.twos && fives >= other.fives && (coprime % other.coprime).IsZero();
}

std::optional<int64_t> NumberStep::Need(const BigInteger& residue) const {
  if (digits.IsOne()) return 0;
  if (digits.limbs().size() == 1) {
    const uint64_t modulus = digits.limbs()[0];
    uint64_t rest = residue.ModSmall(static_cast<uint32_t>(modulus));
    for (int64_t need = 0;; ++need, rest = rest * 10 % modulus) {
      if (rest == 0) return need;
      if (need == MostNeeded()) return std::nullopt;
    }
  }
  if (!(residue % coprime).IsZero()) return std::nullopt;
  const int64_t most = MostNeeded();
  BigInteger rest = residue % digits;
  if (rest.IsZero()) return 0;
  const uint32_t prime = twos > fives ? 2 : 5;
  const int64_t has =
      twos > fives ? TakeOut(&rest, 2, 1u << 29, 29) : TakeOut(&rest, prime, 244140625, 12);
  return std::max<int64_t>(0, most - has);
}

bool NumberStep::Divides(const Decimal& value) const {
  if (value.IsZero()) return true;
  if (value.exponent < exponent) return false;
  return digits.IsOne() || Divides(BigInteger::FromDigits(value.digits), value.exponent);
}

}  // namespace grammask
