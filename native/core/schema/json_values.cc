// Values that frames capture, and what was written before. See json_frames.h.
#include <algorithm>

#include "base/utf8.h"
#include "schema/json_frames.h"
#include "schema/text_trie.h"

namespace grammask {
namespace {

// The first word of a kJson cell.
enum ValueType : uint32_t { kOfLiteral, kOfNumber, kOfString, kOfArray, kOfObject, kOfMember };

}  // namespace

CellId JsonFrames::TrieChild(CellId trie, uint32_t code_point) const {
  return ChildOfTrie(cells_, trie, code_point);
}

std::vector<uint32_t> JsonFrames::CodePointsOf(CellId text) const {
  std::vector<uint32_t> points;
  for (; text != 0; text = cells_.refs(text)[0]) points.push_back(cells_.data(text)[0]);
  std::reverse(points.begin(), points.end());
  return points;
}

CellId JsonFrames::InsertText(CellId trie, CellId text) {
  return InsertPoints(trie, CodePointsOf(text));
}

CellId JsonFrames::InsertPoints(CellId trie, const std::vector<uint32_t>& points) {
  std::vector<CellId> path{trie};
  for (uint32_t point : points) path.push_back(TrieChild(path.back(), point));
  CellId child = 0;
  for (size_t i = path.size(); i-- > 0;) {
    std::vector<uint32_t> data{0};
    std::vector<CellId> refs;
    if (path[i] != 0) {
      data.assign(cells_.data(path[i]).begin(), cells_.data(path[i]).end());
      refs.assign(cells_.refs(path[i]).begin(), cells_.refs(path[i]).end());
    }
    uint32_t below = static_cast<uint32_t>(points.size() - i);
    data[0] = (data[0] & 1) | std::max(data[0] >> 1, below) << 1;
    if (i == points.size()) {
      data[0] |= 1;
    } else {
      auto at = std::lower_bound(data.begin() + 1, data.end(), points[i]);
      auto ref = refs.begin() + (at - data.begin() - 1);
      if (at != data.end() && *at == points[i]) {
        *ref = child;
      } else {
        refs.insert(ref, child);
        data.insert(at, points[i]);
      }
    }
    child = cells_.Intern(kTrie, refs, data);
  }
  return child;
}

CellId JsonFrames::LiteralValue(uint32_t type) {
  uint32_t data[] = {kOfLiteral, type};
  return cells_.Intern(kJson, {}, data);
}

CellId JsonFrames::NumberValue(CellId text) {
  std::string written = Written(text);
  // A number whose exponent fits into no decimal equals itself alone.
  if (std::optional<Decimal> decimal = Decimal::FromJson(written))
    written = decimal->ToCanonicalJson();
  std::vector<uint32_t> data{kOfNumber};
  for (char c : written) data.push_back(static_cast<uint8_t>(c));
  return cells_.Intern(kJson, {}, data);
}

CellId JsonFrames::StringValue(CellId text) {
  std::vector<uint32_t> data{kOfString};
  std::vector<uint32_t> points = CodePointsOf(text);
  data.insert(data.end(), points.begin(), points.end());
  return cells_.Intern(kJson, {}, data);
}

CellId JsonFrames::ArrayValue(CellId values) {
  std::vector<CellId> items;
  for (; values != 0; values = cells_.refs(values)[0]) items.push_back(cells_.refs(values)[1]);
  std::reverse(items.begin(), items.end());
  uint32_t data[] = {kOfArray};
  return cells_.Intern(kJson, items, data);
}

CellId JsonFrames::ObjectValue(CellId values) {
  std::vector<std::pair<std::vector<uint32_t>, CellId>> members;
  for (; values != 0; values = cells_.refs(values)[0]) {
    std::vector<uint32_t> data{kOfMember};
    std::vector<uint32_t> points = CodePointsOf(cells_.refs(values)[2]);
    data.insert(data.end(), points.begin(), points.end());
    CellId value = cells_.refs(values)[1];
    CellId member = cells_.Intern(kJson, {&value, 1}, data);
    members.emplace_back(std::move(points), member);
  }
  std::sort(members.begin(), members.end());
  std::vector<CellId> refs;
  for (const auto& member : members) refs.push_back(member.second);
  uint32_t data[] = {kOfObject};
  return cells_.Intern(kJson, refs, data);
}

bool JsonFrames::InBefore(CellId before, CellId value) {
  if (before == 0 || value == 0) return false;
  machine_.names_read = true;
  if (cells_.data(value)[0] == kOfString) {
    CellId place = TrieOf(before);
    for (uint32_t point : cells_.data(value).subspan(1)) place = TrieChild(place, point);
    return EndsInTrie(cells_, place);
  }
  CellId list = cells_.refs(before)[1];
  if (list == 0) return false;
  std::span<const CellId> values = cells_.refs(list);
  return std::binary_search(values.begin(), values.end(), value);
}

bool JsonFrames::MayBecomeEqual(CellId before, CellId parts, bool is_object) const {
  CellId list = before == 0 ? 0 : cells_.refs(before)[1];
  if (list == 0) return false;
  struct Part {
    CellId value;
    std::vector<uint32_t> name;
  };
  std::vector<Part> written;
  for (; parts != 0; parts = cells_.refs(parts)[0]) {
    std::span<const CellId> refs = cells_.refs(parts);
    written.push_back({refs[1], is_object ? CodePointsOf(refs[2]) : std::vector<uint32_t>()});
  }
  std::reverse(written.begin(), written.end());
  std::span<const CellId> values = cells_.refs(list);
  return std::any_of(values.begin(), values.end(), [&](CellId value) {
    if (cells_.data(value)[0] != (is_object ? kOfObject : kOfArray)) return false;
    std::span<const CellId> refs = cells_.refs(value);
    if (!is_object) {
      return written.size() <= refs.size() &&
             std::equal(written.begin(), written.end(), refs.begin(),
                        [](const Part& part, CellId item) { return part.value == item; });
    }
    return std::all_of(written.begin(), written.end(), [&](const Part& part) {
      return std::any_of(refs.begin(), refs.end(), [&](CellId member) {
        std::span<const uint32_t> name = cells_.data(member).subspan(1);
        return cells_.refs(member)[0] == part.value &&
               std::equal(name.begin(), name.end(), part.name.begin(), part.name.end());
      });
    });
  });
}

CellId JsonFrames::Insert(CellId before, CellId value) {
  CellId trie = TrieOf(before), list = before == 0 ? 0 : cells_.refs(before)[1];
  if (cells_.data(value)[0] == kOfString) {
    std::span<const uint32_t> points = cells_.data(value).subspan(1);
    trie = InsertPoints(trie, {points.begin(), points.end()});
  } else {
    std::vector<CellId> values;
    if (list != 0) values.assign(cells_.refs(list).begin(), cells_.refs(list).end());
    auto at = std::lower_bound(values.begin(), values.end(), value);
    if (at == values.end() || *at != value) values.insert(at, value);
    list = cells_.Intern(kList, values, {});
  }
  CellId refs[] = {trie, list};
  const uint32_t count = (before == 0 ? 0 : cells_.data(before)[0]) + 1;
  return cells_.Intern(kBefore, refs, {&count, 1});
}

std::vector<Decimal> JsonFrames::NumbersIn(CellId before) const {
  std::vector<Decimal> numbers;
  if (before == 0 || cells_.refs(before)[1] == 0) return numbers;
  for (CellId value : cells_.refs(cells_.refs(before)[1])) {
    if (cells_.data(value)[0] != kOfNumber) continue;
    std::string text;
    for (uint32_t c : cells_.data(value).subspan(1)) text += static_cast<char>(c);
    if (std::optional<Decimal> decimal = Decimal::FromJson(text))
      numbers.push_back(std::move(*decimal));
  }
  std::sort(numbers.begin(), numbers.end(),
            [](const Decimal& a, const Decimal& b) { return Compare(a, b) < 0; });
  return numbers;
}

std::string JsonFrames::Written(CellId text) const {
  std::string written;
  for (uint32_t point : CodePointsOf(text)) AppendUtf8(point, &written);
  return written;
}

bool JsonFrames::NumberAlive(const NumberView& view, size_t cube, const NumberState& state,
                             CellId text, const std::vector<Decimal>& known) const {
  if (view.distinct[cube] == 0 || known.empty())
    return view.distinct[cube] != 2 && view.machine->Viable(state, view.cubes[cube]);
  if (view.distinct[cube] == 1) {
    std::optional<std::string> end = view.machine->Completion(state, view.cubes[cube]);
    if (!end) return view.machine->Viable(state, view.cubes[cube]);
    // Mostly the first value that comes to mind is a new one.
    std::string written = Written(text);
    std::optional<Decimal> value = Decimal::FromJson(written + *end);
    auto less = [](const Decimal& a, const Decimal& b) { return Compare(a, b) < 0; };
    if (value && !std::binary_search(known.begin(), known.end(), *value, less)) return true;
    return ViableExcept(written, view.wants[cube], known, schema_.canonical());
  }
  // It must equal one of them.
  NumberConstraint one;
  one.plain = view.wants[cube].plain;
  one.has_points = true;
  for (const Decimal& value : known) {
    if (view.wants[cube].Accepts(value)) one.points.push_back(value);
  }
  return ViableExcept(Written(text), one, {}, schema_.canonical());
}

namespace {

void AppendPoints(std::span<const uint32_t> points, std::string* out) {
  std::string text;
  for (uint32_t point : points) AppendUtf8(point, &text);
  *out += QuoteJson(text);
}

}  // namespace

// Compact, with members sorted: equal values have equal texts.
std::string JsonFrames::TextOf(CellId start) const {
  std::string out;
  struct Task {
    CellId value;
    size_t next;
  };
  std::vector<Task> stack{{start, 0}};
  while (!stack.empty()) {
    Task& task = stack.back();
    std::span<const uint32_t> data = cells_.data(task.value);
    std::span<const CellId> refs = cells_.refs(task.value);
    switch (data[0]) {
      case kOfLiteral:
        out += kLiteralTexts[data[1]];
        break;
      case kOfNumber:
        for (uint32_t c : data.subspan(1)) out += static_cast<char>(c);
        break;
      case kOfString:
        AppendPoints(data.subspan(1), &out);
        break;
      case kOfMember:
        if (task.next == 0) {
          AppendPoints(data.subspan(1), &out);
          out += ':';
        }
        break;
      default:
        if (task.next == 0) out += data[0] == kOfArray ? '[' : '{';
        if (task.next > 0 && task.next < refs.size()) out += ',';
        if (task.next == refs.size()) out += data[0] == kOfArray ? ']' : '}';
    }
    if (task.next < refs.size()) {
      CellId child = refs[task.next++];
      stack.push_back({child, 0});
    } else {
      stack.pop_back();
    }
  }
  return out;
}

std::vector<std::string> JsonFrames::TextsIn(CellId before) const {
  std::vector<std::string> texts;
  if (before == 0) return texts;
  for (const std::string& text : TextTrie(cells_, TrieOf(before)).Texts(SIZE_MAX))
    texts.push_back(QuoteJson(text));
  if (CellId list = cells_.refs(before)[1]) {
    for (CellId value : cells_.refs(list)) texts.push_back(TextOf(value));
  }
  return texts;
}

bool JsonFrames::ValueMayCome(GoalId goal, CellId before) {
  if (!schema_.AsksToDiffer(goal)) return true;
  const size_t count = before == 0 ? 0 : cells_.data(before)[0];
  return schema_.HasOtherValue(goal, count, [&] { return TextsIn(before); });
}

std::optional<std::string> JsonFrames::WitnessOf(GoalId goal, CellId before) {
  if (before == 0 || !schema_.AsksToDiffer(goal)) return schema_.Witness(goal);
  return schema_.OtherValue(goal, TextsIn(before));
}

}  // namespace grammask
