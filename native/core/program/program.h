// The program: a verified, read-only view of what a front end wrote (docs/program.md).
//
// ReadProgram() copies a buffer into plain vectors and checks every word: lengths, ranges, UTF-8,
// that expressions refer backwards only, that decimals are canonical. After it, the rest of the
// engine indexes without checks. Nothing here knows what a mask is.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/id_range.h"
#include "base/status.h"

namespace grammask {

inline constexpr uint32_t kNone = 0xFFFFFFFFu;
inline constexpr uint32_t kProgramMagic = 0x4B534D47u;
inline constexpr uint32_t kProgramVersion = 4;

enum class ExprOp : uint32_t {
  kEmpty,
  kEpsilon,
  kSet,
  kLiteral,
  kConcat,
  kUnion,
  kIntersect,
  kComplement,
  kRepeat,
  kPunycode,
  kBytes,
  kNames,  // of no program: what the engine makes of a long list of literals (automata/names.cc)
};
enum class SymbolKind : uint32_t {
  kTerminal,
  kRule,
  kSchema,
  kTokens,
  kLimited,
  kSlot,
  kBounded,
};
enum class RecordTag : uint32_t {
  kTypes = 1,
  kScalars,
  kNumber,
  kString,
  kArray,
  kObject,
  kAllOf,
  kAnyOf,
  kOneOf,
  kNot,
  kContains
};

enum TypeBits : uint32_t {
  kTypeNull = 1,
  kTypeBoolean = 2,
  kTypeNumber = 4,
  kTypeString = 8,
  kTypeArray = 16,
  kTypeObject = 32,
  kTypeInteger = 64,
  kTypePlainInteger = 128,  // written without fraction and exponent part
};
enum ScalarBits : uint32_t { kScalarNull = 1, kScalarTrue = 2, kScalarFalse = 4 };

struct CharRange {
  uint32_t lo, hi;
  bool operator==(const CharRange&) const = default;
};

struct ProgramExpr {
  ExprOp op;
  std::vector<uint32_t> args;  // kSet: {set}; kLiteral: {string}; kRepeat: {expr, min, max};
                               // kPunycode: {expr, most characters}; else expressions (kBytes: one)
};

struct ProgramRecord {
  RecordTag tag;
  std::vector<uint32_t> payload;
};

enum Whitespace : uint32_t {
  kAnySpace,      // between, before and behind all tokens
  kCompactSpace,  // none
  kSpaced,        // one space behind `:` and `,`
  kLines,         // each member and item on a line of its own, `indent` spaces deeper a level
  kInsideSpace,   // any within brackets, none around the outermost value
  kBoundedSpace,  // the same, at most `indent` characters of it in a row
  kPatternSpace   // texts of the gaps, none around the outermost value
};

// What stands between the brackets and values of a container: expressions.
struct SchemaGaps {
  uint32_t pad = kNone;   // behind an opening bracket and before a closing one
  uint32_t item = kNone;  // between two members or items
  uint32_t key = kNone;   // between a member's name and its value
};

enum SpellingWord : uint32_t {
  kSpelledAnyhow,
  kSpelledCanonically,
  kSpelledByEscapes  // numbers anyhow, strings with the escapes named
};
inline constexpr uint32_t kEscapeWord = 1023;  // the bits of an escapes word; string_decoder.h

struct SchemaStyle {
  uint32_t whitespace = kAnySpace, indent = 0, key_order = 0, spelling = kSpelledAnyhow,
           undeclared = 0;
  SchemaGaps gaps;       // of kPatternSpace
  uint32_t escapes = 0;  // of kSpelledByEscapes
};

struct SchemaRoot {
  uint32_t node;
  SchemaStyle style;
};

// One token: of those listed, or of all others but stop tokens.
struct ProgramTokens {
  bool excluded = false;
  std::vector<IdRange> ids;     // sorted, disjoint, not adjacent
  std::vector<uint32_t> names;  // strings, ascending: special tokens
};

struct Symbol {
  SymbolKind kind;
  uint32_t arg;
  uint32_t extra = 0;  // kLimited, kBounded: most tokens; kSlot: its name, a string
};

struct ProgramRule {
  uint32_t name;
  std::vector<std::vector<Symbol>> alternatives;
};

struct Program {
  std::vector<std::string> strings;
  std::vector<std::vector<CharRange>> sets;
  std::vector<ProgramExpr> exprs;
  std::vector<ProgramTokens> token_sets;
  std::vector<std::vector<ProgramRecord>> nodes;
  std::vector<SchemaRoot> roots;
  std::vector<ProgramRule> rules;
  uint32_t root = 0;
  bool has_bounds = false;  // some rule is bounded somewhere
};

// kSyntax with the word's position on any violation. Bounded by the buffer's length (no count is
// trusted before it is checked against it).
Result<Program> ReadProgram(std::span<const uint8_t> bytes);

// A readable listing, one entry a line, for tests and debugging.
std::string PrintProgram(const Program& program);

}  // namespace grammask
