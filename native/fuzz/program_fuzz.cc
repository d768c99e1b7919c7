// Any bytes are a program or an error, and a program can be printed.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "program/program.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto program = grammask::ReadProgram(std::span<const uint8_t>(data, size));
  if (!program.ok()) {
    if (program.status().code() != grammask::Code::kSyntax) std::abort();
    return 0;
  }
  // A listing repeats names, so it is only bounded by (references × string length): print what
  // stays small.
  if (size <= 4096 && grammask::PrintProgram(program.value()).empty()) std::abort();
  return 0;
}
