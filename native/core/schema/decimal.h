// Exact decimals of any size, as the program writes them: [-]DIGITS e EXPONENT in one canonical form (docs/program.md).
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
  int64_t exponent = 0;      // value = digits × 10^exponent

  static std::optional<Decimal> Parse(std::string_view canonical);   // the program's form
  static std::optional<Decimal> FromJson(std::string_view number);   // any JSON number; nullopt if the exponent does not fit
  bool IsZero() const { return digits == "0"; }
  bool IsInteger() const { return IsZero() || exponent >= 0; }
  // As ECMAScript's Number::toString prints it, at any precision: plain for 1e-7 <= |x| < 1e21, else with an exponent; never -0.
  std::string ToCanonicalJson() const;
  std::string ToString() const;  // the program's form
};

std::strong_ordering Compare(const Decimal& a, const Decimal& b);
inline bool operator==(const Decimal& a, const Decimal& b) { return Compare(a, b) == 0; }

}  // namespace grammask
