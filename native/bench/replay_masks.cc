// Replays a text through a matcher, for counting the instructions of its masks:
//
//   grammask_replay_masks CASE
//
// A case is a file as replay_case.h says; where the text was walked no time before, its masks are
// made for the first time. What is counted is the inside of grammask_counted_mask, one call for
// each token of the text. Prints the number of calls.
#include <cstdio>

#include "replay_case.h"

namespace {

using grammask::Matcher;

int Fail(const char* what) {
  std::fprintf(stderr, "grammask_replay_masks: %s\n", what);
  return 1;
}

}  // namespace

extern "C" [[gnu::noinline]] bool grammask_counted_mask(Matcher& matcher,
                                                        std::vector<int32_t>& mask) {
  return matcher.FillMask(mask).ok();
}

int main(int argc, char** argv) {
  if (argc != 2) return Fail("name a case");
  std::optional<grammask::ReplayCase> replay = grammask::ReplayCase::Read(argv[1]);
  if (!replay) return Fail("the case cannot be read");

  auto vocabulary = grammask::Vocabulary::Create(std::move(replay->tokens));
  if (!vocabulary.ok()) return Fail(vocabulary.status().message().c_str());
  grammask::Compiler compiler(std::move(vocabulary).value(), {});
  auto compiled = compiler.Compile(replay->program_bytes(), {});
  if (!compiled.ok()) return Fail(compiled.status().message().c_str());
  for (uint32_t walk = 0; walk <= replay->walks; ++walk) {
    auto matcher = compiled.value()->NewMatcher({});
    if (!matcher.ok()) return Fail(matcher.status().message().c_str());
    std::vector<int32_t> mask(matcher.value()->mask_words());
    for (uint32_t token : replay->text) {
      const bool filled = walk == replay->walks ? grammask_counted_mask(*matcher.value(), mask)
                                                : matcher.value()->FillMask(mask).ok();
      if (!filled) return Fail("a mask failed");
      auto accepted = matcher.value()->Accept(token);
      if (!accepted.ok() || !accepted.value()) return Fail("a token of the text is refused");
    }
  }
  std::printf("%zu\n", replay->text.size());
}
