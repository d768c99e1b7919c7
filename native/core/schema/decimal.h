// Exact decimals of any size, as the program writes them: [-]DIGITS e EXPONENT in one canonical
// form (docs/program.md).
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace grammask {

struct Decimal {
  bool negative = false;
  std::string digits = "0";  // no leading or trailing zeros, "0" for zero
  int64_t exponent = 0;      // value = digits × 10^exponent; |exponent| <= kMaxExponent

  // Small enough that sums of a few exponents and lengths stay far inside 64 bits.
  static constexpr int64_t kMaxExponent = 100'000'000'000'000'000;  // 10^17

  // The program's form, and only that.
  static std::optional<Decimal> Parse(std::string_view canonical);
  // Any JSON number; nullopt if it is none, or if the exponent does not fit.
  static std::optional<Decimal> FromJson(std::string_view number);

  bool IsZero() const { return digits == "0"; }
  bool IsInteger() const { return IsZero() || exponent >= 0; }
  // The value is 0.DIGITS × 10^Position(): the number of digits before the decimal point, where
  // there are any. Not for zero.
  int64_t Position() const { return exponent + static_cast<int64_t>(digits.size()); }

  // As ECMAScript's Number::toString prints it, at any precision: plain while the position is in
  // [kPlainMinPosition, kPlainMaxPosition], that is from 0.000001 to below 1e21, else with an
  // exponent; never -0.
  std::string ToCanonicalJson() const;
  // The program's form.
  std::string ToString() const;

  static constexpr int64_t kPlainMinPosition = -5;
  static constexpr int64_t kPlainMaxPosition = 21;
};

std::strong_ordering Compare(const Decimal& a, const Decimal& b);
inline bool operator==(const Decimal& a, const Decimal& b) {
  return Compare(a, b) == std::strong_ordering::equal;
}

}  // namespace grammask
