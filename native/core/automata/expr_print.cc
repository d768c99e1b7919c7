#include "automata/expr_impl.h"
#include "automata/utf8.h"

namespace grammask {

std::string ExprPool::Impl::ToString(ExprId x) const {
  constexpr size_t kLimit = 4096;
  struct Piece {
    ExprId x;
    const char* words;  // if not null, printed instead
    std::string owned;
  };
  std::string out;
  std::vector<Piece> pending;
  const auto expr = [&](ExprId id) { pending.push_back({id, nullptr, {}}); };
  const auto words = [&](const char* w) { pending.push_back({0, w, {}}); };
  const auto character = [&](uint32_t cp) {
    static constexpr char kHex[] = "0123456789abcdef";
    if (cp > 0x20 && cp < 0x7F &&
        std::string_view("\\\"[]-").find(static_cast<char>(cp)) == std::string_view::npos) {
      out.push_back(static_cast<char>(cp));
      return;
    }
    out += "\\u{";
    int shift = 20;
    while (shift > 0 && (cp >> shift) == 0) shift -= 4;
    for (; shift >= 0; shift -= 4) out.push_back(kHex[(cp >> shift) & 15]);
    out += "}";
  };
  expr(x);
  while (!pending.empty()) {
    if (out.size() > kLimit) return out + "…";
    const Piece piece = pending.back();
    pending.pop_back();
    if (piece.words != nullptr || !piece.owned.empty()) {
      out += piece.words != nullptr ? std::string_view(piece.words) : std::string_view(piece.owned);
      continue;
    }
    const Node& node = nodes[piece.x];
    if (piece.x == kAny) {
      out += ".*";
      continue;
    }
    switch (node.op) {
      case ExprOp::kEmpty:
        out += "∅";
        break;
      case ExprOp::kEpsilon:
        out += "ε";
        break;
      case ExprOp::kSet:
        if (piece.x == any_char) {
          out += ".";
          break;
        }
        out += "[";
        for (const CharRange& range : Ranges(node)) {
          if (out.size() > kLimit) break;
          character(range.lo);
          if (range.hi == range.lo) continue;
          if (range.hi > range.lo + 1) out += "-";
          character(range.hi);
        }
        out += "]";
        break;
      case ExprOp::kLiteral: {
        out += "\"";
        uint32_t cp = 0;
        const std::string_view bytes = Text(node);
        for (size_t i = 0; i < bytes.size() && out.size() <= kLimit;) {
          i += DecodeUtf8(bytes.substr(i), &cp);
          character(cp);
        }
        out += "\"";
        break;
      }
      case ExprOp::kNames: {
        const NameTable& names = NamesOf(node);
        out += "(";
        for (uint32_t i = node.b; i < node.c && out.size() <= kLimit; ++i) {
          out += i > node.b ? "|\"" : "\"";
          uint32_t cp = 0;
          for (std::string_view rest = names.At(i).substr(node.depth); !rest.empty();) {
            rest.remove_prefix(DecodeUtf8(rest, &cp));
            character(cp);
          }
          out += "\"";
        }
        out += ")";
        break;
      }
      case ExprOp::kConcat:
        expr(node.b);
        words(" ");
        expr(node.a);
        break;
      case ExprOp::kUnion:
      case ExprOp::kIntersect: {
        words(")");
        const auto members = Kids(node);
        const size_t shown = std::min<size_t>(members.size(), kLimit);
        if (shown < members.size()) words("…");
        for (size_t i = shown; i-- > 0;) {
          expr(members[i]);
          if (i > 0) words(node.op == ExprOp::kUnion ? "|" : "&");
        }
        out += "(";
        break;
      }
      case ExprOp::kComplement:
        out += "~(";
        words(")");
        expr(node.a);
        break;
      case ExprOp::kBytes:
        break;  // no node: Import
      case ExprOp::kPunycode:
        out += "punycode(" + LabelText(piece.x) + "|";
        words(")");
        expr(node.a);
        break;
      case ExprOp::kRepeat: {
        std::string bounds = ")";
        if (node.b == 0 && node.c == kInf) {
          bounds += "*";
        } else if (node.b == 0 && node.c == 1) {
          bounds += "?";
        } else {
          bounds += "{" + std::to_string(node.b);
          if (node.c != node.b) bounds += node.c == kInf ? "," : "," + std::to_string(node.c);
          bounds += "}";
        }
        pending.push_back({0, nullptr, bounds});
        out += "(";
        expr(node.a);
        break;
      }
    }
  }
  return out;
}

}  // namespace grammask
