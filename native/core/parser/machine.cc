#include "parser/machine.h"

#include <algorithm>
#include <array>
#include <map>

#include "base/hash.h"
#include "base/mutant.h"
#include "schema/json_frames.h"

namespace grammask {

void Machine::Emit(uint8_t kind, std::span<const CellId> refs, std::span<const uint32_t> data) {
  out_.push_back(cells_.Intern(kind, refs, data));
}

CellId Machine::Above(uint8_t kind, std::span<const CellId> refs, std::span<const uint32_t> data) {
  CellId node = cells_.Intern(kind, refs, data);
  return cells_.Intern(kSet, {&node, 1}, {});
}

void Machine::Begin() {
  out_.clear();
  tasks_.clear();
  done_list_.clear();
  // Clearing takes as long as the table is wide: one byte with many tasks is not to slow the rest.
  if (!done_set_.empty()) done_set_ = {};
}

size_t Machine::TaskHash::operator()(const Task& t) const {
  uint64_t hash = HashWord(HashWord(t.kind, t.goal), t.item);
  return static_cast<size_t>(HashFinish(HashWord(HashWord(hash, t.parents), t.truth)));
}

// Few tasks a byte are the rule: a linear look is cheaper than hashing.
bool Machine::FirstTime(const Task& task) {
  constexpr size_t kListed = 16;
  if (std::find(done_list_.begin(), done_list_.end(), task) != done_list_.end()) return false;
  if (done_list_.size() < kListed) {
    done_list_.push_back(task);
    return true;
  }
  return done_set_.insert(task).second;
}

bool Machine::InMemory() {
  size_t used = cells_.MemoryBytes() + out_.capacity() * sizeof(CellId);
  if (budget == nullptr || memory_limit == 0 || used <= memory_limit) return true;
  budget->Fail(Code::kMemory);
  return false;
}

CellId Machine::Finish() {
  while (!tasks_.empty()) {
    Task task = tasks_.back();
    tasks_.pop_back();
    if (budget != nullptr && !budget->Tick()) return 0;
    if (!FirstTime(task)) continue;
    if (!InMemory()) return 0;
    switch (task.kind) {
      case Task::kAdvanceTask:
        RunAdvance(task.goal, task.item, task.parents);
        break;
      case Task::kPredictTask:
        Predict(task.goal, task.parents);
        break;
      case Task::kPopTask:
        RunPop(task.parents, task.truth);
    }
  }
  if (!InMemory()) return 0;
  return SetOf(std::move(out_));
}

CellId Machine::Start() {
  Begin();
  if (!grammar_.Productive(grammar_.root())) return 0;
  CellId done = cells_.Intern(kDone, {}, {});
  CellId bottom = cells_.Intern(kSet, {&done, 1}, {});
  if (grammar_.Nullable(grammar_.root())) out_.push_back(done);
  starting_ = true;
  Predict(grammar_.root(), bottom);
  const CellId start = Finish();
  starting_ = false;
  return start;
}

void Machine::Predict(RuleId goal, CellId parents) {
  for (ItemId item : grammar_.Starts(goal)) EmitSymbol(goal, item, parents);
}

void Machine::EmitSymbol(RuleId goal, ItemId id, CellId parents) {
  const Item& item = grammar_.item(id);
  switch (item.kind) {
    case SymbolKind::kTerminal: {
      uint32_t data[] = {goal, id, item.arg};
      Emit(kTerminal, {&parents, 1}, data);
      break;
    }
    case SymbolKind::kLimited: {
      if (item.extra == 0 && item.skippable) break;
      uint32_t data[] = {goal, id, item.arg, item.extra, 0};
      Emit(kLimited, {&parents, 1}, data);
      break;
    }
    case SymbolKind::kSlot: {
      uint32_t data[] = {goal, id, item.arg, 0};
      const bool plain = typed == Typed::kNoSlots;
      Emit(plain ? kTerminal : kSlot, {&parents, 1}, {data, plain ? 3u : 4u});
      break;
    }
    case SymbolKind::kTokens: {
      uint32_t data[] = {goal, id};
      Emit(kTokenWait, {&parents, 1}, data);
      break;
    }
    case SymbolKind::kSchema: {
      CellId above = parents;
      if (!grammar_.ReturnsOnly(goal, id + 1, kNone)) {
        uint32_t data[] = {goal, id + 1};
        above = Above(kItem, {&parents, 1}, data);
      }
      JsonFrames(*this, item.arg).Begin(above);
      break;
    }
    case SymbolKind::kBounded: {
      uint32_t data[] = {goal, id + 1, item.extra, starting_ ? 1u : 0u};
      const CellId above = Above(kBound, {&parents, 1}, data);
      tasks_.push_back({Task::kPredictTask, item.arg, 0, above, 0});
      break;
    }
    case SymbolKind::kRule:
      break;
  }
}

void Machine::RunAdvance(RuleId goal, ItemId id, CellId parents) {
  const Item& item = grammar_.item(id);
  if (item.end) {
    const Ascent& ascent = grammar_.Ascend(goal, item.rule);
    if (ascent.done) Pop(parents, 0);
    if (GRAMMASK_MUTANT(6)) return;
    for (ItemId next : ascent.items) Advance(goal, next, parents);
    return;
  }
  if (item.skippable) Advance(goal, id + 1, parents);
  if (item.kind != SymbolKind::kRule) {
    EmitSymbol(goal, id, parents);
    return;
  }
  if (begun != nullptr) begun->emplace_back(goal, id);
  if (grammar_.ReturnsOnly(goal, id + 1, item.arg)) {
    Predict(item.arg, parents);
  } else {
    uint32_t data[] = {goal, id + 1};
    Predict(item.arg, Above(kItem, {&parents, 1}, data));
  }
}

void Machine::RunPop(CellId parents, CellId truth) {
  if (popped != nullptr) popped->push_back(parents);
  for (CellId node : Nodes(parents)) {
    switch (cells_.kind(node)) {
      case kDone:
        out_.push_back(node);
        break;
      case kItem:
      case kBound: {
        std::span<const uint32_t> data = cells_.data(node);
        Advance(data[0], data[1], Parents(node));
        break;
      }
      default:
        JsonFrames(*this, cells_.data(node)[0]).Resume(node, truth);
    }
  }
}

CellId Machine::Step(CellId config, uint8_t byte) {
  if (IsAnswers(config)) return StepWithAnswers(config, byte);
  Begin();
  ByteAutomaton& bytes = grammar_.statics().bytes;
  for (CellId node : Nodes(config)) {
    if (budget != nullptr && !budget->Tick()) return 0;
    switch (cells_.kind(node)) {
      case kDone:
      case kTokenWait:
        break;
      case kTerminal: {
        std::span<const uint32_t> data = cells_.data(node);
        ByteState next = bytes.Step(data[2], byte);
        if (next == kDead) break;
        CellId parents = Parents(node);
        // One that leads nowhere was left alive undecided: the mask says so too.
        if (!bytes.Final(next) || !bytes.Accepting(next)) {
          uint32_t words[] = {data[0], data[1], next};
          Emit(kTerminal, {&parents, 1}, words);
        }
        if (bytes.Accepting(next)) Advance(data[0], data[1] + 1, parents);
        break;
      }
      case kSlot: {
        std::span<const uint32_t> data = cells_.data(node);
        ByteState next = bytes.Step(data[2], byte);
        if (next == kDead) break;
        CellId parents = Parents(node);
        if (!bytes.Final(next) || !bytes.Accepting(next)) {
          const uint32_t read = typed == Typed::kCounted ? data[3] + 1 : 1;
          uint32_t words[] = {data[0], data[1], next, read};
          Emit(kSlot, {&parents, 1}, words);
        }
        if (bytes.Accepting(next)) Advance(data[0], data[1] + 1, parents);
        break;
      }
      case kLimited: {
        std::span<const uint32_t> data = cells_.data(node);
        ByteState next = bytes.Step(data[2], byte);
        if (next == kDead) break;
        CellId parents = Parents(node);
        const bool spent = data[3] == 0;
        const bool ends = bytes.Accepting(next) && (spent || bytes.Final(next));
        if (!ends) {
          uint32_t words[] = {data[0], data[1], next, data[3], spent ? 0u : 1u};
          Emit(kLimited, {&parents, 1}, words);
        }
        if (bytes.Accepting(next)) Advance(data[0], data[1] + 1, parents);
        break;
      }
      default:
        JsonFrames(*this, cells_.data(node)[0]).Step(node, byte);
    }
  }
  return Finish();
}

CellId Machine::Border(CellId config) {
  if (grammar_.has_bounds() && config != 0) config = CountBounds(config);
  if (!grammar_.has_limits()) return config;
  ByteAutomaton& bytes = grammar_.statics().bytes;
  std::vector<CellId> nodes;
  // Of frames that differ only in the tokens left, the one with most takes all that the others do.
  std::map<std::array<uint32_t, 4>, CellId> most_left;
  for (CellId node : Nodes(config)) {
    if (budget != nullptr && !budget->Tick()) return 0;
    if (cells_.kind(node) != kLimited) {
      nodes.push_back(node);
      continue;
    }
    if (cells_.data(node)[4] != 0) {
      std::span<const uint32_t> data = cells_.data(node);
      const uint32_t left = data[3] - 1;
      if (left == 0 && bytes.Accepting(data[2])) continue;
      uint32_t words[] = {data[0], data[1], data[2], left, 0};
      CellId parents = Parents(node);
      node = cells_.Intern(kLimited, {&parents, 1}, words);
    }
    std::span<const uint32_t> data = cells_.data(node);
    const auto [known, is_new] =
        most_left.try_emplace({Parents(node), data[0], data[1], data[2]}, node);
    if (!is_new && cells_.data(known->second)[3] < data[3]) known->second = node;
  }
  for (const auto& [frame, node] : most_left) nodes.push_back(node);
  // What follows a terminal that has spent its tokens may have been ruled out by an answer ahead.
  const CellId behind = SetOf(std::move(nodes), config);
  return AnswersAhead(behind).empty() || Lives(behind) ? behind : 0;
}

ByteSet Machine::NextBytes(CellId config) {
  ByteSet bytes{};
  for (CellId node : Nodes(config)) {
    switch (cells_.kind(node)) {
      case kDone:
      case kTokenWait:
        break;
      case kTerminal:
      case kLimited:
      case kSlot:
        AddBytes(&bytes, grammar_.statics().bytes.Next(cells_.data(node)[2]));
        break;
      default:
        JsonFrames(*this, cells_.data(node)[0]).AddNextBytes(node, &bytes);
    }
  }
  return bytes;
}

bool Machine::Accepting(CellId config) const {
  for (CellId node : Nodes(config)) {
    if (cells_.kind(node) == kDone) return true;
  }
  return false;
}

bool Machine::SameFrame(CellId a, CellId b) const {
  if (cells_.kind(a) != cells_.kind(b)) return false;
  std::span<const uint32_t> data_a = cells_.data(a), data_b = cells_.data(b);
  std::span<const CellId> refs_a = cells_.refs(a), refs_b = cells_.refs(b);
  return refs_a.size() == refs_b.size() && !refs_a.empty() &&
         std::equal(data_a.begin(), data_a.end(), data_b.begin(), data_b.end()) &&
         std::equal(refs_a.begin() + 1, refs_a.end(), refs_b.begin() + 1);
}

uint32_t Machine::FrameHash(CellId node) const {
  uint64_t hash = cells_.kind(node);
  for (uint32_t word : cells_.data(node)) hash = HashWord(hash, word);
  std::span<const CellId> refs = cells_.refs(node);
  for (size_t i = 1; i < refs.size(); ++i) hash = HashWord(hash, refs[i]);
  return static_cast<uint32_t>(HashFinish(hash));
}

CellId Machine::WithParents(CellId node, CellId parents) {
  std::span<const CellId> old = cells_.refs(node);
  std::vector<CellId> refs(old.begin(), old.end());
  refs[0] = parents;
  return cells_.Intern(cells_.kind(node), refs, cells_.data(node));
}

// Merges nodes with equal frames. False when unions of parents are needed first: `missing` tells
// which, as many as can be told. The parents of many nodes are united in pairs, and the results
// again, so that few tries find all that is missing.
bool Machine::TryMerge(std::vector<CellId> nodes, CellId* out,
                       std::vector<std::pair<CellId, CellId>>* missing) {
  std::sort(nodes.begin(), nodes.end());
  nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
  missing->clear();
  if (nodes.size() > 1) {
    std::vector<std::pair<uint32_t, CellId>> keyed;
    for (CellId node : nodes) keyed.emplace_back(FrameHash(node), node);
    std::sort(keyed.begin(), keyed.end());
    // Nodes of one frame stand together: the first of them, and where they begin and end.
    struct Group {
      CellId first;
      size_t begin, end;
    };
    std::vector<Group> groups;
    nodes.clear();
    for (size_t i = 0; i < keyed.size();) {
      size_t end = i + 1;
      while (end < keyed.size() && keyed[end].first == keyed[i].first) ++end;
      // Of one hash; with few exceptions of one frame.
      while (i < end) {
        const CellId first = keyed[i].second;
        size_t others = i + 1;
        for (size_t k = i + 1; k < end; ++k) {
          if (SameFrame(first, keyed[k].second)) std::swap(keyed[others++], keyed[k]);
        }
        if (others == i + 1) {
          nodes.push_back(first);
        } else {
          groups.push_back({first, i, others});
        }
        i = others;
      }
    }
    // Cells are made in an order that does not depend on hashes: these know the ids of rules and
    // states, and so what was compiled before, and a completion takes the first of equal ways.
    std::sort(groups.begin(), groups.end(),
              [](const Group& a, const Group& b) { return a.first < b.first; });
    std::vector<CellId> sets;
    for (const Group& group : groups) {
      sets.clear();
      for (size_t k = group.begin; k < group.end; ++k) {
        const CellId node = keyed[k].second;
        sets.push_back(cells_.refs(node).empty() ? 0 : Parents(node));
      }
      const size_t missed = missing->size();
      while (sets.size() > 1 && missing->size() == missed) {
        size_t left = 0;
        for (size_t k = 0; k < sets.size(); k += 2) {
          if (k + 1 == sets.size()) {
            sets[left++] = sets[k];
          } else if (const auto united = KnownUnion(sets[k], sets[k + 1])) {
            sets[left++] = *united;
          } else {
            missing->emplace_back(std::min(sets[k], sets[k + 1]), std::max(sets[k], sets[k + 1]));
          }
        }
        sets.resize(left);
      }
      if (missing->empty()) nodes.push_back(WithParents(group.first, sets[0]));
    }
    if (!missing->empty()) return false;
    std::sort(nodes.begin(), nodes.end());
  }
  *out = nodes.empty() ? 0 : cells_.Intern(kSet, nodes, {});
  return true;
}

std::optional<CellId> Machine::KnownUnion(CellId a, CellId b) const {
  if (a == b) return a;
  const auto found = unions_.find((static_cast<uint64_t>(std::min(a, b)) << 32) | std::max(a, b));
  if (found == unions_.end()) return std::nullopt;
  return GRAMMASK_MUTANT(5) ? a : found->second;
}

// Makes unions, and those of parents that they need.
void Machine::Unite(const std::vector<std::pair<CellId, CellId>>& pairs) {
  std::vector<std::pair<CellId, CellId>> stack = pairs, missing;
  while (!stack.empty()) {
    auto [x, y] = stack.back();
    if ((budget != nullptr && !budget->Tick()) || !InMemory()) return;
    const uint64_t key = (static_cast<uint64_t>(x) << 32) | y;
    if (unions_.contains(key)) {
      stack.pop_back();
      continue;
    }
    std::vector<CellId> nodes(Nodes(x).begin(), Nodes(x).end());
    nodes.insert(nodes.end(), Nodes(y).begin(), Nodes(y).end());
    CellId merged;
    if (TryMerge(std::move(nodes), &merged, &missing)) {
      unions_[key] = merged;
      stack.pop_back();
    } else {
      stack.insert(stack.end(), missing.begin(), missing.end());
    }
  }
}

CellId Machine::Either(CellId a, CellId b) {
  if (a == 0 || b == 0) return a | b;
  std::vector<CellId> nodes(Nodes(a).begin(), Nodes(a).end());
  nodes.insert(nodes.end(), Nodes(b).begin(), Nodes(b).end());
  return SetOf(std::move(nodes), a);
}

CellId Machine::SetOf(std::vector<CellId> nodes) {
  if (nodes.size() == 1) return cells_.Intern(kSet, nodes, {});
  CellId out;
  std::vector<std::pair<CellId, CellId>> missing;
  while (!TryMerge(nodes, &out, &missing)) {
    Unite(missing);
    if (budget != nullptr && budget->exhausted()) return 0;
  }
  return out;
}

}  // namespace grammask
