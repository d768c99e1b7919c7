#include "base/big_integer.h"

#include <gtest/gtest.h>

#include <numeric>
#include <random>
#include <string>

namespace grammask {
namespace {

using Wide = unsigned __int128;

std::string Print(Wide value) {
  std::string out;
  do {
    out.insert(out.begin(), static_cast<char>('0' + static_cast<int>(value % 10)));
    value /= 10;
  } while (value != 0);
  return out;
}

// Random digits, many of them at the edges of limbs.
std::string Digits(std::mt19937* random, size_t most) {
  std::string out;
  const size_t count = (*random)() % most + 1;
  const uint32_t kind = (*random)() % 4;
  for (size_t i = 0; i < count; ++i) {
    const uint32_t r = (*random)();
    out += kind == 0   ? static_cast<char>('0' + r % 10)
           : kind == 1 ? (r % 8 == 0 ? '1' : '0')
           : kind == 2 ? (r % 8 == 0 ? '8' : '9')
                       : (r % 2 == 0 ? '0' : '9');
  }
  return out;
}

TEST(BigIntegerTest, AgreesWithMachineWords) {
  std::mt19937 random(1);
  for (int i = 0; i < 20000; ++i) {
    const uint64_t x = std::stoull(Digits(&random, 18)), y = std::stoull(Digits(&random, 18));
    const BigInteger a(x), b(y);
    EXPECT_EQ(a.ToDigits(), std::to_string(x));
    EXPECT_EQ((a + b).ToDigits(), std::to_string(x + y));
    EXPECT_EQ((a * b).ToDigits(), Print(Wide(x) * y));
    EXPECT_EQ(a <=> b, x <=> y);
    if (x >= y) {
      EXPECT_EQ((a - b).ToDigits(), std::to_string(x - y));
    }
    if (y != 0) {
      EXPECT_EQ((a / b).ToDigits(), std::to_string(x / y));
      EXPECT_EQ((a % b).ToDigits(), std::to_string(x % y));
      EXPECT_EQ(Gcd(a, b).ToDigits(), std::to_string(std::gcd(x, y)));
    }
  }
}

TEST(BigIntegerTest, DivisionUndoesMultiplication) {
  std::mt19937 random(2);
  for (int i = 0; i < 20000; ++i) {
    const BigInteger a = BigInteger::FromDigits(Digits(&random, 90)),
                     b = BigInteger::FromDigits(Digits(&random, 60)) + BigInteger(1);
    const auto [quotient, rest] = BigInteger::DivMod(a, b);
    ASSERT_TRUE(rest < b);
    ASSERT_EQ(quotient * b + rest, a);
    ASSERT_EQ(a % b, rest);
    ASSERT_EQ(BigInteger::DivMod(a * b + rest, b).first, a);
    ASSERT_EQ(a + b - b, a);
  }
}

TEST(BigIntegerTest, DigitsAndPowersOfTen) {
  std::mt19937 random(3);
  for (int i = 0; i < 2000; ++i) {
    std::string digits = Digits(&random, 60);
    const BigInteger value = BigInteger::FromDigits(digits);
    digits.erase(0, digits.find_first_not_of('0'));
    if (digits.empty()) digits = "0";
    ASSERT_EQ(value.ToDigits(), digits);
    if (value.IsZero()) continue;
    ASSERT_EQ(value.DigitCount(), static_cast<int64_t>(digits.size()));
    ASSERT_EQ(value.TrailingZeros(),
              static_cast<int64_t>(digits.size() - 1 - digits.find_last_not_of('0')));
    const size_t zeros = random() % 40;
    ASSERT_EQ(value.TimesPowerOfTen(zeros).ToDigits(), digits + std::string(zeros, '0'));
    ASSERT_EQ(PowerOfTenMod(static_cast<int64_t>(zeros), value),
              BigInteger::PowerOfTen(zeros) % value);
  }
  EXPECT_EQ(BigInteger::Power(2, 100).ToDigits(), "1267650600228229401496703205376");
  EXPECT_TRUE(BigInteger::Power(7, 0).IsOne());
}

}  // namespace
}  // namespace grammask
