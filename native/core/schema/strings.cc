// Strings in progress: what is still demanded of the text, and whether it can be met. See schema.h.
#include <algorithm>

#include "base/utf8.h"
#include "schema/schema.h"

namespace grammask {
namespace {

constexpr uint32_t kLongestCompletion = uint32_t{16} << 20;  // code points
constexpr size_t kMostTexts = 4096;

}  // namespace

// Calls visit(demand) for each cube that can still hold, until it returns true.
template <typename Visit>
bool Schema::AnyDemand(PlanId id, std::span<const uint32_t> states, uint32_t count, Visit visit) {
  const StringView& view = Strings(id);
  for (size_t c = 0; c < view.cubes.size(); ++c) {
    if (OutOfBudget()) return true;
    StringDemands demands;
    for (uint32_t part : view.cubes[c].yes)
      demands.Hold(states[part], view.parts[part].min, view.parts[part].max);
    for (uint32_t part : view.cubes[c].no)
      demands.Fail(states[part], view.parts[part].min, view.parts[part].max);
    uint8_t distinct = view.distinct[c];
    bool done = demands.ForEach(pool_, [&](ExprId joint, uint32_t min, uint32_t max) {
      if (max != kNone && count > max) return false;
      return visit(TextDemand{joint, min > count ? min - count : 0,
                              max == kNone ? kNone : max - count, distinct});
    });
    if (done) return true;
  }
  return false;
}

bool Schema::MayMeet(ExprId text, uint32_t min, uint32_t max) {
  if (text == ExprPool::kAny) return min <= max;
  Tri answer = pool_.HasLength(text, min, max);
  if (answer == Tri::kUndecided) ++undecided;
  return answer != Tri::kNo;
}

bool Schema::AnyOther(ExprId text, uint32_t min, uint32_t max, TextsBefore& before) {
  // A text longer than all of them is another one.
  uint32_t longer = std::max(min, before.Longest() + 1);
  if (longer <= max && pool_.HasLength(text, longer, max) == Tri::kYes) return true;
  std::vector<ExprId> literals;
  for (const std::string& known : before.Texts(kMostTexts))
    literals.push_back(pool_.Literal(known));
  if (literals.size() == kMostTexts) {
    ++undecided;
    return MayMeet(text, min, max);
  }
  if (literals.empty()) return MayMeet(text, min, max);
  ExprId parts[] = {text, pool_.Complement(pool_.Union(literals))};
  return MayMeet(pool_.Intersect(parts), min, max);
}

bool Schema::DemandAlive(const TextDemand& demand, TextsBefore* before) {
  if (before == nullptr)
    return demand.distinct != 2 && MayMeet(demand.text, demand.min, demand.max);
  switch (demand.distinct) {
    case 0:
      return MayMeet(demand.text, demand.min, demand.max);
    case 1:
      return AnyOther(demand.text, demand.min, demand.max, *before);
    default: {
      std::vector<std::string> texts = before->Texts(kMostTexts);
      if (texts.size() == kMostTexts) {
        ++undecided;
        return true;
      }
      return std::any_of(texts.begin(), texts.end(), [&](const std::string& known) {
        size_t length = 0;
        for (size_t at = 0; at < known.size(); ++length) at += Utf8Length(CodePointAt(known, at));
        return length >= demand.min && length <= demand.max && Matches(demand.text, known);
      });
    }
  }
}

bool Schema::StringAlive(PlanId id, std::span<const uint32_t> states, uint32_t count,
                         TextsBefore* before) {
  if (Strings(id).undecided) return true;
  return AnyDemand(id, states, count,
                   [&](const TextDemand& demand) { return DemandAlive(demand, before); });
}

// Calls visit(arc, demand) for each arc of what can still be demanded, with the demand behind it,
// until it returns true.
template <typename Visit>
bool Schema::AnyStep(PlanId id, std::span<const uint32_t> states, uint32_t count, Visit visit) {
  std::vector<Arc> arcs;  // copied: what visits ask may add some
  return AnyDemand(id, states, count, [&](const TextDemand& demand) {
    if (demand.max == 0) return false;
    TextDemand next = demand;
    if (next.min != 0) --next.min;
    if (next.max != kNone) --next.max;
    const std::span<const Arc> row = pool_.Arcs(demand.text);
    arcs.assign(row.begin(), row.end());
    return std::any_of(arcs.begin(), arcs.end(), [&](const Arc& arc) {
      next.text = arc.target;
      return visit(arc, next);
    });
  });
}

// Many cubes are asked once about all code points, and not about each.
bool Schema::AnyNext(PlanId id, std::span<const uint32_t> states, uint32_t count, uint32_t lo,
                     uint32_t hi) {
  // Mostly known: no list is made only to look it up.
  next_key_.assign({id, count});
  next_key_.insert(next_key_.end(), states.begin(), states.end());
  auto known = next_points_.find(next_key_);
  if (known == next_points_.end()) {
    std::vector<uint32_t> key = next_key_;
    std::vector<CodePoints> points;
    AnyStep(id, states, count, [&](const Arc& arc, const TextDemand& next) {
      if (DemandAlive(next, nullptr)) points.push_back({arc.lo, arc.hi});
      return false;
    });
    if (OutOfBudget()) return true;
    Charge(key.size() * sizeof(uint32_t) + points.size() * sizeof(CodePoints) + 96);
    known = next_points_.emplace(std::move(key), std::move(points)).first;
  }
  return std::any_of(known->second.begin(), known->second.end(),
                     [&](const CodePoints& points) { return points.lo <= hi && lo <= points.hi; });
}

bool Schema::StringAliveAfter(PlanId id, std::span<const uint32_t> states, uint32_t count,
                              uint32_t lo, uint32_t hi, TextsBefore* before) {
  const StringView& view = Strings(id);
  if (view.undecided) return true;
  if (before == nullptr && view.many()) return AnyNext(id, states, count, lo, hi);
  return AnyStep(id, states, count, [&](const Arc& arc, const TextDemand& next) {
    const uint32_t from = std::max(arc.lo, lo), to = std::min(arc.hi, hi);
    if (from > to) return false;
    std::vector<uint32_t> known;
    if (before != nullptr && next.distinct != 0) known = before->Next(from, to);
    if (known.size() < to - from + 1 && DemandAlive(next, nullptr)) return true;
    return std::any_of(known.begin(), known.end(), [&](uint32_t point) {
      return DemandAlive(next, before->Behind(point).get());
    });
  });
}

std::optional<std::string> Schema::StringCompletion(PlanId id, std::span<const uint32_t> states,
                                                    uint32_t count, TextsBefore* before) {
  std::optional<std::string> best;
  AnyDemand(id, states, count, [&](const TextDemand& demand) {
    if (demand.min > kLongestCompletion) return false;
    ExprId joint = demand.text;
    if (before != nullptr && demand.distinct != 0) {
      std::vector<ExprId> literals;
      for (const std::string& known : before->Texts(kMostTexts))
        literals.push_back(pool_.Literal(known));
      ExprId known = pool_.Union(literals);
      ExprId parts[] = {joint, demand.distinct == 1 ? pool_.Complement(known) : known};
      joint = pool_.Intersect(parts);
    } else if (demand.distinct == 2) {
      return false;
    }
    std::optional<std::string> text = pool_.ShortestOfLength(joint, demand.min, demand.max);
    if (text && (!best || text->size() < best->size())) best = std::move(text);
    return false;
  });
  return best;
}

ExprId Schema::ClassText(uint32_t shape_id, uint32_t name, std::span<const uint32_t> states) {
  const Shape& shape = *shapes_[shape_id];
  const std::vector<bool>& matches = shape.classes[name - shape.names.size()].matches;
  std::vector<ExprId> parts;
  for (size_t i = 0; i < matches.size(); ++i)
    parts.push_back(matches[i] ? states[i] : pool_.Complement(states[i]));
  return parts.empty() ? ExprPool::kAny : parts.size() == 1 ? parts[0] : pool_.Intersect(parts);
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
