// What is inside ExprPool: the store of nodes and the work on them. Only the files of this folder
// include it.
//
// - expr.cc        the store, and the public face
// - construct.cc   the smart constructors
// - names.cc       long lists of texts
// - expr_print.cc  readable listings
// - import.cc      the expressions of a program
// - clamped.cc     expressions that count no further than the longest token
// - derivative.cc  rows of arcs
// - emptiness.cc   is there a text at all
// - shortest.cc    shortest texts, put together from parts
// - pure_texts.cc  texts from the structure
// - text_search.cc short texts by search
// - lengths.cc     which lengths occur
// - a_labels.cc    Punycode: its states, and whether they can be completed
// - a_label_arcs.cc  steps of states inside Punycode, one character at a time
// - a_label_runs.cc  whether any letters and digits may follow such a state
//
// punycode.h has what RFC 3492 says, and nothing of expressions.
//
// Children are interned before their parents, so a child's id is smaller than its parent's (but for
// kAny, which is made with the pool).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "automata/char_set.h"
#include "automata/expr.h"
#include "automata/name_table.h"
#include "base/budget.h"
#include "base/short_list.h"

namespace grammask {

inline constexpr uint32_t kInf = ExprPool::kInfinity;
inline constexpr uint32_t kHuge = kInf - 1;  // a finite length that is too large to count
inline constexpr size_t kMaxWitnessBytes = size_t{16} << 20;

inline uint32_t AddMin(uint64_t a, uint64_t b) {
  return static_cast<uint32_t>(a + b < kHuge ? a + b : kHuge);
}
inline uint32_t MulMin(uint64_t a, uint64_t b) {
  return static_cast<uint32_t>(a * b < kHuge ? a * b : kHuge);
}
inline uint32_t AddMax(uint64_t a, uint64_t b) {
  return static_cast<uint32_t>(a + b < kInf ? a + b : kInf);
}
inline uint32_t MulMax(uint64_t a, uint64_t b) {
  if (a == 0 || b == 0) return 0;
  if (a == kInf || b == kInf) return kInf;
  return static_cast<uint32_t>(a * b < kInf ? a * b : kInf);
}

enum NodeFlags : uint8_t {
  kNullable = 1,
  kPure = 2,      // no intersection or complement inside: min_len, max_len and min_bytes are exact
  kDense = 4,     // pure, and every length from min_len to max_len occurs
  kSure = 8,      // not empty, by construction or by a search
  kVoid = 16,     // empty, found by a search
  kInLabel = 32,  // Punycode can come first: steps are made one by one, not as a row
};

struct Node {
  ExprOp op = ExprOp::kEmpty;
  uint8_t flags = 0;
  uint16_t depth = 0;  // kNames: bytes of each text that are read
  uint32_t hash = 0;
  // kSet: offset and count in ranges. kLiteral: offset and length in text, code points. kConcat:
  // head, tail, parts. kUnion, kIntersect: offset and count in kids. kComplement: operand. kRepeat:
  // operand, min, max. kPunycode: operand, index in labels. kNames: table, the first of its texts,
  // one behind the last.
  uint32_t a = 0, b = 0, c = 0;
  uint32_t min_len = 0, max_len = 0;  // bounds of the length in code points
  uint32_t min_bytes = 0;
  uint32_t row = kNone;
  bool Has(uint8_t flag) const { return (flags & flag) != 0; }
};

// What Punycode is written in; capitals are read as small letters.
inline constexpr std::string_view kLabelCharacters = "-0123456789abcdefghijklmnopqrstuvwxyz";

// Texts that are a union of literals, and bytes of one that may stand in a longer list.
inline constexpr uint32_t kFewNames = 8, kLongestName = 1024;

// The greatest maximum of a length of Punycode.
inline constexpr uint32_t kMaxPunycode = 255;

using ExprIdList = ShortList<ExprId, 16>;
using ArcList = ShortList<Arc, 64>;

enum class Measure { kCodePoints, kBytes };
enum class Order { kNearest, kInOrder };

struct ExprPool::Impl {
  explicit Impl(const ExprPool* pool);

  // expr.cc, construct.cc, expr_print.cc
  void Reset();
  ExprId Set(const CharSet& canonical);
  ExprId Literal(std::string_view utf8);
  ExprId LiteralSuffix(ExprId literal, uint32_t* first);  // cuts off the first code point
  ExprId Cons(ExprId head, ExprId tail);
  ExprId Concat(std::span<const ExprId> parts);
  ExprId Union(std::span<const ExprId> parts);
  ExprId Intersect(std::span<const ExprId> parts);
  ExprId Complement(ExprId x);
  ExprId Repeat(ExprId x, uint32_t min, uint32_t max);
  ExprId Punycode(ExprId x, uint32_t max_length);     // a_labels.cc
  ExprId Texts(std::vector<std::string_view> texts);  // names.cc
  std::string ToString(ExprId x) const;
  size_t MemoryBytes() const;

  const Node& At(ExprId x) const { return nodes[x]; }
  std::span<const ExprId> Kids(const Node& node) const { return {kids.data() + node.a, node.b}; }
  std::span<const CharRange> Ranges(const Node& node) const {
    return {ranges.data() + node.a, node.b};
  }
  std::string_view Text(const Node& node) const { return {text.data() + node.a, node.b}; }
  uint32_t Weight(const Node& node, Measure measure) const {
    return measure == Measure::kBytes ? node.min_bytes : node.min_len;
  }

  // names.cc
  ExprId Stretch(uint32_t table, uint32_t lo, uint32_t hi, uint32_t depth);
  void ForFirstOfNames(const Node& node, const std::function<bool(uint32_t, ExprId)>& visit);
  std::string_view ShortestName(const Node& node, Measure measure) const;
  std::vector<ExprId> NamesByLength(const Node& node, uint32_t min, uint32_t max);
  uint32_t PointsLeft(const Node& node, uint32_t name) const;
  void DescribeNames(Node* node) const;
  const NameTable& NamesOf(const Node& node) const { return *tables[node.a]; }

  // Any text of so many code points.
  bool IsLength(const Node& node) const { return node.op == ExprOp::kRepeat && node.a == any_char; }

  // clamped.cc
  std::optional<uint32_t> MostNeeded(ExprId x);
  std::optional<ExprId> WithoutLength(const Node& intersection, uint32_t count);
  ExprId Clamped(ExprId x, uint32_t count);

  // derivative.cc
  struct Row {
    uint32_t raw = 0, raw_count = 0;    // every target that is not EMPTY
    uint32_t live = 0, live_count = 0;  // less those decided to be empty
    bool filtered = false;
  };
  bool MakeRow(ExprId x);  // false: the budget is exhausted, and nothing was stored
  std::span<const Arc> RawArcs(ExprId x) const {
    const Row& row = rows[nodes[x].row];
    return {arcs.data() + row.raw, row.raw_count};
  }
  std::span<const Arc> LiveArcs(ExprId x);

  // a_labels.cc
  struct Label {
    ExprId operand = 0;
    ExprId parent = kNone;        // the state one character before; kNone: nothing was read
    uint32_t completion = kNone;  // where in `completions` a text that completes it lies
    uint8_t completion_length = 0;
    uint8_t length = 0, max_length = 0;
    char last = 0;
    bool empty = false;   // proven: nothing completes it
    bool broken = false;  // digits cannot go on: only a hyphen, which makes all of it basic, can
  };
  const Label& LabelOf(const Node& node) const { return labels[node.b]; }
  std::string LabelText(ExprId x) const;
  // A text that completes a Punycode state, if one is known.
  std::optional<std::string_view> Completion(const Node& node) const;
  // What is left of a Punycode state behind a character. kEmpty also if the budget is exhausted.
  ExprId LabelAfter(ExprId x, uint32_t cp);

  // a_label_arcs.cc, for states with kInLabel; the others take the rows.
  ExprId Step(ExprId x, uint32_t cp);               // Canon of the derivative
  ExprId LiveStep(ExprId x, uint32_t cp);           // kEmpty also if it is found to be empty
  std::vector<Arc> OtherArcs(ExprId x, int depth);  // by what is no character of a label
  // A text of the language, if one is at hand.
  std::optional<std::string> Known(ExprId x);
  // The arcs that a search follows. Of a state inside Punycode these are not all: only those by the
  // next character of a known completion, and those that end the label; `*partial` says so. Where
  // the rest of an intersection allows only few characters, it is all of them.
  std::span<const Arc> SearchArcs(ExprId x, bool* partial);

  // a_label_runs.cc, see expr.h
  uint32_t FreeLetters(ExprId x);
  bool LabelEnds(ExprId x, std::string_view letters);

  // emptiness.cc
  Tri NonEmpty(ExprId x);
  bool Undecided(ExprId x) const;

  // shortest.cc, lengths.cc
  struct Witness {
    uint32_t length = kNone;  // kNone: empty or undecided
    std::string text;         // only if asked for
    bool least = true;        // false: arcs were left out, a shorter one may exist
  };
  std::optional<uint32_t> ShortestLength(ExprId x, Measure measure);
  std::optional<std::string> Shortest(ExprId x, Measure measure);
  Tri HasLength(ExprId x, uint32_t min, uint32_t max);
  std::optional<std::string> ShortestOfLength(ExprId x, uint32_t min, uint32_t max);
  bool LeastKnown(ExprId x) const;  // the shortest length answered is the least, not a short one

  bool Tick() { return owner->budget == nullptr || owner->budget->Tick(); }
  bool Exhausted() const { return owner->budget != nullptr && owner->budget->exhausted(); }
  void Charge(size_t bytes) {
    if (owner->budget != nullptr) owner->budget->Charge(bytes);
  }

  const ExprPool* owner;
  std::vector<Node> nodes;
  std::vector<ExprId> kids;
  CharSet ranges;
  std::string text;                   // all literals, end to end
  std::vector<uint32_t> text_hashes;  // of the bytes from here to the end of the literal
  std::vector<Row> rows;
  std::vector<Arc> arcs;
  ExprId any_char = 0;

  std::vector<std::unique_ptr<const NameTable>> tables;
  std::unordered_multimap<uint64_t, uint32_t> tables_by_hash;

  std::vector<Label> labels;
  std::string completions;  // end to end; that of a state further on may lie inside
  std::unordered_map<ExprId, CharSet> alphabets;  // of operands of Punycode
  std::unordered_map<ExprId, bool> takes_letters;
  std::unordered_map<uint64_t, ExprId> product_steps;  // by state and code point
  struct SearchRow {
    uint32_t begin, count;
    bool partial;
  };
  std::unordered_map<ExprId, SearchRow> search_rows, other_rows, insert_rows;  // in arcs

  std::unordered_map<ExprId, ExprId> clamped;  // to clamped_count
  uint32_t clamped_count = 0;
  std::unordered_map<ExprId, uint32_t> most_needed;
  std::unordered_map<ExprId, uint32_t> undecided;  // to the budget of states that was not enough
  struct LengthMemo {
    uint32_t length;
    uint32_t states;
    bool least;  // false: shorter ones may exist
  };
  std::unordered_map<ExprId, LengthMemo> shortest_memo[2];
  std::unordered_map<ExprId, ExprId>
      choices;  // which member of a union has the smallest shortest text
  struct LengthKey {
    ExprId x;
    uint32_t min, max;
    bool operator==(const LengthKey&) const = default;
  };
  struct LengthKeyHash {
    size_t operator()(const LengthKey& key) const {
      return (key.x * 0x9E3779B97F4A7C15ull) ^ (key.min * 0xC2B2AE3D27D4EB4Full) ^
             (key.max * 0x165667B19E3779F9ull);
    }
  };
  std::unordered_map<LengthKey, Tri, LengthKeyHash> length_memo;

 private:
  template <typename Equal>
  ExprId Find(uint32_t hash, Equal equal);  // kNone: not there, `slot_` is free for it
  ExprId Insert(Node node);                 // at `slot_`, with its attributes
  void Describe(Node* node) const;
  bool MeetsLength(const Node& intersection) const;
  ExprId Intern(ExprOp op, uint32_t a, uint32_t b, uint32_t c);
  ExprId InternList(ExprOp op, std::span<const ExprId> members);
  ExprId InternText(std::string_view bytes, uint32_t at, uint32_t count);
  ExprId InternNames(uint32_t table, uint32_t lo, uint32_t hi, uint32_t depth);
  ExprId Canon(ExprId x) const { return nodes[x].Has(kVoid) ? kEmpty : x; }
  bool MergeTerms(ExprIdList* members);
  bool IsText(ExprId x) const;
  ExprId FindLabel(const Label& label, Node* node);
  ExprId InternLabel(const Label& label);
  const CharSet& Alphabet(ExprId operand);
  bool Decide(Label* label, std::string_view read);
  struct LabelSearch;

  ExprId SoleLabel(ExprId x, std::vector<ExprId>* along);
  bool TakesLabels(ExprId x, uint32_t characters);
  bool TakesLetters(ExprId x);
  ExprId RowStep(ExprId x, uint32_t cp);  // Step by rows
  struct Steps;
  ExprId Step(ExprId x, Steps* steps, int depth);
  std::vector<Arc> MakeOtherArcs(ExprId x, int depth);
  std::span<const Arc> Inserts(ExprId x);
  SearchRow KeepArcs(std::span<const Arc> row, bool partial);
  bool Accepts(ExprId x, std::string_view utf8);
  std::optional<std::string> Known(ExprId x, int* left);
  std::string CharactersToFollow(ExprId x);
  std::string CharactersLeft(ExprId x);

  void Collect(ExprId x, ArcList* emitted, ExprIdList* missing);
  bool Store(ExprId x, const ArcList& row);
  bool Sweep(ArcList* arcs);

  bool HasParts(const Node& node) const;
  std::optional<uint32_t> KnownShortest(ExprId x, Measure measure, bool* known) const;
  std::optional<uint32_t> ShortestOfParts(const Node& node, Measure measure,
                                          std::vector<ExprId>* pending) const;
  bool PartsAreLeast(const Node& node, Measure measure, uint32_t length) const;
  bool FindShortest(ExprId x, Measure measure, std::string* out);
  ExprId ShortestMember(ExprId x, Measure measure);

  bool EmitShortest(ExprId x, Measure measure, std::string* out);
  bool EmitChosen(ExprId x, Measure measure, std::string* out);
  bool EmitDense(ExprId x, uint32_t length, std::string* out);
  bool Choose(ExprId x);
  Witness Search(ExprId x, Measure measure, Order order, uint32_t bound, bool want_text);
  struct LengthSearch;

  std::vector<ExprId> table_;
  CharSet spare_alphabet_;  // where the budget ran out
  size_t slot_ = 0;
  uint32_t seed_;
};

}  // namespace grammask
