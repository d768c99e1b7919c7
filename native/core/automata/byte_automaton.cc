#include "automata/byte_automaton.h"

#include <algorithm>
#include <array>
#include <deque>
#include <unordered_map>
#include <vector>

#include "automata/expr.h"
#include "automata/utf8.h"
#include "base/budget.h"

namespace grammask {
namespace {

constexpr uint32_t kNoRow = kNone;
constexpr uint32_t kUndecidedLength = kNone;
constexpr uint32_t kUnknownLength = kNone - 1;  // not asked yet

struct State {
  ExprId expr = kNone;  // kNone: inside a code point
  Encoding encoding = Encoding::kUtf8;
  // Inside a code point: the continuation bytes left, and where its branches lie.
  uint32_t left = 0, begin = 0, count = 0;
  uint32_t row = kNoRow;
  uint32_t suffix = kUnknownLength;
};

// The code points of one length in bytes, and their lead bytes.
struct Class {
  uint32_t lo, hi, lead, left;
};
constexpr Class kClasses[] = {
    {0x80, 0x7FF, 0xC0, 1}, {0x800, 0xFFFF, 0xE0, 2}, {0x10000, kMaxCodePoint, 0xF0, 3}};

uint64_t HashBranches(uint32_t left, const std::vector<Arc>& branches) {
  uint64_t hash = left;
  for (const Arc& branch : branches) {
    for (const uint64_t value : {branch.lo, branch.hi, branch.target}) {
      hash = (hash ^ value) * 0x9E3779B97F4A7C15ull;
      hash ^= hash >> 32;
    }
  }
  return hash;
}

// The bytes that the characters of a well-formed text stand for.
std::string BytesOf(std::string_view text) {
  std::string out;
  for (uint32_t point = 0; !text.empty(); out.push_back(static_cast<char>(point)))
    text.remove_prefix(DecodeUtf8(text, &point));
  return out;
}

}  // namespace

struct ByteAutomaton::Impl {
  explicit Impl(ExprPool& p) : pool(p) { Reset(); }

  void Reset() {
    states.assign(1, State{});
    states[kDead].expr = ExprPool::kEmpty;
    rows = {};
    next = {};
    branches = {};
    by_expr = {};
    by_branches = {};
  }

  bool Exhausted() const { return pool.budget != nullptr && pool.budget->exhausted(); }
  void Charge(size_t bytes) {
    if (pool.budget != nullptr) pool.budget->Charge(bytes);
  }

  ByteState Border(ExprId x, Encoding encoding = Encoding::kUtf8) {
    if (x == ExprPool::kEmpty) return kDead;
    auto& known = by_expr[static_cast<size_t>(encoding)];
    const auto [it, fresh] = known.emplace(x, static_cast<ByteState>(states.size()));
    if (fresh) {
      State state;
      state.expr = x;
      state.encoding = encoding;
      states.push_back(state);
      Charge(sizeof(State) + 48);
    }
    return it->second;
  }

  // The state in which `left` bytes of a code point are missing. Branches count from the first code
  // point that the bytes read so far can begin.
  ByteState Inside(uint32_t left, const std::vector<Arc>& list) {
    if (list.empty()) return kDead;
    const uint64_t hash = HashBranches(left, list);
    const auto [first, last] = by_branches.equal_range(hash);
    for (auto it = first; it != last; ++it) {
      const State& state = states[it->second];
      if (state.left != left || state.count != list.size()) continue;
      const bool same = std::equal(list.begin(), list.end(), branches.begin() + state.begin,
                                   [](const Arc& a, const Arc& b) {
                                     return a.lo == b.lo && a.hi == b.hi && a.target == b.target;
                                   });
      if (same) return it->second;
    }
    State state;
    state.left = left;
    state.begin = static_cast<uint32_t>(branches.size());
    state.count = static_cast<uint32_t>(list.size());
    branches.insert(branches.end(), list.begin(), list.end());
    const auto id = static_cast<ByteState>(states.size());
    states.push_back(state);
    by_branches.emplace(hash, id);
    Charge(sizeof(State) + list.size() * sizeof(Arc) + 48);
    return id;
  }

  // Cuts sorted arcs at multiples of 64^left into the states behind the bytes first, first + 1, …
  void Split(std::vector<Arc> list, uint32_t left, uint32_t first,
             std::array<ByteState, 256>* row) {
    const uint32_t size = 1u << (6 * left);
    std::vector<Arc> part;
    for (size_t i = 0; i < list.size();) {
      Arc& arc = list[i];
      const uint32_t block = arc.lo / size;
      const uint32_t begin = block * size, end = begin + size - 1;
      if (arc.lo == begin && arc.hi >= end) {
        // Blocks that one arc fills alone are one state.
        const uint32_t after = (arc.hi + 1) / size;
        const ByteState state =
            left == 0 ? Border(arc.target) : Inside(left, {{0, size - 1, arc.target}});
        for (uint32_t b = block; b < after; ++b) (*row)[first + b] = state;
        arc.lo = after * size;
        if (arc.lo > arc.hi) ++i;
        continue;
      }
      part.clear();
      while (i < list.size() && list[i].lo <= end) {
        part.push_back({list[i].lo - begin, std::min(list[i].hi, end) - begin, list[i].target});
        if (list[i].hi > end) {
          list[i].lo = end + 1;
          break;
        }
        ++i;
      }
      (*row)[first + block] = Inside(left, part);
    }
  }

  // False: the budget is exhausted.
  bool MakeRow(ByteState id) {
    std::array<ByteState, 256> row{};
    const State state = states[id];
    if (state.expr != kNone) {
      const std::span<const Arc> view = pool.Arcs(state.expr);
      if (Exhausted()) return false;
      const std::vector<Arc> arcs(view.begin(), view.end());
      if (state.encoding == Encoding::kBytes) {
        for (const Arc& arc : arcs) {
          for (uint32_t byte = arc.lo; byte <= arc.hi; ++byte)
            row.at(byte) = Border(arc.target, Encoding::kBytes);
        }
        return Keep(id, row);
      }
      const auto clipped = [&arcs](uint32_t lo, uint32_t hi) {
        std::vector<Arc> list;
        for (const Arc& arc : arcs) {
          if (arc.hi < lo || arc.lo > hi) continue;
          list.push_back({std::max(arc.lo, lo), std::min(arc.hi, hi), arc.target});
        }
        return list;
      };
      Split(clipped(0, 0x7F), 0, 0, &row);
      for (const Class& c : kClasses) Split(clipped(c.lo, c.hi), c.left, c.lead, &row);
    } else {
      const auto begin = branches.begin() + state.begin;
      Split(std::vector<Arc>(begin, begin + state.count), state.left - 1, 0x80, &row);
    }
    return Keep(id, row);
  }

  bool Keep(ByteState id, const std::array<ByteState, 256>& row) {
    states[id].row = static_cast<uint32_t>(rows.size());
    rows.push_back(row);
    ByteSet& bytes = next.emplace_back(ByteSet{});
    for (uint32_t byte = 0; byte < row.size(); ++byte) {
      if (row[byte] != kDead) AddByte(&bytes, byte);
    }
    Charge(sizeof(row) + sizeof(bytes));
    return true;
  }

  const std::array<ByteState, 256>* Row(ByteState id) {
    if (id == kDead || (states[id].row == kNoRow && !MakeRow(id))) return nullptr;
    return &rows[states[id].row];
  }

  // The branch that ends soonest, and its length after the code point. Undecided branches do not
  // count.
  const Arc* Nearest(const State& state, uint32_t* length) {
    const Arc* best = nullptr;
    for (uint32_t i = 0; i < state.count; ++i) {
      const Arc& branch = branches[state.begin + i];
      const std::optional<uint32_t> rest = pool.ShortestByteLength(branch.target);
      if (!rest || (best != nullptr && *rest >= *length)) continue;
      best = &branch;
      *length = *rest;
    }
    return best;
  }

  ExprPool& pool;
  std::vector<State> states;
  std::deque<std::array<ByteState, 256>> rows;
  std::deque<ByteSet> next;  // of each row
  std::vector<Arc> branches;
  std::array<std::unordered_map<ExprId, ByteState>, 2> by_expr;  // by encoding
  std::unordered_multimap<uint64_t, ByteState> by_branches;
};

ByteAutomaton::ByteAutomaton(ExprPool& pool) : impl_(std::make_unique<Impl>(pool)) {}
ByteAutomaton::~ByteAutomaton() = default;

ByteState ByteAutomaton::Start(ExprId x, Encoding encoding) {
  return impl_->pool.NonEmpty(x) == Tri::kNo ? kDead : impl_->Border(x, encoding);
}

ByteState ByteAutomaton::Step(ByteState state, uint8_t byte) {
  const auto* row = impl_->Row(state);
  return row == nullptr ? kDead : (*row)[byte];
}

const ByteState* ByteAutomaton::Row(ByteState state) {
  const auto* row = impl_->Row(state);
  return row == nullptr ? nullptr : row->data();
}

const ByteSet& ByteAutomaton::Next(ByteState state) {
  static const ByteSet kNone{};
  return impl_->Row(state) == nullptr ? kNone : impl_->next[impl_->states[state].row];
}

bool ByteAutomaton::Accepting(ByteState state) const {
  const ExprId x = impl_->states[state].expr;
  return x != kNone && impl_->pool.Nullable(x);
}

bool ByteAutomaton::Final(ByteState state) {
  const auto* row = impl_->Row(state);
  return row == nullptr ||
         std::all_of(row->begin(), row->end(), [](ByteState next) { return next == kDead; });
}

std::optional<uint32_t> ByteAutomaton::ShortestSuffixLength(ByteState id) {
  if (id == kDead) return std::nullopt;
  const State state = impl_->states[id];
  if (state.suffix == kUndecidedLength) return std::nullopt;
  if (state.suffix != kUnknownLength) return state.suffix;
  std::optional<uint32_t> length;
  if (state.expr != kNone) {
    length = state.encoding == Encoding::kBytes ? impl_->pool.ShortestLength(state.expr)
                                                : impl_->pool.ShortestByteLength(state.expr);
  } else {
    uint32_t rest = 0;
    if (impl_->Nearest(state, &rest) != nullptr) length = rest + state.left;
  }
  if (!impl_->Exhausted()) impl_->states[id].suffix = length.value_or(kUndecidedLength);
  return length;
}

std::optional<std::string> ByteAutomaton::ShortestSuffix(ByteState id) {
  if (id == kDead) return std::nullopt;
  const State state = impl_->states[id];
  if (state.encoding == Encoding::kBytes) {
    const std::optional<std::string> text = impl_->pool.Shortest(state.expr);
    return text ? std::optional(BytesOf(*text)) : std::nullopt;
  }
  if (state.expr != kNone) return impl_->pool.ShortestInBytes(state.expr);
  uint32_t length = 0;
  const Arc* found = impl_->Nearest(state, &length);
  if (found == nullptr) return std::nullopt;
  const Arc branch = *found;
  const std::optional<std::string> rest = impl_->pool.ShortestInBytes(branch.target);
  if (!rest) return std::nullopt;
  std::string out;
  for (uint32_t i = state.left; i-- > 0;) {
    out.push_back(static_cast<char>(0x80 | ((branch.lo >> (6 * i)) & 0x3F)));
  }
  return out + *rest;
}

ExprId ByteAutomaton::ExprOf(ByteState state) const { return impl_->states[state].expr; }
bool ByteAutomaton::AtBorder(ByteState state) const { return impl_->states[state].expr != kNone; }
Encoding ByteAutomaton::EncodingOf(ByteState state) const { return impl_->states[state].encoding; }

size_t ByteAutomaton::MemoryBytes() const {
  return impl_->states.capacity() * sizeof(State) +
         impl_->rows.size() * (sizeof(impl_->rows[0]) + sizeof(ByteSet)) +
         impl_->branches.capacity() * sizeof(Arc) +
         (impl_->by_expr[0].size() + impl_->by_expr[1].size() + impl_->by_branches.size()) * 48;
}

void ByteAutomaton::Clear() { impl_->Reset(); }

}  // namespace grammask
