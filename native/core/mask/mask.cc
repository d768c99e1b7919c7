#include "mask/mask.h"

#include <algorithm>

#include "base/mutant.h"
#include "mask/words.h"

namespace grammask {
namespace {

bool Exhausted(const Machine& machine) {
  return machine.budget != nullptr && machine.budget->exhausted();
}

constexpr size_t kLongestKey =
    512;  // words; configurations that need more to be told apart are not filed

}  // namespace

void MaskEngine::Clear() {
  islands_.clear();
  levels_.clear();
  masks_.clear();
  bytes_ = 0;
}

void MaskEngine::Keep(size_t bytes) {
  if (bytes_ + bytes > budget_bytes_) {
    Clear();
    ++stats_.flushes;
  }
  bytes_ += bytes;
}

void MaskEngine::Allow(uint32_t first, uint32_t last, MaskWords* mask) const {
  std::span<const uint32_t> order = vocabulary_->order();
  for (uint32_t i = first; i < last; ++i) (*mask)[order[i] / 32] |= 1u << (order[i] % 32);
}

void MaskEngine::Forbid(uint32_t first, uint32_t last, MaskWords* mask) const {
  std::span<const uint32_t> order = vocabulary_->order();
  for (uint32_t i = first; i < last; ++i) (*mask)[order[i] / 32] &= ~(1u << (order[i] % 32));
}

std::shared_ptr<const Island> MaskEngine::TerminalIsland(Machine& machine, ByteState start) {
  ByteAutomaton& bytes = machine.grammar().statics().bytes;
  Key key{0, start};
  auto found = islands_.find(key);
  if (found != islands_.end()) return found->second;
  auto island = std::make_shared<Island>();
  island->stay.assign(vocabulary_->words(), 0);
  std::span<const TrieNode> nodes = vocabulary_->nodes();
  std::vector<ByteState> states(vocabulary_->longest() + 1, kDead);
  states[0] = start;
  for (uint32_t n = 1; n < nodes.size();) {
    const TrieNode& node = nodes[n];
    ++walked_;
    if (machine.budget != nullptr && !machine.budget->Tick()) break;
    ByteState state = bytes.Step(states[node.depth - 1], node.byte);
    if (state == kDead) {
      n = node.end;
      continue;
    }
    states[node.depth] = state;
    Allow(node.first_order, node.own_order, &island->stay);
    if (bytes.Accepting(state)) island->exits.push_back(n);
    ++n;
  }
  if (Exhausted(machine)) return island;  // what a spent budget left out is not kept
  Keep(island->stay.size() * 4 + island->exits.size() * 4 + 96);
  islands_[key] = island;
  return island;
}

std::shared_ptr<const Island> MaskEngine::TextIsland(Machine& machine, const TextDemand& text,
                                                     DecoderState start, bool canonical) {
  ExprPool& pool = machine.grammar().statics().pool;
  // Bounds farther away than the longest token make no difference.
  uint32_t longest = vocabulary_->longest() + 1, min = text.min, max = text.max;
  if (text.text == ExprPool::kAny) {
    min = std::min(min, longest);
    if (max >= longest) max = kNone;
    if (max != kNone && min > max) min = max + 1;
  }
  Key key{1, text.text, min, max, start.mode, start.value, canonical ? 1u : 0u};
  auto found = islands_.find(key);
  if (found != islands_.end()) return found->second;
  auto island = std::make_shared<Island>();
  island->stay.assign(vocabulary_->words(), 0);
  std::span<const TrieNode> nodes = vocabulary_->nodes();
  struct State {
    DecoderState decoder;
    ExprId expr;
    uint32_t count;
  };
  std::vector<State> states(vocabulary_->longest() + 1);
  states[0] = {start, text.text, 0};
  auto alive = [&](ExprId expr, uint32_t count) {
    if (max != kNone && count > max) return false;
    if (expr == ExprPool::kAny) return true;
    return pool.HasLength(expr, min > count ? min - count : 0,
                          max == kNone ? kNone : max - count) != Tri::kNo;
  };
  bool unbounded = text.text == ExprPool::kAny && max == kNone;
  for (uint32_t n = 1; n < nodes.size();) {
    const TrieNode& node = nodes[n];
    ++walked_;
    if (machine.budget != nullptr && !machine.budget->Tick()) break;
    State state = states[node.depth - 1];
    uint32_t point = 0;
    bool lives = false;
    switch (DecodeByte(node.byte, canonical, &state.decoder, &point)) {
      case Decoded::kInvalid:
        break;
      case Decoded::kQuote:
        if (state.count >= min && state.count <= max && pool.Nullable(state.expr))
          island->exits.push_back(n);
        break;
      case Decoded::kPartial: {
        if (state.expr == ExprPool::kAny) {
          lives = alive(state.expr, state.count + 1);
          break;
        }
        CodePoints ranges[4];
        int count = Reachable(state.decoder, canonical, ranges);
        std::span<const Arc> row = pool.Arcs(state.expr);
        std::vector<Arc> arcs(row.begin(), row.end());
        for (const Arc& arc : arcs) {
          for (int i = 0; i < count && !lives; ++i) {
            if (arc.lo <= ranges[i].hi && ranges[i].lo <= arc.hi)
              lives = alive(arc.target, state.count + 1);
          }
        }
        break;
      }
      case Decoded::kCodePoint:
        if (state.expr != ExprPool::kAny) state.expr = pool.Derive(state.expr, point);
        ++state.count;
        lives = alive(state.expr, state.count);
        break;
    }
    if (!lives) {
      n = node.end;
      continue;
    }
    if (unbounded && state.decoder == DecoderState{} && (node.flags & kSubtreePlainText) != 0) {
      Allow(node.first_order, node.last_order, &island->stay);
      n = node.end;
      continue;
    }
    states[node.depth] = state;
    Allow(node.first_order, node.own_order, &island->stay);
    ++n;
  }
  if (Exhausted(machine)) return island;  // what a spent budget left out is not kept
  Keep(island->stay.size() * 4 + island->exits.size() * 4 + 96);
  islands_[key] = island;
  return island;
}

// Some node is inside a string that takes any text, between two code points.
bool MaskEngine::FreeText(Machine& machine, CellId config) const {
  for (CellId node : machine.Nodes(config)) {
    uint8_t kind = machine.cells().kind(node);
    if (kind != kString && kind != kKey) continue;
    DecoderState decoder;
    bool paths = false;
    auto open =
        JsonFrames(machine, machine.cells().data(node)[0]).OpenTexts(node, &decoder, &paths);
    if (!open || paths || !(decoder == DecoderState{})) continue;
    for (const auto& text : *open) {
      if (text.text == ExprPool::kAny && text.max == kNone) return true;
    }
  }
  return false;
}

void MaskEngine::WalkAll(Machine& machine, CellId config, MaskWords* mask) {
  std::span<const TrieNode> nodes = vocabulary_->nodes();
  std::vector<CellId> states(vocabulary_->longest() + 1, 0);
  states[0] = config;
  for (uint32_t n = 1; n < nodes.size();) {
    const TrieNode& node = nodes[n];
    ++walked_;
    CellId state = machine.Step(states[node.depth - 1], node.byte);
    if (state == 0) {
      if (Exhausted(machine)) return;
      n = node.end;
      continue;
    }
    if ((node.flags & kSubtreePlainText) != 0 && FreeText(machine, state)) {
      Allow(node.first_order, node.last_order, mask);
      n = node.end;
      continue;
    }
    states[node.depth] = state;
    Allow(node.first_order, node.own_order, mask);
    ++n;
  }
}

// Tokens along member names that are listed or were written, or along texts that this one must
// differ from: an island knows nothing of them. The rest of the mask is there already; ends of
// names and texts are added to the exits.
void MaskEngine::WalkPaths(Machine& machine, CellId config, MaskWords* mask,
                           std::vector<uint32_t>* exits) {
  std::span<const TrieNode> nodes = vocabulary_->nodes();
  std::vector<CellId> states(vocabulary_->longest() + 1, 0);
  states[0] = config;
  for (uint32_t n = 1; n < nodes.size();) {
    const TrieNode& node = nodes[n];
    ++walked_;
    CellId state = machine.Step(states[node.depth - 1], node.byte);
    if (state == 0) {
      if (Exhausted(machine)) return;
      Forbid(node.first_order, node.last_order, mask);
      n = node.end;
      continue;
    }
    CellId frame = machine.Nodes(state)[0];
    uint8_t kind = machine.cells().kind(frame);
    if (kind != kKey && kind != kString) {
      exits->push_back(n);
      n = node.end;
    } else if (JsonFrames(machine, machine.cells().data(frame)[0]).OnPath(frame)) {
      states[node.depth] = state;
      Allow(node.first_order, node.own_order, mask);
      ++n;
    } else {
      n = node.end;
    }
  }
}

void MaskEngine::WalkExits(Machine& machine, CellId config, std::vector<uint32_t> exits,
                           MaskWords* mask) {
  if (GRAMMASK_MUTANT(4)) return;
  std::sort(exits.begin(), exits.end());
  exits.erase(std::unique(exits.begin(), exits.end()), exits.end());
  std::span<const TrieNode> nodes = vocabulary_->nodes();
  std::vector<CellId> states(vocabulary_->longest() + 1, 0);
  states[0] = config;
  size_t next = 0;
  uint32_t behind = 0;  // nodes below this number are behind an exit
  for (uint32_t n = 1; n < nodes.size();) {
    const TrieNode& node = nodes[n];
    while (next < exits.size() && exits[next] < n) ++next;
    if (n >= behind) {
      if (next == exits.size()) return;
      if (exits[next] >= node.end) {
        n = node.end;
        continue;
      }
      if (exits[next] == n) behind = node.end;
    }
    ++walked_;
    CellId state = machine.Step(states[node.depth - 1], node.byte);
    if (state == 0) {
      if (Exhausted(machine)) return;
      n = node.end;
      continue;
    }
    if (n < behind && (node.flags & kSubtreePlainText) != 0 && FreeText(machine, state)) {
      Allow(node.first_order, node.last_order, mask);
      n = node.end;
      continue;
    }
    states[node.depth] = state;
    if (n < behind) Allow(node.first_order, node.own_order, mask);
    ++n;
  }
}

// The frames of the first `levels` levels below the top, by content. False if that takes too many
// words.
bool MaskEngine::View(Machine& machine, CellId config, uint32_t levels, Key* key) const {
  CellStore& cells = machine.cells();
  std::unordered_map<CellId, uint32_t> numbered;
  std::vector<CellId> level{config}, below;
  for (uint32_t depth = 0; depth <= levels && !level.empty(); ++depth) {
    below.clear();
    for (CellId set : level) {
      key->push_back(static_cast<uint32_t>(machine.Nodes(set).size()));
      for (CellId node : machine.Nodes(set)) {
        key->push_back(cells.kind(node));
        std::span<const CellId> refs = cells.refs(node);
        for (size_t i = 1; i < refs.size(); ++i) {
          if (refs[i] == 0) {
            key->push_back(0);
            continue;
          }
          // Texts and values that were written matter only to walks that looked at them, and those
          // are not filed.
          uint8_t kind = cells.kind(refs[i]);
          if (kind == kTrie || kind == kBefore) {
            key->push_back(1);
            continue;
          }
          if (kind != kSeen) {
            key->push_back(0);
            continue;
          }
          key->push_back(static_cast<uint32_t>(cells.data(refs[i]).size()));
          key->insert(key->end(), cells.data(refs[i]).begin(), cells.data(refs[i]).end());
        }
        std::span<const uint32_t> data = cells.data(node);
        key->push_back(static_cast<uint32_t>(data.size()));
        key->insert(key->end(), data.begin(), data.end());
        if (key->size() > kLongestKey) return false;
        CellId parents = machine.Parents(node);
        if (depth == levels || parents == 0) continue;
        auto [at, fresh] = numbered.emplace(parents, static_cast<uint32_t>(numbered.size()));
        key->push_back(at->second);
        if (fresh) below.push_back(parents);
      }
    }
    level = below;
  }
  return true;
}

// How many levels of the stack a walk read, given the parent sets that it popped. The parents of
// the configuration's nodes are level 1, and so on down. A set that the walk pushed itself says
// nothing about the stack; one that it made by merging two others says what these say.
uint32_t MaskEngine::LevelsRead(Machine& machine, CellId config,
                                std::span<const CellId> popped) const {
  std::unordered_map<CellId, std::vector<CellId>> merged_from;
  for (const auto& [pair, result] : machine.unions()) {
    std::vector<CellId>& from = merged_from[result];
    from.push_back(static_cast<CellId>(pair >> 32));
    from.push_back(static_cast<CellId>(pair));
  }
  std::unordered_map<CellId, uint32_t> level_of;
  auto number_parents = [&](CellId set, uint32_t level) {
    for (CellId node : machine.Nodes(set)) {
      CellId parents = machine.Parents(node);
      if (parents != 0) level_of.emplace(parents, level);
    }
  };
  number_parents(config, 1);
  uint32_t levels = 0;
  // A set may be popped first as one that the walk pushed and later as one of the stack: it is
  // looked at again when more of the stack is known.
  std::unordered_map<CellId, size_t> known_when_seen;
  std::vector<CellId> stack;
  for (CellId top : popped) {
    stack.push_back(top);
    while (!stack.empty()) {
      CellId set = stack.back();
      stack.pop_back();
      size_t& known = known_when_seen[set];
      if (known == level_of.size() + 1) continue;
      known = level_of.size() + 1;
      auto at = level_of.find(set);
      if (at != level_of.end()) {
        levels = std::max(levels, at->second);
        number_parents(set, at->second + 1);
      }
      auto from = merged_from.find(set);
      if (from != merged_from.end()) {
        stack.insert(stack.end(), from->second.begin(), from->second.end());
      }
    }
  }
  return levels;
}

std::shared_ptr<const MaskWords> MaskEngine::Mask(Machine& machine, CellId config,
                                                  uint32_t grammar_key,
                                                  std::span<const uint32_t> stop_tokens,
                                                  MaskStats* matcher_stats) {
  CellStore& cells = machine.cells();
  Key top{grammar_key, 0, static_cast<uint32_t>(stop_tokens.size())};
  top.insert(top.end(), stop_tokens.begin(), stop_tokens.end());
  size_t prefix = top.size();
  bool filed = View(machine, config, 0, &top);
  if (filed) {
    auto known = levels_.find(top);
    if (known != levels_.end()) {
      for (uint32_t levels : known->second) {
        Key key(top.begin(), top.begin() + static_cast<std::ptrdiff_t>(prefix));
        key[1] = levels + 1;
        if (!View(machine, config, GRAMMASK_MUTANT(10) ? 0 : levels, &key)) continue;
        auto found = masks_.find(key);
        if (found != masks_.end()) {
          ++stats_.hits;
          ++matcher_stats->hits;
          return found->second;
        }
      }
    }
  }
  ++stats_.misses;
  uint64_t walked_before = walked_;
  auto mask = std::make_shared<MaskWords>(vocabulary_->words(), 0);
  uint32_t mark = cells.mark();
  std::vector<CellId> popped;
  machine.popped = &popped;
  machine.names_read = false;
  std::vector<CellId> plain, inside;
  std::vector<uint32_t> exits;
  std::vector<std::shared_ptr<const Island>> islands;
  bool along_paths = false;
  for (CellId node : machine.Nodes(config)) {
    uint8_t kind = cells.kind(node);
    std::span<const uint32_t> data = cells.data(node);
    if (kind == kDone) {
      for (uint32_t token : stop_tokens) (*mask)[token / 32] |= 1u << (token % 32);
    } else if (kind == kTokenWait) {
      const TokenSymbol& token = machine.grammar().token(machine.grammar().item(data[1]).arg);
      if (token.id < vocabulary_->size()) (*mask)[token.id / 32] |= 1u << (token.id % 32);
    } else if (kind == kTerminal) {
      islands.push_back(TerminalIsland(machine, data[2]));
      inside.push_back(node);
    } else {
      DecoderState decoder;
      bool paths = false;
      auto open = JsonFrames(machine, data[0]).OpenTexts(node, &decoder, &paths);
      // What lies along the paths is taken from this node alone.
      if (!open || (paths && machine.Nodes(config).size() > 1)) {
        plain.push_back(node);
        continue;
      }
      bool canonical = machine.grammar().schema(data[0]).canonical();
      for (const auto& text : *open) {
        islands.push_back(TextIsland(machine, text, decoder, canonical));
      }
      along_paths = paths;
      inside.push_back(node);
    }
  }
  for (const auto& island : islands) {
    UniteWords(mask->data(), island->stay.data(), mask->size());
    exits.insert(exits.end(), island->exits.begin(), island->exits.end());
  }
  if (along_paths) WalkPaths(machine, config, mask.get(), &exits);
  if (!plain.empty()) WalkAll(machine, machine.SetOf(plain), mask.get());
  if (!exits.empty()) WalkExits(machine, machine.SetOf(inside), std::move(exits), mask.get());
  machine.popped = nullptr;
  uint64_t walked = walked_ - walked_before;
  stats_.nodes_walked += walked;
  matcher_stats->nodes_walked += walked;
  if (Exhausted(machine)) {
    cells.TruncateTo(mark);
    machine.DropMemos();
    return nullptr;
  }
  if (filed && !machine.names_read) {
    uint32_t levels = LevelsRead(machine, config, popped);
    Key key(top.begin(), top.begin() + static_cast<std::ptrdiff_t>(prefix));
    key[1] = levels + 1;
    if (View(machine, config, GRAMMASK_MUTANT(10) ? 0 : levels, &key)) {
      Keep((mask->size() + key.size() + top.size()) * 4 + 160);
      std::vector<uint32_t>& known = levels_[top];
      if (std::find(known.begin(), known.end(), levels) == known.end()) known.push_back(levels);
      masks_[std::move(key)] = mask;
    }
  }
  cells.TruncateTo(mark);
  machine.DropMemos();
  return mask;
}

}  // namespace grammask
