// Builds an expression and a word from the input and compares the byte automaton with a naive
// matcher, which works on sets of end positions. The answers about emptiness and lengths must agree
// with what the matcher finds.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <string>
#include <vector>

#include "automata/byte_automaton.h"
#include "automata/expr.h"
#include "automata/utf8.h"

namespace {

using grammask::ByteAutomaton;
using grammask::ByteState;
using grammask::CharRange;
using grammask::ExprId;
using grammask::ExprOp;
using grammask::ExprPool;
using grammask::kDead;
using grammask::Tri;

constexpr uint32_t kAlphabet[] = {'a',    'b',    0x7F,   0x80,    0x7FF,   0x800,
                                  0xD7FF, 0xE000, 0xFFFF, 0x10000, 0x10FFFF};
constexpr size_t kLongestWord = 12;

struct Input {
  const uint8_t* data;
  size_t size;
  uint8_t Next() {
    if (size == 0) return 0;
    --size;
    return *data++;
  }
};

struct Item {
  ExprOp op;
  std::vector<size_t> kids;
  std::vector<uint32_t> text;                  // kSet: lo, hi; kLiteral: code points
  std::vector<std::vector<uint32_t>> texts{};  // kNames
  uint32_t min = 0, max = 0;
  ExprId id = 0;
};

// Bit j of entry i: the item matches the word from i to j.
using Spans = std::vector<uint32_t>;

Spans Join(const Spans& a, const Spans& b) {
  Spans out(a.size(), 0);
  for (size_t i = 0; i < a.size(); ++i) {
    for (size_t j = i; j < a.size(); ++j) {
      if ((a[i] >> j) & 1) out[i] |= b[j];
    }
  }
  return out;
}

Spans Match(const Item& item, const std::vector<Spans>& known, const std::vector<uint32_t>& word) {
  const size_t n = word.size() + 1;
  const auto from = [&](size_t i) { return ((uint32_t{1} << n) - 1) & ~((uint32_t{1} << i) - 1); };
  Spans out(n, 0), epsilon(n, 0);
  for (size_t i = 0; i < n; ++i) epsilon[i] = uint32_t{1} << i;
  switch (item.op) {
    case ExprOp::kEmpty:
      break;
    case ExprOp::kEpsilon:
      return epsilon;
    case ExprOp::kSet:
      for (size_t i = 0; i + 1 < n; ++i) {
        if (word[i] >= item.text[0] && word[i] <= item.text[1]) out[i] = uint32_t{1} << (i + 1);
      }
      break;
    case ExprOp::kLiteral:
      for (size_t i = 0; i + item.text.size() < n; ++i) {
        bool same = true;
        for (size_t k = 0; k < item.text.size(); ++k) same &= word[i + k] == item.text[k];
        if (same) out[i] = uint32_t{1} << (i + item.text.size());
      }
      break;
    case ExprOp::kNames:
      for (const std::vector<uint32_t>& text : item.texts) {
        const Spans one = Match({ExprOp::kLiteral, {}, text}, known, word);
        for (size_t i = 0; i < n; ++i) out[i] |= one[i];
      }
      break;
    case ExprOp::kConcat:
      out = epsilon;
      for (const size_t kid : item.kids) out = Join(out, known[kid]);
      break;
    case ExprOp::kUnion:
      for (const size_t kid : item.kids) {
        for (size_t i = 0; i < n; ++i) out[i] |= known[kid][i];
      }
      break;
    case ExprOp::kIntersect:
      for (size_t i = 0; i < n; ++i) {
        out[i] = from(i);
        for (const size_t kid : item.kids) out[i] &= known[kid][i];
      }
      break;
    case ExprOp::kComplement:
      for (size_t i = 0; i < n; ++i) out[i] = from(i) & ~known[item.kids[0]][i];
      break;
    case ExprOp::kRepeat: {
      // Beyond min + the word's length another round adds nothing: it would have to match ε.
      Spans power = epsilon;
      const uint32_t last = std::min<uint64_t>(item.max, uint64_t{item.min} + n);
      for (uint32_t k = 0; k <= last; ++k) {
        if (k >= item.min) {
          for (size_t i = 0; i < n; ++i) out[i] |= power[i];
        }
        power = Join(power, known[item.kids[0]]);
      }
      break;
    }
    case ExprOp::kPunycode:
    case ExprOp::kBytes:
      break;  // not drawn
  }
  return out;
}

void Require(bool ok, const char* what, const ExprPool& pool, ExprId x) {
  if (ok) return;
  std::fprintf(stderr, "%s: %s\n", what, pool.ToString(x).c_str());
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Input input{data, size};
  ExprPool pool;
  pool.emptiness_states = 300;

  std::vector<uint32_t> word;
  const size_t length = input.Next() % (kLongestWord + 1);
  for (size_t i = 0; i < length; ++i)
    word.push_back(kAlphabet[input.Next() % std::size(kAlphabet)]);

  std::vector<Item> items;
  while (input.size > 0 && items.size() < 24) {
    Item item;
    const uint8_t op = input.Next() % 10;
    item.op = op == 9 ? ExprOp::kNames : static_cast<ExprOp>(op);
    const auto operand = [&] {
      const size_t back = input.Next() % 4;
      item.kids.push_back(items.size() - 1 - std::min(back, items.size() - 1));
    };
    const bool leaf = item.op <= ExprOp::kLiteral || item.op == ExprOp::kNames;
    if (!leaf && items.empty()) continue;
    std::vector<ExprId> parts;
    if (!leaf) {
      const bool unary = item.op == ExprOp::kComplement || item.op == ExprOp::kRepeat;
      const size_t count = unary ? 1 : 2 + input.Next() % 2;
      for (size_t i = 0; i < count; ++i) operand();
      for (const size_t kid : item.kids) parts.push_back(items[kid].id);
    }
    switch (item.op) {
      case ExprOp::kEmpty:
        item.id = ExprPool::kEmpty;
        break;
      case ExprOp::kEpsilon:
        item.id = ExprPool::kEpsilon;
        break;
      case ExprOp::kSet: {
        uint32_t lo = kAlphabet[input.Next() % std::size(kAlphabet)];
        uint32_t hi = kAlphabet[input.Next() % std::size(kAlphabet)];
        if (lo > hi) std::swap(lo, hi);
        item.text = {lo, hi};
        const CharRange range[] = {{lo, hi}};
        item.id = pool.Set(range);
        break;
      }
      case ExprOp::kLiteral: {
        std::string text;
        for (size_t i = input.Next() % 4; i > 0; --i) {
          item.text.push_back(kAlphabet[input.Next() % 5]);
          grammask::AppendUtf8(item.text.back(), &text);
        }
        item.id = pool.Literal(text);
        break;
      }
      case ExprOp::kConcat:
        item.id = pool.Concat(parts);
        break;
      case ExprOp::kUnion:
        item.id = pool.Union(parts);
        break;
      case ExprOp::kIntersect:
        item.id = pool.Intersect(parts);
        break;
      case ExprOp::kComplement:
        item.id = pool.Complement(parts[0]);
        break;
      case ExprOp::kRepeat: {
        item.min = input.Next() % 5;
        const uint8_t more = input.Next() % 5;
        item.max = more == 4 ? ExprPool::kInfinity : item.min + more;
        item.id = pool.Repeat(parts[0], item.min, item.max);
        break;
      }
      case ExprOp::kNames: {
        std::vector<std::string> texts(9 + input.Next() % 16);
        for (std::string& text : texts) {
          std::vector<uint32_t>& points = item.texts.emplace_back();
          for (size_t i = input.Next() % 5; i > 0; --i) {
            points.push_back(kAlphabet[input.Next() % 5]);
            grammask::AppendUtf8(points.back(), &text);
          }
        }
        item.id = pool.Texts({texts.begin(), texts.end()});
        break;
      }
      case ExprOp::kPunycode:
      case ExprOp::kBytes:  // no node of a pool
        break;
    }
    items.push_back(std::move(item));
  }
  if (items.empty()) return 0;

  std::vector<Spans> known;
  for (const Item& item : items) known.push_back(Match(item, known, word));
  const ExprId x = items.back().id;
  const uint32_t ends = known.back()[0];

  ByteAutomaton automaton(pool);
  ByteState state = automaton.Start(x);
  for (size_t i = 0; i <= word.size(); ++i) {
    const bool expected = (ends >> i) & 1;
    Require(automaton.Accepting(state) == expected, "acceptance differs", pool, x);
    const auto n = static_cast<uint32_t>(i);
    if (expected) {
      Require(pool.NonEmpty(x) == Tri::kYes || pool.NonEmpty(x) == Tri::kUndecided, "not empty",
              pool, x);
      Require(pool.HasLength(x, n, n) != Tri::kNo, "this length occurs", pool, x);
      const auto least = pool.ShortestLength(x);
      Require(!least || *least <= n, "a shorter text was accepted", pool, x);
    }
    if (state != kDead) {
      if (const auto suffix = automaton.ShortestSuffix(state)) {
        ByteState end = state;
        for (const char c : *suffix) end = automaton.Step(end, static_cast<uint8_t>(c));
        Require(automaton.Accepting(end), "the suffix does not lead to the end", pool, x);
        Require(automaton.ShortestSuffixLength(state) == suffix->size(), "suffix length", pool, x);
      }
    }
    if (i == word.size()) break;
    std::string bytes;
    grammask::AppendUtf8(word[i], &bytes);
    for (const char c : bytes) state = automaton.Step(state, static_cast<uint8_t>(c));
  }
  for (uint32_t n = 0; n < 4; ++n) {
    const auto text = pool.ShortestOfLength(x, n, n + 1);
    if (!text) continue;
    ByteState end = automaton.Start(x);
    for (const char c : *text) end = automaton.Step(end, static_cast<uint8_t>(c));
    Require(automaton.Accepting(end), "the text of a length is not accepted", pool, x);
    Require(pool.HasLength(x, n, n + 1) == Tri::kYes, "the length of a text", pool, x);
  }
  return 0;
}
