// What the cells of JSON frames hold (json_frames.h): names for their references and words.
#pragma once

#include <span>

#include "base/cells.h"
#include "schema/schema.h"
#include "schema/string_decoder.h"

namespace grammask {

enum ArrayPhase : uint32_t {
  kArrayOpen,
  kArrayInValue,
  kArrayAfterValue,
  kArrayClosing,
  kArrayAfterComma  // only where gaps are texts of patterns
};
enum ObjectPhase : uint32_t {
  kObjectOpen,
  kObjectAfterKey,
  kObjectInValue,
  kObjectAfterValue,
  kObjectAfterComma,
  kObjectClosing
};

inline const char* const kLiteralTexts[] = {"null", "true", "false"};

// What a style demands of a container's gap, where it demands something: a state of the gap's
// automaton if gaps are texts of patterns (json_gaps.cc), else white space: a line break if the
// flag is set, then so many spaces.
inline constexpr uint32_t kLineBreak = 0x80000000u;

// The depth of a frame says, where a style puts members on lines, how many containers are open;
// where it bounds white space, how much of it was read right before the next byte; else it is 0.
//
// In place of it: the outermost value, before which no white space may stand.
inline constexpr uint32_t kNoSpaceBefore = 0xffffffffu;

struct ValueFrame {
  CellId parents, before;
  PlanId plan;
  uint32_t gap, depth;
  static ValueFrame Read(const CellStore& cells, CellId node) {
    std::span<const CellId> r = cells.refs(node);
    std::span<const uint32_t> d = cells.data(node);
    return {r[0], r[1], d[1], d[2], d[3]};
  }
};

struct LiteralFrame {
  CellId parents, before;
  PlanId plan;
  uint32_t type, read;
  static LiteralFrame Read(const CellStore& cells, CellId node) {
    std::span<const CellId> r = cells.refs(node);
    std::span<const uint32_t> d = cells.data(node);
    return {r[0], r[1], d[1], d[2], d[3]};
  }
};

struct NumberFrame {
  CellId parents, text, before;
  PlanId plan;
  std::span<const uint32_t> state;
  static NumberFrame Read(const CellStore& cells, CellId node) {
    std::span<const CellId> r = cells.refs(node);
    std::span<const uint32_t> d = cells.data(node);
    return {r[0], r[1], r[2], d[1], d.subspan(2)};
  }
};

inline constexpr size_t kStringCount = 4;  // the word of a string's frame that counts code points

struct StringFrame {
  CellId parents, text, place;
  PlanId plan;
  DecoderState decoder;
  uint32_t count;
  std::span<const uint32_t> states;
  static StringFrame Read(const CellStore& cells, CellId node) {
    std::span<const CellId> r = cells.refs(node);
    std::span<const uint32_t> d = cells.data(node);
    return {r[0], r[1], r[2], d[1], {d[2], d[3]}, d[4], d.subspan(5)};
  }
};

struct ArrayFrame {
  CellId parents, before, seen, values;
  uint32_t phase, gap, depth;
  ArrayAt at;
  static ArrayFrame Read(const CellStore& cells, CellId node) {
    std::span<const CellId> r = cells.refs(node);
    std::span<const uint32_t> d = cells.data(node);
    return {r[0], r[1], r[2], r[3],
            d[2], d[4], d[5], ArrayAt{d[1], d[3], std::vector<uint32_t>(d.begin() + 6, d.end())}};
  }
};

struct ObjectFrame {
  CellId parents, before, seen, others, values, key;
  uint32_t phase, name, gap, depth;
  ObjectAt at;
  static ObjectFrame Read(const CellStore& cells, CellId node) {
    std::span<const CellId> r = cells.refs(node);
    std::span<const uint32_t> d = cells.data(node);
    ObjectAt at{d[2], d[1], d[4], d[6], {}};
    if (r[2] != 0) at.seen = cells.data(r[2]);
    return {r[0], r[1], r[2], r[3], r[4], r[5], d[3], d[5], d[7], d[8], at};
  }
};

inline constexpr size_t kObjectName = 5;  // the word of an object's frame that is the member's name
// The words of a key's frame that say which listed names begin like it, and its references to what
// was read.
inline constexpr size_t kKeyLo = 6, kKeyHi = 7, kKeyBytes = 8;
inline constexpr size_t kKeyText = 5, kKeyPlace = 6;

struct KeyFrame {
  CellId parents, before, seen, others, values, text, place;
  DecoderState decoder;
  uint32_t lo, hi, bytes;  // listed names that begin with the bytes read
  uint32_t depth;
  ObjectAt at;
  std::span<const uint32_t> states;  // of the shape's expressions
  static KeyFrame Read(const CellStore& cells, CellId node) {
    std::span<const CellId> r = cells.refs(node);
    std::span<const uint32_t> d = cells.data(node);
    ObjectAt at{d[2], d[1], d[3], d[9], {}};
    if (r[2] != 0) at.seen = cells.data(r[2]);
    return {r[0],         r[1], r[2], r[3], r[4],  r[5], r[6],
            {d[4], d[5]}, d[6], d[7], d[8], d[10], at,   d.subspan(11)};
  }
};

}  // namespace grammask
