// Grammars and schemas made to hurt: each compiles, runs and ends within seconds, or says why not.
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "engine/compiler_impl.h"
#include "engine/engine.h"
#include "test/support/program_writer.h"
#include "test/support/walk_check.h"

namespace grammask {
namespace {

using test::BytesAnd;
using test::CheckPlace;
using test::kCompact;
using test::ProgramWriter;
using test::TestVocabulary;
using test::Words;

struct Engine {
  TestVocabulary test;
  std::unique_ptr<Compiler> compiler;
  std::shared_ptr<CompiledGrammar> grammar;
  std::unique_ptr<Matcher> matcher;
  Status status;

  explicit Engine(const std::vector<uint8_t>& program, const Limits& limits = {})
      : test(BytesAnd({"aa", "\":", "1,", "]]"})),
        compiler(std::make_unique<Compiler>(test.vocabulary, CompilerOptions{})) {
    auto compiled = compiler->Compile(program, limits);
    status = compiled.status();
    if (!compiled.ok()) return;
    grammar = std::move(compiled).value();
    auto made = grammar->NewMatcher({});
    status = made.status();
    if (made.ok()) matcher = std::move(made).value();
  }
  bool Reads(const std::string& text) {
    auto accepted = matcher->AcceptBytes(text);
    return accepted.ok() && accepted.value();
  }
  std::string Check() { return CheckPlace(*matcher, *test.vocabulary); }
};

class Hostile : public testing::Test {
 protected:
  // Sanitizers slow everything down several times; without them all of these take well under a
  // second.
  void TearDown() override {
    std::chrono::duration<double> took = std::chrono::steady_clock::now() - began_;
    EXPECT_LT(took.count(), 60);
  }
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

TEST_F(Hostile, AmbiguousSums) {
  ProgramWriter w;
  uint32_t s = w.Rule();
  auto self = ProgramWriter::R(s);
  w.Alternative(s, {self, self});
  w.Alternative(s, {self, self, self});
  w.Alternative(s, {w.T("a")});
  Engine e(w.Build(s));
  ASSERT_TRUE(e.Reads(std::string(150, 'a')));
  EXPECT_TRUE(e.matcher->IsAccepting());
  EXPECT_FALSE(e.Reads("b"));
}

TEST_F(Hostile, UnitCyclesAndNullableEverywhere) {
  ProgramWriter w;
  uint32_t a = w.Rule(), b = w.Rule(), c = w.Rule();
  w.Alternative(a, {ProgramWriter::R(b)});
  w.Alternative(a, {ProgramWriter::R(c), ProgramWriter::R(a), ProgramWriter::R(c)});
  w.Alternative(b, {ProgramWriter::R(a)});
  w.Alternative(b, {});
  w.Alternative(b, {w.T(w.Repeat(w.Literal("x"), 0, kNone)), ProgramWriter::R(c)});
  w.Alternative(c, {ProgramWriter::R(b), ProgramWriter::R(b)});
  w.Alternative(c, {w.T("y")});
  Engine e(w.Build(a));
  EXPECT_TRUE(e.matcher->IsAccepting());
  EXPECT_EQ(e.Check(), "");
  ASSERT_TRUE(e.Reads("xyxxyyx"));
  EXPECT_TRUE(e.matcher->IsAccepting());
  EXPECT_EQ(e.Check(), "");
}

TEST_F(Hostile, LongChainsOfRules) {
  ProgramWriter w;
  constexpr uint32_t kRules = 1500;
  std::vector<uint32_t> rules;
  for (uint32_t i = 0; i < kRules; ++i) rules.push_back(w.Rule());
  Symbol open = w.T("("), close = w.T(")"), x = w.T("x");
  for (uint32_t i = 0; i + 1 < kRules; ++i) {
    w.Alternative(rules[i], {ProgramWriter::R(rules[i + 1])});
    w.Alternative(rules[i], {open, ProgramWriter::R(rules[i]), close});
  }
  w.Alternative(rules.back(), {x});
  Engine e(w.Build(rules[0]));
  ASSERT_TRUE(e.matcher != nullptr) << e.status.message();
  Result<bool> read = e.matcher->AcceptBytes("((x))");
  // All these rules begin with the same bracket: an answer, or an honest end of the memory.
  if (read.ok()) {
    EXPECT_TRUE(read.value());
  } else {
    EXPECT_EQ(read.status().code(), Code::kMemory);
  }
}

TEST_F(Hostile, ChainsOfAllOf) {
  ProgramWriter w;
  constexpr uint32_t kNodes = 10000;
  std::vector<uint32_t> nodes;
  for (uint32_t i = 0; i < kNodes; ++i) nodes.push_back(w.ReserveNode());
  for (uint32_t i = 0; i + 1 < kNodes; ++i) {
    w.Fill(nodes[i],
           {w.AllOf({nodes[i + 1]}), i % 2 == 0 ? w.Types(4) : w.Number({.minimum = "5e0"})});
  }
  w.Fill(nodes.back(), {w.Number({.maximum = "7e0"})});
  Engine e(w.BuildSchema(nodes[0]));
  ASSERT_TRUE(e.matcher != nullptr);
  EXPECT_FALSE(e.Reads("8"));
  EXPECT_TRUE(e.Reads("6"));
  EXPECT_TRUE(e.matcher->IsAccepting());
}

TEST_F(Hostile, ThousandsOfBranches) {
  ProgramWriter w;
  Words branches;
  for (int i = 0; i < 5000; ++i) {
    std::string name = "k" + std::to_string(i);
    branches.push_back(w.Node({w.Types(32), w.Object({{name, w.Node({w.Types(8)})}}, {name})}));
  }
  Engine e(w.BuildSchema(w.Node({w.AnyOf(branches)})));
  ASSERT_TRUE(e.matcher != nullptr);
  EXPECT_FALSE(e.Reads("["));
  ASSERT_TRUE(e.Reads("{\"k4321\":\"x\""));
  EXPECT_TRUE(e.Reads("}"));
  EXPECT_TRUE(e.matcher->IsAccepting());
}

TEST_F(Hostile, ThousandsOfProperties) {
  for (uint32_t order : {0u, 1u}) {
    ProgramWriter w;
    std::vector<std::pair<std::string, uint32_t>> properties;
    std::vector<std::string> required;
    uint32_t number = w.Node({w.Types(4)});
    for (int i = 0; i < 3000; ++i) {
      std::string name = "p" + std::to_string(100000 + i);
      properties.emplace_back(name, number);
      if (i % 1000 == 999) required.push_back(name);
    }
    uint32_t node = w.Node({w.Types(32), w.Object(properties, required, w.Never())});
    Engine e(w.BuildSchema(node, {1, 0, order, 1, 0}));
    ASSERT_TRUE(e.matcher != nullptr);
    ASSERT_TRUE(e.Reads("{\"p100000\":1"));
    std::vector<int32_t> mask(e.test.vocabulary->words());
    for (int i = 1; i < 600; ++i) {
      ASSERT_TRUE(e.Reads(",\"p" + std::to_string(100000 + i) + "\":1")) << i;
      if (i % 100 == 0) {
        ASSERT_TRUE(e.matcher->FillMask(mask).ok());
      }
    }
    auto completion = e.matcher->ShortestCompletion();
    ASSERT_TRUE(completion.ok() && completion.value());
    EXPECT_TRUE(e.Reads(completion.value()->bytes)) << completion.value()->bytes;
    EXPECT_TRUE(e.matcher->IsAccepting());
  }
}

TEST_F(Hostile, HugeCounts) {
  ProgramWriter w;
  uint32_t items = w.Node({w.Types(16), w.Array(1000000000, kNone, w.Node({w.Types(4)}))});
  uint32_t text = w.Node({w.Types(8), w.Text(1000000000)});
  Engine e(w.BuildSchema(w.Node({w.AnyOf({items, text})})));
  ASSERT_TRUE(e.matcher != nullptr);
  ASSERT_TRUE(e.Reads("["));
  EXPECT_FALSE(e.Reads("]"));
  for (int i = 0; i < 3000; ++i) ASSERT_TRUE(e.Reads("1,"));
  EXPECT_FALSE(e.Reads("1]"));
  // A text of a billion items is too long to be written down, but that is an answer.
  EXPECT_TRUE(e.matcher->ShortestCompletion().ok());
  e.matcher->Reset();
  ASSERT_TRUE(e.Reads("\"" + std::string(3000, 'x')));
  EXPECT_FALSE(e.Reads("\""));
  EXPECT_TRUE(e.matcher->ShortestCompletion().ok());
}

// Diagrams are exponential when atoms that belong together stand far apart.
TEST_F(Hostile, GoalsThatBlowUpEndWithTheirBudget) {
  ProgramWriter w;
  constexpr int kPairs = 40;
  std::vector<uint32_t> left, right;
  for (auto* side : {&left, &right}) {
    for (int i = 0; i < kPairs; ++i) {
      std::string name = std::string(side == &left ? "l" : "r") + std::to_string(i);
      side->push_back(w.Node({w.Object({}, {name})}));
    }
  }
  Words pairs;
  for (int i = 0; i < kPairs; ++i) pairs.push_back(w.Node({w.AnyOf({left[i], right[i]})}));
  std::vector<uint8_t> program = w.BuildSchema(w.Node({w.AllOf(pairs)}));
  Limits limits;
  limits.timeout_ms = 500;
  Engine timed(program, limits);
  EXPECT_EQ(timed.status.code(), Code::kDeadline);
  limits = {};
  limits.memory_bytes = size_t{32} << 20;
  Engine small(program, limits);
  EXPECT_EQ(small.status.code(), Code::kMemory);
}

// Memory that ends anywhere stands for deadlines too: both leave loops the same way.
TEST_F(Hostile, OperationsCutShortLeaveNothingWrongBehind) {
  ProgramWriter w;
  uint32_t node = w.ReserveNode();
  uint32_t a = w.Literal("a"), any = w.AnyChar();
  uint32_t far = w.Concat({w.Repeat(any, 0, kNone), a, w.Repeat(any, 4, 4)});
  uint32_t text = w.Node({w.Types(8), w.Text(3, kNone, far)});
  w.Fill(node,
         {w.AnyOf({text, w.Node({w.Types(16), w.Array(1, 3, node)}),
                   w.Node({w.Types(32), w.Object({{"x", node}, {"yy", text}}, {"x"}, node)})})});
  std::vector<uint8_t> program = w.BuildSchema(node);
  std::string reading = "{\"yy\":\"bbabbbb\",\"x\":[\"aaaaa\",";
  TestVocabulary test = BytesAnd({"\"a", "aa", "]}", "\",\""});
  Compiler starved(test.vocabulary, {}), calm(test.vocabulary, {});
  auto calm_grammar = std::move(calm.Compile(program, {})).value();
  auto reference = std::move(calm_grammar->NewMatcher({})).value();
  int cut = 0;
  Limits limits;
  std::shared_ptr<CompiledGrammar> grammar;
  for (limits.memory_bytes = 16; grammar == nullptr;
       limits.memory_bytes += limits.memory_bytes / 8) {
    auto compiled = starved.Compile(program, limits);
    if (compiled.ok()) {
      grammar = std::move(compiled).value();
    } else {
      ASSERT_EQ(compiled.status().code(), Code::kMemory);
      ++cut;
    }
  }
  size_t& limit = starved.impl->shards.Made()[0]->statics.limit;
  size_t granted = 0;
  auto grant = [&](bool first) {
    granted = first ? 16 : granted + granted / 4;
    limit =
        starved.impl->shards.Made()[0]->statics.MemoryBytes() + grammar->MemoryBytes() + granted;
  };
  std::unique_ptr<Matcher> matcher;
  for (grant(true); matcher == nullptr; grant(false)) {
    auto made = grammar->NewMatcher({});
    if (made.ok()) matcher = std::move(made).value();
  }
  std::vector<int32_t> mask(test.vocabulary->words()), expected(test.vocabulary->words());
  for (char c : reading) {
    ASSERT_TRUE(reference->FillMask(expected).ok());
    for (grant(true);; grant(false)) {
      auto filled = matcher->FillMask(mask);
      if (filled.ok()) break;
      ASSERT_EQ(filled.status().code(), Code::kMemory);
      ++cut;
    }
    ASSERT_EQ(mask, expected);
    ASSERT_TRUE(reference->AcceptBytes(std::string(1, c)).value());
    for (grant(true);; grant(false)) {
      auto accepted = matcher->AcceptBytes(std::string(1, c));
      if (accepted.ok()) {
        ASSERT_TRUE(accepted.value()) << c;
        break;
      }
      ++cut;
    }
  }
  limit = size_t{1} << 30;
  EXPECT_EQ(CheckPlace(*matcher, *test.vocabulary), "");
  EXPECT_GT(cut, 50);
}

// Grammar number i of many that have little in common, and a text of it.
struct OfMany {
  explicit OfMany(int i) : word("w" + std::to_string(i) + "-") {
    for (int k = 0; k < 5; ++k) word += word;
    uint32_t expr =
        writer.Repeat(writer.Union({writer.Literal(word), writer.Literal(word + "x")}), 2, 5);
    program = writer.BuildOnly(writer.T(expr));
    text = word + "x" + word;
  }
  std::string word, text;
  ProgramWriter writer;
  std::vector<uint8_t> program;
};

TEST_F(Hostile, ManyGrammarsInOneCompilerDoNotGrowForEver) {
  TestVocabulary test = BytesAnd({});
  Compiler compiler(test.vocabulary, {.cache_bytes = 1 << 16});
  size_t most = 0;
  for (int i = 0; i < 300; ++i) {
    OfMany one(i);
    auto grammar = std::move(compiler.Compile(one.program, {})).value();
    auto matcher = std::move(grammar->NewMatcher({})).value();
    ASSERT_TRUE(matcher->AcceptBytes(one.text).value());
    most = std::max<size_t>(most, compiler.stats().static_bytes);
  }
  EXPECT_LT(most, size_t{4} << 20);
}

// To make the tables of a grammar anew takes long, and a matcher is waited for.
TEST_F(Hostile, TablesThatHaveGrownTooLargeAreLeftByACompile) {
  TestVocabulary test = BytesAnd({});
  Compiler compiler(test.vocabulary, {.cache_bytes = 1 << 20});
  int by_compiles = 0, by_matchers = 0;
  for (int i = 0; i < 3000; ++i) {
    OfMany one(i);
    size_t before = compiler.stats().static_bytes;
    auto grammar = std::move(compiler.Compile(one.program, {})).value();
    if (compiler.stats().static_bytes < before) ++by_compiles;
    before = compiler.stats().static_bytes;
    auto matcher = std::move(grammar->NewMatcher({})).value();
    if (compiler.stats().static_bytes < before) ++by_matchers;
    EXPECT_LT(compiler.stats().static_bytes, size_t{2} << 20);
  }
  EXPECT_GT(by_compiles, 1);
  EXPECT_EQ(by_matchers, 0);
}

}  // namespace
}  // namespace grammask
