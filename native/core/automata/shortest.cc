// The shortest text of an expression, and its length.
//
// Both are put together from parts, the first in order of all shortest: of a concatenation and a
// repetition each part is its shortest, of a union it is that of a shortest member. Parts without
// intersection and complement are known by construction (pure_texts.cc). Only intersections,
// complements and Punycode are searched (text_search.cc), and those not where another member of a
// union is shorter than they can be.
#include <algorithm>

#include "automata/expr_impl.h"
#include "automata/text_parts.h"

namespace grammask {

// Is the shortest length of x put together from those of its parts?
bool ExprPool::Impl::HasParts(const Node& node) const {
  return !node.Has(kInLabel) &&
         (node.op == ExprOp::kConcat || node.op == ExprOp::kUnion || node.op == ExprOp::kRepeat);
}

// The shortest length as far as it is known without work; *known tells whether it is. nullopt:
// empty, or no search found it.
std::optional<uint32_t> ExprPool::Impl::KnownShortest(ExprId x, Measure measure,
                                                      bool* known) const {
  const Node& node = nodes[x];
  *known = true;
  if (x == kEmpty || node.Has(kVoid)) return std::nullopt;
  if (node.Has(kNullable)) return 0;
  if (node.Has(kPure)) return Weight(node, measure);
  const auto& memo = shortest_memo[measure == Measure::kBytes ? 1 : 0];
  const auto it = memo.find(x);
  if (it != memo.end() && it->second.length != kNone) return it->second.length;
  *known = it != memo.end() && it->second.states >= owner->emptiness_states;
  return std::nullopt;
}

// From the lengths of the parts. Parts that must be known first go to `pending`, and nothing is
// returned; nor where a part is empty or undecided. Of a union only the members matter that may be
// shorter than the shortest of which the length is known.
std::optional<uint32_t> ExprPool::Impl::ShortestOfParts(const Node& node, Measure measure,
                                                        std::vector<ExprId>* pending) const {
  bool known = false;
  if (node.op != ExprOp::kUnion) {
    const size_t before = pending->size();
    const std::optional<uint32_t> head = KnownShortest(node.a, measure, &known);
    if (!known) pending->push_back(node.a);
    if (node.op == ExprOp::kRepeat)
      return head ? std::optional(MulMin(*head, node.b)) : std::nullopt;
    const std::optional<uint32_t> tail = KnownShortest(node.b, measure, &known);
    if (!known) pending->push_back(node.b);
    if (pending->size() > before || !head || !tail) return std::nullopt;
    return AddMin(*head, *tail);
  }
  uint32_t best = kNone;
  for (const ExprId member : Kids(node)) {
    if (const auto length = KnownShortest(member, measure, &known)) best = std::min(best, *length);
  }
  bool all = true;
  for (const ExprId member : Kids(node)) {
    if (Weight(nodes[member], measure) >= best) continue;
    if (KnownShortest(member, measure, &known)) continue;
    if (!known) pending->push_back(member);
    all &= member == kEmpty || nodes[member].Has(kVoid);
  }
  return all && best != kNone ? std::optional(best) : std::nullopt;
}

// Is the length that was put together the least, or are there parts of which a short one is known?
bool ExprPool::Impl::PartsAreLeast(const Node& node, Measure measure, uint32_t length) const {
  const auto& memo = shortest_memo[measure == Measure::kBytes ? 1 : 0];
  const auto least = [&](ExprId x) {
    const Node& part = nodes[x];
    if (part.Has(kNullable) || part.Has(kPure)) return true;
    const auto it = memo.find(x);
    return it != memo.end() ? it->second.least : Weight(part, measure) >= length;
  };
  if (node.op == ExprOp::kUnion) {
    const std::span<const ExprId> members = Kids(node);
    return std::all_of(members.begin(), members.end(), least);
  }
  return least(node.a) && (node.op == ExprOp::kRepeat || least(node.b));
}

std::optional<uint32_t> ExprPool::Impl::ShortestLength(ExprId root, Measure measure) {
  auto& memo = shortest_memo[measure == Measure::kBytes ? 1 : 0];
  std::vector<ExprId> pending{root};
  bool known = false;
  while (!pending.empty()) {
    if (!Tick()) return std::nullopt;
    const ExprId x = pending.back();
    KnownShortest(x, measure, &known);
    const Node node = nodes[x];
    const size_t before = pending.size();
    if (!known && HasParts(node)) {
      if (const auto length = ShortestOfParts(node, measure, &pending)) {
        memo[x] = {*length, owner->emptiness_states, PartsAreLeast(node, measure, *length)};
        known = true;
      }
      if (pending.size() > before) continue;
    }
    if (!known) {
      const Witness best = Search(x, measure, Order::kNearest, kHuge, false);
      if (Exhausted()) return std::nullopt;
      memo[x] = {best.length, owner->emptiness_states, best.least};
    }
    pending.pop_back();
  }
  return KnownShortest(root, measure, &known);
}

bool ExprPool::Impl::LeastKnown(ExprId x) const {
  const Node& node = nodes[x];
  if (node.Has(kNullable) || node.Has(kPure)) return true;
  const auto memo = shortest_memo[0].find(x);
  return memo != shortest_memo[0].end() && memo->second.least;
}

// The shortest text of what has no parts to put it together from, or of members that a comparison
// of texts has to tell apart.
bool ExprPool::Impl::FindShortest(ExprId x, Measure measure, std::string* out) {
  const std::optional<uint32_t> length = ShortestLength(x, measure);
  if (!length || *length > kMaxWitnessBytes) return false;
  Witness best;
  if (measure == Measure::kCodePoints) best = Search(x, measure, Order::kInOrder, *length, true);
  // Where not all of the shortest could be compared, any of them is better than none.
  if (best.length == kNone) best = Search(x, measure, Order::kNearest, *length, true);
  if (best.length == kNone) return false;
  out->append(best.text);
  return true;
}

// The member of a union that has its shortest text, the first in order. kNone: where others might
// have one as short, and are no pure expressions.
ExprId ExprPool::Impl::ShortestMember(ExprId x, Measure measure) {
  bool known = false;
  const std::optional<uint32_t> least = KnownShortest(x, measure, &known);
  std::vector<ExprId> shortest;
  for (const ExprId member : Kids(nodes[x])) {
    if (!least || Weight(nodes[member], measure) > *least) continue;
    const auto own = KnownShortest(member, measure, &known);
    if (!known || own == least) shortest.push_back(member);
  }
  if (shortest.size() == 1) return shortest[0];
  ExprId best = kNone;
  std::string best_text, text_of;
  size_t written = 0;
  for (const ExprId member : shortest) {
    text_of.clear();
    if (!nodes[member].Has(kPure) || !EmitShortest(member, measure, &text_of)) return kNone;
    written += text_of.size();
    if (written > kChoiceBytes) return kNone;
    if (best == kNone || text_of < best_text) {
      best = member;
      best_text.swap(text_of);
    }
  }
  return best;
}

std::optional<std::string> ExprPool::Impl::Shortest(ExprId root, Measure measure) {
  const std::optional<uint32_t> length = ShortestLength(root, measure);
  if (!length || *length > kMaxWitnessBytes) return std::nullopt;
  std::string out;
  std::vector<TextPart> pending{{root, 1}};
  TextPart part;
  while (!pending.empty()) {
    if (!TakePart(&pending, &out, &part) || !Tick()) return std::nullopt;
    if (part.x == kNone) continue;
    const Node node = nodes[part.x];
    if (node.Has(kNullable)) continue;
    if (node.Has(kPure)) {
      if (!EmitShortest(part.x, measure, &out)) return std::nullopt;
      continue;
    }
    const bool is_union = HasParts(node) && node.op == ExprOp::kUnion;
    const ExprId only = is_union ? ShortestMember(part.x, measure) : kNone;
    if (only != kNone) {
      pending.push_back({only, 1});
    } else if (HasParts(node) && node.op == ExprOp::kConcat) {
      pending.push_back({node.b, 1});
      pending.push_back({node.a, 1});
    } else if (HasParts(node) && node.op == ExprOp::kRepeat) {
      pending.push_back({node.a, node.b});
    } else if (!FindShortest(part.x, measure, &out)) {
      return std::nullopt;
    }
  }
  if (out.size() > kMaxWitnessBytes) return std::nullopt;
  return out;
}

}  // namespace grammask
