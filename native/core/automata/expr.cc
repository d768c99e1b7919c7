#include "automata/expr.h"

#include <algorithm>
#include <chrono>
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

uint32_t Mix(uint32_t hash, uint32_t value) {
  uint64_t x = (static_cast<uint64_t>(hash) << 32 | value) * 0x9E3779B97F4A7C15ull;
  x ^= x >> 29;
  x *= 0xBF58476D1CE4E5B9ull;
  return static_cast<uint32_t>(x >> 32);
}

void SortUnique(std::vector<ExprId>* ids) {
  std::sort(ids->begin(), ids->end());
  ids->erase(std::unique(ids->begin(), ids->end()), ids->end());
}

bool Contains(const std::vector<ExprId>& sorted, ExprId x) {
  return std::binary_search(sorted.begin(), sorted.end(), x);
}

}  // namespace

// --- The store -----------------------------------------------------------------------------------

ExprPool::Impl::Impl(const ExprPool* pool) : owner(pool) {
  // The seed keeps an input from choosing texts that collide. No id depends on it.
  const auto now = std::chrono::steady_clock::now().time_since_epoch().count();
  seed_ = Mix(static_cast<uint32_t>(now), static_cast<uint32_t>(reinterpret_cast<uintptr_t>(this)));
  Reset();
}

void ExprPool::Impl::Reset() {
  nodes = {};
  kids = {};
  ranges = {};
  text = {};
  text_hashes = {};
  rows = {};
  arcs = {};
  undecided = {};
  shortest_memo[0] = {};
  shortest_memo[1] = {};
  choices = {};
  length_memo = {};
  table_.assign(64, kNone);
  Intern(ExprOp::kEmpty, 0, 0, 0);
  Intern(ExprOp::kEpsilon, 0, 0, 0);
  // kAny is (every character)*. Its operand gets the id after it, so the node is made in two steps.
  nodes.emplace_back();
  const CharRange all[] = {{0, kMaxCodePoint}};
  any_char = Set(CanonicalCharSet(all));
  Node any;
  any.op = ExprOp::kRepeat;
  any.hash = Mix(Mix(Mix(Mix(seed_, static_cast<uint32_t>(any.op)), any_char), 0), kInf);
  any.a = any_char;
  any.c = kInf;
  Describe(&any);
  Find(any.hash, [](const Node&) { return false; });
  nodes[kAny] = any;
  table_[slot_] = kAny;
}

template <typename Equal>
ExprId ExprPool::Impl::Find(uint32_t hash, Equal equal) {
  const size_t mask = table_.size() - 1;
  for (slot_ = hash & mask; table_[slot_] != kNone; slot_ = (slot_ + 1) & mask) {
    const Node& node = nodes[table_[slot_]];
    if (node.hash == hash && equal(node)) return table_[slot_];
  }
  return kNone;
}

ExprId ExprPool::Impl::Insert(Node node) {
  Describe(&node);
  const ExprId id = static_cast<ExprId>(nodes.size());
  nodes.push_back(node);
  Charge(sizeof(Node) + 2 * sizeof(ExprId));
  table_[slot_] = id;
  if (nodes.size() * 2 > table_.size()) {
    table_.assign(table_.size() * 2, kNone);
    const size_t mask = table_.size() - 1;
    for (ExprId i = 0; i < nodes.size(); ++i) {
      size_t slot = nodes[i].hash & mask;
      while (table_[slot] != kNone) slot = (slot + 1) & mask;
      table_[slot] = i;
    }
  }
  return id;
}

ExprId ExprPool::Impl::Intern(ExprOp op, uint32_t a, uint32_t b, uint32_t c) {
  Node node;
  node.op = op;
  node.hash = Mix(Mix(Mix(Mix(seed_, static_cast<uint32_t>(op)), a), b), c);
  node.a = a;
  node.b = b;
  node.c = c;
  const ExprId found = Find(node.hash, [&](const Node& other) {
    return other.op == op && other.a == a && other.b == b && other.c == c;
  });
  return found != kNone ? found : Insert(node);
}

ExprId ExprPool::Impl::InternList(ExprOp op, std::span<const ExprId> members) {
  Node node;
  node.op = op;
  node.hash = Mix(seed_, static_cast<uint32_t>(op));
  for (const ExprId member : members) node.hash = Mix(node.hash, member);
  const ExprId found = Find(node.hash, [&](const Node& other) {
    return other.op == op && std::ranges::equal(Kids(other), members);
  });
  if (found != kNone) return found;
  node.a = static_cast<uint32_t>(kids.size());
  node.b = static_cast<uint32_t>(members.size());
  kids.insert(kids.end(), members.begin(), members.end());
  Charge(members.size() * sizeof(ExprId));
  return Insert(node);
}

// `at`: where the bytes lie in `text` already, with their hashes; kNone: nowhere yet.
ExprId ExprPool::Impl::InternText(std::string_view bytes, uint32_t at, uint32_t count) {
  std::vector<uint32_t> hashes;
  Node node;
  node.op = ExprOp::kLiteral;
  if (at == kNone) {
    hashes.resize(bytes.size());
    uint32_t hash = seed_;
    for (size_t i = bytes.size(); i-- > 0;) {
      hash = Mix(hash, static_cast<uint8_t>(bytes[i]));
      hashes[i] = hash;
    }
    node.hash = hash;
  } else {
    node.hash = text_hashes[at];
  }
  const ExprId found = Find(node.hash, [&](const Node& other) {
    return other.op == ExprOp::kLiteral && Text(other) == bytes;
  });
  if (found != kNone) return found;
  node.a = at;
  node.b = static_cast<uint32_t>(bytes.size());
  node.c = count;
  if (at == kNone) {
    node.a = static_cast<uint32_t>(text.size());
    text.append(bytes);
    text_hashes.insert(text_hashes.end(), hashes.begin(), hashes.end());
    Charge(bytes.size() * 5);
  }
  return Insert(node);
}

void ExprPool::Impl::Describe(Node* node) const {
  const auto set = [node](uint8_t flag, bool on) {
    if (on) node->flags |= flag;
  };
  switch (node->op) {
    case ExprOp::kEmpty:
      node->min_len = node->min_bytes = kHuge;
      node->flags = kPure;
      return;
    case ExprOp::kEpsilon:
      node->flags = kNullable | kPure | kDense | kSure;
      return;
    case ExprOp::kSet:
      node->min_len = node->max_len = 1;
      node->min_bytes = Utf8Length(ranges[node->a].lo);
      node->flags = kPure | kDense | kSure;
      return;
    case ExprOp::kLiteral:
      node->min_len = node->max_len = node->c;
      node->min_bytes = node->b;
      node->flags = kPure | kDense | kSure;
      return;
    case ExprOp::kConcat: {
      const Node& a = nodes[node->a];
      const Node& b = nodes[node->b];
      node->min_len = AddMin(a.min_len, b.min_len);
      node->max_len = AddMax(a.max_len, b.max_len);
      node->min_bytes = AddMin(a.min_bytes, b.min_bytes);
      node->flags = a.flags & b.flags & (kNullable | kPure | kDense | kSure);
      // Next to one that takes every length from some on, the other need not be dense.
      set(kDense, node->Has(kPure) && ((a.Has(kDense) && a.max_len == kInf) ||
                                       (b.Has(kDense) && b.max_len == kInf)));
      return;
    }
    case ExprOp::kUnion: {
      bool nullable = false, pure = true, all_dense = true, sure = false;
      node->min_len = node->min_bytes = kHuge;
      uint32_t least_max = kInf, most_min = 0;
      for (const ExprId id : Kids(*node)) {
        const Node& kid = nodes[id];
        node->min_len = std::min(node->min_len, kid.min_len);
        node->max_len = std::max(node->max_len, kid.max_len);
        node->min_bytes = std::min(node->min_bytes, kid.min_bytes);
        nullable |= kid.Has(kNullable);
        pure &= kid.Has(kPure);
        sure |= kid.Has(kSure);
        all_dense &= kid.Has(kDense);
        least_max = std::min(least_max, kid.max_len);
        most_min = std::max(most_min, kid.min_len);
      }
      // Dense if the intervals of the dense members leave no gap. That they all meet in one point
      // is the common case; else they are sorted.
      bool dense = pure && all_dense && most_min <= least_max;
      if (pure && !dense) {
        std::vector<std::pair<uint32_t, uint32_t>> intervals;
        for (const ExprId id : Kids(*node)) {
          if (nodes[id].Has(kDense)) intervals.emplace_back(nodes[id].min_len, nodes[id].max_len);
        }
        std::sort(intervals.begin(), intervals.end());
        uint64_t next = node->min_len;  // the least length not yet covered
        for (const auto& [lo, hi] : intervals) {
          if (lo <= next) next = std::max<uint64_t>(next, uint64_t{hi} + 1);
        }
        dense = next > node->max_len;
      }
      set(kNullable, nullable);
      set(kPure, pure);
      set(kDense, dense);
      set(kSure, sure || nullable);
      return;
    }
    case ExprOp::kIntersect: {
      bool nullable = true;
      node->max_len = kInf;
      for (const ExprId id : Kids(*node)) {
        const Node& kid = nodes[id];
        node->min_len = std::max(node->min_len, kid.min_len);
        node->max_len = std::min(node->max_len, kid.max_len);
        node->min_bytes = std::max(node->min_bytes, kid.min_bytes);
        nullable &= kid.Has(kNullable);
      }
      set(kNullable | kSure, nullable);
      return;
    }
    case ExprOp::kComplement: {
      const Node& kid = nodes[node->a];
      node->min_len = node->min_bytes = kid.Has(kNullable) ? 1 : 0;
      node->max_len = kInf;
      set(kNullable, !kid.Has(kNullable));
      set(kSure, !kid.Has(kNullable) || kid.max_len != kInf);
      return;
    }
    case ExprOp::kRepeat: {
      const Node& kid = nodes[node->a];
      node->min_len = MulMin(kid.min_len, node->b);
      node->max_len = MulMax(kid.max_len, node->c);
      node->min_bytes = MulMin(kid.min_bytes, node->b);
      const bool nullable = node->b == 0 || kid.Has(kNullable);
      set(kNullable, nullable);
      set(kPure, kid.Has(kPure));
      set(kSure, nullable || kid.Has(kSure));
      // k repetitions reach [k p, k q]; the first gap, if any, lies after the smallest k.
      const uint64_t p = kid.min_len, q = kid.max_len, k = node->b;
      const bool no_gap =
          node->b == node->c || (k == 0 ? p <= 1 : q == kInf || k * (q - p) + 1 >= p);
      set(kDense, kid.Has(kDense) && no_gap);
      return;
    }
  }
}

// --- Constructors --------------------------------------------------------------------------------

ExprId ExprPool::Impl::Set(const CharSet& canonical) {
  if (canonical.empty()) return kEmpty;
  Node node;
  node.op = ExprOp::kSet;
  node.hash = Mix(seed_, static_cast<uint32_t>(node.op));
  for (const CharRange& range : canonical) node.hash = Mix(Mix(node.hash, range.lo), range.hi);
  const ExprId found = Find(node.hash, [&](const Node& other) {
    return other.op == ExprOp::kSet && std::ranges::equal(Ranges(other), canonical);
  });
  if (found != kNone) return found;
  node.a = static_cast<uint32_t>(ranges.size());
  node.b = static_cast<uint32_t>(canonical.size());
  ranges.insert(ranges.end(), canonical.begin(), canonical.end());
  Charge(canonical.size() * sizeof(CharRange));
  return Insert(node);
}

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
    std::vector<ExprId> parts;
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
bool ExprPool::Impl::MergeTerms(std::vector<ExprId>* members) {
  struct Term {
    ExprId tail, base;  // base 0: a set
    uint32_t lo, hi;
    ExprId head, member;
  };
  std::vector<Term> terms;
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
  std::vector<ExprId> gone, made;
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
  std::erase_if(*members, [&](ExprId x) { return Contains(gone, x); });
  members->insert(members->end(), made.begin(), made.end());
  SortUnique(members);
  return true;
}

ExprId ExprPool::Impl::Union(std::span<const ExprId> parts) {
  std::vector<ExprId> members;
  std::vector<ExprId> pending(parts.begin(), parts.end());
  while (!pending.empty()) {
    const ExprId x = Canon(pending.back());
    pending.pop_back();
    if (x == kEmpty) continue;
    if (x == kAny) return kAny;
    const Node& node = nodes[x];
    if (node.op == ExprOp::kUnion && node.b <= kSpliceLimit) {
      const auto spliced = Kids(node);
      pending.insert(pending.end(), spliced.begin(), spliced.end());
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
    if (implied) members.erase(members.begin());
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
  std::vector<ExprId> members, complements;
  std::vector<ExprId> pending(parts.begin(), parts.end());
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
      pending.insert(pending.end(), spliced.begin(), spliced.end());
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

// --- The rest ------------------------------------------------------------------------------------

std::string ExprPool::Impl::ToString(ExprId x) const {
  constexpr size_t kLimit = 4096;
  struct Piece {
    ExprId x;
    const char* words;  // if not null, printed instead
    std::string owned;
  };
  std::string out;
  std::vector<Piece> pending;
  const auto expr = [&](ExprId id) { pending.push_back({id, nullptr, {}}); };
  const auto words = [&](const char* w) { pending.push_back({0, w, {}}); };
  const auto character = [&](uint32_t cp) {
    static constexpr char kHex[] = "0123456789abcdef";
    if (cp > 0x20 && cp < 0x7F &&
        std::string_view("\\\"[]-").find(static_cast<char>(cp)) == std::string_view::npos) {
      out.push_back(static_cast<char>(cp));
      return;
    }
    out += "\\u{";
    int shift = 20;
    while (shift > 0 && (cp >> shift) == 0) shift -= 4;
    for (; shift >= 0; shift -= 4) out.push_back(kHex[(cp >> shift) & 15]);
    out += "}";
  };
  expr(x);
  while (!pending.empty()) {
    if (out.size() > kLimit) return out + "…";
    const Piece piece = pending.back();
    pending.pop_back();
    if (piece.words != nullptr || !piece.owned.empty()) {
      out += piece.words != nullptr ? std::string_view(piece.words) : std::string_view(piece.owned);
      continue;
    }
    const Node& node = nodes[piece.x];
    if (piece.x == kAny) {
      out += ".*";
      continue;
    }
    switch (node.op) {
      case ExprOp::kEmpty:
        out += "∅";
        break;
      case ExprOp::kEpsilon:
        out += "ε";
        break;
      case ExprOp::kSet:
        if (piece.x == any_char) {
          out += ".";
          break;
        }
        out += "[";
        for (const CharRange& range : Ranges(node)) {
          if (out.size() > kLimit) break;
          character(range.lo);
          if (range.hi == range.lo) continue;
          if (range.hi > range.lo + 1) out += "-";
          character(range.hi);
        }
        out += "]";
        break;
      case ExprOp::kLiteral: {
        out += "\"";
        uint32_t cp = 0;
        const std::string_view bytes = Text(node);
        for (size_t i = 0; i < bytes.size() && out.size() <= kLimit;) {
          i += DecodeUtf8(bytes.substr(i), &cp);
          character(cp);
        }
        out += "\"";
        break;
      }
      case ExprOp::kConcat:
        expr(node.b);
        words(" ");
        expr(node.a);
        break;
      case ExprOp::kUnion:
      case ExprOp::kIntersect: {
        words(")");
        const auto members = Kids(node);
        const size_t shown = std::min<size_t>(members.size(), kLimit);
        if (shown < members.size()) words("…");
        for (size_t i = shown; i-- > 0;) {
          expr(members[i]);
          if (i > 0) words(node.op == ExprOp::kUnion ? "|" : "&");
        }
        out += "(";
        break;
      }
      case ExprOp::kComplement:
        out += "~(";
        words(")");
        expr(node.a);
        break;
      case ExprOp::kRepeat: {
        std::string bounds = ")";
        if (node.b == 0 && node.c == kInf) {
          bounds += "*";
        } else if (node.b == 0 && node.c == 1) {
          bounds += "?";
        } else {
          bounds += "{" + std::to_string(node.b);
          if (node.c != node.b) bounds += node.c == kInf ? "," : "," + std::to_string(node.c);
          bounds += "}";
        }
        pending.push_back({0, nullptr, bounds});
        out += "(";
        expr(node.a);
        break;
      }
    }
  }
  return out;
}

size_t ExprPool::Impl::MemoryBytes() const {
  const size_t maps = undecided.size() + shortest_memo[0].size() + shortest_memo[1].size() +
                      choices.size() + length_memo.size();
  return nodes.capacity() * sizeof(Node) + kids.capacity() * sizeof(ExprId) +
         ranges.capacity() * sizeof(CharRange) + text.capacity() +
         text_hashes.capacity() * sizeof(uint32_t) + rows.capacity() * sizeof(Row) +
         arcs.capacity() * sizeof(Arc) + table_.capacity() * sizeof(ExprId) + maps * 48;
}

ExprPool::ExprPool() : impl_(std::make_unique<Impl>(this)) {}
ExprPool::~ExprPool() = default;

ExprId ExprPool::Set(std::span<const CharRange> ranges) {
  return impl_->Set(CanonicalCharSet(ranges));
}
ExprId ExprPool::Literal(std::string_view utf8) { return impl_->Literal(utf8); }
ExprId ExprPool::Concat(std::span<const ExprId> parts) { return impl_->Concat(parts); }
ExprId ExprPool::Union(std::span<const ExprId> parts) { return impl_->Union(parts); }
ExprId ExprPool::Intersect(std::span<const ExprId> parts) { return impl_->Intersect(parts); }
ExprId ExprPool::Complement(ExprId x) { return impl_->Complement(x); }
ExprId ExprPool::Repeat(ExprId x, uint32_t min, uint32_t max) { return impl_->Repeat(x, min, max); }

std::vector<ExprId> ExprPool::Import(const Program& program) {
  std::vector<ExprId> ids;
  ids.reserve(program.exprs.size());
  std::vector<ExprId> parts;
  for (const ProgramExpr& expr : program.exprs) {
    parts.clear();
    const bool operands = expr.op != ExprOp::kSet && expr.op != ExprOp::kLiteral;
    const size_t count = expr.op == ExprOp::kRepeat ? 1 : expr.args.size();
    if (operands) {
      for (size_t i = 0; i < count; ++i) parts.push_back(ids[expr.args[i]]);
    }
    ExprId id = kEmpty;
    switch (expr.op) {
      case ExprOp::kEmpty:
        break;
      case ExprOp::kEpsilon:
        id = kEpsilon;
        break;
      case ExprOp::kSet:
        id = Set(program.sets[expr.args[0]]);
        break;
      case ExprOp::kLiteral:
        id = Literal(program.strings[expr.args[0]]);
        break;
      case ExprOp::kConcat:
        id = Concat(parts);
        break;
      case ExprOp::kUnion:
        id = Union(parts);
        break;
      case ExprOp::kIntersect:
        id = Intersect(parts);
        break;
      case ExprOp::kComplement:
        id = Complement(parts[0]);
        break;
      case ExprOp::kRepeat:
        id = Repeat(parts[0], expr.args[1], expr.args[2]);
        break;
    }
    ids.push_back(id);
  }
  return ids;
}

bool ExprPool::Nullable(ExprId x) const { return impl_->At(x).Has(kNullable); }
std::span<const Arc> ExprPool::Arcs(ExprId x) { return impl_->LiveArcs(x); }

ExprId ExprPool::Derive(ExprId x, uint32_t code_point) {
  const std::span<const Arc> row = impl_->LiveArcs(x);
  const auto arc =
      std::partition_point(row.begin(), row.end(), [&](const Arc& a) { return a.hi < code_point; });
  return arc != row.end() && arc->lo <= code_point ? arc->target : static_cast<ExprId>(kEmpty);
}

Tri ExprPool::NonEmpty(ExprId x) { return impl_->NonEmpty(x); }
std::optional<std::string> ExprPool::Shortest(ExprId x) {
  return impl_->Shortest(x, Measure::kCodePoints);
}
std::optional<uint32_t> ExprPool::ShortestLength(ExprId x) {
  return impl_->ShortestLength(x, Measure::kCodePoints);
}
std::optional<std::string> ExprPool::ShortestInBytes(ExprId x) {
  return impl_->Shortest(x, Measure::kBytes);
}
std::optional<uint32_t> ExprPool::ShortestByteLength(ExprId x) {
  return impl_->ShortestLength(x, Measure::kBytes);
}
Tri ExprPool::HasLength(ExprId x, uint32_t min, uint32_t max) {
  return impl_->HasLength(x, min, max);
}
std::optional<std::string> ExprPool::ShortestOfLength(ExprId x, uint32_t min, uint32_t max) {
  return impl_->ShortestOfLength(x, min, max);
}
std::string ExprPool::ToString(ExprId x) const { return impl_->ToString(x); }
size_t ExprPool::size() const { return impl_->nodes.size(); }
size_t ExprPool::MemoryBytes() const { return impl_->MemoryBytes(); }
void ExprPool::Clear() { impl_->Reset(); }

}  // namespace grammask
