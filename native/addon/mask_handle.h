// What a matcher allowed, read where it is kept: no mask is written for it.
#pragma once

#include "addon/wrapped.h"
#include "mask/token_set.h"

namespace grammask::addon {

class MaskHandleObject : public Wrapped<MaskHandleObject> {
 public:
  static constexpr ClassId kClassId = ClassId::kMaskHandle;
  static constexpr const char* kName = "MaskHandle";
  static constexpr const char* kArticleName = "an Int32Array or a MaskHandle";
  static constexpr napi_type_tag kTag = {0x3f0d94b61ce8725a, 0xa6e2471bd85f903c};

  static void Init(Napi::Env env, Napi::Object exports);
  explicit MaskHandleObject(const Napi::CallbackInfo& info) : Wrapped(info) {}

  // The native side of an argument that may also be an Int32Array: nullptr then.
  static MaskHandleObject* In(Napi::Value value, const char* name) {
    return value.IsTypedArray() ? nullptr : &From(value, name);
  }

  // size: of the vocabulary.
  void Hold(std::shared_ptr<const KeptMask> mask, uint32_t size) {
    mask_ = std::move(mask);
    size_ = size;
  }
  void Clear() { Hold(nullptr, 0); }
  // Of so many logits. kArgument where they are more than the vocabulary has tokens.
  MaskView View(Napi::Env env, size_t logits) const;

 private:
  Napi::Value Size(const Napi::CallbackInfo& info);    // number
  Napi::Value All(const Napi::CallbackInfo& info);     // boolean: every token is allowed
  Napi::Value Has(const Napi::CallbackInfo& info);     // (token): boolean
  Napi::Value CopyTo(const Napi::CallbackInfo& info);  // (mask, offset?)

  std::shared_ptr<const KeptMask> mask_;  // null: nothing was held yet
  uint32_t size_ = 0;
};

}  // namespace grammask::addon
