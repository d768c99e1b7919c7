// Bounds on the tokens of rules: what is no regular expression, such as a JSON text.
//
// Where a bounded rule begins, a frame is put below it: it says where parsing goes on behind the
// rule, and how many tokens are left. A token counts if its first byte belongs to the rule, so at
// the border behind a token each such frame that stood there before the token has one token less.
// The frames are deep in the stack, which is hash-consed: all that stands above one is made anew.
// That takes as long as the stack is deep, for grammars with such bounds, and behind each token
// only. Within a token the numbers do not matter, so masks do not look at them.
//
// When the tokens are spent, what is left to write is settled: the cheapest way to the end of the
// rule (completion.h), as one text that stands in place of all that the rule had open. Where the
// rule may end at once, nothing is left to write. Unlike a text cut off at its bound, what was
// written is a text of the rule, a few bytes longer than the tokens that were wanted. Where no way
// to the end is known, any number of tokens go on with the rule, and each border tries again.
//
// Rejected: the number of the token that is the last, in the frame; nothing would be made anew, but
// equal places behind different numbers of tokens would never be one configuration.
#include <map>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "parser/completion.h"
#include "parser/machine.h"

namespace grammask {
namespace {

constexpr size_t kLeft = 2, kStood = 3;  // words of the frame

}  // namespace

// The configuration with each node made anew on its parents, those below first. `leaf`: what stands
// for a node whose parents are not to be looked at, 0 for nothing; nullopt: it is no such node.
// A node without parents is left out.
CellId Machine::Rebuilt(CellId config, const std::function<std::optional<CellId>(CellId)>& leaf,
                        const std::function<CellId(CellId, CellId)>& on_parents) {
  std::unordered_map<CellId, CellId> made;  // sets and nodes
  std::vector<CellId> stack{config};
  while (!stack.empty()) {
    if ((budget != nullptr && !budget->Tick()) || !InMemory()) return 0;
    const CellId cell = stack.back();
    if (made.contains(cell)) {
      stack.pop_back();
      continue;
    }
    const size_t waiting = stack.size();
    if (cells_.kind(cell) == kSet) {
      for (CellId node : Nodes(cell)) {
        if (!made.contains(node)) stack.push_back(node);
      }
      if (stack.size() > waiting) continue;
      std::vector<CellId> nodes;
      for (CellId node : Nodes(cell)) {
        if (made[node] != 0) nodes.push_back(made[node]);
      }
      made[cell] = nodes.empty() ? 0 : SetOf(WithMostLeft(std::move(nodes)));
    } else if (const std::optional<CellId> known = leaf(cell)) {
      made[cell] = *known;
    } else {
      const CellId parents = Parents(cell);
      if (!made.contains(parents)) {
        stack.push_back(parents);
        continue;
      }
      made[cell] = made[parents] == 0 ? 0 : on_parents(cell, made[parents]);
    }
    stack.pop_back();
  }
  return made[config];
}

// Of frames that differ only in the tokens left, the one with most takes all that the others do.
std::vector<CellId> Machine::WithMostLeft(std::vector<CellId> nodes) const {
  std::map<std::tuple<CellId, uint32_t, uint32_t>, CellId> most;
  for (const CellId node : nodes) {
    if (cells_.kind(node) != kBound) continue;
    const std::span<const uint32_t> data = cells_.data(node);
    const auto [known, is_new] = most.try_emplace({Parents(node), data[0], data[1]}, node);
    if (!is_new && cells_.data(known->second)[kLeft] < data[kLeft]) known->second = node;
  }
  std::erase_if(nodes, [&](CellId node) {
    if (cells_.kind(node) != kBound) return false;
    const std::span<const uint32_t> data = cells_.data(node);
    return most.at({Parents(node), data[0], data[1]}) != node;
  });
  return nodes;
}

CellId Machine::CountBounds(CellId config) {
  std::vector<CellId> spent;  // those below first
  const auto leaf = [&](CellId node) -> std::optional<CellId> {
    return cells_.kind(node) == kDone ? std::optional<CellId>(node) : std::nullopt;
  };
  config = Rebuilt(config, leaf, [&](CellId node, CellId parents) {
    if (cells_.kind(node) != kBound) return WithParents(node, parents);
    const std::span<const uint32_t> data = cells_.data(node);
    const uint32_t counted = data[kStood] != 0 && data[kLeft] > 0 ? 1 : 0;
    const uint32_t words[] = {data[0], data[1], data[kLeft] - counted, 1};
    const CellId made = cells_.Intern(kBound, {&parents, 1}, words);
    if (words[kLeft] == 0) spent.push_back(made);
    return made;
  });
  for (const CellId bound : spent) {
    if (config != 0) config = Close(config, bound);
  }
  return config;
}

// The configuration in which what stands above the bound is the cheapest way to its end.
CellId Machine::Close(CellId config, CellId bound) {
  const auto on_parents = [&](CellId node, CellId parents) { return WithParents(node, parents); };
  const CellId done = cells_.Intern(kDone, {}, {});
  const auto only = [&](bool above) {  // the ways that lead through the bound, to it, or the others
    return [this, above, bound, done](CellId node) -> std::optional<CellId> {
      if (node == bound) return above ? done : 0;
      if (cells_.kind(node) == kDone) return above ? 0 : node;
      return std::nullopt;
    };
  };
  const CellId above = Rebuilt(config, only(true), on_parents);
  if (above == 0) return config;  // one below it is closed
  const CellId others = Rebuilt(config, only(false), on_parents);
  const RuleId goal = cells_.data(bound)[0];
  const ItemId behind = cells_.data(bound)[1];
  // May it end here? Then what follows it is there already.
  Begin();
  Advance(goal, behind, Parents(bound));
  const CellId follows = Finish();
  if (others != 0 && Either(others, follows) == others) return others;
  const std::optional<std::vector<CompletionPiece>> way = Complete(*this, above);
  if (!way || way->size() != 1 || way->front().is_token) return config;
  const ByteState state = TextState(way->front().bytes);
  if (state == kDead) return config;
  const uint32_t words[] = {goal, behind - 1, state};
  const CellId parents = Parents(bound);
  std::vector<CellId> nodes(Nodes(others).begin(), Nodes(others).end());
  nodes.push_back(cells_.Intern(kTerminal, {&parents, 1}, words));
  return SetOf(std::move(nodes));
}

// Reads these bytes, which may begin or end within a character, and nothing else.
ByteState Machine::TextState(std::string_view bytes) {
  std::string characters;  // up to U+00FF, in UTF-8
  for (const char c : bytes) {
    const auto byte = static_cast<uint8_t>(c);
    if (byte >= 0x80) characters.push_back(static_cast<char>(0xC0 | byte >> 6));
    characters.push_back(static_cast<char>(byte < 0x80 ? byte : 0x80 | (byte & 0x3F)));
  }
  Statics& statics = grammar_.statics();
  return statics.bytes.Start(statics.pool.Literal(characters), Encoding::kBytes);
}

}  // namespace grammask
