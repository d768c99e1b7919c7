#include "schema/schema.h"

#include <gtest/gtest.h>

#include <string>

#include "engine/engine.h"
#include "test/support/program_writer.h"

namespace grammask {
namespace {

using test::kCompact;
using test::ProgramWriter;

constexpr uint32_t kNumbers = 4, kStrings = 8, kArrays = 16, kObjects = 32;
constexpr test::Style kOrdered{1, 0, 1, 0, 0};

class Schemas : public testing::Test {
 protected:
  void Make(uint32_t node, const test::Style& style = {}) {
    auto made = Language::Create(w.BuildSchema(node, style), {});
    ASSERT_TRUE(made.ok()) << made.status().message();
    language_ = std::move(made).value();
  }
  static std::vector<InputPiece> Text(const std::string& text) {
    std::vector<InputPiece> input(1);
    input[0].bytes = text;
    return input;
  }
  bool Accepts(const std::string& text) { return language_->Test(Text(text), {}).value(); }
  bool Begins(const std::string& text) { return language_->TestPrefix(Text(text), {}).value(); }
  bool Satisfiable() {
    bool undecided = false;
    bool result = language_->Satisfiable({}, &undecided).value();
    EXPECT_FALSE(undecided);
    return result;
  }
  uint32_t Only(const std::string& name, uint32_t node) {
    return w.Node({w.Types(kObjects), w.Object({{name, node}}, {name}, w.Never())});
  }
  ProgramWriter w;
  std::shared_ptr<Language> language_;
};

TEST_F(Schemas, AllOfContradictingBoundsAllowsNothing) {
  uint32_t low = w.Node({w.Types(kNumbers), w.Number({.minimum = "5e0"})});
  uint32_t high = w.Node({w.Types(kNumbers), w.Number({.maximum = "3e0"})});
  Make(w.Node({w.AllOf({low, high})}));
  EXPECT_FALSE(Satisfiable());
  EXPECT_FALSE(Begins("5"));
  EXPECT_FALSE(Begins("["));
}

TEST_F(Schemas, AllOfContradictingBoundsAllowsOtherTypes) {
  Make(w.Node({w.Number({.minimum = "5e0"}), w.AllOf({w.Node({w.Number({.maximum = "3e0"})})})}));
  EXPECT_TRUE(Satisfiable());
  EXPECT_FALSE(Begins("4"));
  EXPECT_TRUE(Accepts("\"4\""));
}

TEST_F(Schemas, AnyOfDecidesAcrossMembers) {
  auto literal = [&](const char* text) { return w.Node({w.Scalars(0, w.Literal(text), {})}); };
  auto branch = [&](const char* kind, uint32_t value) {
    return w.Node({w.Types(kObjects),
                   w.Object({{"kind", literal(kind)}, {"value", value}}, {"kind", "value"})});
  };
  Make(w.Node({w.AnyOf(
      {branch("n", w.Node({w.Types(kNumbers)})), branch("s", w.Node({w.Types(kStrings)}))})}));
  EXPECT_TRUE(Accepts(R"({"kind":"n","value":1})"));
  EXPECT_TRUE(Accepts(R"({"value":"1","kind":"s"})"));
  EXPECT_FALSE(Begins(R"({"kind":"n","value":")"));
  EXPECT_FALSE(Begins(R"({"value":1,"kind":"s)"));
  EXPECT_FALSE(Begins(R"({"kind":"x)"));
}

TEST_F(Schemas, ARequiredMemberThatNothingSatisfiesKillsItsBranch) {
  Make(w.Node({w.AnyOf({Only("a", w.Never()), Only("b", w.Node({w.Types(kNumbers)}))})}));
  EXPECT_FALSE(Begins(R"({"a)"));
  EXPECT_FALSE(Begins("{}"));
  EXPECT_TRUE(Accepts(R"({"b":2})"));
}

TEST_F(Schemas, AShortCompletionKeepsTheOrderOfAllBranches) {
  // The first branch mentions b first; the second, which is cheaper, needs a and b.
  uint32_t number = w.Node({w.Types(kNumbers)});
  uint32_t costly = w.Node({w.Types(kStrings), w.Text(50)});
  uint32_t first = w.Node({w.Types(kObjects), w.Object({{"b", number}, {"z", costly}}, {"z"})});
  uint32_t second =
      w.Node({w.Types(kObjects), w.Object({{"a", number}, {"b", number}}, {"a", "b"})});
  test::TestVocabulary test = test::BytesAnd({});
  Compiler compiler(test.vocabulary, {});
  auto program = w.BuildSchema(w.Node({w.AnyOf({first, second})}), kOrdered);
  auto grammar = std::move(compiler.Compile(program, {})).value();
  auto matcher = std::move(grammar->NewMatcher({})).value();
  auto completion = std::move(matcher->ShortestCompletion()).value();
  ASSERT_TRUE(completion.has_value());
  EXPECT_EQ(completion->bytes, R"({"b":0,"a":0})");
  EXPECT_TRUE(matcher->AcceptBytes(completion->bytes).value());
  EXPECT_TRUE(matcher->IsAccepting());
}

TEST_F(Schemas, RecursionWithoutABaseIsEmpty) {
  uint32_t node = w.ReserveNode();
  w.Fill(node, {w.Types(kObjects), w.Object({{"next", node}}, {"next"})});
  Make(node);
  EXPECT_FALSE(Satisfiable());
  EXPECT_FALSE(Begins("{"));
}

TEST_F(Schemas, RecursionWithABaseIsNot) {
  uint32_t node = w.ReserveNode();
  w.Fill(node, {w.Types(kArrays), w.Array(0, 1, node)});
  Make(node);
  EXPECT_TRUE(Satisfiable());
  EXPECT_TRUE(Accepts("[[[ ]]]"));
  EXPECT_FALSE(Begins("[[],"));
}

TEST_F(Schemas, SchemaOrderFollowsTheFirstMention) {
  uint32_t any = w.Node();
  Make(w.Node({w.Types(kObjects), w.Object({{"b", any}, {"a", any}}, {"a", "c"})}), kOrdered);
  EXPECT_TRUE(Accepts(R"({"b":1,"a":2,"c":3,"d":4})"));
  EXPECT_TRUE(Accepts(R"({"a":2,"c":3})"));
  EXPECT_FALSE(Begins(R"({"a":2,"b)"));
  EXPECT_FALSE(Begins(R"({"c)"));
  EXPECT_FALSE(Begins(R"({"a":2,"d)"));
}

TEST_F(Schemas, NamesAreUniqueInEverySpelling) {
  Make(w.Node({w.Types(kObjects), w.Object({{"ab", w.Node()}}, {})}));
  EXPECT_FALSE(Accepts(R"({"ab":1,"ab":2})"));
  EXPECT_FALSE(Accepts(R"({"ab":1,"a\u0062":2})"));
  EXPECT_FALSE(Accepts(R"({"x":1,"\u0078":2})"));
  EXPECT_TRUE(Accepts(R"({"x":1,"xx":2,"":3,"ab":4,"abc":5})"));
}

TEST_F(Schemas, LengthsCountCodePointsAndArraysItems) {
  uint32_t text = w.Node({w.Types(kStrings), w.Text(2, 2)});
  Make(w.Node({w.Types(kArrays), w.Array(2, 3, text, {w.Node({w.Types(kNumbers)})})}));
  EXPECT_TRUE(Accepts(R"([1,"\ud83d\ude00é"])"));
  EXPECT_FALSE(Accepts(R"([1])"));
  EXPECT_FALSE(Begins(R"(["a)"));
  EXPECT_FALSE(Begins(R"([1,"abc)"));
  EXPECT_FALSE(Begins(R"([1,"ab","cd",)"));
}

TEST_F(Schemas, ItemsThatNothingSatisfiesAreRefusedBeforeTheyBegin) {
  uint32_t never = w.Never();
  Make(w.Node({w.Types(kArrays), w.Array(0, kNone, never)}));
  EXPECT_TRUE(Accepts("[]"));
  EXPECT_FALSE(Begins("[1"));
}

TEST_F(Schemas, MembersWithOneNameInTwoStringsAreOneMember) {
  // Front ends may write a name twice among the program's strings.
  uint32_t number = w.Node({w.Types(kNumbers)}), text = w.Node({w.Types(kStrings)});
  uint32_t first = w.String("a"), second = w.String("a");
  uint32_t left = w.Node({test::Words{6, 10, kNone, 0, 0, kNone, kNone, 1, first, number, 0, 0}});
  uint32_t right = w.Node({test::Words{6, 10, kNone, 0, 0, kNone, kNone, 1, second, text, 0, 0}});
  Make(w.Node({w.Types(kObjects), w.AllOf({left, right})}));
  EXPECT_FALSE(Begins(R"({"a)"
                      "\""));
  EXPECT_TRUE(Accepts(R"({"b":1})"));
}

TEST_F(Schemas, ThousandsOfBranchesAreStillDecided) {
  test::Words branches;
  for (int i = 0; i < 6000; ++i) {
    branches.push_back(
        w.Node({w.Types(kStrings), w.Text(0, kNone, w.Literal("v" + std::to_string(i)))}));
  }
  Make(w.Node({w.AnyOf(branches)}));
  EXPECT_TRUE(Accepts("\"v4242\""));
  EXPECT_FALSE(Begins("\"w"));
  EXPECT_FALSE(Begins("\"v6000"));
}

}  // namespace
}  // namespace grammask
