// Places and plans. See schema.h.
#include <algorithm>

#include "schema/schema.h"
#include "schema/sorted_list.h"

namespace grammask {
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

}  // namespace grammask
