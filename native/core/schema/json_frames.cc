#include "schema/json_frames.h"

#include <algorithm>

#include "base/mutant.h"
#include "base/utf8.h"

namespace grammask {
namespace {

enum ArrayPhase : uint32_t { kArrayOpen, kArrayInValue, kArrayAfterValue };
enum ObjectPhase : uint32_t {
  kObjectOpen,
  kObjectAfterKey,
  kObjectInValue,
  kObjectAfterValue,
  kObjectAfterComma
};

const char* const kLiterals[] = {"null", "true", "false"};

struct StringWords {
  uint32_t plan, count;
  DecoderState decoder;
  std::span<const uint32_t> states;
};

StringWords ReadString(std::span<const uint32_t> d) {
  return {d[1], d[4], {d[2], d[3]}, d.subspan(5)};
}

struct ObjectWords {
  uint32_t plan, shape, phase, cursor, name;
};

ObjectWords ReadObject(std::span<const uint32_t> d) { return {d[1], d[2], d[3], d[4], d[5]}; }

struct KeyWords {
  uint32_t plan, shape, cursor;
  DecoderState decoder;
  uint32_t lo, hi, depth;
};

KeyWords ReadKey(std::span<const uint32_t> d) {
  return {d[1], d[2], d[3], {d[4], d[5]}, d[6], d[7], d[8]};
}

}  // namespace

template <typename Holds>
CellId JsonFrames::Truth(PlanId plan, Holds holds) {
  std::vector<uint32_t> atoms;
  for (uint32_t atom : schema_.plan(plan).report) {
    if (holds(atom)) atoms.push_back(atom);
  }
  return atoms.empty() ? 0 : cells_.Intern(kTruth, {}, atoms);
}

void JsonFrames::Begin(CellId parents) {
  PlanId plan = schema_.root_plan();
  if (plan == kNoPlan) return;
  if (schema_.any_space()) {
    uint32_t waiting[] = {index_, 0};
    parents = machine_.Above(kTrail, {&parents, 1}, waiting);
  }
  uint32_t data[] = {index_, plan};
  machine_.Emit(kValue, {&parents, 1}, data);
}

void JsonFrames::Step(CellId node, uint8_t byte) {
  switch (cells_.kind(node)) {
    case kTrail:
      if (Space(byte)) Resume(node, 0);
      return;
    case kValue:
      if (Space(byte)) {
        machine_.Emit(kValue, cells_.refs(node), cells_.data(node));
      } else {
        StepValue(cells_.data(node)[1], machine_.Parents(node), byte);
      }
      return;
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

void JsonFrames::StepValue(PlanId plan, CellId parents, uint8_t byte) {
  auto typed = [&](JsonType type) { return schema_.OfType(plan, type); };
  PlanId next = kNoPlan;
  switch (byte) {
    case '"': {
      if ((next = typed(JsonType::kString)) == kNoPlan) return;
      const StringView& view = schema_.Strings(next);
      std::vector<uint32_t> data{index_, next, 0, 0, 0};
      for (const auto& part : view.parts) data.push_back(part.text);
      machine_.Emit(kString, {&parents, 1}, data);
      return;
    }
    case '{': {
      if ((next = typed(JsonType::kObject)) == kNoPlan) return;
      CellId refs[] = {parents, 0, 0};
      uint32_t data[] = {index_, next, schema_.ShapeOf(next), kObjectOpen, 0, 0};
      machine_.Emit(kObject, refs, data);
      return;
    }
    case '[': {
      if ((next = typed(JsonType::kArray)) == kNoPlan) return;
      uint32_t data[] = {index_, next, kArrayOpen, 0};
      machine_.Emit(kArray, {&parents, 1}, data);
      return;
    }
    case 'n':
    case 't':
    case 'f': {
      JsonType type = byte == 'n'   ? JsonType::kNull
                      : byte == 't' ? JsonType::kTrue
                                    : JsonType::kFalse;
      if ((next = typed(type)) == kNoPlan) return;
      uint32_t data[] = {index_, next, static_cast<uint32_t>(type), 1};
      machine_.Emit(kLiteral, {&parents, 1}, data);
      return;
    }
    default: {
      if (byte != '-' && (byte < '0' || byte > '9')) return;
      if ((next = typed(JsonType::kNumber)) == kNoPlan) return;
      const NumberMachine& machine = *schema_.Numbers(next).machine;
      if (std::optional<NumberState> state = machine.Step(machine.Start(), byte))
        EmitNumber(next, parents, *state);
    }
  }
}

void JsonFrames::StepLiteral(CellId node, uint8_t byte) {
  std::span<const uint32_t> d = cells_.data(node);
  std::string_view text = kLiterals[d[2]];
  if (byte != static_cast<uint8_t>(text[d[3]])) return;
  if (d[3] + 1 == text.size()) {
    machine_.Pop(machine_.Parents(node), Truth(d[1], [](uint32_t) { return true; }));
    return;
  }
  uint32_t data[] = {index_, d[1], d[2], d[3] + 1};
  machine_.Emit(kLiteral, cells_.refs(node), data);
}

void JsonFrames::StepNumber(CellId node, uint8_t byte) {
  std::span<const uint32_t> d = cells_.data(node);
  NumberState state(d.begin() + 2, d.end());
  std::optional<NumberState> next = schema_.Numbers(d[1]).machine->Step(state, byte);
  if (next) EmitNumber(d[1], machine_.Parents(node), *next);
}

void JsonFrames::EmitNumber(PlanId plan, CellId parents, const NumberState& state) {
  const NumberView& view = schema_.Numbers(plan);
  bool alive = view.undecided;
  for (const auto& want : view.cubes) alive = alive || view.machine->Viable(state, want);
  if (!alive) return;
  std::vector<uint32_t> data{index_, plan};
  data.insert(data.end(), state.begin(), state.end());
  machine_.Emit(kNumber, {&parents, 1}, data);
  if (!view.machine->Complete(state)) return;
  std::vector<uint32_t> holding;
  for (size_t i = 0; i < view.atoms.size(); ++i) {
    if (view.machine->Holds(state, i)) holding.push_back(view.atoms[i]);
  }
  auto holds = [&](uint32_t atom) {
    return std::binary_search(holding.begin(), holding.end(), atom);
  };
  if (schema_.Holds(plan, holds)) machine_.Pop(parents, Truth(plan, holds));
}

void JsonFrames::StepString(CellId node, uint8_t byte) {
  std::span<const uint32_t> d = cells_.data(node);
  StringWords s = ReadString(d);
  CellId parents = machine_.Parents(node);
  uint32_t code_point = 0;
  DecoderState decoder = s.decoder;
  Decoded decoded = DecodeByte(byte, schema_.canonical(), &decoder, &code_point);
  const StringView& view = schema_.Strings(s.plan);
  switch (decoded) {
    case Decoded::kInvalid:
      return;
    case Decoded::kPartial: {
      CodePoints ranges[4];
      int n = Reachable(decoder, schema_.canonical(), ranges);
      bool alive = false;
      for (int i = 0; i < n && !alive; ++i) {
        alive = schema_.StringAliveAfter(s.plan, s.states, s.count, ranges[i].lo, ranges[i].hi);
      }
      if (!alive) return;
      std::vector<uint32_t> data(d.begin(), d.end());
      data[2] = decoder.mode;
      data[3] = decoder.value;
      machine_.Emit(kString, {&parents, 1}, data);
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
      auto holds = [&](uint32_t atom) {
        return !std::binary_search(failed.begin(), failed.end(), atom);
      };
      if (schema_.Holds(s.plan, holds)) machine_.Pop(parents, Truth(s.plan, holds));
      return;
    }
    case Decoded::kCodePoint:
      break;
  }
  if (view.parts.empty()) {
    machine_.Emit(kString, {&parents, 1}, std::vector<uint32_t>{index_, s.plan, 0, 0, 0});
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
  if (!schema_.StringAlive(plan, std::span<const uint32_t>(data).subspan(5), data[4])) return;
  machine_.Emit(kString, {&parents, 1}, data);
}

void JsonFrames::StepArray(CellId node, uint8_t byte) {
  std::span<const uint32_t> d = cells_.data(node);
  PlanId plan = d[1];
  uint32_t phase = d[2], index = d[3];
  CellId parents = machine_.Parents(node);
  if (phase == kArrayInValue) return;
  if (Space(byte)) {
    machine_.Emit(kArray, cells_.refs(node), d);
    return;
  }
  if (byte == ']') {
    auto holds = [&](uint32_t a) {
      return schema_.atom(a).min_items <= index && index <= schema_.atom(a).max_items;
    };
    if (schema_.Holds(plan, holds)) machine_.Pop(parents, Truth(plan, holds));
    return;
  }
  if (phase == kArrayAfterValue && byte != ',') return;
  PlanId child = schema_.ArrayChild(plan, index).plan;
  if (child == kNoPlan) return;
  uint32_t data[] = {index_, plan, kArrayInValue, index};
  CellId above = machine_.Above(kArray, {&parents, 1}, data);
  if (phase == kArrayOpen) {
    StepValue(child, above, byte);
  } else {
    uint32_t value[] = {index_, child};
    machine_.Emit(kValue, {&above, 1}, value);
  }
}

bool JsonFrames::Seen(CellId seen, uint32_t name) const {
  if (seen == 0) return false;
  std::span<const uint32_t> words = cells_.data(seen);
  return name / 32 < words.size() && ((words[name / 32] >> (name % 32)) & 1) != 0;
}

CellId JsonFrames::Mark(CellId seen, uint32_t name, uint32_t names) {
  std::vector<uint32_t> words((names + 31) / 32, 0);
  if (seen != 0) {
    std::span<const uint32_t> old = cells_.data(seen);
    std::copy(old.begin(), old.end(), words.begin());
  }
  if (!GRAMMASK_MUTANT(3)) words[name / 32] |= 1u << (name % 32);
  return cells_.Intern(kSeen, {}, words);
}

std::vector<uint64_t> JsonFrames::SeenBits(CellId seen, uint32_t names) const {
  std::vector<uint64_t> bits((names + 63) / 64, 0);
  if (seen == 0) return bits;
  std::span<const uint32_t> words = cells_.data(seen);
  for (size_t i = 0; i < words.size(); ++i)
    bits[i / 2] |= static_cast<uint64_t>(words[i]) << (32 * (i % 2));
  return bits;
}

bool JsonFrames::NameAllowed(uint32_t shape, PlanId plan, uint32_t cursor, CellId seen,
                             uint32_t name) {
  if (name != kOtherName && Seen(seen, name)) return false;
  return schema_.MayWrite(&schema_.Objects(shape, plan, cursor), shape, plan, cursor, name);
}

bool JsonFrames::KeyAlive(uint32_t shape, PlanId plan, uint32_t cursor, CellId seen, uint32_t lo,
                          uint32_t hi) {
  ObjectView& view = schema_.Objects(shape, plan, cursor);
  if (schema_.MayWrite(&view, shape, plan, cursor, kOtherName)) return true;
  for (uint32_t name = lo; name < hi; ++name) {
    uint64_t open = ~view.refused[name / 64] >> (name % 64);
    if (open == 0) {
      name |= 63;
      continue;
    }
    if ((open & 1) == 0 || Seen(seen, name)) continue;
    if (schema_.MayWrite(&view, shape, plan, cursor, name)) return true;
  }
  return false;
}

bool JsonFrames::AnyNameAllowed(uint32_t shape, PlanId plan, uint32_t cursor, CellId seen) {
  return KeyAlive(shape, plan, cursor, seen, 0,
                  static_cast<uint32_t>(schema_.shape(shape).names.size()));
}

bool JsonFrames::ObjectMayClose(uint32_t shape, PlanId plan, CellId seen) const {
  const Shape& s = schema_.shape(shape);
  return schema_.Holds(plan, [&](uint32_t a) {
    const std::vector<uint32_t>& required = schema_.atom(a).required;
    return std::all_of(required.begin(), required.end(),
                       [&](uint32_t string) { return Seen(seen, s.index_of.at(string)); });
  });
}

CellId JsonFrames::ObjectTruth(uint32_t shape, PlanId plan, CellId seen) {
  const Shape& s = schema_.shape(shape);
  return Truth(plan, [&](uint32_t a) {
    const std::vector<uint32_t>& required = schema_.atom(a).required;
    return std::all_of(required.begin(), required.end(),
                       [&](uint32_t string) { return Seen(seen, s.index_of.at(string)); });
  });
}

void JsonFrames::StepObject(CellId node, uint8_t byte) {
  ObjectWords o = ReadObject(cells_.data(node));
  std::span<const CellId> refs = cells_.refs(node);
  CellId parents = refs[0], seen = refs[1], others = refs[2];
  if (o.phase == kObjectInValue) return;
  if (Space(byte)) {
    machine_.Emit(kObject, refs, cells_.data(node));
    return;
  }
  switch (byte) {
    case '}':
      if (o.phase != kObjectOpen && o.phase != kObjectAfterValue) return;
      if (ObjectMayClose(o.shape, o.plan, seen))
        machine_.Pop(parents, ObjectTruth(o.shape, o.plan, seen));
      return;
    case ',': {
      if (o.phase != kObjectAfterValue || !AnyNameAllowed(o.shape, o.plan, o.cursor, seen)) return;
      uint32_t data[] = {index_, o.plan, o.shape, kObjectAfterComma, o.cursor, 0};
      machine_.Emit(kObject, refs, data);
      return;
    }
    case '"': {
      if (o.phase != kObjectOpen && o.phase != kObjectAfterComma) return;
      if (!AnyNameAllowed(o.shape, o.plan, o.cursor, seen)) return;
      CellId key_refs[] = {parents, seen, others, 0, others};
      uint32_t names = static_cast<uint32_t>(schema_.shape(o.shape).names.size());
      uint32_t data[] = {index_, o.plan, o.shape, o.cursor, 0, 0, 0, names, 0};
      machine_.Emit(kKey, key_refs, data);
      return;
    }
    case ':': {
      if (o.phase != kObjectAfterKey) return;
      PlanId child = schema_.ObjectChild(o.shape, o.plan, o.cursor, o.name).plan;
      if (child == kNoPlan) return;
      uint32_t data[] = {index_, o.plan, o.shape, kObjectInValue, o.cursor, o.name};
      CellId above = machine_.Above(kObject, refs, data);
      uint32_t value[] = {index_, child};
      machine_.Emit(kValue, {&above, 1}, value);
      return;
    }
    default:
      return;
  }
}

CellId JsonFrames::TrieChild(CellId trie, uint32_t code_point) const {
  if (trie == 0) return 0;
  std::span<const uint32_t> points = cells_.data(trie).subspan(1);
  auto at = std::lower_bound(points.begin(), points.end(), code_point);
  if (at == points.end() || *at != code_point) return 0;
  return cells_.refs(trie)[static_cast<size_t>(at - points.begin())];
}

CellId JsonFrames::InsertName(CellId trie, CellId text) {
  std::vector<uint32_t> points;
  for (; text != 0; text = cells_.refs(text)[0]) points.push_back(cells_.data(text)[0]);
  std::reverse(points.begin(), points.end());
  std::vector<CellId> path{trie};
  for (uint32_t point : points) path.push_back(TrieChild(path.back(), point));
  CellId child = 0;
  for (size_t i = path.size(); i-- > 0;) {
    std::vector<uint32_t> data{0};
    std::vector<CellId> refs;
    if (path[i] != 0) {
      data.assign(cells_.data(path[i]).begin(), cells_.data(path[i]).end());
      refs.assign(cells_.refs(path[i]).begin(), cells_.refs(path[i]).end());
    }
    if (i == points.size()) {
      data[0] = 1;
    } else {
      auto at = std::lower_bound(data.begin() + 1, data.end(), points[i]);
      auto ref = refs.begin() + (at - data.begin() - 1);
      if (at != data.end() && *at == points[i]) {
        *ref = child;
      } else {
        refs.insert(ref, child);
        data.insert(at, points[i]);
      }
    }
    child = cells_.Intern(kTrie, refs, data);
  }
  return child;
}

void JsonFrames::StepKey(CellId node, uint8_t byte) {
  KeyWords k = ReadKey(cells_.data(node));
  std::span<const CellId> refs = cells_.refs(node);
  CellId seen = refs[1], text = refs[3], place = refs[4];
  const Shape& shape = schema_.shape(k.shape);
  uint32_t code_point = 0;
  DecoderState decoder = k.decoder;
  Decoded decoded = DecodeByte(byte, schema_.canonical(), &decoder, &code_point);
  bool other = NameAllowed(k.shape, k.plan, k.cursor, seen, kOtherName);
  uint32_t lo = k.lo, hi = k.hi, depth = k.depth;
  switch (decoded) {
    case Decoded::kInvalid:
      return;
    case Decoded::kQuote:
      CloseKey(node);
      return;
    case Decoded::kPartial: {
      CodePoints ranges[4];
      int n = Reachable(decoder, schema_.canonical(), ranges);
      bool alive = other;
      for (uint32_t name = lo; name < hi && !alive; ++name) {
        if (shape.names[name].size() == depth ||
            !NameAllowed(k.shape, k.plan, k.cursor, seen, name))
          continue;
        uint32_t next = CodePointAt(shape.names[name], depth);
        for (int i = 0; i < n; ++i) alive = alive || (ranges[i].lo <= next && next <= ranges[i].hi);
      }
      if (!alive) return;
      break;
    }
    case Decoded::kCodePoint: {
      std::string bytes;
      AppendUtf8(code_point, &bytes);
      auto at = [&](uint32_t name) {
        return shape.names[name].compare(depth, bytes.size(), bytes);
      };
      uint32_t first = lo, last = hi;
      while (first < last) {
        uint32_t mid = first + (last - first) / 2;
        if (at(mid) < 0)
          first = mid + 1;
        else
          last = mid;
      }
      uint32_t begin = first;
      last = hi;
      while (first < last) {
        uint32_t mid = first + (last - first) / 2;
        if (at(mid) <= 0)
          first = mid + 1;
        else
          last = mid;
      }
      lo = begin;
      hi = first;
      depth += static_cast<uint32_t>(bytes.size());
      if (lo == hi) lo = hi = depth = 0;
      if (!KeyAlive(k.shape, k.plan, k.cursor, seen, lo, hi)) return;
      if (other) {
        uint32_t word = code_point;
        text = cells_.Intern(kText, {&text, 1}, {&word, 1});
        machine_.names_read |= place != 0;
        place = TrieChild(place, code_point);
      }
      break;
    }
  }
  CellId key_refs[] = {refs[0], seen, refs[2], text, other ? place : 0};
  uint32_t data[] = {index_, k.plan, k.shape, k.cursor, decoder.mode, decoder.value, lo, hi, depth};
  machine_.Emit(kKey, key_refs, data);
}

void JsonFrames::CloseKey(CellId node) {
  KeyWords k = ReadKey(cells_.data(node));
  std::span<const CellId> refs = cells_.refs(node);
  CellId seen = refs[1], others = refs[2], text = refs[3], place = refs[4];
  const Shape& shape = schema_.shape(k.shape);
  uint32_t name = kOtherName;
  if (k.lo < k.hi && shape.names[k.lo].size() == k.depth) {
    name = k.lo;
    if (!NameAllowed(k.shape, k.plan, k.cursor, seen, name)) return;
    seen = Mark(seen, name, static_cast<uint32_t>(shape.names.size()));
  } else {
    if (!NameAllowed(k.shape, k.plan, k.cursor, seen, kOtherName)) return;
    machine_.names_read |= place != 0;
    if (place != 0 && cells_.data(place)[0] == 1) return;
    others = InsertName(others, text);
  }
  CellId object_refs[] = {refs[0], seen, others};
  uint32_t data[] = {index_, k.plan, k.shape, kObjectAfterKey, k.cursor, name};
  machine_.Emit(kObject, object_refs, data);
}

void JsonFrames::Resume(CellId node, CellId truth) {
  std::span<const uint32_t> d = cells_.data(node);
  std::span<const CellId> refs = cells_.refs(node);
  switch (cells_.kind(node)) {
    case kTrail: {
      uint32_t data[] = {index_, 1};
      machine_.Emit(kTrail, refs, data);
      machine_.Pop(refs[0], 0);
      return;
    }
    case kArray: {
      PlanId plan = schema_.After(d[1], schema_.ArrayChild(d[1], d[3]), Reader(truth));
      if (plan == kNoPlan) return;
      uint32_t index = std::min(d[3] == kNone ? d[3] : d[3] + 1, schema_.Arrays(plan).index_limit);
      uint32_t data[] = {index_, plan, kArrayAfterValue, index};
      machine_.Emit(kArray, refs, data);
      return;
    }
    case kObject: {
      ObjectWords o = ReadObject(d);
      PlanId plan = schema_.After(o.plan, schema_.ObjectChild(o.shape, o.plan, o.cursor, o.name),
                                  Reader(truth));
      if (plan == kNoPlan) return;
      uint32_t cursor = 0;
      if (schema_.ordered()) {
        const Shape& shape = schema_.shape(o.shape);
        cursor = o.name == kOtherName ? static_cast<uint32_t>(shape.names.size())
                                      : shape.order[o.name] + 1;
      }
      uint32_t data[] = {index_, plan, o.shape, kObjectAfterValue, cursor, 0};
      machine_.Emit(kObject, refs, data);
      return;
    }
    default:
      return;
  }
}

std::optional<std::vector<TextDemand>> JsonFrames::OpenTexts(CellId node, DecoderState* decoder) {
  constexpr size_t kMostCubes = 4;
  std::span<const uint32_t> d = cells_.data(node);
  if (cells_.kind(node) == kKey) {
    KeyWords k = ReadKey(d);
    if (!NameAllowed(k.shape, k.plan, k.cursor, 0, kOtherName)) return std::nullopt;
    *decoder = k.decoder;
    return std::vector<TextDemand>{{ExprPool::kAny, 0, kNone}};
  }
  if (cells_.kind(node) != kString) return std::nullopt;
  StringWords s = ReadString(d);
  *decoder = s.decoder;
  return schema_.TextDemands(s.plan, s.states, s.count, kMostCubes);
}

}  // namespace grammask
