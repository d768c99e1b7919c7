#include "schema/decimal.h"

#include <algorithm>

namespace grammask {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Reads digits from `text` at `*at`; values above `limit` stay at limit + 1.
int64_t ReadSaturated(std::string_view text, size_t* at, int64_t limit) {
  int64_t value = 0;
  for (; *at < text.size() && IsDigit(text[*at]); ++*at) {
    if (value <= limit) value = std::min(value * 10 + (text[*at] - '0'), limit + 1);
  }
  return value;
}

}  // namespace

std::optional<Decimal> Decimal::Parse(std::string_view canonical) {
  Decimal out;
  size_t at = 0;
  if (at < canonical.size() && canonical[at] == '-') {
    out.negative = true;
    ++at;
  }
  const size_t first = at;
  while (at < canonical.size() && IsDigit(canonical[at])) ++at;
  out.digits.assign(canonical.substr(first, at - first));
  if (out.digits.empty() || at == canonical.size() || canonical[at] != 'e') return std::nullopt;
  ++at;
  if (out.digits == "0") {
    if (out.negative || canonical.substr(at) != "0") return std::nullopt;
    return out;
  }
  if (out.digits.front() == '0' || out.digits.back() == '0') return std::nullopt;
  const bool negative_exponent = at < canonical.size() && canonical[at] == '-';
  if (negative_exponent) ++at;
  const size_t exponent_at = at;
  const int64_t magnitude = ReadSaturated(canonical, &at, kMaxExponent);
  if (at == exponent_at || at != canonical.size() || magnitude > kMaxExponent) return std::nullopt;
  if (canonical[exponent_at] == '0' && (at != exponent_at + 1 || negative_exponent)) {
    return std::nullopt;
  }
  out.exponent = negative_exponent ? -magnitude : magnitude;
  return out;
}

std::optional<Decimal> Decimal::FromJson(std::string_view number) {
  Decimal out;
  size_t at = 0;
  const auto digit_here = [&] { return at < number.size() && IsDigit(number[at]); };
  if (at < number.size() && number[at] == '-') {
    out.negative = true;
    ++at;
  }
  const size_t integer_at = at;
  while (digit_here()) ++at;
  const std::string_view integer = number.substr(integer_at, at - integer_at);
  if (integer.empty() || (integer.size() > 1 && integer[0] == '0')) return std::nullopt;
  std::string_view fraction;
  if (at < number.size() && number[at] == '.') {
    const size_t fraction_at = ++at;
    while (digit_here()) ++at;
    fraction = number.substr(fraction_at, at - fraction_at);
    if (fraction.empty()) return std::nullopt;
  }
  // Twice the bound plus the text's own length: beyond that no fraction brings the exponent back.
  const int64_t limit = 2 * kMaxExponent + static_cast<int64_t>(number.size());
  int64_t exponent = 0;
  if (at < number.size() && (number[at] == 'e' || number[at] == 'E')) {
    ++at;
    bool negative_exponent = false;
    if (at < number.size() && (number[at] == '+' || number[at] == '-')) {
      negative_exponent = number[at] == '-';
      ++at;
    }
    if (!digit_here()) return std::nullopt;
    exponent = ReadSaturated(number, &at, limit);
    if (negative_exponent) exponent = -exponent;
  }
  if (at != number.size()) return std::nullopt;

  std::string digits(integer);
  digits += fraction;
  exponent -= static_cast<int64_t>(fraction.size());
  const size_t first = digits.find_first_not_of('0');
  if (first == std::string::npos) return Decimal{};
  const size_t last = digits.find_last_not_of('0');
  exponent += static_cast<int64_t>(digits.size() - 1 - last);
  if (exponent > kMaxExponent || exponent < -kMaxExponent) return std::nullopt;
  out.digits = digits.substr(first, last + 1 - first);
  out.exponent = exponent;
  return out;
}

std::string Decimal::ToCanonicalJson() const {
  if (IsZero()) return "0";
  std::string out = negative ? "-" : "";
  const int64_t count = static_cast<int64_t>(digits.size());
  const int64_t position = Position();
  if (position < kPlainMinPosition || position > kPlainMaxPosition) {
    out += digits[0];
    if (count > 1) out.append(".").append(digits, 1);
    out += position > 0 ? "e+" : "e-";
    return out += std::to_string(position > 0 ? position - 1 : 1 - position);
  }
  if (position <= 0) {
    return out.append("0.").append(static_cast<size_t>(-position), '0').append(digits);
  }
  if (position >= count) {
    return out.append(digits).append(static_cast<size_t>(position - count), '0');
  }
  const size_t point = static_cast<size_t>(position);
  return out.append(digits, 0, point).append(".").append(digits, point);
}

std::string Decimal::ToString() const {
  return (negative ? "-" : "") + digits + "e" + std::to_string(exponent);
}

std::strong_ordering Compare(const Decimal& a, const Decimal& b) {
  const int sign_a = a.IsZero() ? 0 : a.negative ? -1 : 1;
  const int sign_b = b.IsZero() ? 0 : b.negative ? -1 : 1;
  if (sign_a != sign_b || sign_a == 0) return sign_a <=> sign_b;
  const auto magnitude = [](const Decimal& x, const Decimal& y) -> std::strong_ordering {
    if (x.Position() != y.Position()) return x.Position() <=> y.Position();
    // Without trailing zeros, the order of the fractions 0.DIGITS is that of the texts.
    return x.digits.compare(y.digits) <=> 0;
  };
  return sign_a > 0 ? magnitude(a, b) : magnitude(b, a);
}

}  // namespace grammask
