// The inside of JSON strings as a byte automaton, made entry by entry.
//
// A walk over the vocabulary reads the bytes of a JSON string, but what is demanded of the string
// is an expression over code points (schema/string_decoder.h). A state here is both: where in a
// code point the bytes are, and what the expression has left. Its row says for each byte what comes
// of it, found out once, so that a walk is a look-up a byte. Only states from which some text of
// the expression can still be reached are states at all; bounds on the length are not looked at.
#pragma once

#include <cstdint>
#include <deque>
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
    bool canonical;
    bool border() const { return decoder == DecoderState{}; }
  };
  struct Outcome {
    StateId next = kDeadState;
    bool quote = false;      // the string ends here, if its text may
    bool completes = false;  // a code point
  };

  StringAutomaton() { Clear(); }
  StateId Start(ExprPool& pool, ExprId expr, DecoderState decoder, bool canonical);
  Outcome Step(ExprPool& pool, StateId state, uint8_t byte);
  // The kinds of bytes (ByteKind) of which each is a code point that leads back to the state, or,
  // beyond ASCII, belongs to one.
  uint16_t Loops(ExprPool& pool, StateId state);
  const State& At(StateId state) const { return states_[state]; }
  size_t size() const { return states_.size(); }
  size_t bytes() const {
    return states_.size() * (sizeof(State) + sizeof(Row) + 64) + entries_.size() * sizeof(uint32_t);
  }
  void Clear();

 private:
  // The entries of the bytes from first to last; other bytes are dead. Inside of a code point few
  // can follow.
  struct Row {
    uint32_t begin;
    uint8_t first, last;
  };
  static constexpr uint16_t kNotAsked = 0xFFFF;
  StateId Intern(const State& state);
  StateId Intern(const State& state, std::vector<uint32_t> key);
  uint32_t Entry(ExprPool& pool, StateId state, uint8_t byte);

  std::deque<State> states_;
  std::vector<Row> rows_;
  // 0 not asked yet, 1 dead, 2 quote, else 2 * state + completes + 1.
  std::vector<uint32_t> entries_;
  std::vector<uint16_t> loops_;
  std::unordered_map<std::vector<uint32_t>, StateId, WordsHash> ids_;
};

}  // namespace grammask
