#include "schema/string_decoder.h"

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <set>
#include <string>

#include "base/utf8.h"

namespace grammask {
namespace {

// A whole spelling of one code point inside a JSON string, read the plain way.
std::optional<uint32_t> ReadWhole(const std::string& s) {
  if (s.empty()) return std::nullopt;
  auto byte = [&](size_t i) { return static_cast<uint8_t>(s[i]); };
  if (s[0] == '\\') {
    static const std::map<char, uint32_t> kShort = {{'"', '"'}, {'\\', '\\'}, {'/', '/'}, {'b', 8},
                                                    {'f', 12},  {'n', 10},    {'r', 13},  {'t', 9}};
    if (s.size() == 2) {
      auto at = kShort.find(s[1]);
      return at == kShort.end() ? std::nullopt : std::optional<uint32_t>(at->second);
    }
    auto unit = [&](size_t at) -> std::optional<uint32_t> {
      if (s.size() < at + 6 || s[at] != '\\' || s[at + 1] != 'u') return std::nullopt;
      uint32_t value = 0;
      for (size_t i = at + 2; i < at + 6; ++i) {
        size_t digit =
            std::string("0123456789abcdef").find(static_cast<char>(std::tolower(byte(i))));
        if (digit == std::string::npos) return std::nullopt;
        value = value * 16 + static_cast<uint32_t>(digit);
      }
      return value;
    };
    std::optional<uint32_t> high = unit(0);
    if (!high) return std::nullopt;
    if (s.size() == 6) return *high >= 0xD800 && *high <= 0xDFFF ? std::nullopt : high;
    std::optional<uint32_t> low = unit(6);
    if (s.size() != 12 || !low || *high < 0xD800 || *high > 0xDBFF || *low < 0xDC00 ||
        *low > 0xDFFF) {
      return std::nullopt;
    }
    return 0x10000 + (*high - 0xD800) * 0x400 + (*low - 0xDC00);
  }
  if (byte(0) < 0x20 || s[0] == '"') return std::nullopt;
  uint32_t length = byte(0) < 0x80 ? 1 : byte(0) < 0xE0 ? 2 : byte(0) < 0xF0 ? 3 : 4;
  if (s.size() != length || (byte(0) >= 0x80 && byte(0) < 0xC0) || byte(0) >= 0xF8)
    return std::nullopt;
  for (size_t i = 1; i < s.size(); ++i) {
    if ((byte(i) & 0xC0) != 0x80) return std::nullopt;
  }
  uint32_t point = CodePointAt(s, 0);
  std::string back;
  if (point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) return std::nullopt;
  AppendUtf8(point, &back);
  return back == s ? std::optional<uint32_t>(point) : std::nullopt;
}

struct Reading {
  Decoded last = Decoded::kPartial;
  DecoderState state;
  uint32_t point = 0;
  size_t length = 0;  // bytes read
};

Reading Decode(const std::string& bytes, Spelling spelling) {
  Reading run;
  for (char c : bytes) {
    run.last = DecodeByte(static_cast<uint8_t>(c), spelling, &run.state, &run.point);
    ++run.length;
    if (run.last != Decoded::kPartial) break;
  }
  return run;
}

// What JSON.stringify writes.
std::string Canonical(uint32_t point) {
  static const char* kHex = "0123456789abcdef";
  static const std::map<uint32_t, std::string> kShort = {
      {'"', "\\\""}, {'\\', "\\\\"}, {8, "\\b"}, {12, "\\f"}, {10, "\\n"}, {13, "\\r"}, {9, "\\t"}};
  auto at = kShort.find(point);
  if (at != kShort.end()) return at->second;
  std::string out;
  if (point < 0x20) return std::string("\\u00") + kHex[point / 16] + kHex[point % 16];
  AppendUtf8(point, &out);
  return out;
}

// In any way, canonically, and with some escapes only.
const Spelling kSpellings[] = {{},
                               kCanonicalSpelling,
                               {0},
                               {kHexOfControls},
                               {kHexOfAll},
                               {255},
                               {1 | 2 | 32 | kHexOfControls},
                               {8 | 32},
                               {4 | 16 | 128}};

// May a character be spelled so?
bool Allowed(const std::string& bytes, uint32_t point, Spelling spelling) {
  if (spelling == kCanonicalSpelling) return Canonical(point) == bytes;
  if (bytes[0] != '\\') return true;
  const bool control = point < 0x20 || point == 0x7F;
  if (bytes[1] == 'u')
    return (spelling.bits & (kHexOfAll | (control ? uint32_t{kHexOfControls} : 0u))) != 0;
  return (spelling.bits >> std::string("\"\\/bfnrt").find(bytes[1]) & 1) != 0;
}

void CheckOne(const std::string& bytes, Spelling spelling) {
  Reading run = Decode(bytes, spelling);
  std::optional<uint32_t> whole = ReadWhole(bytes);
  bool expected = whole && Allowed(bytes, *whole, spelling);
  if (expected) {
    ASSERT_EQ(run.last, Decoded::kCodePoint) << testing::PrintToString(bytes);
    ASSERT_EQ(run.point, *whole);
    ASSERT_TRUE(run.state == DecoderState{});
  } else {
    ASSERT_FALSE(run.last == Decoded::kCodePoint && run.length == bytes.size())
        << testing::PrintToString(bytes);
  }
}

TEST(StringDecoder, ReadsEverySpellingOfUpToThreeBytesAsItShould) {
  for (Spelling spelling : kSpellings) {
    for (uint32_t code = 0; code < 1u << 24; ++code) {
      std::string bytes{static_cast<char>(code >> 16), static_cast<char>(code >> 8),
                        static_cast<char>(code)};
      // Prefixes are looked at once, with zeros behind them.
      if ((code & 0xFFFF) == 0) CheckOne(bytes.substr(0, 1), spelling);
      if ((code & 0xFF) == 0) CheckOne(bytes.substr(0, 2), spelling);
      // Only what begins like a code point of three bytes can be one.
      if ((code >> 16) < 0xE0 && (code >> 16) != '\\') {
        code |= 0xFFFF;
        continue;
      }
      Reading before = Decode(bytes.substr(0, 2), spelling);
      if (before.last != Decoded::kPartial) {
        code |= 0xFF;
        continue;
      }
      CheckOne(bytes, spelling);
    }
  }
}

TEST(StringDecoder, ReadsEveryEscapeOfAUnitAndOfAPair) {
  char bytes[16];
  for (const char* format : {"\\u%04x", "\\u%04X"}) {
    for (uint32_t unit = 0; unit < 0x10000; ++unit) {
      std::snprintf(bytes, sizeof(bytes), format, unit);
      for (Spelling spelling : kSpellings) CheckOne(bytes, spelling);
    }
  }
  for (uint32_t high = 0xD7FE; high <= 0xDC01; high += 3) {
    for (uint32_t low = 0xDBF0; low <= 0xE010; low += 5) {
      std::snprintf(bytes, sizeof(bytes), "\\u%04x\\u%04X", high, low);
      Reading first = Decode(std::string(bytes).substr(0, 6), {});
      if (first.last == Decoded::kPartial) CheckOne(bytes, {});
    }
  }
}

// What a state can still become is what some continuation makes of it, and a way to finish is one.
TEST(StringDecoder, ReachesExactlyWhatItSays) {
  for (Spelling spelling : kSpellings) {
    std::map<std::pair<uint32_t, uint32_t>, std::set<uint32_t>> reached;
    auto spell = [&](uint32_t point, const std::string& text) {
      DecoderState state;
      uint32_t out = 0;
      for (size_t i = 0; i + 1 < text.size(); ++i) {
        if (DecodeByte(static_cast<uint8_t>(text[i]), spelling, &state, &out) != Decoded::kPartial)
          return;
        reached[{state.mode, state.value}].insert(point);
      }
    };
    // A sample of the planes that covers every border. Lists of escapes are about ASCII.
    const bool of_all = spelling == Spelling{} || spelling == kCanonicalSpelling;
    for (uint32_t point = 0; point <= (of_all ? 0x10FFFFu : 0x7FFu); ++point) {
      if (point >= 0xD800 && point <= 0xDFFF) continue;
      if (point > 0x11000 && point < 0x10F000 && (point & 0x3FF) > 2 && (point & 0x3FF) < 0x3FD)
        continue;
      std::string utf8;
      AppendUtf8(point, &utf8);
      spell(point, utf8);
      if (spelling == kCanonicalSpelling) {
        spell(point, Canonical(point));
        continue;
      }
      for (const char letter : std::string("\"\\/bfnrt")) {
        const std::string text{'\\', letter};
        if (ReadWhole(text) == point && Allowed(text, point, spelling)) spell(point, text);
      }
      char escape[16];
      if (point < 0x10000) {
        std::snprintf(escape, sizeof(escape), "\\u%04x", point);
      } else {
        std::snprintf(escape, sizeof(escape), "\\u%04x\\u%04x", 0xD800 + ((point - 0x10000) >> 10),
                      0xDC00 + ((point - 0x10000) & 0x3FF));
      }
      if (Allowed(escape, point, spelling)) spell(point, escape);
    }
    for (const auto& [words, points] : reached) {
      DecoderState state{words.first, words.second};
      CodePoints ranges[kMostReachable];
      int n = Reachable(state, spelling, ranges);
      ASSERT_GT(n, 0);
      for (uint32_t point : points) {
        bool inside = false;
        for (int i = 0; i < n; ++i)
          inside = inside || (ranges[i].lo <= point && point <= ranges[i].hi);
        ASSERT_TRUE(inside) << words.first << " " << words.second << " " << point;
      }
      for (int i = 0; i < n; ++i) {
        for (uint32_t point : {ranges[i].lo, ranges[i].hi}) {
          char out[16];
          int length = FinishCodePoint(state, spelling, point, out);
          DecoderState at = state;
          uint32_t made = 0;
          Decoded last = Decoded::kPartial;
          for (int k = 0; k < length; ++k) {
            ASSERT_EQ(last, Decoded::kPartial);
            last = DecodeByte(static_cast<uint8_t>(out[k]), spelling, &at, &made);
          }
          ASSERT_EQ(last, Decoded::kCodePoint)
              << words.first << " " << words.second << " " << point;
          ASSERT_EQ(made, point);
        }
      }
    }
  }
}

TEST(StringDecoder, TextsAreSpelledAnew) {
  const std::string canonical = "{\"a\\n\\u0001\":[\"\\\"\\\\/\\t\",1]}";
  EXPECT_EQ(Respelled(canonical, {}), canonical);
  EXPECT_EQ(Respelled(canonical, kCanonicalSpelling), canonical);
  EXPECT_EQ(Respelled(canonical, {kHexOfAll | 32}),
            "{\"a\\n\\u0001\":[\"\\u0022\\u005c/\\u0009\",1]}");
}

TEST(StringDecoder, KnowsWhatCanBeWritten) {
  EXPECT_TRUE(Writable({0}, 'a') && Writable({0}, '/') && Writable({0}, 0x7F));
  EXPECT_FALSE(Writable({0}, '"') || Writable({0}, '\\') || Writable({0}, '\n'));
  EXPECT_TRUE(Writable({kHexOfControls}, '\n') && Writable({kHexOfAll}, '"') && Writable({1}, '"'));
  EXPECT_FALSE(Writable({kHexOfControls}, '"') || Writable({255}, 1));
}

}  // namespace
}  // namespace grammask
