#include "addon/errors.h"

#include "addon/addon_state.h"

namespace grammask::addon {

Napi::Error MakeError(Napi::Env env, const char* code, const std::string& message,
                      const std::string& hint, std::optional<double> token) {
  AddonState& state = AddonState::Of(env);
  if (!state.make_error.IsEmpty()) {
    const Napi::Value undefined = env.Undefined();
    Napi::Value made = state.make_error.Call(
        {Napi::String::New(env, code), Napi::String::New(env, message),
         hint.empty() ? undefined : Napi::String::New(env, hint).As<Napi::Value>(),
         token ? Napi::Number::New(env, *token).As<Napi::Value>() : undefined});
    if (made.IsObject()) return Napi::Error(env, made);
  }
  Napi::Error error = Napi::Error::New(env, message);
  error.Set("code", Napi::String::New(env, code));
  if (!hint.empty()) error.Set("hint", Napi::String::New(env, hint));
  return error;
}

Napi::Error MakeError(Napi::Env env, const Status& status, std::optional<double> token) {
  return MakeError(env, CodeName(status.code()), status.message(), status.hint(), token);
}

void Throw(Napi::Env env, const Status& status, std::optional<double> token) {
  throw MakeError(env, status, token);
}

void ThrowDisposed(Napi::Env env, const char* what) {
  throw MakeError(env, "DISPOSED", std::string("this ") + what + " was disposed",
                  "make a new one; an object cannot be used after its dispose()");
}

Status OutOfMemory() {
  return Status(Code::kMemory, "the process has no memory left for this work",
                "free other objects with dispose(), or set `memoryBytes`");
}

}  // namespace grammask::addon
