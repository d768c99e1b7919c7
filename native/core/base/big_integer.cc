#include "base/big_integer.h"

#include <algorithm>

namespace grammask {
namespace {

constexpr uint64_t kBase = BigInteger::kBase;
constexpr size_t kPerLimb = BigInteger::kDigitsPerLimb;
constexpr uint32_t kPowers[] = {1,      10,      100,      1000,      10000,
                                100000, 1000000, 10000000, 100000000, 1000000000};

}  // namespace

BigInteger::BigInteger(uint64_t value) {
  for (; value != 0; value /= kBase) limbs_.push_back(static_cast<uint32_t>(value % kBase));
}

BigInteger BigInteger::FromDigits(std::string_view digits) {
  BigInteger out;
  out.limbs_.reserve(digits.size() / kPerLimb + 1);
  while (!digits.empty()) {
    const size_t count = std::min(digits.size(), kPerLimb);
    uint32_t limb = 0;
    for (const char c : digits.substr(digits.size() - count))
      limb = limb * 10 + static_cast<uint32_t>(c - '0');
    out.limbs_.push_back(limb);
    digits.remove_suffix(count);
  }
  out.Trim();
  return out;
}

BigInteger BigInteger::FromLimbs(std::vector<uint32_t> limbs) {
  BigInteger out;
  out.limbs_ = std::move(limbs);
  out.Trim();
  return out;
}

BigInteger BigInteger::PowerOfTen(size_t exponent) {
  return BigInteger(1).TimesPowerOfTen(exponent);
}

BigInteger BigInteger::Power(uint32_t base, int64_t exponent) {
  BigInteger out(1), square(base);
  for (; exponent > 0; exponent /= 2) {
    if (exponent % 2 != 0) out = out * square;
    if (exponent > 1) square = square * square;
  }
  return out;
}

std::string BigInteger::ToDigits() const {
  if (limbs_.empty()) return "0";
  std::string out = std::to_string(limbs_.back());
  out.reserve(limbs_.size() * kPerLimb);
  for (size_t i = limbs_.size() - 1; i-- > 0;) {
    for (size_t d = kPerLimb; d-- > 0;) out += static_cast<char>('0' + limbs_[i] / kPowers[d] % 10);
  }
  return out;
}

int64_t BigInteger::DigitCount() const {
  if (limbs_.empty()) return 0;
  int64_t count = static_cast<int64_t>((limbs_.size() - 1) * kPerLimb);
  for (uint32_t top = limbs_.back(); top != 0; top /= 10) ++count;
  return count;
}

int64_t BigInteger::TrailingZeros() const {
  int64_t zeros = 0;
  for (uint32_t limb : limbs_) {
    if (limb == 0) {
      zeros += kDigitsPerLimb;
      continue;
    }
    for (; limb % 10 == 0; limb /= 10) ++zeros;
    break;
  }
  return zeros;
}

std::strong_ordering BigInteger::operator<=>(const BigInteger& other) const {
  if (limbs_.size() != other.limbs_.size()) return limbs_.size() <=> other.limbs_.size();
  for (size_t i = limbs_.size(); i-- > 0;) {
    if (limbs_[i] != other.limbs_[i]) return limbs_[i] <=> other.limbs_[i];
  }
  return std::strong_ordering::equal;
}

BigInteger operator+(const BigInteger& a, const BigInteger& b) {
  BigInteger out;
  const size_t size = std::max(a.limbs_.size(), b.limbs_.size());
  out.limbs_.reserve(size + 1);
  uint64_t carry = 0;
  for (size_t i = 0; i < size || carry != 0; ++i) {
    if (i < a.limbs_.size()) carry += a.limbs_[i];
    if (i < b.limbs_.size()) carry += b.limbs_[i];
    out.limbs_.push_back(static_cast<uint32_t>(carry % kBase));
    carry /= kBase;
  }
  return out;
}

BigInteger operator-(const BigInteger& a, const BigInteger& b) {
  BigInteger out = a;
  int64_t borrow = 0;
  for (size_t i = 0; i < out.limbs_.size(); ++i) {
    int64_t limb = static_cast<int64_t>(out.limbs_[i]) - borrow;
    if (i < b.limbs_.size()) limb -= b.limbs_[i];
    borrow = limb < 0 ? 1 : 0;
    out.limbs_[i] = static_cast<uint32_t>(limb < 0 ? limb + static_cast<int64_t>(kBase) : limb);
  }
  out.Trim();
  return out;
}

BigInteger operator*(const BigInteger& a, const BigInteger& b) {
  BigInteger out;
  if (a.IsZero() || b.IsZero()) return out;
  out.limbs_.assign(a.limbs_.size() + b.limbs_.size(), 0);
  for (size_t i = 0; i < a.limbs_.size(); ++i) {
    uint64_t carry = 0;
    for (size_t j = 0; j < b.limbs_.size() || carry != 0; ++j) {
      carry += out.limbs_[i + j];
      if (j < b.limbs_.size()) carry += static_cast<uint64_t>(a.limbs_[i]) * b.limbs_[j];
      out.limbs_[i + j] = static_cast<uint32_t>(carry % kBase);
      carry /= kBase;
    }
  }
  out.Trim();
  return out;
}

uint32_t BigInteger::DivideSmall(uint32_t divisor) {
  uint64_t rest = 0;
  for (size_t i = limbs_.size(); i-- > 0;) {
    rest = rest * kBase + limbs_[i];
    limbs_[i] = static_cast<uint32_t>(rest / divisor);
    rest %= divisor;
  }
  Trim();
  return static_cast<uint32_t>(rest);
}

uint32_t BigInteger::ModSmall(uint32_t divisor) const {
  uint64_t rest = 0;
  for (size_t i = limbs_.size(); i-- > 0;) rest = (rest * kBase + limbs_[i]) % divisor;
  return static_cast<uint32_t>(rest);
}

// Knuth's algorithm D, to base 10^9.
std::pair<BigInteger, BigInteger> BigInteger::DivMod(const BigInteger& a, const BigInteger& b) {
  if (a < b) return {BigInteger(), a};
  if (b.limbs_.size() == 1) {
    BigInteger quotient = a;
    const uint32_t rest = quotient.DivideSmall(b.limbs_[0]);
    return {std::move(quotient), BigInteger(rest)};
  }
  const uint64_t scale = kBase / (b.limbs_.back() + 1ull);
  std::vector<uint32_t> u = (a * BigInteger(scale)).limbs_;
  const std::vector<uint32_t> v = (b * BigInteger(scale)).limbs_;
  const size_t n = v.size();
  u.resize(std::max(u.size(), a.limbs_.size()) + 1, 0);
  BigInteger quotient;
  quotient.limbs_.assign(u.size() - n, 0);
  for (size_t j = u.size() - n; j-- > 0;) {
    const uint64_t top = u[j + n] * kBase + u[j + n - 1];
    uint64_t guess = top / v[n - 1], rest = top % v[n - 1];
    while (guess >= kBase || guess * v[n - 2] > rest * kBase + u[j + n - 2]) {
      --guess;
      rest += v[n - 1];
      if (rest >= kBase) break;
    }
    // Subtract guess × v; if that was one too many, add v again.
    int64_t borrow = 0;
    uint64_t carry = 0;
    for (size_t i = 0; i <= n; ++i) {
      if (i < n) carry += guess * v[i];
      int64_t limb = static_cast<int64_t>(u[j + i]) - static_cast<int64_t>(carry % kBase) - borrow;
      carry /= kBase;
      borrow = limb < 0 ? 1 : 0;
      if (limb < 0) limb += static_cast<int64_t>(kBase);
      u[j + i] = static_cast<uint32_t>(limb);
    }
    if (borrow != 0) {
      --guess;
      uint64_t sum = 0;
      for (size_t i = 0; i <= n; ++i) {
        sum += u[j + i];
        if (i < n) sum += v[i];
        u[j + i] = static_cast<uint32_t>(sum % kBase);
        sum /= kBase;
      }
    }
    quotient.limbs_[j] = static_cast<uint32_t>(guess);
  }
  quotient.Trim();
  u.resize(n);
  BigInteger remainder = FromLimbs(std::move(u));
  remainder.DivideSmall(static_cast<uint32_t>(scale));
  return {std::move(quotient), std::move(remainder)};
}

BigInteger operator%(const BigInteger& a, const BigInteger& b) {
  if (b.limbs_.size() == 1) return BigInteger(a.ModSmall(b.limbs_[0]));
  return BigInteger::DivMod(a, b).second;
}

BigInteger BigInteger::TimesPowerOfTen(size_t exponent) const {
  BigInteger out;
  if (IsZero()) return out;
  const uint64_t factor = kPowers[exponent % kPerLimb];
  out.limbs_.assign(exponent / kPerLimb, 0);
  out.limbs_.reserve(out.limbs_.size() + limbs_.size() + 1);
  uint64_t carry = 0;
  for (const uint32_t limb : limbs_) {
    carry += limb * factor;
    out.limbs_.push_back(static_cast<uint32_t>(carry % kBase));
    carry /= kBase;
  }
  if (carry != 0) out.limbs_.push_back(static_cast<uint32_t>(carry));
  return out;
}

BigInteger Gcd(BigInteger a, BigInteger b) {
  while (!b.IsZero()) {
    BigInteger rest = a % b;
    a = std::move(b);
    b = std::move(rest);
  }
  return a;
}

BigInteger PowerOfTenMod(int64_t exponent, const BigInteger& m) {
  if (exponent <= BigInteger::kDigitsPerLimb)
    return BigInteger::PowerOfTen(static_cast<size_t>(exponent)) % m;
  BigInteger out = BigInteger(1) % m, square = BigInteger(10) % m;
  for (; exponent > 0; exponent /= 2) {
    if (exponent % 2 != 0) out = out * square % m;
    if (exponent > 1) square = square * square % m;
  }
  return out;
}

}  // namespace grammask
