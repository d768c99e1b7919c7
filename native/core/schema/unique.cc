// Values that differ: how many a goal has, and which. See schema.h.
//
// Scalars are counted exactly. Of containers it is found out that there are more than asked for: an
// array of any length, an object with a member of any name or with a child that has many values.
// Where that fails the answer is "undecided".
#include <algorithm>
#include <bit>

#include "automata/few_texts.h"
#include "base/utf8.h"
#include "schema/schema.h"

namespace grammask {
namespace {

constexpr int kDeepest = 6;
constexpr size_t kMostListed = 4096;

}  // namespace

bool Schema::AsksToDiffer(GoalId goal) {
  const std::vector<uint32_t>& support = goals_.Support(goal);
  return std::any_of(support.begin(), support.end(),
                     [&](uint32_t a) { return atoms_[a].is_distinct; });
}

// The goal of a value that differs from those before it.
GoalId Schema::IfDistinct(GoalId goal) {
  const std::vector<uint32_t> support = goals_.Support(goal);
  for (uint32_t a : support) {
    if (atoms_[a].is_distinct) goal = goals_.With(goal, a);
  }
  return goal;
}

// Up to `limit` values, as compact texts with sorted members.
Schema::Values Schema::ValuesOf(GoalId start, size_t limit, int depth) {
  Values found;
  GoalId goal = IfDistinct(start);
  if (goal == GoalStore::kFalse) return found;
  limit = std::min(limit, kMostListed);
  auto add = [&](std::string text) {
    if (found.texts.size() >= limit) {
      found.many = true;
    } else {
      found.texts.push_back(std::move(text));
    }
  };
  for (int t = 0; t < 7 && !found.many && Tick(); ++t) {
    JsonType type = static_cast<JsonType>(t);
    std::vector<uint32_t> failed;
    for (uint32_t a : goals_.Support(goal)) {
      if (!atoms_[a].allows[t]) failed.push_back(a);
    }
    GoalId typed = goals_.Without(goal, failed);
    if (typed == GoalStore::kFalse) continue;
    if (type <= JsonType::kFalse) {
      static const char* kLiterals[] = {"null", "true", "false"};
      if (goals_.Holds(typed, [](uint32_t) { return true; })) add(kLiterals[t]);
      continue;
    }
    if (type == JsonType::kNumber) {
      AddNumberValues(typed, limit, &found);
      continue;
    }
    const auto* cubes = goals_.Cubes(typed);
    if (cubes == nullptr) {
      found.all = false;
      continue;
    }
    const std::vector<Cube> copy = *cubes;
    for (const Cube& cube : copy) {
      if (found.many || !Tick()) break;
      if (type == JsonType::kString) {
        AddStringValues(cube, limit, &found);
      } else if (type == JsonType::kArray) {
        AddArrayValues(cube, limit, depth, &found);
      } else {
        AddObjectValues(cube, limit, depth, &found);
      }
    }
  }
  std::sort(found.texts.begin(), found.texts.end());
  found.texts.erase(std::unique(found.texts.begin(), found.texts.end()), found.texts.end());
  return found;
}

void Schema::AddNumberValues(GoalId goal, size_t limit, Values* found) {
  std::vector<uint32_t> atoms = goals_.Support(goal);
  std::vector<NumberConstraint> constraints;
  for (uint32_t a : atoms) constraints.push_back(atoms_[a].number);
  bool open = false;
  for (const NumberConstraint& piece : PiecesOf(goal, atoms, constraints, &open)) {
    NumberList list = ListNumbers(piece, canonical(), limit);
    for (const Decimal& value : list.values) found->texts.push_back(value.ToCanonicalJson());
    found->many |= list.more;
  }
  if (open) found->all = false;
}

void Schema::AddStringValues(const Cube& cube, size_t limit, Values* found) {
  const CharRange scalars[] = {{0, 0xD7FF}, {0xE000, 0x10FFFF}};
  StringDemands demands;
  for (uint32_t a : cube.yes)
    demands.Hold(atoms_[a].text, atoms_[a].min_length, atoms_[a].max_length);
  for (uint32_t a : cube.no)
    demands.Fail(atoms_[a].text, atoms_[a].min_length, atoms_[a].max_length);
  demands.ForEach(pool_, [&](ExprId joint, uint32_t min, uint32_t max) {
    if (!Tick()) return true;
    Tri some = pool_.HasLength(joint, min, max);
    if (some == Tri::kNo) return false;
    ExprId parts[] = {joint, pool_.Repeat(pool_.Set(scalars), min, max)};
    ExprId bounded = min == 0 && max == kNone ? joint : pool_.Intersect(parts);
    // One after the other, shortest first; few languages are finite.
    for (size_t i = 0; i <= std::min<size_t>(limit, 64); ++i) {
      std::optional<std::string> text = pool_.Shortest(bounded);
      if (!text) {
        if (pool_.NonEmpty(bounded) != Tri::kNo) found->all = false;
        return false;
      }
      found->texts.push_back(QuoteJson(*text));
      ExprId rest[] = {bounded, pool_.Complement(pool_.Literal(*text))};
      bounded = pool_.Intersect(rest);
      if (pool_.NonEmpty(bounded) == Tri::kNo) return false;
    }
    if (limit <= 64) {
      found->many = true;
      return true;
    }
    std::vector<std::string> texts = FewTexts(pool_, bounded, limit);
    if (texts.empty()) {
      // More than the limit, or long ones.
      found->many = true;
      return true;
    }
    for (const std::string& text : texts) found->texts.push_back(QuoteJson(text));
    return false;
  });
}

void Schema::AddArrayValues(const Cube& cube, size_t limit, int depth, Values* found) {
  uint32_t low = 0, high = kNone, fixed = 0;
  bool simple = cube.no.empty();
  for (uint32_t a : cube.yes) {
    low = std::max(low, atoms_[a].min_items);
    high = std::min(high, atoms_[a].max_items);
    fixed = std::max(fixed, static_cast<uint32_t>(atoms_[a].prefix.size()));
    simple = simple && atoms_[a].contains == kNone && !atoms_[a].unique;
  }
  if (low > high) return;
  if (!simple || depth >= kDeepest || high > 8) {
    // Long arrays: there are as many as lengths.
    if (simple && depth < kDeepest && low <= kMostListed && high > low + limit) {
      std::string text = "[";
      for (uint32_t i = 0; i <= std::max<size_t>(low, fixed) + limit; ++i) {
        if (i >= low) found->texts.push_back(text + "]");
        GoalId item = ItemConjunction(cube.yes, std::min(i, fixed));
        Values one =
            item == GoalStore::kTrue ? Values{false, true, {"0"}} : ValuesOf(item, 1, depth + 1);
        if (one.texts.empty() || !Tick()) break;
        text += (i == 0 ? "" : ",") + one.texts[0];
      }
      if (found->texts.size() > limit) {
        found->many = true;
        return;
      }
    }
    found->all = false;
    return;
  }
  // All arrays up to the length, item by item.
  std::vector<std::string> arrays{"["};
  for (uint32_t length = 0;; ++length) {
    if (length >= low) {
      for (const std::string& text : arrays) found->texts.push_back(text + "]");
    }
    if (length == high || found->texts.size() > limit) break;
    Values items = ValuesOf(ItemConjunction(cube.yes, length), limit, depth + 1);
    if (!items.all) found->all = false;
    if (items.many && !items.texts.empty()) {
      found->many = length + 1 >= low;
      found->all = false;
    }
    std::vector<std::string> longer;
    for (const std::string& text : arrays) {
      for (const std::string& item : items.texts) {
        if (longer.size() > limit || !Tick()) break;
        longer.push_back(text + (length == 0 ? "" : ",") + item);
      }
    }
    if (longer.empty() || found->many) break;
    if (longer.size() > limit && length + 1 >= low) {
      found->many = true;
      for (const std::string& text : longer) found->texts.push_back(text + "]");
      break;
    }
    if (longer.size() > limit) found->all = false;
    arrays = std::move(longer);
  }
}

void Schema::AddObjectValues(const Cube& cube, size_t limit, int depth, Values* found) {
  if (!SimpleObject(cube) || depth >= kDeepest) {
    found->all = false;
    return;
  }
  uint32_t shape_id = ShapeOfAtoms(cube.yes);
  const Shape& shape = *shapes_[shape_id];
  uint32_t listed = static_cast<uint32_t>(shape.names.size());
  std::unordered_set<uint32_t> required;
  for (uint32_t a : cube.yes) {
    for (uint32_t string : atoms_[a].required) required.insert(shape.index_of.at(string));
  }
  auto goal_of = [&](uint32_t name) {
    std::vector<GoalId> goals;
    for (uint32_t a : cube.yes) goals.push_back(MemberFormula(a, shape_id, name));
    return goals_.AndAll(std::move(goals));
  };
  // All objects, member by member.
  std::vector<std::string> objects{""};
  for (uint32_t name = 0; name < listed; ++name) {
    Values values = shape.allowed[name] ? ValuesOf(goal_of(name), limit, depth + 1) : Values{};
    if (!values.all || values.many) found->all = false;
    std::vector<std::string> next;
    if (required.count(name) == 0) next = objects;
    for (const std::string& object : objects) {
      for (const std::string& value : values.texts) {
        if (next.size() > limit || !Tick()) break;
        next.push_back(object + (object.empty() ? "" : ",") + QuoteJson(shape.names[name]) + ":" +
                       value);
      }
    }
    if (next.size() > limit) {
      found->all = false;
      next.resize(limit + 1);
    }
    objects = std::move(next);
    if (objects.empty()) return;  // a required member without values, as far as is known
  }
  for (const std::string& object : objects) found->texts.push_back("{" + object + "}");
  if (found->texts.size() > limit) found->many = true;
  for (uint32_t c = 0; c < shape.classes.size() && !found->many; ++c) {
    if (!shape.classes[c].allowed) continue;
    GoalId goal = goal_of(listed + c);
    if (goal == GoalStore::kFalse) continue;
    Values value = ValuesOf(goal, 1, depth + 1);
    if (value.texts.empty()) {
      found->all = found->all && value.all;
      continue;
    }
    // Any number of names.
    const std::string first = objects[0];
    std::vector<std::string> used;
    for (size_t i = 0; i <= limit && i < 64; ++i) {
      used.push_back(NewName(shape, listed + c, used));
      std::string object = first.empty() ? "" : first + ",";
      found->texts.push_back("{" + object + QuoteJson(used.back()) + ":" + value.texts[0] + "}");
    }
    found->many = true;
  }
  if (shape.undecided) found->all = false;
}

const Schema::KnownValues& Schema::KnownValuesOf(GoalId goal, size_t limit) {
  constexpr size_t kFew = 16;
  KnownValues& known = values_[goal];
  if (known.limit >= limit && known.limit > 0) return known;
  // More than asked for: the next question asks for one more.
  limit = std::bit_ceil(std::max(limit, kFew));
  KnownValues found{limit, ValuesOf(goal, limit, 0)};
  if (OutOfBudget()) return unkept_values_ = std::move(found);
  size_t bytes = 0;
  for (const std::string& text : found.values.texts) bytes += text.size() + sizeof(text);
  Charge(sizeof(KnownValues) + 64 + bytes);
  // That there are many says all.
  if (found.values.many) found.values.texts.clear();
  return known = std::move(found);
}

bool Schema::HasOtherValue(GoalId goal, size_t count,
                           const std::function<std::vector<std::string>()>& before) {
  // May it also equal one of them?
  std::vector<uint32_t> distinct;
  for (uint32_t a : goals_.Support(goal)) {
    if (atoms_[a].is_distinct) distinct.push_back(a);
  }
  GoalId equal = goals_.Without(goal, distinct);
  if (Satisfiable(equal) != Tri::kNo) {
    if (!goals_.Implies(equal, IfDistinct(goal))) ++undecided;
    return true;
  }
  const KnownValues& known = KnownValuesOf(goal, count);
  if (known.values.many) return true;
  const std::vector<std::string> taken = before();
  for (const std::string& text : known.values.texts) {
    if (std::find(taken.begin(), taken.end(), text) == taken.end()) return true;
  }
  if (!known.values.all) ++undecided;
  return !known.values.all;
}

std::optional<std::string> Schema::OtherValue(GoalId goal, const std::vector<std::string>& before) {
  auto shorter = [](const std::string& x, const std::string& y) { return x.size() < y.size(); };
  if (IfDistinct(goal) == GoalStore::kFalse) {
    // It must equal one of them.
    auto shortest = std::min_element(before.begin(), before.end(), shorter);
    return shortest == before.end() ? std::nullopt : std::optional<std::string>(*shortest);
  }
  Values values = ValuesOf(goal, before.size() + 1, 0);
  std::optional<std::string> best;
  for (const std::string& text : values.texts) {
    if (std::find(before.begin(), before.end(), text) != before.end()) continue;
    if (!best || shorter(text, *best)) best = text;
  }
  return best;
}

// Values that differ from each other, so many for each goal, in order. Goals with few values choose
// first, as in a matching.
Tri Schema::FindDistinctValues(const std::vector<std::pair<GoalId, uint64_t>>& items,
                               std::vector<std::string>* texts) {
  uint64_t total = 0;
  for (const auto& item : items) total = std::min(total + item.second, kNoCost);
  if (total <= 1) return Tri::kYes;
  if (total > kMostListed) {
    // Only whether each goal has values without end is looked at.
    for (const auto& item : items) {
      if (!ValuesOf(item.first, kMostListed, 0).many) return Tri::kUndecided;
    }
    return Tri::kYes;
  }
  size_t n = static_cast<size_t>(total);
  bool all = true, whole = true;
  std::vector<std::vector<std::string>> choices;  // of each item
  for (const auto& [goal, times] : items) {
    Values values = ValuesOf(goal, n, 0);
    all = all && (values.all || values.many);
    whole = whole && (!values.many || values.texts.size() >= n);
    std::sort(values.texts.begin(), values.texts.end(),
              [](const std::string& x, const std::string& y) {
                return x.size() != y.size() ? x.size() < y.size() : x < y;
              });
    if (values.texts.size() > n) values.texts.resize(n);
    for (uint64_t i = 0; i < times; ++i) choices.push_back(values.texts);
  }
  // Augmenting paths (Kuhn), one item after the other, without recursion.
  std::unordered_map<std::string, size_t> owner;
  std::vector<std::string> chosen(choices.size());
  for (size_t item = 0; item < choices.size(); ++item) {
    std::unordered_map<std::string, std::pair<size_t, std::string>>
        from;  // value: who asked, holding
    std::vector<size_t> queue{item};
    std::optional<std::string> free;
    std::unordered_map<std::string, size_t> asked;
    for (size_t at = 0; at < queue.size() && !free && Tick(); ++at) {
      for (const std::string& text : choices[queue[at]]) {
        if (!asked.emplace(text, queue[at]).second) continue;
        auto held = owner.find(text);
        if (held == owner.end()) {
          free = text;
          break;
        }
        queue.push_back(held->second);
      }
    }
    if (!free) return all && whole ? Tri::kNo : Tri::kUndecided;
    std::string text = *free;
    while (true) {
      size_t taker = asked.at(text);
      std::string before = chosen[taker];
      owner[text] = taker;
      chosen[taker] = text;
      if (taker == item) break;
      text = before;
    }
  }
  if (texts != nullptr) *texts = std::move(chosen);
  return Tri::kYes;
}

Tri Schema::HaveDistinctValues(const std::vector<std::pair<GoalId, uint64_t>>& items) {
  return FindDistinctValues(items, nullptr);
}

}  // namespace grammask
