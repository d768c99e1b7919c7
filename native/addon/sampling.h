// applyMask and sample as functions of the addon.
#pragma once

#include <napi.h>

namespace grammask::addon {

void InitSampling(Napi::Env env, Napi::Object exports);

}  // namespace grammask::addon
