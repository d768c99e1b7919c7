#include "automata/expr.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <map>
#include <random>

#include "automata/utf8.h"
#include "base/budget.h"

namespace grammask {
namespace {

using Ids = std::vector<ExprId>;

ExprId Char(ExprPool& pool, uint32_t lo, uint32_t hi) {
  const CharRange range[] = {{lo, hi}};
  return pool.Set(range);
}
ExprId Cat(ExprPool& pool, const Ids& parts) { return pool.Concat(parts); }
ExprId Or(ExprPool& pool, const Ids& parts) { return pool.Union(parts); }
ExprId And(ExprPool& pool, const Ids& parts) { return pool.Intersect(parts); }
ExprId Star(ExprPool& pool, ExprId x) { return pool.Repeat(x, 0, ExprPool::kInfinity); }

std::vector<uint32_t> CodePoints(std::string_view text) {
  std::vector<uint32_t> cps;
  while (!text.empty()) {
    uint32_t cp = 0;
    const size_t length = DecodeUtf8(text, &cp);
    if (length == 0) break;
    cps.push_back(cp);
    text.remove_prefix(length);
  }
  return cps;
}

bool Accepts(ExprPool& pool, ExprId x, std::string_view text) {
  for (const uint32_t cp : CodePoints(text)) x = pool.Derive(x, cp);
  return pool.Nullable(x);
}

TEST(Expr, ConstantsAndNeutralElements) {
  ExprPool pool;
  const ExprId a = Char(pool, 'a', 'a');
  EXPECT_EQ(pool.Literal(""), ExprPool::kEpsilon);
  EXPECT_EQ(pool.Literal("a"), a);
  EXPECT_EQ(pool.Set({}), ExprPool::kEmpty);
  EXPECT_EQ(Cat(pool, {}), ExprPool::kEpsilon);
  EXPECT_EQ(Or(pool, {}), ExprPool::kEmpty);
  EXPECT_EQ(And(pool, {}), ExprPool::kAny);
  EXPECT_EQ(Star(pool, Char(pool, 0, 0x10FFFF)), ExprPool::kAny);
  EXPECT_EQ(pool.Complement(ExprPool::kEmpty), ExprPool::kAny);
  EXPECT_EQ(pool.Complement(ExprPool::kAny), ExprPool::kEmpty);
  EXPECT_EQ(Or(pool, {a, ExprPool::kAny}), ExprPool::kAny);
  EXPECT_EQ(And(pool, {a, ExprPool::kAny}), a);
  EXPECT_EQ(And(pool, {a, ExprPool::kEmpty}), ExprPool::kEmpty);
  EXPECT_EQ(Cat(pool, {a, ExprPool::kEmpty}), ExprPool::kEmpty);
  EXPECT_EQ(Cat(pool, {ExprPool::kEpsilon, a}), a);
  EXPECT_EQ(Char(pool, 0xD800, 0xDFFF), ExprPool::kEmpty);
  EXPECT_EQ(pool.Literal("\xED\xA0\x80"), ExprPool::kEmpty);
}

TEST(Expr, LawsGiveOneId) {
  ExprPool pool;
  const ExprId a = pool.Literal("ax"), b = pool.Literal("by"), c = Star(pool, pool.Literal("cz"));
  EXPECT_EQ(Or(pool, {a, b, c}), Or(pool, {Or(pool, {c, b}), a, a}));
  EXPECT_EQ(And(pool, {c, pool.Complement(a)}), And(pool, {pool.Complement(a), c, c}));
  EXPECT_EQ(Cat(pool, {c, Cat(pool, {a, c})}), Cat(pool, {Cat(pool, {c, a}), c}));
  EXPECT_EQ(pool.Complement(pool.Complement(c)), c);
  EXPECT_EQ(Or(pool, {a, pool.Complement(a)}), ExprPool::kAny);
  EXPECT_EQ(And(pool, {a, pool.Complement(a)}), ExprPool::kEmpty);
  EXPECT_EQ(And(pool, {a, b}), ExprPool::kEmpty);
  EXPECT_EQ(Cat(pool, {pool.Literal("a"), pool.Literal("x")}), a);
  EXPECT_EQ(Or(pool, {Char(pool, 'a', 'c'), Char(pool, 'd', 'f')}), Char(pool, 'a', 'f'));
  EXPECT_EQ(Or(pool, {ExprPool::kEpsilon, a}), pool.Repeat(a, 0, 1));
}

TEST(Expr, RepeatLaws) {
  ExprPool pool;
  const ExprId a = pool.Literal("ab");
  const ExprId star = Star(pool, a);
  EXPECT_EQ(pool.Repeat(a, 0, 0), ExprPool::kEpsilon);
  EXPECT_EQ(pool.Repeat(a, 1, 1), a);
  EXPECT_EQ(pool.Repeat(ExprPool::kEmpty, 0, 5), ExprPool::kEpsilon);
  EXPECT_EQ(pool.Repeat(ExprPool::kEmpty, 1, 5), ExprPool::kEmpty);
  EXPECT_EQ(Star(pool, star), star);
  EXPECT_EQ(Cat(pool, {star, star}), star);
  EXPECT_EQ(Cat(pool, {a, star}), pool.Repeat(a, 1, ExprPool::kInfinity));
  EXPECT_EQ(Cat(pool, {pool.Repeat(a, 2, 3), pool.Repeat(a, 4, 5)}), pool.Repeat(a, 6, 8));
  EXPECT_EQ(Or(pool, {pool.Repeat(a, 2, 3), pool.Repeat(a, 4, 5)}), pool.Repeat(a, 2, 5));
  EXPECT_NE(Or(pool, {pool.Repeat(a, 2, 3), pool.Repeat(a, 5, 6)}), pool.Repeat(a, 2, 6));
  EXPECT_EQ(pool.Repeat(pool.Repeat(a, 0, 10), 0, 10), pool.Repeat(a, 0, 100));
  EXPECT_NE(pool.Repeat(pool.Repeat(a, 3, 3), 1, 2), pool.Repeat(a, 3, 6));
  EXPECT_EQ(pool.Repeat(pool.Repeat(a, 0, 1), 7, 9), pool.Repeat(a, 0, 9));
}

// --- Every small expression against sets of words ------------------------------------------------

// The words over {a, b} of up to five letters, numbered: a language is a set of bits.
struct Words {
  std::vector<std::string> all;
  std::map<std::string, int> index;
  Words() {
    for (size_t length = 0; length <= 5; ++length) {
      for (unsigned bits = 0; bits < (1u << length); ++bits) {
        std::string word;
        for (size_t i = 0; i < length; ++i) word += (bits >> i) & 1 ? 'b' : 'a';
        index[word] = static_cast<int>(all.size());
        all.push_back(word);
      }
    }
  }
  uint64_t Of(const std::string& word) const { return uint64_t{1} << index.at(word); }
  uint64_t All() const { return (uint64_t{1} << all.size()) - 1; }
  uint64_t Concat(uint64_t x, uint64_t y) const {
    uint64_t result = 0;
    for (uint64_t i = x; i != 0; i &= i - 1) {
      const std::string& left = all[static_cast<size_t>(std::countr_zero(i))];
      for (uint64_t j = y; j != 0; j &= j - 1) {
        const std::string& right = all[static_cast<size_t>(std::countr_zero(j))];
        if (left.size() + right.size() > 5) break;  // words are sorted by length
        result |= Of(left + right);
      }
    }
    return result;
  }
  uint64_t Repeat(uint64_t x, uint32_t min, uint32_t max) const {
    uint64_t power = 1, result = 0;
    for (uint32_t k = 0; k <= std::min<uint32_t>(max, 12); ++k) {
      if (k >= min) result |= power;
      power = Concat(power, x);
    }
    return result;
  }
  uint64_t OfLength(size_t length) const {
    uint64_t result = 0;
    for (const std::string& word : all) {
      if (word.size() == length) result |= Of(word);
    }
    return result;
  }
};

struct Case {
  ExprId x;
  uint64_t words;
};

void Check(ExprPool& pool, const Words& words, const Case& c) {
  SCOPED_TRACE(pool.ToString(c.x));
  // Walk the words as a tree, each prefix once.
  std::map<std::string, ExprId> reached{{"", c.x}};
  for (const std::string& word : words.all) {
    if (!word.empty()) {
      reached[word] =
          pool.Derive(reached[word.substr(0, word.size() - 1)], static_cast<uint32_t>(word.back()));
    }
    ASSERT_EQ(pool.Nullable(reached[word]), (c.words & words.Of(word)) != 0) << word;
  }
  uint32_t next = 0;
  for (const Arc& arc : pool.Arcs(c.x)) {
    ASSERT_LE(next, arc.lo);
    ASSERT_LE(arc.lo, arc.hi);
    ASSERT_TRUE(arc.hi < 0xD800 || arc.lo > 0xDFFF);
    ASSERT_LE(arc.hi, 0x10FFFFu);
    ASSERT_NE(arc.target, ExprPool::kEmpty);
    next = arc.hi + 1;
  }
  const Tri some = pool.NonEmpty(c.x);
  ASSERT_NE(some, Tri::kUndecided);
  const auto shortest = pool.Shortest(c.x);
  const auto length = pool.ShortestLength(c.x);
  ASSERT_EQ(shortest.has_value(), some == Tri::kYes);
  ASSERT_EQ(length.has_value(), some == Tri::kYes);
  if (some == Tri::kNo) {
    ASSERT_EQ(c.words, 0u);
    return;
  }
  ASSERT_TRUE(Accepts(pool, c.x, *shortest)) << *shortest;
  ASSERT_EQ(CodePoints(*shortest).size(), *length);
  const auto bytes = pool.ShortestInBytes(c.x);
  ASSERT_TRUE(bytes && Accepts(pool, c.x, *bytes));
  ASSERT_EQ(bytes->size(), *pool.ShortestByteLength(c.x));
  for (uint32_t n = 0; n <= 5; ++n) {
    const Tri has = pool.HasLength(c.x, n, n);
    ASSERT_NE(has, Tri::kUndecided);
    if ((c.words & words.OfLength(n)) != 0) {
      ASSERT_EQ(has, Tri::kYes) << n;
      ASSERT_LE(*length, n);
    }
    for (const uint32_t max : {n, n + 2, ExprPool::kInfinity}) {
      const auto text = pool.ShortestOfLength(c.x, n, max);
      ASSERT_EQ(text.has_value(), pool.HasLength(c.x, n, max) == Tri::kYes) << n << " " << max;
      if (!text) continue;
      ASSERT_TRUE(Accepts(pool, c.x, *text)) << *text;
      const auto size = static_cast<uint32_t>(CodePoints(*text).size());
      ASSERT_GE(size, n);
      ASSERT_LE(size, max);
      for (uint32_t k = n; k < size; ++k) ASSERT_EQ(pool.HasLength(c.x, k, k), Tri::kNo) << k;
    }
  }
}

class SmallExpressions : public testing::Test {
 protected:
  Words words;
  ExprPool pool;
  std::map<ExprId, uint64_t> known;

  void Add(ExprId x, uint64_t language, std::vector<Case>* out) {
    const auto [it, fresh] = known.emplace(x, language);
    // The simplifications may give two expressions one id only if they have one language.
    ASSERT_EQ(it->second, language) << pool.ToString(x);
    if (fresh) out->push_back({x, language});
  }
  std::vector<Case> Base() {
    std::vector<Case> out;
    Add(ExprPool::kEmpty, 0, &out);
    Add(ExprPool::kEpsilon, 1, &out);
    Add(ExprPool::kAny, words.All(), &out);
    Add(pool.Literal("a"), words.Of("a"), &out);
    Add(pool.Literal("b"), words.Of("b"), &out);
    Add(Char(pool, 'a', 'b'), words.Of("a") | words.Of("b"), &out);
    Add(pool.Literal("ab"), words.Of("ab"), &out);
    Add(pool.Literal("aba"), words.Of("aba"), &out);
    return out;
  }
  void Unary(const Case& c, std::vector<Case>* out) {
    Add(pool.Complement(c.x), words.All() & ~c.words, out);
    for (const auto& [min, max] : {std::pair{0u, ExprPool::kInfinity},
                                   {0u, 1u},
                                   {2u, 2u},
                                   {1u, 3u},
                                   {2u, ExprPool::kInfinity}}) {
      Add(pool.Repeat(c.x, min, max), words.Repeat(c.words, min, max), out);
    }
  }
  void Binary(const Case& c, const Case& d, std::vector<Case>* out) {
    Add(Cat(pool, {c.x, d.x}), words.Concat(c.words, d.words), out);
    Add(Or(pool, {c.x, d.x}), c.words | d.words, out);
    Add(And(pool, {c.x, d.x}), c.words & d.words, out);
  }
};

TEST_F(SmallExpressions, EveryOneOfTwoLevels) {
  const std::vector<Case> base = Base();
  std::vector<Case> all = base, first;
  for (const Case& c : base) {
    Unary(c, &first);
    for (const Case& d : base) Binary(c, d, &first);
  }
  std::vector<Case> second;
  for (const Case& c : first) {
    Unary(c, &second);
    for (const Case& d : first) Binary(c, d, &second);
    for (const Case& d : base) {
      Binary(c, d, &second);
      Binary(d, c, &second);
    }
  }
  all.insert(all.end(), first.begin(), first.end());
  all.insert(all.end(), second.begin(), second.end());
  for (const Case& c : all) {
    Check(pool, words, c);
    if (HasFatalFailure()) return;
  }
  RecordProperty("expressions", static_cast<int>(all.size()));
}

TEST_F(SmallExpressions, RandomDeeperOnes) {
  std::mt19937 random(7);
  std::vector<Case> all = Base();
  for (int i = 0; i < 3000 && !HasFatalFailure(); ++i) {
    std::vector<Case> made;
    const Case c = all[random() % all.size()], d = all[random() % all.size()];
    if (random() % 3 == 0) {
      Unary(c, &made);
    } else {
      Binary(c, d, &made);
    }
    if (made.empty()) continue;
    const Case pick = made[random() % made.size()];
    Check(pool, words, pick);
    if (pool.ToString(pick.x).size() < 60) all.push_back(pick);
  }
}

// --- Shortest texts and lengths ------------------------------------------------------------------

TEST(Expr, ShortestIsTheSmallestOfTheShortest) {
  ExprPool pool;
  EXPECT_EQ(pool.Shortest(Or(pool, {pool.Literal("zz"), pool.Literal("ba"), pool.Literal("bb"),
                                    pool.Literal("aaa")})),
            "ba");
  const ExprId word = pool.Repeat(Char(pool, 'a', 'z'), 2, 5);
  const ExprId not_aa = pool.Complement(pool.Literal("aa"));
  EXPECT_EQ(pool.Shortest(And(pool, {word, not_aa})), "ab");
  const ExprId not_two = pool.Complement(pool.Repeat(Char(pool, 0, 0x10FFFF), 0, 2));
  EXPECT_EQ(pool.Shortest(And(pool, {word, not_two})), "aaa");
  const ExprId either = Or(pool, {pool.Literal("ab"), pool.Literal("\xE2\x82\xAC")});
  EXPECT_EQ(pool.Shortest(either), "\xE2\x82\xAC");
  EXPECT_EQ(pool.ShortestInBytes(either), "ab");
  // Beside a longer member that has to be searched, and next to others.
  const ExprId longer = And(pool, {pool.Repeat(Char(pool, 'a', 'z'), 3, 5), not_aa});
  const ExprId last_first = Or(pool, {pool.Literal("zz"), pool.Literal("ba"), longer});
  const ExprId first_first = Or(pool, {pool.Literal("ca"), pool.Literal("cb"), longer});
  const ExprId parts[] = {last_first, pool.Repeat(first_first, 2, 3), last_first};
  EXPECT_EQ(pool.Shortest(pool.Concat(parts)), "bacacaba");
  // One that may be as short.
  const ExprId equal = And(pool, {word, not_aa});
  EXPECT_EQ(pool.Shortest(Or(pool, {pool.Literal("zz"), pool.Literal("ba"), equal})), "ab");
}

TEST(Expr, TextsOfABoundedLengthAreKnownWithoutASearchOnlyWhereOneIsThere) {
  ExprPool pool;
  const ExprId some = Or(pool, {pool.Literal("a"), pool.Literal("aaaa")});
  for (const auto& [min, max, there] :
       {std::tuple{0u, 1u, true}, std::tuple{1u, 3u, true}, std::tuple{2u, 3u, false},
        std::tuple{3u, 4u, true}, std::tuple{4u, ExprPool::kInfinity, true}}) {
    const ExprId length = pool.Repeat(Char(pool, 0, 0x10FFFF), min, max);
    EXPECT_EQ(pool.NonEmpty(And(pool, {some, length})), there ? Tri::kYes : Tri::kNo);
    const ExprId word = pool.Repeat(Char(pool, 'a', 'z'), 2, 3);
    EXPECT_EQ(pool.NonEmpty(And(pool, {word, length})),
              min <= 3 && max >= 2 ? Tri::kYes : Tri::kNo);
  }
}

TEST(Expr, CountersAreNotUnrolled) {
  ExprPool pool;
  const ExprId a = pool.Literal("ab");
  const ExprId many = pool.Repeat(a, 1000000000, 1500000000);
  EXPECT_EQ(pool.ShortestLength(many), 2000000000u);
  EXPECT_EQ(pool.Shortest(many), std::nullopt);
  EXPECT_EQ(pool.HasLength(many, 0, 1999999999), Tri::kNo);
  EXPECT_LT(pool.size(), 10u);
  const ExprId set = pool.Repeat(Char(pool, 'a', 'z'), 3, 1000000);
  EXPECT_EQ(pool.HasLength(set, 999999, 999999), Tri::kYes);
  EXPECT_EQ(pool.HasLength(set, 1000001, ExprPool::kInfinity), Tri::kNo);
  EXPECT_EQ(pool.ShortestOfLength(set, 1000000, 2000000)->size(), 1000000u);
  EXPECT_EQ(pool.HasLength(pool.Repeat(set, 2, 2), 5, 5), Tri::kNo);
}

TEST(Expr, LengthsOfWordsWithSeparators) {
  ExprPool pool;
  const ExprId word = pool.Repeat(Char(pool, 'a', 'z'), 1, ExprPool::kInfinity);
  const ExprId words = Cat(pool, {word, Star(pool, Cat(pool, {pool.Literal("-"), word}))});
  EXPECT_EQ(pool.HasLength(words, 1000000, 1000000), Tri::kYes);
  EXPECT_EQ(pool.HasLength(words, 0, 0), Tri::kNo);
  const ExprId after = pool.Derive(words, 'q');
  EXPECT_EQ(pool.HasLength(after, 7, 7), Tri::kYes);
  EXPECT_TRUE(Accepts(pool, words, *pool.ShortestOfLength(words, 40, 50)));
  EXPECT_EQ(pool.ShortestOfLength(words, 40, 50)->size(), 40u);
}

TEST(Expr, LengthsWithAPeriod) {
  ExprPool pool;
  const ExprId triples = Star(pool, pool.Literal("abc"));
  EXPECT_EQ(pool.HasLength(triples, 3000000, 3000000), Tri::kYes);
  EXPECT_EQ(pool.HasLength(triples, 3000001, 3000002), Tri::kNo);
  EXPECT_EQ(pool.HasLength(triples, 3000001, ExprPool::kInfinity), Tri::kYes);
  EXPECT_EQ(pool.ShortestOfLength(triples, 3001, 3005)->size(), 3003u);
  const ExprId odd = Cat(pool, {triples, pool.Literal("wxyz!"), triples});
  EXPECT_EQ(pool.HasLength(odd, 300, 301), Tri::kNo);
  EXPECT_EQ(pool.HasLength(odd, 302, 302), Tri::kYes);
  EXPECT_TRUE(Accepts(pool, odd, *pool.ShortestOfLength(odd, 301, 400)));
  const ExprId other = And(
      pool, {Star(pool, Char(pool, 'a', 'b')), pool.Complement(Star(pool, pool.Literal("ab")))});
  EXPECT_EQ(pool.HasLength(other, 0, 0), Tri::kNo);
  EXPECT_EQ(pool.HasLength(other, 1000, 1000), Tri::kYes);
}

TEST(Expr, DisjointPeriodsAreEmpty) {
  ExprPool pool;
  const ExprId a = Char(pool, 'a', 'a');
  const ExprId even = Star(pool, pool.Repeat(a, 2, 2));
  const ExprId odd = Cat(pool, {a, even});
  EXPECT_EQ(pool.NonEmpty(And(pool, {even, odd})), Tri::kNo);
  EXPECT_EQ(pool.ShortestLength(
                And(pool, {Star(pool, pool.Repeat(a, 7, 7)), Star(pool, pool.Repeat(a, 11, 11)),
                           pool.Repeat(a, 1, ExprPool::kInfinity)})),
            77u);
}

TEST(Expr, UndecidedBeyondTheBudget) {
  ExprPool pool;
  pool.emptiness_states = 50;
  const ExprId a = Char(pool, 'a', 'a');
  const auto of = [&](uint32_t n) { return Star(pool, pool.Repeat(a, n, n)); };
  const ExprId x = And(pool, {of(97), of(89), pool.Repeat(a, 1, ExprPool::kInfinity)});
  EXPECT_EQ(pool.NonEmpty(x), Tri::kUndecided);
  EXPECT_EQ(pool.NonEmpty(x), Tri::kUndecided);
  EXPECT_EQ(pool.ShortestLength(x), std::nullopt);
  EXPECT_EQ(pool.Arcs(x).size(), 1u);
  pool.emptiness_states = 20000;
  EXPECT_EQ(pool.NonEmpty(x), Tri::kYes);
  EXPECT_EQ(pool.ShortestLength(x), 97u * 89u);
}

TEST(Expr, AnExhaustedBudgetLeavesNothingWrongBehind) {
  ExprPool pool;
  const ExprId x = And(pool, {Star(pool, pool.Literal("ab")), pool.Complement(pool.Literal("ab")),
                              pool.Complement(ExprPool::kEpsilon)});
  Budget spent(-1, 1);
  spent.Charge(2);
  pool.budget = &spent;
  EXPECT_TRUE(pool.Arcs(x).empty());
  EXPECT_EQ(pool.NonEmpty(x), Tri::kUndecided);
  pool.budget = nullptr;
  EXPECT_EQ(pool.Arcs(x).size(), 1u);
  EXPECT_EQ(pool.NonEmpty(x), Tri::kYes);
  EXPECT_EQ(pool.Shortest(x), "abab");
}

// --- Size ----------------------------------------------------------------------------------------

TEST(Expr, UnionOfManyLiterals) {
  ExprPool pool;
  Ids names;
  for (int i = 0; i < 100000; ++i)
    names.push_back(pool.Literal("name/" + std::to_string(i * 7919)));
  const ExprId all = Or(pool, names);
  EXPECT_TRUE(Accepts(pool, all, "name/7919"));
  EXPECT_TRUE(Accepts(pool, all, "name/0"));
  EXPECT_FALSE(Accepts(pool, all, "name/1"));
  const ExprId other = And(pool, {Star(pool, Char(pool, 0, 0x10FFFF)), pool.Complement(all)});
  EXPECT_FALSE(Accepts(pool, other, "name/7919"));
  EXPECT_TRUE(Accepts(pool, other, "name/7918"));
  EXPECT_EQ(pool.NonEmpty(And(pool, {all, pool.Literal("name/1")})), Tri::kNo);
}

TEST(Expr, LongLiteral) {
  ExprPool pool;
  std::string text;
  for (int i = 0; i < 100000; ++i) text += static_cast<char>('a' + i % 7);
  const ExprId x = pool.Literal(text);
  EXPECT_TRUE(Accepts(pool, x, text));
  EXPECT_EQ(pool.Shortest(x), text);
  EXPECT_LT(pool.MemoryBytes(), size_t{100000} * 200);
}

// Every operator, nested so that nothing falls away: x, x b, x b | lit, ¬(…), ¬(…) ∧ ¬lit, a (…)*.
Program DeepProgram(uint32_t depth) {
  Program program;
  program.sets = {{{'a', 'a'}}, {{'b', 'b'}}};
  program.strings = {"bab", "abba"};
  program.exprs.push_back({ExprOp::kSet, {0}});
  program.exprs.push_back({ExprOp::kSet, {1}});
  program.exprs.push_back({ExprOp::kLiteral, {0}});
  program.exprs.push_back({ExprOp::kLiteral, {1}});
  program.exprs.push_back({ExprOp::kComplement, {3}});
  uint32_t last = 0;
  const auto push = [&](ExprOp op, std::vector<uint32_t> args) {
    program.exprs.push_back({op, std::move(args)});
    last = static_cast<uint32_t>(program.exprs.size() - 1);
  };
  for (uint32_t i = 0; i < depth; ++i) {
    push(ExprOp::kConcat, {last, 1});
    push(ExprOp::kUnion, {last, 2});
    push(ExprOp::kComplement, {last});
    push(ExprOp::kIntersect, {last, 4});
    push(ExprOp::kConcat, {0, last});
    push(ExprOp::kRepeat, {last, 2, 3});
  }
  return program;
}

TEST(Expr, DeepNestingNeedsNoStack) {
  ExprPool pool;
  pool.emptiness_states = 10;
  const std::vector<ExprId> ids = pool.Import(DeepProgram(20000));
  EXPECT_EQ(ids.size(), 120005u);
  EXPECT_GT(pool.size(), 100000u);
  const ExprId next = pool.Derive(ids.back(), 'a');
  EXPECT_NE(next, ExprPool::kEmpty);
  EXPECT_NE(pool.Derive(next, 'b'), ExprPool::kEmpty);
  EXPECT_FALSE(pool.ToString(ids.back()).empty());
}

// Chains of one operator, 100,000 deep, on either side.
TEST(Expr, LongChains) {
  for (const ExprOp op : {ExprOp::kConcat, ExprOp::kUnion, ExprOp::kIntersect}) {
    for (const bool left : {true, false}) {
      ExprPool pool;
      const ExprId ab = Star(pool, Char(pool, 'a', 'b'));
      ExprId chain = ab;
      for (int i = 0; i < 100000; ++i) {
        const ExprId part = Or(pool, {pool.Literal("x" + std::to_string(i)), ExprPool::kEpsilon});
        const ExprId other = op == ExprOp::kIntersect ? Or(pool, {part, ab}) : part;
        const Ids both = left ? Ids{chain, other} : Ids{other, chain};
        chain = op == ExprOp::kConcat  ? pool.Concat(both)
                : op == ExprOp::kUnion ? pool.Union(both)
                                       : pool.Intersect(both);
      }
      if (op == ExprOp::kConcat) pool.emptiness_states = 10;
      const ExprId next = pool.Derive(chain, 'a');
      EXPECT_TRUE(pool.Nullable(next));
      EXPECT_LT(pool.MemoryBytes(), size_t{400} << 20);
    }
  }
}

TEST(Expr, ClearForgets) {
  ExprPool pool;
  const size_t empty = pool.size();
  pool.NonEmpty(pool.Literal("abc"));
  pool.Clear();
  EXPECT_EQ(pool.size(), empty);
  EXPECT_TRUE(Accepts(pool, pool.Literal("abd"), "abd"));
  EXPECT_TRUE(Accepts(pool, ExprPool::kAny, "anything"));
}

}  // namespace
}  // namespace grammask
