// The member names in force in an object, and what an atom asks of a member with a name. See
// schema.h.
#include <algorithm>

#include "automata/few_texts.h"
#include "base/utf8.h"
#include "schema/schema.h"

namespace grammask {
namespace {

constexpr size_t kMostClasses = 1024;
constexpr size_t kFewNames = 64;  // a class with no more names is listed

}  // namespace

bool Schema::Matches(ExprId expr, std::string_view text) {
  for (size_t at = 0; at < text.size() && expr != ExprPool::kAny && expr != ExprPool::kEmpty;) {
    uint32_t code_point = CodePointAt(text, at);
    at += Utf8Length(code_point);
    expr = pool_.Derive(expr, code_point);
  }
  return pool_.Nullable(expr);
}

bool Schema::MatchesString(ExprId expr, uint32_t string) {
  uint64_t key = (static_cast<uint64_t>(expr) << 32) | string;
  auto found = matches_.find(key);
  if (found != matches_.end()) return found->second;
  bool result = Matches(expr, program_.strings[string]);
  if (OutOfBudget()) return result;
  Charge(48);
  return matches_.emplace(key, result).first->second;
}

// The strings that reach the goal, as one expression.
ExprId Schema::TextOf(GoalId goal) {
  const CharRange scalars[] = {{0, 0xD7FF}, {0xE000, 0x10FFFF}};
  auto text_of = [&](uint32_t a) {
    const Atom& atom = atoms_[a];
    if (!atom.allows[static_cast<int>(JsonType::kString)]) return ExprPool::kEmpty;
    if (atom.min_length == 0 && atom.max_length == kNone) return atom.text;
    if (atom.min_length > atom.max_length) return ExprPool::kEmpty;
    ExprId both[] = {atom.text, pool_.Repeat(pool_.Set(scalars), atom.min_length, atom.max_length)};
    return pool_.Intersect(both);
  };
  std::unordered_map<GoalId, ExprId> done{{GoalStore::kFalse, ExprPool::kEmpty},
                                          {GoalStore::kTrue, ExprPool::kAny}};
  std::vector<GoalId> stack{goal};
  while (!stack.empty()) {
    GoalId id = stack.back();
    if (done.count(id) != 0 || !Tick()) {
      stack.pop_back();
      continue;
    }
    auto [a, low, high] = goals_.Branch(id);
    auto lo = done.find(low), hi = done.find(high);
    if (lo == done.end()) {
      stack.push_back(low);
    } else if (hi == done.end()) {
      stack.push_back(high);
    } else {
      ExprId text = text_of(a), below = lo->second;
      ExprId holds[] = {text, hi->second};
      ExprId fails[] = {pool_.Complement(text), below};
      ExprId either[] = {pool_.Intersect(holds),
                         goals_.Implies(low, high) ? below : pool_.Intersect(fails)};
      done[id] = pool_.Union(either);
      stack.pop_back();
    }
  }
  auto found = done.find(goal);
  return found == done.end() ? ExprPool::kAny : found->second;
}

ExprId Schema::NamesText(uint32_t a) {
  if (atoms_[a].names == kNone) return ExprPool::kAny;
  ExprId text = TextOf(GoalOf(atoms_[a].names));
  if (OutOfBudget()) return text;
  atoms_[a].names = kNone;
  return atoms_[a].names_text = text;
}

template <typename Test>
GoalId Schema::FormulaOfName(const Atom& atom, uint32_t string, Test matches) {
  if (atom.names_text != ExprPool::kAny && !matches(atom.names_text)) return GoalStore::kFalse;
  std::vector<GoalId> goals;
  auto found = string == kNone ? atom.property_node.end() : atom.property_node.find(string);
  bool listed = found != atom.property_node.end();
  if (listed) goals.push_back(GoalOf(found->second));
  for (const auto& [expr, node] : atom.patterns) {
    if (!matches(expr)) continue;
    listed = true;
    goals.push_back(GoalOf(node));
  }
  if (!listed && atom.additional != kNone) goals.push_back(GoalOf(atom.additional));
  if (goals.empty()) return GoalStore::kTrue;
  return goals.size() == 1 ? goals[0] : goals_.AndAll(std::move(goals));
}

GoalId Schema::MemberFormula(uint32_t a, uint32_t string) {
  NamesText(a);
  return FormulaOfName(atoms_[a], string, [&](ExprId expr) { return MatchesString(expr, string); });
}

GoalId Schema::MemberFormula(uint32_t a, uint32_t shape_id, uint32_t name) {
  NamesText(a);
  const Shape& shape = *shapes_[shape_id];
  size_t listed = shape.names.size();
  const std::vector<bool>& matches =
      name < listed ? shape.matches[name] : shape.classes[name - listed].matches;
  return FormulaOfName(atoms_[a], name < listed ? shape.strings[name] : kNone, [&](ExprId expr) {
    auto at = shape.pattern_index.find(expr);
    return at != shape.pattern_index.end() && matches[at->second];
  });
}

uint32_t Schema::ShapeOf(PlanId id) {
  // In order of mention where the style asks for it; elsewhere any order will do.
  std::vector<uint32_t> atoms;
  std::unordered_set<uint32_t> known;
  for (uint32_t mention : places_[plans_[id].place]) {
    if (mention % 2 == 0 && atoms_[mention / 2].allows[static_cast<int>(JsonType::kObject)] &&
        known.insert(mention / 2).second)
      atoms.push_back(mention / 2);
  }
  for (uint32_t a : plans_[id].atoms) {
    if (known.insert(a).second) atoms.push_back(a);
  }
  return ShapeOfAtoms(atoms);
}

uint32_t Schema::ShapeOfAtoms(const std::vector<uint32_t>& atoms) {
  auto known = shape_ids_.find(atoms);
  if (known != shape_ids_.end()) return known->second;
  auto made = std::make_unique<Shape>();
  Shape& shape = *made;
  std::vector<std::pair<std::string, uint32_t>> mentioned;  // in order of first mention
  std::unordered_set<uint32_t> listed;
  auto mention = [&](uint32_t string) {
    if (listed.insert(string).second) mentioned.emplace_back(program_.strings[string], string);
  };
  auto add_pattern = [&](ExprId expr) {
    if (shape.pattern_index.emplace(expr, static_cast<uint32_t>(shape.patterns.size())).second)
      shape.patterns.push_back(expr);
  };
  for (uint32_t a : atoms) {
    NamesText(a);
    const Atom& atom = atoms_[a];
    shape.some_schema |= atom.additional_is_schema;
    for (const auto& property : atom.properties) mention(property.first);
    for (uint32_t name : atom.required) mention(name);
    for (const auto& pattern : atom.patterns) {
      add_pattern(pattern.first);
      shape.declaring.push_back(pattern.first);
    }
    if (atom.names_text != ExprPool::kAny) add_pattern(atom.names_text);
  }
  if (!FindClasses(&shape, listed.empty() ? std::vector<uint32_t>()
                                          : std::vector<uint32_t>(listed.begin(), listed.end()))) {
    shape.undecided = true;
    ++undecided;
  }
  // Classes with few names are listed, behind all others in the order of mention.
  size_t declared = mentioned.size();
  std::vector<bool> allowed_few;  // of the names without a program string
  std::vector<Shape::NameClass> kept;
  for (Shape::NameClass& some : shape.classes) {
    std::vector<std::string> texts;
    if (!shape.patterns.empty()) texts = FewTexts(pool_, some.text, kFewNames);
    if (texts.empty()) {
      kept.push_back(std::move(some));
      continue;
    }
    for (std::string& text : texts) {
      mentioned.emplace_back(std::move(text), kNone);
      allowed_few.push_back(some.allowed);
    }
  }
  shape.classes = std::move(kept);
  std::vector<uint32_t> sorted(mentioned.size());
  for (uint32_t i = 0; i < sorted.size(); ++i) sorted[i] = i;
  std::sort(sorted.begin(), sorted.end(),
            [&](uint32_t x, uint32_t y) { return mentioned[x].first < mentioned[y].first; });
  shape.by_order.resize(sorted.size());
  for (uint32_t i = 0; i < sorted.size(); ++i) {
    const auto& [text, string] = mentioned[sorted[i]];
    shape.names.push_back(text);
    shape.order.push_back(sorted[i]);
    shape.by_order[sorted[i]] = i;
    if (string != kNone) shape.index_of[string] = i;
    shape.strings.push_back(string);
    shape.allowed.push_back(sorted[i] < declared || allowed_few[sorted[i] - declared]);
    std::vector<bool> matches;
    for (ExprId expr : shape.patterns) matches.push_back(Matches(expr, text));
    shape.matches.push_back(std::move(matches));
  }
  uint32_t id = static_cast<uint32_t>(shapes_.size());
  Charge(sizeof(Shape) + 64 + shape.names.size() * 128 + shape.classes.size() * 128);
  shapes_.push_back(std::move(made));
  if (!OutOfBudget()) shape_ids_.emplace(atoms, id);
  return id;
}

// One class for each combination of expressions that some unlisted name matches. False if there are
// too many.
bool Schema::FindClasses(Shape* shape, const std::vector<uint32_t>& listed) {
  auto allowed = [&](const std::vector<bool>& matches) {
    return style_.undeclared == 0 || shape->some_schema ||
           std::any_of(shape->declaring.begin(), shape->declaring.end(),
                       [&](ExprId expr) { return matches[shape->pattern_index.at(expr)]; });
  };
  ExprId others = ExprPool::kAny;
  if (!shape->patterns.empty() && !listed.empty()) {
    std::vector<ExprId> literals;
    for (uint32_t string : listed) literals.push_back(pool_.Literal(program_.strings[string]));
    others = pool_.Complement(pool_.Union(literals));
  }
  std::vector<Shape::NameClass> classes{{{}, others, false}};
  for (ExprId expr : shape->patterns) {
    std::vector<Shape::NameClass> next;
    ExprId complement = pool_.Complement(expr);
    for (const Shape::NameClass& some : classes) {
      for (bool matches : {true, false}) {
        ExprId parts[] = {some.text, matches ? expr : complement};
        ExprId text = pool_.Intersect(parts);
        if (!Tick()) return false;
        if (pool_.NonEmpty(text) == Tri::kNo) continue;
        next.push_back({some.matches, text, false});
        next.back().matches.push_back(matches);
      }
    }
    if (next.size() > kMostClasses) {
      shape->classes.clear();
      return false;
    }
    classes = std::move(next);
  }
  for (Shape::NameClass& some : classes) some.allowed = allowed(some.matches);
  shape->classes = std::move(classes);
  return true;
}

uint32_t Schema::ClassOf(uint32_t shape_id, const std::vector<bool>& matches) {
  Shape& shape = *shapes_[shape_id];
  uint32_t names = static_cast<uint32_t>(shape.names.size());
  for (uint32_t c = 0; c < shape.classes.size(); ++c) {
    if (shape.classes[c].matches == matches) return names + c;
  }
  // Only where not all classes are listed.
  bool allowed = style_.undeclared == 0 || shape.some_schema ||
                 std::any_of(shape.declaring.begin(), shape.declaring.end(),
                             [&](ExprId expr) { return matches[shape.pattern_index.at(expr)]; });
  shape.classes.push_back({matches, ExprPool::kAny, allowed});
  Charge(sizeof(Shape::NameClass) + matches.size() / 8);
  return names + static_cast<uint32_t>(shape.classes.size()) - 1;
}

}  // namespace grammask
