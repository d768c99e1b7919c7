// Slots, and the names that fill them.
//
// A slot is a terminal whose texts a host may narrow while a text is written: "a member stands
// here, and the object has these members". Its pattern says what any name looks like. What the host
// answers is a *lexicon*, the names that exist there, or "unknown", and then the pattern decides.
//
// What an answer is about: one slot by its name, at one place of the text. The place is the
// beginning of the name. It may lie behind (some of the name is typed), here, or ahead, behind
// bytes that a single token would write before it: most identifiers begin in the middle of a token.
//
// *A lexicon is an expression.* The names that the pattern takes are a union of texts, and a slot
// that was answered is an ordinary terminal with that expression: masks, islands, completions and
// dead ends need to know nothing of slots, and a closed slot costs what a list of texts costs. So
// the same names at another place are the same states.
//
// *Before the answer* a slot is a frame of its own (machine.h: kSlot), which knows how many bytes
// of its name are typed, so that frames of names that begin at different places stay apart.
//
// *Answers ahead* are part of the configuration: entries of (slot, names, bytes that come first).
// The byte step shortens the bytes, drops entries that were not met, and applies one whose bytes
// are read, to the frames that stand there. So forks, rollbacks, drafts and masks have them at no
// cost.
//
// *Answers behind.* Where a name may already have ended, what follows it stands beside it in the
// configuration and cannot be told from what follows something else. So while a slot that nobody
// answered is open, the configuration keeps the units (tokens, texts, answers) since the one in
// which it began, and an answer is given where it belongs: ahead, before that unit. Then the units
// are read again. That is what happens if the host had known it in time, by construction.
//
// Rejected: a set of names beside the parser, looked at when a name ends. It finds out too late
// (the mask would offer beginnings of names that do not exist), and cannot forbid a token that runs
// through a name and beyond.
//
// Source of the idea: Wei, Xia, Zhang, Copiloting the Copilots: Fusing Large Language Models with
// Completion Engines for Automated Program Repair (2023).
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "automata/byte_automaton.h"
#include "base/budget.h"
#include "base/byte_set.h"

namespace grammask {

using LexiconId = uint32_t;
inline constexpr LexiconId kUnknownNames = kNone;  // the pattern decides

// A request for the names of a slot.
struct SlotRequest {
  std::string name;    // of the slot
  std::string before;  // bytes between here and the beginning of the name
  std::string typed;   // what is already written of the name

  auto operator<=>(const SlotRequest&) const = default;
};

// Names in one text, each behind its length: two lists are compared at once.
class LexiconNames {
 public:
  void Add(std::string_view name) {
    const auto length = static_cast<uint32_t>(name.size());
    for (int shift = 0; shift < 32; shift += 8) text_.push_back(static_cast<char>(length >> shift));
    text_ += name;
    ++count_;
  }
  void Reserve(size_t bytes) { text_.reserve(bytes); }
  const std::string& text() const { return text_; }
  std::vector<std::string_view> Names() const;  // of this object's text

 private:
  std::string text_;
  size_t count_ = 0;
};

// The lexicons that a grammar was given, by content.
class Lexicons {
 public:
  // total: bytes of the lexicons of all grammars of a shard; a grammar goes without its lock.
  Lexicons(ExprPool& pool, ByteAutomaton& bytes, std::atomic<size_t>& total)
      : pool_(pool), bytes_(bytes), total_(total) {}
  ~Lexicons() { total_ -= memory_; }
  Lexicons(const Lexicons&) = delete;
  Lexicons& operator=(const Lexicons&) = delete;

  // A list as it was given before.
  std::optional<LexiconId> Find(const LexiconNames& list) const;
  // The same id for the same names in any order. Empty names and those that are no UTF-8 fill no
  // slot, and so do those with other bytes than these.
  LexiconId Add(const LexiconNames& list, const ByteSet& bytes, Budget& budget);
  // The state before the names that the pattern takes; kDead where there is none.
  ByteState Within(LexiconId lexicon, ByteState pattern);

 private:
  ExprPool& pool_;
  ByteAutomaton& bytes_;
  std::unordered_map<std::string, LexiconId> given_;   // by lists as they were given
  std::unordered_map<std::string, LexiconId> sorted_;  // by lists in order
  std::vector<LexiconNames> names_;                    // in order
  std::map<std::pair<LexiconId, ByteState>, ByteState> within_;
  void Grow(size_t bytes) {
    memory_ += bytes;
    total_ += bytes;
  }
  std::atomic<size_t>& total_;
  size_t memory_ = 0;
};

}  // namespace grammask
