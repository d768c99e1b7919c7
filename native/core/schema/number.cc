// Reading a number byte by byte, and judging one that ends (the ideas stand in number.h).

#include "schema/number.h"

#include <algorithm>
#include <utility>

namespace grammask {
namespace {

constexpr size_t kHeadWords = 9;
constexpr size_t kMaxConjunctions = 4096;

int64_t Join(uint32_t low, uint32_t high) {
  return static_cast<int64_t>(static_cast<uint64_t>(high) << 32 | low);
}

void Split(NumberState* words, size_t at, int64_t value) {
  (*words)[at] = static_cast<uint32_t>(static_cast<uint64_t>(value));
  (*words)[at + 1] = static_cast<uint32_t>(static_cast<uint64_t>(value) >> 32);
}

}  // namespace

NumberMachine::NumberMachine(std::vector<NumberConstraint> constraints, bool canonical,
                             std::span<const Decimal> noted)
    : constraints_(std::move(constraints)), canonical_(canonical) {
  const auto note = [&](const Decimal& value) {
    if (value.IsZero()) return;
    kept_digits_ = std::max(kept_digits_, static_cast<int64_t>(value.digits.size()));
    marks_.push_back(value.digits);
    max_position_ = std::max(max_position_, value.Position());
    min_position_ = std::min(min_position_, value.Position());
  };
  for (const NumberConstraint& c : constraints_) {
    if (!c.IsTrivial()) trivial_ = false;
    for (const auto* bound : {&c.minimum, &c.exclusive_minimum, &c.maximum, &c.exclusive_maximum}) {
      if (*bound) note(**bound);
    }
    for (const Decimal& point : c.points) note(point);
    for (const auto* steps : {&c.multiples, &c.not_multiples}) {
      for (const Decimal& value : *steps) {
        const NumberStep step = NumberStep::Of(value);
        modulus_ = modulus_ / Gcd(modulus_, step.digits) * step.digits;
        coprime_ = coprime_ / Gcd(coprime_, step.coprime) * step.coprime;
        max_step_ = std::max(max_step_, step.exponent + step.MostNeeded());
        min_step_ = std::min(min_step_, step.exponent);
      }
    }
  }
  if (!noted.empty()) trivial_ = false;
  for (const Decimal& value : noted) note(value);
  std::sort(marks_.begin(), marks_.end());
  marks_.erase(std::unique(marks_.begin(), marks_.end()), marks_.end());
  if (!modulus_.IsOne()) residue_words_ = modulus_.limbs().size();
  for (const NumberConstraint& c : constraints_)
    single_.push_back(Prepare(NumberConstraint::And({&c})));
}

int64_t NumberMachine::View::Position() const {
  if (saturated) return exponent_negative ? -kFar : kFar;
  return exponent_negative ? p - e : p + e;
}

NumberMachine::View NumberMachine::Unpack(const NumberState& state) const {
  View view;
  view.phase = static_cast<Phase>(state[0] & 15u);
  view.negative = state[0] >> 4 & 1u;
  view.exponent_negative = state[0] >> 5 & 1u;
  view.saturated = state[0] >> 6 & 1u;
  view.n = Join(state[1], state[2]);
  view.l = Join(state[3], state[4]);
  view.p = Join(state[5], state[6]);
  view.e = Join(state[7], state[8]);
  view.residue = std::span<const uint32_t>(state).subspan(kHeadWords, residue_words_);
  view.digits = std::span<const uint32_t>(state).subspan(kHeadWords + residue_words_);
  return view;
}

BigInteger NumberMachine::ResidueOf(const NumberState& state) const {
  const auto at = state.begin() + kHeadWords;
  return BigInteger::FromLimbs({at, at + static_cast<std::ptrdiff_t>(residue_words_)});
}

BigInteger NumberMachine::Residue(const View& view) const {
  return BigInteger::FromLimbs({view.residue.begin(), view.residue.end()});
}

void NumberMachine::SetResidue(const BigInteger& residue, NumberState* state) const {
  const auto at = state->begin() + kHeadWords;
  const auto end = std::copy(residue.limbs().begin(), residue.limbs().end(), at);
  std::fill(end, at + static_cast<std::ptrdiff_t>(residue_words_), 0u);
}

// A significant digit that is not zero was read, and zeros before it.
void NumberMachine::StepResidue(const View& before, const View& after, uint8_t digit,
                                NumberState* state) const {
  const int64_t shift = after.l - before.l;
  if (residue_words_ == 1 && shift <= BigInteger::kDigitsPerLimb) {
    uint64_t value = before.residue[0];
    for (int64_t i = 0; i < shift; ++i) value *= 10;
    (*state)[kHeadWords] = static_cast<uint32_t>((value + digit) % modulus_.limbs()[0]);
    return;
  }
  SetResidue((Residue(before) * PowerOfTenMod(shift, modulus_) + BigInteger(digit)) % modulus_,
             state);
}

// Writes the head of `state`; its digits stand behind already, and are cut to those that count.
void NumberMachine::Pack(const View& view, NumberState* state) const {
  const int64_t digits = std::min(view.n, kept_digits_);
  state->resize(kHeadWords + residue_words_ + static_cast<size_t>((digits + 7) / 8));
  if (digits % 8 != 0) state->back() &= (1u << (digits % 8 * 4)) - 1u;
  (*state)[0] = static_cast<uint32_t>(view.phase) | static_cast<uint32_t>(view.negative) << 4 |
                static_cast<uint32_t>(view.exponent_negative) << 5 |
                static_cast<uint32_t>(view.saturated) << 6;
  Split(state, 1, view.n);
  Split(state, 3, view.l);
  Split(state, 5, view.p);
  Split(state, 7, view.e);
}

NumberState NumberMachine::Start() const {
  NumberState state;
  Pack(View{}, &state);
  return state;
}

std::optional<NumberState> NumberMachine::Step(const NumberState& state, uint8_t byte) const {
  View view = Unpack(state);
  const bool digit = byte >= '0' && byte <= '9';
  const int64_t before = view.n, last_before = view.l;
  if (!(digit ? StepDigit(&view, static_cast<uint8_t>(byte - '0')) : StepOther(&view, byte)))
    return std::nullopt;
  std::optional<NumberState> next(std::in_place);
  next->reserve(state.size() + 1);
  *next = state;
  if (view.n > before && before < kept_digits_) {
    if (before % 8 == 0) next->push_back(0);
    next->back() |= static_cast<uint32_t>(byte - '0') << (before % 8 * 4);
  }
  if (residue_words_ != 0 && view.l != last_before)
    StepResidue(Unpack(state), view, static_cast<uint8_t>(byte - '0'), &*next);
  ForgetWhatIsSettled(&view, &*next);
  Pack(view, &*next);
  if (view.n > before) ForgetDigits(&*next);
  return next;
}

// Where D begins like no bound and no point: the least D between the same two of them. Trailing
// zeros stay: a bound that is greater than D is greater than its digits up to the last one, too.
void NumberMachine::ForgetDigits(NumberState* state) const {
  const View view = Unpack(*state);
  if (trivial_ || view.l > kept_digits_) return;
  const auto above = std::partition_point(
      marks_.begin(), marks_.end(),
      [&](const std::string& mark) { return PlaceOf(view, mark) == Place::kBelow; });
  if (above != marks_.end() && PlaceOf(view, *above) == Place::kInside) return;
  std::string least(static_cast<size_t>(view.l), '0');
  if (above == marks_.begin()) {
    least[0] = '1';
  } else {
    // The digits of the mark below, so many of them, and one more in the last place.
    const std::string& below = *(above - 1);
    std::copy_n(below.begin(), std::min(below.size(), least.size()), least.begin());
    size_t at = least.size();
    while (least[--at] == '9') least[at] = '0';
    ++least[at];
  }
  const auto digits = state->begin() + kHeadWords + static_cast<std::ptrdiff_t>(residue_words_);
  std::fill(digits, state->end(), 0u);
  for (size_t i = 0; i < least.size(); ++i) {
    digits[static_cast<std::ptrdiff_t>(i / 8)] |= static_cast<uint32_t>(least[i] - '0')
                                                  << (i % 8 * 4);
  }
}

bool NumberMachine::StepDigit(View* view, uint8_t digit) const {
  const auto significant = [&] {
    ++view->n;
    if (digit != 0) view->l = view->n;
  };
  switch (view->phase) {
    case Phase::kStart:
    case Phase::kMinus:
      if (digit == 0) {
        view->phase = Phase::kZero;
        return true;
      }
      view->phase = Phase::kInteger;
      significant();
      view->p = 1;
      return true;
    case Phase::kInteger:
      if (canonical_ && view->p == Decimal::kPlainMaxPosition) return false;
      significant();
      ++view->p;
      return true;
    case Phase::kPoint:
    case Phase::kFraction:
      view->phase = Phase::kFraction;
      if (view->n != 0 || digit != 0) {
        significant();
        return true;
      }
      if (canonical_ && view->p == Decimal::kPlainMinPosition) return false;
      --view->p;
      return true;
    case Phase::kE:
      if (canonical_) return false;
      [[fallthrough]];
    case Phase::kExponentSign:
      if (canonical_ && digit == 0) return false;
      view->phase = Phase::kExponent;
      view->e = digit;
      return true;
    case Phase::kExponent:
      if (!view->saturated) view->e = view->e * 10 + digit;
      return true;
    case Phase::kZero:
      return false;
  }
  return false;
}

bool NumberMachine::StepOther(View* view, uint8_t byte) const {
  const Phase phase = view->phase;
  switch (byte) {
    case '-':
      if (phase == Phase::kStart) {
        view->phase = Phase::kMinus;
        view->negative = true;
        return true;
      }
      [[fallthrough]];
    case '+':
      if (phase != Phase::kE) return false;
      view->phase = Phase::kExponentSign;
      view->exponent_negative = byte == '-';
      return true;
    case '.':
      if (phase != Phase::kZero && phase != Phase::kInteger) return false;
      view->phase = Phase::kPoint;
      return true;
    case 'e':
    case 'E':
      if (phase != Phase::kZero && phase != Phase::kInteger && phase != Phase::kFraction)
        return false;
      if (canonical_) {
        const bool short_mantissa = phase != Phase::kZero && view->n > 0 && view->p == 1;
        if (byte == 'E' || !short_mantissa || (phase == Phase::kFraction && view->l != view->n))
          return false;
      }
      view->phase = Phase::kE;
      return true;
    default:
      return false;
  }
}

void NumberMachine::ForgetWhatIsSettled(View* view, NumberState* state) const {
  if (trivial_) {
    view->negative =
        view->negative && canonical_ && view->phase <= Phase::kZero;  // "-0" is not canonical
    if (!canonical_) {
      view->n = view->l = view->p = 0;
    } else if (view->phase == Phase::kInteger) {
      view->l = view->n;
    } else if (view->phase == Phase::kFraction && view->n > 0) {
      // What counts is whether an exponent may follow (p = 1), and whether the fraction ends in
      // zero.
      view->l = view->l == view->n ? 2 : 1;
      view->n = 2;
      view->p = view->p == 1 ? 1 : 2;
    } else if (view->InExponent()) {
      view->p = 0;
      view->n = view->l = 1;
    }
  }
  if (!view->InExponent()) return;
  view->n = view->l;
  if (view->n == 0) {
    view->p = view->e = 0;
    view->negative = view->exponent_negative = false;
    return;
  }
  // What divides the digits says all that the residue is still asked.
  if (residue_words_ != 0 && view->phase == Phase::kE)
    SetResidue(Gcd(ResidueOf(*state), modulus_) % modulus_, state);
  if (view->phase != Phase::kExponent || view->saturated) return;
  const bool past = view->exponent_negative
                        ? view->p - view->e < std::min(min_position_, view->l + min_step_)
                        : view->p + view->e > std::max(max_position_, view->l + max_step_);
  const int64_t least = !canonical_               ? 0
                        : view->exponent_negative ? kLeastMinusExponent
                                                  : kLeastPlusExponent;
  if (!past || view->e < least) return;
  view->saturated = true;
  view->n = view->l = 1;
  view->p = view->e = 0;
  if (residue_words_ != 0) {
    // Far up only factors that are prime to ten count, far down there are no multiples.
    SetResidue(
        view->exponent_negative ? BigInteger(1) : Gcd(ResidueOf(*state), coprime_) % modulus_,
        state);
  }
  if (kept_digits_ > 0) {
    state->resize(kHeadWords + residue_words_ + 1);
    state->back() = 1;
  }
}

bool NumberMachine::IsComplete(const View& view) const {
  switch (view.phase) {
    case Phase::kZero:
      return !(canonical_ && view.negative);
    case Phase::kInteger:
      return true;
    case Phase::kFraction:
      return !canonical_ || (view.n > 0 && view.l == view.n);
    case Phase::kExponent:
      return !canonical_ || view.saturated ||
             view.e >= (view.exponent_negative ? kLeastMinusExponent : kLeastPlusExponent);
    default:
      return false;
  }
}

bool NumberMachine::Complete(const NumberState& state) const { return IsComplete(Unpack(state)); }

bool NumberMachine::Holds(const NumberState& state, size_t i) const {
  return Satisfies(Unpack(state), single_[i]);
}

bool NumberMachine::Satisfies(const View& view, const Wanted& wanted) const {
  if (wanted.trivial) return true;
  if (wanted.plain != Plain::kAny &&
      (wanted.plain == Plain::kOnly) != (view.phase <= Phase::kInteger)) {
    return false;
  }
  if (view.l == 0) return wanted.zero;
  const Side& side = wanted.sides[view.negative];
  const int64_t position = view.Position();
  const auto compare = [&](const Magnitude& other) {
    if (position != other.position) return position < other.position ? -1 : 1;
    return CompareDigits(view, other.digits);
  };
  if (wanted.has_points) {
    const auto at =
        std::partition_point(side.points.begin(), side.points.end(), [&](const Magnitude& point) {
          const int order = CompareDigits(view, point.digits);
          return order > 0 || (order == 0 && point.position < position);
        });
    return at != side.points.end() && compare(*at) == 0;
  }
  if (!side.possible || !wanted.grid.possible) return false;
  if (wanted.grid.hard) {
    const BigInteger residue = Residue(view);
    const int64_t exponent = position - view.l;
    const auto divides = [&](const NumberStep& step) { return step.Divides(residue, exponent); };
    if (wanted.grid.step && !divides(*wanted.grid.step)) return false;
    if (std::any_of(wanted.grid.avoid.begin(), wanted.grid.avoid.end(), divides)) return false;
  } else if (wanted.grid.step && position - view.l < wanted.grid.step->exponent) {
    return false;
  }
  if (side.low) {
    const int order = compare(side.low->at);
    if (order < 0 || (order == 0 && side.low->open)) return false;
  }
  if (side.high) {
    const int order = compare(side.high->at);
    if (order > 0 || (order == 0 && side.high->open)) return false;
  }
  return true;
}

// The order of 0.D and 0.digits.
int NumberMachine::CompareDigits(const View& view, std::string_view digits) const {
  const int64_t count = static_cast<int64_t>(digits.size());
  const int64_t known = std::max(std::min(view.n, kept_digits_), count);
  for (int64_t i = 0; i < known; ++i) {
    const int mine = view.Digit(i, kept_digits_);
    const int other = i < count ? digits[static_cast<size_t>(i)] - '0' : 0;
    if (mine != other) return mine < other ? -1 : 1;
  }
  return view.l > kept_digits_ ? 1 : 0;
}

const NumberMachine::Wanted& NumberMachine::Want(const std::vector<uint32_t>& want) const {
  if (want.size() == 1) return single_[want[0]];
  const auto known = conjunction_.find(want);
  if (known != conjunction_.end()) return known->second;
  if (conjunction_.size() >= kMaxConjunctions) conjunction_.clear();
  std::vector<const NumberConstraint*> parts;
  for (const uint32_t i : want) parts.push_back(&constraints_[i]);
  return conjunction_.emplace(want, Prepare(NumberConstraint::And(parts))).first->second;
}

}  // namespace grammask
