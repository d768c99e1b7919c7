#include "mask/mask.h"

#include <algorithm>
#include <cstring>

#include "base/mutant.h"
#include "mask/words.h"
#include "schema/json_frames.h"

namespace grammask {
namespace {

// Words; configurations that need more to be told apart are not filed. Where a statement of
// TypeScript begins, a hundred terminals stand side by side, which is some 700 words.
constexpr size_t kLongestKey = 2048;
constexpr uint32_t kSharedRules = kNone;  // in place of the key of a grammar
// Masks of frames of the same shapes.
constexpr size_t kMostShared = 16;

}  // namespace

void MaskEngine::Clear() {
  islands_.Clear();
  cache_.Clear();
}

// The frames of the first `levels` levels below the top, by content. False if that takes too many
// words.
bool MaskEngine::View(Machine& machine, CellId config, uint32_t levels, Key* key) {
  CellStore& cells = machine.cells();
  frame_goals_.clear();
  // Parent sets in the order in which they are met; those of one level stand together.
  std::vector<CellId>& met = met_;
  met.assign(1, config);
  size_t first = 0, end = 1;
  for (uint32_t depth = 0; depth <= levels && first < end; ++depth) {
    for (; first < end; ++first) {
      const CellId set = met[first];
      key->push_back(static_cast<uint32_t>(machine.Nodes(set).size()));
      for (CellId node : machine.Nodes(set)) {
        // Within one token nobody answers a slot: it is a terminal.
        const bool slot = cells.kind(node) == kSlot;
        key->push_back(slot ? static_cast<uint32_t>(kTerminal) : cells.kind(node));
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
        if (slot) data = data.first(3);
        key->push_back(static_cast<uint32_t>(data.size()));
        key->insert(key->end(), data.begin(), data.end());
        if (shared_ && data.size() >= 2) {
          // A goal and an item.
          GoalShapes& shapes = machine.grammar().rules().shapes();
          frame_goals_.push_back(data[0]);
          (*key)[key->size() - data.size()] = shapes.Shape(data[0]);
          (*key)[key->size() - data.size() + 1] = shapes.Place(data[0], data[1]);
        }
        if (cells.kind(node) == kString) {
          (*key)[key->size() - data.size() + kStringCount] =
              JsonFrames(machine, data[0]).ClippedCount(node, vocabulary_->longest());
        }
        // Within one token it matters only whether there is another one; one in progress is one.
        // With answers ahead it also matters whether there is one behind it.
        if (cells.kind(node) == kLimited) {
          const uint32_t most = machine.AnswersAhead(config).empty() ? 1 : 2;
          (*key)[key->size() - 2] = std::min(data[3], most);
          (*key)[key->size() - 1] = 0;
        }
        // Bounds of rules are counted behind the token.
        if (cells.kind(node) == kBound) std::fill(key->end() - 2, key->end(), 0);
        if (key->size() > kLongestKey) return false;
        CellId parents = machine.Parents(node);
        if (depth == levels || parents == 0) continue;
        const auto at = std::find(met.begin() + 1, met.end(), parents);
        key->push_back(static_cast<uint32_t>(at - met.begin()));
        if (at == met.end()) met.push_back(parents);
      }
    }
    end = met.size();
  }
  return true;
}

// How many levels of the stack a walk read, given the parent sets that it popped. The parents of
// the configuration's nodes are level 1, and so on down. A set that the walk pushed itself says
// nothing about the stack; one that it made by merging two others says what these say.
uint32_t MaskEngine::LevelsRead(Machine& machine, CellId config,
                                std::span<const CellId> popped) const {
  struct Merge {
    CellId result, a, b;
  };
  std::vector<Merge> merges;  // by result
  merges.reserve(machine.unions().size());
  for (const auto& [pair, result] : machine.unions())
    merges.push_back({result, static_cast<CellId>(pair >> 32), static_cast<CellId>(pair)});
  std::sort(merges.begin(), merges.end(),
            [](const Merge& x, const Merge& y) { return x.result < y.result; });
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
      auto from = std::lower_bound(merges.begin(), merges.end(), set,
                                   [](const Merge& x, CellId result) { return x.result < result; });
      for (; from != merges.end() && from->result == set; ++from) {
        stack.push_back(from->a);
        stack.push_back(from->b);
      }
    }
  }
  return levels;
}

// The mask of a configuration whose key is top_, if it is filed.
std::shared_ptr<const KeptMask> MaskEngine::Filed(Machine& machine, CellId config) {
  if (!filed_) return nullptr;
  const auto known = cache_.Find<CacheKind::kLevels>(top_);
  if (!known) return nullptr;
  for (uint32_t levels : *known) {
    key_.assign(top_.begin(), top_.begin() + static_cast<std::ptrdiff_t>(prefix_));
    key_[1] = levels + 1;
    if (!View(machine, config, GRAMMASK_MUTANT(10) ? 0 : levels, &key_)) continue;
    if (auto found = FiledUnder(machine, key_)) {
      levels_ = levels;
      return found;
    }
  }
  return nullptr;
}

std::shared_ptr<const KeptMask> MaskEngine::FiledUnder(Machine& machine, const Key& key) {
  if (!shared_) return cache_.Find<CacheKind::kMask>(key);
  const auto known = cache_.Find<CacheKind::kShared>(key);
  if (!known) return nullptr;
  for (const std::shared_ptr<SharedMask>& shared : *known) {
    if (shared->frames == frame_goals_) return shared->mask;
  }
  for (const std::shared_ptr<SharedMask>& shared : *known) {
    if (!shared->trace.Follow(machine.grammar().rules(), frame_goals_, &goals_met_)) continue;
    shared->frames = frame_goals_;
    return shared->mask;
  }
  return nullptr;
}

void MaskEngine::FileShared(Machine& machine, Key key,
                            const std::shared_ptr<const KeptMask>& kept) {
  auto shared = std::make_shared<SharedMask>();
  if (!shared->trace.Record(machine.grammar().rules(), frame_goals_, begun_)) return;
  shared->frames = frame_goals_;
  shared->mask = kept;
  auto all = std::make_shared<SharedMasks>(1, std::move(shared));
  if (const auto known = cache_.Find<CacheKind::kShared>(key)) {
    const size_t most = std::min(known->size(), kMostShared - 1);
    all->insert(all->end(), known->begin(), known->begin() + static_cast<std::ptrdiff_t>(most));
  }
  size_t bytes = 0;
  for (const std::shared_ptr<SharedMask>& one : *all)
    bytes += one->mask->tokens.bytes() + one->trace.bytes() + one->frames.size() * 4 + 128;
  cache_.Keep<CacheKind::kShared>(std::move(key), std::move(all), bytes);
}

std::shared_ptr<const KeptMask> MaskEngine::Known(Machine& machine, CellId config,
                                                  uint32_t grammar_key,
                                                  std::span<const uint32_t> stop_tokens) {
  const std::span<const CellId> ahead = machine.AnswersAhead(config);
  // Slots and lists of names have their numbers from the grammar.
  shared_ = machine.grammar().shares_rules() && ahead.empty();
  top_.assign({shared_ ? kSharedRules : grammar_key, 0, static_cast<uint32_t>(stop_tokens.size())});
  top_.insert(top_.end(), stop_tokens.begin(), stop_tokens.end());
  top_.push_back(static_cast<uint32_t>(ahead.size()));
  for (const CellId answer : ahead) {
    const std::span<const uint32_t> words = machine.cells().data(answer);
    top_.push_back(static_cast<uint32_t>(words.size()));
    top_.insert(top_.end(), words.begin(), words.end());
  }
  prefix_ = top_.size();
  filed_ = View(machine, config, 0, &top_);
  return Filed(machine, config);
}

std::shared_ptr<const KeptMask> MaskEngine::Mask(Machine& machine, CellId config,
                                                 uint32_t grammar_key,
                                                 std::span<const uint32_t> stop_tokens,
                                                 MaskStats* stats) {
  CellStore& cells = machine.cells();
  if (auto known = Known(machine, config, grammar_key, stop_tokens)) {
    cache_.budget().hits.fetch_add(1, std::memory_order_relaxed);
    ++stats->hits;
    return known;
  }
  cache_.budget().misses.fetch_add(1, std::memory_order_relaxed);
  if (!machine.AnswersAhead(config).empty())
    return Answered(machine, config, grammar_key, stop_tokens, stats);
  uint64_t walked_before = walked_ + islands_.walked();
  words_.resize(vocabulary_->words());
  std::memset(words_.data(), 0, words_.size() * sizeof words_[0]);
  MaskWords* const mask = &words_;
  uint32_t mark = cells.mark();
  std::vector<CellId> popped;
  machine.popped = &popped;
  begun_.clear();
  machine.begun = &begun_;
  machine.names_read = false;
  machine.typed = Machine::Typed::kAnyOrNone;
  std::vector<CellId> plain, inside, terminals;
  std::vector<uint32_t> exits;
  std::vector<std::shared_ptr<const Island>> islands;
  std::vector<std::pair<std::shared_ptr<const Island>, CellId>> alike;  // what stands behind exits
  bool along_names = false, along_paths = false;
  steps_.Begin(machine);
  for (CellId node : machine.Nodes(config)) {
    uint8_t kind = cells.kind(node);
    std::span<const uint32_t> data = cells.data(node);
    if (kind == kDone) {
      for (uint32_t token : stop_tokens) (*mask)[token / 32] |= 1u << (token % 32);
    } else if (kind == kTokenWait) {
      continue;  // SetNamed
    } else if (kind == kLimited && data[3] == 0) {
      plain.push_back(node);  // it ends where it first may: not what the island says
    } else if (kind == kTerminal || kind == kSlot) {
      terminals.push_back(node);
    } else if (kind == kLimited) {
      islands.push_back(islands_.Terminal(machine, data[2]));
      islands.back()->exits.AppendTo(&exits);
      inside.push_back(node);
    } else {
      JsonFrames frames(machine, data[0]);
      const Spelling spelling = machine.grammar().schema(data[0]).spelling();
      const bool alone = machine.Nodes(config).size() == 1;
      DecoderState decoder;
      bool paths = false;
      auto open = frames.OpenTexts(node, &decoder, &paths);
      // What lies along the paths is taken from this node alone.
      if (!open || (paths && !alone)) {
        plain.push_back(node);
        continue;
      }
      std::optional<CellId> behind = frames.BehindText(node);
      if (kind == kKey && alone) behind = frames.BehindOtherName(node);
      for (const auto& text : *open) {
        islands.push_back(islands_.Text(machine, text, decoder, spelling));
        const Island& island = *islands.back();
        if (behind) {
          alike.emplace_back(islands.back(), *behind);
        } else {
          island.exits.AppendTo(&exits);
        }
      }
      along_names = kind == kKey;
      along_paths = paths || (behind && frames.OnPath(node));
      inside.push_back(node);
    }
  }
  SetNamed(machine, config, mask);
  for (const auto& island : islands) {
    island->stay->UniteInto(*mask);
  }
  for (const auto& [island, behind] : alike)
    WalkBehind(*island, behind, mask, along_names ? &exits : nullptr);
  if (along_paths) WalkNames(machine, config, mask, &exits);
  if (!terminals.empty()) {
    const auto widest = WalkTerminals(machine, 0, std::move(terminals), mask);
    if (islands.empty()) islands.push_back(widest);
  }
  if (!plain.empty()) WalkAll(machine.SetOf(plain), mask);
  if (!exits.empty()) WalkExits(machine, machine.SetOf(inside), std::move(exits), mask);
  machine.popped = nullptr;
  machine.begun = nullptr;
  machine.typed = Machine::Typed::kCounted;
  stats->nodes_walked += walked_ + islands_.walked() - walked_before;
  if (machine.OutOfBudget()) {
    cells.TruncateTo(mark);
    machine.DropMemos();
    return nullptr;
  }
  auto kept = std::make_shared<const KeptMask>(
      *mask, islands.size() == 1 ? islands.front()->stay : nullptr, vocabulary_->size());
  levels_.reset();
  if (filed_ && !machine.names_read)
    File(machine, config, LevelsRead(machine, config, popped), kept);
  cells.TruncateTo(mark);
  machine.DropMemos();
  return kept;
}

// The tokens of the token sets that are waited for.
void MaskEngine::SetNamed(Machine& machine, CellId config, MaskWords* mask) {
  std::vector<uint32_t> waiting;
  for (const CellId node : machine.Nodes(config)) {
    if (machine.cells().kind(node) == kTokenWait)
      waiting.push_back(machine.grammar().item(machine.cells().data(node)[1]).arg);
  }
  std::sort(waiting.begin(), waiting.end());
  waiting.erase(std::unique(waiting.begin(), waiting.end()), waiting.end());
  for (const uint32_t set : waiting) {
    for (const IdRange& range : machine.grammar().token(set).ids) {
      if (machine.budget != nullptr && !machine.budget->Tick()) break;
      SetRange(range.lo, range.hi, mask->data());
    }
  }
}

// Keeps the mask of the configuration in hand, which depends on so many levels of the stack.
void MaskEngine::File(Machine& machine, CellId config, uint32_t levels,
                      const std::shared_ptr<const KeptMask>& kept) {
  Key key(top_.begin(), top_.begin() + static_cast<std::ptrdiff_t>(prefix_));
  key[1] = levels + 1;
  if (!View(machine, config, GRAMMASK_MUTANT(10) ? 0 : levels, &key)) return;
  levels_ = levels;
  const auto known = cache_.Find<CacheKind::kLevels>(top_);
  auto all = known ? std::make_shared<std::vector<uint32_t>>(*known)
                   : std::make_shared<std::vector<uint32_t>>();
  if (std::find(all->begin(), all->end(), levels) == all->end()) {
    all->push_back(levels);
    cache_.Keep<CacheKind::kLevels>(top_, all, all->size() * sizeof(uint32_t));
  }
  if (shared_) return FileShared(machine, std::move(key), kept);
  cache_.Keep<CacheKind::kMask>(std::move(key), kept, kept->tokens.bytes());
}

}  // namespace grammask
