#include "mask/mask.h"

#include <gtest/gtest.h>

#include <random>

#include "engine/engine.h"
#include "test/support/random_program.h"
#include "test/support/walk_check.h"

namespace grammask {
namespace {

using test::BytesAnd;
using test::CheckPlace;
using test::kCompact;
using test::ProgramWriter;
using test::TestVocabulary;

struct Engine {
  TestVocabulary test;
  std::unique_ptr<Compiler> compiler;
  std::shared_ptr<CompiledGrammar> grammar;
  std::unique_ptr<Matcher> matcher;

  Engine(const std::vector<uint8_t>& program, const std::vector<std::string>& tokens,
         size_t cache = 0)
      : test(BytesAnd(tokens)),
        compiler(
            std::make_unique<Compiler>(test.vocabulary, CompilerOptions{.cache_bytes = cache})) {
    auto compiled = compiler->Compile(program, {});
    EXPECT_TRUE(compiled.ok()) << compiled.status().message();
    grammar = std::move(compiled).value();
    matcher = std::move(grammar->NewMatcher({})).value();
  }
  bool Reads(const std::string& text) {
    auto accepted = matcher->AcceptBytes(text);
    return accepted.ok() && accepted.value();
  }
  bool Allowed(uint32_t token) {
    std::vector<int32_t> mask(test.vocabulary->words());
    EXPECT_TRUE(matcher->FillMask(mask).ok());
    return ((mask[token / 32] >> (token % 32)) & 1) != 0;
  }
  std::string Check() { return CheckPlace(*matcher, *test.vocabulary); }
};

// After "1a" and after "2a" the frames on top are the same, on two different stacks. One more byte
// makes one frame of them, over the union of the stacks.
std::vector<uint8_t> MergingStacks() {
  ProgramWriter w;
  uint32_t root = w.Rule("root"), inner = w.Rule("inner");
  w.Alternative(inner, {w.T(w.Union({w.Literal("cd"), w.Literal("acd")}))});
  for (const char* ends : {"1xy", "2zw"}) {
    w.Alternative(root, {w.T(std::string(1, ends[0])), ProgramWriter::R(inner),
                         w.T(std::string(1, ends[1]))});
    w.Alternative(root, {w.T(std::string(1, ends[0])), w.T("a"), ProgramWriter::R(inner),
                         w.T(std::string(1, ends[2]))});
  }
  return w.Build(root);
}

TEST(Mask, IsNotSharedBetweenStacksThatAMergeMadeTheWalkRead) {
  Engine e(MergingStacks(), {"cdx", "cdy", "cdz", "cdw"});
  ASSERT_TRUE(e.Reads("1a"));
  EXPECT_TRUE(e.Allowed(256));
  EXPECT_EQ(e.Check(), "");
  ASSERT_TRUE(e.matcher->Rollback(1).ok());
  ASSERT_TRUE(e.Reads("2a"));
  EXPECT_FALSE(e.Allowed(256));
  EXPECT_TRUE(e.Allowed(258));
  EXPECT_EQ(e.Check(), "");
}

// Nested "a" … "b" around "c", and a tail behind it.
std::vector<uint8_t> NestedWithTail(const std::string& tail, bool other_order = false) {
  ProgramWriter w;
  uint32_t root = w.Rule("root"), inner = 0, end = 0;
  if (other_order) end = w.Rule("end");
  inner = w.Rule("inner");
  if (!other_order) end = w.Rule("end");
  w.Alternative(root, {w.T("x"), ProgramWriter::R(inner), ProgramWriter::R(end)});
  w.Alternative(inner, {w.T("a"), ProgramWriter::R(inner), w.T("b")});
  w.Alternative(inner, {w.T("c")});
  w.Alternative(end, {w.T(tail), w.T("z")});
  return w.Build(root);
}

TEST(Mask, IsSharedByGrammarsThatDifferInWhatNoTokenReads) {
  Engine e(NestedWithTail("1"), {"bb", "b1", "b2"});
  ASSERT_TRUE(e.Reads("xaaac"));
  EXPECT_TRUE(e.Allowed(256));
  EXPECT_FALSE(e.Allowed(257));
  for (const bool other_order : {false, true}) {
    auto other = e.compiler->Compile(NestedWithTail("2", other_order), {});
    ASSERT_TRUE(other.ok());
    auto matcher = std::move(other.value()->NewMatcher({})).value();
    std::vector<int32_t> mask(e.test.vocabulary->words());
    const auto allows = [&](uint32_t token) {
      return ((mask[token / 32] >> (token % 32)) & 1) != 0;
    };
    ASSERT_TRUE(matcher->AcceptBytes("xaaac").value());
    ASSERT_TRUE(matcher->FillMask(mask).ok());
    EXPECT_EQ(matcher->stats().cache_hits, 1u);
    EXPECT_TRUE(allows(256));
    // One level further down a token reads the tail.
    ASSERT_TRUE(matcher->AcceptBytes("bb").value());
    ASSERT_TRUE(matcher->FillMask(mask).ok());
    EXPECT_FALSE(allows(257));
    EXPECT_TRUE(allows(258));
    EXPECT_EQ(CheckPlace(*matcher, *e.test.vocabulary), "");
  }
  ASSERT_TRUE(e.Reads("bb"));
  EXPECT_TRUE(e.Allowed(257));
  EXPECT_FALSE(e.Allowed(258));
  EXPECT_EQ(e.Check(), "");
}

// s ::= s s | s x y | "a": with x and y as s the second alternative reads nothing new.
std::vector<uint8_t> SumsOf(bool own) {
  ProgramWriter w;
  uint32_t s = w.Rule(), x = w.Rule(), y = w.Rule();
  auto self = ProgramWriter::R(s);
  w.Alternative(s, {self, self});
  w.Alternative(s, {self, own ? self : ProgramWriter::R(x), own ? self : ProgramWriter::R(y)});
  w.Alternative(s, {w.T("a")});
  w.Alternative(x, {w.T("x")});
  w.Alternative(y, {w.T("y")});
  return w.Build(s);
}

TEST(Mask, IsNotSharedByRulesThatLookAlikeWhereOneAlternativeIsLeftOut) {
  for (const bool own : {false, true}) {
    Engine e(SumsOf(own), {"aa", "ax", "xy", "xya"});
    ASSERT_TRUE(e.Reads("aa"));
    EXPECT_EQ(e.Check(), "");
    auto other = e.compiler->Compile(SumsOf(!own), {});
    ASSERT_TRUE(other.ok());
    auto matcher = std::move(other.value()->NewMatcher({})).value();
    ASSERT_TRUE(matcher->AcceptBytes("aa").value());
    EXPECT_EQ(CheckPlace(*matcher, *e.test.vocabulary), "");
    EXPECT_EQ(matcher->AcceptBytes("x").value(), own);
  }
}

TEST(Mask, IsSharedAtEveryDepthOfNesting) {
  ProgramWriter w;
  Engine e(w.BuildSchema(w.Node()), {"[1", "]]", "1,"});
  for (int depth = 0; depth < 40; ++depth) {
    ASSERT_TRUE(e.Reads("["));
    e.Allowed(0);
  }
  // From some depth on nothing new is walked.
  uint64_t walked = e.matcher->stats().nodes_walked;
  for (int depth = 0; depth < 40; ++depth) {
    ASSERT_TRUE(e.Reads("["));
    e.Allowed(0);
  }
  EXPECT_EQ(e.matcher->stats().nodes_walked, walked);
}

TEST(Mask, IsWhatAcceptSaysAlongRandomWalks) {
  std::mt19937 random(7);
  int places = 0;
  for (int round = 0; round < 150; ++round) {
    const test::RandomGrammar grammar(random);
    size_t cache = round % 3 == 0 ? 4096 : 0;  // with a small budget nothing is kept for long
    Engine e(grammar.program, grammar.tokens, cache);
    for (int step = 0; step < 6; ++step) {
      ASSERT_EQ(e.Check(), "") << "round " << round << " step " << step;
      ++places;
      if (round % 5 == 0) e.compiler->ClearCache();
      std::vector<int32_t> mask(e.test.vocabulary->words());
      ASSERT_TRUE(e.matcher->FillMask(mask).ok());
      std::vector<uint32_t> allowed;
      for (uint32_t t = 0; t < e.test.vocabulary->size(); ++t) {
        if (((mask[t / 32] >> (t % 32)) & 1) != 0) allowed.push_back(t);
      }
      if (allowed.empty()) break;
      ASSERT_TRUE(e.matcher->Accept(allowed[random() % allowed.size()]).value());
    }
  }
  EXPECT_GT(places, 150);
}

// Words of nine letters, so many that the tokens of a sub-tree are taken together where each letter
// leads back to where it was read, and some that leave a string.
TEST(Mask, OfSubtreesThatAreTakenWhole) {
  std::vector<std::string> tokens{"a\"", "ab\"", "abc\"", "ab\\", "ab}", "abcX"}, layer{""};
  for (int length = 1; length <= 3; ++length) {
    std::vector<std::string> next;
    for (const std::string& word : layer) {
      for (char letter = 'a'; letter <= 'i'; ++letter) next.push_back(word + letter);
    }
    tokens.insert(tokens.end(), next.begin(), next.end());
    layer = std::move(next);
  }
  const auto check = [&](ProgramWriter& w, const test::Words& text) {
    Engine e(w.BuildSchema(w.Node({text})), tokens);
    for (const char* read : {"\"", "ab", "c"}) {
      ASSERT_TRUE(e.Reads(read));
      EXPECT_EQ(e.Check(), "") << read;
    }
  };
  for (const uint32_t max : {kNone, 100u, 7u, 5u}) {
    ProgramWriter any;
    check(any, any.Text(0, max));
    ProgramWriter letters;
    const uint32_t word = letters.Repeat(letters.Set({{'a', 'i'}}), 2, kNone);
    check(letters, letters.Text(0, max, word));
    ProgramWriter bounded;
    const uint32_t length = bounded.Repeat(bounded.Set({{0, 0xD7FF}, {0xE000, 0x10FFFF}}), 0, 60);
    const uint32_t some = bounded.Repeat(bounded.Set({{'a', 'h'}}), 1, kNone);
    check(bounded, bounded.Text(0, max, bounded.Intersect({some, length})));
  }
}

}  // namespace
}  // namespace grammask
