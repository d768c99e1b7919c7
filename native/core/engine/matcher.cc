#include <algorithm>
#include <cstring>
#include <unordered_set>

#include "engine/compiler_impl.h"
#include "engine/completion.h"
#include "engine/spelling.h"

namespace grammask {
namespace {

constexpr size_t kCollectAtLeast = size_t{4} << 20;
constexpr size_t kLongestForced = 1 << 16;
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

// One operation: the shard's lock, a budget, a machine over the family's store; at the end,
// collection when the store has doubled.
class Operation {
 public:
  explicit Operation(MatcherImpl& matcher)
      : Operation(matcher, std::unique_lock(matcher.family->instance->shard->mutex)) {}
  // lock: of the shard.
  Operation(MatcherImpl& matcher, std::unique_lock<std::mutex> lock)
      : matcher_(matcher),
        family_(*matcher.family),
        lock_(std::move(lock)),
        budget_(matcher.options.limits.timeout_ms, 0),
        machine_(*family_.instance->grammar, family_.cells),
        scope_(*family_.instance->grammar, budget_),
        mark_(family_.cells.mark()) {
    machine_.budget = &budget_;
    size_t memory = matcher.options.limits.memory_bytes;
    machine_.memory_limit = memory == 0 ? kDefaultFamilyBytes : memory;
  }
  ~Operation() {
    // Also what was left open at compile, or for another matcher: the answers are shared.
    matcher_.stats.undecided = Undecided();
    CollectIfDue(nullptr);
  }
  Operation(const Operation&) = delete;
  Operation& operator=(const Operation&) = delete;

  Machine& machine() { return machine_; }
  Budget& budget() { return budget_; }
  // Forgets cells made in this operation.
  // (Not those before a collection: the next one takes them.)
  void Forget() {
    family_.recent.ForgetFrom(mark_);
    family_.cells.TruncateTo(mark_);
    machine_.DropMemos();
  }

  // Writes the mask of a configuration; nullptr, and nothing written, where the budget ran out.
  std::shared_ptr<const KeptMask> CopyMask(CellId config, std::span<int32_t> mask) {
    ++matcher_.stats.masks;
    config = machine_.WithoutUnits(config);
    if (auto met = family_.recent.Copy(config, mask)) {
      ++matcher_.stats.cache_hits;
      return met;
    }
    MaskStats stats;
    auto kept = family_.instance->shard->masks.Mask(machine_, config, family_.instance->key,
                                                    matcher_.stop_tokens, &stats);
    matcher_.stats.cache_hits += stats.hits;
    matcher_.stats.nodes_walked += stats.nodes_walked;
    if (!kept) return nullptr;
    family_.recent.Keep(config, kept);
    kept->CopyTo(mask);
    return kept;
  }

  // The configuration after some bytes. The store may be collected on the way: ids taken from it
  // before are void, but for those of the family's matchers.
  CellId AfterBytes(CellId config, std::string_view bytes) {
    for (char c : bytes) {
      if (config == 0) break;
      config = machine_.Step(config, static_cast<uint8_t>(c));
      CollectIfDue(&config);
    }
    return config;
  }

  // What late answers need behind a text. Of a long one only the end, in which the oldest open name
  // began, is kept as a unit: it may be a whole file.
  CellId WithLastUnit(const CellId& config, std::string_view bytes, CellId behind) {
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

  bool HasSlots() const { return !family_.instance->grammar->slot_names().empty(); }
  std::string_view BytesOf(uint32_t token) const {
    const Vocabulary& vocabulary = *family_.compiled->compiler->vocabulary;
    return vocabulary.is_ordinary(token) ? vocabulary.bytes(token) : std::string_view();
  }

  // The configuration behind one unit, with what late answers need.
  CellId AfterUnit(CellId before, UnitKind kind, std::span<const uint32_t> content) {
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

  // The configuration as it would be if an open slot had been answered before its name began.
  CellId AnsweredLate(CellId config, uint32_t slot, LexiconId names, uint32_t typed) {
    const CellStore& cells = machine_.cells();
    std::vector<CellId> again;  // last first
    uint32_t written = 0;
    for (CellId unit = machine_.Units(config); unit != 0 && written < typed;
         unit = cells.refs(unit)[0]) {
      const CellId before = cells.refs(unit)[0];
      written = cells.data(machine_.Units(config))[0] - (before == 0 ? 0 : cells.data(before)[0]);
      again.push_back(unit);
    }
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

  // What was typed of a name.
  std::string Typed(CellId config, uint32_t bytes) {
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

  CellId AfterToken(CellId config, uint32_t token) {
    const Vocabulary& vocabulary = *family_.compiled->compiler->vocabulary;
    CellId named =
        machine_.StepToken(config, [&](const TokenSymbol& symbol) { return symbol.HasId(token); });
    if (vocabulary.is_ordinary(token)) {
      // A grammar may name a token that also has a text.
      named = machine_.Either(machine_.Run(config, vocabulary.bytes(token)), named);
    }
    return machine_.Border(named);
  }

 private:
  uint64_t Undecided() const {
    Grammar& grammar = *family_.instance->grammar;
    uint64_t sum = grammar.without_end;
    for (uint32_t i = 0; i < grammar.schema_count(); ++i) sum += grammar.schema(i).undecided;
    return sum;
  }
  void CollectIfDue(CellId* held) {
    if (family_.collect_at == 0) {
      family_.collect_at = NextCollection(0, kCollectAtLeast, machine_.memory_limit);
    }
    if (family_.cells.MemoryBytes() <= family_.collect_at) return;
    std::vector<CellId*> roots;
    std::unordered_set<const void*> seen;
    if (held != nullptr) roots.push_back(held);
    for (MatcherImpl* member : family_.members) {
      roots.push_back(&member->start);
      roots.push_back(&member->config);
      member->history.AddRoots(&seen, &roots);
    }
    family_.cells.Collect(roots);
    family_.recent.Clear();
    family_.collect_at =
        NextCollection(family_.cells.MemoryBytes(), kCollectAtLeast, machine_.memory_limit);
    machine_.DropMemos();
    mark_ = family_.cells.mark();
  }

  MatcherImpl& matcher_;
  Family& family_;
  std::unique_lock<std::mutex> lock_;
  Budget budget_;
  Machine machine_;
  BudgetScope scope_;
  uint32_t mark_;
};

Status OutOfRange(uint32_t token, uint32_t size) {
  return Status(Code::kTokenRange, "token " + std::to_string(token) + " is out of range",
                "ids run from 0 to " + std::to_string(size - 1));
}

bool IsStop(const MatcherImpl& matcher, uint32_t token) {
  return std::find(matcher.stop_tokens.begin(), matcher.stop_tokens.end(), token) !=
         matcher.stop_tokens.end();
}

void Remember(MatcherImpl* matcher, CellId next) {
  matcher->history.Push(matcher->config);
  matcher->config = next;
  matcher->ForgetSlots();
  const uint32_t keep = matcher->options.max_rollback;
  if (keep != MatcherOptions::kNoLimit) matcher->history.KeepLast(keep);
}

}  // namespace

Matcher::Matcher(std::unique_ptr<MatcherImpl> impl) : impl(std::move(impl)) {}

Matcher::~Matcher() {
  std::lock_guard<std::mutex> lock(impl->family->instance->shard->mutex);
  impl->family->Remove(impl.get());
  impl->history.Clear();  // under the lock: forks share it
}

uint32_t Matcher::mask_words() const {
  return impl->family->compiled->compiler->vocabulary->words();
}

Result<bool> Matcher::FillMask(std::span<int32_t> mask) {
  Family& family = *impl->family;
  const Vocabulary& vocabulary = *family.compiled->compiler->vocabulary;
  if (mask.size() < vocabulary.words()) {
    return Status(Code::kArgument, "the mask has " + std::to_string(mask.size()) + " words",
                  "give it " + std::to_string(vocabulary.words()));
  }
  Operation op(*impl);
  std::shared_ptr<const KeptMask> kept;
  if (!op.budget().exhausted() && !impl->terminated && impl->config != 0) {
    kept = op.CopyMask(impl->config, mask.first(vocabulary.words()));
  } else {
    ++impl->stats.masks;
  }
  if (!kept) {
    std::fill_n(mask.begin(), vocabulary.words(), 0);
    if (op.budget().exhausted()) return op.budget().status();
    return true;
  }
  return !kept->all;
}

std::optional<bool> Matcher::CopyKnownMask(std::span<int32_t> mask) {
  mask = mask.first(mask_words());
  std::unique_lock<std::mutex> lock(impl->family->instance->shard->mutex, std::try_to_lock);
  if (!lock.owns_lock()) return std::nullopt;
  Operation op(*impl, std::move(lock));
  if (op.budget().exhausted()) return std::nullopt;
  Family& family = *impl->family;
  if (impl->terminated || impl->config == 0) {
    std::fill(mask.begin(), mask.end(), 0);
    ++impl->stats.masks;
    return true;
  }
  const CellId config = op.machine().WithoutUnits(impl->config);
  std::shared_ptr<const KeptMask> kept = family.recent.Copy(config, mask);
  if (!kept) {
    kept = family.instance->shard->masks.Known(op.machine(), config, family.instance->key,
                                               impl->stop_tokens);
    if (!kept) return std::nullopt;
    family.recent.Keep(config, kept);
    kept->CopyTo(mask);
  }
  ++impl->stats.cache_hits;
  ++impl->stats.masks;
  return !kept->all;
}

Result<bool> Matcher::Accept(uint32_t token) {
  const Vocabulary& vocabulary = *impl->family->compiled->compiler->vocabulary;
  if (token >= vocabulary.size()) return OutOfRange(token, vocabulary.size());
  Operation op(*impl);
  if (op.budget().exhausted()) return op.budget().status();
  if (impl->terminated) return false;
  if (IsStop(*impl, token) && op.machine().Accepting(impl->config)) {
    Remember(impl.get(), impl->config);
    impl->terminated = true;
    return true;
  }
  if (token >= vocabulary.token_count()) return false;
  const CellId next = op.AfterUnit(impl->config, UnitKind::kToken, {&token, 1});
  if (op.budget().exhausted()) {
    op.Forget();
    return op.budget().status();
  }
  if (next == 0) {
    op.Forget();
    return false;
  }
  Remember(impl.get(), next);
  return true;
}

Result<bool> Matcher::AcceptBytes(std::string_view bytes) {
  Operation op(*impl);
  if (op.budget().exhausted()) return op.budget().status();
  if (impl->terminated) return false;
  CellId next = op.AfterBytes(impl->config, bytes);
  if (op.HasSlots() && next != 0) next = op.WithLastUnit(impl->config, bytes, next);
  if (op.budget().exhausted() || next == 0) {
    op.Forget();
    if (op.budget().exhausted()) return op.budget().status();
    return false;
  }
  Remember(impl.get(), next);
  return true;
}

Result<uint32_t> Matcher::Validate(std::span<const uint32_t> tokens) {
  const Vocabulary& vocabulary = *impl->family->compiled->compiler->vocabulary;
  for (uint32_t token : tokens) {
    if (token >= vocabulary.size()) return OutOfRange(token, vocabulary.size());
  }
  Operation op(*impl);
  if (op.budget().exhausted()) return op.budget().status();
  uint32_t count = 0;
  CellId config = impl->config;
  if (!impl->terminated) {
    for (uint32_t token : tokens) {
      if (IsStop(*impl, token) && op.machine().Accepting(config)) {
        ++count;
        break;
      }
      config = token < vocabulary.token_count() ? op.AfterToken(config, token) : 0;
      if (config == 0) break;
      ++count;
    }
  }
  op.Forget();
  if (op.budget().exhausted()) return op.budget().status();
  return count;
}

Result<uint32_t> Matcher::FillDraftMasks(std::span<const uint32_t> draft,
                                         std::span<const int32_t> parents,
                                         std::span<int32_t> masks) {
  const Vocabulary& vocabulary = *impl->family->compiled->compiler->vocabulary;
  const size_t words = vocabulary.words();
  for (uint32_t token : draft) {
    if (token >= vocabulary.size()) return OutOfRange(token, vocabulary.size());
  }
  if (masks.size() < draft.size() * words) {
    return Status(Code::kArgument, "the masks have " + std::to_string(masks.size()) + " words",
                  "give each drafted token " + std::to_string(words));
  }
  if (!parents.empty() && parents.size() != draft.size())
    return Status(Code::kArgument, "the draft has " + std::to_string(draft.size()) +
                                       " tokens and " + std::to_string(parents.size()) +
                                       " parents");
  for (size_t i = 0; i < parents.size(); ++i) {
    if (parents[i] >= -1 && parents[i] < static_cast<int64_t>(i)) continue;
    return Status(
        Code::kArgument,
        "token " + std::to_string(i) + " of the draft has the parent " + std::to_string(parents[i]),
        "a parent is the index of an earlier token, or -1 for the matcher's position");
  }
  std::fill_n(masks.begin(), draft.size() * words, 0);
  Operation op(*impl);
  std::vector<CellId> behind(draft.size(), 0);
  uint32_t viable = 0;
  for (size_t i = 0; i < draft.size() && !op.budget().exhausted(); ++i) {
    const int64_t parent = parents.empty() ? static_cast<int64_t>(i) - 1 : parents[i];
    const CellId from = parent >= 0        ? behind[static_cast<size_t>(parent)]
                        : impl->terminated ? 0
                                           : impl->config;
    if (from == 0) continue;
    if (IsStop(*impl, draft[i]) && op.machine().Accepting(from)) {
      ++viable;
      continue;
    }
    if (draft[i] >= vocabulary.token_count()) continue;
    behind[i] = op.AfterToken(from, draft[i]);
    if (behind[i] == 0) continue;
    ++viable;
    op.CopyMask(behind[i], masks.subspan(i * words, words));
  }
  if (!op.budget().exhausted()) return viable;
  std::fill_n(masks.begin(), draft.size() * words, 0);
  op.Forget();
  return op.budget().status();
}

Status Matcher::Rollback(uint32_t units) {
  std::lock_guard<std::mutex> lock(impl->family->instance->shard->mutex);
  size_t kept = std::min<size_t>(impl->history.size(), impl->options.max_rollback);
  if (units > kept) {
    return Status(
        Code::kState,
        "cannot go back " + std::to_string(units) + " units, " + std::to_string(kept) + " are kept",
        "raise `maxRollback`");
  }
  if (units == 0) return Status();
  impl->config = impl->history.Pop(units);
  impl->terminated = false;
  impl->ForgetSlots();
  return Status();
}

std::unique_ptr<Matcher> Matcher::Fork() {
  std::lock_guard<std::mutex> lock(impl->family->instance->shard->mutex);
  auto copy = std::make_unique<MatcherImpl>(*impl);
  impl->family->Add(copy.get());
  return std::make_unique<Matcher>(std::move(copy));
}

void Matcher::Reset() {
  std::lock_guard<std::mutex> lock(impl->family->instance->shard->mutex);
  impl->config = impl->start;
  impl->terminated = false;
  impl->ForgetSlots();
  impl->history.Clear();
}

Result<std::string> Matcher::ForcedBytes() {
  Operation op(*impl);
  if (op.budget().exhausted()) return op.budget().status();
  std::string forced;
  CellId config = impl->terminated ? 0 : impl->config;
  Machine& machine = op.machine();
  while (config != 0 && forced.size() < kLongestForced) {
    bool choice = false;
    for (CellId node : machine.Nodes(config)) {
      uint8_t kind = machine.cells().kind(node);
      choice = choice || kind == kDone || kind == kTokenWait;
    }
    if (choice) break;
    CellId only = 0;
    int byte = -1;
    for (int b = 0; b < 256 && !choice; ++b) {
      CellId next = machine.Step(config, static_cast<uint8_t>(b));
      if (next == 0) continue;
      choice = byte >= 0;
      byte = b;
      only = next;
    }
    if (choice || byte < 0 || op.budget().exhausted()) break;
    forced += static_cast<char>(byte);
    config = only;
  }
  op.Forget();
  if (op.budget().exhausted()) return op.budget().status();
  return forced;
}

Result<std::vector<uint32_t>> Matcher::ForcedTokens() {
  Result<std::string> bytes = ForcedBytes();
  if (!bytes.ok()) return bytes.status();
  const Vocabulary& vocabulary = *impl->family->compiled->compiler->vocabulary;
  std::span<const TrieNode> nodes = vocabulary.nodes();
  const std::string& text = bytes.value();
  std::vector<uint32_t> tokens;
  for (size_t at = 0; at < text.size();) {
    uint32_t node = 0, token = 0;
    size_t length = 0, depth = 0;
    bool open = false;  // the text ended before the trie did: a longer token may fit what follows
    while (true) {
      if (at + depth == text.size()) {
        open = nodes[node].end != node + 1;
        break;
      }
      uint8_t byte = static_cast<uint8_t>(text[at + depth]);
      uint32_t child = node + 1;
      while (child < nodes[node].end && nodes[child].byte < byte) child = nodes[child].end;
      if (child >= nodes[node].end || nodes[child].byte != byte) break;
      node = child;
      ++depth;
      if (nodes[node].own_order > nodes[node].first_order) {
        token = vocabulary.order()[nodes[node].first_order];
        length = depth;
      }
    }
    if (open || length == 0) break;
    tokens.push_back(token);
    at += length;
  }
  return tokens;
}

bool Matcher::IsAccepting() {
  Operation op(*impl);
  return impl->terminated || op.machine().Accepting(impl->config);
}

bool Matcher::IsTerminated() { return impl->terminated; }

bool Matcher::IsDead() {
  Operation op(*impl);
  Machine& machine = op.machine();
  if (impl->terminated) return false;
  if (impl->config == 0) return true;
  for (CellId node : machine.Nodes(impl->config)) {
    uint8_t kind = machine.cells().kind(node);
    if (kind == kDone || kind == kTokenWait) return false;
  }
  bool dead = true;
  for (int b = 0; b < 256 && dead; ++b)
    dead = machine.Step(impl->config, static_cast<uint8_t>(b)) == 0;
  bool exhausted = op.budget().exhausted();
  op.Forget();
  return dead && !exhausted;
}

Result<std::optional<Completion>> Matcher::ShortestCompletion() {
  Operation op(*impl);
  if (op.budget().exhausted()) return op.budget().status();
  std::optional<Completion> result;
  if (impl->terminated) {
    result = Completion{};
  } else if (std::optional<std::vector<CompletionPiece>> pieces =
                 Complete(op.machine(), impl->config);
             !pieces) {
    // It counts as alive, and nothing shows that it is.
    if (impl->config != 0 && !op.budget().exhausted()) ++op.machine().grammar().without_end;
  } else {
    Completion completion;
    bool spelled = true;
    const Vocabulary& vocabulary = *impl->family->compiled->compiler->vocabulary;
    for (const CompletionPiece& piece : *pieces) {
      if (piece.is_token) {
        completion.tokens.push_back(op.machine().grammar().token(piece.token).ids[0].lo);
        continue;
      }
      completion.bytes += piece.bytes;
      std::optional<std::vector<uint32_t>> tokens = vocabulary.Greedy(piece.bytes);
      spelled = spelled && tokens.has_value();
      if (tokens) completion.tokens.insert(completion.tokens.end(), tokens->begin(), tokens->end());
    }
    if (spelled) result = std::move(completion);
  }
  op.Forget();
  if (op.budget().exhausted()) return op.budget().status();
  return result;
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
    const auto known = std::find(impl->slots.begin(), impl->slots.end(), request);
    const auto index = static_cast<uint32_t>(known - impl->slots.begin());
    if (known == impl->slots.end()) impl->slots.push_back(request);
    numbered.push_back({impl->first_slot + index, std::move(request)});
  }
  return numbered;
}

Status Matcher::Provide(uint32_t slot, const LexiconNames* names) {
  Operation op(*impl);
  if (op.budget().exhausted()) return op.budget().status();
  const Status closed(Code::kState, "slot " + std::to_string(slot) + " is not open",
                      "call slots() behind each token, and give each slot one answer");
  if (slot < impl->first_slot || slot - impl->first_slot >= impl->slots.size()) return closed;
  SlotRequest& request = impl->slots[slot - impl->first_slot];
  if (request.name.empty()) return closed;
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
  request.name.clear();
  return Status();
}

MatcherStats Matcher::stats() const {
  // A mask of this matcher may be under way on another thread.
  std::lock_guard<std::mutex> lock(impl->family->instance->shard->mutex);
  return impl->stats;
}

}  // namespace grammask
