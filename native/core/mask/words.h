// Loops over the words of a mask, with AVX2 where the processor has it (sample.h says which is in
// use).
#pragma once

#include <cstddef>
#include <cstdint>

namespace grammask {

// mask |= other, word by word.
void UniteWords(uint32_t* mask, const uint32_t* other, size_t count);

// The same in plain C++ and, where it exists, with AVX2 (nullptr elsewhere), for tests that compare
// them.
using UniteWordsFunction = void (*)(uint32_t* mask, const uint32_t* other, size_t count);
UniteWordsFunction PlainUniteWords();
UniteWordsFunction Avx2UniteWords();

}  // namespace grammask
