// Plans, their views by type, and what a container asks of a child.
#include <algorithm>

#include "base/mutant.h"
#include "schema/schema.h"

namespace grammask {
namespace {

void SortUnique(std::vector<uint32_t>* v) {
  std::sort(v->begin(), v->end());
  v->erase(std::unique(v->begin(), v->end()), v->end());
}

bool Contains(const std::vector<uint32_t>& sorted, uint32_t x) {
  return std::binary_search(sorted.begin(), sorted.end(), x);
}

constexpr size_t kFewCubes = 256;  // numbers: more are cut into pieces
constexpr size_t kMostPieces = 400000;
constexpr size_t kMostSubsets = 8;  // atoms that may fail by one child, all of whose sets are tried
constexpr size_t kMostCounters = 6;  // likewise, counts of one array

}  // namespace

uint32_t Schema::InternPlace(std::vector<uint32_t> mentions) {
  auto [at, fresh] = place_ids_.emplace(mentions, static_cast<uint32_t>(places_.size()));
  if (fresh) {
    Charge(96 + 2 * mentions.size() * 4);
    places_.push_back(std::move(mentions));
  }
  return at->second;
}

// What the nodes mention in place, depth first; each node counts once.
uint32_t Schema::PlaceOf(const std::vector<uint32_t>& nodes) {
  struct Visit {
    uint32_t node;
    size_t at, item;
  };
  std::vector<uint32_t> mentions;
  std::unordered_set<uint32_t> visited;
  std::vector<Visit> stack;
  for (uint32_t start : nodes) {
    if (visited.insert(start).second) stack.push_back({start, 0, 0});
    while (!stack.empty()) {
      if (!Tick()) return 0;
      Visit& visit = stack.back();
      const Node& node = nodes_[visit.node];
      if (visit.at == node.mentions.size()) {
        stack.pop_back();
        continue;
      }
      auto [kind, index] = node.mentions[visit.at];
      if (kind != Mention::kGroup) {
        mentions.push_back(index * 2 + (kind == Mention::kItems ? 1 : 0));
        ++visit.at;
        continue;
      }
      const std::vector<uint32_t>& items = node.groups[index].second;
      if (visit.item == items.size()) {
        ++visit.at;
        visit.item = 0;
        continue;
      }
      uint32_t next = items[visit.item++];
      if (visited.insert(next).second) stack.push_back({next, 0, 0});
    }
  }
  return InternPlace(std::move(mentions));
}

uint32_t Schema::PlaceOfMember(uint32_t place, uint32_t shape_id, uint32_t name) {
  if (place == 0) return 0;
  const Shape& shape = *shapes_[shape_id];
  size_t listed_names = shape.names.size();
  uint32_t string = name < listed_names ? shape.strings[name] : kNone;
  const std::vector<bool>& bits =
      name < listed_names ? shape.matches[name] : shape.classes[name - listed_names].matches;
  auto matches = [&](ExprId expr) {
    auto at = shape.pattern_index.find(expr);
    return at != shape.pattern_index.end() && bits[at->second];
  };
  std::vector<uint32_t> nodes;
  for (uint32_t mention : places_[place]) {
    if (mention % 2 != 0) continue;
    const Atom& atom = atoms_[mention / 2];
    auto found = string == kNone ? atom.property_node.end() : atom.property_node.find(string);
    if (found != atom.property_node.end()) {
      nodes.push_back(found->second);
    }
    bool listed = found != atom.property_node.end();
    for (const auto& [expr, node] : atom.patterns) {
      if (!matches(expr)) continue;
      listed = true;
      nodes.push_back(node);
    }
    if (!listed && atom.additional != kNone) nodes.push_back(atom.additional);
  }
  return PlaceOf(nodes);
}

uint32_t Schema::PlaceOfItem(uint32_t place, uint32_t index) {
  if (place == 0) return 0;
  std::vector<uint32_t> nodes;
  for (uint32_t mention : places_[place]) {
    if (mention % 2 == 0) continue;
    const Atom& atom = atoms_[mention / 2];
    if (index < atom.prefix.size()) {
      nodes.push_back(atom.prefix[index]);
    } else if (atom.items != kNone) {
      nodes.push_back(atom.items);
    }
    if (atom.contains != kNone) nodes.push_back(atom.contains);
  }
  return PlaceOf(nodes);
}

PlanId Schema::Intern(GoalId goal, std::vector<uint32_t> report, uint32_t place, bool capture) {
  if (goal == GoalStore::kFalse) return kNoPlan;
  std::vector<uint32_t> key{goal, place, capture ? 1u : 0u};
  key.insert(key.end(), report.begin(), report.end());
  auto [at, fresh] = plan_ids_.emplace(std::move(key), static_cast<PlanId>(plans_.size()));
  if (fresh) {
    Plan plan;
    plan.goal = goal;
    plan.place = place;
    plan.capture = capture;
    plan.monotone = goals_.Monotone(goal);
    const std::vector<uint32_t>& support = goals_.Support(goal);
    std::set_union(support.begin(), support.end(), report.begin(), report.end(),
                   std::back_inserter(plan.atoms));
    plan.report = std::move(report);
    for (uint32_t a : plan.atoms) {
      const Atom& atom = atoms_[a];
      if (atom.contains != kNone) plan.counters.push_back(a);
      plan.unique |= atom.unique;
      if (atom.min_members == 0 && atom.max_members == kNone) continue;
      plan.counts_members = true;
      uint32_t limit = atom.max_members == kNone ? atom.min_members
                                                 : std::max(atom.min_members, atom.max_members + 1);
      plan.member_limit = std::max(plan.member_limit, limit);
    }
    Charge(sizeof(Plan) + 160 + (2 * plan.report.size() + plan.atoms.size() + 1) * 4);
    plans_.push_back(std::move(plan));
  }
  return at->second;
}

PlanId Schema::root_plan() {
  GoalId goal = GoalOf(root_node_);
  if (goal == GoalStore::kFalse || Satisfiable(goal) == Tri::kNo) return kNoPlan;
  return Intern(goal, {}, goes_by_names() ? PlaceOf({root_node_}) : 0, false);
}

PlanId Schema::Without(PlanId id, const std::vector<uint32_t>& failed) {
  if (failed.empty()) return id;
  std::vector<uint32_t> atoms = failed;
  SortUnique(&atoms);
  GoalId goal = goals_.Without(plans_[id].goal, atoms);
  std::vector<uint32_t> report;
  for (uint32_t atom : plans_[id].report) {
    if (!Contains(atoms, atom)) report.push_back(atom);
  }
  std::vector<uint32_t> mentions;
  for (uint32_t mention : places_[plans_[id].place]) {
    if (!Contains(atoms, mention / 2)) mentions.push_back(mention);
  }
  bool capture = plans_[id].capture;
  return Intern(goal, std::move(report), InternPlace(std::move(mentions)), capture);
}

PlanId Schema::Narrow(PlanId id, GoalId goal) {
  const Plan& plan = plans_[id];
  GoalId both = goals_.And(plan.goal, goal);
  if (Satisfiable(both) == Tri::kNo) return kNoPlan;
  std::vector<uint32_t> report = plans_[id].report;
  return Intern(both, std::move(report), plans_[id].place, plans_[id].capture);
}

PlanId Schema::OfType(PlanId id, JsonType type) {
  uint64_t key = (static_cast<uint64_t>(id) << 3) | static_cast<uint64_t>(type);
  auto found = of_type_.find(key);
  if (found != of_type_.end()) return found->second;
  std::vector<uint32_t> failed;
  for (uint32_t atom : plans_[id].atoms) {
    if (!atoms_[atom].allows[static_cast<int>(type)]) failed.push_back(atom);
  }
  PlanId result = Without(id, failed);
  if (result != kNoPlan) {
    GoalId goal = plans_[result].goal;
    bool alive = false;
    switch (type) {
      case JsonType::kNull:
      case JsonType::kTrue:
      case JsonType::kFalse:
        alive = LiteralReaches(goal);
        break;
      default: {
        // Is there a value of this very type? The options of the goal are listed by type.
        Solve(goal);
        if (goal == GoalStore::kTrue) {
          alive = true;
          break;
        }
        alive = TypeAlive(goal, type);
      }
    }
    if (!alive) result = kNoPlan;
  }
  // Nothing is mentioned in scalars.
  if (result != kNoPlan && type != JsonType::kArray && type != JsonType::kObject) {
    result = Intern(plans_[result].goal, plans_[result].report, 0, plans_[result].capture);
  }
  if (!OutOfBudget()) of_type_.emplace(key, result);
  return result;
}

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
  // The goal with an atom for distinctness settled either way.
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
  std::vector<uint32_t> key{at.shape, at.plan, at.cursor};
  if (!SimpleObject(plans_[at.plan])) {
    key.push_back(at.count);
    key.insert(key.end(), at.seen.begin(), at.seen.end());
    while (key.size() > 4 && key.back() == 0) key.pop_back();
  }
  auto& slot = objects_[key];
  if (!slot) {
    slot = std::make_unique<ObjectView>();
    slot->decided.assign((shapes_[at.shape]->names.size() + 63) / 64, 0);
    slot->refused = slot->decided;
    Charge(sizeof(ObjectView) + 96 + slot->decided.size() * 16 + key.size() * 4);
  }
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
