// Numbers that must be multiples of steps, or must not, or must be written plain.

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "schema/number.h"
#include "test/number_testing.h"

namespace grammask {
namespace {

const char* const kBounds[] = {"",       "(0,1)",     "[5,6]",     "(5,6)",         "[-1,1]",
                               "[450,)", "(,-45]",    "(9,10)",    "[44.5,45)",     "(0,1e-5)",
                               "(99,)",  "[140,150]", "[1e4,1e5]", "{0,15,1.5,44}", "(0.4,0.5)"};
const char* const kSteps[] = {" *3",
                              " *0.5",
                              " *0.1",
                              " *0.01",
                              " *2.5",
                              " *7",
                              " *12",
                              " *1e3",
                              " *123456789",
                              " *3 int",
                              " *2 *5",
                              " *0.4 *0.6",
                              " *4 *25",
                              " *1.25",
                              " *16e-3 *5",
                              " !1",
                              " !2",
                              " !0.5",
                              " !3 !0.1",
                              " *1 !2",
                              " *1 !2 !3",
                              " *7 !10",
                              " *7 !14",
                              " *0.5 !1",
                              " *0.1 !0.2 !0.3",
                              " *1 !2 !3 !5 !7",
                              " *2 !4 !6",
                              " *1 !10",
                              " !10",
                              " *3 plain",
                              " plain",
                              " dotted",
                              " *7 dotted",
                              " !5 plain",
                              " !1 dotted",
                              " *0.5 plain",
                              " *1 !2 dotted",
                              " *1e-30",
                              " *12345678901234567",
                              " *3e20",
                              " *1 !123456789"};

// Every short text against the naive judge: what is wanted is viable all the way, and what is
// viable has a completion that is wanted.
void CheckAll(const Trie& trie, const NumberConstraint& constraint, bool canonical) {
  const std::vector<NumberConstraint> constraints{constraint};
  const NumberMachine machine(constraints, canonical);
  const std::vector<uint32_t> want{0};
  std::vector<std::optional<NumberState>> states(trie.nodes.size());
  std::vector<char> reached(trie.nodes.size(), 0);
  for (size_t i = trie.nodes.size(); i-- > 0;) {
    const Trie::Node& node = trie.nodes[i];
    if (node.complete && IsAllowedText(node.text, canonical) &&
        Accepts(constraint, node.value, node.text)) {
      reached[i] = 1;
    }
    if (reached[i] && i != 0) reached[static_cast<size_t>(node.parent)] = 1;
  }
  std::map<NumberState, bool> judged;
  states[0] = machine.Start();
  for (size_t i = 0; i < trie.nodes.size(); ++i) {
    const Trie::Node& node = trie.nodes[i];
    if (i != 0) {
      const auto& before = states[static_cast<size_t>(node.parent)];
      if (before) states[i] = machine.Step(*before, static_cast<uint8_t>(node.text.back()));
      if (!canonical) {
        ASSERT_TRUE(states[i].has_value()) << node.text;
      }
    }
    if (!states[i]) {
      ASSERT_FALSE(reached[i]) << node.text;
      continue;
    }
    if (node.complete && IsAllowedText(node.text, canonical)) {
      ASSERT_TRUE(machine.Complete(*states[i])) << node.text;
      ASSERT_EQ(machine.Holds(*states[i], 0), Accepts(constraint, node.value, node.text))
          << node.text;
    }
    if (reached[i]) {
      ASSERT_TRUE(machine.Viable(*states[i], want)) << node.text;
    }
    if (judged.emplace(*states[i], true).second || node.text.size() <= 3) {
      CheckSound(machine, constraints, canonical, node.text, *states[i], want);
      if (testing::Test::HasFatalFailure()) return;
    }
  }
}

TEST(NumberStepTest, AgreesWithEnumeration) {
  const Trie every("0149-.e", 4), canonical("0159-.e+", 4);
  for (const char* bounds : kBounds) {
    for (const char* steps : kSteps) {
      SCOPED_TRACE(std::string(bounds) + steps);
      CheckAll(every, C(std::string(bounds) + steps), false);
      if (HasFatalFailure()) return;
      CheckAll(canonical, C(std::string(bounds) + steps), true);
      if (HasFatalFailure()) return;
    }
  }
}

// The same with deeper texts over fewer characters.
TEST(NumberStepTest, AgreesWithEnumerationOfLongerTexts) {
  const Trie trie("02.e-5", 7);
  for (const char* description : {"[2,20] *2.5", "[20,50) *15", "(0,1) *0.05 !0.1", "[500,) *7",
                                  " *3 plain", "[1,) !2 dotted"}) {
    SCOPED_TRACE(description);
    CheckAll(trie, C(description), false);
    if (HasFatalFailure()) return;
  }
}

struct Judgement {
  const char* constraint;
  const char* prefix;
  bool every, canonical;
};

TEST(NumberStepTest, JudgesWhatDecidesInPractice) {
  const Judgement judgements[] = {
      {" *0.01", "1.005", true, true},  // 1.005e1, 1.005e+21
      {"[0,100] *0.01", "1.005", true, false},
      {"[0,9] *0.01", "1.005", false, false},
      {" *0.01", "1.005e", true, true},  // 1.005e+21
      {" *0.01", "1.005e-", false, false},
      {" *3", "1", true, true},
      {" *3", "1e", false, false},
      {" *3", "12e", true, false},
      {" *3", "1.2e", true, true},
      {" *3", "1.3e", false, false},
      {"[10,20] *7", "2", false, false},
      {"[20,30] *7", "0.0002", true, false},
      {"[10,20] *7", "1", true, true},
      {"[10,20] *7", "15", false, false},
      {"[15,20] *7", "", false, false},
      {"[1,2] *7", "", false, false},
      {"(0,1) *1", "", false, false},
      {"[1e30,1e30] *7", "", false, false},
      {" *1e400", "1", true, true},
      {" *1e400", "1e39", true, false},
      {" *1 !2 !3 !5 !7 !11 !13", "2", true, true},
      {"[2,16] *1 !2 !3 !5 !7 !11 !13", "", false, false},
      {"[2,17] *1 !2 !3 !5 !7 !11 !13", "1", true, true},
      {"[2,17] *1 !2 !3 !5 !7 !11 !13", "16", false, false},
      {" !1", "5", true, true},
      {" !1", "5e", true, true},
      {" !1", "5e+", false, false},
      {" plain", "1.", false, false},
      {" plain", "1", true, true},
      {"(0,1) plain", "", false, false},
      {" dotted int", "5", true, true},
      {"[1,9] dotted int", "5", true, false},
      {"{0} dotted", "0", true, false},
      {"{0} plain", "-", true, false},
      {" *7 !7", "", false, false},
      {" *14 !7", "", false, false},
      {" *7 !14", "14", true, true},
  };
  for (const Judgement& j : judgements) {
    for (const bool canonical : {false, true}) {
      const NumberMachine machine({C(j.constraint)}, canonical);
      const auto state = After(machine, j.prefix);
      const bool expected = canonical ? j.canonical : j.every;
      EXPECT_EQ(state && machine.Viable(*state, {0}), expected)
          << j.constraint << " " << j.prefix << (canonical ? " canonical" : "");
    }
  }
}

NumberConstraint RandomSteps(RandomNumbers* random, NumberConstraint out) {
  static const char* kSome[] = {
      "1", "2", "3",         "0.5",  "0.1", "0.01",  "2.5", "7",  "12",   "1e3",
      "6", "4", "123456789", "0.25", "0.3", "75e-4", "64",  "13", "1e-9", "99999999999999997"};
  for (uint32_t i = random->Below(3); i > 0; --i)
    out.multiples.push_back(D(kSome[random->Below(std::size(kSome))]));
  for (uint32_t i = random->Below(3); i > 0; --i)
    out.not_multiples.push_back(D(kSome[random->Below(std::size(kSome))]));
  out.plain = static_cast<Plain>(random->Below(5) == 0 ? 1 : random->Below(5) == 0 ? 2 : 0);
  return out;
}

TEST(NumberStepTest, RandomConstraintsAndSpellings) {
  for (uint32_t seed = 1; seed <= 2000; ++seed) {
    SCOPED_TRACE(seed);
    RandomNumbers random(seed);
    const Decimal value = random.Value(seed % 3 == 0 ? 20 : 4, seed % 5 == 0 ? 40 : 8);
    std::vector<NumberConstraint> constraints;
    const uint32_t count = 1 + random.Below(3);
    for (uint32_t i = 0; i < count; ++i)
      constraints.push_back(RandomSteps(&random, random.Constraint(value)));
    const NumberMachine any(constraints, false), canonical(constraints, true);
    const auto want = AllOf(count);
    for (int i = 0; i < 3; ++i) {
      const Decimal other = i == 0 ? value : random.Near(value);
      CheckComplete(any, constraints, false, random.Spelling(other), want);
      CheckComplete(canonical, constraints, true, other.ToCanonicalJson(), want);
      if (HasFatalFailure()) return;
    }
  }
}

TEST(NumberStepTest, RandomWalks) {
  static constexpr char kBytes[] = "0123456789-+.eE00059";
  for (uint32_t seed = 1; seed <= 3000; ++seed) {
    SCOPED_TRACE(seed);
    RandomNumbers random(seed * 7919);
    const bool canonical = seed % 2 == 0;
    const Decimal around = random.Value(3, 8);
    const std::vector<NumberConstraint> constraints{
        RandomSteps(&random, random.Constraint(around)),
        RandomSteps(&random, random.Constraint(around))};
    const NumberMachine machine(constraints, canonical);
    std::string text;
    NumberState state = machine.Start();
    for (int i = 0; i < 40 && text.size() < 16; ++i) {
      const char byte = kBytes[random.Below(sizeof kBytes - 1)];
      const auto next = machine.Step(state, static_cast<uint8_t>(byte));
      if (!next) continue;
      if (random.Below(4) != 0 && !machine.Viable(*next, {0})) continue;
      state = *next;
      text += byte;
      for (const auto& want : std::vector<std::vector<uint32_t>>{{}, {0}, {1}, {0, 1}}) {
        CheckSound(machine, constraints, canonical, text, state, want);
        if (HasFatalFailure()) return;
      }
      // Behind what is viable there is a byte that stays so, or the end.
      if (machine.Viable(state, {0})) {
        bool onward = machine.Complete(state) && machine.Holds(state, 0);
        for (const char* c = "0123456789.e-+"; *c != 0 && !onward; ++c) {
          const auto after = machine.Step(state, static_cast<uint8_t>(*c));
          onward = after && machine.Viable(*after, {0});
        }
        ASSERT_TRUE(onward) << text;
      } else {
        ASSERT_FALSE(machine.Complete(state) && machine.Holds(state, 0)) << text;
        for (const char* c = "0123456789.e-+"; *c != 0; ++c) {
          const auto after = machine.Step(state, static_cast<uint8_t>(*c));
          ASSERT_FALSE(after && machine.Viable(*after, {0})) << text << *c;
        }
      }
    }
  }
}

TEST(NumberStepTest, StatesStaySmallAndForgetWhatIsSettled) {
  for (const char* description :
       {" *7", "[0,100] *0.01", " *0.3 !0.9", " *123456789012345678901"}) {
    const NumberMachine machine({C(description)}, false);
    for (const std::string unit : {"0.|0", "1|0", "0.25|0", "1|7", "1e|0", "1e-|9", "5.5e5|3"}) {
      const size_t bar = unit.find('|');
      NumberState state = *After(machine, unit.substr(0, bar));
      for (int i = 0; i < 20000; ++i) {
        auto next = machine.Step(state, static_cast<uint8_t>(unit[bar + 1]));
        ASSERT_TRUE(next.has_value());
        state = std::move(*next);
        ASSERT_LE(state.size(), 13u);
      }
      EXPECT_EQ(machine.Viable(state, {0}), machine.Completion(state, {0}).has_value());
    }
  }
  const NumberMachine machine({C(" *6")}, false);
  EXPECT_EQ(*After(machine, "1e99"), *After(machine, "5e123456789123456789123456789"));
  EXPECT_EQ(*After(machine, "3e99"), *After(machine, "9e123456789123456789123456789"));
  EXPECT_NE(*After(machine, "1e99"), *After(machine, "3e99"));
  EXPECT_EQ(*After(machine, "1e-99"), *After(machine, "3e-98"));
  EXPECT_TRUE(machine.Holds(*After(machine, "3e99"), 0));
  EXPECT_FALSE(machine.Holds(*After(machine, "1e99"), 0));
}

// What is far away or long is found, or known to be there, without being written out.
TEST(NumberStepTest, FarNumbersTakeNoTime) {
  const NumberMachine far({C("[1e10000000000000000,) *7")}, false);
  EXPECT_TRUE(far.Viable(far.Start(), {0}));
  ASSERT_TRUE(far.Completion(far.Start(), {0}).has_value());
  EXPECT_LT(far.Completion(far.Start(), {0})->size(), 40u);
  const NumberMachine near({C("[1,2] *7e-10000000000000000")}, false);
  EXPECT_TRUE(near.Completion(near.Start(), {0}).has_value());
  // Only with 10^16 digits is there a number that is no integer.
  const NumberMachine long_text({C("[1e10000000000000000,) !1")}, false);
  EXPECT_TRUE(long_text.Viable(long_text.Start(), {0}));
  EXPECT_FALSE(long_text.Completion(long_text.Start(), {0}).has_value());
  const NumberMachine units({C("[1e10000000000000000,) *1 !10")}, false);
  EXPECT_TRUE(units.Viable(units.Start(), {0}));
  EXPECT_FALSE(units.Completion(units.Start(), {0}).has_value());
  const NumberMachine plain({C("[1e10000000000000000,) plain")}, false);
  EXPECT_TRUE(plain.Viable(plain.Start(), {0}));
  EXPECT_FALSE(plain.Completion(plain.Start(), {0}).has_value());
  // The primes below 100, so that short gaps without anything are met.
  std::string primes = "[1e40,) *1";
  for (int p = 2; p < 100; ++p) {
    bool prime = true;
    for (int q = 2; q * q <= p; ++q) prime = prime && p % q != 0;
    if (prime) primes += " !" + std::to_string(p);
  }
  const NumberMachine sieve({C(primes)}, false);
  EXPECT_TRUE(sieve.Completion(sieve.Start(), {0}).has_value());
}

TEST(NumberStepTest, ManyDigitsOfStepsDoNotFit) {
  EXPECT_TRUE(NumberMachine::StepsFit(std::vector{C(" *7 !3"), C(" *0.01"), C("")}));
  EXPECT_TRUE(NumberMachine::StepsFit(std::vector{C(" *1e99999"), C(" *1e-99999")}));
  const std::string nines(600, '9');
  EXPECT_TRUE(NumberMachine::StepsFit(std::vector{C(" *" + nines), C(" !" + nines)}));
  EXPECT_FALSE(NumberMachine::StepsFit(std::vector{C(" *" + nines), C(" !" + nines + "8")}));
  // What fits is quick enough, at its largest too.
  const std::vector<NumberConstraint> large{C(" *" + nines), C("[1,1e700] !" + nines.substr(300))};
  const NumberMachine machine(large, false);
  CheckSound(machine, {}, false, "12345.678", *After(machine, "12345.678"), {});
  const auto completion = machine.Completion(*After(machine, "12345"), {0, 1});
  EXPECT_FALSE(completion.has_value());  // the larger step is a multiple of the smaller one
  EXPECT_TRUE(machine.Viable(*After(machine, "12345"), {0}));
  EXPECT_TRUE(machine.Viable(*After(machine, "12345"), {1}));
}

TEST(NumberStepTest, AndJoinsSteps) {
  const NumberConstraint a = C(" *4 int"), b = C(" *0.6"), c = C(" !24 !48 !24.0"), d = C(" !6"),
                         plain = C(" plain"), dotted = C(" dotted");
  const NumberConstraint both = NumberConstraint::And({&a, &b, &c});
  ASSERT_EQ(both.multiples.size(), 1u);
  EXPECT_TRUE(both.multiples[0] == D("12"));
  ASSERT_EQ(both.not_multiples.size(), 1u);
  EXPECT_TRUE(both.not_multiples[0] == D("24"));
  EXPECT_FALSE(both.has_points);
  EXPECT_TRUE(NumberConstraint::And({&a, &b, &d}).has_points);
  EXPECT_TRUE(NumberConstraint::And({&plain, &dotted}).has_points);
  EXPECT_FALSE(plain.IsTrivial());
  EXPECT_FALSE(d.IsTrivial());
  EXPECT_FALSE(b.IsTrivial());
  EXPECT_FALSE(d.Accepts(D("0")));
  EXPECT_TRUE(b.Accepts(D("1.8")));
  const NumberConstraint half = C(" *0.5"), integer = C(" int");
  EXPECT_TRUE(NumberConstraint::And({&half, &integer}).integer);
  EXPECT_TRUE(NumberConstraint::And({&half, &integer}).multiples.empty());
}

}  // namespace
}  // namespace grammask
