// Matcher: a position in a text.
//
// Under a PendingMask a call that changes the matcher, or that would compute the same mask again,
// is BUSY; a call that only reads waits for the engine.
#pragma once

#include "addon/wrapped.h"
#include "engine/engine.h"

namespace grammask::addon {

class MatcherObject : public Wrapped<MatcherObject> {
 public:
  static constexpr ClassId kClassId = ClassId::kMatcher;
  static constexpr const char* kName = "Matcher";
  static constexpr const char* kArticleName = "a Matcher";
  static constexpr const char* kMadeBy = "make one with compiledGrammar.matcher()";
  static constexpr napi_type_tag kTag = {0x951ad20c6f8be347, 0x08e2b5f14d7c9a06};

  struct Payload {
    // Kept while the matcher lives.
    std::shared_ptr<Compiler> compiler;
    std::shared_ptr<CompiledGrammar> grammar;
    std::shared_ptr<Matcher> matcher;
  };

  static void Init(Napi::Env env, Napi::Object exports);
  static Napi::Object New(Napi::Env env, Payload payload) { return Make(env, std::move(payload)); }
  explicit MatcherObject(const Napi::CallbackInfo& info);

  static Napi::Value FillMasks(const Napi::CallbackInfo& info);  // (matchers, masks)

  void SetPending(bool pending) { pending_ = pending; }

 private:
  Napi::Value FillMask(const Napi::CallbackInfo& info);  // (mask | handle, offset?): boolean
  Napi::Value FillMaskAsync(
      const Napi::CallbackInfo& info);                      // (mask | handle, offset?): PendingMask
  Napi::Value Step(const Napi::CallbackInfo& info);         // (logits, ...options): number
  Napi::Value Accept(const Napi::CallbackInfo& info);       // (token): boolean
  Napi::Value AcceptBytes(const Napi::CallbackInfo& info);  // (bytes | string): boolean
  Napi::Value Validate(const Napi::CallbackInfo& info);     // (tokens): number
  // (draft, masks, parents?): number
  Napi::Value FillDraftMasks(const Napi::CallbackInfo& info);
  Napi::Value Rollback(const Napi::CallbackInfo& info);  // (units)
  Napi::Value Fork(const Napi::CallbackInfo& info);      // (): Matcher
  Napi::Value Reset(const Napi::CallbackInfo& info);
  Napi::Value ForcedBytes(const Napi::CallbackInfo& info);         // (): Uint8Array
  Napi::Value ForcedTokens(const Napi::CallbackInfo& info);        // (): Int32Array
  Napi::Value ShortestCompletion(const Napi::CallbackInfo& info);  // (): { bytes, tokens } | null
  // (token | true | false): { id, name, before, typed }[]; bytes
  Napi::Value Slots(const Napi::CallbackInfo& info);
  // (slot, names | null): true; (slot, names in one text, how many): false if it is not that many
  Napi::Value Provide(const Napi::CallbackInfo& info);
  Napi::Value IsAccepting(const Napi::CallbackInfo& info);
  Napi::Value IsTerminated(const Napi::CallbackInfo& info);
  Napi::Value IsDead(const Napi::CallbackInfo& info);
  Napi::Value Stats(const Napi::CallbackInfo& info);
  Napi::Value Dispose(const Napi::CallbackInfo& info);

  Matcher& Live(Napi::Env env);        // DISPOSED
  Matcher& Changeable(Napi::Env env);  // DISPOSED, BUSY
  uint32_t size() const { return held_.compiler->vocabulary().size(); }

  Payload held_;
  bool pending_ = false;
};

}  // namespace grammask::addon
