// The one place where a Status becomes a JavaScript error.
//
// The error is made by a function that the TypeScript side hands over when it loads the addon, so
// that native code throws GrammaskError itself. Without that function (somebody loads the binary
// directly) it is an Error with the same properties.
#pragma once

#include <napi.h>

#include <cmath>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>

#include "base/status.h"

namespace grammask::addon {

// A JavaScript error with `code`, `message`, `hint` and, for a token, its place. Never throws what
// it makes.
Napi::Error MakeError(Napi::Env env, const char* code, const std::string& message,
                      const std::string& hint = "", std::optional<double> token = std::nullopt);
Napi::Error MakeError(Napi::Env env, const Status& status,
                      std::optional<double> token = std::nullopt);

[[noreturn]] void Throw(Napi::Env env, const Status& status,
                        std::optional<double> token = std::nullopt);
[[noreturn]] void ThrowDisposed(Napi::Env env, const char* what);

// The value, or the error as an exception towards JavaScript.
template <typename T>
T Unwrapped(Napi::Env env, Result<T> result, std::optional<double> token = std::nullopt) {
  if (!result.ok()) Throw(env, result.status(), token);
  return std::move(result).value();
}
inline void Check(Napi::Env env, const Status& status) {
  if (!status.ok()) Throw(env, status);
}

Status OutOfMemory();

// Runs native code that JavaScript called: what the standard library throws for want of memory
// becomes an error, too.
template <typename Body>
auto Guard(Napi::Env env, Body body) -> decltype(body()) {
  try {
    return body();
  } catch (const std::bad_alloc&) {
  } catch (const std::length_error&) {
  }
  Throw(env, OutOfMemory());
}

// The same on a thread of our own, where an error is a value.
template <typename T, typename Body>
Result<T> GuardResult(Body body) {
  try {
    return body();
  } catch (const std::bad_alloc&) {
  } catch (const std::length_error&) {
  }
  return OutOfMemory();
}

}  // namespace grammask::addon
