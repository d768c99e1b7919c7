// Inside of Compiler, CompiledGrammar and Matcher. See engine.h for who owns what.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "engine/language_impl.h"
#include "mask/mask.h"

namespace grammask {

struct CompilerImpl {
  CompilerImpl(std::shared_ptr<const Vocabulary> vocabulary, size_t cache_bytes)
      : vocabulary(vocabulary), masks(vocabulary, cache_bytes), cache_bytes(cache_bytes) {}
  std::mutex mutex;  // guards everything here and every family made from it
  std::shared_ptr<const Vocabulary> vocabulary;
  Statics statics;
  MaskEngine masks;
  size_t cache_bytes;
  uint32_t next_grammar = 0;
  std::atomic<uint32_t> grammars{0};  // alive; only a compile adds one, under the mutex

  // Grammars hold ids into the statics, so these are forgotten as a whole, and only when no grammar
  // is left. Under the mutex.
  void FlushStaticsAbove(size_t bytes) {
    if (grammars != 0 || statics.MemoryBytes() <= bytes) return;
    statics.bytes.Clear();
    statics.pool.Clear();
    masks.Clear();
  }
};

struct CompiledImpl {
  explicit CompiledImpl(std::shared_ptr<CompilerImpl> owner) : compiler(std::move(owner)) {
    ++compiler->grammars;
  }
  ~CompiledImpl() { --compiler->grammars; }
  CompiledImpl(const CompiledImpl&) = delete;
  CompiledImpl& operator=(const CompiledImpl&) = delete;

  std::shared_ptr<CompilerImpl> compiler;
  std::unique_ptr<Grammar> grammar;
  uint32_t key = 0;
  bool satisfiable = false;
  Limits limits;
};

// A matcher and its forks: one store, collected when it has doubled since the last collection.
struct Family {
  std::shared_ptr<CompiledImpl> compiled;
  CellStore cells;
  std::vector<MatcherImpl*> members;
  std::unordered_map<CellId, std::shared_ptr<const MaskWords>>
      recent;  // masks by configuration (a family has one set of stop tokens)
  size_t collect_at = 0;
};

struct MatcherImpl {
  std::shared_ptr<Family> family;
  MatcherOptions options;
  std::vector<uint32_t> stop_tokens;
  CellId start = 0, config = 0;
  bool terminated = false;
  std::vector<CellId> history;  // configurations before each unit, oldest first
  MatcherStats stats;
};

}  // namespace grammask
