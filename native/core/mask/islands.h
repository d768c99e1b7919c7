// Island masks: which tokens stay inside a terminal or a JSON string, and where they may leave it.
//
// Inside these the next bytes are decided by an automaton's state alone, whatever stands below on
// the stack. So an island is filed under the state and kept for all grammars of a compiler.
//
// A string that takes any text is the common case, and only its length can be bounded. What a token
// needs of such a text (its code points, one begun at its end included) does not depend on the
// bounds. It is counted once, and the tokens are sorted by it: a bound then takes out the tokens at
// one end of the list.
#pragma once

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "base/hash.h"
#include "parser/machine.h"
#include "schema/json_frames.h"
#include "vocabulary/vocabulary.h"

namespace grammask {

using MaskWords = std::vector<uint32_t>;

struct Island {
  MaskWords stay;
  std::vector<uint32_t> exits;  // trie nodes, ascending
  // Of a text that is any text: the code points before the quote of each exit.
  std::vector<uint32_t> before_exit;
};

class Islands {
 public:
  explicit Islands(const Vocabulary& vocabulary) : vocabulary_(vocabulary) {}

  // Where the machine's budget runs out on the way, what comes back is incomplete and not kept.
  std::shared_ptr<const Island> Terminal(Machine& machine, ByteState state);
  std::shared_ptr<const Island> Text(Machine& machine, const TextDemand& text, DecoderState decoder,
                                     bool canonical);

  size_t bytes() const { return bytes_; }
  uint64_t walked() const { return walked_; }  // trie nodes so far
  void Clear();

 private:
  using Key = std::vector<uint32_t>;
  struct CountedText {
    Island all;
    std::vector<uint32_t> tokens;  // those that stay, by what they need
    std::vector<uint32_t> ends;    // tokens[0, ends[n]) need at most n code points
  };
  std::shared_ptr<const Island> AnyText(Machine& machine, DecoderState decoder, bool canonical);
  std::shared_ptr<const CountedText> Counted(Machine& machine, DecoderState decoder,
                                             bool canonical);
  Island Bounded(const CountedText& counted, uint32_t min, uint32_t max) const;
  std::shared_ptr<const Island> Keep(Machine& machine, Key key, std::shared_ptr<Island> island);

  const Vocabulary& vocabulary_;
  size_t bytes_ = 0;
  uint64_t walked_ = 0;
  std::unordered_map<Key, std::shared_ptr<const Island>, WordsHash> islands_;
  std::unordered_map<Key, std::shared_ptr<const CountedText>, WordsHash> counted_;
};

}  // namespace grammask
