// What a container asks of a child, and what becomes of it behind the child. See schema.h.
#include <algorithm>

#include "base/mutant.h"
#include "schema/schema.h"
#include "schema/sorted_list.h"

namespace grammask {
namespace {

constexpr size_t kMostSubsets = 8;  // atoms that may fail by one child, all of whose sets are tried
constexpr size_t kMostCounters = 6;  // likewise, counts of one array

}  // namespace

GoalId Schema::ItemFormula(uint32_t a, uint32_t index) {
  const Atom& atom = atoms_[a];
  GoalId goal = GoalStore::kTrue;
  if (index < atom.prefix.size()) {
    goal = GoalOf(atom.prefix[index]);
  } else if (atom.items != kNone) {
    goal = GoalOf(atom.items);
  }
  // The first item has none before it.
  return atom.unique && index > 0 ? goals_.And(goal, goals_.Atom(atom.distinct)) : goal;
}

GoalId Schema::Conjunction(const std::vector<uint32_t>& atoms, uint32_t string) {
  std::vector<GoalId> goals;
  for (uint32_t a : atoms) goals.push_back(MemberFormula(a, string));
  return goals_.AndAll(std::move(goals));
}

GoalId Schema::ItemConjunction(const std::vector<uint32_t>& atoms, uint32_t index) {
  std::vector<GoalId> goals;
  for (uint32_t a : atoms) goals.push_back(ItemFormula(a, index));
  return goals_.AndAll(std::move(goals));
}

// Can every member that these atoms require be written, if all of them are to hold?
Tri Schema::RequiredFeasible(const std::vector<uint32_t>& atoms) {
  auto found = required_feasible_.find(atoms);
  if (found != required_feasible_.end()) return found->second;
  Tri result = Tri::kYes;
  std::vector<uint32_t> required;
  for (uint32_t a : atoms)
    required.insert(required.end(), atoms_[a].required.begin(), atoms_[a].required.end());
  SortUnique(&required);
  for (uint32_t name : required) {
    if (!Tick()) return Tri::kUndecided;
    Tri sat = Satisfiable(Conjunction(atoms, name));
    if (sat == Tri::kNo) {
      result = Tri::kNo;
      break;
    }
    if (sat == Tri::kUndecided) result = Tri::kUndecided;
  }
  if (!OutOfBudget()) required_feasible_.emplace(atoms, result);
  return result;
}

// Can the array be completed after the item at `index`, if all these atoms are to hold?
Tri Schema::ItemsFeasible(const std::vector<uint32_t>& atoms, uint32_t index) {
  uint32_t min = 0, max = kNone, fixed = 0;
  for (uint32_t a : atoms) {
    min = std::max(min, atoms_[a].min_items);
    max = std::min(max, atoms_[a].max_items);
    fixed = std::max(fixed, static_cast<uint32_t>(atoms_[a].prefix.size()));
  }
  if (min > max) return Tri::kNo;
  Tri result = Tri::kYes;
  // Positions from `fixed` on are alike: the first of them stands for all.
  for (uint64_t i = static_cast<uint64_t>(index) + 1; i < min && Tick(); ++i) {
    Tri sat = Satisfiable(ItemConjunction(atoms, static_cast<uint32_t>(i)));
    if (sat == Tri::kNo) return Tri::kNo;
    if (sat == Tri::kUndecided) result = Tri::kUndecided;
    if (i >= fixed) break;
  }
  return result;
}

// simple: the goal is monotone and feasible(atoms) says all. Else outcomes(cube) is what a cube
// asks of the child beside the formulas of the atoms that must hold.
template <typename Formula, typename Feasible, typename Outcomes, typename Below>
Child Schema::MakeChild(PlanId id, std::vector<uint32_t> killed, bool simple, Formula formula,
                        Feasible feasible, Outcomes outcomes, Below below) {
  Child child;
  SortUnique(&killed);
  PlanId rest = Without(id, killed);
  if (rest == kNoPlan) return child;
  const std::vector<uint32_t> live = plans_[rest].atoms;
  GoalId goal = plans_[rest].goal;
  GoalId wanted = GoalStore::kFalse;
  if (simple && feasible(live) == Tri::kYes) {
    // If the atoms that ask nothing of this child reach the goal, nothing is asked.
    bool free = goals_.Holds(goal, [&](uint32_t a) { return formula(a) == GoalStore::kTrue; });
    wanted = free ? GoalStore::kTrue : goals_.Replace(goal, formula);
  } else if (const auto* found = goals_.Cubes(goal)) {
    const std::vector<Cube> cubes = *found;
    std::vector<GoalId> ways;
    for (const Cube& cube : cubes) {
      std::vector<GoalId> parts;
      for (uint32_t a : cube.yes) parts.push_back(formula(a));
      if (simple) {
        Tri possible = feasible(cube.yes);
        if (possible == Tri::kNo) continue;
        if (possible == Tri::kUndecided) ++undecided;
      } else {
        GoalId further = outcomes(cube);
        if (further == GoalStore::kFalse) continue;
        parts.push_back(further);
      }
      ways.push_back(goals_.AndAll(std::move(parts)));
    }
    wanted = goals_.OrAll(std::move(ways));
  } else {
    ++undecided;
    wanted = plans_[rest].monotone ? goals_.Replace(goal, formula) : GoalStore::kTrue;
  }
  if (wanted == GoalStore::kFalse || Satisfiable(wanted) == Tri::kNo) return child;
  std::vector<uint32_t> report;
  // What the report must tell of a formula: nothing where the goal settles it.
  auto settle = [&](GoalId condition) {
    if (condition == GoalStore::kTrue || goals_.Implies(wanted, condition)) return GoalStore::kTrue;
    if (goals_.Implies(wanted, goals_.Not(condition))) return GoalStore::kFalse;
    const std::vector<uint32_t>& support = goals_.Support(condition);
    report.insert(report.end(), support.begin(), support.end());
    return condition;
  };
  for (uint32_t a : live) {
    GoalId condition = settle(formula(a));
    if (condition != GoalStore::kTrue) child.conditions.emplace_back(a, condition);
    if (atoms_[a].contains == kNone) continue;
    condition = settle(GoalOf(atoms_[a].contains));
    if (condition != GoalStore::kFalse) child.counted.emplace_back(a, condition);
  }
  SortUnique(&report);
  child.plan = Intern(wanted, std::move(report), below(plans_[rest].place), CapturesChild(rest));
  for (uint32_t a : killed) {
    if (Contains(plans_[id].atoms, a)) child.killed.push_back(a);
  }
  return child;
}

size_t Schema::SizeOf(const Child& child) {
  return sizeof(Child) + 64 + child.killed.size() * 4 + child.conditions.size() * 8 +
         child.counted.size() * 8;
}

// Which of the atoms must fail by this very child, so that the rest may fail later: the weakest
// condition on the child. possible(rest): can these still be made to fail behind the child?
template <typename Formula, typename Possible>
GoalId Schema::FailNow(const std::vector<uint32_t>& atoms, Formula formula, Possible possible) {
  auto ask = [&](const std::vector<uint32_t>& rest) {
    Tri answer = possible(rest);
    if (answer == Tri::kUndecided) ++undecided;
    return answer != Tri::kNo;
  };
  if (ask(atoms)) return GoalStore::kTrue;
  std::vector<uint32_t> able, unable;  // to fail here
  for (uint32_t a : atoms) (formula(a) == GoalStore::kTrue ? unable : able).push_back(a);
  if (able.empty() || !ask(unable)) return GoalStore::kFalse;
  if (able.size() > kMostSubsets) {
    // Too many to try all sets of them.
    ++undecided;
    return GoalStore::kTrue;
  }
  std::vector<uint32_t> minimal;  // bit sets
  std::vector<GoalId> ways;
  std::vector<uint32_t> sets;
  for (uint32_t set = 1; set < (1u << able.size()); ++set) sets.push_back(set);
  std::stable_sort(sets.begin(), sets.end(), [](uint32_t x, uint32_t y) {
    return __builtin_popcount(x) < __builtin_popcount(y);
  });
  for (uint32_t set : sets) {
    if (!Tick()) return GoalStore::kTrue;
    if (std::any_of(minimal.begin(), minimal.end(),
                    [set](uint32_t smaller) { return (smaller & set) == smaller; })) {
      continue;
    }
    std::vector<uint32_t> rest = unable;
    std::vector<GoalId> parts;
    for (uint32_t i = 0; i < able.size(); ++i) {
      if ((set >> i) & 1) {
        parts.push_back(goals_.Not(formula(able[i])));
      } else {
        rest.push_back(able[i]);
      }
    }
    std::sort(rest.begin(), rest.end());
    GoalId way = goals_.AndAll(std::move(parts));
    if (way == GoalStore::kFalse || !ask(rest)) continue;
    minimal.push_back(set);
    ways.push_back(way);
  }
  return goals_.OrAll(std::move(ways));
}

GoalId Schema::ObjectOutcomes(const Cube& cube, const ObjectAt& at, uint32_t name) {
  std::vector<uint32_t> seen(at.seen.begin(), at.seen.end());
  uint32_t listed = static_cast<uint32_t>(shape(at.shape).names.size());
  if (name < listed) {
    if (seen.size() <= name / 32) seen.resize(name / 32 + 1, 0);
    seen[name / 32] |= 1u << (name % 32);
  }
  ObjectAt next = at;
  next.seen = seen;
  next.count = std::min(at.count + 1, plans_[at.plan].member_limit);
  if (ordered()) next.cursor = name < listed ? shape(at.shape).order[name] + 1 : listed;
  auto formula = [&](uint32_t a) { return MemberFormula(a, at.shape, name); };
  return FailNow(cube.no, formula, [&](const std::vector<uint32_t>& rest) {
    return FindWay(
        {cube.yes, rest}, next, [this](GoalId goal) { return Satisfiable(goal); }, nullptr);
  });
}

GoalId Schema::ArrayOutcomes(const Cube& cube, const ArrayAt& at) {
  // Each way in which the item may count.
  const std::vector<uint32_t> counters = plans_[at.plan].counters;
  std::vector<size_t> asked;
  for (size_t i = 0; i < counters.size(); ++i) {
    if (Contains(cube.yes, counters[i]) || Contains(cube.no, counters[i])) asked.push_back(i);
  }
  if (asked.size() > kMostCounters) {
    ++undecided;
    return GoalStore::kTrue;
  }
  auto formula = [&](uint32_t a) { return ItemFormula(a, at.index); };
  std::vector<GoalId> ways;
  for (uint32_t matches = 0; matches < (1u << asked.size()); ++matches) {
    ArrayAt next = at;
    next.index = at.index == kNone ? at.index : at.index + 1;
    std::vector<GoalId> parts;
    Cube left{cube.yes, {}};
    bool possible = true;
    std::vector<uint32_t> failed;
    for (size_t i = 0; i < asked.size(); ++i) {
      uint32_t a = counters[asked[i]];
      GoalId matched = GoalOf(atoms_[a].contains);
      bool yes = ((matches >> i) & 1) != 0;
      parts.push_back(yes ? matched : goals_.Not(matched));
      if (!yes) continue;
      uint32_t& count = next.counts[asked[i]];
      count = std::min(count + 1, CountLimit(a));
      if (atoms_[a].max_contains == kNone || count <= atoms_[a].max_contains) continue;
      failed.push_back(a);
      possible = possible && !Contains(cube.yes, a);
    }
    GoalId way = goals_.AndAll(std::move(parts));
    if (!possible || way == GoalStore::kFalse) continue;
    for (uint32_t a : cube.no) {
      if (!Contains(failed, a)) left.no.push_back(a);
    }
    GoalId further = FailNow(left.no, formula, [&](const std::vector<uint32_t>& rest) {
      return FindWay(
          {left.yes, rest}, next.index, NamedCounts(next),
          [this](GoalId goal) { return Satisfiable(goal); }, nullptr);
    });
    ways.push_back(goals_.And(way, further));
  }
  return goals_.OrAll(std::move(ways));
}

const Child& Schema::ArrayChild(const ArrayAt& given) {
  ArrayAt at = given;
  ArrayView& view = Arrays(at.plan);
  at.index = std::min(at.index, view.index_limit);
  bool simple = SimpleArray(plans_[at.plan]);
  std::vector<uint32_t> key{at.index};
  if (simple && at.index >= view.fixed) {
    // Among the positions that have the same schemas, what counts is which bounds are passed.
    auto passed = std::upper_bound(view.thresholds.begin(), view.thresholds.end(), at.index + 1);
    key[0] = view.fixed + static_cast<uint32_t>(passed - view.thresholds.begin());
    auto reached = std::upper_bound(view.thresholds.begin(), view.thresholds.end(), at.index);
    key.push_back(static_cast<uint32_t>(reached - view.thresholds.begin()));
  }
  key.insert(key.end(), at.counts.begin(), at.counts.end());
  auto found = view.children.find(key);
  if (found != view.children.end()) return found->second;
  std::vector<uint32_t> killed;
  for (uint32_t a : plans_[at.plan].atoms) {
    if (atoms_[a].max_items <= at.index) killed.push_back(a);
  }
  PlanId rest = Without(at.plan, killed);
  Child child;
  if (rest != kNoPlan) {
    ArrayAt left{rest, at.index, CountsOf(plans_[rest].counters, at)};
    child = MakeChild(
        at.plan, std::move(killed), simple, [&](uint32_t a) { return ItemFormula(a, at.index); },
        [&](const std::vector<uint32_t>& atoms) { return ItemsFeasible(atoms, at.index); },
        [&](const Cube& cube) { return ArrayOutcomes(cube, left); },
        [&](uint32_t place) { return PlaceOfItem(place, at.index); });
  }
  if (OutOfBudget()) return unfiled_ = std::move(child);
  Charge(SizeOf(child) + key.size() * 4);
  return Arrays(at.plan).children.emplace(std::move(key), std::move(child)).first->second;
}

// The counts of some of the plan's counters.
std::vector<uint32_t> Schema::CountsOf(const std::vector<uint32_t>& counters,
                                       const ArrayAt& at) const {
  const std::vector<uint32_t>& all = plans_[at.plan].counters;
  std::vector<uint32_t> counts;
  for (size_t i = 0; i < all.size(); ++i) {
    if (Contains(counters, all[i])) counts.push_back(at.counts[i]);
  }
  return counts;
}

bool Schema::HoldsClosed(uint32_t a, const ArrayAt& at) const {
  const Atom& atom = atoms_[a];
  if (atom.min_items > at.index || at.index > atom.max_items) return false;
  if (atom.contains == kNone) return true;
  const std::vector<uint32_t>& counters = plans_[at.plan].counters;
  size_t i =
      static_cast<size_t>(std::lower_bound(counters.begin(), counters.end(), a) - counters.begin());
  return atom.min_contains <= at.counts[i] && at.counts[i] <= atom.max_contains;
}

bool Schema::HoldsClosed(uint32_t a, const ObjectAt& at) const {
  const Atom& atom = atoms_[a];
  if (atom.min_members > at.count || at.count > atom.max_members) return false;
  const Shape& s = *shapes_[at.shape];
  return std::all_of(atom.required.begin(), atom.required.end(),
                     [&](uint32_t string) { return at.Seen(s.index_of.at(string)); });
}

ObjectView& Schema::Objects(const ObjectAt& at) {
  std::vector<uint32_t>& key = object_key_;
  key.assign({at.shape, at.plan, at.cursor});
  if (!SimpleObject(plans_[at.plan])) {
    key.push_back(at.count);
    key.insert(key.end(), at.seen.begin(), at.seen.end());
    while (key.size() > 4 && key.back() == 0) key.pop_back();
  }
  // A walk asks for one object again and again.
  if (last_object_ != nullptr && key == last_object_key_) return *last_object_;
  auto& slot = objects_[key];
  if (!slot) {
    slot = std::make_unique<ObjectView>();
    slot->decided.assign((shapes_[at.shape]->names.size() + 63) / 64, 0);
    slot->refused = slot->decided;
    Charge(sizeof(ObjectView) + 96 + slot->decided.size() * 16 + key.size() * 4);
  }
  last_object_key_ = key;
  last_object_ = slot.get();
  return *slot;
}

bool Schema::MayWrite(ObjectView* view, const ObjectAt& at, uint32_t name) {
  const Shape& shape = *shapes_[at.shape];
  size_t listed = shape.names.size();
  if (name >= listed) {
    size_t c = name - listed;
    if (view->classes.size() <= c) view->classes.resize(c + 1, Tri::kUndecided);
    if (view->classes[c] != Tri::kUndecided) return view->classes[c] == Tri::kYes;
    bool may = shape.classes[c].allowed && ObjectChild(at, name).plan != kNoPlan;
    if (!OutOfBudget()) view->classes[c] = may ? Tri::kYes : Tri::kNo;
    return may;
  }
  uint64_t bit = uint64_t{1} << (name % 64);
  if ((view->decided[name / 64] & bit) != 0) return (view->refused[name / 64] & bit) == 0;
  bool may = shape.allowed[name] && !(ordered() && shape.order[name] < at.cursor) &&
             ObjectChild(at, name).plan != kNoPlan;
  if (!Tick()) return may;
  view->decided[name / 64] |= bit;
  if (!may) view->refused[name / 64] |= bit;
  return may;
}

const Child& Schema::ObjectChild(const ObjectAt& at, uint32_t name) {
  ObjectView& view = Objects(at);
  auto found = view.children.find(name);
  if (found != view.children.end()) return found->second;
  const Shape& shape = *shapes_[at.shape];
  uint32_t listed = static_cast<uint32_t>(shape.names.size());
  uint32_t order = name < listed ? shape.order[name] : listed;
  std::vector<uint32_t> killed;
  for (uint32_t a : plans_[at.plan].atoms) {
    if (at.count >= atoms_[a].max_members) killed.push_back(a);
    if (!ordered()) continue;
    // In schema order a required name that is skipped can never come.
    for (uint32_t required : atoms_[a].required) {
      uint32_t place = shape.order[shape.index_of.at(required)];
      if (!GRAMMASK_MUTANT(9) && place >= at.cursor && place < order) killed.push_back(a);
    }
  }
  PlanId rest = Without(at.plan, killed);
  Child child;
  if (rest != kNoPlan) {
    ObjectAt left = at;
    left.plan = rest;
    child = MakeChild(
        at.plan, std::move(killed), SimpleObject(plans_[at.plan]),
        [&](uint32_t a) { return MemberFormula(a, at.shape, name); },
        [&](const std::vector<uint32_t>& atoms) { return RequiredFeasible(atoms); },
        [&](const Cube& cube) { return ObjectOutcomes(cube, left, name); },
        [&](uint32_t place) { return PlaceOfMember(place, at.shape, name); });
  }
  if (OutOfBudget()) return unfiled_ = std::move(child);
  Charge(SizeOf(child));
  return Objects(at).children.emplace(name, std::move(child)).first->second;
}

}  // namespace grammask
