// Nodes of the vocabulary's trie.
//
// Where a text may end anywhere, nearly all nodes are in such a set, and then it is a bit for each;
// elsewhere it is a list of few.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "mask/words.h"

namespace grammask {

class NodeSet {
 public:
  // Above all that are there.
  void Add(uint32_t node) { AddRange(node, node + 1); }
  void AddRange(uint32_t first, uint32_t end) {
    size_ += end - first;
    if (bits_.empty() && size_ <= kMostListed) {
      for (uint32_t node = first; node < end; ++node) list_.push_back(node);
      return;
    }
    if (first == end) return;
    if ((end - 1) / 32 >= bits_.size()) bits_.resize((end - 1) / 32 + 1, 0);
    for (const uint32_t node : list_) SetRange(node, node, bits_.data());
    std::vector<uint32_t>().swap(list_);
    SetRange(first, end - 1, bits_.data());
  }
  // Those of another set from first to before end; above all that are there.
  void AddFrom(const NodeSet& other, uint32_t first, uint32_t end) {
    auto at = std::lower_bound(other.list_.begin(), other.list_.end(), first);
    for (; at != other.list_.end() && *at < end; ++at) Add(*at);
    end = std::min(end, static_cast<uint32_t>(other.bits_.size() * 32));
    for (uint32_t node = first; node < end;) {  // run by run
      const uint32_t left = other.bits_[node / 32] >> (node % 32);
      if (left == 0) {
        node = (node / 32 + 1) * 32;
        continue;
      }
      node += static_cast<uint32_t>(std::countr_zero(left));
      const uint32_t begin = node;
      for (uint32_t in_word = 0, ones = 0; node < end && ones == in_word;) {
        in_word = 32 - node % 32;
        ones = std::min(
            in_word, static_cast<uint32_t>(std::countr_one(other.bits_[node / 32] >> (node % 32))));
        node += ones;
      }
      if (begin < end) AddRange(begin, std::min(node, end));
    }
  }
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  size_t bytes() const { return (list_.capacity() + bits_.capacity()) * sizeof(uint32_t); }
  void ShrinkToFit() {
    list_.shrink_to_fit();
    bits_.shrink_to_fit();
  }
  // Until visit(node) says false.
  template <typename Visit>
  void ForEachWhile(Visit visit) const {
    for (const uint32_t node : list_) {
      if (!visit(node)) return;
    }
    for (uint32_t word = 0; word < bits_.size(); ++word) {
      for (uint32_t left = bits_[word]; left != 0; left &= left - 1) {
        if (!visit(word * 32 + static_cast<uint32_t>(std::countr_zero(left)))) return;
      }
    }
  }
  template <typename Visit>
  void ForEach(Visit visit) const {
    ForEachWhile([&](uint32_t node) {
      visit(node);
      return true;
    });
  }
  void AppendTo(std::vector<uint32_t>* nodes) const {
    nodes->reserve(nodes->size() + size());
    ForEach([nodes](uint32_t node) { nodes->push_back(node); });
  }
  std::vector<uint32_t> Nodes() const {
    std::vector<uint32_t> nodes;
    AppendTo(&nodes);
    return nodes;
  }

 private:
  static constexpr size_t kMostListed = 8192;
  std::vector<uint32_t> list_, bits_;
  size_t size_ = 0;
};

}  // namespace grammask
