// Constraints on numbers, their conjunction, and their preparation as magnitudes of either sign.

#include <algorithm>
#include <iterator>
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
  return !integer && !minimum && !exclusive_minimum && !maximum && !exclusive_maximum &&
         !has_points;
}

bool NumberConstraint::Accepts(const Decimal& value) const {
  return WithinBounds(*this, value) &&
         (!has_points || std::find(points.begin(), points.end(), value) != points.end());
}

NumberConstraint NumberConstraint::And(const std::vector<const NumberConstraint*>& parts) {
  NumberConstraint out;
  for (const NumberConstraint* part : parts) {
    out.integer = out.integer || part->integer;
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
  std::erase_if(out.points, [&](const Decimal& point) { return !WithinBounds(out, point); });
  return out;
}

NumberMachine::Wanted NumberMachine::Prepare(const NumberConstraint& constraint) {
  Wanted out;
  out.trivial = constraint.IsTrivial();
  out.integer = constraint.integer;
  out.has_points = constraint.has_points;
  out.zero = constraint.Accepts(Decimal{});

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
      if (!point.IsZero() && point.negative == negative && WithinBounds(constraint, point)) {
        side.points.push_back(magnitude(point));
      }
    }
    std::sort(side.points.begin(), side.points.end(), [](const Magnitude& a, const Magnitude& b) {
      const int order = a.digits.compare(b.digits);
      return order != 0 ? order < 0 : a.position < b.position;
    });
  }
  return out;
}

}  // namespace grammask
