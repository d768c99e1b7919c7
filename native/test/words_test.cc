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
         {PlainUniteWords(), Avx2UniteWords(), UniteWordsFunction{UniteWords}}) {
      if (unite == nullptr) continue;
      std::vector<uint32_t> copy = mask;
      unite(copy.data(), other.data(), count);
      EXPECT_EQ(copy, expected);
    }
  }
}

}  // namespace
}  // namespace grammask
