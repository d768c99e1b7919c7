// Rows of arcs.
//
// The derivatives of an expression by all code points at once: a walk collects (range, what
// follows) for every character that can come first, in the manner of Antimirov's partial
// derivatives, and a sweep over the ranges unites what follows. The walk looks through unions,
// concatenations and repetitions with an explicit stack; only intersections and complements need
// the finished rows of their operands, which are made first.
//
// Source: Antimirov, Partial derivatives of regular expressions and finite automaton constructions
// (1996).

#include <algorithm>
#include <tuple>
#include <unordered_set>

#include "automata/expr_impl.h"
#include "automata/utf8.h"

namespace grammask {

// `missing`: operands whose rows must be made first.
void ExprPool::Impl::Collect(ExprId x, ArcList* emitted, ExprIdList* missing) {
  struct Step {
    ExprId x, rest;
  };
  ShortList<Step, 32> pending;
  pending.push_back({x, kEpsilon});
  std::unordered_set<uint64_t>
      seen;  // of use only where sub-expressions are shared, so it starts late
  size_t steps = 0;
  while (!pending.empty() && Tick()) {
    const Step step = pending.back();
    pending.pop_back();
    const Node node = nodes[step.x];
    if (++steps > 64 && !seen.insert(uint64_t{step.x} << 32 | step.rest).second) continue;
    switch (node.op) {
      case ExprOp::kEmpty:
      case ExprOp::kEpsilon:
      case ExprOp::kBytes:  // no node: Import
        break;
      case ExprOp::kSet:
        for (const CharRange& range : Ranges(node)) {
          emitted->push_back({range.lo, range.hi, step.rest});
        }
        break;
      case ExprOp::kLiteral: {
        uint32_t first = 0;
        const ExprId suffix = LiteralSuffix(step.x, &first);
        emitted->push_back({first, first, Cons(suffix, step.rest)});
        break;
      }
      case ExprOp::kNames:
        ForFirstOfNames(node, [&](uint32_t cp, ExprId rest) {
          emitted->push_back({cp, cp, Cons(rest, step.rest)});
          return true;
        });
        break;
      case ExprOp::kConcat:
        if (nodes[node.a].Has(kNullable)) pending.push_back({node.b, step.rest});
        pending.push_back({node.a, Cons(node.b, step.rest)});
        break;
      case ExprOp::kUnion:
        for (const ExprId kid : Kids(node)) pending.push_back({kid, step.rest});
        break;
      case ExprOp::kRepeat: {
        const ExprId fewer =
            Repeat(node.a, node.b == 0 ? 0 : node.b - 1, node.c == kInf ? kInf : node.c - 1);
        pending.push_back({node.a, Cons(fewer, step.rest)});
        break;
      }
      case ExprOp::kPunycode:
        for (const char c : kLabelCharacters) {
          const ExprId after = LabelAfter(step.x, static_cast<uint8_t>(c));
          if (after == kEmpty) continue;
          const ExprId target = Cons(after, step.rest);
          const auto cp = static_cast<uint8_t>(c);
          emitted->push_back({cp, cp, target});
          if (c < 'a') continue;
          const uint32_t capital = cp - uint32_t{'a' - 'A'};
          emitted->push_back({capital, capital, target});
        }
        break;
      case ExprOp::kIntersect:
      case ExprOp::kComplement:
        if (node.row == kNone) {
          missing->push_back(step.x);
          break;
        }
        for (uint32_t i = 0; i < rows[node.row].raw_count; ++i) {
          const Arc arc = arcs[rows[node.row].raw + i];
          emitted->push_back({arc.lo, arc.hi, Cons(arc.target, step.rest)});
        }
        break;
    }
  }
}

// Turns ranges that may overlap into arcs that do not. False: the budget is exhausted.
bool ExprPool::Impl::Sweep(ArcList* list) {
  ArcList& in = *list;
  const auto key = [](const Arc& a) { return std::tie(a.lo, a.hi, a.target); };
  std::sort(in.begin(), in.end(), [&](const Arc& a, const Arc& b) { return key(a) < key(b); });
  in.truncate(std::unique(in.begin(), in.end(),
                          [&](const Arc& a, const Arc& b) { return key(a) == key(b); }));
  bool disjoint = true;
  for (size_t i = 1; i < in.size() && disjoint; ++i) disjoint = in[i - 1].hi < in[i].lo;
  if (disjoint) return true;

  ShortList<uint32_t, 128> bounds;  // where a segment begins
  for (const Arc& arc : in) {
    bounds.push_back(arc.lo);
    bounds.push_back(arc.hi + 1);
  }
  SortUnique(&bounds);
  const auto index = [&](uint32_t bound) {
    return static_cast<size_t>(std::lower_bound(bounds.begin(), bounds.end(), bound) -
                               bounds.begin());
  };
  // The targets of each segment, as lists in one array: counted first, then filled.
  ShortList<size_t, 128> begins;
  begins.resize(bounds.size() + 1, 0);
  for (const Arc& arc : in) {
    const size_t end = index(arc.hi + 1);
    for (size_t s = index(arc.lo); s < end; ++s) {
      ++begins[s + 1];
      if (!Tick()) return false;
    }
  }
  for (size_t s = 1; s < begins.size(); ++s) begins[s] += begins[s - 1];
  ShortList<ExprId, 128> targets;
  targets.resize(begins.back(), kEmpty);
  ShortList<size_t, 128> fill;
  fill.append(begins.begin(), begins.end());
  for (const Arc& arc : in) {
    const size_t end = index(arc.hi + 1);
    for (size_t s = index(arc.lo); s < end; ++s) targets[fill[s]++] = arc.target;
  }
  in.clear();
  for (size_t s = 0; s + 1 < bounds.size(); ++s) {
    const std::span<const ExprId> list(targets.data() + begins[s], begins[s + 1] - begins[s]);
    if (list.empty()) continue;
    if (!Tick()) return false;
    const ExprId target = list.size() == 1 ? list[0] : Union(list);
    in.push_back({bounds[s], bounds[s + 1] - 1, target});
  }
  return true;
}

// Drops arcs to EMPTY, joins neighbours, and keeps the row. False if the budget ran out on the way:
// then the row is not to be trusted.
bool ExprPool::Impl::Store(ExprId x, const ArcList& row) {
  if (Exhausted()) return false;
  Row made;
  made.raw = static_cast<uint32_t>(arcs.size());
  for (const Arc& arc : row) {
    const ExprId target = Canon(arc.target);
    if (target == kEmpty) continue;
    if (arcs.size() > made.raw && arcs.back().target == target && arcs.back().hi + 1 == arc.lo) {
      arcs.back().hi = arc.hi;
    } else {
      arcs.push_back({arc.lo, arc.hi, target});
    }
  }
  made.raw_count = static_cast<uint32_t>(arcs.size()) - made.raw;
  Charge(made.raw_count * sizeof(Arc) + sizeof(Row));
  nodes[x].row = static_cast<uint32_t>(rows.size());
  rows.push_back(made);
  return true;
}

bool ExprPool::Impl::MakeRow(ExprId root) {
  if (nodes[root].row != kNone) return true;
  ExprIdList pending;
  pending.push_back(root);
  while (!pending.empty()) {
    if (!Tick()) return false;
    const ExprId x = pending.back();
    const Node node = nodes[x];
    if (node.row != kNone) {
      pending.pop_back();
      continue;
    }
    ArcList row;
    if (node.op == ExprOp::kIntersect || node.op == ExprOp::kComplement) {
      ExprIdList operands;
      if (node.op == ExprOp::kComplement) {
        operands.push_back(node.a);
      } else {
        operands.append(Kids(node).begin(), Kids(node).end());
      }
      const size_t before = pending.size();
      for (const ExprId kid : operands) {
        if (nodes[kid].row == kNone) pending.push_back(kid);
      }
      if (pending.size() > before) continue;
      if (node.op == ExprOp::kComplement) {
        // What the operand has no arc for leads to every text.
        uint32_t next = 0;
        const auto gap = [&](uint32_t lo, uint32_t hi) {
          const CharRange range[] = {{lo, hi}};
          if (lo > hi) return;
          for (const CharRange& r : CanonicalCharSet(range)) row.push_back({r.lo, r.hi, kAny});
        };
        for (const Arc& arc : ArcList(RawArcs(node.a))) {
          if (arc.lo > next) gap(next, arc.lo - 1);
          row.push_back({arc.lo, arc.hi, Complement(arc.target)});
          next = arc.hi + 1;
        }
        gap(next, kMaxCodePoint);
      } else {
        ShortList<size_t, 16> at, ends;
        for (const ExprId operand : operands) {
          const Row& made = rows[nodes[operand].row];
          at.push_back(made.raw);
          ends.push_back(size_t{made.raw} + made.raw_count);
        }
        ExprIdList targets;
        targets.resize(operands.size(), kEmpty);
        uint32_t position = 0;
        bool more = true;
        while (more) {
          if (!Tick()) return false;
          uint32_t lo = position, hi = kMaxCodePoint;
          for (size_t i = 0; i < operands.size() && more; ++i) {
            while (at[i] < ends[i] && arcs[at[i]].hi < position) ++at[i];
            more = at[i] < ends[i];
            if (!more) break;
            const Arc& arc = arcs[at[i]];
            lo = std::max(lo, arc.lo);
            hi = std::min(hi, arc.hi);
            targets[i] = arc.target;
          }
          if (!more) break;
          if (lo > position) {
            position = lo;  // someone has a gap before it: look again from there
            continue;
          }
          row.push_back({position, hi, Intersect(targets)});
          position = hi + 1;
        }
      }
    } else {
      ExprIdList missing;
      Collect(x, &row, &missing);
      if (!missing.empty()) {
        pending.append(missing.begin(), missing.end());
        continue;
      }
      if (!Sweep(&row)) return false;
    }
    if (!Store(x, row)) return false;
    pending.pop_back();
  }
  return true;
}

std::span<const Arc> ExprPool::Impl::LiveArcs(ExprId x) {
  if (!MakeRow(x)) return {};
  const uint32_t id = nodes[x].row;
  if (!rows[id].filtered) {
    const std::span<const Arc> raw = RawArcs(x);
    ArcList live;
    const bool certain = std::all_of(raw.begin(), raw.end(),
                                     [&](const Arc& arc) { return nodes[arc.target].Has(kSure); });
    if (!certain) {
      // A search adds rows, so the arcs are copied first.
      for (const Arc& arc : ArcList(raw)) {
        if (NonEmpty(arc.target) != Tri::kNo) live.push_back(arc);
      }
      if (Exhausted()) return {};
    }
    Row& row = rows[id];
    row.live = row.raw;
    row.live_count = row.raw_count;
    if (!certain && live.size() < row.raw_count) {
      row.live = static_cast<uint32_t>(arcs.size());
      row.live_count = static_cast<uint32_t>(live.size());
      arcs.insert(arcs.end(), live.begin(), live.end());
      Charge(live.size() * sizeof(Arc));
    }
    row.filtered = true;
  }
  return {arcs.data() + rows[id].live, rows[id].live_count};
}

}  // namespace grammask
