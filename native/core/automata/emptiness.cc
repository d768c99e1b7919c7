// Is there a text at all?
//
// Without intersection and complement every expression but EMPTY has one, by construction. For the
// rest a search goes over derivatives, the candidates with the smallest lower bound of their length
// first, until it meets a state that is known to have a text. Unions are searched member by member.
// A search that ends without one proves that every state it saw is empty, unless it left arcs out:
// inside Punycode it goes by completions (a_label_arcs.cc).

#include <algorithm>
#include <functional>
#include <queue>
#include <tuple>
#include <unordered_set>

#include "automata/expr_impl.h"

namespace grammask {

// What was said to be undecided counts as alive, and no later search may call it empty.
bool ExprPool::Impl::Undecided(ExprId x) const {
  const auto memo = undecided.find(x);
  return memo != undecided.end() && memo->second >= owner->emptiness_states;
}

Tri ExprPool::Impl::NonEmpty(ExprId x) {
  if (x == kEmpty || nodes[x].Has(kVoid)) return Tri::kNo;
  if (nodes[x].Has(kSure)) return Tri::kYes;
  if (Undecided(x)) return Tri::kUndecided;

  if (nodes[x].Has(kInLabel) && Known(x)) {
    nodes[x].flags |= kSure;
    return Tri::kYes;
  }

  struct Found {
    ExprId x;
    uint32_t parent;
  };
  using Entry = std::tuple<uint32_t, uint32_t>;  // lower bound, index
  std::vector<Found> found;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> queue;
  std::unordered_set<ExprId> seen;
  std::vector<ExprId> parts;
  bool left_out = false;
  // Splits a state into states of which one has a text iff it has one. True if one of them is known
  // to.
  const auto add = [&](ExprId state, uint32_t parent) {
    parts.assign(1, state);
    while (!parts.empty()) {
      const ExprId part = parts.back();
      parts.pop_back();
      const Node& node = nodes[part];
      if (part == kEmpty || node.Has(kVoid)) continue;
      if (node.Has(kSure)) return true;
      if (!seen.insert(part).second) continue;
      left_out |= Undecided(part);
      if (node.op == ExprOp::kUnion) {
        const auto members = Kids(node);
        parts.insert(parts.end(), members.begin(), members.end());
      } else if (node.op == ExprOp::kRepeat) {
        parts.push_back(node.a);
      } else if (node.op == ExprOp::kConcat && nodes[node.b].Has(kSure)) {
        parts.push_back(node.a);
      } else if (node.op == ExprOp::kConcat && nodes[node.a].Has(kSure)) {
        parts.push_back(node.b);
      } else {
        queue.emplace(node.min_len, static_cast<uint32_t>(found.size()));
        found.push_back({part, parent});
      }
    }
    return false;
  };
  const auto prove = [&](uint32_t index) {
    nodes[x].flags |= kSure;
    for (; index != kNone; index = found[index].parent) nodes[found[index].x].flags |= kSure;
    return Tri::kYes;
  };

  if (add(x, kNone)) return prove(kNone);
  while (!queue.empty()) {
    const uint32_t index = std::get<1>(queue.top());
    queue.pop();
    const ExprId from = found[index].x;
    if (nodes[from].Has(kInLabel) && from != x && Known(from)) return prove(index);
    bool partial = false;
    for (const Arc& arc : SearchArcs(from, &partial)) {
      if (add(arc.target, index)) return prove(index);
    }
    if (Exhausted()) return Tri::kUndecided;
    left_out |= partial;
    if (found.size() > owner->emptiness_states) {
      undecided[x] = owner->emptiness_states;
      return Tri::kUndecided;
    }
  }
  if (left_out) {
    undecided[x] = owner->emptiness_states;
    return Tri::kUndecided;
  }
  for (const ExprId state : seen) nodes[state].flags |= kVoid;
  nodes[x].flags |= kVoid;
  return Tri::kNo;
}

}  // namespace grammask
