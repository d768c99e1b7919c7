#include "parser/completion.h"

#include <algorithm>
#include <unordered_map>

#include "schema/json_frames.h"

namespace grammask {
namespace {

constexpr size_t kLongest = size_t{16} << 20;
constexpr int kMostSteps = 1000000;

uint64_t Add(uint64_t a, uint64_t b) {
  return a >= kNoCost || b >= kNoCost ? kNoCost : std::min(kNoCost, a + b);
}

// How a terminal goes on to the next place where it may end: where it may end here, what follows is
// in other frames, or was ruled out by an answer.
struct WayToEnd {
  std::optional<uint8_t> first;  // none: the shortest suffix
  uint32_t length = 0;
};
std::optional<WayToEnd> FindWayToEnd(ByteAutomaton& bytes, ByteState state) {
  if (!bytes.Accepting(state)) {
    const std::optional<uint32_t> length = bytes.ShortestSuffixLength(state);
    if (!length) return std::nullopt;
    return WayToEnd{std::nullopt, *length};
  }
  std::optional<WayToEnd> best;
  for (uint32_t byte = 0; byte < 256; ++byte) {
    const ByteState next = bytes.Step(state, static_cast<uint8_t>(byte));
    if (next == kDead) continue;
    const std::optional<uint32_t> length = bytes.ShortestSuffixLength(next);
    if (length && (!best || *length + 1 < best->length))
      best = WayToEnd{static_cast<uint8_t>(byte), *length + 1};
  }
  return best;
}

std::optional<std::string> TextToEnd(ByteAutomaton& bytes, ByteState state) {
  const std::optional<WayToEnd> way = FindWayToEnd(bytes, state);
  if (!way) return std::nullopt;
  if (!way->first) return bytes.ShortestSuffix(state);
  std::optional<std::string> rest = bytes.ShortestSuffix(bytes.Step(state, *way->first));
  if (rest) rest->insert(rest->begin(), static_cast<char>(*way->first));
  return rest;
}

class Costs {
 public:
  explicit Costs(Machine& machine) : machine_(machine) {}

  // Bytes from this node to the end of the text, about.
  uint64_t Of(CellId start) {
    std::vector<CellId> stack{start};
    while (!stack.empty()) {
      CellId node = stack.back();
      if (known_.count(node) != 0) {
        stack.pop_back();
        continue;
      }
      bool ready = true;
      uint64_t below = kNoCost;
      for (CellId parent : machine_.Nodes(machine_.Parents(node))) {
        auto found = known_.find(parent);
        if (found == known_.end()) {
          stack.push_back(parent);
          ready = false;
        } else {
          below = std::min(below, found->second);
        }
      }
      if (!ready) continue;
      known_[node] = machine_.cells().kind(node) == kDone ? 0 : Add(Frame(node), below);
      stack.pop_back();
    }
    return known_[start];
  }

 private:
  uint64_t Frame(CellId node) {
    Grammar& grammar = machine_.grammar();
    std::span<const uint32_t> d = machine_.cells().data(node);
    switch (machine_.cells().kind(node)) {
      case kTerminal:
      case kLimited:
      case kSlot: {
        const std::optional<WayToEnd> way = FindWayToEnd(grammar.statics().bytes, d[2]);
        return Add(way ? way->length : kNoCost, Rest(d[0], d[1] + 1));
      }
      case kTokenWait:
        return Add(1, Rest(d[0], d[1] + 1));
      case kItem:
      case kBound:
        return Rest(d[0], d[1]);
      default:
        return JsonFrames(machine_, d[0]).RestCost(node);
    }
  }
  uint64_t Rest(RuleId goal, ItemId item) {
    Grammar& grammar = machine_.grammar();
    return Add(grammar.RestCost(item), grammar.AscentCost(goal, grammar.item(item).rule));
  }

  Machine& machine_;
  std::unordered_map<CellId, uint64_t> known_;
};

}  // namespace

std::optional<std::vector<CompletionPiece>> Complete(Machine& machine, CellId config) {
  std::vector<CompletionPiece> pieces;
  size_t length = 0;
  Costs costs(machine);
  for (int step = 0; step < kMostSteps && length < kLongest; ++step) {
    if (config == 0 || (machine.budget != nullptr && !machine.budget->Tick())) return std::nullopt;
    if (machine.Accepting(config)) return pieces;
    if (!machine.AnswersAhead(config).empty()) {
      // Costs know nothing of answers: past them first.
      uint64_t least = kNoCost;
      CellId best = 0;
      std::string bytes;
      machine.ForWaysPastAnswers(config, [&](std::string_view way, CellId past) {
        if (!machine.AnswersAhead(past).empty() && !machine.Accepting(past)) {
          // Only a token may stand there.
          std::vector<CellId> waiting;
          for (CellId node : machine.Nodes(past)) {
            if (machine.cells().kind(node) == kTokenWait) waiting.push_back(node);
          }
          past = machine.SetOf(std::move(waiting));
        }
        uint64_t cost = kNoCost;
        for (CellId node : machine.Nodes(past)) cost = std::min(cost, costs.Of(node));
        cost = Add(cost, way.size());
        if (cost < least) {
          least = cost;
          best = machine.NodeSet(past);
          bytes = way;
        }
        return true;
      });
      if (best == 0) return std::nullopt;
      config = best;
      length += bytes.size();
      if (!bytes.empty()) {
        if (pieces.empty() || pieces.back().is_token) pieces.emplace_back();
        pieces.back().bytes += bytes;
      }
      continue;
    }
    std::vector<std::pair<uint64_t, CellId>> ways;
    for (CellId node : machine.Nodes(config)) {
      uint64_t cost = costs.Of(node);
      if (cost < kNoCost) ways.emplace_back(cost, node);
    }
    std::sort(ways.begin(), ways.end());
    // Costs are rough, but not by this much.
    if (ways.empty() || ways[0].first > 4 * kLongest) return std::nullopt;
    CellId next = 0;
    for (const auto& [cost, node] : ways) {
      std::span<const uint32_t> d = machine.cells().data(node);
      CompletionPiece piece;
      if (machine.cells().kind(node) == kTokenWait) {
        piece.is_token = true;
        piece.token = machine.grammar().item(d[1]).arg;
        const TokenSymbol* wanted = &machine.grammar().token(piece.token);
        next =
            machine.StepToken(config, [&](const TokenSymbol& symbol) { return &symbol == wanted; });
      } else {
        JsonFrames::Chunk chunk;
        const uint8_t kind = machine.cells().kind(node);
        if (kind == kTerminal || kind == kLimited || kind == kSlot) {
          if (auto text = TextToEnd(machine.grammar().statics().bytes, d[2]))
            chunk.bytes = std::move(*text);
        } else if (auto found = JsonFrames(machine, d[0]).NextChunk(node)) {
          chunk = std::move(*found);
        }
        if (chunk.bytes.empty() && chunk.config == 0) continue;
        // Only this way is followed, so that what its frame promised is what comes.
        next = machine.Run(machine.SetOf({node}), chunk.bytes);
        if (chunk.config != 0) next = chunk.config;
        if (chunk.narrow && next != 0)
          next = JsonFrames(machine, d[0]).Narrowed(next, *chunk.narrow);
        piece.bytes = std::move(chunk.bytes);
      }
      if (next == 0) continue;
      length += piece.bytes.size();
      if (!piece.is_token && !pieces.empty() && !pieces.back().is_token) {
        pieces.back().bytes += piece.bytes;
      } else {
        pieces.push_back(std::move(piece));
      }
      break;
    }
    config = next;
  }
  return std::nullopt;
}

}  // namespace grammask
