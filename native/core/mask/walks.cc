// The walks over the vocabulary's trie that find the mask of a configuration. See mask.h.
#include <algorithm>

#include "base/mutant.h"
#include "mask/mask.h"
#include "mask/words.h"
#include "schema/json_frames.h"

namespace grammask {
namespace {

// Nodes of a sub-trie from which on islands of its own are made.
constexpr uint32_t kWorthIslands = 512;

// The kinds of the bytes, as sub-trees know them.
uint16_t KindsOf(const ByteSet& bytes) {
  uint16_t kinds = 0;
  for (uint32_t byte = 0; byte < 256; ++byte) {
    if (!HasByte(bytes, static_cast<uint8_t>(byte))) continue;
    kinds |= byte < 0x80 ? KindOf(static_cast<uint8_t>(byte)) : kBeyondAscii | kOtherByte;
  }
  return kinds;
}

// The one configuration behind every run of white space, 0 if none may stand here; nullopt where
// runs lead to several.
std::optional<CellId> BehindSpace(Steps& steps, CellId config) {
  const CellId spaced = steps.Step(config, static_cast<uint8_t>(SpaceRuns::kSpace[0]));
  for (char byte : SpaceRuns::kSpace) {
    if (steps.Step(config, static_cast<uint8_t>(byte)) != spaced) return std::nullopt;
    if (spaced != 0 && steps.Step(spaced, static_cast<uint8_t>(byte)) != spaced)
      return std::nullopt;
  }
  return spaced;
}

}  // namespace

// All tokens below a trie node, at which the configuration stands.
void MaskEngine::WalkBelow(uint32_t top, const Steps::State& here, MaskWords* mask) {
  visits_[vocabulary_->nodes()[top].depth] = here;
  if (top != 0) return WalkNodes(top + 1, vocabulary_->nodes()[top].end, mask);
  vocabulary_->ForEachFirstByte(
      [&](uint8_t byte, uint32_t, uint32_t) { return HasByte(visits_[0].next, byte); },
      [&](uint32_t first, uint32_t end) { WalkNodes(first, end, mask); });
}

// Sub-trees, at whose parent the walk has been.
void MaskEngine::WalkNodes(uint32_t first, uint32_t end, MaskWords* mask) {
  std::span<const TrieNode> nodes = vocabulary_->nodes();
  for (uint32_t n = first; n < end;) {
    const TrieNode& node = nodes[n];
    const Steps::State& before = visits_[node.depth - 1];
    if (!HasByte(before.next, node.byte)) {
      n = node.end;
      continue;
    }
    ++walked_;
    if (before.free_text && (node.flags & kPlainText) != 0 && slots_of_ == nullptr) {
      SetBits(TokensBelow(node), mask->data());
      n = node.end;
      continue;
    }
    const bool any_name = (node.flags & kSubtreeSecondName) == 0;
    const bool other_name =
        any_name && before.other_name != 0 && node.byte < 0x80 && !HasByte(before.path, node.byte);
    const CellId config =
        other_name ? before.other_name : steps_.Step(before.config, node.byte, any_name);
    if (config == 0) {
      n = node.end;
      continue;
    }
    SetBits(TokensAt(node), mask->data());
    NoteSlots(config, n);
    if (++n < node.end) visits_[node.depth] = steps_.At(config);
  }
}

// All tokens. Those that begin with white space are found together where they can be.
void MaskEngine::WalkAll(CellId config, MaskWords* mask) {
  Steps::State here = steps_.At(config);
  const bool any_space = HasByte(here.next, static_cast<uint8_t>(SpaceRuns::kSpace[0]));
  const std::optional<CellId> spaced = any_space ? BehindSpace(steps_, config) : std::nullopt;
  if (!spaced) return WalkBelow(0, here, mask);
  for (char space : SpaceRuns::kSpace) RemoveByte(&here.next, static_cast<uint8_t>(space));
  WalkBelow(0, here, mask);
  if (*spaced == 0) return;
  const SpaceRuns& spaces = vocabulary_->space_runs();
  SetBits(spaces.tokens(), mask->data());
  here = steps_.At(*spaced);
  for (uint32_t byte = 0; byte < 256; ++byte) {
    std::span<const uint32_t> behind = spaces.NodesOf(static_cast<uint8_t>(byte));
    if (behind.empty() || !HasByte(here.next, static_cast<uint8_t>(byte))) continue;
    const CellId next = steps_.Step(*spaced, static_cast<uint8_t>(byte));
    if (next == 0) continue;
    walked_ += behind.size();
    for (uint32_t node : behind) {
      SetBits(TokensAt(vocabulary_->nodes()[node]), mask->data());
      WalkBelow(node, next, mask);
    }
  }
}

// The tokens below a trie node, at which the terminals stand. Returns the widest of their islands.
std::shared_ptr<const Island> MaskEngine::WalkTerminals(Machine& machine, uint32_t top,
                                                        std::vector<CellId> terminals,
                                                        MaskWords* mask) {
  const auto state_of = [&](CellId node) { return machine.cells().data(node)[2]; };
  std::stable_sort(terminals.begin(), terminals.end(),
                   [&](CellId a, CellId b) { return state_of(a) < state_of(b); });
  std::shared_ptr<const Island> widest;
  for (size_t first = 0, end; first < terminals.size(); first = end) {
    // Those in one state end at the same places.
    for (end = first + 1; end < terminals.size(); ++end) {
      if (state_of(terminals[end]) != state_of(terminals[first])) break;
    }
    const auto island = islands_.TerminalBelow(machine, state_of(terminals[first]), top);
    island->stay->UniteInto(*mask);
    if (!widest || island->exits.size() > widest->exits.size()) widest = island;
    if (!island->inner_exits || GRAMMASK_MUTANT(4)) continue;
    const CellId behind = machine.BehindTerminals(std::span(terminals).subspan(first, end - first));
    if (behind == 0) continue;
    const Steps::State here = steps_.At(behind);
    if (here.next == ByteSet{}) continue;
    const uint16_t wanted = KindsOf(here.next);
    const std::span<const uint16_t> kinds = vocabulary_->kinds_below();
    island->exits.ForEach([&](uint32_t exit) {
      if ((kinds[exit] & wanted) == 0 || machine.OutOfBudget()) return;
      ++walked_;
      const uint32_t below = vocabulary_->nodes()[exit].end - exit;
      if (below > kWorthIslands) {
        WalkSplit(machine, exit, behind, mask);
      } else {
        WalkBelow(exit, here, mask);
      }
    });
  }
  return widest;
}

void MaskEngine::WalkSplit(Machine& machine, uint32_t top, CellId config, MaskWords* mask) {
  std::vector<CellId> terminals, others;
  for (const CellId node : machine.Nodes(config)) {
    const uint8_t kind = machine.cells().kind(node);
    if (kind == kTerminal || kind == kSlot) {
      terminals.push_back(node);
    } else if (kind != kDone && kind != kTokenWait) {
      others.push_back(node);
    }
  }
  if (!others.empty()) WalkBelow(top, machine.SetOf(std::move(others)), mask);
  if (!terminals.empty()) WalkTerminals(machine, top, std::move(terminals), mask);
}

// Tokens along member names that are listed or were written, or along texts that this one must
// differ from: an island knows nothing of them. The rest of the mask is there already; what it says
// of tokens behind the ends of names and texts is taken back, and the ends are added to the exits.
void MaskEngine::WalkPaths(Machine& machine, CellId config, MaskWords* mask,
                           std::vector<uint32_t>* exits) {
  std::span<const TrieNode> nodes = vocabulary_->nodes();
  auto visit = [&](uint32_t depth, CellId state) {
    CellId frame = machine.Nodes(state)[0];
    visits_[depth].config = state;
    visits_[depth].next = {};
    JsonFrames(machine, machine.cells().data(frame)[0]).AddPathBytes(frame, &visits_[depth].next);
  };
  visit(0, config);
  for (uint32_t n = 1; n < nodes.size();) {
    const TrieNode& node = nodes[n];
    const Steps::State& before = visits_[node.depth - 1];
    if (!HasByte(before.next, node.byte)) {
      n = node.end;
      continue;
    }
    ++walked_;
    CellId state = steps_.Step(before.config, node.byte);
    if (state == 0) {
      if (machine.OutOfBudget()) return;
      ClearBits(TokensBelow(node), mask->data());
      n = node.end;
      continue;
    }
    CellId frame = machine.Nodes(state)[0];
    uint8_t kind = machine.cells().kind(frame);
    if (kind != kKey && kind != kString) {
      ClearBits(TokensBelow(node), mask->data());
      exits->push_back(n);
      n = node.end;
    } else if (JsonFrames(machine, machine.cells().data(frame)[0]).OnPath(frame)) {
      SetBits(TokensAt(node), mask->data());
      if (++n < node.end) visit(node.depth, state);
    } else {
      n = node.end;
    }
  }
}

// The tokens that leave an island: from its beginning to each exit byte by byte, and on from there.
void MaskEngine::WalkExits(Machine& machine, CellId config, std::vector<uint32_t> exits,
                           MaskWords* mask) {
  if (GRAMMASK_MUTANT(4)) return;
  std::sort(exits.begin(), exits.end());
  exits.erase(std::unique(exits.begin(), exits.end()), exits.end());
  std::span<const TrieNode> nodes = vocabulary_->nodes();
  visits_[0] = steps_.At(config);
  size_t next = 0;
  auto walk = [&](uint32_t first, uint32_t end) {
    for (uint32_t n = first; n < end && !machine.OutOfBudget();) {
      const TrieNode& node = nodes[n];
      while (next < exits.size() && exits[next] < n) ++next;
      if (next == exits.size()) return;
      const Steps::State& before = visits_[node.depth - 1];
      if (exits[next] >= node.end || !HasByte(before.next, node.byte)) {
        n = node.end;
        continue;
      }
      ++walked_;
      const bool any_name = (node.flags & kSubtreeSecondName) == 0;
      CellId state = steps_.Step(before.config, node.byte, any_name);
      if (state == 0) {
        n = node.end;
      } else if (exits[next] == n) {
        SetBits(TokensAt(node), mask->data());
        NoteSlots(state, n);
        WalkBelow(n, state, mask);
        n = node.end;
      } else {
        visits_[node.depth] = steps_.At(state);
        ++n;
      }
    }
  };
  vocabulary_->ForEachFirstByte(
      [&](uint8_t, uint32_t first, uint32_t end) {
        while (next < exits.size() && exits[next] < first) ++next;
        return next < exits.size() && exits[next] < end;
      },
      walk);
}

// The same where one configuration stands behind all exits. `left`: where a member name ends. If a
// token may hold a second name, the first is one of those that this must differ from.
void MaskEngine::WalkBehind(const Island& island, CellId behind, MaskWords* mask,
                            std::vector<uint32_t>* left) {
  if (behind == 0 || GRAMMASK_MUTANT(4)) return;
  SetBits(island.at_exits, mask->data());
  const Steps::State here = steps_.At(behind);
  island.exits.ForEach([&](uint32_t exit) {
    const TrieNode& node = vocabulary_->nodes()[exit];
    if (node.end == exit + 1) return;
    ++walked_;
    if (left != nullptr && (node.flags & kSubtreeSecondName) != 0) {
      left->push_back(exit);
    } else {
      WalkBelow(exit, here, mask);
    }
  });
}

}  // namespace grammask
