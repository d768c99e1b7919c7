// A short way from a configuration to a text of the language.
//
// Every frame knows bytes that bring it nearer to its end (automaton: a shortest suffix; JSON: a
// witness of what is missing; rules: Knuth's shortest derivations) and about how many bytes are
// left. Starting from the node with the cheapest rest (its own plus that of the frames below,
// summed once per node), chunks are written and *run through the parser*, until the text is
// complete. So the result is a text of the language by construction; it is short, not always the
// shortest.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "parser/machine.h"

namespace grammask {

struct CompletionPiece {
  bool is_token = false;
  uint32_t token = 0;  // index of a token symbol of the grammar
  std::string bytes;
};

// nullopt: no way is known (liveness undecided, a witness beyond 16 MiB) or the budget ran out.
// Cells made on the way stay.
std::optional<std::vector<CompletionPiece>> Complete(Machine& machine, CellId config);

}  // namespace grammask
