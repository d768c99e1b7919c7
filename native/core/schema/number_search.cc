// The search for a number that can still follow: Viable and Completion (the ideas stand in
// number.h).

#include <algorithm>
#include <cassert>
#include <utility>

#include "schema/number.h"

namespace grammask {
namespace {

constexpr int64_t kManyZeros = 21;  // from here on an exponent is shorter than zeros

// The shortest x, among the shortest the least, with low < 0.x < high as decimal fractions (or
// equal, where an end is not open). Without `limited`, high is 1. Neither text ends in zero.
std::optional<std::string> ShortestBetween(std::string_view low, bool low_open, bool limited,
                                           std::string_view high, bool high_open) {
  size_t common = 0;
  if (limited) {
    const int order = low.compare(high);
    if (order > 0 || (order == 0 && (low_open || high_open))) return std::nullopt;
    if (order == 0) return std::string(low);
    const auto digit = [](std::string_view text, size_t i) {
      return i < text.size() ? text[i] : '0';
    };
    while (digit(low, common) == digit(high, common)) ++common;
  }
  // Short of the first difference nothing but `low` itself fits. From there on, cut and count up
  // the last digit. A 9 cannot be counted up; it gives nothing that a shorter cut did not give. The
  // second cut that is not a 9 lies below `high` for certain.
  for (size_t size = common + 1;; ++size) {
    if (!low_open && low.size() <= size) return std::string(low);
    const char last = size <= low.size() ? low[size - 1] : '0';
    if (last == '9') continue;
    std::string cut(low.substr(0, size - 1));
    cut.resize(size - 1, '0');
    cut += static_cast<char>(last + 1);
    if (limited) {
      const int order = std::string_view(cut).compare(high);
      if (order > 0 || (order == 0 && high_open)) continue;
    }
    return cut;
  }
}

}  // namespace

bool NumberMachine::Reach::Contains(int64_t position) const {
  return std::any_of(
      ranges.begin(), ranges.begin() + static_cast<std::ptrdiff_t>(count),
      [&](const Range& range) { return range.first <= position && position <= range.last; });
}

bool NumberMachine::Viable(const NumberState& state, const std::vector<uint32_t>& want) const {
  if (trivial_ || want.empty()) return true;  // Step lets through only what some number begins with
  const Wanted& wanted = Want(want);
  if (wanted.trivial) return true;
  const View view = Unpack(state);
  return view.InExponent() ? FindExponent(view, wanted).has_value()
                           : FindMantissa(view, wanted).has_value();
}

std::optional<std::string> NumberMachine::Completion(const NumberState& state,
                                                     const std::vector<uint32_t>& want) const {
  const Wanted& wanted = Want(want);
  const View view = Unpack(state);
  if (IsComplete(view) && Satisfies(view, wanted)) return std::string();
  std::optional<std::string> out = wanted.trivial ? AnyCompletion(view) : Find(view, wanted);
#ifndef NDEBUG
  if (out) {
    std::optional<NumberState> end = state;
    for (const char byte : *out) end = end ? Step(*end, static_cast<uint8_t>(byte)) : std::nullopt;
    assert(end && Complete(*end) && Satisfies(Unpack(*end), wanted));
  }
#endif
  return out;
}

std::string NumberMachine::AnyCompletion(const View& view) const {
  if (IsComplete(view)) return "";
  if (!canonical_ || view.phase == Phase::kStart) return "0";
  switch (view.phase) {
    case Phase::kZero:
      return ".1";
    case Phase::kE:
      return "-7";
    case Phase::kExponentSign:
      return view.exponent_negative ? "7" : "21";
    case Phase::kExponent: {
      // Zeros make it large enough: "e+2" wants "e+200", "e-1" wants "e-10".
      const int64_t least = view.exponent_negative ? kLeastMinusExponent : kLeastPlusExponent;
      std::string zeros;
      for (int64_t e = view.e; e < least; e *= 10) zeros += '0';
      return zeros;
    }
    default:
      return "1";
  }
}

std::optional<std::string> NumberMachine::Find(const View& view, const Wanted& wanted) const {
  if (view.InExponent()) return FindExponent(view, wanted);
  const std::optional<Found> found = FindMantissa(view, wanted);
  if (!found) return std::nullopt;
  return Spell(view, *found);
}

// ---- The mantissa is open ----

std::optional<NumberMachine::Found> NumberMachine::FindMantissa(const View& view,
                                                                const Wanted& wanted) const {
  if (wanted.zero && MayBeZero(view))
    return Found{.zero = true, .negative = false, .digits = {}, .position = 0};
  const Reach reach = ReachOf(view);
  for (const bool negative : {false, true}) {
    if (view.phase != Phase::kStart && negative != view.negative) continue;
    const Side& side = wanted.sides[negative];
    if (!side.possible) continue;
    std::optional<Found> found = wanted.has_points
                                     ? FindPoint(view, side, reach)
                                     : FindInInterval(view, side, wanted.integer, reach);
    if (found) {
      found->negative = negative;
      return found;
    }
  }
  return std::nullopt;
}

bool NumberMachine::MayBeZero(const View& view) const {
  if (view.n != 0) return false;
  return !canonical_ || view.phase == Phase::kStart ||
         (view.phase == Phase::kZero && !view.negative);
}

NumberMachine::Reach NumberMachine::ReachOf(const View& view) const {
  constexpr int64_t kPlainMin = Decimal::kPlainMinPosition, kPlainMax = Decimal::kPlainMaxPosition;
  Reach reach;
  const auto add = [&](int64_t first, int64_t last) {
    reach.ranges[reach.count++] = {first, last};
  };
  const bool fresh = view.phase <= Phase::kMinus;
  reach.preferred = fresh ? 1 : view.p;
  if (!canonical_ || fresh) {
    add(-kFar, kFar);
  } else if (view.n == 0) {
    add(kPlainMin, view.p);  // 0.000ddd
  } else {
    const bool integer = view.phase == Phase::kInteger;
    add(view.p, integer ? kPlainMax : view.p);
    if (view.p == 1) {
      add(kPlainMax + 1, kFar);
      add(-kFar, kPlainMin - 1);
    }
    // A fraction must come, and must not end in zero.
    reach.left_excluded = !integer && (view.phase == Phase::kPoint || view.l != view.n);
  }
  return reach;
}

// Where 0.digits stands relative to the fractions that begin with D: below all of them, among them
// (it may be the first), above.
NumberMachine::Place NumberMachine::PlaceOf(const View& view, std::string_view digits) const {
  const int64_t count = static_cast<int64_t>(digits.size());
  const int64_t known = std::min(view.n, kept_digits_);
  for (int64_t i = 0; i < known; ++i) {
    const int mine = view.Digit(i, kept_digits_);
    const int other = i < count ? digits[static_cast<size_t>(i)] - '0' : 0;
    if (other != mine) return other < mine ? Place::kBelow : Place::kAbove;
  }
  // No bound has more digits than are kept: it has zeros behind them.
  return view.l > kept_digits_ ? Place::kBelow : Place::kInside;
}

std::optional<NumberMachine::Found> NumberMachine::FindPoint(const View& view, const Side& side,
                                                             const Reach& reach) const {
  const auto first = std::partition_point(
      side.points.begin(), side.points.end(),
      [&](const Magnitude& point) { return PlaceOf(view, point.digits) == Place::kBelow; });
  for (auto at = first; at != side.points.end() && PlaceOf(view, at->digits) == Place::kInside;
       ++at) {
    if (!reach.Contains(at->position)) continue;
    std::string rest = at->digits.substr(std::min(at->digits.size(), static_cast<size_t>(view.n)));
    if (rest.empty() && reach.left_excluded) continue;
    return Found{
        .zero = false, .negative = false, .digits = std::move(rest), .position = at->position};
  }
  return std::nullopt;
}

std::optional<NumberMachine::Found> NumberMachine::FindInInterval(const View& view,
                                                                  const Side& side, bool integer,
                                                                  const Reach& reach) const {
  const int64_t low = side.low ? side.low->at.position : -kFar;
  const int64_t high = side.high ? side.high->at.position : kFar;
  for (size_t i = 0; i < reach.count; ++i) {
    const int64_t first = std::max(reach.ranges[i].first, low);
    const int64_t last = std::min(reach.ranges[i].last, high);
    if (first > last) continue;
    // Either end may be cut by a bound, so its neighbour is asked too. Where there is no end
    // upwards, n + 2 is a position at which a cell is full of integers.
    std::array<int64_t, 5> candidates;
    size_t count = 0;
    const auto add = [&](int64_t position) {
      if (position < first || position > last) return;
      const auto end = candidates.begin() + static_cast<std::ptrdiff_t>(count);
      if (std::find(candidates.begin(), end, position) == end) candidates[count++] = position;
    };
    add(reach.preferred);
    if (first != -kFar) {
      add(first);
      if (last == kFar) add(std::max(first + 1, view.n + 2));
    } else if (last == kFar) {
      add(view.n + 2);
    }
    if (last != kFar) {
      add(last);
      add(last - 1);
    }
    for (size_t k = 0; k < count; ++k) {
      std::optional<std::string> digits =
          FindInCell(view, side, integer, candidates[k], reach.left_excluded);
      if (!digits) continue;
      return Found{.zero = false,
                   .negative = false,
                   .digits = std::move(*digits),
                   .position = candidates[k]};
    }
  }
  return std::nullopt;
}

// The fewest digits to append to D so that the value, at this position, is within the interval.
std::optional<std::string> NumberMachine::FindInCell(const View& view, const Side& side,
                                                     bool integer, int64_t position,
                                                     bool left_excluded) const {
  const auto rest = [&](const Bound& bound) {
    return std::string_view(bound.at.digits)
        .substr(std::min(bound.at.digits.size(), static_cast<size_t>(view.n)));
  };
  std::string_view low, high;
  bool low_open = left_excluded, high_open = false, limited = false;
  if (view.n == 0) low = "1";  // the first digit is not zero
  if (side.low && side.low->at.position >= position) {
    const Place place =
        side.low->at.position > position ? Place::kAbove : PlaceOf(view, side.low->at.digits);
    if (place == Place::kAbove) return std::nullopt;
    if (place == Place::kInside) {
      low = rest(*side.low);
      low_open = side.low->open || (low.empty() && left_excluded);
    }
  }
  if (side.high && side.high->at.position <= position) {
    const Place place =
        side.high->at.position < position ? Place::kBelow : PlaceOf(view, side.high->at.digits);
    if (place == Place::kBelow) return std::nullopt;
    if (place == Place::kInside) {
      high = rest(*side.high);
      high_open = side.high->open;
      limited = true;
    }
  }
  std::optional<std::string> digits = ShortestBetween(low, low_open, limited, high, high_open);
  if (!digits || !integer) return digits;
  // With fewest digits, this is an integer if any value of the cell is.
  const int64_t last_digit =
      digits->empty() ? view.l : view.n + static_cast<int64_t>(digits->size());
  if (last_digit > position) return std::nullopt;
  return digits;
}

// ---- The mantissa is closed ----

std::optional<std::string> NumberMachine::FindExponent(const View& view,
                                                       const Wanted& wanted) const {
  const bool digits_read = view.phase == Phase::kExponent;
  if (view.l == 0) {
    if (!wanted.zero) return std::nullopt;
    return digits_read ? "" : "0";
  }
  if (view.saturated) {
    if (!Satisfies(view, wanted)) return std::nullopt;
    return "";
  }
  const Side& side = wanted.sides[view.negative];
  if (!side.possible) return std::nullopt;
  if (wanted.has_points) {
    const auto first = std::partition_point(
        side.points.begin(), side.points.end(),
        [&](const Magnitude& point) { return CompareDigits(view, point.digits) > 0; });
    for (auto at = first; at != side.points.end() && CompareDigits(view, at->digits) == 0; ++at) {
      if (auto found = FindExponentBetween(view, at->position, at->position)) return found;
    }
    return std::nullopt;
  }
  int64_t low = wanted.integer ? view.l : -kFar;
  int64_t high = kFar;
  if (side.low) {
    const int order = CompareDigits(view, side.low->at.digits);
    const bool same_position = order > 0 || (order == 0 && !side.low->open);
    low = std::max(low, side.low->at.position + (same_position ? 0 : 1));
  }
  if (side.high) {
    const int order = CompareDigits(view, side.high->at.digits);
    const bool same_position = order < 0 || (order == 0 && !side.high->open);
    high = side.high->at.position - (same_position ? 0 : 1);
  }
  return FindExponentBetween(view, low, high);
}

// A way to end the exponent so that the final position is between low and high.
std::optional<std::string> NumberMachine::FindExponentBetween(const View& view, int64_t low,
                                                              int64_t high) const {
  for (const bool negative : {false, true}) {
    if (view.phase != Phase::kE && negative != view.exponent_negative) continue;
    int64_t least = negative ? view.p - high : low - view.p;
    const int64_t most = negative ? view.p - low : high - view.p;
    const int64_t allowed = !canonical_ ? 0 : negative ? kLeastMinusExponent : kLeastPlusExponent;
    least = std::max(least, allowed);
    std::optional<std::string> digits = ExtendExponent(view, least, most);
    if (!digits) continue;
    if (view.phase != Phase::kE) return digits;
    const char* sign = negative ? "-" : canonical_ ? "+" : "";
    return sign + *digits;
  }
  return std::nullopt;
}

// Digits to append to the exponent so that its magnitude is between least (not negative) and most.
std::optional<std::string> NumberMachine::ExtendExponent(const View& view, int64_t least,
                                                         int64_t most) const {
  if (least > most) return std::nullopt;
  if (view.phase != Phase::kExponent) return std::to_string(least);
  if (view.e == 0) return least == 0 ? std::string() : std::to_string(least);
  int64_t scale = 1;
  for (size_t digits = 0;; ++digits, scale *= 10) {
    const int64_t first = view.e * scale;
    if (first > most) return std::nullopt;
    if (first + scale - 1 < least) continue;
    if (digits == 0) return std::string();
    const std::string rest = std::to_string(std::max(first, least) - first);
    return std::string(digits - rest.size(), '0') + rest;
  }
}

// ---- Spelling what was found ----

std::string NumberMachine::SpellExponent(int64_t exponent) const {
  return (canonical_ && exponent > 0 ? "e+" : "e") + std::to_string(exponent);
}

std::string NumberMachine::Spell(const View& view, const Found& found) const {
  const std::string& digits = found.digits;
  const int64_t k = found.position;
  switch (view.phase) {
    case Phase::kStart:
    case Phase::kMinus: {
      if (found.zero) return "0";
      const Decimal value{found.negative && view.phase == Phase::kStart, digits,
                          k - static_cast<int64_t>(digits.size())};
      return value.ToCanonicalJson();
    }
    case Phase::kInteger: {
      std::string out;
      size_t whole = 0;  // digits before the point
      const bool plain =
          k >= view.p && (canonical_ ? k <= Decimal::kPlainMaxPosition : k - view.p <= kManyZeros);
      if (plain) {
        whole = static_cast<size_t>(k - view.p);
        out = digits.substr(0, whole);
        out.resize(whole, '0');
      }
      if (digits.size() > whole) out.append(".").append(digits, whole);
      return plain ? out : out + SpellExponent(k - view.p);
    }
    default:
      break;
  }
  // The point is read, or comes next.
  std::string out = view.phase == Phase::kZero && !found.zero ? "." : "";
  if (found.zero) return view.phase == Phase::kPoint ? "0" : out;
  int64_t at = view.p;
  if (view.n == 0 && k <= at && (canonical_ || at - k <= kManyZeros)) {
    out.append(static_cast<size_t>(at - k), '0');
    at = k;
  }
  out += digits;
  if (view.phase == Phase::kPoint && digits.empty()) out += '0';
  return k == at ? out : out + SpellExponent(k - at);
}

}  // namespace grammask
