#include "mask/shared_masks.h"

#include <algorithm>
#include <unordered_map>

namespace grammask {

bool Trace::Record(Rules& rules, std::span<const RuleId> frames,
                   std::vector<std::pair<RuleId, ItemId>> begun) {
  std::sort(begun.begin(), begun.end());
  begun.erase(std::unique(begun.begin(), begun.end()), begun.end());
  std::vector<RuleId> met;
  std::unordered_map<RuleId, uint32_t> numbers;
  const auto meet = [&](RuleId goal) {
    const auto [at, is_new] = numbers.try_emplace(goal, static_cast<uint32_t>(met.size()));
    if (is_new) met.push_back(goal);
    return is_new ? kNone : at->second;
  };
  for (const RuleId goal : frames) frames_.push_back(meet(goal));
  size_t found = 0;
  for (uint32_t from = 0; from < met.size(); ++from) {
    const RuleId goal = met[from];
    auto at = std::lower_bound(begun.begin(), begun.end(), std::pair<RuleId, ItemId>(goal, 0));
    for (; at != begun.end() && at->first == goal; ++at, ++found) {
      const RuleId to = rules.item(at->second).arg;
      steps_.push_back(
          {from, rules.shapes().Place(goal, at->second), meet(to), rules.shapes().Shape(to)});
    }
  }
  return found == begun.size();
}

bool Trace::Follow(Rules& rules, std::span<const RuleId> frames, std::vector<RuleId>* met) const {
  if (frames.size() != frames_.size()) return false;
  GoalShapes& shapes = rules.shapes();
  met->clear();
  const auto meets = [&](RuleId goal, uint32_t known) {
    if (known != kNone) return (*met)[known] == goal;
    met->push_back(goal);
    return true;
  };
  for (size_t i = 0; i < frames.size(); ++i) {
    if (!meets(frames[i], frames_[i])) return false;
  }
  for (const Step& step : steps_) {
    const RuleId to = rules.item(shapes.ItemAt((*met)[step.from], step.place)).arg;
    if (!meets(to, step.known) || (step.known == kNone && shapes.Shape(to) != step.shape))
      return false;
  }
  return true;
}

}  // namespace grammask
