#include "addon/vocabulary.h"

#include <algorithm>

namespace grammask::addon {

namespace {

constexpr uint32_t kAnyToken = 0xFFFFFFFFu;  // the core refuses what is out of its range

using Built = Result<std::shared_ptr<const Vocabulary>>;

template <typename T>
std::vector<T> Copied(std::span<const T> view) {
  return std::vector<T>(view.begin(), view.end());
}

// What JavaScript passes, copied: its buffers may change while a vocabulary is built elsewhere.
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
  std::span<const uint8_t> bytes = Bytes(object.Get("bytes"), "bytes");
  input.tokens.text.assign(bytes.begin(), bytes.end());
  input.tokens.offsets = Copied(Unsigned(object.Get("offsets"), "offsets"));
  input.tokens.holes = Copied(Bytes(object.Get("holes"), "holes"));
  return input;
}

Built Build(VocabularyInput input) {
  const std::vector<uint32_t>& offsets = input.tokens.offsets;
  if (offsets.size() != input.tokens.size() + 1) {
    return Status(Code::kArgument, "expected one offset more than tokens for `offsets`");
  }
  if (offsets.back() > input.tokens.text.size() ||
      !std::is_sorted(offsets.begin(), offsets.end())) {
    return Status(Code::kArgument, "expected ascending offsets into `bytes` for `offsets`");
  }
  return Vocabulary::Create(std::move(input));
}

class BuildTask : public Task {
 public:
  BuildTask(VocabularyInput input, Napi::Function callback)
      : input_(std::move(input)), callback_(Napi::Persistent(callback)) {}

  void Run() override {
    if (cancelled->load()) return;
    built_ =
        GuardResult<std::shared_ptr<const Vocabulary>>([&] { return Build(std::move(input_)); });
  }

  void Deliver(Napi::Env env) override {
    if (built_.ok()) {
      callback_.Call({env.Null(), VocabularyObject::New(env, std::move(built_).value())});
    } else {
      callback_.Call({MakeError(env, built_.status()).Value()});
    }
  }

 private:
  VocabularyInput input_;
  Napi::FunctionReference callback_;
  Built built_ = Status(Code::kState, "the vocabulary was not built");
};

Napi::Value BuildVocabulary(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Guard(env, [&] {
    VocabularyInput input = InputOf(info[0]);
    Napi::Function callback = FunctionOf(info[1], "callback");
    auto task = std::make_unique<BuildTask>(std::move(input), callback);
    Check(env, AddonState::Of(env).tasks.Start(TaskRunner::Lane::kCompile, std::move(task)));
  });
  return env.Undefined();
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
       Method<&VocabularyObject::FirstCrossing>("firstCrossing"),
       Getter<&VocabularyObject::Fingerprint>("fingerprint")});
  exports.Set("buildVocabulary", Napi::Function::New(env, BuildVocabulary, "buildVocabulary"));
}

VocabularyObject::VocabularyObject(const Napi::CallbackInfo& info)
    : Wrapped(info), memory_(info.Env()) {
  Guard(info.Env(), [&] {
    vocabulary_ = HasPayload(info.Env()) ? Taken<Payload>(info.Env())
                                         : Unwrapped(info.Env(), Build(InputOf(info[0])));
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

Napi::Value VocabularyObject::Fingerprint(const Napi::CallbackInfo& info) {
  return Napi::BigInt::New(info.Env(), vocabulary_->fingerprint());
}

}  // namespace grammask::addon
