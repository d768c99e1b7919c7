#include "mask/words.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace grammask {
namespace {

TEST(Words, UnitesTheSameInEveryWay) {
  std::mt19937 random(7);
  for (size_t count = 0; count < 70; ++count) {
    std::vector<uint32_t> mask(count), other(count), expected(count);
    for (size_t i = 0; i < count; ++i) {
      mask[i] = static_cast<uint32_t>(random());
      other[i] = static_cast<uint32_t>(random());
      expected[i] = mask[i] | other[i];
    }
    for (UniteWordsFunction unite :
         {UniteWordsOf(Simd::kPlain), UniteWordsOf(Simd::kAvx2), UniteWordsOf(Simd::kAvx512),
          UniteWordsOf(Simd::kNeon), UniteWordsFunction{UniteWords}}) {
      if (unite == nullptr) continue;
      std::vector<uint32_t> copy = mask;
      unite(copy.data(), other.data(), count);
      EXPECT_EQ(copy, expected);
    }
  }
}

TEST(Words, FindsTheNextWordWithBitsBeyondTheOthers) {
  std::mt19937 random(8);
  for (int round = 0; round < 3000; ++round) {
    const size_t count = random() % 200;
    std::vector<uint32_t> mask(count, 0), other(count, 0);
    for (size_t i = 0; i < count; ++i) {
      if (random() % 40 == 0) mask[i] = 1u << random() % 32;
      if (random() % 2 == 0) other[i] = mask[i] | random();
    }
    for (const uint32_t* without :
         {static_cast<const uint32_t*>(other.data()), static_cast<const uint32_t*>(nullptr)}) {
      const size_t from = random() % (count + 1);
      size_t expected = from;
      while (expected < count &&
             (mask[expected] & ~(without != nullptr ? without[expected] : 0)) == 0)
        ++expected;
      for (NextBeyondFunction next :
           {NextBeyondOf(Simd::kPlain), NextBeyondOf(Simd::kAvx2), NextBeyondOf(Simd::kAvx512),
            NextBeyondOf(Simd::kNeon), NextBeyondFunction{NextBeyond}}) {
        if (next == nullptr) continue;
        ASSERT_EQ(next(mask.data(), without, from, count), expected);
      }
    }
  }
}

TEST(Words, ListsTheTokensBeyondTheOthers) {
  std::mt19937 random(9);
  for (int round = 0; round < 3000; ++round) {
    const size_t count = random() % 120, most = random() % 200;
    std::vector<uint32_t> mask(count, 0), other(count, 0);
    for (size_t i = 0; i < count; ++i) {
      if (random() % 8 == 0) mask[i] = random() & random();
      if (random() % 50 == 0) mask[i] = ~0u;
      if (random() % 2 == 0) other[i] = random();
    }
    for (const uint32_t* without :
         {static_cast<const uint32_t*>(other.data()), static_cast<const uint32_t*>(nullptr)}) {
      std::vector<uint32_t> expected;
      for (uint32_t token = 0; token < count * 32; ++token) {
        const uint32_t bits = mask[token / 32] & ~(without != nullptr ? without[token / 32] : 0);
        if ((bits >> token % 32 & 1) != 0) expected.push_back(token);
      }
      for (TokensBeyondFunction list : {TokensBeyondOf(Simd::kPlain), TokensBeyondOf(Simd::kAvx2),
                                        TokensBeyondOf(Simd::kAvx512), TokensBeyondOf(Simd::kNeon),
                                        TokensBeyondFunction{TokensBeyond}}) {
        if (list == nullptr) continue;
        std::vector<uint32_t> tokens(most + 32);
        const size_t found = list(mask.data(), without, count, most, tokens.data());
        ASSERT_LE(found, most + 32);
        ASSERT_EQ(found > most, expected.size() > most);
        if (found > most) continue;
        tokens.resize(found);
        ASSERT_EQ(tokens, expected);
      }
    }
  }
}

}  // namespace
}  // namespace grammask
