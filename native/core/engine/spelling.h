// Which bytes the texts of a language need.
//
// A byte-exact mask promises that some continuation exists, not that tokens can spell it. If every
// byte that the language needs is a token of its own, they can. This is the question asked at
// compile. Real vocabularies lack first bytes of code points that nobody writes (F1 and F2 begin
// the unassigned planes 4 to 11, and control characters): where any other code point leads to the
// same state, these are not needed.
#pragma once

#include <cstdint>
#include <unordered_map>

#include "base/byte_set.h"
#include "parser/grammar.h"

namespace grammask {

// The bytes that are tokens of their own.
ByteSet SpelledBytes(const Vocabulary& vocabulary);

// The bytes that are needed. `spelled`: the bytes that are tokens of their own.
// An over-approximation where a terminal has more than 100,000 states (any UTF-8), and in
// continuation bytes. `terminals`: what was found for terminals before, with the same `spelled`.
ByteSet BytesOfLanguage(Grammar& grammar, const ByteSet& spelled,
                        std::unordered_map<ByteState, ByteSet>* terminals);

// All bytes of UTF-8: never C0, C1, F5 to FF. A vocabulary that spells these needs no closer look.
ByteSet BytesOfUtf8();

}  // namespace grammask
