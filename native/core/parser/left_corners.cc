// What is found in tables of a goal: what can begin it, where parsing goes on behind a rule, and
// where that is nowhere but at the goal's end, so that no frame is needed.
#include <algorithm>
#include <utility>

#include "base/mutant.h"
#include "parser/rules.h"

namespace grammask {

// Calls visit(item) for each symbol that can begin the goal: first in its alternative but for
// symbols that can be empty.
template <typename Visit>
void Rules::ForLeftCorners(RuleId goal, Visit visit) {
  seen_.resize(rules_.size(), 0);
  if (++walk_ == 0) {
    std::fill(seen_.begin(), seen_.end(), 0);
    walk_ = 1;
  }
  std::vector<RuleId> stack{goal};
  seen_[goal] = walk_;
  while (!stack.empty()) {
    const RuleId rule = stack.back();
    stack.pop_back();
    for (ItemId i : rules_[rule].items) {
      for (; !items_[i].end; ++i) {
        visit(i);
        if (items_[i].kind == SymbolKind::kRule && seen_[items_[i].arg] != walk_) {
          seen_[items_[i].arg] = walk_;
          stack.push_back(items_[i].arg);
        }
        if (!items_[i].skippable) break;
      }
    }
  }
}

const std::vector<ItemId>& Rules::Starts(RuleId goal) {
  auto found = starts_.find(goal);
  if (found != starts_.end()) return found->second;
  std::vector<ItemId> starts;
  ForLeftCorners(goal, [&](ItemId i) {
    if (items_[i].kind != SymbolKind::kRule) starts.push_back(i);
  });
  // In the order of their content and not of their ids: cells are made in it, and keys of masks
  // read cells in the order in which they were made.
  Charge(starts.size() * 4 + 96);
  return starts_.emplace(goal, std::move(starts)).first->second;
}

// Marks the places behind a rule that begins its own alternatives which read nothing that others do
// not: what follows there is what follows at another place and at others again, which is where
// parsing goes on behind that one. So of `s ::= s s | s s s | "a"` one place is enough.
//
// No place has to be marked. So where there are many, or their symbols are mostly the same and have
// to be compared again and again, some are not: a grammar takes no longer than its length allows.
void Rules::MarkNeedless(RuleId rule) {
  constexpr size_t kMost = 64, kLooksASymbol = 64;
  struct Place {
    ItemId first;
    size_t symbols;
  };
  std::vector<Place> places;
  for (ItemId i : rules_[rule].items) {
    for (; !items_[i].end; ++i) {
      if (items_[i].kind == SymbolKind::kRule && items_[i].arg == rule && !items_[i + 1].end)
        places.push_back({i + 1, 0});
      if (!items_[i].skippable) break;
    }
  }
  if (places.size() < 2 || places.size() > kMost) return;
  size_t looks = 0;  // left
  for (Place& place : places) {
    while (!items_[place.first + place.symbols].end) ++place.symbols;
    looks += kLooksASymbol * place.symbols;
  }
  const auto begins = [&](ItemId place, ItemId text) {  // are its symbols the first of these?
    for (; !items_[place].end; ++place, ++text) {
      const Item &x = items_[place], &y = items_[text];
      if (looks == 0) return false;
      --looks;
      const bool same_arg = x.arg == y.arg || GRAMMASK_MUTANT(11);
      if (y.end || x.kind != y.kind || !same_arg || x.extra != y.extra) return false;
    }
    return true;
  };
  // Shorter ones first, so that a place is marked for the sake of others that are not.
  std::stable_sort(places.begin(), places.end(),
                   [](const Place& a, const Place& b) { return a.symbols < b.symbols; });
  std::vector<Place> needed;
  for (const Place& place : places) {
    // Are the symbols before this one those of others?
    std::vector<bool> made(place.symbols + 1, false);
    made[0] = true;
    for (size_t at = 0; at < place.symbols; ++at) {
      if (!made[at]) continue;
      for (const Place& other : needed) {
        if (begins(other.first, place.first + static_cast<ItemId>(at)))
          made[at + other.symbols] = true;
      }
    }
    if (made[place.symbols]) {
      items_[place.first].needless = true;
    } else {
      needed.push_back(place);
    }
  }
}

const std::unordered_map<RuleId, Ascent>& Rules::AscentsOf(RuleId goal) {
  auto found = ascents_.find(goal);
  if (found != ascents_.end()) return found->second;
  std::unordered_map<RuleId, Ascent> ascents;
  ascents[goal].done = true;
  ForLeftCorners(goal, [&](ItemId i) {
    if (items_[i].kind == SymbolKind::kRule && !items_[i + 1].needless)
      ascents[items_[i].arg].items.push_back(i + 1);
  });
  size_t bytes = 96;
  for (const auto& [rule, ascent] : ascents) bytes += 96 + ascent.items.size() * 4;
  Charge(bytes);
  return ascents_.emplace(goal, std::move(ascents)).first->second;
}

const Ascent& Rules::Ascend(RuleId goal, RuleId complete) {
  static const Ascent kNowhere;
  const auto& ascents = AscentsOf(goal);
  auto found = ascents.find(complete);
  return found == ascents.end() ? kNowhere : found->second;
}

bool Rules::ReturnsOnly(RuleId goal, ItemId item, RuleId begun) {
  if (!items_[item].end) return false;
  const RuleId rule = items_[item].rule;
  const bool again = begun == goal || (GRAMMASK_MUTANT(12) && begun != kNone);
  if (again && rule == goal) return true;
  const uint64_t key = (static_cast<uint64_t>(goal) << 32) | (rule << 1) | (again ? 1u : 0u);
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
      if (again && up == goal) continue;
      if (std::find(seen.begin(), seen.end(), up) == seen.end()) {
        seen.push_back(up);
        stack.push_back(up);
      }
    }
  }
  Charge(48);
  returns_only_.emplace(key, only);
  return only;
}

}  // namespace grammask
