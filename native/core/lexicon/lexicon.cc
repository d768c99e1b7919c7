#include "lexicon/lexicon.h"

#include <algorithm>

#include "automata/expr.h"

namespace grammask {
namespace {

bool Takes(ByteAutomaton& bytes, ByteState pattern, std::string_view name) {
  for (const char c : name) {
    pattern = bytes.Step(pattern, static_cast<uint8_t>(c));
    if (pattern == kDead) return false;
  }
  return bytes.Accepting(pattern);
}

void AppendLength(std::string* key, size_t length) {
  for (int shift = 0; shift < 32; shift += 8) key->push_back(static_cast<char>(length >> shift));
}

}  // namespace

LexiconId Lexicons::Add(std::vector<std::string_view> names, Budget& budget) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  constexpr size_t kLengthBytes = 4;
  std::string key;
  size_t size = 0;
  for (const std::string_view name : names) size += name.size() + kLengthBytes;
  key.reserve(size);
  for (const std::string_view name : names) {
    if (!budget.Tick()) return kUnknownNames;
    AppendLength(&key, name.size());
    key += name;
  }
  const auto [at, is_new] = ids_.try_emplace(std::move(key), static_cast<LexiconId>(names_.size()));
  if (!is_new) return at->second;
  std::vector<std::string_view> kept;
  const std::string_view all = at->first;
  size_t begin = 0;
  for (const std::string_view name : names) {
    kept.push_back(all.substr(begin + kLengthBytes, name.size()));
    begin += kLengthBytes + name.size();
  }
  memory_ += size + kept.size() * sizeof(std::string_view) + 128;
  budget.Charge(size + kept.size() * sizeof(std::string_view) + 128);
  names_.push_back(std::move(kept));
  return at->second;
}

ByteState Lexicons::Within(LexiconId lexicon, ByteState pattern) {
  const auto known = within_.find({lexicon, pattern});
  if (known != within_.end()) return known->second;
  std::vector<ExprId> texts;
  for (const std::string_view name : names_[lexicon]) {
    if (pool_.budget != nullptr && !pool_.budget->Tick()) return kDead;
    if (!name.empty() && Takes(bytes_, pattern, name)) texts.push_back(pool_.Literal(name));
  }
  const ByteState start = bytes_.Start(pool_.Union(texts));
  if (pool_.budget != nullptr && pool_.budget->exhausted()) return kDead;
  within_.emplace(std::pair{lexicon, pattern}, start);
  memory_ += 96;
  return start;
}

}  // namespace grammask
