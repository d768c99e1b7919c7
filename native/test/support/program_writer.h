// Writes program buffers (docs/program.md) for tests: strings, expressions, schema nodes and rules
// are numbered in the order in which they are asked for. Nothing is shared or checked; the reader
// does that.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "program/program.h"
#include "vocabulary/vocabulary.h"

namespace grammask::test {

using Words = std::vector<uint32_t>;

struct NumberBounds {
  const char* minimum = nullptr;
  const char* exclusive_minimum = nullptr;
  const char* maximum = nullptr;
  const char* exclusive_maximum = nullptr;
  const char* multiple_of = nullptr;
};

// The parts of an OBJECT record beside its properties and required names.
struct ObjectLimits {
  uint32_t min_properties = 0;
  uint32_t max_properties = kNone;
  uint32_t names = kNone;                                 // a node
  std::vector<std::pair<uint32_t, uint32_t>> patterns{};  // expression, node
};

struct Style {
  uint32_t whitespace = 0, indent = 0, key_order = 0, spelling = 0, undeclared = 0;
  Words behind{};  // of gaps: pad, item, key; of escapes: bits
};
inline const Style kCompact{1, 0, 1, 1, 0, {}};

class ProgramWriter {
 public:
  uint32_t String(std::string_view text) {
    strings_.emplace_back(text);
    return static_cast<uint32_t>(strings_.size() - 1);
  }

  // Expressions.
  uint32_t Expr(Words words) {
    exprs_.push_back(std::move(words));
    return static_cast<uint32_t>(exprs_.size() - 1);
  }
  uint32_t Empty() { return Expr({0}); }
  uint32_t Epsilon() { return Expr({1}); }
  uint32_t Set(std::initializer_list<CharRange> ranges) {
    return SetOf(std::vector<CharRange>(ranges));
  }
  uint32_t SetOf(const std::vector<CharRange>& ranges) {
    Words words{static_cast<uint32_t>(ranges.size())};
    for (const CharRange& range : ranges) {
      words.push_back(range.lo);
      words.push_back(range.hi);
    }
    sets_.push_back(std::move(words));
    return Expr({2, static_cast<uint32_t>(sets_.size() - 1)});
  }
  uint32_t AnyChar() { return Set({{0, 0xD7FF}, {0xE000, 0x10FFFF}}); }
  uint32_t Literal(std::string_view text) { return Expr({3, String(text)}); }
  uint32_t Concat(const Words& parts) { return List(4, parts); }
  uint32_t Union(const Words& parts) { return List(5, parts); }
  uint32_t Intersect(const Words& parts) { return List(6, parts); }
  uint32_t Complement(uint32_t x) { return Expr({7, x}); }
  uint32_t Repeat(uint32_t x, uint32_t min, uint32_t max) { return Expr({8, x, min, max}); }
  uint32_t Punycode(uint32_t x, uint32_t max) { return Expr({9, x, max}); }
  uint32_t Bytes(uint32_t x) { return Expr({10, x}); }

  // Records of schema nodes.
  Words Types(uint32_t bits) { return Record(1, {bits}); }
  Words Scalars(uint32_t bits, uint32_t expr, const std::vector<const char*>& decimals) {
    Words payload{bits, expr, static_cast<uint32_t>(decimals.size())};
    for (const char* decimal : decimals) payload.push_back(String(decimal));
    return Record(2, payload);
  }
  Words Number(const NumberBounds& b) {
    auto bound = [&](const char* text) { return text == nullptr ? kNone : String(text); };
    Words payload{bound(b.minimum), bound(b.exclusive_minimum), bound(b.maximum),
                  bound(b.exclusive_maximum), bound(b.multiple_of)};
    return Record(3, payload);
  }
  Words Text(uint32_t min, uint32_t max = kNone, uint32_t expr = kNone) {
    return Record(4, {min, max, expr});
  }
  Words Array(uint32_t min, uint32_t max, uint32_t items, const Words& prefix = {},
              bool unique = false) {
    Words payload{min, max, items, unique ? 1u : 0u, static_cast<uint32_t>(prefix.size())};
    payload.insert(payload.end(), prefix.begin(), prefix.end());
    return Record(5, payload);
  }
  Words Object(const std::vector<std::pair<std::string, uint32_t>>& properties,
               const std::vector<std::string>& required, uint32_t additional = kNone,
               uint32_t additional_is_schema = 0, const ObjectLimits& limits = {}) {
    Words payload{additional,
                  additional_is_schema,
                  limits.min_properties,
                  limits.max_properties,
                  limits.names,
                  static_cast<uint32_t>(properties.size())};
    for (const auto& [name, node] : properties) {
      payload.push_back(Name(name));
      payload.push_back(node);
    }
    payload.push_back(static_cast<uint32_t>(limits.patterns.size()));
    for (const auto& [expr, node] : limits.patterns) {
      payload.push_back(expr);
      payload.push_back(node);
    }
    payload.push_back(static_cast<uint32_t>(required.size()));
    for (const std::string& name : required) payload.push_back(Name(name));
    return Record(6, payload);
  }
  Words AllOf(const Words& nodes) { return Group(7, nodes); }
  Words AnyOf(const Words& nodes) { return Group(8, nodes); }
  Words OneOf(const Words& nodes) { return Group(9, nodes); }
  Words Not(uint32_t node) { return Record(10, {node}); }
  Words Contains(uint32_t node, uint32_t min, uint32_t max = kNone) {
    return Record(11, {node, min, max});
  }

  // Nodes. A node may be reserved first and filled later, for recursion.
  uint32_t Node(const std::vector<Words>& records = {}) {
    uint32_t node = ReserveNode();
    Fill(node, records);
    return node;
  }
  uint32_t ReserveNode() {
    nodes_.emplace_back();
    return static_cast<uint32_t>(nodes_.size() - 1);
  }
  void Fill(uint32_t node, const std::vector<Words>& records) {
    nodes_[node].clear();
    for (const Words& record : records) {
      nodes_[node].insert(nodes_[node].end(), record.begin(), record.end());
    }
  }
  uint32_t Never() { return Node({Types(0)}); }
  uint32_t Root(uint32_t node, const Style& s = {}) {
    roots_.push_back({node, s.whitespace, s.indent, s.key_order, s.spelling, s.undeclared});
    roots_.back().insert(roots_.back().end(), s.behind.begin(), s.behind.end());
    return static_cast<uint32_t>(roots_.size() - 1);
  }

  // Rules and symbols.
  uint32_t Rule(std::string_view name = "rule") {
    rules_.push_back({String(name), {}});
    return static_cast<uint32_t>(rules_.size() - 1);
  }
  void Alternative(uint32_t rule, const std::vector<Symbol>& symbols) {
    rules_[rule].alternatives.push_back(symbols);
  }
  Symbol T(uint32_t expr) { return {SymbolKind::kTerminal, expr}; }
  Symbol T(std::string_view text) { return T(Literal(text)); }
  static Symbol R(uint32_t rule) { return {SymbolKind::kRule, rule}; }
  static Symbol S(uint32_t schema_root) { return {SymbolKind::kSchema, schema_root}; }
  Symbol Token(uint32_t id) { return Tokens({0, 1, id, id, 0}); }
  Symbol TokenNamed(std::string_view name) { return Tokens({0, 0, 1, String(name)}); }
  Symbol AnyTokenBut(uint32_t id) { return Tokens({1, 1, id, id, 0}); }
  Symbol Tokens(Words words) {
    token_sets_.push_back(std::move(words));
    return {SymbolKind::kTokens, static_cast<uint32_t>(token_sets_.size() - 1)};
  }
  static Symbol Limited(uint32_t expr, uint32_t max_tokens) {
    return {SymbolKind::kLimited, expr, max_tokens};
  }

  static Symbol Bounded(uint32_t rule, uint32_t max_tokens) {
    return {SymbolKind::kBounded, rule, max_tokens};
  }

  Symbol Slot(std::string_view name, uint32_t expr) {
    return {SymbolKind::kSlot, expr, String(name)};
  }

  std::vector<uint8_t> Build(uint32_t root_rule) const {
    Words words{kProgramMagic, kProgramVersion, 0};
    auto count = [&](size_t n) { words.push_back(static_cast<uint32_t>(n)); };
    auto append = [&](const Words& entry) {
      words.insert(words.end(), entry.begin(), entry.end());
    };
    count(strings_.size());
    for (const std::string& text : strings_) {
      count(text.size());
      for (size_t i = 0; i < text.size(); i += 4) {
        uint32_t word = 0;
        for (size_t k = i; k < i + 4 && k < text.size(); ++k) {
          word |= static_cast<uint32_t>(static_cast<uint8_t>(text[k])) << (8 * (k - i));
        }
        words.push_back(word);
      }
    }
    for (const auto* section : {&sets_, &exprs_, &token_sets_}) {
      count(section->size());
      for (const Words& entry : *section) append(entry);
    }
    count(nodes_.size());
    for (const Words& node : nodes_) {
      count(node.size());
      append(node);
    }
    count(roots_.size());
    for (const Words& root : roots_) append(root);
    count(rules_.size());
    for (const RuleText& rule : rules_) {
      words.push_back(rule.name);
      count(rule.alternatives.size());
      for (const auto& alternative : rule.alternatives) {
        count(alternative.size());
        for (const Symbol& symbol : alternative) {
          words.push_back(static_cast<uint32_t>(symbol.kind));
          words.push_back(symbol.arg);
          if (symbol.kind == SymbolKind::kLimited || symbol.kind == SymbolKind::kBounded ||
              symbol.kind == SymbolKind::kSlot)
            words.push_back(symbol.extra);
        }
      }
    }
    words.push_back(root_rule);
    words[2] = static_cast<uint32_t>(words.size());
    std::vector<uint8_t> bytes;
    bytes.reserve(words.size() * 4);
    for (uint32_t word : words) {
      for (int k = 0; k < 4; ++k) bytes.push_back(static_cast<uint8_t>(word >> (8 * k)));
    }
    return bytes;
  }

  // A program whose only rule is one symbol.
  std::vector<uint8_t> BuildOnly(Symbol symbol) {
    uint32_t rule = Rule("root");
    Alternative(rule, {symbol});
    return Build(rule);
  }
  std::vector<uint8_t> BuildSchema(uint32_t node, const Style& style = {}) {
    return BuildOnly(S(Root(node, style)));
  }

 private:
  struct RuleText {
    uint32_t name;
    std::vector<std::vector<Symbol>> alternatives;
  };

  uint32_t List(uint32_t op, const Words& parts) {
    Words words{op, static_cast<uint32_t>(parts.size())};
    words.insert(words.end(), parts.begin(), parts.end());
    return Expr(std::move(words));
  }
  static Words Record(uint32_t tag, const Words& payload) {
    Words words{tag, static_cast<uint32_t>(payload.size())};
    words.insert(words.end(), payload.begin(), payload.end());
    return words;
  }
  static Words Group(uint32_t tag, const Words& nodes) {
    Words payload{static_cast<uint32_t>(nodes.size())};
    payload.insert(payload.end(), nodes.begin(), nodes.end());
    return Record(tag, payload);
  }
  // One string for one member name: shapes tell names apart by their string.
  uint32_t Name(const std::string& name) {
    for (const auto& [known, id] : names_) {
      if (known == name) return id;
    }
    uint32_t id = String(name);
    names_.emplace_back(name, id);
    return id;
  }

  std::vector<std::string> strings_;
  std::vector<Words> sets_, exprs_, token_sets_, nodes_, roots_;
  std::vector<RuleText> rules_;
  std::vector<std::pair<std::string, uint32_t>> names_;
};

// A vocabulary of all single bytes (token id = byte), then `texts`, a stop token, a special token
// "<|call|>", an empty token and a hole.
struct TestVocabulary {
  std::shared_ptr<const Vocabulary> vocabulary;
  uint32_t stop = 0, special = 0, empty = 0, hole = 0;
};

inline TestVocabulary BytesAnd(const std::vector<std::string>& texts) {
  VocabularyInput input;
  for (int byte = 0; byte < 256; ++byte) {
    input.tokens.Add(std::string(1, static_cast<char>(byte)));
  }
  for (const std::string& text : texts) input.tokens.Add(text);
  TestVocabulary out;
  auto next = [&] { return static_cast<uint32_t>(input.tokens.size()); };
  out.stop = next();
  input.tokens.Add("<|end|>");
  out.special = next();
  input.tokens.Add("<|call|>");
  out.empty = next();
  input.tokens.Add("");
  out.hole = next();
  input.tokens.Add(std::nullopt);
  input.stop_tokens = {out.stop};
  input.special_tokens = {out.special};
  input.special_names = {"<|call|>"};
  input.logits_size = next() + 5;
  Result<std::shared_ptr<const Vocabulary>> made = Vocabulary::Create(std::move(input));
  if (made.ok()) out.vocabulary = std::move(made).value();
  return out;
}

}  // namespace grammask::test
