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

// Every way to reach the goal, one type and one cube at a time, with the children that it needs.
void Schema::AddOptions(GoalId goal, std::vector<Option>* options) {
  const std::vector<uint32_t> support = goals_.Support(goal);
  static const char* kLiterals[] = {"null", "true", "false"};
  for (int t = 0; t < 7; ++t) {
    JsonType type = static_cast<JsonType>(t);
    std::vector<uint32_t> failed;
    for (uint32_t a : support) {
      if (!atoms_[a].allows[t]) failed.push_back(a);
    }
    GoalId typed = goals_.Without(goal, failed);
    if (typed == GoalStore::kFalse) continue;
    if (t < 3) {
      Option option{type, 0, false, {}, {}, kLiterals[t]};
      option.base = option.text.size();
      options->push_back(std::move(option));
      continue;
    }
    const auto* found = goals_.Cubes(typed);
    if (found == nullptr) {
      ++undecided;
      options->push_back({type, kNoCost, true, {}, {}, ""});
      continue;
    }
    const std::vector<std::vector<uint32_t>> cubes = *found;
    for (const auto& cube : cubes) {
      if (!Tick()) return;
      if (type == JsonType::kNumber) {
        std::vector<const NumberConstraint*> parts;
        for (uint32_t a : cube) parts.push_back(&atoms_[a].number);
        NumberMachine machine({NumberConstraint::And(parts)}, canonical());
        std::optional<std::string> text = machine.Completion(machine.Start(), {0});
        if (!text) continue;
        Option option{type, text->size(), false, {}, {}, *text};
        options->push_back(std::move(option));
      } else if (type == JsonType::kString) {
        std::vector<ExprId> texts;
        uint32_t min = 0, max = kNone;
        for (uint32_t a : cube) {
          texts.push_back(atoms_[a].text);
          min = std::max(min, atoms_[a].min_length);
          max = std::min(max, atoms_[a].max_length);
        }
        ExprId joint = pool_.Intersect(texts);
        Tri alive = min > max ? Tri::kNo : pool_.HasLength(joint, min, max);
        if (alive == Tri::kNo) continue;
        if (alive == Tri::kUndecided) {
          ++undecided;
          options->push_back({type, kNoCost, true, {}, {}, ""});
          continue;
        }
        std::optional<std::string> text =
            min > kLongestWitness ? std::nullopt : pool_.ShortestOfLength(joint, min, max);
        Option option{type, kNoCost, false, {}, {}, ""};
        if (text) {
          option.text = QuoteJson(*text);
          option.base = option.text.size();
        }
        options->push_back(std::move(option));
      } else if (type == JsonType::kArray) {
        uint32_t min = 0, max = kNone, fixed = 0;
        for (uint32_t a : cube) {
          min = std::max(min, atoms_[a].min_items);
          max = std::min(max, atoms_[a].max_items);
          fixed = std::max(fixed, static_cast<uint32_t>(atoms_[a].prefix.size()));
        }
        if (min > max) continue;
        Option option{type, Add(2, min == 0 ? 0 : min - 1), false, {}, {}, ""};
        for (uint32_t i = 0; i < std::min(min, fixed); ++i) {
          option.children.emplace_back(Conjunction(cube, 0, true, i), 1);
        }
        if (min > fixed)
          option.children.emplace_back(Conjunction(cube, 0, true, fixed), min - fixed);
        options->push_back(std::move(option));
      } else {
        Option option{type, 2, false, {}, {}, ""};
        std::vector<uint32_t> order;
        for (uint32_t a : cube) {
          for (const auto& property : atoms_[a].properties) order.push_back(property.first);
          for (uint32_t name : atoms_[a].required) order.push_back(name);
        }
        std::vector<uint32_t> required;
        for (uint32_t a : cube)
          required.insert(required.end(), atoms_[a].required.begin(), atoms_[a].required.end());
        std::sort(required.begin(), required.end());
        for (uint32_t name : order) {
          if (!std::binary_search(required.begin(), required.end(), name)) continue;
          if (std::find(option.names.begin(), option.names.end(), name) != option.names.end())
            continue;
          option.names.push_back(name);
          option.children.emplace_back(Conjunction(cube, name, false, 0), 1);
          option.base +=
              QuoteJson(program_.strings[name]).size() + 1 + (option.names.size() > 1 ? 1 : 0);
        }
        options->push_back(std::move(option));
      }
    }
  }
}

void Schema::Solve(GoalId start) {
  if (start <= GoalStore::kTrue || solutions_.count(start) != 0) return;
  std::vector<GoalId> explored, stack{start};
  solutions_.emplace(start, Solution{});
  explored.push_back(start);
  while (!stack.empty()) {
    GoalId goal = stack.back();
    stack.pop_back();
    std::vector<Option> options;
    if (!Tick()) break;
    if (explored.size() > kMostGoals) {
      options.push_back({JsonType::kNull, kNoCost, true, {}, {}, ""});
    } else {
      AddOptions(goal, &options);
    }
    for (const Option& option : options) {
      for (const auto& [child, times] : option.children) {
        if (child <= GoalStore::kTrue || solutions_.count(child) != 0) continue;
        solutions_.emplace(child, Solution{});
        explored.push_back(child);
        stack.push_back(child);
      }
    }
    solutions_[goal].options = std::move(options);
  }
  auto sat_of = [&](GoalId goal) {
    return goal == GoalStore::kTrue    ? Tri::kYes
           : goal == GoalStore::kFalse ? Tri::kNo
                                       : solutions_[goal].sat;
  };
  auto cost_of = [&](GoalId goal) { return goal == GoalStore::kTrue ? 1 : solutions_[goal].cost; };
  // Two least fixed points: first what certainly has a value (with its cost), then what may have
  // one.
  for (Tri level : {Tri::kYes, Tri::kUndecided}) {
    bool changed = true;
    while (changed && !OutOfBudget()) {
      changed = false;
      for (size_t i = explored.size(); i-- > 0;) {
        Solution& solution = solutions_[explored[i]];
        if (level == Tri::kUndecided && solution.sat != Tri::kNo) continue;
        if (!Tick()) break;
        for (uint32_t o = 0; o < solution.options.size(); ++o) {
          const Option& option = solution.options[o];
          if (option.undecided && level == Tri::kYes) continue;
          uint64_t cost = option.base;
          bool possible = true;
          for (const auto& [child, times] : option.children) {
            Tri sat = sat_of(child);
            possible = possible && (level == Tri::kYes ? sat == Tri::kYes : sat != Tri::kNo);
            if (!possible) break;
            cost = Add(cost, Times(cost_of(child), times));
          }
          if (!possible) continue;
          if (solution.sat == Tri::kNo || (level == Tri::kYes && cost < solution.cost)) {
            solution.sat = level;
            solution.cost = level == Tri::kYes ? cost : kNoCost;
            solution.best = o;
            changed = true;
          }
        }
      }
    }
  }
  // What a spent budget left open is asked again next time.
  if (OutOfBudget()) {
    for (GoalId goal : explored) solutions_.erase(goal);
    return;
  }
  for (GoalId goal : explored) {
    Solution& solution = solutions_[goal];
    if (!solution.options.empty()) {
      Option best = std::move(solution.options[solution.best]);
      solution.options.clear();
      solution.options.push_back(std::move(best));
      solution.best = 0;
      const Option& kept = solution.options[0];
      Charge(sizeof(Solution) + sizeof(Option) + 64 + kept.text.size() + kept.children.size() * 16 +
             kept.names.size() * 4);
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
    const Option& option = solutions_.at(task.goal).options[0];
    bool array = option.type == JsonType::kArray, object = option.type == JsonType::kObject;
    if (!array && !object) {
      out += option.text;
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
    if (object) out += QuoteJson(program_.strings[option.names[task.at]]) + ':';
    GoalId child = option.children[task.at].first;
    if (++task.repeat == option.children[task.at].second) {
      ++task.at;
      task.repeat = 0;
    }
    stack.push_back({child});
  }
  return out;
}

std::optional<std::vector<uint32_t>> Schema::MissingNames(uint32_t shape_id, PlanId id,
                                                          uint32_t cursor,
                                                          std::span<const uint64_t> seen) {
  const auto* found = goals_.Cubes(plans_[id].goal);
  if (found == nullptr) return std::nullopt;
  const std::vector<std::vector<uint32_t>> cubes = *found;
  const Shape& shape = shapes_[shape_id];
  std::optional<std::vector<uint32_t>> best;
  uint64_t best_cost = kNoCost;
  for (const auto& cube : cubes) {
    std::vector<uint32_t> names;
    uint64_t cost = 0;
    bool possible = true;
    for (uint32_t a : cube) {
      for (uint32_t string : atoms_[a].required) {
        uint32_t i = shape.index_of.at(string);
        if ((seen[i / 64] >> (i % 64)) & 1) continue;
        if (std::find(names.begin(), names.end(), i) != names.end()) continue;
        if (ordered() && shape.order[i] < cursor) possible = false;
        names.push_back(i);
        cost = Add(cost, Add(shape.names[i].size() + 4, Cost(Conjunction(cube, string, false, 0))));
      }
    }
    if (!possible || cost >= best_cost) continue;
    std::sort(names.begin(), names.end(),
              [&](uint32_t x, uint32_t y) { return shape.order[x] < shape.order[y]; });
    best = std::move(names);
    best_cost = cost;
  }
  return best;
}

std::optional<uint32_t> Schema::MissingItems(PlanId id, uint32_t index) {
  const auto* cubes = goals_.Cubes(plans_[id].goal);
  if (cubes == nullptr) return std::nullopt;
  std::optional<uint32_t> best;
  for (const auto& cube : *cubes) {
    uint32_t min = 0, max = kNone;
    for (uint32_t a : cube) {
      min = std::max(min, atoms_[a].min_items);
      max = std::min(max, atoms_[a].max_items);
    }
    if (min > max || index > max) continue;
    uint32_t missing = min > index ? min - index : 0;
    if (!best || missing < *best) best = missing;
  }
  return best;
}

}  // namespace grammask
