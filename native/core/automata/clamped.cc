// Expressions that count no further than the longest token reads.
//
// Counting makes states: `a{1000}` has a thousand, which differ in what may follow only near the
// end. Behind so few code points as a token has, an expression that counts no further says the same
// (Clamped), and many states have one such expression. It is made part by part: every part is
// replaced by one that says the same about short texts, or stays, so the whole says the same too.
//
// - A text of so many code points takes part in no more rounds of a repetition that reads
//   something.
// - A bound on the length of a text, as an intersection states it, is out of reach where whatever
//   is begun can be completed below it. How much that takes at most says MostNeeded.
#include <algorithm>
#include <unordered_map>
#include <vector>

#include "automata/expr_impl.h"

namespace grammask {

std::optional<uint32_t> ExprPool::Impl::MostNeeded(ExprId root) {
  if (!nodes[root].Has(kPure) || nodes[root].Has(kInLabel)) return std::nullopt;
  std::vector<ExprId> pending{root};
  while (!pending.empty()) {
    if (!Tick()) return std::nullopt;
    const ExprId x = pending.back();
    if (most_needed.contains(x)) {
      pending.pop_back();
      continue;
    }
    const Node& node = nodes[x];
    const auto needed = [&](ExprId child) -> uint32_t {
      const auto known = most_needed.find(child);
      if (known != most_needed.end()) return known->second;
      pending.push_back(child);
      return 0;
    };
    if (node.op == ExprOp::kPunycode) return std::nullopt;
    const size_t before = pending.size();
    uint32_t most = node.op == ExprOp::kNames ? node.max_len : node.min_len;  // nothing was read
    if (node.op == ExprOp::kConcat) {
      const uint32_t head = needed(node.a), tail = needed(node.b);
      most = std::max({most, AddMin(head, nodes[node.b].min_len), tail});
    } else if (node.op == ExprOp::kUnion) {
      for (const ExprId member : Kids(node)) most = std::max(most, needed(member));
    } else if (node.op == ExprOp::kRepeat) {
      most = AddMin(needed(node.a), MulMin(node.b, nodes[node.a].min_len));
    }
    if (pending.size() > before) continue;
    most_needed.emplace(x, most);
    pending.pop_back();
  }
  return most_needed.at(root);
}

// The other part of an intersection with a length that no text of so many code points, completed in
// any way that is needed, can miss.
std::optional<ExprId> ExprPool::Impl::WithoutLength(const Node& node, uint32_t count) {
  const std::span<const ExprId> parts = Kids(node);
  if (parts.size() != 2) return std::nullopt;
  for (size_t i = 0; i < 2; ++i) {
    const Node& length = nodes[parts[i]];
    const ExprId other = parts[1 - i];
    if (!IsLength(length)) continue;
    const std::optional<uint32_t> most = MostNeeded(other);
    if (most && length.b <= nodes[other].min_len &&
        (length.c == kInf || AddMin(*most, count) <= length.c)) {
      return other;
    }
  }
  return std::nullopt;
}

ExprId ExprPool::Impl::Clamped(ExprId root, uint32_t count) {
  if (nodes[root].Has(kInLabel)) return root;
  if (clamped_count != count) {
    clamped.clear();
    clamped_count = count;
  }
  std::vector<ExprId> pending{root};
  const auto known = [&](ExprId x) {
    if (clamped.contains(x)) return true;
    pending.push_back(x);
    return false;
  };
  while (!pending.empty()) {
    if (!Tick()) return root;
    const ExprId x = pending.back();
    const Node node = nodes[x];
    ExprId result = x;
    if (clamped.contains(x)) {
      pending.pop_back();
      continue;
    }
    if (node.op == ExprOp::kConcat) {
      const bool head = known(node.a), tail = known(node.b);
      if (!head || !tail) continue;
      result = Cons(clamped.at(node.a), clamped.at(node.b));
    } else if (node.op == ExprOp::kUnion) {
      std::vector<ExprId> members(Kids(node).begin(), Kids(node).end());
      bool all = true;
      for (const ExprId member : members) all = known(member) && all;
      if (!all) continue;
      for (ExprId& member : members) member = clamped.at(member);
      result = Union(members);
    } else if (node.op == ExprOp::kRepeat) {
      if (!known(node.a)) continue;
      result = Repeat(clamped.at(node.a), std::min(node.b, count + 1),
                      node.c > count ? static_cast<uint32_t>(kInfinity) : node.c);
    } else if (node.op == ExprOp::kIntersect) {
      const std::optional<ExprId> other = WithoutLength(node, count);
      if (other && !known(*other)) continue;
      if (other) result = clamped.at(*other);
    }
    clamped.emplace(x, result);
    pending.pop_back();
  }
  return clamped.at(root);
}

}  // namespace grammask
