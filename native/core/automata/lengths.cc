// Which lengths the texts of an expression have.
//
// Without intersection and complement the least and the greatest are known, and mostly that all
// between them occur ("dense"). Otherwise the states behind one, two, three code points are looked
// at, until they repeat.
#include <algorithm>
#include <map>
#include <unordered_set>

#include "automata/expr_impl.h"
#include "automata/utf8.h"

namespace grammask {
namespace {

constexpr size_t kLengthMemoLimit = 1 << 16;

}  // namespace

// The states after exactly n code points, layer by layer. Unions fall apart into their members. A
// dense state is not kept but noted: n plus its interval of lengths is a hit. When a set of states
// occurs again the layers repeat from there on, and the hits of the period with them.
struct ExprPool::Impl::LengthSearch {
  struct Hit {
    uint32_t layer;
    ExprId x;
    uint32_t lo, hi;  // lengths from the layer on
  };

  Impl& pool;
  const uint32_t min, max;
  const bool want_least;  // look for the least length, not for any
  std::vector<std::vector<ExprId>> layers{};
  std::vector<Hit> hits{};
  bool left_out = false;  // some arcs were not followed
  uint32_t period =
      0;  // 0: none found; else the last layer is followed by the one `period` before its successor
  uint64_t best = kNone;  // the least length found
  Hit best_hit{};
  uint64_t best_layer = 0;  // where best_hit is taken, counted through the periods

  // The least length in [min, max] that a hit gives at a layer, counted through the periods.
  void Offer(const Hit& hit, uint64_t layer) {
    const uint64_t length = std::max<uint64_t>(min, layer + hit.lo);
    const uint64_t most = hit.hi == kInf ? kInf : layer + hit.hi;
    if (length > most || length > max || length >= best) return;
    best = length;
    best_hit = hit;
    best_layer = layer;
  }

  // Of a list of texts, one of each length.
  std::vector<ExprId> Members(const Node& node) const {
    if (node.op == ExprOp::kNames) return pool.NamesByLength(node, 0, kInf);
    return {pool.Kids(node).begin(), pool.Kids(node).end()};
  }

  void Add(ExprId state, std::vector<ExprId>* layer, std::unordered_set<ExprId>* seen) {
    std::vector<ExprId> parts{state};
    while (!parts.empty()) {
      const ExprId x = parts.back();
      parts.pop_back();
      const Node node = pool.nodes[x];
      if (x == kEmpty || node.Has(kVoid)) continue;
      const auto now = static_cast<uint32_t>(layers.size());
      if (uint64_t{now} + node.min_len > max) continue;
      if (!seen->insert(x).second) continue;
      if (node.Has(kDense)) {
        hits.push_back({now, x, node.min_len, node.max_len});
        Offer(hits.back(), now);
        continue;
      }
      if (node.op == ExprOp::kUnion || node.op == ExprOp::kNames) {
        const std::vector<ExprId> members = Members(node);
        parts.insert(parts.end(), members.begin(), members.end());
        continue;
      }
      if (node.Has(kNullable)) {
        hits.push_back({now, kEpsilon, 0, 0});
        Offer(hits.back(), now);
      }
      layer->push_back(x);
    }
  }

  Tri Run(ExprId x) {
    size_t states = 0;
    std::map<std::vector<ExprId>, uint32_t> known;
    std::vector<ExprId> layer;
    std::unordered_set<ExprId> seen;
    Add(x, &layer, &seen);
    while (true) {
      const auto now = static_cast<uint32_t>(layers.size());
      std::sort(layer.begin(), layer.end());
      if (best != kNone && (!want_least || best <= now)) return Tri::kYes;
      if (layer.empty() || now >= max) break;
      const auto [it, fresh] = known.emplace(layer, now);
      if (!fresh) {
        Repeat(it->second, now);
        break;
      }
      states += layer.size();
      if (states > pool.owner->emptiness_states) return Tri::kUndecided;
      layers.push_back(layer);
      std::vector<ExprId> next;
      seen.clear();
      for (const ExprId state : layer) {
        bool partial = false;
        for (const Arc& arc : pool.SearchArcs(state, &partial)) Add(arc.target, &next, &seen);
        if (pool.Exhausted()) return Tri::kUndecided;
        left_out |= partial;
      }
      layer.swap(next);
    }
    return best != kNone ? Tri::kYes : left_out ? Tri::kUndecided : Tri::kNo;
  }

  // Layer `now` is layer `first` again: every hit after `first` comes back with the period. (Those
  // of `first` itself came from the layer before it.)
  void Repeat(uint32_t first, uint32_t now) {
    period = now - first;
    for (const Hit& hit : std::vector<Hit>(hits)) {
      if (hit.layer <= first || hit.layer > now) continue;
      const uint64_t most = hit.hi == kInf ? kInf : uint64_t{hit.layer} + hit.hi;
      const uint64_t rounds = most >= min ? 0 : (min - most + period - 1) / period;
      Offer(hit, hit.layer + rounds * period);
    }
  }

  size_t LayerIndex(uint64_t layer) const {
    if (layer < layers.size()) return static_cast<size_t>(layer);
    const uint64_t first = layers.size() - period;
    return static_cast<size_t>(first + (layer - first) % period);
  }

  bool Leads(ExprId target, ExprId to) const {
    std::vector<ExprId> parts{target};
    while (!parts.empty()) {
      const ExprId x = parts.back();
      parts.pop_back();
      if (x == to) return true;
      const Node node = pool.nodes[x];
      const bool parted = node.op == ExprOp::kUnion || node.op == ExprOp::kNames;
      if (!parted || node.Has(kDense)) continue;
      const std::vector<ExprId> members = Members(node);
      parts.insert(parts.end(), members.begin(), members.end());
    }
    return false;
  }

  // A text of length `best`, found backwards from its hit.
  std::optional<std::string> Text() {
    if (best > kMaxWitnessBytes) return std::nullopt;
    std::vector<uint32_t> cps;
    ExprId to = best_hit.x;
    const bool accepting = to == kEpsilon && best_hit.hi == 0;
    for (uint64_t layer = best_layer; layer > 0; --layer) {
      bool stepped = false;
      for (const ExprId from : layers[LayerIndex(layer - 1)]) {
        bool partial = false;
        for (const Arc& arc : pool.SearchArcs(from, &partial)) {
          if (!pool.Tick()) return std::nullopt;
          // A hit of ε stands for any accepting state, at its own layer only.
          const bool ends =
              accepting && layer == best_layer && pool.nodes[arc.target].Has(kNullable);
          if (!ends && !Leads(arc.target, to)) continue;
          cps.push_back(arc.lo);
          to = from;
          stepped = true;
          break;
        }
        if (stepped) break;
      }
      if (!stepped) return std::nullopt;
    }
    std::string out;
    for (size_t i = cps.size(); i-- > 0;) AppendUtf8(cps[i], &out);
    const auto rest = static_cast<uint32_t>(best - best_layer);
    if (rest > 0 && !pool.EmitDense(best_hit.x, rest, &out)) return std::nullopt;
    return out;
  }
};

Tri ExprPool::Impl::HasLength(ExprId x, uint32_t min, uint32_t max) {
  const Node node = nodes[x];
  if (min > max || x == kEmpty || node.Has(kVoid)) return Tri::kNo;
  if (node.min_len > max || node.max_len < min) return Tri::kNo;
  if (node.Has(kDense)) return Tri::kYes;
  if (min == 0 && max == kInf) return NonEmpty(x);
  if (min == 0 && node.Has(kNullable)) return Tri::kYes;
  if (node.Has(kPure) && node.min_len >= min) return Tri::kYes;
  const LengthKey key{x, min, max};
  if (const auto it = length_memo.find(key); it != length_memo.end()) return it->second;
  Tri answer = Tri::kUndecided;
  if (node.op == ExprOp::kNames) {
    answer = NamesByLength(node, min, max).empty() ? Tri::kNo : Tri::kYes;
    if (!Exhausted()) length_memo.emplace(key, answer);
    return answer;
  }
  const std::optional<uint32_t> shortest = ShortestLength(x, Measure::kCodePoints);
  if (shortest) {
    if (*shortest >= min && (*shortest <= max || LeastKnown(x))) {
      answer = *shortest <= max ? Tri::kYes : Tri::kNo;
    } else {
      answer = LengthSearch{*this, min, max, false}.Run(x);
    }
  } else if (nodes[x].Has(kVoid)) {
    answer = Tri::kNo;
  } else {
    answer = LengthSearch{*this, min, max, false}.Run(x);
  }
  if (!Exhausted()) {
    if (length_memo.size() >= kLengthMemoLimit) length_memo.clear();
    length_memo.emplace(key, answer);
  }
  return answer;
}

std::optional<std::string> ExprPool::Impl::ShortestOfLength(ExprId x, uint32_t min, uint32_t max) {
  const Node node = nodes[x];
  if (min > max || x == kEmpty || node.Has(kVoid)) return std::nullopt;
  if (node.min_len > max || node.max_len < min) return std::nullopt;
  const std::optional<uint32_t> shortest = ShortestLength(x, Measure::kCodePoints);
  if (shortest && *shortest >= min && (*shortest <= max || LeastKnown(x))) {
    if (*shortest > max) return std::nullopt;
    return Shortest(x, Measure::kCodePoints);
  }
  if (node.Has(kDense)) {
    std::string out;
    if (!EmitDense(x, min, &out)) return std::nullopt;
    return out;
  }
  LengthSearch search{*this, min, max, true};
  if (search.Run(x) != Tri::kYes || Exhausted()) return std::nullopt;
  return search.Text();
}

}  // namespace grammask
