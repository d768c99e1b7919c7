// Punycode, RFC 3492: the ASCII form of a text, as it stands in an A-label behind `xn--`.
//
// The form is the text's basic (ASCII) characters, a hyphen if there are any, and then one integer
// for each other character, in order of the code points and, among equal ones, of the places. An
// integer says how far the next place to insert at lies from the one before, counted through all
// places for one code point, then all places for the next. Its digits (a to z are 0 to 25, 0 to 9
// are 26 to 35) have weights that depend on thresholds; the first digit below its threshold ends
// the integer. Every sequence of integers in these digits is written in one way only, so what can
// be decoded is what encoding gives, apart from the case of letters.
//
// Nothing here knows expressions. What is decoded grows by one digit at a time, and `broken` says
// that no digits whatever can mend it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace grammask {

// Decoding under way, behind the basic characters.
struct PunycodeReading {
  std::vector<uint32_t> points;  // decoded so far
  uint32_t next = 0x80;          // no smaller code point is inserted from here on
  uint64_t at = 0;               // nor this one at a place before this
  uint32_t bias = 72;
  uint32_t inserted = 0;
  // The integer in progress: its value so far, and the weight and threshold position of its next
  // digit.
  uint64_t delta = 0, weight = 1;
  uint32_t k = 36;
  bool broken = false;

  bool inside() const { return k != 36; }
  bool complete() const { return !broken && !inside() && inserted > 0; }
  uint32_t places() const { return static_cast<uint32_t>(points.size()) + 1; }
  // The code point and place that the integer leads to if the digits to come are worth `value`.
  // The code point may be none that exists.
  uint64_t Target(uint64_t value) const { return at + delta + weight * value; }

  void Digit(uint32_t digit);
  // Ends the integer with digits that are worth `value`.
  void Finish(uint64_t value);
};

// The value of a digit; nullopt for any other character.
std::optional<uint32_t> PunycodeDigit(char c);

// The digits that are worth `value` from the threshold position k on; and how many these are, which
// grows with the value.
std::string PunycodeDigits(uint64_t value, uint32_t k, uint32_t bias);
uint32_t CountPunycodeDigits(uint64_t value, uint32_t k, uint32_t bias);

// Reads a text of lower-case letters, digits and hyphens: the last hyphen that has something before
// it ends the basic characters.
PunycodeReading ReadPunycode(std::string_view text);

// The text of code points, with ASCII letters in lower case; nullopt for what is not Punycode, or
// has no character beyond ASCII. Letters may be of either case.
std::optional<std::vector<uint32_t>> DecodePunycode(std::string_view text);
// nullopt if a code point is none that exists.
std::optional<std::string> EncodePunycode(std::span<const uint32_t> points);

}  // namespace grammask
