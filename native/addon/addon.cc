// The addon: what Node loads. Registers the classes and functions of one environment.
#include <napi.h>

#include "addon/addon_state.h"
#include "addon/compiled_grammar.h"
#include "addon/compiler.h"
#include "addon/language.h"
#include "addon/mask_handle.h"
#include "addon/matcher.h"
#include "addon/pending_mask.h"
#include "addon/sampling.h"
#include "addon/vocabulary.h"

namespace grammask::addon {

namespace {

// (makeError: (code, message, hint?, token?) => Error): the errors of this environment are made by
// it.
Napi::Value SetErrorMaker(const Napi::CallbackInfo& info) {
  AddonState::Of(info.Env()).make_error = Napi::Persistent(FunctionOf(info[0], "makeError"));
  return info.Env().Undefined();
}

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  env.SetInstanceData(new AddonState(env));
  exports.Set("setErrorMaker", Napi::Function::New(env, SetErrorMaker, "setErrorMaker"));
  LanguageObject::Init(env, exports);
  VocabularyObject::Init(env, exports);
  CompilerObject::Init(env, exports);
  CompiledGrammarObject::Init(env, exports);
  MatcherObject::Init(env, exports);
  PendingMaskObject::Init(env, exports);
  MaskHandleObject::Init(env, exports);
  InitSampling(env, exports);
  exports.Set("fillMasks", Napi::Function::New(env, MatcherObject::FillMasks, "fillMasks"));
  return exports;
}

}  // namespace

}  // namespace grammask::addon

Napi::Object InitAddon(Napi::Env env, Napi::Object exports) {
  return grammask::addon::Init(env, exports);
}

NODE_API_MODULE(grammask, InitAddon)
