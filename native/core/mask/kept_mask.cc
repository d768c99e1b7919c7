#include "mask/kept_mask.h"

#include <bit>
#include <utility>

namespace grammask {

KeptMask::KeptMask(const MaskWords& mask, std::shared_ptr<const Island> base, uint32_t size)
    : island(std::move(base)) {
  const size_t most = mask.size() / 4;
  uint32_t count = 0;
  for (size_t i = 0; i < mask.size() && tokens.size() <= most; ++i) {
    count += static_cast<uint32_t>(std::popcount(mask[i]));
    for (uint32_t left = mask[i] & ~(island ? island->stay[i] : 0u); left != 0; left &= left - 1)
      tokens.push_back(static_cast<uint32_t>(i * 32) +
                       static_cast<uint32_t>(std::countr_zero(left)));
  }
  if (tokens.size() > most) {
    count = 0;
    for (const uint32_t word : mask) count += static_cast<uint32_t>(std::popcount(word));
    words = mask;
    tokens = {};
    island = nullptr;
  }
  tokens.shrink_to_fit();
  all = count == size;
}

}  // namespace grammask
