#include "base/simd.h"

#include <cstdint>
#include <cstdlib>
#include <string_view>

#if defined(__x86_64__) || defined(_M_X64)
#define GRAMMASK_X86 1
#if defined(_MSC_VER) && !defined(__clang__)
#include <immintrin.h>
#include <intrin.h>
#else
#include <cpuid.h>
#endif
#endif

namespace grammask {
namespace {

constexpr Simd kWidestFirst[] = {Simd::kAvx512, Simd::kAvx2, Simd::kNeon, Simd::kPlain};

#ifdef GRAMMASK_X86
struct Registers {
  uint32_t eax = 0, ebx = 0, ecx = 0, edx = 0;
};

Registers CpuId(uint32_t leaf) {
  Registers registers;
#if defined(_MSC_VER) && !defined(__clang__)
  int values[4];
  __cpuidex(values, static_cast<int>(leaf), 0);
  registers = {static_cast<uint32_t>(values[0]), static_cast<uint32_t>(values[1]),
               static_cast<uint32_t>(values[2]), static_cast<uint32_t>(values[3])};
#else
  __get_cpuid_count(leaf, 0, &registers.eax, &registers.ebx, &registers.ecx, &registers.edx);
#endif
  return registers;
}

// Of the registers that the system saves; 0 where it does not say.
uint64_t SavedState() {
  constexpr uint32_t kOsXsave = 1u << 27;
  if ((CpuId(1).ecx & kOsXsave) == 0) return 0;
#if defined(_MSC_VER) && !defined(__clang__)
  return _xgetbv(0);
#else
  uint32_t low = 0;
  uint32_t high = 0;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return low;
#endif
}

// Asked directly, because __builtin_cpu_supports answers no under some compilers.
bool HasAvx2() {
  constexpr uint32_t kAvx = 1u << 28, kF16c = 1u << 29, kAvx2 = 1u << 5;
  constexpr uint64_t kSseAndAvx = 0x6;
  return (CpuId(1).ecx & (kAvx | kF16c)) == (kAvx | kF16c) && CpuId(0).eax >= 7 &&
         (CpuId(7).ebx & kAvx2) != 0 && (SavedState() & kSseAndAvx) == kSseAndAvx;
}

bool HasAvx512() {
  constexpr uint32_t kF = 1u << 16, kDq = 1u << 17, kBw = 1u << 30, kVl = 1u << 31;
  constexpr uint32_t kVbmi2 = 1u << 6;
  constexpr uint64_t kAllVectors = 0xE6;
  constexpr uint32_t kNeeded = kF | kDq | kBw | kVl;
  const Registers extended = CpuId(0).eax >= 7 ? CpuId(7) : Registers();
  return HasAvx2() && (extended.ebx & kNeeded) == kNeeded && (extended.ecx & kVbmi2) != 0 &&
         (SavedState() & kAllVectors) == kAllVectors;
}
#endif

}  // namespace

bool HasSimd(Simd simd) {
  switch (simd) {
    case Simd::kPlain:
      return true;
#ifdef GRAMMASK_X86
    case Simd::kAvx2: {
      static const bool kHas = HasAvx2();
      return kHas;
    }
    case Simd::kAvx512: {
      static const bool kHas = HasAvx512();
      return kHas;
    }
#endif
#if defined(__aarch64__) || defined(_M_ARM64)
    case Simd::kNeon:
      return true;  // part of the architecture
#endif
    default:
      return false;
  }
}

Simd BestSimd() {
  for (const Simd simd : kWidestFirst) {
    if (HasSimd(simd)) return simd;
  }
  return Simd::kPlain;
}

Simd ChosenSimd() {
  static const Simd kChosen = [] {
    const char* wanted = std::getenv("GRAMMASK_SIMD");
    for (const Simd simd : kWidestFirst) {
      if (wanted != nullptr && std::string_view(wanted) == NameOf(simd) && HasSimd(simd))
        return simd;
    }
    return BestSimd();
  }();
  return kChosen;
}

const char* NameOf(Simd simd) {
  switch (simd) {
    case Simd::kAvx2:
      return "avx2";
    case Simd::kAvx512:
      return "avx512";
    case Simd::kNeon:
      return "neon";
    case Simd::kPlain:
      break;
  }
  return "plain";
}

}  // namespace grammask
