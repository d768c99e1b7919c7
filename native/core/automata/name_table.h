// A list of texts in the order of their bytes, each once.
//
// Texts that begin alike stand together. So "those that begin with these bytes" is a stretch lo..hi
// of the list, and what may follow a byte is found by looking ahead in steps that double, not text
// by text: a stretch costs as much as it has different next characters, whatever its length. How
// long the texts of a stretch are is known by blocks of 16, of 256, and so on.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace grammask {

class NameTable {
 public:
  struct Lengths {
    uint32_t min_points, max_points;  // code points
    uint32_t min_bytes;
  };

  explicit NameTable(std::span<const std::string_view> sorted);  // well-formed UTF-8, each once

  uint32_t size() const { return static_cast<uint32_t>(points_.size()); }
  std::string_view At(uint32_t i) const {
    return std::string_view(text_).substr(begins_[i], begins_[i + 1] - begins_[i]);
  }
  uint32_t Points(uint32_t i) const { return points_[i]; }
  Lengths LengthsOf(uint32_t lo, uint32_t hi) const;  // lo < hi
  // Behind the texts of lo..hi that go on like lo's for so many bytes after `depth`, where all of
  // lo..hi are alike as far as that.
  uint32_t EndOfAlike(uint32_t lo, uint32_t hi, uint32_t depth, uint32_t bytes) const;

  uint64_t hash() const { return hash_; }
  bool operator==(const NameTable& other) const {
    return text_ == other.text_ && begins_ == other.begins_;
  }
  size_t MemoryBytes() const;

 private:
  Lengths Of(uint32_t i) const { return {points_[i], points_[i], begins_[i + 1] - begins_[i]}; }

  std::string text_;              // end to end
  std::vector<uint32_t> begins_;  // of each text, and the end
  std::vector<uint32_t> points_;  // code points of each
  std::vector<std::vector<Lengths>> blocks_;
  uint64_t hash_ = 0;
};

// Brings texts into the order of their bytes and leaves each once.
void SortNames(std::vector<std::string_view>* names);

}  // namespace grammask
