#include "addon/arguments.h"

#include <cmath>
#include <cstring>
#include <limits>

#include "addon/errors.h"

namespace grammask::addon {

namespace {

// The value in a few words, for a message.
std::string Describe(Napi::Value value) {
  constexpr size_t kLongest = 40;
  switch (value.Type()) {
    case napi_undefined:
      return "undefined";
    case napi_null:
      return "null";
    case napi_boolean:
    case napi_number:
    case napi_bigint:
      return value.ToString().Utf8Value();
    case napi_string: {
      std::string text = value.As<Napi::String>().Utf8Value();
      if (text.size() > kLongest) return "a string of " + std::to_string(text.size()) + " bytes";
      return "'" + text + "'";
    }
    case napi_symbol:
      return "a symbol";
    case napi_function:
      return "a function";
    default:
      break;
  }
  if (value.IsArray()) return "an array";
  if (value.IsTypedArray()) {
    switch (value.As<Napi::TypedArray>().TypedArrayType()) {
      case napi_int8_array:
        return "an Int8Array";
      case napi_uint8_array:
        return "a Uint8Array";
      case napi_uint8_clamped_array:
        return "a Uint8ClampedArray";
      case napi_int16_array:
        return "an Int16Array";
      case napi_uint16_array:
        return "a Uint16Array";
      case napi_int32_array:
        return "an Int32Array";
      case napi_uint32_array:
        return "a Uint32Array";
      case napi_float32_array:
        return "a Float32Array";
      case napi_float64_array:
        return "a Float64Array";
      default:
        return "a typed array";
    }
  }
  return "an object";
}

struct View {
  napi_typedarray_type type;
  size_t length;
  void* data;
};

std::optional<View> ViewOf(Napi::Value value) {
  if (!value.IsTypedArray()) return std::nullopt;
  View view{};
  if (napi_get_typedarray_info(value.Env(), value, &view.type, &view.length, &view.data, nullptr,
                               nullptr) != napi_ok) {
    return std::nullopt;
  }
  return view;
}

template <typename T>
std::span<T> Array(Napi::Value value, napi_typedarray_type type, const char* expected,
                   const char* name) {
  std::optional<View> view = ViewOf(value);
  if (!view || view->type != type) ThrowExpected(value.Env(), expected, name, value);
  return {static_cast<T*>(view->data), view->length};
}

// A number, or its default where it is undefined.
double NumberOr(Napi::Value value, const char* name, double absent, double least, double most,
                const char* expected) {
  if (value.IsUndefined()) return absent;
  if (value.IsNumber()) {
    const double number = value.As<Napi::Number>().DoubleValue();
    if (number >= least && number <= most) return number;
  }
  ThrowExpected(value.Env(), expected, name, value);
}

// The same of a member of an object.
double NumberIn(Napi::Object object, const char* name, double absent, double least, double most,
                const char* expected) {
  return NumberOr(object.Get(name), name, absent, least, most, expected);
}

}  // namespace

void ThrowExpected(Napi::Env env, std::string_view expected, std::string_view name,
                   Napi::Value received) {
  Throw(env,
        Status(Code::kArgument, "expected " + std::string(expected) + " for `" + std::string(name) +
                                    "` but received " + Describe(received)));
}

std::span<const uint8_t> Bytes(Napi::Value value, const char* name) {
  return Array<const uint8_t>(value, napi_uint8_array, "a Uint8Array", name);
}

std::span<int32_t> Words(Napi::Value value, const char* name) {
  return Array<int32_t>(value, napi_int32_array, "an Int32Array", name);
}

std::span<const uint32_t> Unsigned(Napi::Value value, const char* name) {
  return Array<const uint32_t>(value, napi_uint32_array, "a Uint32Array", name);
}

Logits LogitsOf(Napi::Value value, const char* name) {
  std::optional<View> view = ViewOf(value);
  if (view && view->type == napi_float32_array) {
    return std::span<float>(static_cast<float*>(view->data), view->length);
  }
  if (view && view->type == napi_uint16_array) {
    return std::span<uint16_t>(static_cast<uint16_t*>(view->data), view->length);
  }
  ThrowExpected(value.Env(), "a Float32Array or a Uint16Array (float16 bits)", name, value);
}

size_t Size(const Logits& logits) {
  return std::visit([](const auto& span) { return span.size(); }, logits);
}

Result<uint32_t> SampleFrom(const Logits& logits, const MaskView& mask,
                            const SampleOptions& options) {
  if (const auto* floats = std::get_if<std::span<float>>(&logits))
    return Sample(*floats, mask, options);
  return SampleHalf(std::get<std::span<uint16_t>>(logits), mask, options);
}

size_t OffsetOf(Napi::Value offset) {
  return offset.IsUndefined() ? 0 : static_cast<size_t>(Whole(offset, "offset"));
}

std::span<int32_t> MaskPart(Napi::Value mask, size_t offset, size_t words) {
  std::span<int32_t> all = Words(mask, "mask");
  if (offset > all.size() || all.size() - offset < words) {
    Throw(mask.Env(), Status(Code::kArgument,
                             "expected " + std::to_string(words) + " words from offset " +
                                 std::to_string(offset) + " for `mask` but received " +
                                 std::to_string(all.size()) + " words in all",
                             "a mask has one bit a token: ceil(vocabulary.size / 32) words"));
  }
  return all.subspan(offset, words);
}

uint32_t Whole(Napi::Value value, const char* name, double most) {
  if (value.IsNumber()) {
    const double number = value.As<Napi::Number>().DoubleValue();
    if (number >= 0 && number <= most && number == std::floor(number)) {
      return static_cast<uint32_t>(number);
    }
  }
  ThrowExpected(value.Env(), "a whole number of at least 0", name, value);
}

uint32_t TokenOf(Napi::Value value, const char* name, uint32_t size) {
  if (!value.IsNumber()) ThrowExpected(value.Env(), "a token id", name, value);
  const double number = value.As<Napi::Number>().DoubleValue();
  if (!(number >= 0 && number < size && number == std::floor(number))) {
    Throw(value.Env(),
          Status(Code::kTokenRange,
                 "expected a token id from 0 to " + std::to_string(size - 1) + " for `" + name +
                     "` but received " + Describe(value),
                 "token ids are those of the vocabulary that the compiler was made with"),
          std::isfinite(number) ? std::optional<double>(number) : std::nullopt);
  }
  return static_cast<uint32_t>(number);
}

std::vector<uint32_t> Tokens(Napi::Value value, const char* name, uint32_t size) {
  std::vector<uint32_t> tokens;
  if (value.IsArray()) {
    Napi::Array array = value.As<Napi::Array>();
    const uint32_t length = array.Length();
    tokens.reserve(std::min<uint32_t>(length, 1u << 20));
    for (uint32_t i = 0; i < length; ++i) {
      Napi::HandleScope scope(value.Env());
      tokens.push_back(TokenOf(array.Get(i), name, size));
    }
    return tokens;
  }
  std::optional<View> view = ViewOf(value);
  if (!view || view->type != napi_int32_array) {
    ThrowExpected(value.Env(), "an Int32Array or an array of token ids", name, value);
  }
  std::span<const int32_t> ids(static_cast<const int32_t*>(view->data), view->length);
  tokens.reserve(ids.size());
  for (int32_t id : ids) {
    if (id < 0 || static_cast<uint32_t>(id) >= size) {
      TokenOf(Napi::Number::New(value.Env(), id), name, size);
    }
    tokens.push_back(static_cast<uint32_t>(id));
  }
  return tokens;
}

std::string Text(Napi::Value value, const char* name) {
  if (!value.IsString()) ThrowExpected(value.Env(), "a string", name, value);
  return value.As<Napi::String>().Utf8Value();
}

std::optional<std::string> WellFormed(Napi::String value) {
  const std::u16string text = value.Utf16Value();
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] < 0xD800 || text[i] > 0xDFFF) continue;
    const bool pair =
        text[i] < 0xDC00 && i + 1 < text.size() && text[i + 1] >= 0xDC00 && text[i + 1] <= 0xDFFF;
    if (!pair) return std::nullopt;
    ++i;
  }
  return value.Utf8Value();
}

Napi::Object ObjectOf(Napi::Value value, const char* name) {
  if (!value.IsObject() || value.IsFunction()) {
    ThrowExpected(value.Env(), "an object", name, value);
  }
  return value.As<Napi::Object>();
}

Napi::Function FunctionOf(Napi::Value value, const char* name) {
  if (!value.IsFunction()) ThrowExpected(value.Env(), "a function", name, value);
  return value.As<Napi::Function>();
}

Limits LimitsOf(Napi::Value value) {
  Limits limits;
  if (value.IsUndefined()) return limits;
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  constexpr double kMostBytes = 9007199254740991.0;
  Napi::Object object = ObjectOf(value, "limits");
  const double timeout = NumberIn(object, "timeoutMs", kInfinity, 0, kInfinity,
                                  "a number of milliseconds, at least 0,");
  // Beyond a year a clock in nanoseconds is near its end, and nobody waits.
  constexpr double kLongest = 365.0 * 24 * 3600 * 1000;
  limits.timeout_ms = timeout > kLongest ? -1 : timeout;
  limits.memory_bytes = static_cast<size_t>(
      NumberIn(object, "memoryBytes", 0, 1, kMostBytes, "a number of bytes, at least 1,"));
  return limits;
}

std::vector<InputPiece> Pieces(Napi::Value value, const char* name) {
  if (!value.IsArray()) ThrowExpected(value.Env(), "an array of pieces", name, value);
  Napi::Array array = value.As<Napi::Array>();
  std::vector<InputPiece> pieces;
  for (uint32_t i = 0; i < array.Length(); ++i) {
    Napi::HandleScope scope(value.Env());
    Napi::Value item = array.Get(i);
    InputPiece piece;
    if (item.IsTypedArray()) {
      std::span<const uint8_t> bytes = Bytes(item, name);
      piece.bytes.assign(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    } else {
      Napi::Value token = ObjectOf(item, name).Get("token");
      piece.is_token = true;
      if (token.IsString()) {
        piece.token_name = Text(token, "token");
        if (piece.token_name.empty()) {
          ThrowExpected(value.Env(), "a token id or the name of a special token", "token", token);
        }
      } else {
        piece.token = TokenOf(token, "token", 0xFFFFFFFFu);
      }
    }
    pieces.push_back(std::move(piece));
  }
  return pieces;
}

SampleOptions SampleOptionsOf(const Napi::CallbackInfo& info, size_t at, uint32_t size) {
  SampleOptions options;
  constexpr double kLargest = std::numeric_limits<double>::max();
  const auto number = [&](const char* name, double unless, double least, double most,
                          const char* what) {
    return NumberOr(info[at++], name, unless, least, most, what);
  };
  options.temperature = number("temperature", 1, 0, kLargest, "a number of at least 0");
  const Napi::Value top_k = info[at++];
  if (!top_k.IsUndefined()) options.top_k = Whole(top_k, "topK");
  options.top_p = number("topP", 1, 0, 1, "a number from 0 to 1");
  options.min_p = number("minP", 0, 0, 1, "a number from 0 to 1");
  options.repetition_penalty =
      number("repetitionPenalty", 1, std::numeric_limits<double>::denorm_min(), kLargest,
             "a number above 0");
  options.random =
      number("random", 0, 0, std::nextafter(1.0, 0.0), "a number from 0 to 1, without 1,");
  const Napi::Value seen = info[at++], bias_tokens = info[at++], bias_values = info[at++];
  if (!bias_tokens.IsUndefined()) {
    std::vector<uint32_t> tokens = Tokens(bias_tokens, "bias", size);
    std::span<const float> values =
        Array<const float>(bias_values, napi_float32_array, "a Float32Array", "biasValues");
    if (values.size() != tokens.size()) {
      Throw(info.Env(), Status(Code::kArgument, "expected one value a token for `bias`"));
    }
    for (size_t i = 0; i < tokens.size(); ++i) options.bias.emplace_back(tokens[i], values[i]);
  }
  if (!seen.IsUndefined()) options.seen = Tokens(seen, "seen", size);
  return options;
}

Napi::Uint8Array NewBytes(Napi::Env env, std::string_view bytes) {
  Napi::Uint8Array array = Napi::Uint8Array::New(env, bytes.size());
  if (!bytes.empty()) std::memcpy(array.Data(), bytes.data(), bytes.size());
  return array;
}

Napi::Int32Array NewTokens(Napi::Env env, std::span<const uint32_t> tokens) {
  Napi::Int32Array array = Napi::Int32Array::New(env, tokens.size());
  for (size_t i = 0; i < tokens.size(); ++i) array[i] = static_cast<int32_t>(tokens[i]);
  return array;
}

}  // namespace grammask::addon
