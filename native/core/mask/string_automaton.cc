#include "mask/string_automaton.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/budget.h"
#include "base/byte_set.h"

namespace grammask {

void StringAutomaton::Clear() {
  states_.assign(1, State{ExprPool::kEmpty, {}, {}});
  rows_.assign(1, Row{nullptr, 1, 0});
  blocks_.clear();
  entries_made_ = entries_left_ = 0;
  loops_.assign(1, 0);
  loops_known_.assign(1, true);
  ids_.clear();
}

uint32_t* StringAutomaton::NewEntries(size_t count) {
  constexpr size_t kLeast = 1 << 10, kMost = 1 << 14;
  if (entries_left_ < count) {
    entries_left_ = std::clamp(entries_made_, kLeast, kMost);
    blocks_.push_back(std::make_unique<uint32_t[]>(entries_left_));
    next_entries_ = blocks_.back().get();
    entries_made_ += entries_left_;
  }
  entries_left_ -= count;
  return std::exchange(next_entries_, next_entries_ + count);
}

StringAutomaton::StateId StringAutomaton::Intern(const State& state) {
  return Intern(state, {state.expr, state.decoder.mode, state.decoder.value, state.spelling.bits});
}

StringAutomaton::StateId StringAutomaton::Intern(const State& state, const Key& key) {
  const auto known = ids_.find(key);
  if (known != ids_.end()) return known->second;
  const auto id = static_cast<StateId>(states_.size());
  ids_.emplace(key, id);
  states_.push_back(state);
  const ByteSet bytes = BytesWithin(state.decoder);
  Row row{nullptr, 0, 255};
  while (!HasByte(bytes, row.first)) ++row.first;
  while (!HasByte(bytes, row.last)) --row.last;
  row.entries = NewEntries(row.last - row.first + size_t{1});
  rows_.push_back(row);
  loops_.push_back(0);
  loops_known_.push_back(false);
  return id;
}

StringAutomaton::StateId StringAutomaton::Start(ExprPool& pool, ExprId expr, DecoderState decoder,
                                                Spelling spelling) {
  if (pool.NonEmpty(expr) == Tri::kNo) return kDeadState;
  return Intern({expr, decoder, spelling});
}

uint32_t StringAutomaton::Ask(ExprPool& pool, StateId state, uint8_t byte) {
  const Found found = Entry(pool, state, byte);
  // What a spent budget answered is not remembered.
  if (pool.budget != nullptr && pool.budget->exhausted()) return kAsked;
  const Row& row = rows_[state];
  row.entries[byte - row.first] = found.entry;
  for (uint32_t other = found.lo; other <= found.hi; ++other) {
    if (other != '"' && other != '\\') row.entries[other - row.first] = found.entry;
  }
  return found.entry;
}

uint16_t StringAutomaton::Loops(ExprPool& pool, StateId state) {
  if (loops_known_[state]) return loops_[state];
  uint16_t leaving = kOtherByte;
  for (uint32_t byte = 0x20; byte < 0x7F; ++byte) {
    const ByteKind kind = KindOf(static_cast<uint8_t>(byte));
    if ((leaving & kind) != 0) continue;
    const Outcome outcome = Step(pool, state, static_cast<uint8_t>(byte));
    if (outcome.next != state || !outcome.completes) leaving |= kind;
  }
  // The code points beyond ASCII, without surrogates.
  uint32_t covered = 0;
  if (At(state).border()) {
    for (const Arc& arc : pool.ArcsWithin(At(state).expr, 0x80, 0x10FFFF)) {
      if (arc.target == At(state).expr) covered += arc.hi - std::max(arc.lo, 0x80u) + 1;
    }
  }
  constexpr uint32_t kAll = 0x110000 - 0x80, kSurrogates = 0x800;
  if (covered != kAll && covered != kAll - kSurrogates) leaving |= kBeyondAscii;
  const uint16_t loops = static_cast<uint16_t>(~leaving);
  if (pool.budget == nullptr || !pool.budget->exhausted()) {
    loops_[state] = loops;
    loops_known_[state] = true;
  }
  return loops;
}

StringAutomaton::Found StringAutomaton::Entry(ExprPool& pool, StateId id, uint8_t byte) {
  State state = states_[id];
  uint32_t point = 0;
  const auto alone = [&](uint32_t entry) { return Found{entry | kAsked, byte, byte}; };
  switch (DecodeByte(byte, state.spelling, &state.decoder, &point)) {
    case Decoded::kInvalid:
      return alone(0);
    case Decoded::kQuote:
      return alone(kQuote);
    case Decoded::kCodePoint: {
      Arc arc{0, 0x10FFFF, ExprPool::kAny};
      if (state.expr != ExprPool::kAny) arc = pool.ArcAt(state.expr, point);
      state.expr = arc.target;
      const bool lives = pool.NonEmpty(arc.target) != Tri::kNo;
      const uint32_t entry = lives ? Intern(state) << 3 | kCompletes : 0;
      // Between code points, a byte of ASCII is one itself.
      if (!states_[id].border()) return alone(entry);
      return {entry | kAsked, std::max(arc.lo, 0x20u), std::min(arc.hi, 0x7Fu)};
    }
    case Decoded::kPartial:
      break;
  }
  CodePoints ranges[kMostReachable];
  const int count = Reachable(state.decoder, state.spelling, ranges);
  std::optional<ExprId> behind;  // whichever code point it becomes
  if (state.expr == ExprPool::kAny) {
    behind = ExprPool::kAny;
  } else {
    bool lives = std::any_of(ranges, ranges + count, [&](const CodePoints& range) {
      std::vector<Arc> arcs = pool.ArcsWithin(state.expr, range.lo, range.hi);
      if (count == 1 && arcs.size() == 1 && arcs[0].lo <= range.lo && range.hi <= arcs[0].hi)
        behind = arcs[0].target;
      return std::any_of(arcs.begin(), arcs.end(),
                         [&](const Arc& arc) { return pool.NonEmpty(arc.target) != Tri::kNo; });
    });
    if (!lives) return alone(0);
  }
  // Code points of which the same number of bytes is missing, any at all, and behind which the same
  // stands, are one state: without that, each Chinese character begun would be another.
  if (behind && count == 1 && HasByte(BytesWithin(state.decoder), 0x80)) {
    const uint32_t points = ranges[0].hi - ranges[0].lo + 1;
    for (uint32_t left = 1; left <= 3; ++left) {
      if (points == 1u << (6 * left))
        return alone(Intern(state, {state.expr, *behind, left, state.spelling.bits, 1}) << 3);
    }
  }
  return alone(Intern(state) << 3);
}

}  // namespace grammask
