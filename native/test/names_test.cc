// Lists of texts: the table, and the expressions made of it against unions of literals.
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "automata/byte_automaton.h"
#include "automata/expr.h"
#include "automata/name_table.h"
#include "engine/engine.h"
#include "test/support/program_writer.h"
#include "test/support/walk_check.h"

namespace grammask {
namespace {

using test::BytesAnd;
using test::CheckPlace;
using test::ProgramWriter;
using test::TestVocabulary;

std::vector<std::string_view> Views(const std::vector<std::string>& texts) {
  return {texts.begin(), texts.end()};
}

TEST(NameTable, SortsAndLeavesEachOnce) {
  const std::vector<std::string> texts{"b", "",  "abcdefghij", "abcdefgh",
                                       "é", "b", "abcdefghi",  "a"};
  std::vector<std::string_view> names = Views(texts);
  SortNames(&names);
  const std::vector<std::string_view> sorted{"",           "a", "abcdefgh", "abcdefghi",
                                             "abcdefghij", "b", "é"};
  EXPECT_EQ(names, sorted);
}

TEST(NameTable, StretchesAreWhatTheListSays) {
  std::mt19937 random(5);
  for (const size_t count : {1u, 15u, 16u, 17u, 33u, 300u, 5000u}) {
    std::vector<std::string> texts;
    for (size_t i = 0; i < count; ++i) {
      std::string text;
      for (size_t length = random() % 12; length > 0; --length)
        text += random() % 4 == 0 ? std::string("é")
                                  : std::string(1, static_cast<char>('a' + random() % 3));
      texts.push_back(text);
    }
    std::vector<std::string_view> names = Views(texts);
    SortNames(&names);
    const NameTable table(names);
    ASSERT_EQ(table.size(), names.size());
    for (int round = 0; round < 200; ++round) {
      const auto lo = static_cast<uint32_t>(random() % names.size());
      const auto hi = static_cast<uint32_t>(lo + 1 + random() % (names.size() - lo));
      uint32_t min_points = kNone, max_points = 0, min_bytes = kNone;
      for (uint32_t i = lo; i < hi; ++i) {
        ASSERT_EQ(table.At(i), names[i]);
        const auto points = static_cast<uint32_t>(std::count_if(
            names[i].begin(), names[i].end(), [](char c) { return (c & 0xC0) != 0x80; }));
        min_points = std::min(min_points, points);
        max_points = std::max(max_points, points);
        min_bytes = std::min(min_bytes, static_cast<uint32_t>(names[i].size()));
      }
      const NameTable::Lengths lengths = table.LengthsOf(lo, hi);
      ASSERT_EQ(lengths.min_points, min_points);
      ASSERT_EQ(lengths.max_points, max_points);
      ASSERT_EQ(lengths.min_bytes, min_bytes);
    }
    for (uint32_t lo = 0; lo < names.size(); ++lo) {
      for (const uint32_t bytes : {1u, 2u}) {
        if (names[lo].size() < bytes) continue;
        uint32_t end = lo + 1;
        while (end < names.size() && names[end].substr(0, bytes) == names[lo].substr(0, bytes))
          ++end;
        ASSERT_EQ(table.EndOfAlike(lo, table.size(), 0, bytes), end);
      }
    }
  }
}

class NamesTest : public ::testing::Test {
 protected:
  // Texts with common beginnings, doubles, prefixes of each other, the empty one, and characters of
  // each length in bytes.
  std::vector<std::string> Draw(size_t count) {
    const std::vector<std::string> parts{"a", "b", "ab", "é", "漢", "漢字", "😀", "a"};
    std::vector<std::string> texts;
    for (size_t i = 0; i < count; ++i) {
      std::string text;
      for (size_t n = random_() % 5; n > 0; --n) text += parts[random_() % parts.size()];
      texts.push_back(text);
      if (random_() % 8 == 0) texts.push_back(texts[random_() % texts.size()]);
    }
    return texts;
  }
  ExprId Literals(const std::vector<std::string>& texts) {
    std::vector<ExprId> parts;
    for (const std::string& text : texts) parts.push_back(pool_.Literal(text));
    return pool_.Union(parts);
  }
  // The two are one language, byte by byte, and are told the same about it.
  void Same(ExprId x, ExprId y) {
    SCOPED_TRACE(pool_.ToString(x) + " and " + pool_.ToString(y));
    ByteAutomaton bytes(pool_);
    std::vector<std::pair<ByteState, ByteState>> pending{{bytes.Start(x), bytes.Start(y)}};
    std::set<std::pair<ByteState, ByteState>> seen;
    while (!pending.empty() && seen.size() < 3000) {
      const auto [a, b] = pending.back();
      pending.pop_back();
      if (!seen.insert({a, b}).second) continue;
      ASSERT_EQ(a == kDead, b == kDead);
      if (a == kDead) continue;
      ASSERT_EQ(bytes.Accepting(a), bytes.Accepting(b));
      ASSERT_EQ(bytes.ShortestSuffixLength(a), bytes.ShortestSuffixLength(b));
      ASSERT_EQ(bytes.ShortestSuffix(a)->size(), bytes.ShortestSuffix(b)->size());
      for (int byte = 0; byte < 256; ++byte) {
        const auto next = static_cast<uint8_t>(byte);
        pending.emplace_back(bytes.Step(a, next), bytes.Step(b, next));
      }
      if (!bytes.AtBorder(a)) continue;
      const ExprId p = bytes.ExprOf(a), q = bytes.ExprOf(b);
      ASSERT_EQ(pool_.ShortestLength(p), pool_.ShortestLength(q));
      ASSERT_EQ(pool_.Shortest(p), pool_.Shortest(q));
      for (uint32_t min = 0; min < 8; ++min) {
        for (const uint32_t max : {min, min + 2, ExprPool::kInfinity}) {
          ASSERT_EQ(pool_.HasLength(p, min, max), pool_.HasLength(q, min, max))
              << min << " " << max;
          const auto one = pool_.ShortestOfLength(p, min, max),
                     other = pool_.ShortestOfLength(q, min, max);
          ASSERT_EQ(one.has_value(), other.has_value()) << min << " " << max;
          ASSERT_TRUE(!one || Matches(q, *one)) << *one;
        }
      }
      const std::optional<uint32_t> most = pool_.MostNeeded(p);
      ASSERT_TRUE(!most || *most >= *pool_.ShortestLength(q));
    }
  }
  bool Matches(ExprId x, const std::string& text) {
    ByteAutomaton bytes(pool_);
    ByteState state = bytes.Start(x);
    for (const char c : text) state = bytes.Step(state, static_cast<uint8_t>(c));
    return bytes.Accepting(state);
  }

  std::mt19937 random_{11};
  ExprPool pool_;
};

TEST_F(NamesTest, AreTheUnionOfTheirTexts) {
  for (int round = 0; round < 60; ++round) {
    const std::vector<std::string> texts = Draw(1 + random_() % 80);
    Same(pool_.Texts(Views(texts)), Literals(texts));
  }
}

TEST_F(NamesTest, InsideOtherExpressions) {
  for (int round = 0; round < 30; ++round) {
    const std::vector<std::string> texts = Draw(12 + random_() % 40),
                                   others = Draw(12 + random_() % 40);
    const ExprId names = pool_.Texts(Views(texts)), literals = Literals(texts);
    const ExprId more = pool_.Texts(Views(others)), more_literals = Literals(others);
    const CharRange ascii[] = {{'a', 'z'}};
    const ExprId letters = pool_.Repeat(pool_.Set(ascii), 0, ExprPool::kInfinity);
    const auto pair = [](ExprId a, ExprId b) { return std::vector<ExprId>{a, b}; };
    Same(pool_.Concat(pair(names, letters)), pool_.Concat(pair(literals, letters)));
    Same(pool_.Concat(pair(letters, names)), pool_.Concat(pair(letters, literals)));
    Same(pool_.Union(pair(names, more)), pool_.Union(pair(literals, more_literals)));
    Same(pool_.Union(pair(names, letters)), pool_.Union(pair(literals, letters)));
    Same(pool_.Intersect(pair(names, letters)), pool_.Intersect(pair(literals, letters)));
    Same(pool_.Intersect(pair(names, pool_.Complement(more))),
         pool_.Intersect(pair(literals, pool_.Complement(more_literals))));
    Same(pool_.Repeat(names, 1, 2), pool_.Repeat(literals, 1, 2));
  }
}

TEST_F(NamesTest, OfOneListAreOneExpression) {
  std::vector<std::string> texts = Draw(50);
  const ExprId names = pool_.Texts(Views(texts));
  texts.push_back(texts[3]);
  std::shuffle(texts.begin(), texts.end(), random_);
  EXPECT_EQ(pool_.Texts(Views(texts)), names);
}

TEST_F(NamesTest, WhatIsNoUtf8IsLeftOutAndWhatIsLongIsNot) {
  std::vector<std::string> texts;
  for (int i = 0; i < 20; ++i) texts.push_back("name" + std::to_string(i));
  const std::string long_text(5000, 'x');
  texts.insert(texts.end(), {"name\xFF", "\xC3", long_text, long_text + "y"});
  const ExprId names = pool_.Texts(Views(texts));
  EXPECT_TRUE(Matches(names, "name7"));
  EXPECT_TRUE(Matches(names, long_text));
  EXPECT_TRUE(Matches(names, long_text + "y"));
  EXPECT_FALSE(Matches(names, "name\xFF"));
  EXPECT_FALSE(Matches(names, "name"));
  EXPECT_FALSE(Matches(names, ""));
}

TEST_F(NamesTest, CostWhatIsVisited) {
  std::vector<std::string> texts;
  for (int i = 0; i < 100'000; ++i)
    texts.push_back("word" + std::to_string(i % 40) + "-" + std::to_string(i * 7919 % 1'000'003));
  const size_t before = pool_.size();
  const ExprId names = pool_.Texts(Views(texts));
  EXPECT_LT(pool_.size(), before + 4);
  EXPECT_TRUE(Matches(names, texts[777]));
  EXPECT_FALSE(Matches(names, "word40-1"));
  EXPECT_LT(pool_.size(), before + 400);
}

TEST_F(NamesTest, SpareTheLiteralsThatOnlyAListNames) {
  ProgramWriter w;
  test::Words members;
  for (int i = 0; i < 50; ++i) members.push_back(w.Literal("name" + std::to_string(i)));
  const uint32_t list = w.Union(members), root = w.Rule("root");
  w.Alternative(root, {w.T(w.Concat({members[7], list}))});
  Result<Program> program = ReadProgram(w.Build(root));
  ASSERT_TRUE(program.ok());
  const std::vector<ExprId> ids = pool_.Import(program.value());
  EXPECT_EQ(ids[members[6]], kNone);
  EXPECT_NE(ids[members[7]], kNone);
  EXPECT_TRUE(Matches(ids[list], "name49"));
  EXPECT_TRUE(Matches(ids[list], "name7"));
}

// Masks at each place of texts along a list and away from it, with tokens that break characters.
TEST_F(NamesTest, MasksAreWhatAcceptSays) {
  const TestVocabulary test =
      BytesAnd({"ab", "abé", "\xC3", "\xA9",
                "\xA9"
                "a",
                "漢", "\xE6\xBC", "\xBC\xA2\xE5", "字\"", "\"ab", "a\"", "b\",", "😀", "\xF0\x9F",
                "\x98\x80", "é\"", "ba", "\"\"", "aab"});
  for (int round = 0; round < 12; ++round) {
    const std::vector<std::string> texts = Draw(20 + random_() % 60);
    ProgramWriter w;
    test::Words members;
    for (const std::string& text : texts) members.push_back(w.Literal(text));
    const uint32_t list = w.Union(members), root = w.Rule("root");
    const bool schema = round % 2 == 0;
    if (schema) {
      w.Alternative(root, {ProgramWriter::S(w.Root(w.Node({w.Scalars(0, list, {})})))});
    } else {
      w.Alternative(root, {w.T(list), w.T("!")});
    }
    CompilerOptions options;
    if (round % 3 == 2) options.cache_bytes = 1 << 14;  // evicting
    Compiler compiler(test.vocabulary, options);
    auto compiled = compiler.Compile(w.Build(root), {});
    ASSERT_TRUE(compiled.ok()) << compiled.status().message();
    for (size_t i = 0; i < texts.size(); i += 7) {
      const auto matcher = std::move(compiled.value()->NewMatcher({})).value();
      const std::string text = schema ? "\"" + texts[i] + "\"" : texts[i] + "!";
      for (const char c : text) {
        ASSERT_EQ(CheckPlace(*matcher, *test.vocabulary), "") << texts[i];
        ASSERT_TRUE(matcher->AcceptBytes(std::string(1, c)).value()) << texts[i];
      }
      ASSERT_EQ(CheckPlace(*matcher, *test.vocabulary), "") << texts[i];
    }
  }
}

}  // namespace
}  // namespace grammask
