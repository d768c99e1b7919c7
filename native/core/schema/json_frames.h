// JSON values in progress: the frames that read bytes under a plan (schema.h says what plans are).
//
// A value frame waits for the first byte, which tells the type; it is then replaced by the frame of
// that type. A container pushes a value frame on top of itself for each child and is resumed with
// the child's report (a kTruth cell with the atoms of the report that hold; 0 when nothing is to be
// reported). White space is read by whoever waits for the next structural byte, if the style allows
// any.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "parser/machine.h"
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

  // Bytes that bring this frame nearer to its end along a cheap way: the rest of a scalar, the next
  // member or item that is needed, or the closing bracket.
  std::optional<std::string> NextChunk(CellId node);
  // A rough number of bytes until the frame is complete (exact for scalars).
  uint64_t RestCost(CellId node);
  // What may come next, in words.
  void Describe(CellId node, std::vector<std::string>* words);

  // Strings whose continuations do not depend on the frames below (island masks): the sets of parts
  // that must hold, as joint expressions with bounds on what is left. nullopt: not a string or key,
  // or not simple enough. `any_text` keys and strings without demands give {kAny, 0, kNone}.
  std::optional<std::vector<TextDemand>> OpenTexts(CellId node, DecoderState* decoder);

 private:
  bool Space(uint8_t byte) const {
    return schema_.any_space() && (byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r');
  }
  void StepValue(PlanId plan, CellId parents, uint8_t byte);
  void StepLiteral(CellId node, uint8_t byte);
  void StepNumber(CellId node, uint8_t byte);
  void StepString(CellId node, uint8_t byte);
  void StepArray(CellId node, uint8_t byte);
  void StepObject(CellId node, uint8_t byte);
  void StepKey(CellId node, uint8_t byte);

  void EmitNumber(PlanId plan, CellId parents, const NumberState& state);
  void CloseKey(CellId node);
  bool KeyAlive(uint32_t shape, PlanId plan, uint32_t cursor, CellId seen, uint32_t lo,
                uint32_t hi);
  bool NameAllowed(uint32_t shape, PlanId plan, uint32_t cursor, CellId seen, uint32_t name);
  bool AnyNameAllowed(uint32_t shape, PlanId plan, uint32_t cursor, CellId seen);
  bool Seen(CellId seen, uint32_t name) const;
  CellId Mark(CellId seen, uint32_t name, uint32_t names);
  std::vector<uint64_t> SeenBits(CellId seen, uint32_t names) const;
  bool ObjectMayClose(uint32_t shape, PlanId plan, CellId seen) const;
  CellId ObjectTruth(uint32_t shape, PlanId plan, CellId seen);
  CellId InsertName(CellId trie, CellId text);
  CellId TrieChild(CellId trie, uint32_t code_point) const;
  template <typename Holds>
  CellId Truth(PlanId plan, Holds holds);
  auto Reader(CellId truth) const {
    return [this, truth](uint32_t atom) {
      if (truth == 0) return false;
      std::span<const uint32_t> atoms = cells_.data(truth);
      return std::binary_search(atoms.begin(), atoms.end(), atom);
    };
  }

  Machine& machine_;
  CellStore& cells_;
  Schema& schema_;
  uint32_t index_;
};

}  // namespace grammask
