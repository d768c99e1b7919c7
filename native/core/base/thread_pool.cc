#include "base/thread_pool.h"

#include <algorithm>
#include <chrono>
#include <system_error>
#include <utility>

namespace grammask {
namespace {

constexpr std::chrono::microseconds kLookBeforeSleep{50};

}  // namespace

ThreadPool::~ThreadPool() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    stopped_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void ThreadPool::Run(size_t count, const std::function<void(size_t)>& task) {
  std::lock_guard<std::mutex> batch(batch_);
  std::unique_lock<std::mutex> lock(mutex_);
  while (threads_.size() + 1 < std::min(count, kMostThreads)) {
    try {
      threads_.emplace_back([this] { Work(); });
    } catch (const std::system_error&) {
      break;
    }
  }
  task_ = &task;
  next_ = 0;
  count_ = count;
  for (size_t i = 1; i < count; ++i) wake_.notify_one();
  TakeTasks(lock);
  lock.unlock();
  const auto until = std::chrono::steady_clock::now() + kLookBeforeSleep;
  while (running_ != 0 && std::chrono::steady_clock::now() < until) {
  }
  lock.lock();
  done_.wait(lock, [&] { return running_ == 0; });
  if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
}

void ThreadPool::Work() {
  std::unique_lock<std::mutex> lock(mutex_);
  while (true) {
    wake_.wait(lock, [&] { return stopped_ || next_ < count_; });
    if (stopped_) return;
    TakeTasks(lock);
  }
}

void ThreadPool::TakeTasks(std::unique_lock<std::mutex>& lock) {
  while (next_ < count_) {
    const size_t index = next_++;
    ++running_;
    lock.unlock();
    std::exception_ptr thrown;
    try {
      (*task_)(index);
    } catch (...) {
      thrown = std::current_exception();
    }
    lock.lock();
    if (thrown && !thrown_) thrown_ = thrown;
    if (--running_ == 0 && next_ == count_) done_.notify_one();
  }
}

}  // namespace grammask
