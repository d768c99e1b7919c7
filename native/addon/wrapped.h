// The frame of every class of the addon.
//
// Objects carry a type tag: a foreign object in the place of one of ours is an error, not a crash.
// (A foreign `this` is refused by V8: methods have the signature of their class.) Classes with a
// Payload are made by native code only; the payload reaches the constructor through
// AddonState::handoff.
#pragma once

#include <napi.h>

#include <utility>

#include "addon/addon_state.h"
#include "addon/arguments.h"
#include "addon/errors.h"

namespace grammask::addon {

// Memory behind a JavaScript object, told to its garbage collector.
class ExternalMemory {
 public:
  explicit ExternalMemory(Napi::Env env) : env_(env) {}
  ~ExternalMemory() { Set(0); }
  ExternalMemory(const ExternalMemory&) = delete;
  ExternalMemory& operator=(const ExternalMemory&) = delete;
  void Set(size_t bytes) {
    int64_t now = 0;
    const int64_t change = static_cast<int64_t>(bytes) - static_cast<int64_t>(bytes_);
    if (change != 0) napi_adjust_external_memory(env_, change, &now);
    bytes_ = bytes;
  }

 private:
  napi_env env_;
  size_t bytes_ = 0;
};

template <typename T>
class Wrapped : public Napi::ObjectWrap<T> {
 public:
  using Base = Napi::ObjectWrap<T>;

  explicit Wrapped(const Napi::CallbackInfo& info) : Base(info) {
    info.This().As<Napi::Object>().TypeTag(&T::kTag);
  }

  // The native side of an argument.
  static T& From(Napi::Value value, const char* name) {
    const Napi::Env env = value.Env();
    if (!value.IsObject() || !value.As<Napi::Object>().CheckTypeTag(&T::kTag)) {
      ThrowExpected(env, T::kArticleName, name, value);
    }
    return *Base::Unwrap(value.As<Napi::Object>());
  }

 protected:
  static void Register(Napi::Env env, Napi::Object exports, const char* name,
                       const std::vector<Napi::ClassPropertyDescriptor<T>>& properties) {
    Napi::Function made = Base::DefineClass(env, name, properties);
    AddonState::Of(env).constructor(T::kClassId) = Napi::Persistent(made);
    exports.Set(name, made);
  }

  // Makes an object around a payload.
  template <typename Payload>
  static Napi::Object Make(Napi::Env env, Payload payload) {
    AddonState& state = AddonState::Of(env);
    struct Handoff {
      AddonState& state;
      ~Handoff() { state.handoff = nullptr; }
    } handoff{state};
    state.handoff = &payload;
    return state.constructor(T::kClassId).New({});
  }

  // In the constructor: whether native code made the object, and the payload.
  static bool HasPayload(Napi::Env env) { return AddonState::Of(env).handoff != nullptr; }
  template <typename Payload>
  static Payload Taken(Napi::Env env) {
    AddonState& state = AddonState::Of(env);
    if (state.handoff == nullptr) {
      Throw(env, Status(Code::kArgument, std::string("a ") + T::kName + " cannot be constructed",
                        T::kMadeBy));
    }
    return std::move(*static_cast<Payload*>(std::exchange(state.handoff, nullptr)));
  }

  template <Napi::Value (T::*method)(const Napi::CallbackInfo&)>
  static Napi::ClassPropertyDescriptor<T> Method(const char* name) {
    return Base::InstanceMethod(
        name, static_cast<typename Base::InstanceMethodCallback>(&Wrapped::template Run<method>));
  }
  template <Napi::Value (T::*method)(const Napi::CallbackInfo&)>
  static Napi::ClassPropertyDescriptor<T> Getter(const char* name) {
    return Base::InstanceAccessor(
        name, static_cast<typename Base::InstanceGetterCallback>(&Wrapped::template Run<method>),
        nullptr);
  }

 private:
  template <Napi::Value (T::*method)(const Napi::CallbackInfo&)>
  Napi::Value Run(const Napi::CallbackInfo& info) {
    return Guard(info.Env(), [&] { return (static_cast<T*>(this)->*method)(info); });
  }
};

}  // namespace grammask::addon
