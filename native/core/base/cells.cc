#include "base/cells.h"

#include <algorithm>
#include <cstring>

#include "base/hash.h"

namespace grammask {
namespace {

constexpr size_t kChunkWords = 1 << 14;

}  // namespace

CellStore::CellStore() : table_(1 << 8, 0) {
  cells_.push_back(nullptr);
  hashes_.push_back(0);
}

uint32_t* CellStore::Place(size_t words) {
  if (chunks_.empty() || chunk_used_ + words > chunk_words_.back()) {
    size_t size = std::max(words, kChunkWords);
    chunks_.push_back(std::make_unique<uint32_t[]>(size));
    chunk_words_.push_back(size);
    chunk_used_ = 0;
    total_words_ += size;
  }
  uint32_t* place = chunks_.back().get() + chunk_used_;
  chunk_used_ += words;
  return place;
}

CellId CellStore::Intern(uint8_t kind, std::span<const CellId> refs,
                         std::span<const uint32_t> data) {
  uint32_t header = kind | (static_cast<uint32_t>(refs.size()) << 8);
  uint64_t hash64 = HashWord(header, data.size());
  for (uint32_t word : refs) hash64 = HashWord(hash64, word);
  for (uint32_t word : data) hash64 = HashWord(hash64, word);
  uint32_t hash = static_cast<uint32_t>(HashFinish(hash64));
  size_t slot_mask = table_.size() - 1;
  size_t slot = hash & slot_mask;
  while (table_[slot] != 0) {
    CellId id = table_[slot];
    if (hashes_[id] == hash) {
      const uint32_t* cell = cells_[id];
      if (cell[0] == header && cell[1] == data.size() &&
          std::equal(refs.begin(), refs.end(), cell + 2) &&
          std::equal(data.begin(), data.end(), cell + 2 + refs.size())) {
        return id;
      }
    }
    slot = (slot + 1) & slot_mask;
  }
  uint32_t* cell = Place(2 + refs.size() + data.size());
  cell[0] = header;
  cell[1] = static_cast<uint32_t>(data.size());
  std::copy(refs.begin(), refs.end(), cell + 2);
  std::copy(data.begin(), data.end(), cell + 2 + refs.size());
  CellId id = static_cast<CellId>(cells_.size());
  cells_.push_back(cell);
  hashes_.push_back(hash);
  table_[slot] = id;
  if (cells_.size() * 2 > table_.size()) Grow();
  return id;
}

void CellStore::Grow() {
  table_.assign(table_.size() * 2, 0);
  size_t slot_mask = table_.size() - 1;
  for (CellId id = 1; id < cells_.size(); ++id) {
    size_t slot = hashes_[id] & slot_mask;
    while (table_[slot] != 0) slot = (slot + 1) & slot_mask;
    table_[slot] = id;
  }
}

void CellStore::TruncateTo(uint32_t mark) {
  if (mark >= cells_.size()) return;
  size_t slot_mask = table_.size() - 1;
  // Newest first: with linear probing the last cell inserted is never in front of another of its
  // chain, so its slot can simply be freed.
  for (CellId id = static_cast<CellId>(cells_.size()) - 1; id >= mark; --id) {
    size_t slot = hashes_[id] & slot_mask;
    while (table_[slot] != id) slot = (slot + 1) & slot_mask;
    table_[slot] = 0;
  }
  const uint32_t* first = cells_[mark];
  while (!chunks_.empty()) {
    uint32_t* begin = chunks_.back().get();
    if (first >= begin && first < begin + chunk_words_.back()) {
      chunk_used_ = static_cast<size_t>(first - begin);
      break;
    }
    total_words_ -= chunk_words_.back();
    chunks_.pop_back();
    chunk_words_.pop_back();
  }
  cells_.resize(mark);
  hashes_.resize(mark);
}

void CellStore::Collect(std::span<CellId* const> roots) {
  std::vector<bool> live(cells_.size(), false);
  for (CellId* root : roots) live[*root] = true;
  for (CellId id = static_cast<CellId>(cells_.size()) - 1; id > 0; --id) {
    if (!live[id]) continue;
    for (CellId ref : refs(id)) live[ref] = true;
  }
  CellStore fresh;
  std::vector<CellId> renamed(cells_.size(), 0);
  std::vector<CellId> new_refs;
  for (CellId id = 1; id < cells_.size(); ++id) {
    if (!live[id]) continue;
    new_refs.clear();
    for (CellId ref : refs(id)) new_refs.push_back(renamed[ref]);
    renamed[id] = fresh.Intern(kind(id), new_refs, data(id));
  }
  for (CellId* root : roots) *root = renamed[*root];
  uint32_t epoch = epoch_ + 1;
  *this = std::move(fresh);
  epoch_ = epoch;
}

size_t CellStore::MemoryBytes() const {
  return total_words_ * 4 + cells_.capacity() * sizeof(void*) + hashes_.capacity() * 4 +
         table_.capacity() * 4;
}

}  // namespace grammask
