#include "addon/compiled_grammar.h"

#include "addon/matcher.h"

namespace grammask::addon {

namespace {

class WarmTask : public Task {
 public:
  WarmTask(CompiledGrammarObject::Payload held, Limits limits, Napi::Function callback)
      : held_(std::move(held)), limits_(limits), callback_(Napi::Persistent(callback)) {}
  void Run() override {
    limits_.cancelled = cancelled;
    result_ = GuardResult<Warmth>([&] { return held_.grammar->Warm(limits_); });
  }
  void Deliver(Napi::Env env) override {
    if (!result_.ok()) {
      callback_.Call({MakeError(env, result_.status()).Value()});
      return;
    }
    Napi::Object warmth = Napi::Object::New(env);
    warmth.Set("states", static_cast<double>(result_.value().states));
    warmth.Set("complete", result_.value().complete);
    callback_.Call({env.Null(), warmth});
  }

 private:
  CompiledGrammarObject::Payload held_;
  Limits limits_;
  Napi::FunctionReference callback_;
  Result<Warmth> result_ = Warmth{};
};

}  // namespace

void CompiledGrammarObject::Init(Napi::Env env, Napi::Object exports) {
  Register(env, exports, kName,
           {Method<&CompiledGrammarObject::NewMatcher>("matcher"),
            Method<&CompiledGrammarObject::Warm>("warm"),
            Method<&CompiledGrammarObject::Program>("program"),
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

Napi::Value CompiledGrammarObject::Warm(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Live(env);
  const Limits limits = LimitsOf(info[0]);
  Napi::Function callback = FunctionOf(info[1], "callback");
  Live(env);
  auto task = std::make_unique<WarmTask>(held_, limits, callback);
  const Task::Flag cancelled = task->cancelled;
  Check(env, AddonState::Of(env).tasks.Start(TaskRunner::Lane::kCompile, std::move(task)));
  return Napi::Function::New(
      env, [cancelled](const Napi::CallbackInfo&) { cancelled->store(true); }, "cancel");
}

Napi::Value CompiledGrammarObject::Program(const Napi::CallbackInfo& info) {
  const std::span<const uint8_t> program = Live(info.Env()).program();
  return NewBytes(info.Env(), {reinterpret_cast<const char*>(program.data()), program.size()});
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
