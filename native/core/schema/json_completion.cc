// Short ways to the end of JSON frames, and what they wait for in words.
#include <algorithm>

#include "automata/few_texts.h"
#include "base/utf8.h"
#include "schema/json_frames.h"

namespace grammask {
namespace {

constexpr uint32_t kAfterValueArray = 2;
const char* const kLiteralTexts[] = {"null", "true", "false"};
enum ObjectPhase : uint32_t { kOpen, kAfterKey, kInValue, kAfterValue, kAfterComma };

std::string InsideQuotes(std::string_view decoded) {
  std::string quoted = QuoteJson(decoded);
  return quoted.substr(1, quoted.size() - 2);
}

}  // namespace

std::optional<std::string> JsonFrames::NextChunk(CellId node) {
  std::span<const uint32_t> d = cells_.data(node);
  std::span<const CellId> refs = cells_.refs(node);
  // A short value. A witness writes members in the order of its own atoms' mention; where the whole
  // object's order counts, only the first byte of it is taken, and the frames say how to go on.
  auto witness = [&](PlanId plan) -> std::optional<std::string> {
    if (plan == kNoPlan) return std::nullopt;
    std::optional<std::string> text = schema_.Witness(schema_.plan(plan).goal);
    if (text && schema_.ordered() && (text->front() == '{' || text->front() == '['))
      text->resize(1);
    return text;
  };
  switch (cells_.kind(node)) {
    case kValue:
      return witness(d[1]);
    case kLiteral:
      return std::string(kLiteralTexts[d[2]]).substr(d[3]);
    case kNumber: {
      const NumberView& view = schema_.Numbers(d[1]);
      NumberState state(d.begin() + 2, d.end());
      std::optional<std::string> best;
      for (const auto& want : view.cubes) {
        std::optional<std::string> text = view.machine->Completion(state, want);
        if (text && (!best || text->size() < best->size())) best = text;
      }
      // A number that may end here has already been popped: another node of the configuration
      // stands behind it.
      if (best && best->empty()) return std::nullopt;
      return best;
    }
    case kString: {
      DecoderState decoder{d[2], d[3]};
      std::span<const uint32_t> states = d.subspan(5);
      if (decoder == DecoderState{}) {
        std::optional<std::string> text = schema_.StringCompletion(d[1], states, d[4]);
        if (!text) return std::nullopt;
        return InsideQuotes(*text) + '"';
      }
      CodePoints ranges[4];
      int n = Reachable(decoder, schema_.canonical(), ranges);
      for (int i = 0; i < n; ++i) {
        std::vector<uint32_t> candidates{ranges[i].lo};
        for (uint32_t state : states) {
          for (const Arc& arc : schema_.pool().Arcs(state)) {
            if (arc.hi >= ranges[i].lo && arc.lo <= ranges[i].hi)
              candidates.push_back(std::max(arc.lo, ranges[i].lo));
          }
        }
        for (uint32_t point : candidates) {
          if (!schema_.StringAliveAfter(d[1], states, d[4], point, point)) continue;
          char bytes[16];
          return std::string(bytes, static_cast<size_t>(FinishCodePoint(decoder, point, bytes)));
        }
      }
      return std::nullopt;
    }
    case kArray: {
      std::optional<uint32_t> missing = schema_.MissingItems(d[1], d[3]);
      if (!missing) return std::nullopt;
      if (*missing == 0) return "]";
      std::optional<std::string> item = witness(schema_.ArrayChild(d[1], d[3]).plan);
      if (!item) return std::nullopt;
      return (d[2] == kAfterValueArray ? "," : "") + *item;
    }
    case kObject: {
      PlanId plan = d[1];
      uint32_t shape = d[2], phase = d[3], cursor = d[4];
      if (phase == kAfterKey) {
        std::optional<std::string> value =
            witness(schema_.ObjectChild(shape, plan, cursor, d[5]).plan);
        if (!value) return std::nullopt;
        return ":" + *value;
      }
      const Shape& s = schema_.shape(shape);
      uint32_t names = static_cast<uint32_t>(s.names.size());
      std::optional<std::vector<uint32_t>> missing =
          schema_.MissingNames(shape, plan, cursor, SeenBits(refs[1], names));
      if (!missing) return std::nullopt;
      if (missing->empty() && phase != kAfterComma) return "}";
      std::string comma = phase == kAfterValue ? "," : "";
      uint32_t name = kOtherName;
      uint64_t cheapest = kNoCost;
      if (!missing->empty()) {
        name = missing->front();
      } else {
        for (uint32_t i = 0; i < names; ++i) {
          if (!NameAllowed(shape, plan, cursor, refs[1], i)) continue;
          uint64_t cost =
              schema_.Cost(schema_.plan(schema_.ObjectChild(shape, plan, cursor, i).plan).goal);
          if (cost < cheapest) {
            cheapest = cost;
            name = i;
          }
        }
      }
      // A name that nobody declares is found letter by letter by the key's own frame.
      if (name == kOtherName) return comma + '"';
      std::optional<std::string> value =
          witness(schema_.ObjectChild(shape, plan, cursor, name).plan);
      if (!value) return std::nullopt;
      return comma + QuoteJson(s.names[name]) + ":" + *value;
    }
    case kKey: {
      PlanId plan = d[1];
      uint32_t shape = d[2], cursor = d[3], lo = d[6], hi = d[7], depth = d[8];
      DecoderState decoder{d[4], d[5]};
      const Shape& s = schema_.shape(shape);
      bool other = NameAllowed(shape, plan, cursor, 0, kOtherName);
      if (!(decoder == DecoderState{})) {
        CodePoints ranges[4];
        int n = Reachable(decoder, schema_.canonical(), ranges);
        char bytes[16];
        for (uint32_t name = lo; name < hi; ++name) {
          if (s.names[name].size() == depth || !NameAllowed(shape, plan, cursor, refs[1], name))
            continue;
          uint32_t next = CodePointAt(s.names[name], depth);
          for (int i = 0; i < n; ++i) {
            if (ranges[i].lo <= next && next <= ranges[i].hi) {
              return std::string(bytes, static_cast<size_t>(FinishCodePoint(decoder, next, bytes)));
            }
          }
        }
        if (!other || n == 0) return std::nullopt;
        return std::string(bytes,
                           static_cast<size_t>(FinishCodePoint(decoder, ranges[0].lo, bytes)));
      }
      std::optional<std::vector<uint32_t>> missing = schema_.MissingNames(
          shape, plan, cursor, SeenBits(refs[1], static_cast<uint32_t>(s.names.size())));
      uint32_t name = kOtherName;
      uint64_t cheapest = kNoCost;
      for (uint32_t i = lo; i < hi; ++i) {
        if (!NameAllowed(shape, plan, cursor, refs[1], i)) continue;
        bool needed = missing && std::find(missing->begin(), missing->end(), i) != missing->end();
        uint64_t cost =
            needed ? 0
                   : 1 + schema_.Cost(
                             schema_.plan(schema_.ObjectChild(shape, plan, cursor, i).plan).goal);
        if (cost < cheapest) {
          cheapest = cost;
          name = i;
        }
      }
      if (name != kOtherName)
        return InsideQuotes(std::string_view(s.names[name]).substr(depth)) + '"';
      if (!other) return std::nullopt;
      bool declared = lo < hi && s.names[lo].size() == depth;
      bool taken = refs[4] != 0 && cells_.data(refs[4])[0] == 1;
      return declared || taken ? "_" : "\"";
    }
    default:
      return std::nullopt;
  }
}

uint64_t JsonFrames::RestCost(CellId node) {
  std::span<const uint32_t> d = cells_.data(node);
  switch (cells_.kind(node)) {
    case kTrail:
      return 0;
    case kValue:
      return schema_.Cost(schema_.plan(d[1]).goal);
    case kLiteral:
    case kNumber:
    case kString: {
      std::optional<std::string> chunk = NextChunk(node);
      if (!chunk) return kNoCost;
      // Behind a begun code point the rest of the string is still to come.
      bool begun = cells_.kind(node) == kString && !(DecoderState{d[2], d[3]} == DecoderState{});
      return chunk->size() + (begun ? 1 : 0);
    }
    case kArray: {
      std::optional<uint32_t> missing = schema_.MissingItems(d[1], d[3]);
      if (!missing) return kNoCost;
      if (*missing == 0) return 1;
      PlanId child = schema_.ArrayChild(d[1], d[3]).plan;
      if (child == kNoPlan) return kNoCost;
      uint64_t item = schema_.Cost(schema_.plan(child).goal);
      return item >= kNoCost / (uint64_t{*missing} + 1) ? kNoCost
                                                        : 1 + uint64_t{*missing} * (item + 1);
    }
    case kObject:
    case kKey: {
      bool key = cells_.kind(node) == kKey;
      PlanId plan = d[1];
      uint32_t shape = d[2], cursor = key ? d[3] : d[4];
      const Shape& s = schema_.shape(shape);
      std::optional<std::vector<uint32_t>> missing = schema_.MissingNames(
          shape, plan, cursor,
          SeenBits(cells_.refs(node)[1], static_cast<uint32_t>(s.names.size())));
      if (!missing) return kNoCost;
      uint64_t cost = key ? 4 : 1;
      for (uint32_t name : *missing) {
        PlanId child = schema_.ObjectChild(shape, plan, cursor, name).plan;
        if (child == kNoPlan) continue;
        cost = std::min(kNoCost,
                        cost + s.names[name].size() + 4 + schema_.Cost(schema_.plan(child).goal));
      }
      return cost;
    }
    default:
      return kNoCost;
  }
}

void JsonFrames::Describe(CellId node, std::vector<std::string>* words) {
  std::span<const uint32_t> d = cells_.data(node);
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
        if (view.cubes.size() == 1 && view.cubes[0].size() == 1) {
          const auto& part = view.parts[view.cubes[0][0]];
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
  switch (cells_.kind(node)) {
    case kTrail:
      words->push_back("white space");
      return;
    case kValue:
      types(d[1]);
      return;
    case kLiteral:
      words->push_back("the rest of `" + std::string(kLiteralTexts[d[2]]) + "`: `" +
                       std::string(kLiteralTexts[d[2]]).substr(d[3]) + "`");
      return;
    case kNumber:
      words->push_back("more of the number");
      return;
    case kString: {
      if (!(DecoderState{d[2], d[3]} == DecoderState{})) {
        words->push_back("the rest of a character or escape");
        return;
      }
      std::optional<std::string> rest = schema_.StringCompletion(d[1], d.subspan(5), d[4]);
      if (rest && rest->empty()) words->push_back("`\"` (the end of the string)");
      const StringView& view = schema_.Strings(d[1]);
      if (view.cubes.size() == 1 && view.cubes[0].size() == 1) {
        std::vector<std::string> texts = FewTexts(schema_.pool(), d[5 + view.cubes[0][0]], 8);
        for (const std::string& text : texts) {
          if (!text.empty()) words->push_back("`" + InsideQuotes(text) + "\"`");
        }
        if (!texts.empty()) return;
      }
      words->push_back("more of the string");
      return;
    }
    case kArray: {
      bool close = schema_.ArrayMayClose(d[1], d[3]);
      if (close) words->push_back("`]`");
      PlanId child = schema_.ArrayChild(d[1], d[3]).plan;
      if (child == kNoPlan) return;
      if (d[2] == kAfterValueArray) {
        words->push_back("`,`");
      } else {
        types(child);
      }
      return;
    }
    case kObject:
    case kKey: {
      bool key = cells_.kind(node) == kKey;
      PlanId plan = d[1];
      uint32_t shape = d[2], phase = key ? kAfterComma : d[3], cursor = key ? d[3] : d[4];
      CellId seen = cells_.refs(node)[1];
      if (phase == kAfterKey) {
        words->push_back("`:`");
        return;
      }
      if ((phase == kOpen || phase == kAfterValue) && ObjectMayClose(shape, plan, seen))
        words->push_back("`}`");
      if (phase == kAfterValue) {
        if (AnyNameAllowed(shape, plan, cursor, seen)) words->push_back("`,`");
        return;
      }
      const Shape& s = schema_.shape(shape);
      uint32_t lo = key ? d[6] : 0, hi = key ? d[7] : static_cast<uint32_t>(s.names.size());
      int listed = 0;
      for (uint32_t name = lo; name < hi && listed < 12; ++name) {
        if (!NameAllowed(shape, plan, cursor, seen, name)) continue;
        words->push_back("the member name " + QuoteJson(s.names[name]));
        ++listed;
      }
      if (NameAllowed(shape, plan, cursor, 0, kOtherName))
        words->push_back(listed == 0 ? "a member name" : "another member name");
      return;
    }
    default:
      return;
  }
}

}  // namespace grammask
