// Expressions lowered to UTF-8, state by state.
//
// A byte state is (expression, bytes of a code point begun). It is a small id; 0 is dead. `Step` is exact: a state is returned only if some continuation
// is accepted (or its emptiness is undecided), so an incomplete UTF-8 sequence lives only if one of its completions has a live arc.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "automata/expr.h"

namespace grammask {

using ByteState = uint32_t;
inline constexpr ByteState kDead = 0;

class ByteAutomaton {
 public:
  explicit ByteAutomaton(ExprPool& pool);
  ~ByteAutomaton();
  ByteState Start(ExprId x);                     // kDead if x is empty
  ByteState Step(ByteState state, uint8_t byte);  // rows of 256 made on first visit
  bool Accepting(ByteState state) const;          // at a code-point border and nullable
  // True if no byte leads on (only the end is left).
  bool Final(ByteState state);
  // Bytes of a shortest way from `state` to acceptance; nullopt if undecided.
  std::optional<std::string> ShortestSuffix(ByteState state);
  std::optional<uint32_t> ShortestSuffixLength(ByteState state);  // bytes, memoised
  ExprId ExprOf(ByteState state) const;           // for describing what may come next
  bool AtBorder(ByteState state) const;
  size_t MemoryBytes() const;
  void Clear();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace grammask
