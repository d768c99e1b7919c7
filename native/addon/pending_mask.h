// PendingMask: a mask that a native thread computes for a Matcher. One that is known already needs
// no thread, and is delivered in the same way.
//
// A mask that is known already is there at once, without a thread. Else the thread fills a buffer
// of its own; the caller's mask is written on the JavaScript thread, when the result is delivered:
// by wait(), or by the event loop. So the caller may transfer or shrink its buffer meanwhile, which
// then is an error of the delivery.
#pragma once

#include "addon/mask_job.h"
#include "addon/wrapped.h"

namespace grammask::addon {

class MatcherObject;

class PendingMaskObject : public Wrapped<PendingMaskObject> {
 public:
  static constexpr ClassId kClassId = ClassId::kPendingMask;
  static constexpr const char* kName = "PendingMask";
  static constexpr const char* kArticleName = "a PendingMask";
  static constexpr const char* kMadeBy = "make one with matcher.fillMaskAsync(mask)";
  static constexpr napi_type_tag kTag = {0x4be8617df2c9035a, 0xc7350f9a8e6d1405};

  struct Payload {
    std::shared_ptr<MaskJob> job;
    MatcherObject* matcher;  // kept alive by matcher_reference
    Napi::ObjectReference matcher_reference;
    Napi::ObjectReference mask;  // an Int32Array or a MaskHandle
    size_t offset;
    uint32_t vocabulary_size;
  };

  static void Init(Napi::Env env, Napi::Object exports);
  // Starts the work.
  static Napi::Object Start(Napi::Env env, Payload payload);
  explicit PendingMaskObject(const Napi::CallbackInfo& info);

  // JavaScript thread, when the work has ended: writes the mask, frees the matcher, calls back.
  // Once.
  void Deliver(Napi::Env env);

 private:
  Napi::Value Wait(const Napi::CallbackInfo& info);   // (): boolean
  Napi::Value Ready(const Napi::CallbackInfo& info);  // boolean
  Napi::Value OnReady(
      const Napi::CallbackInfo& info);  // (callback()): at once when it is delivered

  Status Write(Napi::Env env);

  Payload held_;
  Napi::FunctionReference callback_;
  bool delivered_ = false;
  bool limits_some_ = true;  // what fillMask returns
  Status status_;
};

}  // namespace grammask::addon
