#include "parser/grammar.h"

#include <algorithm>

namespace grammask {
namespace {

uint64_t Add(uint64_t a, uint64_t b) { return a >= kNoCost || b >= kNoCost ? kNoCost : std::min(kNoCost, a + b); }

}  // namespace

Result<std::unique_ptr<Grammar>> Grammar::Create(Program program, Statics& statics, Budget& budget) {
  std::unique_ptr<Grammar> grammar(new Grammar(std::move(program), statics));
  Status status = grammar->Build(budget);
  if (!status.ok()) return status;
  return grammar;
}

Status Grammar::Build(Budget& budget) {
  exprs_ = statics_.pool.Import(program_);
  for (uint32_t i = 0; i < program_.roots.size(); ++i) {
    Result<std::unique_ptr<Schema>> schema = Schema::Create(program_, i, statics_.pool, exprs_);
    if (!schema.ok()) return schema.status();
    schemas_.push_back(std::move(schema).value());
    schemas_.back()->budget = &budget;
  }
  size_t rules = program_.rules.size();
  rule_items_.resize(rules);
  // Symbols first, since an alternative with a dead one is left out.
  struct Draft {
    std::vector<std::vector<Item>> alternatives;
  };
  std::vector<Draft> drafts(rules);
  for (RuleId r = 0; r < rules; ++r) {
    for (const auto& alternative : program_.rules[r].alternatives) {
      std::vector<Item> symbols;
      bool dead = false;
      for (const Symbol& symbol : alternative) {
        if (!budget.Tick()) return budget.status();
        Item item{r, false, symbol.kind, symbol.arg, false};
        switch (symbol.kind) {
          case SymbolKind::kTerminal: {
            ExprId expr = exprs_[symbol.arg];
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
          case SymbolKind::kTokenId:
          case SymbolKind::kTokenName: {
            TokenSymbol token;
            token.by_name = symbol.kind == SymbolKind::kTokenName;
            if (token.by_name) {
              token.name = program_.strings[symbol.arg];
            } else {
              token.id = symbol.arg;
            }
            item.arg = static_cast<uint32_t>(tokens_.size());
            tokens_.push_back(std::move(token));
            break;
          }
        }
        symbols.push_back(item);
      }
      if (!dead) drafts[r].alternatives.push_back(std::move(symbols));
    }
  }
  if (budget.exhausted()) return budget.status();
  // Productive and nullable rules: least fixed points, by counting what each alternative still waits for.
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
  // Cheapest texts (Knuth, A generalization of Dijkstra's algorithm, 1977), by rounds: rules rarely nest deep in their shortest derivations.
  rule_cost_.assign(rules, kNoCost);
  rest_cost_.assign(items_.size(), kNoCost);
  std::vector<uint64_t> symbol_cost(items_.size(), 0);
  for (ItemId i = 0; i < items_.size(); ++i) {
    if (!items_[i].end && items_[i].kind != SymbolKind::kRule) symbol_cost[i] = SymbolCost(items_[i]);
  }
  bool changed = true;
  while (changed) {
    changed = false;
    if (!budget.Tick()) return budget.status();
    for (ItemId i = static_cast<ItemId>(items_.size()); i-- > 0;) {
      const Item& item = items_[i];
      uint64_t cost = item.end ? 0
                               : Add(item.kind == SymbolKind::kRule ? rule_cost_[item.arg] : symbol_cost[i],
                                     rest_cost_[i + 1]);
      if (cost < rest_cost_[i]) {
        rest_cost_[i] = cost;
        changed = true;
      }
    }
    for (RuleId r = 0; r < rules; ++r) {
      for (ItemId first : rule_items_[r]) {
        if (rest_cost_[first] < rule_cost_[r]) {
          rule_cost_[r] = rest_cost_[first];
          changed = true;
        }
      }
    }
  }
  for (auto& schema : schemas_) schema->budget = nullptr;
  return budget.exhausted() ? budget.status() : Status();
}

uint64_t Grammar::SymbolCost(const Item& item) {
  switch (item.kind) {
    case SymbolKind::kTerminal: {
      if (item.skippable) return 0;
      std::optional<uint32_t> length = statics_.bytes.ShortestSuffixLength(item.arg);
      return length ? *length : kNoCost;
    }
    case SymbolKind::kSchema: {
      Schema& schema = *schemas_[item.arg];
      return schema.Cost(schema.plan(schema.root_plan()).goal);
    }
    case SymbolKind::kTokenId:
    case SymbolKind::kTokenName:
      return 1;
    case SymbolKind::kRule:
      break;
  }
  return rule_cost_[item.arg];
}

const std::vector<ItemId>& Grammar::Starts(RuleId goal) {
  auto found = starts_.find(goal);
  if (found != starts_.end()) return found->second;
  std::vector<ItemId> starts;
  std::vector<bool> seen(rule_items_.size(), false);
  std::vector<RuleId> stack{goal};
  seen[goal] = true;
  while (!stack.empty()) {
    RuleId rule = stack.back();
    stack.pop_back();
    for (ItemId i : rule_items_[rule]) {
      for (; !items_[i].end; ++i) {
        if (items_[i].kind == SymbolKind::kRule) {
          if (!seen[items_[i].arg]) {
            seen[items_[i].arg] = true;
            stack.push_back(items_[i].arg);
          }
        } else {
          starts.push_back(i);
        }
        if (!items_[i].skippable) break;
      }
    }
  }
  std::sort(starts.begin(), starts.end());
  return starts_.emplace(goal, std::move(starts)).first->second;
}

const std::unordered_map<RuleId, Ascent>& Grammar::AscentsOf(RuleId goal) {
  auto found = ascents_.find(goal);
  if (found != ascents_.end()) return found->second;
  std::unordered_map<RuleId, Ascent> ascents;
  ascents[goal].done = true;
  std::vector<bool> seen(rule_items_.size(), false);
  std::vector<RuleId> stack{goal};
  seen[goal] = true;
  while (!stack.empty()) {
    RuleId rule = stack.back();
    stack.pop_back();
    for (ItemId i : rule_items_[rule]) {
      for (; !items_[i].end; ++i) {
        if (items_[i].kind == SymbolKind::kRule) {
          ascents[items_[i].arg].items.push_back(i + 1);
          if (!seen[items_[i].arg]) {
            seen[items_[i].arg] = true;
            stack.push_back(items_[i].arg);
          }
        }
        if (!items_[i].skippable) break;
      }
    }
  }
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
  auto& costs = ascent_costs_[goal];
  if (costs.empty()) {
    const auto& ascents = AscentsOf(goal);
    costs[goal] = 0;
    bool changed = true;
    while (changed) {
      changed = false;
      for (const auto& [rule, ascent] : ascents) {
        uint64_t best = ascent.done ? 0 : kNoCost;
        for (ItemId next : ascent.items) {
          auto up = costs.find(items_[next].rule);
          if (up != costs.end()) best = std::min(best, Add(rest_cost_[next], up->second));
        }
        auto at = costs.find(rule);
        if (best < kNoCost && (at == costs.end() || best < at->second)) {
          costs[rule] = best;
          changed = true;
        }
      }
    }
  }
  auto found = costs.find(complete);
  return found == costs.end() ? kNoCost : found->second;
}

size_t Grammar::MemoryBytes() const {
  size_t bytes = sizeof(*this) + items_.size() * (sizeof(Item) + 8);
  for (const auto& schema : schemas_) bytes += schema->MemoryBytes();
  for (const std::string& s : program_.strings) bytes += s.size() + sizeof(std::string);
  bytes += program_.exprs.size() * 48 + program_.nodes.size() * 64;
  for (const auto& [goal, ascents] : ascents_) bytes += ascents.size() * 64;
  return bytes;
}

}  // namespace grammask
