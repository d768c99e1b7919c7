// Mixing of words into a 64-bit hash (the finalizer of MurmurHash3, Appleby, public domain).
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace grammask {

inline uint64_t HashWord(uint64_t hash, uint64_t word) {
  hash ^= word + 0x9E3779B97F4A7C15ull + (hash << 6) + (hash >> 2);
  hash *= 0xFF51AFD7ED558CCDull;
  return hash ^ (hash >> 32);
}

inline uint64_t HashFinish(uint64_t hash) {
  hash ^= hash >> 33;
  hash *= 0xC4CEB9FE1A85EC53ull;
  return hash ^ (hash >> 33);
}

struct WordsHash {
  size_t operator()(const std::vector<uint32_t>& words) const {
    uint64_t hash = words.size();
    for (uint32_t word : words) hash = HashWord(hash, word);
    return static_cast<size_t>(HashFinish(hash));
  }
};

}  // namespace grammask
