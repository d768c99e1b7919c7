#include "addon/pending_mask.h"

#include <algorithm>

#include "addon/mask_handle.h"
#include "addon/matcher.h"

namespace grammask::addon {

namespace {

class MaskTask : public Task {
 public:
  MaskTask(std::shared_ptr<MaskJob> job, Napi::Object pending)
      : job_(std::move(job)),
        pending_(Napi::Persistent(pending)),
        object_(&PendingMaskObject::From(pending, "pending")) {}
  void Run() override { job_->Run(); }
  void Deliver(Napi::Env env) override { object_->Deliver(env); }

 private:
  std::shared_ptr<MaskJob> job_;
  Napi::ObjectReference pending_;  // keeps object_ alive
  PendingMaskObject* object_;
};

}  // namespace

void PendingMaskObject::Init(Napi::Env env, Napi::Object exports) {
  Register(env, exports, kName,
           {Method<&PendingMaskObject::Wait>("wait"), Getter<&PendingMaskObject::Ready>("ready"),
            Method<&PendingMaskObject::OnReady>("onReady")});
}

Napi::Object PendingMaskObject::Start(Napi::Env env, Payload payload) {
  std::shared_ptr<MaskJob> job = payload.job;
  MatcherObject* matcher = payload.matcher;
  // What is known is copied sooner than a thread wakes, which would disturb the model's.
  const bool known = job->EndIfKnown();
  Napi::Object pending = Make(env, std::move(payload));
  TaskRunner& tasks = AddonState::Of(env).tasks;
  auto task = std::make_unique<MaskTask>(job, pending);
  Check(env, known ? tasks.Report(std::move(task))
                   : tasks.Start(TaskRunner::Lane::kMask, std::move(task)));
  matcher->SetPending(true);
  return pending;
}

PendingMaskObject::PendingMaskObject(const Napi::CallbackInfo& info)
    : Wrapped(info), held_(Taken<Payload>(info.Env())) {}

Status PendingMaskObject::Write(Napi::Env env) {
  const Result<MaskJob::Kept>& result = held_.job->result();
  if (result.ok()) limits_some_ = !result.value()->all;
  const Napi::Object target = held_.mask.Value();
  if (MaskHandleObject* handle = MaskHandleObject::In(target, "mask")) {
    if (result.ok()) handle->Hold(result.value(), held_.vocabulary_size);
    return result.ok() ? Status() : result.status();
  }
  const size_t words = held_.job->mask_words();
  napi_typedarray_type type;
  size_t length = 0;
  void* data = nullptr;
  if (napi_get_typedarray_info(env, target, &type, &length, &data, nullptr, nullptr) != napi_ok ||
      held_.offset > length || length - held_.offset < words) {
    return Status(Code::kArgument, "the memory of `mask` was taken away while the mask was pending",
                  "keep the Int32Array as it is until wait() returns");
  }
  const std::span<int32_t> mask(static_cast<int32_t*>(data) + held_.offset, words);
  if (result.ok()) {
    result.value()->CopyTo(mask);
    return Status();
  }
  std::fill(mask.begin(), mask.end(), 0);
  return result.status();
}

void PendingMaskObject::Deliver(Napi::Env env) {
  if (delivered_) return;
  delivered_ = true;
  status_ = Write(env);
  held_.matcher->SetPending(false);
  held_ = {};
  if (callback_.IsEmpty()) return;
  Napi::FunctionReference callback = std::move(callback_);
  callback.Call({});
}

Napi::Value PendingMaskObject::Wait(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!delivered_) {
    held_.job->Wait();
    Deliver(env);
  }
  Check(env, status_);
  return Napi::Boolean::New(env, limits_some_);
}

Napi::Value PendingMaskObject::Ready(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), delivered_ || held_.job->done());
}

Napi::Value PendingMaskObject::OnReady(const Napi::CallbackInfo& info) {
  Napi::Function callback = FunctionOf(info[0], "callback");
  if (delivered_) {
    callback.Call({});
  } else {
    callback_ = Napi::Persistent(callback);
  }
  return info.Env().Undefined();
}

}  // namespace grammask::addon
