#include "mask/kept_mask.h"

#include <bit>
#include <utility>

namespace grammask {
namespace {

bool IsAll(const MaskWords& mask, uint32_t size) {
  for (size_t i = 0; i < size / 32; ++i) {
    if (mask[i] != ~0u) return false;
  }
  return size % 32 == 0 || mask[size / 32] == (1u << size % 32) - 1;
}

}  // namespace

KeptMask::KeptMask(const MaskWords& mask, std::shared_ptr<const Island> base, uint32_t size)
    : island(std::move(base)), all(IsAll(mask, size)) {
  const size_t most = mask.size() / 8;
  for (size_t i = 0; i < mask.size(); ++i) {
    uint32_t left = mask[i] & ~(island ? island->stay[i] : 0u);
    if (left == 0) continue;
    if (tokens.size() > most) {
      words = mask;
      tokens = {};
      island = nullptr;
      return;
    }
    for (; left != 0; left &= left - 1)
      tokens.push_back(static_cast<uint32_t>(i) * 32 +
                       static_cast<uint32_t>(std::countr_zero(left)));
  }
  tokens.shrink_to_fit();
}

}  // namespace grammask
