// Strings in progress: what is still demanded of the text, and whether it can be met. See schema.h.
#include <algorithm>

#include "schema/schema.h"

namespace grammask {
namespace {

constexpr uint32_t kLongestCompletion = uint32_t{16} << 20;  // code points

}  // namespace

// Calls visit(demand) for each cube that can still hold, until it returns true.
template <typename Visit>
bool Schema::AnyDemand(PlanId id, std::span<const uint32_t> states, uint32_t count, Visit visit) {
  const StringView& view = Strings(id);
  std::vector<ExprId> texts;
  for (const auto& cube : view.cubes) {
    if (OutOfBudget()) return true;
    texts.clear();
    uint32_t min = 0, max = kNone;
    for (uint32_t part : cube) {
      texts.push_back(states[part]);
      min = std::max(min, view.parts[part].min);
      max = std::min(max, view.parts[part].max);
    }
    if (min > max || (max != kNone && count > max)) continue;
    ExprId joint = texts.empty()       ? ExprPool::kAny
                   : texts.size() == 1 ? texts[0]
                                       : pool_.Intersect(texts);
    if (visit(
            TextDemand{joint, min > count ? min - count : 0, max == kNone ? kNone : max - count})) {
      return true;
    }
  }
  return false;
}

bool Schema::MayMeet(ExprId text, uint32_t min, uint32_t max) {
  if (text == ExprPool::kAny) return min <= max;
  Tri answer = pool_.HasLength(text, min, max);
  if (answer == Tri::kUndecided) ++undecided;
  return answer != Tri::kNo;
}

bool Schema::StringAlive(PlanId id, std::span<const uint32_t> states, uint32_t count) {
  if (Strings(id).undecided) return true;
  return AnyDemand(id, states, count, [&](const TextDemand& demand) {
    return MayMeet(demand.text, demand.min, demand.max);
  });
}

bool Schema::StringAliveAfter(PlanId id, std::span<const uint32_t> states, uint32_t count,
                              uint32_t lo, uint32_t hi) {
  if (Strings(id).undecided) return true;
  return AnyDemand(id, states, count, [&](const TextDemand& demand) {
    if (demand.max == 0) return false;
    uint32_t min = demand.min == 0 ? 0 : demand.min - 1;
    uint32_t max = demand.max == kNone ? kNone : demand.max - 1;
    std::span<const Arc> row = pool_.Arcs(demand.text);
    const std::vector<Arc> arcs(row.begin(), row.end());
    return std::any_of(arcs.begin(), arcs.end(), [&](const Arc& arc) {
      return arc.hi >= lo && arc.lo <= hi && MayMeet(arc.target, min, max);
    });
  });
}

std::optional<std::string> Schema::StringCompletion(PlanId id, std::span<const uint32_t> states,
                                                    uint32_t count) {
  std::optional<std::string> best;
  AnyDemand(id, states, count, [&](const TextDemand& demand) {
    if (demand.min > kLongestCompletion) return false;
    std::optional<std::string> text = pool_.ShortestOfLength(demand.text, demand.min, demand.max);
    if (text && (!best || text->size() < best->size())) best = std::move(text);
    return false;
  });
  return best;
}

std::optional<std::vector<TextDemand>> Schema::TextDemands(PlanId id,
                                                           std::span<const uint32_t> states,
                                                           uint32_t count, size_t limit) {
  const StringView& view = Strings(id);
  if (view.undecided || view.cubes.size() > limit) return std::nullopt;
  std::vector<TextDemand> demands;
  AnyDemand(id, states, count, [&](const TextDemand& demand) {
    demands.push_back(demand);
    return false;
  });
  return demands;
}

}  // namespace grammask
