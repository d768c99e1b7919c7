// PUNYCODE against brute force: the codes of all texts of a small language are all there is.
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <random>
#include <set>

#include "automata/byte_automaton.h"
#include "automata/expr.h"
#include "automata/punycode.h"
#include "automata/utf8.h"
#include "base/budget.h"

namespace grammask {
namespace {

using Points = std::vector<uint32_t>;
constexpr std::string_view kCharacters = "-0123456789abcdefghijklmnopqrstuvwxyz";

ExprId Chars(ExprPool& pool, std::initializer_list<uint32_t> points) {
  std::vector<CharRange> ranges;
  for (const uint32_t cp : points) ranges.push_back({cp, cp});
  return pool.Set(ranges);
}
ExprId Cat(ExprPool& pool, std::vector<ExprId> parts) { return pool.Concat(parts); }
ExprId Or(ExprPool& pool, std::vector<ExprId> parts) { return pool.Union(parts); }
ExprId And(ExprPool& pool, std::vector<ExprId> parts) { return pool.Intersect(parts); }
ExprId Star(ExprPool& pool, ExprId x) { return pool.Repeat(x, 0, ExprPool::kInfinity); }

bool Accepts(ExprPool& pool, ExprId x, std::string_view text) {
  for (const char c : text) x = pool.Derive(x, static_cast<uint8_t>(c));
  return pool.Nullable(x);
}
bool AcceptsPoints(ExprPool& pool, ExprId x, std::span<const uint32_t> points) {
  for (const uint32_t cp : points) x = pool.Derive(x, cp);
  return pool.Nullable(x);
}

// The codes of at most `most` characters of the texts over some letters that an expression takes.
std::set<std::string> Codes(ExprPool& pool, ExprId x, const Points& letters, size_t most) {
  std::set<std::string> codes;
  Points points;
  std::function<void()> grow = [&] {
    const std::optional<std::string> code = EncodePunycode(points);
    if (code && code->size() <= most && DecodePunycode(*code) == points &&
        AcceptsPoints(pool, x, points)) {
      codes.insert(*code);
    }
    if (points.size() == most) return;
    for (const uint32_t letter : letters) {
      points.push_back(letter);
      grow();
      points.pop_back();
    }
  };
  grow();
  return codes;
}

struct Language {
  const char* name;
  ExprId (*make)(ExprPool& pool);
  Points letters;
  uint32_t most;
};

ExprId Free(ExprPool& pool) { return Star(pool, Chars(pool, {'a', 'b', 0xFC, 0xE9})); }
// A point only between two l.
ExprId Catalan(ExprPool& pool) {
  const ExprId l = pool.Literal("l"), point = pool.Literal("\xC2\xB7");
  return Star(pool, Or(pool, {Chars(pool, {0xE9, '-'}),
                              Cat(pool, {l, Star(pool, Cat(pool, {point, l}))})}));
}
// No hyphen at either end, so that a code with hyphens there needs characters around them.
ExprId Inner(ExprPool& pool) {
  const ExprId letter = Chars(pool, {'x', 0x80, 0x3B1});
  return Cat(pool, {letter, Star(pool, Cat(pool, {Star(pool, pool.Literal("-")), letter}))});
}
// What an alphabet does not tell: letters beyond ASCII in pairs.
ExprId Pairs(ExprPool& pool) {
  const ExprId pair = pool.Literal("\xC3\xA9\xC3\xBC");
  const ExprId one = And(pool, {Free(pool), pool.Complement(pool.Literal("a"))});
  return And(pool, {Star(pool, Or(pool, {pool.Literal("a"), pool.Literal("b"), pair})), one});
}
ExprId Far(ExprPool& pool) { return Star(pool, Chars(pool, {'a', 0x10FFFF, 0x4E00})); }

const Language kLanguages[] = {
    {"free", Free, {'a', 'b', 0xFC, 0xE9}, 8},    {"catalan", Catalan, {'l', 0xB7, 0xE9, '-'}, 8},
    {"inner", Inner, {'x', '-', 0x80, 0x3B1}, 8}, {"pairs", Pairs, {'a', 'b', 0xFC, 0xE9}, 8},
    {"far", Far, {'a', 0x10FFFF, 0x4E00}, 8},
};

TEST(ALabels, EveryPrefixIsAliveIfACodeBeginsWithIt) {
  for (const Language& language : kLanguages) {
    for (uint32_t most = 1; most <= language.most; ++most) {
      ExprPool pool;
      const ExprId operand = language.make(pool);
      const std::set<std::string> codes = Codes(pool, operand, language.letters, most);
      std::set<std::string> alive;
      for (const std::string& code : codes) {
        for (size_t i = 0; i <= code.size(); ++i) alive.insert(code.substr(0, i));
      }
      const ExprId x = pool.Punycode(operand, most);
      if (codes.empty()) {
        EXPECT_EQ(pool.NonEmpty(x), Tri::kNo) << language.name << most;
        continue;
      }
      for (const std::string& text : alive) {
        ExprId state = x;
        for (const char c : text) state = pool.Derive(state, static_cast<uint8_t>(c));
        ASSERT_EQ(pool.Nullable(state), codes.contains(text)) << language.name << most << text;
        for (const char c : kCharacters) {
          const ExprId after = pool.Derive(state, static_cast<uint8_t>(c));
          ASSERT_EQ(after != ExprPool::kEmpty, alive.contains(text + c))
              << language.name << most << " " << text << c;
          if (c >= 'a') {
            ASSERT_EQ(pool.Derive(state, static_cast<uint8_t>(c - 32)), after);
          }
        }
        for (const uint32_t other : {uint32_t{'_'}, uint32_t{'.'}, uint32_t{0xE9}}) {
          ASSERT_EQ(pool.Derive(state, other), ExprPool::kEmpty);
        }
        // The row says the same as the steps.
        if (text.size() % 2 == 1) continue;
        size_t next = 0;
        for (const char c : kCharacters) next += alive.contains(text + c) ? 1 + (c >= 'a') : 0;
        size_t in_row = 0;
        for (const Arc& arc : pool.Arcs(state)) in_row += arc.hi - arc.lo + 1;
        ASSERT_EQ(in_row, next);
      }
    }
  }
}

TEST(ALabels, ShortestAndLengths) {
  for (const Language& language : kLanguages) {
    ExprPool pool;
    const ExprId operand = language.make(pool);
    const std::set<std::string> codes = Codes(pool, operand, language.letters, language.most);
    const ExprId label = pool.Punycode(operand, language.most);
    const ExprId name = Cat(pool, {pool.Literal("xn--"), label,
                                   pool.Repeat(Cat(pool, {pool.Literal("."), label}), 0, 2)});
    ASSERT_TRUE(pool.Shortest(label));
    EXPECT_TRUE(codes.contains(*pool.Shortest(label))) << language.name;
    EXPECT_TRUE(Accepts(pool, name, *pool.Shortest(name))) << language.name;
    for (uint32_t length = 0; length <= language.most + 1; ++length) {
      const bool some = std::any_of(codes.begin(), codes.end(),
                                    [&](const std::string& code) { return code.size() == length; });
      const Tri said = pool.HasLength(label, length, length);
      EXPECT_NE(said, some ? Tri::kNo : Tri::kYes) << language.name << length;
      if (const auto text = pool.ShortestOfLength(label, length, length)) {
        EXPECT_TRUE(codes.contains(*text) && text->size() == length) << language.name << length;
      }
    }
    // Products with one text, or with few: exact.
    std::mt19937 random(3);
    for (const std::string& code : codes) {
      EXPECT_EQ(pool.NonEmpty(And(pool, {name, pool.Literal("xn--" + code)})), Tri::kYes) << code;
      std::string other = code;
      other[random() % other.size()] = kCharacters[random() % kCharacters.size()];
      const ExprId product = And(pool, {name, pool.Literal("xn--" + other)});
      EXPECT_EQ(pool.NonEmpty(product), codes.contains(other) ? Tri::kYes : Tri::kNo) << other;
      if (random() % 64 == 0) break;
    }
    // A product whose other operand takes no completion is never called empty wrongly.
    for (const char* end : {"9", "a", "-", "q4"}) {
      const ExprId ends = Cat(pool, {ExprPool::kAny, pool.Literal(end)});
      const bool some = std::any_of(codes.begin(), codes.end(),
                                    [&](const std::string& code) { return code.ends_with(end); });
      const Tri said = pool.NonEmpty(And(pool, {label, ends}));
      EXPECT_NE(said, some ? Tri::kNo : Tri::kYes) << language.name << end;
      const ExprId neither = And(pool, {label, pool.Complement(ends)});
      EXPECT_NE(pool.NonEmpty(neither), Tri::kNo);
    }
  }
}

TEST(ALabels, WhatFollowsMayBeginLikeALabel) {
  ExprPool pool;
  const ExprId label = pool.Punycode(Free(pool), 6);
  const ExprId ends = Chars(pool, {'a', 'b', 'c'});
  for (const ExprId x : {Cat(pool, {label, ends, ends}), Or(pool, {label, pool.Literal("a_a")}),
                         Cat(pool, {Star(pool, label), pool.Literal("z!")})}) {
    const std::optional<std::string> text = pool.Shortest(x);
    ASSERT_TRUE(text) << pool.ToString(x);
    EXPECT_TRUE(Accepts(pool, x, *text)) << *text;
    for (size_t i = 0; i < text->size(); ++i) {
      ExprId state = x;
      for (const char c : text->substr(0, i)) state = pool.Derive(state, static_cast<uint8_t>(c));
      EXPECT_TRUE(pool.ShortestInBytes(state)) << text->substr(0, i);
    }
  }
}

TEST(ALabels, UnderComplement) {
  ExprPool pool;
  const ExprId label = pool.Punycode(Free(pool), 8);
  const ExprId none = pool.Complement(Cat(pool, {pool.Literal("xn--"), label}));
  EXPECT_FALSE(Accepts(pool, none, "xn--tda"));
  EXPECT_TRUE(Accepts(pool, none, "xn--tdb") && Accepts(pool, none, "xn--td"));
  EXPECT_TRUE(Accepts(pool, none, "xn--tda\xC3"));
  EXPECT_EQ(pool.HasLength(And(pool, {none, pool.Literal("xn--tda")}), 0, 20), Tri::kNo);
  EXPECT_EQ(pool.NonEmpty(And(pool, {none, pool.Literal("xn--tdb")})), Tri::kYes);
}

TEST(ALabels, AWholeLabelFindsItsEndAtEveryStep) {
  ExprPool pool;
  const CharRange letters[] = {{'a', 'z'}, {'0', '9'}, {'-', '-'}, {0xDF, 0xF6}, {0x4E00, 0x9FFF}};
  const ExprId label = pool.Punycode(Star(pool, pool.Set(letters)), 59);
  std::mt19937 random(11);
  for (int round = 0; round < 60; ++round) {
    ExprId state = label;
    std::string text;
    while (true) {
      std::string choices;
      for (const char c : kCharacters) {
        if (pool.Derive(state, static_cast<uint8_t>(c)) != ExprPool::kEmpty) choices += c;
      }
      const bool stop = pool.Nullable(state) && random() % 8 == 0;
      // A state that is alive and takes no text would be a dead end.
      ASSERT_TRUE(pool.Nullable(state) || !choices.empty()) << text;
      if (stop || choices.empty()) break;
      const std::optional<std::string> rest = pool.Shortest(state);
      ASSERT_TRUE(rest) << text;
      ASSERT_TRUE(DecodePunycode(text + *rest)) << text << " " << *rest;
      text += choices[random() % choices.size()];
      ASSERT_LE(text.size(), 59u);
      state = pool.Derive(state, static_cast<uint8_t>(text.back()));
    }
    const auto points = DecodePunycode(text);
    ASSERT_TRUE(points) << text;
    EXPECT_TRUE(AcceptsPoints(pool, Star(pool, pool.Set(letters)), *points));
  }
}

TEST(ALabels, BytesGoTheSameWay) {
  ExprPool pool;
  const ExprId x = Cat(pool, {pool.Punycode(Free(pool), 6), pool.Repeat(pool.Literal("."), 0, 1)});
  ByteAutomaton automaton(pool);
  const std::set<std::string> codes = Codes(pool, Free(pool), {'a', 'b', 0xFC, 0xE9}, 6);
  for (const std::string& code : codes) {
    ByteState state = automaton.Start(x);
    for (const char c : code) state = automaton.Step(state, static_cast<uint8_t>(c));
    EXPECT_TRUE(automaton.Accepting(state));
    EXPECT_TRUE(automaton.Accepting(automaton.Step(state, '.')));
    EXPECT_EQ(automaton.Step(state, '_'), kDead);
  }
}

TEST(ALabels, AnExhaustedBudgetIsForgotten) {
  ExprPool pool;
  const ExprId label = pool.Punycode(Free(pool), 20);
  Budget spent(0, 0);
  for (int i = 0; i < 2000; ++i) spent.Tick();
  pool.budget = &spent;
  EXPECT_EQ(pool.Derive(label, 'a'), ExprPool::kEmpty);
  EXPECT_EQ(pool.Derive(label, 't'), ExprPool::kEmpty);
  pool.budget = nullptr;
  const uint32_t points[] = {'a', 0xFC, 'a'};
  EXPECT_TRUE(Accepts(pool, label, "tda") && Accepts(pool, label, *EncodePunycode(points)));
  EXPECT_NE(pool.Derive(label, 'a'), ExprPool::kEmpty);
}

}  // namespace
}  // namespace grammask
