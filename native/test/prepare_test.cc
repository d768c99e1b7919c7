#include <gtest/gtest.h>

#include <thread>

#include "engine/engine.h"
#include "test/support/program_writer.h"
#include "test/support/walk_check.h"

namespace grammask {
namespace {

using test::BytesAnd;
using test::ProgramWriter;
using test::TestVocabulary;

std::vector<uint8_t> AnyJson() {
  ProgramWriter w;
  return w.BuildSchema(w.Node());
}

struct InString {
  std::vector<int32_t> mask;
  uint64_t nodes_walked;
};

// The mask behind a quote, which is the first of its compiler.
InString FirstMask(Compiler& compiler) {
  auto grammar = compiler.Compile(AnyJson(), {}).value();
  auto matcher = grammar->NewMatcher({}).value();
  EXPECT_TRUE(matcher->AcceptBytes("\"").value());
  std::vector<int32_t> mask(matcher->mask_words());
  EXPECT_TRUE(matcher->FillMask(mask).ok());
  return {mask, matcher->stats().nodes_walked};
}

TEST(Prepare, StringsOfJsonAreKnownAfterwards) {
  const TestVocabulary test = BytesAnd({"abc", "ab\"", "\",", "\\n", "\\u00", "é", " the"});
  Compiler unprepared(test.vocabulary, {}), prepared(test.vocabulary, {.threads = 2});
  const std::atomic<bool> cancelled{false};
  std::thread apart([&] { prepared.Prepare(AnyJson(), cancelled); });
  apart.join();
  const InString made = FirstMask(unprepared), known = FirstMask(prepared);
  EXPECT_EQ(known.mask, made.mask);
  EXPECT_LT(known.nodes_walked, made.nodes_walked / 10);
  EXPECT_EQ(prepared.stats().misses, unprepared.stats().misses);
}

TEST(Prepare, NothingIsGivenWhereTheProgramIsNone) {
  const TestVocabulary test = BytesAnd({"abc", "ab\""});
  Compiler compiler(test.vocabulary, {}), other(test.vocabulary, {});
  const std::atomic<bool> cancelled{false};
  compiler.Prepare(std::vector<uint8_t>{1, 2, 3}, cancelled);
  const InString made = FirstMask(other), same = FirstMask(compiler);
  EXPECT_EQ(same.mask, made.mask);
  EXPECT_EQ(same.nodes_walked, made.nodes_walked);
}

// With ThreadSanitizer this is what looks for races.
TEST(Prepare, RunsBesideOtherCalls) {
  const TestVocabulary test = BytesAnd({"abc", "ab\"", "\",", "\\n"});
  const std::atomic<bool> cancelled{false};
  std::vector<int32_t> expected;
  for (int round = 0; round < 20; ++round) {
    Compiler compiler(test.vocabulary, {.threads = 2});
    std::thread apart([&] { compiler.Prepare(AnyJson(), cancelled); });
    const InString made = FirstMask(compiler);
    apart.join();
    if (expected.empty()) expected = made.mask;
    EXPECT_EQ(made.mask, expected);
  }
}

}  // namespace
}  // namespace grammask
