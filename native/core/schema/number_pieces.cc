#include "schema/number_pieces.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

namespace grammask {
namespace {

// Some demands on multiples and spelling: indices of steps.
struct Conjunction {
  std::vector<uint32_t> multiples, not_multiples;
  Plain plain = Plain::kAny;
  auto operator<=>(const Conjunction&) const = default;
};
using Condition = std::vector<Conjunction>;  // one of these; empty: never

// Spellings, as bits.
constexpr unsigned kPlainBit = 1, kDottedBit = 2, kBothBits = 3;

unsigned BitsOf(Plain plain) {
  return plain == Plain::kAny ? kBothBits : plain == Plain::kOnly ? kPlainBit : kDottedBit;
}

class Sweep {
 public:
  Sweep(const std::vector<NumberConstraint>& constraints,
        const std::function<bool(const std::vector<bool>&)>& wanted, size_t limit)
      : constraints_(constraints),
        wanted_(wanted),
        limit_(limit),
        truth_(constraints.size(), false) {}

  // False: undecided.
  bool Run(std::vector<NumberConstraint>* out) {
    ReadSteps();
    ReadCuts();
    const size_t pieces = 2 * cuts_.size() + 1;
    size_t event = 0;
    Condition here;   // of the interval that is open
    size_t from = 0;  // the cut where it began; 0 with `unbounded`
    bool unbounded = true, closed = false;
    for (size_t piece = 0; piece < pieces; piece += 2) {
      unsigned bits = 0, possible = 0;
      if (piece != 0) {
        Advance(piece - 1, &event);
        const Decimal& value = *cuts_[piece / 2 - 1];
        possible = value.IsInteger() ? kBothBits : kDottedBit;
        bits = AtValue(value) & possible;
      }
      Advance(piece, &event);
      std::optional<Condition> next;
      if (!IsAsBefore() || piece == 0) {
        next = OnInterval();
        if (!next) return false;
      }
      if (piece == 0) {
        here = std::move(*next);
        continue;
      }
      const size_t cut = piece / 2 - 1;
      const Decimal& value = *cuts_[cut];
      const bool joins_left = (Bits(here, value) & possible) == bits;
      const bool same = !next || here == *next;
      if (joins_left && same) continue;
      const bool joins_right = !joins_left && !same && (Bits(*next, value) & possible) == bits;
      if (!Emit(here, unbounded ? nullptr : cuts_[from], closed, &value, joins_left, out))
        return false;
      if (!joins_left && !joins_right && bits != 0) {
        const unsigned list = bits == possible ? kBothBits : bits;
        points_[list].push_back(value);
      }
      if (!same) here = std::move(*next);
      unbounded = false;
      from = cut;
      closed = joins_right;
    }
    if (!Emit(here, unbounded ? nullptr : cuts_[from], closed, nullptr, false, out)) return false;
    for (const unsigned bits : {kBothBits, kPlainBit, kDottedBit}) {
      if (points_[bits].empty()) continue;
      NumberConstraint piece;
      piece.has_points = true;
      piece.points = std::move(points_[bits]);
      piece.plain = bits == kBothBits   ? Plain::kAny
                    : bits == kPlainBit ? Plain::kOnly
                                        : Plain::kNever;
      out->push_back(std::move(piece));
    }
    return out->size() <= limit_;
  }

 private:
  // What is left of a constraint when its bounds and points are known to hold.
  struct Rest {
    std::vector<uint32_t> multiples, not_multiples;
    Plain plain = Plain::kAny;
    bool IsTrivial() const {
      return multiples.empty() && not_multiples.empty() && plain == Plain::kAny;
    }
  };
  static constexpr size_t kMostVarying = 12;     // steps at one place
  static constexpr size_t kMostAsked = 1 << 20;  // calls of `wanted` on intervals with steps

  uint32_t StepId(const NumberStep& step) {
    const auto key = std::make_tuple(step.digits.limbs(), step.exponent);
    const auto [at, fresh] = ids_.emplace(key, static_cast<uint32_t>(steps_.size()));
    if (fresh) steps_.push_back(step);
    return at->second;
  }

  void ReadSteps() {
    for (const NumberConstraint& c : constraints_) {
      Rest rest;
      rest.plain = c.plain;
      if (c.integer) rest.multiples.push_back(StepId(NumberStep{}));
      for (const Decimal& step : c.multiples)
        rest.multiples.push_back(StepId(NumberStep::Of(step)));
      for (const Decimal& step : c.not_multiples)
        rest.not_multiples.push_back(StepId(NumberStep::Of(step)));
      rests_.push_back(std::move(rest));
    }
  }

  void ReadCuts() {
    for (const NumberConstraint& c : constraints_) {
      for (const auto* bound :
           {&c.minimum, &c.exclusive_minimum, &c.maximum, &c.exclusive_maximum}) {
        if (*bound) cuts_.push_back(&**bound);
      }
      for (const Decimal& point : c.points) cuts_.push_back(&point);
    }
    const auto less = [](const Decimal* a, const Decimal* b) { return Compare(*a, *b) < 0; };
    const auto equal = [](const Decimal* a, const Decimal* b) { return *a == *b; };
    std::sort(cuts_.begin(), cuts_.end(), less);
    cuts_.erase(std::unique(cuts_.begin(), cuts_.end(), equal), cuts_.end());
    // The cut is the piece 2 × its index + 1.
    const auto piece_of = [&](const Decimal& value) {
      const auto at = std::lower_bound(cuts_.begin(), cuts_.end(), &value, less);
      return 2 * static_cast<size_t>(at - cuts_.begin()) + 1;
    };
    for (uint32_t i = 0; i < constraints_.size(); ++i) {
      const NumberConstraint& c = constraints_[i];
      size_t first = 0, end = 2 * cuts_.size() + 1;
      if (c.minimum) first = std::max(first, piece_of(*c.minimum));
      if (c.exclusive_minimum) first = std::max(first, piece_of(*c.exclusive_minimum) + 1);
      if (c.maximum) end = std::min(end, piece_of(*c.maximum) + 1);
      if (c.exclusive_maximum) end = std::min(end, piece_of(*c.exclusive_maximum));
      if (!c.has_points) {
        AddEvents(first, end, i);
        continue;
      }
      std::vector<size_t> at;
      for (const Decimal& point : c.points) at.push_back(piece_of(point));
      std::sort(at.begin(), at.end());
      at.erase(std::unique(at.begin(), at.end()), at.end());
      for (const size_t piece : at) {
        if (first <= piece && piece < end) AddEvents(piece, piece + 1, i);
      }
    }
    std::sort(events_.begin(), events_.end());
  }

  void AddEvents(size_t first, size_t end, uint32_t i) {
    if (first >= end) return;
    // Where one ends and another begins, the end comes first.
    events_.emplace_back(first, true, i);
    events_.emplace_back(end, false, i);
  }

  void Advance(size_t piece, size_t* event) {
    for (; *event < events_.size() && std::get<0>(events_[*event]) == piece; ++*event) {
      const auto& [at, on, i] = events_[*event];
      truth_[i] = on;
      changed_.push_back(i);
      if (rests_[i].IsTrivial()) continue;
      if (on) {
        varying_.insert(i);
      } else {
        varying_.erase(i);
      }
    }
  }

  // On the interval as on the one before the cut? Then everything changed twice.
  bool IsAsBefore() {
    std::sort(changed_.begin(), changed_.end());
    bool as_before = changed_.size() % 2 == 0;
    for (size_t i = 0; i + 1 < changed_.size() && as_before; i += 2)
      as_before = changed_[i] == changed_[i + 1];
    changed_.clear();
    return as_before;
  }

  template <typename Divides>
  void SetTruth(const Divides& divides, bool plain) {
    for (const uint32_t i : varying_) {
      const Rest& rest = rests_[i];
      truth_[i] = (rest.plain == Plain::kAny || (rest.plain == Plain::kOnly) == plain) &&
                  std::all_of(rest.multiples.begin(), rest.multiples.end(), divides) &&
                  std::none_of(rest.not_multiples.begin(), rest.not_multiples.end(), divides);
    }
  }

  bool SpellingMatters() const {
    return std::any_of(varying_.begin(), varying_.end(),
                       [&](uint32_t i) { return rests_[i].plain != Plain::kAny; });
  }

  unsigned AtValue(const Decimal& value) {
    if (varying_.empty()) return wanted_(truth_) ? kBothBits : 0;
    const auto divides = [&](uint32_t step) { return steps_[step].Divides(value); };
    SetTruth(divides, false);
    const bool dotted = wanted_(truth_);
    if (!SpellingMatters()) return dotted ? kBothBits : 0;
    if (!value.IsInteger()) return dotted ? kDottedBit : 0;
    SetTruth(divides, true);
    return (wanted_(truth_) ? kPlainBit : 0u) | (dotted ? kDottedBit : 0u);
  }

  unsigned Bits(const Condition& condition, const Decimal& value) const {
    unsigned bits = 0;
    const auto divides = [&](uint32_t step) { return steps_[step].Divides(value); };
    for (const Conjunction& one : condition) {
      if (std::all_of(one.multiples.begin(), one.multiples.end(), divides) &&
          std::none_of(one.not_multiples.begin(), one.not_multiples.end(), divides)) {
        bits |= BitsOf(one.plain);
      }
    }
    return bits;
  }

  // nullopt: too much varies.
  std::optional<Condition> OnInterval() {
    if (varying_.empty()) {
      return wanted_(truth_) ? Condition{Conjunction{}} : Condition{};
    }
    std::set<uint32_t> steps;
    for (const uint32_t i : varying_) {
      steps.insert(rests_[i].multiples.begin(), rests_[i].multiples.end());
      steps.insert(rests_[i].not_multiples.begin(), rests_[i].not_multiples.end());
    }
    if (steps.size() > kMostVarying) return std::nullopt;
    at_hand_.assign(steps.begin(), steps.end());
    verdict_.assign(steps_.size(), false);
    Condition out;
    if (!SpellingMatters()) {
      out = Branch(0, std::nullopt, {}, false);
    } else {
      out = Branch(0, NumberStep{}, {}, true);
      Condition dotted = Branch(0, std::nullopt, {}, false);
      const Condition all{Conjunction{}};
      if (out != all || dotted != all) {
        for (Conjunction& one : out) one.plain = Plain::kOnly;
        for (Conjunction& one : dotted) one.plain = Plain::kNever;
        out.insert(out.end(), dotted.begin(), dotted.end());
      }
    }
    if (asked_ > kMostAsked) return std::nullopt;
    return out;
  }

  // Decides the steps from `depth` on (at most kMostVarying deep). met: the least common multiple
  // of what divides; refused: what does not.
  Condition Branch(size_t depth, const std::optional<NumberStep>& met,
                   const std::vector<NumberStep>& refused, bool plain) {
    if (++asked_ > kMostAsked) return {};
    if (depth == at_hand_.size()) {
      SetTruth([&](uint32_t step) { return verdict_[step]; }, plain);
      return wanted_(truth_) ? Condition{Conjunction{}} : Condition{};
    }
    const uint32_t id = at_hand_[depth];
    const NumberStep& step = steps_[id];
    const bool implied = met && met->IsMultipleOf(step);
    const NumberStep joined = met ? NumberStep::Lcm(*met, step) : step;
    const bool excluded = std::any_of(refused.begin(), refused.end(), [&](const NumberStep& other) {
      return joined.IsMultipleOf(other);
    });
    Condition yes, no;
    if (!excluded) {
      verdict_[id] = true;
      yes = Branch(depth + 1, joined, refused, plain);
      if (implied) return yes;
    }
    std::vector<NumberStep> more = refused;
    if (!excluded) more.push_back(step);
    verdict_[id] = false;
    no = Branch(depth + 1, met, more, plain);
    if (excluded || yes == no) return no;
    for (Conjunction& one : yes) one.multiples.push_back(id);
    for (Conjunction& one : no) one.not_multiples.push_back(id);
    yes.insert(yes.end(), std::make_move_iterator(no.begin()), std::make_move_iterator(no.end()));
    return yes;
  }

  bool Emit(const Condition& condition, const Decimal* low, bool low_closed, const Decimal* high,
            bool high_closed, std::vector<NumberConstraint>* out) const {
    for (const Conjunction& one : condition) {
      NumberConstraint piece;
      if (low != nullptr) (low_closed ? piece.minimum : piece.exclusive_minimum) = *low;
      if (high != nullptr) (high_closed ? piece.maximum : piece.exclusive_maximum) = *high;
      for (const uint32_t step : one.multiples) piece.multiples.push_back(steps_[step].ToDecimal());
      for (const uint32_t step : one.not_multiples)
        piece.not_multiples.push_back(steps_[step].ToDecimal());
      piece.plain = one.plain;
      piece = NumberConstraint::And({&piece});
      const bool steps = piece.integer || !piece.multiples.empty();
      if (steps && high != nullptr && low != nullptr) {
        // Between two cuts there may be no multiple.
        const NumberList some = ListNumbers(piece, false, 1);
        if (some.values.empty() && !some.more) continue;
      }
      out->push_back(std::move(piece));
      if (out->size() > limit_) return false;
    }
    return true;
  }

  const std::vector<NumberConstraint>& constraints_;
  const std::function<bool(const std::vector<bool>&)>& wanted_;
  const size_t limit_;
  std::vector<bool> truth_;
  std::vector<NumberStep> steps_;
  std::map<std::tuple<std::vector<uint32_t>, int64_t>, uint32_t> ids_;
  std::vector<Rest> rests_;
  std::vector<const Decimal*> cuts_;
  std::vector<std::tuple<size_t, bool, uint32_t>> events_;  // piece, begins, constraint
  std::set<uint32_t> varying_;  // constraints whose bounds hold here, and that ask for more
  std::vector<uint32_t> changed_;
  std::vector<uint32_t> at_hand_;
  std::vector<bool> verdict_;
  size_t asked_ = 0;
  std::vector<Decimal> points_[4];
};

}  // namespace

std::vector<NumberConstraint> NumberPieces(
    const std::vector<NumberConstraint>& constraints,
    const std::function<bool(const std::vector<bool>& truth)>& wanted, size_t limit,
    bool* undecided) {
  std::vector<NumberConstraint> out;
  if (Sweep(constraints, wanted, limit).Run(&out)) return out;
  *undecided = true;
  return {};
}

}  // namespace grammask
