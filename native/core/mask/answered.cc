// Masks where slots are answered ahead, and the slots that are still to be answered.
#include <algorithm>

#include "mask/mask.h"
#include "mask/words.h"

namespace grammask {

// The mask without the answers; then, behind the bytes that come before each of them, the sub-tree
// of the trie anew. Answers whose bytes begin with those of another are met on the way.
std::shared_ptr<const KeptMask> MaskEngine::Answered(Machine& machine, CellId config,
                                                     uint32_t grammar_key,
                                                     std::span<const uint32_t> stop_tokens,
                                                     MaskStats* stats) {
  CellStore& cells = machine.cells();
  const uint32_t mark = cells.mark();
  const auto base = Mask(machine, machine.NodeSet(config), grammar_key, stop_tokens, stats);
  if (!base) return nullptr;
  const std::optional<uint32_t> base_levels = levels_;
  Known(machine, config, grammar_key, stop_tokens);  // the key in hand
  words_.assign(vocabulary_->words(), 0);
  base->tokens.CopyTo(words_);
  std::vector<CellId> popped;
  machine.popped = &popped;
  machine.names_read = false;
  machine.typed = Machine::Typed::kAnyOrNone;
  steps_.Begin(machine);
  std::vector<std::vector<uint8_t>> paths;
  for (const CellId answer : machine.AnswersAhead(config)) {
    const std::span<const uint32_t> words = cells.data(answer).subspan(2);
    paths.emplace_back(words.begin(), words.end());
  }
  // A token that spends a bound on tokens may leave nothing but what an answer rules out.
  const bool bounds = machine.grammar().has_limits();
  const auto may_end = [&](CellId at) { return !bounds || machine.Border(at) != 0; };
  const std::span<const TrieNode> nodes = vocabulary_->nodes();
  const auto walk_below = [&](uint32_t top, CellId config) {
    if (!bounds) return WalkBelow(top, config, &words_);
    visits_[nodes[top].depth].config = config;
    for (uint32_t n = top + 1; n < nodes[top].end;) {
      const CellId at = steps_.Step(visits_[nodes[n].depth - 1].config, nodes[n].byte);
      if (at == 0) {
        n = nodes[n].end;
        continue;
      }
      ++walked_;
      if (may_end(at)) SetBits(TokensAt(nodes[n]), words_.data());
      visits_[nodes[n].depth].config = at;
      ++n;
    }
  };
  // In order a path stands behind those that it begins with.
  std::sort(paths.begin(), paths.end());
  const uint64_t walked_before = walked_;
  const std::vector<uint8_t>* walked = nullptr;
  for (const std::vector<uint8_t>& path : paths) {
    if (walked != nullptr && path.size() >= walked->size() &&
        std::equal(walked->begin(), walked->end(), path.begin()))
      continue;
    walked = &path;
    uint32_t node = 0;
    CellId at = config;
    for (const uint8_t byte : path) {
      const uint32_t end = nodes[node].end;
      for (++node; node < end && nodes[node].byte != byte;) node = nodes[node].end;
      if (node >= end) {
        node = 0;  // no token begins so
        break;
      }
      at = machine.Step(at, byte);
      if (at == 0) break;  // by the parser, or since the answers leave nothing
      if (!may_end(at)) ClearBits(TokensAt(nodes[node]), words_.data());
    }
    if (node == 0) continue;
    const TrieNode& place = nodes[node];
    ClearBits(TokensBelow(place), words_.data());
    if (at == 0) continue;
    if (may_end(at)) SetBits(TokensAt(place), words_.data());
    walk_below(node, at);
  }
  // A token that the grammar names may also have a text.
  SetNamed(machine, config, &words_);
  machine.popped = nullptr;
  machine.typed = Machine::Typed::kCounted;
  stats->nodes_walked += walked_ - walked_before;
  std::shared_ptr<const KeptMask> kept;
  if (!machine.OutOfBudget()) {
    kept = std::make_shared<const KeptMask>(words_, nullptr, vocabulary_->size());
    const bool whole = filed_ && base_levels && !machine.names_read;
    levels_.reset();
    if (whole)
      File(machine, config, std::max(*base_levels, LevelsRead(machine, config, popped)), kept);
  }
  cells.TruncateTo(mark);
  machine.DropMemos();
  return kept;
}

std::vector<SlotRequest> MaskEngine::SlotsAhead(Machine& machine, CellId config) {
  CellStore& cells = machine.cells();
  const uint32_t mark = cells.mark();
  words_.assign(vocabulary_->words(), 0);
  machine.typed = Machine::Typed::kAnyOrNone;
  steps_.Begin(machine);
  slots_of_ = &machine;
  slots_at_.clear();
  // Inside a terminal no other slot begins before it may end.
  std::vector<CellId> plain, inside;
  std::vector<uint32_t> exits;
  for (const CellId node : machine.Nodes(config)) {
    const uint8_t kind = cells.kind(node);
    if (kind == kDone || kind == kTokenWait) continue;
    if (kind != kTerminal && kind != kSlot) {
      plain.push_back(node);
      continue;
    }
    const auto island = islands_.Terminal(machine, cells.data(node)[2]);
    island->exits.AppendTo(&exits);
    inside.push_back(node);
  }
  if (!plain.empty()) WalkBelow(0, machine.SetOf(plain, config), &words_);
  if (!exits.empty()) WalkExits(machine, machine.SetOf(inside, config), std::move(exits), &words_);
  slots_of_ = nullptr;
  machine.typed = Machine::Typed::kCounted;
  cells.TruncateTo(mark);
  machine.DropMemos();
  std::sort(slots_at_.begin(), slots_at_.end());
  slots_at_.erase(std::unique(slots_at_.begin(), slots_at_.end()), slots_at_.end());
  std::vector<SlotRequest> requests;
  for (const auto& [node, slot] : slots_at_) {
    requests.push_back(
        {std::string(machine.grammar().slot_names()[slot]), PathTo(node), std::string()});
  }
  std::stable_sort(requests.begin(), requests.end(),
                   [](const auto& a, const auto& b) { return a.before.size() < b.before.size(); });
  return requests;
}

// Slots that begin at a node of the trie, where some token goes on.
void MaskEngine::NoteSlots(CellId config, uint32_t node) {
  if (slots_of_ == nullptr || vocabulary_->nodes()[node].end == node + 1) return;
  for (const Machine::OpenSlot& open : slots_of_->OpenSlots(config)) {
    if (open.typed == 0) slots_at_.emplace_back(node, open.slot);
  }
}

std::string MaskEngine::PathTo(uint32_t node) const {
  std::span<const TrieNode> nodes = vocabulary_->nodes();
  std::string path;
  for (uint32_t at = 0; at != node;) {
    for (++at; nodes[at].end <= node;) at = nodes[at].end;
    path += static_cast<char>(nodes[at].byte);
  }
  return path;
}

}  // namespace grammask
