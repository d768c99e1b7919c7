// Short texts by search.
//
// With intersections and complements nothing is known by construction. So a search goes over
// derivatives until it meets states without them.
#include <algorithm>
#include <functional>
#include <map>
#include <queue>
#include <tuple>
#include <unordered_map>

#include "automata/expr_impl.h"
#include "automata/utf8.h"

namespace grammask {
namespace {

// States of a search for the smallest of the shortest texts: where there are more, any will do.
constexpr uint32_t kMostCompared = 200;

}  // namespace

// A search over derivatives. Pure states and accepting ones are not gone into: what follows them is
// known. With kNearest the states with the least bound of their whole length come first (A*; the
// lower bounds of the nodes are the estimate, and a state met again on a shorter way is opened
// again). With kInOrder, in code points, states are met in the order of (length, text), as arcs are
// sorted, so that the first end is the smallest; only ends through a pure state must be compared as
// texts. No way longer than `bound` is followed.
ExprPool::Impl::Witness ExprPool::Impl::Search(ExprId x, Measure measure, Order order,
                                               uint32_t bound, bool want_text) {
  struct Found {
    ExprId x;
    uint32_t parent, cp, length;
  };
  struct End {
    uint32_t parent, cp;
    ExprId rest;
  };
  using Entry = std::tuple<uint32_t, uint32_t, uint32_t>;  // key, the deeper one first, index
  std::vector<Found> found{{x, kNone, 0, 0}};
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> queue;
  std::unordered_map<ExprId, uint32_t> least{{x, 0}};  // the shortest way to each state so far
  queue.emplace(0, 0, 0);
  Witness best;
  std::optional<End> best_end;
  bool text_known = false, text_failed = false;

  const auto write = [&](const End& end, std::string* out) {
    std::vector<uint32_t> cps{end.cp};
    for (uint32_t i = end.parent; found[i].parent != kNone; i = found[i].parent) {
      cps.push_back(found[i].cp);
    }
    out->clear();
    for (size_t i = cps.size(); i-- > 0;) AppendUtf8(cps[i], out);
    return EmitShortest(end.rest, measure, out);
  };
  const auto offer = [&](uint32_t length, const End& end) {
    if (length > best.length) return;
    if (length == best.length) {
      if (order == Order::kNearest || !want_text) return;
      // Both accept at once: the first one met is the smaller.
      if (nodes[best_end->rest].Has(kNullable) && nodes[end.rest].Has(kNullable)) return;
      if (!text_known) text_failed |= !write(*best_end, &best.text);
      text_known = true;
      std::string other;
      text_failed |= !write(end, &other);
      if (text_failed || other >= best.text) return;
      best.text = std::move(other);
    } else {
      text_known = false;
    }
    best.length = length;
    best_end = end;
  };

  const uint32_t most = order == Order::kInOrder ? std::min(kMostCompared, owner->emptiness_states)
                                                 : owner->emptiness_states;
  bool pruned = false, left_out = false;
  while (!queue.empty()) {
    const auto [key, depth, index] = queue.top();
    queue.pop();
    if (best_end && key >= best.length) break;
    const Found from = found[index];
    if (least[from.x] < from.length) continue;
    bool partial = false;
    const std::span<const Arc> view = SearchArcs(from.x, &partial);
    if (Exhausted()) return {};
    left_out |= partial;
    for (const Arc arc : std::vector<Arc>(view.begin(), view.end())) {
      const uint32_t cost = measure == Measure::kBytes ? Utf8Length(arc.lo) : 1;
      const uint32_t length = AddMin(from.length, cost);
      const Node& target = nodes[arc.target];
      if (target.Has(kVoid)) continue;
      if (target.Has(kNullable) || target.Has(kPure)) {
        const uint32_t rest = target.Has(kNullable) ? 0 : Weight(target, measure);
        const ExprId tail = target.Has(kNullable) ? static_cast<ExprId>(kEpsilon) : arc.target;
        offer(AddMin(length, rest), {index, arc.lo, tail});
        continue;
      }
      const uint32_t whole = AddMin(length, Weight(target, measure));
      if (whole > std::min(bound, best.length)) {
        pruned = true;
        continue;
      }
      const auto [it, fresh] = least.emplace(arc.target, length);
      if (!fresh && it->second <= length) continue;
      it->second = length;
      if (order == Order::kNearest) {
        queue.emplace(whole, kNone - length, static_cast<uint32_t>(found.size()));
      } else {
        queue.emplace(length, 0, static_cast<uint32_t>(found.size()));
      }
      found.push_back({arc.target, index, arc.lo, length});
    }
    if (found.size() > most) return {};
  }
  if (!best_end) {
    for (const auto& [state, length] : least) left_out |= Undecided(state);
    if (pruned || left_out) return {};
    for (const auto& [state, length] : least) nodes[state].flags |= kVoid;
    return {};
  }
  best.least = !left_out;
  // The rest of a shortest way is a shortest way of the states on it.
  for (uint32_t i = best_end->parent; i != kNone; i = found[i].parent) {
    nodes[found[i].x].flags |= kSure;
    if (best.length < kHuge) {
      auto& memo = shortest_memo[measure == Measure::kBytes ? 1 : 0];
      const LengthMemo rest{best.length - found[i].length, owner->emptiness_states, best.least};
      const auto [it, fresh] = memo.try_emplace(found[i].x, rest);
      if (!fresh && rest.length < it->second.length) it->second = rest;
    }
  }
  if (want_text && !text_known) text_failed |= !write(*best_end, &best.text);
  if (text_failed) return {};
  return best;
}

}  // namespace grammask
