// Which tokens may be drawn, read where the mask is kept.
//
// A mask that is kept is words of bits that others may share, and a few tokens more
// (mask/token_set.h). It is read block by block: where tokens stand beside the words, these of the
// block are put into a copy of its words, 128 bytes; no mask is ever written out for it.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace grammask {

struct MaskView {
  bool all = false;                  // every token, whatever else it says
  const int32_t* words = nullptr;    // one bit a token; nullptr: none
  std::span<const uint32_t> tokens;  // others, ascending

  // An empty mask is no mask: all.
  static MaskView OfWords(std::span<const int32_t> words) {
    return {words.empty(), words.data(), {}};
  }
};

class MaskBlocks {
 public:
  static constexpr size_t kBlock = 1024;  // tokens

  // count: of tokens; the view has a bit for each where it has words.
  MaskBlocks(const MaskView& view, size_t count) : view_(view), count_(count) {}

  size_t End(size_t begin) const { return std::min(begin + kBlock, count_); }

  // Turns to the block that begins at a token, a multiple of kBlock. One after the other is
  // quickest. False where no token of it is allowed, as far as can be seen without reading it.
  bool Turn(size_t begin) {
    if (view_.all) return true;
    if (begin <= begin_) next_ = 0;
    begin_ = begin;
    while (next_ < view_.tokens.size() && view_.tokens[next_] < begin) ++next_;
    const bool beside = next_ < view_.tokens.size() && view_.tokens[next_] < begin + kBlock;
    words_ = view_.words != nullptr ? view_.words + begin / 32 : kNoBits.data();
    if (!beside) return view_.words != nullptr;
    const auto end = std::copy_n(words_, (End(begin) - begin + 31) / 32, block_.begin());
    std::fill(end, block_.end(), 0);
    for (; next_ < view_.tokens.size() && view_.tokens[next_] < begin + kBlock; ++next_) {
      int32_t& word = block_[(view_.tokens[next_] - begin) / 32];
      word = static_cast<int32_t>(static_cast<uint32_t>(word) | 1u << view_.tokens[next_] % 32);
    }
    words_ = block_.data();
    return true;
  }
  // Of the block in hand; nullptr: all of its tokens are allowed.
  const int32_t* words() const { return view_.all ? nullptr : words_; }

 private:
  static constexpr std::array<int32_t, kBlock / 32> kNoBits{};
  const MaskView view_;
  const size_t count_;
  const int32_t* words_ = nullptr;
  size_t begin_ = 0;
  size_t next_ = 0;  // of the tokens, the first one not before the block
  std::array<int32_t, kBlock / 32> block_{};
};

}  // namespace grammask
