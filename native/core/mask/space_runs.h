// White space at the beginning of tokens.
//
// Between two tokens of JSON, and at many places of other grammars, any run of white space leads to
// one and the same configuration. There the tokens of nothing but white space are allowed all
// together, and behind a run only the next byte counts: the trie nodes there, by their byte, are
// all that has to be visited.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "mask/steps.h"
#include "vocabulary/vocabulary.h"

namespace grammask {

class SpaceRuns {
 public:
  static constexpr std::string_view kSpace = " \t\n\r";

  explicit SpaceRuns(const Vocabulary& vocabulary);

  // The one configuration behind every run of white space, 0 if none may stand here; nullopt where
  // runs lead to several.
  std::optional<CellId> Behind(Steps& steps, CellId config) const;

  const std::vector<uint32_t>& tokens() const { return tokens_; }
  // Trie nodes of this byte behind a run.
  std::span<const uint32_t> NodesOf(uint8_t byte) const {
    return std::span<const uint32_t>(nodes_).subspan(first_[byte], first_[byte + 1] - first_[byte]);
  }

 private:
  std::vector<uint32_t> tokens_;
  std::vector<uint32_t> nodes_;           // by byte
  std::array<uint32_t, 257> first_ = {};  // in `nodes_`, of each byte
};

}  // namespace grammask
