// The search among multiples of a step and beside the multiples of others (the ideas stand in
// number.h).
//
// Values are written (P × 10^width + offset) × 10^unit here: P are the digits read, maybe with some
// that were chosen (a stem), and the offset is `width` digits more.

#include <algorithm>
#include <utility>

#include "schema/number.h"
#include "schema/number_digits.h"

namespace grammask {
namespace {

// The least integer whose `width` digits, as a fraction, are not below 0.digits (above it, if
// open).
BigInteger FirstAbove(std::string_view digits, int64_t width, bool open) {
  const size_t whole = std::min(digits.size(), static_cast<size_t>(width));
  const BigInteger cut = BigInteger::FromDigits(digits.substr(0, whole))
                             .TimesPowerOfTen(static_cast<size_t>(width) - whole);
  return whole < digits.size() || open ? cut + BigInteger(1) : cut;
}

// The last one that is not above; nullopt if that is below zero.
std::optional<BigInteger> LastBelow(std::string_view digits, int64_t width, bool open) {
  const size_t whole = std::min(digits.size(), static_cast<size_t>(width));
  BigInteger cut = BigInteger::FromDigits(digits.substr(0, whole))
                       .TimesPowerOfTen(static_cast<size_t>(width) - whole);
  if (whole < digits.size() || !open) return cut;
  if (cut.IsZero()) return std::nullopt;
  return cut - BigInteger(1);
}

std::string Padded(const BigInteger& value, int64_t width) {
  if (width == 0) return "";
  const std::string digits = value.ToDigits();
  return std::string(static_cast<size_t>(width) - digits.size(), '0') + digits;
}

void StripZeros(std::string* digits) {
  while (!digits->empty() && digits->back() == '0') digits->pop_back();
}

}  // namespace

NumberMachine::Stem NumberMachine::Append(const Stem& stem, std::string_view digits) const {
  const size_t last = digits.find_last_not_of('0');
  if (last == std::string_view::npos)
    return {stem.residue, stem.zeros + static_cast<int64_t>(digits.size())};
  const int64_t count = static_cast<int64_t>(last) + 1;
  return {(stem.residue * PowerOfTenMod(stem.zeros + count, modulus_) +
           BigInteger::FromDigits(digits.substr(0, last + 1))) %
              modulus_,
          static_cast<int64_t>(digits.size()) - count};
}

bool NumberMachine::IsOnGrid(const Stem& stem, const Grid& grid, int64_t width,
                             const BigInteger& offset, int64_t unit) const {
  BigInteger residue = stem.residue;
  int64_t exponent = unit;
  if (offset.IsZero()) {
    exponent += stem.zeros + width;
  } else {
    const int64_t zeros = offset.TrailingZeros();
    exponent += zeros;
    const BigInteger tail =
        zeros == 0 ? offset : offset / BigInteger::PowerOfTen(static_cast<size_t>(zeros));
    residue = (residue * PowerOfTenMod(stem.zeros + width - zeros, modulus_) + tail) % modulus_;
  }
  if (grid.step && !grid.step->Divides(residue, exponent)) return false;
  return std::none_of(grid.avoid.begin(), grid.avoid.end(),
                      [&](const NumberStep& other) { return other.Divides(residue, exponent); });
}

// The first offset from low to high that makes a multiple of the step, at 10^unit, and of no other.
std::optional<BigInteger> NumberMachine::FirstOnGrid(const Stem& stem, const Grid& grid,
                                                     int64_t width, int64_t unit,
                                                     const BigInteger& low,
                                                     const BigInteger& high) const {
  const BigInteger& step = grid.step->digits;
  const BigInteger base = (stem.residue * PowerOfTenMod(stem.zeros + width, step) + low) % step;
  BigInteger offset = base.IsZero() ? low : low + (step - base);
  for (; offset <= high; offset = offset + step) {
    if (grid.avoid.empty() || IsOnGrid(stem, grid, width, offset, unit)) return offset;
  }
  return std::nullopt;
}

// In what the bounds leave of the cell at `position`, with a step that has a residue, or others.
std::optional<NumberMachine::Found> NumberMachine::FindInGap(const View& view, const Grid& grid,
                                                             int64_t position,
                                                             const Gap& gap) const {
  const Stem stem{Residue(view), view.n - view.l};
  const int64_t unit = position - view.n;  // the digits read end at 10^unit
  const auto found = [&](std::string digits) {
    StripZeros(&digits);
    return Found{.digits = std::move(digits), .position = position};
  };
  if (gap.limited && gap.low == gap.high) {
    const int64_t width = static_cast<int64_t>(gap.low.size());
    if (gap.low_open || gap.high_open ||
        !IsOnGrid(stem, grid, width, BigInteger::FromDigits(gap.low), unit - width)) {
      return std::nullopt;
    }
    return found(std::string(gap.low));
  }
  if (!grid.step) return FindBesideGrids(stem, grid, position, unit, gap);
  const int64_t width = unit - grid.step->exponent;
  if (width < 0) {
    // The cell is narrower than the last zeros of a multiple: at most its left end is one.
    if (!gap.low.empty() || gap.low_open || !IsOnGrid(stem, grid, 0, BigInteger(), unit))
      return std::nullopt;
    return found("");
  }
  const int64_t longest =
      static_cast<int64_t>(std::max(gap.low.size(), gap.limited ? gap.high.size() : 0));
  if (width <= longest + grid.room + 4) {
    const BigInteger low = FirstAbove(gap.low, width, gap.low_open);
    const std::optional<BigInteger> high =
        gap.limited ? LastBelow(gap.high, width, gap.high_open)
                    : BigInteger::PowerOfTen(static_cast<size_t>(width)) - BigInteger(1);
    if (!high) return std::nullopt;
    const auto offset = FirstOnGrid(stem, grid, width, grid.step->exponent, low, *high);
    if (!offset) return std::nullopt;
    return found(Padded(*offset, width));
  }
  // There is more room than is needed, if there is any: take some digits that lie between the
  // bounds with all that begins with them, and a coarser step.
  std::optional<std::string> begin =
      ShortestBetween(gap.low, gap.low_open, gap.limited, gap.high, true);
  if (!begin) return std::nullopt;
  if (gap.limited && begin->size() < gap.high.size()) begin->resize(gap.high.size(), '0');
  const int64_t rest = width - static_cast<int64_t>(begin->size());
  const int64_t finer = std::max(rest - grid.coarsest, std::min(rest, grid.room));
  if (finer > kLongestCompletion) return Found{.position = position, .too_long = true};
  const auto offset = FirstOnGrid(
      Append(stem, *begin), grid, finer, grid.step->exponent + rest - finer, BigInteger(),
      BigInteger::PowerOfTen(static_cast<size_t>(std::min(finer, grid.room))) - BigInteger(1));
  if (!offset) return std::nullopt;
  return found(*begin + Padded(*offset, finer));
}

// Without a step: more digits lead out of every multiple.
std::optional<NumberMachine::Found> NumberMachine::FindBesideGrids(const Stem& stem,
                                                                   const Grid& grid,
                                                                   int64_t position, int64_t unit,
                                                                   const Gap& gap) const {
  std::optional<std::string> begin =
      ShortestBetween(gap.low, gap.low_open, gap.limited, gap.high, true);
  if (!begin) return std::nullopt;
  int64_t width = static_cast<int64_t>(begin->size());
  if (IsOnGrid(stem, grid, width, BigInteger::FromDigits(*begin), unit - width))
    return Found{.digits = std::move(*begin), .position = position};
  if (gap.limited && begin->size() < gap.high.size()) begin->resize(gap.high.size(), '0');
  unit -= static_cast<int64_t>(begin->size());
  const Stem longer = Append(stem, *begin);
  constexpr int64_t kTried = 8;
  for (width = 1; width <= kTried; ++width) {
    for (uint64_t digit = 1; digit <= 9; ++digit) {
      if (!IsOnGrid(longer, grid, width, BigInteger(digit), unit - width)) continue;
      return Found{.digits = *begin + Padded(BigInteger(digit), width), .position = position};
    }
  }
  width = std::max(kTried, unit - grid.least_exponent + 1);
  if (width > kLongestCompletion) return Found{.position = position, .too_long = true};
  return Found{.digits = *begin + Padded(BigInteger(1), width), .position = position};
}

}  // namespace grammask
