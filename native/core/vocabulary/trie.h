// The trie of a vocabulary, built from its ordinary tokens in one pass.
//
// Tokens are sorted by their bytes: by the first eight as one number with a radix sort, which
// compares nothing, and the few that agree in these one against another. In that order the trie
// appears in depth-first order by itself: each token shares a prefix with the one before it (that
// path stays open), and what follows the shared prefix is a chain of new nodes. So one pass with a
// stack of open nodes writes all nodes in their final place, and nothing recurses on the depth of a
// token.
//
// A node's summary is finished when the node is closed, from what its children have added to it:
// it is read while it is near, and no second pass goes over the nodes.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "base/byte_set.h"
#include "vocabulary/token_list.h"
#include "vocabulary/trie_node.h"

namespace grammask {

struct Trie {
  std::vector<TrieNode> nodes;
  std::vector<uint32_t> order;              // the tokens as the nodes name them
  std::vector<uint16_t> code_points;        // of the tokens, in that order
  std::vector<uint16_t> kinds_below;        // by node
  ByteSet one_byte{};                       // the tokens of one byte
  std::array<uint32_t, 256> first_child{};  // of the root, by byte; 0: none
  uint32_t longest = 0;                     // bytes of the longest token

  // ids: those of the tokens to take, ascending; none is empty or longer than 65,535 bytes.
  static Trie Of(const TokenList& tokens, std::span<const uint32_t> ids);
};

}  // namespace grammask
