// The search for a number that can still follow: Viable and Completion (the ideas stand in
// number.h).

#include <algorithm>
#include <cassert>
#include <utility>

#include "schema/number.h"
#include "schema/number_digits.h"

namespace grammask {
namespace {

constexpr int64_t kManyZeros = 21;  // from here on an exponent is shorter than zeros

}  // namespace

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

const NumberMachine::Reach::Range* NumberMachine::Reach::At(int64_t position) const {
  for (size_t i = 0; i < count; ++i) {
    if (ranges[i].first <= position && position <= ranges[i].last) return &ranges[i];
  }
  return nullptr;
}

bool NumberMachine::Viable(const NumberState& state, const std::vector<uint32_t>& want) const {
  if (trivial_ || want.empty()) return true;  // Step lets through only what some number begins with
  const Wanted& wanted = Want(want);
  if (wanted.trivial) return true;
  return IsViable(Unpack(state), wanted);
}

bool NumberMachine::IsViable(const View& view, const Wanted& wanted) const {
  return view.InExponent() ? FindExponent(view, wanted).has_value()
                           : FindMantissa(view, wanted).has_value();
}

// Nothing more, if that will do.
std::optional<std::string> NumberMachine::FindComplete(const View& view,
                                                       const Wanted& wanted) const {
  if (IsComplete(view) && Satisfies(view, wanted)) return std::string();
  return wanted.trivial ? AnyCompletion(view) : Find(view, wanted);
}

std::optional<std::string> NumberMachine::Completion(const NumberState& state,
                                                     const std::vector<uint32_t>& want) const {
  const Wanted& wanted = Want(want);
  const View view = Unpack(state);
  std::optional<std::string> out = FindComplete(view, wanted);
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
  return Spell(view, wanted.plain, *found);
}

// ---- The mantissa is open ----

std::optional<NumberMachine::Found> NumberMachine::FindMantissa(const View& view,
                                                                const Wanted& wanted) const {
  if (wanted.zero && MayBeZero(view, wanted.plain)) return Found{.zero = true};
  if (!wanted.grid.possible) return std::nullopt;
  const Reach reach = ReachOf(view, wanted.plain);
  std::optional<Found> too_long;
  for (const bool negative : {false, true}) {
    if (view.phase != Phase::kStart && negative != view.negative) continue;
    const Side& side = wanted.sides[negative];
    if (!side.possible) continue;
    std::optional<Found> found = wanted.has_points ? FindPoint(view, side, reach)
                                                   : FindInInterval(view, side, wanted, reach);
    if (!found.has_value()) continue;
    found->negative = negative;
    if (!found->too_long) return found;
    too_long = *found;
  }
  return too_long;
}

bool NumberMachine::MayBeZero(const View& view, Plain plain) const {
  if (view.n != 0) return false;
  if (plain == Plain::kOnly && view.phase > Phase::kZero) return false;
  if (!canonical_) return true;
  if (plain == Plain::kNever) return false;
  return view.phase == Phase::kStart || (view.phase == Phase::kZero && !view.negative);
}

NumberMachine::Reach NumberMachine::ReachOf(const View& view, Plain plain) const {
  constexpr int64_t kPlainMin = Decimal::kPlainMinPosition, kPlainMax = Decimal::kPlainMaxPosition;
  Reach reach;
  const auto add = [&](int64_t first, int64_t last, bool fraction = false) {
    reach.ranges[reach.count++] = {first, last, fraction};
  };
  const bool fresh = view.phase <= Phase::kMinus;
  const bool integer = view.phase == Phase::kInteger;
  reach.preferred = fresh ? 1 : view.p;
  if (plain == Plain::kOnly) {
    if (fresh || integer) add(fresh ? 1 : view.p, canonical_ ? kPlainMax : kFar);
  } else if (!canonical_ || (fresh && plain == Plain::kAny)) {
    add(-kFar, kFar);
  } else if (fresh) {
    add(kPlainMin, kPlainMax, true);
    add(kPlainMax + 1, kFar);
    add(-kFar, kPlainMin - 1);
  } else if (view.n == 0) {
    add(kPlainMin, view.p);  // 0.000ddd
  } else {
    add(view.p, integer ? kPlainMax : view.p, integer && plain == Plain::kNever);
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
    const Reach::Range* range = reach.At(at->position);
    if (range == nullptr) continue;
    if (range->fraction && at->position >= static_cast<int64_t>(at->digits.size())) continue;
    std::string rest = at->digits.substr(std::min(at->digits.size(), static_cast<size_t>(view.n)));
    if (rest.empty() && reach.left_excluded) continue;
    return Found{.digits = std::move(rest), .position = at->position};
  }
  return std::nullopt;
}

std::optional<NumberMachine::Found> NumberMachine::FindInInterval(const View& view,
                                                                  const Side& side,
                                                                  const Wanted& wanted,
                                                                  const Reach& reach) const {
  const int64_t low = side.low ? side.low->at.position : -kFar;
  const int64_t high = side.high ? side.high->at.position : kFar;
  std::optional<Found> too_long;
  for (size_t i = 0; i < reach.count; ++i) {
    const int64_t first = std::max(reach.ranges[i].first, low);
    const int64_t last = std::min(reach.ranges[i].last, high);
    if (first > last) continue;
    const Grid& grid = reach.ranges[i].fraction ? *wanted.fraction : wanted.grid;
    if (!grid.possible) continue;
    // Where the digits read end at 10^exponent + room, a cell is full of what is wanted.
    const int64_t full = view.n + 1 + (grid.step ? grid.step->exponent + grid.room - 1 : 1);
    std::array<int64_t, 8> candidates;
    size_t count = 0;
    const auto add = [&](int64_t position) {
      if (position < first || position > last) return;
      const auto end = candidates.begin() + static_cast<std::ptrdiff_t>(count);
      if (std::find(candidates.begin(), end, position) == end) candidates[count++] = position;
    };
    const auto try_at = [&](int64_t position) -> std::optional<Found> {
      std::optional<Found> found = FindInCell(view, side, grid, position, reach.left_excluded);
      if (!found.has_value() || !found->too_long) return found;
      too_long = *found;
      return std::nullopt;
    };
    // Either end may be cut by a bound, so its neighbour is asked too.
    add(reach.preferred);
    if (first != -kFar) {
      add(first);
      if (last == kFar) add(std::max(first + 1, full));
    } else if (last == kFar) {
      add(full);
    }
    if (last != kFar) {
      add(last);
      add(last - 1);
    }
    const bool gaps = grid.step && !grid.avoid.empty();
    if (gaps) {
      // What is wanted in a smaller cell need not be in a larger one. The digits read alone make
      // multiples from some position on; the first of them is in the fewest other grids.
      add(full);
      if (first != -kFar) add(first + 1);
      if (const std::optional<int64_t> need = grid.step->Need(Residue(view))) {
        const int64_t least = std::max(first, view.l + grid.step->exponent + *need);
        add(least);
        add(least + 1);
      }
    }
    for (size_t k = 0; k < count; ++k) {
      if (std::optional<Found> found = try_at(candidates[k])) return found;
    }
    if (!gaps) continue;
    for (int64_t position = std::max(first, view.n + grid.step->exponent);
         position <= std::min(last, full); ++position) {
      if (std::optional<Found> found = try_at(position)) return found;
    }
  }
  return too_long;
}

// The fewest digits to append to D so that the value, at this position, is within the interval
// (with a hard grid, some digits).
std::optional<NumberMachine::Found> NumberMachine::FindInCell(const View& view, const Side& side,
                                                              const Grid& grid, int64_t position,
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
  if (grid.hard) return FindInGap(view, grid, position, {low, high, low_open, high_open, limited});
  std::optional<std::string> digits = ShortestBetween(low, low_open, limited, high, high_open);
  if (!digits) return std::nullopt;
  if (grid.step) {
    // With fewest digits, this is an integer (a multiple of 10^exponent) if any value of the cell
    // is.
    const int64_t last_digit =
        digits->empty() ? view.l : view.n + static_cast<int64_t>(digits->size());
    if (position - last_digit < grid.step->exponent) return std::nullopt;
  }
  return Found{.digits = std::move(*digits), .position = position};
}

// ---- The mantissa is closed ----

std::optional<std::string> NumberMachine::FindExponent(const View& view,
                                                       const Wanted& wanted) const {
  const bool digits_read = view.phase == Phase::kExponent;
  if (wanted.plain == Plain::kOnly) return std::nullopt;
  if (view.l == 0) {
    if (!wanted.zero) return std::nullopt;
    return digits_read ? "" : "0";
  }
  if (view.saturated) {
    if (!Satisfies(view, wanted)) return std::nullopt;
    return "";
  }
  const Side& side = wanted.sides[view.negative];
  if (!side.possible || !wanted.grid.possible) return std::nullopt;
  if (wanted.has_points) {
    const auto first = std::partition_point(
        side.points.begin(), side.points.end(),
        [&](const Magnitude& point) { return CompareDigits(view, point.digits) > 0; });
    for (auto at = first; at != side.points.end() && CompareDigits(view, at->digits) == 0; ++at) {
      if (auto found = FindExponentBetween(view, at->position, at->position)) return found;
    }
    return std::nullopt;
  }
  int64_t low = -kFar, high = kFar;
  if (wanted.grid.step) low = view.l + wanted.grid.step->exponent;
  if (wanted.grid.hard) {
    const BigInteger residue = Residue(view);
    if (wanted.grid.step) {
      const std::optional<int64_t> need = wanted.grid.step->Need(residue);
      if (!need) return std::nullopt;
      low += *need;
    }
    for (const NumberStep& other : wanted.grid.avoid) {
      if (const std::optional<int64_t> need = other.Need(residue))
        high = std::min(high, view.l + other.exponent + *need - 1);
    }
  }
  if (side.low) {
    const int order = CompareDigits(view, side.low->at.digits);
    const bool same_position = order > 0 || (order == 0 && !side.low->open);
    low = std::max(low, side.low->at.position + (same_position ? 0 : 1));
  }
  if (side.high) {
    const int order = CompareDigits(view, side.high->at.digits);
    const bool same_position = order < 0 || (order == 0 && !side.high->open);
    high = std::min(high, side.high->at.position - (same_position ? 0 : 1));
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

std::optional<std::string> NumberMachine::Spell(const View& view, Plain plain,
                                                const Found& found) const {
  if (found.too_long) return std::nullopt;
  if (plain != Plain::kOnly) {
    std::string out = SpellAnyhow(view, found);
    if (plain == Plain::kNever && view.phase <= Phase::kInteger &&
        out.find_first_of(".e") == std::string::npos) {
      out += ".0";
    }
    return out;
  }
  if (found.zero) return view.phase == Phase::kZero ? "" : "0";
  const int64_t zeros = found.position - (view.phase == Phase::kInteger ? view.p : 0) -
                        static_cast<int64_t>(found.digits.size());
  if (zeros > kLongestCompletion) return std::nullopt;
  return (found.negative && view.phase == Phase::kStart ? "-" : "") + found.digits +
         std::string(static_cast<size_t>(zeros), '0');
}

std::string NumberMachine::SpellAnyhow(const View& view, const Found& found) const {
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
