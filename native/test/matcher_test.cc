#include <gtest/gtest.h>

#include <string>

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

constexpr size_t kMiB = size_t{1} << 20;

struct Engine {
  TestVocabulary test;
  std::unique_ptr<Compiler> compiler;
  std::shared_ptr<CompiledGrammar> grammar;
  std::unique_ptr<Matcher> matcher;

  Engine(const std::vector<uint8_t>& program, const std::vector<std::string>& tokens,
         const MatcherOptions& options = {})
      : test(BytesAnd(tokens)),
        compiler(std::make_unique<Compiler>(test.vocabulary, CompilerOptions{})) {
    auto compiled = compiler->Compile(program, {});
    EXPECT_TRUE(compiled.ok()) << compiled.status().message();
    grammar = std::move(compiled).value();
    matcher = std::move(grammar->NewMatcher(options)).value();
  }
  bool Reads(const std::string& text) {
    auto accepted = matcher->AcceptBytes(text);
    return accepted.ok() && accepted.value();
  }
  bool Takes(uint32_t token) {
    auto accepted = matcher->Accept(token);
    return accepted.ok() && accepted.value();
  }
  bool Allowed(uint32_t token) {
    std::vector<int32_t> mask(test.vocabulary->words());
    EXPECT_TRUE(matcher->FillMask(mask).ok());
    return ((mask[token / 32] >> (token % 32)) & 1) != 0;
  }
  std::string Check() { return CheckPlace(*matcher, *test.vocabulary); }
};

std::vector<uint8_t> AnyJson() {
  ProgramWriter w;
  return w.BuildSchema(w.Node());
}

TEST(Matcher, TakesATokenThatTheGrammarNamesAndThatHasAText) {
  ProgramWriter w;
  uint32_t root = w.Rule();
  w.Alternative(root, {w.Token('a'), w.T("b")});
  w.Alternative(root, {w.T("ac")});
  Engine e(w.Build(root), {"ac"});
  EXPECT_EQ(e.Check(), "");
  ASSERT_TRUE(e.Takes('a'));
  EXPECT_TRUE(e.Allowed('b'));
  EXPECT_TRUE(e.Allowed('c'));
  EXPECT_EQ(e.Check(), "");
}

TEST(Matcher, TakesSpecialTokensOnlyWhereTheGrammarNamesThem) {
  ProgramWriter w;
  uint32_t root = w.Rule();
  w.Alternative(root, {w.T("a"), w.TokenNamed("<|call|>"), w.T("b")});
  Engine e(w.Build(root), {});
  EXPECT_FALSE(e.Allowed(e.test.special));
  ASSERT_TRUE(e.Takes('a'));
  EXPECT_TRUE(e.Allowed(e.test.special));
  EXPECT_EQ(e.Check(), "");
  EXPECT_FALSE(e.Reads("<|call|>"));
  ASSERT_TRUE(e.Takes(e.test.special));
  EXPECT_TRUE(e.Reads("b"));
  EXPECT_TRUE(e.Allowed(e.test.stop));
}

TEST(Matcher, TakesAnyTokenButThoseExcludedAndTheStopTokens) {
  ProgramWriter w;
  uint32_t root = w.Rule();
  w.Alternative(root, {w.AnyTokenBut('a'), w.T("b")});
  Engine e(w.Build(root), {"xyz"});
  EXPECT_EQ(e.Check(), "");
  for (uint32_t allowed : {uint32_t{'c'}, uint32_t{256}, e.test.special}) {
    EXPECT_TRUE(e.Allowed(allowed)) << allowed;
    ASSERT_TRUE(e.Takes(allowed));
    EXPECT_TRUE(e.Allowed('b'));
    ASSERT_TRUE(e.matcher->Rollback(1).ok());
  }
  for (uint32_t refused : {uint32_t{'a'}, e.test.stop, e.test.empty, e.test.hole}) {
    EXPECT_FALSE(e.Allowed(refused)) << refused;
    EXPECT_FALSE(e.Takes(refused));
  }
}

TEST(Matcher, RefusesSetsWithoutAToken) {
  ProgramWriter w;
  uint32_t root = w.Rule();
  w.Alternative(root, {w.Tokens({0, 0, 0})});
  TestVocabulary test = BytesAnd({});
  Compiler compiler(test.vocabulary, {});
  auto grammar = compiler.Compile(w.Build(root), {});
  ASSERT_FALSE(grammar.ok());
  EXPECT_EQ(grammar.status().code(), Code::kVocabulary);
}

TEST(Matcher, SlotTakesNamesThatWereGiven) {
  ProgramWriter w;
  uint32_t root = w.Rule();
  uint32_t letters = w.Repeat(w.Set({{'a', 'z'}}), 1, kNone);
  w.Alternative(root, {w.T("."), w.Slot("member", letters), w.T(";")});
  Engine e(w.Build(root), {".ab", "ab;", "abc", "b;", ".x"});
  const uint32_t dot_ab = 256, ab_end = 257, abc = 258, b_end = 259, dot_x = 260;
  LexiconNames names;
  for (const char* name : {"ab", "abd", "NOT"}) names.Add(name);
  using Ahead = Matcher::Ahead;
  // Ahead: the dot comes first.
  auto slots = e.matcher->Slots(Ahead::kAllTokens).value();
  ASSERT_EQ(slots.size(), 1u);
  EXPECT_EQ(slots[0].request, (SlotRequest{"member", ".", ""}));
  ASSERT_TRUE(e.matcher->Provide(slots[0].number, &names).ok());
  EXPECT_EQ(e.matcher->Provide(slots[0].number, &names).code(), Code::kState);
  EXPECT_TRUE(e.Allowed(dot_ab));
  EXPECT_FALSE(e.Allowed(dot_x));
  EXPECT_EQ(e.Check(), "");
  ASSERT_TRUE(e.Takes('.'));
  EXPECT_TRUE(e.Allowed(ab_end));
  EXPECT_FALSE(e.Allowed(abc));
  EXPECT_EQ(e.Check(), "");
  EXPECT_EQ(e.matcher->Provide(slots[0].number, &names).code(), Code::kState);
  // Late: some of the name is typed.
  e.matcher->Reset();
  ASSERT_TRUE(e.Takes(dot_ab));
  EXPECT_TRUE(e.Allowed(abc));
  slots = e.matcher->Slots(Ahead::kNone).value();
  ASSERT_EQ(slots.size(), 1u);
  EXPECT_EQ(slots[0].request, (SlotRequest{"member", "", "ab"}));
  auto fork = e.matcher->Fork();
  ASSERT_TRUE(e.matcher->Provide(slots[0].number, &names).ok());
  EXPECT_TRUE(e.Allowed('d'));
  EXPECT_TRUE(e.Allowed(';'));
  EXPECT_FALSE(e.Allowed(abc));
  EXPECT_FALSE(e.Allowed(b_end));
  EXPECT_EQ(e.Check(), "");
  EXPECT_TRUE(fork->Accept(abc).value());
  // None of the names begins as what is typed.
  e.matcher->Reset();
  ASSERT_TRUE(e.Takes(dot_x));
  slots = e.matcher->Slots(Ahead::kOneToken, 'y').value();
  ASSERT_EQ(slots.size(), 1u);
  ASSERT_TRUE(e.matcher->Provide(slots[0].number, &names).ok());
  EXPECT_TRUE(e.matcher->IsDead());
  ASSERT_TRUE(e.matcher->Rollback(1).ok());
  EXPECT_TRUE(e.Allowed(dot_x));
}

TEST(Matcher, RefusesASlotWithTheEmptyText) {
  ProgramWriter w;
  uint32_t root = w.Rule();
  w.Alternative(root, {w.Slot("x", w.Repeat(w.Set({{'a', 'z'}}), 0, kNone))});
  Compiler compiler(BytesAnd({}).vocabulary, {});
  auto grammar = compiler.Compile(w.Build(root), {});
  ASSERT_FALSE(grammar.ok());
  EXPECT_EQ(grammar.status().code(), Code::kSyntax);
}

// "<", some letters in at most two tokens, ">".
TEST(Matcher, EndsALimitedTextWithItsTokens) {
  ProgramWriter w;
  uint32_t root = w.Rule();
  uint32_t letters = w.Repeat(w.Set({{'a', 'z'}}), 0, kNone);
  w.Alternative(root, {w.T("<"), ProgramWriter::Limited(letters, 2), w.T(">")});
  Engine e(w.Build(root), {"abc", "<a", "a>", "b>c", "<"});
  const uint32_t abc = 256, begin_a = 257, a_end = 258;
  ASSERT_TRUE(e.Takes('<'));
  ASSERT_TRUE(e.Takes(abc));
  EXPECT_TRUE(e.Allowed(abc));
  EXPECT_TRUE(e.Allowed(a_end));
  EXPECT_EQ(e.Check(), "");
  ASSERT_TRUE(e.Takes(abc));
  EXPECT_FALSE(e.Allowed('a'));
  EXPECT_FALSE(e.Allowed(a_end));
  EXPECT_TRUE(e.Allowed('>'));
  EXPECT_EQ(e.Check(), "");
  ASSERT_TRUE(e.matcher->Rollback(1).ok());
  EXPECT_TRUE(e.Allowed(abc));
  // A token that begins before the text and writes some of it counts.
  e.matcher->Reset();
  ASSERT_TRUE(e.Takes(begin_a));
  ASSERT_TRUE(e.Takes('b'));
  EXPECT_FALSE(e.Allowed('b'));
  EXPECT_TRUE(e.Allowed('>'));
  // Texts count no tokens of their own: what they write belongs to the token behind them.
  e.matcher->Reset();
  ASSERT_TRUE(e.Reads("<abcabc"));
  ASSERT_TRUE(e.Takes(abc));
  ASSERT_TRUE(e.Takes(abc));
  EXPECT_FALSE(e.Allowed(abc));
}

TEST(Matcher, LimitedTextThatCannotEndGoesOnToItsFirstEnd) {
  ProgramWriter w;
  uint32_t root = w.Rule();
  uint32_t letters = w.Repeat(w.Set({{'a', 'z'}}), 3, kNone);
  w.Alternative(root, {ProgramWriter::Limited(letters, 1), w.T("-")});
  Engine e(w.Build(root), {"ab", "bc", "bcd", "c-"});
  const uint32_t ab = 256, bc = 257, bcd = 258, c_end = 259;
  ASSERT_TRUE(e.Takes('a'));
  EXPECT_TRUE(e.Allowed(ab));
  EXPECT_TRUE(e.Allowed(bc));
  EXPECT_FALSE(e.Allowed(bcd));
  EXPECT_FALSE(e.Allowed('-'));
  EXPECT_EQ(e.Check(), "");
  ASSERT_TRUE(e.Takes('b'));
  EXPECT_TRUE(e.Allowed(c_end));
  EXPECT_FALSE(e.Allowed(bc));
  ASSERT_TRUE(e.Takes('c'));
  EXPECT_FALSE(e.Allowed('d'));
  EXPECT_TRUE(e.Allowed('-'));
  EXPECT_EQ(e.Check(), "");
}

TEST(Matcher, LimitOfNoTokenTakesTheShortestText) {
  ProgramWriter w;
  uint32_t root = w.Rule();
  uint32_t letters = w.Repeat(w.Set({{'a', 'z'}}), 0, kNone);
  w.Alternative(root, {w.T("<"), ProgramWriter::Limited(letters, 0), w.T(">")});
  Engine e(w.Build(root), {});
  ASSERT_TRUE(e.Takes('<'));
  EXPECT_FALSE(e.Allowed('a'));
  EXPECT_TRUE(e.Allowed('>'));
}

// a: "(" a ")" | "z"; what is left once two tokens are spent is settled.
TEST(Matcher, EndsABoundedRuleWithItsTokens) {
  ProgramWriter w;
  const uint32_t root = w.Rule(), a = w.Rule();
  w.Alternative(root, {w.T("<"), ProgramWriter::Bounded(a, 2), w.T(">")});
  w.Alternative(a, {w.T("("), ProgramWriter::R(a), w.T(")")});
  w.Alternative(a, {w.T("z")});
  Engine e(w.Build(root), {"((", "<(", "z)", "))>"});
  const uint32_t open = 256, begin = 257, end = 258, close = 259;
  ASSERT_TRUE(e.Takes('<'));
  EXPECT_TRUE(e.Allowed(open));
  ASSERT_TRUE(e.Takes(open));
  EXPECT_TRUE(e.Allowed(open));
  EXPECT_EQ(e.Check(), "");
  ASSERT_TRUE(e.Takes('('));
  EXPECT_FALSE(e.Allowed('('));
  EXPECT_TRUE(e.Allowed(end));
  EXPECT_EQ(e.Check(), "");
  ASSERT_TRUE(e.Takes('z'));
  ASSERT_TRUE(e.Takes(')'));
  EXPECT_TRUE(e.Allowed(close));
  EXPECT_EQ(e.Check(), "");
  ASSERT_TRUE(e.matcher->Rollback(3).ok());
  EXPECT_TRUE(e.Allowed('('));
  // A token that begins before the rule does not count.
  e.matcher->Reset();
  ASSERT_TRUE(e.Takes(begin));
  ASSERT_TRUE(e.Takes(open));
  EXPECT_TRUE(e.Allowed('('));
}

TEST(Matcher, NeverAllowsEmptyTokensAndHoles) {
  Engine e(AnyJson(), {});
  for (const char* text : {"[", "\"", "a", "\""}) {
    EXPECT_FALSE(e.Allowed(e.test.empty));
    EXPECT_FALSE(e.Allowed(e.test.hole));
    EXPECT_FALSE(e.Takes(e.test.empty));
    EXPECT_FALSE(e.Takes(e.test.hole));
    ASSERT_TRUE(e.Reads(text));
  }
}

TEST(Matcher, TellsTokensOutOfRange) {
  Engine e(AnyJson(), {});
  EXPECT_EQ(e.matcher->Accept(e.test.vocabulary->size()).status().code(), Code::kTokenRange);
  // The padding of the logits is in range and never allowed.
  EXPECT_FALSE(e.Takes(e.test.vocabulary->size() - 1));
}

TEST(Matcher, EndsByAnyOfItsStopTokensAndNoOther) {
  TestVocabulary test = BytesAnd({"one", "two"});
  Compiler compiler(test.vocabulary, {});
  auto grammar = std::move(compiler.Compile(AnyJson(), {})).value();
  MatcherOptions own;
  own.stop_tokens = std::vector<uint32_t>{256, 257};
  auto with_own = std::move(grammar->NewMatcher(own)).value();
  auto with_vocabulary = std::move(grammar->NewMatcher({})).value();
  for (Matcher* matcher : {with_own.get(), with_vocabulary.get()}) {
    ASSERT_TRUE(matcher->AcceptBytes("[]").value());
    EXPECT_EQ(CheckPlace(*matcher, *test.vocabulary), "");
    bool is_own = matcher == with_own.get();
    for (uint32_t stop : {256u, 257u, test.stop}) {
      EXPECT_EQ(matcher->Accept(stop).value(), is_own == (stop != test.stop)) << stop;
      if (matcher->IsTerminated()) {
        EXPECT_EQ(CheckPlace(*matcher, *test.vocabulary), "");
        ASSERT_TRUE(matcher->Rollback(1).ok());
      }
    }
  }
  own.stop_tokens = std::vector<uint32_t>{100000};
  EXPECT_EQ(grammar->NewMatcher(own).status().code(), Code::kTokenRange);
}

TEST(Matcher, ForksAndRollbacksCopyIdsAndShareTheRest) {
  Engine e(AnyJson(), {});
  ASSERT_TRUE(e.Reads("[{\"a\":[1,"));
  auto fork = e.matcher->Fork();
  ASSERT_TRUE(fork->AcceptBytes("2]}]").value());
  EXPECT_TRUE(fork->IsAccepting());
  EXPECT_FALSE(e.matcher->IsAccepting());
  ASSERT_TRUE(e.Reads("3"));
  e.matcher.reset();
  ASSERT_TRUE(fork->Rollback(1).ok());
  EXPECT_EQ(CheckPlace(*fork, *e.test.vocabulary), "");
  EXPECT_EQ(fork->Rollback(2).code(), Code::kState);
  ASSERT_TRUE(fork->Rollback(1).ok());
  EXPECT_TRUE(fork->AcceptBytes("true").value());
}

TEST(Matcher, KeepsHistoryUpToItsLimit) {
  MatcherOptions options;
  options.max_rollback = 3;
  Engine e(AnyJson(), {}, options);
  ASSERT_TRUE(e.Reads("["));
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(e.Reads("1,"));
  EXPECT_EQ(e.matcher->Rollback(4).code(), Code::kState);
  EXPECT_TRUE(e.matcher->Rollback(3).ok());
}

// Long texts make many cells: collections happen, and both matchers of the family go on where they
// were.
TEST(Matcher, SurvivesCollectionsWithForksAndHistory) {
  MatcherOptions options;
  options.max_rollback = 50;
  Engine e(AnyJson(), {}, options);
  ASSERT_TRUE(e.Reads("{\"k\":["));
  auto fork = e.matcher->Fork();
  std::string text = "{\"k\":[";
  for (int i = 0; i < 6000; ++i) {
    std::string item =
        "{\"name" + std::to_string(i) + "\":\"some text " + std::to_string(i) + "\"},";
    ASSERT_TRUE(e.Reads(item)) << i;
  }
  ASSERT_TRUE(e.matcher->Rollback(30).ok());
  ASSERT_TRUE(e.Reads("1]}"));
  EXPECT_TRUE(e.matcher->IsAccepting());
  ASSERT_TRUE(fork->AcceptBytes("2]").value());
  EXPECT_EQ(CheckPlace(*fork, *e.test.vocabulary), "");
  EXPECT_TRUE(fork->AcceptBytes("}").value());
  EXPECT_TRUE(fork->IsAccepting());
}

// Without history the live part stays small, so a small budget is enough for a long text.
TEST(Matcher, NeedsMemoryForWhatIsOpenAndNotForTheText) {
  MatcherOptions options;
  options.max_rollback = 2;
  options.limits.memory_bytes = kMiB / 2;
  Engine e(AnyJson(), {}, options);
  ASSERT_TRUE(e.Reads("["));
  for (int i = 0; i < 20000; ++i) ASSERT_TRUE(e.Reads("[1,\"abc\"],")) << i;
}

TEST(Matcher, StaysUsableAfterItsMemoryRanOut) {
  MatcherOptions options;
  options.max_rollback = 2;
  options.limits.memory_bytes = kMiB;
  Engine e(AnyJson(), {}, options);
  std::string deep(200000, '[');
  ASSERT_TRUE(e.Reads("["));
  EXPECT_EQ(e.matcher->AcceptBytes(deep).status().code(), Code::kMemory);
  EXPECT_TRUE(e.Reads("1]"));
  EXPECT_TRUE(e.matcher->IsAccepting());
}

TEST(Matcher, GivesDeadlineAtOnceForATimeOfZeroAndStaysAsItWas) {
  TestVocabulary test = BytesAnd({});
  Compiler compiler(test.vocabulary, {});
  Limits none;
  none.timeout_ms = 0;
  EXPECT_EQ(compiler.Compile(AnyJson(), none).status().code(), Code::kDeadline);
  auto grammar = std::move(compiler.Compile(AnyJson(), {})).value();
  auto matcher = std::move(grammar->NewMatcher({})).value();
  ASSERT_TRUE(matcher->AcceptBytes("[1").value());
  MatcherOptions options;
  options.limits = none;
  EXPECT_EQ(grammar->NewMatcher(options).status().code(), Code::kDeadline);
  Result<std::shared_ptr<Language>> language = Language::Create(AnyJson(), none);
  EXPECT_EQ(language.status().code(), Code::kDeadline);
  auto good = std::move(Language::Create(AnyJson(), {})).value();
  std::vector<InputPiece> input(1);
  input[0].bytes = "[1]";
  EXPECT_EQ(good->Test(input, none).status().code(), Code::kDeadline);
  EXPECT_TRUE(good->Test(input, {}).value());
  EXPECT_TRUE(matcher->AcceptBytes("]").value());
}

TEST(Matcher, SkipsNoForcedByteAndTakesTheForcedTokens) {
  ProgramWriter w;
  uint32_t node = w.ReserveNode();
  w.Fill(node, {w.Types(32), w.Object({{"name", w.Node({w.Types(2)})}}, {"name"}, w.Never())});
  Engine e(w.BuildSchema(node, kCompact), {"{\"", "name", "\":", "true", "{\"na"});
  EXPECT_EQ(e.matcher->ForcedBytes().value(), "{\"name\":");
  auto tokens = e.matcher->ForcedTokens().value();
  std::string text;
  for (uint32_t token : tokens) {
    text += e.test.vocabulary->bytes(token);
    ASSERT_TRUE(e.Takes(token));
  }
  EXPECT_EQ(text, std::string("{\"name\":").substr(0, text.size()));
  EXPECT_FALSE(text.empty());
}

TEST(Matcher, ForcesNothingWhereTheTextMayEnd) {
  ProgramWriter w;
  uint32_t root = w.Rule();
  w.Alternative(root, {w.T("ab")});
  w.Alternative(root, {w.T("abc")});
  Engine e(w.Build(root), {});
  EXPECT_EQ(e.matcher->ForcedBytes().value(), "ab");
}

TEST(Matcher, ValidatesAPrefixWithoutMoving) {
  Engine e(AnyJson(), {"true"});
  std::vector<uint32_t> tokens{'[', 256, ',', ']', 'x'};
  EXPECT_EQ(e.matcher->Validate(tokens).value(), 3u);
  tokens[2] = ']';
  tokens[3] = e.test.stop;
  EXPECT_EQ(e.matcher->Validate(tokens).value(), 4u);
  EXPECT_TRUE(e.Reads("{"));
}

TEST(Matcher, OpensAndClosesAHundredThousandBrackets) {
  Engine e(AnyJson(), {});
  ASSERT_TRUE(e.Reads(std::string(100000, '[')));
  EXPECT_TRUE(e.Allowed('['));
  auto completion = e.matcher->ShortestCompletion();
  ASSERT_TRUE(completion.ok() && completion.value());
  EXPECT_EQ(completion.value()->bytes, std::string(100000, ']'));
  ASSERT_TRUE(e.Reads(completion.value()->bytes));
  EXPECT_TRUE(e.matcher->IsAccepting());
}

}  // namespace
}  // namespace grammask
