// CompiledGrammar: a language bound to a vocabulary; makes matchers.
#pragma once

#include "addon/wrapped.h"
#include "engine/engine.h"

namespace grammask::addon {

class CompiledGrammarObject : public Wrapped<CompiledGrammarObject> {
 public:
  static constexpr ClassId kClassId = ClassId::kCompiledGrammar;
  static constexpr const char* kName = "CompiledGrammar";
  static constexpr const char* kArticleName = "a CompiledGrammar";
  static constexpr const char* kMadeBy = "make one with compiler.compile(grammar)";
  static constexpr napi_type_tag kTag = {0xf07c3a8e14b62d95, 0x1bd94e60a7f35c04};

  struct Payload {
    std::shared_ptr<Compiler> compiler;  // kept while the grammar lives
    std::shared_ptr<CompiledGrammar> grammar;
  };

  static void Init(Napi::Env env, Napi::Object exports);
  static Napi::Object New(Napi::Env env, Payload payload) { return Make(env, std::move(payload)); }
  explicit CompiledGrammarObject(const Napi::CallbackInfo& info);

 private:
  // ({ maxRollback?, stopTokens?, timeoutMs?, memoryBytes? }): Matcher
  Napi::Value NewMatcher(const Napi::CallbackInfo& info);
  // ({ timeoutMs?, memoryBytes? }, callback(error | null, { states, complete }?)): a function that
  // cancels.
  Napi::Value Warm(const Napi::CallbackInfo& info);
  Napi::Value Program(const Napi::CallbackInfo& info);  // (): Uint8Array
  Napi::Value MemoryBytes(const Napi::CallbackInfo& info);
  Napi::Value Satisfiable(const Napi::CallbackInfo& info);
  Napi::Value Dispose(const Napi::CallbackInfo& info);

  CompiledGrammar& Live(Napi::Env env);

  Payload held_;
  ExternalMemory memory_;
};

}  // namespace grammask::addon
