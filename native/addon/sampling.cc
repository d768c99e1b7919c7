#include "addon/sampling.h"

#include "addon/arguments.h"
#include "addon/errors.h"
#include "addon/mask_handle.h"
#include "base/simd.h"

namespace grammask::addon {

namespace {

// Of an Int32Array or a handle, for so many logits.
MaskView MaskOf(Napi::Value mask, size_t logits) {
  if (const MaskHandleObject* handle = MaskHandleObject::In(mask, "mask"))
    return handle->View(mask.Env(), logits);
  return {false, MaskPart(mask, 0, (logits + 31) / 32).data(), {}};
}

// (logits, mask | handle)
Napi::Value ApplyMaskOf(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  return Guard(env, [&]() -> Napi::Value {
    const Logits logits = LogitsOf(info[0], "logits");
    const MaskView mask = MaskOf(info[1], Size(logits));
    if (const auto* floats = std::get_if<std::span<float>>(&logits)) {
      ApplyMask(*floats, mask);
    } else {
      ApplyMaskHalf(std::get<std::span<uint16_t>>(logits), mask);
    }
    return env.Undefined();
  });
}

// (logits, mask | handle | null, ...options): number
Napi::Value SampleOf(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  return Guard(env, [&]() -> Napi::Value {
    const SampleOptions options =
        SampleOptionsOf(info, 2, static_cast<uint32_t>(Size(LogitsOf(info[0], "logits"))));
    // Only now: an element of the options may have been a getter that took the memory away.
    const Logits logits = LogitsOf(info[0], "logits");
    const MaskView mask = info[1].IsNull() ? MaskView::OfWords({}) : MaskOf(info[1], Size(logits));
    return Napi::Number::New(env, Unwrapped(env, SampleFrom(logits, mask, options)));
  });
}

}  // namespace

void InitSampling(Napi::Env env, Napi::Object exports) {
  exports.Set("applyMask", Napi::Function::New(env, ApplyMaskOf, "applyMask"));
  exports.Set("sample", Napi::Function::New(env, SampleOf, "sample"));
  exports.Set("simd", Napi::String::New(env, NameOf(ChosenSimd())));
}

}  // namespace grammask::addon
