// A mask as it is kept: in less space than a bit for each token of the vocabulary.
//
// Most masks allow a few tokens, or what an island allows and a few more. They are kept as these
// few, beside the island, which is shared. It is also quicker to copy: what many masks share is in
// the processor's caches.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <vector>

#include "mask/islands.h"
#include "mask/words.h"

namespace grammask {

struct KeptMask {
  std::shared_ptr<const Island> island;  // nullptr: none
  std::vector<uint32_t> tokens;          // allowed beside the island's
  MaskWords words;                       // in place of both where these would be many
  bool all;                              // every token is allowed

  // island: one whose tokens are allowed, or nullptr. size: of the vocabulary.
  KeptMask(const MaskWords& mask, std::shared_ptr<const Island> island, uint32_t size);
  void CopyTo(std::span<int32_t> mask) const {
    uint32_t* to = reinterpret_cast<uint32_t*>(mask.data());
    if (!words.empty()) {
      std::memcpy(to, words.data(), words.size() * sizeof(uint32_t));
      return;
    }
    if (island) {
      std::memcpy(to, island->stay.data(), island->stay.size() * sizeof(uint32_t));
    } else {
      std::fill(mask.begin(), mask.end(), 0);
    }
    SetBits(tokens, to);
  }
  size_t bytes() const {
    return sizeof *this + (tokens.capacity() + words.capacity()) * sizeof(uint32_t);
  }
};

}  // namespace grammask
