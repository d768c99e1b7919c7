// Expressions lowered to bytes, state by state.
//
// The texts of an expression are written in UTF-8; or each character up to U+00FF is one byte, for
// languages of bytes that need not be UTF-8 (BYTES in docs/program.md). There every byte is a
// border, and what follows is about the other ones.
//
// A byte state is an expression, or what may still follow in a code point begun: the continuation
// bytes left, and which of them lead to which expression. Lead bytes with the same future are
// therefore one state. A state is a small id; 0 is dead. `Step` is exact: a state is returned only
// if some continuation is accepted (or its emptiness is undecided), so an incomplete UTF-8 sequence
// lives only if one of its completions has a live arc.
//
// When the budget of the pool is exhausted, Step answers kDead and remembers nothing of it: the
// caller looks at the budget.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "automata/expr.h"
#include "base/byte_set.h"

namespace grammask {

using ByteState = uint32_t;
inline constexpr ByteState kDead = 0;

enum class Encoding : uint8_t { kUtf8, kBytes };

class ByteAutomaton {
 public:
  explicit ByteAutomaton(ExprPool& pool);
  ~ByteAutomaton();
  // kDead if x is empty. No text of an expression of bytes has a character above U+00FF.
  ByteState Start(ExprId x, Encoding encoding = Encoding::kUtf8);
  ByteState Step(ByteState state, uint8_t byte);  // rows of 256 made on first visit
  // The states behind each byte, for as long as the automaton is not cleared; nullptr where the
  // state is kDead, or the budget is exhausted.
  const ByteState* Row(ByteState state);
  const ByteSet& Next(ByteState state);   // the bytes on which Step is not kDead
  bool Accepting(ByteState state) const;  // at a code-point border and nullable
  // True if no byte leads on (only the end is left).
  bool Final(ByteState state);
  // Bytes of a way from `state` to acceptance with the fewest bytes; nullopt if undecided, or
  // longer than 16 MiB.
  std::optional<std::string> ShortestSuffix(ByteState state);
  std::optional<uint32_t> ShortestSuffixLength(ByteState state);  // bytes, memoised
  // For describing what may come next; kNone inside a code point, kEmpty for kDead.
  ExprId ExprOf(ByteState state) const;
  bool AtBorder(ByteState state) const;
  Encoding EncodingOf(ByteState state) const;
  size_t MemoryBytes() const;
  void Clear();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace grammask
