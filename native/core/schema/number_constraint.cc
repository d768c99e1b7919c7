// Constraints on numbers, their conjunction, and their preparation as magnitudes of either sign.

#include <algorithm>
#include <iterator>
#include <set>
#include <string_view>
#include <utility>

#include "base/mutant.h"
#include "schema/number.h"

namespace grammask {
namespace {

bool Less(const Decimal& a, const Decimal& b) { return Compare(a, b) < 0; }

void Tighten(std::optional<Decimal>* bound, const std::optional<Decimal>& other, bool upward) {
  if (!other) return;
  if (!*bound || (upward ? Less(**bound, *other) : Less(*other, **bound))) *bound = other;
}

// The steps of a constraint, read once for many values.
struct Steps {
  std::vector<NumberStep> multiples, not_multiples;

  explicit Steps(const NumberConstraint& c) {
    for (const Decimal& step : c.multiples) multiples.push_back(NumberStep::Of(step));
    for (const Decimal& step : c.not_multiples) not_multiples.push_back(NumberStep::Of(step));
  }
  bool Accept(const Decimal& value) const {
    const auto divides = [&](const NumberStep& step) { return step.Divides(value); };
    return std::all_of(multiples.begin(), multiples.end(), divides) &&
           std::none_of(not_multiples.begin(), not_multiples.end(), divides);
  }
};

bool WithinBounds(const NumberConstraint& c, const Decimal& value) {
  return !(c.integer && !value.IsInteger()) && !(c.minimum && Compare(value, *c.minimum) < 0) &&
         !(c.exclusive_minimum &&
           (GRAMMASK_MUTANT(8) ? Compare(value, *c.exclusive_minimum) < 0
                               : Compare(value, *c.exclusive_minimum) <= 0)) &&
         !(c.maximum && Compare(value, *c.maximum) > 0) &&
         !(c.exclusive_maximum && (GRAMMASK_MUTANT(8) ? Compare(value, *c.exclusive_maximum) > 0
                                                      : Compare(value, *c.exclusive_maximum) >= 0));
}

}  // namespace

bool NumberConstraint::IsTrivial() const {
  return !integer && multiples.empty() && not_multiples.empty() && plain == Plain::kAny &&
         !minimum && !exclusive_minimum && !maximum && !exclusive_maximum && !has_points;
}

bool NumberConstraint::Accepts(const Decimal& value) const {
  return WithinBounds(*this, value) && Steps(*this).Accept(value) &&
         (!has_points || std::find(points.begin(), points.end(), value) != points.end());
}

NumberConstraint NumberConstraint::And(const std::vector<const NumberConstraint*>& parts) {
  NumberConstraint out;
  std::optional<NumberStep> step;
  std::vector<NumberStep> avoid;
  bool contradictory = false;
  for (const NumberConstraint* part : parts) {
    out.integer = out.integer || part->integer;
    for (const Decimal& value : part->multiples) {
      const NumberStep other = NumberStep::Of(value);
      step = step ? NumberStep::Lcm(*step, other) : other;
    }
    for (const Decimal& value : part->not_multiples) avoid.push_back(NumberStep::Of(value));
    if (part->plain != Plain::kAny) {
      contradictory = contradictory || (out.plain != Plain::kAny && out.plain != part->plain);
      out.plain = part->plain;
    }
    Tighten(&out.minimum, part->minimum, true);
    Tighten(&out.exclusive_minimum, part->exclusive_minimum, true);
    Tighten(&out.maximum, part->maximum, false);
    Tighten(&out.exclusive_maximum, part->exclusive_maximum, false);
    if (!part->has_points) continue;
    std::vector<Decimal> sorted = part->points;
    std::sort(sorted.begin(), sorted.end(), Less);
    sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
    if (out.has_points) {
      std::vector<Decimal> both;
      std::set_intersection(out.points.begin(), out.points.end(), sorted.begin(), sorted.end(),
                            std::back_inserter(both), Less);
      sorted = std::move(both);
    }
    out.has_points = true;
    out.points = std::move(sorted);
  }
  if (step || !avoid.empty()) {
    // One step for all, and no excluded one that another excluded one covers.
    if (step && out.integer) step = NumberStep::Lcm(*step, NumberStep{});
    if (step == NumberStep{}) {
      out.integer = true;
    } else if (step) {
      out.multiples.push_back(step->ToDecimal());
    }
    const std::optional<NumberStep> all = out.integer && !step ? NumberStep{} : step;
    for (size_t i = 0; i < avoid.size(); ++i) {
      bool needed = true;
      for (size_t k = 0; k < avoid.size() && needed; ++k) {
        needed = k == i || !avoid[i].IsMultipleOf(avoid[k]) || (avoid[i] == avoid[k] && k > i);
      }
      if (!needed) continue;
      out.not_multiples.push_back(avoid[i].ToDecimal());
      contradictory = contradictory || (all && all->IsMultipleOf(avoid[i]));
    }
    std::sort(out.not_multiples.begin(), out.not_multiples.end(), Less);
  }
  if (contradictory) {
    out.has_points = true;
    out.points.clear();
  }
  const Steps steps(out);
  std::erase_if(out.points, [&](const Decimal& point) {
    return !WithinBounds(out, point) || !steps.Accept(point) ||
           (out.plain == Plain::kOnly && !point.IsInteger());
  });
  return out;
}

bool NumberMachine::StepsFit(std::span<const NumberConstraint> constraints) {
  // Equal digits do not make the multiple larger, and its digits are not more than those of all.
  std::set<std::string_view> different;
  size_t digits = 0;
  for (const NumberConstraint& c : constraints) {
    for (const auto* steps : {&c.multiples, &c.not_multiples}) {
      for (const Decimal& step : *steps) {
        if (!different.insert(step.digits).second) continue;
        digits += step.digits.size();
        if (digits > kMostStepDigits) return false;
      }
    }
  }
  return true;
}

// `fraction`: without integers, for a canonical number that is not plain.
NumberMachine::Grid NumberMachine::PrepareGrid(const NumberConstraint& constraint, bool fraction) {
  Grid out;
  const auto meet = [&](const NumberStep& step) {
    out.step = out.step ? NumberStep::Lcm(*out.step, step) : step;
  };
  if (constraint.integer || constraint.plain == Plain::kOnly) meet(NumberStep{});
  for (const Decimal& value : constraint.multiples) meet(NumberStep::Of(value));
  for (const Decimal& value : constraint.not_multiples) out.avoid.push_back(NumberStep::Of(value));
  if (fraction) out.avoid.emplace_back();
  out.hard = (out.step && !out.step->digits.IsOne()) || !out.avoid.empty();
  if (out.step) out.room = out.step->digits.DigitCount() + 1;
  // 2^n < 10^(0.302 n)
  if (!out.avoid.empty()) out.room += static_cast<int64_t>(out.avoid.size()) * 302 / 1000 + 1;
  for (const NumberStep& other : out.avoid) {
    out.least_exponent = std::min(out.least_exponent, other.exponent);
    if (!out.step) continue;
    out.possible = out.possible && !out.step->IsMultipleOf(other);
    if ((out.step->coprime % other.coprime).IsZero()) {
      const int64_t most = std::max(other.twos - out.step->twos, other.fives - out.step->fives);
      out.coarsest = std::min(out.coarsest, most - 1);
    }
  }
  return out;
}

// Of what And made.
NumberMachine::Wanted NumberMachine::Prepare(const NumberConstraint& constraint) const {
  Wanted out;
  out.trivial = constraint.IsTrivial();
  out.has_points = constraint.has_points;
  out.zero = constraint.Accepts(Decimal{});
  out.plain = constraint.plain;
  out.grid = PrepareGrid(constraint, false);
  if (canonical_ && constraint.plain == Plain::kNever) out.fraction = PrepareGrid(constraint, true);

  struct Limit {
    const Decimal* at = nullptr;
    bool open = false;
  };
  Limit low, high;
  if (constraint.minimum) low = {&*constraint.minimum, false};
  if (constraint.exclusive_minimum &&
      (!low.at || Compare(*constraint.exclusive_minimum, *low.at) >= 0)) {
    low = {&*constraint.exclusive_minimum, true};
  }
  if (constraint.maximum) high = {&*constraint.maximum, false};
  if (constraint.exclusive_maximum &&
      (!high.at || Compare(*constraint.exclusive_maximum, *high.at) <= 0)) {
    high = {&*constraint.exclusive_maximum, true};
  }
  const auto magnitude = [](const Decimal& value) {
    return Magnitude{value.digits, value.Position()};
  };
  for (const bool negative : {false, true}) {
    Side& side = out.sides[negative];
    // Towards zero and away from it: on the negative side the two bounds change places.
    const Limit& inner = negative ? high : low;
    const Limit& outer = negative ? low : high;
    if (inner.at && !inner.at->IsZero() && inner.at->negative == negative)
      side.low = Bound{magnitude(*inner.at), inner.open};
    if (outer.at) {
      if (outer.at->IsZero() || outer.at->negative != negative) {
        side.possible = false;
      } else {
        side.high = Bound{magnitude(*outer.at), outer.open};
      }
    }
    for (const Decimal& point : constraint.points) {
      if (!point.IsZero() && point.negative == negative) side.points.push_back(magnitude(point));
    }
    std::sort(side.points.begin(), side.points.end(), [](const Magnitude& a, const Magnitude& b) {
      const int order = a.digits.compare(b.digits);
      return order != 0 ? order < 0 : a.position < b.position;
    });
  }
  return out;
}

}  // namespace grammask
