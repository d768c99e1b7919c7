// The engine's face: what the addon and the native tests use.
//
//   Program bytes ─► Language::Create ─► Compiler::Compile ─► CompiledGrammar ─► Matcher ─► masks
//
// A Language is a verified program ready to run, without a vocabulary (Grammar.test and explain use
// it alone). A Compiler owns a vocabulary and the static caches (automata, island masks) that all
// its grammars share. A CompiledGrammar is a Language bound to a vocabulary. A Matcher is a
// position in a text: one small id, plus its history. A matcher and its forks are one family and
// share one store of dynamic nodes.
//
// Threads: calls on matchers of one compiler may come from several threads; they wait for each
// other where their matchers belong to the same shard (shard.h). A call that changes a matcher must
// be the only one on it. (The border makes a change under a pending mask an error before it comes
// here.)
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/budget.h"
#include "base/status.h"
#include "lexicon/lexicon.h"
#include "vocabulary/vocabulary.h"

namespace grammask {

struct Limits {
  double timeout_ms = -1;   // of each operation; < 0: none
  size_t memory_bytes = 0;  // of one family's dynamic store; 0: the default (256 MiB)
  // Work that sees a true here ends with kDeadline.
  std::shared_ptr<const std::atomic<bool>> cancelled;
};

// One piece of an input that mixes text and special tokens.
struct InputPiece {
  bool is_token = false;
  std::string bytes;       // text
  uint32_t token = 0;      // token by id …
  std::string token_name;  // … or, when not empty, by name
};

struct Explanation {
  bool accepted = false;     // the whole input is in the language
  bool viable = false;       // it can be continued to a text of the language
  uint64_t valid_bytes = 0;  // bytes of the longest viable prefix (text bytes; tokens count 0)
  std::vector<std::string> expected;  // what may come after the longest viable prefix, in words
};

struct LanguageImpl;
class Language {
 public:
  // kSyntax for a bad buffer, kSchema for a reference cycle, kDeadline, kMemory.
  static Result<std::shared_ptr<Language>> Create(std::span<const uint8_t> program,
                                                  const Limits& limits);
  Result<bool> Test(std::span<const InputPiece> input, const Limits& limits);
  Result<bool> TestPrefix(std::span<const InputPiece> input, const Limits& limits);
  Result<Explanation> Explain(std::span<const InputPiece> input, const Limits& limits);
  // Is there any text in the language? kUndecided is reported as true with *undecided set.
  Result<bool> Satisfiable(const Limits& limits, bool* undecided);
  ~Language();

  explicit Language(std::unique_ptr<LanguageImpl> impl);
  std::unique_ptr<LanguageImpl> impl;
};

struct MatcherStats {
  uint64_t masks = 0, cache_hits = 0, nodes_walked = 0, undecided = 0;
};

struct Completion {
  std::string bytes;
  std::vector<uint32_t> tokens;  // greedy tokenization of bytes, without a stop token
};

struct CompilerStats {
  uint64_t cache_bytes = 0, hits = 0, misses = 0, evictions = 0;
  uint64_t static_bytes = 0;  // automata
};

struct CompilerOptions {
  size_t cache_bytes = 0;  // 0: the default (64 MiB)
  uint32_t threads = 1;    // that may work side by side
};

struct KeptMask;  // mask/token_set.h

struct CompilerImpl;
struct CompiledImpl;
struct MatcherImpl;
class ThreadPool;

class Matcher {
 public:
  uint32_t mask_words() const;
  // Writes words() words. Returns false if every token is allowed. On error the mask is all zeros
  // and the state unchanged.
  Result<bool> FillMask(std::span<int32_t> mask);
  // The same where the mask is known already and the shard is not busy; else nullopt, and nothing
  // is written.
  std::optional<bool> CopyKnownMask(std::span<int32_t> mask);
  // The mask where it is kept, without a copy. It is shared and never changes, and is good for as
  // long as it is held.
  Result<std::shared_ptr<const KeptMask>> Mask();
  std::shared_ptr<const KeptMask> KnownMask();  // nullptr where CopyKnownMask is nullopt
  Result<bool> Accept(uint32_t token);          // false: not allowed, state unchanged. kTokenRange.
  Result<bool> AcceptBytes(std::string_view bytes);  // all or nothing; one rollback unit
  Result<uint32_t> Validate(
      std::span<const uint32_t> tokens);  // length of the longest acceptable prefix
  // Masks along drafted tokens. Token i stands behind token parents[i] of the draft, which comes
  // before it, or at the matcher's position (-1); without parents, behind the one before. Row i of
  // the masks says what may follow token i: nothing where it may not stand at its place, or ends
  // the text. Returns how many may stand. On error every row is zeros.
  Result<uint32_t> FillDraftMasks(std::span<const uint32_t> draft, std::span<const int32_t> parents,
                                  std::span<int32_t> masks);
  Status Rollback(uint32_t units);  // kState beyond the history kept
  std::unique_ptr<Matcher> Fork();
  void Reset();
  Result<std::string> ForcedBytes();  // what must come next
  Result<std::vector<uint32_t>>
  ForcedTokens();  // greedy tokens of it that stay forced whatever follows
  bool IsAccepting();
  bool IsTerminated();
  bool IsDead();  // nothing can follow, not even the end
  Result<std::optional<Completion>> ShortestCompletion();
  // Slots that nobody has answered: open ones, and those that a token may reach (of all tokens, or
  // of one that may be accepted). Each has a number, valid until the matcher moves.
  struct NumberedSlot {
    uint32_t number;
    SlotRequest request;
  };
  enum class Ahead { kNone, kAllTokens, kOneToken };
  Result<std::vector<NumberedSlot>> Slots(Ahead ahead, uint32_t token = 0);
  // Which names fill a slot; nullptr: its pattern decides. kState for a number that is not valid,
  // or has its answer. One that another answer ruled out takes any.
  Status Provide(uint32_t slot, const LexiconNames* names);
  MatcherStats stats() const;
  ~Matcher();

  explicit Matcher(std::unique_ptr<MatcherImpl> impl);
  std::unique_ptr<MatcherImpl> impl;
};

// Masks of several matchers, one row of mask_words() each. Of a compiler with several threads those
// that are not known yet are made side by side; no call may be under way on the matchers. On error
// (kArgument, kDeadline, kMemory) it names the first matcher that has no mask, and the rows of all
// such are zeros.
struct BatchPolicy {
  // Work that is left, if the other masks take what those so far took, for which other threads are
  // woken; never where all masks so far were known, but at once for 0.
  std::chrono::microseconds worth_threads{150};
  // The same, if the others take what the unknown ones took, for which matchers are moved to other
  // shards.
  std::chrono::microseconds worth_moves{1000};
};
Status FillMasks(std::span<Matcher* const> matchers, std::span<int32_t> masks, ThreadPool& pool,
                 const BatchPolicy& policy = {});

struct MatcherOptions {
  uint32_t max_rollback = kNoLimit;                  // units of history kept
  std::optional<std::vector<uint32_t>> stop_tokens;  // in place of the vocabulary's
  Limits limits;
  static constexpr uint32_t kNoLimit = 0xFFFFFFFFu;
};

struct Warmth {
  uint64_t states = 0;    // positions whose masks are there
  bool complete = false;  // the search ended before its bounds
};

class CompiledGrammar {
 public:
  Result<std::unique_ptr<Matcher>> NewMatcher(const MatcherOptions& options);
  // Makes masks ahead of use, as many as the time, the memory and the cache allow.
  Result<Warmth> Warm(const Limits& limits);
  std::span<const uint8_t> program() const;
  size_t MemoryBytes() const;
  bool Satisfiable() const;  // decided at compile; an undecided language counts as satisfiable
  ~CompiledGrammar();

  explicit CompiledGrammar(std::unique_ptr<CompiledImpl> impl);
  std::shared_ptr<CompiledImpl> impl;
};

class Compiler {
 public:
  Compiler(std::shared_ptr<const Vocabulary> vocabulary, const CompilerOptions& options);
  // kVocabulary (an unknown special token), kVocabularyIncomplete, kDeadline, kMemory, kSchema.
  Result<std::shared_ptr<CompiledGrammar>> Compile(std::span<const uint8_t> program,
                                                   const Limits& limits);
  // Makes ahead of use what a program needs at the beginning of a string, as far as the grammars of
  // a compiler share it. Meant for a thread of its own: no other call waits for it. It ends when
  // *cancelled becomes true.
  void Prepare(std::span<const uint8_t> program, const std::atomic<bool>& cancelled);
  CompilerStats stats() const;
  void ClearCache();
  const Vocabulary& vocabulary() const;
  ~Compiler();

  std::shared_ptr<CompilerImpl> impl;
};

}  // namespace grammask
