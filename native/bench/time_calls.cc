// Times the calls of a matcher inside C++, beside which the calls from JavaScript are held:
//
//   grammask_time_calls CASE
//
// A case is a file as replay_case.h says. Its text is walked `walks` times; every token counts with
// its least time of all walks but the first, since other work on the machine can only lengthen it.
// Prints one line of JSON: the median of these in nanoseconds for a mask, an accept, and all of a
// step (mask, arg-max over logits in which the token of the text is the largest, accept); and, at
// the end of the text, of rollback(1) and fork, a hundred at a time.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <limits>

#include "replay_case.h"
#include "sample/sample.h"

namespace {

using Clock = std::chrono::steady_clock;
using grammask::Matcher;

int Fail(const char* what) {
  std::fprintf(stderr, "grammask_time_calls: %s\n", what);
  return 1;
}

double Since(Clock::time_point start) {
  return std::chrono::duration<double, std::nano>(Clock::now() - start).count();
}

double Median(std::vector<double> times) {
  std::nth_element(times.begin(), times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2),
                   times.end());
  return times[times.size() / 2];
}

void Lower(double& least, double time) { least = std::min(least, time); }

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return Fail("name a case");
  std::optional<grammask::ReplayCase> replay = grammask::ReplayCase::Read(argv[1]);
  if (!replay) return Fail("the case cannot be read");
  auto vocabulary = grammask::Vocabulary::Create(std::move(replay->tokens));
  if (!vocabulary.ok()) return Fail(vocabulary.status().message().c_str());
  const uint32_t size = vocabulary.value()->size();
  grammask::Compiler compiler(std::move(vocabulary).value(), {});
  auto compiled = compiler.Compile(replay->program_bytes(), {});
  if (!compiled.ok()) return Fail(compiled.status().message().c_str());

  const std::vector<uint32_t>& text = replay->text;
  const std::vector<double> unknown(text.size(), std::numeric_limits<double>::infinity());
  std::vector<double> masks = unknown, accepts = unknown, steps = unknown;
  std::vector<float> logits(size, 0.0f);
  grammask::SampleOptions options;
  options.temperature = 0;
  std::unique_ptr<Matcher> last;
  for (uint32_t walk = 0; walk < replay->walks; ++walk) {
    auto apart = compiled.value()->NewMatcher({}), stepped = compiled.value()->NewMatcher({});
    if (!apart.ok() || !stepped.ok()) return Fail("no matcher");
    std::vector<int32_t> mask(apart.value()->mask_words());
    for (size_t i = 0; i < text.size(); ++i) {
      const Clock::time_point before_mask = Clock::now();
      if (!apart.value()->FillMask(mask).ok()) return Fail("a mask failed");
      const double mask_time = Since(before_mask);
      const Clock::time_point before_accept = Clock::now();
      auto accepted = apart.value()->Accept(text[i]);
      const double accept_time = Since(before_accept);
      if (!accepted.ok() || !accepted.value()) return Fail("a token of the text is refused");

      logits[text[i]] = 1.0f;
      const Clock::time_point before_step = Clock::now();
      const auto filled = stepped.value()->FillMask(mask);
      const auto token = grammask::Sample(logits, mask, options);
      const bool moved = filled.ok() && token.ok() && stepped.value()->Accept(token.value()).ok();
      const double step_time = Since(before_step);
      logits[text[i]] = 0.0f;
      if (!moved || token.value() != text[i]) return Fail("a step failed");
      if (walk == 0) continue;
      Lower(masks[i], mask_time);
      Lower(accepts[i], accept_time);
      Lower(steps[i], step_time);
    }
    last = std::move(apart).value();
  }

  constexpr uint32_t kAtOnce = 100, kRounds = 50;
  std::vector<double> rollbacks, forks;
  for (uint32_t round = 0; round < kRounds && last != nullptr && text.size() > kAtOnce; ++round) {
    std::vector<std::unique_ptr<Matcher>> made(kAtOnce);
    Clock::time_point start = Clock::now();
    for (std::unique_ptr<Matcher>& fork : made) fork = last->Fork();
    forks.push_back(Since(start) / kAtOnce);
    made.clear();
    start = Clock::now();
    for (uint32_t i = 0; i < kAtOnce; ++i) {
      if (!last->Rollback(1).ok()) return Fail("a rollback failed");
    }
    rollbacks.push_back(Since(start) / kAtOnce);
    for (size_t i = text.size() - kAtOnce; i < text.size(); ++i) {
      if (!last->Accept(text[i]).ok()) return Fail("a token of the text is refused");
    }
  }
  if (rollbacks.empty()) return Fail("the text is too short, or was not walked");
  std::printf("{\"mask\":%.1f,\"accept\":%.1f,\"step\":%.1f,\"rollback\":%.1f,\"fork\":%.1f}\n",
              Median(masks), Median(accepts), Median(steps), Median(rollbacks), Median(forks));
}
