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

uint32_t Schema::PlaceOfMember(uint32_t place, uint32_t string) {
  if (place == 0) return 0;
  std::vector<uint32_t> nodes;
  for (uint32_t mention : places_[place]) {
    if (mention % 2 != 0) continue;
    const Atom& atom = atoms_[mention / 2];
    auto found = string == kNone ? atom.property_node.end() : atom.property_node.find(string);
    if (found != atom.property_node.end()) {
      nodes.push_back(found->second);
    } else if (atom.additional != kNone) {
      nodes.push_back(atom.additional);
    }
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
  }
  return PlaceOf(nodes);
}

PlanId Schema::Intern(GoalId goal, std::vector<uint32_t> report, uint32_t place) {
  if (goal == GoalStore::kFalse) return kNoPlan;
  std::vector<uint32_t> key{goal, place};
  key.insert(key.end(), report.begin(), report.end());
  auto [at, fresh] = plan_ids_.emplace(std::move(key), static_cast<PlanId>(plans_.size()));
  if (fresh) {
    Plan plan;
    plan.goal = goal;
    plan.place = place;
    const std::vector<uint32_t>& support = goals_.Support(goal);
    std::set_union(support.begin(), support.end(), report.begin(), report.end(),
                   std::back_inserter(plan.atoms));
    plan.report = std::move(report);
    Charge(sizeof(Plan) + 128 + (2 * plan.report.size() + plan.atoms.size() + 1) * 4);
    plans_.push_back(std::move(plan));
  }
  return at->second;
}

PlanId Schema::root_plan() {
  GoalId goal = GoalOf(root_node_);
  if (goal == GoalStore::kFalse || Satisfiable(goal) == Tri::kNo) return kNoPlan;
  return Intern(goal, {}, goes_by_names() ? PlaceOf({root_node_}) : 0);
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
  return Intern(goal, std::move(report), InternPlace(std::move(mentions)));
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
    std::vector<Option> options;
    GoalId goal = plans_[result].goal;
    bool alive = false;
    switch (type) {
      case JsonType::kNull:
      case JsonType::kTrue:
      case JsonType::kFalse:
        alive = true;
        break;
      default: {
        // Is there a value of this very type? The options of the goal are listed by type.
        Solve(goal);
        if (goal == GoalStore::kTrue) {
          alive = true;
          break;
        }
        AddOptions(goal, &options);
        for (const Option& option : options) {
          if (option.type != type) continue;
          bool possible = true;
          for (const auto& child : option.children) {
            if (Satisfiable(child.first) == Tri::kNo) possible = false;
          }
          if (possible) {
            alive = true;
            break;
          }
        }
      }
    }
    if (!alive) result = kNoPlan;
  }
  // Nothing is mentioned in scalars.
  if (result != kNoPlan && type != JsonType::kArray && type != JsonType::kObject) {
    result = Intern(plans_[result].goal, plans_[result].report, 0);
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
    for (const auto& cube : *cubes) {
      std::vector<uint32_t> parts;
      for (uint32_t a : cube) {
        auto part = part_of.find(a);
        if (part != part_of.end()) parts.push_back(part->second);
      }
      SortUnique(&parts);
      view->cubes.push_back(std::move(parts));
    }
    std::sort(view->cubes.begin(), view->cubes.end());
    view->cubes.erase(std::unique(view->cubes.begin(), view->cubes.end()), view->cubes.end());
    // A set without demands makes all others superfluous.
    if (!view->cubes.empty() && view->cubes[0].empty()) view->cubes.resize(1);
  }
  size_t bytes = sizeof(StringView) + 64;
  for (const auto& part : view->parts) bytes += sizeof(part) + part.atoms.size() * 4;
  for (const auto& cube : view->cubes) bytes += sizeof(cube) + cube.size() * 4;
  Charge(bytes);
  slot = std::move(view);
  return *slot;
}

const NumberView& Schema::Numbers(PlanId id) {
  auto& slot = numbers_[id];
  if (slot) return *slot;
  auto view = std::make_unique<NumberView>();
  std::vector<NumberConstraint> constraints;
  std::unordered_map<uint32_t, uint32_t> index;
  for (uint32_t a : plans_[id].atoms) {
    index[a] = static_cast<uint32_t>(view->atoms.size());
    view->atoms.push_back(a);
    constraints.push_back(atoms_[a].number);
  }
  view->machine = std::make_unique<NumberMachine>(std::move(constraints), canonical());
  const auto* cubes = goals_.Cubes(plans_[id].goal);
  if (cubes == nullptr) {
    view->undecided = true;
    ++undecided;
  } else {
    for (const auto& cube : *cubes) {
      std::vector<uint32_t> want;
      for (uint32_t a : cube) want.push_back(index[a]);
      view->cubes.push_back(std::move(want));
    }
  }
  size_t bytes = sizeof(NumberView) + 64 + view->atoms.size() * (4 + sizeof(NumberConstraint));
  for (const auto& cube : view->cubes) bytes += sizeof(cube) + cube.size() * 4;
  Charge(bytes);
  slot = std::move(view);
  return *slot;
}

ArrayView& Schema::Arrays(PlanId id) {
  auto& slot = arrays_[id];
  if (slot) return *slot;
  slot = std::make_unique<ArrayView>();
  for (uint32_t a : plans_[id].atoms) {
    const Atom& atom = atoms_[a];
    slot->index_limit = std::max(slot->index_limit, static_cast<uint32_t>(atom.prefix.size()));
    slot->index_limit = std::max(slot->index_limit, atom.min_items);
    if (atom.max_items != kNone) slot->index_limit = std::max(slot->index_limit, atom.max_items);
  }
  for (uint32_t mention : places_[plans_[id].place]) {
    const Atom& atom = atoms_[mention / 2];
    slot->index_limit = std::max(slot->index_limit, static_cast<uint32_t>(atom.prefix.size()));
  }
  return *slot;
}

uint32_t Schema::ShapeOf(PlanId id) {
  // In order of mention where the style asks for it; elsewhere any order will do.
  std::vector<uint32_t> atoms;
  for (uint32_t mention : places_[plans_[id].place]) {
    if (mention % 2 == 0 && atoms_[mention / 2].allows[static_cast<int>(JsonType::kObject)])
      atoms.push_back(mention / 2);
  }
  for (uint32_t a : plans_[id].atoms) {
    if (std::find(atoms.begin(), atoms.end(), a) == atoms.end()) atoms.push_back(a);
  }
  auto [at, fresh] = shape_ids_.emplace(atoms, static_cast<uint32_t>(shapes_.size()));
  if (!fresh) return at->second;
  Shape shape;
  std::vector<uint32_t> mentioned;  // program strings in order of first mention
  std::unordered_map<uint32_t, uint32_t> position;
  bool some_schema = false;
  for (uint32_t a : atoms) {
    const Atom& atom = atoms_[a];
    some_schema |= atom.additional_is_schema;
    for (const auto& property : atom.properties) {
      if (position.emplace(property.first, mentioned.size()).second)
        mentioned.push_back(property.first);
    }
    for (uint32_t name : atom.required) {
      if (position.emplace(name, mentioned.size()).second) mentioned.push_back(name);
    }
  }
  shape.other_allowed = style_.undeclared == 0 || some_schema;
  std::vector<uint32_t> sorted = mentioned;
  std::sort(sorted.begin(), sorted.end(),
            [this](uint32_t x, uint32_t y) { return program_.strings[x] < program_.strings[y]; });
  shape.by_order.resize(sorted.size());
  for (uint32_t i = 0; i < sorted.size(); ++i) {
    shape.names.push_back(program_.strings[sorted[i]]);
    shape.order.push_back(position[sorted[i]]);
    shape.by_order[shape.order.back()] = i;
    shape.index_of[sorted[i]] = i;
    shape.strings.push_back(sorted[i]);
  }
  Charge(sizeof(Shape) + 64 + shape.names.size() * 128);
  shapes_.push_back(std::move(shape));
  return at->second;
}

GoalId Schema::MemberFormula(uint32_t a, uint32_t string) {
  const Atom& atom = atoms_[a];
  auto found = string == kNone ? atom.property_node.end() : atom.property_node.find(string);
  if (found != atom.property_node.end()) return GoalOf(found->second);
  return atom.additional == kNone ? GoalStore::kTrue : GoalOf(atom.additional);
}

GoalId Schema::ItemFormula(uint32_t a, uint32_t index) {
  const Atom& atom = atoms_[a];
  if (index < atom.prefix.size()) return GoalOf(atom.prefix[index]);
  return atom.items == kNone ? GoalStore::kTrue : GoalOf(atom.items);
}

GoalId Schema::Conjunction(const std::vector<uint32_t>& atoms, uint32_t string, bool item,
                           uint32_t index) {
  std::vector<GoalId> goals;
  for (uint32_t a : atoms) goals.push_back(item ? ItemFormula(a, index) : MemberFormula(a, string));
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
    Tri sat = Satisfiable(Conjunction(atoms, name, false, 0));
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
    Tri sat = Satisfiable(Conjunction(atoms, 0, true, static_cast<uint32_t>(i)));
    if (sat == Tri::kNo) return Tri::kNo;
    if (sat == Tri::kUndecided) result = Tri::kUndecided;
    if (i >= fixed) break;
  }
  return result;
}

template <typename Formula, typename Feasible, typename Below>
Child Schema::MakeChild(PlanId id, std::vector<uint32_t> killed, Formula formula, Feasible feasible,
                        Below below) {
  Child child;
  SortUnique(&killed);
  PlanId rest = Without(id, killed);
  if (rest == kNoPlan) return child;
  const std::vector<uint32_t> live = plans_[rest].atoms;
  GoalId goal = plans_[rest].goal;
  GoalId wanted = GoalStore::kFalse;
  // Goals are monotone: if the atoms that ask nothing of this child reach the goal, nothing is
  // asked.
  bool free = goals_.Holds(goal, [&](uint32_t a) { return formula(a) == GoalStore::kTrue; });
  if (feasible(live) == Tri::kYes) {
    wanted = free ? GoalStore::kTrue : goals_.Replace(goal, formula);
  } else if (const auto* found = goals_.Cubes(goal)) {
    const std::vector<std::vector<uint32_t>> cubes = *found;
    std::vector<GoalId> ways;
    for (const auto& cube : cubes) {
      Tri possible = feasible(cube);
      if (possible == Tri::kNo) continue;
      if (possible == Tri::kUndecided) ++undecided;
      std::vector<GoalId> parts;
      for (uint32_t a : cube) parts.push_back(formula(a));
      ways.push_back(goals_.AndAll(std::move(parts)));
    }
    wanted = goals_.OrAll(std::move(ways));
  } else {
    ++undecided;
    wanted = goals_.Replace(goal, formula);
  }
  if (wanted == GoalStore::kFalse || Satisfiable(wanted) == Tri::kNo) return child;
  std::vector<uint32_t> report;
  for (uint32_t a : live) {
    GoalId condition = formula(a);
    if (condition == GoalStore::kTrue || goals_.Implies(wanted, condition)) continue;
    child.conditions.emplace_back(a, condition);
    const std::vector<uint32_t>& support = goals_.Support(condition);
    report.insert(report.end(), support.begin(), support.end());
  }
  SortUnique(&report);
  child.plan = Intern(wanted, std::move(report), below(plans_[rest].place));
  for (uint32_t a : killed) {
    if (Contains(plans_[id].atoms, a)) child.killed.push_back(a);
  }
  return child;
}

size_t Schema::SizeOf(const Child& child) {
  return sizeof(Child) + 64 + child.killed.size() * 4 + child.conditions.size() * 8;
}

const Child& Schema::ArrayChild(PlanId id, uint32_t index) {
  index = std::min(index, Arrays(id).index_limit);
  auto found = Arrays(id).children.find(index);
  if (found != Arrays(id).children.end()) return found->second;
  std::vector<uint32_t> killed;
  for (uint32_t a : plans_[id].atoms) {
    if (atoms_[a].max_items <= index) killed.push_back(a);
  }
  Child child = MakeChild(
      id, std::move(killed), [&](uint32_t a) { return ItemFormula(a, index); },
      [&](const std::vector<uint32_t>& atoms) { return ItemsFeasible(atoms, index); },
      [&](uint32_t place) { return PlaceOfItem(place, index); });
  if (OutOfBudget()) return unfiled_ = std::move(child);
  Charge(SizeOf(child));
  return Arrays(id).children.emplace(index, std::move(child)).first->second;
}

bool Schema::ArrayMayClose(PlanId id, uint32_t index) const {
  return Holds(
      id, [&](uint32_t a) { return atoms_[a].min_items <= index && index <= atoms_[a].max_items; });
}

ObjectView& Schema::Objects(uint32_t shape_id, PlanId plan, uint32_t cursor) {
  auto& slot = objects_[{shape_id, plan, cursor}];
  if (!slot) {
    slot = std::make_unique<ObjectView>();
    slot->decided.assign((shapes_[shape_id].names.size() + 63) / 64, 0);
    slot->refused = slot->decided;
    Charge(sizeof(ObjectView) + 96 + slot->decided.size() * 16);
  }
  return *slot;
}

bool Schema::MayWrite(ObjectView* view, uint32_t shape_id, PlanId plan, uint32_t cursor,
                      uint32_t name) {
  const Shape& shape = shapes_[shape_id];
  if (name == kOtherName) {
    if (view->other != Tri::kUndecided) return view->other == Tri::kYes;
    bool may = shape.other_allowed && ObjectChild(shape_id, plan, cursor, name).plan != kNoPlan;
    if (!OutOfBudget()) view->other = may ? Tri::kYes : Tri::kNo;
    return may;
  }
  uint64_t bit = uint64_t{1} << (name % 64);
  if ((view->decided[name / 64] & bit) != 0) return (view->refused[name / 64] & bit) == 0;
  bool may = !(ordered() && shape.order[name] < cursor) &&
             ObjectChild(shape_id, plan, cursor, name).plan != kNoPlan;
  if (!Tick()) return may;
  view->decided[name / 64] |= bit;
  if (!may) view->refused[name / 64] |= bit;
  return may;
}

const Child& Schema::ObjectChild(uint32_t shape_id, PlanId id, uint32_t cursor, uint32_t name) {
  ObjectView& view = Objects(shape_id, id, cursor);
  auto found = view.children.find(name);
  if (found != view.children.end()) return found->second;
  const Shape& shape = shapes_[shape_id];
  uint32_t string = kNone;
  uint32_t order = static_cast<uint32_t>(shape.names.size());
  if (name != kOtherName) {
    order = shape.order[name];
    string = shape.strings[name];
  }
  // In schema order a required name that is skipped can never come.
  std::vector<uint32_t> killed;
  if (ordered()) {
    for (uint32_t a : plans_[id].atoms) {
      for (uint32_t required : atoms_[a].required) {
        uint32_t at = shape.order[shape.index_of.at(required)];
        if (!GRAMMASK_MUTANT(9) && at >= cursor && at < order) killed.push_back(a);
      }
    }
  }
  Child child = MakeChild(
      id, std::move(killed), [&](uint32_t a) { return MemberFormula(a, string); },
      [&](const std::vector<uint32_t>& atoms) { return RequiredFeasible(atoms); },
      [&](uint32_t place) { return PlaceOfMember(place, string); });
  if (OutOfBudget()) return unfiled_ = std::move(child);
  Charge(SizeOf(child));
  return view.children.emplace(name, std::move(child)).first->second;
}

}  // namespace grammask
