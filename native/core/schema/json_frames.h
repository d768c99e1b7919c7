// JSON values in progress: the frames that read bytes under a plan (schema.h says what plans are).
//
// A value frame waits for the first byte, which tells the type; it is then replaced by the frame of
// that type. A container pushes a value frame on top of itself for each child and is resumed with
// the child's result: a kTruth cell with the atoms of the report that hold, and with the value
// itself where the plan captures it; 0 when nothing is to be reported. White space is read by
// whoever waits for the next structural byte: any, if the style allows it, or the gap that the
// style demands. Around the outermost value that is its frame, and the kTrail below it. Gaps that
// are texts of patterns are read by the containers alone (json_gaps.cc).
//
// Frames of values that may have to differ from others (uniqueItems) carry these: `before`, or for
// a string the place in their trie that its text has led to. json_words.h names the references and
// words of each frame.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "parser/machine.h"
#include "schema/json_words.h"
#include "schema/schema.h"
#include "schema/string_decoder.h"

namespace grammask {

class JsonFrames {
 public:
  JsonFrames(Machine& machine, uint32_t schema)
      : machine_(machine),
        cells_(machine.cells()),
        schema_(machine.grammar().schema(schema)),
        index_(schema) {}

  void Begin(CellId parents);  // the outermost value is about to begin
  void Step(CellId node, uint8_t byte);
  void Resume(CellId node, CellId truth);  // a child is complete
  // Adds the bytes that may lead on from here, and perhaps more (Machine::NextBytes).
  void AddNextBytes(CellId node, ByteSet* bytes);
  // The bytes that may stay on the paths of a key or string (OnPath), or end it.
  void AddPathBytes(CellId node, ByteSet* bytes);

  // Bytes that bring this frame nearer to its end along a cheap way: the rest of a scalar, the next
  // member or item that is needed, or the closing bracket. A container whose white space or order
  // of members the style decides is not written at once: the bytes end before it, and it is to be
  // narrowed to what is needed of it. An array that was just opened needs a value frame for that
  // (`config`).
  struct Chunk {
    std::string bytes;
    std::optional<GoalId> narrow;
    CellId config = 0;
  };
  std::optional<Chunk> NextChunk(CellId node);
  // The configuration with the value that is about to begin narrowed to a goal; 0 if nothing
  // reaches it.
  CellId Narrowed(CellId config, GoalId goal);
  // A rough number of bytes until the frame is complete (exact for scalars).
  uint64_t RestCost(CellId node);
  // What may come next, in words.
  void Describe(CellId node, std::vector<std::string>* words);

  // Strings whose continuations do not depend on the frames below (island masks): what they demand,
  // as joint expressions with bounds on what is left; one suffices. nullopt: not a string or key,
  // or not simple enough. `paths`: this is said of undeclared names that begin like no listed one
  // and none that was written; tokens along those (OnPath) have to be stepped.
  std::optional<std::vector<TextDemand>> OpenTexts(CellId node, DecoderState* decoder, bool* paths);
  bool OnPath(CellId node) const;
  // The number of code points of a string in progress. Where only the length counts: in a form that
  // is one for all numbers farther than `near` from every bound, since the next `near` code points
  // lead to the same.
  uint32_t ClippedCount(CellId node, uint32_t near);
  // Is it a string of which only the number of code points matters, not which they are?
  bool OnlyLengthCounts(CellId node) const;
  // The listed names that a member name in progress can still become: those of lo..hi, of which the
  // first `bytes` bytes are written, for which NameMayEnd. nullopt: more than these decides which
  // bytes may follow.
  struct Listed {
    const std::vector<std::string>* names;  // sorted by bytes
    uint32_t lo, hi, bytes;
    bool others;  // any name that is not listed may be written as well
    Spelling spelling;
    CellId written;  // the trie of names that none of these others may be, from here on; 0: none
  };
  std::optional<Listed> ListedNames(CellId node);
  bool NameMayEnd(CellId node, uint32_t name);
  // A member name in progress that no listed name and none that was written begins like, as if
  // nothing of it were read: the same as long as no later name must differ from it.
  std::optional<CellId> AnyName(CellId node);
  // A member name in progress, and what stands behind its closing quote, whichever it is, as long
  // as no listed name and none that was written begins like it; 0 where no such name may be
  // written. Which name it is counts for nothing there: no later one differs from it. nullopt: it
  // does count.
  std::optional<CellId> OtherName(CellId node);
  std::optional<CellId> BehindOtherName(CellId node);
  // What stands behind the closing quote of a string, wherever it may end; nullopt: that depends on
  // the text.
  std::optional<CellId> BehindText(CellId node);
  // Any text at all may be added to a string or member name here, up to so many code points.
  bool ReadsAnyText(CellId node, uint32_t code_points);

 private:
  bool Space(uint8_t byte) const {
    return schema_.any_space() && (byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r');
  }
  bool SpaceBefore(const ValueFrame& v) const {
    return schema_.any_space() && v.depth != kNoSpaceBefore;
  }
  // Of white space with a bound: the depth of a frame that has read one more byte; nullopt: it is
  // too much.
  std::optional<uint32_t> MoreSpace(uint32_t depth) const {
    return depth < schema_.style().indent ? std::optional<uint32_t>(depth + 1) : std::nullopt;
  }
  // The gap that the style demands: on a new line at this depth; between two tokens.
  uint32_t LineGap(uint32_t depth) const {
    const SchemaStyle& style = schema_.style();
    return schema_.in_lines() ? kLineBreak | (depth * style.indent) : 0;
  }
  uint32_t CommaGap(uint32_t depth) const {
    return schema_.style().whitespace == kSpaced ? 1 : LineGap(depth);
  }
  uint32_t ColonGap() const { return schema_.has_gaps() ? 1 : 0; }
  static std::optional<uint32_t> StepGap(uint32_t gap, uint8_t byte) {
    if ((gap & kLineBreak) != 0) {
      return byte == '\n' ? std::optional<uint32_t>(gap & ~kLineBreak) : std::nullopt;
    }
    return gap > 0 && byte == ' ' ? std::optional<uint32_t>(gap - 1) : std::nullopt;
  }
  static std::string GapText(uint32_t gap) {
    return (gap & kLineBreak ? "\n" : "") + std::string(gap & ~kLineBreak, ' ');
  }

  void StepValue(PlanId plan, CellId parents, CellId before, uint32_t depth, uint8_t byte);
  void StepLiteral(CellId node, uint8_t byte);
  void StepNumber(CellId node, uint8_t byte);
  void StepString(CellId node, uint8_t byte);
  void StepArray(CellId node, uint8_t byte);
  void StepObject(CellId node, uint8_t byte);
  void StepKey(CellId node, uint8_t byte);

  // Gaps that are texts of patterns (json_gaps.cc). A gap is a state of statics().bytes.
  ByteAutomaton& Bytes() const;
  uint32_t StartOf(ExprId gap) const;
  void BeginGap(ArrayFrame a, ArrayPhase phase, ExprId gap);
  void BeginGap(ObjectFrame o, ObjectPhase phase, ExprId gap);
  void BeginGaps(const ArrayFrame& a);
  void BeginGaps(const ObjectFrame& o);
  void EmitInGap(const ArrayFrame& a);
  void EmitInGap(const ObjectFrame& o);
  void StepGap(ArrayFrame a, uint8_t byte);
  void StepGap(ObjectFrame o, uint8_t byte);
  void AddGapBytes(uint32_t gap, std::string_view behind, ByteSet* bytes) const;
  std::optional<std::string> RestOfGap(uint32_t gap) const;
  uint64_t CostOfGap(uint32_t gap) const;
  std::optional<Chunk> NextInGap(const ArrayFrame& a);
  std::optional<Chunk> NextInGap(const ObjectFrame& o);
  uint64_t CostInGap(const ArrayFrame& a);
  uint64_t CostInGap(ObjectFrame o);
  void DescribeGap(uint32_t gap, bool separates, std::vector<std::string>* words) const;

  void EmitNumber(PlanId plan, CellId parents, CellId text, CellId before,
                  const NumberState& state);
  void EmitArray(const ArrayFrame& a) {
    std::vector<uint32_t> data{index_, a.at.plan, a.phase, a.at.index, a.gap, a.depth};
    data.insert(data.end(), a.at.counts.begin(), a.at.counts.end());
    CellId refs[] = {a.parents, a.before, a.seen, a.values};
    machine_.Emit(kArray, refs, data);
  }
  void EmitObject(const ObjectFrame& o) {
    uint32_t data[] = {index_, o.at.plan,  o.at.shape, o.phase, o.at.cursor,
                       o.name, o.at.count, o.gap,      o.depth};
    CellId refs[] = {o.parents, o.before, o.seen, o.others, o.values, o.key};
    machine_.Emit(kObject, refs, data);
  }
  void EmitKey(const KeyFrame& k, std::span<const uint32_t> states) {
    std::vector<uint32_t> data{index_,         k.at.plan,       k.at.shape, k.at.cursor,
                               k.decoder.mode, k.decoder.value, k.lo,       k.hi,
                               k.bytes,        k.at.count,      k.depth};
    data.insert(data.end(), states.begin(), states.end());
    CellId refs[] = {k.parents, k.before, k.seen, k.others, k.values, k.text, k.place};
    machine_.Emit(kKey, refs, data);
  }
  GoalId WantedOfChild(PlanId plan, GoalId wanted);
  CellId ArrayInValue(const ArrayFrame& a);  // the parent of an item
  ObjectFrame NewObject(PlanId plan, CellId parents, CellId before);
  void AddGapOr(uint32_t gap, std::string_view structural, ByteSet* bytes) const;
  void AddFirstBytes(PlanId plan, ByteSet* bytes);
  void AddNameBytes(const KeyFrame& k, ByteSet* bytes) const;
  void AddTrieBytes(CellId place, ByteSet* bytes) const;
  void CountIfOpen(PlanId plan, CellId before, CellId parts, bool is_object);
  bool MayHold(const ObjectFrame& o);
  bool Begins(PlanId plan);
  bool ItemMayCome(const ArrayFrame& a);
  bool ArrayMayClose(const ArrayFrame& a) const;
  void CloseArray(const ArrayFrame& a);
  void CloseObject(const ObjectFrame& o);
  void CloseKey(const KeyFrame& k);
  bool KeyAlive(const KeyFrame& k, std::span<const uint32_t> states);
  bool ClassAlive(const KeyFrame& k, uint32_t name, std::span<const uint32_t> states);
  std::optional<std::string> ClassCompletion(const KeyFrame& k, uint32_t name);
  bool NameAllowed(const ObjectAt& at, uint32_t name);
  bool AnyNameAllowed(const ObjectFrame& o);
  bool ObjectMayClose(const ObjectAt& at) const;
  std::optional<Chunk> ChildChunk(std::string before, GoalId goal, CellId values);
  std::optional<Chunk> MemberChunk(std::string before, const ObjectFrame& o, const Way& rest);
  std::optional<std::string> TextBeforeValue() const;  // of a member: a shortest one
  std::string InsideQuotes(std::string_view decoded) const;
  std::optional<std::string> NextOfKey(const KeyFrame& k);
  std::function<bool(std::string_view)> Taken(CellId others) const;
  std::optional<uint32_t> NameOf(const ObjectAt& at, const std::string& name);
  void StepName(KeyFrame* k, uint32_t code_point) const;
  bool KeyAliveAfter(const KeyFrame& k, const CodePoints* ranges, int count);
  KeyFrame NewKey(const ObjectFrame& o, std::vector<uint32_t>* states);
  CellId Mark(CellId seen, uint32_t name, uint32_t names);
  CellId OthersAfter(const ObjectFrame& o);
  CellId WithoutName(CellId node);

  // What was written: tries of texts, captured values.
  CellId InsertText(CellId trie, CellId text);
  CellId InsertPoints(CellId trie, const std::vector<uint32_t>& points);
  CellId TrieChild(CellId trie, uint32_t code_point) const;
  CellId TrieOf(CellId before) const { return before == 0 ? 0 : cells_.refs(before)[0]; }
  CellId Append(CellId text, uint32_t code_point) {
    return cells_.Intern(kText, {&text, 1}, {&code_point, 1});
  }
  std::vector<uint32_t> CodePointsOf(CellId text) const;
  CellId LiteralValue(uint32_t type);
  CellId NumberValue(CellId text);
  CellId StringValue(CellId text);
  CellId ArrayValue(CellId values);
  CellId ObjectValue(CellId values);
  bool InBefore(CellId before, CellId value);
  // May the container in progress, whose parts so far are a kChain, become equal to a value before?
  bool MayBecomeEqual(CellId before, CellId parts, bool is_object) const;
  CellId Insert(CellId before, CellId value);
  std::string TextOf(CellId value) const;  // compact JSON with sorted members
  std::vector<std::string> TextsIn(CellId before) const;
  std::vector<Decimal> NumbersIn(CellId before) const;
  std::string Written(CellId text) const;
  bool NumberAlive(const NumberView& view, size_t cube, const NumberState& state, CellId text,
                   const std::vector<Decimal>& known) const;
  // Does some value reach the goal that stands in `before` or not, as the goal asks?
  bool ValueMayCome(GoalId goal, CellId before);
  std::optional<std::string> WitnessOf(GoalId goal, CellId before);

  // The result of a value: atoms of the report that hold. `distinct`: it equals none before it.
  template <typename Holds>
  void Complete(PlanId plan, CellId parents, CellId before, CellId value, Holds holds);
  template <typename Holds>
  CellId Truth(PlanId plan, CellId value, Holds holds);
  auto Reader(CellId truth) const {
    return [this, truth](uint32_t atom) {
      if (truth == 0) return false;
      std::span<const uint32_t> atoms = cells_.data(truth);
      return std::binary_search(atoms.begin(), atoms.end(), atom);
    };
  }

  // Of a container whose end depends on the child in progress.
  static constexpr uint64_t kUnknownCost = 256;

  Machine& machine_;
  CellStore& cells_;
  Schema& schema_;
  uint32_t index_;
};

}  // namespace grammask
