// The listing of a program: one entry a line, references as a letter and a number (s string, c set,
// x expression, n schema node, r schema root, g rule).

#include <array>
#include <charconv>

#include "program/program.h"

namespace grammask {
namespace {

void AppendHex(std::string* out, uint32_t value) {
  char digits[8];
  const auto end = std::to_chars(digits, digits + sizeof digits, value, 16).ptr;
  out->append(digits, end);
}

void AppendQuoted(std::string* out, const std::string& text) {
  *out += '"';
  for (const char c : text) {
    const uint8_t byte = static_cast<uint8_t>(c);
    if (c == '"' || c == '\\') {
      *out += '\\';
      *out += c;
    } else if (c == '\n') {
      *out += "\\n";
    } else if (byte < 0x20 || byte == 0x7F) {
      *out += "\\x";
      if (byte < 0x10) *out += '0';
      AppendHex(out, byte);
    } else {
      *out += c;
    }
  }
  *out += '"';
}

void AppendCodePoint(std::string* out, uint32_t code_point) {
  if (code_point > 0x20 && code_point < 0x7F && code_point != '-') {
    *out += static_cast<char>(code_point);
  } else {
    *out += "U+";
    AppendHex(out, code_point);
  }
}

class Printer {
 public:
  explicit Printer(const Program& program) : program_(program) {}

  std::string Print() {
    for (size_t i = 0; i < program_.strings.size(); ++i) {
      Begin("string s", i);
      AppendQuoted(&out_, program_.strings[i]);
      out_ += '\n';
    }
    for (size_t i = 0; i < program_.sets.size(); ++i) PrintSet(i);
    for (size_t i = 0; i < program_.exprs.size(); ++i) PrintExpr(i);
    for (size_t i = 0; i < program_.nodes.size(); ++i) PrintNode(i);
    for (size_t i = 0; i < program_.roots.size(); ++i) PrintRoot(i);
    for (size_t i = 0; i < program_.rules.size(); ++i) PrintRule(i);
    out_ += "start ";
    Ref('g', program_.root);
    out_ += '\n';
    return std::move(out_);
  }

 private:
  void Begin(const char* what, size_t index) {
    out_.append(what).append(std::to_string(index)).append(": ");
  }

  void Ref(char letter, uint32_t index) {
    if (index == kNone) {
      out_ += "none";
    } else {
      out_ += letter;
      out_ += std::to_string(index);
    }
  }

  void Number(uint32_t value) { out_ += value == kNone ? "none" : std::to_string(value); }

  void PrintSet(size_t i) {
    Begin("set c", i);
    const char* gap = "";
    for (const CharRange& range : program_.sets[i]) {
      out_ += gap;
      gap = " ";
      AppendCodePoint(&out_, range.lo);
      if (range.hi != range.lo) {
        out_ += '-';
        AppendCodePoint(&out_, range.hi);
      }
    }
    out_ += '\n';
  }

  void PrintExpr(size_t i) {
    static constexpr std::array<const char*, 11> kNames = {
        "empty",     "epsilon",    "set",    "literal",  "concat", "union",
        "intersect", "complement", "repeat", "punycode", "bytes"};
    const ProgramExpr& expr = program_.exprs[i];
    Begin("expr x", i);
    out_ += kNames[static_cast<size_t>(expr.op)];
    for (size_t k = 0; k < expr.args.size(); ++k) {
      out_ += ' ';
      if (expr.op == ExprOp::kSet) {
        Ref('c', expr.args[k]);
      } else if (expr.op == ExprOp::kLiteral) {
        AppendQuoted(&out_, program_.strings[expr.args[k]]);
      } else if ((expr.op == ExprOp::kRepeat || expr.op == ExprOp::kPunycode) && k > 0) {
        Number(expr.args[k]);
      } else {
        Ref('x', expr.args[k]);
      }
    }
    out_ += '\n';
  }

  void PrintNode(size_t i) {
    Begin("node n", i);
    const char* gap = "";
    for (const ProgramRecord& record : program_.nodes[i]) {
      out_ += gap;
      gap = "; ";
      PrintRecord(record);
    }
    out_ += '\n';
  }

  void Decimals(const std::vector<uint32_t>& words, size_t from, size_t to) {
    for (size_t k = from; k < to; ++k) {
      out_ += ' ';
      out_ += words[k] == kNone ? "none" : program_.strings[words[k]];
    }
  }

  void Nodes(const std::vector<uint32_t>& words, size_t from) {
    for (size_t k = from; k < words.size(); ++k) {
      out_ += ' ';
      Ref('n', words[k]);
    }
  }

  void Bits(uint32_t bits, std::span<const char* const> names) {
    for (size_t k = 0; k < names.size(); ++k) {
      if (bits >> k & 1) out_.append(" ").append(names[k]);
    }
  }

  void PrintRecord(const ProgramRecord& record) {
    static constexpr std::array<const char*, 8> kTypes = {
        "null", "boolean", "number", "string", "array", "object", "integer", "plain integer"};
    static constexpr std::array<const char*, 3> kScalars = {"null", "true", "false"};
    const std::vector<uint32_t>& words = record.payload;
    switch (record.tag) {
      case RecordTag::kTypes:
        out_ += "types";
        Bits(words[0], kTypes);
        break;
      case RecordTag::kScalars:
        out_ += "scalars";
        Bits(words[0], kScalars);
        if (words[1] != kNone) {
          out_ += " strings ";
          Ref('x', words[1]);
        }
        Decimals(words, 3, words.size());
        break;
      case RecordTag::kNumber:
        out_ += "number min, over, max, under";
        Decimals(words, 0, 4);
        if (words[4] != kNone) {
          out_ += " multiple of";
          Decimals(words, 4, 5);
        }
        break;
      case RecordTag::kString:
        out_ += "string length ";
        Number(words[0]);
        out_ += " to ";
        Number(words[1]);
        out_ += " pattern ";
        Ref('x', words[2]);
        break;
      case RecordTag::kArray:
        out_ += "array length ";
        Number(words[0]);
        out_ += " to ";
        Number(words[1]);
        out_ += " further ";
        Ref('n', words[2]);
        if (words[3] != 0) out_ += " unique";
        out_ += " first";
        Nodes(words, 5);
        break;
      case RecordTag::kObject:
        PrintObject(words);
        break;
      case RecordTag::kAllOf:
        out_ += "all of";
        Nodes(words, 1);
        break;
      case RecordTag::kAnyOf:
        out_ += "any of";
        Nodes(words, 1);
        break;
      case RecordTag::kOneOf:
        out_ += "one of";
        Nodes(words, 1);
        break;
      case RecordTag::kNot:
        out_ += "not ";
        Ref('n', words[0]);
        break;
      case RecordTag::kContains:
        out_ += "contains ";
        Ref('n', words[0]);
        out_ += ' ';
        Number(words[1]);
        out_ += " to ";
        Number(words[2]);
        break;
    }
  }

  void PrintObject(const std::vector<uint32_t>& words) {
    out_ += "object additional ";
    Ref('n', words[0]);
    if (words[1] != 0) out_ += " (schema)";
    out_ += " size ";
    Number(words[2]);
    out_ += " to ";
    Number(words[3]);
    out_ += " names ";
    Ref('n', words[4]);
    size_t at = 6;
    for (uint32_t left = words[5]; left > 0; --left, at += 2) {
      out_ += ' ';
      AppendQuoted(&out_, program_.strings[words[at]]);
      out_ += ' ';
      Ref('n', words[at + 1]);
    }
    for (uint32_t left = words[at++]; left > 0; --left, at += 2) {
      out_ += " /";
      Ref('x', words[at]);
      out_ += "/ ";
      Ref('n', words[at + 1]);
    }
    out_ += " required";
    for (++at; at < words.size(); ++at) {
      out_ += ' ';
      AppendQuoted(&out_, program_.strings[words[at]]);
    }
  }

  void PrintRoot(size_t i) {
    static constexpr std::array<const char*, 7> kWhitespace = {
        "any", "compact", "spaced", "indent", "inside", "bounded", "patterns"};
    static constexpr std::array<const char*, 3> kSpelling = {"any", "canonical", "escapes"};
    const SchemaRoot& root = program_.roots[i];
    Begin("root r", i);
    Ref('n', root.node);
    out_.append(" whitespace ").append(kWhitespace[root.style.whitespace]);
    if (root.style.indent != 0 || root.style.whitespace == kLines)
      out_.append(" ").append(std::to_string(root.style.indent));
    if (root.style.whitespace == kPatternSpace) {
      for (const uint32_t gap : {root.style.gaps.pad, root.style.gaps.item, root.style.gaps.key}) {
        out_ += ' ';
        Ref('x', gap);
      }
    }
    out_.append(" keyOrder ").append(root.style.key_order ? "schema" : "any");
    out_.append(" spelling ").append(kSpelling[root.style.spelling]);
    if (root.style.spelling == kSpelledByEscapes)
      out_.append(" ").append(std::to_string(root.style.escapes));
    out_.append(" undeclared ").append(root.style.undeclared ? "forbid" : "schema").append("\n");
  }

  void PrintRule(size_t i) {
    const ProgramRule& rule = program_.rules[i];
    Begin("rule g", i);
    AppendQuoted(&out_, program_.strings[rule.name]);
    const char* gap = " =";
    for (const std::vector<Symbol>& alternative : rule.alternatives) {
      out_ += gap;
      gap = " |";
      if (alternative.empty()) out_ += " ()";
      for (const Symbol& symbol : alternative) PrintSymbol(symbol);
    }
    out_ += '\n';
  }

  void PrintSymbol(const Symbol& symbol) {
    out_ += ' ';
    switch (symbol.kind) {
      case SymbolKind::kTerminal:
        Ref('x', symbol.arg);
        break;
      case SymbolKind::kRule:
        Ref('g', symbol.arg);
        break;
      case SymbolKind::kSchema:
        Ref('r', symbol.arg);
        break;
      case SymbolKind::kTokens:
        PrintTokens(program_.token_sets[symbol.arg]);
        break;
      case SymbolKind::kLimited:
        Ref('x', symbol.arg);
        out_.append(" in ").append(std::to_string(symbol.extra)).append(" tokens");
        break;
      case SymbolKind::kBounded:
        Ref('g', symbol.arg);
        out_.append(" in ").append(std::to_string(symbol.extra)).append(" tokens");
        break;
      case SymbolKind::kSlot:
        out_ += "slot ";
        AppendQuoted(&out_, program_.strings[symbol.extra]);
        out_ += ' ';
        Ref('x', symbol.arg);
        break;
    }
  }

  void PrintTokens(const ProgramTokens& set) {
    out_ += set.excluded ? "no token" : "token";
    for (const IdRange& range : set.ids) {
      out_.append(" ").append(std::to_string(range.lo));
      if (range.hi != range.lo) out_.append("-").append(std::to_string(range.hi));
    }
    for (uint32_t name : set.names) {
      out_ += ' ';
      AppendQuoted(&out_, program_.strings[name]);
    }
  }

  const Program& program_;
  std::string out_;
};

}  // namespace

std::string PrintProgram(const Program& program) { return Printer(program).Print(); }

}  // namespace grammask
