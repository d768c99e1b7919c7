// Containers whose gaps are texts of patterns (SchemaGaps in program.h).
//
// A gap is what stands between a bracket or value of a container and the next: the container reads
// it, and the word `gap` of its frame is the state of the gap's automaton. A pattern may match
// anything, also what a value, a bracket or the rest of the gap looks like, so the frame stays as
// long as the gap may go on, and wherever the gap may end, what comes behind it may come too: the
// frame itself reads a bracket or the quote of a name, and beside it stands the frame of the value
// that may begin. Behind a value a container is in two gaps at once, that of the next child and
// that of its bracket, each a frame of its own.
//
// Where a gap may end, its frame alone leads nowhere but into more of the gap or a bracket; the
// value is the other frame's. So short ways (NextChunk) write the rest of a gap and the value in
// one, and where nothing is left of the gap they go on with the value's frame.
#include "schema/json_frames.h"

namespace grammask {

ByteAutomaton& JsonFrames::Bytes() const { return machine_.grammar().statics().bytes; }

uint32_t JsonFrames::StartOf(ExprId gap) const { return Bytes().Start(gap); }

void JsonFrames::BeginGap(ArrayFrame a, ArrayPhase phase, ExprId gap) {
  a.phase = phase;
  a.gap = StartOf(gap);
  EmitInGap(a);
}

void JsonFrames::BeginGap(ObjectFrame o, ObjectPhase phase, ExprId gap) {
  o.phase = phase;
  o.gap = StartOf(gap);
  EmitInGap(o);
}

void JsonFrames::EmitInGap(const ArrayFrame& a) {
  if (a.gap == kDead) return;
  EmitArray(a);
  if (a.phase == kArrayClosing || !Bytes().Accepting(a.gap) || !ItemMayCome(a)) return;
  const CellId refs[] = {ArrayInValue(a), a.seen};
  const uint32_t value[] = {index_, schema_.ArrayChild(a.at).plan, 0, a.depth};
  machine_.Emit(kValue, refs, value);
}

void JsonFrames::EmitInGap(const ObjectFrame& o) {
  if (o.gap == kDead) return;
  EmitObject(o);
  if (o.phase != kObjectAfterKey || !Bytes().Accepting(o.gap)) return;
  const PlanId child = schema_.ObjectChild(o.at, o.name).plan;
  if (child == kNoPlan) return;
  const uint32_t data[] = {index_, o.at.plan,  o.at.shape, kObjectInValue, o.at.cursor,
                           o.name, o.at.count, 0,          o.depth};
  const CellId above[] = {o.parents, o.before, o.seen, o.others, o.values, o.key};
  const CellId refs[] = {machine_.Above(kObject, above, data), 0};
  const uint32_t value[] = {index_, child, 0, o.depth};
  machine_.Emit(kValue, refs, value);
}

CellId JsonFrames::ArrayInValue(const ArrayFrame& a) {
  std::vector<uint32_t> data{index_, a.at.plan, kArrayInValue, a.at.index, 0, a.depth};
  data.insert(data.end(), a.at.counts.begin(), a.at.counts.end());
  const CellId refs[] = {a.parents, a.before, a.seen, a.values};
  return machine_.Above(kArray, refs, data);
}

// Behind an item or a member.
void JsonFrames::BeginGaps(const ArrayFrame& a) {
  if (ItemMayCome(a)) BeginGap(a, kArrayAfterComma, schema_.gaps().item);
  if (ArrayMayClose(a)) BeginGap(a, kArrayClosing, schema_.gaps().pad);
}

void JsonFrames::BeginGaps(const ObjectFrame& o) {
  if (AnyNameAllowed(o)) BeginGap(o, kObjectAfterComma, schema_.gaps().item);
  if (ObjectMayClose(o.at)) BeginGap(o, kObjectClosing, schema_.gaps().pad);
}

void JsonFrames::StepGap(ArrayFrame a, uint8_t byte) {
  if (byte == ']' && a.phase != kArrayAfterComma && Bytes().Accepting(a.gap)) CloseArray(a);
  a.gap = Bytes().Step(a.gap, byte);
  EmitInGap(a);
}

void JsonFrames::StepGap(ObjectFrame o, uint8_t byte) {
  if (Bytes().Accepting(o.gap)) {
    const bool closes = o.phase == kObjectOpen || o.phase == kObjectClosing;
    const bool names = o.phase == kObjectOpen || o.phase == kObjectAfterComma;
    if (byte == '}' && closes) CloseObject(o);
    if (byte == '"' && names && AnyNameAllowed(o)) {
      std::vector<uint32_t> states;
      const KeyFrame key = NewKey(o, &states);
      EmitKey(key, states);
    }
  }
  o.gap = Bytes().Step(o.gap, byte);
  EmitInGap(o);
}

// The bytes of a gap, and those of `behind` where it may end.
void JsonFrames::AddGapBytes(uint32_t gap, std::string_view behind, ByteSet* bytes) const {
  AddBytes(bytes, Bytes().Next(gap));
  if (Bytes().Accepting(gap)) AddBytesOf(bytes, behind);
}

// A shortest one; nullopt: none is known.
std::optional<std::string> JsonFrames::RestOfGap(uint32_t gap) const {
  return Bytes().ShortestSuffix(gap);
}

uint64_t JsonFrames::CostOfGap(uint32_t gap) const {
  const std::optional<uint32_t> length = Bytes().ShortestSuffixLength(gap);
  return length ? *length : kNoCost;
}

std::optional<JsonFrames::Chunk> JsonFrames::NextInGap(const ArrayFrame& a) {
  const std::optional<std::string> gap = RestOfGap(a.gap);
  if (!gap) return std::nullopt;
  const auto close = [&] { return Chunk{*gap + "]", std::nullopt, 0}; };
  if (a.phase == kArrayClosing) return close();
  const std::optional<Way> rest = schema_.RestOf(a.at);
  if (!rest) return std::nullopt;
  if (a.phase == kArrayOpen && rest->children.empty()) return close();
  const PlanId child = schema_.ArrayChild(a.at).plan;
  if (child == kNoPlan) return std::nullopt;
  GoalId goal = schema_.plan(child).goal;
  if (!rest->children.empty()) goal = schema_.BothGoals(goal, rest->children[0].first);
  if (!gap->empty()) return ChildChunk(*gap, goal, a.seen);
  const CellId refs[] = {ArrayInValue(a), a.seen};
  const uint32_t value[] = {index_, child, 0, a.depth};
  return Chunk{"", goal, machine_.Above(kValue, refs, value)};
}

std::optional<JsonFrames::Chunk> JsonFrames::NextInGap(const ObjectFrame& o) {
  const std::optional<std::string> gap = RestOfGap(o.gap);
  if (!gap) return std::nullopt;
  if (o.phase == kObjectClosing) return Chunk{*gap + "}", std::nullopt, 0};
  if (o.phase == kObjectAfterKey) {
    const PlanId child = schema_.ObjectChild(o.at, o.name).plan;
    if (child == kNoPlan || gap->empty()) return std::nullopt;
    return ChildChunk(*gap, schema_.plan(child).goal, 0);
  }
  const std::optional<Way> rest = schema_.RestOf(o.at, Taken(OthersAfter(o)));
  if (!rest) return std::nullopt;
  if (!rest->names.empty()) return MemberChunk(*gap, o, *rest);
  // Behind a separator some member must come; its key's frame finds which.
  return Chunk{*gap + (o.phase == kObjectOpen ? '}' : '"'), std::nullopt, 0};
}

// Of two frames behind a value, and of a gap's frame beside that of a value, the cheaper one must
// be that which knows the way: the bracket where it may come, then the gap.
uint64_t JsonFrames::CostInGap(const ArrayFrame& a) {
  if (a.phase == kArrayClosing) return CostOfGap(a.gap) + 1;
  const std::optional<Way> rest = schema_.RestOf(a.at);
  if (a.phase == kArrayInValue) return rest ? rest->base + 2 : kUnknownCost;
  if (!rest) return kNoCost;
  return rest->base + CostOfGap(a.gap) + (a.phase == kArrayAfterComma ? 1 : 0);
}

uint64_t JsonFrames::CostInGap(ObjectFrame o) {
  if (o.phase == kObjectClosing) return CostOfGap(o.gap) + 1;
  const bool in_member = o.phase == kObjectAfterKey || o.phase == kObjectInValue;
  if (in_member) o.at.count = std::min(o.at.count + 1, schema_.plan(o.at.plan).member_limit);
  const std::optional<Way> rest = schema_.RestOf(o.at, Taken(OthersAfter(o)));
  if (!rest) return in_member ? kUnknownCost : kNoCost;
  if (o.phase == kObjectInValue) return rest->base + 2;
  return rest->base + CostOfGap(o.gap) + (o.phase == kObjectAfterComma ? 1 : 0);
}

// `separates`: the gap holds a separator, not only white space.
void JsonFrames::DescribeGap(uint32_t gap, bool separates, std::vector<std::string>* words) const {
  const std::string rest = RestOfGap(gap).value_or("");
  if (!rest.empty()) {
    words->push_back(separates ? "the separator `" + rest + "`"
                               : "the white space " + QuoteJson(rest));
  } else if (!Bytes().Final(gap)) {
    words->push_back("white space");
  }
}

}  // namespace grammask
