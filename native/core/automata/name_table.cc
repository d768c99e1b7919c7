#include "automata/name_table.h"

#include <algorithm>
#include <cstring>

#include "base/hash.h"

namespace grammask {
namespace {

constexpr uint32_t kBlock = 16;

uint32_t CountPoints(std::string_view text) {
  return static_cast<uint32_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

void Widen(const NameTable::Lengths& more, NameTable::Lengths* all) {
  all->min_points = std::min(all->min_points, more.min_points);
  all->max_points = std::max(all->max_points, more.max_points);
  all->min_bytes = std::min(all->min_bytes, more.min_bytes);
}

// The first bytes as a number of the same order.
uint64_t FirstBytes(std::string_view text) {
  uint64_t key = 0;
  const size_t bytes = std::min<size_t>(text.size(), 8);
  for (size_t i = 0; i < bytes; ++i)
    key |= uint64_t{static_cast<uint8_t>(text[i])} << (8 * (7 - i));
  return key;
}

}  // namespace

NameTable::NameTable(std::span<const std::string_view> sorted) {
  size_t bytes = 0;
  for (const std::string_view name : sorted) bytes += name.size();
  text_.reserve(bytes);
  begins_.reserve(sorted.size() + 1);
  points_.reserve(sorted.size());
  for (const std::string_view name : sorted) {
    begins_.push_back(static_cast<uint32_t>(text_.size()));
    points_.push_back(CountPoints(name));
    text_ += name;
  }
  begins_.push_back(static_cast<uint32_t>(text_.size()));

  for (uint32_t below = size(); below > kBlock; below = (below + kBlock - 1) / kBlock) {
    std::vector<Lengths> level;
    const auto at = [&](uint32_t i) { return blocks_.empty() ? Of(i) : blocks_.back()[i]; };
    for (uint32_t i = 0; i < below; ++i) {
      if (i % kBlock == 0) {
        level.push_back(at(i));
      } else {
        Widen(at(i), &level.back());
      }
    }
    blocks_.push_back(std::move(level));
  }

  hash_ = HashWord(size(), text_.size());
  for (size_t i = 0; i < text_.size(); i += 8) {
    uint64_t word = 0;
    std::memcpy(&word, text_.data() + i, std::min<size_t>(8, text_.size() - i));
    hash_ = HashWord(hash_, word);
  }
  for (const uint32_t begin : begins_) hash_ = HashWord(hash_, begin);
  hash_ = HashFinish(hash_);
}

NameTable::Lengths NameTable::LengthsOf(uint32_t lo, uint32_t hi) const {
  Lengths all = Of(lo);
  const auto widen = [&](size_t level, uint32_t i) {
    Widen(level == 0 ? Of(i) : blocks_[level - 1][i], &all);
  };
  // The ends that are no whole blocks, then the blocks between them, and so on up.
  for (size_t level = 0;; ++level) {
    if (level == blocks_.size() || hi - lo <= 2 * kBlock) {
      for (; lo < hi; ++lo) widen(level, lo);
      return all;
    }
    for (; lo % kBlock != 0; ++lo) widen(level, lo);
    for (; hi % kBlock != 0; --hi) widen(level, hi - 1);
    lo /= kBlock;
    hi /= kBlock;
  }
}

uint32_t NameTable::EndOfAlike(uint32_t lo, uint32_t hi, uint32_t depth, uint32_t bytes) const {
  const std::string_view wanted = At(lo).substr(depth, bytes);
  const auto alike = [&](uint32_t i) { return At(i).substr(depth, bytes) == wanted; };
  uint32_t last = lo, step = 1;  // `last` is alike
  while (step < hi - last && alike(last + step)) {
    last += step;
    step *= 2;
  }
  uint32_t end = std::min(hi, last + step);  // not alike, or hi
  while (last + 1 < end) {
    const uint32_t middle = last + (end - last) / 2;
    (alike(middle) ? last : end) = middle;
  }
  return end;
}

size_t NameTable::MemoryBytes() const {
  size_t bytes = sizeof *this + text_.capacity() +
                 (begins_.capacity() + points_.capacity()) * sizeof(uint32_t);
  for (const std::vector<Lengths>& level : blocks_) bytes += level.capacity() * sizeof(Lengths);
  return bytes;
}

void SortNames(std::vector<std::string_view>* names) {
  if (!std::is_sorted(names->begin(), names->end())) {
    // Most are told apart by their first bytes, which are compared at once.
    struct Keyed {
      uint64_t key;
      std::string_view name;
    };
    std::vector<Keyed> keyed;
    keyed.reserve(names->size());
    for (const std::string_view name : *names) keyed.push_back({FirstBytes(name), name});
    std::sort(keyed.begin(), keyed.end(), [](const Keyed& a, const Keyed& b) {
      return a.key != b.key ? a.key < b.key : a.name < b.name;
    });
    for (size_t i = 0; i < keyed.size(); ++i) (*names)[i] = keyed[i].name;
  }
  names->erase(std::unique(names->begin(), names->end()), names->end());
}

}  // namespace grammask
