// White space at the beginning of tokens.
//
// Between two tokens of JSON, and at many places of other grammars, any run of white space leads to
// one and the same configuration. There the tokens of nothing but white space are allowed all
// together, and behind a run only the next byte counts: the trie nodes there, by their byte, are
// all that has to be visited.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "vocabulary/trie.h"

namespace grammask {

class SpaceRuns {
 public:
  static constexpr std::string_view kSpace = " \t\n\r";

  SpaceRuns() = default;
  explicit SpaceRuns(const Trie& trie);

  // Those of nothing but white space.
  const std::vector<uint32_t>& tokens() const { return tokens_; }
  // Trie nodes of this byte behind a run.
  std::span<const uint32_t> NodesOf(uint8_t byte) const {
    return std::span<const uint32_t>(nodes_).subspan(first_[byte], first_[byte + 1] - first_[byte]);
  }
  size_t bytes() const { return (tokens_.capacity() + nodes_.capacity()) * sizeof(uint32_t); }

 private:
  std::vector<uint32_t> tokens_;
  std::vector<uint32_t> nodes_;           // by byte
  std::array<uint32_t, 257> first_ = {};  // in `nodes_`, of each byte
};

}  // namespace grammask
