// Which vector instructions this processor has, and which are in use.
//
// One binary holds every way of a loop: functions that need more than the compiler's target name it
// themselves (target attributes), and one is chosen at run time. All ways of a loop return the same
// bits. The environment variable GRAMMASK_SIMD (plain, avx2, avx512, neon) chooses another one than
// the best; one that the processor lacks is not chosen.
//
// AVX-512 is used from Ice Lake on (VBMI2): the processors before it lower their clock for it.
#pragma once

namespace grammask {

enum class Simd { kPlain, kAvx2, kAvx512, kNeon };

bool HasSimd(Simd simd);
Simd BestSimd();
Simd ChosenSimd();  // the best, or the one of GRAMMASK_SIMD
const char* NameOf(Simd simd);

}  // namespace grammask
