#include "vocabulary/vocabulary.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace grammask {
namespace {

using Tokens = std::vector<std::optional<std::string>>;

std::shared_ptr<const Vocabulary> Make(const Tokens& tokens, std::vector<uint32_t> stop = {},
                                       std::vector<uint32_t> special = {},
                                       std::vector<std::string> names = {}, uint32_t size = 0) {
  VocabularyInput input{TokenList(tokens), std::move(stop), std::move(special), std::move(names),
                        size};
  Result<std::shared_ptr<const Vocabulary>> made = Vocabulary::Create(std::move(input));
  EXPECT_TRUE(made.ok()) << made.status().message();
  return made.ok() ? made.value() : nullptr;
}

Status Failure(VocabularyInput input) {
  Result<std::shared_ptr<const Vocabulary>> made = Vocabulary::Create(std::move(input));
  EXPECT_FALSE(made.ok());
  return made.status();
}

// Decodes by arithmetic on the code point's value, not by the states that the trie uses.
bool IsCompleteUtf8(const std::string& text, bool plain) {
  size_t i = 0;
  while (i < text.size()) {
    const auto lead = static_cast<uint8_t>(text[i]);
    size_t length = 1;
    uint32_t value = lead;
    if (lead >= 0xF0) {
      length = 4;
      value = lead & 0x0Fu;
      if (lead > 0xF7) return false;
    } else if (lead >= 0xE0) {
      length = 3;
      value = lead & 0x0Fu;
    } else if (lead >= 0xC0) {
      length = 2;
      value = lead & 0x1Fu;
    } else if (lead >= 0x80) {
      return false;
    }
    if (i + length > text.size()) return false;
    for (size_t k = 1; k < length; ++k) {
      const auto tail = static_cast<uint8_t>(text[i + k]);
      if ((tail & 0xC0u) != 0x80u) return false;
      value = (value << 6) | (tail & 0x3Fu);
    }
    constexpr uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
    if (value < kSmallest[length] || value > 0x10FFFF) return false;
    if (value >= 0xD800 && value <= 0xDFFF) return false;
    if (plain && (value < 0x20 || value == '"' || value == '\\')) return false;
    i += length;
  }
  return true;
}

// Is `letters` what is left of some text without other bytes?
bool HoldsInOrder(const std::string& text, std::string_view letters) {
  size_t found = 0;
  for (const char c : text) {
    if (found < letters.size() && letters[found] == c) ++found;
  }
  return found == letters.size();
}

uint16_t KindsOf(const std::string& text) {
  uint16_t kinds = 0;
  for (const char c : text) {
    const auto byte = static_cast<uint8_t>(c);
    kinds |= byte < 0x80 ? KindOf(byte) : kBeyondAscii;
  }
  return kinds;
}

// Every field of every node against a map of all prefixes.
void CheckTrie(const Vocabulary& vocabulary) {
  std::map<std::string, std::vector<uint32_t>> by_text;  // std::string compares unsigned bytes
  for (uint32_t id = 0; id < vocabulary.token_count(); ++id) {
    if (vocabulary.is_ordinary(id)) by_text[std::string(vocabulary.bytes(id))].push_back(id);
  }
  std::map<std::string, bool> prefixes;
  prefixes[""] = true;
  std::vector<uint32_t> expected_order;
  size_t longest = 0;
  for (const auto& [text, ids] : by_text) {
    for (size_t n = 1; n <= text.size(); ++n) prefixes[text.substr(0, n)] = true;
    expected_order.insert(expected_order.end(), ids.begin(), ids.end());
    longest = std::max(longest, text.size());
  }
  ASSERT_EQ(vocabulary.nodes().size(), prefixes.size());
  ASSERT_EQ(std::vector<uint32_t>(vocabulary.order().begin(), vocabulary.order().end()),
            expected_order);
  EXPECT_EQ(vocabulary.longest(), longest);
  for (size_t i = 0; i < expected_order.size(); ++i) {
    const std::string_view text = vocabulary.bytes(expected_order[i]);
    const auto begun = std::count_if(text.begin(), text.end(),
                                     [](char c) { return (static_cast<uint8_t>(c) >> 6) != 2; });
    ASSERT_EQ(vocabulary.code_points()[i], begun);
  }

  uint32_t index = 0;
  for (const auto& [prefix, unused] : prefixes) {
    const TrieNode& node = vocabulary.nodes()[index];
    ASSERT_EQ(node.depth, prefix.size());
    ASSERT_EQ(node.byte, prefix.empty() ? 0 : static_cast<uint8_t>(prefix.back()));
    uint32_t below = 0;
    for (auto it = prefixes.find(prefix); it != prefixes.end(); ++it) {
      if (it->first.compare(0, prefix.size(), prefix) != 0) break;
      ++below;
    }
    ASSERT_EQ(node.end, index + below);
    uint32_t before = 0;
    uint32_t own = 0;
    uint32_t under = 0;
    bool plain = IsCompleteUtf8(prefix, false);
    const std::string parent = prefix.substr(0, prefix.empty() ? 0 : prefix.size() - 1);
    bool plain_from_parent = !prefix.empty() && IsCompleteUtf8(parent, false);
    bool second_name = false, quote = false, is_long = false;
    uint16_t kinds = 0;
    for (const auto& [text, ids] : by_text) {
      const auto many = static_cast<uint32_t>(ids.size());
      if (text < prefix) before += many;
      if (text == prefix) own += many;
      if (text.compare(0, prefix.size(), prefix) != 0) continue;
      under += many;
      const std::string rest = text.substr(prefix.size());
      plain = plain && IsCompleteUtf8(rest, true);
      plain_from_parent = plain_from_parent && IsCompleteUtf8(text.substr(parent.size()), true);
      second_name = second_name || HoldsInOrder(rest, ":,\"\"");
      quote = quote || rest.find('"') != std::string::npos;
      is_long = is_long || text.size() > kShortToken;
      kinds |= KindsOf(rest);
    }
    if (!plain && (kinds & kBeyondAscii) != 0) kinds |= kOtherByte;
    ASSERT_EQ(node.first_order, before);
    ASSERT_EQ(node.own_order, before + own);
    ASSERT_EQ(node.last_order, before + under);
    ASSERT_EQ((node.flags & kSubtreePlainText) != 0, plain) << "node " << index;
    ASSERT_EQ((node.flags & kPlainText) != 0, plain_from_parent) << "node " << index;
    ASSERT_EQ((node.flags & kSubtreeSecondName) != 0, second_name) << "node " << index;
    ASSERT_EQ((node.flags & kSubtreeQuote) != 0, quote) << "node " << index;
    ASSERT_EQ((node.flags & kSubtreeLong) != 0, is_long) << "node " << index;
    ASSERT_EQ(vocabulary.kinds_below()[index], kinds) << "node " << index;
    ++index;
  }
}

TEST(Vocabulary, NumbersNodesInDepthFirstOrder) {
  const auto vocabulary = Make({"b", "a", "abc", "ab", "\xFF", "a"});
  CheckTrie(*vocabulary);
  ASSERT_EQ(vocabulary->nodes().size(), 6u);
  EXPECT_EQ(std::vector<uint32_t>(vocabulary->order().begin(), vocabulary->order().end()),
            (std::vector<uint32_t>{1, 5, 3, 2, 0, 4}));
}

TEST(Vocabulary, KeepsHolesEmptySpecialAndStopTokensOutOfTheTrie) {
  const auto vocabulary = Make({"x", std::nullopt, "", "<s>", "</s>", "<pad>"}, {4, 4}, {3, 4, 3},
                               {"<s>", "</s>", "bos"}, 70);
  CheckTrie(*vocabulary);
  EXPECT_EQ(vocabulary->order().size(), 2u);
  EXPECT_TRUE(vocabulary->is_ordinary(0));
  EXPECT_FALSE(vocabulary->is_ordinary(1));
  EXPECT_FALSE(vocabulary->is_ordinary(2));
  EXPECT_TRUE(vocabulary->is_special(3));
  EXPECT_FALSE(vocabulary->is_stop(3));
  EXPECT_TRUE(vocabulary->is_special(4));
  EXPECT_TRUE(vocabulary->is_stop(4));
  EXPECT_TRUE(vocabulary->is_ordinary(5));
  EXPECT_EQ(vocabulary->bytes(3), "<s>");
  EXPECT_EQ(vocabulary->bytes(1), "");
  EXPECT_EQ(vocabulary->bytes(69), "");
  EXPECT_FALSE(vocabulary->is_ordinary(69));
  EXPECT_FALSE(vocabulary->is_special(4'000'000'000u));
  EXPECT_EQ(vocabulary->size(), 70u);
  EXPECT_EQ(vocabulary->words(), 3u);
  EXPECT_EQ(vocabulary->token_count(), 6u);
  EXPECT_EQ(vocabulary->stop_tokens(), std::vector<uint32_t>{4});
  EXPECT_EQ(vocabulary->special_by_name("</s>"), 4u);
  EXPECT_EQ(vocabulary->special_by_name("bos"), 3u);
  EXPECT_EQ(vocabulary->special_by_name("<pad>"), std::nullopt);
}

TEST(Vocabulary, ANameMayStandForSeveralSpecialTokens) {
  const auto vocabulary = Make({"x", "", "", ""}, {}, {3, 1, 2}, {"<a>", "<a>", "<b>"});
  const auto ids = [&](std::string_view name) {
    const std::span<const uint32_t> found = vocabulary->specials_by_name(name);
    return std::vector<uint32_t>(found.begin(), found.end());
  };
  EXPECT_EQ(ids("<a>"), (std::vector<uint32_t>{3, 1}));
  EXPECT_EQ(ids("<b>"), std::vector<uint32_t>{2});
  EXPECT_TRUE(ids("<c>").empty());
  EXPECT_EQ(vocabulary->special_by_name("<a>"), 3u);
}

TEST(Vocabulary, RefusesUnusableInput) {
  EXPECT_EQ(Failure({}).code(), Code::kVocabulary);
  EXPECT_EQ(Failure({{"", std::nullopt}, {}, {}, {}, 0}).code(), Code::kVocabulary);
  EXPECT_EQ(Failure({{"a"}, {0}, {}, {}, 0}).code(), Code::kVocabulary);
  EXPECT_EQ(Failure({{"a", "b"}, {2}, {}, {}, 8}).code(), Code::kVocabulary);
  EXPECT_EQ(Failure({{"a", "b"}, {}, {2}, {"c"}, 8}).code(), Code::kVocabulary);
  EXPECT_EQ(Failure({{"a", "b"}, {}, {1}, {}, 0}).code(), Code::kVocabulary);
  EXPECT_EQ(Failure({{"a", "b"}, {}, {}, {}, 1}).code(), Code::kVocabulary);
  EXPECT_EQ(Failure({{"a", "b"}, {}, {}, {}, 2'000'001}).code(), Code::kVocabulary);
  EXPECT_EQ(Failure({{"a", std::string(65'536, 'x')}, {}, {}, {}, 0}).code(), Code::kVocabulary);
  EXPECT_EQ(Failure({TokenList(Tokens(2'000'001, "a")), {}, {}, {}, 0}).code(), Code::kVocabulary);
}

TEST(Vocabulary, MarksSubtreesOfPlainTextExactly) {
  const std::vector<std::string> texts = {"\xC3\xA9",
                                          "\xC3",
                                          "\xE0\xA0\x80",
                                          "\xE0\x80\x80",
                                          "\xED\x9F\xBF",
                                          "\xED\xA0",
                                          "a\"",
                                          "a",
                                          "ab",
                                          "\xF4\x90\x80\x80",
                                          "\xF0\x90\x8D\x88",
                                          "\x80",
                                          "\x80z",
                                          "z\xF0\x9F\x98",
                                          "z",
                                          "\x1F",
                                          "q\\",
                                          "\x7F"};
  for (size_t skip = 0; skip <= texts.size(); ++skip) {
    Tokens tokens;
    for (size_t i = 0; i < texts.size(); ++i) {
      if (i != skip) tokens.emplace_back(texts[i]);
    }
    CheckTrie(*Make(std::move(tokens)));
  }
}

TEST(Vocabulary, AgreesWithPrefixesOfRandomTokens) {
  std::mt19937 random(7);
  const std::string alphabet = "ab\"\\\n:,\xC3\xA9\x80\xE0\xA0\xED\x9F\xF0\x90\xF4\x8F\xFF";
  for (int round = 0; round < 200; ++round) {
    Tokens tokens;
    const size_t letters = 1 + random() % (alphabet.size() + 1);
    for (size_t i = 1 + random() % 40; i > 0; --i) {
      std::string token;
      for (size_t k = 1 + random() % (round % 3 == 0 ? 30 : 6); k > 0; --k) {
        // Long ones of few letters, so that many agree in their first eight bytes.
        const size_t letter = k > 8 && round % 2 == 0 ? 0 : random() % letters;
        token += letter < alphabet.size() ? alphabet[letter] : '\0';
      }
      tokens.emplace_back(token);
    }
    CheckTrie(*Make(std::move(tokens)));
  }
}

TEST(Vocabulary, TakesAVeryLongToken) {
  std::string deep(60'000, 'a');
  const auto vocabulary = Make({deep, "a", deep + "b", std::string(65'535, 'c')});
  EXPECT_EQ(vocabulary->longest(), 65'535u);
  EXPECT_EQ(vocabulary->nodes().size(), 1u + 60'001 + 65'535);
  EXPECT_EQ(vocabulary->nodes()[0].flags, kSubtreePlainText | kSubtreeLong);
  EXPECT_EQ(vocabulary->nodes().back().depth, 65'535);
  EXPECT_EQ(vocabulary->Greedy(deep + "ba"), (std::vector<uint32_t>{2, 1}));
}

TEST(Vocabulary, NamesTheFirstByteWithoutAToken) {
  Tokens tokens;
  for (int byte = 0; byte < 256; ++byte) {
    if (byte != 'q' && byte != 0xFE) tokens.emplace_back(std::string(1, static_cast<char>(byte)));
  }
  tokens.emplace_back("q");
  tokens.emplace_back("qq");
  const auto q = static_cast<uint32_t>(tokens.size() - 2);
  const auto set = [](std::vector<int> wanted) {
    std::array<uint64_t, 4> bits{};
    for (const int byte : wanted) bits[byte / 64] |= uint64_t{1} << (byte % 64);
    return bits;
  };
  const auto vocabulary = Make(tokens);
  EXPECT_EQ(vocabulary->FirstMissingByte(set({'a', 'q', 0, 0xFF})), std::nullopt);
  EXPECT_EQ(vocabulary->FirstMissingByte(set({'a', 0xFE, 0xFF})), 0xFE);
  // A special token has no text, so it spells nothing.
  const auto special = Make(tokens, {}, {q}, {"q"});
  EXPECT_EQ(special->FirstMissingByte(set({'a', 'q', 0xFE})), 'q');
  EXPECT_EQ(special->FirstMissingByte(set({})), std::nullopt);
}

TEST(Vocabulary, TokenizesByLongestMatch) {
  const auto vocabulary = Make({"a", "ab", "abcd", "c", "c", "\xFF"});
  EXPECT_EQ(vocabulary->Greedy(""), std::vector<uint32_t>{});
  EXPECT_EQ(vocabulary->Greedy("abcab"), (std::vector<uint32_t>{1, 3, 1}));
  EXPECT_EQ(vocabulary->Greedy("abcdc\xFF"), (std::vector<uint32_t>{2, 3, 5}));
  EXPECT_EQ(vocabulary->Greedy("abd"), std::nullopt);
}

TEST(Vocabulary, FingerprintTellsVocabulariesApart) {
  const auto base = Make({"a", "bc", "d"}, {2}, {1}, {"s"});
  EXPECT_EQ(base->fingerprint(), Make({"a", "bc", "d"}, {2}, {1}, {"other"})->fingerprint());
  EXPECT_NE(base->fingerprint(), Make({"ab", "c", "d"}, {2}, {1}, {"s"})->fingerprint());
  EXPECT_NE(base->fingerprint(), Make({"a", "bc", "d"}, {1}, {2}, {"s"})->fingerprint());
  EXPECT_NE(base->fingerprint(), Make({"a", "bc", "d"}, {2})->fingerprint());
  EXPECT_NE(Make({"a", ""})->fingerprint(), Make({"a", std::nullopt})->fingerprint());
}

TEST(Vocabulary, ReportsItsMemory) {
  const auto vocabulary = Make({"a", "bc", "d"});
  EXPECT_GT(vocabulary->MemoryBytes(), vocabulary->nodes().size() * sizeof(TrieNode));
}

TEST(Vocabulary, TakesTwoMillionTokens) {
  Tokens tokens;
  tokens.reserve(2'000'000);
  std::mt19937 random(11);
  for (int i = 0; i < 2'000'000; ++i) {
    std::string token;
    for (uint32_t k = 1 + random() % 5; k > 0; --k) token += static_cast<char>(random() % 256);
    tokens.emplace_back(std::move(token));
  }
  const auto vocabulary = Make(std::move(tokens));
  EXPECT_EQ(vocabulary->order().size(), 2'000'000u);
  EXPECT_EQ(vocabulary->nodes()[0].end, vocabulary->nodes().size());
  EXPECT_TRUE(std::is_sorted(
      vocabulary->order().begin(), vocabulary->order().end(),
      [&](uint32_t a, uint32_t b) { return vocabulary->bytes(a) < vocabulary->bytes(b); }));
}

TEST(Vocabulary, FirstCrossingIsWhereATokenRunsOnBeyondTheText) {
  auto vocabulary = Make({"a", "b", "c", "ab", "abc", "bcd", "x", std::nullopt});
  EXPECT_EQ(vocabulary->FirstCrossing(""), 0u);
  EXPECT_EQ(vocabulary->FirstCrossing("x"), 1u);     // nothing runs on
  EXPECT_EQ(vocabulary->FirstCrossing("xa"), 1u);    // ab
  EXPECT_EQ(vocabulary->FirstCrossing("xab"), 1u);   // abc, before bcd
  EXPECT_EQ(vocabulary->FirstCrossing("xabc"), 2u);  // bcd
  EXPECT_EQ(vocabulary->FirstCrossing("abcx"), 4u);
  EXPECT_EQ(vocabulary->FirstCrossing("zz"), 2u);
}

}  // namespace
}  // namespace grammask
