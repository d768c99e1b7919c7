// Lists of texts as expressions.
//
// "One of these 100,000 texts" as a union of literals costs a node for each, and each step through
// it one for each rest. Here it is a stretch of a sorted list (name_table.h): texts lo..hi, which
// agree in their first `depth` bytes, without these. What follows a character is a stretch again.
// So a list costs what is visited of it.
//
// Short stretches are unions of literals, as they always were: equal ones are one expression,
// whichever list they come from, and most automata of large lists have few other ends.

#include <algorithm>
#include <string>
#include <vector>

#include "automata/expr_impl.h"
#include "automata/utf8.h"

namespace grammask {
namespace {

bool IsUtf8(std::string_view text) {
  uint32_t cp = 0;
  while (!text.empty()) {
    const size_t length = DecodeUtf8(text, &cp);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace

ExprId ExprPool::Impl::Texts(std::vector<std::string_view> texts) {
  SortNames(&texts);
  std::vector<ExprId> parts;
  std::vector<std::string_view> names;
  uint32_t cp = 0;
  for (const std::string_view text : texts) {
    if (!Tick()) return kEmpty;
    const size_t first = DecodeUtf8(text, &cp);
    // Single characters are one set; what is too long, or no text, is as it is by itself.
    if (first == text.size() || text.size() > kLongestName || !IsUtf8(text)) {
      parts.push_back(Literal(text));
    } else {
      names.push_back(text);
    }
  }
  if (names.size() <= kFewNames) {
    for (const std::string_view name : names) parts.push_back(Literal(name));
  } else {
    NameTable table(names);
    uint32_t id = kNone;
    const auto [known, end] = tables_by_hash.equal_range(table.hash());
    for (auto at = known; at != end && id == kNone; ++at) {
      if (*tables[at->second] == table) id = at->second;
    }
    if (id == kNone) {
      id = static_cast<uint32_t>(tables.size());
      tables_by_hash.emplace(table.hash(), id);
      Charge(table.MemoryBytes());
      tables.push_back(std::make_unique<const NameTable>(std::move(table)));
    }
    parts.push_back(Stretch(id, 0, tables[id]->size(), 0));
  }
  return Union(parts);
}

// Texts lo..hi of a table, of which all have the same first `depth` bytes, without these.
ExprId ExprPool::Impl::Stretch(uint32_t table, uint32_t lo, uint32_t hi, uint32_t depth) {
  const NameTable& names = *tables[table];
  if (hi - lo > kFewNames) return InternNames(table, lo, hi, depth);
  std::vector<ExprId> rests;
  for (; lo < hi; ++lo) rests.push_back(Literal(names.At(lo).substr(depth)));
  return Union(rests);
}

// visit(code point, what is left of the texts that go on with it), in order, for each that can come
// first, until it returns false.
void ExprPool::Impl::ForFirstOfNames(const Node& node,
                                     const std::function<bool(uint32_t, ExprId)>& visit) {
  const NameTable& names = *tables[node.a];
  uint32_t lo = node.b;
  if (names.At(lo).size() == node.depth) ++lo;  // complete; it is the first of its stretch
  while (lo < node.c && Tick()) {
    uint32_t cp = 0;
    const auto bytes = static_cast<uint32_t>(DecodeUtf8(names.At(lo).substr(node.depth), &cp));
    const uint32_t end = names.EndOfAlike(lo, node.c, node.depth, bytes);
    if (!visit(cp, Stretch(node.a, lo, end, node.depth + bytes))) return;
    lo = end;
  }
}

// The shortest of the texts, in this measure, and of several the first.
std::string_view ExprPool::Impl::ShortestName(const Node& node, Measure measure) const {
  const NameTable& names = *tables[node.a];
  const NameTable::Lengths least = names.LengthsOf(node.b, node.c);
  for (uint32_t i = node.b; i < node.c; ++i) {
    const std::string_view name = names.At(i);
    const bool shortest = measure == Measure::kBytes ? name.size() == least.min_bytes
                                                     : names.Points(i) == least.min_points;
    if (shortest) return name.substr(node.depth);
  }
  return {};
}

// One of the texts of each length from min to max code points, as literals.
std::vector<ExprId> ExprPool::Impl::NamesByLength(const Node& node, uint32_t min, uint32_t max) {
  const NameTable& names = *tables[node.a];
  const uint32_t read = names.Points(node.b) - PointsLeft(node, node.b);
  std::vector<bool> seen(node.max_len + 1, false);
  std::vector<ExprId> found;
  for (uint32_t i = node.b; i < node.c && Tick(); ++i) {
    const uint32_t length = names.Points(i) - read;
    if (length < min || length > max || seen[length]) continue;
    seen[length] = true;
    found.push_back(Literal(names.At(i).substr(node.depth)));
  }
  return found;
}

// Code points of a text behind those that are read.
uint32_t ExprPool::Impl::PointsLeft(const Node& node, uint32_t name) const {
  const std::string_view rest = tables[node.a]->At(name).substr(node.depth);
  return static_cast<uint32_t>(
      std::count_if(rest.begin(), rest.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

void ExprPool::Impl::DescribeNames(Node* node) const {
  const NameTable& names = *tables[node->a];
  const NameTable::Lengths lengths = names.LengthsOf(node->b, node->c);
  const uint32_t read = names.Points(node->b) - PointsLeft(*node, node->b);
  node->min_len = lengths.min_points - read;
  node->max_len = lengths.max_points - read;
  node->min_bytes = lengths.min_bytes - node->depth;
  node->flags = kPure | kSure;
  if (node->min_len == 0) node->flags |= kNullable;
  if (node->min_len == node->max_len) node->flags |= kDense;
}

}  // namespace grammask
