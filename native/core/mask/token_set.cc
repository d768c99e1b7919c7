#include "mask/token_set.h"

#include <algorithm>
#include <utility>

#include "mask/words.h"

namespace grammask {
namespace {

bool IsAll(const MaskWords& mask, uint32_t size) {
  for (size_t i = 0; i < size / 32; ++i) {
    if (mask[i] != ~0u) return false;
  }
  return size % 32 == 0 || mask[size / 32] == (1u << size % 32) - 1;
}

bool IsNone(const MaskWords& mask) {
  return NextBeyond(mask.data(), nullptr, 0, mask.size()) == mask.size();
}

}  // namespace

TokenSet::TokenSet(const MaskWords& mask, std::shared_ptr<const TokenSet> beside) {
  // Tokens along names and texts that were written may have been taken out of it again.
  if (beside && beside->words_.size() == mask.size() &&
      NextBeyond(beside->words_.data(), mask.data(), 0, mask.size()) == mask.size())
    beside_ = std::move(beside);
  const size_t most = mask.size() / 2;  // tokens that take half the space
  const uint32_t* shared = beside_ ? beside_->words_.data() : nullptr;
  const std::unique_ptr<uint32_t[]> tokens(new uint32_t[most + 32]);
  const size_t count = TokensBeyond(mask.data(), shared, mask.size(), most, tokens.get());
  if (count > most) {
    words_ = mask;
    beside_ = nullptr;
    return;
  }
  tokens_.assign(tokens.get(), tokens.get() + count);
}

void TokenSet::CopyTo(std::span<uint32_t> mask) const {
  const MaskWords& words = beside_ ? beside_->words_ : words_;
  if (words.empty()) {
    std::fill(mask.begin(), mask.end(), 0);
  } else {
    std::copy(words.begin(), words.end(), mask.begin());
  }
  SetBits(tokens_, mask.data());
}

void TokenSet::UniteInto(std::span<uint32_t> mask) const {
  const MaskWords& words = beside_ ? beside_->words_ : words_;
  if (!words.empty()) UniteWords(mask.data(), words.data(), words.size());
  SetBits(tokens_, mask.data());
}

KeptMask::KeptMask(const MaskWords& mask, std::shared_ptr<const TokenSet> beside, uint32_t size)
    : tokens(mask, std::move(beside)), all(IsAll(mask, size)), none(IsNone(mask)) {}

}  // namespace grammask
