#include "parser/rules.h"

#include <algorithm>
#include <queue>
#include <utility>

#include "base/hash.h"
#include "schema/schema.h"

namespace grammask {
namespace {

uint64_t Sum(uint64_t a, uint64_t b) {
  return a >= kNoCost || b >= kNoCost ? kNoCost : std::min(kNoCost, a + b);
}

// Calls visit(members) for the strongly connected components of drafts, those that another needs
// before it, members in no order. Tarjan's algorithm with a stack of its own.
template <typename Visit>
void ForComponents(std::span<const Rules::Draft> drafts, Visit visit) {
  const auto count = static_cast<uint32_t>(drafts.size());
  // The rules that each names, one behind the other.
  std::vector<uint32_t> named, begins;
  for (const Rules::Draft& draft : drafts) {
    begins.push_back(static_cast<uint32_t>(named.size()));
    for (const auto& alternative : draft) {
      for (const Item& item : alternative) {
        if (item.NamesRule()) named.push_back(item.arg);
      }
    }
  }
  begins.push_back(static_cast<uint32_t>(named.size()));
  std::vector<uint32_t> number(count, 0), low(count, 0), next(begins.begin(), begins.end());
  std::vector<bool> open(count, false);
  std::vector<uint32_t> path, stack, members;
  uint32_t numbers = 0;
  for (uint32_t start = 0; start < count; ++start) {
    if (number[start] != 0) continue;
    path.push_back(start);
    while (!path.empty()) {
      const uint32_t at = path.back();
      if (number[at] == 0) {
        number[at] = low[at] = ++numbers;
        open[at] = true;
        stack.push_back(at);
      }
      if (next[at] < begins[at + 1]) {
        const uint32_t to = named[next[at]++];
        if (number[to] == 0) {
          path.push_back(to);
        } else if (open[to]) {
          low[at] = std::min(low[at], number[to]);
        }
        continue;
      }
      path.pop_back();
      if (!path.empty()) low[path.back()] = std::min(low[path.back()], low[at]);
      if (low[at] != number[at]) continue;
      members.clear();
      uint32_t member;
      do {
        member = stack.back();
        stack.pop_back();
        open[member] = false;
        members.push_back(member);
      } while (member != at);
      if (!visit(members)) return;
    }
  }
}

}  // namespace

Status Rules::Add(std::span<const Draft> drafts, const SymbolCost& cost, std::vector<RuleId>* ids) {
  ids->assign(drafts.size(), kNone);
  Group group;
  group.place.assign(drafts.size(), kNone);
  Status status;
  ForComponents(drafts, [&](const std::vector<uint32_t>& members) {
    group.members = members;
    std::sort(group.members.begin(), group.members.end());
    for (uint32_t i = 0; i < group.members.size(); ++i) group.place[group.members[i]] = i;
    status = AddGroup(drafts, group, cost, ids);
    for (const uint32_t member : group.members) group.place[member] = kNone;
    return status.ok();
  });
  return status;
}

void Rules::Content(std::span<const Draft> drafts, const Group& group,
                    const std::vector<RuleId>& ids) {
  words_.clear();
  words_.push_back(static_cast<uint32_t>(group.members.size()));
  for (const uint32_t member : group.members) {
    words_.push_back(static_cast<uint32_t>(drafts[member].size()));
    for (const auto& alternative : drafts[member]) {
      words_.push_back(static_cast<uint32_t>(alternative.size()));
      for (const Item& item : alternative) {
        const bool rule = item.NamesRule();
        const uint32_t place = rule ? group.place[item.arg] : kNone;
        words_.push_back(static_cast<uint32_t>(item.kind) | (place == kNone ? 0u : 256u));
        words_.push_back(place != kNone ? place : rule ? ids[item.arg] : item.arg);
        if (item.kind != SymbolKind::kRule) words_.push_back(item.extra);
      }
    }
  }
}

Status Rules::AddGroup(std::span<const Draft> drafts, Group& group, const SymbolCost& cost,
                       std::vector<RuleId>* ids) {
  if (budget != nullptr && !budget->Tick()) return budget->status();
  const std::vector<uint32_t>& members = group.members;
  Content(drafts, group, *ids);
  uint64_t hash = words_.size();
  for (const uint32_t word : words_) hash = HashWord(hash, word);
  hash = HashFinish(hash);
  const auto give_ids = [&](RuleId first) {
    for (uint32_t i = 0; i < members.size(); ++i) (*ids)[members[i]] = first + i;
  };
  const auto [from, to] = groups_.equal_range(hash);
  for (auto known = from; known != to; ++known) {
    const auto& [begin, end, first] = known->second;
    if (end - begin != words_.size() ||
        !std::equal(words_.begin(), words_.end(),
                    content_.begin() + static_cast<std::ptrdiff_t>(begin)))
      continue;
    give_ids(first);
    return Status();
  }
  // What a spent budget answered is not to be kept.
  std::vector<uint64_t> costs;
  for (const uint32_t member : members) {
    for (const auto& alternative : drafts[member]) {
      for (const Item& item : alternative) {
        if (budget != nullptr && !budget->Tick()) return budget->status();
        costs.push_back(item.NamesRule() ? 0 : cost(item));
      }
    }
  }
  if (OutOfBudget()) return budget->status();
  const auto first = static_cast<RuleId>(rules_.size());
  give_ids(first);
  rules_.resize(first + members.size());
  // Productive and nullable rules: least fixed points, by counting what each alternative still
  // waits for. Rules outside are known.
  for (bool Rule::* property : {&Rule::productive, &Rule::nullable}) {
    const bool nullable = property == &Rule::nullable;
    std::vector<std::vector<std::pair<uint32_t, uint32_t>>> users(members.size());
    std::vector<std::vector<uint32_t>> waiting(members.size());
    std::vector<uint32_t> ready;
    const auto resolve = [&](uint32_t m) {
      if (rules_[first + m].*property) return;
      rules_[first + m].*property = true;
      ready.push_back(m);
    };
    for (uint32_t m = 0; m < members.size(); ++m) {
      const Draft& draft = drafts[members[m]];
      for (uint32_t a = 0; a < draft.size(); ++a) {
        uint32_t count = 0;
        for (const Item& item : draft[a]) {
          const bool rule = item.NamesRule();
          const uint32_t place = rule ? group.place[item.arg] : kNone;
          if (place != kNone) {
            ++count;
            users[place].emplace_back(m, a);
          } else if (rule ? !(rules_[(*ids)[item.arg]].*property) : nullable && !item.skippable) {
            count = kNone / 2;
            break;
          }
        }
        waiting[m].push_back(count);
        if (count == 0) resolve(m);
      }
    }
    while (!ready.empty()) {
      const uint32_t m = ready.back();
      ready.pop_back();
      for (const auto& [user, a] : users[m]) {
        if (--waiting[user][a] == 0) resolve(user);
      }
    }
  }
  const auto first_item = static_cast<ItemId>(items_.size());
  std::vector<uint64_t> symbol_cost;  // of items
  auto next_cost = costs.begin();
  for (uint32_t m = 0; m < members.size(); ++m) {
    for (const auto& alternative : drafts[members[m]]) {
      bool dead = false;
      for (const Item& item : alternative) {
        dead |= item.NamesRule() && !Productive((*ids)[item.arg]);
      }
      if (dead) {
        next_cost += static_cast<std::ptrdiff_t>(alternative.size());
        continue;
      }
      rules_[first + m].items.push_back(static_cast<ItemId>(items_.size()));
      for (Item item : alternative) {
        item.rule = first + m;
        if (item.NamesRule()) {
          item.arg = (*ids)[item.arg];
          item.skippable = Nullable(item.arg);
        }
        items_.push_back(item);
        symbol_cost.push_back(*next_cost++);
      }
      items_.push_back(Item{first + m, true});
      symbol_cost.push_back(0);
    }
  }
  FindCosts(first, symbol_cost, first_item);
  for (uint32_t m = 0; m < members.size(); ++m) MarkNeedless(first + m);
  groups_.emplace(hash, Known{content_.size(), content_.size() + words_.size(), first});
  content_.insert(content_.end(), words_.begin(), words_.end());
  return Status();
}

std::optional<RuleId> Rules::LeftRecursiveBound(std::span<const RuleId> ids) const {
  std::vector<Draft> corners(rules_.size(), Draft(1));  // the rules that each can begin with
  for (const RuleId rule : ids) {
    for (ItemId i : rules_[rule].items) {
      for (; !items_[i].end; ++i) {
        if (items_[i].NamesRule()) corners[rule][0].push_back(items_[i]);
        if (!items_[i].skippable) break;
      }
    }
  }
  std::vector<uint32_t> component(rules_.size(), 0);
  uint32_t components = 0;
  ForComponents(corners, [&](const std::vector<uint32_t>& members) {
    ++components;
    for (const uint32_t member : members) component[member] = components;
    return true;
  });
  for (RuleId rule = 0; rule < corners.size(); ++rule) {
    for (const Item& item : corners[rule][0]) {
      if (item.kind == SymbolKind::kBounded && component[item.arg] == component[rule])
        return item.arg;
    }
  }
  return std::nullopt;
}

// Knuth, A generalization of Dijkstra's algorithm (1977): the cheapest rule whose symbols are all
// known is final. Of the rules from `first` on; those before are known.
void Rules::FindCosts(RuleId first, const std::vector<uint64_t>& symbol_cost, ItemId first_item) {
  struct Alternative {
    RuleId rule;
    size_t waiting = 0;
    uint64_t cost = 0;
  };
  std::vector<Alternative> alternatives;
  std::vector<std::vector<size_t>> users(rules_.size() - first);
  using Entry = std::pair<uint64_t, RuleId>;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<Entry>> ready;
  for (RuleId r = first; r < rules_.size(); ++r) {
    rules_[r].cost = kNoCost;
    for (ItemId item : rules_[r].items) {
      Alternative alternative{r};
      for (; !items_[item].end; ++item) {
        const bool rule = items_[item].NamesRule();
        if (rule && items_[item].arg >= first) {
          ++alternative.waiting;
          users[items_[item].arg - first].push_back(alternatives.size());
        } else {
          alternative.cost = Sum(alternative.cost, rule ? rules_[items_[item].arg].cost
                                                        : symbol_cost[item - first_item]);
        }
      }
      if (alternative.waiting == 0) ready.emplace(alternative.cost, r);
      alternatives.push_back(alternative);
    }
  }
  while (!ready.empty()) {
    const auto [cost, rule] = ready.top();
    ready.pop();
    if (cost >= kNoCost || rules_[rule].cost != kNoCost) continue;
    rules_[rule].cost = cost;
    for (size_t user : users[rule - first]) {
      Alternative& alternative = alternatives[user];
      alternative.cost = Sum(alternative.cost, cost);
      if (--alternative.waiting == 0) ready.emplace(alternative.cost, alternative.rule);
    }
  }
  rest_cost_.resize(items_.size());
  for (auto i = static_cast<ItemId>(items_.size()); i-- > first_item;) {
    const Item& item = items_[i];
    if (item.end) {
      rest_cost_[i] = 0;
    } else {
      rest_cost_[i] = Sum(item.NamesRule() ? rules_[item.arg].cost : symbol_cost[i - first_item],
                          rest_cost_[i + 1]);
    }
  }
}

uint64_t Rules::AscentCost(RuleId goal, RuleId complete) {
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
      for (auto [below, step] : from[rule]) ready.emplace(Sum(cost, step), below);
    }
    Charge(costs.size() * 48 + 96);
    known = ascent_costs_.emplace(goal, std::move(costs)).first;
  }
  auto found = known->second.find(complete);
  return found == known->second.end() ? kNoCost : found->second;
}

void Rules::Charge(size_t bytes) {
  grown_ += bytes;
  if (budget != nullptr) budget->Charge(bytes);
}

size_t Rules::MemoryBytes() const {
  return items_.capacity() * sizeof(Item) + rest_cost_.capacity() * 8 +
         rules_.capacity() * sizeof(Rule) + content_.capacity() * 4 + groups_.size() * 56 +
         shapes_.MemoryBytes() + grown_;
}

}  // namespace grammask
