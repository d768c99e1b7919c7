// Keywords that negate, count and compare: each test names what one of them promises.
#include <gtest/gtest.h>

#include <string>

#include "engine/engine.h"
#include "test/support/program_writer.h"

namespace grammask {
namespace {

using test::ProgramWriter;
using test::Words;

constexpr uint32_t kNumbers = 4, kStrings = 8, kArrays = 16, kObjects = 32;

class SchemaKeywords : public testing::Test {
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
  uint32_t Texts(const std::vector<std::string>& texts) {
    Words parts;
    for (const std::string& text : texts) parts.push_back(w.Literal(text));
    return w.Node({w.Scalars(0, w.Union(parts), {})});
  }
  uint32_t Having(const std::string& name) {
    return w.Node({w.Types(kObjects), w.Object({}, {name})});
  }
  std::string Completion(uint32_t node, const std::string& text, const test::Style& style = {}) {
    test::TestVocabulary test = test::BytesAnd({});
    Compiler compiler(test.vocabulary, {});
    auto grammar = std::move(compiler.Compile(w.BuildSchema(node, style), {})).value();
    auto matcher = std::move(grammar->NewMatcher({})).value();
    if (!matcher->AcceptBytes(text).value()) return "(not accepted)";
    auto completion = std::move(matcher->ShortestCompletion()).value();
    if (!completion) return "(none)";
    EXPECT_TRUE(matcher->AcceptBytes(completion->bytes).value());
    EXPECT_TRUE(matcher->IsAccepting());
    return completion->bytes;
  }
  ProgramWriter w;
  std::shared_ptr<Language> language_;
};

TEST_F(SchemaKeywords, NotTakesTheWholeTypeAway) {
  Make(w.Node({w.Not(w.Node({w.Types(kStrings)}))}));
  EXPECT_FALSE(Begins("\""));
  EXPECT_TRUE(Accepts("[\"a\"]"));
  EXPECT_TRUE(Accepts("null"));
}

TEST_F(SchemaKeywords, NotOfAnEnumerationLeavesLongerTexts) {
  Make(w.Node({w.Types(kStrings), w.Not(Texts({"ab", "b"}))}));
  EXPECT_FALSE(Accepts("\"ab\""));
  EXPECT_TRUE(Accepts("\"abc\""));
  EXPECT_TRUE(Accepts("\"a\""));
}

TEST_F(SchemaKeywords, NotOfTheOnlyTextIsDeadFromItsFirstLetter) {
  Make(w.Node({w.AllOf({Texts({"ab", "cd"})}), w.Not(Texts({"ab"}))}));
  EXPECT_FALSE(Begins("\"a"));
  EXPECT_TRUE(Accepts("\"cd\""));
}

TEST_F(SchemaKeywords, NotRequiredForbidsTheName) {
  Make(w.Node({w.Types(kObjects), w.Not(Having("a"))}));
  EXPECT_FALSE(Begins("{\"a\""));
  EXPECT_TRUE(Accepts("{\"ab\":1}"));
}

TEST_F(SchemaKeywords, NotOfMembersNeedsOneThatFails) {
  // Some member must be no number: the last chance decides.
  uint32_t numbers = w.Node({w.Object({}, {}, w.Node({w.Types(kNumbers)}))});
  uint32_t node =
      w.Node({w.Types(kObjects), w.Object({{"a", w.Node()}}, {}, w.Never()), w.Not(numbers)});
  Make(node);
  EXPECT_FALSE(Accepts("{}"));
  EXPECT_FALSE(Begins("{\"a\":1"));
  EXPECT_TRUE(Accepts("{\"a\":null}"));
}

TEST_F(SchemaKeywords, OneOfRefusesWhatFitsTwice) {
  uint32_t integers = w.Node({w.Types(64)});
  uint32_t high = w.Node({w.Number({.minimum = "2e0"})});
  Make(w.Node({w.Types(kNumbers), w.OneOf({integers, high})}));
  EXPECT_TRUE(Accepts("1"));
  EXPECT_TRUE(Accepts("2.5"));
  EXPECT_FALSE(Accepts("3"));
  EXPECT_TRUE(Begins("3"));
}

TEST_F(SchemaKeywords, OneOfFollowsMembersThatTellBranchesApart) {
  Make(w.Node({w.OneOf({Having("a"), Having("b"), Having("c")})}));
  EXPECT_TRUE(Accepts("{\"b\":1}"));
  EXPECT_FALSE(Begins("{\"b\":1,\"c\":"));
  EXPECT_FALSE(Accepts("{}"));
}

TEST_F(SchemaKeywords, ContainsCountsItems) {
  uint32_t one = w.Node({w.Scalars(0, kNone, {"1e0"})});
  Make(w.Node({w.Types(kArrays), w.Array(0, 4, kNone), w.Contains(one, 2, 3)}));
  EXPECT_FALSE(Accepts("[1]"));
  EXPECT_TRUE(Accepts("[1,0,1.0]"));
  EXPECT_FALSE(Begins("[1,1,1,1 "));  // without the space it may become 10
  // Two more are needed, and there is room for one.
  EXPECT_FALSE(Begins("[0,0,0,"));
  EXPECT_TRUE(Begins("[0,0,"));
}

TEST_F(SchemaKeywords, UniqueItemsRejectASecondItemEqualToTheFirst) {
  Make(w.Node({w.Types(kArrays), w.Array(0, kNone, kNone, {}, true)}));
  EXPECT_TRUE(Accepts("[1,2,\"1\",[1],[2],{\"a\":1},true]"));
  EXPECT_FALSE(Accepts("[1,1.0]"));
  EXPECT_FALSE(Accepts("[10,1e1]"));
  EXPECT_FALSE(Accepts(R"(["a","\u0061"])"));
  EXPECT_FALSE(Accepts(R"([{"a":1,"b":2},{"b":2,"a":1}])"));
  EXPECT_FALSE(Accepts("[[],[]]"));
}

TEST_F(SchemaKeywords, UniqueItemsAreDeadWhereEveryEndWasSeen) {
  Make(w.Node({w.Types(kArrays), w.Array(0, kNone, Texts({"a", "b"}), {}, true)}));
  EXPECT_FALSE(Begins("[\"a\",\"a"));
  EXPECT_TRUE(Accepts("[\"a\",\"b\"]"));
  EXPECT_FALSE(Begins("[\"a\",\"b\","));
}

TEST_F(SchemaKeywords, MoreUniqueItemsThanValuesAreNone) {
  Make(w.Node({w.Types(kArrays), w.Array(3, kNone, w.Node({w.Types(2)}), {}, true)}));
  EXPECT_FALSE(Begins("["));
}

TEST_F(SchemaKeywords, NamesThatMatchSatisfyEverySchemaOfTheirPatterns) {
  uint32_t any = w.Repeat(w.AnyChar(), 0, kNone);
  uint32_t begins_a = w.Concat({w.Literal("a"), any}), ends_b = w.Concat({any, w.Literal("b")});
  test::ObjectLimits limits;
  limits.patterns = {{begins_a, w.Node({w.Types(kNumbers)})},
                     {ends_b, w.Node({w.Number({.minimum = "5e0"})})}};
  Make(w.Node({w.Types(kObjects), w.Object({}, {}, w.Never(), 0, limits)}));
  EXPECT_TRUE(Accepts(R"({"a":1,"xb":"text","ab":6})"));
  EXPECT_FALSE(Accepts(R"({"ab":1})"));
  EXPECT_FALSE(Begins(R"({"ab":")"));
  EXPECT_TRUE(Begins(R"({"c)"));
  EXPECT_FALSE(Begins(R"({"c")"));
  EXPECT_FALSE(Begins(R"({"ab":6,"\u0061b")"));
}

TEST_F(SchemaKeywords, NamesOfAFiniteLanguageRunOut) {
  test::ObjectLimits limits;
  limits.names = Texts({"x", "yy"});
  limits.min_properties = 1;
  Make(w.Node({w.Types(kObjects), w.Object({}, {}, kNone, 0, limits)}));
  EXPECT_FALSE(Accepts("{}"));
  EXPECT_TRUE(Accepts("{\"yy\":1}"));
  EXPECT_FALSE(Begins("{\"yy\":1,\"y"));
  EXPECT_FALSE(Begins("{\"x\":1,\"yy\":1,"));
}

TEST_F(SchemaKeywords, BoundsOnMembersCountWhatCanStillCome) {
  test::ObjectLimits limits;
  limits.min_properties = 2;
  limits.max_properties = 2;
  Make(w.Node({w.Types(kObjects), w.Object({{"a", w.Node()}, {"b", w.Node()}, {"c", w.Never()}},
                                           {"b"}, w.Never(), 0, limits)}));
  EXPECT_TRUE(Accepts("{\"a\":1,\"b\":2}"));
  EXPECT_FALSE(Accepts("{\"b\":2}"));
  EXPECT_FALSE(Begins("{\"c"));
}

TEST_F(SchemaKeywords, MultiplesAreExact) {
  Make(w.Node({w.Types(kNumbers), w.Number({.multiple_of = "1e-2"})}));
  EXPECT_TRUE(Accepts("0.07"));
  EXPECT_TRUE(Accepts("123456789012345678901234567890.25"));
  EXPECT_FALSE(Accepts("0.075"));
  EXPECT_TRUE(Begins("0.075"));  // 0.075e1
}

TEST_F(SchemaKeywords, MultiplesOfTooManyDigitsAreRefused) {
  std::string step = std::string(2000, '7') + "e0";
  uint32_t node = w.Node({w.Types(kNumbers), w.Number({.multiple_of = step.c_str()})});
  auto made = Language::Create(w.BuildSchema(node), {});
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.status().code(), Code::kUnsupported);
}

TEST_F(SchemaKeywords, ACompletionGivesWhatMustFailItsReason) {
  // Not "all members are numbers".
  uint32_t numbers = w.Node({w.Object({}, {}, w.Node({w.Types(kNumbers)}))});
  uint32_t node = w.Node({w.Types(kObjects), w.Not(numbers)});
  const uint32_t gap = w.Repeat(w.Literal("-"), 1, 2);
  for (uint32_t whitespace : {0u, 1u, 2u, 3u, 4u, 5u, 6u}) {
    const bool has_number = whitespace == 3 || whitespace == 5;
    test::Style style{whitespace, has_number ? 2u : 0u, 1, 1, 0, {}};
    if (whitespace == kPatternSpace) style.behind = {gap, gap, gap};
    EXPECT_NE(Completion(node, "{", style), "(none)");
    EXPECT_NE(Completion(node, "", style), "(none)");
  }
}

TEST_F(SchemaKeywords, IndentedTextsAreWhatJsonStringifyWrites) {
  Make(w.Node(), {3, 2, 0, 0, 0});
  EXPECT_TRUE(Accepts("{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": []\n}"));
  EXPECT_FALSE(Accepts("{\"a\": 1}"));
  EXPECT_FALSE(Begins("[\n  1]"));
  EXPECT_FALSE(Begins("[\n   "));
}

TEST_F(SchemaKeywords, GapsAreTextsOfPatterns) {
  const uint32_t pad = w.Union({w.Epsilon(), w.Literal("--")});
  const uint32_t item = w.Union({w.Literal(";"), w.Literal(" | ")}), key = w.Literal("=>");
  Make(w.Node(), {6, 0, 0, 0, 0, {pad, item, key}});
  EXPECT_TRUE(Accepts("{--\"a\"=>[1;2 | 3--];\"b\"=>{}}"));
  EXPECT_TRUE(Accepts("[--]"));
  EXPECT_FALSE(Begins("[ "));
  EXPECT_FALSE(Begins("[1,"));
  EXPECT_FALSE(Begins("{\"a\":"));
  EXPECT_FALSE(Begins("[-- -"));
  EXPECT_FALSE(Begins("[]-"));
  EXPECT_FALSE(Begins("--["));
}

TEST_F(SchemaKeywords, WhereNoSeparatorCanStandThereIsOneItem) {
  const test::Style style{6, 0, 0, 0, 0, {w.Epsilon(), w.Empty(), w.Literal(":")}};
  Make(w.Node(), style);
  EXPECT_TRUE(Accepts("[{\"a\":1}]"));
  EXPECT_FALSE(Begins("[1,"));
  Make(w.Node({w.Types(kArrays), w.Array(2, kNone, kNone)}), style);
  EXPECT_FALSE(Begins("["));
}

TEST_F(SchemaKeywords, WhatNoEscapeCanWriteIsInNoText) {
  // Only `\\n`.
  Make(w.Node(), {0, 0, 0, 2, 0, {32}});
  EXPECT_TRUE(Accepts("{\"a\\n\":\"/\"}"));
  for (const char* text : {"\"\\\"", "\"\\t", "\"\\u", "{\"\\\\"})
    EXPECT_FALSE(Begins(text)) << text;
  Make(w.Node({w.Text(0, kNone, w.Union({w.Literal("a\t"), w.Literal("b\n")})), w.Types(kStrings)}),
       {0, 0, 0, 2, 0, {32}});
  EXPECT_TRUE(Accepts("\"b\\n\""));
  EXPECT_FALSE(Begins("\"a"));
}

TEST_F(SchemaKeywords, InsideIsAnyWhiteSpaceButNoneAround) {
  Make(w.Node(), {4, 0, 0, 0, 0});
  EXPECT_TRUE(Accepts("{ \"a\"\t:\r\n[ 1 , [ ] ] , \"b\":{ } }"));
  EXPECT_TRUE(Accepts("12"));
  EXPECT_FALSE(Begins(" "));
  EXPECT_FALSE(Begins("\n1"));
  EXPECT_FALSE(Begins("1 "));
  EXPECT_FALSE(Begins("\"a\" "));
  EXPECT_FALSE(Begins("null "));
  EXPECT_FALSE(Begins("[1] "));
  EXPECT_FALSE(Begins("{} "));
}

TEST_F(SchemaKeywords, BoundedIsSoMuchWhiteSpaceInARow) {
  Make(w.Node(), {5, 2, 0, 0, 0});
  EXPECT_TRUE(Accepts("{ \"a\"\t:\r\n[ 1 , [  ]  ]  ,  \"b\"  :  {  } }"));
  for (const char* text : {" ", "[   ", "[1   ", "[1,   ", "{   ", "{\"a\"   ", "{\"a\":   ",
                           "{\"a\":1   ", "{\"a\":1,   ", "[] ", "[[]   ", "[{}   "}) {
    EXPECT_FALSE(Begins(text)) << text;
    if (text[0] != ' ' && text[1] != ']') {
      EXPECT_TRUE(Begins(std::string(text, strlen(text) - 1))) << text;
    }
  }
}

TEST_F(SchemaKeywords, SpacedTextsHaveOneSpaceBehindColonAndComma) {
  Make(w.Node(), {2, 0, 0, 0, 0});
  EXPECT_TRUE(Accepts("{\"a\": 1, \"b\": [1, 2]}"));
  EXPECT_FALSE(Begins("[1,2"));
  EXPECT_FALSE(Begins("[ "));
}

}  // namespace
}  // namespace grammask
