// Goals: Boolean functions over atoms, as reduced ordered binary decision diagrams.
//
// A value in progress is checked by several atoms at once (an atom is one schema node's own
// assertions). Which combinations of verdicts its surroundings can still use is its *goal*. A goal
// is a hash-consed diagram: equal functions are one id, so a goal is part of a mask's key.
// Variables are atom numbers, smaller ones nearer the root. Operations iterate with an explicit
// stack; a union of many alternatives is as deep as it is long.
//
// *Cubes.* A goal is asked by its cubes: sets of atoms that must hold together with others that
// must fail together. Where a goal is monotone in an atom (its holding never hurts), "fails" is not
// said of it, so a goal without negation has cubes without negation.
//
// Source: Bryant, Graph-based algorithms for Boolean function manipulation (1986).
#pragma once

#include <algorithm>
#include <compare>
#include <cstdint>
#include <functional>
#include <unordered_map>
#include <vector>

#include "base/budget.h"

namespace grammask {

using GoalId = uint32_t;

// Atoms that hold and atoms that fail together, each sorted.
struct Cube {
  std::vector<uint32_t> yes, no;
  auto operator<=>(const Cube&) const = default;
};

class GoalStore {
 public:
  static constexpr GoalId kFalse = 0;
  static constexpr GoalId kTrue = 1;

  GoalStore();
  GoalId Atom(uint32_t atom);
  GoalId And(GoalId a, GoalId b) { return Apply(kAnd, a, b); }
  GoalId Or(GoalId a, GoalId b) { return Apply(kOr, a, b); }
  GoalId Not(GoalId a) { return Apply(kAndNot, kTrue, a); }
  GoalId AndNot(GoalId a, GoalId b) { return Apply(kAndNot, a, b); }
  GoalId AndAll(std::vector<GoalId> goals);
  GoalId OrAll(std::vector<GoalId> goals);
  GoalId ExactlyOne(std::vector<GoalId> goals);
  // True if every truth vector of a satisfies b. Makes no goals.
  bool Implies(GoalId a, GoalId b);
  // No atom's failing ever helps.
  bool Monotone(GoalId goal);
  // The goal with each atom replaced by formula(atom).
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
        GoalId low = lo->second, high = hi->second, condition = formula(node.atom);
        // The same function where the failing of the atom never helps, and made with less.
        done[id] = Implies(low, high) ? Or(low, And(condition, high))
                                      : Or(AndNot(low, condition), And(condition, high));
        stack.pop_back();
      }
    }
    return done[goal];
  }
  // The function with the given (sorted) atoms set to false.
  GoalId Without(GoalId goal, const std::vector<uint32_t>& atoms) {
    return Cofactor(goal, atoms, false);
  }
  // The function with one atom set to true.
  GoalId With(GoalId goal, uint32_t atom) { return Cofactor(goal, {atom}, true); }
  bool DependsOn(GoalId goal, uint32_t atom) {
    const std::vector<uint32_t>& support = Support(goal);
    return std::binary_search(support.begin(), support.end(), atom);
  }
  template <typename Truth>
  bool Holds(GoalId goal, Truth truth) const {
    while (goal > kTrue) goal = truth(nodes_[goal].atom) ? nodes_[goal].hi : nodes_[goal].lo;
    return goal == kTrue;
  }
  struct Branches {
    uint32_t atom;
    GoalId lo, hi;
  };
  // The atom that decides first, and what the goal is when it fails and when it holds. Not of a
  // constant.
  Branches Branch(GoalId goal) const {
    return {nodes_[goal].atom, nodes_[goal].lo, nodes_[goal].hi};
  }
  const std::vector<uint32_t>& Support(GoalId goal);  // atoms it depends on, sorted
  // Cubes whose union is the goal. nullptr if there are more than `limit`.
  const std::vector<Cube>* Cubes(GoalId goal, size_t limit = 16384);
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
  // What a walk below a goal notes of each goal it meets. The next walk knows nothing of it.
  class Notes {
    struct Note {
      uint32_t walk = 0;
      GoalId result = kFalse;
    };

   public:
    static constexpr size_t kBytes = sizeof(Note);  // for each goal
    void Begin(size_t goals) {
      if (notes_.size() < goals) notes_.resize(goals);
      if (++walk_ != 0) return;
      std::fill(notes_.begin(), notes_.end(), Note{});
      walk_ = 1;
    }
    bool Has(GoalId goal) const { return notes_[goal].walk == walk_; }
    GoalId Of(GoalId goal) const { return notes_[goal].result; }
    void Put(GoalId goal, GoalId result) { notes_[goal] = {walk_, result}; }

   private:
    uint32_t walk_ = 0;
    std::vector<Note> notes_;
  };
  void Charge(size_t bytes);
  GoalId Make(uint32_t atom, GoalId lo, GoalId hi);
  GoalId* Place(uint32_t atom, GoalId lo, GoalId hi);
  static int Terminal(Op op, GoalId a, GoalId b, GoalId* result);
  GoalId Apply(Op op, GoalId a, GoalId b);
  GoalId Cofactor(GoalId goal, const std::vector<uint32_t>& atoms, bool value);

  size_t bytes_ = 0;
  std::vector<Node> nodes_;
  Notes notes_;
  std::vector<GoalId> table_;  // of nodes_, by content; kFalse: free
  std::unordered_map<uint64_t, GoalId> memo_[3];
  std::unordered_map<GoalId, std::vector<uint32_t>> support_;
  struct CubeList {
    std::vector<Cube> cubes;
    size_t limit = 0;  // passed, if not 0
  };
  std::unordered_map<GoalId, CubeList> cubes_;
  std::unordered_map<GoalId, bool> monotone_;
  std::unordered_map<uint64_t, bool> implies_;
};

}  // namespace grammask
