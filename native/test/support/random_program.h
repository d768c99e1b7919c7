// Random programs and vocabularies, well-formed by construction: bytes are turned into choices. The
// fuzz targets and the randomized tests share it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "test/support/program_writer.h"

namespace grammask::test {

// Choices read from bytes; when these are used up, from a generator seeded by them.
class Choices {
 public:
  explicit Choices(std::span<const uint8_t> bytes) : bytes_(bytes) {
    for (uint8_t byte : bytes) state_ = (state_ ^ byte) * 0x100000001B3ull;
  }
  uint32_t Below(uint32_t n) {
    if (n <= 1) return 0;
    if (at_ < bytes_.size()) return bytes_[at_++] % n;
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return static_cast<uint32_t>((state_ >> 11) % n);
  }
  bool Chance(uint32_t one_in) { return Below(one_in) == 0; }
  bool spent() const { return at_ >= bytes_.size(); }

 private:
  std::span<const uint8_t> bytes_;
  size_t at_ = 0;
  uint64_t state_ = 0xCBF29CE484222325ull;
};

class RandomProgram {
 public:
  RandomProgram(Choices& choices, ProgramWriter& writer) : c_(choices), w_(writer) {}

  // A program of one of three shapes: a schema, a grammar, a grammar with schemas inside.
  std::vector<uint8_t> Make() {
    uint32_t shape = c_.Below(3);
    if (shape == 0) return w_.BuildSchema(Schema(), AnyStyle());
    return Grammar(shape == 2);
  }

  uint32_t Schema() {
    uint32_t nodes = 1 + c_.Below(6);
    std::vector<uint32_t> ids;
    for (uint32_t i = 0; i < nodes; ++i) ids.push_back(w_.ReserveNode());
    for (uint32_t i = 0; i < nodes; ++i) FillNode(ids, i);
    return ids[0];
  }

  std::vector<uint8_t> Grammar(bool with_schemas) {
    uint32_t count = 1 + c_.Below(5);
    std::vector<uint32_t> rules;
    for (uint32_t i = 0; i < count; ++i) rules.push_back(w_.Rule());
    std::vector<Symbol> pool;
    for (uint32_t i = 0; i < 4; ++i) pool.push_back(w_.T(Expr(2)));
    for (const char* text : {"a", "b", "ab", "{", "}", ",", " "}) pool.push_back(w_.T(text));
    if (with_schemas) {
      pool.push_back(ProgramWriter::S(w_.Root(Schema(), AnyStyle())));
      pool.push_back(ProgramWriter::S(w_.Root(Schema(), AnyStyle())));
    }
    if (c_.Chance(4)) pool.push_back(w_.TokenNamed("<|call|>"));
    if (c_.Chance(8)) pool.push_back(w_.Token('a'));
    if (c_.Chance(8)) pool.push_back(w_.AnyTokenBut('a'));
    if (c_.Chance(4)) pool.push_back(ProgramWriter::Limited(Expr(2), c_.Below(4)));
    if (c_.Chance(3)) {
      for (const char* name : {"x", "y"})
        pool.push_back(w_.Slot(name, w_.Concat({w_.Set({{'a', 'c'}}), Expr(1)})));
    }
    // A bounded rule holds no tokens and slots, and does not begin with itself.
    const bool only_texts = std::all_of(pool.begin(), pool.end(), [](const Symbol& symbol) {
      return symbol.kind != SymbolKind::kTokens && symbol.kind != SymbolKind::kSlot;
    });
    if (only_texts && c_.Chance(3))
      pool.push_back(ProgramWriter::Bounded(rules[c_.Below(count)], 1 + c_.Below(4)));
    for (uint32_t rule : rules) {
      uint32_t alternatives = 1 + c_.Below(3);
      for (uint32_t a = 0; a < alternatives; ++a) {
        std::vector<Symbol> symbols;
        uint32_t length = c_.Below(4);
        for (uint32_t i = 0; i < length; ++i) {
          symbols.push_back(c_.Below(2) == 0 ? ProgramWriter::R(rules[c_.Below(count)])
                                             : pool[c_.Below(static_cast<uint32_t>(pool.size()))]);
          if (symbols.back().kind == SymbolKind::kBounded)
            symbols.insert(symbols.end() - 1, w_.T("a"));
        }
        w_.Alternative(rule, symbols);
      }
    }
    return w_.Build(rules[0]);
  }

  // A regular expression over a few letters.
  uint32_t Expr(uint32_t depth) {
    if (depth == 0 || c_.Chance(3)) {
      switch (c_.Below(7)) {
        case 0:
          return w_.Literal("");
        case 1:
          return w_.Literal("ab");
        case 2:
          return w_.Literal("\xC3\xA9");
        case 3:
          return w_.Set({{'a', 'c'}});
        case 4:
          return w_.Set({{'b', 'b'}, {0xE0, 0x3FF}, {0x1F600, 0x1F64F}});
        case 5:
          return w_.AnyChar();
        default:
          return w_.Literal(c_.Chance(2) ? "a" : "\"");
      }
    }
    switch (c_.Below(7)) {
      case 0:
        return w_.Concat({Expr(depth - 1), Expr(depth - 1)});
      case 1:
        return w_.Union({Expr(depth - 1), Expr(depth - 1)});
      case 2:
        return w_.Intersect({Expr(depth - 1), Expr(depth - 1)});
      case 3:
        return w_.Complement(Expr(depth - 1));
      case 4:
        return w_.Repeat(Expr(depth - 1), 0, kNone);
      default: {
        uint32_t min = c_.Below(4);
        return w_.Repeat(Expr(depth - 1), min, min + c_.Below(3));
      }
    }
  }

  Style AnyStyle() {
    Style style;
    style.whitespace = c_.Below(2);
    if (c_.Chance(6)) {
      style.whitespace = kPatternSpace;
      for (int gap = 0; gap < 3; ++gap) style.behind.push_back(Expr(2));
    }
    style.key_order = c_.Below(2);
    style.spelling = c_.Below(2);
    style.undeclared = c_.Chance(4) ? 1 : 0;
    if (c_.Chance(6)) {
      style.spelling = kSpelledByEscapes;
      style.behind.push_back(c_.Below(kEscapeWord + 1));
    }
    return style;
  }

  // Tokens of several bytes that are likely to cross borders.
  std::vector<std::string> Tokens() {
    static const char* kTexts[] = {"\"a\"",      "{\"",      "\":",
                                   "\":\"",      "\",\"",    "]}",
                                   "}]",         "]]",       "[[",
                                   "},{\"",      "true",     "false",
                                   "null",       "12",       "-1",
                                   "0.5",        "1e",       "ab",
                                   "ba",         "aab",      "\\u00",
                                   "\\ud83d\\u", "\\n",      "\xC3\xA9",
                                   "\xA9\"",     "\xF0\x9F", "\xF0\x9F\x98\x80",
                                   "  ",         " \"",      ", \"",
                                   ": ",         "\"b\":",   "a\":1",
                                   "abc",        "{}",       "[]",
                                   "\"\"",       "\",",      ",",
                                   "1,2",        "{\"a\":",  "a,b",
                                   "ab ab",      "\"]",      "\"}",
                                   "aa",         "bb",       "}}"};
    std::vector<std::string> tokens;
    for (const char* text : kTexts) {
      if (!c_.Chance(3)) tokens.emplace_back(text);
    }
    return tokens;
  }

 private:
  uint32_t Any(const std::vector<uint32_t>& ids) {
    return ids[c_.Below(static_cast<uint32_t>(ids.size()))];
  }

  void FillNode(const std::vector<uint32_t>& ids, uint32_t self) {
    std::vector<Words> records;
    uint32_t count = c_.Below(4);
    for (uint32_t i = 0; i < count; ++i) records.push_back(OneRecord(ids, self));
    w_.Fill(ids[self], records);
  }

  Words OneRecord(const std::vector<uint32_t>& ids, uint32_t self) {
    static const char* kDecimals[] = {"0e0", "1e0", "5e0", "-25e-1", "1e2", "3e-1", "12e0"};
    static const char* kNames[] = {"a", "b", "ab", "\xC3\xA9", "", "c\"", "abc"};
    auto decimal = [&]() -> const char* { return c_.Chance(2) ? nullptr : kDecimals[c_.Below(7)]; };
    // In-place groups refer to later nodes only, so that there is no cycle without reading.
    uint32_t later = static_cast<uint32_t>(ids.size()) - self - 1;
    switch (c_.Below(later == 0 ? 6 : 8)) {
      case 0: {
        static const uint32_t kBits[] = {1, 2, 4, 8, 16, 32, 64, 8 | 16, 32 | 1, 127, 64 | 8, 48};
        return w_.Types(kBits[c_.Below(12)]);
      }
      case 1: {
        std::vector<const char*> points;
        for (uint32_t n = c_.Below(3); n > 0; --n) points.push_back(kDecimals[c_.Below(7)]);
        return w_.Scalars(c_.Below(8), c_.Chance(3) ? kNone : Expr(1), points);
      }
      case 2: {
        NumberBounds bounds;
        bounds.minimum = decimal();
        bounds.exclusive_minimum = decimal();
        bounds.maximum = decimal();
        bounds.exclusive_maximum = decimal();
        return w_.Number(bounds);
      }
      case 3: {
        uint32_t min = c_.Below(4);
        return w_.Text(min, c_.Chance(2) ? kNone : min + c_.Below(4),
                       c_.Chance(2) ? kNone : Expr(2));
      }
      case 4: {
        uint32_t min = c_.Below(3);
        Words prefix;
        for (uint32_t n = c_.Below(3); n > 0; --n) prefix.push_back(Any(ids));
        return w_.Array(min, c_.Chance(2) ? kNone : min + c_.Below(3),
                        c_.Chance(2) ? kNone : Any(ids), prefix);
      }
      case 5: {
        std::vector<std::pair<std::string, uint32_t>> properties;
        std::vector<std::string> required;
        for (const char* name : kNames) {
          uint32_t pick = c_.Below(5);
          if (pick < 2) properties.emplace_back(name, Any(ids));
          if (pick == 1 || pick == 2) required.emplace_back(name);
        }
        uint32_t additional = c_.Below(3) == 0 ? kNone : c_.Chance(2) ? w_.Never() : Any(ids);
        return w_.Object(properties, required, additional, c_.Below(2));
      }
      default: {
        Words nodes;
        for (uint32_t n = 1 + c_.Below(3); n > 0; --n)
          nodes.push_back(ids[self + 1 + c_.Below(later)]);
        return c_.Chance(2) ? w_.AllOf(nodes) : w_.AnyOf(nodes);
      }
    }
  }

  Choices& c_;
  ProgramWriter& w_;
};

// A random grammar and tokens that cut its texts in odd places.
struct RandomGrammar {
  std::vector<uint8_t> program;
  std::vector<std::string> tokens;

  explicit RandomGrammar(std::mt19937& random) {
    std::vector<uint8_t> bytes(64);
    for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random());
    Choices choices(bytes);
    ProgramWriter writer;
    RandomProgram make(choices, writer);
    program = make.Make();
    tokens = make.Tokens();
  }
};

}  // namespace grammask::test
