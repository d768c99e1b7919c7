#include "addon/sampling.h"

#include "addon/arguments.h"
#include "addon/errors.h"

namespace grammask::addon {

namespace {

size_t WordsFor(const Logits& logits) { return (Size(logits) + 31) / 32; }

// (logits, mask)
Napi::Value ApplyMaskOf(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  return Guard(env, [&]() -> Napi::Value {
    const Logits logits = LogitsOf(info[0], "logits");
    std::span<const int32_t> mask = MaskPart(info[1], 0, WordsFor(logits));
    if (const auto* floats = std::get_if<std::span<float>>(&logits)) {
      Check(env, ApplyMask(*floats, mask));
    } else {
      Check(env, ApplyMaskHalf(std::get<std::span<uint16_t>>(logits), mask));
    }
    return env.Undefined();
  });
}

// (logits, mask | null, options?): number
Napi::Value SampleOf(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  return Guard(env, [&]() -> Napi::Value {
    const SampleOptions options =
        SampleOptionsOf(info[2], static_cast<uint32_t>(Size(LogitsOf(info[0], "logits"))));
    // Only now: a getter of the options may have taken the memory away.
    const Logits logits = LogitsOf(info[0], "logits");
    std::span<const int32_t> mask;
    if (!info[1].IsNull()) mask = MaskPart(info[1], 0, WordsFor(logits));
    if (const auto* floats = std::get_if<std::span<float>>(&logits)) {
      return Napi::Number::New(env, Unwrapped(env, Sample(*floats, mask, options)));
    }
    return Napi::Number::New(
        env, Unwrapped(env, SampleHalf(std::get<std::span<uint16_t>>(logits), mask, options)));
  });
}

}  // namespace

void InitSampling(Napi::Env env, Napi::Object exports) {
  exports.Set("applyMask", Napi::Function::New(env, ApplyMaskOf, "applyMask"));
  exports.Set("sample", Napi::Function::New(env, SampleOf, "sample"));
  exports.Set("simd", Napi::String::New(env, SimdName()));
}

}  // namespace grammask::addon
