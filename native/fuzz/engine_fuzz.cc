// Random programs, random vocabularies, random walks: mask and accept agree for every token,
// rollback comes back, completions are accepted, whatever is alive can be completed. The first byte
// chooses: a program made from choices, or the bytes themselves as a program.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>

#include "engine/engine.h"
#include "test/support/random_program.h"
#include "test/support/walk_check.h"

namespace {

using namespace grammask;        // NOLINT: a fuzz target is a program
using namespace grammask::test;  // NOLINT

void Fail(const std::string& what, const std::string& text, std::span<const uint8_t> program) {
  std::fprintf(stderr, "after \"%s\": %s\n", text.c_str(), what.c_str());
  Result<Program> read = ReadProgram(program);
  if (read.ok()) std::fprintf(stderr, "%s", PrintProgram(read.value()).c_str());
  std::abort();
}

// Answers some of the slots, early or late. False where a limit was met.
bool AnswerSlots(Matcher& matcher, Choices& choices) {
  static const char* kNames[] = {"a", "b",  "ab",        "abc", "ba", "aab",
                                 "c", "aa", "b\xC3\xA9", "",    "\"a"};
  const auto slots =
      matcher.Slots(choices.Chance(2) ? Matcher::Ahead::kAllTokens : Matcher::Ahead::kNone);
  if (!slots.ok()) return false;
  for (const Matcher::NumberedSlot& slot : slots.value()) {
    if (choices.Chance(2)) continue;
    LexiconNames names;
    for (const char* name : kNames) {
      if (choices.Chance(3)) names.Add(name);
    }
    const Status status = matcher.Provide(slot.number, choices.Chance(4) ? nullptr : &names);
    // An answer before it may have left nothing that the slot could follow.
    if (!status.ok() && status.code() != Code::kState) return false;
  }
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  bool raw = data[0] == 0;
  std::span<const uint8_t> bytes(data + 1, size - 1);
  Choices choices(bytes);
  ProgramWriter writer;
  RandomProgram random(choices, writer);
  std::vector<uint8_t> program =
      raw ? std::vector<uint8_t>(bytes.begin(), bytes.end()) : random.Make();
  Limits limits;
  limits.timeout_ms = 1500;
  limits.memory_bytes = size_t{64} << 20;
  TestVocabulary test = BytesAnd(random.Tokens());
  size_t cache = choices.Chance(3) ? 1 << 12 : 0;
  Compiler compiler(test.vocabulary, {.cache_bytes = cache});
  Result<std::shared_ptr<CompiledGrammar>> compiled = compiler.Compile(program, limits);
  if (!compiled.ok()) {
    if (!raw && compiled.status().code() == Code::kSyntax) Fail("not a program", "", program);
    return 0;
  }
  MatcherOptions options;
  options.limits = limits;
  Result<std::unique_ptr<Matcher>> made = compiled.value()->NewMatcher(options);
  if (!made.ok()) return 0;
  std::unique_ptr<Matcher> matcher = std::move(made).value();
  if (compiled.value()->Satisfiable() == matcher->IsDead())
    Fail("satisfiable is dead", "", program);
  std::string text;
  const Vocabulary& vocabulary = *test.vocabulary;
  for (int step = 0; step < 10; ++step) {
    std::string wrong = CheckPlace(*matcher, vocabulary);
    if (wrong == "limit") return 0;
    if (!wrong.empty()) Fail(wrong, text, program);
    if (choices.Chance(2)) {
      if (!AnswerSlots(*matcher, choices)) return 0;
      wrong = CheckPlace(*matcher, vocabulary);
      if (wrong == "limit") return 0;
      if (!wrong.empty()) Fail("with answers, " + wrong, text, program);
    }
    if (choices.Chance(16)) compiler.ClearCache();
    std::vector<int32_t> mask(vocabulary.words());
    if (!matcher->FillMask(mask).ok()) return 0;
    std::vector<uint32_t> single, longer;
    for (uint32_t token = 0; token < vocabulary.size(); ++token) {
      if (((mask[token / 32] >> (token % 32)) & 1) != 0)
        (token < 256 ? single : longer).push_back(token);
    }
    if (single.empty() && longer.empty()) return 0;
    const auto& from = longer.empty() || (!single.empty() && choices.Chance(2)) ? single : longer;
    uint32_t token = from[choices.Below(static_cast<uint32_t>(from.size()))];
    Result<bool> accepted = matcher->Accept(token);
    if (!accepted.ok()) return 0;
    text += vocabulary.is_ordinary(token) ? std::string(vocabulary.bytes(token))
                                          : "<" + std::to_string(token) + ">";
  }
  return 0;
}
