// Is there a text at all?
//
// Without intersection and complement every expression but EMPTY has one, by construction. For the
// rest a search goes over derivatives, the candidates with the smallest lower bound of their length
// first, until it meets a state that is known to have a text. Unions are searched member by member.
// A search that ends without one proves that every state it saw is empty.

#include <algorithm>
#include <functional>
#include <queue>
#include <tuple>
#include <unordered_set>

#include "automata/expr_impl.h"

namespace grammask {

Tri ExprPool::Impl::NonEmpty(ExprId x) {
  if (x == kEmpty || nodes[x].Has(kVoid)) return Tri::kNo;
  if (nodes[x].Has(kSure)) return Tri::kYes;
  if (const auto memo = undecided.find(x); memo != undecided.end()) {
    if (memo->second >= owner->emptiness_states) return Tri::kUndecided;
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
    if (!MakeRow(found[index].x)) return Tri::kUndecided;
    for (const Arc& arc : RawArcs(found[index].x)) {
      if (add(arc.target, index)) return prove(index);
    }
    if (found.size() > owner->emptiness_states) {
      undecided[x] = owner->emptiness_states;
      return Tri::kUndecided;
    }
  }
  for (const ExprId state : seen) nodes[state].flags |= kVoid;
  nodes[x].flags |= kVoid;
  return Tri::kNo;
}

}  // namespace grammask
