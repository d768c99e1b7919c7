#include "program/program.h"

#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <random>
#include <string>

#include "test/support/program_writer.h"

namespace grammask {
namespace {

using Words = std::vector<uint32_t>;

Words StringEntry(const std::string& text) {
  Words out{static_cast<uint32_t>(text.size())};
  std::string padded = text;
  padded.resize((text.size() + 3) / 4 * 4, '\0');
  for (size_t i = 0; i < padded.size(); i += 4) {
    uint32_t word = 0;
    for (size_t k = 0; k < 4; ++k)
      word |= static_cast<uint32_t>(static_cast<uint8_t>(padded[i + k])) << (8 * k);
    out.push_back(word);
  }
  return out;
}

// The sections of a program, each a list of entries.
struct Source {
  std::vector<Words> strings, sets, exprs, token_sets, nodes, roots, rules;
  uint32_t root = 0;

  std::vector<uint8_t> Bytes(const std::function<void(Words&)>& edit = {}) const {
    Words words{kProgramMagic, kProgramVersion, 0};
    for (const auto* section : {&strings, &sets, &exprs, &token_sets}) Append(&words, *section);
    words.push_back(static_cast<uint32_t>(nodes.size()));
    for (const Words& node : nodes) {
      words.push_back(static_cast<uint32_t>(node.size()));
      words.insert(words.end(), node.begin(), node.end());
    }
    for (const auto* section : {&roots, &rules}) Append(&words, *section);
    words.push_back(root);
    words[2] = static_cast<uint32_t>(words.size());
    if (edit) edit(words);
    std::vector<uint8_t> bytes;
    for (const uint32_t word : words) {
      for (int k = 0; k < 4; ++k) bytes.push_back(static_cast<uint8_t>(word >> (8 * k)));
    }
    return bytes;
  }

  static void Append(Words* words, const std::vector<Words>& section) {
    words->push_back(static_cast<uint32_t>(section.size()));
    for (const Words& entry : section) words->insert(words->end(), entry.begin(), entry.end());
  }
};

// s0 "main", s1 "a", s2 "5e0", s3 "-125e-1", s4 "<|end|>", s5 "é", s6 "a" again, s7 "10e0" (no
// decimal), s8 "0e0"
Source Sample() {
  Source source;
  for (const char* text :
       {"main", "a", "5e0", "-125e-1", "<|end|>", "\xC3\xA9", "a", "10e0", "0e0"}) {
    source.strings.push_back(StringEntry(text));
  }
  source.sets = {{0}, {2, 'a', 'z', 0xE000, 0x10FFFF}};
  source.exprs = {
      {0},          {1},    {2, 1},           {3, 1},      {4, 2, 2, 3}, {5, 3, 0, 1, 4},
      {6, 2, 4, 5}, {7, 6}, {8, 7, 2, kNone}, {8, 2, 0, 3}};
  source.nodes = {
      {},
      {1, 1, 64},
      {1, 1, 4, 3, 5, 2, kNone, kNone, 3, kNone},
      {2, 5, 5, 8, 2, 2, 3},
      {4, 3, 1, kNone, 4},
      {5, 7, 0, kNone, 1, 1, 2, 0, 5},
      {6, 17, kNone, 1, 1, 9, 4, 2, 1, 1, 5, 6, 2, 4, 1, 4, 3, 1, 0},
      {7, 2, 1, 7, 8, 3, 2, 1, 2},
      {9, 3, 2, 1, 2, 10, 1, 3, 11, 3, 1, 1, kNone, 11, 3, 1, 0, 4},
      {1, 1, 192, 3, 5, kNone, kNone, kNone, kNone, 2},
  };
  source.roots = {{7, 0, 0, 0, 0, 0}, {6, 3, 2, 1, 1, 1}};
  source.token_sets = {{0, 0, 1, 4}, {1, 2, 7, 9, 77, 77, 0}};
  source.rules = {{0, 3, 2, 0, 9, 1, 1, 0, 1, 3, 0}, {1, 1, 3, 2, 1, 3, 1, 4, 2, 12}};
  source.root = 1;
  return source;
}

std::string Reject(const Source& source, const std::function<void(Words&)>& edit = {}) {
  const auto bytes = source.Bytes(edit);
  const auto program = ReadProgram(bytes);
  EXPECT_FALSE(program.ok());
  EXPECT_TRUE(program.ok() || program.status().code() == Code::kSyntax);
  return program.ok() ? std::string() : program.status().message();
}

TEST(ProgramTest, ReadsEverySection) {
  const auto bytes = Sample().Bytes();
  const auto result = ReadProgram(bytes);
  ASSERT_TRUE(result.ok()) << result.status().message();
  const Program& program = result.value();
  EXPECT_EQ(program.strings[5], "\xC3\xA9");
  EXPECT_EQ(program.sets[1], (std::vector<CharRange>{{'a', 'z'}, {0xE000, 0x10FFFF}}));
  EXPECT_TRUE(program.sets[0].empty());
  EXPECT_EQ(program.exprs[8].op, ExprOp::kRepeat);
  EXPECT_EQ(program.exprs[8].args, (Words{7, 2, kNone}));
  EXPECT_EQ(program.nodes[2].size(), 2u);
  EXPECT_EQ(program.nodes[6][0].tag, RecordTag::kObject);
  EXPECT_EQ(program.nodes[8][1].tag, RecordTag::kNot);
  EXPECT_EQ(program.nodes[8][3].payload, (Words{1, 0, 4}));
  EXPECT_EQ(program.roots[1].style.indent, 2u);
  EXPECT_EQ(program.rules[0].alternatives.size(), 3u);
  EXPECT_EQ(program.rules[1].alternatives[0][1].kind, SymbolKind::kTokens);
  EXPECT_EQ(program.root, 1u);
}

TEST(ProgramTest, PrintsOneEntryALine) {
  const auto bytes = Sample().Bytes();
  const auto result = ReadProgram(bytes);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(PrintProgram(result.value()), R"(string s0: "main"
string s1: "a"
string s2: "5e0"
string s3: "-125e-1"
string s4: "<|end|>"
string s5: "é"
string s6: "a"
string s7: "10e0"
string s8: "0e0"
set c0: 
set c1: a-z U+e000-U+10ffff
expr x0: empty
expr x1: epsilon
expr x2: set c1
expr x3: literal "a"
expr x4: concat x2 x3
expr x5: union x0 x1 x4
expr x6: intersect x4 x5
expr x7: complement x6
expr x8: repeat x7 2 none
expr x9: repeat x2 0 3
node n0: 
node n1: types integer
node n2: types number; number min, over, max, under 5e0 none none -125e-1
node n3: scalars null false strings x8 5e0 -125e-1
node n4: string length 1 to none pattern x4
node n5: array length 0 to none further n1 unique first n0 n5
node n6: object additional none (schema) size 1 to 9 names n4 "a" n1 "é" n6 /x4/ n1 /x4/ n3 required "main"
node n7: all of n7; any of n1 n2
node n8: one of n1 n2; not n3; contains n1 1 to none; contains n1 0 to 4
node n9: types integer plain integer; number min, over, max, under none none none none multiple of 5e0
root r0: n7 whitespace any keyOrder any spelling any undeclared schema
root r1: n6 whitespace indent 2 keyOrder schema spelling canonical undeclared forbid
rule g0: "main" = x9 g1 | () | token "<|end|>"
rule g1: "a" = r1 no token 7-9 77 x2 in 12 tokens
start g1
)");
}

TEST(ProgramTest, ReadsTheWordsBehindAStyle) {
  Source source = Sample();
  source.roots[0] = {7, 6, 0, 0, 2, 0, 3, 4, 9, 35};
  Result<Program> read = ReadProgram(source.Bytes());
  ASSERT_TRUE(read.ok()) << read.status().message();
  EXPECT_EQ(read.value().roots[0].style.gaps.key, 9u);
  EXPECT_EQ(read.value().roots[0].style.escapes, 35u);
  EXPECT_NE(PrintProgram(read.value())
                .find("root r0: n7 whitespace patterns x3 x4 x9 keyOrder any spelling escapes 35 "
                      "undeclared schema\n"),
            std::string::npos);
  source.roots[0] = {7, 6, 0, 1, 1, 0, 3, 4, 9};
  EXPECT_TRUE(ReadProgram(source.Bytes()).ok());
  source.roots[0] = {7, 1, 0, 0, 2, 0, 1023};
  EXPECT_TRUE(ReadProgram(source.Bytes()).ok());
  for (const Words& bad : std::vector<Words>{{7, 7, 0, 0, 0, 0},
                                             {7, 6, 1, 0, 0, 0, 3, 4, 9},
                                             {7, 6, 0, 0, 0, 0, 3, 4, 10},
                                             {7, 6, 0, 0, 0, 0, kNone, 4, 9},
                                             {7, 0, 0, 0, 3, 0},
                                             {7, 0, 0, 0, 2, 0, 1024}}) {
    source.roots[0] = bad;
    EXPECT_NE(Reject(source).find("schema roots entry 0"), std::string::npos);
  }
  source.exprs[9] = {10, 3};
  source.roots[0] = {7, 6, 0, 0, 0, 0, 3, 4, 9};
  EXPECT_NE(Reject(source).find("schema roots entry 0"), std::string::npos);
}

TEST(ProgramTest, RefusesBadHeadersAndLengths) {
  EXPECT_FALSE(ReadProgram({}).ok());
  const Source sample = Sample();
  Reject(sample, [](Words& words) { words[0] ^= 1; });
  Reject(sample, [](Words& words) { words[1] = 1; });
  Reject(sample, [](Words& words) { words[2] += 1; });
  Reject(sample, [](Words& words) { words.push_back(0); });
  Reject(sample, [](Words& words) {
    words.push_back(0);
    words[2] += 1;
  });
  auto bytes = sample.Bytes();
  bytes.push_back(0);
  EXPECT_FALSE(ReadProgram(bytes).ok());
}

TEST(ProgramTest, EveryTruncationIsAnError) {
  const auto bytes = Sample().Bytes();
  for (size_t size = 0; size < bytes.size(); ++size) {
    std::vector<uint8_t> cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    if (size >= 12) {  // make the header agree, so that the sections themselves are cut
      const uint32_t words = static_cast<uint32_t>(size / 4);
      for (int k = 0; k < 4; ++k)
        cut[8 + static_cast<size_t>(k)] = static_cast<uint8_t>(words >> (8 * k));
    }
    const auto result = ReadProgram(cut);
    EXPECT_FALSE(result.ok()) << size;
    EXPECT_TRUE(result.ok() || result.status().code() == Code::kSyntax);
  }
}

TEST(ProgramTest, RefusesHugeCountsWithoutAllocating) {
  // Every word in turn becomes huge: either it is a free value, or it is refused at once.
  const Source sample = Sample();
  const size_t words = sample.Bytes().size() / 4;
  for (size_t i = 0; i < words; ++i) {
    for (const uint32_t value : {0xFFFFFFFFu, 0xFFFFFFFEu, 0x80000000u, 0x40000000u}) {
      const auto bytes = sample.Bytes([&](Words& w) { w[i] = value; });
      const auto result = ReadProgram(bytes);
      if (!result.ok()) {
        EXPECT_EQ(result.status().code(), Code::kSyntax);
      }
    }
  }
}

TEST(ProgramTest, NamesTheSectionEntryAndWord) {
  Source source = Sample();
  source.exprs[4] = {4, 2, 2, 4};  // itself
  EXPECT_EQ(
      Reject(source),
      "program, expressions entry 4, word 41: earlier expression 4 is out of range, there are 4");
}

TEST(ProgramTest, ChecksStrings) {
  for (const std::string bad :
       {"\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF",
        "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xE2\x82", "a\xC3", "\xFF", "\xC3\x28"}) {
    Source source = Sample();
    source.strings[0] = StringEntry(bad);
    EXPECT_NE(Reject(source).find("strings entry 0"), std::string::npos);
  }
  for (const std::string good : {"", "\xED\x9F\xBF", "\xEE\x80\x80", "\xF4\x8F\xBF\xBF", "\xC2\x80",
                                 "\xE0\xA0\x80", "\xF0\x90\x80\x80"}) {
    Source source = Sample();
    source.strings[0] = StringEntry(good);
    const auto bytes = source.Bytes();
    EXPECT_TRUE(ReadProgram(bytes).ok());
  }
  Source padding = Sample();
  padding.strings[1][1] |= 0x01000000u;
  Reject(padding);
}

TEST(ProgramTest, ChecksSets) {
  for (const Words& bad : std::vector<Words>{{1, 'b', 'a'},
                                             {1, 0, 0x110000},
                                             {1, 0xD800, 0xD800},
                                             {1, 0, 0xDFFF},
                                             {1, 0xD000, 0xE000},
                                             {2, 'a', 'b', 'c', 'd'},
                                             {2, 'c', 'd', 'a', 'a'},
                                             {2, 'a', 'c', 'b', 'd'}}) {
    Source source = Sample();
    source.sets[1] = bad;
    EXPECT_NE(Reject(source).find("sets entry 1"), std::string::npos);
  }
  Source around = Sample();
  around.sets[1] = {2, 0, 0xD7FF, 0xE000, 0x10FFFF};
  const auto bytes = around.Bytes();
  EXPECT_TRUE(ReadProgram(bytes).ok());
}

TEST(ProgramTest, ChecksExpressions) {
  for (const Words& bad : std::vector<Words>{{9},
                                             {2, 2},
                                             {3, 9},
                                             {7, 9},
                                             {7, 10},
                                             {8, 2, 3, 2},
                                             {8, 2, kNone, kNone},
                                             {8, 9, 0, 1},
                                             {9, 3, 0},
                                             {9, 3, 256},
                                             {9, 9, 59},
                                             {10, 9},
                                             {10, 2},
                                             {11},
                                             {4, 1, 9}}) {
    Source source = Sample();
    source.exprs[9] = bad;
    EXPECT_NE(Reject(source).find("expressions entry 9"), std::string::npos);
  }
}

TEST(ProgramTest, PunycodeStandsInNoOther) {
  Source source = Sample();
  source.exprs[9] = {9, 3, 255};
  Result<Program> read = ReadProgram(source.Bytes());
  ASSERT_TRUE(read.ok());
  EXPECT_NE(PrintProgram(read.value()).find("expr x9: punycode x3 255\n"), std::string::npos);
  source.exprs.push_back({7, 9});
  ASSERT_TRUE(ReadProgram(source.Bytes()).ok());
  source.exprs.push_back({9, 10, 59});
  EXPECT_NE(Reject(source).find("expressions entry 11"), std::string::npos);
}

TEST(ProgramTest, BytesStandInNoOtherAndHaveNoCharacterAboveThem) {
  Source source = Sample();
  source.exprs[9] = {10, 3};
  Result<Program> read = ReadProgram(source.Bytes());
  ASSERT_TRUE(read.ok()) << read.status().message();
  EXPECT_NE(PrintProgram(read.value()).find("expr x9: bytes x3\n"), std::string::npos);
  source.exprs.push_back({7, 9});
  EXPECT_NE(Reject(source).find("expressions entry 10"), std::string::npos);
  // A complement has characters of all kinds, but not beside a set that has none above U+00FF.
  test::ProgramWriter writer;
  const uint32_t byte = writer.Set({{0, 0xFF}}), wide = writer.Set({{0, 0x100}});
  const auto reads = [&](uint32_t x) {
    test::ProgramWriter copy = writer;
    const uint32_t root = copy.Rule();
    copy.Alternative(root, {copy.T(copy.Bytes(x))});
    return ReadProgram(copy.Build(root)).ok();
  };
  const uint32_t other = writer.Complement(byte);
  const uint32_t both = writer.Intersect({writer.Repeat(byte, 0, kNone), other});
  EXPECT_TRUE(reads(byte));
  EXPECT_TRUE(reads(both));
  EXPECT_FALSE(reads(wide));
  EXPECT_FALSE(reads(other));
  EXPECT_FALSE(reads(writer.Union({byte, wide})));
}

TEST(ProgramTest, ChecksSchemaRecords) {
  const std::vector<Words> bad = {
      {0, 0},
      {12, 0},
      {12, 1, 0},
      {1, 1, 256},
      {1, 2, 4, 0},
      {1, 0},
      {1},
      {1, 5, 4},
      {2, 3, 8, kNone, 0},
      {2, 3, 1, 10, 0},
      {2, 4, 1, kNone, 1, 7},  // no canonical decimal
      {2, 4, 1, kNone, 1, 9},
      {2, 4, 1, kNone, 1, kNone},
      {2, 3, 1, kNone, 1},
      {2, 4, 1, kNone, 0, 2},
      {3, 4, 2, 2, 2, 2},
      {3, 5, 2, 2, 2, 0, kNone},
      {3, 5, 2, 2, 2, 2, 0},
      {3, 5, 2, 2, 2, 2, 3},  // a multiple of a number below 0
      {3, 5, 2, 2, 2, 2, 8},  // a multiple of 0
      {3, 6, 2, 2, 2, 2, 2, 2},
      {4, 3, kNone, 0, kNone},
      {4, 3, 0, 0, 10},
      {5, 5, kNone, 0, kNone, 0, 0},
      {5, 5, 0, 0, 10, 0, 0},
      {5, 5, 0, 0, kNone, 2, 0},
      {5, 4, 0, 0, kNone, 0},
      {5, 6, 0, 0, kNone, 0, 1, 10},
      {5, 6, 0, 0, kNone, 0, 2, 0},
      {6, 8, 10, 0, 0, kNone, kNone, 0, 0, 0},
      {6, 8, kNone, 2, 0, kNone, kNone, 0, 0, 0},
      {6, 8, kNone, 0, kNone, kNone, kNone, 0, 0, 0},
      {6, 8, kNone, 0, 0, kNone, 10, 0, 0, 0},
      {6, 7, kNone, 0, 0, kNone, kNone, 0, 0},
      {6, 10, kNone, 0, 0, kNone, kNone, 1, 9, 0, 0, 0},
      {6, 10, kNone, 0, 0, kNone, kNone, 1, 0, 10, 0, 0},
      {6, 10, kNone, 0, 0, kNone, kNone, 0, 1, 10, 0, 0},
      {6, 10, kNone, 0, 0, kNone, kNone, 0, 1, 0, 10, 0},
      {6, 10, kNone, 0, 0, kNone, kNone, 0, 2, 0, 0, 0},
      {6, 9, kNone, 0, 0, kNone, kNone, 0, 0, 1, 9},
      {6, 9, kNone, 0, 0, kNone, kNone, 0, 0, 0, 0},
      {6, 12, kNone, 0, 0, kNone, kNone, 2, 1, 0, 1, 0, 0, 0},
      {6, 12, kNone, 0, 0, kNone, kNone, 2, 1, 0, 6, 0, 0, 0},  // the same name in another string
      {7, 2, 1, 10},
      {8, 1, 1},
      {7, 3, 1, 0, 0},
      {9, 2, 1, 10},
      {9, 1, 1},
      {10, 1, 10},
      {10, 0},
      {10, 2, 0, 0},
      {11, 3, 10, 0, 0},
      {11, 3, 0, kNone, 0},
      {11, 2, 0, 0},
      {11, 4, 0, 0, 0, 0},
  };
  for (size_t i = 0; i < bad.size(); ++i) {
    Source source = Sample();
    source.nodes[1] = bad[i];
    const auto bytes = source.Bytes();
    const auto result = ReadProgram(bytes);
    ASSERT_FALSE(result.ok()) << "record " << i;
    EXPECT_NE(result.status().message().find("schema nodes entry 1"), std::string::npos)
        << result.status().message();
  }
  // The same name in two records, and twice in `required`, says the same thing twice.
  Source twice = Sample();
  twice.nodes[1] = {6,     10,   kNone, 0, 0, kNone, kNone, 1, 1, 0, 0, 0,                //
                    6,     12,   kNone, 0, 0, kNone, kNone, 1, 6, 0, 0, 2,     0,     0,  //
                    6,     12,   kNone, 0, 0, kNone, kNone, 0, 2, 0, 0, 0,     0,     0,  //
                    7,     1,    0,     8, 1, 0,     9,     1, 0, 3, 5, kNone, kNone, kNone,
                    kNone, kNone};
  const auto bytes = twice.Bytes();
  const auto result = ReadProgram(bytes);
  EXPECT_TRUE(result.ok()) << result.status().message();
}

TEST(ProgramTest, ChecksRootsAndRules) {
  for (const Words& bad : std::vector<Words>{{10, 0, 0, 0, 0, 0},
                                             {0, 7, 0, 0, 0, 0},
                                             {0, 5, 0, 0, 0, 0},
                                             {0, 5, kNone, 0, 0, 0},
                                             {0, 1, 2, 0, 0, 0},
                                             {0, 0, 0, 2, 0, 0},
                                             {0, 0, 0, 0, 3, 0},
                                             {0, 0, 0, 0, 0, 2}}) {
    Source source = Sample();
    source.roots[1] = bad;
    EXPECT_NE(Reject(source).find("schema roots entry 1"), std::string::npos);
  }
  for (const Words& bad : std::vector<Words>{{9, 0},
                                             {0, 1, 1, 7, 0},
                                             {0, 1, 1, 0, 10},
                                             {0, 1, 1, 1, 2},
                                             {0, 1, 1, 2, 2},
                                             {0, 1, 1, 3, 2},
                                             {0, 1, 1, 4, 10, 1},
                                             {0, 1, 1, 4, 9, kNone},
                                             {0, 1, 1, 5, 10, 0},
                                             {0, 1, 1, 5, 9, kNone},
                                             {0, 1, 1, 6, 2, 1},
                                             {0, 1, 1, 6, 0, 0},
                                             {0, 1, 1, 6, 0, kNone}}) {
    Source source = Sample();
    source.rules[1] = bad;
    EXPECT_NE(Reject(source).find("rules entry 1"), std::string::npos);
  }
  Source root = Sample();
  root.root = 2;
  EXPECT_NE(Reject(root).find("root"), std::string::npos);
}

TEST(ProgramTest, ChecksTokenSets) {
  for (const std::vector<uint32_t>& bad : std::vector<Words>{{2, 0, 0},
                                                             {0, 1, 5, 4, 0},
                                                             {0, 2, 1, 3, 4, 5, 0},
                                                             {0, 1, 5, kNone, 0},
                                                             {0, 0, 1, 9},
                                                             {0, 0, 2, 4, 4}}) {
    Source source = Sample();
    source.token_sets[1] = bad;
    EXPECT_NE(Reject(source).find("token sets entry 1"), std::string::npos);
  }
}

TEST(ProgramTest, SurvivesRandomChanges) {
  std::mt19937 random(11);
  const auto original = Sample().Bytes();
  size_t accepted = 0;
  for (int round = 0; round < 20000; ++round) {
    auto bytes = original;
    const size_t changes = 1 + random() % 3;
    for (size_t i = 0; i < changes; ++i) {
      const size_t at = 12 + random() % (bytes.size() - 12);
      bytes[at] = static_cast<uint8_t>(random() % 2 ? random() % 12 : random());
    }
    const auto result = ReadProgram(bytes);
    if (!result.ok()) continue;
    ++accepted;
    EXPECT_FALSE(PrintProgram(result.value()).empty());
  }
  EXPECT_GT(accepted, 100u);
}

}  // namespace
}  // namespace grammask
