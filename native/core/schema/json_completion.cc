// Short ways to the end of JSON frames, and what they wait for in words.
#include <algorithm>

#include "automata/few_texts.h"
#include "base/utf8.h"
#include "schema/json_frames.h"
#include "schema/text_trie.h"

namespace grammask {

std::string JsonFrames::InsideQuotes(std::string_view decoded) const {
  const std::string quoted = QuoteJson(decoded);
  return Respelled(std::string_view(quoted).substr(1, quoted.size() - 2), schema_.spelling());
}

// A name of the class, from here to its closing quote.
std::optional<std::string> JsonFrames::ClassCompletion(const KeyFrame& k, uint32_t name) {
  const Shape& shape = schema_.shape(k.at.shape);
  ExprId text = schema_.ClassText(k.at.shape, name, k.states);
  NamesBefore names(cells_, k.place, shape, k.lo, k.hi, k.bytes);
  ExprPool& pool = schema_.pool();
  for (int tries = 0; tries < 4096; ++tries) {
    std::optional<std::string> found = pool.Shortest(text);
    if (!found) return std::nullopt;
    std::vector<std::string> known = names.Texts(SIZE_MAX);
    if (std::find(known.begin(), known.end(), *found) == known.end()) {
      return InsideQuotes(*found) + '"';
    }
    ExprId parts[] = {text, pool.Complement(pool.Literal(*found))};
    text = pool.Intersect(parts);
  }
  return std::nullopt;
}

// A short value of the goal behind some bytes.
std::optional<JsonFrames::Chunk> JsonFrames::ChildChunk(std::string bytes, GoalId goal,
                                                        CellId before) {
  std::optional<std::string> text = WitnessOf(goal, before);
  if (!text) return std::nullopt;
  // A witness is compact and writes members in the order of its own atoms' mention.
  bool styled = schema_.ordered() || schema_.spaces_out();
  if (styled && (text->front() == '{' || text->front() == '['))
    return Chunk{std::move(bytes), goal, 0};
  return Chunk{bytes + Respelled(*text, schema_.spelling()), std::nullopt, 0};
}

// What the rest of a container wants of a child, if it wants more than must be.
GoalId JsonFrames::WantedOfChild(PlanId plan, GoalId wanted) {
  return plan == kNoPlan ? wanted : schema_.BothGoals(schema_.plan(plan).goal, wanted);
}

// The member that the rest of an object begins with, behind some bytes.
std::optional<JsonFrames::Chunk> JsonFrames::MemberChunk(std::string bytes, const ObjectFrame& o,
                                                         const Way& rest) {
  const std::optional<uint32_t> known = NameOf(o.at, rest.names[0]);
  GoalId goal = rest.children[0].first;
  if (known) goal = WantedOfChild(schema_.ObjectChild(o.at, *known).plan, goal);
  const std::optional<std::string> colon = TextBeforeValue();
  if (!colon) return std::nullopt;
  bytes.append("\"").append(InsideQuotes(rest.names[0])).append("\"").append(*colon);
  return ChildChunk(std::move(bytes), goal, 0);
}

std::optional<std::string> JsonFrames::TextBeforeValue() const {
  if (schema_.by_patterns()) return RestOfGap(StartOf(schema_.gaps().key));
  return ":" + GapText(ColonGap());
}

CellId JsonFrames::Narrowed(CellId config, GoalId goal) {
  std::vector<CellId> nodes;
  for (CellId node : machine_.Nodes(config)) {
    if (cells_.kind(node) != kValue) continue;
    std::span<const uint32_t> d = cells_.data(node);
    PlanId plan = schema_.Narrow(d[1], goal);
    if (plan == kNoPlan) continue;
    uint32_t data[] = {d[0], plan, d[2], d[3]};
    nodes.push_back(cells_.Intern(kValue, cells_.refs(node), data));
  }
  return machine_.SetOf(std::move(nodes));
}

std::optional<JsonFrames::Chunk> JsonFrames::NextChunk(CellId node) {
  auto bytes = [](std::string text) { return Chunk{std::move(text), std::nullopt, 0}; };
  switch (cells_.kind(node)) {
    case kValue: {
      ValueFrame v = ValueFrame::Read(cells_, node);
      std::optional<std::string> text = WitnessOf(schema_.plan(v.plan).goal, v.before);
      if (!text) return std::nullopt;
      // Its frame says how a container goes on.
      bool styled = schema_.ordered() || schema_.spaces_out();
      if (styled && (text->front() == '{' || text->front() == '[')) text->resize(1);
      return bytes(GapText(v.gap) + Respelled(*text, schema_.spelling()));
    }
    case kLiteral: {
      LiteralFrame l = LiteralFrame::Read(cells_, node);
      return bytes(std::string(kLiteralTexts[l.type]).substr(l.read));
    }
    case kNumber: {
      NumberFrame n = NumberFrame::Read(cells_, node);
      const NumberView& view = schema_.Numbers(n.plan);
      NumberState state(n.state.begin(), n.state.end());
      std::vector<Decimal> known = NumbersIn(n.before);
      std::optional<std::string> best;
      for (size_t i = 0; i < view.cubes.size(); ++i) {
        std::optional<std::string> text =
            view.distinct[i] == 1 && !known.empty()
                ? CompletionExcept(Written(n.text), view.wants[i], known, schema_.canonical())
                : view.machine->Completion(state, view.cubes[i]);
        if (text && (!best || text->size() < best->size())) best = text;
      }
      // A number that may end here has already been popped: another node of the configuration
      // stands behind it.
      if (!best || best->empty()) return std::nullopt;
      return bytes(*best);
    }
    case kString: {
      StringFrame s = StringFrame::Read(cells_, node);
      std::optional<TextTrie> texts;
      if (s.place != 0) texts.emplace(cells_, s.place);
      TextsBefore* before = texts ? &*texts : nullptr;
      if (s.decoder == DecoderState{}) {
        std::optional<std::string> text =
            schema_.StringCompletion(s.plan, s.states, s.count, before);
        if (!text) return std::nullopt;
        return bytes(InsideQuotes(*text) + '"');
      }
      CodePoints ranges[kMostReachable];
      int n = Reachable(s.decoder, schema_.spelling(), ranges);
      for (int i = 0; i < n; ++i) {
        std::vector<uint32_t> candidates{ranges[i].lo};
        for (uint32_t state : s.states) {
          for (const Arc& arc : schema_.pool().Arcs(state)) {
            if (arc.hi >= ranges[i].lo && arc.lo <= ranges[i].hi)
              candidates.push_back(std::max(arc.lo, ranges[i].lo));
          }
        }
        // Where an expression must fail, a code point behind its arcs will do.
        for (uint32_t point = ranges[i].lo; candidates.size() < 64 && point < ranges[i].hi;)
          candidates.push_back(++point);
        for (uint32_t point : candidates) {
          if (!schema_.StringAliveAfter(s.plan, s.states, s.count, point, point, before)) continue;
          char end[16];
          return bytes({end, static_cast<size_t>(
                                 FinishCodePoint(s.decoder, schema_.spelling(), point, end))});
        }
      }
      return std::nullopt;
    }
    case kArray: {
      ArrayFrame a = ArrayFrame::Read(cells_, node);
      if (schema_.by_patterns()) return NextInGap(a);
      if (a.phase == kArrayClosing) return bytes(GapText(a.gap) + "]");
      std::optional<Way> rest = schema_.RestOf(a.at);
      bool begun = a.phase == kArrayOpen && a.gap != LineGap(a.depth);  // the line of an item
      if (rest && rest->children.empty() && !begun) {
        if (a.phase == kArrayOpen) return bytes("]");
        return bytes(GapText(LineGap(a.depth - (a.depth > 0))) + "]");
      }
      PlanId child = schema_.ArrayChild(a.at).plan;
      if (!rest || child == kNoPlan) return std::nullopt;
      GoalId wanted = rest->children.empty() ? GoalStore::kTrue : rest->children[0].first;
      bool open = a.phase == kArrayOpen;
      std::string gap = open ? GapText(a.gap) : "," + GapText(CommaGap(a.depth));
      std::optional<Chunk> chunk = ChildChunk(gap, WantedOfChild(child, wanted), a.seen);
      if (!chunk || !chunk->narrow || !open) return chunk;
      CellId value_refs[] = {ArrayInValue(a), a.seen};
      uint32_t value[] = {index_, child, 0, a.depth};
      chunk->config = machine_.Above(kValue, value_refs, value);
      return chunk;
    }
    case kObject: {
      ObjectFrame o = ObjectFrame::Read(cells_, node);
      if (schema_.by_patterns()) return NextInGap(o);
      if (o.phase == kObjectClosing) return bytes(GapText(o.gap) + "}");
      if (o.phase == kObjectAfterKey) {
        PlanId child = schema_.ObjectChild(o.at, o.name).plan;
        if (child == kNoPlan) return std::nullopt;
        GoalId goal = schema_.plan(child).goal;
        return ChildChunk(":" + GapText(ColonGap()), goal, 0);
      }
      std::optional<Way> rest = schema_.RestOf(o.at, Taken(OthersAfter(o)));
      if (!rest) return std::nullopt;
      std::string begin =
          o.phase == kObjectAfterValue ? "," + GapText(CommaGap(o.depth)) : GapText(o.gap);
      if (!rest->names.empty()) return MemberChunk(begin, o, *rest);
      if (o.phase == kObjectOpen && o.gap == LineGap(o.depth)) return bytes("}");
      if (o.phase == kObjectAfterValue)
        return bytes(GapText(LineGap(o.depth - (o.depth > 0))) + "}");
      // Behind a comma some member must come; its key's frame finds which.
      return bytes(begin + '"');
    }
    case kKey: {
      std::optional<std::string> text = NextOfKey(KeyFrame::Read(cells_, node));
      if (!text) return std::nullopt;
      return bytes(*text);
    }
    default:
      return std::nullopt;
  }
}

std::function<bool(std::string_view)> JsonFrames::Taken(CellId others) const {
  return [this, others](std::string_view name) {
    CellId place = others;
    for (size_t at = 0; at < name.size() && place != 0;) {
      uint32_t point = CodePointAt(name, at);
      at += Utf8Length(point);
      place = TrieChild(place, point);
    }
    return EndsInTrie(cells_, place);
  };
}

// The number of a name in the shape, listed or of a class.
std::optional<uint32_t> JsonFrames::NameOf(const ObjectAt& at, const std::string& name) {
  const Shape& shape = schema_.shape(at.shape);
  auto found = std::lower_bound(shape.names.begin(), shape.names.end(), name);
  if (found != shape.names.end() && *found == name)
    return static_cast<uint32_t>(found - shape.names.begin());
  std::vector<bool> matches;
  for (ExprId expr : shape.patterns) matches.push_back(schema_.Matches(expr, name));
  for (uint32_t c = 0; c < shape.classes.size(); ++c) {
    if (shape.classes[c].matches == matches) return static_cast<uint32_t>(shape.names.size()) + c;
  }
  return std::nullopt;
}

std::optional<std::string> JsonFrames::NextOfKey(const KeyFrame& k) {
  const Shape& shape = schema_.shape(k.at.shape);
  uint32_t listed = static_cast<uint32_t>(shape.names.size());
  if (!(k.decoder == DecoderState{})) {
    CodePoints ranges[kMostReachable];
    int n = Reachable(k.decoder, schema_.spelling(), ranges);
    char bytes[16];
    auto finish = [&](uint32_t point) {
      return std::string(
          bytes, static_cast<size_t>(FinishCodePoint(k.decoder, schema_.spelling(), point, bytes)));
    };
    for (int i = 0; i < n; ++i) {
      std::vector<uint32_t> candidates;
      for (uint32_t name = k.lo; name < k.hi; ++name) {
        if (shape.names[name].size() > k.bytes)
          candidates.push_back(CodePointAt(shape.names[name], k.bytes));
      }
      candidates.push_back(ranges[i].lo);
      for (uint32_t state : k.states) {
        for (const Arc& arc : schema_.pool().Arcs(state))
          candidates.push_back(std::max(arc.lo, ranges[i].lo));
      }
      for (uint32_t point = ranges[i].lo; candidates.size() < 256 && point < ranges[i].hi;)
        candidates.push_back(++point);
      for (uint32_t point : candidates) {
        if (point < ranges[i].lo || point > ranges[i].hi) continue;
        KeyFrame next = k;
        StepName(&next, point);
        std::vector<uint32_t> states(k.states.begin(), k.states.end());
        for (uint32_t& state : states) state = schema_.pool().Derive(state, point);
        if (KeyAlive(next, states)) return finish(point);
      }
    }
    return std::nullopt;
  }
  std::optional<Way> rest = schema_.RestOf(k.at, Taken(k.others));
  uint32_t name = kOtherName;
  uint64_t cheapest = kNoCost;
  for (uint32_t i = k.lo; i < k.hi; ++i) {
    if (!NameAllowed(k.at, i)) continue;
    bool needed = rest && std::find(rest->names.begin(), rest->names.end(), shape.names[i]) !=
                              rest->names.end();
    uint64_t cost =
        needed ? 0 : 1 + schema_.Cost(schema_.plan(schema_.ObjectChild(k.at, i).plan).goal);
    if (cost < cheapest) {
      cheapest = cost;
      name = i;
    }
  }
  if (name != kOtherName)
    return InsideQuotes(std::string_view(shape.names[name]).substr(k.bytes)) + '"';
  std::optional<std::string> best;
  for (uint32_t i = listed; i < listed + shape.classes.size(); ++i) {
    if (!NameAllowed(k.at, i)) continue;
    std::optional<std::string> text = ClassCompletion(k, i);
    if (text && (!best || text->size() < best->size())) best = text;
  }
  return best;
}

uint64_t JsonFrames::RestCost(CellId node) {
  switch (cells_.kind(node)) {
    case kTrail:
      return 0;
    case kValue: {
      ValueFrame v = ValueFrame::Read(cells_, node);
      uint64_t cost = schema_.Cost(schema_.plan(v.plan).goal);
      return cost >= kNoCost ? kNoCost : cost + GapText(v.gap).size();
    }
    case kLiteral:
    case kNumber:
    case kString: {
      std::optional<Chunk> chunk = NextChunk(node);
      if (!chunk) return kNoCost;
      // Behind a begun code point the rest of the string is still to come.
      bool begun = cells_.kind(node) == kString &&
                   !(StringFrame::Read(cells_, node).decoder == DecoderState{});
      return chunk->bytes.size() + (begun ? 1 : 0);
    }
    case kArray: {
      ArrayFrame a = ArrayFrame::Read(cells_, node);
      if (schema_.by_patterns()) return CostInGap(a);
      std::optional<Way> rest = schema_.RestOf(a.at);
      return rest ? rest->base : a.phase == kArrayInValue ? kUnknownCost : kNoCost;
    }
    case kObject: {
      ObjectFrame o = ObjectFrame::Read(cells_, node);
      if (schema_.by_patterns()) return CostInGap(o);
      bool in_member = o.phase == kObjectAfterKey || o.phase == kObjectInValue;
      if (in_member) o.at.count = std::min(o.at.count + 1, schema_.plan(o.at.plan).member_limit);
      std::optional<Way> rest = schema_.RestOf(o.at, Taken(OthersAfter(o)));
      return rest ? rest->base : in_member ? kUnknownCost : kNoCost;
    }
    case kKey: {
      KeyFrame k = KeyFrame::Read(cells_, node);
      std::optional<Way> rest = schema_.RestOf(k.at, Taken(k.others));
      return rest ? std::min(kNoCost, rest->base + 4) : kUnknownCost;
    }
    default:
      return kNoCost;
  }
}

void JsonFrames::Describe(CellId node, std::vector<std::string>* words) {
  auto types = [&](PlanId plan) {
    static const char* const kNames[] = {"null",     "true",     "false",    "a number",
                                         "a string", "an array", "an object"};
    for (int t = 0; t < 7; ++t) {
      PlanId typed = schema_.OfType(plan, static_cast<JsonType>(t));
      if (typed == kNoPlan) continue;
      if (t == 4) {
        // A few fixed texts are worth naming.
        const StringView& view = schema_.Strings(typed);
        std::optional<std::string> first;
        if (view.cubes.size() == 1 && view.cubes[0].yes.size() == 1 && view.cubes[0].no.empty()) {
          const auto& part = view.parts[view.cubes[0].yes[0]];
          std::vector<std::string> texts = FewTexts(schema_.pool(), part.text, 8);
          if (!texts.empty()) {
            for (const std::string& text : texts) words->push_back(QuoteJson(text));
            continue;
          }
        }
      }
      words->push_back(kNames[t]);
    }
  };
  auto gap = [&] { words->push_back("the white space that the style demands"); };
  auto names = [&](const ObjectAt& at, uint32_t lo, uint32_t hi) {
    const Shape& shape = schema_.shape(at.shape);
    int listed = 0;
    for (uint32_t name = lo; name < hi && listed < 12; ++name) {
      if (!NameAllowed(at, name)) continue;
      words->push_back("the member name " + QuoteJson(shape.names[name]));
      ++listed;
    }
    uint32_t first = static_cast<uint32_t>(shape.names.size());
    for (uint32_t name = first; name < first + shape.classes.size(); ++name) {
      if (!NameAllowed(at, name)) continue;
      words->push_back(listed == 0 ? "a member name" : "another member name");
      return;
    }
  };
  switch (cells_.kind(node)) {
    case kTrail:
      words->push_back("white space");
      return;
    case kValue:
      if (ValueFrame::Read(cells_, node).gap != 0) return gap();
      types(ValueFrame::Read(cells_, node).plan);
      return;
    case kLiteral: {
      LiteralFrame l = LiteralFrame::Read(cells_, node);
      words->push_back("the rest of `" + std::string(kLiteralTexts[l.type]) + "`: `" +
                       std::string(kLiteralTexts[l.type]).substr(l.read) + "`");
      return;
    }
    case kNumber:
      words->push_back("more of the number");
      return;
    case kString: {
      StringFrame s = StringFrame::Read(cells_, node);
      if (!(s.decoder == DecoderState{})) {
        words->push_back("the rest of a character or escape");
        return;
      }
      std::optional<std::string> rest =
          schema_.StringCompletion(s.plan, s.states, s.count, nullptr);
      if (rest && rest->empty()) words->push_back("`\"` (the end of the string)");
      const StringView& view = schema_.Strings(s.plan);
      if (view.cubes.size() == 1 && view.cubes[0].yes.size() == 1 && view.cubes[0].no.empty()) {
        std::vector<std::string> texts =
            FewTexts(schema_.pool(), s.states[view.cubes[0].yes[0]], 8);
        for (const std::string& text : texts) {
          if (!text.empty()) words->push_back("`" + InsideQuotes(text) + "\"`");
        }
        if (!texts.empty()) return;
      }
      words->push_back("more of the string");
      return;
    }
    case kArray: {
      ArrayFrame a = ArrayFrame::Read(cells_, node);
      if (schema_.by_patterns()) {
        DescribeGap(a.gap, a.phase == kArrayAfterComma, words);
        const bool ends = a.phase != kArrayAfterComma && Bytes().Accepting(a.gap);
        if (ends && ArrayMayClose(a)) words->push_back("`]`");
        return;
      }
      if (a.phase == kArrayClosing || a.gap != 0) return gap();
      if (ArrayMayClose(a)) words->push_back("`]`");
      PlanId child = schema_.ArrayChild(a.at).plan;
      if (child == kNoPlan) return;
      if (a.phase == kArrayAfterValue) {
        words->push_back("`,`");
      } else {
        types(child);
      }
      return;
    }
    case kObject: {
      ObjectFrame o = ObjectFrame::Read(cells_, node);
      if (schema_.by_patterns()) {
        const bool ends = o.phase == kObjectOpen || o.phase == kObjectClosing;
        DescribeGap(o.gap, !ends, words);
        if (!Bytes().Accepting(o.gap) || o.phase == kObjectAfterKey) return;
        if (ends && ObjectMayClose(o.at)) words->push_back("`}`");
        if (o.phase == kObjectClosing) return;
        return names(o.at, 0, static_cast<uint32_t>(schema_.shape(o.at.shape).names.size()));
      }
      if (o.phase == kObjectAfterKey) {
        words->push_back("`:`");
        return;
      }
      if (o.phase == kObjectClosing || o.gap != 0) return gap();
      if (o.phase != kObjectAfterComma && ObjectMayClose(o.at)) words->push_back("`}`");
      if (o.phase == kObjectAfterValue) {
        if (AnyNameAllowed(o)) words->push_back("`,`");
        return;
      }
      return names(o.at, 0, static_cast<uint32_t>(schema_.shape(o.at.shape).names.size()));
    }
    case kKey: {
      KeyFrame k = KeyFrame::Read(cells_, node);
      return names(k.at, k.lo, k.hi);
    }
    default:
      return;
  }
}

}  // namespace grammask
