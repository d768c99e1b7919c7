#include "schema/goal.h"

#include <algorithm>

#include "base/hash.h"

namespace grammask {

GoalStore::GoalStore() {
  nodes_.push_back({UINT32_MAX, 0, 0});
  nodes_.push_back({UINT32_MAX, 1, 1});
}

void GoalStore::Charge(size_t bytes) {
  bytes_ += bytes;
  if (budget != nullptr) budget->Charge(bytes);
}

GoalId GoalStore::Make(uint32_t atom, GoalId lo, GoalId hi) {
  if (lo == hi) return lo;
  uint64_t hash = HashFinish(HashWord(HashWord(HashWord(0, atom), lo), hi));
  std::vector<GoalId>& bucket = unique_[hash];
  for (GoalId id : bucket) {
    if (nodes_[id].atom == atom && nodes_[id].lo == lo && nodes_[id].hi == hi) return id;
  }
  GoalId id = static_cast<GoalId>(nodes_.size());
  nodes_.push_back({atom, lo, hi});
  bucket.push_back(id);
  Charge(sizeof(Node) + 96);
  return id;
}

GoalId GoalStore::Atom(uint32_t atom) { return Make(atom, kFalse, kTrue); }

int GoalStore::Terminal(Op op, GoalId a, GoalId b, GoalId* result) {
  switch (op) {
    case kAnd:
      if (a == kFalse || b == kFalse) return *result = kFalse, 1;
      if (a == kTrue || a == b) return *result = b, 1;
      if (b == kTrue) return *result = a, 1;
      return 0;
    case kOr:
      if (a == kTrue || b == kTrue) return *result = kTrue, 1;
      if (a == kFalse || a == b) return *result = b, 1;
      if (b == kFalse) return *result = a, 1;
      return 0;
    case kAndNot:
      if (a == kFalse || b == kTrue || a == b) return *result = kFalse, 1;
      if (b == kFalse) return *result = a, 1;
      return 0;
  }
  return 0;
}

GoalId GoalStore::Apply(Op op, GoalId a, GoalId b) {
  GoalId result;
  if (Terminal(op, a, b, &result)) return result;
  auto& memo = memo_[op];
  auto key_of = [op](GoalId x, GoalId y) {
    if (op != kAndNot && x > y) std::swap(x, y);
    return (static_cast<uint64_t>(x) << 32) | y;
  };
  struct Task {
    GoalId a, b;
  };
  std::vector<Task> stack{{a, b}};
  while (!stack.empty()) {
    if (budget != nullptr && !budget->Tick()) return kTrue;
    Task task = stack.back();
    uint64_t key = key_of(task.a, task.b);
    if (memo.count(key) != 0) {
      stack.pop_back();
      continue;
    }
    const Node na = nodes_[task.a], nb = nodes_[task.b];
    uint32_t atom = std::min(na.atom, nb.atom);
    GoalId child_a[2] = {na.atom == atom ? na.lo : task.a, na.atom == atom ? na.hi : task.a};
    GoalId child_b[2] = {nb.atom == atom ? nb.lo : task.b, nb.atom == atom ? nb.hi : task.b};
    GoalId done[2];
    bool ready = true;
    for (int side = 1; side >= 0; --side) {
      if (Terminal(op, child_a[side], child_b[side], &done[side])) continue;
      auto found = memo.find(key_of(child_a[side], child_b[side]));
      if (found != memo.end()) {
        done[side] = found->second;
      } else {
        stack.push_back({child_a[side], child_b[side]});
        ready = false;
      }
    }
    if (!ready) continue;
    memo[key] = Make(atom, done[0], done[1]);
    Charge(48);
    stack.pop_back();
  }
  return memo[key_of(a, b)];
}

GoalId GoalStore::ExactlyOne(std::vector<GoalId> goals) {
  std::sort(goals.begin(), goals.end(),
            [this](GoalId x, GoalId y) { return nodes_[x].atom > nodes_[y].atom; });
  GoalId none = kTrue, one = kFalse;
  for (GoalId goal : goals) {
    one = Or(AndNot(one, goal), And(none, goal));
    none = AndNot(none, goal);
  }
  return one;
}

// Goals with greater first atoms first, so that each step puts a node on top of what is there.
GoalId GoalStore::AndAll(std::vector<GoalId> goals) {
  std::sort(goals.begin(), goals.end(),
            [this](GoalId x, GoalId y) { return nodes_[x].atom > nodes_[y].atom; });
  GoalId result = kTrue;
  for (GoalId goal : goals) result = And(goal, result);
  return result;
}

GoalId GoalStore::OrAll(std::vector<GoalId> goals) {
  std::sort(goals.begin(), goals.end(),
            [this](GoalId x, GoalId y) { return nodes_[x].atom > nodes_[y].atom; });
  GoalId result = kFalse;
  for (GoalId goal : goals) result = Or(goal, result);
  return result;
}

GoalId GoalStore::Cofactor(GoalId goal, const std::vector<uint32_t>& atoms, bool value) {
  if (goal <= kTrue || atoms.empty()) return goal;
  std::unordered_map<GoalId, GoalId> done{{kFalse, kFalse}, {kTrue, kTrue}};
  std::vector<GoalId> stack{goal};
  while (!stack.empty()) {
    GoalId id = stack.back();
    if (done.count(id) != 0) {
      stack.pop_back();
      continue;
    }
    const Node node = nodes_[id];
    bool settled = std::binary_search(atoms.begin(), atoms.end(), node.atom);
    auto lo = done.find(node.lo), hi = done.find(node.hi);
    bool need_lo = !settled || !value, need_hi = !settled || value;
    if (need_lo && lo == done.end()) {
      stack.push_back(node.lo);
      continue;
    }
    if (need_hi && hi == done.end()) {
      stack.push_back(node.hi);
      continue;
    }
    GoalId result =
        settled ? (value ? hi->second : lo->second) : Make(node.atom, lo->second, hi->second);
    done[id] = result;
    stack.pop_back();
  }
  return done[goal];
}

const std::vector<uint32_t>& GoalStore::Support(GoalId goal) {
  auto found = support_.find(goal);
  if (found != support_.end()) return found->second;
  std::vector<uint32_t> atoms;
  std::unordered_map<GoalId, bool> seen;
  std::vector<GoalId> stack{goal};
  while (!stack.empty()) {
    GoalId id = stack.back();
    stack.pop_back();
    if (id <= kTrue || !seen.emplace(id, true).second) continue;
    atoms.push_back(nodes_[id].atom);
    stack.push_back(nodes_[id].lo);
    stack.push_back(nodes_[id].hi);
  }
  std::sort(atoms.begin(), atoms.end());
  atoms.erase(std::unique(atoms.begin(), atoms.end()), atoms.end());
  Charge(atoms.size() * 4 + 96);
  return support_.emplace(goal, std::move(atoms)).first->second;
}

bool GoalStore::Monotone(GoalId goal) {
  if (goal <= kTrue) return true;
  auto known = monotone_.find(goal);
  if (known != monotone_.end()) return known->second;
  std::vector<GoalId> stack{goal};
  while (!stack.empty()) {
    GoalId id = stack.back();
    if (id <= kTrue || monotone_.count(id) != 0) {
      stack.pop_back();
      continue;
    }
    const Node node = nodes_[id];
    auto of = [&](GoalId child) {
      if (child <= kTrue) return 1;
      auto found = monotone_.find(child);
      return found == monotone_.end() ? -1 : static_cast<int>(found->second);
    };
    int lo = of(node.lo), hi = of(node.hi);
    if (lo < 0) stack.push_back(node.lo);
    if (hi < 0) stack.push_back(node.hi);
    if (lo < 0 || hi < 0) continue;
    bool monotone = lo != 0 && hi != 0 && Implies(node.lo, node.hi);
    if (budget != nullptr && budget->exhausted()) return false;
    monotone_[id] = monotone;
    Charge(32);
    stack.pop_back();
  }
  return monotone_[goal];
}

const std::vector<Cube>* GoalStore::Cubes(GoalId goal, size_t limit) {
  auto found = cubes_.find(goal);
  if (found == cubes_.end() || (found->second.limit != 0 && found->second.limit < limit)) {
    std::vector<Cube> cubes;
    // What a path says of the atom where it turned.
    enum Said : uint32_t { kNothing, kHolds, kFails };
    struct Task {
      GoalId id;
      size_t yes, no;  // length of the prefixes of `taken` that belong to this path
      uint32_t atom;
      Said said;
    };
    Cube taken;
    std::vector<Task> stack{{goal, 0, 0, 0, kNothing}};
    size_t steps = 0;
    while (!stack.empty() && cubes.size() <= limit && ++steps < limit * 64) {
      if (budget != nullptr && !budget->Tick()) return nullptr;
      Task task = stack.back();
      stack.pop_back();
      taken.yes.resize(task.yes);
      taken.no.resize(task.no);
      if (task.said == kHolds) taken.yes.push_back(task.atom);
      if (task.said == kFails) taken.no.push_back(task.atom);
      if (task.id == kFalse) continue;
      if (task.id == kTrue) {
        cubes.push_back(taken);
        continue;
      }
      const Node node = nodes_[task.id];
      bool rising = Implies(node.lo, node.hi), falling = Implies(node.hi, node.lo);
      stack.push_back(
          {node.lo, taken.yes.size(), taken.no.size(), node.atom, rising ? kNothing : kFails});
      stack.push_back(
          {node.hi, taken.yes.size(), taken.no.size(), node.atom, falling ? kNothing : kHolds});
    }
    bool passed = !stack.empty() || cubes.size() > limit;
    if (passed) cubes.clear();
    size_t bytes = 96;
    for (const Cube& cube : cubes) bytes += sizeof(cube) + (cube.yes.size() + cube.no.size()) * 4;
    Charge(bytes);
    found = cubes_.insert_or_assign(goal, CubeList{std::move(cubes), passed ? limit : 0}).first;
  }
  const CubeList& list = found->second;
  return list.limit != 0 || list.cubes.size() > limit ? nullptr : &list.cubes;
}

}  // namespace grammask
