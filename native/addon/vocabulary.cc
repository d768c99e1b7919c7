#include "addon/vocabulary.h"

namespace grammask::addon {

namespace {

constexpr uint32_t kAnyToken = 0xFFFFFFFFu;  // the core refuses what is out of its range

VocabularyInput InputOf(Napi::Value value) {
  const Napi::Env env = value.Env();
  Napi::Object object = ObjectOf(value, "tokens");
  VocabularyInput input;
  input.stop_tokens = Tokens(object.Get("stopTokens"), "stopTokens", kAnyToken);
  input.special_tokens = Tokens(object.Get("specialTokens"), "specialTokens", kAnyToken);
  Napi::Value names = object.Get("specialNames");
  if (!names.IsArray()) ThrowExpected(env, "an array of names", "specialNames", names);
  Napi::Array name_list = names.As<Napi::Array>();
  for (uint32_t i = 0; i < name_list.Length(); ++i) {
    Napi::HandleScope scope(env);
    input.special_names.push_back(Text(name_list.Get(i), "specialNames"));
  }
  input.logits_size = Whole(object.Get("logitsSize"), "logitsSize");

  Napi::Value bytes_value = object.Get("bytes");
  Napi::Value offsets_value = object.Get("offsets");
  Napi::Value holes_value = object.Get("holes");
  // From here on no JavaScript runs, so the views stay valid.
  std::span<const uint8_t> bytes = Bytes(bytes_value, "bytes");
  std::span<const uint32_t> offsets = Unsigned(offsets_value, "offsets");
  std::span<const uint8_t> holes = Bytes(holes_value, "holes");
  if (offsets.size() != holes.size() + 1) {
    Throw(env, Status(Code::kArgument, "expected one offset more than tokens for `offsets`"));
  }
  input.tokens.reserve(holes.size());
  for (size_t i = 0; i < holes.size(); ++i) {
    const size_t begin = offsets[i];
    const size_t end = offsets[i + 1];
    if (begin > end || end > bytes.size()) {
      Throw(env, Status(Code::kArgument, "expected ascending offsets into `bytes` for `offsets`"));
    }
    if (holes[i] != 0) {
      input.tokens.emplace_back(std::nullopt);
    } else {
      input.tokens.emplace_back(std::in_place, reinterpret_cast<const char*>(bytes.data()) + begin,
                                end - begin);
    }
  }
  return input;
}

}  // namespace

void VocabularyObject::Init(Napi::Env env, Napi::Object exports) {
  Register(
      env, exports, kName,
      {Getter<&VocabularyObject::Size>("size"), Getter<&VocabularyObject::TokenCount>("tokenCount"),
       Getter<&VocabularyObject::StopTokens>("stopTokens"),
       Method<&VocabularyObject::TokenBytes>("bytes"),
       Method<&VocabularyObject::IsSpecial>("isSpecial"),
       Method<&VocabularyObject::SpecialByName>("specialByName"),
       Method<&VocabularyObject::FirstCrossing>("firstCrossing")});
}

VocabularyObject::VocabularyObject(const Napi::CallbackInfo& info)
    : Wrapped(info), memory_(info.Env()) {
  Guard(info.Env(), [&] {
    vocabulary_ = Unwrapped(info.Env(), Vocabulary::Create(InputOf(info[0])));
    memory_.Set(vocabulary_->MemoryBytes());
  });
}

Napi::Value VocabularyObject::Size(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), vocabulary_->size());
}

Napi::Value VocabularyObject::TokenCount(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), vocabulary_->token_count());
}

Napi::Value VocabularyObject::StopTokens(const Napi::CallbackInfo& info) {
  return NewTokens(info.Env(), vocabulary_->stop_tokens());
}

Napi::Value VocabularyObject::TokenBytes(const Napi::CallbackInfo& info) {
  const uint32_t token = TokenOf(info[0], "token", vocabulary_->size());
  return NewBytes(info.Env(), token < vocabulary_->token_count() ? vocabulary_->bytes(token)
                                                                 : std::string_view());
}

Napi::Value VocabularyObject::IsSpecial(const Napi::CallbackInfo& info) {
  const uint32_t token = TokenOf(info[0], "token", vocabulary_->size());
  return Napi::Boolean::New(info.Env(),
                            token < vocabulary_->token_count() && vocabulary_->is_special(token));
}

Napi::Value VocabularyObject::SpecialByName(const Napi::CallbackInfo& info) {
  std::optional<uint32_t> token = vocabulary_->special_by_name(Text(info[0], "name"));
  if (!token) return info.Env().Undefined();
  return Napi::Number::New(info.Env(), *token);
}

Napi::Value VocabularyObject::FirstCrossing(const Napi::CallbackInfo& info) {
  std::span<const uint8_t> text = Bytes(info[0], "text");
  const size_t place = vocabulary_->FirstCrossing(
      std::string_view(reinterpret_cast<const char*>(text.data()), text.size()));
  return Napi::Number::New(info.Env(), static_cast<double>(place));
}

}  // namespace grammask::addon
