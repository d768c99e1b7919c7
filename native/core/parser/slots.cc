// Answers to slots in configurations. lexicon/lexicon.h says what they mean.
//
// A configuration with answers is a cell around its set of nodes: the units since the oldest open
// slot began, and the answers ahead, sorted. Without either it is the set itself, so a grammar
// without slots never meets one.

#include <algorithm>
#include <string>
#include <utility>

#include "parser/machine.h"

namespace grammask {
namespace {

constexpr size_t kAnswerHead = 2;  // words before the bytes that come first
constexpr uint32_t kSpareBytes = 256;

}  // namespace

CellId Machine::WithAnswers(CellId nodes, CellId units, std::span<const CellId> ahead) {
  if (nodes == 0 || (units == 0 && ahead.empty())) return nodes;
  std::vector<CellId> refs{nodes, units};
  refs.insert(refs.end(), ahead.begin(), ahead.end());
  return cells_.Intern(kAnswers, refs, {});
}

CellId Machine::StepWithAnswers(CellId config, uint8_t byte) {
  const CellId next = ApplyAnswers(config, byte);
  return Lives(next) ? next : 0;
}

// Answers ahead may rule out all that a configuration was alive for. What leaves their bytes is
// alive as any other configuration is; along them there are few ways, which are tried.
bool Machine::Lives(CellId config) {
  bool lives = false;
  ForWaysPastAnswers(config, [&](std::string_view, CellId) {
    lives = true;
    return false;
  });
  return lives;
}

void Machine::ForWaysPastAnswers(CellId config,
                                 const std::function<bool(std::string_view, CellId)>& visit) {
  std::vector<std::pair<std::string, CellId>> stack{{"", config}};
  while (!stack.empty()) {
    const auto [way, at] = std::move(stack.back());
    stack.pop_back();
    if (at == 0) continue;
    bool ends = AnswersAhead(at).empty();
    for (const CellId node : Nodes(at))
      ends = ends || cells_.kind(node) == kDone || cells_.kind(node) == kTokenWait;
    if (ends && !visit(way, at)) return;
    if (AnswersAhead(at).empty()) continue;
    ByteSet along{};
    for (const CellId answer : AnswersAhead(at)) AddByte(&along, cells_.data(answer)[kAnswerHead]);
    const ByteSet next = NextBytes(at);
    for (uint32_t byte = 0; byte < 256; ++byte) {
      if (budget != nullptr && !budget->Tick()) return;
      if (!HasByte(next, static_cast<uint8_t>(byte))) continue;
      const std::string longer = way + static_cast<char>(byte);
      if (HasByte(along, static_cast<uint8_t>(byte))) {
        stack.emplace_back(longer, ApplyAnswers(at, static_cast<uint8_t>(byte)));
      } else if (const CellId past = Step(NodeSet(at), static_cast<uint8_t>(byte)); past != 0) {
        if (!visit(longer, past)) return;
      }
    }
  }
}

CellId Machine::ApplyAnswers(CellId config, uint8_t byte) {
  CellId nodes = Step(NodeSet(config), byte);
  std::vector<CellId> left;
  for (const CellId answer : AnswersAhead(config)) {
    const std::span<const uint32_t> data = cells_.data(answer);
    if (nodes == 0) break;
    if (data[kAnswerHead] != byte) continue;
    if (data.size() == kAnswerHead + 1) {
      nodes = Fill(nodes, data[0], data[1]);
      continue;
    }
    std::vector<uint32_t> words(data.begin(), data.begin() + kAnswerHead);
    words.insert(words.end(), data.begin() + kAnswerHead + 1, data.end());
    left.push_back(cells_.Intern(kAnswer, {}, words));
  }
  std::sort(left.begin(), left.end());
  return WithAnswers(nodes, 0, left);
}

// A slot of which nothing is typed becomes a terminal of the names, or of its pattern.
CellId Machine::Fill(CellId nodes, uint32_t slot, LexiconId names) {
  std::vector<CellId> filled;
  for (CellId node : Nodes(nodes)) {
    const std::span<const uint32_t> data = cells_.data(node);
    if (cells_.kind(node) == kSlot && data[3] == 0 && grammar_.item(data[1]).extra == slot) {
      const ByteState state =
          names == kUnknownNames ? data[2] : grammar_.lexicons().Within(names, data[2]);
      if (state == kDead) continue;
      const uint32_t words[] = {data[0], data[1], state};
      const CellId parents = Parents(node);
      node = cells_.Intern(kTerminal, {&parents, 1}, words);
    }
    filled.push_back(node);
  }
  return SetOf(std::move(filled));
}

CellId Machine::Answer(CellId config, uint32_t slot, LexiconId names, std::string_view before) {
  const std::span<const CellId> known = AnswersAhead(config);
  if (before.empty()) {
    const CellId filled = WithAnswers(Fill(NodeSet(config), slot, names), Units(config), known);
    return Lives(filled) ? filled : 0;
  }
  std::vector<uint32_t> words{slot, names};
  for (const char c : before) words.push_back(static_cast<uint8_t>(c));
  std::vector<CellId> ahead(known.begin(), known.end());
  ahead.push_back(cells_.Intern(kAnswer, {}, words));
  std::sort(ahead.begin(), ahead.end());
  const CellId answered = WithAnswers(NodeSet(config), Units(config), ahead);
  return Lives(answered) ? answered : 0;
}

bool Machine::Answered(CellId config, uint32_t slot, std::string_view before) const {
  for (const CellId answer : AnswersAhead(config)) {
    const std::span<const uint32_t> data = cells_.data(answer);
    if (data[0] == slot &&
        std::equal(data.begin() + kAnswerHead, data.end(), before.begin(), before.end(),
                   [](uint32_t word, char c) { return word == static_cast<uint8_t>(c); }))
      return true;
  }
  return false;
}

std::vector<Machine::OpenSlot> Machine::OpenSlots(CellId config) const {
  std::vector<OpenSlot> open;
  if (grammar_.slot_names().empty()) return open;
  for (const CellId node : Nodes(config)) {
    if (cells_.kind(node) != kSlot) continue;
    const std::span<const uint32_t> data = cells_.data(node);
    open.push_back({grammar_.item(data[1]).extra, data[3]});
  }
  std::sort(open.begin(), open.end());
  open.erase(std::unique(open.begin(), open.end()), open.end());
  return open;
}

CellId Machine::BehindUnit(CellId before, UnitKind kind, std::span<const uint32_t> content,
                           uint32_t bytes, CellId behind) {
  if (grammar_.slot_names().empty() || behind == 0) return behind;
  uint32_t oldest = 0;
  for (const OpenSlot& open : OpenSlots(behind)) oldest = std::max(oldest, open.typed);
  if (oldest == 0) return WithoutUnits(behind);
  CellId last = Units(before);
  const uint32_t so_far = last == 0 ? 0 : cells_.data(last)[0];
  std::vector<uint32_t> words{so_far + bytes, static_cast<uint32_t>(kind)};
  words.insert(words.end(), content.begin(), content.end());
  const CellId refs[] = {last, WithoutUnits(before)};
  last = cells_.Intern(kUnit, refs, words);
  if (so_far + bytes > 2 * oldest + kSpareBytes) last = LastUnits(last, oldest);
  return WithAnswers(NodeSet(behind), last, AnswersAhead(behind));
}

// The units that wrote the last so many bytes, and no others.
CellId Machine::LastUnits(CellId last, uint32_t bytes) {
  std::vector<CellId> units;
  const uint32_t total = cells_.data(last)[0];
  uint32_t dropped = 0;
  for (CellId unit = last; unit != 0; unit = cells_.refs(unit)[0]) {
    dropped = cells_.data(unit)[0];
    if (total - dropped >= bytes) break;
    units.push_back(unit);
    dropped = 0;
  }
  CellId made = 0;
  for (auto unit = units.rbegin(); unit != units.rend(); ++unit) {
    std::vector<uint32_t> words(cells_.data(*unit).begin(), cells_.data(*unit).end());
    words[0] -= dropped;
    const CellId refs[] = {made, cells_.refs(*unit)[1]};
    made = cells_.Intern(kUnit, refs, words);
  }
  return made;
}

}  // namespace grammask
