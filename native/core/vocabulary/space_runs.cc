#include "vocabulary/space_runs.h"

#include <algorithm>

namespace grammask {
namespace {

bool IsSpace(uint8_t byte) {
  return SpaceRuns::kSpace.find(static_cast<char>(byte)) != std::string_view::npos;
}

}  // namespace

SpaceRuns::SpaceRuns(const Trie& trie) {
  const std::vector<TrieNode>& nodes = trie.nodes;
  std::vector<uint32_t> behind;
  for (uint32_t n = 1; n < nodes.size();) {
    const TrieNode& node = nodes[n];
    if (!IsSpace(node.byte)) {
      if (node.depth > 1) behind.push_back(n);
      n = node.end;
      continue;
    }
    tokens_.insert(tokens_.end(), trie.order.begin() + node.first_order,
                   trie.order.begin() + node.own_order);
    ++n;
  }
  std::sort(tokens_.begin(), tokens_.end());
  std::stable_sort(behind.begin(), behind.end(),
                   [&](uint32_t a, uint32_t b) { return nodes[a].byte < nodes[b].byte; });
  nodes_ = std::move(behind);
  for (uint32_t n : nodes_) ++first_[nodes[n].byte + 1];
  for (size_t byte = 0; byte < 256; ++byte) first_[byte + 1] += first_[byte];
}

}  // namespace grammask
