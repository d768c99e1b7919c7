#include "parser/machine.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <random>
#include <set>
#include <string>

#include "test/support/program_writer.h"

namespace grammask {
namespace {

using test::ProgramWriter;

// A grammar, a store and a machine, without a vocabulary.
struct Parser {
  Statics statics;
  std::unique_ptr<Grammar> grammar;
  CellStore cells;
  std::unique_ptr<Machine> machine;
  CellId config = 0;

  explicit Parser(const std::vector<uint8_t>& program) {
    Budget budget;
    auto made = Grammar::Create(std::move(ReadProgram(program)).value(), statics, budget);
    EXPECT_TRUE(made.ok());
    grammar = std::move(made).value();
    machine = std::make_unique<Machine>(*grammar, cells);
    config = machine->Start();
  }
  bool Reads(const std::string& text) {
    config = machine->Run(config, text);
    return config != 0;
  }
  bool Accepts(const std::string& text) {
    CellId end = machine->Run(machine->Start(), text);
    return machine->Accepting(end);
  }
  size_t Reachable() const {
    std::set<CellId> seen;
    std::vector<CellId> stack{config};
    while (!stack.empty()) {
      CellId id = stack.back();
      stack.pop_back();
      if (id == 0 || !seen.insert(id).second) continue;
      for (CellId ref : cells.refs(id)) stack.push_back(ref);
    }
    return seen.size();
  }
  // Cells reachable after each of some repetitions never exceed what the first few had.
  void ExpectFlat(const std::string& piece, int times) {
    size_t most = 0;
    for (int i = 0; i < times; ++i) {
      ASSERT_TRUE(Reads(piece)) << i;
      if (i < 4) {
        most = std::max(most, Reachable());
      } else if (i % 97 == 0) {
        ASSERT_LE(Reachable(), most) << i;
      }
    }
  }
};

TEST(Machine, LeftRecursionStaysAtOneDepth) {
  ProgramWriter w;
  uint32_t sum = w.Rule();
  w.Alternative(sum, {ProgramWriter::R(sum), w.T("+"), w.T("n")});
  w.Alternative(sum, {w.T("n")});
  Parser p(w.Build(sum));
  ASSERT_TRUE(p.Reads("n"));
  p.ExpectFlat("+n", 10000);
  EXPECT_TRUE(p.machine->Accepting(p.config));
}

TEST(Machine, RightRecursionStaysAtOneDepth) {
  ProgramWriter w;
  uint32_t list = w.Rule(), more = w.Rule();
  w.Alternative(list, {w.T("n"), ProgramWriter::R(more)});
  w.Alternative(more, {w.T(","), ProgramWriter::R(list)});
  w.Alternative(more, {});
  Parser p(w.Build(list));
  ASSERT_TRUE(p.Reads("n"));
  p.ExpectFlat(",n", 10000);
  EXPECT_TRUE(p.machine->Accepting(p.config));
}

TEST(Machine, IndirectAndHiddenLeftRecursionStayAtOneDepth) {
  ProgramWriter w;
  uint32_t a = w.Rule(), b = w.Rule(), maybe = w.Rule();
  w.Alternative(a, {ProgramWriter::R(maybe), ProgramWriter::R(b), w.T("x")});
  w.Alternative(a, {w.T("s")});
  w.Alternative(b, {ProgramWriter::R(a), w.T("y")});
  w.Alternative(maybe, {});
  w.Alternative(maybe, {w.T("-")});
  Parser p(w.Build(a));
  ASSERT_TRUE(p.Reads("s"));
  p.ExpectFlat("yx", 3000);
  EXPECT_TRUE(p.machine->Accepting(p.config));
  EXPECT_TRUE(p.Accepts("--syxyx"));
  EXPECT_FALSE(p.Accepts("--syx"));
  EXPECT_FALSE(p.Accepts("---syxyx"));
}

TEST(Machine, EqualFramesOfAnAmbiguousTextAreOneNode) {
  ProgramWriter w;
  uint32_t s = w.Rule();
  w.Alternative(s, {ProgramWriter::R(s), ProgramWriter::R(s)});
  w.Alternative(s, {w.T("a")});
  Parser p(w.Build(s));
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(p.Reads("a"));
    ASSERT_LE(p.machine->Nodes(p.config).size(), 4u);
  }
}

// e ::= e "+" e | e "?" e ":" e | "(" e ")" | "n": what follows an operand is what may follow the
// whole, so nothing need be remembered.
TEST(Machine, AmbiguousOperatorsStayAtOneDepth) {
  ProgramWriter w;
  uint32_t e = w.Rule(), binary = w.Rule();
  auto self = ProgramWriter::R(e);
  w.Alternative(e, {ProgramWriter::R(binary)});
  w.Alternative(binary, {self, w.T("+"), self});
  w.Alternative(e, {self, w.T("?"), self, w.T(":"), self});
  w.Alternative(e, {w.T("("), self, w.T(")")});
  w.Alternative(e, {w.T("n")});
  Parser p(w.Build(e));
  ASSERT_TRUE(p.Reads("n"));
  p.ExpectFlat("+n", 3000);
  p.ExpectFlat("?n:n", 3000);
  EXPECT_TRUE(p.machine->Accepting(p.config));
  EXPECT_TRUE(p.Accepts("n?n+n:(n?n:n)+n"));
  EXPECT_FALSE(p.Accepts("n?n+n"));
  EXPECT_FALSE(p.Accepts("n?n:n:n"));
  EXPECT_FALSE(p.Accepts("(n+n"));
}

TEST(Machine, AlternativesThatReadNothingNewAreLeftOut) {
  ProgramWriter w;
  uint32_t s = w.Rule();
  auto self = ProgramWriter::R(s);
  w.Alternative(s, {self, self, self});
  w.Alternative(s, {self, self});
  w.Alternative(s, {w.T("a")});
  Parser p(w.Build(s));
  p.ExpectFlat("a", 3000);
  EXPECT_TRUE(p.machine->Accepting(p.config));
}

// s ::= s x | s x…x y0 | … | s x…x y61 | s x…x z | "c": at each symbol of the last, all of the
// others look like its next ones for a thousand symbols.
TEST(Machine, AlternativesThatLookAlikeForLongAreReadInTime) {
  const auto before = std::chrono::steady_clock::now();
  ProgramWriter w;
  const uint32_t s = w.Rule(), x = w.Rule(), z = w.Rule();
  const auto self = ProgramWriter::R(s);
  const auto alternative = [&](size_t length, uint32_t last) {
    std::vector<Symbol> symbols(length + 1, ProgramWriter::R(x));
    symbols[0] = self;
    symbols.push_back(ProgramWriter::R(last));
    w.Alternative(s, symbols);
  };
  alternative(0, x);
  for (size_t i = 0; i < 62; ++i) {
    const uint32_t y = w.Rule();
    w.Alternative(y, {w.T("y" + std::to_string(i))});
    alternative(1000, y);
  }
  alternative(200'000, z);
  w.Alternative(s, {w.T("c")});
  w.Alternative(x, {w.T("a")});
  w.Alternative(z, {w.T("z")});
  Parser p(w.Build(s));
  EXPECT_TRUE(p.Accepts("caaa"));
  EXPECT_FALSE(p.Accepts("caay0"));
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(20));
}

// The texts of each rule up to a length, as sets that grow until nothing is new.
std::vector<std::set<std::string>> TextsOf(
    const std::vector<std::vector<std::vector<std::string>>>& rules, size_t longest) {
  std::vector<std::set<std::string>> texts(rules.size());
  for (bool grew = true; grew;) {
    grew = false;
    for (size_t r = 0; r < rules.size(); ++r) {
      for (const auto& alternative : rules[r]) {
        std::set<std::string> made{""};
        for (const std::string& symbol : alternative) {
          std::set<std::string> longer;
          const bool rule = !symbol.empty() && symbol[0] == '#';
          const std::set<std::string> one{symbol};
          for (const std::string& before : made) {
            for (const std::string& text : rule ? texts[symbol[1] - '0'] : one) {
              if (before.size() + text.size() <= longest) longer.insert(before + text);
            }
          }
          made = std::move(longer);
        }
        for (const std::string& text : made) grew = texts[r].insert(text).second || grew;
      }
    }
  }
  return texts;
}

TEST(Machine, ReadsWhatRulesDerive) {
  constexpr size_t kLongest = 5;
  std::mt19937 random(11);
  std::vector<std::string> all{""};
  for (size_t i = 0; i < all.size(); ++i) {
    if (all[i].size() == kLongest) break;
    for (const char* letter : {"a", "b"}) all.push_back(all[i] + letter);
  }
  size_t read = 0;
  for (int round = 0; round < 200; ++round) {
    const size_t count = 1 + random() % 3;
    std::vector<std::vector<std::vector<std::string>>> rules(count);
    ProgramWriter w;
    std::vector<uint32_t> ids;
    for (size_t r = 0; r < count; ++r) ids.push_back(w.Rule());
    for (size_t r = 0; r < count; ++r) {
      for (size_t a = 2 + random() % 3; a > 0; --a) {
        std::vector<std::string> symbols;
        for (size_t n = random() % 5; n > 0; --n) {
          // Mostly rules that name themselves, at both ends.
          const uint32_t kind = random() % 8;
          if (kind < 4) {
            symbols.push_back("#" + std::to_string(r));
          } else if (kind < 6) {
            symbols.push_back("#" + std::to_string(random() % count));
          } else {
            symbols.push_back(kind == 6 ? "a" : "b");
          }
        }
        rules[r].push_back(symbols);
      }
      rules[r].push_back({random() % 2 == 0 ? "a" : "b"});
      for (const auto& alternative : rules[r]) {
        std::vector<Symbol> written;
        for (const std::string& symbol : alternative) {
          const bool rule = symbol[0] == '#';
          written.push_back(rule ? ProgramWriter::R(ids[symbol[1] - '0']) : w.T(symbol));
        }
        w.Alternative(ids[r], written);
      }
    }
    Parser p(w.Build(ids[0]));
    const std::set<std::string> texts = TextsOf(rules, kLongest)[0];
    for (const std::string& text : all) {
      ASSERT_EQ(p.Accepts(text), texts.contains(text)) << "round " << round << ": " << text;
      read += texts.contains(text) ? 1 : 0;
    }
  }
  EXPECT_GT(read, 2'000u);
}

TEST(Machine, ReadsWhatACycleOfUnitRulesReads) {
  ProgramWriter w;
  uint32_t a = w.Rule(), b = w.Rule();
  w.Alternative(a, {ProgramWriter::R(b)});
  w.Alternative(a, {w.T("("), ProgramWriter::R(a), w.T(")")});
  w.Alternative(b, {ProgramWriter::R(a)});
  w.Alternative(b, {w.T("x")});
  Parser p(w.Build(a));
  EXPECT_TRUE(p.Accepts("x"));
  EXPECT_TRUE(p.Accepts("((x))"));
  EXPECT_FALSE(p.Accepts("((x)"));
  EXPECT_FALSE(p.Accepts(""));
}

TEST(Machine, SkipsWhatMayBeEmptyWhereverItStands) {
  ProgramWriter w;
  uint32_t s = w.Rule(), e = w.Rule(), f = w.Rule();
  w.Alternative(s, {ProgramWriter::R(e), w.T("m"), ProgramWriter::R(f), ProgramWriter::R(e)});
  w.Alternative(e, {ProgramWriter::R(f), ProgramWriter::R(f)});
  w.Alternative(f, {});
  w.Alternative(f, {w.T("f")});
  Parser p(w.Build(s));
  for (const char* text : {"m", "fm", "ffm", "mf", "mff", "mfff", "ffmfff"}) {
    EXPECT_TRUE(p.Accepts(text)) << text;
  }
  for (const char* text : {"", "f", "fffm", "mffff"}) EXPECT_FALSE(p.Accepts(text)) << text;
}

TEST(Machine, RulesWithoutATextKillWhatNeedsThem) {
  ProgramWriter w;
  uint32_t s = w.Rule(), loop = w.Rule();
  w.Alternative(s, {w.T("a"), ProgramWriter::R(loop)});
  w.Alternative(s, {w.T("b")});
  w.Alternative(loop, {w.T("c"), ProgramWriter::R(loop)});
  Parser p(w.Build(s));
  EXPECT_FALSE(p.Reads("a"));
  EXPECT_TRUE(p.Accepts("b"));
}

TEST(Machine, CountsBrackets) {
  ProgramWriter w;
  uint32_t s = w.Rule();
  w.Alternative(s, {w.T("a"), ProgramWriter::R(s), w.T("b")});
  w.Alternative(s, {w.T("a"), ProgramWriter::R(s), w.T("c")});
  w.Alternative(s, {});
  Parser p(w.Build(s));
  EXPECT_TRUE(p.Accepts("aaabcb"));
  EXPECT_FALSE(p.Accepts("aaabc"));
  EXPECT_FALSE(p.Accepts("aabcb"));
  // Two ways behind each a, and still one node a level.
  ASSERT_TRUE(p.Reads(std::string(1000, 'a')));
  EXPECT_LE(p.Reachable(), 6000u);
}

TEST(Machine, CheapestTextsOfLongChainsAreKnown) {
  ProgramWriter w;
  constexpr uint32_t kRules = 3000;
  std::vector<uint32_t> rules;
  for (uint32_t i = 0; i < kRules; ++i) rules.push_back(w.Rule());
  Symbol x = w.T("x");
  for (uint32_t i = 0; i < kRules; ++i) {
    if (i + 1 < kRules) w.Alternative(rules[i], {x, ProgramWriter::R(rules[i + 1])});
    if (i % 1000 == 999) w.Alternative(rules[i], {w.T("yy")});
  }
  Parser p(w.Build(rules[0]));
  EXPECT_EQ(p.grammar->RuleCost(p.grammar->root()), 999u + 2);
  Parser later(w.Build(rules[1500]));
  EXPECT_EQ(later.grammar->RuleCost(later.grammar->root()), 499u + 2);
}

TEST(Machine, RulesOfEarlierGrammarsAreFoundAgain) {
  const auto program = [](const char* end) {
    ProgramWriter w;
    uint32_t root = w.Rule("root"), list = w.Rule("list"), item = w.Rule("item");
    w.Alternative(root, {ProgramWriter::R(list), w.T(end)});
    w.Alternative(list, {ProgramWriter::R(item), w.T(","), ProgramWriter::R(list)});
    w.Alternative(list, {ProgramWriter::R(item)});
    w.Alternative(item, {w.T("("), ProgramWriter::R(list), w.T(")")});
    w.Alternative(item, {w.T("n")});
    return w.Build(root);
  };
  Parser p(program("."));
  const size_t before = p.statics.rules.size();
  EXPECT_EQ(before, 3u);
  Budget budget;
  auto same = Grammar::Create(std::move(ReadProgram(program("."))).value(), p.statics, budget);
  ASSERT_TRUE(same.ok());
  EXPECT_EQ(same.value()->root(), p.grammar->root());
  EXPECT_EQ(p.statics.rules.size(), before);
  auto other = Grammar::Create(std::move(ReadProgram(program("!"))).value(), p.statics, budget);
  ASSERT_TRUE(other.ok());
  EXPECT_EQ(p.statics.rules.size(), before + 1);
  CellStore cells;
  Machine machine(*other.value(), cells);
  EXPECT_TRUE(machine.Accepting(machine.Run(machine.Start(), "(n,(n)),n!")));
  EXPECT_EQ(machine.Run(machine.Start(), "(n,(n)),n."), 0u);
  EXPECT_TRUE(p.Accepts("(n,(n)),n."));
}

}  // namespace
}  // namespace grammask
