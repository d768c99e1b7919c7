// Token bytes and their trie.
//
// A vocabulary is immutable. Ordinary tokens (non-empty bytes, neither special nor stop) hang in a
// byte trie whose nodes are numbered in depth-first order, children by ascending byte, so a
// sub-tree is the interval [n, end(n)). Several ids may have the same bytes: a node owns a list of
// ids. `order` lists ids in depth-first order, so the ids below a node are one interval of it. Each
// node carries a summary of what is below it, so that a walk can take or leave whole sub-trees.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_set.h"
#include "base/id_range.h"
#include "base/status.h"
#include "vocabulary/space_runs.h"
#include "vocabulary/token_list.h"
#include "vocabulary/trie_node.h"

namespace grammask {

struct VocabularyInput {
  TokenList tokens;
  std::vector<uint32_t> stop_tokens;
  std::vector<uint32_t> special_tokens;
  std::vector<std::string>
      special_names;         // same length as special_tokens: the text that names it ("<|im_end|>")
  uint32_t logits_size = 0;  // 0: number of tokens
};

class Vocabulary {
 public:
  // kVocabulary when empty, above 2,000,000 tokens, a stop or special id out of range, logits_size
  // below the number of tokens, no ordinary token.
  static Result<std::shared_ptr<const Vocabulary>> Create(VocabularyInput input);

  uint32_t size() const;  // width of logits and masks in bits (logits_size)
  uint32_t token_count() const;
  uint32_t words() const { return (size() + 31) / 32; }
  std::string_view bytes(uint32_t id) const;  // empty for holes
  bool is_special(uint32_t id) const;
  bool is_stop(uint32_t id) const;
  bool is_ordinary(uint32_t id) const;  // in the trie
  const std::vector<uint32_t>& stop_tokens() const;
  // The tokens that can stand in a text: ordinary and special ones, but no stop tokens.
  std::span<const IdRange> text_ids() const;
  std::optional<uint32_t> special_by_name(std::string_view name) const;  // the first, if several
  std::span<const uint32_t> specials_by_name(std::string_view name) const;

  std::span<const TrieNode> nodes() const;  // nodes()[0] is the root
  // The node of each first byte; 0: none.
  std::span<const uint32_t, 256> first_children() const;
  // visit(first, end): the nodes of each first byte for which wanted(byte, first, end). No node is
  // looked at, so that those of other bytes cost nothing.
  template <typename Wanted, typename Visit>
  void ForEachFirstByte(Wanted wanted, Visit visit) const {
    std::span<const uint32_t, 256> first = first_children();
    for (uint32_t byte = 0, next; byte < 256; byte = next) {
      for (next = byte + 1; next < 256 && first[next] == 0;) ++next;
      const uint32_t end = next < 256 ? first[next] : static_cast<uint32_t>(nodes().size());
      if (first[byte] != 0 && wanted(static_cast<uint8_t>(byte), first[byte], end))
        visit(first[byte], end);
    }
  }
  std::span<const uint32_t> order() const;
  const SpaceRuns& space_runs() const;
  // By node: the kinds of all bytes behind it (in no node's own).
  std::span<const uint16_t> kinds_below() const;
  // In the same order, how many bytes of each token begin a code point.
  std::span<const uint16_t> code_points() const;
  uint32_t longest() const;  // bytes of the longest ordinary token
  // Can every byte of `wanted` (bit b of word b/64) be written by a token of exactly that one byte?
  // When some byte has no one-byte token, returns the first such byte (the engine then checks
  // exactly or refuses: VOCABULARY_INCOMPLETE).
  std::optional<uint8_t> FirstMissingByte(const ByteSet& wanted) const;
  // Greedy tokenization by longest match in the trie; nullopt where a byte has no token.
  std::optional<std::vector<uint32_t>> Greedy(std::string_view text) const;
  // The first place of a text from which some ordinary token runs on beyond its end; text.size()
  // where none does.
  size_t FirstCrossing(std::string_view text) const;
  size_t MemoryBytes() const;
  uint64_t fingerprint() const;  // of bytes, special and stop tokens

 private:
  struct Data;
  explicit Vocabulary(std::unique_ptr<Data> data);

 public:
  ~Vocabulary();

 private:
  std::unique_ptr<Data> data_;
};

}  // namespace grammask
