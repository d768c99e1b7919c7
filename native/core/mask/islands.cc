// What is kept of an island once it is made, whoever made it: terminal_islands.cc,
// text_islands.cc, label_islands.cc.
//
// An island is kept with what its readers would else look up again and again: whether any token
// goes on behind an exit, so that most exits need no walk at all, and, of a text, the tokens that
// end at one. What was made with a spent budget is incomplete, is returned to whoever is about to
// give up, and is not kept.
#include "mask/islands.h"

namespace grammask {

void Islands::Clear() { strings_.Clear(); }

std::shared_ptr<const Island> Islands::Keep(Machine& machine, Key key,
                                            std::shared_ptr<Island> island) {
  if (machine.OutOfBudget()) return island;
  DescribeExits(island.get());
  cache_.Keep<CacheKind::kIsland>(std::move(key), island, island->bytes());
  return island;
}

void Islands::DescribeExits(Island* island) const {
  std::span<const TrieNode> nodes = vocabulary_.nodes();
  island->exits.ShrinkToFit();
  island->exits.ForEachWhile([&](uint32_t exit) {
    island->inner_exits = nodes[exit].end > exit + 1;
    return !island->inner_exits;
  });
  if (island->before_exit.empty()) return;  // of a terminal: they are among those that stay
  island->exits.ForEach([&](uint32_t exit) {
    const TrieNode& node = nodes[exit];
    std::span<const uint32_t> own =
        vocabulary_.order().subspan(node.first_order, node.own_order - node.first_order);
    island->at_exits.insert(island->at_exits.end(), own.begin(), own.end());
  });
}

}  // namespace grammask
