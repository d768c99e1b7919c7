// What must hold at every place of a text, checked by one walk: the mask is what accept says for
// every token, a rollback comes back to the same mask, a shortest completion is accepted and ends
// in the language, and nothing alive lacks one.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/engine.h"
#include "test/support/program_writer.h"

namespace grammask::test {

// Empty: all is well. "limit": an operation ran out of its limits, nothing is known.
inline std::string CheckPlace(Matcher& matcher, const Vocabulary& vocabulary) {
  std::vector<int32_t> mask(vocabulary.words()), again(vocabulary.words());
  Result<bool> filled = matcher.FillMask(mask);
  if (!filled.ok()) return "limit";
  auto bit = [&](uint32_t token) { return ((mask[token / 32] >> (token % 32)) & 1) != 0; };
  bool some = false;
  for (uint32_t token = 0; token < vocabulary.size(); ++token) {
    Result<bool> accepted = matcher.Accept(token);
    if (!accepted.ok()) return "limit";
    if (accepted.value() != bit(token)) {
      return "token " + std::to_string(token) + ": mask " + std::to_string(bit(token)) +
             ", accept " + std::to_string(accepted.value());
    }
    some = some || bit(token);
    if (accepted.value() && !matcher.Rollback(1).ok()) return "rollback refused";
  }
  if (!matcher.FillMask(again).ok()) return "limit";
  if (again != mask) return "the mask changed by accept and rollback";
  if (matcher.IsDead() == some && !matcher.IsTerminated()) return "dead and the mask disagree";
  Result<std::optional<Completion>> completion = matcher.ShortestCompletion();
  if (!completion.ok()) return "limit";
  if (!completion.value()) {
    return some && matcher.stats().undecided == 0 ? "alive without a completion" : "";
  }
  if (!some && !matcher.IsTerminated()) return "dead with a completion";
  std::unique_ptr<Matcher> fork = matcher.Fork();
  for (uint32_t token : completion.value()->tokens) {
    Result<bool> accepted = fork->Accept(token);
    if (!accepted.ok()) return "limit";
    if (!accepted.value()) return "the completion is refused: " + completion.value()->bytes;
  }
  if (!matcher.IsTerminated() && !fork->IsAccepting()) {
    return "the completion does not end the text: " + completion.value()->bytes;
  }
  return "";
}

}  // namespace grammask::test
