// One mask that a native thread computes: what the thread, the Matcher and the PendingMask share.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "addon/errors.h"
#include "engine/engine.h"

namespace grammask::addon {

class MaskJob {
 public:
  using Kept = std::shared_ptr<const KeptMask>;

  explicit MaskJob(std::shared_ptr<Matcher> matcher) : matcher_(std::move(matcher)) {}

  // JavaScript thread, before all else: whether the mask was known, so that the work has ended.
  bool EndIfKnown() {
    std::shared_ptr<const KeptMask> known = matcher_->KnownMask();
    if (!known) return false;
    End(std::move(known));
    return true;
  }
  // Native thread.
  void Run() {
    End(GuardResult<Kept>([&] { return matcher_->Mask(); }));
  }
  void Wait() {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [&] { return done_; });
  }
  bool done() {
    std::lock_guard<std::mutex> lock(mutex_);
    return done_;
  }
  // After the end of the work.
  const Result<Kept>& result() const { return result_; }
  uint32_t mask_words() const { return matcher_->mask_words(); }

 private:
  void End(Result<Kept> result) {
    std::lock_guard<std::mutex> lock(mutex_);
    result_ = std::move(result);
    done_ = true;
    changed_.notify_all();
  }

  std::shared_ptr<Matcher> matcher_;
  Result<Kept> result_ = Kept();
  std::mutex mutex_;
  std::condition_variable changed_;
  bool done_ = false;
};

}  // namespace grammask::addon
