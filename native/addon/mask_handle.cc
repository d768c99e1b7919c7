#include "addon/mask_handle.h"

#include <algorithm>

namespace grammask::addon {

void MaskHandleObject::Init(Napi::Env env, Napi::Object exports) {
  Register(env, exports, kName,
           {Getter<&MaskHandleObject::Size>("size"), Getter<&MaskHandleObject::All>("all"),
            Method<&MaskHandleObject::Has>("has"), Method<&MaskHandleObject::CopyTo>("copyTo")});
}

MaskView MaskHandleObject::View(Napi::Env env, size_t logits) const {
  if (logits > size_) {
    Throw(env, Status(Code::kArgument,
                      "the mask is of " + std::to_string(size_) + " tokens, but there are " +
                          std::to_string(logits) + " logits",
                      mask_ ? "where a model's logits are wider than its tokens, make the "
                              "vocabulary with `logitsSize`"
                            : "fill the handle first: matcher.fillMask(handle)"));
  }
  return mask_ ? mask_->View() : MaskView();
}

Napi::Value MaskHandleObject::Size(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), size_);
}

Napi::Value MaskHandleObject::All(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), mask_ && mask_->all);
}

Napi::Value MaskHandleObject::Has(const Napi::CallbackInfo& info) {
  const uint32_t token = TokenOf(info[0], "token", size_);
  const MaskView view = mask_->View();
  const bool in_words = view.words != nullptr &&
                        ((static_cast<uint32_t>(view.words[token / 32]) >> (token % 32)) & 1u) != 0;
  return Napi::Boolean::New(
      info.Env(), in_words || std::binary_search(view.tokens.begin(), view.tokens.end(), token));
}

Napi::Value MaskHandleObject::CopyTo(const Napi::CallbackInfo& info) {
  const size_t offset = OffsetOf(info[1]);
  std::span<int32_t> mask = MaskPart(info[0], offset, (size_t{size_} + 31) / 32);
  if (mask_) mask_->CopyTo(mask);
  return info.Env().Undefined();
}

}  // namespace grammask::addon
