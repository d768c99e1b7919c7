// JSON Schema as a streaming validator: the static side.
//
// A schema is not lowered to a grammar. JSON's brackets make the stack visible: whatever the schema
// says, all of its parts begin and end a value at the same bytes, so they can be checked in lock
// step on one stack. This file holds everything that does not depend on the text: what is asked of
// a value, and how that changes as the value goes on. The frames that walk over the bytes are in
// json_frames.
//
// *Atoms.* A schema node's own assertions (types, bounds, items, members) form an atom. Applicators
// (allOf, anyOf, $ref) combine atoms into a Boolean function, the node's *goal* (goal.h). A value
// in progress is checked by all atoms of its goal together.
//
// *Plans.* A plan is what the surroundings want of a value: a goal (which verdicts of the atoms
// keep everything above alive) and a list of atoms to report (those whose verdict the surroundings
// will read when the value ends). Plans are interned; ancestors are never consulted again, since
// the goal already says what they need.
//
// *Children.* When a container begins its next child, the child's goal is computed from the
// container's: an atom `a` of the container survives only if the child satisfies the sub-schemas
// that `a` selects for this place. So the child's goal is the container's with each atom replaced
// by that formula, restricted to those sets of atoms under which the rest of the container can
// still be completed. Atoms that the child's goal already implies need no report.
//
// *Liveness.* Is there a value that reaches a goal? A least fixed point over goals, type by type:
// the goal is split into sets of atoms that hold together (cubes); for scalars the conjunction is
// decided by automata or arithmetic, for containers by the goals of the children that must be
// there. The result carries a cost (bytes of a short value) and a witness. What is not decided
// within the budget counts as alive and is counted.
//
// Styles that go by names need more than goals, which forget what makes no difference to validity:
// `anyOf: [{}, A]` demands nothing, yet A's names are declared. There a plan also carries its
// *place*: the atoms that mention members or items here, in order of first mention, less those that
// have failed.
//
// *Failing on purpose.* `not` and `oneOf` make goals that are not monotone: some atoms must fail.
// An atom fails for a *reason*: a member or item that it refuses, a required name that stays away,
// too few or too many of them. So a container's future under a cube is a search: choose a reason
// for each atom that must fail, then members or items that carry the reasons, beside those which
// the other atoms demand (object_ways.cc, array_ways.cc). The search asks which goals of children
// have a value; its result, a Way, is also what a short completion writes next.
//
// *Names.* Which schemas a member must satisfy depends on its name: on the names that are listed,
// and on the expressions that it matches (patternProperties, propertyNames). The names in force in
// an object are a Shape: the listed ones, and for all others one *class* for each combination of
// expressions that some name matches. A class with few names is listed name by name.
//
// *Counts.* `contains` counts the items that satisfy a schema; the count is a word of the array's
// frame. `minProperties` and `maxProperties` count members likewise.
//
// *Unique items.* Atoms that ask for them put another atom into the goals of the items: "this item
// equals none before it". It is one for all of them, since a value stands in one array. The frames
// that read an item under it carry what was seen, and answer it (unique.cc).
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "automata/expr.h"
#include "base/budget.h"
#include "base/hash.h"
#include "program/program.h"
#include "schema/goal.h"
#include "schema/number.h"
#include "schema/number_pieces.h"
#include "schema/string_decoder.h"
#include "schema/string_demands.h"

namespace grammask {

using PlanId = uint32_t;
inline constexpr PlanId kNoPlan = kNone;       // nothing can satisfy it
inline constexpr uint32_t kOtherName = kNone;  // a member name that the shape does not declare
inline constexpr uint64_t kNoCost = uint64_t{1} << 62;

enum class JsonType : uint8_t { kNull, kTrue, kFalse, kNumber, kString, kArray, kObject };

struct Atom {
  bool allows[7] = {true, true, true, true, true, true, true};  // by JsonType
  NumberConstraint number;
  ExprId text = ExprPool::kAny;  // content of strings
  uint32_t min_length = 0, max_length = kNone;
  uint32_t min_items = 0, max_items = kNone, items = kNone;
  std::vector<uint32_t> prefix;
  bool unique = false;
  uint32_t distinct = kNone;  // of a unique one: the atom that it puts into the goals of its items
  bool is_distinct = false;   // such an atom
  uint32_t contains = kNone;  // node
  uint32_t min_contains = 0, max_contains = kNone;
  uint32_t additional = kNone;
  bool additional_is_schema = false;
  uint32_t min_members = 0, max_members = kNone;
  uint32_t names = kNone;              // node that each name satisfies
  ExprId names_text = ExprPool::kAny;  // the same as an expression, once it was asked for
  std::vector<std::pair<uint32_t, uint32_t>>
      properties;                                     // (program string, node), in order of mention
  std::vector<std::pair<ExprId, uint32_t>> patterns;  // names that match: node
  std::vector<uint32_t> required;                     // program strings
  std::unordered_map<uint32_t, uint32_t> property_node;
};

struct Plan {
  GoalId goal;
  uint32_t place = 0;              // what is mentioned here, where the style goes by names
  std::vector<uint32_t> report;    // sorted
  std::vector<uint32_t> atoms;     // goal's support and report, sorted
  bool capture = false;            // the value itself is reported as well
  bool monotone = true;            // the goal is
  bool counts_members = false;     // some atom bounds the number of members
  bool unique = false;             // some atom asks for unique items
  uint32_t member_limit = 0;       // numbers of members above are equal
  std::vector<uint32_t> counters;  // the atoms that count items
};

// What a container asks of one child, and what it does with the answer.
struct Child {
  PlanId plan = kNoPlan;
  std::vector<uint32_t> killed;  // atoms that fail by choosing this child at all
  std::vector<std::pair<uint32_t, GoalId>>
      conditions;  // atom holds only if the child's report satisfies the formula
  std::vector<std::pair<uint32_t, GoalId>> counted;  // atom counts the child if it does
};

// Strings under a plan: distinct constraints with the atoms that share them, and which must hold or
// fail together.
struct StringView {
  struct Part {
    ExprId text;
    uint32_t min, max;
    std::vector<uint32_t> atoms;
  };
  std::vector<Part> parts;
  std::vector<Cube> cubes;  // of indices into parts; one suffices
  // Cubes that also ask whether the text equals one before it: 1 must differ, 2 must equal.
  std::vector<uint8_t> distinct;
  bool undecided = false;    // too many cubes: every continuation counts as alive
  uint32_t count_limit = 0;  // counts above are equal
  // So many that what can come next is found out for all of them at once.
  bool many() const { return cubes.size() > 4; }
};

// What is still demanded of a text: min to max more code points, which match.
struct TextDemand {
  ExprId text;
  uint32_t min, max;
  uint8_t distinct = 0;  // 1: and differs from every text before; 2: and equals one of them
};

// Texts with a common beginning, without it.
class TextsBefore {
 public:
  virtual ~TextsBefore() = default;
  virtual std::vector<std::string> Texts(size_t limit) const = 0;              // at most so many
  virtual uint32_t Longest() const = 0;                                        // in code points
  virtual std::vector<uint32_t> Next(uint32_t lo, uint32_t hi) const = 0;      // code points
  virtual std::unique_ptr<TextsBefore> Behind(uint32_t code_point) const = 0;  // nullptr: none
};

struct NumberView {
  std::unique_ptr<NumberMachine> machine;
  std::vector<uint32_t> atoms;               // constraint i is that of atoms[i]
  std::vector<std::vector<uint32_t>> cubes;  // indices into the machine's constraints
  std::vector<NumberConstraint> wants;       // each cube as one constraint
  std::vector<uint8_t> distinct;             // of each cube, as in StringView
  bool undecided = false;
};

struct ArrayView {
  uint32_t fixed = 0;                // positions from here on have the same schemas
  uint32_t index_limit = 0;          // positions above are alike
  std::vector<uint32_t> thresholds;  // numbers of items at which verdicts change
  std::unordered_map<std::vector<uint32_t>, Child, WordsHash> children;
};

// An array in progress: items so far (clipped), and the count of each of the plan's counters.
struct ArrayAt {
  PlanId plan;
  uint32_t index;
  std::vector<uint32_t> counts;
};

// The member names in force in an object: fixed when it opens, so that sets of seen names keep
// their numbering. A name is a number: below names.size() one that is listed, else a class.
struct Shape {
  // Names that are not listed and match just these expressions.
  struct NameClass {
    std::vector<bool> matches;
    ExprId text;
    bool allowed;  // by the style
  };
  std::vector<std::string> names;  // decoded, sorted by bytes
  std::vector<uint32_t> order;     // position of names[i] in order of first mention
  std::vector<uint32_t> by_order;  // inverse
  std::vector<uint32_t> strings;   // program string of names[i]; kNone: of a class with few names
  std::vector<bool> allowed;       // may names[i] be written at all (style)?
  std::unordered_map<uint32_t, uint32_t> index_of;  // program string -> index
  std::vector<ExprId> patterns;
  std::unordered_map<ExprId, uint32_t> pattern_index;
  std::vector<std::vector<bool>> matches;  // of names[i]: which expressions
  std::vector<NameClass> classes;
  bool undecided = false;         // too many classes: not all are listed
  bool some_schema = false;       // some atom has a schema for names that nobody lists
  std::vector<ExprId> declaring;  // expressions that declare names (style)
};

// An object in progress.
struct ObjectAt {
  uint32_t shape;
  PlanId plan;
  uint32_t cursor;  // names before it in order of mention are over (ordered style; else 0)
  uint32_t count;   // members so far (clipped)
  std::span<const uint32_t> seen;  // bits of the names that were written; may be short
  bool Seen(uint32_t name) const {
    return name / 32 < seen.size() && ((seen[name / 32] >> (name % 32)) & 1) != 0;
  }
};

// What an object may hold next. Asked name by name: a large schema has many names, and few are met.
struct ObjectView {
  std::unordered_map<uint32_t, Child> children;
  std::vector<uint64_t> decided, refused;  // bit i: of names[i]; refused: leads to no plan
  std::vector<Tri> classes;                // the same for classes
};

// A value of one type that reaches a goal, as far as its children: their goals, each so many times.
struct Way {
  JsonType type;
  uint64_t base = 0;  // bytes without the children
  bool undecided = false;
  std::vector<std::pair<GoalId, uint64_t>> children;
  std::vector<std::string> names;   // objects: the name of each child
  std::vector<std::string> values;  // items that must differ: the items themselves
  std::string text;                 // scalars: the value itself
};

class Schema {
 public:
  // kSchema for a reference cycle without consumption.
  static Result<std::unique_ptr<Schema>> Create(const Program& program, uint32_t root,
                                                ExprPool& pool, const std::vector<ExprId>& exprs);

  const SchemaStyle& style() const { return style_; }
  // Between the tokens inside of brackets.
  bool any_space() const { return style_.whitespace == kAnySpace || bare(); }
  // None before and behind the outermost value, though there is any inside of it.
  bool bare() const { return style_.whitespace == kInsideSpace || bounds_space(); }
  // Only so much in a row.
  bool bounds_space() const { return style_.whitespace == kBoundedSpace; }
  // The style demands white space at some places.
  bool has_gaps() const { return style_.whitespace == kSpaced || style_.whitespace == kLines; }
  bool in_lines() const { return style_.whitespace == kLines; }
  // What stands between brackets and values are texts of `gaps`.
  bool by_patterns() const { return style_.whitespace == kPatternSpace; }
  struct Gaps {
    ExprId pad, item, key;
  };
  const Gaps& gaps() const { return gaps_; }
  // Compact texts are not what the style asks for.
  bool spaces_out() const { return has_gaps() || by_patterns(); }
  bool canonical() const { return style_.spelling == kSpelledCanonically; }  // numbers
  Spelling spelling() const { return spelling_; }                            // strings
  bool ordered() const { return style_.key_order == 1; }
  bool goes_by_names() const { return ordered() || style_.undeclared == 1; }
  ExprPool& pool() { return pool_; }

  PlanId root_plan();
  const Plan& plan(PlanId id) const { return plans_[id]; }
  // The plan with some (sorted) atoms known to fail; kNoPlan when that leaves no way.
  PlanId Without(PlanId plan, const std::vector<uint32_t>& atoms);
  // The plan with a stronger goal; kNoPlan if nothing reaches it.
  PlanId Narrow(PlanId plan, GoalId goal);
  // The plan once the value's type is known; kNoPlan if no value of the type satisfies it.
  PlanId OfType(PlanId plan, JsonType type);
  template <typename Truth>
  bool Holds(PlanId plan, Truth truth) const {
    return goals_.Holds(plans_[plan].goal, truth);
  }

  const Atom& atom(uint32_t id) const { return atoms_[id]; }
  const StringView& Strings(PlanId plan);
  const NumberView& Numbers(PlanId plan);
  ArrayView& Arrays(PlanId plan);
  uint32_t ShapeOf(PlanId plan);
  const Shape& shape(uint32_t id) const { return *shapes_[id]; }
  ObjectView& Objects(const ObjectAt& at);
  // May the name be written? `view` is Objects(at).
  bool MayWrite(ObjectView* view, const ObjectAt& at, uint32_t name);
  // The class of the names that are not listed and match just these expressions.
  uint32_t ClassOf(uint32_t shape, const std::vector<bool>& matches);

  const Child& ArrayChild(const ArrayAt& at);
  const Child& ObjectChild(const ObjectAt& at, uint32_t name);
  // The container's plan after a child; truth tells whether an atom of the child's report holds.
  template <typename Truth>
  PlanId After(PlanId plan, const Child& child, Truth truth) {
    std::vector<uint32_t> failed = child.killed;
    for (const auto& [atom, condition] : child.conditions) {
      if (!goals_.Holds(condition, truth)) failed.push_back(atom);
    }
    return Without(plan, failed);
  }
  // The array after an item; plan kNoPlan if that leaves no way.
  template <typename Truth>
  ArrayAt AfterItem(const ArrayAt& at, const Child& child, Truth truth) {
    std::vector<uint32_t> failed = child.killed;
    for (const auto& [atom, condition] : child.conditions) {
      if (!goals_.Holds(condition, truth)) failed.push_back(atom);
    }
    std::vector<std::pair<uint32_t, uint32_t>> counts;
    for (size_t i = 0; i < at.counts.size(); ++i) {
      counts.emplace_back(plans_[at.plan].counters[i], at.counts[i]);
    }
    for (const auto& [atom, condition] : child.counted) {
      if (!goals_.Holds(condition, truth)) continue;
      for (auto& [counter, count] : counts) {
        if (counter != atom) continue;
        count = std::min(count + 1, CountLimit(atom));
        if (atoms_[atom].max_contains != kNone && count > atoms_[atom].max_contains)
          failed.push_back(atom);
      }
    }
    ArrayAt next{Without(at.plan, failed), 0, {}};
    if (next.plan == kNoPlan) return next;
    next.index =
        std::min(at.index == kNone ? at.index : at.index + 1, Arrays(next.plan).index_limit);
    for (const auto& [counter, count] : counts) {
      const std::vector<uint32_t>& kept = plans_[next.plan].counters;
      if (std::binary_search(kept.begin(), kept.end(), counter)) next.counts.push_back(count);
    }
    return next;
  }
  // Does the atom hold of the container that closes here?
  bool HoldsClosed(uint32_t atom, const ArrayAt& at) const;
  bool HoldsClosed(uint32_t atom, const ObjectAt& at) const;

  // Strings in progress: can the text still be completed, given the state of each part (in the
  // order of Strings(plan).parts)? `before`: texts that it may have to differ from, as far as they
  // begin alike; nullptr: none.
  bool StringAlive(PlanId plan, std::span<const uint32_t> states, uint32_t count,
                   TextsBefore* before);
  // The same after one more code point of lo..hi.
  bool StringAliveAfter(PlanId plan, std::span<const uint32_t> states, uint32_t count, uint32_t lo,
                        uint32_t hi, TextsBefore* before);
  std::optional<std::string> StringCompletion(PlanId plan, std::span<const uint32_t> states,
                                              uint32_t count, TextsBefore* before);
  // What each cube still demands of the text; nullopt if there are more than `limit` cubes.
  std::optional<std::vector<TextDemand>> TextDemands(PlanId plan, std::span<const uint32_t> states,
                                                     uint32_t count, size_t limit);
  // Is there a text of the language that does not stand in `before`?
  bool AnyOther(ExprId text, uint32_t min, uint32_t max, TextsBefore& before);
  // Names of a class, given the state of each expression of the shape.
  ExprId ClassText(uint32_t shape, uint32_t name, std::span<const uint32_t> states);

  GoalId BothGoals(GoalId a, GoalId b) { return goals_.And(a, b); }
  bool Matches(ExprId expr, std::string_view text);
  // Does the goal say whether the value equals one before it?
  bool AsksToDiffer(GoalId goal);
  // Has the goal a value other than these, at most so many (compact texts with sorted members,
  // asked for where they count)? A short one.
  bool HasOtherValue(GoalId goal, size_t count,
                     const std::function<std::vector<std::string>()>& before);
  std::optional<std::string> OtherValue(GoalId goal, const std::vector<std::string>& before);

  Tri Satisfiable(GoalId goal);
  uint64_t Cost(GoalId goal);  // bytes of the witness; kNoCost if there is none
  std::optional<std::string> Witness(GoalId goal);  // compact JSON text
  // A cheap way to end the container: what must still be written, in an order that the style
  // allows. `taken`: is this name of a class written already?
  std::optional<Way> RestOf(const ObjectAt& at, const std::function<bool(std::string_view)>& taken);
  std::optional<Way> RestOf(const ArrayAt& at);

  uint64_t undecided = 0;
  // Of the operation in progress; nullptr: no bound. What is answered under an exhausted budget is
  // wrong, and not remembered.
  void SetBudget(Budget* budget) { budget_ = goals_.budget = budget; }

  size_t MemoryBytes() const;

 private:
  // Cubes of a container that need a search, and are asked again until nothing changes.
  struct OpenCube {
    JsonType type;
    Cube cube;
  };
  struct Solution {
    Tri sat = Tri::kNo;
    uint64_t cost = kNoCost;
    uint32_t best = 0;
    std::vector<Way> options;
    std::vector<OpenCube> open;
  };
  using Counts = std::vector<std::pair<uint32_t, uint32_t>>;  // counter, items that it counted
  // Which goals of children have a value, as far as is known to who asks.
  using Known = std::function<Tri(GoalId)>;
  struct ObjectSearch;
  struct ArraySearch;

  Schema(const Program& program, uint32_t root, ExprPool& pool) : program_(program), pool_(pool) {
    style_ = program.roots[root].style;
    root_node_ = program.roots[root].node;
    if (style_.spelling == kSpelledCanonically) spelling_ = kCanonicalSpelling;
    if (style_.spelling == kSpelledByEscapes) spelling_.bits = style_.escapes;
  }
  Status BuildNodes(const std::vector<ExprId>& exprs);
  void DemandWhatCanBeWritten();
  GoalId GoalOf(uint32_t node);
  PlanId Intern(GoalId goal, std::vector<uint32_t> report, uint32_t place, bool capture);
  uint32_t InternPlace(std::vector<uint32_t> mentions);
  uint32_t PlaceOf(const std::vector<uint32_t>& nodes);
  // The place below, of an item or of a member.
  uint32_t PlaceOfItem(uint32_t place, uint32_t index);
  uint32_t PlaceOfMember(uint32_t place, uint32_t shape, uint32_t name);
  // What the atom asks of a member with this name of the shape; of a listed name in general.
  GoalId MemberFormula(uint32_t atom, uint32_t shape, uint32_t name);
  GoalId MemberFormula(uint32_t atom, uint32_t string);
  template <typename Matches>
  GoalId FormulaOfName(const Atom& atom, uint32_t string, Matches matches);
  GoalId ItemFormula(uint32_t atom, uint32_t index);
  ExprId NamesText(uint32_t atom);
  ExprId TextOf(GoalId goal);  // the strings that reach the goal
  bool MatchesString(ExprId expr, uint32_t string);
  uint32_t ShapeOfAtoms(const std::vector<uint32_t>& atoms);
  bool FindClasses(Shape* shape, const std::vector<uint32_t>& atoms);
  uint32_t CountLimit(uint32_t atom) const {
    const Atom& a = atoms_[atom];
    return std::max(a.min_contains, a.max_contains == kNone ? 0 : a.max_contains + 1);
  }
  // Simple: the atoms that must hold say all, and what was written makes no difference.
  bool SimpleObject(const Plan& plan) const { return plan.monotone && !plan.counts_members; }
  bool SimpleArray(const Plan& plan) const {
    return plan.monotone && plan.counters.empty() && !plan.unique;
  }
  bool SimpleObject(const Cube& cube) const;
  bool SimpleArray(const Cube& cube) const;
  // Can the container be completed so that the cube's atoms hold and fail as it says?
  Tri FindWay(const Cube& cube, const ObjectAt& at, const Known& known, Way* way);
  Tri FindWay(const Cube& cube, uint32_t index, const Counts& counts, const Known& known, Way* way);
  Counts NamedCounts(const ArrayAt& at) const;
  // No value reaches the goal: told from its scalars alone, so that no search is needed.
  bool PlainlyEmpty(GoalId goal);
  // Some of a goal's values, as compact texts with sorted members.
  struct Values {
    bool many = false;  // certainly more than were asked for
    bool all = true;    // else: `texts` are all of them
    std::vector<std::string> texts;
  };
  // The same, at least `limit` of them, kept.
  struct KnownValues {
    size_t limit = 0;
    Values values;
  };
  const KnownValues& KnownValuesOf(GoalId goal, size_t limit);
  GoalId IfDistinct(GoalId goal);
  Values ValuesOf(GoalId goal, size_t limit, int depth);
  void AddNumberValues(GoalId goal, size_t limit, Values* found);
  void AddStringValues(const Cube& cube, size_t limit, Values* found);
  void AddArrayValues(const Cube& cube, size_t limit, int depth, Values* found);
  void AddObjectValues(const Cube& cube, size_t limit, int depth, Values* found);
  // Can as many values that differ be found, so many for each goal?
  Tri HaveDistinctValues(const std::vector<std::pair<GoalId, uint64_t>>& items);
  Tri FindDistinctValues(const std::vector<std::pair<GoalId, uint64_t>>& items,
                         std::vector<std::string>* texts);
  std::string NewName(const Shape& shape, uint32_t name, const std::vector<std::string>& used);
  std::vector<uint32_t> CountsOf(const std::vector<uint32_t>& counters, const ArrayAt& at) const;
  // Answers given under a spent budget are not to be kept.
  bool OutOfBudget() const { return budget_ != nullptr && budget_->exhausted(); }
  bool Tick() { return budget_ == nullptr || budget_->Tick(); }
  void Charge(size_t bytes) {
    bytes_ += bytes;
    if (budget_ != nullptr) budget_->Charge(bytes);
  }
  static size_t SizeOf(const Child& child);
  template <typename Visit>
  bool AnyDemand(PlanId plan, std::span<const uint32_t> states, uint32_t count, Visit visit);
  template <typename Visit>
  bool AnyStep(PlanId plan, std::span<const uint32_t> states, uint32_t count, Visit visit);
  bool AnyNext(PlanId plan, std::span<const uint32_t> states, uint32_t count, uint32_t lo,
               uint32_t hi);
  bool MayMeet(ExprId text, uint32_t min, uint32_t max);
  bool DemandAlive(const TextDemand& demand, TextsBefore* before);
  template <typename Formula, typename Feasible, typename Outcomes, typename Below>
  Child MakeChild(PlanId plan, std::vector<uint32_t> killed, bool simple, Formula formula,
                  Feasible feasible, Outcomes outcomes, Below below);
  template <typename Formula, typename Possible>
  GoalId FailNow(const std::vector<uint32_t>& atoms, Formula formula, Possible possible);
  GoalId ObjectOutcomes(const Cube& cube, const ObjectAt& at, uint32_t name);
  GoalId ArrayOutcomes(const Cube& cube, const ArrayAt& at);
  Tri RequiredFeasible(const std::vector<uint32_t>& atoms);
  Tri ItemsFeasible(const std::vector<uint32_t>& atoms, uint32_t index);
  GoalId Conjunction(const std::vector<uint32_t>& atoms, uint32_t string);
  GoalId ItemConjunction(const std::vector<uint32_t>& atoms, uint32_t index);
  void AddOptions(GoalId goal, JsonType type, Solution* solution);
  void AddNumbers(GoalId goal, std::vector<Way>* options);
  void AddStrings(const Cube& cube, std::vector<Way>* options);
  void AddArray(const std::vector<uint32_t>& atoms, std::vector<Way>* options);
  void AddObject(const std::vector<uint32_t>& atoms, std::vector<Way>* options);
  Tri FindWayFromStart(const OpenCube& open, const Known& known, Way* way);
  template <typename Find>
  std::optional<Way> CheapestRest(PlanId plan, Find find);
  void Solve(GoalId goal);
  // Does a literal reach the goal, whose atoms all allow its type?
  bool LiteralReaches(GoalId goal) const {
    // All that may still be asked is that it differs from others, or equals one.
    return goals_.Holds(goal, [](uint32_t) { return true; }) ||
           goals_.Holds(goal, [this](uint32_t a) { return !atoms_[a].is_distinct; });
  }
  // Once the goal is solved: is there a value of this very type?
  bool TypeAlive(GoalId goal, JsonType type);
  std::vector<NumberConstraint> PiecesOf(GoalId goal, const std::vector<uint32_t>& atoms,
                                         const std::vector<NumberConstraint>& constraints,
                                         bool* undecided);
  bool CapturesChild(PlanId plan) const { return plans_[plan].capture || plans_[plan].unique; }

  const Program& program_;
  ExprPool& pool_;
  Budget* budget_ = nullptr;
  size_t bytes_ = 0;  // of everything that grows while texts are read, but for the goals
  SchemaStyle style_;
  Gaps gaps_{};
  Spelling spelling_;
  uint32_t root_node_;
  GoalStore goals_;
  std::vector<Atom> atoms_;
  // What a node mentions, in the order of its records: members or items of one of its atoms, or a
  // group.
  enum class Mention : uint32_t { kMembers, kItems, kGroup };
  struct Node {
    std::vector<uint32_t> atoms;
    std::vector<std::pair<Mention, uint32_t>> mentions;
    std::vector<std::pair<RecordTag, std::vector<uint32_t>>> groups;  // applicators and their nodes
    bool never = false;
    GoalId goal = kNone;
  };
  std::vector<Node> nodes_;
  // A place is a list of mentions in order: atom * 2 for its members, atom * 2 + 1 for its items.
  // Place 0 is empty.
  std::vector<std::vector<uint32_t>> places_{{}};
  std::unordered_map<std::vector<uint32_t>, uint32_t, WordsHash> place_ids_{{{}, 0}};
  std::vector<Plan> plans_;
  std::unordered_map<std::vector<uint32_t>, PlanId, WordsHash> plan_ids_;
  std::unordered_map<uint64_t, PlanId> of_type_;
  std::unordered_map<PlanId, std::unique_ptr<StringView>> strings_;
  // Of strings with many cubes, by plan, count and states: the code points that can come next.
  std::unordered_map<std::vector<uint32_t>, std::vector<CodePoints>, WordsHash> next_points_;
  std::vector<uint32_t> next_key_;
  std::unordered_map<PlanId, std::unique_ptr<NumberView>> numbers_;
  std::unordered_map<PlanId, std::unique_ptr<ArrayView>> arrays_;
  std::unordered_map<std::vector<uint32_t>, std::unique_ptr<ObjectView>, WordsHash> objects_;
  std::unordered_map<GoalId, KnownValues> values_;
  KnownValues unkept_values_;  // found under a budget that ran out
  std::vector<uint32_t> object_key_, last_object_key_;
  ObjectView* last_object_ = nullptr;
  std::vector<std::unique_ptr<Shape>> shapes_;
  std::unordered_map<std::vector<uint32_t>, uint32_t, WordsHash> shape_ids_;
  std::unordered_map<std::vector<uint32_t>, Tri, WordsHash> required_feasible_;
  std::unordered_map<GoalId, Solution> solutions_;
  std::unordered_map<uint64_t, bool> matches_;  // expression << 32 | program string
  std::unordered_map<GoalId, bool> plainly_empty_;
  const std::function<bool(std::string_view)>* taken_ = nullptr;  // names that were written
  Child unfiled_;
};

// A JSON string with the escapes that RFC 8259 demands, as ECMAScript's JSON.stringify writes them.
std::string QuoteJson(std::string_view decoded);

}  // namespace grammask
