// Inside of Language, and what languages and matchers share.
#pragma once

#include <memory>
#include <mutex>

#include "engine/engine.h"
#include "parser/grammar.h"
#include "parser/machine.h"

namespace grammask {

inline constexpr size_t kDefaultFamilyBytes = size_t{256} << 20;

struct LanguageImpl {
  std::mutex mutex;
  Statics statics;
  std::unique_ptr<Grammar> grammar;
  size_t collect_at = size_t{64} << 20;
};

// Puts an operation's budget into every schema of a grammar, and takes it out again.
class SchemaBudget {
 public:
  SchemaBudget(Grammar& grammar, Budget* budget) : grammar_(grammar) { Set(budget); }
  ~SchemaBudget() { Set(nullptr); }
  SchemaBudget(const SchemaBudget&) = delete;
  SchemaBudget& operator=(const SchemaBudget&) = delete;

 private:
  void Set(Budget* budget) {
    for (uint32_t i = 0; i < grammar_.schema_count(); ++i) grammar_.schema(i).budget = budget;
  }
  Grammar& grammar_;
};

}  // namespace grammask
