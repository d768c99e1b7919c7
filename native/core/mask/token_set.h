// Sets of tokens, as they are kept: in less space than a bit for each token of the vocabulary.
//
// Most sets are few tokens, or a set that others have too (what goes on inside a string) and a few
// more. They are kept as these few, and a reference to the shared one. It is also quicker to copy:
// what many masks share is in the processor's caches.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace grammask {

using MaskWords = std::vector<uint32_t>;  // a bit for each token

class TokenSet {
 public:
  TokenSet() = default;
  // beside: a set that is shared where all its tokens are in the mask; or nullptr.
  explicit TokenSet(const MaskWords& mask, std::shared_ptr<const TokenSet> beside = nullptr);

  void CopyTo(std::span<uint32_t> mask) const;
  void UniteInto(std::span<uint32_t> mask) const;
  MaskWords Words(size_t count) const {
    MaskWords words(count);
    CopyTo(words);
    return words;
  }
  size_t bytes() const {  // without the shared set
    return sizeof *this + (tokens_.capacity() + words_.capacity()) * sizeof(uint32_t);
  }

 private:
  std::shared_ptr<const TokenSet> beside_;  // one with words
  std::vector<uint32_t> tokens_;
  MaskWords words_;  // in place of both where these would be many
};

// What is kept of a mask.
struct KeptMask {
  TokenSet tokens;
  bool all;  // every token is allowed

  // size: of the vocabulary.
  KeptMask(const MaskWords& mask, std::shared_ptr<const TokenSet> beside, uint32_t size);
  void CopyTo(std::span<int32_t> mask) const {
    tokens.CopyTo({reinterpret_cast<uint32_t*>(mask.data()), mask.size()});
  }
};

}  // namespace grammask
