// What the tests of numbers share: constraints in short notation, a naive judge, all short texts,
// random values.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "schema/number.h"

namespace grammask {

inline Decimal D(const std::string& text) {
  const auto decimal = Decimal::FromJson(text);
  EXPECT_TRUE(decimal.has_value()) << text;
  return decimal.value_or(Decimal{});
}

// "[1,5)" and the like, an empty end is no bound; or "{1,2.5}" for points. Behind it, each after a
// space: "int", "*3" (a multiple of 3), "!3" (not one), "plain" and "dotted" (not plain).
inline NumberConstraint C(const std::string& text) {
  NumberConstraint out;
  const auto split = [](const std::string& list) {
    std::vector<std::string> parts(1);
    for (const char c : list) {
      if (c == ',') {
        parts.emplace_back();
      } else {
        parts.back() += c;
      }
    }
    return parts;
  };
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    if (word == "int") out.integer = true;
    if (word == "plain") out.plain = Plain::kOnly;
    if (word == "dotted") out.plain = Plain::kNever;
    if (word[0] == '*') out.multiples.push_back(D(word.substr(1)));
    if (word[0] == '!') out.not_multiples.push_back(D(word.substr(1)));
  }
  if (text[0] == '{') {
    out.has_points = true;
    const auto parts = split(text.substr(1, text.find('}') - 1));
    for (const std::string& part : parts) {
      if (!part.empty()) out.points.push_back(D(part));
    }
  } else if (text[0] == '[' || text[0] == '(') {
    const size_t end = text.find_first_of(")]", 1);
    const auto parts = split(text.substr(1, end - 1));
    if (!parts[0].empty()) (text[0] == '[' ? out.minimum : out.exclusive_minimum) = D(parts[0]);
    if (!parts[1].empty()) (text[end] == ']' ? out.maximum : out.exclusive_maximum) = D(parts[1]);
  }
  return out;
}

inline std::optional<NumberState> After(const NumberMachine& machine, const std::string& text) {
  std::optional<NumberState> state = machine.Start();
  for (const char c : text) {
    state = machine.Step(*state, static_cast<uint8_t>(c));
    if (!state) break;
  }
  return state;
}

inline bool IsAllowedText(const std::string& text, bool canonical) {
  const auto value = Decimal::FromJson(text);
  return value && (!canonical || value->ToCanonicalJson() == text);
}

inline std::vector<uint32_t> AllOf(size_t count) {
  std::vector<uint32_t> out;
  for (uint32_t i = 0; i < count; ++i) out.push_back(i);
  return out;
}

// Is the value a multiple of the step? By long division, apart from the machine's arithmetic. The
// step has at most 17 digits.
inline bool IsMultiple(const Decimal& value, const Decimal& step) {
  if (value.IsZero()) return true;
  using Wide = unsigned __int128;
  Wide modulus = std::stoull(step.digits), rest = 0;
  int64_t zeros = value.exponent - step.exponent;
  for (; zeros < 0; ++zeros) {
    modulus *= 10;
    if (modulus > Wide(1) << 110) return false;  // the values here have fewer zeros at their end
  }
  for (const char digit : value.digits) rest = (rest * 10 + Wide(digit - '0')) % modulus;
  // Past a hundred zeros no more factors of two and five are missing.
  for (zeros = std::min<int64_t>(zeros, 100); zeros > 0 && rest != 0; --zeros)
    rest = rest * 10 % modulus;
  return rest == 0;
}

inline bool Accepts(const NumberConstraint& c, const Decimal& value, const std::string& text) {
  for (const Decimal& step : c.multiples) {
    if (!IsMultiple(value, step)) return false;
  }
  for (const Decimal& step : c.not_multiples) {
    if (IsMultiple(value, step)) return false;
  }
  const bool plain = text.find_first_of(".eE") == std::string::npos;
  if (c.plain != Plain::kAny && (c.plain == Plain::kOnly) != plain) return false;
  NumberConstraint rest = c;
  rest.multiples.clear();
  rest.not_multiples.clear();
  return rest.Accepts(value);
}

// Viable means: Completion gives a text that really is a number with all that is wanted. Not viable
// means no completion.
inline void CheckSound(const NumberMachine& machine,
                       const std::vector<NumberConstraint>& constraints, bool canonical,
                       const std::string& prefix, const NumberState& state,
                       const std::vector<uint32_t>& want) {
  const bool viable = machine.Viable(state, want);
  const auto completion = machine.Completion(state, want);
  ASSERT_EQ(viable, completion.has_value()) << prefix;
  if (!completion) return;
  const std::string text = prefix + *completion;
  ASSERT_TRUE(IsAllowedText(text, canonical)) << prefix << " + " << *completion;
  const auto end = After(machine, text);
  ASSERT_TRUE(end && machine.Complete(*end)) << text;
  for (const uint32_t i : want) {
    ASSERT_TRUE(Accepts(constraints[i], D(text), text)) << prefix << " + " << *completion;
    ASSERT_TRUE(machine.Holds(*end, i)) << text;
  }
  // A completion of the empty prefix is not long, beyond the digits that the constraints themselves
  // have.
  ASSERT_LT(completion->size(), 120u);
}

// Every prefix of a text that is wanted must be viable.
inline void CheckComplete(const NumberMachine& machine,
                          const std::vector<NumberConstraint>& constraints, bool canonical,
                          const std::string& text, const std::vector<uint32_t>& want) {
  const Decimal value = D(text);
  std::vector<uint32_t> holding;
  for (const uint32_t i : want) {
    if (Accepts(constraints[i], value, text)) holding.push_back(i);
  }
  NumberState state = machine.Start();
  for (size_t size = 0;; ++size) {
    ASSERT_TRUE(machine.Viable(state, holding)) << text.substr(0, size) << " of " << text;
    CheckSound(machine, constraints, canonical, text.substr(0, size), state, holding);
    CheckSound(machine, constraints, canonical, text.substr(0, size), state, want);
    if (size == text.size()) break;
    const auto next = machine.Step(state, static_cast<uint8_t>(text[size]));
    ASSERT_TRUE(next.has_value()) << text.substr(0, size + 1);
    state = *next;
  }
  ASSERT_TRUE(machine.Complete(state)) << text;
  for (const uint32_t i : want)
    ASSERT_EQ(machine.Holds(state, i), Accepts(constraints[i], value, text)) << text;
}

// All texts over an alphabet that begin some JSON number, by a grammar written down apart from the
// machine.
struct Trie {
  struct Node {
    std::string text;
    int parent;
    bool complete;
    Decimal value;
  };
  std::vector<Node> nodes;

  static bool CanBegin(const std::string& text) {
    for (const char* tail : {"", "0", "1", ".1"}) {
      if (Decimal::FromJson(text + tail)) return true;
    }
    return false;
  }

  Trie(const std::string& alphabet, size_t depth) {
    nodes.push_back({"", -1, false, {}});
    for (size_t i = 0; i < nodes.size(); ++i) {
      if (nodes[i].text.size() == depth) continue;
      for (const char c : alphabet) {
        const std::string text = nodes[i].text + c;
        if (!CanBegin(text)) continue;
        const auto value = Decimal::FromJson(text);
        nodes.push_back({text, static_cast<int>(i), value.has_value(), value.value_or(Decimal{})});
      }
    }
  }
};

class RandomNumbers {
 public:
  explicit RandomNumbers(uint32_t seed) : random_(seed) {}
  uint32_t Below(uint32_t bound) { return random_() % bound; }

  std::string Digits(size_t max) {
    static constexpr char kFavoured[] = "0001599";
    std::string out;
    const size_t count = 1 + Below(static_cast<uint32_t>(max));
    for (size_t i = 0; i < count; ++i) {
      out += Below(2) ? kFavoured[Below(7)] : static_cast<char>('0' + Below(10));
    }
    return out;
  }

  Decimal Value(size_t digits, int spread) {
    const std::string text =
        (Below(2) ? "-" : "") + std::string("0.") + Digits(digits) + "e" +
        std::to_string(static_cast<int>(Below(static_cast<uint32_t>(2 * spread + 1))) - spread);
    return D(text);
  }

  // The same value, or one that differs in a late digit.
  Decimal Near(const Decimal& value) {
    Decimal out = value;
    const uint32_t kind = Below(4);
    if (kind == 0 || value.IsZero()) return out;
    if (kind == 1) {
      out.exponent += static_cast<int>(Below(3)) - 1;
    } else if (kind == 2) {
      const std::string cut =
          out.digits.substr(0, 1 + Below(static_cast<uint32_t>(out.digits.size())));
      const std::string text = (out.negative ? "-" : "") + std::string("0.") + cut + "e" +
                               std::to_string(out.Position());
      out = D(text);
    } else {
      const std::string text = (out.negative ? "-" : "") + std::string("0.") + out.digits +
                               Digits(3) + "e" + std::to_string(out.Position());
      out = D(text);
    }
    return out;
  }

  NumberConstraint Constraint(const Decimal& around) {
    NumberConstraint out;
    out.integer = Below(3) == 0;
    const auto bound = [&] { return Below(3) != 0 ? Near(around) : Value(4, 6); };
    if (Below(4) == 0) {
      out.has_points = true;
      const uint32_t count = Below(5);
      for (uint32_t i = 0; i < count; ++i) out.points.push_back(bound());
    } else {
      if (Below(3) == 0) out.minimum = bound();
      if (Below(3) == 0) out.exclusive_minimum = bound();
      if (Below(3) == 0) out.maximum = bound();
      if (Below(3) == 0) out.exclusive_maximum = bound();
    }
    return out;
  }

  // Some JSON spelling of the value.
  std::string Spelling(const Decimal& value) {
    if (value.IsZero()) {
      static constexpr const char* kZeros[] = {"0",   "-0",      "0.0",   "-0.000",
                                               "0e5", "0.00E-7", "-0e+00"};
      return kZeros[Below(7)];
    }
    std::string digits = value.digits + std::string(Below(3) == 0 ? Below(4) : 0, '0');
    int64_t exponent = value.Position();  // of 0.digits
    std::string out = value.negative ? "-" : "";
    const uint32_t whole = Below(static_cast<uint32_t>(digits.size()) + 4);
    if (whole == 0) {
      const uint32_t zeros = Below(4);
      out += "0." + std::string(zeros, '0') + digits;
      exponent += zeros;
    } else {
      if (digits.size() < whole) digits.resize(whole, '0');
      out += digits.substr(0, whole);
      if (digits.size() > whole) out += "." + digits.substr(whole);
      exponent -= whole;
    }
    if (exponent == 0 && Below(4) != 0) return out;
    out += Below(2) ? 'e' : 'E';
    if (exponent < 0) {
      out += '-';
    } else if (Below(2)) {
      out += '+';
    }
    out += std::string(Below(4) == 0 ? Below(3) : 0, '0');
    return out + std::to_string(exponent < 0 ? -exponent : exponent);
  }

 private:
  std::mt19937 random_;
};

}  // namespace grammask
