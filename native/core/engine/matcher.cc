#include <algorithm>
#include <cstring>

#include "engine/operation.h"
#include "parser/completion.h"

namespace grammask {
namespace {

constexpr size_t kLongestForced = 1 << 16;

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

// The configuration under which a matcher's mask may be among those met lately; 0 for none. Such a
// mask is known: no budget is spent on it and nothing is made, so it needs no operation.
CellId ConfigOfRecent(const MatcherImpl& matcher) {
  if (matcher.terminated || matcher.config == 0 || matcher.options.limits.timeout_ms == 0) return 0;
  // With what late answers need beside it, it is another one.
  return matcher.family->cells.kind(matcher.config) == kAnswers ? 0 : matcher.config;
}

void CountHit(MatcherImpl* matcher) {
  ++matcher->stats.masks;
  ++matcher->stats.cache_hits;
}

// What can follow a text that has ended.
const std::shared_ptr<const KeptMask>& NothingAllowed() {
  static const auto kNothing = std::make_shared<const KeptMask>(MaskWords(1, 0), nullptr, 1);
  return kNothing;
}

// lock: of the matcher's shard.
Result<std::shared_ptr<const KeptMask>> MaskUnder(MatcherImpl& matcher,
                                                  std::unique_lock<std::mutex> lock) {
  Operation op(matcher, std::move(lock));
  if (!op.budget().exhausted() && (matcher.terminated || matcher.config == 0)) {
    ++matcher.stats.masks;
    return NothingAllowed();
  }
  std::shared_ptr<const KeptMask> kept;
  if (!op.budget().exhausted()) kept = op.Mask(matcher.config);
  if (!kept) return op.budget().status();
  return kept;
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
  const uint32_t words = mask_words();
  if (mask.size() < words) {
    return Status(Code::kArgument, "the mask has " + std::to_string(mask.size()) + " words",
                  "give it " + std::to_string(words));
  }
  mask = mask.first(words);
  std::unique_lock lock(impl->family->instance->shard->mutex);
  if (const CellId config = ConfigOfRecent(*impl)) {
    if (const KeptMask* met = impl->family->recent.Copy(config, mask)) {
      CountHit(impl.get());
      return !met->all;
    }
  }
  Result<std::shared_ptr<const KeptMask>> kept = MaskUnder(*impl, std::move(lock));
  if (!kept.ok()) {
    std::fill(mask.begin(), mask.end(), 0);
    return kept.status();
  }
  kept.value()->CopyTo(mask);
  return !kept.value()->all;
}

std::optional<bool> Matcher::CopyKnownMask(std::span<int32_t> mask) {
  mask = mask.first(mask_words());
  {
    std::unique_lock lock(impl->family->instance->shard->mutex, std::try_to_lock);
    if (!lock.owns_lock()) return std::nullopt;
    if (const CellId config = ConfigOfRecent(*impl)) {
      if (const KeptMask* met = impl->family->recent.Copy(config, mask)) {
        CountHit(impl.get());
        return !met->all;
      }
    }
  }
  const std::shared_ptr<const KeptMask> kept = KnownMask();
  if (!kept) return std::nullopt;
  kept->CopyTo(mask);
  return !kept->all;
}

Result<std::shared_ptr<const KeptMask>> Matcher::Mask() {
  std::unique_lock lock(impl->family->instance->shard->mutex);
  if (const CellId config = ConfigOfRecent(*impl)) {
    if (std::shared_ptr<const KeptMask> met = impl->family->recent.Find(config)) {
      CountHit(impl.get());
      return met;
    }
  }
  return MaskUnder(*impl, std::move(lock));
}

std::shared_ptr<const KeptMask> Matcher::KnownMask() {
  std::unique_lock lock(impl->family->instance->shard->mutex, std::try_to_lock);
  if (!lock.owns_lock()) return nullptr;
  Operation op(*impl, std::move(lock));
  if (op.budget().exhausted()) return nullptr;
  if (!impl->terminated && impl->config != 0) return op.KnownMask(impl->config);
  ++impl->stats.masks;
  return NothingAllowed();
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
  Operation op(*impl);
  std::vector<CellId> behind(draft.size(), 0);
  uint32_t viable = 0;
  for (size_t i = 0; i < draft.size() && !op.budget().exhausted(); ++i) {
    const int64_t parent = parents.empty() ? static_cast<int64_t>(i) - 1 : parents[i];
    const CellId from = parent >= 0        ? behind[static_cast<size_t>(parent)]
                        : impl->terminated ? 0
                                           : impl->config;
    const bool ends = from != 0 && IsStop(*impl, draft[i]) && op.machine().Accepting(from);
    if (from != 0 && !ends && draft[i] < vocabulary.token_count())
      behind[i] = op.AfterToken(from, draft[i]);
    if (ends || behind[i] != 0) ++viable;
    // Each row is written once: most of the time goes into the writing.
    const std::span<int32_t> row = masks.subspan(i * words, words);
    if (behind[i] != 0) {
      op.CopyMask(behind[i], row);
    } else {
      std::fill(row.begin(), row.end(), 0);
    }
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

MatcherStats Matcher::stats() const {
  // A mask of this matcher may be under way on another thread.
  const Instance& instance = *impl->family->instance;
  std::lock_guard<std::mutex> lock(instance.shard->mutex);
  MatcherStats stats = impl->stats;
  // Also what was left open at compile, or for another matcher: the answers are shared.
  stats.undecided = instance.grammar->without_end;
  for (uint32_t i = 0; i < instance.grammar->schema_count(); ++i)
    stats.undecided += instance.grammar->schema(i).undecided;
  return stats;
}

}  // namespace grammask
