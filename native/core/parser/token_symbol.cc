// Sets of tokens in grammars, before and after the vocabulary is known.
//
// A program lists ids and names of special tokens, or says "any but these". Checks of texts know no
// vocabulary: there a token is given by its id or by its name, and is compared as it was written.
// A compiled grammar has one: names become ids, and "any but these" becomes the list of all others
// that may stand in a text, so that masks and steps see nothing but ranges.

#include <algorithm>

#include "parser/grammar.h"

namespace grammask {
namespace {

// Sorted, and merged where they touch.
void Normalize(std::vector<IdRange>* ids) {
  std::sort(ids->begin(), ids->end(),
            [](const IdRange& a, const IdRange& b) { return a.lo < b.lo; });
  std::vector<IdRange> merged;
  for (const IdRange& range : *ids) {
    if (!merged.empty() && range.lo <= uint64_t{merged.back().hi} + 1) {
      merged.back().hi = std::max(merged.back().hi, range.hi);
    } else {
      merged.push_back(range);
    }
  }
  *ids = std::move(merged);
}

}  // namespace

bool TokenSymbol::HasId(uint32_t id) const {
  const auto after = std::upper_bound(
      ids.begin(), ids.end(), id, [](uint32_t x, const IdRange& range) { return x < range.lo; });
  return after != ids.begin() && id <= (after - 1)->hi;
}

bool TokenSymbol::HasName(std::string_view name) const {
  return std::find(names.begin(), names.end(), name) != names.end();
}

Status TokenSymbol::Resolve(const Vocabulary& vocabulary, Budget& budget) {
  for (const IdRange& range : ids) {
    if (!budget.Tick()) return budget.status();
    if (range.hi >= vocabulary.token_count()) {
      return Status(Code::kVocabulary,
                    "the grammar names token " + std::to_string(range.hi) +
                        ", the vocabulary has " + std::to_string(vocabulary.token_count()),
                    "compile it with the vocabulary that it was written for");
    }
  }
  for (std::string_view name : names) {
    if (!budget.Tick()) return budget.status();
    const std::span<const uint32_t> named = vocabulary.specials_by_name(name);
    if (named.empty()) {
      return Status(Code::kVocabulary,
                    "the vocabulary has no special token named " + std::string(name),
                    "check the name, or list the token among `specialTokens`");
    }
    for (const uint32_t id : named) ids.push_back({id, id});
  }
  names.clear();
  Normalize(&ids);
  if (excluded) {
    std::vector<IdRange> others;
    size_t next = 0;  // the first listed range that does not lie below
    for (IdRange part : vocabulary.text_ids()) {
      if (!budget.Tick()) return budget.status();
      while (next < ids.size() && ids[next].hi < part.lo) ++next;
      for (size_t i = next; i < ids.size() && ids[i].lo <= part.hi; ++i) {
        if (!budget.Tick()) return budget.status();
        if (ids[i].lo > part.lo) others.push_back({part.lo, ids[i].lo - 1});
        part.lo = ids[i].hi + 1;
      }
      if (part.lo <= part.hi) others.push_back(part);
    }
    ids = std::move(others);
    excluded = false;
  }
  if (ids.empty()) {
    return Status(
        Code::kVocabulary, "a set of tokens in the grammar holds no token of the vocabulary",
        "exclude fewer tokens, or compile it with the vocabulary that it was written for");
  }
  return Status();
}

}  // namespace grammask
