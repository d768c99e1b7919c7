#include <algorithm>

#include "engine/compiler_impl.h"
#include "engine/spelling.h"

namespace grammask {
namespace {

constexpr size_t kDefaultCacheBytes = size_t{64} << 20;

}  // namespace

Compiler::Compiler(std::shared_ptr<const Vocabulary> vocabulary, size_t cache_bytes)
    : impl(std::make_shared<CompilerImpl>(std::move(vocabulary),
                                          cache_bytes == 0 ? kDefaultCacheBytes : cache_bytes)) {}
Compiler::~Compiler() = default;

Result<std::shared_ptr<CompiledGrammar>> Compiler::Compile(std::span<const uint8_t> program,
                                                           const Limits& limits) {
  Result<Program> read = ReadProgram(program);
  if (!read.ok()) return read.status();
  std::lock_guard<std::mutex> lock(impl->mutex);
  Budget budget(limits.timeout_ms, limits.memory_bytes);
  budget.Watch(limits.cancelled.get());
  if (budget.exhausted()) return budget.status();
  impl->FlushStaticsAbove(impl->cache_bytes);
  auto compiled = std::make_unique<CompiledImpl>(impl);
  compiled->limits = limits;
  compiled->limits.cancelled = nullptr;
  Result<std::unique_ptr<Grammar>> grammar =
      Grammar::Create(std::move(read).value(), impl->statics, budget);
  if (!grammar.ok()) return grammar.status();
  compiled->grammar = std::move(grammar).value();
  compiled->key = impl->next_grammar++;
  BudgetScope scope(*compiled->grammar, budget);
  for (TokenSymbol& token : compiled->grammar->tokens()) {
    if (token.by_name) {
      std::optional<uint32_t> id = impl->vocabulary->special_by_name(token.name);
      if (!id) {
        return Status(Code::kVocabulary, "the vocabulary has no special token named " + token.name,
                      "check the name, or list the token among `specialTokens`");
      }
      token.id = *id;
    } else if (token.id >= impl->vocabulary->token_count()) {
      return Status(Code::kVocabulary,
                    "the grammar names token " + std::to_string(token.id) +
                        ", the vocabulary has " + std::to_string(impl->vocabulary->token_count()),
                    "compile it with the vocabulary that it was written for");
    }
  }
  CellStore cells;
  Machine machine(*compiled->grammar, cells);
  machine.budget = &budget;
  compiled->satisfiable = machine.Start() != 0;
  if (compiled->satisfiable && impl->vocabulary->FirstMissingByte(BytesOfUtf8())) {
    ByteSet spelled{};
    for (uint32_t byte = 0; byte < 256; ++byte) {
      ByteSet one{};
      AddByte(&one, byte);
      if (!impl->vocabulary->FirstMissingByte(one)) AddByte(&spelled, byte);
    }
    ByteSet used = BytesOfLanguage(*compiled->grammar, spelled);
    if (std::optional<uint8_t> missing = impl->vocabulary->FirstMissingByte(used)) {
      static const char* kHex = "0123456789ABCDEF";
      return Status(Code::kVocabularyIncomplete,
                    std::string("the language needs byte 0x") + kHex[*missing >> 4] +
                        kHex[*missing & 15] + ", which no token of one byte spells",
                    "use a vocabulary with byte tokens, or a grammar without that byte");
    }
  }
  if (budget.exhausted()) return budget.status();
  return std::make_shared<CompiledGrammar>(std::move(compiled));
}

CompilerStats Compiler::stats() const {
  std::lock_guard<std::mutex> lock(impl->mutex);
  CompilerStats stats;
  stats.cache_bytes = impl->masks.bytes();
  stats.static_bytes = impl->statics.MemoryBytes();
  stats.hits = impl->masks.stats().hits;
  stats.misses = impl->masks.stats().misses;
  stats.flushes = impl->masks.stats().flushes;
  return stats;
}

void Compiler::ClearCache() {
  std::lock_guard<std::mutex> lock(impl->mutex);
  impl->masks.Clear();
  impl->FlushStaticsAbove(0);
}

const Vocabulary& Compiler::vocabulary() const { return *impl->vocabulary; }

CompiledGrammar::CompiledGrammar(std::unique_ptr<CompiledImpl> impl) : impl(std::move(impl)) {}
CompiledGrammar::~CompiledGrammar() = default;

size_t CompiledGrammar::MemoryBytes() const {
  std::lock_guard<std::mutex> lock(impl->compiler->mutex);
  return impl->grammar->MemoryBytes();
}

bool CompiledGrammar::Satisfiable() const { return impl->satisfiable; }

Result<std::unique_ptr<Matcher>> CompiledGrammar::NewMatcher(const MatcherOptions& options) {
  std::lock_guard<std::mutex> lock(impl->compiler->mutex);
  const Vocabulary& vocabulary = *impl->compiler->vocabulary;
  auto matcher = std::make_unique<MatcherImpl>();
  matcher->stop_tokens = options.stop_tokens ? *options.stop_tokens : vocabulary.stop_tokens();
  for (uint32_t token : matcher->stop_tokens) {
    if (token >= vocabulary.token_count()) {
      return Status(Code::kTokenRange, "stop token " + std::to_string(token) + " is out of range");
    }
  }
  matcher->options = options;
  matcher->family = std::make_shared<Family>();
  matcher->family->compiled = impl;
  matcher->family->members.push_back(matcher.get());
  Budget budget(options.limits.timeout_ms, 0);
  Machine machine(*impl->grammar, matcher->family->cells);
  machine.budget = &budget;
  BudgetScope scope(*impl->grammar, budget);
  matcher->start = matcher->config = machine.Start();
  if (budget.exhausted()) return budget.status();
  return std::make_unique<Matcher>(std::move(matcher));
}

}  // namespace grammask
