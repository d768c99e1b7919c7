// Replays a text through a matcher, for counting the instructions of its masks:
//
//   grammask_replay_masks CASE
//
// A case is a file of u32 words in the order of the machine: the number of tokens; each token's
// length and its bytes, padded to words; the stop token; the program's length and bytes, padded;
// the number of tokens of the text and their ids; how often the text was walked before (0: masks
// are made for the first time). What is counted is the inside of grammask_counted_mask, one call
// for each token of the text. Prints the number of calls.
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "engine/engine.h"

namespace {

using grammask::Matcher;

class Reader {
 public:
  explicit Reader(std::vector<char> bytes) : bytes_(std::move(bytes)) {}
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

int Fail(const char* what) {
  std::fprintf(stderr, "grammask_replay_masks: %s\n", what);
  return 1;
}

}  // namespace

extern "C" [[gnu::noinline]] bool grammask_counted_mask(Matcher& matcher,
                                                        std::vector<int32_t>& mask) {
  return matcher.FillMask(mask).ok();
}

int main(int argc, char** argv) {
  if (argc != 2) return Fail("name a case");
  std::ifstream file(argv[1], std::ios::binary);
  Reader read(std::vector<char>(std::istreambuf_iterator<char>(file), {}));
  grammask::VocabularyInput tokens;
  tokens.tokens.resize(read.Word());
  for (auto& token : tokens.tokens) token = read.Bytes();
  tokens.stop_tokens = {read.Word()};
  const std::string program = read.Bytes();
  std::vector<uint32_t> text(read.Word());
  for (uint32_t& token : text) token = read.Word();
  const uint32_t walks = read.Word();
  if (!read.ok()) return Fail("the case cannot be read");

  auto vocabulary = grammask::Vocabulary::Create(std::move(tokens));
  if (!vocabulary.ok()) return Fail(vocabulary.status().message().c_str());
  grammask::Compiler compiler(std::move(vocabulary).value(), {});
  auto compiled =
      compiler.Compile({reinterpret_cast<const uint8_t*>(program.data()), program.size()}, {});
  if (!compiled.ok()) return Fail(compiled.status().message().c_str());
  for (uint32_t walk = 0; walk <= walks; ++walk) {
    auto matcher = compiled.value()->NewMatcher({});
    if (!matcher.ok()) return Fail(matcher.status().message().c_str());
    std::vector<int32_t> mask(matcher.value()->mask_words());
    for (uint32_t token : text) {
      const bool filled = walk == walks ? grammask_counted_mask(*matcher.value(), mask)
                                        : matcher.value()->FillMask(mask).ok();
      if (!filled) return Fail("a mask failed");
      auto accepted = matcher.value()->Accept(token);
      if (!accepted.ok() || !accepted.value()) return Fail("a token of the text is refused");
    }
  }
  std::printf("%zu\n", text.size());
}
