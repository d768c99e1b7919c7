// The mask of a configuration: which tokens may come next.
//
// The plain way is a walk over the vocabulary's trie with the byte step; sub-trees behind a dead
// byte are skipped. Most of the work of that walk is the same again and again, so it is shared,
// from wide to narrow:
//
// *Islands* (islands.h). Inside a terminal or a JSON string the next bytes are decided by the
// automaton's state alone, until the terminal may end. For an automaton state, the *island mask*
// holds the tokens that stay inside and the trie nodes at which the terminal may end (exits). It
// depends on no grammar. The walk over the stack below then visits only the paths to and behind
// exits.
//
// *Terminals apart.* What stands behind a terminal is the same wherever it ends. So each is taken
// by itself: its island, and behind each exit the walk of that one configuration, in which the
// letters that go on inside of the terminal are not walked again. Large sub-tries, such as that
// below a space, have islands of their own.
//
// *What is alike.* Where one configuration stands behind all exits (a string whose surroundings ask
// nothing of it, a member name that is like no other), it is found once. Where runs of white space
// all lead to one, only the bytes behind them are walked (vocabulary/space_runs.h). Along the names
// of an object bytes are compared with the list, without the parser (name_walk.cc).
//
// *Facts.* A walk reads only as much of the stack as one token can pop. It notes how many levels it
// popped; the mask is filed under the frames of these levels, by content, so every matcher of the
// grammar, and of each one that has the same rules (parser/rules.h), finds it, at any depth of
// nesting. Names of undeclared members are the exception: they
// are not part of the key, and a walk that had to compare with them is not filed.
//
// *Configurations.* Within a family of matchers, a configuration met before is one look-up.
//
// *Answers ahead* (lexicon/lexicon.h) matter only behind the bytes that come first: the mask is
// that without them, and the sub-tree behind these bytes is walked anew (answered.cc).
//
// All of it is kept in one cache (cache.h).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "mask/cache.h"
#include "mask/islands.h"
#include "mask/shared_masks.h"
#include "mask/steps.h"
#include "mask/token_set.h"
#include "parser/machine.h"
#include "vocabulary/vocabulary.h"

namespace grammask {

struct MaskStats {
  uint64_t hits = 0, nodes_walked = 0;
};

template <>
struct CachedType<CacheKind::kMask> {
  using Type = KeptMask;
};
template <>
struct CachedType<CacheKind::kLevels> {
  using Type = std::vector<uint32_t>;
};

// A place along names (name_walk.cc): the listed names lo..hi begin like what was read, up to their
// byte `at`, and those below a place of the trie of written ones; what was read of a code point.
struct NamePlace {
  ByteSet next{};  // bytes that may follow, and perhaps more
  uint32_t lo = 0, hi = 0, at = 0;
  CellId written = 0;
  DecoderState decoder;
};

class MaskEngine {
 public:
  MaskEngine(std::shared_ptr<const Vocabulary> vocabulary, std::shared_ptr<CacheBudget> budget,
             std::shared_ptr<AnyTextIslands> any_text)
      : vocabulary_(std::move(vocabulary)),
        cache_(std::move(budget)),
        islands_(*vocabulary_, cache_, std::move(any_text)),
        steps_(vocabulary_->longest()),
        visits_(vocabulary_->longest() + 1),
        name_places_(visits_.size()) {}

  // The mask of a configuration, or nullptr when the machine's budget ran out. stop_tokens: those
  // in force for this matcher. grammar_key tells grammars apart. Cells made on the way are
  // forgotten again.
  std::shared_ptr<const KeptMask> Mask(Machine& machine, CellId config, uint32_t grammar_key,
                                       std::span<const uint32_t> stop_tokens, MaskStats* stats);

  // The mask if it is known, without a walk.
  std::shared_ptr<const KeptMask> Known(Machine& machine, CellId config, uint32_t grammar_key,
                                        std::span<const uint32_t> stop_tokens);

  // The slots that tokens may reach from here, each once, but for those answered.
  std::vector<SlotRequest> SlotsAhead(Machine& machine, CellId config);

  // The whole stack, as far as it can matter to masks. False where that takes too many words.
  bool StackKey(Machine& machine, CellId config, Cache::Key* key) {
    shared_ = false;
    return View(machine, config, kNone, key);
  }

  size_t bytes() const { return cache_.bytes() + islands_.bytes(); }
  void Clear();

 private:
  using Key = Cache::Key;
  std::shared_ptr<const KeptMask> Answered(Machine& machine, CellId config, uint32_t grammar_key,
                                           std::span<const uint32_t> stop_tokens, MaskStats* stats);
  void File(Machine& machine, CellId config, uint32_t levels,
            const std::shared_ptr<const KeptMask>& kept);
  std::shared_ptr<const KeptMask> FiledUnder(Machine& machine, const Key& key);
  void FileShared(Machine& machine, Key key, const std::shared_ptr<const KeptMask>& kept);
  void SetNamed(Machine& machine, CellId config, MaskWords* mask);
  void NoteSlots(CellId config, uint32_t node);
  std::string PathTo(uint32_t node) const;
  void WalkBelow(uint32_t top, CellId config, MaskWords* mask) {
    if (vocabulary_->nodes()[top].end > top + 1) WalkBelow(top, steps_.At(config), mask);
  }
  void WalkBelow(uint32_t top, const Steps::State& here, MaskWords* mask);
  void WalkNodes(uint32_t first, uint32_t end, MaskWords* mask);
  void WalkAll(CellId config, MaskWords* mask);
  void WalkPaths(Machine& machine, CellId config, MaskWords* mask, std::vector<uint32_t>* exits);
  void WalkNames(Machine& machine, CellId config, MaskWords* mask, std::vector<uint32_t>* exits);
  void WalkExits(Machine& machine, CellId config, std::vector<uint32_t> exits, MaskWords* mask);
  std::shared_ptr<const Island> WalkTerminals(Machine& machine, uint32_t top,
                                              std::vector<CellId> terminals, MaskWords* mask);
  void WalkSplit(Machine& machine, uint32_t top, CellId config, MaskWords* mask);
  void WalkBehind(const Island& island, CellId behind, MaskWords* mask,
                  std::vector<uint32_t>* left);
  std::span<const uint32_t> TokensAt(const TrieNode& node) const {
    return vocabulary_->order().subspan(node.first_order, node.own_order - node.first_order);
  }
  std::span<const uint32_t> TokensBelow(const TrieNode& node) const {
    return vocabulary_->order().subspan(node.first_order, node.last_order - node.first_order);
  }
  bool View(Machine& machine, CellId config, uint32_t levels, Key* key);
  uint32_t LevelsRead(Machine& machine, CellId config, std::span<const CellId> popped) const;
  std::shared_ptr<const KeptMask> Filed(Machine& machine, CellId config);

  std::shared_ptr<const Vocabulary> vocabulary_;
  uint64_t walked_ = 0;
  Cache cache_;
  Islands islands_;
  Steps steps_;
  std::vector<Steps::State> visits_;  // the place of a walk, by depth
  // Of the configuration in hand: the key of its top, the words of that key which do not depend on
  // it, and whether it is short enough to be filed.
  Key top_;
  size_t prefix_ = 0;
  bool filed_ = false;
  bool shared_ = false;  // its frames are filed by the shapes of their goals
  std::vector<std::pair<RuleId, ItemId>> begun_;  // in the last walk
  // Of the last view: the goals of its frames.
  std::vector<RuleId> frame_goals_;
  std::optional<uint32_t> levels_;  // under which the last mask is filed
  // Where slots are looked for: the machine, and (trie node, slot).
  Machine* slots_of_ = nullptr;
  std::vector<std::pair<uint32_t, uint32_t>> slots_at_;
  // Kept for their memory.
  MaskWords words_;
  Key key_;
  std::vector<CellId> met_;
  std::vector<RuleId> goals_met_;
  std::vector<NamePlace> name_places_;  // the same of a walk along names
};

}  // namespace grammask
