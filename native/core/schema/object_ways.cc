// Can an object be completed so that some atoms hold and others fail? See schema.h.
//
// The atoms that must hold say which names must be written, how many members there may be, and what
// each member must satisfy. Each atom that must fail needs a reason: a name that it requires stays
// away, there are fewer or more members than it allows, or some member does not satisfy what it
// asks for that name. Reasons are chosen one atom after the other, with the members that carry
// them: names that are written anyway, others that are listed, and names of a class, of which there
// are always more. Choices that lead nowhere are taken back.
#include <algorithm>
#include <map>

#include "schema/schema.h"

namespace grammask {
namespace {

constexpr size_t kMostSteps = 20000;
constexpr size_t kMostNamesTried = 4096;

}  // namespace

// Only scalars are looked at, so that nothing recurses.
bool Schema::PlainlyEmpty(GoalId goal) {
  if (goal <= GoalStore::kTrue) return goal == GoalStore::kFalse;
  auto found = plainly_empty_.find(goal);
  if (found != plainly_empty_.end()) return found->second;
  bool empty = true;
  for (int t = 0; t < 7 && empty; ++t) {
    JsonType type = static_cast<JsonType>(t);
    if (type == JsonType::kArray || type == JsonType::kObject) {
      std::vector<uint32_t> failed;
      for (uint32_t a : goals_.Support(goal)) {
        if (!atoms_[a].allows[t]) failed.push_back(a);
      }
      empty = goals_.Without(goal, failed) == GoalStore::kFalse;
    } else {
      Solution solution;
      AddOptions(goal, type, &solution);
      empty = solution.options.empty();
    }
  }
  if (OutOfBudget()) return false;
  Charge(48);
  return plainly_empty_[goal] = empty;
}

// A name of the class that was not written and is not among `used`.
std::string Schema::NewName(const Shape& shape, uint32_t name,
                            const std::vector<std::string>& used) {
  auto is_new = [&](const std::string& text) {
    return !std::binary_search(shape.names.begin(), shape.names.end(), text) &&
           std::find(used.begin(), used.end(), text) == used.end() &&
           (taken_ == nullptr || !(*taken_)(text));
  };
  if (shape.patterns.empty()) {
    std::string text;
    while (!is_new(text)) text += '_';
    return text;
  }
  ExprId rest = shape.classes[name - shape.names.size()].text;
  while (Tick()) {
    std::optional<std::string> text = pool_.Shortest(rest);
    if (!text || is_new(*text)) return text.value_or("");
    ExprId parts[] = {rest, pool_.Complement(pool_.Literal(*text))};
    rest = pool_.Intersect(parts);
  }
  return "";
}

struct Schema::ObjectSearch {
  Schema& schema;
  const Cube& cube;
  const ObjectAt& at;
  const Known& known;
  const Shape& shape;
  uint32_t low = 0, high = kNone;                            // members in the end
  std::map<uint32_t, GoalId> members = {};                   // listed names to be written
  std::vector<std::pair<uint32_t, GoalId>> of_classes = {};  // names of a class to be written
  std::map<uint32_t, uint32_t> absent = {};  // names that stay away, how often chosen
  std::vector<uint32_t> open = {};           // atoms that still need a reason
  bool doubtful = false, cut = false;
  size_t steps = 0;

  enum Kind { kCarrier, kAbsent, kFewer, kMore, kNewMember, kOfClass, kCarriedByClass };
  struct Choice {
    Kind kind;
    uint32_t value;
  };
  struct Level {
    std::vector<Choice> choices;
    size_t next = 0;
    int stage = 0;  // the first choices mostly do: the others are listed when they are needed
    // To take the last choice back.
    Choice made{kFewer, 0};
    bool is_made = false;
    uint32_t old_low = 0, old_high = 0;
    GoalId old_goal = 0;
  };

  // What the style lets be written is known once the object stands in its place; before, any name
  // counts.
  bool Allowed(uint32_t name) const {
    if (at.plan == kNoPlan) return true;
    size_t listed = shape.names.size();
    return name < listed ? shape.allowed[name] : shape.classes[name - listed].allowed;
  }
  bool Has(GoalId goal) {
    if (goal == GoalStore::kTrue) return true;
    if (goal == GoalStore::kFalse) return false;
    Tri answer = known(goal);
    doubtful = doubtful || answer == Tri::kUndecided;
    return answer != Tri::kNo;
  }
  bool MayCome(uint32_t name) const {
    return Allowed(name) && !at.Seen(name) && absent.count(name) == 0 &&
           !(schema.ordered() && shape.order[name] < at.cursor);
  }
  GoalId Base(uint32_t name) {
    std::vector<GoalId> goals;
    for (uint32_t a : cube.yes) goals.push_back(schema.MemberFormula(a, at.shape, name));
    return schema.goals_.AndAll(std::move(goals));
  }
  GoalId Refusal(uint32_t a, uint32_t name) {
    return schema.goals_.Not(schema.MemberFormula(a, at.shape, name));
  }

  Tri Run(Way* way) {
    for (uint32_t a : cube.yes) {
      low = std::max(low, schema.atoms_[a].min_members);
      high = std::min(high, schema.atoms_[a].max_members);
      for (uint32_t string : schema.atoms_[a].required) {
        uint32_t name = shape.index_of.at(string);
        if (at.Seen(name) || members.count(name) != 0) continue;
        if (!MayCome(name)) return Tri::kNo;
        GoalId goal = Base(name);
        if (!Has(goal)) return Tri::kNo;
        members[name] = goal;
      }
    }
    if (low > high || members.size() + at.count > high) return Tri::kNo;
    for (uint32_t a : cube.no) {
      if (schema.atoms_[a].is_distinct) continue;  // told when the object is complete
      // A member that must come may refuse it already.
      bool refused = false;
      for (const auto& [name, goal] : members) {
        GoalId formula = schema.MemberFormula(a, at.shape, name);
        if (formula == GoalStore::kTrue) continue;
        GoalId both = schema.goals_.And(goal, formula);
        if (!schema.PlainlyEmpty(both)) continue;
        refused = true;
        break;
      }
      if (!refused) open.push_back(a);
    }
    // Atoms with few reasons first.
    std::vector<Level> levels;
    auto enter = [&] {
      levels.emplace_back();
      if (levels.size() <= open.size()) levels.back().choices = ChoicesOf(open[levels.size() - 1]);
    };
    enter();
    while (!levels.empty()) {
      if (!schema.Tick()) return Tri::kUndecided;
      if (++steps > kMostSteps) {
        cut = true;
        break;
      }
      Level& level = levels.back();
      if (levels.size() > open.size()) {
        if (Finish(way)) return doubtful ? Tri::kUndecided : Tri::kYes;
        levels.pop_back();
        continue;
      }
      if (level.is_made) {
        TakeBack(level);
        level.is_made = false;
      }
      if (level.next == level.choices.size()) {
        if (level.stage == 2) {
          levels.pop_back();
        } else if (++level.stage == 1) {
          AddCarriers(open[levels.size() - 1], &level.choices);
        } else {
          AddNames(open[levels.size() - 1], &level.choices);
        }
        continue;
      }
      if (Make(level, open[levels.size() - 1], level.choices[level.next++])) enter();
    }
    return cut || doubtful ? Tri::kUndecided : Tri::kNo;
  }

  std::vector<Choice> ChoicesOf(uint32_t a) {
    const Atom& atom = schema.atoms_[a];
    std::vector<Choice> choices;
    for (uint32_t string : atom.required) {
      uint32_t name = shape.index_of.at(string);
      if (!at.Seen(name) && members.count(name) == 0) choices.push_back({kAbsent, name});
    }
    if (atom.min_members > 0) choices.push_back({kFewer, atom.min_members - 1});
    if (atom.max_members != kNone) choices.push_back({kMore, atom.max_members + 1});
    return choices;
  }

  void AddCarriers(uint32_t a, std::vector<Choice>* choices) {
    auto refuses = [&](uint32_t name) {
      return schema.MemberFormula(a, at.shape, name) != GoalStore::kTrue;
    };
    for (const auto& member : members) {
      if (refuses(member.first)) choices->push_back({kCarrier, member.first});
    }
    for (uint32_t i = 0; i < of_classes.size(); ++i) {
      if (refuses(of_classes[i].first)) choices->push_back({kCarriedByClass, i});
    }
    uint32_t listed = static_cast<uint32_t>(shape.names.size());
    for (uint32_t c = 0; c < shape.classes.size(); ++c) {
      if (Allowed(listed + c) && refuses(listed + c)) choices->push_back({kOfClass, listed + c});
    }
    if (shape.undecided) cut = true;
  }

  void AddNames(uint32_t a, std::vector<Choice>* choices) {
    size_t tried = 0;
    for (uint32_t name = 0; name < shape.names.size(); ++name) {
      if (members.count(name) != 0 || !MayCome(name)) continue;
      if (schema.MemberFormula(a, at.shape, name) == GoalStore::kTrue) continue;
      if (++tried > kMostNamesTried) {
        cut = true;
        return;
      }
      choices->push_back({kNewMember, name});
    }
  }

  bool Make(Level& level, uint32_t a, const Choice& choice) {
    level.made = choice;
    level.old_low = low;
    level.old_high = high;
    switch (choice.kind) {
      case kAbsent:
        if (members.count(choice.value) != 0) return false;
        ++absent[choice.value];
        break;
      case kFewer:
        high = std::min(high, choice.value);
        if (low > high || at.count + members.size() + of_classes.size() > high) {
          high = level.old_high;
          return false;
        }
        break;
      case kMore:
        low = std::max(low, choice.value);
        if (low > high) {
          low = level.old_low;
          return false;
        }
        break;
      case kCarrier:
      case kCarriedByClass: {
        GoalId& goal =
            choice.kind == kCarrier ? members[choice.value] : of_classes[choice.value].second;
        uint32_t name = choice.kind == kCarrier ? choice.value : of_classes[choice.value].first;
        GoalId wanted = schema.goals_.And(goal, Refusal(a, name));
        if (!Has(wanted)) return false;
        level.old_goal = goal;
        goal = wanted;
        break;
      }
      case kNewMember:
      case kOfClass: {
        if (at.count + members.size() + of_classes.size() + 1 > high) return false;
        if (choice.kind == kNewMember &&
            (absent.count(choice.value) != 0 || members.count(choice.value) != 0)) {
          return false;
        }
        GoalId wanted = schema.goals_.And(Base(choice.value), Refusal(a, choice.value));
        if (!Has(wanted)) return false;
        if (choice.kind == kNewMember) {
          members[choice.value] = wanted;
        } else {
          of_classes.emplace_back(choice.value, wanted);
        }
        break;
      }
    }
    level.is_made = true;
    return true;
  }

  void TakeBack(Level& level) {
    low = level.old_low;
    high = level.old_high;
    switch (level.made.kind) {
      case kAbsent:
        if (--absent[level.made.value] == 0) absent.erase(level.made.value);
        break;
      case kCarrier:
        members[level.made.value] = level.old_goal;
        break;
      case kCarriedByClass:
        of_classes[level.made.value].second = level.old_goal;
        break;
      case kNewMember:
        members.erase(level.made.value);
        break;
      case kOfClass:
        of_classes.pop_back();
        break;
      case kFewer:
      case kMore:
        break;
    }
  }

  // All reasons are found: are there enough members to fill up with?
  bool Finish(Way* way) {
    uint64_t count = at.count + members.size() + of_classes.size();
    if (count > high) return false;
    std::map<uint32_t, GoalId> all = members;
    uint64_t of_class = 0;
    uint32_t filler = 0;
    GoalId filler_goal = GoalStore::kFalse;
    uint32_t listed = static_cast<uint32_t>(shape.names.size());
    if (count < low) {
      // A class has as many names as are asked for.
      for (uint32_t c = 0; c < shape.classes.size() && of_class == 0; ++c) {
        if (!Allowed(listed + c)) continue;
        GoalId goal = Base(listed + c);
        if (!Has(goal)) continue;
        of_class = low - count;
        filler = listed + c;
        filler_goal = goal;
      }
      for (uint32_t name = 0; name < listed && of_class == 0 && count < low; ++name) {
        if (!schema.Tick()) return false;
        if (all.count(name) != 0 || !MayCome(name)) continue;
        GoalId goal = Base(name);
        if (!Has(goal)) continue;
        all[name] = goal;
        ++count;
      }
      if (of_class == 0 && count < low) {
        cut = cut || shape.undecided;
        return false;
      }
    }
    if (way != nullptr) Write(all, filler, filler_goal, of_class, way);
    return true;
  }

  void Write(const std::map<uint32_t, GoalId>& all, uint32_t filler, GoalId filler_goal,
             uint64_t fillers, Way* way) {
    *way = Way{JsonType::kObject, 2, false, {}, {}, {}, ""};
    std::vector<std::pair<uint32_t, GoalId>> sorted(all.begin(), all.end());
    std::sort(sorted.begin(), sorted.end(), [&](const auto& x, const auto& y) {
      return shape.order[x.first] < shape.order[y.first];
    });
    auto add = [&](const std::string& name, GoalId goal) {
      way->base += QuoteJson(name).size() + 1 + (way->names.empty() ? 0 : 1);
      way->names.push_back(name);
      way->children.emplace_back(goal, 1);
    };
    for (const auto& [name, goal] : sorted) add(shape.names[name], goal);
    constexpr uint64_t kMostFillers = 65536;
    std::vector<std::pair<uint32_t, GoalId>> others = of_classes;
    for (uint64_t i = 0; i < std::min(fillers, kMostFillers); ++i)
      others.emplace_back(filler, filler_goal);
    std::vector<std::string> used;
    for (const auto& [name, goal] : others) {
      // Among many, a counter is as new as a search.
      std::string text = used.size() < 64 || !shape.patterns.empty()
                             ? schema.NewName(shape, name, used)
                             : "_" + std::to_string(used.size());
      used.push_back(text);
      add(text, goal);
    }
    if (fillers > kMostFillers) way->base = kNoCost - 1;
  }
};

Tri Schema::FindWay(const Cube& cube, const ObjectAt& at, const Known& known, Way* way) {
  ObjectSearch search{*this, cube, at, known, *shapes_[at.shape]};
  return search.Run(way);
}

}  // namespace grammask
