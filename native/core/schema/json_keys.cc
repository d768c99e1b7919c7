// Member names in progress. See json_frames.h.
#include <algorithm>

#include "base/mutant.h"
#include "base/utf8.h"
#include "schema/json_frames.h"
#include "schema/text_trie.h"

namespace grammask {

CellId JsonFrames::Mark(CellId seen, uint32_t name, uint32_t names) {
  std::vector<uint32_t> words((names + 31) / 32, 0);
  if (seen != 0) {
    std::span<const uint32_t> old = cells_.data(seen);
    std::copy(old.begin(), old.end(), words.begin());
  }
  if (!GRAMMASK_MUTANT(3)) words[name / 32] |= 1u << (name % 32);
  return cells_.Intern(kSeen, {}, words);
}

bool JsonFrames::NameAllowed(const ObjectAt& at, uint32_t name) {
  if (name < schema_.shape(at.shape).names.size() && at.Seen(name)) return false;
  return schema_.MayWrite(&schema_.Objects(at), at, name);
}

// A name of the class, other than those that were written, can be completed.
bool JsonFrames::ClassAlive(const KeyFrame& k, uint32_t name, std::span<const uint32_t> states) {
  if (schema_.shape(k.at.shape).undecided) return true;
  ExprId text = schema_.ClassText(k.at.shape, name, states);
  if (text == ExprPool::kAny) return true;
  if (text == ExprPool::kEmpty) return false;
  NamesBefore names(cells_, k.place, schema_.shape(k.at.shape), k.lo, k.hi, k.bytes);
  machine_.names_read |= k.place != 0;
  return schema_.AnyOther(text, 0, kNone, names);
}

bool JsonFrames::KeyAlive(const KeyFrame& k, std::span<const uint32_t> states) {
  ObjectView& view = schema_.Objects(k.at);
  const Shape& shape = schema_.shape(k.at.shape);
  uint32_t listed = static_cast<uint32_t>(shape.names.size());
  for (uint32_t name = listed; name < listed + shape.classes.size(); ++name) {
    if (schema_.MayWrite(&view, k.at, name) && ClassAlive(k, name, states)) return true;
  }
  for (uint32_t name = k.lo; name < k.hi; ++name) {
    uint64_t open = ~view.refused[name / 64] >> (name % 64);
    if (open == 0) {
      name |= 63;
      continue;
    }
    if ((open & 1) == 0 || k.at.Seen(name)) continue;
    if (schema_.MayWrite(&view, k.at, name)) return true;
  }
  return shape.undecided;
}

KeyFrame JsonFrames::NewKey(const ObjectFrame& o, std::vector<uint32_t>* states) {
  const Shape& shape = schema_.shape(o.at.shape);
  states->assign(shape.patterns.begin(), shape.patterns.end());
  return KeyFrame{
      o.parents, o.before, o.seen,         o.others, o.values,
      0,         o.others, DecoderState{}, 0,        static_cast<uint32_t>(shape.names.size()),
      0,         o.depth,  o.at,           {}};
}

bool JsonFrames::AnyNameAllowed(const ObjectFrame& o) {
  std::vector<uint32_t> states;
  KeyFrame key = NewKey(o, &states);
  return KeyAlive(key, states);
}

void JsonFrames::StepKey(CellId node, uint8_t byte) {
  KeyFrame k = KeyFrame::Read(cells_, node);
  const Shape& shape = schema_.shape(k.at.shape);
  uint32_t code_point = 0;
  Decoded decoded = DecodeByte(byte, schema_.spelling(), &k.decoder, &code_point);
  switch (decoded) {
    case Decoded::kInvalid:
      return;
    case Decoded::kQuote:
      return CloseKey(k);
    case Decoded::kPartial: {
      CodePoints ranges[kMostReachable];
      int n = Reachable(k.decoder, schema_.spelling(), ranges);
      if (!KeyAliveAfter(k, ranges, n)) return;
      std::vector<uint32_t> states(k.states.begin(), k.states.end());
      return EmitKey(k, states);
    }
    case Decoded::kCodePoint:
      break;
  }
  StepName(&k, code_point);
  std::vector<uint32_t> states(k.states.begin(), k.states.end());
  for (uint32_t& state : states) state = schema_.pool().Derive(state, code_point);
  if (!KeyAlive(k, states)) return;
  uint32_t listed = static_cast<uint32_t>(shape.names.size());
  bool others = shape.undecided;
  for (uint32_t name = listed; name < listed + shape.classes.size() && !others; ++name)
    others = NameAllowed(k.at, name);
  machine_.names_read |= others && cells_.refs(node)[kKeyPlace] != 0;
  bool capture = schema_.plan(k.at.plan).capture;
  k.text = others || capture ? Append(k.text, code_point) : k.text;
  if (!others) k.place = 0;
  EmitKey(k, states);
}

// One more code point of the name: which listed names still begin so, which written ones.
void JsonFrames::StepName(KeyFrame* k, uint32_t code_point) const {
  const Shape& shape = schema_.shape(k->at.shape);
  std::string bytes;
  AppendUtf8(code_point, &bytes);
  auto begin = shape.names.begin();
  auto order = [&](const std::string& name) { return name.compare(k->bytes, bytes.size(), bytes); };
  auto first = std::partition_point(begin + k->lo, begin + k->hi,
                                    [&](const std::string& name) { return order(name) < 0; });
  auto last = std::partition_point(first, begin + k->hi,
                                   [&](const std::string& name) { return order(name) <= 0; });
  k->lo = static_cast<uint32_t>(first - begin);
  k->hi = static_cast<uint32_t>(last - begin);
  k->bytes += static_cast<uint32_t>(bytes.size());
  if (k->lo == k->hi) k->lo = k->hi = k->bytes = 0;
  k->place = TrieChild(k->place, code_point);
}

// Behind some of a code point that lies in one of the ranges.
bool JsonFrames::KeyAliveAfter(const KeyFrame& k, const CodePoints* ranges, int count) {
  const Shape& shape = schema_.shape(k.at.shape);
  auto reachable = [&](uint32_t point) {
    for (int i = 0; i < count; ++i) {
      if (ranges[i].lo <= point && point <= ranges[i].hi) return true;
    }
    return false;
  };
  for (uint32_t name = k.lo; name < k.hi; ++name) {
    if (shape.names[name].size() == k.bytes || !reachable(CodePointAt(shape.names[name], k.bytes)))
      continue;
    if (NameAllowed(k.at, name)) return true;
  }
  if (shape.undecided) return true;
  uint32_t listed = static_cast<uint32_t>(shape.names.size());
  for (uint32_t name = listed; name < listed + shape.classes.size(); ++name) {
    if (!NameAllowed(k.at, name)) continue;
    ExprId text = schema_.ClassText(k.at.shape, name, k.states);
    if (text == ExprPool::kAny) return count > 0;
    NamesBefore names(cells_, k.place, shape, k.lo, k.hi, k.bytes);
    machine_.names_read |= k.place != 0;
    std::span<const Arc> row = schema_.pool().Arcs(text);
    const std::vector<Arc> arcs(row.begin(), row.end());
    for (const Arc& arc : arcs) {
      for (int i = 0; i < count; ++i) {
        uint32_t from = std::max(arc.lo, ranges[i].lo), to = std::min(arc.hi, ranges[i].hi);
        if (from > to) continue;
        std::vector<uint32_t> known = names.Next(from, to);
        if (known.size() < to - from + 1) return true;
        for (uint32_t point : known) {
          if (schema_.AnyOther(arc.target, 0, kNone, *names.Behind(point))) return true;
        }
      }
    }
  }
  return false;
}

std::optional<JsonFrames::Listed> JsonFrames::ListedNames(CellId node) {
  if (cells_.kind(node) != kKey) return std::nullopt;
  KeyFrame k = KeyFrame::Read(cells_, node);
  const Shape& shape = schema_.shape(k.at.shape);
  uint32_t other = static_cast<uint32_t>(shape.names.size());
  if (shape.undecided || shape.classes.size() != 1 || !shape.patterns.empty() ||
      !(k.decoder == DecoderState{})) {
    return std::nullopt;
  }
  const bool others = NameAllowed(k.at, other);
  machine_.names_read |= others && k.place != 0;
  return Listed{&shape.names,        k.lo, k.hi, k.bytes, others, schema_.spelling(),
                others ? k.place : 0};
}

bool JsonFrames::NameMayEnd(CellId node, uint32_t name) {
  return NameAllowed(KeyFrame::Read(cells_, node).at, name);
}

std::optional<CellId> JsonFrames::AnyName(CellId node) {
  KeyFrame k = KeyFrame::Read(cells_, node);
  if (k.place != 0 || k.lo < k.hi || schema_.plan(k.at.plan).capture) return std::nullopt;
  return WithoutName(node);
}

CellId JsonFrames::WithoutName(CellId node) {
  std::vector<uint32_t> data(cells_.data(node).begin(), cells_.data(node).end());
  std::vector<CellId> refs(cells_.refs(node).begin(), cells_.refs(node).end());
  data[kKeyLo] = data[kKeyHi] = data[kKeyBytes] = 0;
  refs[kKeyText] = refs[kKeyPlace] = 0;
  return machine_.Above(kKey, refs, data);
}

std::optional<CellId> JsonFrames::OtherName(CellId node) {
  if (cells_.kind(node) != kKey) return std::nullopt;
  KeyFrame k = KeyFrame::Read(cells_, node);
  const Shape& shape = schema_.shape(k.at.shape);
  uint32_t other = static_cast<uint32_t>(shape.names.size());
  if (shape.undecided || shape.classes.size() != 1 || !shape.patterns.empty() ||
      !(k.decoder == DecoderState{}) || schema_.plan(k.at.plan).capture) {
    return std::nullopt;
  }
  if (!NameAllowed(k.at, other)) return CellId{0};
  return WithoutName(node);
}

std::optional<CellId> JsonFrames::BehindOtherName(CellId node) {
  std::optional<CellId> other = OtherName(node);
  if (!other || *other == 0) return other;
  KeyFrame k = KeyFrame::Read(cells_, machine_.Nodes(*other)[0]);
  const uint32_t gap = schema_.by_patterns() ? StartOf(schema_.gaps().key) : 0;
  // A value that may begin at once would be a frame more.
  if (schema_.by_patterns() && Bytes().Accepting(gap)) return std::nullopt;
  uint32_t data[] = {index_, k.at.plan,  k.at.shape, kObjectAfterKey, k.at.cursor,
                     0,      k.at.count, gap,        k.depth};
  data[kObjectName] = static_cast<uint32_t>(schema_.shape(k.at.shape).names.size());
  CellId refs[] = {k.parents, k.before, k.seen, k.others, k.values, 0};
  return machine_.Above(kObject, refs, data);
}

void JsonFrames::CloseKey(const KeyFrame& k) {
  const Shape& shape = schema_.shape(k.at.shape);
  ObjectFrame o{k.parents,       k.before, k.seen, k.others, k.values, 0,
                kObjectAfterKey, 0,        0,      k.depth,  k.at};
  if (k.lo < k.hi && shape.names[k.lo].size() == k.bytes) {
    o.name = k.lo;
    if (!NameAllowed(k.at, o.name)) return;
    o.seen = Mark(k.seen, o.name, static_cast<uint32_t>(shape.names.size()));
  } else {
    std::vector<bool> matches;
    for (uint32_t state : k.states) matches.push_back(schema_.pool().Nullable(state));
    o.name = schema_.ClassOf(k.at.shape, matches);
    if (!NameAllowed(k.at, o.name)) return;
    machine_.names_read |= k.place != 0;
    if (EndsInTrie(cells_, k.place)) return;
    o.key = k.text;
  }
  if (schema_.plan(k.at.plan).capture) o.key = k.text;
  if (schema_.by_patterns()) return BeginGap(o, kObjectAfterKey, schema_.gaps().key);
  EmitObject(o);
}

// The undeclared names that no later member may have: that of a member in progress is among them,
// but is kept apart until its value is complete. (Masks close many names, and few need this.)
CellId JsonFrames::OthersAfter(const ObjectFrame& o) {
  bool in_member = o.phase == kObjectAfterKey || o.phase == kObjectInValue;
  bool listed = o.name < schema_.shape(o.at.shape).names.size();
  return in_member && !listed ? InsertText(o.others, o.key) : o.others;
}

}  // namespace grammask
