// The expressions of a program, into a pool.
//
// They are taken one after the other: what an expression is made of comes before it. The literals
// of long lists are not: they go into a table of names (names.cc), and no expression is made of one
// that nothing else refers to.
#include <algorithm>
#include <utility>

#include "automata/expr_impl.h"
#include "program/program.h"

namespace grammask {
namespace {

bool IsLiteral(const Program& program, uint32_t expr) {
  return program.exprs[expr].op == ExprOp::kLiteral;
}

bool IsList(const Program& program, const ProgramExpr& expr) {
  return expr.op == ExprOp::kUnion && expr.args.size() > kFewNames &&
         std::count_if(expr.args.begin(), expr.args.end(),
                       [&](uint32_t part) { return IsLiteral(program, part); }) > kFewNames;
}

// The literals that nothing but long lists refers to.
std::vector<bool> OnlyListed(const Program& program) {
  std::vector<bool> listed(program.exprs.size(), false), needed(program.exprs.size(), false);
  for (const ProgramExpr& expr : program.exprs) {
    if (expr.op == ExprOp::kSet || expr.op == ExprOp::kLiteral) continue;
    const bool counts = expr.op == ExprOp::kRepeat || expr.op == ExprOp::kPunycode;
    const bool list = IsList(program, expr);
    for (size_t i = 0; i < (counts ? 1 : expr.args.size()); ++i) {
      const uint32_t part = expr.args[i];
      (list && IsLiteral(program, part) ? listed : needed)[part] = true;
    }
  }
  const auto need = [&](uint32_t expr) {
    if (expr != kNone) needed[expr] = true;
  };
  for (const std::vector<ProgramRecord>& node : program.nodes) {
    for (const ProgramRecord& record : node) {
      const std::vector<uint32_t>& p = record.payload;
      if (record.tag == RecordTag::kScalars) need(p[1]);
      if (record.tag == RecordTag::kString) need(p[2]);
      if (record.tag != RecordTag::kObject) continue;
      const size_t patterns = 6 + 2 * size_t{p[5]};
      for (uint32_t i = 0; i < p[patterns]; ++i) need(p[patterns + 1 + 2 * size_t{i}]);
    }
  }
  for (const SchemaRoot& root : program.roots) {
    for (const uint32_t gap : {root.style.gaps.pad, root.style.gaps.item, root.style.gaps.key})
      need(gap);
  }
  for (const ProgramRule& rule : program.rules) {
    for (const std::vector<Symbol>& alternative : rule.alternatives) {
      for (const Symbol& symbol : alternative) {
        if (symbol.kind == SymbolKind::kTerminal || symbol.kind == SymbolKind::kLimited ||
            symbol.kind == SymbolKind::kSlot)
          need(symbol.arg);
      }
    }
  }
  for (size_t i = 0; i < listed.size(); ++i) listed[i] = listed[i] && !needed[i];
  return listed;
}

}  // namespace

std::vector<ExprId> ExprPool::Import(const Program& program) {
  std::vector<ExprId> ids;
  ids.reserve(program.exprs.size());
  std::vector<ExprId> parts;
  const std::vector<bool> only_listed = OnlyListed(program);
  for (const ProgramExpr& expr : program.exprs) {
    if (!impl_->Tick()) break;
    parts.clear();
    if (only_listed[ids.size()]) {
      ids.push_back(kNone);
      continue;
    }
    const bool operands = expr.op != ExprOp::kSet && expr.op != ExprOp::kLiteral;
    const bool counts = expr.op == ExprOp::kRepeat || expr.op == ExprOp::kPunycode;
    const size_t count = counts ? 1 : expr.args.size();
    const bool list = IsList(program, expr);
    std::vector<std::string_view> texts;
    for (size_t i = 0; operands && i < count; ++i) {
      if (list && IsLiteral(program, expr.args[i])) {
        texts.push_back(program.strings[program.exprs[expr.args[i]].args[0]]);
      } else {
        parts.push_back(ids[expr.args[i]]);
      }
    }
    if (list) parts.push_back(Texts(std::move(texts)));
    ExprId id = kEmpty;
    switch (expr.op) {
      case ExprOp::kEmpty:
        break;
      case ExprOp::kEpsilon:
        id = kEpsilon;
        break;
      case ExprOp::kSet:
        id = Set(program.sets[expr.args[0]]);
        break;
      case ExprOp::kLiteral:
        id = Literal(program.strings[expr.args[0]]);
        break;
      case ExprOp::kConcat:
        id = Concat(parts);
        break;
      case ExprOp::kUnion:
        id = Union(parts);
        break;
      case ExprOp::kIntersect:
        id = Intersect(parts);
        break;
      case ExprOp::kComplement:
        id = Complement(parts[0]);
        break;
      case ExprOp::kRepeat:
        id = Repeat(parts[0], expr.args[1], expr.args[2]);
        break;
      case ExprOp::kPunycode:
        id = Punycode(parts[0], expr.args[1]);
        break;
      case ExprOp::kBytes:
        id = parts[0];  // how it is written is for the automaton over bytes
        break;
      case ExprOp::kNames:
        break;  // no operator of a program
    }
    ids.push_back(id);
  }
  return ids;
}

}  // namespace grammask
