#include "addon/language.h"

namespace grammask::addon {

void LanguageObject::Init(Napi::Env env, Napi::Object exports) {
  Register(
      env, exports, kName,
      {Method<&LanguageObject::Test>("test"), Method<&LanguageObject::TestPrefix>("testPrefix"),
       Method<&LanguageObject::Explain>("explain"),
       Method<&LanguageObject::Satisfiable>("satisfiable")});
}

LanguageObject::LanguageObject(const Napi::CallbackInfo& info) : Wrapped(info) {
  Guard(info.Env(), [&] {
    const Limits limits = LimitsOf(info[1]);
    language_ = Unwrapped(info.Env(), Language::Create(Bytes(info[0], "program"), limits));
  });
}

Napi::Value LanguageObject::Test(const Napi::CallbackInfo& info) {
  const std::vector<InputPiece> input = Pieces(info[0], "input");
  const Limits limits = LimitsOf(info[1]);
  return Napi::Boolean::New(info.Env(), Unwrapped(info.Env(), language_->Test(input, limits)));
}

Napi::Value LanguageObject::TestPrefix(const Napi::CallbackInfo& info) {
  const std::vector<InputPiece> input = Pieces(info[0], "input");
  const Limits limits = LimitsOf(info[1]);
  return Napi::Boolean::New(info.Env(),
                            Unwrapped(info.Env(), language_->TestPrefix(input, limits)));
}

Napi::Value LanguageObject::Explain(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::vector<InputPiece> input = Pieces(info[0], "input");
  const Limits limits = LimitsOf(info[1]);
  const Explanation explanation = Unwrapped(env, language_->Explain(input, limits));
  Napi::Object result = Napi::Object::New(env);
  result.Set("accepted", explanation.accepted);
  result.Set("viable", explanation.viable);
  result.Set("validBytes", static_cast<double>(explanation.valid_bytes));
  Napi::Array expected = Napi::Array::New(env, explanation.expected.size());
  for (size_t i = 0; i < explanation.expected.size(); ++i) {
    expected.Set(static_cast<uint32_t>(i), Napi::String::New(env, explanation.expected[i]));
  }
  result.Set("expected", expected);
  return result;
}

Napi::Value LanguageObject::Satisfiable(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  bool undecided = false;
  const bool satisfiable = Unwrapped(env, language_->Satisfiable(LimitsOf(info[0]), &undecided));
  Napi::Object result = Napi::Object::New(env);
  result.Set("satisfiable", satisfiable);
  result.Set("undecided", undecided);
  return result;
}

}  // namespace grammask::addon
