// The members of a set of numbers, and completions that avoid some of them.

#include <algorithm>
#include <utility>

#include "schema/number_pieces.h"

namespace grammask {
namespace {

constexpr int64_t kMostDigits = 100'000;

bool Less(const Decimal& a, const Decimal& b) { return Compare(a, b) < 0; }

struct End {
  Decimal at;
  bool open = false;
};

// An interval of positive numbers; without `low` it begins above zero.
struct Interval {
  std::optional<End> low, high;
};

Decimal Multiple(const BigInteger& count, const NumberStep& step) {
  Decimal out{false, (count * step.digits).ToDigits(), step.exponent};
  const size_t last = out.digits.find_last_not_of('0');
  out.exponent += static_cast<int64_t>(out.digits.size() - 1 - last);
  out.digits.resize(last + 1);
  return out;
}

int64_t RoomFor(size_t values, const NumberStep& step, size_t avoided) {
  return step.digits.DigitCount() + static_cast<int64_t>(std::to_string(values).size()) +
         static_cast<int64_t>(avoided) * 302 / 1000 + 3;
}

// Multiples of the step in the interval, from below; at most `limit` of them. The step is a
// multiple of none of `avoid`.
NumberList Walk(const Interval& interval, NumberStep step, const std::vector<NumberStep>& avoid,
                size_t limit) {
  NumberList out;
  const auto& [low, high] = interval;
  if (low) {
    // Between two ends there is room of 10^unit at least. Where that is much, take coarser steps.
    const int64_t unit = high ? std::min(low->at.exponent, high->at.exponent) : low->at.exponent;
    int64_t coarser = unit - RoomFor(limit, step, avoid.size()) - step.exponent;
    if (coarser > 0) {
      for (const NumberStep& other : avoid) {
        if (!(step.coprime % other.coprime).IsZero()) continue;
        coarser = std::min(coarser, std::max(other.twos - step.twos, other.fives - step.fives) - 1);
      }
      step.twos += coarser;
      step.fives += coarser;
      step.exponent += coarser;
    }
    const int64_t digits = low->at.Position() - step.exponent;
    if (digits >
        kMostDigits + static_cast<int64_t>(low->at.digits.size() + step.digits.DigitCount() +
                                           (high ? high->at.digits.size() : 0))) {
      out.more = true;
      return out;
    }
  }
  BigInteger count(1);
  if (low) {
    // The first one that is not below the end.
    const int64_t zeros = low->at.exponent - step.exponent;
    const BigInteger whole = BigInteger::FromDigits(low->at.digits);
    if (zeros >= 0) {
      auto [quotient, rest] =
          BigInteger::DivMod(whole.TimesPowerOfTen(static_cast<size_t>(zeros)), step.digits);
      count = rest.IsZero() && !low->open ? quotient : quotient + BigInteger(1);
    } else if (low->at.Position() > step.exponent) {
      // The end has digits below the step's last: it lies between two integers.
      const std::string_view cut(low->at.digits);
      count = BigInteger::FromDigits(cut.substr(0, cut.size() - static_cast<size_t>(-zeros))) /
                  step.digits +
              BigInteger(1);
    }
  }
  for (;; count = count + BigInteger(1)) {
    Decimal value = Multiple(count, step);
    if (high) {
      const auto order = Compare(value, high->at);
      if (order > 0 || (order == 0 && high->open)) return out;
    }
    if (std::any_of(avoid.begin(), avoid.end(),
                    [&](const NumberStep& other) { return other.Divides(value); })) {
      continue;
    }
    if (out.values.size() == limit) {
      out.more = true;
      return out;
    }
    out.values.push_back(std::move(value));
  }
}

// Without a step there are always more: finer and finer decimals, until they are enough.
NumberList WalkFiner(const Interval& interval, const std::vector<NumberStep>& avoid, size_t limit) {
  NumberList out;
  const int64_t top = interval.high  ? interval.high->at.Position()
                      : interval.low ? interval.low->at.Position() + 1
                                     : 1;
  for (int64_t digits = 1; digits <= kMostDigits; digits *= 2) {
    NumberStep step;
    step.twos = step.fives = step.exponent = top - digits;
    if (std::any_of(avoid.begin(), avoid.end(),
                    [&](const NumberStep& other) { return step.IsMultipleOf(other); })) {
      continue;
    }
    out = Walk(interval, step, avoid, limit);
    if (out.values.size() == limit) break;
  }
  out.more = true;
  return out;
}

// One piece without points, of what And made, whose spelling does not matter any more.
void AddValues(const NumberConstraint& piece, size_t limit, NumberList* out) {
  std::optional<End> low, high;
  if (piece.minimum) low = End{*piece.minimum, false};
  if (piece.exclusive_minimum && (!low || Compare(*piece.exclusive_minimum, low->at) >= 0))
    low = End{*piece.exclusive_minimum, true};
  if (piece.maximum) high = End{*piece.maximum, false};
  if (piece.exclusive_maximum && (!high || Compare(*piece.exclusive_maximum, high->at) <= 0))
    high = End{*piece.exclusive_maximum, true};
  const auto add = [&](const Decimal& value) {
    if (out->values.size() < limit) {
      out->values.push_back(value);
    } else {
      out->more = true;
    }
  };
  if (low && high) {
    const auto order = Compare(low->at, high->at);
    if (order > 0 || (order == 0 && (low->open || high->open))) return;
    if (order == 0) {
      if (piece.Accepts(low->at)) add(low->at);
      return;
    }
  }
  std::optional<NumberStep> step;
  if (piece.integer) step = NumberStep{};
  for (const Decimal& value : piece.multiples) {
    const NumberStep other = NumberStep::Of(value);
    step = step ? NumberStep::Lcm(*step, other) : other;
  }
  std::vector<NumberStep> avoid;
  for (const Decimal& value : piece.not_multiples) avoid.push_back(NumberStep::Of(value));
  if (piece.Accepts(Decimal{})) add(Decimal{});
  for (const bool negative : {false, true}) {
    if (out->more) return;
    const std::optional<End>& inner = negative ? high : low;
    const std::optional<End>& outer = negative ? low : high;
    if (outer && (outer->at.IsZero() || outer->at.negative != negative)) continue;
    Interval interval;
    if (inner && !inner->at.IsZero() && inner->at.negative == negative) interval.low = inner;
    interval.high = outer;
    for (std::optional<End>* end : {&interval.low, &interval.high}) {
      if (*end) (*end)->at.negative = false;
    }
    const size_t left = limit - out->values.size();
    NumberList some = step ? Walk(interval, *step, avoid, left) : WalkFiner(interval, avoid, left);
    for (Decimal& value : some.values) {
      value.negative = negative;
      out->values.push_back(std::move(value));
    }
    out->more = some.more;
  }
}

bool IsPlainInCanonicalSpelling(const Decimal& value) {
  return value.IsInteger() && (value.IsZero() || value.Position() <= Decimal::kPlainMaxPosition);
}

}  // namespace

NumberList ListNumbers(const NumberConstraint& piece, bool canonical, size_t limit) {
  NumberList out;
  const NumberConstraint whole = NumberConstraint::And({&piece});
  if (whole.has_points) {
    for (const Decimal& point : whole.points) {
      if (canonical && whole.plain != Plain::kAny &&
          (whole.plain == Plain::kOnly) != IsPlainInCanonicalSpelling(point)) {
        continue;
      }
      if (out.values.size() == limit) {
        out.more = true;
        break;
      }
      out.values.push_back(point);
    }
    return out;
  }
  // Which values have a spelling that is wanted.
  const Decimal edge{false, "1", Decimal::kPlainMaxPosition}, minus_edge{true, "1", edge.exponent};
  std::vector<NumberConstraint> parts(1);
  if (whole.plain == Plain::kOnly) {
    parts[0].integer = true;
    if (canonical) {
      parts[0].exclusive_minimum = minus_edge;
      parts[0].exclusive_maximum = edge;
    }
  } else if (whole.plain == Plain::kNever && canonical) {
    parts.resize(3);
    parts[0].exclusive_minimum = minus_edge;
    parts[0].exclusive_maximum = edge;
    parts[0].not_multiples.push_back(Decimal{false, "1", 0});
    parts[1].minimum = edge;
    parts[2].maximum = minus_edge;
  }
  for (const NumberConstraint& part : parts) {
    const NumberConstraint both = NumberConstraint::And({&whole, &part});
    if (!both.has_points) AddValues(both, limit, &out);
    if (out.more) break;
  }
  std::sort(out.values.begin(), out.values.end(), Less);
  return out;
}

std::optional<std::vector<Decimal>> EnumerateNumbers(const NumberConstraint& piece, bool canonical,
                                                     size_t limit) {
  NumberList list = ListNumbers(piece, canonical, limit);
  if (list.more) return std::nullopt;
  return std::move(list.values);
}

// ---- Completions that avoid values ----

bool NumberMachine::ViableExcept(const NumberState& state, std::string_view text,
                                 const std::vector<uint32_t>& want,
                                 std::span<const Decimal> excluded) const {
  bool viable = false;
  SearchExcept(state, text, want, excluded, &viable);
  return viable;
}

std::optional<std::string> NumberMachine::CompletionExcept(
    const NumberState& state, std::string_view text, const std::vector<uint32_t>& want,
    std::span<const Decimal> excluded) const {
  bool viable = false;
  return SearchExcept(state, text, want, excluded, &viable);
}

// Finds a value; where it is an excluded one, looks on both sides of it.
std::optional<std::string> NumberMachine::SearchExcept(const NumberState& state,
                                                       std::string_view text,
                                                       const std::vector<uint32_t>& want,
                                                       std::span<const Decimal> excluded,
                                                       bool* viable) const {
  *viable = false;
  if (!Viable(state, want)) return std::nullopt;
  std::optional<std::string> first = Completion(state, want);
  // A text that is too long to be written is no excluded value.
  const auto value_of = [&](const std::string& rest) {
    return Decimal::FromJson(std::string(text) + rest);
  };
  const auto is_excluded = [&](const std::string& rest) {
    const std::optional<Decimal> value = value_of(rest);
    return value && std::binary_search(excluded.begin(), excluded.end(), *value, Less);
  };
  if (!first || !is_excluded(*first)) {
    *viable = true;
    return first;
  }
  const View view = Unpack(state);
  Wanted wanted = Want(want);
  if (wanted.trivial) {
    wanted.trivial = false;
    wanted.zero = true;
  }
  wanted.zero =
      wanted.zero && !std::binary_search(excluded.begin(), excluded.end(), Decimal{}, Less);
  if (wanted.zero) {
    Wanted zero = wanted;
    zero.sides[0].possible = zero.sides[1].possible = false;
    std::optional<std::string> found = FindComplete(view, zero);
    if (found) {
      *viable = true;
      return found;
    }
    wanted.zero = false;
  }
  if (wanted.has_points) {
    for (const bool negative : {false, true}) {
      std::erase_if(wanted.sides[negative].points, [&](const Magnitude& point) {
        const Decimal value{negative, point.digits,
                            point.position - static_cast<int64_t>(point.digits.size())};
        return std::binary_search(excluded.begin(), excluded.end(), value, Less);
      });
    }
    std::optional<std::string> found = FindComplete(view, wanted);
    *viable = found.has_value() || IsViable(view, wanted);
    return found;
  }
  struct Part {
    bool negative;
    std::optional<Bound> low, high;
  };
  std::vector<Part> parts;
  for (const bool negative : {true, false}) {
    const Side& side = wanted.sides[negative];
    if (side.possible) parts.push_back({negative, side.low, side.high});
  }
  // Every round but the last takes out one excluded value or finds a part empty.
  for (size_t rounds = 0; !parts.empty() && rounds < 2 * excluded.size() + 4; ++rounds) {
    Part part = std::move(parts.back());
    parts.pop_back();
    wanted.sides[!part.negative].possible = false;
    Side& side = wanted.sides[part.negative];
    side.possible = true;
    side.low = part.low;
    side.high = part.high;
    if (!IsViable(view, wanted)) continue;
    std::optional<std::string> found = FindComplete(view, wanted);
    if (!found || !is_excluded(*found)) {
      *viable = true;
      return found;
    }
    const Decimal value = *value_of(*found);
    const Bound cut{{value.digits, value.Position()}, true};
    parts.push_back({part.negative, cut, part.high});
    parts.push_back({part.negative, part.low, cut});
  }
  return std::nullopt;
}

namespace {

std::optional<NumberState> After(const NumberMachine& machine, std::string_view text) {
  std::optional<NumberState> state = machine.Start();
  for (const char byte : text) {
    state = machine.Step(*state, static_cast<uint8_t>(byte));
    if (!state) break;
  }
  return state;
}

}  // namespace

bool ViableExcept(std::string_view text, const NumberConstraint& piece,
                  std::span<const Decimal> excluded, bool canonical) {
  const NumberMachine machine({piece}, canonical, excluded);
  const std::optional<NumberState> state = After(machine, text);
  return state && machine.ViableExcept(*state, text, {0}, excluded);
}

std::optional<std::string> CompletionExcept(std::string_view text, const NumberConstraint& piece,
                                            std::span<const Decimal> excluded, bool canonical) {
  const NumberMachine machine({piece}, canonical, excluded);
  const std::optional<NumberState> state = After(machine, text);
  if (!state) return std::nullopt;
  return machine.CompletionExcept(*state, text, {0}, excluded);
}

}  // namespace grammask
