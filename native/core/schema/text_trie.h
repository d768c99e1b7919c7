// Texts that were written before, as a trie of cells: undeclared member names, strings of an array
// whose items differ. A place in it is what remains of them behind a common beginning.
//
// A kTrie cell's first word tells in its lowest bit whether a text ends there, and above it how
// many code points the longest one still has.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "base/cells.h"
#include "base/utf8.h"
#include "schema/schema.h"

namespace grammask {

// 0: no text begins so.
inline CellId ChildOfTrie(const CellStore& cells, CellId trie, uint32_t code_point) {
  if (trie == 0) return 0;
  std::span<const uint32_t> points = cells.data(trie).subspan(1);
  auto at = std::lower_bound(points.begin(), points.end(), code_point);
  if (at == points.end() || *at != code_point) return 0;
  return cells.refs(trie)[static_cast<size_t>(at - points.begin())];
}
inline bool EndsInTrie(const CellStore& cells, CellId trie) {
  return trie != 0 && (cells.data(trie)[0] & 1) != 0;
}

class TextTrie : public TextsBefore {
 public:
  TextTrie(const CellStore& cells, CellId place) : cells_(cells), place_(place) {}

  std::vector<std::string> Texts(size_t limit) const override {
    std::vector<std::string> texts;
    std::vector<std::pair<CellId, std::string>> stack{{place_, ""}};
    while (!stack.empty() && texts.size() < limit) {
      auto [trie, text] = std::move(stack.back());
      stack.pop_back();
      if (trie == 0) continue;
      if (EndsInTrie(cells_, trie)) texts.push_back(text);
      std::span<const uint32_t> points = cells_.data(trie).subspan(1);
      for (size_t i = 0; i < points.size(); ++i) {
        stack.emplace_back(cells_.refs(trie)[i], text);
        AppendUtf8(points[i], &stack.back().second);
      }
    }
    return texts;
  }
  uint32_t Longest() const override { return place_ == 0 ? 0 : cells_.data(place_)[0] >> 1; }
  std::vector<uint32_t> Next(uint32_t lo, uint32_t hi) const override {
    std::vector<uint32_t> next;
    if (place_ == 0) return next;
    for (uint32_t point : cells_.data(place_).subspan(1)) {
      if (lo <= point && point <= hi) next.push_back(point);
    }
    return next;
  }
  std::unique_ptr<TextsBefore> Behind(uint32_t code_point) const override {
    CellId child = ChildOfTrie(cells_, place_, code_point);
    return child == 0 ? nullptr : std::make_unique<TextTrie>(cells_, child);
  }

 private:
  const CellStore& cells_;
  CellId place_;
};

// Names that an undeclared one must differ from: those written, and the listed ones lo..hi, which
// share their first bytes.
class NamesBefore : public TextsBefore {
 public:
  NamesBefore(const CellStore& cells, CellId place, const Shape& shape, uint32_t lo, uint32_t hi,
              uint32_t bytes)
      : cells_(cells), place_(place), shape_(shape), lo_(lo), hi_(hi), bytes_(bytes) {}

  std::vector<std::string> Texts(size_t limit) const override {
    std::vector<std::string> texts = TextTrie(cells_, place_).Texts(limit);
    for (uint32_t i = lo_; i < hi_ && texts.size() < limit; ++i)
      texts.push_back(shape_.names[i].substr(bytes_));
    return texts;
  }
  uint32_t Longest() const override {
    size_t longest = TextTrie(cells_, place_).Longest();
    // Bytes are at least as many as code points.
    for (uint32_t i = lo_; i < hi_; ++i)
      longest = std::max(longest, shape_.names[i].size() - bytes_);
    return static_cast<uint32_t>(std::min<size_t>(longest, kNone - 1));
  }
  std::vector<uint32_t> Next(uint32_t lo, uint32_t hi) const override {
    std::vector<uint32_t> next = TextTrie(cells_, place_).Next(lo, hi);
    for (uint32_t i = lo_; i < hi_; ++i) {
      if (shape_.names[i].size() == bytes_) continue;
      uint32_t point = CodePointAt(shape_.names[i], bytes_);
      if (lo <= point && point <= hi && (next.empty() || next.back() != point))
        next.push_back(point);
    }
    std::sort(next.begin(), next.end());
    next.erase(std::unique(next.begin(), next.end()), next.end());
    return next;
  }
  std::unique_ptr<TextsBefore> Behind(uint32_t code_point) const override {
    uint32_t lo = hi_, hi = hi_;
    for (uint32_t i = lo_; i < hi_; ++i) {
      bool same =
          shape_.names[i].size() > bytes_ && CodePointAt(shape_.names[i], bytes_) == code_point;
      if (same && lo == hi_) lo = i;
      if (same) hi = i + 1;
    }
    uint32_t bytes = bytes_ + static_cast<uint32_t>(Utf8Length(code_point));
    if (lo == hi_) lo = hi;
    return std::make_unique<NamesBefore>(cells_, ChildOfTrie(cells_, place_, code_point), shape_,
                                         lo, hi, bytes);
  }

 private:
  const CellStore& cells_;
  CellId place_;
  const Shape& shape_;
  uint32_t lo_, hi_, bytes_;
};

}  // namespace grammask
