#include "base/cells.h"

#include <gtest/gtest.h>

#include <random>

namespace grammask {
namespace {

CellId Word(CellStore& cells, uint32_t word) { return cells.Intern(1, {}, {&word, 1}); }

TEST(Cells, EqualCellsAreOneId) {
  CellStore cells;
  CellId a = Word(cells, 5), b = Word(cells, 6);
  EXPECT_EQ(Word(cells, 5), a);
  EXPECT_NE(a, b);
  CellId refs[] = {a, b};
  uint32_t data[] = {7};
  CellId pair = cells.Intern(2, refs, data);
  EXPECT_EQ(cells.Intern(2, refs, data), pair);
  // A reference is not a word, and kinds differ.
  EXPECT_NE(cells.Intern(3, refs, data), pair);
  uint32_t words[] = {a, b, 7};
  EXPECT_NE(cells.Intern(2, {}, words), pair);
  EXPECT_EQ(cells.kind(pair), 2);
  EXPECT_EQ(cells.refs(pair)[1], b);
  EXPECT_EQ(cells.data(pair)[0], 7u);
}

TEST(Cells, TruncationForgetsWhatCameAfterTheMarkAndNothingElse) {
  CellStore cells;
  std::mt19937 random(3);
  std::vector<std::pair<uint32_t, CellId>> kept;
  for (int round = 0; round < 50; ++round) {
    for (int i = 0; i < 40; ++i) {
      uint32_t word = random() % 100000;
      kept.emplace_back(word, Word(cells, word));
    }
    uint32_t mark = cells.mark();
    // Now and then a cell larger than a chunk.
    std::vector<uint32_t> large(round % 10 == 0 ? 20000 : 10, random());
    for (int i = 0; i < 500; ++i) {
      large[0] = random();
      cells.Intern(2, {}, large);
    }
    size_t before = cells.MemoryBytes();
    cells.TruncateTo(mark);
    EXPECT_EQ(cells.mark(), mark);
    EXPECT_LE(cells.MemoryBytes(), before);
    for (const auto& [word, id] : kept) {
      ASSERT_EQ(Word(cells, word), id);
      ASSERT_EQ(cells.data(id)[0], word);
    }
    EXPECT_EQ(cells.mark(), mark);
  }
}

TEST(Cells, CollectionKeepsWhatTheRootsReach) {
  CellStore cells;
  std::mt19937 random(4);
  CellId chain = 0, other = 0, none = 0;
  for (uint32_t i = 0; i < 5000; ++i) {
    Word(cells, 100000 + i);  // garbage
    CellId refs[] = {chain, i % 7 == 0 ? other : 0};
    other = chain;
    chain = cells.Intern(2, refs, {&i, 1});
  }
  uint32_t epoch = cells.epoch(), mark = cells.mark();
  CellId root = chain, twin = chain;
  CellId* roots[] = {&root, &twin, &none, &other};
  cells.Collect(roots);
  EXPECT_EQ(cells.epoch(), epoch + 1);
  EXPECT_LT(cells.mark(), mark);
  EXPECT_EQ(root, twin);
  EXPECT_EQ(none, 0u);
  uint32_t expected = 5000;
  for (CellId id = root; id != 0; id = cells.refs(id)[0]) {
    ASSERT_EQ(cells.data(id)[0], --expected);
    for (CellId ref : cells.refs(id)) ASSERT_LT(ref, id);
  }
  EXPECT_EQ(expected, 0u);
  // Interning goes on as before.
  EXPECT_EQ(cells.Intern(2, cells.refs(root), cells.data(root)), root);
}

}  // namespace
}  // namespace grammask
