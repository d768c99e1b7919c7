#include "engine/spelling.h"

#include <algorithm>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/utf8.h"

namespace grammask {
namespace {

constexpr size_t kMostStates = 100000;
constexpr uint32_t kMostItems = 1024;
constexpr std::string_view kPunycodeText = "-0123456789abcdefghijklmnopqrstuvwxyz";

// What is collected, and the bytes that the vocabulary spells.
struct Collected {
  ByteSet set{};
  const ByteSet* spelled;
};

void AddText(Collected* out, std::string_view text) { AddBytesOf(&out->set, text); }

// Of bytes that lead to one state: those that are spelled, or all where none is.
void AddWritten(Collected* out, const ByteSet& firsts) {
  bool some_written = false;
  for (size_t word = 0; word < firsts.size(); ++word) {
    if ((firsts[word] & (*out->spelled)[word]) != 0) some_written = true;
  }
  for (size_t word = 0; word < firsts.size(); ++word) {
    out->set[word] |= some_written ? firsts[word] & (*out->spelled)[word] : firsts[word];
  }
}

// The bytes of all code points of a range that leads to one state, continuation bytes roughly (all
// of them). First bytes that nothing spells count only where no code point of the range can be
// written: otherwise the state is reached, and left alive, without them.
void AddRange(Collected* out, uint32_t lo, uint32_t hi) {
  ByteSet firsts{};
  for (uint32_t point = lo; point <= std::min(hi, 0x7Fu); ++point) AddByte(&firsts, point);
  if (hi >= 0x80) {
    std::string first, last;
    AppendUtf8(std::max(lo, 0x80u), &first);
    AppendUtf8(hi, &last);
    for (uint32_t b = static_cast<uint8_t>(first[0]); b <= static_cast<uint8_t>(last[0]); ++b) {
      if (b >= 0xC2 && b <= 0xF4) AddByte(&firsts, b);
    }
    AddByteRange(&out->set, 0x80, 0xBF);
  }
  AddWritten(out, firsts);
}

// Where the automaton was not looked through, every byte of UTF-8 counts: a byte too many is an
// error that is seen, one too few is a dead end.
void AddEveryByte(Collected* out) { AddBytes(&out->set, BytesOfUtf8()); }

void AddLanguageOf(Collected* set, ExprPool& pool, ExprId start, uint32_t from) {
  if (start == ExprPool::kAny) return AddRange(set, from, 0x10FFFF);
  std::unordered_set<ExprId> seen{start};
  std::vector<ExprId> stack{start};
  while (!stack.empty()) {
    ExprId expr = stack.back();
    stack.pop_back();
    bool partial = false;
    const std::vector<Arc> row = pool.ArcsToSearch(expr, &partial);
    // Inside Punycode one way to the end of the label is gone, and there any letter may stand.
    if (partial) AddText(set, kPunycodeText);
    for (const Arc& arc : row) {
      if (arc.hi >= from) AddRange(set, std::max(arc.lo, from), arc.hi);
      if (seen.insert(arc.target).second) stack.push_back(arc.target);
    }
    if (seen.size() > kMostStates) return AddEveryByte(set);
  }
}

// The same of an expression whose characters are bytes.
void AddBytesOfLanguage(Collected* set, ExprPool& pool, ExprId start) {
  std::unordered_set<ExprId> seen{start};
  std::vector<ExprId> stack{start};
  while (!stack.empty()) {
    const ExprId expr = stack.back();
    stack.pop_back();
    for (const Arc& arc : pool.Arcs(expr)) {
      ByteSet bytes{};
      AddByteRange(&bytes, arc.lo, arc.hi);
      AddWritten(set, bytes);
      if (seen.insert(arc.target).second) stack.push_back(arc.target);
    }
    if (seen.size() > kMostStates) return AddBytes(&set->set, EveryByte());
  }
}

// Terminals are the same in many grammars, and a large one takes milliseconds.
void AddTerminal(Collected* set, Statics& statics, ByteState terminal,
                 std::unordered_map<ByteState, ByteSet>* known) {
  const auto found = known->find(terminal);
  if (found != known->end()) return AddBytes(&set->set, found->second);
  Collected own{.spelled = set->spelled};
  const ExprId expr = statics.bytes.ExprOf(terminal);
  if (statics.bytes.EncodingOf(terminal) == Encoding::kBytes) {
    AddBytesOfLanguage(&own, statics.pool, expr);
  } else {
    AddLanguageOf(&own, statics.pool, expr, 0);
  }
  AddBytes(&set->set, own.set);
  const bool exhausted = statics.pool.budget != nullptr && statics.pool.budget->exhausted();
  if (!exhausted) known->emplace(terminal, own.set);
}

void AddEscapes(Collected* set, Spelling spelling) {
  constexpr std::string_view kLetters = "\"\\/bfnrt";
  for (size_t i = 0; i < kLetters.size(); ++i) {
    if ((spelling.bits >> i & 1) != 0) AddText(set, kLetters.substr(i, 1));
  }
  if (spelling.bits != 0) AddText(set, "\\");
  if ((spelling.bits & ~uint32_t{kShortEscapes}) == 0) return;
  AddText(set, "u0123456789abcdef");
  if ((spelling.bits & kHexOfOtherControls) == 0) AddText(set, "ABCDEF");
}

void AddSchema(Collected* set, Schema& schema) {
  // Structure, literals and numbers in general, and everything that an escape may be made of.
  AddText(set, schema.by_patterns() ? "{}[]\"-+.0123456789eEtruefalsn"
                                    : "{}[],:\"-+.0123456789eEtruefalsn");
  AddEscapes(set, schema.spelling());
  if (schema.by_patterns()) {
    const Schema::Gaps& gaps = schema.gaps();
    for (const ExprId gap : {gaps.pad, gaps.item, gaps.key})
      AddLanguageOf(set, schema.pool(), gap, 0);
  }
  if (schema.any_space()) AddText(set, " \t\n\r");
  if (schema.has_gaps()) AddText(set, " \n");
  std::vector<PlanId> stack{schema.root_plan()};
  std::unordered_set<PlanId> seen{stack[0]};
  auto visit = [&](PlanId plan) {
    if (plan != kNoPlan && seen.insert(plan).second) stack.push_back(plan);
  };
  while (!stack.empty()) {
    PlanId plan = stack.back();
    stack.pop_back();
    PlanId text = schema.OfType(plan, JsonType::kString);
    if (text != kNoPlan) {
      const StringView& view = schema.Strings(text);
      for (const Cube& cube : view.cubes) {
        StringDemands demands;
        for (uint32_t part : cube.yes) demands.Hold(view.parts[part].text, 0, kNone);
        // What fails for its length may be any text.
        for (uint32_t part : cube.no) {
          if (view.parts[part].min == 0 && view.parts[part].max == kNone)
            demands.Fail(view.parts[part].text, 0, kNone);
        }
        demands.ForEach(schema.pool(), [&](ExprId joint, uint32_t, uint32_t) {
          AddLanguageOf(set, schema.pool(), joint, 0x20);
          return false;
        });
      }
      if (view.undecided) AddEveryByte(set);
    }
    PlanId array = schema.OfType(plan, JsonType::kArray);
    if (array != kNoPlan) {
      uint32_t limit = std::min(schema.Arrays(array).index_limit, kMostItems);
      std::vector<uint32_t> counts(schema.plan(array).counters.size(), 0);
      for (uint32_t i = 0; i <= limit; ++i) visit(schema.ArrayChild({array, i, counts}).plan);
    }
    PlanId object = schema.OfType(plan, JsonType::kObject);
    if (object != kNoPlan) {
      uint32_t shape_id = schema.ShapeOf(object);
      const Shape& shape = schema.shape(shape_id);
      uint32_t names = static_cast<uint32_t>(shape.names.size());
      for (uint32_t name = 0; name < names; ++name) {
        // As if everything before it had been written, so that order forbids nothing.
        ObjectAt at{shape_id, object, schema.ordered() ? shape.order[name] : 0, 0, {}};
        PlanId child = schema.ObjectChild(at, name).plan;
        if (child != kNoPlan) AddText(set, shape.names[name]);
        visit(child);
      }
      ObjectAt at{shape_id, object, schema.ordered() ? names : 0, 0, {}};
      ObjectView& view = schema.Objects(at);
      for (uint32_t c = 0; c < shape.classes.size(); ++c) {
        if (!schema.MayWrite(&view, at, names + c)) continue;
        AddLanguageOf(set, schema.pool(), shape.classes[c].text, 0x20);
        visit(schema.ObjectChild(at, names + c).plan);
      }
      if (shape.undecided) AddEveryByte(set);
    }
  }
}

}  // namespace

ByteSet BytesOfLanguage(Grammar& grammar, const ByteSet& spelled,
                        std::unordered_map<ByteState, ByteSet>* terminals) {
  Collected set{.spelled = &spelled};
  std::unordered_set<ByteState> seen;
  std::unordered_set<uint32_t> schemas;
  std::vector<RuleId> stack{grammar.root()};
  std::unordered_set<RuleId> rules{grammar.root()};
  while (!stack.empty()) {
    RuleId rule = stack.back();
    stack.pop_back();
    for (ItemId item : grammar.RuleItems(rule)) {
      for (; !grammar.item(item).end; ++item) {
        const Item& symbol = grammar.item(item);
        const bool terminal = symbol.kind == SymbolKind::kTerminal ||
                              symbol.kind == SymbolKind::kLimited ||
                              symbol.kind == SymbolKind::kSlot;
        if (terminal && seen.insert(symbol.arg).second) {
          AddTerminal(&set, grammar.statics(), symbol.arg, terminals);
        } else if (symbol.kind == SymbolKind::kSchema && schemas.insert(symbol.arg).second) {
          AddSchema(&set, grammar.schema(symbol.arg));
        } else if (symbol.NamesRule() && rules.insert(symbol.arg).second) {
          stack.push_back(symbol.arg);
        }
      }
    }
  }
  return set.set;
}

ByteSet SpelledBytes(const Vocabulary& vocabulary) {
  ByteSet spelled{};
  for (uint32_t byte = 0; byte < 256; ++byte) {
    ByteSet one{};
    AddByte(&one, byte);
    if (!vocabulary.FirstMissingByte(one)) AddByte(&spelled, byte);
  }
  return spelled;
}

ByteSet BytesOfUtf8() {
  const ByteSet every = EveryByte();
  Collected set{.spelled = &every};
  AddRange(&set, 0, 0x10FFFF);
  return set.set;
}

}  // namespace grammask
