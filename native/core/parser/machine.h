// The byte step: one configuration and one byte give the next configuration.
//
// A configuration is the whole state of a parse: a set of nodes, each a frame on top of a set of
// parents. Frames are grammar places, terminals in progress, JSON values in progress; all of them
// go through the same four operations: a frame may be replaced, may push a frame on top of itself,
// may pop (handing a result to each parent), or may die. Everything is a hash-consed cell
// (base/cells.h); a configuration is one id, and 0 is "dead".
//
// Configurations are closed: whatever may end here has already been popped, so the text read so far
// is in the language iff the set holds the DONE node. Two nodes with the same frame are one node
// over the union of their parents, so ambiguity costs polynomial time and space.
//
// A node's first reference is its parent set. Closing runs on a work list with a set of tasks
// already done: unit rules and right-recursive ends loop, and one byte may end as many rules as the
// stack is deep.
#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/byte_set.h"
#include "base/cells.h"
#include "parser/grammar.h"

namespace grammask {

enum CellKind : uint8_t {
  kSet = 1,   // refs: nodes
  kDone,      // the text is complete
  kTerminal,  // refs: parents; data: goal, item, byte state
  kLimited,   // refs: parents; data: goal, item, byte state, tokens left, 1 if it has bytes of the
              // token in progress
  kSlot,  // refs: parents; data: goal, item, byte state, bytes of the name that are typed: a slot
          // that nobody has answered (lexicon/lexicon.h)
  kTokenWait,  // refs: parents; data: goal, item
  kItem,       // refs: parents; data: goal, item: where parsing goes on when what stands above is
               // complete
  kBound,      // the same behind a bounded rule, and two words more: tokens left, and 1 if it stood
               // here before the token in progress (bounds.cc)
  // JSON (json_frames.h says what their references and words are). data[0] is the schema's index.
  kTrail,  // white space behind the outermost value
  kValue,  // a value is about to begin
  kLiteral,
  kNumber,
  kString,
  kArray,
  kObject,
  kKey,
  // Not nodes.
  kTruth,   // refs: the value, if it is captured; data: atoms that hold, sorted
  kSeen,    // data: bit set of declared names
  kTrie,    // refs: children; data: 1 if a text ends here, code point of each child
  kText,    // refs: previous; data: code point
  kJson,    // a captured value; refs: its parts; data: type and content
  kChain,   // refs: previous, value, and a member's name
  kBefore,  // refs: trie of the texts, list of the other values; data: how many at most
  kList,    // refs: values, sorted
  // Of slots (slots.cc).
  kAnswers,  // a configuration; refs: its set of nodes, the units since the oldest open slot began
             // (or 0), answers ahead
  kAnswer,   // data: slot, lexicon, the bytes that come first, a word each
  kUnit,     // refs: the unit before or 0, the configuration before it; data: bytes of all units so
             // far, kind, content
};

// What a matcher read or was told, one after the other.
enum class UnitKind : uint32_t { kToken, kBytes, kAnswer };

inline bool IsNodeKind(uint8_t kind) { return kind >= kDone && kind <= kKey; }

class Machine {
 public:
  Machine(Grammar& grammar, CellStore& cells) : grammar_(grammar), cells_(cells) {}

  CellId Start();
  CellId Step(CellId config, uint8_t byte);
  // The configuration at the border behind a token: bounds on tokens are counted here, those of
  // rules by CountBounds. A limited
  // terminal that has spent its tokens ends where it first may, at once if it may now; until then
  // any number of tokens go on with it. So a bound never leads into a dead end, but where answers
  // ahead rule out what follows.
  CellId Border(CellId config);
  // A byte outside this set leads nowhere. One in it may, too: the set is quick, not exact.
  ByteSet NextBytes(CellId config);
  // matches(token symbol): is it this token?
  template <typename Matches>
  CellId StepToken(CellId config, Matches matches) {
    Begin();  // answers ahead are about other texts
    for (CellId node : Nodes(config)) {
      if (cells_.kind(node) != kTokenWait) continue;
      std::span<const uint32_t> data = cells_.data(node);
      if (matches(grammar_.token(grammar_.item(data[1]).arg)))
        Advance(data[0], data[1] + 1, Parents(node));
    }
    return Finish();
  }
  CellId Run(CellId config, std::string_view bytes) {
    for (char c : bytes) {
      if (config == 0) break;
      config = Step(config, static_cast<uint8_t>(c));
    }
    return config;
  }
  bool Accepting(CellId config) const;
  // Of a configuration or a parent set.
  std::span<const CellId> Nodes(CellId set) const {
    if (set == 0) return {};
    return cells_.refs(cells_.kind(set) == kAnswers ? cells_.refs(set)[0] : set);
  }
  CellId Parents(CellId node) const { return cells_.refs(node).empty() ? 0 : cells_.refs(node)[0]; }
  // The configuration made of some nodes of another.
  CellId SetOf(std::vector<CellId> nodes);
  // The same with the answers ahead of that other.
  CellId SetOf(std::vector<CellId> nodes, CellId config) {
    return WithAnswers(SetOf(std::move(nodes)), 0, AnswersAhead(config));
  }
  // What is in one of two configurations.
  CellId Either(CellId a, CellId b);

  // Slots (slots.cc).
  bool IsAnswers(CellId config) const { return config != 0 && cells_.kind(config) == kAnswers; }
  struct OpenSlot {
    uint32_t slot, typed;  // typed: bytes
    auto operator<=>(const OpenSlot&) const = default;
  };
  std::vector<OpenSlot> OpenSlots(CellId config) const;  // sorted, each once
  // The configuration once it is known which names fill a slot behind some bytes; without bytes, a
  // slot of which nothing is typed. The answer is kept where the bytes can still be read.
  CellId Answer(CellId config, uint32_t slot, LexiconId names, std::string_view before);
  // visit(bytes, configuration) for ways to places that no answer ahead is about any more, or where
  // the text may end or a token of a set may stand, until it returns false. Every other
  // continuation begins with one of them.
  void ForWaysPastAnswers(CellId config,
                          const std::function<bool(std::string_view, CellId)>& visit);
  // The configuration behind a unit, with what is needed to give answers late.
  CellId BehindUnit(CellId before, UnitKind kind, std::span<const uint32_t> content, uint32_t bytes,
                    CellId behind);
  // The same without that: equal configurations are to be one.
  CellId WithoutUnits(CellId config) {
    return WithAnswers(NodeSet(config), 0, AnswersAhead(config));
  }
  CellId WithUnits(CellId config, CellId units) {
    return WithAnswers(NodeSet(config), units, AnswersAhead(config));
  }
  bool Answered(CellId config, uint32_t slot, std::string_view before) const;
  // Without answers and units.
  CellId NodeSet(CellId config) const {
    return IsAnswers(config) ? cells_.refs(config)[0] : config;
  }
  CellId Units(CellId config) const { return IsAnswers(config) ? cells_.refs(config)[1] : 0; }
  std::span<const CellId> AnswersAhead(CellId config) const {
    return IsAnswers(config) ? cells_.refs(config).subspan(2) : std::span<const CellId>();
  }
  // Bytes typed of a name are counted. Where nobody answers (checks of texts) slots are terminals;
  // within a mask it only matters whether any byte is typed.
  enum class Typed { kCounted, kAnyOrNone, kNoSlots } typed = Typed::kCounted;

  Grammar& grammar() { return grammar_; }
  CellStore& cells() { return cells_; }
  Budget* budget = nullptr;
  bool OutOfBudget() const { return budget != nullptr && budget->exhausted(); }
  size_t memory_limit = 0;
  // Forget memos (after cells were truncated or collected).
  void DropMemos() { unions_.clear(); }
  // (smaller id << 32 | greater id) -> the union of two parent sets, since the last DropMemos.
  const std::unordered_map<uint64_t, CellId>& unions() const { return unions_; }
  // Called with each parent set whose nodes are resumed (masks record what they depend on).
  std::vector<CellId>* popped = nullptr;
  // Called with each goal that begins behind a symbol: the goal in which that is, and the item.
  std::vector<std::pair<RuleId, ItemId>>* begun = nullptr;
  // Set when a step compared a member name with undeclared names written before.
  bool names_read = false;

  // For frames:
  // The configuration behind something complete, given its parents.
  CellId Behind(CellId parents, CellId truth) {
    Begin();
    Pop(parents, truth);
    return Finish();
  }
  // The configuration behind the ends of terminals.
  CellId BehindTerminals(std::span<const CellId> nodes) {
    Begin();
    for (const CellId node : nodes)
      Advance(cells_.data(node)[0], cells_.data(node)[1] + 1, Parents(node));
    return Finish();
  }
  void Emit(uint8_t kind, std::span<const CellId> refs, std::span<const uint32_t> data);
  void Pop(CellId parents, CellId truth) {
    tasks_.push_back({Task::kPopTask, 0, 0, parents, truth});
  }
  CellId Above(uint8_t kind, std::span<const CellId> refs,
               std::span<const uint32_t> data);  // a one-node parent set

 private:
  struct Task {
    enum Kind : uint32_t { kAdvanceTask, kPopTask, kPredictTask } kind;
    RuleId goal;
    ItemId item;
    CellId parents, truth;
    bool operator==(const Task&) const = default;
  };
  struct TaskHash {
    size_t operator()(const Task& task) const;
  };
  CellId WithAnswers(CellId nodes, CellId units, std::span<const CellId> ahead);
  CellId StepWithAnswers(CellId config, uint8_t byte);
  CellId ApplyAnswers(CellId config, uint8_t byte);
  bool Lives(CellId config);
  CellId Fill(CellId nodes, uint32_t slot, LexiconId names);
  CellId LastUnits(CellId last, uint32_t bytes);
  CellId CountBounds(CellId config);
  CellId Close(CellId config, CellId bound);
  CellId Rebuilt(CellId config, const std::function<std::optional<CellId>(CellId)>& leaf,
                 const std::function<CellId(CellId, CellId)>& on_parents);
  std::vector<CellId> WithMostLeft(std::vector<CellId> nodes) const;
  ByteState TextState(std::string_view bytes);
  void Begin();
  CellId Finish();
  bool InMemory();
  void Advance(RuleId goal, ItemId item, CellId parents) {
    tasks_.push_back({Task::kAdvanceTask, goal, item, parents, 0});
  }
  void Predict(RuleId goal, CellId parents);
  void EmitSymbol(RuleId goal, ItemId item, CellId parents);
  void RunAdvance(RuleId goal, ItemId item, CellId parents);
  void RunPop(CellId parents, CellId truth);
  bool SameFrame(CellId a, CellId b) const;
  uint32_t FrameHash(CellId node) const;
  bool TryMerge(std::vector<CellId> nodes, CellId* out,
                std::vector<std::pair<CellId, CellId>>* missing);
  std::optional<CellId> KnownUnion(CellId a, CellId b) const;
  void Unite(const std::vector<std::pair<CellId, CellId>>& pairs);
  CellId WithParents(CellId node, CellId parents);

  Grammar& grammar_;
  CellStore& cells_;
  bool starting_ = false;  // what begins stands there before the first token
  std::vector<CellId> out_;
  std::vector<Task> tasks_;
  // Tasks of this byte that are done: the first few in a list, more in a set.
  std::vector<Task> done_list_;
  std::unordered_set<Task, TaskHash> done_set_;
  bool FirstTime(const Task& task);
  std::unordered_map<uint64_t, CellId> unions_;
};

}  // namespace grammask
