// A case for the native benches: a vocabulary, a program, and a text to write.
//
// A file of u32 words in the order of the machine: the number of tokens; each token's length and
// its bytes, padded to words; the stop token; the program's length and bytes, padded; the number of
// tokens of the text and their ids; how often the text is walked before anything is measured.
#pragma once

#include <cstring>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/engine.h"

namespace grammask {

class ReplayReader {
 public:
  explicit ReplayReader(std::vector<char> bytes) : bytes_(std::move(bytes)) {}
  uint32_t Word() {
    uint32_t word = 0;
    if (bytes_.size() - at_ < sizeof word) {
      ok_ = false;
      return 0;
    }
    std::memcpy(&word, bytes_.data() + at_, sizeof word);
    at_ += sizeof word;
    return word;
  }
  std::string Bytes() {
    const size_t length = Word();
    if (bytes_.size() - at_ < (length + 3) / 4 * 4) {
      ok_ = false;
      return "";
    }
    std::string bytes(bytes_.data() + at_, length);
    at_ += (length + 3) / 4 * 4;
    return bytes;
  }
  bool ok() const { return ok_; }

 private:
  std::vector<char> bytes_;
  size_t at_ = 0;
  bool ok_ = true;
};

struct ReplayCase {
  VocabularyInput tokens;
  std::string program;
  std::vector<uint32_t> text;
  uint32_t walks = 0;

  static std::optional<ReplayCase> Read(const char* path) {
    std::ifstream file(path, std::ios::binary);
    ReplayReader read(std::vector<char>(std::istreambuf_iterator<char>(file), {}));
    ReplayCase made;
    const uint32_t tokens = read.Word();
    for (uint32_t id = 0; id < tokens && read.ok(); ++id) made.tokens.tokens.Add(read.Bytes());
    made.tokens.stop_tokens = {read.Word()};
    made.program = read.Bytes();
    made.text.resize(read.Word());
    for (uint32_t& token : made.text) token = read.Word();
    made.walks = read.Word();
    if (!read.ok()) return std::nullopt;
    return made;
  }

  std::span<const uint8_t> program_bytes() const {
    return {reinterpret_cast<const uint8_t*>(program.data()), program.size()};
  }
};

}  // namespace grammask
