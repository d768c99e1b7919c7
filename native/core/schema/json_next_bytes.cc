// Which bytes may come next, at a glance. A walk over a vocabulary asks this once for each state
// and steps only by the bytes of the answer, so the answer may hold too many bytes and never too
// few.
#include <algorithm>

#include "base/utf8.h"
#include "schema/json_frames.h"

namespace grammask {
namespace {

uint8_t FirstByte(uint32_t code_point) {
  std::string bytes;
  AppendUtf8(code_point, &bytes);
  return static_cast<uint8_t>(bytes[0]);
}

// Inside a string every byte but control characters may be part of something, between code points.
void AddTextBytes(const DecoderState& decoder, ByteSet* bytes) {
  AddBytes(bytes, BytesWithin(decoder));
}

}  // namespace

void JsonFrames::AddGapOr(uint32_t gap, std::string_view structural, ByteSet* bytes) const {
  if (schema_.any_space()) AddBytesOf(bytes, " \t\n\r");
  if ((gap & kLineBreak) != 0) {
    AddByte(bytes, '\n');
  } else if (gap != 0) {
    AddByte(bytes, ' ');
  }
  AddBytesOf(bytes, structural);
}

void JsonFrames::AddFirstBytes(PlanId plan, ByteSet* bytes) {
  constexpr std::string_view kFirst[] = {"n", "t", "f", "-0123456789", "\"", "[", "{"};
  constexpr JsonType kTypes[] = {JsonType::kNull,   JsonType::kTrue,   JsonType::kFalse,
                                 JsonType::kNumber, JsonType::kString, JsonType::kArray,
                                 JsonType::kObject};
  for (size_t i = 0; i < std::size(kTypes); ++i) {
    if (schema_.OfType(plan, kTypes[i]) == kNoPlan) continue;
    AddBytesOf(bytes, kFirst[i]);
  }
}

// Of the listed names that begin like the key.
void JsonFrames::AddNameBytes(const KeyFrame& k, ByteSet* bytes) const {
  const std::vector<std::string>& names = schema_.shape(k.at.shape).names;
  auto begin = names.begin() + k.lo, end = names.begin() + k.hi;
  while (begin != end) {
    if (begin->size() == k.bytes) {
      ++begin;
      continue;
    }
    auto byte = static_cast<uint8_t>((*begin)[k.bytes]);
    AddByte(bytes, byte);
    begin = std::partition_point(begin, end, [&](const std::string& name) {
      return static_cast<uint8_t>(name[k.bytes]) <= byte;
    });
  }
}

void JsonFrames::AddTrieBytes(CellId place, ByteSet* bytes) const {
  if (place == 0) return;
  for (uint32_t point : cells_.data(place).subspan(1)) AddByte(bytes, FirstByte(point));
}

void JsonFrames::AddPathBytes(CellId node, ByteSet* bytes) {
  if (cells_.kind(node) == kString) {
    StringFrame s = StringFrame::Read(cells_, node);
    if (!(s.decoder == DecoderState{})) return AddTextBytes(s.decoder, bytes);
    AddBytesOf(bytes, "\"\\");
    return AddTrieBytes(s.place, bytes);
  }
  KeyFrame k = KeyFrame::Read(cells_, node);
  ByteSet first{};
  AddNameBytes(k, &first);
  AddTrieBytes(k.place, &first);
  machine_.names_read |= k.place != 0;
  if (k.decoder == DecoderState{}) {
    AddBytes(bytes, first);
    return AddBytesOf(bytes, "\"\\");
  }
  ByteSet within = BytesWithin(k.decoder);
  // Of the short escapes few are for characters of names.
  constexpr std::string_view kShort = "\"\\/bfnrt", kMeaning = "\"\\/\b\f\n\r\t";
  for (size_t i = 0; i < kShort.size() && IsEscape(k.decoder); ++i) {
    if (!HasByte(first, static_cast<uint8_t>(kMeaning[i])))
      RemoveByte(&within, static_cast<uint8_t>(kShort[i]));
  }
  AddBytes(bytes, within);
}

void JsonFrames::AddNextBytes(CellId node, ByteSet* bytes) {
  switch (cells_.kind(node)) {
    case kTrail:
      return AddGapOr(0, "", bytes);
    case kValue: {
      ValueFrame v = ValueFrame::Read(cells_, node);
      if (v.gap != 0 || SpaceBefore(v)) AddGapOr(v.gap, "", bytes);
      if (v.gap == 0) AddFirstBytes(v.plan, bytes);
      return;
    }
    case kLiteral: {
      LiteralFrame l = LiteralFrame::Read(cells_, node);
      return AddByte(bytes, static_cast<uint8_t>(kLiteralTexts[l.type][l.read]));
    }
    case kNumber:
      return AddGapOr(0, "0123456789+-.eE", bytes);
    case kString:
      return AddTextBytes(StringFrame::Read(cells_, node).decoder, bytes);
    case kArray: {
      ArrayFrame a = ArrayFrame::Read(cells_, node);
      if (a.phase == kArrayInValue) return;
      if (schema_.by_patterns())
        return AddGapBytes(a.gap, a.phase == kArrayAfterComma ? "" : "]", bytes);
      if (a.phase == kArrayClosing) return AddGapOr(a.gap, "]", bytes);
      // In lines, an array with items closes on a line of its own.
      if (a.phase == kArrayAfterValue) return AddGapOr(0, ",]\n", bytes);
      AddGapOr(a.gap, "]", bytes);
      if (PlanId child = schema_.ArrayChild(a.at).plan; child != kNoPlan)
        AddFirstBytes(child, bytes);
      return;
    }
    case kObject: {
      ObjectFrame o = ObjectFrame::Read(cells_, node);
      if (schema_.by_patterns() && o.phase != kObjectInValue)
        return AddGapBytes(o.gap, o.phase == kObjectAfterKey ? "" : "\"}", bytes);
      switch (o.phase) {
        case kObjectOpen:
          return AddGapOr(o.gap, "\"}", bytes);
        case kObjectAfterComma:
          return AddGapOr(o.gap, "\"", bytes);
        case kObjectAfterKey:
          return AddGapOr(0, ":", bytes);
        case kObjectAfterValue:
          return AddGapOr(0, ",}\n", bytes);
        case kObjectClosing:
          return AddGapOr(o.gap, "}", bytes);
        default:
          return;
      }
    }
    case kKey: {
      KeyFrame k = KeyFrame::Read(cells_, node);
      const Shape& shape = schema_.shape(k.at.shape);
      uint32_t listed = static_cast<uint32_t>(shape.names.size());
      if (!(k.decoder == DecoderState{})) return AddTextBytes(k.decoder, bytes);
      bool others = shape.undecided;
      for (uint32_t name = listed; name < listed + shape.classes.size() && !others; ++name)
        others = NameAllowed(k.at, name);
      if (others) return AddTextBytes(k.decoder, bytes);
      AddBytesOf(bytes, "\"\\");
      return AddNameBytes(k, bytes);
    }
    default:
      return;
  }
}

}  // namespace grammask
