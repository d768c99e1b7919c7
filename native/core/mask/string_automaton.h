// The inside of JSON strings as a byte automaton, made entry by entry.
//
// A walk over the vocabulary reads the bytes of a JSON string, but what is demanded of the string
// is an expression over code points (schema/string_decoder.h). A state here is both: where in a
// code point the bytes are, and what the expression has left. Its row says for each byte what comes
// of it, found out once, so that a walk is a look-up a byte. Only states from which some text of
// the expression can still be reached are states at all; bounds on the length are not looked at.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <unordered_map>
#include <vector>

#include "automata/expr.h"
#include "base/hash.h"
#include "schema/string_decoder.h"
#include "vocabulary/vocabulary.h"

namespace grammask {

class StringAutomaton {
 public:
  using StateId = uint32_t;
  static constexpr StateId kDeadState = 0;

  struct State {
    ExprId expr;
    DecoderState decoder;
    Spelling spelling;
    bool border() const { return decoder == DecoderState{}; }
  };
  struct Outcome {
    StateId next = kDeadState;
    bool quote = false;      // the string ends here, if its text may
    bool completes = false;  // a code point
  };

  StringAutomaton() { Clear(); }
  StateId Start(ExprPool& pool, ExprId expr, DecoderState decoder, Spelling spelling);
  Outcome Step(ExprPool& pool, StateId state, uint8_t byte) {
    const Row row = rows_[state];
    if (byte < row.first || byte > row.last) return {};
    uint32_t entry = row.entries[byte - row.first];
    if (entry == 0) entry = Ask(pool, state, byte);
    return {entry >> 3, (entry & kQuote) != 0, (entry & kCompletes) != 0};
  }
  // The kinds of bytes (ByteKind) of which each is a code point that leads back to the state, or,
  // beyond ASCII, belongs to one.
  uint16_t Loops(ExprPool& pool, StateId state);
  uint16_t LoopsIfKnown(StateId state) const { return loops_[state]; }  // 0 if not asked before
  const State& At(StateId state) const { return states_[state]; }
  size_t size() const { return states_.size(); }
  size_t bytes() const {
    return states_.size() * (sizeof(State) + sizeof(Row) + 64) + entries_made_ * sizeof(uint32_t);
  }
  void Clear();

 private:
  // The entries of the bytes from first to last; other bytes are dead. Inside of a code point few
  // can follow.
  struct Row {
    uint32_t* entries;
    uint8_t first, last;
  };
  // What is in an entry beside the next state, above these bits; 0: not asked yet.
  static constexpr uint32_t kAsked = 1, kQuote = 2, kCompletes = 4;
  // An entry, and the first and last code point in ASCII whose bytes have it too.
  struct Found {
    uint32_t entry, lo, hi;
  };
  using Key = std::array<uint32_t, 5>;
  struct KeyHash {
    size_t operator()(const Key& key) const {
      uint64_t hash = 0;
      for (uint32_t word : key) hash = HashWord(hash, word);
      return static_cast<size_t>(HashFinish(hash));
    }
  };
  uint32_t* NewEntries(size_t count);
  StateId Intern(const State& state);
  StateId Intern(const State& state, const Key& key);
  uint32_t Ask(ExprPool& pool, StateId state, uint8_t byte);
  Found Entry(ExprPool& pool, StateId state, uint8_t byte);

  std::deque<State> states_;
  std::vector<Row> rows_;
  // What rows point into. Blocks stay where they are, so that nothing is copied as they get more.
  std::vector<std::unique_ptr<uint32_t[]>> blocks_;
  size_t entries_made_ = 0, entries_left_ = 0;  // in all blocks; in the last one
  uint32_t* next_entries_ = nullptr;
  std::vector<uint16_t> loops_;
  std::vector<bool> loops_known_;
  std::unordered_map<Key, StateId, KeyHash> ids_;
};

}  // namespace grammask
