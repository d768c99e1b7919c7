#include "addon/matcher.h"

#include <algorithm>

#include "addon/mask_handle.h"
#include "addon/pending_mask.h"

namespace grammask::addon {

void MatcherObject::Init(Napi::Env env, Napi::Object exports) {
  Register(env, exports, kName,
           {Method<&MatcherObject::FillMask>("fillMask"),
            Method<&MatcherObject::FillMaskAsync>("fillMaskAsync"),
            Method<&MatcherObject::Step>("step"),
            Method<&MatcherObject::Accept>("accept"),
            Method<&MatcherObject::AcceptBytes>("acceptBytes"),
            Method<&MatcherObject::FillDraftMasks>("fillDraftMasks"),
            Method<&MatcherObject::Validate>("validate"),
            Method<&MatcherObject::Rollback>("rollback"),
            Method<&MatcherObject::Fork>("fork"),
            Method<&MatcherObject::Reset>("reset"),
            Method<&MatcherObject::ForcedBytes>("forcedBytes"),
            Method<&MatcherObject::ForcedTokens>("forcedTokens"),
            Method<&MatcherObject::ShortestCompletion>("shortestCompletion"),
            Method<&MatcherObject::Slots>("slots"),
            Method<&MatcherObject::Provide>("provide"),
            Getter<&MatcherObject::IsAccepting>("isAccepting"),
            Getter<&MatcherObject::IsTerminated>("isTerminated"),
            Getter<&MatcherObject::IsDead>("isDead"),
            Getter<&MatcherObject::Stats>("stats"),
            Method<&MatcherObject::Dispose>("dispose")});
}

MatcherObject::MatcherObject(const Napi::CallbackInfo& info)
    : Wrapped(info), held_(Taken<Payload>(info.Env())) {}

Matcher& MatcherObject::Live(Napi::Env env) {
  if (!held_.matcher) ThrowDisposed(env, "matcher");
  return *held_.matcher;
}

Matcher& MatcherObject::Changeable(Napi::Env env) {
  Matcher& matcher = Live(env);
  if (pending_) {
    Throw(env, Status(Code::kBusy, "a mask of this matcher is pending",
                      "call wait() on the PendingMask, or await it, before the next call"));
  }
  return matcher;
}

Napi::Value MatcherObject::FillMask(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Matcher& matcher = Changeable(env);
  if (MaskHandleObject* handle = MaskHandleObject::In(info[0], "mask")) {
    handle->Clear();
    std::shared_ptr<const KeptMask> kept = Unwrapped(env, matcher.Mask());
    const bool all = kept->all;
    handle->Hold(std::move(kept), size());
    return Napi::Boolean::New(env, !all);
  }
  std::span<int32_t> mask = MaskPart(info[0], OffsetOf(info[1]), matcher.mask_words());
  return Napi::Boolean::New(env, Unwrapped(env, matcher.FillMask(mask)));
}

Napi::Value MatcherObject::FillMasks(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  return Guard(env, [&]() -> Napi::Value {
    if (!info[0].IsArray()) ThrowExpected(env, "an array", "matchers", info[0]);
    const Napi::Array objects = info[0].As<Napi::Array>();
    std::vector<Matcher*> matchers;
    for (uint32_t i = 0; i < objects.Length(); ++i)
      matchers.push_back(&From(objects.Get(i), "matchers").Changeable(env));
    Check(env, grammask::FillMasks(matchers, Words(info[1], "masks"), AddonState::Of(env).pool));
    return env.Undefined();
  });
}

Napi::Value MatcherObject::FillMaskAsync(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Matcher& matcher = Changeable(env);
  const size_t offset = OffsetOf(info[1]);
  if (MaskHandleObject* handle = MaskHandleObject::In(info[0], "mask")) {
    handle->Clear();
  } else {
    MaskPart(info[0], offset, matcher.mask_words());
  }
  return PendingMaskObject::Start(env,
                                  {std::make_shared<MaskJob>(held_.matcher), this,
                                   Napi::Persistent(info.This().As<Napi::Object>()),
                                   Napi::Persistent(info[0].As<Napi::Object>()), offset, size()});
}

Napi::Value MatcherObject::Step(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Changeable(env);
  const SampleOptions options = SampleOptionsOf(info, 1, size());
  // Only now: a getter of the options may have disposed this object, or taken the logits away.
  Matcher& matcher = Changeable(env);
  const Logits logits = LogitsOf(info[0], "logits");
  if (Size(logits) != size()) {
    Throw(env, Status(Code::kArgument,
                      "expected " + std::to_string(size()) + " numbers for `logits` but received " +
                          std::to_string(Size(logits)),
                      "where a model's logits are wider than its tokens, make the vocabulary with "
                      "`logitsSize`"));
  }
  const std::shared_ptr<const KeptMask> kept = Unwrapped(env, matcher.Mask());
  if (kept->none) {
    if (matcher.IsTerminated()) {
      Throw(env, Status(Code::kState, "a stop token was accepted: the text is complete",
                        "call reset() for a new text, or rollback()"));
    }
    Throw(env, Status(Code::kDeadEnd, "no token can follow the text so far",
                      "rollback() to an earlier position"));
  }
  const uint32_t token = Unwrapped(env, SampleFrom(logits, kept->View(), options));
  if (!Unwrapped(env, matcher.Accept(token), token)) {
    Throw(env, Status(Code::kDeadEnd, "the drawn token cannot be accepted"), token);
  }
  return Napi::Number::New(env, token);
}

Napi::Value MatcherObject::Accept(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Matcher& matcher = Changeable(env);
  const uint32_t token = TokenOf(info[0], "token", size());
  return Napi::Boolean::New(env, Unwrapped(env, matcher.Accept(token), token));
}

Napi::Value MatcherObject::AcceptBytes(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Matcher& matcher = Changeable(env);
  if (info[0].IsString()) {
    const std::optional<std::string> text = WellFormed(info[0].As<Napi::String>());
    return Napi::Boolean::New(env, text && Unwrapped(env, matcher.AcceptBytes(*text)));
  }
  // A copy: the bytes may be shared with a thread that writes them.
  std::span<const uint8_t> view = Bytes(info[0], "bytes");
  const std::string bytes(view.begin(), view.end());
  return Napi::Boolean::New(env, Unwrapped(env, matcher.AcceptBytes(bytes)));
}

Napi::Value MatcherObject::Validate(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Live(env);
  const std::vector<uint32_t> tokens = Tokens(info[0], "tokens", size());
  return Napi::Number::New(env, Unwrapped(env, Live(env).Validate(tokens)));
}

Napi::Value MatcherObject::FillDraftMasks(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Changeable(env);
  const std::vector<uint32_t> draft = Tokens(info[0], "draft", size());
  Matcher& matcher = Changeable(env);
  std::span<int32_t> masks = Words(info[1], "masks");
  // A copy: the numbers may be shared with a thread that writes them.
  std::vector<int32_t> parents;
  if (!info[2].IsUndefined()) {
    std::span<int32_t> view = Words(info[2], "parents");
    parents.assign(view.begin(), view.end());
    if (parents.size() != draft.size()) {
      Throw(env, Status(Code::kArgument, "expected " + std::to_string(draft.size()) +
                                             " numbers for `parents` but received " +
                                             std::to_string(parents.size())));
    }
  }
  return Napi::Number::New(env, Unwrapped(env, matcher.FillDraftMasks(draft, parents, masks)));
}

Napi::Value MatcherObject::Rollback(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Matcher& matcher = Changeable(env);
  Check(env, matcher.Rollback(Whole(info[0], "units")));
  return env.Undefined();
}

Napi::Value MatcherObject::Fork(const Napi::CallbackInfo& info) {
  return New(info.Env(), {held_.compiler, held_.grammar, Live(info.Env()).Fork()});
}

Napi::Value MatcherObject::Reset(const Napi::CallbackInfo& info) {
  Changeable(info.Env()).Reset();
  return info.Env().Undefined();
}

Napi::Value MatcherObject::ForcedBytes(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  return NewBytes(env, Unwrapped(env, Live(env).ForcedBytes()));
}

Napi::Value MatcherObject::ForcedTokens(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  return NewTokens(env, Unwrapped(env, Live(env).ForcedTokens()));
}

Napi::Value MatcherObject::ShortestCompletion(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::optional<Completion> completion = Unwrapped(env, Live(env).ShortestCompletion());
  if (!completion) return env.Null();
  Napi::Object result = Napi::Object::New(env);
  result.Set("bytes", NewBytes(env, completion->bytes));
  result.Set("tokens", NewTokens(env, completion->tokens));
  return result;
}

Napi::Value MatcherObject::Slots(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Matcher& matcher = Changeable(env);
  Matcher::Ahead ahead = Matcher::Ahead::kNone;
  uint32_t token = 0;
  if (info[0].IsNumber()) {
    ahead = Matcher::Ahead::kOneToken;
    token = TokenOf(info[0], "token", size());
  } else if (info[0].ToBoolean()) {
    ahead = Matcher::Ahead::kAllTokens;
  }
  const std::vector<Matcher::NumberedSlot> slots = Unwrapped(env, matcher.Slots(ahead, token));
  Napi::Array result = Napi::Array::New(env, slots.size());
  for (uint32_t i = 0; i < slots.size(); ++i) {
    const SlotRequest& request = slots[i].request;
    Napi::Object slot = Napi::Object::New(env);
    slot.Set("id", Napi::Number::New(env, slots[i].number));
    slot.Set("name", Napi::String::New(env, request.name));
    slot.Set("before", NewBytes(env, request.before));
    slot.Set("typed", NewBytes(env, request.typed));
    result.Set(i, slot);
  }
  return result;
}

Napi::Value MatcherObject::Provide(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Changeable(env);
  const uint32_t slot = Whole(info[0], "slot");
  LexiconNames names;
  const bool known = !info[1].IsNull();
  if (info[1].IsString()) {
    // All of them, with an end behind each.
    const std::optional<std::string> joined = WellFormed(info[1].As<Napi::String>());
    const uint32_t count = Whole(info[2], "count");
    if (!joined || static_cast<size_t>(std::count(joined->begin(), joined->end(), '\0')) != count)
      return Napi::Boolean::New(env, false);
    names.Reserve(joined->size() + 4 * size_t{count});
    for (size_t at = 0; at < joined->size();) {
      const size_t end = joined->find('\0', at);
      names.Add(std::string_view(*joined).substr(at, end - at));
      at = end + 1;
    }
  } else if (known) {
    if (!info[1].IsArray()) ThrowExpected(env, "an array of strings, or null", "lexicon", info[1]);
    const Napi::Array list = info[1].As<Napi::Array>();
    for (uint32_t i = 0; i < list.Length(); ++i) {
      const Napi::Value name = list.Get(i);
      if (!name.IsString())
        ThrowExpected(env, "a string", "lexicon[" + std::to_string(i) + "]", name);
      // No text holds half of a surrogate pair.
      if (const std::optional<std::string> text = WellFormed(name.As<Napi::String>()))
        names.Add(*text);
    }
  }
  // Only now: a getter of the array may have disposed this object.
  Check(env, Changeable(env).Provide(slot, known ? &names : nullptr));
  return Napi::Boolean::New(env, true);
}

Napi::Value MatcherObject::IsAccepting(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), Live(info.Env()).IsAccepting());
}

Napi::Value MatcherObject::IsTerminated(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), Live(info.Env()).IsTerminated());
}

Napi::Value MatcherObject::IsDead(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), Live(info.Env()).IsDead());
}

Napi::Value MatcherObject::Stats(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const MatcherStats stats = Live(env).stats();
  Napi::Object result = Napi::Object::New(env);
  result.Set("masks", static_cast<double>(stats.masks));
  result.Set("cacheHits", static_cast<double>(stats.cache_hits));
  result.Set("nodesWalked", static_cast<double>(stats.nodes_walked));
  result.Set("undecided", static_cast<double>(stats.undecided));
  return result;
}

Napi::Value MatcherObject::Dispose(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!held_.matcher) return env.Undefined();
  Changeable(env);
  held_ = {};
  return env.Undefined();
}

}  // namespace grammask::addon
