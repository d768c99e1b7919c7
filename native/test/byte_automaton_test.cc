#include "automata/byte_automaton.h"

#include <gtest/gtest.h>

#include <deque>
#include <set>

#include "automata/utf8.h"
#include "base/budget.h"

namespace grammask {
namespace {

ExprId Chars(ExprPool& pool, std::initializer_list<CharRange> ranges) {
  return pool.Set(std::vector<CharRange>(ranges));
}
ExprId Star(ExprPool& pool, ExprId x) { return pool.Repeat(x, 0, ExprPool::kInfinity); }
ExprId Cat(ExprPool& pool, std::vector<ExprId> parts) { return pool.Concat(parts); }
ExprId Or(ExprPool& pool, std::vector<ExprId> parts) { return pool.Union(parts); }
ExprId And(ExprPool& pool, std::vector<ExprId> parts) { return pool.Intersect(parts); }

ByteState Walk(ByteAutomaton& automaton, ByteState state, std::string_view bytes) {
  for (const char c : bytes) state = automaton.Step(state, static_cast<uint8_t>(c));
  return state;
}

// All reachable states: a live one has a shortest suffix that is accepted, and no byte off it is
// wasted.
void CheckSuffixes(ExprPool& pool, ExprId x, size_t limit = 500) {
  ByteAutomaton automaton(pool);
  std::deque<ByteState> queue{automaton.Start(x)};
  std::set<ByteState> seen(queue.begin(), queue.end());
  while (!queue.empty() && seen.size() < limit) {
    const ByteState state = queue.front();
    queue.pop_front();
    if (state == kDead) continue;
    const auto suffix = automaton.ShortestSuffix(state);
    const auto length = automaton.ShortestSuffixLength(state);
    ASSERT_TRUE(suffix.has_value() && length.has_value());
    ASSERT_EQ(suffix->size(), *length);
    ASSERT_TRUE(automaton.Accepting(Walk(automaton, state, *suffix)));
    ASSERT_EQ(automaton.Accepting(state), *length == 0);
    bool final = true;
    for (int byte = 0; byte < 256; ++byte) {
      const ByteState next = automaton.Step(state, static_cast<uint8_t>(byte));
      if (next == kDead) continue;
      final = false;
      ASSERT_LE(*length, *automaton.ShortestSuffixLength(next) + 1);
      if (seen.insert(next).second) queue.push_back(next);
    }
    ASSERT_EQ(automaton.Final(state), final);
  }
}

TEST(ByteAutomaton, CharactersThatStandForBytes) {
  ExprPool pool;
  ByteAutomaton automaton(pool);
  const ExprId any = Star(pool, Chars(pool, {{0, 0xFF}}));
  // Not FE, not C3 A9, and not all of the others.
  const ExprId some = Or(pool, {Chars(pool, {{0xFE, 0xFE}}), pool.Literal("\xC3\x83\xC2\xA9")});
  const ExprId x = And(pool, {any, pool.Complement(some)});
  const ByteState start = automaton.Start(x, Encoding::kBytes);
  EXPECT_NE(start, automaton.Start(x));
  EXPECT_EQ(automaton.EncodingOf(start), Encoding::kBytes);
  for (int byte = 0; byte < 256; ++byte) {
    const ByteState next = automaton.Step(start, static_cast<uint8_t>(byte));
    ASSERT_TRUE(automaton.AtBorder(next));
    EXPECT_EQ(automaton.Accepting(next), byte != 0xFE);
  }
  EXPECT_FALSE(automaton.Accepting(Walk(automaton, start, "\xC3\xA9")));
  EXPECT_TRUE(automaton.Accepting(Walk(automaton, start, "\xC3\xC3\xFE")));
  const ByteState end = automaton.Start(pool.Literal("a\xC3\xBE"), Encoding::kBytes);
  EXPECT_EQ(automaton.ShortestSuffix(end), "a\xFE");
  EXPECT_EQ(automaton.ShortestSuffixLength(end), 2u);
}

TEST(ByteAutomaton, EveryScalarValueAndNothingElse) {
  ExprPool pool;
  ByteAutomaton automaton(pool);
  const ByteState start = automaton.Start(Chars(pool, {{0, 0x10FFFF}}));
  // Every sequence of up to four bytes, walked as a tree; accepted are exactly the scalar values,
  // each at its own spelling.
  uint32_t accepted = 0;
  std::string bytes;
  const auto check = [&](ByteState state) {
    if (!automaton.Accepting(state)) return;
    uint32_t cp = 0;
    ASSERT_EQ(DecodeUtf8(bytes, &cp), bytes.size());
    ++accepted;
  };
  for (int a = 0; a < 256; ++a) {
    const ByteState s1 = automaton.Step(start, static_cast<uint8_t>(a));
    bytes.assign(1, static_cast<char>(a));
    check(s1);
    for (int b = 0; b < 256 && s1 != kDead; ++b) {
      const ByteState s2 = automaton.Step(s1, static_cast<uint8_t>(b));
      bytes.resize(1);
      bytes += static_cast<char>(b);
      check(s2);
      for (int c = 0; c < 256 && s2 != kDead; ++c) {
        const ByteState s3 = automaton.Step(s2, static_cast<uint8_t>(c));
        bytes.resize(2);
        bytes += static_cast<char>(c);
        check(s3);
        for (int d = 0; d < 256 && s3 != kDead; ++d) {
          bytes.resize(3);
          bytes += static_cast<char>(d);
          check(automaton.Step(s3, static_cast<uint8_t>(d)));
        }
      }
    }
  }
  EXPECT_EQ(accepted, 0x110000u - 0x800u);
}

TEST(ByteAutomaton, BordersOfUtf8) {
  ExprPool pool;
  ByteAutomaton automaton(pool);
  const ByteState any = automaton.Start(ExprPool::kAny);
  const auto alive = [&](std::string_view bytes) { return Walk(automaton, any, bytes) != kDead; };
  EXPECT_TRUE(alive("\x7F") && alive("\xC2\x80") && alive("\xDF\xBF") && alive("\xE0\xA0\x80"));
  EXPECT_TRUE(alive("\xED\x9F\xBF") && alive("\xEE\x80\x80") && alive("\xEF\xBF\xBF"));
  EXPECT_TRUE(alive("\xF0\x90\x80\x80") && alive("\xF4\x8F\xBF\xBF"));
  EXPECT_FALSE(alive("\x80") || alive("\xBF") || alive("\xC0") || alive("\xC1") || alive("\xF5"));
  EXPECT_FALSE(alive("\xE0\x9F") || alive("\xED\xA0") || alive("\xF0\x8F") || alive("\xF4\x90"));
  EXPECT_FALSE(alive("\xC2\x7F") || alive("\xC2\xC0") || alive("\xFF") || alive("\xE1 "));
}

TEST(ByteAutomaton, EqualFuturesAreOneState) {
  ExprPool pool;
  ByteAutomaton automaton(pool);
  const ByteState any = automaton.Start(ExprPool::kAny);
  EXPECT_EQ(automaton.Step(any, 'x'), any);
  EXPECT_EQ(automaton.Step(any, 0xE1), automaton.Step(any, 0xEC));
  EXPECT_EQ(automaton.Step(any, 0xE1), automaton.Step(automaton.Step(any, 0xF1), 0x80));
  EXPECT_NE(automaton.Step(any, 0xE0), automaton.Step(any, 0xE1));
  EXPECT_NE(automaton.Step(any, 0xED), automaton.Step(any, 0xE1));
  EXPECT_FALSE(automaton.AtBorder(automaton.Step(any, 0xE1)));
  EXPECT_EQ(automaton.ExprOf(automaton.Step(any, 0xE1)), kNone);
  EXPECT_EQ(automaton.ExprOf(any), ExprPool::kAny);
}

TEST(ByteAutomaton, AnIncompleteSequenceNeedsALiveCompletion) {
  ExprPool pool;
  ByteAutomaton automaton(pool);
  // U+20AC and U+20AD, of which an intersection leaves one, and then none.
  const ExprId euro = Chars(pool, {{0x20AC, 0x20AD}});
  const ByteState one = automaton.Start(euro);
  EXPECT_NE(Walk(automaton, one, "\xE2\x82"), kDead);
  EXPECT_EQ(Walk(automaton, one, "\xE2\x81"), kDead);
  EXPECT_EQ(Walk(automaton, one, "\xE2\x82\xAE"), kDead);
  const ExprId ends_a = Cat(pool, {ExprPool::kAny, pool.Literal("a")});
  const ExprId ends_b = Cat(pool, {ExprPool::kAny, pool.Literal("b")});
  const ExprId never = And(pool, {ends_a, ends_b});
  const ExprId x = Or(pool, {Cat(pool, {Chars(pool, {{0x20AC, 0x20AC}}), never}),
                             Cat(pool, {Chars(pool, {{0x20AD, 0x20AD}}), ends_a})});
  const ByteState start = automaton.Start(x);
  EXPECT_EQ(Walk(automaton, start, "\xE2\x82\xAC"), kDead);
  EXPECT_NE(Walk(automaton, start, "\xE2\x82\xAD"), kDead);
  EXPECT_EQ(automaton.Start(never), kDead);
  CheckSuffixes(pool, x);
}

TEST(ByteAutomaton, Complement) {
  ExprPool pool;
  ByteAutomaton automaton(pool);
  const ExprId not_euro = pool.Complement(pool.Literal("\xE2\x82\xAC"));
  const ByteState start = automaton.Start(not_euro);
  EXPECT_TRUE(automaton.Accepting(start));
  EXPECT_TRUE(automaton.Accepting(Walk(automaton, start, "\xE2\x82\xAD")));
  EXPECT_FALSE(automaton.Accepting(Walk(automaton, start, "\xE2\x82\xAC")));
  EXPECT_TRUE(automaton.Accepting(Walk(automaton, start, "\xE2\x82\xAC.")));
  EXPECT_EQ(Walk(automaton, start, "\xED\xA0"), kDead);
  CheckSuffixes(pool, not_euro);
}

TEST(ByteAutomaton, Counters) {
  ExprPool pool;
  ByteAutomaton automaton(pool);
  const ExprId accents = Chars(pool, {{0xE0, 0x17F}});
  ByteState state = automaton.Start(pool.Repeat(accents, 3, 1000000));
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(automaton.Accepting(state));
    EXPECT_EQ(automaton.ShortestSuffixLength(state), 2u * static_cast<uint32_t>(3 - i));
    state = Walk(automaton, state, "\xC3\xA9");
  }
  EXPECT_TRUE(automaton.Accepting(state));
  const ExprId few = pool.Repeat(accents, 0, 2);
  state = Walk(automaton, automaton.Start(few), "\xC3\xA9\xC5\xBF");
  EXPECT_TRUE(automaton.Accepting(state));
  EXPECT_TRUE(automaton.Final(state));
  CheckSuffixes(pool, few);
}

TEST(ByteAutomaton, ShortestSuffixHasTheFewestBytes) {
  ExprPool pool;
  ByteAutomaton automaton(pool);
  const ExprId x = Or(pool, {pool.Literal("abc"), pool.Literal("\xF0\x9F\x98\x80")});
  EXPECT_EQ(automaton.ShortestSuffix(automaton.Start(x)), "abc");
  const ByteState inside = automaton.Step(automaton.Start(x), 0xF0);
  EXPECT_EQ(automaton.ShortestSuffix(inside), "\x9F\x98\x80");
  EXPECT_EQ(automaton.ShortestSuffixLength(inside), 3u);
  EXPECT_EQ(automaton.ShortestSuffix(kDead), std::nullopt);
  CheckSuffixes(pool, x);
}

TEST(ByteAutomaton, SuffixesOfMixedExpressions) {
  ExprPool pool;
  const ExprId word = Chars(pool, {{'a', 'f'}, {0x3B1, 0x3C9}, {0xFF00, 0x10400}});
  CheckSuffixes(pool,
                Cat(pool, {Star(pool, word), pool.Literal("\xCE\xB1"), pool.Repeat(word, 2, 4)}));
  CheckSuffixes(pool, And(pool, {pool.Repeat(word, 2, 5),
                                 pool.Complement(Cat(pool, {ExprPool::kAny, pool.Literal("ab"),
                                                            ExprPool::kAny}))}));
  CheckSuffixes(pool, pool.Complement(Cat(pool, {ExprPool::kAny, Chars(pool, {{0xD000, 0xE100}}),
                                                 ExprPool::kAny})));
}

TEST(ByteAutomaton, AnExhaustedBudgetIsNotRemembered) {
  ExprPool pool;
  ByteAutomaton automaton(pool);
  const ByteState start = automaton.Start(pool.Literal("ab"));
  Budget spent(-1, 1);
  spent.Charge(2);
  pool.budget = &spent;
  EXPECT_EQ(automaton.Step(start, 'a'), kDead);
  pool.budget = nullptr;
  EXPECT_TRUE(automaton.Accepting(Walk(automaton, start, "ab")));
}

TEST(ByteAutomaton, ClearForgets) {
  ExprPool pool;
  ByteAutomaton automaton(pool);
  Walk(automaton, automaton.Start(pool.Literal("abc")), "abc");
  const size_t grown = automaton.MemoryBytes();
  automaton.Clear();
  pool.Clear();
  EXPECT_LT(automaton.MemoryBytes(), grown);
  EXPECT_TRUE(automaton.Accepting(Walk(automaton, automaton.Start(pool.Literal("xyz")), "xyz")));
}

}  // namespace
}  // namespace grammask
