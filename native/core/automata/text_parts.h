// Texts of expressions, put together part by part.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "automata/expr_impl.h"

namespace grammask {

// Bytes written to compare the members of unions.
inline constexpr size_t kChoiceBytes = size_t{64} << 20;

// A text being put together. What is still to come: an expression a number of times, or copies of
// what was written from `begin` on.
struct TextPart {
  ExprId x;  // kNone: copies
  uint32_t times;
  uint32_t length = 0;  // EmitDense: the length wanted, each time
  size_t begin = 0;
};

inline bool WriteCopies(const TextPart& part, std::string* out) {
  const size_t size = out->size() - part.begin;
  if (out->size() + size * uint64_t{part.times} > kMaxWitnessBytes) return false;
  out->reserve(out->size() + size * part.times);
  for (uint32_t i = 0; i < part.times; ++i) out->append(*out, part.begin, size);
  return true;
}

// Takes the next expression to write once. False: `out` became too long.
inline bool TakePart(std::vector<TextPart>* pending, std::string* out, TextPart* part) {
  *part = pending->back();
  pending->pop_back();
  if (out->size() > kMaxWitnessBytes) return false;
  if (part->x == kNone) return WriteCopies(*part, out);
  if (part->times > 1) pending->push_back({kNone, part->times - 1, 0, out->size()});
  return true;
}

}  // namespace grammask
