#include "schema/goal.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "base/hash.h"
#include "base/short_list.h"

namespace grammask {
namespace {

constexpr size_t kFirstPlaces = 64;
// Pairs looked at from which on it is kept that one goal does not follow from another.
constexpr size_t kWorthKnowing = 8;

}  // namespace

GoalStore::GoalStore() : table_(kFirstPlaces, kFalse) {
  nodes_.push_back({UINT32_MAX, 0, 0});
  nodes_.push_back({UINT32_MAX, 1, 1});
}

void GoalStore::Charge(size_t bytes) {
  bytes_ += bytes;
  if (budget != nullptr) budget->Charge(bytes);
}

GoalId GoalStore::Make(uint32_t atom, GoalId lo, GoalId hi) {
  if (lo == hi) return lo;
  GoalId* place = Place(atom, lo, hi);
  if (*place != kFalse) return *place;
  const GoalId id = *place = static_cast<GoalId>(nodes_.size());
  nodes_.push_back({atom, lo, hi});
  Charge(sizeof(Node) + 2 * sizeof(GoalId) + Notes::kBytes);
  if (nodes_.size() * 2 > table_.size()) {
    table_.assign(table_.size() * 2, kFalse);
    for (GoalId known = kTrue + 1; known < nodes_.size(); ++known)
      *Place(nodes_[known].atom, nodes_[known].lo, nodes_[known].hi) = known;
  }
  return id;
}

// Where a node stands in the table, or would.
GoalId* GoalStore::Place(uint32_t atom, GoalId lo, GoalId hi) {
  const size_t mask = table_.size() - 1;
  size_t at = HashFinish(HashWord(HashWord(HashWord(0, atom), lo), hi)) & mask;
  for (; table_[at] != kFalse; at = (at + 1) & mask) {
    const Node& node = nodes_[table_[at]];
    if (node.atom == atom && node.lo == lo && node.hi == hi) break;
  }
  return &table_[at];
}

bool GoalStore::Implies(GoalId a, GoalId b) {
  // 1 or 0 where it is plain.
  const auto plain = [](GoalId x, GoalId y) {
    if (x == kFalse || y == kTrue || x == y) return 1;
    return x == kTrue || y == kFalse ? 0 : -1;
  };
  if (const int known = plain(a, b); known >= 0) return known == 1;
  const auto key_of = [](GoalId x, GoalId y) { return static_cast<uint64_t>(x) << 32 | y; };
  if (const auto known = implies_.find(key_of(a, b)); known != implies_.end()) return known->second;
  // Pairs of which one does not follow refute all; with none such, all of them do.
  bool follows = true;
  std::vector<std::pair<GoalId, GoalId>> stack{{a, b}};
  std::unordered_set<uint64_t> seen{key_of(a, b)};
  while (!stack.empty() && follows) {
    if (budget != nullptr && !budget->Tick()) return false;
    const auto [x, y] = stack.back();
    stack.pop_back();
    const Node nx = nodes_[x], ny = nodes_[y];
    const uint32_t atom = std::min(nx.atom, ny.atom);
    for (const bool holds : {false, true}) {
      const GoalId from = nx.atom != atom ? x : holds ? nx.hi : nx.lo;
      const GoalId to = ny.atom != atom ? y : holds ? ny.hi : ny.lo;
      int known = plain(from, to);
      if (known < 0) {
        const auto memo = implies_.find(key_of(from, to));
        if (memo != implies_.end()) known = memo->second ? 1 : 0;
      }
      follows = follows && known != 0;
      if (known < 0 && seen.insert(key_of(from, to)).second) stack.emplace_back(from, to);
    }
  }
  if (follows) {
    for (const uint64_t pair : seen) implies_.emplace(pair, true);
    Charge(48 * seen.size());
  } else if (seen.size() > kWorthKnowing) {
    implies_.emplace(key_of(a, b), false);
    Charge(48);
  }
  return follows;
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
  ShortList<Task, 32> stack;
  stack.push_back({a, b});
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
  // Of a choice among many, all but few are settled: these are passed without a note of each.
  const auto beyond = [&](GoalId id) {
    while (id > kTrue && std::binary_search(atoms.begin(), atoms.end(), nodes_[id].atom))
      id = value ? nodes_[id].hi : nodes_[id].lo;
    return id;
  };
  goal = beyond(goal);
  notes_.Begin(nodes_.size());
  notes_.Put(kFalse, kFalse);
  notes_.Put(kTrue, kTrue);
  ShortList<GoalId, 64> stack;
  stack.push_back(goal);
  while (!stack.empty()) {
    const GoalId id = stack.back();
    if (notes_.Has(id)) {
      stack.pop_back();
      continue;
    }
    const Node node = nodes_[id];
    const GoalId low = beyond(node.lo), high = beyond(node.hi);
    if (!notes_.Has(low)) {
      stack.push_back(low);
    } else if (!notes_.Has(high)) {
      stack.push_back(high);
    } else {
      notes_.Put(id, Make(node.atom, notes_.Of(low), notes_.Of(high)));
      stack.pop_back();
    }
  }
  return notes_.Of(goal);
}

const std::vector<uint32_t>& GoalStore::Support(GoalId goal) {
  auto found = support_.find(goal);
  if (found != support_.end()) return found->second;
  std::vector<uint32_t> atoms;
  notes_.Begin(nodes_.size());
  ShortList<GoalId, 64> stack;
  stack.push_back(goal);
  while (!stack.empty()) {
    GoalId id = stack.back();
    stack.pop_back();
    if (id <= kTrue || notes_.Has(id)) continue;
    notes_.Put(id, kTrue);
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
