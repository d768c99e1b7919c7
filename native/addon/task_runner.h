// Native threads of one JavaScript environment.
//
// Masks and compiles run here and not in libuv's pool: PendingMask.wait() blocks the JavaScript
// thread until its mask is there, and a pool shared with files and names could be full of work that
// waits for that very thread.
//
// A task is made, delivered and destroyed on the JavaScript thread; only Run() is called on a
// native one. A finished task is reported by one thread-safe function for the whole environment.
// When the environment ends (also suddenly, a worker that is terminated), a clean-up hook that runs
// before all others stops the reports, asks running tasks to end, joins the threads and only then
// lets go of the tasks: after it no thread of ours knows the environment.
#pragma once

#include <napi.h>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <vector>

#include "base/status.h"

namespace grammask::addon {

class Task {
 public:
  virtual ~Task() = default;
  virtual void Run() = 0;                   // native thread; touches nothing of JavaScript
  virtual void Deliver(Napi::Env env) = 0;  // JavaScript thread, after Run(); not called when the
                                            // environment ends first

  // Set from any thread: the task may end early. Shared, because what sets it may outlive the task.
  using Flag = std::shared_ptr<std::atomic<bool>>;
  const Flag cancelled = std::make_shared<std::atomic<bool>>(false);
};

class TaskRunner {
 public:
  // Masks never queue behind compiles.
  enum class Lane { kMask, kCompile };

  explicit TaskRunner(Napi::Env env);
  ~TaskRunner();
  TaskRunner(const TaskRunner&) = delete;
  TaskRunner& operator=(const TaskRunner&) = delete;

  // JavaScript thread. kMemory when the system gives no thread.
  Status Start(Lane lane, std::unique_ptr<Task> task);
  // JavaScript thread: of a task that needs no Run(), only Deliver() is called, by the event loop.
  Status Report(std::unique_ptr<Task> task);

 private:
  static constexpr int kLanes = 2;
  static constexpr unsigned kThreadsPerLane = 4;

  struct LaneState {
    std::deque<Task*> queue;
    std::condition_variable wake;
    std::vector<std::thread> threads;
    unsigned idle = 0;
  };

  static void OnCleanup(void* self);
  static void OnReport(napi_env env, napi_value callback, void* context, void* data);
  void Stop();
  void Work(LaneState& lane);
  void Hold(std::unique_ptr<Task> task);
  void DeliverFinished(Napi::Env env);

  napi_env env_;
  napi_threadsafe_function report_ = nullptr;
  std::unordered_map<Task*, std::unique_ptr<Task>> tasks_;  // JavaScript thread only

  std::mutex mutex_;  // guards what follows
  LaneState lanes_[kLanes];
  std::vector<Task*> finished_;
  bool stopped_ = false;
};

}  // namespace grammask::addon
