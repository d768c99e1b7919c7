#include "automata/punycode.h"

#include <algorithm>

#include "automata/utf8.h"

namespace grammask {
namespace {

// RFC 3492 §5.
constexpr uint32_t kBase = 36, kLeast = 1, kMost = 26, kSkew = 38, kDamp = 700;
// More than any place of any code point in a text of a label's length, and so small that sums and
// products with it stay within 64 bits.
constexpr uint64_t kFar = uint64_t{1} << 40;

uint32_t Threshold(uint32_t k, uint32_t bias) {
  if (k <= bias + kLeast) return kLeast;
  return std::min(k - bias, kMost);
}

// §6.1
uint32_t Adapt(uint64_t delta, uint32_t places, bool first) {
  delta = first ? delta / kDamp : delta / 2;
  delta += delta / places;
  uint32_t k = 0;
  for (; delta > (kBase - kLeast) * kMost / 2; k += kBase) delta /= kBase - kLeast;
  return k + static_cast<uint32_t>((kBase - kLeast + 1) * delta / (delta + kSkew));
}

// Calls emit(digit) for each digit.
template <typename Emit>
void ForEachDigit(uint64_t value, uint32_t k, uint32_t bias, Emit emit) {
  for (;; k += kBase) {
    const uint32_t threshold = Threshold(k, bias);
    if (value < threshold) break;
    const uint32_t above = kBase - threshold;
    emit(static_cast<uint32_t>(threshold + (value - threshold) % above));
    value = (value - threshold) / above;
  }
  emit(static_cast<uint32_t>(value));
}

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

}  // namespace

void PunycodeReading::Digit(uint32_t digit) {
  if (broken) return;
  const uint32_t threshold = Threshold(k, bias);
  if (digit < threshold) {
    Finish(digit);
    return;
  }
  delta = std::min(delta + weight * digit, kFar);
  weight = std::min(weight * (kBase - threshold), kFar);
  k += kBase;
  // Further digits only add to it.
  broken = next + Target(0) / places() > kMaxCodePoint;
}

void PunycodeReading::Finish(uint64_t value) {
  const uint64_t target = Target(value);
  const uint64_t point = next + target / places();
  if (point > kMaxCodePoint || (point >= kSurrogateLo && point <= kSurrogateHi)) {
    broken = true;
    return;
  }
  const uint32_t place = static_cast<uint32_t>(target % places());
  bias = Adapt(delta + weight * value, places(), inserted == 0);
  points.insert(points.begin() + place, static_cast<uint32_t>(point));
  next = static_cast<uint32_t>(point);
  at = place + 1;
  ++inserted;
  delta = 0;
  weight = 1;
  k = kBase;
}

std::optional<uint32_t> PunycodeDigit(char c) {
  c = Lower(c);
  if (c >= 'a' && c <= 'z') return c - 'a';
  if (c >= '0' && c <= '9') return c - '0' + 26;
  return std::nullopt;
}

std::string PunycodeDigits(uint64_t value, uint32_t k, uint32_t bias) {
  std::string out;
  ForEachDigit(value, k, bias, [&](uint32_t digit) {
    out.push_back(static_cast<char>(digit < 26 ? 'a' + digit : '0' + digit - 26));
  });
  return out;
}

uint32_t CountPunycodeDigits(uint64_t value, uint32_t k, uint32_t bias) {
  uint32_t count = 0;
  ForEachDigit(value, k, bias, [&](uint32_t) { ++count; });
  return count;
}

PunycodeReading ReadPunycode(std::string_view text) {
  PunycodeReading reading;
  size_t begin = text.rfind('-');
  if (begin == std::string_view::npos || begin == 0) {
    begin = 0;  // a hyphen with nothing before it is a digit, and none that exists
  } else {
    for (const char c : text.substr(0, begin)) reading.points.push_back(static_cast<uint8_t>(c));
    ++begin;
  }
  for (const char c : text.substr(begin)) {
    const std::optional<uint32_t> digit = PunycodeDigit(c);
    if (!digit) reading.broken = true;
    if (reading.broken) break;
    reading.Digit(*digit);
  }
  return reading;
}

std::optional<std::vector<uint32_t>> DecodePunycode(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    c = Lower(c);
    if (c != '-' && !PunycodeDigit(c)) return std::nullopt;
  }
  PunycodeReading reading = ReadPunycode(lower);
  if (!reading.complete()) return std::nullopt;
  return std::move(reading.points);
}

std::optional<std::string> EncodePunycode(std::span<const uint32_t> points) {
  std::string out;
  for (const uint32_t point : points) {
    if (point > kMaxCodePoint || (point >= kSurrogateLo && point <= kSurrogateHi)) {
      return std::nullopt;
    }
    if (point < 0x80) out.push_back(static_cast<char>(point));
  }
  PunycodeReading reading;
  reading.points.assign(out.begin(), out.end());
  if (!out.empty()) out.push_back('-');
  std::vector<uint32_t> others;
  std::copy_if(points.begin(), points.end(), std::back_inserter(others),
               [](uint32_t point) { return point >= 0x80; });
  std::sort(others.begin(), others.end());
  others.erase(std::unique(others.begin(), others.end()), others.end());
  for (const uint32_t point : others) {
    // The place of each among the characters that are there already: the smaller ones, and its
    // equals to the left.
    uint32_t place = 0;
    for (const uint32_t other : points) {
      if (other == point) {
        const uint64_t target = uint64_t{point - reading.next} * reading.places() + place;
        out += PunycodeDigits(target - reading.at, reading.k, reading.bias);
        reading.Finish(target - reading.at);
      }
      if (other <= point) ++place;
    }
  }
  return out;
}

}  // namespace grammask
