// Can an array be completed so that some atoms hold and others fail? See schema.h.
//
// As for objects (object_ways.cc), each atom that must fail gets a reason: the array ends earlier
// or later than it allows, or some item does not satisfy what it asks there; one that counts items
// ends below or above its bounds. What is left then is to place items, one position after the
// other. Each item has some *features*: it is refused by an atom that still wants that, it is
// counted by a counter. Positions behind the listed ones are alike, so there an item with the same
// features stands for as many as are needed.
#include <algorithm>

#include "schema/schema.h"

namespace grammask {
namespace {

constexpr size_t kMostSteps = 20000;
constexpr size_t kMostFeatures = 10;

}  // namespace

Schema::Counts Schema::NamedCounts(const ArrayAt& at) const {
  Counts counts;
  const std::vector<uint32_t>& counters = plans_[at.plan].counters;
  for (size_t i = 0; i < counters.size(); ++i) counts.emplace_back(counters[i], at.counts[i]);
  return counts;
}

struct Schema::ArraySearch {
  Schema& schema;
  const Cube& cube;
  uint32_t start;
  const Counts& counts;
  const Known& known;
  bool unique = false;  // items must differ from each other
  uint32_t low = 0, high = kNone, fixed = 0;
  bool doubtful = false, cut = false;
  size_t steps = 0;

  struct Counter {
    GoalId matched;
    uint32_t need, room;  // items that it must still count, and may (kNone: any number)
  };
  // An atom that must fail, and the ways in which it can.
  enum Kind { kShorter, kLonger, kRefused, kRepeated, kFewer, kMore };
  struct Choice {
    Kind kind;
    uint32_t value;
  };
  struct Level {
    std::vector<Choice> choices;
    size_t next = 0;
  };
  // Items placed so far, and what is still open there.
  struct Place {
    uint32_t at;
    std::vector<uint32_t> need, room;  // of each counter
    uint32_t refusals;                 // bit i: refusers[i] still waits
    std::vector<uint32_t> sets;        // features to try
    size_t next = 0;
    GoalId goal = 0;  // of the items that led here
    uint32_t times = 0;
  };
  std::vector<Counter> counters = {};
  std::vector<std::pair<uint32_t, Kind>> refusers = {};

  uint32_t CountOf(uint32_t a) const {
    for (const auto& [atom, count] : counts) {
      if (atom == a) return count;
    }
    return 0;
  }
  bool Has(GoalId goal) {
    if (goal == GoalStore::kTrue) return true;
    if (goal == GoalStore::kFalse) return false;
    Tri answer = known(goal);
    doubtful = doubtful || answer == Tri::kUndecided;
    return answer != Tri::kNo;
  }

  Tri Run(Way* way) {
    for (uint32_t a : cube.yes) {
      const Atom& atom = schema.atoms_[a];
      low = std::max(low, atom.min_items);
      high = std::min(high, atom.max_items);
      fixed = std::max(fixed, static_cast<uint32_t>(atom.prefix.size()));
      unique |= atom.unique;
    }
    for (uint32_t a : cube.no)
      fixed = std::max(fixed, static_cast<uint32_t>(schema.atoms_[a].prefix.size()));
    if (low > high || start > high) return Tri::kNo;
    std::vector<Level> levels;
    std::vector<Choice> made;
    auto enter = [&] {
      levels.emplace_back();
      if (levels.size() <= cube.no.size())
        levels.back().choices = ChoicesOf(cube.no[levels.size() - 1]);
    };
    enter();
    while (!levels.empty()) {
      if (!schema.Tick()) return Tri::kUndecided;
      if (++steps > kMostSteps) {
        cut = true;
        break;
      }
      Level& level = levels.back();
      if (levels.size() > cube.no.size()) {
        if (Settle(made, way)) return doubtful ? Tri::kUndecided : Tri::kYes;
        levels.pop_back();
        if (!made.empty()) made.pop_back();
        continue;
      }
      if (level.next == level.choices.size()) {
        levels.pop_back();
        if (!made.empty()) made.pop_back();
        continue;
      }
      made.push_back(level.choices[level.next++]);
      enter();
    }
    return cut || doubtful ? Tri::kUndecided : Tri::kNo;
  }

  std::vector<Choice> ChoicesOf(uint32_t a) {
    const Atom& atom = schema.atoms_[a];
    std::vector<Choice> choices;
    if (atom.is_distinct) return {{kLonger, 0}};  // told when the array is complete
    if (atom.contains != kNone) {
      uint32_t count = CountOf(a);
      if (atom.min_contains > count) choices.push_back({kFewer, a});
      if (atom.max_contains != kNone) choices.push_back({kMore, a});
      return choices;
    }
    if (atom.min_items > start) choices.push_back({kShorter, atom.min_items - 1});
    bool refuses = atom.items != kNone || !atom.prefix.empty();
    if (refuses) choices.push_back({kRefused, a});
    if (atom.unique && !unique && TwinsPossible()) {
      // Which item equals which is not looked into.
      ++schema.undecided;
      choices.push_back({kRepeated, a});
    }
    if (atom.max_items != kNone) choices.push_back({kLonger, atom.max_items + 1});
    return choices;
  }

  // An item that is the reason: it does not satisfy what the atom asks there, or equals one before.
  GoalId Refusal(uint32_t a, Kind kind, uint32_t index) {
    if (kind == kRepeated) {
      return index == 0 ? GoalStore::kFalse
                        : schema.goals_.Not(schema.goals_.Atom(schema.atoms_[a].distinct));
    }
    return schema.goals_.Not(schema.IfDistinct(schema.ItemFormula(a, index)));
  }

  // May two items be equal, as far as their own goals say?
  bool TwinsPossible() {
    if (start > 0) return start < high;
    uint32_t last = std::min(high, fixed + 2);
    for (uint32_t p = 0; p + 1 < last && schema.Tick(); ++p) {
      for (uint32_t q = p + 1; q < last; ++q) {
        if (++steps > kMostSteps) return true;
        GoalId both = schema.goals_.And(schema.ItemConjunction(cube.yes, p),
                                        schema.ItemConjunction(cube.yes, q));
        if (Has(both)) return true;
      }
    }
    return false;
  }

  // With all reasons chosen: the bounds and features that follow, and items that meet them.
  bool Settle(const std::vector<Choice>& made, Way* way) {
    const uint32_t old_low = low, old_high = high;
    counters.clear();
    refusers.clear();
    bool possible = true;
    auto count_between = [&](uint32_t a, uint32_t least, uint32_t most) {
      uint32_t count = CountOf(a);
      if (count > most || least > most) {
        possible = false;
        return;
      }
      uint32_t need = least > count ? least - count : 0;
      uint32_t room = most == kNone ? kNone : most - count;
      if (need == 0 && room == kNone) return;
      counters.push_back({schema.GoalOf(schema.atoms_[a].contains), need, room});
    };
    for (uint32_t a : cube.yes) {
      const Atom& atom = schema.atoms_[a];
      if (atom.contains != kNone) count_between(a, atom.min_contains, atom.max_contains);
    }
    for (const Choice& choice : made) {
      switch (choice.kind) {
        case kShorter:
          high = std::min(high, choice.value);
          break;
        case kLonger:
          low = std::max(low, choice.value);
          break;
        case kRefused:
        case kRepeated:
          refusers.emplace_back(choice.value, choice.kind);
          break;
        case kFewer:
          count_between(choice.value, 0, schema.atoms_[choice.value].min_contains - 1);
          break;
        case kMore:
          count_between(choice.value, schema.atoms_[choice.value].max_contains + 1, kNone);
          break;
      }
    }
    bool found = possible && low <= high && start <= high && PlaceItems(way);
    low = old_low;
    high = old_high;
    return found;
  }

  // Sets of features, as bits: first the refusers, then the counters.
  std::vector<uint32_t> SetsFor(const Place& place) {
    uint32_t all = place.refusals;
    for (size_t c = 0; c < counters.size(); ++c) {
      // An item may be counted without need where there is room for it.
      if (place.need[c] > 0 || (place.room[c] != kNone && place.room[c] > 0))
        all |= 1u << (refusers.size() + c);
    }
    std::vector<uint32_t> sets;
    for (uint32_t set = all;; set = (set - 1) & all) {
      sets.push_back(set);
      if (set == 0) break;
    }
    std::stable_sort(sets.begin(), sets.end(), [](uint32_t x, uint32_t y) {
      return __builtin_popcount(x) > __builtin_popcount(y);
    });
    return sets;
  }

  bool Done(const Place& place) const {
    return place.at >= low && place.refusals == 0 &&
           std::all_of(place.need.begin(), place.need.end(), [](uint32_t n) { return n == 0; });
  }

  bool PlaceItems(Way* way) {
    if (refusers.size() + counters.size() > kMostFeatures) {
      cut = true;
      return false;
    }
    Place first{start, {}, {}, (1u << refusers.size()) - 1, {}, 0, 0, 0};
    for (const Counter& counter : counters) {
      first.need.push_back(counter.need);
      first.room.push_back(counter.room);
    }
    std::vector<Place> places;
    first.sets = SetsFor(first);
    places.push_back(std::move(first));
    while (!places.empty()) {
      if (!schema.Tick()) return false;
      Place& place = places.back();
      if (Done(place)) {
        if (Differ(places)) {
          if (way != nullptr) Write(places, way);
          return true;
        }
        places.pop_back();
        continue;
      }
      if (place.next == place.sets.size() || place.at >= high) {
        places.pop_back();
        continue;
      }
      if (++steps > kMostSteps) {
        cut = true;
        return false;
      }
      Place next = place;
      if (!AddItems(place, place.sets[place.next++], &next)) continue;
      next.sets = SetsFor(next);
      next.next = 0;
      places.push_back(std::move(next));
    }
    return false;
  }

  // Items with these features at the place: one, or in the positions that are alike as many as
  // help.
  bool AddItems(const Place& place, uint32_t set, Place* next) {
    bool open = place.refusals != 0 || std::any_of(place.need.begin(), place.need.end(),
                                                   [](uint32_t n) { return n != 0; });
    bool alike = place.at >= fixed && place.at > 0;
    uint64_t times = alike ? high - place.at : 1;
    if (alike && !open) times = std::min<uint64_t>(times, low > place.at ? low - place.at : 1);
    std::vector<GoalId> parts;
    for (uint32_t a : cube.yes) parts.push_back(schema.ItemFormula(a, place.at));
    bool helps = !open;
    for (size_t r = 0; r < refusers.size(); ++r) {
      if (((set >> r) & 1) == 0) continue;
      parts.push_back(Refusal(refusers[r].first, refusers[r].second, place.at));
      next->refusals &= ~(1u << r);
      times = 1;
      helps = true;
    }
    for (size_t c = 0; c < counters.size(); ++c) {
      bool counted = ((set >> (refusers.size() + c)) & 1) != 0;
      if (counted) {
        parts.push_back(counters[c].matched);
        if (place.need[c] > 0) {
          times = std::min<uint64_t>(times, place.need[c]);
          helps = true;
        }
        if (place.room[c] != kNone) times = std::min<uint64_t>(times, place.room[c]);
      } else if (place.room[c] != kNone) {
        parts.push_back(schema.goals_.Not(counters[c].matched));
      }
    }
    if (alike && !helps) return false;
    GoalId goal = schema.goals_.AndAll(std::move(parts));
    if (!Has(goal)) return false;
    for (size_t c = 0; c < counters.size(); ++c) {
      if (((set >> (refusers.size() + c)) & 1) == 0) continue;
      uint32_t n = static_cast<uint32_t>(times);
      next->need[c] -= std::min(next->need[c], n);
      if (next->room[c] != kNone) next->room[c] -= n;
    }
    next->goal = goal;
    next->times = static_cast<uint32_t>(times);
    next->at = place.at + next->times;
    return true;
  }

  // Where items must differ: are there as many values as items?
  bool Differ(const std::vector<Place>& places) {
    if (!unique) return true;
    std::vector<std::pair<GoalId, uint64_t>> items;
    for (size_t i = 1; i < places.size(); ++i) items.emplace_back(places[i].goal, places[i].times);
    Tri answer = schema.HaveDistinctValues(items);
    doubtful = doubtful || answer == Tri::kUndecided || AreScarce(items);
    return answer != Tri::kNo;
  }

  // The items before `start` are not known here. They can take away what one of these needs, unless
  // it has more values than there are items in all.
  bool AreScarce(const std::vector<std::pair<GoalId, uint64_t>>& items) {
    if (start == 0) return false;
    uint64_t total = start;
    for (const auto& [goal, times] : items) total += times;
    return std::any_of(items.begin(), items.end(), [&](const auto& item) {
      Values values = schema.ValuesOf(item.first, static_cast<size_t>(total), 0);
      return !values.many && values.texts.size() < total;
    });
  }

  void Write(const std::vector<Place>& places, Way* way) {
    *way = Way{JsonType::kArray, 2, false, {}, {}, {}, ""};
    uint64_t items = 0;
    for (size_t i = 1; i < places.size(); ++i) {
      way->children.emplace_back(places[i].goal, places[i].times);
      items += places[i].times;
    }
    if (items > 1) way->base += items - 1;
    if (unique && items > 1) schema.FindDistinctValues(way->children, &way->values);
  }
};

Tri Schema::FindWay(const Cube& cube, uint32_t index, const Counts& counts, const Known& known,
                    Way* way) {
  ArraySearch search{*this, cube, index, counts, known};
  return search.Run(way);
}

}  // namespace grammask
