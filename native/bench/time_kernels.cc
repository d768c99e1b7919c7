// Times the loops that have a form for each kind of vector instructions:
//
//   grammask_time_kernels
//
// Over 128,256 logits under three masks (all tokens; half of them, at random; one in 500), and the
// words of a mask. Prints one line of JSON: an array of {loop, mask, simd, us}, each the least of
// many runs. The forms take turns, so that what else is on the machine meets them alike.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "mask/words.h"
#include "sample/sample_kernels.h"

namespace {

using grammask::Simd;

constexpr size_t kTokens = 128'256;
constexpr int kRounds = 60;
constexpr Simd kAll[] = {Simd::kPlain, Simd::kAvx2, Simd::kAvx512, Simd::kNeon};

struct Row {
  std::string loop, mask;
  Simd simd;
  std::function<void()> run;
  double least = std::numeric_limits<double>::infinity();
};

}  // namespace

int main() {
  std::mt19937 random(1);
  std::vector<float> logits(kTokens), applied(kTokens), floats(kTokens);
  std::vector<uint16_t> halves(kTokens);
  for (size_t i = 0; i < kTokens; ++i) {
    logits[i] = static_cast<float>(random() % 20'000) / -1000.0f;
    halves[i] = static_cast<uint16_t>(0x3C00 + random() % 0x1000);
  }
  struct Named {
    const char* name;
    std::vector<int32_t> words;
  };
  std::vector<Named> masks = {{"all", {}}, {"half", {}}, {"one in 500", {}}};
  for (Named& mask : masks) mask.words.resize((kTokens + 31) / 32);
  for (size_t id = 0; id < kTokens; ++id) {
    const bool bits[] = {true, random() % 2 == 0, random() % 500 == 0};
    for (size_t m = 0; m < masks.size(); ++m)
      masks[m].words[id / 32] |= static_cast<int32_t>(uint32_t{bits[m]} << (id % 32));
  }
  std::vector<grammask::Candidate> found(kTokens);
  std::vector<uint32_t> words((kTokens + 31) / 32), other(words.size(), 5);
  double sum = 0;
  std::vector<Row> rows;
  for (const Simd simd : kAll) {
    const grammask::SampleKernels* kernels = grammask::KernelsOf(simd);
    if (kernels == nullptr) continue;
    for (const Named& mask : masks) {
      const int32_t* bits = mask.words.data();
      rows.push_back({"arg-max", mask.name, simd, [&logits, &sum, kernels, bits] {
                        bool nan = false;
                        sum += kernels->largest(logits.data(), bits, kTokens, &nan);
                      }});
      rows.push_back({"softmax sum", mask.name, simd, [&logits, &sum, kernels, bits] {
                        sum += kernels->add_weights(logits.data(), bits, kTokens, {0, 0.8}, 0);
                      }});
      rows.push_back({"gather for top-k", mask.name, simd, [&logits, &found, &sum, kernels, bits] {
                        sum += static_cast<double>(kernels->gather_above(
                            logits.data(), bits, kTokens, -1.0f, found.data()));
                      }});
      rows.push_back({"apply", mask.name, simd, [&applied, kernels, bits] {
                        kernels->apply(applied.data(), bits, kTokens);
                      }});
    }
    rows.push_back({"float16 to float32", "", simd, [&halves, &floats, kernels] {
                      kernels->from_half(halves.data(), kTokens, floats.data());
                    }});
    rows.push_back(
        {"unite two masks", "", simd, [&words, &other, unite = grammask::UniteWordsOf(simd)] {
           unite(words.data(), other.data(), words.size());
         }});
  }
  for (int round = 0; round < kRounds; ++round) {
    for (Row& row : rows) {
      const auto start = std::chrono::steady_clock::now();
      row.run();
      const std::chrono::duration<double, std::micro> time =
          std::chrono::steady_clock::now() - start;
      row.least = std::min(row.least, time.count());
    }
  }
  std::printf("[");
  for (size_t i = 0; i < rows.size(); ++i) {
    std::printf("%s{\"loop\":\"%s\",\"mask\":\"%s\",\"simd\":\"%s\",\"us\":%.2f}",
                i == 0 ? "" : ",", rows[i].loop.c_str(), rows[i].mask.c_str(),
                grammask::NameOf(rows[i].simd), rows[i].least);
  }
  std::printf("]\n");
  return sum == 0 ? 1 : 0;  // so that nothing is left out as unused
}
