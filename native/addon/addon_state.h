// What one JavaScript environment (the main thread, or a worker) has of its own. Freed with it.
#pragma once

#include <napi.h>

#include <array>
#include <cstddef>

#include "addon/task_runner.h"
#include "base/thread_pool.h"

namespace grammask::addon {

enum class ClassId : size_t {
  kLanguage,
  kVocabulary,
  kCompiler,
  kCompiledGrammar,
  kMatcher,
  kPendingMask,
  kMaskHandle,
  kCount
};

struct AddonState {
  explicit AddonState(Napi::Env env) : tasks(env) {}
  static AddonState& Of(Napi::Env env) { return *env.GetInstanceData<AddonState>(); }

  Napi::FunctionReference& constructor(ClassId id) { return constructors[static_cast<size_t>(id)]; }

  TaskRunner tasks;
  ThreadPool pool;  // of fillMasks, which returns when its work has ended
  std::array<Napi::FunctionReference, static_cast<size_t>(ClassId::kCount)> constructors;
  Napi::FunctionReference make_error;
  // What the constructor that is being called from native code shall hold; null when JavaScript
  // calls it.
  void* handoff = nullptr;
};

}  // namespace grammask::addon
