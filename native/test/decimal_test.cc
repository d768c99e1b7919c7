#include "schema/decimal.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <random>
#include <string>

namespace grammask {
namespace {

Decimal Json(const std::string& text) {
  const auto decimal = Decimal::FromJson(text);
  EXPECT_TRUE(decimal.has_value()) << text;
  return decimal.value_or(Decimal{});
}

TEST(DecimalTest, ParsesTheOneCanonicalForm) {
  for (const char* text : {"0e0", "1e3", "-125e-1", "7e0", "123456789012345678901e-400",
                           "1e100000000000000000", "-9e-100000000000000000"}) {
    const auto decimal = Decimal::Parse(text);
    ASSERT_TRUE(decimal.has_value()) << text;
    EXPECT_EQ(decimal->ToString(), text);
  }
  for (const char* text : {"",
                           "-",
                           "e",
                           "0",
                           "1",
                           "1e",
                           "1e-",
                           "-0e0",
                           "0e1",
                           "0e-0",
                           "00e0",
                           "10e0",
                           "01e0",
                           "1e00",
                           "1e01",
                           "1e-0",
                           "1e+1",
                           "1.0e0",
                           "1E0",
                           " 1e0",
                           "1e0 ",
                           "1e100000000000000001",
                           "1e99999999999999999999999999",
                           "--1e0",
                           "1e1e1"}) {
    EXPECT_FALSE(Decimal::Parse(text).has_value()) << text;
  }
}

TEST(DecimalTest, ReadsEveryJsonSpelling) {
  EXPECT_EQ(Json("-12.50").ToString(), "-125e-1");
  EXPECT_EQ(Json("1000").ToString(), "1e3");
  EXPECT_EQ(Json("1E+02").ToString(), "1e2");
  EXPECT_EQ(Json("0.00e5").ToString(), "0e0");
  EXPECT_EQ(Json("-0").ToString(), "0e0");
  EXPECT_EQ(Json("0.001e3").ToString(), "1e0");
  EXPECT_EQ(Json("0e999999999999999999999999999999").ToString(), "0e0");
  EXPECT_EQ(Json("1e0000000000000000000000000000003").ToString(), "1e3");
  for (const char* text : {"", "-", "01", "1.", ".1", "1e", "1e+", "+1", "1.e1", "0x1", "1 ", "NaN",
                           "1e1.0", "-01", "1e100000000000000001", "1e-99999999999999999999"}) {
    EXPECT_FALSE(Decimal::FromJson(text).has_value()) << text;
  }
}

TEST(DecimalTest, ComparesExactly) {
  const char* ascending[] = {"-1e400",
                             "-1000.5",
                             "-1000",
                             "-2",
                             "-1.5",
                             "-1e-7",
                             "0",
                             "1e-400",
                             "0.1",
                             "0.11",
                             "0.2",
                             "1",
                             "1.00000000000000000000000000000000001",
                             "10",
                             "99",
                             "100",
                             "1e21",
                             "1e400"};
  for (size_t i = 0; i < std::size(ascending); ++i) {
    for (size_t j = 0; j < std::size(ascending); ++j) {
      EXPECT_EQ(Compare(Json(ascending[i]), Json(ascending[j])), i <=> j)
          << ascending[i] << " " << ascending[j];
    }
  }
  EXPECT_TRUE(Json("100.0") == Json("1e2"));
}

TEST(DecimalTest, KnowsIntegers) {
  for (const char* text : {"0", "-0.0", "1", "1.0", "1e2", "0.5e1", "-12.50e2"})
    EXPECT_TRUE(Json(text).IsInteger()) << text;
  for (const char* text : {"0.1", "1e-1", "-12.5", "12345e-3"})
    EXPECT_FALSE(Json(text).IsInteger()) << text;
}

TEST(DecimalTest, PrintsAsEcmaScriptDoes) {
  const char* same[] = {"0",
                        "1",
                        "-1",
                        "100000000000000000000",
                        "1e+21",
                        "1.5e+21",
                        "-1.25e+300",
                        "0.000001",
                        "1e-7",
                        "1.5e-7",
                        "0.0000015",
                        "123.456",
                        "0.1",
                        "-0.5",
                        "123456789012345678901.5",
                        "12345678901234567890.000000000000001"};
  for (const char* text : same) EXPECT_EQ(Json(text).ToCanonicalJson(), text);
  EXPECT_EQ(Json("-0.0").ToCanonicalJson(), "0");
  EXPECT_EQ(Json("1e20").ToCanonicalJson(), "100000000000000000000");
  EXPECT_EQ(Json("1000000000000000000000").ToCanonicalJson(), "1e+21");
  EXPECT_EQ(Json("0.0000001").ToCanonicalJson(), "1e-7");
  EXPECT_EQ(Json("12.50").ToCanonicalJson(), "12.5");
}

TEST(DecimalTest, OrderAndRoundTripAgreeWithDoubles) {
  std::mt19937 random(7);
  const auto number = [&] {
    std::string text = random() % 2 ? "-" : "";
    text += std::to_string(random() % 200);
    if (random() % 2) text += "." + std::to_string(random() % 1000);
    if (random() % 2) text += (random() % 2 ? "e-" : "E+0") + std::to_string(random() % 4);
    return text;
  };
  for (int i = 0; i < 20000; ++i) {
    const std::string a = number(), b = number();
    const double x = std::strtod(a.c_str(), nullptr), y = std::strtod(b.c_str(), nullptr);
    EXPECT_EQ(Compare(Json(a), Json(b)) < 0, x < y) << a << " " << b;
    EXPECT_EQ(Json(a) == Json(b), x == y) << a << " " << b;
    EXPECT_TRUE(Json(Json(a).ToCanonicalJson()) == Json(a)) << a;
    EXPECT_TRUE(*Decimal::Parse(Json(a).ToString()) == Json(a)) << a;
  }
}

}  // namespace
}  // namespace grammask
