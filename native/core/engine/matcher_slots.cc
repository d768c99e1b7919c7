// Slots of a matcher: which are open, and the answers. lexicon/lexicon.h says what they mean.
#include <algorithm>

#include "engine/operation.h"
#include "engine/spelling.h"

namespace grammask {
namespace {

constexpr size_t kSpareBytes = 256;  // of a unit, before the oldest open name in it

std::vector<uint32_t> WordsOf(std::string_view bytes) {
  std::vector<uint32_t> words;
  for (const char c : bytes) words.push_back(static_cast<uint8_t>(c));
  return words;
}

std::string BytesIn(std::span<const uint32_t> words) {
  std::string bytes;
  for (const uint32_t word : words) bytes += static_cast<char>(word);
  return bytes;
}

}  // namespace

CellId Operation::AfterUnit(CellId before, UnitKind kind, std::span<const uint32_t> content) {
  CellId behind = 0;
  size_t bytes = 0;
  if (kind == UnitKind::kToken) {
    behind = AfterToken(before, content[0]);
    bytes = BytesOf(content[0]).size();
  } else if (kind == UnitKind::kBytes) {
    behind = machine_.Run(before, BytesIn(content));
    bytes = content.size();
  } else {
    behind = machine_.Answer(before, content[0], content[1], BytesIn(content.subspan(2)));
  }
  return machine_.BehindUnit(before, kind, content, static_cast<uint32_t>(bytes), behind);
}

CellId Operation::WithLastUnit(const CellId& config, std::string_view bytes, CellId behind) {
  size_t oldest = 0;
  for (const Machine::OpenSlot& open : machine_.OpenSlots(behind))
    oldest = std::max<size_t>(oldest, open.typed);
  CellId before = config;
  if (oldest > 0 && bytes.size() > 2 * oldest + kSpareBytes) {
    before = AfterBytes(config, bytes.substr(0, bytes.size() - oldest));
    bytes = bytes.substr(bytes.size() - oldest);
    behind = machine_.Run(before, bytes);
  }
  const std::vector<uint32_t> words = oldest == 0 ? std::vector<uint32_t>() : WordsOf(bytes);
  return machine_.BehindUnit(before, UnitKind::kBytes, words, static_cast<uint32_t>(bytes.size()),
                             behind);
}

CellId Operation::AnsweredLate(CellId config, uint32_t slot, LexiconId names, uint32_t typed) {
  const CellStore& cells = machine_.cells();
  std::vector<CellId> again;  // last first
  uint32_t written = 0;
  for (CellId unit = machine_.Units(config); unit != 0 && written < typed;
       unit = cells.refs(unit)[0]) {
    const CellId before = cells.refs(unit)[0];
    written = cells.data(machine_.Units(config))[0] - (before == 0 ? 0 : cells.data(before)[0]);
    again.push_back(unit);
  }
  if (again.empty()) return config;  // nothing is typed of it
  const CellId first = again.back();
  const std::span<const uint32_t> words = cells.data(first);
  const std::string text = static_cast<UnitKind>(words[1]) == UnitKind::kToken
                               ? std::string(BytesOf(words[2]))
                               : BytesIn(words.subspan(2));
  std::vector<uint32_t> answer{slot, names};
  for (const char c : text.substr(0, written - typed)) answer.push_back(static_cast<uint8_t>(c));
  CellId at = machine_.WithUnits(cells.refs(first)[1], cells.refs(first)[0]);
  at = AfterUnit(at, UnitKind::kAnswer, answer);
  for (auto unit = again.rbegin(); unit != again.rend() && at != 0; ++unit) {
    const std::span<const uint32_t> data = cells.data(*unit);
    at = AfterUnit(at, static_cast<UnitKind>(data[1]), data.subspan(2));
  }
  return at;
}

std::string Operation::Typed(CellId config, uint32_t bytes) {
  const CellStore& cells = machine_.cells();
  std::string text;  // from its end
  for (CellId unit = machine_.Units(config); unit != 0 && text.size() < bytes;
       unit = cells.refs(unit)[0]) {
    if (!budget_.Tick()) break;
    const std::span<const uint32_t> words = cells.data(unit);
    const UnitKind kind = static_cast<UnitKind>(words[1]);
    std::string part;
    if (kind == UnitKind::kToken) part = BytesOf(words[2]);
    if (kind == UnitKind::kBytes) part = BytesIn(words.subspan(2));
    text.append(part.rbegin(), part.rend());
  }
  text.resize(std::min<size_t>(bytes, text.size()));
  std::reverse(text.begin(), text.end());
  return text;
}

Result<std::vector<Matcher::NumberedSlot>> Matcher::Slots(Ahead ahead, uint32_t token) {
  const Vocabulary& vocabulary = *impl->family->compiled->compiler->vocabulary;
  if (ahead == Ahead::kOneToken && token >= vocabulary.size())
    return OutOfRange(token, vocabulary.size());
  Operation op(*impl);
  if (op.budget().exhausted()) return op.budget().status();
  if (impl->terminated || impl->config == 0 || !op.HasSlots()) return std::vector<NumberedSlot>();
  Machine& machine = op.machine();
  const std::vector<std::string_view>& names = impl->family->instance->grammar->slot_names();
  std::vector<SlotRequest> found;
  if (ahead != Ahead::kOneToken) {
    for (const Machine::OpenSlot& open : machine.OpenSlots(impl->config))
      found.push_back({std::string(names[open.slot]), "", op.Typed(impl->config, open.typed)});
  } else {
    const std::string_view bytes = op.BytesOf(token);
    CellId config = impl->config;
    for (size_t i = 0; i < bytes.size() && config != 0; ++i) {
      for (const Machine::OpenSlot& open : machine.OpenSlots(config)) {
        // At the position itself it is open already, with more or less typed.
        if (i == 0 || open.typed == 0)
          found.push_back({std::string(names[open.slot]), std::string(bytes.substr(0, i)),
                           i == 0 ? op.Typed(config, open.typed) : ""});
      }
      config = machine.Step(config, static_cast<uint8_t>(bytes[i]));
    }
  }
  if (ahead == Ahead::kAllTokens) {
    for (SlotRequest& request :
         impl->family->instance->shard->masks.SlotsAhead(machine, impl->config))
      found.push_back(std::move(request));
  }
  op.Forget();
  if (op.budget().exhausted()) return op.budget().status();
  std::vector<NumberedSlot> numbered;
  for (SlotRequest& request : found) {
    const auto [at, is_new] = impl->slots.try_emplace(request, impl->next_slot);
    if (is_new) ++impl->next_slot;
    numbered.push_back({at->second, std::move(request)});
  }
  return numbered;
}

Status Matcher::Provide(uint32_t slot, const LexiconNames* names) {
  Operation op(*impl);
  if (op.budget().exhausted()) return op.budget().status();
  const Status closed(Code::kState, "slot " + std::to_string(slot) + " is not open",
                      "call slots() behind each token, and give each slot one answer");
  const auto listed = std::find_if(impl->slots.begin(), impl->slots.end(),
                                   [&](const auto& entry) { return entry.second == slot; });
  if (listed == impl->slots.end()) return closed;
  const SlotRequest& request = listed->first;
  Machine& machine = op.machine();
  Grammar& grammar = *impl->family->instance->grammar;
  const std::vector<std::string_view>& slots = grammar.slot_names();
  const auto number =
      static_cast<uint32_t>(std::find(slots.begin(), slots.end(), request.name) - slots.begin());
  const auto typed = static_cast<uint32_t>(request.typed.size());
  const std::vector<Machine::OpenSlot> open = machine.OpenSlots(impl->config);
  const bool is_open =
      request.before.empty()
          ? std::binary_search(open.begin(), open.end(), Machine::OpenSlot{number, typed})
          : !machine.Answered(impl->config, number, request.before);
  // Another answer given here has ruled it out, and with it whatever this one may say.
  if (!is_open) return Status();
  LexiconId lexicon = kUnknownNames;
  if (names != nullptr) {
    // The compiler looked at what the pattern needs; a single name may hold what few write.
    const std::optional<LexiconId> known = grammar.lexicons().Find(*names);
    lexicon = known ? *known
                    : grammar.lexicons().Add(
                          *names, SpelledBytes(*impl->family->compiled->compiler->vocabulary),
                          op.budget());
  }
  CellId next = 0;
  if (!op.budget().exhausted()) {
    if (typed > 0) {
      next = op.AnsweredLate(impl->config, number, lexicon, typed);
    } else {
      std::vector<uint32_t> answer{number, lexicon};
      for (const char c : request.before) answer.push_back(static_cast<uint8_t>(c));
      next = op.AfterUnit(impl->config, UnitKind::kAnswer, answer);
    }
  }
  if (op.budget().exhausted()) {
    op.Forget();
    return op.budget().status();
  }
  impl->config = next;
  impl->slots.erase(listed);
  return Status();
}

}  // namespace grammask
