// Liveness: which goals have a value, what a short one costs, and what it is. See schema.h.
#include <algorithm>

#include "schema/schema.h"

namespace grammask {
namespace {

constexpr uint64_t kLongestWitness = uint64_t{16} << 20;
constexpr size_t kMostGoals = 200000;  // explored by one question

uint64_t Add(uint64_t a, uint64_t b) {
  return a >= kNoCost || b >= kNoCost ? kNoCost : std::min(kNoCost, a + b);
}

uint64_t Times(uint64_t a, uint64_t n) {
  if (a >= kNoCost) return kNoCost;
  if (n != 0 && a > kNoCost / n) return kNoCost;
  return a * n;
}

}  // namespace

bool Schema::SimpleObject(const Cube& cube) const {
  return cube.no.empty() && std::none_of(cube.yes.begin(), cube.yes.end(), [&](uint32_t a) {
           return atoms_[a].min_members != 0 || atoms_[a].max_members != kNone;
         });
}

bool Schema::SimpleArray(const Cube& cube) const {
  uint32_t min = 0;
  bool unique = false;
  for (uint32_t a : cube.yes) {
    min = std::max(min, atoms_[a].min_items);
    unique |= atoms_[a].unique;
    if (atoms_[a].contains != kNone) return false;
  }
  return cube.no.empty() && !(unique && min > 1);
}

// Every way to reach the goal by values of the type, one cube at a time, with the children that it
// needs.
void Schema::AddOptions(GoalId goal, JsonType type, Solution* solution) {
  static const char* kLiterals[] = {"null", "true", "false"};
  std::vector<uint32_t> failed;
  for (uint32_t a : goals_.Support(goal)) {
    if (!atoms_[a].allows[static_cast<int>(type)]) failed.push_back(a);
  }
  GoalId typed = goals_.Without(goal, failed);
  if (typed == GoalStore::kFalse) return;
  std::vector<Way>* options = &solution->options;
  switch (type) {
    case JsonType::kNull:
    case JsonType::kTrue:
    case JsonType::kFalse: {
      if (!LiteralReaches(typed)) return;
      Way way{type, 0, false, {}, {}, {}, kLiterals[static_cast<int>(type)]};
      way.base = way.text.size();
      options->push_back(std::move(way));
      return;
    }
    case JsonType::kNumber:
      return AddNumbers(typed, options);
    case JsonType::kString:
    case JsonType::kArray:
    case JsonType::kObject:
      break;
  }
  const auto* found = goals_.Cubes(typed);
  if (found == nullptr) {
    ++undecided;
    options->push_back({type, kNoCost, true, {}, {}, {}, ""});
    return;
  }
  const std::vector<Cube> cubes = *found;
  for (const Cube& cube : cubes) {
    if (!Tick()) return;
    if (type == JsonType::kString) {
      AddStrings(cube, options);
    } else if (type == JsonType::kArray) {
      if (SimpleArray(cube)) {
        AddArray(cube.yes, options);
      } else {
        solution->open.push_back({type, cube});
      }
    } else if (SimpleObject(cube)) {
      AddObject(cube.yes, options);
    } else {
      solution->open.push_back({type, cube});
    }
  }
}

void Schema::AddNumbers(GoalId goal, std::vector<Way>* options) {
  std::vector<uint32_t> atoms;
  std::vector<NumberConstraint> constraints;
  for (uint32_t a : goals_.Support(goal)) {
    if (atoms_[a].is_distinct) {
      goal = goals_.Or(goals_.With(goal, a), goals_.Without(goal, {a}));
    } else {
      atoms.push_back(a);
      constraints.push_back(atoms_[a].number);
    }
  }
  bool open = false;
  for (NumberConstraint& piece : PiecesOf(goal, atoms, constraints, &open)) {
    if (!Tick()) return;
    NumberMachine machine({std::move(piece)}, canonical());
    std::optional<std::string> text = machine.Completion(machine.Start(), {0});
    if (!text) continue;
    options->push_back({JsonType::kNumber, text->size(), false, {}, {}, {}, *text});
    // One value will do; the first is short.
    return;
  }
  if (!open) return;
  ++undecided;
  options->push_back({JsonType::kNumber, kNoCost, true, {}, {}, {}, ""});
}

void Schema::AddStrings(const Cube& cube, std::vector<Way>* options) {
  StringDemands demands;
  for (uint32_t a : cube.yes)
    demands.Hold(atoms_[a].text, atoms_[a].min_length, atoms_[a].max_length);
  for (uint32_t a : cube.no) {
    if (!atoms_[a].is_distinct)
      demands.Fail(atoms_[a].text, atoms_[a].min_length, atoms_[a].max_length);
  }
  bool doubtful = false, done = false;
  demands.ForEach(pool_, [&](ExprId joint, uint32_t min, uint32_t max) {
    if (!Tick()) return true;
    Tri alive = pool_.HasLength(joint, min, max);
    if (alive == Tri::kNo) return false;
    if (alive == Tri::kUndecided) {
      doubtful = true;
      return false;
    }
    std::optional<std::string> text =
        min > kLongestWitness ? std::nullopt : pool_.ShortestOfLength(joint, min, max);
    Way way{JsonType::kString, kNoCost, false, {}, {}, {}, ""};
    if (text) {
      way.text = QuoteJson(*text);
      way.base = way.text.size();
    }
    options->push_back(std::move(way));
    return done = true;
  });
  if (done || !doubtful) return;
  ++undecided;
  options->push_back({JsonType::kString, kNoCost, true, {}, {}, {}, ""});
}

void Schema::AddArray(const std::vector<uint32_t>& atoms, std::vector<Way>* options) {
  uint32_t min = 0, max = kNone, fixed = 0;
  for (uint32_t a : atoms) {
    min = std::max(min, atoms_[a].min_items);
    max = std::min(max, atoms_[a].max_items);
    fixed = std::max(fixed, static_cast<uint32_t>(atoms_[a].prefix.size()));
  }
  if (min > max) return;
  Way way{JsonType::kArray, Add(2, min == 0 ? 0 : min - 1), false, {}, {}, {}, ""};
  for (uint32_t i = 0; i < std::min(min, fixed); ++i)
    way.children.emplace_back(ItemConjunction(atoms, i), 1);
  if (min > fixed) way.children.emplace_back(ItemConjunction(atoms, fixed), min - fixed);
  options->push_back(std::move(way));
}

void Schema::AddObject(const std::vector<uint32_t>& atoms, std::vector<Way>* options) {
  Way way{JsonType::kObject, 2, false, {}, {}, {}, ""};
  std::unordered_set<uint32_t> required, written;
  for (uint32_t a : atoms) required.insert(atoms_[a].required.begin(), atoms_[a].required.end());
  auto write = [&](uint32_t string) {
    if (required.count(string) == 0 || !written.insert(string).second) return;
    way.names.push_back(program_.strings[string]);
    way.children.emplace_back(Conjunction(atoms, string), 1);
    way.base += QuoteJson(way.names.back()).size() + 1 + (way.names.size() > 1 ? 1 : 0);
  };
  // In the order of mention.
  for (uint32_t a : atoms) {
    for (const auto& property : atoms_[a].properties) write(property.first);
    for (uint32_t name : atoms_[a].required) write(name);
  }
  options->push_back(std::move(way));
}

// Asks for a container of its own, from its opening bracket on.
Tri Schema::FindWayFromStart(const OpenCube& open, const Known& known, Way* way) {
  if (open.type == JsonType::kArray) return FindWay(open.cube, 0, {}, known, way);
  std::vector<uint32_t> atoms = open.cube.yes;
  atoms.insert(atoms.end(), open.cube.no.begin(), open.cube.no.end());
  ObjectAt at{ShapeOfAtoms(atoms), kNoPlan, 0, 0, {}};
  return FindWay(open.cube, at, known, way);
}

bool Schema::TypeAlive(GoalId goal, JsonType type) {
  Solution solution;
  AddOptions(goal, type, &solution);
  for (const Way& way : solution.options) {
    if (std::all_of(way.children.begin(), way.children.end(),
                    [&](const auto& child) { return Satisfiable(child.first) != Tri::kNo; })) {
      return true;
    }
  }
  for (const OpenCube& open : solution.open) {
    Tri found =
        FindWayFromStart(open, [this](GoalId child) { return Satisfiable(child); }, nullptr);
    if (found != Tri::kNo) return true;
  }
  return OutOfBudget();
}

// A least fixed point over the goals that can be reached from this one: a goal has a value once
// some way to it has children that all have one.
void Schema::Solve(GoalId start) {
  if (start <= GoalStore::kTrue || solutions_.count(start) != 0) return;
  std::vector<GoalId> explored, waiting;
  auto explore = [&](GoalId goal) {
    if (goal <= GoalStore::kTrue || !solutions_.emplace(goal, Solution{}).second) return;
    explored.push_back(goal);
    waiting.push_back(goal);
  };
  auto expand = [&] {
    while (!waiting.empty() && Tick()) {
      GoalId goal = waiting.back();
      waiting.pop_back();
      Solution found;
      if (explored.size() > kMostGoals) {
        found.options.push_back({JsonType::kNull, kNoCost, true, {}, {}, {}, ""});
      } else {
        for (int t = 0; t < 7; ++t) AddOptions(goal, static_cast<JsonType>(t), &found);
      }
      for (const Way& option : found.options) {
        for (const auto& child : option.children) explore(child.first);
      }
      Solution& solution = solutions_[goal];
      solution.options = std::move(found.options);
      solution.open = std::move(found.open);
    }
  };
  auto sat_of = [&](GoalId goal) {
    return goal == GoalStore::kTrue    ? Tri::kYes
           : goal == GoalStore::kFalse ? Tri::kNo
                                       : solutions_[goal].sat;
  };
  auto cost_of = [&](GoalId goal) { return goal == GoalStore::kTrue ? 1 : solutions_[goal].cost; };
  explore(start);
  // First what certainly has a value (with its cost), then what may have one.
  for (Tri level : {Tri::kYes, Tri::kUndecided}) {
    Known known = [&](GoalId goal) {
      explore(goal);
      Tri sat = sat_of(goal);
      return level == Tri::kYes ? (sat == Tri::kYes ? Tri::kYes : Tri::kNo) : sat;
    };
    // The cost of a way; nullopt if some child is not known to have a value.
    auto cost_of_way = [&](const Way& way) -> std::optional<uint64_t> {
      if (way.undecided && level == Tri::kYes) return std::nullopt;
      uint64_t cost = way.base;
      for (const auto& [child, times] : way.children) {
        Tri sat = sat_of(child);
        if (!(level == Tri::kYes ? sat == Tri::kYes : sat != Tri::kNo)) return std::nullopt;
        cost = Add(cost, Times(cost_of(child), times));
      }
      return cost;
    };
    auto settle = [&](Solution* solution, uint32_t option, uint64_t cost) {
      if (solution->sat != Tri::kNo && (level != Tri::kYes || cost >= solution->cost)) return false;
      solution->sat = level;
      solution->cost = level == Tri::kYes ? cost : kNoCost;
      solution->best = option;
      return true;
    };
    bool changed = true;
    while (changed && !OutOfBudget()) {
      changed = false;
      expand();
      for (size_t i = explored.size(); i-- > 0;) {
        GoalId goal = explored[i];
        Solution& solution = solutions_[goal];
        if (level == Tri::kUndecided && solution.sat != Tri::kNo) continue;
        if (!Tick()) break;
        for (uint32_t o = 0; o < solution.options.size(); ++o) {
          if (std::optional<uint64_t> cost = cost_of_way(solution.options[o]))
            changed |= settle(&solution, o, *cost);
        }
        if (solution.sat != Tri::kNo) continue;
        for (size_t o = 0; o < solutions_[goal].open.size() && !OutOfBudget(); ++o) {
          Way way;
          Tri found = FindWayFromStart(solutions_[goal].open[o], known, &way);
          if (found == Tri::kNo || (found == Tri::kUndecided && level == Tri::kYes)) continue;
          Solution& again = solutions_[goal];
          std::optional<uint64_t> cost = cost_of_way(way);
          again.options.push_back(std::move(way));
          changed |= settle(&again, static_cast<uint32_t>(again.options.size() - 1),
                            cost.value_or(kNoCost - 1));
          break;
        }
      }
      changed |= !waiting.empty();
    }
  }
  // What a spent budget left open is asked again next time.
  if (OutOfBudget()) {
    for (GoalId goal : explored) solutions_.erase(goal);
    return;
  }
  for (GoalId goal : explored) {
    Solution& solution = solutions_[goal];
    solution.open.clear();
    if (!solution.options.empty()) {
      Way best = std::move(solution.options[solution.best]);
      solution.options.clear();
      solution.options.push_back(std::move(best));
      solution.best = 0;
      const Way& kept = solution.options[0];
      Charge(sizeof(Solution) + sizeof(Way) + 64 + kept.text.size() + kept.children.size() * 16 +
             kept.names.size() * 48);
    }
    if (solution.sat == Tri::kUndecided) ++undecided;
  }
}

Tri Schema::Satisfiable(GoalId goal) {
  if (goal == GoalStore::kTrue) return Tri::kYes;
  if (goal == GoalStore::kFalse) return Tri::kNo;
  Solve(goal);
  auto found = solutions_.find(goal);
  return found == solutions_.end() ? Tri::kUndecided : found->second.sat;
}

uint64_t Schema::Cost(GoalId goal) {
  if (goal == GoalStore::kTrue) return 1;
  if (goal == GoalStore::kFalse) return kNoCost;
  Solve(goal);
  auto found = solutions_.find(goal);
  return found == solutions_.end() || found->second.sat != Tri::kYes ? kNoCost : found->second.cost;
}

std::optional<std::string> Schema::Witness(GoalId start) {
  if (Cost(start) > kLongestWitness) return std::nullopt;
  std::string out;
  struct Task {
    GoalId goal;
    uint64_t at = 0;      // child to write next
    uint64_t repeat = 0;  // how often it was written
  };
  std::vector<Task> stack{{start}};
  while (!stack.empty()) {
    Task& task = stack.back();
    if (task.goal == GoalStore::kTrue) {
      out += '0';
      stack.pop_back();
      continue;
    }
    const Way& option = solutions_.at(task.goal).options[0];
    bool array = option.type == JsonType::kArray, object = option.type == JsonType::kObject;
    if (!array && !object) {
      out += option.text;
      stack.pop_back();
      continue;
    }
    if (!option.values.empty()) {
      out += '[';
      for (size_t i = 0; i < option.values.size(); ++i)
        out += (i == 0 ? "" : ",") + option.values[i];
      out += ']';
      stack.pop_back();
      continue;
    }
    if (task.at == 0 && task.repeat == 0) out += array ? '[' : '{';
    if (task.at == option.children.size()) {
      out += array ? ']' : '}';
      stack.pop_back();
      continue;
    }
    if (task.at != 0 || task.repeat != 0) out += ',';
    if (object) out += QuoteJson(option.names[task.at]) + ':';
    GoalId child = option.children[task.at].first;
    if (++task.repeat == option.children[task.at].second) {
      ++task.at;
      task.repeat = 0;
    }
    stack.push_back({child});
  }
  return out;
}

// The cheapest of the ways that the cubes leave.
template <typename Find>
std::optional<Way> Schema::CheapestRest(PlanId id, Find find) {
  const auto* found = goals_.Cubes(plans_[id].goal);
  if (found == nullptr) return std::nullopt;
  const std::vector<Cube> cubes = *found;
  std::optional<Way> best;
  uint64_t best_cost = kNoCost;
  for (const Cube& cube : cubes) {
    Way way;
    if (find(cube, &way) != Tri::kYes) continue;
    uint64_t cost = way.base;
    for (const auto& [child, times] : way.children) cost = Add(cost, Times(Cost(child), times));
    if (cost >= best_cost) continue;
    best = std::move(way);
    best->base = cost;
    best_cost = cost;
  }
  return best;
}

std::optional<Way> Schema::RestOf(const ObjectAt& at,
                                  const std::function<bool(std::string_view)>& taken) {
  taken_ = &taken;
  std::optional<Way> way = CheapestRest(at.plan, [&](const Cube& cube, Way* found) {
    return FindWay(cube, at, [this](GoalId goal) { return Satisfiable(goal); }, found);
  });
  taken_ = nullptr;
  return way;
}

std::optional<Way> Schema::RestOf(const ArrayAt& at) {
  return CheapestRest(at.plan, [&](const Cube& cube, Way* found) {
    return FindWay(
        cube, at.index, NamedCounts(at), [this](GoalId goal) { return Satisfiable(goal); }, found);
  });
}

}  // namespace grammask
