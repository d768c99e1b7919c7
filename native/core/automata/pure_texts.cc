// Texts of expressions without intersection and complement.
//
// Their lengths are known by construction, and a text is put together from the structure: its size
// is the cost, so a repetition a billion times over has a length at once and a text never
// (kMaxWitnessBytes).
#include <algorithm>
#include <unordered_set>

#include "automata/expr_impl.h"
#include "automata/text_parts.h"
#include "automata/utf8.h"

namespace grammask {

// Appends the shortest text of a pure expression; members of unions are those in `choices` where
// several are shortest in code points. False: too long.
bool ExprPool::Impl::EmitChosen(ExprId x, Measure measure, std::string* out) {
  std::vector<TextPart> pending{{x, 1}};
  TextPart part;
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
  std::vector<TextPart> pending{{x, 1, length}};
  TextPart part;
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

}  // namespace grammask
