// Nodes of the vocabulary's trie.
//
// Where a text may end anywhere, nearly all nodes are in such a set, and then it is a bit for each;
// elsewhere it is a list of few.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace grammask {

class NodeSet {
 public:
  void Add(uint32_t node) { list_.push_back(node); }  // above all that are there
  // Once all are there. nodes: of the trie.
  void Pack(size_t nodes) {
    size_ = list_.size();
    if (size_ < nodes / 32) return list_.shrink_to_fit();
    bits_.assign((nodes + 31) / 32, 0);
    for (const uint32_t node : list_) bits_[node / 32] |= 1u << (node % 32);
    std::vector<uint32_t>().swap(list_);
  }
  size_t size() const { return bits_.empty() ? list_.size() : size_; }
  bool empty() const { return size() == 0; }
  size_t bytes() const { return (list_.size() + bits_.size()) * sizeof(uint32_t); }
  template <typename Visit>
  void ForEach(Visit visit) const {
    for (const uint32_t node : list_) visit(node);
    for (uint32_t word = 0; word < bits_.size(); ++word) {
      for (uint32_t left = bits_[word]; left != 0; left &= left - 1)
        visit(word * 32 + static_cast<uint32_t>(std::countr_zero(left)));
    }
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
  std::vector<uint32_t> list_, bits_;
  size_t size_ = 0;
};

}  // namespace grammask
