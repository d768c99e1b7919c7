#include "mask/space_runs.h"

#include <algorithm>

namespace grammask {
namespace {

bool IsSpace(uint8_t byte) {
  return SpaceRuns::kSpace.find(static_cast<char>(byte)) != std::string_view::npos;
}

}  // namespace

SpaceRuns::SpaceRuns(const Vocabulary& vocabulary) {
  std::span<const TrieNode> nodes = vocabulary.nodes();
  std::vector<uint32_t> behind;
  for (uint32_t n = 1; n < nodes.size();) {
    const TrieNode& node = nodes[n];
    if (!IsSpace(node.byte)) {
      if (node.depth > 1) behind.push_back(n);
      n = node.end;
      continue;
    }
    std::span<const uint32_t> own =
        vocabulary.order().subspan(node.first_order, node.own_order - node.first_order);
    tokens_.insert(tokens_.end(), own.begin(), own.end());
    ++n;
  }
  std::sort(tokens_.begin(), tokens_.end());
  std::stable_sort(behind.begin(), behind.end(),
                   [&](uint32_t a, uint32_t b) { return nodes[a].byte < nodes[b].byte; });
  nodes_ = std::move(behind);
  for (uint32_t n : nodes_) ++first_[nodes[n].byte + 1];
  for (size_t byte = 0; byte < 256; ++byte) first_[byte + 1] += first_[byte];
}

std::optional<CellId> SpaceRuns::Behind(Steps& steps, CellId config) const {
  const CellId spaced = steps.Step(config, static_cast<uint8_t>(kSpace[0]));
  for (char byte : kSpace) {
    if (steps.Step(config, static_cast<uint8_t>(byte)) != spaced) return std::nullopt;
    if (spaced != 0 && steps.Step(spaced, static_cast<uint8_t>(byte)) != spaced)
      return std::nullopt;
  }
  return spaced;
}

}  // namespace grammask
