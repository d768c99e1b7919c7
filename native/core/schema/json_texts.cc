// Strings and member names in progress, as masks see them: what is still demanded of the text,
// apart from the frames below it. See mask.h for what is made of that.
#include <algorithm>

#include "schema/json_frames.h"

namespace grammask {

bool JsonFrames::OnPath(CellId node) const {
  if (cells_.kind(node) == kString) return StringFrame::Read(cells_, node).place != 0;
  if (cells_.kind(node) != kKey) return false;
  KeyFrame k = KeyFrame::Read(cells_, node);
  return k.place != 0 || k.lo < k.hi;
}

uint32_t JsonFrames::ClippedCount(CellId node, uint32_t near) {
  constexpr size_t kMostParts = 24;
  StringFrame s = StringFrame::Read(cells_, node);
  const StringView& view = schema_.Strings(s.plan);
  if (view.parts.empty() || view.parts.size() > kMostParts) return s.count;
  // Which lengths a pattern can still reach may depend on the very number.
  if (!OnlyLengthCounts(node)) return s.count;
  uint32_t long_enough = 0;  // bit p: for part p
  for (size_t p = 0; p < view.parts.size(); ++p) {
    const StringView::Part& part = view.parts[p];
    if (part.max != kNone && uint64_t{s.count} + near >= part.max) return s.count;
    if (s.count >= part.min) {
      long_enough |= 1u << p;
    } else if (uint64_t{s.count} + near >= part.min) {
      return s.count;
    }
  }
  return kNone - 1 - long_enough;  // no text is so long
}

bool JsonFrames::OnlyLengthCounts(CellId node) const {
  if (cells_.kind(node) != kString) return false;
  StringFrame s = StringFrame::Read(cells_, node);
  return s.place == 0 && !schema_.plan(s.plan).capture &&
         std::all_of(s.states.begin(), s.states.end(),
                     [](ExprId state) { return state == ExprPool::kAny; });
}

std::optional<CellId> JsonFrames::BehindText(CellId node) {
  if (cells_.kind(node) != kString) return std::nullopt;
  StringFrame s = StringFrame::Read(cells_, node);
  const Plan& plan = schema_.plan(s.plan);
  if (s.place != 0 || plan.capture || !plan.report.empty()) return std::nullopt;
  return machine_.Behind(s.parents, 0);
}

bool JsonFrames::ReadsAnyText(CellId node, uint32_t code_points) {
  DecoderState decoder;
  bool paths = false;
  if (cells_.kind(node) == kKey) {
    KeyFrame k = KeyFrame::Read(cells_, node);
    const Shape& shape = schema_.shape(k.at.shape);
    uint32_t name = static_cast<uint32_t>(shape.names.size());
    const uint32_t end = name + static_cast<uint32_t>(shape.classes.size());
    if (shape.undecided || name == end || !(k.decoder == DecoderState{})) return false;
    while (name < end && NameAllowed(k.at, name)) ++name;
    return name == end;
  }
  if (cells_.kind(node) != kString) return false;
  auto open = OpenTexts(node, &decoder, &paths);
  return open && !paths && decoder == DecoderState{} &&
         std::any_of(open->begin(), open->end(), [&](const TextDemand& text) {
           return text.text == ExprPool::kAny && text.max >= code_points;
         });
}

std::optional<std::vector<TextDemand>> JsonFrames::OpenTexts(CellId node, DecoderState* decoder,
                                                             bool* paths) {
  constexpr size_t kMostCubes = 4;
  constexpr size_t kMostClasses = 64;
  *paths = false;
  if (cells_.kind(node) == kKey) {
    KeyFrame k = KeyFrame::Read(cells_, node);
    const Shape& shape = schema_.shape(k.at.shape);
    uint32_t listed = static_cast<uint32_t>(shape.names.size());
    if (shape.undecided || shape.classes.size() > kMostClasses) return std::nullopt;
    *decoder = k.decoder;
    std::vector<TextDemand> demands;
    std::vector<ExprId> texts;
    for (uint32_t name = listed; name < listed + shape.classes.size(); ++name) {
      if (NameAllowed(k.at, name)) texts.push_back(schema_.ClassText(k.at.shape, name, k.states));
    }
    // Names of all kinds: any beginning can be completed.
    if (!texts.empty() && texts.size() == shape.classes.size())
      return std::vector<TextDemand>{{ExprPool::kAny, 0, kNone}};
    *paths = OnPath(node);
    if (!texts.empty()) demands.push_back({schema_.pool().Union(texts), 0, kNone});
    return demands;
  }
  if (cells_.kind(node) != kString) return std::nullopt;
  StringFrame s = StringFrame::Read(cells_, node);
  *decoder = s.decoder;
  auto demands = schema_.TextDemands(s.plan, s.states, s.count, kMostCubes);
  if (!demands) return demands;
  // A text that no other begins like differs from all.
  *paths = s.place != 0 && std::any_of(demands->begin(), demands->end(),
                                       [](const TextDemand& d) { return d.distinct != 0; });
  std::erase_if(*demands, [](const TextDemand& d) { return d.distinct == 2; });
  return demands;
}

}  // namespace grammask
