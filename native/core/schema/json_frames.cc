#include "schema/json_frames.h"

#include <algorithm>

#include "base/mutant.h"
#include "base/utf8.h"
#include "schema/text_trie.h"

namespace grammask {

template <typename Holds>
CellId JsonFrames::Truth(PlanId plan, CellId value, Holds holds) {
  std::vector<uint32_t> atoms;
  for (uint32_t atom : schema_.plan(plan).report) {
    if (holds(atom)) atoms.push_back(atom);
  }
  if (value != 0) return cells_.Intern(kTruth, {&value, 1}, atoms);
  return atoms.empty() ? 0 : cells_.Intern(kTruth, {}, atoms);
}

// The value is complete; holds(atom) judges it, but for whether it equals one before it.
template <typename Holds>
void JsonFrames::Complete(PlanId plan, CellId parents, CellId before, CellId value, Holds holds) {
  bool equal = before != 0 && InBefore(before, value);
  auto judge = [&](uint32_t atom) { return schema_.atom(atom).is_distinct ? !equal : holds(atom); };
  if (!schema_.Holds(plan, judge)) {
    return;
  }
  machine_.Pop(parents, Truth(plan, schema_.plan(plan).capture ? value : 0, judge));
}

// Whether a container in progress can still differ from those before it, or become equal to one, as
// its goal asks, is not looked into.
void JsonFrames::CountIfOpen(PlanId plan, CellId before, CellId parts, bool is_object) {
  if (before == 0 || !schema_.AsksToDiffer(schema_.plan(plan).goal)) return;
  machine_.names_read = true;
  bool may_differ = schema_.Holds(plan, [](uint32_t) { return true; });
  if (!may_differ || MayBecomeEqual(before, parts, is_object)) ++schema_.undecided;
}

void JsonFrames::Begin(CellId parents) {
  PlanId plan = schema_.root_plan();
  if (plan == kNoPlan || !Begins(plan)) return;
  if (schema_.any_space() && !schema_.bare()) {
    uint32_t waiting[] = {index_, 0};
    parents = machine_.Above(kTrail, {&parents, 1}, waiting);
  }
  CellId refs[] = {parents, 0};
  uint32_t data[] = {index_, plan, 0, schema_.bare() ? kNoSpaceBefore : 0};
  machine_.Emit(kValue, refs, data);
}

ObjectFrame JsonFrames::NewObject(PlanId plan, CellId parents, CellId before) {
  return ObjectFrame{parents,
                     before,
                     0,
                     0,
                     0,
                     0,
                     kObjectOpen,
                     0,
                     0,
                     0,
                     ObjectAt{schema_.ShapeOf(plan), plan, 0, 0, {}}};
}

// The goal knows nothing of the names that the style forbids: can the object that opens here hold
// anything, or close?
bool JsonFrames::MayHold(const ObjectFrame& o) {
  return schema_.style().undeclared == 0 || ObjectMayClose(o.at) || AnyNameAllowed(o);
}

// Does the style leave some type to the value?
bool JsonFrames::Begins(PlanId plan) {
  if (schema_.style().undeclared == 0) return true;
  for (int t = 0; t < 7; ++t) {
    PlanId typed = schema_.OfType(plan, static_cast<JsonType>(t));
    if (typed == kNoPlan) continue;
    if (static_cast<JsonType>(t) != JsonType::kObject || MayHold(NewObject(typed, 0, 0)))
      return true;
  }
  return false;
}

void JsonFrames::Step(CellId node, uint8_t byte) {
  switch (cells_.kind(node)) {
    case kTrail:
      if (Space(byte)) Resume(node, 0);
      return;
    case kValue: {
      ValueFrame v = ValueFrame::Read(cells_, node);
      if (Space(byte)) {
        if (!SpaceBefore(v)) return;
        if (!schema_.bounds_space()) {
          machine_.Emit(kValue, cells_.refs(node), cells_.data(node));
        } else if (const std::optional<uint32_t> depth = MoreSpace(v.depth)) {
          uint32_t data[] = {index_, v.plan, v.gap, *depth};
          machine_.Emit(kValue, cells_.refs(node), data);
        }
      } else if (v.gap != 0) {
        std::optional<uint32_t> gap = StepGap(v.gap, byte);
        if (!gap) return;
        uint32_t data[] = {index_, v.plan, *gap, v.depth};
        machine_.Emit(kValue, cells_.refs(node), data);
      } else {
        StepValue(v.plan, v.parents, v.before, v.depth, byte);
      }
      return;
    }
    case kLiteral:
      return StepLiteral(node, byte);
    case kNumber:
      return StepNumber(node, byte);
    case kString:
      return StepString(node, byte);
    case kArray:
      return StepArray(node, byte);
    case kObject:
      return StepObject(node, byte);
    case kKey:
      return StepKey(node, byte);
    default:
      return;
  }
}

void JsonFrames::StepValue(PlanId plan, CellId parents, CellId before, uint32_t depth,
                           uint8_t byte) {
  auto typed = [&](JsonType type) { return schema_.OfType(plan, type); };
  PlanId next = kNoPlan;
  switch (byte) {
    case '"': {
      if ((next = typed(JsonType::kString)) == kNoPlan) return;
      const StringView& view = schema_.Strings(next);
      std::vector<uint32_t> data{index_, next, 0, 0, 0};
      for (const auto& part : view.parts) data.push_back(part.text);
      CellId place = TrieOf(before);
      if (place != 0) {
        machine_.names_read = true;
        TextTrie texts(cells_, place);
        if (!schema_.StringAlive(next, std::span<const uint32_t>(data).subspan(5), 0, &texts))
          return;
      }
      CellId refs[] = {parents, 0, place};
      machine_.Emit(kString, refs, data);
      return;
    }
    case '{': {
      if ((next = typed(JsonType::kObject)) == kNoPlan) return;
      ObjectFrame o{parents,
                    before,
                    0,
                    0,
                    0,
                    0,
                    kObjectOpen,
                    0,
                    0,
                    0,
                    ObjectAt{schema_.ShapeOf(next), next, 0, 0, {}}};
      if (schema_.in_lines()) o.depth = depth + 1;
      o.gap = LineGap(o.depth);
      if (!MayHold(o)) {
        // The goal said that some object reaches it; that the style allows none is seen only here.
        ++schema_.undecided;
        return;
      }
      if (schema_.by_patterns()) return BeginGap(o, kObjectOpen, schema_.gaps().pad);
      EmitObject(o);
      return;
    }
    case '[': {
      if ((next = typed(JsonType::kArray)) == kNoPlan) return;
      ArrayFrame a{parents, before, 0, 0, kArrayOpen, 0, 0, ArrayAt{next, 0, {}}};
      a.at.counts.assign(schema_.plan(next).counters.size(), 0);
      if (schema_.by_patterns()) return BeginGap(a, kArrayOpen, schema_.gaps().pad);
      if (schema_.in_lines()) a.depth = depth + 1;
      a.gap = LineGap(a.depth);
      EmitArray(a);
      return;
    }
    case 'n':
    case 't':
    case 'f': {
      JsonType type = byte == 'n'   ? JsonType::kNull
                      : byte == 't' ? JsonType::kTrue
                                    : JsonType::kFalse;
      if ((next = typed(type)) == kNoPlan) return;
      if (before != 0) {
        machine_.names_read = true;
        bool equal = InBefore(before, LiteralValue(static_cast<uint32_t>(type)));
        if (!schema_.Holds(next,
                           [&](uint32_t a) { return !schema_.atom(a).is_distinct || !equal; })) {
          return;
        }
      }
      CellId refs[] = {parents, before};
      uint32_t data[] = {index_, next, static_cast<uint32_t>(type), 1};
      machine_.Emit(kLiteral, refs, data);
      return;
    }
    default: {
      if (byte != '-' && (byte < '0' || byte > '9')) return;
      if ((next = typed(JsonType::kNumber)) == kNoPlan) return;
      const NumberMachine& machine = *schema_.Numbers(next).machine;
      CellId text = schema_.plan(next).capture ? Append(0, byte) : 0;
      if (std::optional<NumberState> state = machine.Step(machine.Start(), byte))
        EmitNumber(next, parents, text, before, *state);
    }
  }
}

void JsonFrames::StepLiteral(CellId node, uint8_t byte) {
  LiteralFrame l = LiteralFrame::Read(cells_, node);
  std::string_view text = kLiteralTexts[l.type];
  if (byte != static_cast<uint8_t>(text[l.read])) return;
  if (l.read + 1 == text.size()) {
    CellId value = schema_.plan(l.plan).capture ? LiteralValue(l.type) : 0;
    Complete(l.plan, l.parents, l.before, value, [](uint32_t) { return true; });
    return;
  }
  uint32_t data[] = {index_, l.plan, l.type, l.read + 1};
  machine_.Emit(kLiteral, cells_.refs(node), data);
}

void JsonFrames::StepNumber(CellId node, uint8_t byte) {
  NumberFrame n = NumberFrame::Read(cells_, node);
  NumberState state(n.state.begin(), n.state.end());
  std::optional<NumberState> next = schema_.Numbers(n.plan).machine->Step(state, byte);
  if (!next) return;
  CellId text = schema_.plan(n.plan).capture ? Append(n.text, byte) : 0;
  EmitNumber(n.plan, n.parents, text, n.before, *next);
}

void JsonFrames::EmitNumber(PlanId plan, CellId parents, CellId text, CellId before,
                            const NumberState& state) {
  const NumberView& view = schema_.Numbers(plan);
  bool alive = view.undecided;
  std::vector<Decimal> known = NumbersIn(before);
  machine_.names_read |= !known.empty();
  for (size_t i = 0; i < view.cubes.size() && !alive; ++i)
    alive = NumberAlive(view, i, state, text, known);
  if (!alive) return;
  std::vector<uint32_t> data{index_, plan};
  data.insert(data.end(), state.begin(), state.end());
  CellId refs[] = {parents, text, before};
  machine_.Emit(kNumber, refs, data);
  if (!view.machine->Complete(state)) return;
  std::vector<uint32_t> holding;
  for (size_t i = 0; i < view.atoms.size(); ++i) {
    if (view.machine->Holds(state, i)) holding.push_back(view.atoms[i]);
  }
  CellId value = text == 0 ? 0 : NumberValue(text);
  Complete(plan, parents, before, value,
           [&](uint32_t atom) { return std::binary_search(holding.begin(), holding.end(), atom); });
}

void JsonFrames::StepString(CellId node, uint8_t byte) {
  std::span<const uint32_t> d = cells_.data(node);
  StringFrame s = StringFrame::Read(cells_, node);
  uint32_t code_point = 0;
  DecoderState decoder = s.decoder;
  Decoded decoded = DecodeByte(byte, schema_.spelling(), &decoder, &code_point);
  const StringView& view = schema_.Strings(s.plan);
  std::optional<TextTrie> texts;
  if (s.place != 0) texts.emplace(cells_, s.place);
  machine_.names_read |= s.place != 0;
  switch (decoded) {
    case Decoded::kInvalid:
      return;
    case Decoded::kPartial: {
      CodePoints ranges[kMostReachable];
      int n = Reachable(decoder, schema_.spelling(), ranges);
      bool alive = false;
      for (int i = 0; i < n && !alive; ++i) {
        alive = schema_.StringAliveAfter(s.plan, s.states, s.count, ranges[i].lo, ranges[i].hi,
                                         texts ? &*texts : nullptr);
      }
      if (!alive) return;
      std::vector<uint32_t> data(d.begin(), d.end());
      data[2] = decoder.mode;
      data[3] = decoder.value;
      machine_.Emit(kString, cells_.refs(node), data);
      return;
    }
    case Decoded::kQuote: {
      std::vector<uint32_t> failed;
      for (size_t p = 0; p < view.parts.size(); ++p) {
        const StringView::Part& part = view.parts[p];
        if (s.count < part.min || s.count > part.max || !schema_.pool().Nullable(s.states[p])) {
          failed.insert(failed.end(), part.atoms.begin(), part.atoms.end());
        }
      }
      std::sort(failed.begin(), failed.end());
      bool equal = EndsInTrie(cells_, s.place);
      auto holds = [&](uint32_t atom) {
        return schema_.atom(atom).is_distinct
                   ? !equal
                   : !std::binary_search(failed.begin(), failed.end(), atom);
      };
      if (!schema_.Holds(s.plan, holds)) return;
      CellId value = schema_.plan(s.plan).capture ? StringValue(s.text) : 0;
      machine_.Pop(s.parents, Truth(s.plan, value, holds));
      return;
    }
    case Decoded::kCodePoint:
      break;
  }
  CellId refs[] = {s.parents, schema_.plan(s.plan).capture ? Append(s.text, code_point) : 0,
                   TrieChild(s.place, code_point)};
  texts.reset();
  if (refs[2] != 0) texts.emplace(cells_, refs[2]);
  if (view.parts.empty()) {
    if (texts && !schema_.StringAlive(s.plan, {}, 0, &*texts)) return;
    machine_.Emit(kString, refs, std::vector<uint32_t>{index_, s.plan, 0, 0, 0});
    return;
  }
  if (view.many() && !texts &&
      !schema_.StringAliveAfter(s.plan, s.states, s.count, code_point, code_point, nullptr)) {
    return;
  }
  uint32_t count = std::min(s.count + 1, view.count_limit);
  std::vector<uint32_t> states(s.states.begin(), s.states.end()), failed;
  for (size_t p = 0; p < states.size(); ++p) {
    states[p] = schema_.pool().Derive(states[p], code_point);
    if (states[p] == ExprPool::kEmpty ||
        (view.parts[p].max != kNone && count > view.parts[p].max)) {
      failed.insert(failed.end(), view.parts[p].atoms.begin(), view.parts[p].atoms.end());
    }
  }
  PlanId plan = schema_.Without(s.plan, failed);
  if (plan == kNoPlan) return;
  std::vector<uint32_t> data{index_, plan, 0, 0, count};
  if (plan == s.plan) {
    data.insert(data.end(), states.begin(), states.end());
  } else {
    const StringView& old = schema_.Strings(s.plan);
    const StringView& fresh = schema_.Strings(plan);
    for (const auto& part : fresh.parts) {
      for (size_t p = 0; p < old.parts.size(); ++p) {
        const std::vector<uint32_t>& atoms = old.parts[p].atoms;
        if (std::binary_search(atoms.begin(), atoms.end(), part.atoms[0])) {
          data.push_back(states[p]);
          break;
        }
      }
    }
    data[4] = std::min(count, fresh.count_limit);
  }
  if (!schema_.StringAlive(plan, std::span<const uint32_t>(data).subspan(5), data[4],
                           texts ? &*texts : nullptr)) {
    return;
  }
  machine_.Emit(kString, refs, data);
}

bool JsonFrames::ArrayMayClose(const ArrayFrame& a) const {
  return schema_.Holds(a.at.plan, [&](uint32_t atom) {
    return schema_.atom(atom).is_distinct || schema_.HoldsClosed(atom, a.at);
  });
}

void JsonFrames::CloseArray(const ArrayFrame& a) {
  CellId value = schema_.plan(a.at.plan).capture ? ArrayValue(a.values) : 0;
  Complete(a.at.plan, a.parents, a.before, value,
           [&](uint32_t atom) { return schema_.HoldsClosed(atom, a.at); });
}

bool JsonFrames::ItemMayCome(const ArrayFrame& a) {
  const Child& child = schema_.ArrayChild(a.at);
  if (child.plan == kNoPlan) return false;
  if (a.seen == 0) return true;
  machine_.names_read = true;
  return ValueMayCome(schema_.plan(child.plan).goal, a.seen);
}

void JsonFrames::StepArray(CellId node, uint8_t byte) {
  ArrayFrame a = ArrayFrame::Read(cells_, node);
  if (a.phase == kArrayInValue) return;
  if (schema_.by_patterns()) return StepGap(a, byte);
  if (Space(byte)) {
    if (!schema_.bounds_space()) return machine_.Emit(kArray, cells_.refs(node), cells_.data(node));
    const std::optional<uint32_t> depth = MoreSpace(a.depth);
    if (!depth) return;
    a.depth = *depth;
    return EmitArray(a);
  }
  if (schema_.bounds_space()) a.depth = 0;
  if (a.phase == kArrayClosing) {
    if (a.gap == 0 && byte == ']') return CloseArray(a);
    std::optional<uint32_t> gap = StepGap(a.gap, byte);
    if (!gap) return;
    a.gap = *gap;
    return EmitArray(a);
  }
  bool lines = schema_.in_lines();
  if (byte == ']') {
    // In lines, an array with items closes on a line of its own.
    if (lines && !(a.phase == kArrayOpen && a.gap == LineGap(a.depth))) return;
    return CloseArray(a);
  }
  if (lines && a.phase == kArrayAfterValue && byte == '\n') {
    if (!ArrayMayClose(a)) return;
    a.phase = kArrayClosing;
    a.gap = LineGap(a.depth - 1) & ~kLineBreak;
    return EmitArray(a);
  }
  if (a.phase == kArrayAfterValue && byte != ',') return;
  if (!ItemMayCome(a)) return;
  if (a.phase == kArrayOpen && a.gap != 0) {
    std::optional<uint32_t> gap = StepGap(a.gap, byte);
    if (!gap) return;
    a.gap = *gap;
    return EmitArray(a);
  }
  PlanId child = schema_.ArrayChild(a.at).plan;
  CellId above = ArrayInValue(a);
  if (a.phase == kArrayOpen) {
    StepValue(child, above, a.seen, a.depth, byte);
  } else {
    CellId value_refs[] = {above, a.seen};
    uint32_t value[] = {index_, child, CommaGap(a.depth), a.depth};
    machine_.Emit(kValue, value_refs, value);
  }
}

bool JsonFrames::ObjectMayClose(const ObjectAt& at) const {
  return schema_.Holds(at.plan, [&](uint32_t atom) {
    return schema_.atom(atom).is_distinct || schema_.HoldsClosed(atom, at);
  });
}

void JsonFrames::CloseObject(const ObjectFrame& o) {
  CellId value = schema_.plan(o.at.plan).capture ? ObjectValue(o.values) : 0;
  Complete(o.at.plan, o.parents, o.before, value,
           [&](uint32_t atom) { return schema_.HoldsClosed(atom, o.at); });
}

void JsonFrames::StepObject(CellId node, uint8_t byte) {
  ObjectFrame o = ObjectFrame::Read(cells_, node);
  if (o.phase == kObjectInValue) return;
  if (schema_.by_patterns()) return StepGap(o, byte);
  if (Space(byte)) {
    if (!schema_.bounds_space())
      return machine_.Emit(kObject, cells_.refs(node), cells_.data(node));
    const std::optional<uint32_t> depth = MoreSpace(o.depth);
    if (!depth) return;
    o.depth = *depth;
    return EmitObject(o);
  }
  if (schema_.bounds_space()) o.depth = 0;
  bool lines = schema_.in_lines();
  switch (o.phase) {
    case kObjectClosing: {
      if (o.gap == 0 && byte == '}') return CloseObject(o);
      std::optional<uint32_t> gap = StepGap(o.gap, byte);
      if (!gap) return;
      o.gap = *gap;
      return EmitObject(o);
    }
    case kObjectOpen:
    case kObjectAfterComma: {
      if (byte == '}' && o.phase == kObjectOpen && (!lines || o.gap == LineGap(o.depth)))
        return CloseObject(o);
      if (o.gap == 0 ? byte != '"' : !StepGap(o.gap, byte)) return;
      if (!AnyNameAllowed(o)) return;
      if (o.gap != 0) {
        o.gap = *StepGap(o.gap, byte);
        return EmitObject(o);
      }
      std::vector<uint32_t> states;
      KeyFrame key = NewKey(o, &states);
      return EmitKey(key, states);
    }
    case kObjectAfterKey: {
      if (byte != ':') return;
      PlanId child = schema_.ObjectChild(o.at, o.name).plan;
      if (child == kNoPlan) return;
      uint32_t data[] = {index_, o.at.plan,  o.at.shape, kObjectInValue, o.at.cursor,
                         o.name, o.at.count, 0,          o.depth};
      CellId above = machine_.Above(kObject, cells_.refs(node), data);
      CellId refs[] = {above, 0};
      uint32_t value[] = {index_, child, ColonGap(), o.depth};
      machine_.Emit(kValue, refs, value);
      return;
    }
    case kObjectAfterValue:
      if (byte == ',') {
        if (!AnyNameAllowed(o)) return;
        o.phase = kObjectAfterComma;
        o.gap = CommaGap(o.depth);
        return EmitObject(o);
      }
      if (!lines) {
        if (byte == '}') CloseObject(o);
        return;
      }
      if (byte != '\n' || !ObjectMayClose(o.at)) return;
      o.phase = kObjectClosing;
      o.gap = LineGap(o.depth - 1) & ~kLineBreak;
      return EmitObject(o);
    default:
      return;
  }
}

void JsonFrames::Resume(CellId node, CellId truth) {
  CellId value = truth == 0 || cells_.refs(truth).empty() ? 0 : cells_.refs(truth)[0];
  switch (cells_.kind(node)) {
    case kTrail: {
      uint32_t data[] = {index_, 1};
      machine_.Emit(kTrail, cells_.refs(node), data);
      machine_.Pop(cells_.refs(node)[0], 0);
      return;
    }
    case kArray: {
      ArrayFrame a = ArrayFrame::Read(cells_, node);
      const Child child = schema_.ArrayChild(a.at);
      a.at = schema_.AfterItem(a.at, child, Reader(truth));
      if (a.at.plan == kNoPlan) return;
      const Plan& plan = schema_.plan(a.at.plan);
      a.seen = plan.unique ? Insert(a.seen, value) : 0;
      if (plan.capture) {
        CellId refs[] = {a.values, value};
        a.values = cells_.Intern(kChain, refs, {});
        CountIfOpen(a.at.plan, a.before, a.values, false);
      }
      if (schema_.by_patterns()) return BeginGaps(a);
      a.phase = kArrayAfterValue;
      return EmitArray(a);
    }
    case kObject: {
      ObjectFrame o = ObjectFrame::Read(cells_, node);
      const Child child = schema_.ObjectChild(o.at, o.name);
      o.at.plan = schema_.After(o.at.plan, child, Reader(truth));
      if (o.at.plan == kNoPlan) return;
      const Plan& plan = schema_.plan(o.at.plan);
      o.others = OthersAfter(o);
      if (schema_.ordered()) {
        const Shape& shape = schema_.shape(o.at.shape);
        uint32_t listed = static_cast<uint32_t>(shape.names.size());
        o.at.cursor = o.name < listed ? shape.order[o.name] + 1 : listed;
      }
      o.at.count = std::min(o.at.count + 1, plan.member_limit);
      if (plan.capture) {
        CellId refs[] = {o.values, value, o.key};
        o.values = cells_.Intern(kChain, refs, {});
        CountIfOpen(o.at.plan, o.before, o.values, true);
      }
      o.key = 0;
      o.name = 0;
      if (schema_.by_patterns()) return BeginGaps(o);
      o.phase = kObjectAfterValue;
      return EmitObject(o);
    }
    default:
      return;
  }
}

}  // namespace grammask
