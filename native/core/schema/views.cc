// What a plan asks of values of one type. See schema.h.
#include <algorithm>

#include "schema/schema.h"
#include "schema/sorted_list.h"

namespace grammask {
namespace {

constexpr size_t kFewCubes = 256;  // numbers: more are cut into pieces
constexpr size_t kMostPieces = 400000;

}  // namespace

const StringView& Schema::Strings(PlanId id) {
  auto& slot = strings_[id];
  if (slot) return *slot;
  auto view = std::make_unique<StringView>();
  std::unordered_map<uint32_t, uint32_t> part_of;  // atom -> part, absent: no constraint
  for (uint32_t a : plans_[id].atoms) {
    const Atom& atom = atoms_[a];
    if (atom.text == ExprPool::kAny && atom.min_length == 0 && atom.max_length == kNone) continue;
    size_t p = 0;
    while (p < view->parts.size() &&
           !(view->parts[p].text == atom.text && view->parts[p].min == atom.min_length &&
             view->parts[p].max == atom.max_length)) {
      ++p;
    }
    if (p == view->parts.size())
      view->parts.push_back({atom.text, atom.min_length, atom.max_length, {}});
    view->parts[p].atoms.push_back(a);
    part_of[a] = static_cast<uint32_t>(p);
    uint32_t limit =
        atom.max_length == kNone ? atom.min_length : std::max(atom.min_length, atom.max_length);
    if (atom.max_length != kNone && limit != kNone) ++limit;
    view->count_limit = std::max(view->count_limit, limit);
  }
  const auto* cubes = goals_.Cubes(plans_[id].goal);
  if (cubes == nullptr) {
    view->undecided = true;
    ++undecided;
  } else {
    std::vector<std::pair<Cube, uint8_t>> found;
    for (const Cube& cube : *cubes) {
      Cube parts;
      uint8_t distinct = 0;
      bool possible = true;
      for (uint32_t a : cube.yes) {
        if (atoms_[a].is_distinct) distinct |= 1;
        auto part = part_of.find(a);
        if (part != part_of.end()) parts.yes.push_back(part->second);
      }
      for (uint32_t a : cube.no) {
        if (atoms_[a].is_distinct) {
          distinct |= 2;
          continue;
        }
        auto part = part_of.find(a);
        possible = possible && part != part_of.end();  // else nothing makes it fail
        if (possible) parts.no.push_back(part->second);
      }
      SortUnique(&parts.yes);
      SortUnique(&parts.no);
      if (possible && distinct != 3) found.emplace_back(std::move(parts), distinct);
    }
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    // A set without demands makes all others superfluous.
    if (!found.empty() && found[0].first == Cube{} && found[0].second == 0) found.resize(1);
    for (auto& [cube, distinct] : found) {
      view->cubes.push_back(std::move(cube));
      view->distinct.push_back(distinct);
    }
  }
  size_t bytes = sizeof(StringView) + 64;
  for (const auto& part : view->parts) bytes += sizeof(part) + part.atoms.size() * 4;
  for (const Cube& cube : view->cubes)
    bytes += sizeof(cube) + (cube.yes.size() + cube.no.size()) * 4;
  Charge(bytes);
  slot = std::move(view);
  return *slot;
}

const NumberView& Schema::Numbers(PlanId id) {
  auto& slot = numbers_[id];
  if (slot) return *slot;
  auto view = std::make_unique<NumberView>();
  std::vector<NumberConstraint> constraints;
  for (uint32_t a : plans_[id].atoms) {
    view->atoms.push_back(a);
    constraints.push_back(atoms_[a].number);
  }
  // The goal with the atom for distinctness settled either way.
  std::vector<std::pair<GoalId, uint8_t>> goals{{plans_[id].goal, 0}};
  for (uint32_t a : plans_[id].atoms) {
    if (!atoms_[a].is_distinct || !goals_.DependsOn(plans_[id].goal, a)) continue;
    GoalId equal = goals_.Without(plans_[id].goal, {a});
    GoalId differs = goals_.AndNot(goals_.With(plans_[id].goal, a), equal);
    goals = {{equal, 0}, {differs, 1}};
    if (!goals_.Implies(equal, goals_.With(plans_[id].goal, a))) {
      goals = {{goals_.With(plans_[id].goal, a), 1}, {equal, 2}};
    }
  }
  for (const auto& [goal, distinct] : goals) {
    for (NumberConstraint& piece : PiecesOf(goal, view->atoms, constraints, &view->undecided)) {
      view->cubes.push_back({static_cast<uint32_t>(view->atoms.size() + view->wants.size())});
      view->wants.push_back(std::move(piece));
      view->distinct.push_back(distinct);
    }
  }
  if (view->undecided) ++undecided;
  size_t bytes = sizeof(NumberView) + 64;
  constraints.insert(constraints.end(), view->wants.begin(), view->wants.end());
  for (const NumberConstraint& c : constraints)
    bytes += sizeof(NumberConstraint) + c.points.size() * sizeof(Decimal) * 2;
  view->machine = std::make_unique<NumberMachine>(std::move(constraints), canonical());
  Charge(bytes + view->cubes.size() * 32);
  slot = std::move(view);
  return *slot;
}

// The numbers that reach the goal, as constraints of which one suffices.
std::vector<NumberConstraint> Schema::PiecesOf(GoalId goal, const std::vector<uint32_t>& atoms,
                                               const std::vector<NumberConstraint>& constraints,
                                               bool* undecided_out) {
  std::vector<NumberConstraint> pieces;
  if (goal == GoalStore::kFalse) return pieces;
  const auto* cubes = goals_.Monotone(goal) ? goals_.Cubes(goal, kFewCubes) : nullptr;
  if (cubes != nullptr) {
    for (const Cube& cube : *cubes) {
      std::vector<const NumberConstraint*> parts;
      for (uint32_t a : cube.yes) {
        auto at = std::lower_bound(atoms.begin(), atoms.end(), a);
        parts.push_back(&constraints[static_cast<size_t>(at - atoms.begin())]);
      }
      pieces.push_back(parts.size() == 1 ? *parts[0] : NumberConstraint::And(parts));
    }
    return pieces;
  }
  auto wanted = [&](const std::vector<bool>& truth) {
    return goals_.Holds(goal, [&](uint32_t a) {
      auto at = std::lower_bound(atoms.begin(), atoms.end(), a);
      return at != atoms.end() && *at == a && truth[static_cast<size_t>(at - atoms.begin())];
    });
  };
  return NumberPieces(constraints, wanted, kMostPieces, undecided_out);
}

ArrayView& Schema::Arrays(PlanId id) {
  auto& slot = arrays_[id];
  if (slot) return *slot;
  slot = std::make_unique<ArrayView>();
  for (uint32_t mention : places_[plans_[id].place])
    slot->fixed = std::max(slot->fixed, static_cast<uint32_t>(atoms_[mention / 2].prefix.size()));
  for (uint32_t a : plans_[id].atoms) {
    const Atom& atom = atoms_[a];
    slot->fixed = std::max(slot->fixed, static_cast<uint32_t>(atom.prefix.size()));
    if (atom.min_items != 0) slot->thresholds.push_back(atom.min_items);
    if (atom.max_items == kNone) continue;
    slot->thresholds.push_back(atom.max_items);
    if (atom.max_items < kNone - 1) slot->thresholds.push_back(atom.max_items + 1);
  }
  SortUnique(&slot->thresholds);
  // Only the first item has none before it.
  if (plans_[id].unique) slot->fixed = std::max(slot->fixed, 1u);
  slot->index_limit = slot->fixed;
  if (!slot->thresholds.empty())
    slot->index_limit = std::max(slot->index_limit, slot->thresholds.back());
  return *slot;
}

}  // namespace grammask
