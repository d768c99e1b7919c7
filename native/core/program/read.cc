// The reader of programs: one pass over the words, section by section.
//
// Nothing in the buffer is believed. A count is compared with the words that are left before
// anything is allocated for it, so memory stays proportional to the buffer; strings that stand for
// decimals are parsed once, so time does too. A Reader remembers its first error and where it was,
// answers zero from then on, and every loop asks failed() before it goes on.

#include <algorithm>
#include <cstring>
#include <string_view>
#include <unordered_map>

#include "program/program.h"
#include "schema/decimal.h"

namespace grammask {
namespace {

constexpr uint32_t kLastByte = 0xFF;

bool IsWellFormedUtf8(std::string_view text) {
  size_t at = 0;
  while (at < text.size()) {
    const uint8_t lead = static_cast<uint8_t>(text[at]);
    if (lead < 0x80) {
      ++at;
      continue;
    }
    // The second byte's range is what rules out overlong forms, surrogates and code points past
    // 10FFFF.
    uint8_t low = 0x80, high = 0xBF;
    size_t tail = 0;
    if (lead >= 0xC2 && lead <= 0xDF) {
      tail = 1;
    } else if (lead >= 0xE0 && lead <= 0xEF) {
      tail = 2;
      if (lead == 0xE0) low = 0xA0;
      if (lead == 0xED) high = 0x9F;
    } else if (lead >= 0xF0 && lead <= 0xF4) {
      tail = 3;
      if (lead == 0xF0) low = 0x90;
      if (lead == 0xF4) high = 0x8F;
    } else {
      return false;
    }
    if (text.size() - at <= tail) return false;
    for (size_t i = 1; i <= tail; ++i) {
      const uint8_t byte = static_cast<uint8_t>(text[at + i]);
      if (byte < low || byte > high) return false;
      low = 0x80;
      high = 0xBF;
    }
    at += tail + 1;
  }
  return true;
}

// Of well-formed UTF-8: no character above U+00FF.
bool IsLatin1(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<uint8_t>(c) <= 0xC3; });
}

class Reader {
 public:
  explicit Reader(std::span<const uint8_t> bytes) : bytes_(bytes) {}

  Result<Program> Read() {
    ReadHeader();
    if (!failed()) ReadStrings();
    if (!failed()) ReadSets();
    if (!failed()) ReadExprs();
    if (!failed()) ReadTokenSets();
    if (!failed()) ReadNodes();
    if (!failed()) ReadRoots();
    if (!failed()) ReadRules();
    if (!failed()) ReadRoot();
    if (failed()) return std::move(error_);
    return std::move(program_);
  }

 private:
  bool failed() const { return !error_.ok(); }

  void Fail(std::string_view what) { FailAt(at_ == 0 ? 0 : at_ - 1, what); }

  void FailAt(size_t word, std::string_view what) {
    if (failed()) return;
    std::string message = "program, ";
    message.append(section_);
    if (entry_ != kNone) message.append(" entry ").append(std::to_string(entry_));
    message.append(", word ").append(std::to_string(word)).append(": ").append(what);
    error_ = Status(Code::kSyntax, std::move(message));
  }

  void Enter(const char* section) {
    section_ = section;
    entry_ = kNone;
  }

  size_t left() const { return end_ - at_; }

  uint32_t Peek(size_t word) const {
    const uint8_t* b = bytes_.data() + word * 4;
    return static_cast<uint32_t>(b[0]) | static_cast<uint32_t>(b[1]) << 8 |
           static_cast<uint32_t>(b[2]) << 16 | static_cast<uint32_t>(b[3]) << 24;
  }

  uint32_t Word() {
    if (failed()) return 0;
    if (at_ == end_) {
      FailAt(at_, end_ == bytes_.size() / 4 ? "the buffer ends here" : "the entry ends here");
      return 0;
    }
    return Peek(at_++);
  }

  // A count of things that take at least `words_each` words.
  uint32_t Count(size_t words_each) {
    const uint32_t count = Word();
    if (!failed() && count > left() / words_each) {
      Fail("count " + std::to_string(count) + " is more than the words that are left");
      return 0;
    }
    return failed() ? 0 : count;
  }

  // An index below `bound`, or NONE where that is allowed.
  uint32_t Index(size_t bound, const char* what, bool allow_none = false) {
    const uint32_t index = Word();
    if (failed() || (allow_none && index == kNone)) return index;
    if (index >= bound) {
      Fail(std::string(what) + " " + std::to_string(index) + " is out of range, there are " +
           std::to_string(bound));
      return 0;
    }
    return index;
  }

  // Names and the strings of JSON are texts, never bytes.
  uint32_t ExprOfCharacters(bool allow_none = false) {
    const uint32_t x = Index(program_.exprs.size(), "expression", allow_none);
    if (!failed() && x != kNone && program_.exprs[x].op == ExprOp::kBytes) Fail("bytes in a text");
    return x;
  }

  uint32_t AtMost(uint32_t max, const char* what) {
    const uint32_t value = Word();
    if (!failed() && value > max)
      Fail(std::string("unknown ") + what + " " + std::to_string(value));
    return value;
  }

  void ReadHeader() {
    Enter("header");
    if (bytes_.size() % 4 != 0) {
      FailAt(bytes_.size() / 4, "the buffer is not a whole number of words");
      return;
    }
    end_ = bytes_.size() / 4;
    if (Word() != kProgramMagic) Fail("not a program");
    if (Word() != kProgramVersion) Fail("unknown version");
    if (Word() != bytes_.size() / 4) Fail("the stated length is not that of the buffer");
  }

  void ReadStrings() {
    Enter("strings");
    const uint32_t count = Count(1);
    program_.strings.reserve(count);
    for (entry_ = 0; entry_ < count && !failed(); ++entry_) {
      const size_t length = Word();
      if (failed()) return;
      const size_t words = length / 4 + (length % 4 != 0);
      if (words > left()) return Fail("the string is longer than the buffer");
      const uint8_t* data = bytes_.data() + at_ * 4;
      for (size_t i = length; i < words * 4; ++i) {
        if (data[i] != 0) return FailAt(at_ + words - 1, "the padding is not zero");
      }
      std::string text;
      if (length != 0) text.assign(reinterpret_cast<const char*>(data), length);
      if (!IsWellFormedUtf8(text)) return FailAt(at_, "not well-formed UTF-8");
      at_ += words;
      program_.strings.push_back(std::move(text));
    }
    decimal_kind_.assign(count, DecimalKind::kUnknown);
  }

  void ReadSets() {
    Enter("sets");
    const uint32_t count = Count(1);
    program_.sets.reserve(count);
    for (entry_ = 0; entry_ < count && !failed(); ++entry_) {
      std::vector<CharRange> set(Count(2));
      for (size_t i = 0; i < set.size(); ++i) {
        set[i].lo = Word();
        set[i].hi = Word();
        const CharRange& range = set[i];
        if (range.lo > range.hi || range.hi > 0x10FFFF) return Fail("not a range of code points");
        if (range.lo <= 0xDFFF && range.hi >= 0xD800) return Fail("the range contains surrogates");
        if (i != 0 && range.lo <= set[i - 1].hi + 1)
          return Fail("the ranges are not sorted, disjoint and apart");
      }
      program_.sets.push_back(std::move(set));
    }
  }

  void ReadExprs() {
    Enter("expressions");
    const uint32_t count = Count(1);
    program_.exprs.reserve(count);
    for (entry_ = 0; entry_ < count && !failed(); ++entry_) {
      ProgramExpr expr{static_cast<ExprOp>(AtMost(10, "operator")), {}};
      if (failed()) return;
      bool punycode = expr.op == ExprOp::kPunycode;
      // Of the operands: all, or one at least, have only characters that stand for bytes.
      bool all_below = true, one_below = false;
      const auto operand = [&] {
        const uint32_t x = Index(entry_, "earlier expression");
        if (failed()) return x;
        if (program_.exprs[x].op == ExprOp::kBytes) Fail("bytes inside another expression");
        if (has_punycode_[x]) {
          if (expr.op == ExprOp::kPunycode) Fail("Punycode inside Punycode");
          punycode = true;
        }
        all_below = all_below && stands_for_bytes_[x];
        one_below = one_below || stands_for_bytes_[x];
        return x;
      };
      switch (expr.op) {
        case ExprOp::kEmpty:
        case ExprOp::kEpsilon:
          break;
        case ExprOp::kSet:
          expr.args = {Index(program_.sets.size(), "set")};
          if (failed()) return;
          all_below = program_.sets[expr.args[0]].empty() ||
                      program_.sets[expr.args[0]].back().hi <= kLastByte;
          break;
        case ExprOp::kLiteral:
          expr.args = {Index(program_.strings.size(), "string")};
          if (failed()) return;
          all_below = IsLatin1(program_.strings[expr.args[0]]);
          break;
        case ExprOp::kConcat:
        case ExprOp::kUnion:
        case ExprOp::kIntersect:
          expr.args.resize(Count(1));
          for (uint32_t& arg : expr.args) arg = operand();
          break;
        case ExprOp::kComplement:
          expr.args = {operand()};
          break;
        case ExprOp::kRepeat: {
          const uint32_t body = operand();
          const uint32_t min = Word();
          const uint32_t max = Word();
          if (min == kNone || min > max) return Fail("the repetition's bounds are out of order");
          expr.args = {body, min, max};
          break;
        }
        case ExprOp::kPunycode: {
          const uint32_t decoded = operand();
          const uint32_t max = Word();
          if (max == 0 || max > 255) return Fail("Punycode has 1 to 255 characters at most");
          expr.args = {decoded, max};
          all_below = true;
          break;
        }
        case ExprOp::kBytes:
          expr.args = {operand()};
          if (!failed() && !all_below) return Fail("a character that stands for no byte");
          break;
        case ExprOp::kNames:
          break;  // no operator of a program
      }
      if (expr.op == ExprOp::kIntersect) all_below = one_below;
      if (expr.op == ExprOp::kComplement) all_below = false;
      has_punycode_.push_back(punycode);
      stands_for_bytes_.push_back(all_below);
      program_.exprs.push_back(std::move(expr));
    }
  }

  void ReadNodes() {
    Enter("schema nodes");
    const uint32_t count = Count(1);
    node_count_ = count;
    program_.nodes.reserve(count);
    const size_t buffer_end = end_;
    for (entry_ = 0; entry_ < count && !failed(); ++entry_) {
      const uint32_t words = Count(1);
      end_ = at_ + words;  // records must not reach into the next entry
      std::vector<ProgramRecord> records;
      while (at_ < end_ && !failed()) {
        const uint32_t tag = Word();
        if (tag < 1 || tag > 11) return Fail("unknown record tag " + std::to_string(tag));
        const uint32_t payload_words = Count(1);
        if (failed()) return;
        ProgramRecord record{static_cast<RecordTag>(tag), std::vector<uint32_t>(payload_words)};
        for (uint32_t i = 0; i < payload_words; ++i) record.payload[i] = Peek(at_ + i);
        const size_t entry_end = end_;
        end_ = at_ + payload_words;
        ReadPayload(record.tag);
        if (!failed() && at_ != end_) FailAt(at_, "the record is longer than its content");
        end_ = entry_end;
        records.push_back(std::move(record));
      }
      end_ = buffer_end;
      program_.nodes.push_back(std::move(records));
    }
  }

  // Walks the payload's words, up to end_, to check them.
  void ReadPayload(RecordTag tag) {
    switch (tag) {
      case RecordTag::kTypes:
        AtMost(255, "type bits");
        break;
      case RecordTag::kScalars:
        AtMost(7, "scalar bits");
        ExprOfCharacters(true);
        for (uint32_t left = Count(1); left > 0 && !failed(); --left) CheckDecimal(false);
        break;
      case RecordTag::kNumber:
        for (int i = 0; i < 4; ++i) CheckDecimal(true);
        CheckMultiple();
        break;
      case RecordTag::kString:
        CheckMinimum();
        Word();
        ExprOfCharacters(true);
        break;
      case RecordTag::kArray:
        CheckMinimum();
        Word();
        Index(node_count_, "schema node", true);
        AtMost(1, "flag of unique items");
        CheckNodes();
        break;
      case RecordTag::kObject:
        CheckObject();
        break;
      case RecordTag::kAllOf:
      case RecordTag::kAnyOf:
      case RecordTag::kOneOf:
        CheckNodes();
        break;
      case RecordTag::kNot:
        Index(node_count_, "schema node");
        break;
      case RecordTag::kContains:
        Index(node_count_, "schema node");
        CheckMinimum();
        Word();
        break;
    }
  }

  void CheckMinimum() {
    if (Word() == kNone) Fail("a minimum cannot be NONE");
  }

  void CheckNodes() {
    for (uint32_t left = Count(1); left > 0 && !failed(); --left) Index(node_count_, "schema node");
  }

  void CheckDecimal(bool allow_none) {
    const uint32_t string = Index(program_.strings.size(), "string", allow_none);
    if (failed() || string == kNone) return;
    DecimalKind& kind = decimal_kind_[string];
    if (kind == DecimalKind::kUnknown) {
      kind = Decimal::Parse(program_.strings[string]) ? DecimalKind::kDecimal : DecimalKind::kOther;
    }
    if (kind == DecimalKind::kOther)
      Fail("string " + std::to_string(string) + " is not a canonical decimal");
  }

  // The last word of a NUMBER record: a decimal above 0, or NONE.
  void CheckMultiple() {
    const size_t at = at_;
    CheckDecimal(true);
    if (failed() || Peek(at) == kNone) return;
    const std::string& text = program_.strings[Peek(at)];
    if (text[0] == '-' || text[0] == '0') Fail("a multiple is of a number above 0");
  }

  void CheckObject() {
    Index(node_count_, "schema node", true);
    AtMost(1, "additional flag");
    CheckMinimum();
    Word();
    Index(node_count_, "schema node", true);
    const uint32_t properties = Count(2);
    for (uint32_t i = 0; i < properties && !failed(); ++i) {
      const uint32_t name = Index(program_.strings.size(), "string");
      if (failed()) return;
      // Equal names may be different strings of the table: compare by the first string with that
      // content.
      if (object_of_name_.empty()) PrepareNames();
      uint64_t& last_object = object_of_name_[first_with_content_[name]];
      if (last_object == objects_ + 1) return Fail("the property name occurs twice");
      last_object = objects_ + 1;
      Index(node_count_, "schema node");
    }
    ++objects_;
    for (uint32_t left = Count(2); left > 0 && !failed(); --left) {
      ExprOfCharacters();
      Index(node_count_, "schema node");
    }
    for (uint32_t left = Count(1); left > 0 && !failed(); --left)
      Index(program_.strings.size(), "string");
  }

  void PrepareNames() {
    const size_t count = program_.strings.size();
    object_of_name_.assign(count, 0);
    first_with_content_.resize(count);
    std::unordered_map<std::string_view, uint32_t> first;
    first.reserve(count);
    for (uint32_t i = 0; i < count; ++i) {
      first_with_content_[i] = first.try_emplace(program_.strings[i], i).first->second;
    }
  }

  // The compiler knows how many tokens there are.
  void ReadTokenSets() {
    Enter("token sets");
    const uint32_t count = Count(3);
    program_.token_sets.reserve(count);
    for (entry_ = 0; entry_ < count && !failed(); ++entry_) {
      ProgramTokens set;
      set.excluded = AtMost(1, "kind of token set") == 1;
      set.ids.resize(Count(2));
      for (size_t i = 0; i < set.ids.size() && !failed(); ++i) {
        set.ids[i] = {Word(), Word()};
        const bool after = i == 0 || set.ids[i].lo > uint64_t{set.ids[i - 1].hi} + 1;
        if (set.ids[i].lo > set.ids[i].hi || !after || set.ids[i].hi == kNone)
          Fail("token ids out of order");
      }
      set.names.resize(Count(1));
      for (size_t i = 0; i < set.names.size() && !failed(); ++i) {
        set.names[i] = Index(program_.strings.size(), "string");
        if (i > 0 && set.names[i] <= set.names[i - 1]) Fail("names out of order");
      }
      program_.token_sets.push_back(std::move(set));
    }
  }

  uint32_t Number(const char* what) {
    const uint32_t number = Word();
    if (!failed() && number == kNone) Fail(std::string(what) + " without a number");
    return number;
  }

  void ReadRoots() {
    Enter("schema roots");
    const uint32_t count = Count(6);
    program_.roots.reserve(count);
    for (entry_ = 0; entry_ < count && !failed(); ++entry_) {
      SchemaRoot root{};
      root.node = Index(node_count_, "schema node");
      root.style.whitespace = AtMost(kPatternSpace, "whitespace style");
      root.style.indent = Word();
      const bool has_number =
          root.style.whitespace == kLines || root.style.whitespace == kBoundedSpace;
      if (!failed() && !has_number && root.style.indent != 0) {
        return Fail("an indent without the indent style");
      }
      if (!failed() && root.style.whitespace == kBoundedSpace &&
          (root.style.indent == 0 || root.style.indent == kNone)) {
        return Fail("a bound of white space that is none");
      }
      root.style.key_order = AtMost(1, "key order");
      root.style.spelling = AtMost(kSpelledByEscapes, "spelling");
      root.style.undeclared = AtMost(1, "undeclared style");
      if (!failed() && root.style.whitespace == kPatternSpace) {
        SchemaGaps& gaps = root.style.gaps;
        for (uint32_t* gap : {&gaps.pad, &gaps.item, &gaps.key}) *gap = ExprOfCharacters(false);
      }
      if (!failed() && root.style.spelling == kSpelledByEscapes)
        root.style.escapes = AtMost(kEscapeWord, "escapes");
      program_.roots.push_back(root);
    }
  }

  void ReadRules() {
    Enter("rules");
    const uint32_t count = Count(2);
    program_.rules.reserve(count);
    for (entry_ = 0; entry_ < count && !failed(); ++entry_) {
      ProgramRule rule{};
      rule.name = Index(program_.strings.size(), "string");
      rule.alternatives.resize(Count(1));
      for (std::vector<Symbol>& alternative : rule.alternatives) {
        alternative.resize(Count(2));
        for (Symbol& symbol : alternative) {
          symbol.kind = static_cast<SymbolKind>(AtMost(6, "symbol kind"));
          if (failed()) return;
          symbol.arg = ReadArgument(symbol.kind, count);
          if (symbol.kind == SymbolKind::kLimited) symbol.extra = Number("bound on tokens");
          if (symbol.kind == SymbolKind::kBounded) symbol.extra = Bound();
          if (symbol.kind == SymbolKind::kSlot)
            symbol.extra = Index(program_.strings.size(), "string");
        }
      }
      program_.rules.push_back(std::move(rule));
    }
  }

  uint32_t ReadArgument(SymbolKind kind, uint32_t rule_count) {
    switch (kind) {
      case SymbolKind::kTerminal:
        return Index(program_.exprs.size(), "expression");
      case SymbolKind::kRule:
      case SymbolKind::kBounded:
        return Index(rule_count, "rule");
      case SymbolKind::kSchema:
        return Index(program_.roots.size(), "schema root");
      case SymbolKind::kTokens:
        return Index(program_.token_sets.size(), "token set");
      case SymbolKind::kLimited:
        return Index(program_.exprs.size(), "expression");
      case SymbolKind::kSlot:
        return ExprOfCharacters();
    }
    return 0;
  }

  // At least one token: with none there is nothing to read.
  uint32_t Bound() {
    const uint32_t most = Number("bound on tokens");
    if (!failed() && most == 0) Fail("a bound of no tokens");
    program_.has_bounds = true;
    return most;
  }

  void ReadRoot() {
    Enter("root");
    program_.root = Index(program_.rules.size(), "rule");
    if (!failed() && left() != 0) FailAt(at_, "words after the end");
  }

  enum class DecimalKind : uint8_t { kUnknown, kDecimal, kOther };

  std::span<const uint8_t> bytes_;
  size_t at_ = 0;   // the next word
  size_t end_ = 0;  // no word from here on is read: the end of the record, entry or buffer
  const char* section_ = "";
  uint32_t entry_ = kNone;
  Status error_;
  Program program_;
  size_t node_count_ = 0;
  std::vector<bool> has_punycode_;         // by expression: it is one or has one inside
  std::vector<bool> stands_for_bytes_;     // by expression: no text has a character above U+00FF
  std::vector<DecimalKind> decimal_kind_;  // by string
  std::vector<uint32_t> first_with_content_;
  std::vector<uint64_t>
      object_of_name_;  // by string: 1 + number of the OBJECT record that named it last
  uint64_t objects_ = 0;
};

}  // namespace

Result<Program> ReadProgram(std::span<const uint8_t> bytes) { return Reader(bytes).Read(); }

}  // namespace grammask
