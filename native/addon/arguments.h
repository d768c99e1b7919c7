// Reading and checking what JavaScript passes. Every reader names the argument in its error:
// "expected X for `y` but received Z".
#pragma once

#include <napi.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/engine.h"
#include "sample/sample.h"

namespace grammask::addon {

[[noreturn]] void ThrowExpected(Napi::Env env, std::string_view expected, std::string_view name,
                                Napi::Value received);

// Views of memory that JavaScript owns (SharedArrayBuffers too): valid until control goes back to
// it.
std::span<const uint8_t> Bytes(Napi::Value value, const char* name);
std::span<int32_t> Words(Napi::Value value, const char* name);
std::span<const uint32_t> Unsigned(Napi::Value value, const char* name);
using Logits = std::variant<std::span<float>, std::span<uint16_t>>;
Logits LogitsOf(Napi::Value value, const char* name);
size_t Size(const Logits& logits);
Result<uint32_t> SampleFrom(const Logits& logits, const MaskView& mask,
                            const SampleOptions& options);

// The part of `mask` that begins at `offset` (undefined: 0) and has `words` words. kArgument when
// it is shorter.
std::span<int32_t> MaskPart(Napi::Value mask, size_t offset, size_t words);
size_t OffsetOf(Napi::Value offset);

// A whole number in [0, most].
uint32_t Whole(Napi::Value value, const char* name, double most = 4294967295.0);
// A token id as a number; TOKEN_RANGE when it is no index below `size`.
uint32_t TokenOf(Napi::Value value, const char* name, uint32_t size);
// An Int32Array or an array of numbers.
std::vector<uint32_t> Tokens(Napi::Value value, const char* name, uint32_t size);

std::string Text(Napi::Value value, const char* name);
// The UTF-8 of a string; nothing where its UTF-16 is ill-formed.
std::optional<std::string> WellFormed(Napi::String value);
Napi::Object ObjectOf(Napi::Value value, const char* name);
Napi::Function FunctionOf(Napi::Value value, const char* name);

// { timeoutMs?, memoryBytes? } or undefined.
Limits LimitsOf(Napi::Value value);
// Uint8Array | { token: number | string }, in an array.
std::vector<InputPiece> Pieces(Napi::Value value, const char* name);
// From the argument `at` on: temperature, topK, topP, minP, repetitionPenalty, random, seen,
// biasTokens, biasValues. One by one, because looking up a property takes longer than all of them.
SampleOptions SampleOptionsOf(const Napi::CallbackInfo& info, size_t at, uint32_t size);

Napi::Uint8Array NewBytes(Napi::Env env, std::string_view bytes);
Napi::Int32Array NewTokens(Napi::Env env, std::span<const uint32_t> tokens);

}  // namespace grammask::addon
