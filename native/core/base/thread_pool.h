// A few threads that wait for work, and share it with the thread that brings it.
//
// The caller takes tasks too, and returns when the last one has ended; so small work is often done
// before a thread has woken, and a system that gives no thread costs speed alone. One batch runs at
// a time.
//
// To be woken takes a thread some 50 microseconds, which is as long as a small task. So the caller
// looks for the end of the others' tasks for about that long before it sleeps.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace grammask {

class ThreadPool {
 public:
  ThreadPool() = default;
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  // task(0) … task(count - 1), in any order, on at most `count` threads, the caller's among them.
  // What the first of them throws (memory may run out) is thrown again when all have ended.
  void Run(size_t count, const std::function<void(size_t)>& task);

 private:
  static constexpr size_t kMostThreads = 64;
  void Work();
  void TakeTasks(std::unique_lock<std::mutex>& lock);

  std::mutex batch_;  // held by the caller of Run
  std::mutex mutex_;  // guards what follows
  std::condition_variable wake_, done_;
  std::vector<std::thread> threads_;
  const std::function<void(size_t)>* task_ = nullptr;
  size_t next_ = 0, count_ = 0;
  std::atomic<size_t> running_{0};  // written under the lock
  std::exception_ptr thrown_;
  bool stopped_ = false;
};

}  // namespace grammask
