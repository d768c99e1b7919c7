// Compiler: makes CompiledGrammars, at once or on a native thread.
#pragma once

#include "addon/wrapped.h"
#include "engine/engine.h"

namespace grammask::addon {

class CompilerObject : public Wrapped<CompilerObject> {
 public:
  static constexpr ClassId kClassId = ClassId::kCompiler;
  static constexpr const char* kName = "Compiler";
  static constexpr const char* kArticleName = "a Compiler";
  static constexpr napi_type_tag kTag = {0x83d5b2f6a9174ce0, 0x5e7a16d3c02b9f03};

  static void Init(Napi::Env env, Napi::Object exports);
  explicit CompilerObject(const Napi::CallbackInfo& info);  // (vocabulary, cacheBytes?, threads?)

 private:
  // (program, limits, callback(error | null, compiled?)): a function that cancels.
  Napi::Value Compile(const Napi::CallbackInfo& info);
  Napi::Value CompileSync(const Napi::CallbackInfo& info);  // (program, limits?): CompiledGrammar
  // (...programs): makes ahead, on a native thread, what strings of JSON need.
  Napi::Value Prepare(const Napi::CallbackInfo& info);
  Napi::Value Stats(const Napi::CallbackInfo& info);
  Napi::Value ClearCache(const Napi::CallbackInfo& info);
  Napi::Value Dispose(const Napi::CallbackInfo& info);

  Compiler& Live(Napi::Env env);

  // Also held by what was compiled: a compiler that is disposed ends with the last of these.
  std::shared_ptr<Compiler> compiler_;
  Task::Flag preparing_;  // ends what Prepare began
};

}  // namespace grammask::addon
