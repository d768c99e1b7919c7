// From the program's schema nodes to atoms and goals.
#include <algorithm>

#include "base/mutant.h"
#include "schema/schema.h"

namespace grammask {
namespace {

void Forbid(Atom* atom, JsonType type) { atom->allows[static_cast<int>(type)] = false; }

void ApplyTypes(uint32_t bits, Atom* atom) {
  if (!(bits & kTypeNull)) Forbid(atom, JsonType::kNull);
  if (!(bits & kTypeBoolean)) Forbid(atom, JsonType::kTrue), Forbid(atom, JsonType::kFalse);
  if (!(bits & (kTypeNumber | kTypeInteger | kTypePlainInteger))) Forbid(atom, JsonType::kNumber);
  if (!(bits & kTypeNumber)) {
    if (bits & kTypeInteger) {
      atom->number.integer = true;
    } else if (bits & kTypePlainInteger) {
      atom->number.plain = Plain::kOnly;
    }
  }
  if (!(bits & kTypeString)) Forbid(atom, JsonType::kString);
  if (!(bits & kTypeArray)) Forbid(atom, JsonType::kArray);
  if (!(bits & kTypeObject)) Forbid(atom, JsonType::kObject);
}

std::optional<Decimal> Bound(const Program& program, uint32_t string) {
  if (string == kNone) return std::nullopt;
  return Decimal::Parse(program.strings[string]);
}

void ApplyScalars(const Program& program, const std::vector<ExprId>& exprs,
                  const std::vector<uint32_t>& p, Atom* atom) {
  if (!(p[0] & kScalarNull)) Forbid(atom, JsonType::kNull);
  if (!(p[0] & kScalarTrue)) Forbid(atom, JsonType::kTrue);
  if (!(p[0] & kScalarFalse)) Forbid(atom, JsonType::kFalse);
  if (p[1] == kNone) {
    Forbid(atom, JsonType::kString);
  } else {
    atom->text = exprs[p[1]];
  }
  if (p[2] == 0) {
    Forbid(atom, JsonType::kNumber);
  } else {
    atom->number.has_points = true;
    for (uint32_t i = 0; i < p[2]; ++i) atom->number.points.push_back(*Bound(program, p[3 + i]));
  }
  Forbid(atom, JsonType::kArray);
  Forbid(atom, JsonType::kObject);
}

// Calls visit(word) for each word of a record that names a schema node, in order.
template <typename Words, typename Visit>
void ForNodes(RecordTag tag, Words& p, Visit visit) {
  auto maybe = [&](auto& word) {
    if (word != kNone) visit(word);
  };
  switch (tag) {
    case RecordTag::kArray:
      maybe(p[2]);
      for (uint32_t i = 0; i < p[4]; ++i) visit(p[5 + i]);
      break;
    case RecordTag::kObject: {
      maybe(p[0]);
      maybe(p[4]);
      size_t at = 6;
      for (uint32_t i = 0; i < p[5]; ++i, at += 2) visit(p[at + 1]);
      const uint32_t patterns = p[at++];
      for (uint32_t i = 0; i < patterns; ++i, at += 2) visit(p[at + 1]);
      break;
    }
    case RecordTag::kContains:
    case RecordTag::kNot:
      visit(p[0]);
      break;
    case RecordTag::kAllOf:
    case RecordTag::kAnyOf:
    case RecordTag::kOneOf:
      for (uint32_t i = 0; i < p[0]; ++i) visit(p[1 + i]);
      break;
    default:
      break;
  }
}

// The nodes that a node leads to, itself among them, ascending.
std::vector<uint32_t> NodesBelow(const Program& program, uint32_t root) {
  std::vector<bool> seen(program.nodes.size(), false);
  std::vector<uint32_t> found{root};
  seen[root] = true;
  for (size_t at = 0; at < found.size(); ++at) {
    for (const ProgramRecord& record : program.nodes[found[at]]) {
      ForNodes(record.tag, record.payload, [&](uint32_t node) {
        if (!seen[node]) found.push_back(node);
        seen[node] = true;
      });
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace

Result<std::unique_ptr<Schema>> Schema::Create(const Program& program, uint32_t root,
                                               ExprPool& pool, const std::vector<ExprId>& exprs) {
  std::unique_ptr<Schema> schema(new Schema(program, root, pool));
  if (schema->by_patterns()) {
    const SchemaGaps& gaps = schema->style_.gaps;
    schema->gaps_ = {exprs[gaps.pad], exprs[gaps.item], exprs[gaps.key]};
  }
  Status status = schema->BuildNodes(exprs);
  if (!status.ok()) return status;
  return schema;
}

// One atom for each node's own records; a second record of the same kind opens a further atom.
// A program may hold the schemas of many roots, as one for each parameter of each tool: only what
// this root leads to is built, with numbers of its own.
Status Schema::BuildNodes(const std::vector<ExprId>& exprs) {
  const std::vector<uint32_t> below = NodesBelow(program_, root_node_);
  std::vector<uint32_t> own(program_.nodes.size(), kNone);
  for (uint32_t n = 0; n < below.size(); ++n) own[below[n]] = n;
  root_node_ = own[root_node_];
  nodes_.resize(below.size());
  // A program may hold a text twice: the first string with it stands for all.
  std::unordered_map<std::string_view, uint32_t> known;
  auto same = [&](uint32_t string) {
    return known.emplace(program_.strings[string], string).first->second;
  };
  std::vector<uint32_t> p;
  for (uint32_t n = 0; n < nodes_.size(); ++n) {
    Node& node = nodes_[n];
    uint32_t used = 0;  // kinds of records that the current atom holds
    auto atom_for = [&](RecordTag tag) -> Atom* {
      uint32_t bit = 1u << static_cast<uint32_t>(tag);
      if (node.atoms.empty() || (used & bit) != 0) {
        node.atoms.push_back(static_cast<uint32_t>(atoms_.size()));
        atoms_.emplace_back();
        used = 0;
      }
      used |= bit;
      return &atoms_.back();
    };
    for (const ProgramRecord& record : program_.nodes[below[n]]) {
      p = record.payload;
      ForNodes(record.tag, p, [&](uint32_t& node) { node = own[node]; });
      switch (record.tag) {
        case RecordTag::kTypes: {
          if (p[0] == 0) node.never = true;
          ApplyTypes(p[0], atom_for(record.tag));
          break;
        }
        case RecordTag::kScalars: {
          // Scalars use the number and text fields: an atom of their own.
          used = ~0u;
          ApplyScalars(program_, exprs, p, atom_for(record.tag));
          used = ~0u;
          break;
        }
        case RecordTag::kNumber: {
          NumberConstraint& c = atom_for(record.tag)->number;
          c.minimum = Bound(program_, p[0]);
          c.exclusive_minimum = Bound(program_, p[1]);
          c.maximum = Bound(program_, p[2]);
          c.exclusive_maximum = Bound(program_, p[3]);
          if (p[4] != kNone) c.multiples.push_back(*Bound(program_, p[4]));
          break;
        }
        case RecordTag::kString: {
          Atom* atom = atom_for(record.tag);
          atom->min_length = p[0];
          atom->max_length = GRAMMASK_MUTANT(1) && p[1] != kNone ? p[1] + 1 : p[1];
          if (p[2] != kNone) atom->text = exprs[p[2]];
          break;
        }
        case RecordTag::kArray: {
          Atom* atom = atom_for(record.tag);
          atom->min_items = p[0];
          atom->max_items = GRAMMASK_MUTANT(2) && p[1] != kNone ? p[1] + 1 : p[1];
          atom->items = p[2];
          atom->unique = p[3] != 0;
          atom->prefix.assign(p.begin() + 5, p.begin() + 5 + p[4]);
          node.mentions.emplace_back(Mention::kItems, node.atoms.back());
          break;
        }
        case RecordTag::kObject: {
          Atom* atom = atom_for(record.tag);
          atom->additional = p[0];
          atom->additional_is_schema = p[1] != 0;
          atom->min_members = p[2];
          atom->max_members = p[3];
          atom->names = p[4];
          size_t at = 6;
          for (uint32_t i = 0; i < p[5]; ++i, at += 2) {
            atom->properties.emplace_back(same(p[at]), p[at + 1]);
            atom->property_node.emplace(same(p[at]), p[at + 1]);
          }
          uint32_t patterns = p[at++];
          for (uint32_t i = 0; i < patterns; ++i, at += 2)
            atom->patterns.emplace_back(exprs[p[at]], p[at + 1]);
          uint32_t required = p[at++];
          for (uint32_t i = 0; i < required; ++i) atom->required.push_back(same(p[at + i]));
          node.mentions.emplace_back(Mention::kMembers, node.atoms.back());
          break;
        }
        case RecordTag::kContains: {
          used = ~0u;
          Atom* atom = atom_for(record.tag);
          atom->contains = p[0];
          atom->min_contains = p[1];
          atom->max_contains = p[2];
          used = ~0u;
          break;
        }
        case RecordTag::kAllOf:
        case RecordTag::kAnyOf:
        case RecordTag::kOneOf:
        case RecordTag::kNot:
          node.mentions.emplace_back(Mention::kGroup, static_cast<uint32_t>(node.groups.size()));
          node.groups.emplace_back(
              record.tag, record.tag == RecordTag::kNot
                              ? std::vector<uint32_t>{p[0]}
                              : std::vector<uint32_t>(p.begin() + 1, p.begin() + 1 + p[0]));
          break;
      }
    }
  }
  DemandWhatCanBeWritten();
  NumberConstraint steps;
  for (const Atom& atom : atoms_) {
    const std::vector<Decimal>& multiples = atom.number.multiples;
    steps.multiples.insert(steps.multiples.end(), multiples.begin(), multiples.end());
  }
  if (!NumberMachine::StepsFit({&steps, 1})) {
    return Status(Code::kUnsupported,
                  "the values of `multipleOf` have more than " +
                      std::to_string(NumberMachine::kMostStepDigits) + " digits together",
                  "use fewer digits, or leave some of them out");
  }
  // One atom for all: a value stands in one array, and whoever asks, its items before are the same.
  uint32_t distinct = static_cast<uint32_t>(atoms_.size());
  for (Atom& atom : atoms_) {
    if (atom.unique) atom.distinct = distinct;
  }
  atoms_.emplace_back();
  atoms_.back().is_distinct = true;
  // In-place references must not come back to themselves.
  std::vector<uint8_t> state(nodes_.size(), 0);
  struct Visit {
    uint32_t node;
    size_t group, item;
  };
  for (uint32_t start = 0; start < nodes_.size(); ++start) {
    if (state[start] != 0) continue;
    std::vector<Visit> stack{{start, 0, 0}};
    state[start] = 1;
    while (!stack.empty()) {
      Visit& visit = stack.back();
      const Node& node = nodes_[visit.node];
      if (visit.group == node.groups.size()) {
        state[visit.node] = 2;
        stack.pop_back();
        continue;
      }
      const std::vector<uint32_t>& items = node.groups[visit.group].second;
      if (visit.item == items.size()) {
        ++visit.group;
        visit.item = 0;
        continue;
      }
      uint32_t next = items[visit.item++];
      if (state[next] == 1) {
        return Status(
            Code::kSchema, "a schema refers to itself without reading anything",
            "put the reference under a keyword that moves on, such as `properties` or `items`");
      }
      if (state[next] == 0) {
        state[next] = 1;
        stack.push_back({next, 0, 0});
      }
    }
  }
  return Status();
}

// What the style cannot write is in no text: strings and names with a character that has no
// spelling, a second item or member where no separator stands between them. It is demanded of every
// value by one more node, which refers to itself, so that liveness knows of it.
void Schema::DemandWhatCanBeWritten() {
  std::vector<CharRange> writable;
  for (uint32_t point = 0; point < 0x80; ++point) {
    if (!Writable(spelling_, point)) continue;
    if (!writable.empty() && writable.back().hi + 1 == point) {
      writable.back().hi = point;
    } else {
      writable.push_back({point, point});
    }
  }
  const bool every_character = writable.size() == 1 && writable[0].lo == 0;
  const auto none = [&](ExprId gap) { return by_patterns() && pool_.NonEmpty(gap) == Tri::kNo; };
  const bool one_item = none(gaps_.item), no_member = none(gaps_.key), closed = none(gaps_.pad);
  if (every_character && !one_item && !no_member && !closed) return;
  Atom atom;
  const uint32_t itself = static_cast<uint32_t>(nodes_.size());
  atom.items = atom.additional = itself;
  if (one_item) atom.max_items = atom.max_members = 1;
  if (no_member) atom.max_members = 0;
  if (closed) Forbid(&atom, JsonType::kArray), Forbid(&atom, JsonType::kObject);
  if (!every_character) {
    writable.back().hi = 0xD7FF;  // no surrogates
    writable.push_back({0xE000, 0x10FFFF});
    atom.names = itself;
    atom.text = pool_.Repeat(pool_.Set(writable), 0, ExprPool::kInfinity);
  }
  Node node;
  node.atoms.push_back(static_cast<uint32_t>(atoms_.size()));
  atoms_.push_back(std::move(atom));
  nodes_.push_back(std::move(node));
  Node both;
  both.groups.emplace_back(RecordTag::kAllOf, std::vector<uint32_t>{root_node_, itself});
  both.mentions.emplace_back(Mention::kGroup, 0);
  root_node_ = static_cast<uint32_t>(nodes_.size());
  nodes_.push_back(std::move(both));
}

GoalId Schema::GoalOf(uint32_t start) {
  std::vector<uint32_t> stack{start};
  while (!stack.empty()) {
    uint32_t n = stack.back();
    Node& node = nodes_[n];
    if (!Tick()) return GoalStore::kTrue;
    if (node.goal != kNone) {
      stack.pop_back();
      continue;
    }
    if (node.never) {
      node.goal = GoalStore::kFalse;
      continue;
    }
    size_t before = stack.size();
    for (const auto& group : node.groups) {
      for (uint32_t item : group.second) {
        if (nodes_[item].goal == kNone) stack.push_back(item);
      }
    }
    if (stack.size() != before) continue;
    std::vector<GoalId> parts;
    for (uint32_t atom : node.atoms) parts.push_back(goals_.Atom(atom));
    for (const auto& [tag, items] : node.groups) {
      std::vector<GoalId> goals;
      for (uint32_t item : items) goals.push_back(nodes_[item].goal);
      switch (tag) {
        case RecordTag::kAnyOf:
          parts.push_back(goals_.OrAll(std::move(goals)));
          break;
        case RecordTag::kOneOf:
          parts.push_back(goals_.ExactlyOne(std::move(goals)));
          break;
        case RecordTag::kNot:
          parts.push_back(goals_.Not(goals[0]));
          break;
        default:
          parts.push_back(goals_.AndAll(std::move(goals)));
      }
    }
    GoalId goal = goals_.AndAll(std::move(parts));
    if (OutOfBudget()) return GoalStore::kTrue;
    node.goal = goal;
  }
  return nodes_[start].goal;
}

size_t Schema::MemoryBytes() const {
  return sizeof(*this) + goals_.MemoryBytes() + atoms_.size() * sizeof(Atom) +
         nodes_.size() * sizeof(Node) + bytes_;
}

std::string QuoteJson(std::string_view decoded) {
  static const char* kHex = "0123456789abcdef";
  std::string out = "\"";
  for (char c : decoded) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<uint8_t>(c) < 0x20) {
          out += "\\u00";
          out += kHex[(c >> 4) & 15];
          out += kHex[c & 15];
        } else {
          out += c;
        }
    }
  }
  return out + "\"";
}

}  // namespace grammask
