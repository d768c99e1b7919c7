#include "schema/number_pieces.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "test/number_testing.h"

namespace grammask {
namespace {

// Every value that a constraint can tell from its neighbours, in the tests' grid, and some more.
std::vector<Decimal> Grid() {
  std::vector<Decimal> out;
  for (int i = -48; i <= 48; ++i) out.push_back(D(std::to_string(i) + "e-2"));
  for (int i = -60; i <= 60; ++i) out.push_back(D(std::to_string(i * 25) + "e-2"));
  for (int i = -5; i <= 5; ++i) out.push_back(D(std::to_string(i) + "e21"));
  return out;
}

NumberConstraint Random(RandomNumbers* random) {
  static const char* kValues[] = {"-3", "-1.5", "-1", "0", "0.25", "0.5",
                                  "1",  "2",    "3",  "6", "7.5"};
  static const char* kSteps[] = {"1", "2", "3", "0.5", "0.25", "1.5", "6"};
  const auto value = [&] { return D(kValues[random->Below(std::size(kValues))]); };
  NumberConstraint out;
  if (random->Below(4) == 0) {
    out.has_points = true;
    for (uint32_t i = random->Below(5); i > 0; --i) out.points.push_back(value());
  }
  if (random->Below(3) == 0) out.minimum = value();
  if (random->Below(4) == 0) out.exclusive_minimum = value();
  if (random->Below(3) == 0) out.maximum = value();
  if (random->Below(4) == 0) out.exclusive_maximum = value();
  out.integer = random->Below(5) == 0;
  if (random->Below(3) == 0) out.multiples.push_back(D(kSteps[random->Below(std::size(kSteps))]));
  if (random->Below(4) == 0)
    out.not_multiples.push_back(D(kSteps[random->Below(std::size(kSteps))]));
  if (random->Below(5) == 0) out.plain = random->Below(2) ? Plain::kOnly : Plain::kNever;
  return out;
}

TEST(NumberPiecesTest, PiecesAreTheSet) {
  const std::vector<Decimal> grid = Grid();
  for (uint32_t seed = 1; seed <= 3000; ++seed) {
    SCOPED_TRACE(seed);
    RandomNumbers random(seed);
    std::vector<NumberConstraint> constraints;
    const uint32_t count = random.Below(4);
    for (uint32_t i = 0; i < count; ++i) constraints.push_back(Random(&random));
    // A random truth table, often with few ones or few zeros.
    std::vector<bool> table(size_t{1} << count);
    const uint32_t density = 1 + random.Below(4);
    for (size_t i = 0; i < table.size(); ++i) table[i] = random.Below(5) < density;
    const auto wanted = [&](const std::vector<bool>& truth) {
      size_t row = 0;
      for (size_t i = 0; i < truth.size(); ++i) row |= static_cast<size_t>(truth[i]) << i;
      return static_cast<bool>(table[row]);
    };
    bool undecided = false;
    const auto pieces = NumberPieces(constraints, wanted, 1000, &undecided);
    ASSERT_FALSE(undecided);
    for (const Decimal& value : grid) {
      for (const bool plain : {false, true}) {
        if (plain && !value.IsInteger()) continue;
        const std::string spelling = plain ? "1" : "1.0";
        std::vector<bool> truth;
        for (const NumberConstraint& c : constraints) truth.push_back(Accepts(c, value, spelling));
        const bool accepted = std::any_of(
            pieces.begin(), pieces.end(),
            [&](const NumberConstraint& piece) { return Accepts(piece, value, spelling); });
        ASSERT_EQ(accepted, wanted(truth)) << value.ToString() << " " << spelling;
      }
    }
  }
}

TEST(NumberPiecesTest, PutsTogetherWhatLooksAlike) {
  bool undecided = false;
  const auto any = [](const std::vector<bool>& t) {
    return std::find(t.begin(), t.end(), true) != t.end();
  };
  auto pieces = NumberPieces({C("[0,5]"), C("(5,9]"), C("{3,10}")}, any, 10, &undecided);
  ASSERT_EQ(pieces.size(), 2u);
  EXPECT_EQ(pieces[0], C("[0,9]"));
  EXPECT_EQ(pieces[1], C("{10}"));
  pieces = NumberPieces({C("*2"), C("*3")}, any, 10, &undecided);
  EXPECT_EQ(pieces.size(), 2u);
  pieces = NumberPieces({C("*2"), C("*4")}, any, 10, &undecided);
  ASSERT_EQ(pieces.size(), 1u);
  EXPECT_EQ(pieces[0], C("*2"));
  const auto no = [](const std::vector<bool>& t) { return !t[0]; };
  pieces = NumberPieces({C("{1,2}")}, no, 10, &undecided);
  EXPECT_EQ(pieces.size(), 3u);
  // No even number lies between the points, nor anything else that is to be told apart.
  pieces = NumberPieces(
      {C("{2.5,3.5}"), C("*2"), C("[2.5,3.5]")},
      [](const std::vector<bool>& t) { return t[2] && t[1] && !t[0]; }, 10, &undecided);
  EXPECT_TRUE(pieces.empty());
  pieces = NumberPieces({C("int plain")}, no, 10, &undecided);
  ASSERT_EQ(pieces.size(), 1u);
  EXPECT_EQ(pieces[0].plain, Plain::kNever);
  pieces = NumberPieces({}, [](const std::vector<bool>&) { return true; }, 10, &undecided);
  ASSERT_EQ(pieces.size(), 1u);
  EXPECT_TRUE(pieces[0].IsTrivial());
  EXPECT_FALSE(undecided);
  EXPECT_TRUE(NumberPieces({C("{1,2}")}, no, 2, &undecided).empty());
  EXPECT_TRUE(undecided);
}

TEST(NumberPiecesTest, LargeEnumerationsAreQuick) {
  NumberConstraint many, odd = C("[1000,90000] !2");
  many.has_points = true;
  for (int i = 0; i < 100000; ++i)
    many.points.push_back(D(std::to_string(i * 7919LL % 100003) + ".5"));
  for (int i = 0; i < 1000; ++i) many.points.push_back(D(std::to_string(i + 2000)));
  size_t calls = 0;
  const auto both = [&](const std::vector<bool>& truth) {
    ++calls;
    return truth[0] && truth[1];
  };
  bool undecided = false;
  const auto pieces = NumberPieces({many, odd}, both, 10, &undecided);
  ASSERT_EQ(pieces.size(), 1u);
  EXPECT_TRUE(pieces[0].has_points);
  EXPECT_FALSE(pieces[0].points.empty());
  EXPECT_LT(calls, 110000u);
  EXPECT_FALSE(undecided);
}

TEST(NumberPiecesTest, ListsWhatBruteForceFinds) {
  std::vector<Decimal> grid = Grid();
  std::sort(grid.begin(), grid.end(),
            [](const Decimal& a, const Decimal& b) { return Compare(a, b) < 0; });
  grid.erase(std::unique(grid.begin(), grid.end()), grid.end());
  const auto spelled = [](const NumberConstraint& c, const Decimal& value, bool canonical) {
    if (canonical) return Accepts(c, value, value.ToCanonicalJson());
    return Accepts(c, value, "1.0") || (value.IsInteger() && Accepts(c, value, "1"));
  };
  for (uint32_t seed = 1; seed <= 3000; ++seed) {
    SCOPED_TRACE(seed);
    RandomNumbers random(seed);
    const NumberConstraint first = Random(&random), second = C(seed % 2 ? "[-12,12] *0.25" : "");
    const NumberConstraint piece = NumberConstraint::And({&first, &second});
    for (const bool canonical : {false, true}) {
      const size_t limit = random.Below(3) == 0 ? random.Below(8) : 200;
      const NumberList list = ListNumbers(piece, canonical, limit);
      ASSERT_LE(list.values.size(), limit);
      for (size_t i = 0; i < list.values.size(); ++i) {
        ASSERT_TRUE(spelled(piece, list.values[i], canonical)) << list.values[i].ToString();
        if (i > 0) {
          ASSERT_TRUE(Compare(list.values[i - 1], list.values[i]) < 0);
        }
      }
      if (list.more) {
        ASSERT_EQ(list.values.size(), limit);
        ASSERT_FALSE(EnumerateNumbers(piece, canonical, limit).has_value());
      }
      if (seed % 2 != 0 || !list.more) {
        // All there are lie in the grid, or the list is not full.
        size_t expected = 0;
        for (const Decimal& value : grid) expected += spelled(piece, value, canonical);
        if (list.more) {
          ASSERT_GT(expected, limit);
        } else {
          ASSERT_EQ(list.values.size(), expected);
        }
      }
    }
  }
}

TEST(NumberPiecesTest, ListsWithoutWritingWhatIsFar) {
  for (const char* description :
       {"", "[1e10000000000000000,)", "[1e10000000000000000,) int", "[1e10000000000000000,) *7",
        "[1,2] *7e-10000000000000000", "(1e-10000000000000000,1)", "(,-1e10000000000000000]",
        "(1,1.00000000000000000000000000001)", "!1", "(0,1) !0.1 !0.3"}) {
    SCOPED_TRACE(description);
    const NumberConstraint piece = C(description);
    const NumberList list = ListNumbers(piece, false, 50);
    EXPECT_TRUE(list.more);
    ASSERT_EQ(list.values.size(), 50u);
    for (const Decimal& value : list.values) EXPECT_TRUE(piece.Accepts(value));
  }
  const NumberList none = ListNumbers(C("[1e10000000000000000,) *1 !10"), false, 50);
  EXPECT_TRUE(none.more);
  EXPECT_EQ(EnumerateNumbers(C("[1e30,1000000000000000000000000000010] *5"), false, 10)->size(),
            3u);
}

// Against the machine that knows the values that are left as points.
TEST(NumberPiecesTest, CompletionsAvoidValues) {
  const Trie trie("0123.e-", 4);
  struct Case {
    const char* piece;
    std::vector<const char*> excluded;
  };
  const Case cases[] = {
      {"[0,12] int", {"0", "1", "2", "3"}},
      {"[0,12] int", {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"}},
      {"[-3,3] *0.5", {"-3", "-0.5", "0", "1.5"}},
      {"{1,2,3}", {"1", "3"}},
      {"{1,2,3}", {"1", "2", "3"}},
      {"[0,3] int plain", {"0", "2"}},
      {"[0,3] int dotted", {"0", "2"}},
      {"(0,4) *0.75", {"0.75", "2.25"}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.piece);
    const NumberConstraint piece = C(c.piece);
    std::vector<Decimal> excluded;
    for (const char* value : c.excluded) excluded.push_back(D(value));
    std::sort(excluded.begin(), excluded.end(),
              [](const Decimal& a, const Decimal& b) { return Compare(a, b) < 0; });
    for (const bool canonical : {false, true}) {
      const auto values = EnumerateNumbers(piece, canonical, 100);
      ASSERT_TRUE(values.has_value());
      NumberConstraint left;
      left.has_points = true;
      left.plain = piece.plain;
      for (const Decimal& value : *values) {
        if (std::find(excluded.begin(), excluded.end(), value) == excluded.end())
          left.points.push_back(value);
      }
      const NumberMachine machine({left}, canonical);
      for (const Trie::Node& node : trie.nodes) {
        const auto state = After(machine, node.text);
        const bool expected = state && machine.Viable(*state, {0});
        ASSERT_EQ(ViableExcept(node.text, piece, excluded, canonical), expected) << node.text;
        const auto completion = CompletionExcept(node.text, piece, excluded, canonical);
        ASSERT_EQ(completion.has_value(), expected) << node.text;
        if (!completion) continue;
        const std::string text = node.text + *completion;
        ASSERT_TRUE(IsAllowedText(text, canonical)) << text;
        ASSERT_TRUE(Accepts(left, D(text), text)) << text;
      }
    }
  }
  // What is left of the real numbers is never nothing, unless the digits are all there are.
  const std::vector<Decimal> excluded{D("0"), D("1"), D("1e300"), D("1.000000000001e400")};
  EXPECT_TRUE(ViableExcept("", C(""), excluded, false));
  EXPECT_TRUE(ViableExcept("1e", C(""), excluded, false));
  EXPECT_TRUE(ViableExcept("1e30", C(""), excluded, false));
  EXPECT_FALSE(ViableExcept("1e300", C("(,1e1000)"), excluded, false));
  EXPECT_FALSE(ViableExcept("1.000000000001e400", C("(,1e3000)"), excluded, true));
  EXPECT_TRUE(ViableExcept("1.000000000002e+400", C("(,1e3000)"), excluded, true));
  EXPECT_FALSE(ViableExcept("0", C("int plain"), excluded, false));
}

}  // namespace
}  // namespace grammask
