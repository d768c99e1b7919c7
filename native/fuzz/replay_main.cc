// A driver for the fuzz targets where libFuzzer is not at hand (gcc, or a quick check under the
// sanitizers). It runs each file named on the command line, or found in a folder named there, and
// then, for a number of seconds, random mutations of those inputs. The mutations depend only on the
// seed, so that a finding is met again with the same arguments. The input that is running is
// written to a file first when --crash-file names one, and is still there after a crash.
//
//   some_fuzz [--seconds N] [--seed N] [--max-length N] [--crash-file PATH] [FILE | FOLDER ...]

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

namespace fs = std::filesystem;
using Bytes = std::vector<uint8_t>;

struct Options {
  double seconds = 0;
  uint64_t seed = 1;
  size_t max_length = 4096;
  std::string crash_file;
  std::vector<fs::path> inputs;
};

bool ParseOptions(int argc, char** argv, Options* options) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument.substr(0, 2) != "--") {
      options->inputs.emplace_back(argument);
      continue;
    }
    if (i + 1 == argc) return false;
    const char* value = argv[++i];
    char* end = nullptr;
    if (argument == "--crash-file") {
      options->crash_file = value;
      continue;
    }
    const double number = std::strtod(value, &end);
    if (end == value || *end != '\0' || !(number >= 0) || number > 1e15) return false;
    if (argument == "--seconds") {
      options->seconds = number;
    } else if (argument == "--seed") {
      options->seed = static_cast<uint64_t>(number);
    } else if (argument == "--max-length") {
      options->max_length = static_cast<size_t>(number);
    } else {
      return false;
    }
  }
  return true;
}

bool ReadFile(const fs::path& path, Bytes* bytes) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return false;
  bytes->assign(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  return true;
}

bool ReadCorpus(const Options& options, std::vector<Bytes>* corpus) {
  std::vector<fs::path> paths;
  for (const fs::path& input : options.inputs) {
    std::error_code error;
    if (!fs::is_directory(input, error)) {
      paths.push_back(input);
      continue;
    }
    for (fs::recursive_directory_iterator it(input, error), end; !error && it != end;
         it.increment(error)) {
      if (it->is_regular_file()) paths.push_back(it->path());
    }
  }
  std::sort(paths.begin(), paths.end());
  for (const fs::path& path : paths) {
    Bytes bytes;
    if (!ReadFile(path, &bytes)) {
      std::fprintf(stderr, "cannot read %s\n", path.string().c_str());
      return false;
    }
    corpus->push_back(std::move(bytes));
  }
  return true;
}

class Mutator {
 public:
  Mutator(uint64_t seed, const std::vector<Bytes>* corpus, size_t max_length)
      : random_(seed), corpus_(corpus), max_length_(max_length) {}

  Bytes Next() {
    Bytes bytes;
    if (!corpus_->empty()) bytes = (*corpus_)[Below(corpus_->size())];
    const size_t changes = 1 + Below(8);
    for (size_t i = 0; i < changes; ++i) ChangeOnce(&bytes);
    if (bytes.size() > max_length_) bytes.resize(max_length_);
    return bytes;
  }

 private:
  using Offset = Bytes::difference_type;

  // Not std::uniform_int_distribution: its results differ between standard libraries.
  size_t Below(size_t bound) { return static_cast<size_t>(random_() % bound); }

  uint8_t AnyByte() {
    static constexpr uint8_t kTelling[] = {0x00, 0x01, 0x20, '"', '\\', '{',  '}',  '[',  ']',
                                           '(',  ')',  '*',  '|', 0x7f, 0x80, 0xc2, 0xed, 0xff};
    return Below(2) == 0 ? kTelling[Below(std::size(kTelling))] : static_cast<uint8_t>(Below(256));
  }

  void ChangeOnce(Bytes* bytes) {
    const size_t kind = bytes->empty() ? 0 : Below(7);
    const auto at = [&] { return static_cast<Offset>(Below(bytes->size())); };
    switch (kind) {
      case 0:
        bytes->insert(bytes->begin() + static_cast<Offset>(Below(bytes->size() + 1)), AnyByte());
        break;
      case 1:
        bytes->erase(bytes->begin() + at());
        break;
      case 2:
        (*bytes)[Below(bytes->size())] = AnyByte();
        break;
      case 3:
        (*bytes)[Below(bytes->size())] ^= static_cast<uint8_t>(1u << Below(8));
        break;
      case 4:  // cut the end off
        bytes->resize(Below(bytes->size()));
        break;
      case 5: {  // copy a piece of the input to another place in it
        const size_t from = Below(bytes->size());
        const size_t length = 1 + Below(std::min<size_t>(bytes->size() - from, 64));
        const Bytes piece(bytes->begin() + static_cast<Offset>(from),
                          bytes->begin() + static_cast<Offset>(from + length));
        bytes->insert(bytes->begin() + at(), piece.begin(), piece.end());
        break;
      }
      default: {  // go on with the end of another input
        const Bytes& other = (*corpus_)[Below(corpus_->size())];
        bytes->resize(Below(bytes->size()));
        const size_t from = other.empty() ? 0 : Below(other.size());
        bytes->insert(bytes->end(), other.begin() + static_cast<Offset>(from), other.end());
        break;
      }
    }
  }

  std::mt19937_64 random_;
  const std::vector<Bytes>* corpus_;
  size_t max_length_;
};

void RunOne(const Options& options, const Bytes& bytes) {
  if (!options.crash_file.empty()) {
    std::ofstream file(options.crash_file, std::ios::binary | std::ios::trunc);
    for (const uint8_t byte : bytes) file.put(static_cast<char>(byte));
  }
  // An exact copy on the heap lets AddressSanitizer see a read of one byte too many.
  const Bytes exact(bytes.begin(), bytes.end());
  LLVMFuzzerTestOneInput(exact.data(), exact.size());
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  if (!ParseOptions(argc, argv, &options)) {
    std::fprintf(stderr,
                 "usage: %s [--seconds N] [--seed N] [--max-length N] [--crash-file PATH] "
                 "[FILE | FOLDER ...]\n",
                 argv[0]);
    return 2;
  }
  std::vector<Bytes> corpus;
  if (!ReadCorpus(options, &corpus)) return 2;
  for (const Bytes& bytes : corpus) RunOne(options, bytes);
  RunOne(options, {});
  uint64_t runs = corpus.size() + 1;

  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + std::chrono::duration<double>(options.seconds);
  if (corpus.empty()) corpus.emplace_back();
  Mutator mutator(options.seed, &corpus, options.max_length);
  while (Clock::now() < end) {
    RunOne(options, mutator.Next());
    ++runs;
  }
  std::printf("%llu inputs, no finding\n", static_cast<unsigned long long>(runs));
  return 0;
}
