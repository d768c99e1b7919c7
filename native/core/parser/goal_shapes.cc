#include "parser/goal_shapes.h"

#include <algorithm>

#include "parser/rules.h"

namespace grammask {

const GoalShapes::Goal& GoalShapes::Of(uint32_t goal) {
  if (goals_.size() <= goal) goals_.resize(rules_.size());
  std::unique_ptr<Goal>& known = goals_[goal];
  if (known) return *known;
  known = std::make_unique<Goal>();
  // The rules that can begin it, in the order in which they are met.
  std::vector<RuleId> met{goal};
  std::unordered_map<RuleId, uint32_t> number{{goal, 0}};
  for (size_t at = 0; at < met.size(); ++at) {
    for (ItemId i : rules_.RuleItems(met[at])) {
      for (; !rules_.item(i).end; ++i) {
        const Item& item = rules_.item(i);
        if (item.kind == SymbolKind::kRule &&
            number.try_emplace(item.arg, static_cast<uint32_t>(met.size())).second)
          met.push_back(item.arg);
        if (!item.skippable) break;
      }
    }
  }
  std::vector<uint32_t> words;
  uint32_t place = 0;
  for (const RuleId rule : met) {
    const std::vector<ItemId>& alternatives = rules_.RuleItems(rule);
    words.push_back(static_cast<uint32_t>(alternatives.size()));
    if (alternatives.empty()) continue;
    ItemId i = alternatives.front();
    for (size_t a = 0; a < alternatives.size(); ++a, ++i) {
      bool first = true;
      for (; !rules_.item(i).end; ++i) {
        const Item& item = rules_.item(i);
        const bool is_rule = item.kind == SymbolKind::kRule;
        words.push_back(static_cast<uint32_t>(item.kind) << 2 | (item.needless ? 2u : 0u) |
                        (item.skippable ? 1u : 0u));
        words.push_back(!is_rule ? item.arg : first ? number.at(item.arg) : 0);
        if (!is_rule) words.push_back(item.extra);
        first = first && item.skippable;
      }
      words.push_back(~0u);
    }
    const uint32_t count = i - alternatives.front();
    known->by_place.push_back({alternatives.front(), count, place});
    place += count;
  }
  known->by_item = known->by_place;
  std::sort(known->by_item.begin(), known->by_item.end(),
            [](const Run& a, const Run& b) { return a.first < b.first; });
  bytes_ += sizeof(Goal) + 2 * sizeof(Run) * known->by_place.size();
  const size_t size = words.size() * sizeof(uint32_t) + 64;
  const auto [shape, is_new] =
      shapes_.try_emplace(std::move(words), static_cast<uint32_t>(shapes_.size()));
  if (is_new) bytes_ += size;
  known->shape = shape->second;
  return *known;
}

uint32_t GoalShapes::Place(uint32_t goal, uint32_t item) {
  const std::vector<Run>& runs = Of(goal).by_item;
  auto at = std::upper_bound(runs.begin(), runs.end(), item,
                             [](uint32_t value, const Run& run) { return value < run.first; });
  --at;
  return at->begin + (item - at->first);
}

uint32_t GoalShapes::ItemAt(uint32_t goal, uint32_t place) {
  const std::vector<Run>& runs = Of(goal).by_place;
  auto at = std::upper_bound(runs.begin(), runs.end(), place,
                             [](uint32_t value, const Run& run) { return value < run.begin; });
  --at;
  return at->first + (place - at->begin);
}

}  // namespace grammask
