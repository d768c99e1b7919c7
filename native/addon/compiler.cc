#include "addon/compiler.h"

#include <algorithm>
#include <atomic>
#include <chrono>

#include "addon/compiled_grammar.h"
#include "addon/vocabulary.h"

namespace grammask::addon {

namespace {

using Compiled = Result<std::shared_ptr<CompiledGrammar>>;

class CompileTask : public Task {
 public:
  CompileTask(std::shared_ptr<Compiler> compiler, std::span<const uint8_t> program, Limits limits,
              Napi::Function callback)
      : compiler_(std::move(compiler)),
        program_(program.begin(), program.end()),
        limits_(limits),
        begun_(std::chrono::steady_clock::now()),
        callback_(Napi::Persistent(callback)) {}

  void Run() override {
    if (cancelled->load()) return;
    limits_.cancelled = cancelled;
    if (limits_.timeout_ms >= 0) {
      // The time in the queue counts.
      const std::chrono::duration<double, std::milli> waited =
          std::chrono::steady_clock::now() - begun_;
      limits_.timeout_ms = std::max(0.0, limits_.timeout_ms - waited.count());
    }
    result_ = GuardResult<std::shared_ptr<CompiledGrammar>>(
        [&] { return compiler_->Compile(program_, limits_); });
  }

  void Deliver(Napi::Env env) override {
    if (result_.ok()) {
      callback_.Call(
          {env.Null(), CompiledGrammarObject::New(env, {compiler_, std::move(result_).value()})});
    } else {
      callback_.Call({MakeError(env, result_.status()).Value()});
    }
  }

 private:
  std::shared_ptr<Compiler> compiler_;
  std::vector<uint8_t> program_;
  Limits limits_;
  std::chrono::steady_clock::time_point begun_;
  Napi::FunctionReference callback_;
  Compiled result_ = Status(Code::kDeadline, "the compile was cancelled");
};

class PrepareTask : public Task {
 public:
  PrepareTask(std::shared_ptr<Compiler> compiler, std::vector<std::vector<uint8_t>> programs)
      : compiler_(std::move(compiler)), programs_(std::move(programs)) {}

  void Run() override {
    for (const std::vector<uint8_t>& program : programs_) {
      if (cancelled->load()) break;
      // Without memory, what was to be made ahead is made when it is needed.
      (void)GuardResult<bool>([&]() -> Result<bool> {
        compiler_->Prepare(program, *cancelled);
        return true;
      });
    }
    compiler_ = nullptr;
  }
  void Deliver(Napi::Env) override {}

 private:
  std::shared_ptr<Compiler> compiler_;
  std::vector<std::vector<uint8_t>> programs_;
};

}  // namespace

void CompilerObject::Init(Napi::Env env, Napi::Object exports) {
  Register(env, exports, kName,
           {Method<&CompilerObject::Compile>("compile"),
            Method<&CompilerObject::CompileSync>("compileSync"),
            Method<&CompilerObject::Prepare>("prepare"), Getter<&CompilerObject::Stats>("stats"),
            Method<&CompilerObject::ClearCache>("clearCache"),
            Method<&CompilerObject::Dispose>("dispose")});
}

CompilerObject::CompilerObject(const Napi::CallbackInfo& info) : Wrapped(info) {
  Guard(info.Env(), [&] {
    VocabularyObject& vocabulary = VocabularyObject::From(info[0], "vocabulary");
    constexpr double kMostBytes = 4294967295.0, kMostThreads = 64;
    CompilerOptions options;
    if (!info[1].IsUndefined()) options.cache_bytes = Whole(info[1], "cacheBytes", kMostBytes);
    if (!info[2].IsUndefined()) options.threads = Whole(info[2], "threads", kMostThreads);
    compiler_ = std::make_shared<Compiler>(vocabulary.vocabulary(), options);
  });
}

Compiler& CompilerObject::Live(Napi::Env env) {
  if (!compiler_) ThrowDisposed(env, "compiler");
  return *compiler_;
}

Napi::Value CompilerObject::Compile(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Live(env);
  const Limits limits = LimitsOf(info[1]);
  Napi::Function callback = FunctionOf(info[2], "callback");
  auto task = std::make_unique<CompileTask>(compiler_, Bytes(info[0], "program"), limits, callback);
  const Task::Flag cancelled = task->cancelled;
  Check(env, AddonState::Of(env).tasks.Start(TaskRunner::Lane::kCompile, std::move(task)));
  return Napi::Function::New(
      env, [cancelled](const Napi::CallbackInfo&) { cancelled->store(true); }, "cancel");
}

Napi::Value CompilerObject::CompileSync(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Compiler& compiler = Live(env);
  const Limits limits = LimitsOf(info[1]);
  return CompiledGrammarObject::New(
      env, {compiler_, Unwrapped(env, compiler.Compile(Bytes(info[0], "program"), limits))});
}

Napi::Value CompilerObject::Prepare(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Live(env);
  std::vector<std::vector<uint8_t>> programs;
  for (size_t i = 0; i < info.Length(); ++i) {
    std::span<const uint8_t> program = Bytes(info[i], "program");
    programs.emplace_back(program.begin(), program.end());
  }
  auto task = std::make_unique<PrepareTask>(compiler_, std::move(programs));
  preparing_ = task->cancelled;
  // Without a thread for it, what was to be made ahead is made when it is needed.
  (void)AddonState::Of(env).tasks.Start(TaskRunner::Lane::kCompile, std::move(task));
  return env.Undefined();
}

Napi::Value CompilerObject::Stats(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const CompilerStats stats = Live(env).stats();
  Napi::Object result = Napi::Object::New(env);
  result.Set("cacheBytes", static_cast<double>(stats.cache_bytes));
  result.Set("hits", static_cast<double>(stats.hits));
  result.Set("misses", static_cast<double>(stats.misses));
  result.Set("evictions", static_cast<double>(stats.evictions));
  return result;
}

Napi::Value CompilerObject::ClearCache(const Napi::CallbackInfo& info) {
  Live(info.Env()).ClearCache();
  return info.Env().Undefined();
}

Napi::Value CompilerObject::Dispose(const Napi::CallbackInfo& info) {
  if (preparing_) preparing_->store(true);
  compiler_.reset();
  return info.Env().Undefined();
}

}  // namespace grammask::addon
