#include "lexicon/lexicon.h"

#include <algorithm>

#include "automata/expr.h"
#include "automata/name_table.h"

namespace grammask {
namespace {

bool Takes(ByteAutomaton& bytes, ByteState pattern, std::string_view name) {
  for (const char c : name) {
    pattern = bytes.Step(pattern, static_cast<uint8_t>(c));
    if (pattern == kDead) return false;
  }
  return bytes.Accepting(pattern);
}

}  // namespace

std::vector<std::string_view> LexiconNames::Names() const {
  std::vector<std::string_view> names;
  names.reserve(count_);
  const std::string_view text = text_;
  for (size_t at = 0; at < text.size();) {
    size_t length = 0;
    for (int i = 3; i >= 0; --i)
      length = length << 8 | static_cast<uint8_t>(text[at + static_cast<size_t>(i)]);
    names.push_back(text.substr(at + 4, length));
    at += 4 + length;
  }
  return names;
}

std::optional<LexiconId> Lexicons::Find(const LexiconNames& list) const {
  const auto known = given_.find(list.text());
  return known == given_.end() ? std::nullopt : std::optional(known->second);
}

LexiconId Lexicons::Add(const LexiconNames& list, const ByteSet& bytes, Budget& budget) {
  std::vector<std::string_view> names = list.Names();
  std::erase_if(names, [&](std::string_view name) {
    budget.Tick();
    return !std::all_of(name.begin(), name.end(),
                        [&](char c) { return HasByte(bytes, static_cast<uint8_t>(c)); });
  });
  SortNames(&names);
  if (budget.exhausted()) return kUnknownNames;
  LexiconNames sorted;
  sorted.Reserve(list.text().size());
  for (const std::string_view name : names) sorted.Add(name);
  const size_t size = 2 * (list.text().size() + sorted.text().size()) + 256;
  Grow(size);
  budget.Charge(size);
  const auto [at, is_new] =
      sorted_.try_emplace(sorted.text(), static_cast<LexiconId>(names_.size()));
  if (is_new) names_.push_back(std::move(sorted));
  given_.emplace(list.text(), at->second);
  return at->second;
}

ByteState Lexicons::Within(LexiconId lexicon, ByteState pattern) {
  const auto known = within_.find({lexicon, pattern});
  if (known != within_.end()) return known->second;
  std::vector<std::string_view> texts;
  for (const std::string_view name : names_[lexicon].Names()) {
    if (pool_.budget != nullptr && !pool_.budget->Tick()) return kDead;
    if (!name.empty() && Takes(bytes_, pattern, name)) texts.push_back(name);
  }
  const ByteState start = bytes_.Start(pool_.Texts(std::move(texts)));
  if (pool_.budget != nullptr && pool_.budget->exhausted()) return kDead;
  within_.emplace(std::pair{lexicon, pattern}, start);
  Grow(96);
  return start;
}

}  // namespace grammask
