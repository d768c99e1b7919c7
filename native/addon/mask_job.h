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
  explicit MaskJob(std::shared_ptr<Matcher> matcher)
      : matcher_(std::move(matcher)), mask_(matcher_->mask_words()) {}

  // JavaScript thread, before all else: whether the mask was known, so that the work has ended.
  bool EndIfKnown() {
    const std::optional<bool> known = matcher_->CopyKnownMask(mask_);
    if (known) End(*known);
    return known.has_value();
  }
  // Native thread.
  void Run() {
    End(GuardResult<bool>([&] { return matcher_->FillMask(mask_); }));
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
  const Result<bool>& result() const { return result_; }
  const std::vector<int32_t>& mask() const { return mask_; }

 private:
  void End(Result<bool> result) {
    std::lock_guard<std::mutex> lock(mutex_);
    result_ = std::move(result);
    done_ = true;
    changed_.notify_all();
  }

  std::shared_ptr<Matcher> matcher_;
  std::vector<int32_t> mask_;
  Result<bool> result_ = false;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool done_ = false;
};

}  // namespace grammask::addon
