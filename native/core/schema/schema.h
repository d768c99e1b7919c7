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
// Goals are monotone here (no `not`, `oneOf`, `if`): "these atoms hold" is all that a cube must
// say. Negation adds atoms that must fail to cubes and options; nothing else.
#pragma once

#include <memory>
#include <optional>
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
  uint32_t additional = kNone;
  bool additional_is_schema = false;
  std::vector<std::pair<uint32_t, uint32_t>>
      properties;                  // (program string, node), in order of mention
  std::vector<uint32_t> required;  // program strings
  std::unordered_map<uint32_t, uint32_t> property_node;
};

struct Plan {
  GoalId goal;
  uint32_t place = 0;            // what is mentioned here, where the style goes by names
  std::vector<uint32_t> report;  // sorted
  std::vector<uint32_t> atoms;   // goal's support and report, sorted
};

// What a container asks of one child, and what it does with the answer.
struct Child {
  PlanId plan = kNoPlan;
  std::vector<uint32_t> killed;  // atoms that fail by choosing this child at all
  std::vector<std::pair<uint32_t, GoalId>>
      conditions;  // atom holds only if the child's report satisfies the formula
};

// Strings under a plan: distinct constraints with the atoms that share them, and which must hold
// together.
struct StringView {
  struct Part {
    ExprId text;
    uint32_t min, max;
    std::vector<uint32_t> atoms;
  };
  std::vector<Part> parts;
  std::vector<std::vector<uint32_t>> cubes;  // indices into parts; one suffices
  bool undecided = false;                    // too many cubes: every continuation counts as alive
  uint32_t count_limit = 0;                  // counts above are equal
};

// What is still demanded of a text: min to max more code points, which match.
struct TextDemand {
  ExprId text;
  uint32_t min, max;
};

struct NumberView {
  std::unique_ptr<NumberMachine> machine;
  std::vector<uint32_t> atoms;               // constraint i is that of atoms[i]
  std::vector<std::vector<uint32_t>> cubes;  // indices into atoms
  bool undecided = false;
};

struct ArrayView {
  uint32_t index_limit = 0;  // positions above are alike
  std::unordered_map<uint32_t, Child> children;
};

// The member names in force in an object: fixed when it opens, so that sets of seen names keep
// their numbering.
struct Shape {
  std::vector<std::string> names;  // decoded, sorted by bytes
  std::vector<uint32_t> order;     // position of names[i] in order of first mention
  std::vector<uint32_t> by_order;  // inverse
  std::vector<uint32_t> strings;   // program string of names[i]
  std::unordered_map<uint32_t, uint32_t> index_of;  // program string -> index
  bool other_allowed = true;  // may a name outside `names` be written at all (style)?
};

// What an object may hold next. Asked name by name: a large schema has many names, and few are met.
struct ObjectView {
  std::unordered_map<uint32_t, Child> children;
  std::vector<uint64_t> decided, refused;  // bit i: of names[i]; refused: leads to no plan
  Tri other = Tri::kUndecided;             // the same for a name outside
};

class Schema {
 public:
  // kSchema for a reference cycle without consumption.
  static Result<std::unique_ptr<Schema>> Create(const Program& program, uint32_t root,
                                                ExprPool& pool, const std::vector<ExprId>& exprs);

  const SchemaStyle& style() const { return style_; }
  bool any_space() const { return style_.whitespace == 0; }
  bool canonical() const { return style_.spelling == 1; }
  bool ordered() const { return style_.key_order == 1; }
  bool goes_by_names() const { return ordered() || style_.undeclared == 1; }
  ExprPool& pool() { return pool_; }

  PlanId root_plan();
  const Plan& plan(PlanId id) const { return plans_[id]; }
  // The plan with some (sorted) atoms known to fail; kNoPlan when that leaves no way.
  PlanId Without(PlanId plan, const std::vector<uint32_t>& atoms);
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
  const Shape& shape(uint32_t id) const { return shapes_[id]; }
  ObjectView& Objects(uint32_t shape, PlanId plan, uint32_t cursor);
  // May the name be written? `view` is Objects(shape, plan, cursor).
  bool MayWrite(ObjectView* view, uint32_t shape, PlanId plan, uint32_t cursor, uint32_t name);

  // index is clipped to index_limit by the callee.
  const Child& ArrayChild(PlanId plan, uint32_t index);
  // name: an index into the shape's names, or kOtherName. cursor: names before it in order of
  // mention are over (ordered style; else 0).
  const Child& ObjectChild(uint32_t shape, PlanId plan, uint32_t cursor, uint32_t name);
  // The container's plan after a child; truth tells whether an atom of the child's report holds.
  template <typename Truth>
  PlanId After(PlanId plan, const Child& child, Truth truth) {
    std::vector<uint32_t> failed = child.killed;
    for (const auto& [atom, condition] : child.conditions) {
      if (!goals_.Holds(condition, truth)) failed.push_back(atom);
    }
    return Without(plan, failed);
  }
  bool ArrayMayClose(PlanId plan, uint32_t index) const;

  // Strings in progress: can the text still be completed, given the state of each part (in the
  // order of Strings(plan).parts)?
  bool StringAlive(PlanId plan, std::span<const uint32_t> states, uint32_t count);
  // The same after one more code point of lo..hi.
  bool StringAliveAfter(PlanId plan, std::span<const uint32_t> states, uint32_t count, uint32_t lo,
                        uint32_t hi);
  std::optional<std::string> StringCompletion(PlanId plan, std::span<const uint32_t> states,
                                              uint32_t count);
  // What each cube still demands of the text; nullopt if there are more than `limit` cubes.
  std::optional<std::vector<TextDemand>> TextDemands(PlanId plan, std::span<const uint32_t> states,
                                                     uint32_t count, size_t limit);

  Tri Satisfiable(GoalId goal);
  uint64_t Cost(GoalId goal);  // bytes of the witness; kNoCost if there is none
  std::optional<std::string> Witness(GoalId goal);  // compact JSON text
  // Names that must still be written for a cheapest end of the object, in an order that the style
  // allows.
  std::optional<std::vector<uint32_t>> MissingNames(uint32_t shape, PlanId plan, uint32_t cursor,
                                                    std::span<const uint64_t> seen);
  // Further items that a cheapest end of the array needs.
  std::optional<uint32_t> MissingItems(PlanId plan, uint32_t index);

  uint64_t undecided = 0;
  // Of the operation in progress; nullptr: no bound. What is answered under an exhausted budget is
  // wrong, and not remembered.
  void SetBudget(Budget* budget) { budget_ = goals_.budget = budget; }

  size_t MemoryBytes() const;

 private:
  struct Option {
    JsonType type;
    uint64_t base = 0;
    bool undecided = false;
    std::vector<std::pair<GoalId, uint64_t>> children;  // goal, how many times
    std::vector<uint32_t> names;                        // objects: program string of each child
    std::string text;                                   // scalars: the value itself
  };
  struct Solution {
    Tri sat = Tri::kNo;
    uint64_t cost = kNoCost;
    uint32_t best = 0;
    bool final = false;
    std::vector<Option> options;
  };

  Schema(const Program& program, uint32_t root, ExprPool& pool) : program_(program), pool_(pool) {
    style_ = program.roots[root].style;
    root_node_ = program.roots[root].node;
  }
  Status BuildNodes(const std::vector<ExprId>& exprs);
  GoalId GoalOf(uint32_t node);
  PlanId Intern(GoalId goal, std::vector<uint32_t> report, uint32_t place);
  uint32_t InternPlace(std::vector<uint32_t> mentions);
  uint32_t PlaceOf(const std::vector<uint32_t>& nodes);
  // The place below, of an item or of a member (string kNone: one that nobody declares).
  uint32_t PlaceOfItem(uint32_t place, uint32_t index);
  uint32_t PlaceOfMember(uint32_t place, uint32_t string);
  GoalId MemberFormula(uint32_t atom,
                       uint32_t string);  // string kNone: a name that nobody declares
  GoalId ItemFormula(uint32_t atom, uint32_t index);
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
  bool MayMeet(ExprId text, uint32_t min, uint32_t max);
  template <typename Formula, typename Feasible, typename Below>
  Child MakeChild(PlanId plan, std::vector<uint32_t> killed, Formula formula, Feasible feasible,
                  Below below);
  Tri RequiredFeasible(const std::vector<uint32_t>& atoms);
  Tri ItemsFeasible(const std::vector<uint32_t>& atoms, uint32_t index);
  GoalId Conjunction(const std::vector<uint32_t>& atoms, uint32_t string, bool item,
                     uint32_t index);
  void AddOptions(GoalId goal, std::vector<Option>* options);
  void Solve(GoalId goal);

  const Program& program_;
  ExprPool& pool_;
  Budget* budget_ = nullptr;
  size_t bytes_ = 0;  // of everything that grows while texts are read, but for the goals
  SchemaStyle style_;
  uint32_t root_node_;
  GoalStore goals_;
  std::vector<Atom> atoms_;
  // What a node mentions, in the order of its records: members or items of one of its atoms, or a
  // group.
  enum class Mention : uint32_t { kMembers, kItems, kGroup };
  struct Node {
    std::vector<uint32_t> atoms;
    std::vector<std::pair<Mention, uint32_t>> mentions;
    std::vector<std::pair<bool, std::vector<uint32_t>>> groups;  // (is anyOf, nodes)
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
  std::unordered_map<PlanId, std::unique_ptr<NumberView>> numbers_;
  std::unordered_map<PlanId, std::unique_ptr<ArrayView>> arrays_;
  std::unordered_map<std::vector<uint32_t>, std::unique_ptr<ObjectView>, WordsHash> objects_;
  std::vector<Shape> shapes_;
  std::unordered_map<std::vector<uint32_t>, uint32_t, WordsHash> shape_ids_;
  std::unordered_map<std::vector<uint32_t>, Tri, WordsHash> required_feasible_;
  std::unordered_map<GoalId, Solution> solutions_;
  Child unfiled_;
};

// A JSON string with the escapes that RFC 8259 demands, as ECMAScript's JSON.stringify writes them.
std::string QuoteJson(std::string_view decoded);

}  // namespace grammask
