// Integers of any size, not negative, for exact decimal arithmetic.
//
// The limbs are digits to base 10^9, least first, without leading zeros; zero has none. With that
// base, reading and writing decimal digits is linear, and so is multiplying by a power of ten,
// which is what numbers in a JSON text are made of. Products and quotients are the schoolbook's:
// the numbers here have a few limbs.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace grammask {

class BigInteger {
 public:
  static constexpr uint64_t kBase = 1'000'000'000;
  static constexpr int kDigitsPerLimb = 9;

  BigInteger() = default;
  explicit BigInteger(uint64_t value);
  static BigInteger FromDigits(std::string_view digits);  // decimal, leading zeros allowed
  static BigInteger FromLimbs(std::vector<uint32_t> limbs);
  static BigInteger PowerOfTen(size_t exponent);
  static BigInteger Power(uint32_t base, int64_t exponent);

  bool IsZero() const { return limbs_.empty(); }
  bool IsOne() const { return limbs_.size() == 1 && limbs_[0] == 1; }
  const std::vector<uint32_t>& limbs() const { return limbs_; }
  std::string ToDigits() const;
  int64_t DigitCount() const;     // of zero: 0
  int64_t TrailingZeros() const;  // decimal; of zero: 0

  std::strong_ordering operator<=>(const BigInteger& other) const;
  bool operator==(const BigInteger& other) const = default;

  friend BigInteger operator+(const BigInteger& a, const BigInteger& b);
  friend BigInteger operator-(const BigInteger& a, const BigInteger& b);  // a >= b
  friend BigInteger operator*(const BigInteger& a, const BigInteger& b);
  friend BigInteger operator/(const BigInteger& a, const BigInteger& b) {
    return DivMod(a, b).first;
  }
  friend BigInteger operator%(const BigInteger& a, const BigInteger& b);
  // Quotient and remainder; b is not zero.
  static std::pair<BigInteger, BigInteger> DivMod(const BigInteger& a, const BigInteger& b);

  BigInteger TimesPowerOfTen(size_t exponent) const;
  // Divides by `divisor` (below 10^9, not zero) in place; the remainder.
  uint32_t DivideSmall(uint32_t divisor);
  uint32_t ModSmall(uint32_t divisor) const;

 private:
  void Trim() {
    while (!limbs_.empty() && limbs_.back() == 0) limbs_.pop_back();
  }
  std::vector<uint32_t> limbs_;
};

BigInteger Gcd(BigInteger a, BigInteger b);
// 10^exponent modulo m (not zero).
BigInteger PowerOfTenMod(int64_t exponent, const BigInteger& m);

}  // namespace grammask
