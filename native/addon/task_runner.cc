#include "addon/task_runner.h"

#include <system_error>
#include <utility>

namespace grammask::addon {

TaskRunner::TaskRunner(Napi::Env env) : env_(env) {
  napi_status made =
      napi_create_threadsafe_function(env, nullptr, nullptr, Napi::String::New(env, "grammask"), 0,
                                      1, nullptr, nullptr, this, &TaskRunner::OnReport, &report_);
  if (made != napi_ok) throw Napi::Error::New(env);
  // Idle, it must not keep the program running.
  napi_unref_threadsafe_function(env, report_);
  // Hooks run in reverse order: this one before the one of the thread-safe function.
  napi_add_env_cleanup_hook(env, &TaskRunner::OnCleanup, this);
}

TaskRunner::~TaskRunner() {
  if (stopped_) return;
  napi_remove_env_cleanup_hook(env_, &TaskRunner::OnCleanup, this);
  Stop();
}

void TaskRunner::OnCleanup(void* self) { static_cast<TaskRunner*>(self)->Stop(); }

void TaskRunner::Stop() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (stopped_) return;
    stopped_ = true;
    napi_release_threadsafe_function(report_, napi_tsfn_abort);
    for (LaneState& lane : lanes_) {
      lane.queue.clear();
      lane.wake.notify_all();
    }
  }
  for (auto& [task, owner] : tasks_) task->cancelled->store(true);
  for (LaneState& lane : lanes_) {
    for (std::thread& thread : lane.threads) thread.join();
    lane.threads.clear();
  }
  tasks_.clear();
}

Status TaskRunner::Start(Lane which, std::unique_ptr<Task> task) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (stopped_) return Status(Code::kState, "the JavaScript environment is ending");
  LaneState& lane = lanes_[static_cast<int>(which)];
  if (lane.idle <= lane.queue.size() && lane.threads.size() < kThreadsPerLane) {
    try {
      lane.threads.emplace_back([this, &lane] { Work(lane); });
    } catch (const std::system_error&) {
      if (lane.threads.empty()) {
        return Status(Code::kMemory, "the system gives no further thread",
                      "end other threads, or raise the limit of the process");
      }
    }
  }
  lane.queue.push_back(task.get());
  Hold(std::move(task));
  lane.wake.notify_one();
  return Status();
}

Status TaskRunner::Report(std::unique_ptr<Task> task) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (stopped_) return Status(Code::kState, "the JavaScript environment is ending");
  finished_.push_back(task.get());
  Hold(std::move(task));
  napi_call_threadsafe_function(report_, nullptr, napi_tsfn_nonblocking);
  return Status();
}

void TaskRunner::Hold(std::unique_ptr<Task> task) {
  if (tasks_.empty()) napi_ref_threadsafe_function(env_, report_);
  Task* const key = task.get();
  tasks_.emplace(key, std::move(task));
}

void TaskRunner::Work(LaneState& lane) {
  std::unique_lock<std::mutex> lock(mutex_);
  while (!stopped_) {
    if (lane.queue.empty()) {
      ++lane.idle;
      lane.wake.wait(lock);
      --lane.idle;
      continue;
    }
    Task* task = lane.queue.front();
    lane.queue.pop_front();
    lock.unlock();
    task->Run();
    lock.lock();
    if (stopped_) return;
    finished_.push_back(task);
    // Under the lock, so that Stop() cannot let go of the function meanwhile.
    napi_call_threadsafe_function(report_, nullptr, napi_tsfn_nonblocking);
  }
}

void TaskRunner::OnReport(napi_env env, napi_value, void* context, void*) {
  if (env == nullptr) return;  // the environment ends
  static_cast<TaskRunner*>(context)->DeliverFinished(Napi::Env(env));
}

void TaskRunner::DeliverFinished(Napi::Env env) {
  std::vector<Task*> finished;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    finished.swap(finished_);
  }
  for (Task* done : finished) {
    auto node = tasks_.extract(done);
    if (tasks_.empty()) napi_unref_threadsafe_function(env, report_);
    Napi::HandleScope scope(env);
    try {
      node.mapped()->Deliver(env);
    } catch (const Napi::Error& error) {
      // A callback threw, or the environment is being terminated: the other tasks have their turn
      // all the same.
      error.ThrowAsJavaScriptException();
    }
  }
}

}  // namespace grammask::addon
