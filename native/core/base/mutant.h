// Seeded faults, for testing the tests. GRAMMASK_MUTANT(n) is the constant false, except in a build
// with GRAMMASK_MUTANTS: there it is true where the environment variable GRAMMASK_MUTANT says n.
#pragma once

#ifdef GRAMMASK_MUTANTS
#include <cstdlib>

namespace grammask {
inline int ActiveMutant() {
  static const int active = [] {
    const char* number = std::getenv("GRAMMASK_MUTANT");
    return number == nullptr ? 0 : std::atoi(number);
  }();
  return active;
}
}  // namespace grammask
#define GRAMMASK_MUTANT(n) (::grammask::ActiveMutant() == (n))
#else
#define GRAMMASK_MUTANT(n) false
#endif
