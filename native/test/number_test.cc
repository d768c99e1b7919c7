#include "schema/number.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "test/number_testing.h"

namespace grammask {
namespace {

const char* const kConstraints[] = {
    "",
    "int",
    "[0,)",
    "(0,)",
    "(,0]",
    "(,0)",
    "[0,0]",
    "(0,1)",
    "[1,1]",
    "[5,6]",
    "(5,6)",
    "(5,6) int",
    "[5,6] int",
    "[0,100] int",
    "(0,100)",
    "[1,9] int",
    "(1,10)",
    "[10,99] int",
    "[-5,-4]",
    "(-5,-4)",
    "(-5,-4) int",
    "[-1,1] int",
    "(-1,1) int",
    "(-1,1)",
    "[-100,5]",
    "[0.5,0.5]",
    "(0.4,0.5)",
    "[0.05,0.1)",
    "(0.999,1)",
    "(9,10) int",
    "(9,10)",
    "(99,101) int",
    "(4,)",
    "[450,)",
    "[450,) int",
    "(,-45]",
    "(,-45] int",
    "(0,1e-5)",
    "(0,0.1] int",
    "[1e5,1e5]",
    "[1e4,1e5] int",
    "(149,151)",
    "(1.5,1.6)",
    "(1.4,5) int",
    "(5,1)",
    "(1,1)",
    "[44.5,45)",
    "[44.5,45) int",
    "{0}",
    "{5}",
    "{0,1,15}",
    "{-1,10,0.5}",
    "{}",
    "{100,145,150000}",
    "{1e-4}",
    "{1.5,15,150,4}",
    "{1.5,2,3} int",
    "[100,) int",
    "[1e-9,1e9] int",
    "[-9,-1] int",
};

TEST(NumberTest, AgreesWithEnumerationInEverySpelling) {
  const Trie trie("01459-+.eE", 5);
  for (const char* description : kConstraints) {
    SCOPED_TRACE(description);
    const std::vector<NumberConstraint> constraints{C(description)};
    const NumberMachine machine(constraints, false);
    const std::vector<uint32_t> want{0};
    std::vector<NumberState> states(trie.nodes.size());
    std::vector<char> reached(trie.nodes.size(), 0);
    for (size_t i = trie.nodes.size(); i-- > 0;) {
      if (trie.nodes[i].complete && constraints[0].Accepts(trie.nodes[i].value)) reached[i] = 1;
      if (reached[i] && i != 0) reached[static_cast<size_t>(trie.nodes[i].parent)] = 1;
    }
    states[0] = machine.Start();
    std::map<NumberState, bool> judged;
    for (size_t i = 0; i < trie.nodes.size(); ++i) {
      const Trie::Node& node = trie.nodes[i];
      if (i != 0) {
        const auto next = machine.Step(states[static_cast<size_t>(node.parent)],
                                       static_cast<uint8_t>(node.text.back()));
        ASSERT_TRUE(next.has_value()) << node.text;
        states[i] = *next;
      }
      ASSERT_EQ(machine.Complete(states[i]), node.complete) << node.text;
      if (node.complete) {
        ASSERT_EQ(machine.Holds(states[i], 0), constraints[0].Accepts(node.value)) << node.text;
      }
      if (reached[i]) {
        ASSERT_TRUE(machine.Viable(states[i], want)) << node.text;
      }
      // Equal states have the same completion, but it must be right behind each of their texts:
      // check the short ones in full.
      if (judged.emplace(states[i], true).second || node.text.size() <= 3) {
        CheckSound(machine, constraints, false, node.text, states[i], want);
        if (HasFatalFailure()) return;
      }
    }
  }
}

TEST(NumberTest, StepRefusesWhatNoNumberBeginsWith) {
  const std::string alphabet = "01459-+.eE";
  for (const bool canonical : {false, true}) {
    const NumberMachine plain({C("")}, canonical), bounded({C("[1,5]")}, canonical);
    const Trie trie(alphabet, 4);
    for (const Trie::Node& node : trie.nodes) {
      for (const NumberMachine* machine : {&plain, &bounded}) {
        const auto state = After(*machine, node.text);
        if (!canonical) {
          ASSERT_TRUE(state.has_value()) << node.text;
        }
        if (!state) continue;
        for (int byte = 0; byte < 256; ++byte) {
          const auto next = machine->Step(*state, static_cast<uint8_t>(byte));
          const std::string text = node.text + static_cast<char>(byte);
          if (!canonical) {
            ASSERT_EQ(next.has_value(), alphabet.find(static_cast<char>(byte)) != std::string::npos
                                            ? Trie::CanBegin(text)
                                        : byte >= '0' && byte <= '9' ? Trie::CanBegin(text)
                                                                     : false)
                << text;
          } else if (next) {
            // The machine promises that a canonical number begins like this.
            ASSERT_TRUE(machine->Viable(*next, {}));
            const auto completion = machine->Completion(*next, {});
            ASSERT_TRUE(completion.has_value()) << text;
            ASSERT_TRUE(IsAllowedText(text + *completion, true)) << text << " + " << *completion;
            ASSERT_EQ(machine->Complete(*next), IsAllowedText(text, true)) << text;
          }
        }
      }
    }
  }
}

TEST(NumberTest, AgreesWithEnumerationInCanonicalSpelling) {
  std::set<std::string> texts{"0"};
  for (const int mantissa :
       {1, 2, 5, 9, 10, 11, 15, 49, 50, 99, 100, 101, 105, 149, 150, 999, 1005, 1234, 9999}) {
    for (int exponent = -12; exponent <= 24; ++exponent) {
      for (const char* sign : {"", "-"}) {
        texts.insert(
            D(sign + std::to_string(mantissa) + "e" + std::to_string(exponent)).ToCanonicalJson());
      }
    }
  }
  std::vector<std::string> descriptions(std::begin(kConstraints), std::end(kConstraints));
  for (const char* more :
       {"[1e21,) int", "[1e21,)", "(1e21,1.1e21]", "[999999999999999999999,1e21)",
        "[1e20,1e21] int", "(0,1e-6)", "(0,1e-6]", "(0,1e-7]", "(0,1e-7)", "[1e-7,1e-6]",
        "(-1e-6,0)", "(,-1e21)", "{1e21,1e-7,1e-6,1e20}", "{-1.5e22,15e20,2e-8}", "(1e20,1e22) int",
        "[1.5e21,1.5e21]", "(1e300,)", "(9.9e20,1e21)", "(0,1e-300)"}) {
    descriptions.push_back(more);
  }
  for (const std::string& description : descriptions) {
    SCOPED_TRACE(description);
    const std::vector<NumberConstraint> constraints{C(description)};
    const NumberMachine machine(constraints, true);
    std::map<std::string, bool> prefixes;  // is some text with it wanted?
    for (const std::string& text : texts) {
      const bool wanted = constraints[0].Accepts(D(text));
      for (size_t size = 0; size <= text.size(); ++size) {
        bool& known = prefixes[text.substr(0, size)];
        known = known || wanted;
      }
    }
    for (const auto& [prefix, wanted] : prefixes) {
      const auto state = After(machine, prefix);
      ASSERT_TRUE(state.has_value()) << prefix;
      ASSERT_EQ(machine.Complete(*state), IsAllowedText(prefix, true)) << prefix;
      if (machine.Complete(*state)) {
        ASSERT_EQ(machine.Holds(*state, 0), constraints[0].Accepts(D(prefix))) << prefix;
      }
      if (wanted) {
        ASSERT_TRUE(machine.Viable(*state, {0})) << prefix;
      }
      CheckSound(machine, constraints, true, prefix, *state, {0});
      if (HasFatalFailure()) return;
    }
  }
}

struct Judgement {
  const char* constraint;
  const char* prefix;
  bool every,
      canonical;  // viable in every spelling; in the canonical one (false also where Step refuses)
};

TEST(NumberTest, JudgesWhatDecidesInPractice) {
  const Judgement judgements[] = {
      {"[5,6]", "7", false, false},
      {"[5,6]", "0.", true, false},
      {"[5,6]", "5", true, true},
      {"[5,6]", "6.0", true, false},
      {"[5,6]", "6.1", false, false},
      {"[5,6]", "60", true, false},
      {"[5,6]", "600000e", true, false},
      {"[5,6]", "600000e-5", true, false},
      {"[5,6]", "600000e-6", false, false},
      {"[5,6]", "0.0000000000000000000000000000000006e3", true, false},
      {"[5,6]", "-", false, false},
      {"[0,10]", "-", true, true},  // -0; canonical: see below
      {"[0,10]", "-0", true, false},
      {"[0,10]", "-0.0", true, false},
      {"[0,10]", "-0.01", false, false},
      {"int", "1.5", true, true},  // 1.5e1, 1.5e+21
      {"int", "12.5", true, false},
      {"int", "1.5e", true, true},
      {"int", "1.5e0", true, false},
      {"int", "1.5e-", false, false},
      {"int", "1.0e-", true, false},  // 1.0e-0
      {"int", "10e-1", true, false},
      {"int", "10e-2", false, false},
      {"[1e21,) int", "1", true, true},
      {"[1e21,) int", "10", true, false},
      {"[1e21,) int", "1e+1", true, true},
      {"(,1e30]", "1e+4", true, false},
      {"(,1e30]", "1e+3", true, true},
      {"(9,10) int", "9", false, false},
      {"{1e-7}", "0.", true, false},
      {"{1e-7}", "1e-", true, true},
      {"{1e-6}", "0.00000", true, true},
      {"{1e-6}", "1e-", true, false},
      {"{150}", "15", true, true},
      {"{150}", "1500", true, false},
      {"{150}", "151", false, false},
      {"{150}", "1.5000000000000000000000000000", true, false},
      {"{150}", "1.5000000000000000000000000001", false, false},
  };
  for (const Judgement& j : judgements) {
    for (const bool canonical : {false, true}) {
      const NumberMachine machine({C(j.constraint)}, canonical);
      const auto state = After(machine, j.prefix);
      const bool viable = state && machine.Viable(*state, {0});
      bool expected = canonical ? j.canonical : j.every;
      if (canonical && std::string(j.constraint) == "[0,10]" && std::string(j.prefix) == "-")
        expected = false;  // no -0
      EXPECT_EQ(viable, expected) << j.constraint << " " << j.prefix
                                  << (canonical ? " canonical" : "");
    }
  }
}

TEST(NumberTest, ConjunctionsAreJudgedTogether) {
  const NumberMachine machine({C("[5,)"), C("(,3]"), C("int"), C("{2,2.5,7}")}, false);
  const NumberState start = machine.Start();
  EXPECT_FALSE(machine.Viable(start, {0, 1}));
  EXPECT_FALSE(machine.Completion(start, {0, 1}).has_value());
  EXPECT_EQ(machine.Completion(start, {0, 3}), "7");
  EXPECT_EQ(machine.Completion(start, {1, 2, 3}), "2");
  EXPECT_TRUE(machine.Viable(*After(machine, "2.5"), {1, 3}));
  EXPECT_FALSE(machine.Viable(*After(machine, "2.5"), {1, 2, 3}));
  EXPECT_TRUE(machine.Viable(*After(machine, "7"), {}));
}

TEST(NumberTest, AndKeepsTheTighterBoundAndCommonPoints) {
  const NumberConstraint a = C("[1,9)"), b = C("(1,9]"), c = C("{1,2,3,9}"), d = C("{9,3,3,2.5,1}"),
                         e = C("int");
  const NumberConstraint both = NumberConstraint::And({&a, &b});
  EXPECT_FALSE(both.Accepts(D("1")));
  EXPECT_FALSE(both.Accepts(D("9")));
  EXPECT_TRUE(both.Accepts(D("1.1")));
  const NumberConstraint points = NumberConstraint::And({&c, &d, &a, &e});
  ASSERT_EQ(points.points.size(), 2u);
  EXPECT_TRUE(points.Accepts(D("1")));
  EXPECT_TRUE(points.Accepts(D("3.0")));
  EXPECT_TRUE(NumberConstraint::And({}).IsTrivial());
}

// A million bytes: a state stays small, and every step costs the same (the test would not end
// otherwise).
TEST(NumberTest, LongTextsCostTheSamePerByte) {
  for (const char* description : {"", "int", "[0,100]", "(5,6)", "{0.25,1e300}"}) {
    const NumberMachine machine({C(description)}, false);
    for (const std::string unit : {"0.|0", "1|0", "0.25|0", "1|7", "1e|0", "1e-|9", "5.5e5|3"}) {
      const int count = unit == "1|7" && *description == '[' ? 1000000 : 20000;
      const size_t bar = unit.find('|');
      NumberState state = *After(machine, unit.substr(0, bar));
      for (int i = 0; i < count; ++i) {
        auto next = machine.Step(state, static_cast<uint8_t>(unit[bar + 1]));
        ASSERT_TRUE(next.has_value());
        state = std::move(*next);
        ASSERT_LE(state.size(), 10u);
      }
      const bool viable = machine.Viable(state, {0});
      EXPECT_EQ(viable, machine.Completion(state, {0}).has_value());
    }
  }
  // 0.00…1 with many zeros comes back through the exponent.
  const NumberMachine machine({C("[5,6]")}, false);
  std::string text = "0." + std::string(100000, '0') + "5";
  EXPECT_TRUE(machine.Viable(*After(machine, text), {0}));
  EXPECT_EQ(machine.Completion(*After(machine, text + "e10"), {0}), "0001");
  EXPECT_FALSE(machine.Viable(*After(machine, text + "e100002"), {0}));
  // Without constraints the digits leave no trace.
  const NumberMachine free({C("")}, false);
  EXPECT_EQ(*After(free, "1234567.25"), *After(free, "0.1"));
  EXPECT_EQ(*After(free, "1e123"), *After(free, "4.5e6"));
  const NumberMachine free_canonical({C("")}, true);
  EXPECT_EQ(*After(free_canonical, "12.3333333"), *After(free_canonical, "45.1"));
}

TEST(NumberTest, DigitsThatNoBoundBeginsWithAreOneState) {
  const NumberMachine machine({C("[-273.15,1000000)")}, false);
  EXPECT_EQ(*After(machine, "21"), *After(machine, "26"));
  EXPECT_EQ(*After(machine, "31.5"), *After(machine, "98.7"));
  EXPECT_NE(*After(machine, "26"), *After(machine, "27")) << "a bound begins so";
  EXPECT_NE(*After(machine, "26"), *After(machine, "28")) << "the bound lies between them";
  EXPECT_NE(*After(machine, "20"), *After(machine, "21")) << "a zero that an exponent may take off";
  EXPECT_EQ(*After(machine, "2100e"), *After(machine, "2200e"));
  EXPECT_EQ(*After(machine, "2999"), *After(machine, "3111"));
  const NumberMachine points({C("{12,129,1300}")}, false);
  EXPECT_EQ(*After(points, "45"), *After(points, "99"));
  EXPECT_NE(*After(points, "12"), *After(points, "13"));
  EXPECT_NE(*After(points, "125"), *After(points, "1295"));
}

TEST(NumberTest, ExponentsSaturate) {
  const NumberMachine machine({C("[1,1000] int")}, false);
  EXPECT_EQ(*After(machine, "5e99999"), *After(machine, "7e123456789123456789123456789"));
  EXPECT_EQ(*After(machine, "5e-99"), *After(machine, "61.5e-123456789123456789123456789"));
  EXPECT_NE(*After(machine, "5e2"), *After(machine, "5e3"));
  const NumberMachine integer({C("int")}, false);
  EXPECT_TRUE(integer.Holds(*After(integer, "1.5e99999999999999999999999999"), 0));
  EXPECT_FALSE(integer.Holds(*After(integer, "1.5e-99999999999999999999999999"), 0));
  const NumberMachine far({C("[1e10000000000000000,)"), C("(0,1e-10000000000000000]")}, false);
  EXPECT_TRUE(far.Holds(*After(far, "1e10000000000000000"), 0));
  EXPECT_FALSE(far.Holds(*After(far, "1e9999999999999999"), 0));
  EXPECT_TRUE(far.Viable(*After(far, "1e9"), {0}));
  EXPECT_TRUE(far.Holds(*After(far, "1e-10000000000000000"), 1));
  EXPECT_TRUE(far.Viable(*After(far, "123e-9"), {1}));
  CheckSound(far, {C("[1e10000000000000000,)"), C("(0,1e-10000000000000000]")}, false, "123e-9",
             *After(far, "123e-9"), {1});
}

TEST(NumberTest, RandomConstraintsAndSpellings) {
  for (uint32_t seed = 1; seed <= 1000; ++seed) {
    SCOPED_TRACE(seed);
    RandomNumbers random(seed);
    const Decimal value = random.Value(seed % 3 == 0 ? 20 : 4, seed % 5 == 0 ? 40 : 8);
    std::vector<NumberConstraint> constraints;
    const uint32_t count = 1 + random.Below(3);
    for (uint32_t i = 0; i < count; ++i) constraints.push_back(random.Constraint(value));
    const NumberMachine any(constraints, false), canonical(constraints, true);
    const auto want = AllOf(count);
    for (int i = 0; i < 4; ++i) {
      const Decimal other = i == 0 ? value : random.Near(value);
      CheckComplete(any, constraints, false, random.Spelling(other), want);
      CheckComplete(canonical, constraints, true, other.ToCanonicalJson(), want);
      if (HasFatalFailure()) return;
    }
  }
}

// Random walks: what the machine calls viable has a completion, wherever the walk goes.
TEST(NumberTest, RandomWalks) {
  static constexpr char kBytes[] = "0123456789-+.eE00059";
  for (uint32_t seed = 1; seed <= 1500; ++seed) {
    SCOPED_TRACE(seed);
    RandomNumbers random(seed * 7919);
    const bool canonical = seed % 2 == 0;
    const Decimal around = random.Value(3, 8);
    const std::vector<NumberConstraint> constraints{random.Constraint(around),
                                                    random.Constraint(around)};
    const NumberMachine machine(constraints, canonical);
    std::string text;
    NumberState state = machine.Start();
    for (int i = 0; i < 40 && text.size() < 16; ++i) {
      const char byte = kBytes[random.Below(sizeof kBytes - 1)];
      const auto next = machine.Step(state, static_cast<uint8_t>(byte));
      if (!next) continue;
      // Mostly stay where something is left to find.
      if (random.Below(4) != 0 && !machine.Viable(*next, {0})) continue;
      state = *next;
      text += byte;
      for (const auto& want : std::vector<std::vector<uint32_t>>{{}, {0}, {1}, {0, 1}}) {
        CheckSound(machine, constraints, canonical, text, state, want);
        if (HasFatalFailure()) return;
      }
    }
  }
}

// Not viable must mean that nothing follows: short extensions of dead prefixes are never wanted.
TEST(NumberTest, NothingFollowsADeadPrefix) {
  const Trie tries[] = {Trie("059-.e2", 5), Trie("19-.e20", 5)};
  for (uint32_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE(seed);
    RandomNumbers random(seed * 104729);
    const bool canonical = seed % 4 < 2;
    const Decimal around = random.Value(2, 4);
    const std::vector<NumberConstraint> constraints{random.Constraint(around)};
    const NumberMachine machine(constraints, canonical);
    const Trie& trie = tries[seed % 2];
    std::vector<char> reached(trie.nodes.size(), 0);
    for (size_t i = trie.nodes.size(); i-- > 0;) {
      const Trie::Node& node = trie.nodes[i];
      if (node.complete && constraints[0].Accepts(node.value) &&
          IsAllowedText(node.text, canonical)) {
        reached[i] = 1;
      }
      if (reached[i] && i != 0) reached[static_cast<size_t>(node.parent)] = 1;
    }
    std::vector<NumberState> states(trie.nodes.size());
    states[0] = machine.Start();
    for (size_t i = 0; i < trie.nodes.size(); ++i) {
      if (!reached[i]) continue;
      const Trie::Node& node = trie.nodes[i];
      if (i != 0) {
        const auto next = machine.Step(states[static_cast<size_t>(node.parent)],
                                       static_cast<uint8_t>(node.text.back()));
        ASSERT_TRUE(next.has_value()) << node.text;
        states[i] = *next;
      }
      ASSERT_TRUE(machine.Viable(states[i], {0})) << node.text;
    }
  }
}

}  // namespace
}  // namespace grammask
