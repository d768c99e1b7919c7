// Rules, and what is derived from them: items, costs, left corners.
//
// What a rule means depends on the rules that it names and on nothing else of its grammar. So
// grammars of one shard that hold the same rules share them. Rules are added in *groups*: rules
// that need each other, a strongly connected component. A group is known by its content, the words
// of its rules in the order of the program, where a rule outside is its id and one inside its
// place. The same rules in another order are another group: that costs time, and nothing else.
//
// So a grammar that differs from an earlier one in a few rules costs these rules, and its masks,
// which are filed under frames of rules, are those of the earlier one wherever no other rule can
// matter. Rules with schemas or token sets name tables of their grammar and are kept apart.
//
// Sources: Tarjan, Depth-first search and linear graph algorithms (1972); for left corners see
// grammar.h.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "base/budget.h"
#include "parser/goal_shapes.h"
#include "program/program.h"

namespace grammask {

using ItemId = uint32_t;
using RuleId = uint32_t;

struct Item {
  RuleId rule;
  bool end = false;
  SymbolKind kind = SymbolKind::kTerminal;
  uint32_t arg = 0;  // terminal: its start state; rule; schema index; tokens: index into tokens
  bool skippable = false;  // the symbol can be empty
  uint32_t extra = 0;      // limited, bounded: most tokens; slot: which slot
  bool needless = false;   // others read all that is read from this place (MarkNeedless)

  // A bounded rule is a rule that no left corner leads through: a frame of its own stands below it.
  bool NamesRule() const { return kind == SymbolKind::kRule || kind == SymbolKind::kBounded; }
};

// Where parsing goes on when a rule is complete under a goal.
struct Ascent {
  bool done = false;          // the goal itself is complete
  std::vector<ItemId> items;  // places behind the rule
};

class Rules {
 public:
  Rules() = default;
  Rules(const Rules&) = delete;
  Rules& operator=(const Rules&) = delete;

  // A rule before it has an id: its alternatives. The rules that these name are indices of drafts.
  using Draft = std::vector<std::vector<Item>>;
  using SymbolCost = std::function<uint64_t(const Item&)>;

  // The id of each draft. cost: of a symbol that is no rule. kDeadline, kMemory.
  Status Add(std::span<const Draft> drafts, const SymbolCost& cost, std::vector<RuleId>* ids);

  // A bounded rule, of those named by these, that can begin with itself.
  std::optional<RuleId> LeftRecursiveBound(std::span<const RuleId> ids) const;

  const Item& item(ItemId id) const { return items_[id]; }
  const std::vector<ItemId>& RuleItems(RuleId rule) const { return rules_[rule].items; }
  bool Productive(RuleId rule) const { return rules_[rule].productive; }
  bool Nullable(RuleId rule) const { return rules_[rule].nullable; }
  const std::vector<ItemId>& Starts(RuleId goal);
  const Ascent& Ascend(RuleId goal, RuleId complete);
  // begun: the goal that begins before the item; kNone where it is no rule.
  bool ReturnsOnly(RuleId goal, ItemId item, RuleId begun);
  uint64_t RestCost(ItemId item) const { return rest_cost_[item]; }
  uint64_t RuleCost(RuleId rule) const { return rules_[rule].cost; }
  uint64_t AscentCost(RuleId goal, RuleId complete);

  GoalShapes& shapes() { return shapes_; }
  size_t size() const { return rules_.size(); }
  size_t MemoryBytes() const;
  Budget* budget = nullptr;  // of the operation in progress; nullptr: none

 private:
  struct Rule {
    std::vector<ItemId> items;  // the first of each alternative
    bool productive = false, nullable = false;
    uint64_t cost = 0;
  };
  // The group in hand: places of drafts by draft, kNone outside.
  struct Group {
    std::vector<uint32_t> members, place;
  };

  Status AddGroup(std::span<const Draft> drafts, Group& group, const SymbolCost& cost,
                  std::vector<RuleId>* ids);
  void Content(std::span<const Draft> drafts, const Group& group, const std::vector<RuleId>& ids);
  void FindCosts(RuleId first, const std::vector<uint64_t>& symbol_cost, ItemId first_item);
  template <typename Visit>
  void ForLeftCorners(RuleId goal, Visit visit);
  const std::unordered_map<RuleId, Ascent>& AscentsOf(RuleId goal);
  void MarkNeedless(RuleId rule);
  bool OutOfBudget() const { return budget != nullptr && budget->exhausted(); }
  void Charge(size_t bytes);

  std::vector<Rule> rules_;
  std::vector<Item> items_;
  std::vector<uint64_t> rest_cost_;
  // The words of a group -> its first rule. Their hash tells groups apart first.
  struct Known {
    size_t begin, end;  // in content_
    RuleId first;
  };
  std::unordered_multimap<uint64_t, Known> groups_;
  std::vector<uint32_t> content_;
  std::vector<uint32_t> words_;  // kept for its memory
  GoalShapes shapes_{*this};
  size_t grown_ = 0;            // bytes of the tables made on demand
  std::vector<uint32_t> seen_;  // by rule: the last walk that met it
  uint32_t walk_ = 0;
  std::unordered_map<RuleId, std::vector<ItemId>> starts_;
  std::unordered_map<RuleId, std::unordered_map<RuleId, Ascent>> ascents_;
  std::unordered_map<RuleId, std::unordered_map<RuleId, uint64_t>> ascent_costs_;
  std::unordered_map<uint64_t, bool> returns_only_;
};

}  // namespace grammask
