// Regular languages over Unicode scalar values, as hash-consed expressions with lazy derivatives.
//
// An expression is a small id. Equal expressions (after the simplifications of the smart
// constructors: associativity, idempotence, neutral and absorbing elements, sorted operands of
// union and intersection) are one id, across all grammars of a compiler. An expression *is* an
// automaton state: its derivative by a code point is the next state, its nullability says whether
// it accepts, and `Arcs()` is its transition row. Rows are made on the first visit and cached.
// Counted repetition stays one node whose derivative has smaller bounds; nothing is unrolled, and
// counters that run in step are kept as one interval.
//
// Emptiness is decided by a search over derivatives, memoised, within a budget of states. Without
// intersection and complement every expression that is not EMPTY is non-empty by construction, and
// no search runs.
//
// Sources: Brzozowski, Derivatives of regular expressions (1964); Antimirov, Partial derivatives
// of regular expressions and finite automaton constructions (1996); Owens, Reppy, Turon,
// Regular-expression derivatives re-examined (2009).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "program/program.h"

namespace grammask {

class Budget;

using ExprId = uint32_t;

// A transition: code points lo..hi lead to target. Sorted, disjoint. Arcs to states known to be
// empty are left out.
struct Arc {
  uint32_t lo, hi;
  ExprId target;
};

enum class Tri : uint8_t { kNo, kYes, kUndecided };

class ExprPool {
 public:
  static constexpr ExprId kEmpty = 0;    // no text
  static constexpr ExprId kEpsilon = 1;  // the empty text
  static constexpr ExprId kAny = 2;      // every text: any code point, any number of times
  static constexpr uint32_t kInfinity = kNone;

  ExprPool();
  ~ExprPool();
  ExprPool(const ExprPool&) = delete;
  ExprPool& operator=(const ExprPool&) = delete;

  ExprId Set(std::span<const CharRange> ranges);
  ExprId Literal(std::string_view utf8);
  ExprId Concat(std::span<const ExprId> parts);
  ExprId Union(std::span<const ExprId> parts);
  // One of these texts. However long the list is, it costs what is visited of it. What is no UTF-8
  // is left out.
  ExprId Texts(std::vector<std::string_view> texts);
  ExprId Intersect(std::span<const ExprId> parts);
  ExprId Complement(ExprId x);
  ExprId Repeat(ExprId x, uint32_t min, uint32_t max);
  // The texts of 1..max_length (at most 255) letters, digits and hyphens, in either case, that
  // Punycode decodes to a text of x with a character beyond ASCII; its ASCII letters are small.
  // There is no Punycode in x. Its states are kept for each text read, and whether one is empty is
  // found out as far as a bounded number of tries goes: near the greatest length exactly, else it
  // may stay undecided.
  ExprId Punycode(ExprId x, uint32_t max_length);
  // All expressions of a program, index for index. A literal that nothing but long lists names is
  // kNone.
  std::vector<ExprId> Import(const Program& program);  // incomplete where the budget is exhausted

  bool Nullable(ExprId x) const;
  std::span<const Arc> Arcs(ExprId x);  // valid until the next call of a non-const member
  ExprId Derive(ExprId x, uint32_t code_point);
  // Code points around this one, which is among them, that leave the same; kEmpty is none.
  Arc ArcAt(ExprId x, uint32_t code_point);
  // Those of the arcs that meet lo..hi.
  std::vector<Arc> ArcsWithin(ExprId x, uint32_t lo, uint32_t hi);
  // Arcs enough to reach what can be reached: inside Punycode not one for each character, but those
  // of a completion, and those that end it. `*partial`: some were left out.
  std::vector<Arc> ArcsToSearch(ExprId x, bool* partial);
  // Can a text of x begin inside Punycode? There every text read is a state of its own.
  bool InLabel(ExprId x) const;
  // How many ASCII letters and digits, whichever, may follow a state inside Punycode: every text of
  // up to so many of them is alive. 0 where that is not so or not known. Where it is not 0, only
  // letters, digits and hyphens can follow, unless the label may end there: LabelEnds says so for a
  // text of letters and digits behind the state.
  uint32_t FreeLetters(ExprId x);
  bool LabelEnds(ExprId x, std::string_view letters);

  // Is some text in the language? kUndecided when the search passes `emptiness_states`.
  Tri NonEmpty(ExprId x);
  // A shortest accepted text (fewest code points; among those the smallest bytes), decoded UTF-8.
  // nullopt: empty, undecided, or longer than 16 MiB. Where the budget of states does not reach to
  // compare all of the shortest, it is one of them. A length that passes 2^32 - 2 is given as that.
  // Where the way leads through Punycode it is a short text, not proven the least.
  std::optional<std::string> Shortest(ExprId x);
  std::optional<uint32_t> ShortestLength(ExprId x);
  // The expression with repetitions that count no further than `count`: after any text of so many
  // code points at most, it can be completed, or is complete, if and only if x can or is. Parts
  // stay as they are where it is not known how (complements, intersections but for bounds on the
  // length).
  ExprId Clamped(ExprId x, uint32_t count);
  // Whatever a text of x begins with, so many code points more at most complete it (not the least
  // such number). nullopt: not known.
  std::optional<uint32_t> MostNeeded(ExprId x);
  // Some alternative begins with any text at all: whatever is read first, so many code points more
  // are enough. nullopt: it is not known to be so.
  std::optional<uint32_t> CompletesAnything(ExprId x);
  // Is there an accepted text of min..max code points? max kInfinity: no upper bound. (Expressions
  // may themselves count.)
  Tri HasLength(ExprId x, uint32_t min, uint32_t max);
  // A shortest accepted text of at least min and at most max code points.
  std::optional<std::string> ShortestOfLength(ExprId x, uint32_t min, uint32_t max);

  std::string ToString(ExprId x) const;  // for tests and messages
  size_t size() const;                   // number of expressions
  size_t MemoryBytes() const;
  // Forgets everything but the three constants. The caller must drop every ExprId first (flush of a
  // full cache).
  void Clear();

  uint32_t emptiness_states = 20000;  // bound of one search

  // Time and memory of the calls that derive (Arcs, Derive, NonEmpty, the shortest texts,
  // HasLength). Not owned; nullptr: no bound. Once it is exhausted these answer "no arcs" or
  // "undecided" and remember nothing of it: the caller looks at the budget and drops the answer.
  Budget* budget = nullptr;

  // As Shortest, but with the fewest bytes.
  std::optional<std::string> ShortestInBytes(ExprId x);
  std::optional<uint32_t> ShortestByteLength(ExprId x);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace grammask
