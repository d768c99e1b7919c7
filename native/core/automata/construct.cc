// The smart constructors: what they simplify decides which expressions are one state.

#include <algorithm>
#include <tuple>

#include "automata/expr_impl.h"
#include "automata/utf8.h"

namespace grammask {
namespace {

// A union or intersection inside another is spliced in up to this size. Beyond it, splicing a chain
// of n nested ones would take n² time and memory; left nested they only lose some sharing, because
// a row looks through them.
constexpr size_t kSpliceLimit = 64;
// The same for a concatenation at the head of another.
constexpr uint32_t kSpineLimit = 64;

bool Contains(const ExprIdList& sorted, ExprId x) {
  return std::binary_search(sorted.begin(), sorted.end(), x);
}

}  // namespace

// A text of one character is a set, so that unions of characters merge. Bytes that are not UTF-8
// are in no text.
ExprId ExprPool::Impl::Literal(std::string_view utf8) {
  if (utf8.empty()) return kEpsilon;
  uint32_t count = 0, cp = 0;
  for (size_t i = 0; i < utf8.size(); ++count) {
    const size_t length = DecodeUtf8(utf8.substr(i), &cp);
    if (length == 0) return kEmpty;
    i += length;
  }
  if (count == 1) return Set({{cp, cp}});
  return InternText(utf8, kNone, count);
}

ExprId ExprPool::Impl::LiteralSuffix(ExprId literal, uint32_t* first) {
  const Node node = nodes[literal];
  const auto length = static_cast<uint32_t>(DecodeUtf8(Text(node), first));
  if (node.c == 2) {
    uint32_t cp = 0;
    DecodeUtf8(Text(node).substr(length), &cp);
    return Set({{cp, cp}});
  }
  return InternText(Text(node).substr(length), node.a + length, node.c - 1);
}

bool ExprPool::Impl::IsText(ExprId x) const {
  const Node& node = nodes[x];
  return node.op == ExprOp::kLiteral ||
         (node.op == ExprOp::kSet && node.b == 1 && ranges[node.a].lo == ranges[node.a].hi);
}

ExprId ExprPool::Impl::Cons(ExprId head, ExprId tail) {
  head = Canon(head);
  tail = Canon(tail);
  if (head == kEmpty || tail == kEmpty) return kEmpty;
  if (head == kEpsilon) return tail;
  if (tail == kEpsilon) return head;
  if (nodes[head].op == ExprOp::kConcat && nodes[head].c <= kSpineLimit) {
    ExprIdList parts;
    ExprId rest = head;
    for (; nodes[rest].op == ExprOp::kConcat; rest = nodes[rest].b) parts.push_back(nodes[rest].a);
    tail = Cons(rest, tail);  // `rest` is no concatenation: one level deep
    // The parts' own heads are concatenations only beyond the limit.
    for (size_t i = parts.size(); i-- > 0;) {
      const ExprId part = parts[i];
      if (nodes[part].op == ExprOp::kConcat) {
        tail = Intern(ExprOp::kConcat, part, tail,
                      AddMin(nodes[part].c, nodes[tail].op == ExprOp::kConcat ? nodes[tail].c : 1));
      } else {
        tail = Cons(part, tail);
      }
    }
    return tail;
  }
  if (head == kAny && nodes[tail].Has(kNullable)) return kAny;
  if (tail == kAny && nodes[head].Has(kNullable)) return kAny;

  // x{a,b} x{c,d} = x{a+c,b+d}, and x alone counts as x{1,1}. Two equal characters stay a text.
  const bool chain = nodes[tail].op == ExprOp::kConcat;
  const ExprId next = chain ? nodes[tail].a : tail;
  const ExprId rest = chain ? nodes[tail].b : static_cast<ExprId>(kEpsilon);
  const bool left = nodes[head].op == ExprOp::kRepeat;
  const bool right = nodes[next].op == ExprOp::kRepeat;
  ExprId base = kNone;
  if (left && right && nodes[head].a == nodes[next].a) base = nodes[head].a;
  if (left && !right && nodes[head].a == next) base = next;
  if (right && nodes[next].a == head) base = head;
  if (!left && !right && head == next && !IsText(head)) base = head;
  if (base != kNone) {
    const uint64_t min = uint64_t{left && base != head ? nodes[head].b : 1} +
                         (right && base != next ? nodes[next].b : 1);
    const uint32_t max_left = left && base != head ? nodes[head].c : 1;
    const uint32_t max_right = right && base != next ? nodes[next].c : 1;
    const uint64_t max = uint64_t{max_left} + max_right;
    const bool unbounded = max_left == kInf || max_right == kInf;
    if (min < kHuge && (unbounded || max < kHuge)) {
      const ExprId merged =
          Repeat(base, static_cast<uint32_t>(min), unbounded ? kInf : static_cast<uint32_t>(max));
      if (rest == kEpsilon) return merged;
      return Cons(merged, rest);  // the next part has another base, or the sum would not fit
    }
  }
  const uint32_t parts = chain ? nodes[tail].c : 1;
  return Intern(ExprOp::kConcat, head, tail, AddMin(parts, 1));
}

constexpr size_t kLongestJoined = size_t{1} << 16;  // bytes

ExprId ExprPool::Impl::Concat(std::span<const ExprId> parts) {
  std::vector<ExprId> joined;
  std::string run;
  size_t run_parts = 0;
  ExprId run_first = kEpsilon;
  const auto flush = [&] {
    if (run_parts == 1) joined.push_back(run_first);
    if (run_parts > 1) joined.push_back(Literal(run));
    run.clear();
    run_parts = 0;
  };
  for (const ExprId part : std::vector<ExprId>(parts.begin(), parts.end())) {
    if (IsText(part)) {
      const Node& node = nodes[part];
      // Longer texts stay apart: a rule of two equal halves, of two equal halves, … would double
      // them without end.
      if (run.size() + node.b > kLongestJoined) flush();
      if (run_parts++ == 0) run_first = part;
      if (node.op == ExprOp::kLiteral) {
        run.append(Text(node));
      } else {
        AppendUtf8(ranges[node.a].lo, &run);
      }
    } else {
      flush();
      joined.push_back(part);
    }
  }
  flush();
  ExprId result = kEpsilon;
  for (size_t i = joined.size(); i-- > 0;) result = Cons(joined[i], result);
  return result;
}

// Merges members of a union that differ only at their head and go on with the same tail: [a]T |
// [b]T = [ab]T, and x{a,b}T | x{c,d}T = x{a,d}T where the intervals touch. This keeps counters that
// run in step as intervals. Returns whether anything changed.
bool ExprPool::Impl::MergeTerms(ExprIdList* members) {
  struct Term {
    ExprId tail, base;  // base 0: a set
    uint32_t lo, hi;
    ExprId head, member;
  };
  ShortList<Term, 16> terms;
  for (const ExprId member : *members) {
    const Node& node = nodes[member];
    const bool chain = node.op == ExprOp::kConcat;
    const ExprId head = chain ? node.a : member;
    const ExprId tail = chain ? node.b : static_cast<ExprId>(kEpsilon);
    const Node& first = nodes[head];
    if (first.op == ExprOp::kSet) terms.push_back({tail, 0, 0, 0, head, member});
    if (first.op == ExprOp::kRepeat)
      terms.push_back({tail, first.a, first.b, first.c, head, member});
  }
  if (terms.size() < 2) return false;
  std::sort(terms.begin(), terms.end(), [](const Term& x, const Term& y) {
    return std::tie(x.tail, x.base, x.lo, x.hi) < std::tie(y.tail, y.base, y.lo, y.hi);
  });
  ExprIdList gone, made;
  for (size_t i = 0; i < terms.size();) {
    const Term& first = terms[i];
    size_t end = i + 1;
    uint32_t hi = first.hi;
    const auto same = [&](const Term& t) { return t.tail == first.tail && t.base == first.base; };
    if (first.base == 0) {
      while (end < terms.size() && same(terms[end])) ++end;
    } else {
      while (end < terms.size() && same(terms[end]) && terms[end].lo <= uint64_t{hi} + 1) {
        hi = std::max(hi, terms[end].hi);
        ++end;
      }
    }
    if (end - i > 1) {
      for (size_t k = i; k < end; ++k) gone.push_back(terms[k].member);
      ExprId head;
      if (first.base == 0) {
        CharSet all;
        for (size_t k = i; k < end; ++k) {
          const auto more = Ranges(nodes[terms[k].head]);
          all.insert(all.end(), more.begin(), more.end());
        }
        head = Set(CanonicalCharSet(all));
      } else {
        head = Repeat(first.base, first.lo, hi);
      }
      made.push_back(Cons(head, first.tail));
    }
    i = end;
  }
  if (made.empty()) return false;
  SortUnique(&gone);
  members->truncate(std::remove_if(members->begin(), members->end(),
                                   [&](ExprId x) { return Contains(gone, x); }));
  members->append(made.begin(), made.end());
  SortUnique(members);
  return true;
}

ExprId ExprPool::Impl::Union(std::span<const ExprId> parts) {
  ExprIdList members, pending(parts);
  while (!pending.empty()) {
    const ExprId x = Canon(pending.back());
    pending.pop_back();
    if (x == kEmpty) continue;
    if (x == kAny) return kAny;
    const Node& node = nodes[x];
    if (node.op == ExprOp::kUnion && node.b <= kSpliceLimit) {
      const auto spliced = Kids(node);
      pending.append(spliced.begin(), spliced.end());
    } else if (node.op == ExprOp::kRepeat && node.b == 0 && node.c == 1) {
      members.push_back(kEpsilon);
      pending.push_back(node.a);
    } else {
      members.push_back(x);
    }
  }
  SortUnique(&members);
  if (MergeTerms(&members) && Contains(members, kAny)) return kAny;
  for (const ExprId x : members) {
    if (nodes[x].op == ExprOp::kComplement && Contains(members, nodes[x].a)) return kAny;
  }
  if (!members.empty() && members[0] == kEpsilon) {
    const bool implied = std::any_of(members.begin() + 1, members.end(),
                                     [&](ExprId x) { return nodes[x].Has(kNullable); });
    if (implied) members.truncate(std::copy(members.begin() + 1, members.end(), members.begin()));
  }
  if (members.empty()) return kEmpty;
  if (members.size() == 1) return members[0];
  if (members.size() == 2 && members[0] == kEpsilon) {
    const Node& node = nodes[members[1]];
    if (node.op == ExprOp::kRepeat && node.b == 1) return Repeat(node.a, 0, node.c);
    return Intern(ExprOp::kRepeat, members[1], 0, 1);
  }
  return InternList(ExprOp::kUnion, members);
}

ExprId ExprPool::Impl::Intersect(std::span<const ExprId> parts) {
  ExprIdList members, complements, pending(parts);
  CharSet set;
  bool any_set = false;
  while (!pending.empty()) {
    const ExprId x = Canon(pending.back());
    pending.pop_back();
    if (x == kEmpty) return kEmpty;
    if (x == kAny) continue;
    const Node& node = nodes[x];
    if (node.op == ExprOp::kIntersect && node.b <= kSpliceLimit) {
      const auto spliced = Kids(node);
      pending.append(spliced.begin(), spliced.end());
    } else if (node.op == ExprOp::kSet) {
      const auto more = Ranges(node);
      set = any_set ? IntersectCharSets(set, more) : CharSet(more.begin(), more.end());
      any_set = true;
    } else if (node.op == ExprOp::kComplement) {
      complements.push_back(node.a);
    } else {
      members.push_back(x);
    }
  }
  if (any_set) members.push_back(Set(set));
  SortUnique(&members);
  SortUnique(&complements);
  if (!members.empty() && members[0] == kEmpty) return kEmpty;
  for (const ExprId x : complements) {
    if (Contains(members, x)) return kEmpty;
  }
  // ¬a ∧ ¬b = ¬(a ∨ b)
  if (!complements.empty()) {
    const ExprId none_of = Complement(Union(complements));
    if (none_of == kEmpty) return kEmpty;
    if (none_of != kAny) members.push_back(none_of);
    SortUnique(&members);
  }
  if (members.empty()) return kAny;
  if (members.size() == 1) return members[0];
  bool nullable = true;
  uint32_t min = 0, max = kInf, literals = 0;
  for (const ExprId x : members) {
    nullable &= nodes[x].Has(kNullable);
    min = std::max(min, nodes[x].min_len);
    max = std::min(max, nodes[x].max_len);
    literals += nodes[x].op == ExprOp::kLiteral ? 1 : 0;
  }
  if (min > max || literals > 1) return kEmpty;
  if (max == 0) return nullable ? kEpsilon : kEmpty;
  return InternList(ExprOp::kIntersect, members);
}

ExprId ExprPool::Impl::Complement(ExprId x) {
  x = Canon(x);
  if (x == kEmpty) return kAny;
  if (x == kAny) return kEmpty;
  if (nodes[x].op == ExprOp::kComplement) return nodes[x].a;
  return Intern(ExprOp::kComplement, x, 0, 0);
}

ExprId ExprPool::Impl::Repeat(ExprId x, uint32_t min, uint32_t max) {
  x = Canon(x);
  if (min > max) return kEmpty;
  if (max == 0 || x == kEpsilon) return kEpsilon;
  if (x == kEmpty) return min == 0 ? kEpsilon : kEmpty;
  if (nodes[x].Has(kNullable)) min = 0;
  // x{a,b}{c,d} is x{ca,db} if the intervals [ka,kb] leave no gap; the first gap, if any, follows
  // the smallest k.
  while (nodes[x].op == ExprOp::kRepeat) {
    const uint64_t a = nodes[x].b, b = nodes[x].c;
    const bool whole = min == max || (min == 0 ? a <= 1 : b == kInf || min * (b - a) + 1 >= a);
    const bool unbounded = b == kInf || max == kInf;
    const uint64_t low = a * min;
    const uint64_t high = unbounded ? kInf : b * max;
    if (!whole || low >= kHuge || (!unbounded && high >= kHuge)) break;
    x = nodes[x].a;
    min = static_cast<uint32_t>(low);
    max = static_cast<uint32_t>(high);
  }
  if (min == 1 && max == 1) return x;
  if (min == 0 && max == 1) {
    if (nodes[x].Has(kNullable)) return x;
    if (nodes[x].op == ExprOp::kUnion) {
      const ExprId optional[] = {kEpsilon, x};
      return Union(optional);
    }
  }
  return Intern(ExprOp::kRepeat, x, min, max);
}

}  // namespace grammask
