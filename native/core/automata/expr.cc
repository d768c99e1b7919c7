// The store of nodes, and the public face of the pool.

#include "automata/expr.h"

#include <algorithm>
#include <chrono>
#include <iterator>

#include "automata/expr_impl.h"
#include "automata/utf8.h"

namespace grammask {
namespace {

uint32_t Mix(uint32_t hash, uint32_t value) {
  uint64_t x = (static_cast<uint64_t>(hash) << 32 | value) * 0x9E3779B97F4A7C15ull;
  x ^= x >> 29;
  x *= 0xBF58476D1CE4E5B9ull;
  return static_cast<uint32_t>(x >> 32);
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
  tables.clear();
  tables_by_hash.clear();
  labels = {};
  completions = {};
  alphabets = {};
  takes_letters = {};
  product_steps = {};
  search_rows = {};
  other_rows = {};
  insert_rows = {};
  clamped = {};
  most_needed = {};
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

ExprId ExprPool::Impl::InternNames(uint32_t table, uint32_t lo, uint32_t hi, uint32_t depth) {
  Node node;
  node.op = ExprOp::kNames;
  node.depth = static_cast<uint16_t>(depth);
  node.a = table;
  node.b = lo;
  node.c = hi;
  node.hash = Mix(seed_, static_cast<uint32_t>(node.op));
  for (const uint32_t word : {table, lo, hi, depth}) node.hash = Mix(node.hash, word);
  const ExprId found = Find(node.hash, [&](const Node& other) {
    return other.op == node.op && other.depth == node.depth && other.a == table && other.b == lo &&
           other.c == hi;
  });
  return found != kNone ? found : Insert(node);
}

// Is it an intersection of a text with a bound on its length that one of its texts is known to
// meet?
bool ExprPool::Impl::MeetsLength(const Node& node) const {
  const std::span<const ExprId> parts = Kids(node);
  if (parts.size() != 2) return false;
  for (size_t i = 0; i < 2; ++i) {
    const Node &length = nodes[parts[i]], &other = nodes[parts[1 - i]];
    if (!IsLength(length) || !other.Has(kPure) || !other.Has(kSure) || other.min_len == kHuge)
      continue;
    // Intersect made it, so the bounds of both meet.
    return other.Has(kDense) || length.b <= other.min_len;
  }
  return false;
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
    case ExprOp::kNames:
      DescribeNames(node);
      return;
    case ExprOp::kBytes:
      return;  // no node: Import
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
      set(kInLabel, a.Has(kInLabel) || (a.Has(kNullable) && b.Has(kInLabel)));
      return;
    }
    case ExprOp::kUnion: {
      bool nullable = false, pure = true, all_dense = true, sure = false, in_label = false;
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
        in_label |= kid.Has(kInLabel);
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
      set(kInLabel, in_label);
      return;
    }
    case ExprOp::kIntersect: {
      bool nullable = true, in_label = false;
      node->max_len = kInf;
      for (const ExprId id : Kids(*node)) {
        const Node& kid = nodes[id];
        node->min_len = std::max(node->min_len, kid.min_len);
        node->max_len = std::min(node->max_len, kid.max_len);
        node->min_bytes = std::max(node->min_bytes, kid.min_bytes);
        nullable &= kid.Has(kNullable);
        in_label |= kid.Has(kInLabel);
      }
      set(kNullable, nullable);
      set(kSure, nullable || MeetsLength(*node));
      set(kInLabel, in_label);
      return;
    }
    case ExprOp::kComplement: {
      const Node& kid = nodes[node->a];
      node->min_len = node->min_bytes = kid.Has(kNullable) ? 1 : 0;
      node->max_len = kInf;
      set(kNullable, !kid.Has(kNullable));
      set(kSure, !kid.Has(kNullable) || kid.max_len != kInf);
      set(kInLabel, kid.Has(kInLabel));
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
      set(kInLabel, kid.Has(kInLabel));
      return;
    }
    case ExprOp::kPunycode: {
      const Label& label = LabelOf(*node);
      const bool nullable = label.completion != kNone && label.completion_length == 0;
      node->min_len = node->min_bytes = nullable ? 0 : 1;
      node->max_len = label.max_length - label.length;
      set(kInLabel, true);
      set(kNullable, nullable);
      set(kSure, label.completion != kNone);
      set(kVoid, label.empty);
      return;
    }
  }
}

// A child is found by its parent and its character, the first state by its operand and length.
ExprId ExprPool::Impl::FindLabel(const Label& label, Node* node) {
  node->op = ExprOp::kPunycode;
  const uint32_t from = label.parent == kNone ? label.operand : label.parent;
  const uint32_t by = static_cast<uint8_t>(label.last) + (uint32_t{label.max_length} << 8);
  node->hash = Mix(Mix(Mix(seed_, static_cast<uint32_t>(node->op)), from), by);
  return Find(node->hash, [&](const Node& other) {
    if (other.op != ExprOp::kPunycode) return false;
    const Label& known = LabelOf(other);
    return known.operand == label.operand && known.parent == label.parent &&
           known.last == label.last && known.max_length == label.max_length;
  });
}

ExprId ExprPool::Impl::InternLabel(const Label& label) {
  Node node;
  const ExprId found = FindLabel(label, &node);
  if (found != kNone) return found;
  node.a = label.operand;
  node.b = static_cast<uint32_t>(labels.size());
  labels.push_back(label);
  Charge(sizeof(Label));
  return Insert(node);
}

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

// --- The public face
// ------------------------------------------------------------------------------

size_t ExprPool::Impl::MemoryBytes() const {
  const size_t maps = undecided.size() + shortest_memo[0].size() + shortest_memo[1].size() +
                      choices.size() + length_memo.size() + search_rows.size() + other_rows.size() +
                      takes_letters.size() + product_steps.size() + insert_rows.size() +
                      clamped.size() + most_needed.size();
  size_t alphabet_ranges = 0;
  for (const auto& [operand, alphabet] : alphabets) alphabet_ranges += alphabet.capacity();
  size_t table_bytes = 0;
  for (const auto& table : tables) table_bytes += table->MemoryBytes() + 48;
  return nodes.capacity() * sizeof(Node) + kids.capacity() * sizeof(ExprId) +
         ranges.capacity() * sizeof(CharRange) + text.capacity() +
         text_hashes.capacity() * sizeof(uint32_t) + rows.capacity() * sizeof(Row) +
         arcs.capacity() * sizeof(Arc) + table_.capacity() * sizeof(ExprId) + maps * 48 +
         labels.capacity() * sizeof(Label) + completions.capacity() +
         alphabet_ranges * sizeof(CharRange) + table_bytes;
}

ExprPool::ExprPool() : impl_(std::make_unique<Impl>(this)) {}
ExprPool::~ExprPool() = default;

ExprId ExprPool::Set(std::span<const CharRange> ranges) {
  return impl_->Set(CanonicalCharSet(ranges));
}
ExprId ExprPool::Literal(std::string_view utf8) { return impl_->Literal(utf8); }
ExprId ExprPool::Concat(std::span<const ExprId> parts) { return impl_->Concat(parts); }
ExprId ExprPool::Union(std::span<const ExprId> parts) { return impl_->Union(parts); }
ExprId ExprPool::Texts(std::vector<std::string_view> texts) {
  return impl_->Texts(std::move(texts));
}
ExprId ExprPool::Intersect(std::span<const ExprId> parts) { return impl_->Intersect(parts); }
ExprId ExprPool::Complement(ExprId x) { return impl_->Complement(x); }
ExprId ExprPool::Repeat(ExprId x, uint32_t min, uint32_t max) { return impl_->Repeat(x, min, max); }
ExprId ExprPool::Clamped(ExprId x, uint32_t count) { return impl_->Clamped(x, count); }
ExprId ExprPool::Punycode(ExprId x, uint32_t max_length) { return impl_->Punycode(x, max_length); }

bool ExprPool::Nullable(ExprId x) const { return impl_->At(x).Has(kNullable); }
std::span<const Arc> ExprPool::Arcs(ExprId x) { return impl_->LiveArcs(x); }

Arc ExprPool::ArcAt(ExprId x, uint32_t code_point) {
  if (impl_->At(x).Has(kInLabel)) return {code_point, code_point, impl_->LiveStep(x, code_point)};
  const std::span<const Arc> row = impl_->LiveArcs(x);
  const auto arc =
      std::partition_point(row.begin(), row.end(), [&](const Arc& a) { return a.hi < code_point; });
  if (arc != row.end() && arc->lo <= code_point) return *arc;
  return {arc == row.begin() ? 0 : std::prev(arc)->hi + 1,
          arc == row.end() ? 0x10FFFF : arc->lo - 1, kEmpty};
}

ExprId ExprPool::Derive(ExprId x, uint32_t code_point) { return ArcAt(x, code_point).target; }

std::optional<uint32_t> ExprPool::MostNeeded(ExprId x) { return impl_->MostNeeded(x); }

std::optional<uint32_t> ExprPool::CompletesAnything(ExprId x) {
  if (x == kAny) return 0;
  const Node node = impl_->At(x);
  if (node.op == ExprOp::kConcat && node.a == kAny && NonEmpty(node.b) == Tri::kYes)
    return ShortestLength(node.b);
  if (node.op != ExprOp::kUnion) return std::nullopt;
  const std::span<const ExprId> kids = impl_->Kids(node);
  for (ExprId kid : std::vector<ExprId>(kids.begin(), kids.end())) {
    if (impl_->At(kid).op == ExprOp::kUnion) continue;
    if (std::optional<uint32_t> needed = CompletesAnything(kid)) return needed;
  }
  return std::nullopt;
}

std::vector<Arc> ExprPool::ArcsWithin(ExprId x, uint32_t lo, uint32_t hi) {
  std::vector<Arc> out;
  const auto meets = [&](const Arc& arc) { return arc.lo <= hi && lo <= arc.hi; };
  if (impl_->At(x).Has(kInLabel) && impl_->At(x).row == kNone && lo > 'z') {
    for (const Arc& arc : impl_->OtherArcs(x, 0)) {
      if (meets(arc) && impl_->NonEmpty(arc.target) != Tri::kNo) out.push_back(arc);
    }
    return out;
  }
  const std::span<const Arc> row = impl_->LiveArcs(x);
  const auto begin =
      std::partition_point(row.begin(), row.end(), [&](const Arc& arc) { return arc.hi < lo; });
  const auto end =
      std::partition_point(begin, row.end(), [&](const Arc& arc) { return arc.lo <= hi; });
  out.assign(begin, end);
  return out;
}

std::vector<Arc> ExprPool::ArcsToSearch(ExprId x, bool* partial) {
  *partial = false;
  const bool in_label = impl_->At(x).Has(kInLabel);
  const std::span<const Arc> row = in_label ? impl_->SearchArcs(x, partial) : impl_->LiveArcs(x);
  std::vector<Arc> out(row.begin(), row.end());
  std::erase_if(out, [&](const Arc& arc) { return impl_->NonEmpty(arc.target) == Tri::kNo; });
  return out;
}

bool ExprPool::InLabel(ExprId x) const { return impl_->At(x).Has(kInLabel); }
uint32_t ExprPool::FreeLetters(ExprId x) {
  return impl_->At(x).Has(kInLabel) ? impl_->FreeLetters(x) : 0;
}

bool ExprPool::LabelEnds(ExprId x, std::string_view letters) {
  return impl_->LabelEnds(x, letters);
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
