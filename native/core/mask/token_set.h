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

#include "sample/mask_view.h"

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
  // Without a copy; good for as long as the set is held.
  MaskView View() const {
    const MaskWords& words = beside_ ? beside_->words_ : words_;
    return {false, words.empty() ? nullptr : reinterpret_cast<const int32_t*>(words.data()),
            tokens_};
  }
  size_t bytes() const {  // without the shared set
    return sizeof *this + (tokens_.capacity() + words_.capacity()) * sizeof(uint32_t);
  }

 private:
  std::shared_ptr<const TokenSet> beside_;  // one with words
  std::vector<uint32_t> tokens_;            // ascending
  MaskWords words_;                         // in place of both where these would be many
};

// What is kept of a mask.
struct KeptMask {
  TokenSet tokens;
  bool all;   // every token is allowed
  bool none;  // no token is

  // size: of the vocabulary.
  KeptMask(const MaskWords& mask, std::shared_ptr<const TokenSet> beside, uint32_t size);
  void CopyTo(std::span<int32_t> mask) const {
    tokens.CopyTo({reinterpret_cast<uint32_t*>(mask.data()), mask.size()});
  }
  MaskView View() const {
    MaskView view = tokens.View();
    view.all = all;
    return view;
  }
};

}  // namespace grammask
