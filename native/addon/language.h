// Language: a program without a vocabulary, for Grammar.test and explain.
#pragma once

#include "addon/wrapped.h"
#include "engine/engine.h"

namespace grammask::addon {

class LanguageObject : public Wrapped<LanguageObject> {
 public:
  static constexpr ClassId kClassId = ClassId::kLanguage;
  static constexpr const char* kName = "Language";
  static constexpr const char* kArticleName = "a Language";
  static constexpr napi_type_tag kTag = {0x6a1f0d5c7b3e4921, 0x9d20c8e4f5a71b01};

  static void Init(Napi::Env env, Napi::Object exports);
  explicit LanguageObject(const Napi::CallbackInfo& info);  // (program: Uint8Array, limits?)

 private:
  Napi::Value Test(const Napi::CallbackInfo& info);         // (pieces, limits?): boolean
  Napi::Value TestPrefix(const Napi::CallbackInfo& info);   // (pieces, limits?): boolean
  Napi::Value Explain(const Napi::CallbackInfo& info);      // (pieces, limits?): object
  Napi::Value Satisfiable(const Napi::CallbackInfo& info);  // (limits?): { satisfiable, undecided }

  std::shared_ptr<Language> language_;
};

}  // namespace grammask::addon
