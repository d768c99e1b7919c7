#include "parser/grammar.h"

#include <algorithm>
#include <functional>
#include <queue>

namespace grammask {
namespace {

uint64_t Add(uint64_t a, uint64_t b) {
  return a >= kNoCost || b >= kNoCost ? kNoCost : std::min(kNoCost, a + b);
}

}  // namespace

Result<std::unique_ptr<Grammar>> Grammar::Create(Program program, Statics& statics,
                                                 Budget& budget) {
  std::unique_ptr<Grammar> grammar(new Grammar(std::move(program), statics));
  BudgetScope scope(*grammar, budget);
  Status status = grammar->Build(budget);
  if (!status.ok()) return status;
  return grammar;
}

Status Grammar::Build(Budget& budget) {
  exprs_ = statics_.pool.Import(program_);
  if (budget.exhausted()) return budget.status();
  for (uint32_t i = 0; i < program_.roots.size(); ++i) {
    Result<std::unique_ptr<Schema>> schema = Schema::Create(program_, i, statics_.pool, exprs_);
    if (!schema.ok()) return schema.status();
    schemas_.push_back(std::move(schema).value());
    schemas_.back()->SetBudget(&budget);
  }
  size_t rules = program_.rules.size();
  rule_items_.resize(rules);
  // Symbols first, since an alternative with a dead one is left out.
  struct Draft {
    std::vector<std::vector<Item>> alternatives;
  };
  std::vector<Draft> drafts(rules);
  for (const ProgramTokens& set : program_.token_sets) {
    if (!budget.Tick()) return budget.status();
    Charge(set.ids.size() * sizeof(IdRange) + set.names.size() * sizeof(std::string_view));
    TokenSymbol tokens{set.excluded, set.ids, {}};
    for (uint32_t name : set.names) tokens.names.push_back(program_.strings[name]);
    tokens_.push_back(std::move(tokens));
  }
  for (RuleId r = 0; r < rules; ++r) {
    for (const auto& alternative : program_.rules[r].alternatives) {
      std::vector<Item> symbols;
      bool dead = false;
      for (const Symbol& symbol : alternative) {
        if (!budget.Tick()) return budget.status();
        Item item{r, false, symbol.kind, symbol.arg, false, symbol.extra};
        switch (symbol.kind) {
          case SymbolKind::kTerminal:
          case SymbolKind::kLimited:
          case SymbolKind::kSlot: {
            has_limits_ |= symbol.kind == SymbolKind::kLimited;
            ExprId expr = exprs_[symbol.arg];
            if (symbol.kind == SymbolKind::kSlot) {
              const std::string_view name = program_.strings[symbol.extra];
              if (statics_.pool.Nullable(expr)) {
                return Status(Code::kSyntax, "slot " + std::string(name) + " takes the empty text",
                              "a name has one character at least: make the slot itself optional");
              }
              item.extra = SlotNumber(name);
            }
            if (expr == ExprPool::kEpsilon) continue;
            item.skippable = statics_.pool.Nullable(expr);
            item.arg = statics_.bytes.Start(expr);
            dead |= item.arg == kDead;
            break;
          }
          case SymbolKind::kRule:
            break;
          case SymbolKind::kSchema:
            dead |= schemas_[symbol.arg]->root_plan() == kNoPlan;
            break;
          case SymbolKind::kTokens:
            break;
        }
        symbols.push_back(item);
      }
      if (!dead) drafts[r].alternatives.push_back(std::move(symbols));
    }
  }
  if (budget.exhausted()) return budget.status();
  // Productive and nullable rules: least fixed points, by counting what each alternative still
  // waits for.
  productive_.assign(rules, false);
  nullable_.assign(rules, false);
  for (std::vector<bool>* property : {&productive_, &nullable_}) {
    bool nullable = property == &nullable_;
    std::vector<std::vector<std::pair<RuleId, size_t>>> users(rules);
    std::vector<std::vector<size_t>> waiting(rules);
    std::vector<RuleId> ready;
    auto resolve = [&](RuleId r) {
      if (!(*property)[r]) {
        (*property)[r] = true;
        ready.push_back(r);
      }
    };
    for (RuleId r = 0; r < rules; ++r) {
      for (size_t a = 0; a < drafts[r].alternatives.size(); ++a) {
        size_t count = 0;
        for (const Item& item : drafts[r].alternatives[a]) {
          if (item.kind == SymbolKind::kRule) {
            ++count;
            users[item.arg].emplace_back(r, a);
          } else if (nullable && !item.skippable) {
            count = SIZE_MAX / 2;
            break;
          }
        }
        waiting[r].push_back(count);
        if (count == 0) resolve(r);
      }
    }
    while (!ready.empty()) {
      RuleId r = ready.back();
      ready.pop_back();
      for (auto [user, a] : users[r]) {
        if (--waiting[user][a] == 0) resolve(user);
      }
    }
  }
  for (RuleId r = 0; r < rules; ++r) {
    for (auto& alternative : drafts[r].alternatives) {
      bool dead = false;
      for (Item& item : alternative) {
        if (item.kind != SymbolKind::kRule) continue;
        dead |= !productive_[item.arg];
        item.skippable = nullable_[item.arg];
      }
      if (dead) continue;
      rule_items_[r].push_back(static_cast<ItemId>(items_.size()));
      for (const Item& item : alternative) items_.push_back(item);
      items_.push_back(Item{r, true});
    }
  }
  FindCosts();
  return budget.exhausted() ? budget.status() : Status();
}

uint32_t Grammar::SlotNumber(std::string_view name) {
  const auto [at, is_new] =
      slot_numbers_.try_emplace(name, static_cast<uint32_t>(slot_names_.size()));
  if (is_new) slot_names_.push_back(name);
  return at->second;
}

// Knuth, A generalization of Dijkstra's algorithm (1977): the cheapest rule whose symbols are all
// known is final.
void Grammar::FindCosts() {
  size_t rules = rule_items_.size();
  rule_cost_.assign(rules, kNoCost);
  rest_cost_.assign(items_.size(), kNoCost);
  std::vector<uint64_t> symbol_cost(items_.size(), 0);
  struct Alternative {
    RuleId rule;
    size_t waiting = 0;
    uint64_t cost = 0;
  };
  std::vector<Alternative> alternatives;
  std::vector<std::vector<size_t>> users(rules);
  using Entry = std::pair<uint64_t, RuleId>;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<Entry>> ready;
  for (RuleId r = 0; r < rules; ++r) {
    for (ItemId item : rule_items_[r]) {
      Alternative alternative{r};
      for (; !items_[item].end; ++item) {
        if (items_[item].kind == SymbolKind::kRule) {
          ++alternative.waiting;
          users[items_[item].arg].push_back(alternatives.size());
        } else {
          symbol_cost[item] = SymbolCost(items_[item]);
          alternative.cost = Add(alternative.cost, symbol_cost[item]);
        }
      }
      if (alternative.waiting == 0) ready.emplace(alternative.cost, r);
      alternatives.push_back(alternative);
    }
  }
  while (!ready.empty()) {
    auto [cost, rule] = ready.top();
    ready.pop();
    if (cost >= kNoCost || rule_cost_[rule] != kNoCost) continue;
    rule_cost_[rule] = cost;
    for (size_t user : users[rule]) {
      Alternative& alternative = alternatives[user];
      alternative.cost = Add(alternative.cost, cost);
      if (--alternative.waiting == 0) ready.emplace(alternative.cost, alternative.rule);
    }
  }
  for (ItemId i = static_cast<ItemId>(items_.size()); i-- > 0;) {
    const Item& item = items_[i];
    if (item.end) {
      rest_cost_[i] = 0;
    } else {
      rest_cost_[i] = Add(item.kind == SymbolKind::kRule ? rule_cost_[item.arg] : symbol_cost[i],
                          rest_cost_[i + 1]);
    }
  }
}

uint64_t Grammar::SymbolCost(const Item& item) {
  switch (item.kind) {
    case SymbolKind::kTerminal:
    case SymbolKind::kLimited:
    case SymbolKind::kSlot: {
      if (item.skippable) return 0;
      std::optional<uint32_t> length = statics_.bytes.ShortestSuffixLength(item.arg);
      return length ? *length : kNoCost;
    }
    case SymbolKind::kSchema: {
      Schema& schema = *schemas_[item.arg];
      return schema.Cost(schema.plan(schema.root_plan()).goal);
    }
    case SymbolKind::kTokens:
      return 1;
    case SymbolKind::kRule:
      break;
  }
  return rule_cost_[item.arg];
}

// Calls visit(item) for each symbol that can begin the goal: first in its alternative but for
// symbols that can be empty.
template <typename Visit>
void Grammar::ForLeftCorners(RuleId goal, Visit visit) const {
  std::vector<bool> seen(rule_items_.size(), false);
  std::vector<RuleId> stack{goal};
  seen[goal] = true;
  while (!stack.empty()) {
    RuleId rule = stack.back();
    stack.pop_back();
    for (ItemId i : rule_items_[rule]) {
      for (; !items_[i].end; ++i) {
        visit(i);
        if (items_[i].kind == SymbolKind::kRule && !seen[items_[i].arg]) {
          seen[items_[i].arg] = true;
          stack.push_back(items_[i].arg);
        }
        if (!items_[i].skippable) break;
      }
    }
  }
}

const std::vector<ItemId>& Grammar::Starts(RuleId goal) {
  auto found = starts_.find(goal);
  if (found != starts_.end()) return found->second;
  std::vector<ItemId> starts;
  ForLeftCorners(goal, [&](ItemId i) {
    if (items_[i].kind != SymbolKind::kRule) starts.push_back(i);
  });
  std::sort(starts.begin(), starts.end());
  Charge(starts.size() * 4 + 96);
  return starts_.emplace(goal, std::move(starts)).first->second;
}

const std::unordered_map<RuleId, Ascent>& Grammar::AscentsOf(RuleId goal) {
  auto found = ascents_.find(goal);
  if (found != ascents_.end()) return found->second;
  std::unordered_map<RuleId, Ascent> ascents;
  ascents[goal].done = true;
  ForLeftCorners(goal, [&](ItemId i) {
    if (items_[i].kind == SymbolKind::kRule) ascents[items_[i].arg].items.push_back(i + 1);
  });
  size_t bytes = 96;
  for (const auto& [rule, ascent] : ascents) bytes += 96 + ascent.items.size() * 4;
  Charge(bytes);
  return ascents_.emplace(goal, std::move(ascents)).first->second;
}

const Ascent& Grammar::Ascend(RuleId goal, RuleId complete) {
  static const Ascent kNowhere;
  const auto& ascents = AscentsOf(goal);
  auto found = ascents.find(complete);
  return found == ascents.end() ? kNowhere : found->second;
}

bool Grammar::ReturnsOnly(RuleId goal, ItemId item) {
  if (!items_[item].end) return false;
  RuleId rule = items_[item].rule;
  uint64_t key = (static_cast<uint64_t>(goal) << 32) | rule;
  auto found = returns_only_.find(key);
  if (found != returns_only_.end()) return found->second;
  // Every way up from the rule must consist of ends, and reach the goal.
  bool only = true;
  std::vector<RuleId> stack{rule}, seen{rule};
  while (!stack.empty() && only) {
    RuleId at = stack.back();
    stack.pop_back();
    for (ItemId next : Ascend(goal, at).items) {
      if (!items_[next].end) {
        only = false;
        break;
      }
      RuleId up = items_[next].rule;
      if (std::find(seen.begin(), seen.end(), up) == seen.end()) {
        seen.push_back(up);
        stack.push_back(up);
      }
    }
  }
  returns_only_.emplace(key, only);
  return only;
}

uint64_t Grammar::AscentCost(RuleId goal, RuleId complete) {
  auto known = ascent_costs_.find(goal);
  if (known == ascent_costs_.end()) {
    // Backwards from the goal, cheapest first.
    std::unordered_map<RuleId, std::vector<std::pair<RuleId, uint64_t>>> from;
    for (const auto& [rule, ascent] : AscentsOf(goal)) {
      for (ItemId next : ascent.items) {
        from[items_[next].rule].emplace_back(rule, rest_cost_[next]);
      }
    }
    std::unordered_map<RuleId, uint64_t> costs;
    using Entry = std::pair<uint64_t, RuleId>;
    std::priority_queue<Entry, std::vector<Entry>, std::greater<Entry>> ready;
    ready.emplace(0, goal);
    while (!ready.empty()) {
      auto [cost, rule] = ready.top();
      ready.pop();
      if (cost >= kNoCost || !costs.emplace(rule, cost).second) continue;
      for (auto [below, step] : from[rule]) ready.emplace(Add(cost, step), below);
    }
    Charge(costs.size() * 48 + 96);
    known = ascent_costs_.emplace(goal, std::move(costs)).first;
  }
  auto found = known->second.find(complete);
  return found == known->second.end() ? kNoCost : found->second;
}

void Grammar::SetBudget(Budget* budget) {
  budget_ = statics_.pool.budget = budget;
  for (auto& schema : schemas_) schema->SetBudget(budget);
}

void Grammar::Charge(size_t bytes) {
  grown_ += bytes;
  if (budget_ != nullptr) budget_->Charge(bytes);
}

size_t Grammar::MemoryBytes() const {
  size_t bytes = sizeof(*this) + items_.size() * (sizeof(Item) + 8);
  for (const auto& schema : schemas_) bytes += schema->MemoryBytes();
  for (const std::string& s : program_.strings) bytes += s.size() + sizeof(std::string);
  bytes += program_.exprs.size() * 48 + program_.nodes.size() * 64;
  return bytes + grown_;
}

}  // namespace grammask
