#include "automata/punycode.h"

#include <gtest/gtest.h>

#include <random>

#include "automata/expr.h"
#include "automata/utf8.h"

namespace grammask {
namespace {

using Points = std::vector<uint32_t>;

// --- The code ------------------------------------------------------------------------------------

Points Lower(Points points) {
  for (uint32_t& point : points) {
    if (point >= 'A' && point <= 'Z') point += 'a' - 'A';
  }
  return points;
}

Points OfUtf8(std::string_view text) {
  Points points;
  uint32_t cp = 0;
  while (!text.empty()) {
    text.remove_prefix(DecodeUtf8(text, &cp));
    points.push_back(cp);
  }
  return points;
}

std::string Lower(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return text;
}

// RFC 3492 §7.1, but for the last, whose characters are all ASCII.
const std::pair<const char*, const char*> kSamples[] = {
    {"ليهمابتكلموشعربي؟", "egbpdaj6bu4bxfgehfvwxn"},
    {"他们为什么不说中文", "ihqwcrb4cv8a8dqg056pqjye"},
    {"他們爲什麽不說中文", "ihqwctvzc91f659drss3x8bo0yb"},
    {"Pročprostěnemluvíčesky", "Proprostnemluvesky-uyb24dma41a"},
    {"למההםפשוטלאמדבריםעברית", "4dbcagdahymbxekheh6e0a7fei0b"},
    {"यहलोगहिन्दीक्योंनहींबोलसकतेहैं", "i1baa7eci9glrd9b2ae1bj0hfcgg6iyaf8o0a1dig0cd"},
    {"なぜみんな日本語を話してくれないのか", "n8jok5ay5dzabd5bym9f0cm5685rrjetr6pdxa"},
    {"세계의모든사람들이한국어를이해한다면얼마나좋을까",
     "989aomsvi5e83db1d2a355cv1e0vak1dwrv93d5xbh15a0dt30a5jpsd879ccm6fea98c"},
    {"почемужеонинеговорятпорусски", "b1abfaaepdrnnbgefbadotcwatmq2g4l"},
    {"PorquénopuedensimplementehablarenEspañol", "PorqunopuedensimplementehablarenEspaol-fmd56a"},
    {"TạisaohọkhôngthểchỉnóitiếngViệt", "TisaohkhngthchnitingVit-kjcr8268qyxafd2f1b9g"},
    {"3年B組金八先生", "3B-ww4c5e180e575a65lsy2b"},
    {"安室奈美恵-with-SUPER-MONKEYS", "-with-SUPER-MONKEYS-pc58ag80a8qai00g7n9n"},
    {"Hello-Another-Way-それぞれの場所", "Hello-Another-Way--fc4qua05auwb3674vfr0b"},
    {"ひとつ屋根の下2", "2-u9tlzr9756bt3uc0v"},
    {"MajiでKoiする5秒前", "MajiKoi5-783gue6qz075azm5e"},
    {"パフィーdeルンバ", "de-jg4avhby1noc0d"},
    {"そのスピードで", "d9juau41awczczp"},
};

TEST(Punycode, SamplesOfTheRfc) {
  for (const auto& [text, code] : kSamples) {
    const Points points = OfUtf8(text);
    EXPECT_EQ(EncodePunycode(points), std::string(code)) << code;
    EXPECT_EQ(DecodePunycode(code), Lower(points)) << code;
    EXPECT_EQ(DecodePunycode(Lower(std::string(code))), Lower(points)) << code;
  }
}

TEST(Punycode, WhatIsNoCode) {
  for (const char* text :
       {"", "-", "--", "a-", "example-", "-9uc", "a--", "zc", "zca-", "z\xC3\xA4", "zca_",
        "999999b", "a b", "99999999999999999999", "ab-zz"}) {
    EXPECT_EQ(DecodePunycode(text), std::nullopt) << text;
  }
  const uint32_t surrogate[] = {0xD800};
  EXPECT_EQ(EncodePunycode(surrogate), std::nullopt);
  EXPECT_EQ(DecodePunycode("ZCA"), Points{0xDF});
  EXPECT_EQ(DecodePunycode("--9uc"), (Points{'-', 0x6B8}));
}

TEST(Punycode, DecodedTextsAreEncodedBack) {
  std::mt19937 random(7);
  size_t decoded = 0;
  for (int round = 0; round < 200000; ++round) {
    std::string text;
    const size_t length = 1 + random() % 8;
    for (size_t i = 0; i < length; ++i) {
      text += "abcdefghijklmnopqrstuvwxyz0123456789---"[random() % 39];
    }
    const std::optional<Points> points = DecodePunycode(text);
    if (!points) continue;
    ++decoded;
    ASSERT_EQ(EncodePunycode(*points), text);
  }
  EXPECT_GT(decoded, 10000u);
  for (int round = 0; round < 20000; ++round) {
    Points points;
    for (size_t i = 1 + random() % 12; i > 0; --i) {
      const uint32_t most[] = {0x80, 0x400, 0xD800, 0x110000};
      uint32_t cp = random() % most[random() % 4];
      if (cp >= kSurrogateLo && cp <= kSurrogateHi) cp = '-';
      if (cp < 0x80) cp = static_cast<uint32_t>("ab-z9"[cp % 5]);
      points.push_back(cp);
    }
    const std::optional<std::string> code = EncodePunycode(points);
    ASSERT_TRUE(code);
    const bool ascii =
        std::all_of(points.begin(), points.end(), [](uint32_t cp) { return cp < 0x80; });
    ASSERT_EQ(DecodePunycode(*code), ascii ? std::nullopt : std::optional(points)) << *code;
  }
}

TEST(Punycode, DigitsAreWorthWhatTheySay) {
  for (const uint32_t bias : {0u, 13u, 72u, 200u}) {
    uint32_t before = 1;
    for (uint64_t value = 0; value < 60000; ++value) {
      const std::string digits = PunycodeDigits(value, 36, bias);
      ASSERT_EQ(digits.size(), CountPunycodeDigits(value, 36, bias));
      ASSERT_GE(digits.size(), before);
      before = static_cast<uint32_t>(digits.size());
      // From a place in the middle of a long text, so that they stay in the code points.
      PunycodeReading reading;
      reading.points.assign(200, 'a');
      reading.bias = bias;
      PunycodeReading finished = reading;
      finished.Finish(value);
      for (const char c : digits) reading.Digit(*PunycodeDigit(c));
      ASSERT_FALSE(reading.inside());
      ASSERT_EQ(reading.points, finished.points);
      ASSERT_EQ(reading.at, finished.at);
    }
  }
}

}  // namespace
}  // namespace grammask
