// Steps of states inside Punycode.
//
// Such a state has 37 ways to go on, each of which asks for a decision (a_labels.cc), and the walk
// of a mask visits tens of thousands of them, most of them once. So there are no rows: a step is
// made for one character, in the manner of derivative.cc. What no character of a label leads to is
// still a row, a short one, for those who ask for characters beyond ASCII.
//
// Whether a state of a product is empty is answered by a text at hand: the completion of the state
// inside Punycode, if the other operands take it. Only if they do not is there a search, and that
// follows the completions. It finds texts, short ones but not always the least; and it proves
// nothing empty unless the other operands leave so few characters that all of them are followed.

#include <algorithm>
#include <unordered_set>

#include "automata/expr_impl.h"
#include "automata/utf8.h"

namespace grammask {
namespace {

constexpr int kDeepest = 24;           // operators nested, before rows are made after all
constexpr int kKnownSteps = 64;        // expressions looked at for a known text
constexpr size_t kLongestKnown = 512;  // bytes
constexpr size_t kFewCharacters = 4;   // that a search follows all of
constexpr size_t kMostMembers = 8;     // of a union or intersection, for a known text
constexpr size_t kMostFollowed = 16;   // characters
constexpr size_t kFollowSteps = 64;

bool IsOfLabel(uint32_t cp) {
  return cp == '-' || (cp >= '0' && cp <= '9') || (cp >= 'A' && cp <= 'Z') ||
         (cp >= 'a' && cp <= 'z');
}

// Calls visit(lo, hi) for the parts of a range that are no characters of labels.
template <typename Visit>
void OutsideLabels(uint32_t lo, uint32_t hi, Visit visit) {
  constexpr CharRange kOutside[] = {{0, '-' - 1},
                                    {'-' + 1, '0' - 1},
                                    {'9' + 1, 'A' - 1},
                                    {'Z' + 1, 'a' - 1},
                                    {'z' + 1, kMaxCodePoint}};
  for (const CharRange& range : kOutside) {
    if (range.lo <= hi && lo <= range.hi) visit(std::max(lo, range.lo), std::min(hi, range.hi));
  }
}

}  // namespace

// Products met again within one step are stepped once.
struct ExprPool::Impl::Steps {
  uint32_t cp;
  std::unordered_map<ExprId, ExprId> known{};
};

ExprId ExprPool::Impl::Step(ExprId root, uint32_t cp) {
  Steps steps{cp};
  return Step(root, &steps, 0);
}

ExprId ExprPool::Impl::LiveStep(ExprId x, uint32_t cp) {
  const ExprId target = Step(x, cp);
  const bool dead = NonEmpty(target) == Tri::kNo || Exhausted();
  return dead ? static_cast<ExprId>(kEmpty) : target;
}

ExprId ExprPool::Impl::Step(ExprId root, Steps* steps, int depth) {
  const uint32_t cp = steps->cp;
  if (!nodes[root].Has(kInLabel) || depth > kDeepest) return RowStep(root, cp);
  if (!IsOfLabel(cp)) {
    for (const Arc& arc : OtherArcs(root, 0)) {
      if (arc.lo <= cp && cp <= arc.hi) return Canon(arc.target);
    }
    return kEmpty;
  }
  struct Part {
    ExprId x, rest;
  };
  std::vector<Part> pending{{root, kEpsilon}};
  std::vector<ExprId> targets;
  std::unordered_set<uint64_t> seen;  // as in Collect
  for (size_t parts = 0; !pending.empty() && Tick(); ++parts) {
    const Part part = pending.back();
    pending.pop_back();
    if (parts > 64 && !seen.insert(uint64_t{part.x} << 32 | part.rest).second) continue;
    const Node node = nodes[part.x];
    ExprId target = kEmpty;
    if (!node.Has(kInLabel)) {
      target = RowStep(part.x, cp);
    } else if (const auto it = steps->known.find(part.x); it != steps->known.end()) {
      target = it->second;
    } else if (node.op == ExprOp::kPunycode) {
      target = LabelAfter(part.x, cp);
    } else if (node.op == ExprOp::kConcat) {
      if (nodes[node.a].Has(kNullable)) pending.push_back({node.b, part.rest});
      pending.push_back({node.a, Cons(node.b, part.rest)});
    } else if (node.op == ExprOp::kUnion) {
      for (const ExprId kid : Kids(node)) pending.push_back({kid, part.rest});
    } else if (node.op == ExprOp::kRepeat) {
      const ExprId fewer =
          Repeat(node.a, node.b == 0 ? 0 : node.b - 1, node.c == kInf ? kInf : node.c - 1);
      pending.push_back({node.a, Cons(fewer, part.rest)});
    } else if (node.op == ExprOp::kComplement) {
      target = Complement(Step(node.a, steps, depth + 1));
      steps->known.emplace(part.x, target);
    } else {
      const std::span<const ExprId> view = Kids(node);
      std::vector<ExprId> factors;
      for (const ExprId kid : std::vector<ExprId>(view.begin(), view.end())) {
        factors.push_back(Step(kid, steps, depth + 1));
        if (factors.back() == kEmpty) break;
      }
      target = Intersect(factors);
      steps->known.emplace(part.x, target);
    }
    if (target != kEmpty) targets.push_back(Cons(target, part.rest));
  }
  if (Exhausted()) return kEmpty;
  return targets.size() == 1 ? Canon(targets[0]) : Canon(Union(targets));
}

std::vector<Arc> ExprPool::Impl::OtherArcs(ExprId root, int depth) {
  if (const auto known = other_rows.find(root); known != other_rows.end()) {
    const auto begin = arcs.begin() + known->second.begin;
    return {begin, begin + known->second.count};
  }
  std::vector<Arc> out = MakeOtherArcs(root, depth);
  if (Exhausted()) return {};
  if (nodes[root].Has(kInLabel)) other_rows.emplace(root, KeepArcs(out, false));
  return out;
}

ExprPool::Impl::SearchRow ExprPool::Impl::KeepArcs(std::span<const Arc> row, bool partial) {
  const SearchRow kept{static_cast<uint32_t>(arcs.size()), static_cast<uint32_t>(row.size()),
                       partial};
  arcs.insert(arcs.end(), row.begin(), row.end());
  Charge(row.size() * sizeof(Arc) + 48);
  return kept;
}

std::vector<Arc> ExprPool::Impl::MakeOtherArcs(ExprId root, int depth) {
  std::vector<Arc> out;
  const auto keep = [&](const Arc& arc, ExprId rest) {
    OutsideLabels(arc.lo, arc.hi, [&](uint32_t lo, uint32_t hi) {
      const ExprId target = Cons(arc.target, rest);
      if (target != kEmpty) out.push_back({lo, hi, target});
    });
  };
  if (!nodes[root].Has(kInLabel) || depth > kDeepest) {
    if (!MakeRow(root)) return out;
    const std::span<const Arc> row = RawArcs(root);
    for (const Arc& arc : std::vector<Arc>(row.begin(), row.end())) keep(arc, kEpsilon);
    return out;
  }
  const Node top = nodes[root];
  if (top.op == ExprOp::kIntersect) {
    // Those inside labels come first: they have few arcs, often none.
    std::vector<ExprId> operands(Kids(top).begin(), Kids(top).end());
    std::stable_partition(operands.begin(), operands.end(),
                          [&](ExprId kid) { return nodes[kid].Has(kInLabel); });
    out = OtherArcs(operands[0], depth + 1);
    for (size_t i = 1; i < operands.size() && !out.empty(); ++i) {
      const std::vector<Arc> before = std::move(out);
      out.clear();
      std::vector<Arc> row;
      if (nodes[operands[i]].Has(kInLabel)) {
        row = OtherArcs(operands[i], depth + 1);
      } else if (MakeRow(operands[i])) {
        const std::span<const Arc> view = RawArcs(operands[i]);
        row.assign(view.begin(), view.end());
      }
      for (const Arc& arc : before) {
        auto with = std::partition_point(row.begin(), row.end(),
                                         [&](const Arc& a) { return a.hi < arc.lo; });
        for (; with != row.end() && with->lo <= arc.hi && Tick(); ++with) {
          const ExprId both[] = {arc.target, with->target};
          const ExprId target = Intersect(both);
          if (target == kEmpty) continue;
          out.push_back({std::max(arc.lo, with->lo), std::min(arc.hi, with->hi), target});
        }
      }
    }
    return out;
  }
  if (top.op == ExprOp::kComplement) {
    uint32_t next = 0;
    const auto gap = [&](uint32_t lo, uint32_t hi) {
      const CharRange range[] = {{lo, hi}};
      if (lo > hi) return;
      for (const CharRange& r : CanonicalCharSet(range)) keep({r.lo, r.hi, kAny}, kEpsilon);
    };
    for (const Arc& arc : OtherArcs(top.a, depth + 1)) {
      if (arc.lo > next) gap(next, arc.lo - 1);
      keep({arc.lo, arc.hi, Complement(arc.target)}, kEpsilon);
      next = arc.hi + 1;
    }
    gap(next, kMaxCodePoint);
    return out;
  }
  struct Part {
    ExprId x, rest;
  };
  std::vector<Part> pending{{root, kEpsilon}};
  std::unordered_set<uint64_t> seen;
  for (size_t parts = 0; !pending.empty() && Tick(); ++parts) {
    const Part part = pending.back();
    pending.pop_back();
    if (parts > 64 && !seen.insert(uint64_t{part.x} << 32 | part.rest).second) continue;
    const Node node = nodes[part.x];
    if (node.op == ExprOp::kPunycode) continue;
    if (!node.Has(kInLabel) || node.op == ExprOp::kIntersect || node.op == ExprOp::kComplement) {
      for (const Arc& arc : OtherArcs(part.x, depth + 1)) keep(arc, part.rest);
    } else if (node.op == ExprOp::kConcat) {
      if (nodes[node.a].Has(kNullable)) pending.push_back({node.b, part.rest});
      pending.push_back({node.a, Cons(node.b, part.rest)});
    } else if (node.op == ExprOp::kUnion) {
      for (const ExprId kid : Kids(node)) pending.push_back({kid, part.rest});
    } else {
      const ExprId fewer =
          Repeat(node.a, node.b == 0 ? 0 : node.b - 1, node.c == kInf ? kInf : node.c - 1);
      pending.push_back({node.a, Cons(fewer, part.rest)});
    }
  }
  ArcList swept(out);
  if (!Sweep(&swept) || Exhausted()) return {};
  out.assign(swept.begin(), swept.end());
  std::erase_if(out, [&](const Arc& arc) { return Canon(arc.target) == kEmpty; });
  return out;
}

bool ExprPool::Impl::Accepts(ExprId x, std::string_view utf8) {
  uint32_t cp = 0;
  while (!utf8.empty() && x != kEmpty) {
    utf8.remove_prefix(DecodeUtf8(utf8, &cp));
    x = Step(x, cp);
  }
  return nodes[x].Has(kNullable);
}

std::optional<std::string> ExprPool::Impl::Known(ExprId x) {
  int left = kKnownSteps;
  return Known(x, &left);
}

std::optional<std::string> ExprPool::Impl::Known(ExprId x, int* left) {
  const Node node = nodes[x];
  if (node.Has(kNullable)) return std::string();
  if (--*left < 0 || x == kEmpty || node.Has(kVoid)) return std::nullopt;
  if (node.Has(kPure)) {
    std::string out;
    if (node.min_bytes > kLongestKnown || !EmitShortest(x, Measure::kBytes, &out)) {
      return std::nullopt;
    }
    return out;
  }
  switch (node.op) {
    case ExprOp::kPunycode: {
      const std::optional<std::string_view> completion = Completion(node);
      if (!completion) return std::nullopt;
      return std::string(*completion);
    }
    case ExprOp::kConcat: {
      std::optional<std::string> head = Known(node.a, left);
      if (!head) return std::nullopt;
      const std::optional<std::string> tail = Known(node.b, left);
      if (!tail || head->size() + tail->size() > kLongestKnown) return std::nullopt;
      return *head + *tail;
    }
    case ExprOp::kUnion:
    case ExprOp::kIntersect: {
      // Of a union any will do, of an intersection one that all the others take.
      std::vector<ExprId> members(Kids(node).begin(), Kids(node).end());
      if (members.size() > kMostMembers) return std::nullopt;
      for (const ExprId member : members) {
        if (node.op == ExprOp::kIntersect && !nodes[member].Has(kInLabel)) continue;
        std::optional<std::string> text = Known(member, left);
        if (!text) continue;
        const bool taken = node.op == ExprOp::kUnion ||
                           std::all_of(members.begin(), members.end(), [&](ExprId other) {
                             return other == member || Accepts(other, *text);
                           });
        if (taken) return text;
      }
      return std::nullopt;
    }
    default:
      return std::nullopt;
  }
}

// Characters of labels that a search follows: the next ones of completions, and one for each way
// that leads on outside of Punycode.
std::string ExprPool::Impl::CharactersToFollow(ExprId root) {
  std::string follow;
  const auto add = [&](char c) {
    if (follow.size() < kMostFollowed && follow.find(c) == std::string::npos) follow.push_back(c);
  };
  std::vector<ExprId> pending{root};
  for (size_t steps = 0; !pending.empty() && steps < kFollowSteps; ++steps) {
    const ExprId x = pending.back();
    const Node node = nodes[x];
    pending.pop_back();
    if (!node.Has(kInLabel)) {
      if (!MakeRow(x)) return {};
      for (const Arc& arc : RawArcs(x)) {
        for (uint32_t cp = std::max<uint32_t>(arc.lo, '-'); cp <= std::min<uint32_t>(arc.hi, 'z');
             ++cp) {
          if (!IsOfLabel(cp)) continue;
          add(static_cast<char>(cp));
          break;
        }
      }
    } else if (node.op == ExprOp::kPunycode) {
      const std::optional<std::string_view> text = Completion(node);
      if (text && !text->empty()) add((*text)[0]);
    } else if (node.op == ExprOp::kUnion || node.op == ExprOp::kIntersect) {
      // The other operands of an intersection only choose.
      for (const ExprId kid : Kids(node)) {
        if (node.op == ExprOp::kUnion || nodes[kid].Has(kInLabel)) pending.push_back(kid);
      }
    } else {
      if (node.op == ExprOp::kConcat && nodes[node.a].Has(kNullable)) pending.push_back(node.b);
      pending.push_back(node.a);
    }
  }
  return follow;
}

// The characters of labels that the operands of an intersection outside of labels leave, capitals
// with them.
std::string ExprPool::Impl::CharactersLeft(ExprId x) {
  std::string left;
  for (uint32_t cp = '-'; cp <= 'z'; ++cp) {
    if (IsOfLabel(cp)) left.push_back(static_cast<char>(cp));
  }
  std::vector<ExprId> pending{x};
  while (!pending.empty() && Tick()) {
    const Node node = nodes[pending.back()];
    const ExprId at = pending.back();
    pending.pop_back();
    if (!node.Has(kInLabel)) {
      std::erase_if(left, [&](char c) { return RowStep(at, static_cast<uint8_t>(c)) == kEmpty; });
    } else if (node.op == ExprOp::kIntersect) {
      pending.insert(pending.end(), Kids(node).begin(), Kids(node).end());
    } else if (node.op == ExprOp::kConcat && !nodes[node.a].Has(kNullable)) {
      pending.push_back(node.a);
    }
  }
  return left;
}

std::span<const Arc> ExprPool::Impl::SearchArcs(ExprId x, bool* partial) {
  *partial = false;
  if (!nodes[x].Has(kInLabel)) {
    if (!MakeRow(x)) return {};
    return RawArcs(x);
  }
  const auto known = search_rows.find(x);
  if (known == search_rows.end()) {
    if (nodes[x].row != kNone) return RawArcs(x);
    std::string follow = CharactersLeft(x);
    if (follow.size() > 2 * kFewCharacters) {
      *partial = true;
      follow = CharactersToFollow(x);
    }
    std::vector<Arc> row = OtherArcs(x, 0);
    for (const char c : follow) {
      const auto cp = static_cast<uint8_t>(c);
      const ExprId target = Step(x, cp);
      if (target != kEmpty) row.push_back({cp, cp, target});
    }
    if (Exhausted()) return {};
    std::sort(row.begin(), row.end(), [](const Arc& a, const Arc& b) { return a.lo < b.lo; });
    const SearchRow made = KeepArcs(row, *partial);
    search_rows.emplace(x, made);
    return {arcs.data() + made.begin, made.count};
  }
  *partial = known->second.partial;
  return {arcs.data() + known->second.begin, known->second.count};
}

}  // namespace grammask
