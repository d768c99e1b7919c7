// A program made ready to run: static tables of the context-free part.
//
// Recursion in a grammar must not become cycles in the stack, since stacks are hash-consed. So
// rules are parsed by generalised left-corner: a *goal* is a rule that must be recognised; what
// begins it is found through the left-corner relation (a static table), not by pushing one frame
// for each rule on the way down. When a rule B is complete under goal A, either A was B and the
// goal is done, or some rule C that A can begin with has B as its first symbol, and parsing goes on
// behind it ("ascend"). So `E → E + n` stays at depth 1 however long the sum is, and only a symbol
// that is neither first nor last in its rule makes the stack deeper. Symbols that can be empty are
// skipped where they stand, so a goal never has to derive the empty text; rules that derive no text
// at all are removed.
//
// An *item* is a place in an alternative (the symbol behind the dot). Items of one alternative are
// consecutive numbers, the last one is its end.
//
// Sources: Rosenkrantz and Lewis, Deterministic left corner parsing (1970); Nederhof, Generalized
// left-corner parsing (1993).
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "automata/byte_automaton.h"
#include "automata/expr.h"
#include "base/budget.h"
#include "lexicon/lexicon.h"
#include "parser/rules.h"
#include "program/program.h"
#include "schema/schema.h"
#include "vocabulary/vocabulary.h"

namespace grammask {

// What all grammars of one shard share. It grows while texts are read (automata are made as they
// are visited) and is not evicted in parts, since grammars hold ids into it: an operation that
// would make it larger than the limit fails with kMemory, and a large one is replaced (shard.h).
struct Statics {
  ExprPool pool;
  ByteAutomaton bytes{pool};
  Rules rules;                       // of all grammars without schemas and token sets
  std::atomic<size_t> lexicons = 0;  // bytes of names that were given for slots
  size_t limit = size_t{1} << 30;

  size_t MemoryBytes() const {
    return pool.MemoryBytes() + bytes.MemoryBytes() + rules.MemoryBytes() + lexicons;
  }
};

// One token. Without a vocabulary (in checks of texts) the names count, too; when the grammar is
// compiled, Resolve() makes a plain list of ids of it.
struct TokenSymbol {
  bool excluded = false;                // any token but these
  std::vector<IdRange> ids;             // sorted, disjoint
  std::vector<std::string_view> names;  // of the program's strings

  bool HasId(uint32_t id) const;
  bool HasName(std::string_view name) const;
  // kVocabulary: a name or an id that the vocabulary has not, or no token is left; kDeadline.
  Status Resolve(const Vocabulary& vocabulary, Budget& budget);
};

class Grammar {
 public:
  // kSchema for reference cycles, kSyntax for a slot that takes the empty text; kDeadline, kMemory.
  static Result<std::unique_ptr<Grammar>> Create(Program program, Statics& statics, Budget& budget);

  RuleId root() const { return root_; }
  // Its rules are shared: ids of rules and items mean the same in every grammar of the statics.
  bool shares_rules() const { return rules_ == &statics_.rules; }
  Rules& rules() { return *rules_; }
  const Item& item(ItemId id) const { return rules_->item(id); }
  const TokenSymbol& token(uint32_t index) const { return tokens_[index]; }
  std::vector<TokenSymbol>& tokens() { return tokens_; }
  Schema& schema(uint32_t index) {
    if (budget_of_[index] != budget_) GiveBudget(index);
    return *schemas_[index];
  }
  size_t schema_count() const { return schemas_.size(); }
  bool has_bytes() const { return has_bytes_; }    // some text need not be UTF-8
  bool has_limits() const { return has_limits_; }  // some terminal has a bound on its tokens
  bool has_bounds() const { return program_.has_bounds; }  // some rule has one
  // Slots with the same name are one.
  const std::vector<std::string_view>& slot_names() const { return slot_names_; }
  Lexicons& lexicons() { return lexicons_; }
  Statics& statics() { return statics_; }
  uint64_t without_end = 0;  // configurations that count as alive, but no completion was found
  const Program& program() const { return program_; }

  const std::vector<ItemId>& RuleItems(RuleId rule) const {
    return rules_->RuleItems(rule);
  }  // first item of each alternative
  bool Productive(RuleId rule) const { return rules_->Productive(rule); }
  bool Nullable(RuleId rule) const { return rules_->Nullable(rule); }
  // Items whose symbol can begin the goal.
  const std::vector<ItemId>& Starts(RuleId goal) { return rules_->Starts(goal); }
  const Ascent& Ascend(RuleId goal, RuleId complete) { return rules_->Ascend(goal, complete); }
  // Behind a symbol, no frame is needed to remember that parsing goes on at this item of the goal:
  // its rest is empty and leads to the end of the goal and nowhere else; or to what may follow the
  // goal that begins at the symbol as well, since that is the same goal. `begun`: that goal, kNone
  // where the symbol is no rule.
  bool ReturnsOnly(RuleId goal, ItemId item, RuleId begun) {
    return rules_->ReturnsOnly(goal, item, begun);
  }

  // Bytes of a cheapest text: of what follows the dot in an item; from a complete rule to the end
  // of a goal. kNoCost: none known.
  uint64_t RestCost(ItemId item) const { return rules_->RestCost(item); }
  uint64_t RuleCost(RuleId rule) const { return rules_->RuleCost(rule); }
  uint64_t AscentCost(RuleId goal, RuleId complete) { return rules_->AscentCost(goal, complete); }

  size_t MemoryBytes() const { return own_bytes_ + token_bytes_ + rule_bytes() + schema_bytes_; }

  // Of the operation in progress, for everything static that it may make; nullptr: none. See
  // BudgetScope.
  void SetBudget(Budget* budget);

 private:
  Grammar(Program program, Statics& statics)
      : program_(std::move(program)),
        statics_(statics),
        lexicons_(statics.pool, statics.bytes, statics.lexicons) {
    // What names a schema or a token set of this grammar means nothing in another one. Masks that
    // are shared know of no frames but those of terminals and rules.
    if (!program_.roots.empty() || !program_.token_sets.empty() || program_.has_bounds)
      own_rules_ = std::make_unique<Rules>();
    rules_ = own_rules_ ? own_rules_.get() : &statics_.rules;
  }
  Status Build(Budget& budget);
  uint64_t SymbolCost(const Item& item);
  Status CheckBounds(const std::vector<RuleId>& ids);
  uint32_t SlotNumber(std::string_view name);
  void Charge(size_t bytes);
  void GiveBudget(uint32_t schema);
  size_t rule_bytes() const { return own_rules_ ? own_rules_->MemoryBytes() : 0; }

  Program program_;
  Statics& statics_;
  Budget* budget_ = nullptr;
  size_t own_bytes_ = 0;  // of the program
  size_t token_bytes_ = 0;
  std::vector<ExprId> exprs_;
  std::vector<std::unique_ptr<Schema>> schemas_;
  // A grammar may have hundreds of schemas, of which an operation meets few: only these get its
  // budget, and are asked what they take.
  std::vector<Budget*> budget_of_;
  std::vector<uint32_t> with_budget_;
  std::vector<size_t> bytes_of_;
  size_t schema_bytes_ = 0;          // the sum, as of the operation before
  std::vector<TokenSymbol> tokens_;  // one a token set
  bool has_bytes_ = false;
  bool has_limits_ = false;
  std::vector<std::string_view> slot_names_;
  std::unordered_map<std::string_view, uint32_t> slot_numbers_;
  Lexicons lexicons_;
  RuleId root_ = 0;
  std::unique_ptr<Rules> own_rules_;
  Rules* rules_;
};

// Bounds the static work of one operation: automata, goals, tables. Memory is bounded by what is
// left up to the limit of the statics.
class BudgetScope {
 public:
  BudgetScope(Grammar& grammar, Budget& budget) : grammar_(grammar) {
    const Statics& statics = grammar.statics();
    size_t used = statics.MemoryBytes() + grammar.MemoryBytes();
    budget.LimitMemory(used < statics.limit ? statics.limit - used : 1);
    grammar.SetBudget(&budget);
  }
  ~BudgetScope() { grammar_.SetBudget(nullptr); }
  BudgetScope(const BudgetScope&) = delete;
  BudgetScope& operator=(const BudgetScope&) = delete;

 private:
  Grammar& grammar_;
};

}  // namespace grammask
