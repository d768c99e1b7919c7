#include <gtest/gtest.h>

#include <random>
#include <thread>

#include "base/thread_pool.h"
#include "engine/compiler_impl.h"
#include "test/support/random_program.h"
#include "test/support/walk_check.h"

namespace grammask {
namespace {

using test::BytesAnd;
using test::RandomGrammar;
using test::TestVocabulary;

// No mask is made on the caller's thread alone.
constexpr BatchPolicy kAtOnce{std::chrono::microseconds(0), std::chrono::microseconds(0)};

// Random grammars over one vocabulary.
struct Batch {
  std::vector<RandomGrammar> grammars;
  TestVocabulary test;

  Batch(uint32_t seed, size_t count) {
    std::mt19937 random(seed);
    std::vector<std::string> tokens;
    while (grammars.size() < count) {
      grammars.emplace_back(random);
      const std::vector<std::string>& more = grammars.back().tokens;
      tokens.insert(tokens.end(), more.begin(), more.end());
    }
    test = BytesAnd(tokens);
  }
  std::vector<std::unique_ptr<Matcher>> Matchers(Compiler& compiler) const {
    std::vector<std::unique_ptr<Matcher>> matchers;
    for (const RandomGrammar& grammar : grammars) {
      auto compiled = compiler.Compile(grammar.program, {});
      EXPECT_TRUE(compiled.ok());
      matchers.push_back(std::move(compiled.value()->NewMatcher({})).value());
    }
    return matchers;
  }
};

std::vector<Matcher*> Pointers(const std::vector<std::unique_ptr<Matcher>>& matchers) {
  std::vector<Matcher*> pointers;
  for (const auto& matcher : matchers) pointers.push_back(matcher.get());
  return pointers;
}

class FillMasksTest : public testing::TestWithParam<uint32_t> {};

TEST_P(FillMasksTest, FillsWhatEachMatcherFillsAlone) {
  const Batch batch(GetParam(), 24);
  Compiler many(batch.test.vocabulary, {.cache_bytes = 1 << 20, .threads = GetParam()});
  Compiler one(batch.test.vocabulary, {});
  const auto matchers = batch.Matchers(many), alone = batch.Matchers(one);
  ThreadPool pool;
  const size_t words = batch.test.vocabulary->words();
  std::vector<int32_t> masks(matchers.size() * words, -1), mask(words);
  std::mt19937 random(5);
  for (int step = 0; step < 8; ++step) {
    ASSERT_TRUE(FillMasks(Pointers(matchers), masks, pool, kAtOnce).ok());
    for (size_t i = 0; i < matchers.size(); ++i) {
      ASSERT_TRUE(alone[i]->FillMask(mask).ok());
      const int32_t* row = masks.data() + i * words;
      ASSERT_TRUE(std::equal(mask.begin(), mask.end(), row)) << "matcher " << i << " step " << step;
      std::vector<uint32_t> allowed;
      for (uint32_t t = 0; t < batch.test.vocabulary->size(); ++t) {
        if (((mask[t / 32] >> (t % 32)) & 1) != 0) allowed.push_back(t);
      }
      if (allowed.empty()) continue;
      const uint32_t token = allowed[random() % allowed.size()];
      ASSERT_TRUE(alone[i]->Accept(token).value());
      ASSERT_TRUE(matchers[i]->Accept(token).value());
    }
  }
}

TEST_P(FillMasksTest, SpreadsMatchersThatStandAtTheBeginning) {
  const Batch batch(40 + GetParam(), 64);
  Compiler compiler(batch.test.vocabulary, {.threads = GetParam()});
  const auto matchers = batch.Matchers(compiler);
  for (const auto& matcher : matchers) ASSERT_EQ(matcher->impl->family->place, 0u);
  ThreadPool pool;
  std::vector<int32_t> masks(matchers.size() * batch.test.vocabulary->words());
  ASSERT_TRUE(FillMasks(Pointers(matchers), masks, pool, kAtOnce).ok());
  std::vector<size_t> places(GetParam(), 0);
  for (const auto& matcher : matchers) ++places[matcher->impl->family->place];
  for (const size_t count : places) EXPECT_GE(count, 64 / GetParam() / 2);
}

// With ThreadSanitizer this is what looks for races.
TEST_P(FillMasksTest, ServesCallsOfSeveralThreads) {
  const Batch batch(80 + GetParam(), 16);
  Compiler compiler(batch.test.vocabulary, {.cache_bytes = 1 << 18, .threads = GetParam()});
  std::vector<std::thread> threads;
  for (uint32_t t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      ThreadPool pool;
      std::mt19937 random(t);
      const size_t words = batch.test.vocabulary->words();
      for (int round = 0; round < 4; ++round) {
        const auto matchers = batch.Matchers(compiler);
        std::vector<int32_t> masks(matchers.size() * words), mask(words);
        ASSERT_TRUE(FillMasks(Pointers(matchers), masks, pool, kAtOnce).ok());
        for (size_t i = 0; i < matchers.size(); ++i) {
          auto fork = matchers[i]->Fork();
          ASSERT_TRUE(fork->FillMask(mask).ok());
          ASSERT_TRUE(std::equal(mask.begin(), mask.end(), masks.data() + i * words));
          const uint32_t token = random() % batch.test.vocabulary->size();
          const bool allowed = ((mask[token / 32] >> (token % 32)) & 1) != 0;
          ASSERT_EQ(fork->Accept(token).value(), allowed);
        }
        if (round == 2) compiler.ClearCache();
        compiler.stats();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

INSTANTIATE_TEST_SUITE_P(Threads, FillMasksTest, testing::Values(1, 2, 8));

TEST(FillMasksOfOne, FillsTheRowsOfAMatcherThatIsThereTwice) {
  const Batch batch(1, 1);
  Compiler compiler(batch.test.vocabulary, {.threads = 2});
  const auto matchers = batch.Matchers(compiler);
  const std::vector<Matcher*> twice(9, matchers[0].get());
  ThreadPool pool;
  const size_t words = batch.test.vocabulary->words();
  std::vector<int32_t> masks(twice.size() * words, -1), mask(words);
  ASSERT_TRUE(FillMasks(twice, masks, pool).ok());
  ASSERT_TRUE(matchers[0]->FillMask(mask).ok());
  for (size_t i = 0; i < twice.size(); ++i)
    EXPECT_TRUE(std::equal(mask.begin(), mask.end(), masks.data() + i * words));
}

TEST(FillMasksOfOne, NamesTheMatcherThatHasNoMask) {
  const Batch batch(3, 3);
  Compiler compiler(batch.test.vocabulary, {});
  auto matchers = batch.Matchers(compiler);
  matchers[1]->impl->options.limits.timeout_ms = 0;
  ThreadPool pool;
  const size_t words = batch.test.vocabulary->words();
  std::vector<int32_t> masks(3 * words, -1), mask(words);
  const Status status = FillMasks(Pointers(matchers), masks, pool);
  EXPECT_EQ(status.code(), Code::kDeadline);
  EXPECT_EQ(status.message().substr(0, 23), "matcher 1 of the batch:");
  ASSERT_TRUE(matchers[2]->FillMask(mask).ok());
  EXPECT_TRUE(std::equal(mask.begin(), mask.end(), masks.data() + 2 * words));
  for (size_t w = 0; w < words; ++w) EXPECT_EQ(masks[words + w], 0);
  masks.pop_back();
  EXPECT_EQ(FillMasks(Pointers(matchers), masks, pool).code(), Code::kArgument);
  EXPECT_TRUE(FillMasks({}, {}, pool).ok());
}

TEST(ThreadPoolTest, RunsEachTaskOnceAndPassesOnWhatOneThrows) {
  ThreadPool pool;
  for (size_t count : {0, 1, 2, 7, 200}) {
    std::vector<std::atomic<int>> runs(count);
    pool.Run(count, [&](size_t i) { ++runs[i]; });
    for (const auto& run : runs) EXPECT_EQ(run, 1);
  }
  std::atomic<int> ended{0};
  const auto failing = [&](size_t i) {
    if (i == 2) throw std::bad_alloc();
    ++ended;
  };
  EXPECT_THROW(pool.Run(5, failing), std::bad_alloc);
  EXPECT_EQ(ended, 4);
  pool.Run(3, [&](size_t) { ++ended; });
  EXPECT_EQ(ended, 7);
}

TEST(ShardsTest, AGrammarFollowsWhenItsShardIsReplaced) {
  const Batch batch(9, 2);
  Compiler compiler(batch.test.vocabulary, {.cache_bytes = 1});
  auto kept = std::move(compiler.Compile(batch.grammars[0].program, {})).value();
  auto held = std::move(kept->NewMatcher({})).value();
  const Shard* first = held->impl->family->instance->shard.get();
  std::vector<int32_t> before(batch.test.vocabulary->words()), mask(before.size());
  ASSERT_TRUE(held->FillMask(before).ok());
  std::unique_ptr<Matcher> later;
  for (int i = 0; i < 100; ++i) {
    later = std::move(kept->NewMatcher({})).value();
    ASSERT_TRUE(later->FillMask(mask).ok());
    ASSERT_EQ(mask, before);
  }
  EXPECT_NE(later->impl->family->instance->shard.get(), first);
  EXPECT_EQ(held->impl->family->instance->shard.get(), first);
  ASSERT_TRUE(held->FillMask(mask).ok());
  EXPECT_EQ(mask, before);
}

}  // namespace
}  // namespace grammask
