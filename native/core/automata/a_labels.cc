// The states of PUNYCODE(x): what was read of an A-label, and whether it can still become one.
//
// A hyphen further on turns everything before it into basic characters, so nothing of the text may
// be forgotten: the text read is the state. Each state has few neighbours that anyone ever visits,
// and no row is made of it unless somebody asks (a_label_arcs.cc).
//
// Whether a state is empty cannot be told by a search over its derivatives, of which there are 37 a
// step. It is decided when the state is made, by looking for a *completion*: characters that,
// behind the text read, end in the code of a text of x.
//
// - None, if the text read is such a code.
// - That of the state before, less its first character, if this is the one that was read.
// - Digits that finish the integer in progress, or begin one. What so many digits can be worth is
//   an interval without gaps, and their number grows with their worth. So the code points and
//   places they lead to are tried in order, with leaps over code points that are in no text of x.
// - A hyphen, and then the same behind the whole text as basic characters; there one small letter
//   at the right place will do in nearly all cases.
// - The fewest characters inserted into basic ones, where one is not enough: a text that begins
//   and ends with hyphens needs two for a host name.
// - Near the greatest length, whatever is left, all of it: inserted code points and basic
//   characters never go away, so one that is in no text of x ends a line of the search.
//
// All of this tries a bounded number of texts. When nothing is found and not all was tried, the
// state counts as alive and stays undecided.
//
// Source: RFC 3492.

#include <algorithm>
#include <set>
#include <tuple>

#include "automata/expr_impl.h"
#include "automata/punycode.h"
#include "automata/utf8.h"

namespace grammask {
namespace {

// Texts tried in each part of the search for a completion.
constexpr uint32_t kFewTries = 96, kTries = 400;
constexpr uint32_t kMostInserted = 8;        // into basic characters
constexpr size_t kMostTargets = 16;          // followed from one state
constexpr uint32_t kAllTries = 20000;        // where all is tried
constexpr uint32_t kAllRoom = 8;             // characters left at which that begins
constexpr size_t kAlphabetRanges = 1 << 18;  // ranges handled to find an alphabet

}  // namespace

// A set that holds every character of every text of the operand. From the structure: what an
// intersection rules out by more than its operands' characters is not seen.
const CharSet& ExprPool::Impl::Alphabet(ExprId operand) {
  const auto known = alphabets.find(operand);
  if (known != alphabets.end()) return known->second;
  const CharRange every[] = {{0, kMaxCodePoint}};
  std::unordered_map<ExprId, CharSet> of;
  std::vector<ExprId> pending{operand};
  size_t handled = 0;
  while (!pending.empty() && handled < kAlphabetRanges && Tick()) {
    const ExprId x = pending.back();
    const Node node = nodes[x];
    ++handled;
    std::vector<ExprId> operands;
    switch (node.op) {
      case ExprOp::kConcat:
        operands = {node.a, node.b};
        break;
      case ExprOp::kUnion:
      case ExprOp::kIntersect:
        operands.assign(Kids(node).begin(), Kids(node).end());
        break;
      case ExprOp::kRepeat:
        operands = {node.a};
        break;
      default:
        break;
    }
    const size_t before = pending.size();
    for (const ExprId kid : operands) {
      if (!of.contains(kid)) pending.push_back(kid);
    }
    if (pending.size() > before) continue;
    pending.pop_back();
    CharSet set;
    if (node.op == ExprOp::kSet) {
      set.assign(Ranges(node).begin(), Ranges(node).end());
    } else if (node.op == ExprOp::kLiteral) {
      uint32_t cp = 0;
      for (std::string_view rest = Text(node); !rest.empty();) {
        rest.remove_prefix(DecodeUtf8(rest, &cp));
        set.push_back({cp, cp});
      }
      set = CanonicalCharSet(set);
    } else if (node.op == ExprOp::kNames) {
      uint32_t cp = 0;
      for (uint32_t i = node.b; i < node.c; ++i) {
        const std::string_view name = NamesOf(node).At(i).substr(node.depth);
        for (std::string_view rest = name; !rest.empty();) {
          rest.remove_prefix(DecodeUtf8(rest, &cp));
          set.push_back({cp, cp});
        }
        if (set.size() > kAlphabetRanges) set = CanonicalCharSet(set);
        handled += name.size() / 16;
      }
      set = CanonicalCharSet(set);
    } else if (node.op == ExprOp::kIntersect) {
      set = of[operands[0]];
      for (const ExprId kid : operands) set = IntersectCharSets(set, of[kid]);
    } else if (operands.empty()) {
      if (node.op != ExprOp::kEmpty && node.op != ExprOp::kEpsilon) set = CanonicalCharSet(every);
    } else {
      for (const ExprId kid : operands) set.insert(set.end(), of[kid].begin(), of[kid].end());
      set = CanonicalCharSet(set);
    }
    handled += set.size();
    of[x] = std::move(set);
  }
  CharSet found = pending.empty() ? std::move(of[operand]) : CanonicalCharSet(every);
  if (Exhausted()) return spare_alphabet_ = std::move(found);
  Charge(found.size() * sizeof(CharRange));
  return alphabets.emplace(operand, std::move(found)).first->second;
}

ExprId ExprPool::Impl::RowStep(ExprId x, uint32_t cp) {
  if (x == kEmpty) return kEmpty;
  if (nodes[x].row == kNone && nodes[x].op == ExprOp::kIntersect && !nodes[x].Has(kInLabel)) {
    // The rules of host names take a row of a thousand arcs together, and decoding visits many
    // states for one character each: so the operands are stepped.
    const uint64_t key = uint64_t{x} << 32 | cp;
    if (const auto known = product_steps.find(key); known != product_steps.end()) {
      return Canon(known->second);
    }
    const std::vector<ExprId> operands(Kids(nodes[x]).begin(), Kids(nodes[x]).end());
    std::vector<ExprId> targets;
    for (const ExprId operand : operands) {
      // No deeper: what is nested takes its row.
      targets.push_back(MakeRow(operand) ? RowStep(operand, cp) : static_cast<ExprId>(kEmpty));
      if (targets.back() == kEmpty) break;
    }
    const ExprId target =
        targets.back() == kEmpty ? static_cast<ExprId>(kEmpty) : Intersect(targets);
    if (Exhausted()) return kEmpty;
    product_steps.emplace(key, target);
    Charge(32);
    return Canon(target);
  }
  if (!MakeRow(x)) return kEmpty;
  const std::span<const Arc> row = RawArcs(x);
  const auto arc =
      std::partition_point(row.begin(), row.end(), [&](const Arc& a) { return a.hi < cp; });
  return arc != row.end() && arc->lo <= cp ? Canon(arc->target) : static_cast<ExprId>(kEmpty);
}

// Characters beyond ASCII behind a state of an operand: the least one for each of the first few
// states that they lead to.
std::span<const Arc> ExprPool::Impl::Inserts(ExprId x) {
  auto known = insert_rows.find(x);
  if (known == insert_rows.end()) {
    if (!MakeRow(x)) return {};
    std::vector<Arc> row;
    for (const Arc& arc : RawArcs(x)) {
      if (arc.hi < 0x80 || row.size() == kMostTargets) continue;
      const bool there = std::any_of(row.begin(), row.end(),
                                     [&](const Arc& other) { return other.target == arc.target; });
      if (!there) row.push_back({std::max(arc.lo, 0x80u), arc.hi, arc.target});
    }
    known = insert_rows.emplace(x, KeepArcs(row, false)).first;
  }
  return {arcs.data() + known->second.begin, known->second.count};
}

// The search for completions of one state.
struct ExprPool::Impl::LabelSearch {
  Impl& pool;
  const ExprId operand;
  const CharSet& alphabet;
  uint32_t tries = 0;  // left
  bool cut = false;    // something was not tried

  // The least code point from `cp` on that is in texts of the operand.
  uint32_t NextAllowed(uint64_t cp) const {
    const auto range = std::partition_point(alphabet.begin(), alphabet.end(),
                                            [&](const CharRange& r) { return r.hi < cp; });
    if (range == alphabet.end()) return kNone;
    return std::max(range->lo, static_cast<uint32_t>(cp));
  }
  bool Allowed(std::span<const uint32_t> points) const {
    return std::all_of(points.begin(), points.end(),
                       [&](uint32_t cp) { return NextAllowed(cp) == cp; });
  }
  bool Allowed(std::string_view basic) const {
    return std::all_of(basic.begin(), basic.end(), [&](char c) {
      const auto cp = static_cast<uint8_t>(c);
      return NextAllowed(cp) == cp;
    });
  }
  bool Matches(std::span<const uint32_t> points) const {
    ExprId state = operand;
    for (const uint32_t cp : points) {
      state = pool.RowStep(state, cp);
      if (state == kEmpty) return false;
    }
    return pool.nodes[state].Has(kNullable);
  }
  // One more text is tried: false if there were enough.
  bool Try() {
    if (tries == 0 || !pool.Tick()) {
      cut = true;
      return false;
    }
    --tries;
    return true;
  }

  // Calls visit(value, code point, place) for what at most `room` digits behind `from` can be
  // worth, as far as it leads to a code point of the alphabet, in order; until it returns true.
  template <typename Visit>
  bool ForEachValue(const PunycodeReading& from, uint32_t room, Visit visit) {
    if (from.places() > pool.nodes[operand].max_len) return false;
    for (uint64_t value = 0;; ++value) {
      if (CountPunycodeDigits(value, from.k, from.bias) > room) return false;
      const uint64_t target = from.Target(value);
      const uint64_t cp = from.next + target / from.places();
      const uint32_t allowed = cp > kMaxCodePoint ? kNone : NextAllowed(cp);
      if (allowed == kNone) return false;
      if (allowed != cp) {
        const uint64_t first = uint64_t{allowed - from.next} * from.places();
        // The first value that leads there, or beyond it.
        value += (first - target + from.weight - 1) / from.weight - 1;
        if (!pool.Tick()) return false;
        continue;
      }
      if (!Try()) return false;
      if (visit(value, allowed, static_cast<uint32_t>(target % from.places()))) return true;
    }
  }

  // Digits for one integer that ends in a text of the operand.
  bool One(const PunycodeReading& from, uint32_t room, std::string* out) {
    if (from.broken || room == 0) return false;
    std::vector<ExprId> states{operand};
    for (const uint32_t cp : from.points) states.push_back(pool.RowStep(states.back(), cp));
    return ForEachValue(from, room, [&](uint64_t value, uint32_t cp, uint32_t place) {
      ExprId state = pool.RowStep(states[place], cp);
      for (size_t i = place; i < from.points.size() && state != kEmpty; ++i) {
        state = pool.RowStep(state, from.points[i]);
      }
      if (!pool.nodes[state].Has(kNullable)) return false;
      *out = PunycodeDigits(value, from.k, from.bias);
      return true;
    });
  }

  // The fewest characters inserted into basic ones that make a text of the operand; one or more. Of
  // those that lead on in one way the least is taken. The digits for them, if there is room.
  bool Fill(std::string_view basic, uint32_t room, std::string* out) {
    struct Place {
      ExprId state;
      uint32_t read, cp, parent;
      bool inserted;
    };
    std::vector<Place> places{{operand, 0, 0, kNone, false}};
    std::set<std::tuple<ExprId, uint32_t, bool>> seen;
    // Those with as many characters inserted as the current ones, and with one more.
    std::vector<uint32_t> now{0}, later;
    for (uint32_t inserted = 0; inserted < kMostInserted && !now.empty(); ++inserted) {
      while (!now.empty()) {
        const uint32_t index = now.back();
        const Place at = places[index];
        now.pop_back();
        if (!seen.emplace(at.state, at.read, at.inserted).second) continue;
        if (at.read == basic.size() && at.inserted && pool.nodes[at.state].Has(kNullable)) {
          std::vector<uint32_t> points;
          for (uint32_t i = index; places[i].parent != kNone; i = places[i].parent) {
            points.push_back(places[i].cp);
          }
          std::reverse(points.begin(), points.end());
          const std::optional<std::string> code = EncodePunycode(points);
          if (!code) return false;
          *out = code->substr(basic.empty() ? 0 : basic.size() + 1);
          return out->size() <= room;
        }
        if (!Try()) return false;
        if (at.read < basic.size()) {
          const auto cp = static_cast<uint8_t>(basic[at.read]);
          const ExprId target = pool.RowStep(at.state, cp);
          if (target != kEmpty) {
            now.push_back(static_cast<uint32_t>(places.size()));
            places.push_back({target, at.read + 1, cp, index, at.inserted});
          }
        }
        for (const Arc& arc : pool.Inserts(at.state)) {
          later.push_back(static_cast<uint32_t>(places.size()));
          places.push_back({arc.target, at.read, arc.lo, index, true});
        }
      }
      now.swap(later);
    }
    return false;
  }

  // All sequences of integers.
  bool All(const PunycodeReading& from, uint32_t room, std::string* out) {
    if (One(from, room, out)) return true;
    if (from.broken || room < 2) return false;
    return ForEachValue(from, room - 1, [&](uint64_t value, uint32_t, uint32_t) {
      PunycodeReading next = from;
      next.Finish(value);
      if (next.broken) return false;
      const std::string digits = PunycodeDigits(value, from.k, from.bias);
      const bool found = All(next, room - static_cast<uint32_t>(digits.size()), out);
      if (found) out->insert(0, digits);
      return found;
    });
  }

  static PunycodeReading Basic(std::string_view text) {
    PunycodeReading reading;
    for (const char c : text) reading.points.push_back(static_cast<uint8_t>(c));
    return reading;
  }

  // All that goes on with further basic characters, a hyphen and digits.
  bool AllBasic(std::string_view text, uint32_t room, std::string* out) {
    struct Step {
      std::string more;
      size_t next = 0;  // in kLabelCharacters
    };
    std::vector<Step> path{{}};
    while (!path.empty()) {
      Step& step = path.back();
      const auto used = static_cast<uint32_t>(step.more.size()) + 1;  // with the hyphen
      if (step.next == 0) {
        const PunycodeReading reading = Basic(std::string(text) + step.more);
        // The least code point takes the fewest digits, and more characters only make it more.
        const uint32_t least = NextAllowed(reading.next);
        const uint64_t value =
            least == kNone ? 0 : uint64_t{least - reading.next} * reading.places();
        const bool fits = least != kNone && used < room &&
                          reading.places() <= pool.nodes[operand].max_len &&
                          CountPunycodeDigits(value, reading.k, reading.bias) <= room - used;
        if (!fits || !Try()) {
          path.pop_back();
          continue;
        }
        if (!reading.points.empty() && All(reading, room - used, out)) {
          out->insert(0, step.more + "-");
          return true;
        }
      }
      while (step.next < kLabelCharacters.size() &&
             !Allowed(kLabelCharacters.substr(step.next, 1))) {
        ++step.next;
      }
      if (step.next == kLabelCharacters.size()) {
        path.pop_back();
        continue;
      }
      Step longer{step.more + kLabelCharacters[step.next++], 0};
      path.push_back(std::move(longer));
    }
    return false;
  }
};

// Looks for a completion of a label whose text is `read`. False: the budget is exhausted.
bool ExprPool::Impl::Decide(Label* label, std::string_view read) {
  const CharSet& alphabet = Alphabet(label->operand);
  LabelSearch search{*this, label->operand, alphabet};
  const uint32_t room = label->max_length - label->length;
  std::string found;
  bool any = false;
  PunycodeReading reading;
  if (!label->broken) {
    reading = ReadPunycode(read);
    label->broken = reading.broken || !search.Allowed(reading.points);
    any = !label->broken && reading.complete() && search.Matches(reading.points);
  }
  if (any) {
    label->completion = static_cast<uint32_t>(completions.size());
    return !Exhausted();
  }
  if (label->parent != kNone) {
    const std::optional<std::string_view> before = Completion(nodes[label->parent]);
    if (before && before->size() > 1 && (*before)[0] == label->last) {
      label->completion = LabelOf(nodes[label->parent]).completion + 1;
      label->completion_length = static_cast<uint8_t>(before->size() - 1);
      return !Exhausted();
    }
  }
  const bool basic =
      room > 1 && read.size() < nodes[label->operand].max_len && search.Allowed(read);
  if (room == 0 || search.NextAllowed(0x80) == kNone || (label->broken && !basic)) {
    label->empty = true;
    return !Exhausted();
  }
  const auto attempt = [&](uint32_t tries, auto&& part) {
    if (any || Exhausted()) return;
    search.tries = tries;
    any = part();
  };
  const PunycodeReading whole = LabelSearch::Basic(read);
  const bool hyphen = basic && !read.empty();
  const auto behind = [&](bool done) {
    if (done) found.insert(0, "-");
    return done;
  };
  if (!label->broken) attempt(kFewTries, [&] { return search.One(reading, room, &found); });
  if (hyphen) attempt(kTries, [&] { return behind(search.One(whole, room - 1, &found)); });
  if (!label->broken && !reading.inside() && reading.inserted == 0) {
    const std::string_view basic = read.substr(0, reading.points.size());
    attempt(kTries, [&] { return search.Fill(basic, room, &found); });
  }
  if (hyphen) attempt(kTries, [&] { return behind(search.Fill(read, room - 1, &found)); });
  if (!any && room <= kAllRoom) {
    search.cut = false;
    if (!label->broken) attempt(kAllTries, [&] { return search.All(reading, room, &found); });
    if (basic) attempt(kAllTries, [&] { return search.AllBasic(read, room, &found); });
    label->empty = !any && !search.cut;
  }
  if (Exhausted()) return false;
  if (any) {
    label->completion = static_cast<uint32_t>(completions.size());
    label->completion_length = static_cast<uint8_t>(found.size());
    completions += found;
    Charge(found.size());
  }
  return true;
}

ExprId ExprPool::Impl::Punycode(ExprId x, uint32_t max_length) {
  x = Canon(x);
  if (x == kEmpty || max_length == 0) return kEmpty;
  Label label;
  label.operand = x;
  label.max_length = static_cast<uint8_t>(std::min(max_length, kMaxPunycode));
  Node node;
  const ExprId found = FindLabel(label, &node);
  if (found != kNone) return Canon(found);
  if (!Decide(&label, "")) {
    // It stays undecided, which is never wrong.
    label.empty = label.broken = false;
    label.completion = kNone;
    label.completion_length = 0;
  }
  return Canon(InternLabel(label));
}

ExprId ExprPool::Impl::LabelAfter(ExprId x, uint32_t cp) {
  if (cp >= 'A' && cp <= 'Z') cp += 'a' - 'A';
  if (cp >= 0x80 || kLabelCharacters.find(static_cast<char>(cp)) == std::string_view::npos) {
    return kEmpty;
  }
  Label label = LabelOf(nodes[x]);
  if (label.length == label.max_length) return kEmpty;
  label.parent = x;
  label.last = static_cast<char>(cp);
  Node node;
  const ExprId found = FindLabel(label, &node);
  if (found != kNone) return Canon(found);
  ++label.length;
  label.completion = kNone;
  label.completion_length = 0;
  // A hyphen begins the digits anew.
  if (cp == '-') label.broken = false;
  const std::string read = LabelText(x) + label.last;
  if (!Decide(&label, read)) return kEmpty;
  return Canon(InternLabel(label));
}

std::string ExprPool::Impl::LabelText(ExprId x) const {
  std::string text;
  for (; LabelOf(nodes[x]).parent != kNone; x = LabelOf(nodes[x]).parent) {
    text.push_back(LabelOf(nodes[x]).last);
  }
  std::reverse(text.begin(), text.end());
  return text;
}

std::optional<std::string_view> ExprPool::Impl::Completion(const Node& node) const {
  const Label& label = LabelOf(node);
  if (label.completion == kNone) return std::nullopt;
  return std::string_view(completions).substr(label.completion, label.completion_length);
}

}  // namespace grammask
