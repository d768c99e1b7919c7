// Hash-consed cells: the one representation of everything that a matcher remembers.
//
// A cell is a kind, some references to earlier cells and some plain words. Interning makes equal
// cells one id, so equality is `==`, a fork copies an id and a rollback takes an earlier one. Cells
// never change. A cell refers only to cells with smaller ids, so there are no cycles, and
// collection is two passes without recursion: mark downwards, copy upwards.
//
// Ids are valid within one epoch. Collect() moves the live cells into fresh memory, renames them,
// and raises the epoch; TruncateTo() forgets every cell made since a mark (a mask walk makes many
// cells that nobody keeps). Spans stay valid until either is called.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace grammask {

using CellId = uint32_t;  // 0: none

class CellStore {
 public:
  CellStore();

  CellId Intern(uint8_t kind, std::span<const CellId> refs, std::span<const uint32_t> data);
  uint8_t kind(CellId id) const { return static_cast<uint8_t>(cells_[id][0] & 0xFF); }
  std::span<const CellId> refs(CellId id) const {
    const uint32_t* cell = cells_[id];
    return {cell + 2, cell[0] >> 8};
  }
  std::span<const uint32_t> data(CellId id) const {
    const uint32_t* cell = cells_[id];
    return {cell + 2 + (cell[0] >> 8), cell[1]};
  }

  uint32_t mark() const { return static_cast<uint32_t>(cells_.size()); }
  void TruncateTo(uint32_t mark);
  // Keeps what the roots reach, and renames the roots in place.
  void Collect(std::span<CellId* const> roots);
  uint32_t epoch() const { return epoch_; }
  size_t MemoryBytes() const;

 private:
  uint32_t* Place(size_t words);
  void Grow();

  std::vector<std::unique_ptr<uint32_t[]>> chunks_;
  std::vector<size_t> chunk_words_;
  size_t chunk_used_ = 0;  // words used in the last chunk
  size_t total_words_ = 0;
  std::vector<const uint32_t*> cells_;
  std::vector<uint32_t> hashes_;
  std::vector<CellId> table_;  // open addressing, 0: free
  uint32_t epoch_ = 0;
};

}  // namespace grammask
