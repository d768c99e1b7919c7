// Shortest texts, and which lengths occur.
//
// Without intersection and complement the lengths are known by construction, and a text is put
// together from the structure: its size is the cost, so a repetition a billion times over has a
// length at once and a text never (kMaxWitnessBytes). With them, a search goes over derivatives
// until it meets states of the first kind.

#include <algorithm>
#include <functional>
#include <map>
#include <queue>
#include <tuple>
#include <unordered_set>

#include "automata/expr_impl.h"
#include "automata/utf8.h"

namespace grammask {
namespace {

constexpr size_t kLengthMemoLimit = 1 << 16;
// States of a search for the smallest of the shortest texts: where there are more, any will do.
constexpr uint32_t kMostCompared = 200;
constexpr size_t kChoiceBytes = size_t{64} << 20;  // bytes written to compare the members of unions

// A text being put together. What is still to come: an expression a number of times, or copies of
// what was written from `begin` on.
struct Part {
  ExprId x;  // kNone: copies
  uint32_t times;
  uint32_t length = 0;  // EmitDense: the length wanted, each time
  size_t begin = 0;
};

bool WriteCopies(const Part& part, std::string* out) {
  const size_t size = out->size() - part.begin;
  if (out->size() + size * uint64_t{part.times} > kMaxWitnessBytes) return false;
  out->reserve(out->size() + size * part.times);
  for (uint32_t i = 0; i < part.times; ++i) out->append(*out, part.begin, size);
  return true;
}

// Takes the next expression to write once. False: `out` became too long.
bool TakePart(std::vector<Part>* pending, std::string* out, Part* part) {
  *part = pending->back();
  pending->pop_back();
  if (out->size() > kMaxWitnessBytes) return false;
  if (part->x == kNone) return WriteCopies(*part, out);
  if (part->times > 1) pending->push_back({kNone, part->times - 1, 0, out->size()});
  return true;
}

}  // namespace

// --- From the structure --------------------------------------------------------------------------

// Appends the shortest text of a pure expression; members of unions are those in `choices` where
// several are shortest in code points. False: too long.
bool ExprPool::Impl::EmitChosen(ExprId x, Measure measure, std::string* out) {
  std::vector<Part> pending{{x, 1}};
  Part part;
  while (!pending.empty()) {
    if (!TakePart(&pending, out, &part) || !Tick()) return false;
    if (part.x == kNone) continue;
    const Node& node = nodes[part.x];
    if (node.Has(kNullable)) continue;
    switch (node.op) {
      case ExprOp::kSet:
        AppendUtf8(ranges[node.a].lo, out);
        break;
      case ExprOp::kLiteral:
        out->append(Text(node));
        break;
      case ExprOp::kNames:
        out->append(ShortestName(node, measure));
        break;
      case ExprOp::kConcat:
        pending.push_back({node.b, 1});
        pending.push_back({node.a, 1});
        break;
      case ExprOp::kUnion: {
        if (measure == Measure::kCodePoints) {
          if (const auto choice = choices.find(part.x); choice != choices.end()) {
            pending.push_back({choice->second, 1});
            break;
          }
        }
        for (const ExprId kid : Kids(node)) {
          if (Weight(nodes[kid], measure) != Weight(node, measure)) continue;
          pending.push_back({kid, 1});
          break;
        }
        break;
      }
      case ExprOp::kRepeat:
        pending.push_back({node.a, node.b});
        break;
      default:
        return false;  // not pure
    }
  }
  return out->size() <= kMaxWitnessBytes;
}

// Fills `choices` for every union that the shortest text of `root` passes, the inner ones first:
// children have smaller ids.
bool ExprPool::Impl::Choose(ExprId root) {
  std::vector<ExprId> pending{root}, unions;
  std::unordered_set<ExprId> seen;
  while (!pending.empty()) {
    const ExprId x = pending.back();
    pending.pop_back();
    const Node& node = nodes[x];
    if (node.Has(kNullable) || !Tick()) continue;
    if (node.op != ExprOp::kConcat && node.op != ExprOp::kRepeat && node.op != ExprOp::kUnion) {
      continue;
    }
    if (!seen.insert(x).second) continue;
    if (node.op == ExprOp::kUnion) {
      if (choices.contains(x)) continue;
      unions.push_back(x);
      for (const ExprId kid : Kids(node)) {
        if (nodes[kid].min_len == node.min_len) pending.push_back(kid);
      }
    } else {
      pending.push_back(node.a);
      if (node.op == ExprOp::kConcat) pending.push_back(node.b);
    }
  }
  std::sort(unions.begin(), unions.end());
  size_t written = 0;
  for (const ExprId x : unions) {
    const Node& node = nodes[x];
    ExprId best = kNone;
    std::string best_text, text_of;
    const auto write = [&](ExprId kid, std::string* out) {
      out->clear();
      if (!EmitChosen(kid, Measure::kCodePoints, out)) return false;
      written += out->size();
      return written <= kChoiceBytes;
    };
    for (const ExprId kid : Kids(node)) {
      if (nodes[kid].min_len != node.min_len) continue;
      if (best == kNone) {
        best = kid;
        continue;
      }
      if (best_text.empty() && !write(best, &best_text)) return false;
      if (!write(kid, &text_of)) return false;
      if (text_of < best_text) {
        best = kid;
        best_text.swap(text_of);
      }
    }
    choices.emplace(x, best);
  }
  return !Exhausted();
}

bool ExprPool::Impl::EmitShortest(ExprId x, Measure measure, std::string* out) {
  if (nodes[x].min_bytes > kMaxWitnessBytes) return false;
  if (measure == Measure::kCodePoints && !Choose(x)) return false;
  return EmitChosen(x, measure, out);
}

// Appends a text of exactly `length` code points of a dense expression, of which it must be one of
// the lengths.
bool ExprPool::Impl::EmitDense(ExprId x, uint32_t length, std::string* out) {
  std::vector<Part> pending{{x, 1, length}};
  Part part;
  while (!pending.empty()) {
    if (!TakePart(&pending, out, &part) || !Tick()) return false;
    if (part.x == kNone || part.length == 0) continue;
    const Node& node = nodes[part.x];
    if (part.length == node.min_len) {
      if (!EmitShortest(part.x, Measure::kCodePoints, out)) return false;
      continue;
    }
    switch (node.op) {
      case ExprOp::kConcat: {
        // One that is not dense takes its shortest.
        const Node &a = nodes[node.a], &b = nodes[node.b];
        const uint32_t most = b.Has(kDense) ? std::min(b.max_len, part.length) : b.min_len;
        const uint32_t first = a.Has(kDense) ? std::max(a.min_len, part.length - most) : a.min_len;
        pending.push_back({node.b, 1, part.length - first});
        pending.push_back({node.a, 1, first});
        break;
      }
      case ExprOp::kUnion:
        for (const ExprId kid : Kids(node)) {
          const Node& member = nodes[kid];
          if (!member.Has(kDense)) continue;
          if (part.length < member.min_len || part.length > member.max_len) continue;
          pending.push_back({kid, 1, part.length});
          break;
        }
        break;
      case ExprOp::kRepeat: {
        // k rounds of p or p + 1, for the least k that can be long enough.
        const uint64_t q = nodes[node.a].max_len;
        const auto k =
            static_cast<uint32_t>(std::max<uint64_t>({(part.length + q - 1) / q, node.b, 1}));
        const uint32_t p = part.length / k, longer = part.length % k;
        pending.push_back({node.a, k - longer, p});
        if (longer > 0) pending.push_back({node.a, longer, p + 1});
        break;
      }
      default:
        return false;
    }
  }
  return out->size() <= kMaxWitnessBytes;
}

// --- By search -----------------------------------------------------------------------------------

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

std::optional<uint32_t> ExprPool::Impl::ShortestLength(ExprId x, Measure measure) {
  const Node& node = nodes[x];
  if (x == kEmpty || node.Has(kVoid)) return std::nullopt;
  if (node.Has(kNullable)) return 0;
  if (node.Has(kPure)) return Weight(node, measure);
  auto& memo = shortest_memo[measure == Measure::kBytes ? 1 : 0];
  if (const auto it = memo.find(x); it != memo.end()) {
    if (it->second.length != kNone) return it->second.length;
    if (it->second.states >= owner->emptiness_states) return std::nullopt;
  }
  const Witness best = Search(x, measure, Order::kNearest, kHuge, false);
  if (Exhausted()) return std::nullopt;
  memo[x] = {best.length, owner->emptiness_states, best.least};
  if (best.length == kNone) return std::nullopt;
  return best.length;
}

bool ExprPool::Impl::LeastKnown(ExprId x) const {
  const Node& node = nodes[x];
  if (node.Has(kNullable) || node.Has(kPure)) return true;
  const auto memo = shortest_memo[0].find(x);
  return memo != shortest_memo[0].end() && memo->second.least;
}

std::optional<std::string> ExprPool::Impl::Shortest(ExprId x, Measure measure) {
  const Node& node = nodes[x];
  if (x == kEmpty || node.Has(kVoid)) return std::nullopt;
  std::string out;
  if (node.Has(kNullable)) return out;
  if (node.Has(kPure)) {
    if (!EmitShortest(x, measure, &out)) return std::nullopt;
    return out;
  }
  const std::optional<uint32_t> length = ShortestLength(x, measure);
  if (!length || *length > kMaxWitnessBytes) return std::nullopt;
  Witness best;
  if (measure == Measure::kCodePoints) best = Search(x, measure, Order::kInOrder, *length, true);
  // Where not all of the shortest could be compared, any of them is better than none.
  if (best.length == kNone) best = Search(x, measure, Order::kNearest, *length, true);
  if (best.length == kNone) return std::nullopt;
  return std::move(best.text);
}

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
