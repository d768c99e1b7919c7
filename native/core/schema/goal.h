// Goals: Boolean functions over atoms, as reduced ordered binary decision diagrams.
//
// A value in progress is checked by several atoms at once (an atom is one schema node's own
// assertions). Which combinations of verdicts its surroundings can still use is its *goal*. A goal
// is a hash-consed diagram: equal functions are one id, so a goal is part of a mask's key.
// Variables are atom numbers, smaller ones nearer the root. Operations iterate with an explicit
// stack; a union of many alternatives is as deep as it is long.
//
// Source: Bryant, Graph-based algorithms for Boolean function manipulation (1986).
#pragma once

#include <cstdint>
#include <functional>
#include <unordered_map>
#include <vector>

#include "base/budget.h"

namespace grammask {

using GoalId = uint32_t;

class GoalStore {
 public:
  static constexpr GoalId kFalse = 0;
  static constexpr GoalId kTrue = 1;

  GoalStore();
  GoalId Atom(uint32_t atom);
  GoalId And(GoalId a, GoalId b) { return Apply(kAnd, a, b); }
  GoalId Or(GoalId a, GoalId b) { return Apply(kOr, a, b); }
  GoalId AndAll(std::vector<GoalId> goals);
  GoalId OrAll(std::vector<GoalId> goals);
  // True if every truth vector of a satisfies b.
  bool Implies(GoalId a, GoalId b) { return Apply(kAndNot, a, b) == kFalse; }
  // A monotone goal with each atom replaced by formula(atom).
  template <typename Formula>
  GoalId Replace(GoalId goal, Formula formula) {
    std::unordered_map<GoalId, GoalId> done{{kFalse, kFalse}, {kTrue, kTrue}};
    std::vector<GoalId> stack{goal};
    while (!stack.empty()) {
      GoalId id = stack.back();
      const Node node = nodes_[id];
      auto lo = done.find(node.lo), hi = done.find(node.hi);
      if (done.count(id) != 0) {
        stack.pop_back();
      } else if (lo == done.end()) {
        stack.push_back(node.lo);
      } else if (hi == done.end()) {
        stack.push_back(node.hi);
      } else {
        GoalId low = lo->second, high = hi->second;
        done[id] = Or(low, And(formula(node.atom), high));
        stack.pop_back();
      }
    }
    return done[goal];
  }
  // The function with the given (sorted) atoms set to false.
  GoalId Without(GoalId goal, const std::vector<uint32_t>& atoms);
  template <typename Truth>
  bool Holds(GoalId goal, Truth truth) const {
    while (goal > kTrue) goal = truth(nodes_[goal].atom) ? nodes_[goal].hi : nodes_[goal].lo;
    return goal == kTrue;
  }
  const std::vector<uint32_t>& Support(GoalId goal);  // atoms it depends on, sorted
  // The sets of atoms on paths to true (the atoms taken as true). For a monotone goal, "all atoms
  // of one of the sets hold" is the goal. nullptr if there are more than `limit`.
  const std::vector<std::vector<uint32_t>>* Cubes(GoalId goal, size_t limit = 16384);
  size_t MemoryBytes() const { return bytes_; }

  // Time and memory of the calls that make goals: a diagram can be exponential in its formula. Not
  // owned; nullptr: no bound. Once it is exhausted the goals returned are wrong and nothing of them
  // is remembered: the caller looks at the budget and drops them.
  Budget* budget = nullptr;

 private:
  enum Op : uint32_t { kAnd, kOr, kAndNot };
  struct Node {
    uint32_t atom;
    GoalId lo, hi;
  };
  void Charge(size_t bytes);
  GoalId Make(uint32_t atom, GoalId lo, GoalId hi);
  static int Terminal(Op op, GoalId a, GoalId b, GoalId* result);
  GoalId Apply(Op op, GoalId a, GoalId b);

  size_t bytes_ = 0;
  std::vector<Node> nodes_;
  std::unordered_map<uint64_t, std::vector<GoalId>> unique_;
  std::unordered_map<uint64_t, GoalId> memo_[3];
  std::unordered_map<GoalId, std::vector<uint32_t>> support_;
  std::unordered_map<GoalId, std::vector<std::vector<uint32_t>>> cubes_;
};

}  // namespace grammask
