// Which bytes can occur in the texts of a language.
//
// A byte-exact mask promises that some continuation exists, not that tokens can spell it. If every byte that the language can contain is a token of its own, they
// can. This is the question asked at compile.
#pragma once

#include <array>
#include <cstdint>

#include "parser/grammar.h"

namespace grammask {

// Bit b of word b/64 is set if byte b may occur. An over-approximation where a terminal has more than 4,096 states (any UTF-8), and in continuation bytes.
std::array<uint64_t, 4> BytesOfLanguage(Grammar& grammar);

// All bytes of UTF-8: never C0, C1, F5 to FF. A vocabulary that spells these needs no closer look.
std::array<uint64_t, 4> BytesOfUtf8();

}  // namespace grammask
