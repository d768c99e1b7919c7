#include "parser/grammar.h"

#include <algorithm>
#include <unordered_set>

namespace grammask {

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
    budget_of_.push_back(nullptr);
    bytes_of_.push_back(0);
    GiveBudget(i);
  }
  const size_t rules = program_.rules.size();
  // Symbols first, since an alternative with a dead one is left out.
  std::vector<Rules::Draft> drafts(rules);
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
            const bool bytes = program_.exprs[symbol.arg].op == ExprOp::kBytes;
            has_bytes_ |= bytes;
            item.arg = statics_.bytes.Start(expr, bytes ? Encoding::kBytes : Encoding::kUtf8);
            dead |= item.arg == kDead;
            break;
          }
          case SymbolKind::kRule:
          case SymbolKind::kBounded:
            break;
          case SymbolKind::kSchema:
            dead |= schemas_[symbol.arg]->root_plan() == kNoPlan;
            break;
          case SymbolKind::kTokens:
            break;
        }
        symbols.push_back(item);
      }
      if (!dead) drafts[r].push_back(std::move(symbols));
    }
  }
  if (budget.exhausted()) return budget.status();
  std::vector<RuleId> ids;
  const auto cost = [this](const Item& item) { return SymbolCost(item); };
  if (Status status = rules_->Add(drafts, cost, &ids); !status.ok()) return status;
  if (Status status = CheckBounds(ids); !status.ok()) return status;
  root_ = ids[program_.root];
  std::vector<ProgramExpr>().swap(program_.exprs);  // the pool has them
  own_bytes_ = sizeof(*this) + program_.nodes.size() * 64 + exprs_.size() * sizeof(ExprId);
  for (const std::string& s : program_.strings) own_bytes_ += s.size() + sizeof(std::string);
  return Status();
}

// What stands for the rest of a bounded rule is a text: so the rule holds no tokens of sets and no
// slots. Its frame is put below it before anything is read: so it does not begin with itself.
Status Grammar::CheckBounds(const std::vector<RuleId>& ids) {
  if (!has_bounds()) return Status();
  const auto refuse = [&](RuleId rule, const char* why, const char* hint) {
    const auto at = static_cast<size_t>(std::find(ids.begin(), ids.end(), rule) - ids.begin());
    const std::string& name = program_.strings[program_.rules[at].name];
    return Status(Code::kUnsupported, "max_tokens on " + name + " cannot be enforced: " + why,
                  hint);
  };
  if (const std::optional<RuleId> rule = rules_->LeftRecursiveBound(ids)) {
    return refuse(*rule, "by way of another rule it begins with itself",
                  "let the recursion stand behind something, or leave max_tokens out");
  }
  std::vector<std::pair<RuleId, RuleId>> stack;  // a rule, and the bounded one that it is part of
  for (const RuleId rule : ids) {
    for (ItemId item : RuleItems(rule)) {
      for (; !rules_->item(item).end; ++item) {
        const Item& symbol = rules_->item(item);
        if (symbol.kind == SymbolKind::kBounded) stack.emplace_back(symbol.arg, symbol.arg);
      }
    }
  }
  std::unordered_set<RuleId> seen;
  while (!stack.empty()) {
    const auto [rule, bounded] = stack.back();
    stack.pop_back();
    if (!seen.insert(rule).second) continue;
    for (ItemId item : RuleItems(rule)) {
      for (; !rules_->item(item).end; ++item) {
        const Item& symbol = rules_->item(item);
        if (symbol.kind == SymbolKind::kTokens || symbol.kind == SymbolKind::kSlot) {
          return refuse(bounded, "it holds tokens of a set, or slots",
                        "bound the rules between them, or leave max_tokens out");
        }
        if (symbol.NamesRule()) stack.emplace_back(symbol.arg, bounded);
      }
    }
  }
  return Status();
}

uint32_t Grammar::SlotNumber(std::string_view name) {
  const auto [at, is_new] =
      slot_numbers_.try_emplace(name, static_cast<uint32_t>(slot_names_.size()));
  if (is_new) slot_names_.push_back(name);
  return at->second;
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
    case SymbolKind::kBounded:
      break;
  }
  return kNoCost;
}

void Grammar::SetBudget(Budget* budget) {
  budget_ = statics_.pool.budget = rules_->budget = budget;
  for (const uint32_t index : with_budget_) {
    schemas_[index]->SetBudget(budget_of_[index] = nullptr);
    schema_bytes_ -= bytes_of_[index];
    schema_bytes_ += bytes_of_[index] = schemas_[index]->MemoryBytes();
  }
  with_budget_.clear();
}

void Grammar::GiveBudget(uint32_t schema) {
  schemas_[schema]->SetBudget(budget_of_[schema] = budget_);
  with_budget_.push_back(schema);
}

void Grammar::Charge(size_t bytes) {
  token_bytes_ += bytes;
  if (budget_ != nullptr) budget_->Charge(bytes);
}

}  // namespace grammask
