#include <algorithm>

#include "engine/compiler_impl.h"
#include "engine/spelling.h"

namespace grammask {
namespace {

constexpr size_t kDefaultCacheBytes = size_t{64} << 20;

}  // namespace

Compiler::Compiler(std::shared_ptr<const Vocabulary> vocabulary, const CompilerOptions& options)
    : impl(std::make_shared<CompilerImpl>(
          std::move(vocabulary),
          options.cache_bytes == 0 ? kDefaultCacheBytes : options.cache_bytes,
          std::max(options.threads, 1u))) {}
Compiler::~Compiler() = default;

Result<std::shared_ptr<Instance>> CompiledImpl::In(const LockedShard& locked, Budget& budget) {
  if (std::shared_ptr<Instance> known = compiler->shards.Find(locked, number)) return known;
  Result<Program> read = ReadProgram(program);
  if (!read.ok()) return read.status();
  Shard& shard = *locked.shard;
  const uint32_t key = shard.served++;
  Result<std::unique_ptr<Grammar>> grammar =
      Grammar::Create(std::move(read).value(), shard.statics, budget);
  if (!grammar.ok()) return grammar.status();
  auto instance = std::make_shared<Instance>();
  instance->shard = locked.shard;
  instance->grammar = std::move(grammar).value();
  instance->key = key;
  const Vocabulary& vocabulary = *compiler->vocabulary;
  for (TokenSymbol& tokens : instance->grammar->tokens()) {
    if (Status status = tokens.Resolve(vocabulary, budget); !status.ok()) return status;
  }
  compiler->shards.Keep(locked, number, instance);
  return instance;
}

namespace {

// Makes the grammar of a program, and finds out whether it has a text that the tokens can spell.
Status CompileIn(const LockedShard& locked, CompiledImpl& compiled, Budget& budget) {
  const Vocabulary& vocabulary = *compiled.compiler->vocabulary;
  Result<std::shared_ptr<Instance>> instance = compiled.In(locked, budget);
  if (!instance.ok()) return instance.status();
  Grammar& grammar = *instance.value()->grammar;
  BudgetScope scope(grammar, budget);
  CellStore cells;
  Machine machine(grammar, cells);
  machine.budget = &budget;
  compiled.satisfiable = machine.Start() != 0;
  const ByteSet possible = grammar.has_bytes() ? EveryByte() : BytesOfUtf8();
  if (compiled.satisfiable && vocabulary.FirstMissingByte(possible)) {
    ByteSet used =
        BytesOfLanguage(grammar, SpelledBytes(vocabulary), &locked.shard->bytes_of_terminals);
    if (std::optional<uint8_t> missing = vocabulary.FirstMissingByte(used)) {
      static const char* kHex = "0123456789ABCDEF";
      return Status(Code::kVocabularyIncomplete,
                    std::string("the language needs byte 0x") + kHex[*missing >> 4] +
                        kHex[*missing & 15] + ", which no token of one byte spells",
                    "use a vocabulary with byte tokens, or a grammar without that byte");
    }
  }
  return budget.exhausted() ? budget.status() : Status();
}

}  // namespace

Result<std::shared_ptr<CompiledGrammar>> Compiler::Compile(std::span<const uint8_t> program,
                                                           const Limits& limits) {
  auto compiled = std::make_unique<CompiledImpl>(impl, program);
  compiled->limits = limits;
  compiled->limits.cancelled = nullptr;
  LockedShard locked = impl->shards.LockAny();
  compiled->place = locked.place;
  Budget budget(limits.timeout_ms, limits.memory_bytes);
  budget.Watch(limits.cancelled.get());
  if (budget.exhausted()) return budget.status();
  if (Status made = CompileIn(locked, *compiled, budget); !made.ok()) return made;
  // With it the shard may have outgrown its bound. Then what a matcher needs is made anew here, on
  // the thread of the compile, and not where somebody waits for the matcher.
  locked.lock.unlock();
  locked = impl->shards.Lock(compiled->place);
  Result<std::shared_ptr<Instance>> kept = compiled->In(locked, budget);
  if (!kept.ok()) return kept.status();
  return std::make_shared<CompiledGrammar>(std::move(compiled));
}

void Compiler::Prepare(std::span<const uint8_t> program, const std::atomic<bool>& cancelled) {
  auto any_text = std::make_shared<AnyTextIslands>();
  const LockedShard apart = impl->shards.Apart(any_text);
  Budget budget;
  budget.Watch(&cancelled);
  CompiledImpl compiled(impl, program);
  Result<std::shared_ptr<Instance>> instance = compiled.In(apart, budget);
  if (!instance.ok()) return;
  Grammar& grammar = *instance.value()->grammar;
  BudgetScope scope(grammar, budget);
  CellStore cells;
  Machine machine(grammar, cells);
  machine.budget = &budget;
  const CellId in_string = machine.Step(machine.Start(), '"');
  MaskStats stats;
  if (in_string != 0 && apart.shard->masks.Mask(machine, in_string, 0, {}, &stats))
    impl->shards.Give(*any_text);
}

CompilerStats Compiler::stats() const {
  const CacheBudget& budget = impl->shards.budget();
  CompilerStats stats;
  stats.hits = budget.hits;
  stats.misses = budget.misses;
  stats.evictions = budget.evictions;
  for (const std::shared_ptr<Shard>& shard : impl->shards.Made()) {
    std::lock_guard<std::mutex> lock(shard->mutex);
    stats.cache_bytes += shard->masks.bytes();
    stats.static_bytes += shard->statics.MemoryBytes();
  }
  return stats;
}

void Compiler::ClearCache() {
  for (const std::shared_ptr<Shard>& shard : impl->shards.Made()) {
    std::lock_guard<std::mutex> lock(shard->mutex);
    shard->masks.Clear();
  }
  impl->shards.ForgetUnused();
}

const Vocabulary& Compiler::vocabulary() const { return *impl->vocabulary; }

CompiledGrammar::CompiledGrammar(std::unique_ptr<CompiledImpl> impl) : impl(std::move(impl)) {}
CompiledGrammar::~CompiledGrammar() = default;

size_t CompiledGrammar::MemoryBytes() const {
  size_t bytes = impl->program.size();
  for (const std::shared_ptr<Instance>& instance :
       impl->compiler->shards.InstancesOf(impl->number)) {
    std::lock_guard<std::mutex> lock(instance->shard->mutex);
    bytes += instance->grammar->MemoryBytes();
  }
  return bytes;
}

std::span<const uint8_t> CompiledGrammar::program() const { return impl->program; }

bool CompiledGrammar::Satisfiable() const { return impl->satisfiable; }

Result<std::unique_ptr<Matcher>> CompiledGrammar::NewMatcher(const MatcherOptions& options) {
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
  matcher->family->Add(matcher.get());
  const LockedShard locked = impl->compiler->shards.Lock(impl->place);
  const Status begun = Begin(*matcher, locked);
  if (!begun.ok()) return begun;
  return std::make_unique<Matcher>(std::move(matcher));
}

Status Begin(MatcherImpl& matcher, const LockedShard& locked) {
  Family& family = *matcher.family;
  Budget budget(matcher.options.limits.timeout_ms, 0);
  Result<std::shared_ptr<Instance>> instance = family.compiled->In(locked, budget);
  if (!instance.ok()) return instance.status();
  Grammar& grammar = *instance.value()->grammar;
  CellStore cells;
  Machine machine(grammar, cells);
  machine.budget = &budget;
  BudgetScope scope(grammar, budget);
  const CellId start = machine.Start();
  if (budget.exhausted()) return budget.status();
  ++locked.shard->served;
  family.instance = std::move(instance).value();
  family.place = locked.place;
  family.cells = std::move(cells);
  family.recent.Clear();
  matcher.start = matcher.config = start;
  return Status();
}

}  // namespace grammask
