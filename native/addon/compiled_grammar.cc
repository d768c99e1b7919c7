#include "addon/compiled_grammar.h"

#include "addon/matcher.h"

namespace grammask::addon {

void CompiledGrammarObject::Init(Napi::Env env, Napi::Object exports) {
  Register(env, exports, kName,
           {Method<&CompiledGrammarObject::NewMatcher>("matcher"),
            Getter<&CompiledGrammarObject::MemoryBytes>("memoryBytes"),
            Getter<&CompiledGrammarObject::Satisfiable>("satisfiable"),
            Method<&CompiledGrammarObject::Dispose>("dispose")});
}

CompiledGrammarObject::CompiledGrammarObject(const Napi::CallbackInfo& info)
    : Wrapped(info), held_(Taken<Payload>(info.Env())), memory_(info.Env()) {
  memory_.Set(held_.grammar->MemoryBytes());
}

CompiledGrammar& CompiledGrammarObject::Live(Napi::Env env) {
  if (!held_.grammar) ThrowDisposed(env, "compiled grammar");
  return *held_.grammar;
}

Napi::Value CompiledGrammarObject::NewMatcher(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Live(env);
  MatcherOptions options;
  if (!info[0].IsUndefined()) {
    Napi::Object object = ObjectOf(info[0], "options");
    options.limits = LimitsOf(object);
    Napi::Value rollback = object.Get("maxRollback");
    if (!rollback.IsUndefined() &&
        !(rollback.IsNumber() && std::isinf(rollback.As<Napi::Number>().DoubleValue()) &&
          rollback.As<Napi::Number>().DoubleValue() > 0)) {
      options.max_rollback = Whole(rollback, "maxRollback");
    }
    Napi::Value stop = object.Get("stopTokens");
    if (!stop.IsUndefined()) {
      options.stop_tokens = Tokens(stop, "stopTokens", held_.compiler->vocabulary().token_count());
    }
  }
  // A getter of the options may have disposed this object.
  std::unique_ptr<Matcher> matcher = Unwrapped(env, Live(env).NewMatcher(options));
  return MatcherObject::New(env, {held_.compiler, held_.grammar, std::move(matcher)});
}

Napi::Value CompiledGrammarObject::MemoryBytes(const Napi::CallbackInfo& info) {
  const size_t bytes = Live(info.Env()).MemoryBytes();
  memory_.Set(bytes);
  return Napi::Number::New(info.Env(), static_cast<double>(bytes));
}

Napi::Value CompiledGrammarObject::Satisfiable(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), Live(info.Env()).Satisfiable());
}

Napi::Value CompiledGrammarObject::Dispose(const Napi::CallbackInfo& info) {
  held_ = {};
  memory_.Set(0);
  return info.Env().Undefined();
}

}  // namespace grammask::addon
