// Bounds on time and memory of one operation.
//
// A Budget is made at the border (a compile, a mask, an accept) and handed down by reference. Inner
// loops call Tick() once per unit of work; it looks at the clock every 1,024 ticks. Memory is
// charged by the stores that grow. Once a bound is passed the budget stays exhausted, and every
// loop that sees `exhausted()` returns at once; the border turns that into kDeadline or kMemory and
// puts the matcher back as it was.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "base/status.h"

namespace grammask {

class Budget {
 public:
  Budget() = default;
  // timeout_ms < 0: no deadline. memory_bytes == 0: no bound.
  Budget(double timeout_ms, size_t memory_bytes) : memory_limit_(memory_bytes) {
    if (timeout_ms >= 0) {
      has_deadline_ = true;
      deadline_ = std::chrono::steady_clock::now() +
                  std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                      std::chrono::duration<double, std::milli>(timeout_ms));
      CheckClock();
    }
  }
  // The work also ends (as past its deadline) soon after *flag becomes true. nullptr: no flag.
  void Watch(const std::atomic<bool>* flag) { cancelled_ = flag; }
  bool Tick() {  // true while there is budget left
    if (((++ticks_) & 1023u) == 0) CheckClock();
    return failed_ == Code::kOk;
  }
  void Charge(size_t bytes) {
    used_ += bytes;
    if (memory_limit_ != 0 && used_ > memory_limit_ && failed_ == Code::kOk)
      failed_ = Code::kMemory;
  }
  // No more memory than this, whatever was allowed before.
  void LimitMemory(size_t bytes) {
    if (memory_limit_ == 0 || bytes < memory_limit_) memory_limit_ = bytes;
  }
  void Fail(Code code) {
    if (failed_ == Code::kOk) failed_ = code;
  }
  bool exhausted() const { return failed_ != Code::kOk; }
  uint64_t ticks() const { return ticks_; }
  Status status() const {
    if (failed_ == Code::kDeadline) {
      return Status(Code::kDeadline, "the work did not end within its deadline",
                    "raise `timeoutMs`, or simplify the grammar");
    }
    if (failed_ == Code::kMemory) {
      return Status(Code::kMemory, "the work needs more memory than its budget",
                    "raise `memoryBytes`, or simplify the grammar");
    }
    return Status();
  }

 private:
  void CheckClock() {
    if (cancelled_ != nullptr && cancelled_->load(std::memory_order_relaxed)) Fail(Code::kDeadline);
    if (has_deadline_ && failed_ == Code::kOk && std::chrono::steady_clock::now() >= deadline_) {
      failed_ = Code::kDeadline;
    }
  }
  const std::atomic<bool>* cancelled_ = nullptr;
  bool has_deadline_ = false;
  std::chrono::steady_clock::time_point deadline_{};
  size_t memory_limit_ = 0;
  size_t used_ = 0;
  uint64_t ticks_ = 0;
  Code failed_ = Code::kOk;
};

}  // namespace grammask
