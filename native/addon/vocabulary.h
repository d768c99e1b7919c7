// Vocabulary: token bytes and their trie, shared by every compiler made with it.
#pragma once

#include "addon/wrapped.h"
#include "vocabulary/vocabulary.h"

namespace grammask::addon {

class VocabularyObject : public Wrapped<VocabularyObject> {
 public:
  static constexpr ClassId kClassId = ClassId::kVocabulary;
  static constexpr const char* kName = "Vocabulary";
  static constexpr const char* kArticleName = "a Vocabulary";
  static constexpr const char* kMadeBy = "pass its tokens";
  static constexpr napi_type_tag kTag = {0x2c94e1a7d06f4b83, 0xb41f37c95e8d2a02};

  using Payload = std::shared_ptr<const Vocabulary>;

  // Exports the class, and buildVocabulary(tokens, callback(error | null, vocabulary?)), which
  // builds on a native thread what the constructor builds at once.
  static void Init(Napi::Env env, Napi::Object exports);
  static Napi::Object New(Napi::Env env, Payload payload) { return Make(env, std::move(payload)); }
  // ({ bytes: Uint8Array, offsets: Uint32Array, holes: Uint8Array, stopTokens: number[],
  //    specialTokens: number[], specialNames: string[], logitsSize: number })
  // Token i has the bytes from offsets[i] to offsets[i + 1], or none at all where holes[i] is not
  // 0.
  explicit VocabularyObject(const Napi::CallbackInfo& info);

  const std::shared_ptr<const Vocabulary>& vocabulary() const { return vocabulary_; }

 private:
  Napi::Value Size(const Napi::CallbackInfo& info);
  Napi::Value TokenCount(const Napi::CallbackInfo& info);
  Napi::Value StopTokens(const Napi::CallbackInfo& info);
  Napi::Value TokenBytes(const Napi::CallbackInfo& info);     // (token): Uint8Array
  Napi::Value IsSpecial(const Napi::CallbackInfo& info);      // (token): boolean
  Napi::Value SpecialByName(const Napi::CallbackInfo& info);  // (name): number | undefined
  Napi::Value FirstCrossing(const Napi::CallbackInfo& info);  // (text: Uint8Array): number
  Napi::Value Fingerprint(const Napi::CallbackInfo& info);    // bigint

  std::shared_ptr<const Vocabulary> vocabulary_;
  ExternalMemory memory_;
};

}  // namespace grammask::addon
