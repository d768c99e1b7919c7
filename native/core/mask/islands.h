// Island masks: which tokens stay inside a terminal or a JSON string, and where they may leave it.
//
// Inside these the next bytes are decided by an automaton's state alone, whatever stands below on
// the stack. So an island is filed under the state and kept for all grammars of a compiler.
//
// Most bounds on the length of a string stand beside a text of which much is free. What a token
// leads to inside the text (the state behind it, and how many code points it needs, one begun at
// its end included) does not depend on the bounds. So the tokens are sorted by that once, into
// groups of which there are few, and for each pair of bounds it is decided group by group.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "mask/cache.h"
#include "mask/node_set.h"
#include "mask/string_automaton.h"
#include "mask/token_set.h"
#include "parser/machine.h"
#include "schema/json_frames.h"
#include "vocabulary/vocabulary.h"

namespace grammask {

struct Island {
  std::shared_ptr<const TokenSet> stay;
  NodeSet exits;
  std::vector<uint32_t> before_exit;  // of a text: its code points before each of them
  std::vector<uint32_t> at_exits;     // of a text: the tokens that end at an exit
  bool inner_exits = false;           // at some of them other tokens go on

  size_t bytes() const {
    return 96 + stay->bytes() + exits.bytes() + 4 * (before_exit.size() + at_exits.size());
  }
};

// The island that nearly every grammar needs: between two characters of a string that takes any
// text. All shards of a compiler have the same.
struct AnyTextIslands {
  std::mutex mutex;
  std::array<std::shared_ptr<const Island>, 2> islands;  // spelled in any way, canonically
};

// The tokens inside a text, by what they lead to.
struct TokenGroups {
  // Tokens that lead to one state of the text, with one number of code points.
  struct Group {
    StringAutomaton::State state;
    uint32_t count;
    uint32_t begin, end;  // in `tokens`
  };
  std::vector<Group> groups;
  std::vector<uint32_t> tokens;

  size_t bytes() const { return 4 * tokens.size() + sizeof(Group) * groups.size(); }
};

template <>
struct CachedType<CacheKind::kIsland> {
  using Type = Island;
};
template <>
struct CachedType<CacheKind::kGroups> {
  using Type = TokenGroups;
};

class Islands {
 public:
  Islands(const Vocabulary& vocabulary, Cache& cache, std::shared_ptr<AnyTextIslands> any_text)
      : vocabulary_(vocabulary), cache_(cache), any_text_(std::move(any_text)) {}

  // Where the machine's budget runs out on the way, what comes back is incomplete and not kept.
  std::shared_ptr<const Island> Terminal(Machine& machine, ByteState state);
  // The same of the tokens below a node of the trie, at which the terminal is in that state.
  std::shared_ptr<const Island> TerminalBelow(Machine& machine, ByteState state, uint32_t top);
  std::shared_ptr<const Island> Text(Machine& machine, const TextDemand& text, DecoderState decoder,
                                     Spelling spelling);

  size_t bytes() const { return strings_.bytes(); }  // beside the cache
  uint64_t walked() const { return walked_; }        // trie nodes so far
  void Clear();

 private:
  using Key = Cache::Key;
  template <typename Stay, typename Loop, typename Leave>
  void WalkText(Machine& machine, StringAutomaton::StateId start, Stay stay, Loop loop,
                Leave leave);
  std::shared_ptr<Island> WalkedText(Machine& machine, StringAutomaton::StateId start);
  std::shared_ptr<const Island> TextWithoutBounds(Machine& machine, ExprId text,
                                                  DecoderState decoder, Spelling spelling);
  template <typename State, typename Move>
  std::shared_ptr<Island> WithLongTokens(Machine& machine, State start, const Island& near,
                                         bool of_text, Move move);
  std::shared_ptr<Island> TextWithLongTokens(Machine& machine, StringAutomaton::StateId start,
                                             const Island& near);
  ByteState RestOf(ByteAutomaton& bytes, ByteState start) const;
  std::shared_ptr<Island> WalkedTerminal(Machine& machine, ByteState start, uint32_t top);
  std::shared_ptr<const TokenGroups> GroupTokens(Machine& machine, StringAutomaton::StateId start);
  Island LabelText(Machine& machine, const TextDemand& text, DecoderState decoder,
                   Spelling spelling);
  void FindExits(Machine& machine, StringAutomaton::StateId start, const Island& any, uint32_t min,
                 Island* island);
  void DescribeExits(Island* island) const;
  bool Alive(ExprPool& pool, const TokenGroups::Group& group, uint32_t min, uint32_t max) const;
  std::shared_ptr<const Island> Keep(Machine& machine, Key key, std::shared_ptr<Island> island);

  const Vocabulary& vocabulary_;
  Cache& cache_;
  const std::shared_ptr<AnyTextIslands> any_text_;
  uint64_t walked_ = 0;
  StringAutomaton strings_;
};

}  // namespace grammask
