// Runs of letters and digits inside Punycode.
//
// A mask asks of tens of thousands of texts whether they may follow one state, and nearly all of
// them are made of letters and digits. To make a state of each would take a mask a hundred times
// longer than any other. But what a hyphen further on makes basic characters of does not matter, so
// there is mostly one answer for all of them: a character beyond ASCII inserted at some place of
// the text read so far goes with whatever letters and digits follow, as far as there is room for
// the hyphen and its digits. That is so if the state of the operand behind that text, and every
// state that letters and digits lead to from there, accepts; few states do that for host names.
//
// In a product the other operands must take all of it too, and whatever stands behind the label
// must be optional.

#include <algorithm>
#include <unordered_set>

#include "automata/expr_impl.h"
#include "automata/punycode.h"
#include "automata/utf8.h"

namespace grammask {
namespace {

constexpr size_t kMostStates = 64;  // of an operand, behind letters and digits
constexpr size_t kMostOperands = 16;
constexpr size_t kMostInserted = 64;  // code points tried
constexpr std::string_view kLetters = "0123456789abcdefghijklmnopqrstuvwxyz";

}  // namespace

// The Punycode state by which alone the texts of x can begin with a character of a label, or kNone;
// and the operands of intersections that go along with it.
ExprId ExprPool::Impl::SoleLabel(ExprId x, std::vector<ExprId>* along) {
  while (nodes[x].Has(kInLabel) && nodes[x].op != ExprOp::kPunycode) {
    const Node node = nodes[x];
    if (node.op == ExprOp::kConcat) {
      if (!nodes[node.b].Has(kNullable) || !nodes[node.a].Has(kInLabel)) return kNone;
      if (nodes[node.a].Has(kNullable)) {
        if (nodes[node.b].Has(kInLabel)) return kNone;
        const bool other =
            std::any_of(kLabelCharacters.begin(), kLabelCharacters.end(), [&](char c) {
              const auto cp = static_cast<uint8_t>(c);
              return RowStep(node.b, cp) != kEmpty ||
                     (c >= 'a' && RowStep(node.b, cp - uint32_t{32}) != kEmpty);
            });
        if (other) return kNone;
      }
      x = node.a;
    } else if (node.op == ExprOp::kIntersect) {
      ExprId label = kNone;
      for (const ExprId kid : Kids(node)) {
        if (!nodes[kid].Has(kInLabel)) {
          along->push_back(kid);
        } else if (label != kNone) {
          return kNone;
        } else {
          label = kid;
        }
      }
      if (along->size() > kMostOperands) return kNone;
      x = label;
    } else {
      return kNone;
    }
  }
  return nodes[x].op == ExprOp::kPunycode ? x : kNone;
}

// Does every text of up to so many characters of labels lead on, and to acceptance unless its last
// is a hyphen?
bool ExprPool::Impl::TakesLabels(ExprId x, uint32_t characters) {
  std::vector<ExprId> layer{x};
  std::unordered_set<ExprId> known;  // of which all was seen from an earlier layer on
  for (uint32_t i = 0; i < characters && !layer.empty(); ++i) {
    std::vector<ExprId> next;
    for (const ExprId state : layer) {
      if (!known.insert(state).second) continue;
      for (const char c : kLabelCharacters) {
        const auto small = static_cast<uint8_t>(c);
        for (const uint32_t cp : {uint32_t{small}, small - uint32_t{c >= 'a' ? 32u : 0u}}) {
          const ExprId target = RowStep(state, cp);
          if (target == kEmpty || (c != '-' && !nodes[target].Has(kNullable))) return false;
          if (next.empty() || next.back() != target) next.push_back(target);
        }
      }
    }
    std::sort(next.begin(), next.end());
    next.erase(std::unique(next.begin(), next.end()), next.end());
    if (next.size() > kMostStates) return false;
    layer = std::move(next);
  }
  return true;
}

// Does the state of an operand accept behind any letters and digits?
bool ExprPool::Impl::TakesLetters(ExprId start) {
  if (const auto known = takes_letters.find(start); known != takes_letters.end()) {
    return known->second;
  }
  std::vector<ExprId> pending{start};
  std::unordered_set<ExprId> seen{start};
  bool takes = start != kEmpty;
  while (!pending.empty() && takes && Tick()) {
    const ExprId state = pending.back();
    pending.pop_back();
    for (const char c : kLetters) {
      const ExprId target = RowStep(state, static_cast<uint8_t>(c));
      takes &= target != kEmpty && nodes[target].Has(kNullable);
      if (seen.insert(target).second) pending.push_back(target);
    }
    takes &= seen.size() <= kMostStates;
  }
  if (Exhausted()) return false;
  takes_letters.emplace(start, takes);
  return takes;
}

uint32_t ExprPool::Impl::FreeLetters(ExprId x) {
  std::vector<ExprId> along;
  const ExprId state = SoleLabel(x, &along);
  if (state == kNone || Exhausted()) return 0;
  const Label label = LabelOf(nodes[state]);
  const uint32_t room = label.max_length - label.length;
  for (const ExprId operand : along) {
    if (!TakesLabels(operand, room)) return 0;
  }
  const std::string read = LabelText(state);
  const CharSet& alphabet = Alphabet(label.operand);
  std::vector<ExprId> behind{label.operand};
  for (const char c : read) behind.push_back(RowStep(behind.back(), static_cast<uint8_t>(c)));
  size_t tried = 0;
  for (const CharRange& range : alphabet) {
    for (uint32_t cp = std::max(range.lo, 0x80u); cp <= range.hi; ++cp) {
      if (++tried > kMostInserted || !Tick()) return 0;
      for (size_t place = 0; place <= read.size(); ++place) {
        ExprId at = RowStep(behind[place], cp);
        for (size_t i = place; i < read.size() && at != kEmpty; ++i) {
          at = RowStep(at, static_cast<uint8_t>(read[i]));
        }
        if (at == kEmpty || !TakesLetters(at)) continue;
        // The more basic characters, the more digits.
        uint32_t free = 0;
        const PunycodeReading start;
        while (free < room) {
          const uint64_t places = label.length + free + 2;
          const uint64_t value = (cp - start.next) * places + place;
          const uint32_t digits = CountPunycodeDigits(value, start.k, start.bias);
          if (free + 1 + 1 + digits > room) break;
          ++free;
        }
        return Exhausted() ? 0 : free;
      }
    }
  }
  return 0;
}

bool ExprPool::Impl::LabelEnds(ExprId x, std::string_view letters) {
  std::vector<ExprId> along;
  const ExprId state = SoleLabel(x, &along);
  if (state == kNone || (LabelOf(nodes[state]).broken && !letters.empty())) return false;
  if (letters.empty()) return nodes[state].Has(kNullable);
  const std::optional<std::vector<uint32_t>> points =
      DecodePunycode(LabelText(state) + std::string(letters));
  if (!points) return false;
  ExprId at = LabelOf(nodes[state]).operand;
  for (const uint32_t cp : *points) {
    at = RowStep(at, cp);
    if (at == kEmpty) return false;
  }
  return nodes[at].Has(kNullable);
}

}  // namespace grammask
