#include "vocabulary/vocabulary.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>
#include <unordered_map>
#include <utility>

#include "vocabulary/trie.h"

namespace grammask {

namespace {

constexpr size_t kMaxTokens = 2'000'000;
constexpr size_t kMaxTokenBytes = 65'535;
constexpr size_t kMaxTextBytes = size_t{256} << 20;

enum Kind : uint8_t { kHole = 0, kOrdinary = 1, kSpecial = 2, kStop = 4 };

class Fingerprint {  // FNV-1a, 64 bits
 public:
  void Bytes(const char* data, size_t size) {
    for (size_t i = 0; i < size; ++i)
      hash_ = (hash_ ^ static_cast<uint8_t>(data[i])) * 0x100000001b3u;
  }
  void Number(uint64_t value) {
    for (int shift = 0; shift < 64; shift += 8)
      hash_ = (hash_ ^ ((value >> shift) & 0xFFu)) * 0x100000001b3u;
  }
  uint64_t value() const { return hash_; }

 private:
  uint64_t hash_ = 0xcbf29ce484222325u;
};

struct NameHash {
  using is_transparent = void;
  size_t operator()(std::string_view name) const { return std::hash<std::string_view>{}(name); }
};

using NameMap = std::unordered_map<std::string, std::vector<uint32_t>, NameHash, std::equal_to<>>;

Status Refuse(std::string message, std::string hint = "") {
  return Status(Code::kVocabulary, std::move(message), std::move(hint));
}

}  // namespace

struct Vocabulary::Data {
  uint32_t size = 0;
  uint32_t token_count = 0;
  uint64_t fingerprint = 0;
  TokenList tokens;
  std::vector<uint8_t> kinds;
  std::vector<uint32_t> stop_tokens;
  std::vector<IdRange> text_ids;
  NameMap special_by_name;
  Trie trie;
  SpaceRuns space_runs;

  uint64_t ComputeFingerprint(const std::vector<uint32_t>& special_tokens) const;
};

uint64_t Vocabulary::Data::ComputeFingerprint(const std::vector<uint32_t>& special_tokens) const {
  Fingerprint hash;
  hash.Number(size);
  hash.Number(token_count);
  for (uint32_t id = 0; id < token_count; ++id) {
    const std::string_view token = tokens.bytes(id);
    hash.Number(tokens.hole(id) ? 0 : token.size() + 1);
    hash.Bytes(token.data(), token.size());
  }
  std::vector<uint32_t> special = special_tokens;
  std::sort(special.begin(), special.end());
  special.erase(std::unique(special.begin(), special.end()), special.end());
  hash.Number(special.size());
  for (const uint32_t id : special) hash.Number(id);
  hash.Number(stop_tokens.size());
  for (const uint32_t id : stop_tokens) hash.Number(id);
  return hash.value();
}

Result<std::shared_ptr<const Vocabulary>> Vocabulary::Create(VocabularyInput input) {
  const size_t count = input.tokens.size();
  if (count == 0) return Refuse("the vocabulary has no token");
  if (count > kMaxTokens) {
    return Refuse("the vocabulary has " + std::to_string(count) + " tokens, more than 2000000");
  }
  if (input.logits_size != 0 && input.logits_size < count) {
    return Refuse("the logits are " + std::to_string(input.logits_size) + " wide, but there are " +
                      std::to_string(count) + " tokens",
                  "`logitsSize` is the width of the model's output: at least the number of tokens");
  }
  if (input.logits_size > kMaxTokens) {
    return Refuse("the logits are " + std::to_string(input.logits_size) +
                  " wide, more than 2000000");
  }
  if (input.special_names.size() != input.special_tokens.size()) {
    return Refuse("there are " + std::to_string(input.special_tokens.size()) +
                  " special tokens, but " + std::to_string(input.special_names.size()) +
                  " names of special tokens");
  }
  for (const uint32_t id : input.stop_tokens) {
    if (id >= count) {
      return Refuse("the stop token " + std::to_string(id) + " is not below " +
                    std::to_string(count) + ", the number of tokens");
    }
  }
  for (const uint32_t id : input.special_tokens) {
    if (id >= count) {
      return Refuse("the special token " + std::to_string(id) + " is not below " +
                    std::to_string(count) + ", the number of tokens");
    }
  }

  auto data = std::make_unique<Data>();
  data->token_count = static_cast<uint32_t>(count);
  data->size = input.logits_size != 0 ? input.logits_size : data->token_count;
  data->kinds.assign(count, kHole);
  for (size_t id = 0; id < count; ++id) {
    const size_t length = input.tokens.bytes(id).size();
    if (length > kMaxTokenBytes) {
      return Refuse("token " + std::to_string(id) + " has " + std::to_string(length) +
                    " bytes, more than 65535");
    }
    if (length > 0) data->kinds[id] = kOrdinary;
  }
  if (input.tokens.text.size() > kMaxTextBytes) {
    return Refuse("the tokens have " + std::to_string(input.tokens.text.size()) +
                  " bytes in all, more than 256 MiB");
  }
  for (const uint32_t id : input.special_tokens) {
    data->kinds[id] = static_cast<uint8_t>((data->kinds[id] & ~kOrdinary) | kSpecial);
  }
  for (const uint32_t id : input.stop_tokens) {
    data->kinds[id] = static_cast<uint8_t>((data->kinds[id] & ~kOrdinary) | kStop);
  }
  if (std::find(data->kinds.begin(), data->kinds.end(), kOrdinary) == data->kinds.end()) {
    return Refuse(
        "the vocabulary has no token with text: each one is empty, special or a stop token");
  }

  data->tokens = std::move(input.tokens);
  data->stop_tokens = std::move(input.stop_tokens);
  std::sort(data->stop_tokens.begin(), data->stop_tokens.end());
  data->stop_tokens.erase(std::unique(data->stop_tokens.begin(), data->stop_tokens.end()),
                          data->stop_tokens.end());
  data->fingerprint = data->ComputeFingerprint(input.special_tokens);
  for (size_t i = 0; i < input.special_tokens.size(); ++i) {
    data->special_by_name[std::move(input.special_names[i])].push_back(input.special_tokens[i]);
  }
  for (uint32_t id = 0; id < data->token_count; ++id) {
    const uint8_t kind = data->kinds[id];
    if ((kind & kStop) != 0 || (kind != kOrdinary && (kind & kSpecial) == 0)) continue;
    std::vector<IdRange>& ranges = data->text_ids;
    if (!ranges.empty() && ranges.back().hi + 1 == id) {
      ranges.back().hi = id;
    } else {
      ranges.push_back({id, id});
    }
  }
  std::vector<uint32_t> ordinary;
  ordinary.reserve(count);
  for (uint32_t id = 0; id < data->token_count; ++id) {
    if (data->kinds[id] == kOrdinary) ordinary.push_back(id);
  }
  data->trie = Trie::Of(data->tokens, ordinary);
  data->space_runs = SpaceRuns(data->trie);
  return std::shared_ptr<const Vocabulary>(new Vocabulary(std::move(data)));
}

Vocabulary::Vocabulary(std::unique_ptr<Data> data) : data_(std::move(data)) {}
Vocabulary::~Vocabulary() = default;

uint32_t Vocabulary::size() const { return data_->size; }
uint32_t Vocabulary::token_count() const { return data_->token_count; }

std::string_view Vocabulary::bytes(uint32_t id) const {
  return id < data_->token_count ? data_->tokens.bytes(id) : std::string_view();
}

bool Vocabulary::is_special(uint32_t id) const {
  return id < data_->token_count && (data_->kinds[id] & kSpecial) != 0;
}

bool Vocabulary::is_stop(uint32_t id) const {
  return id < data_->token_count && (data_->kinds[id] & kStop) != 0;
}

bool Vocabulary::is_ordinary(uint32_t id) const {
  return id < data_->token_count && data_->kinds[id] == kOrdinary;
}

const std::vector<uint32_t>& Vocabulary::stop_tokens() const { return data_->stop_tokens; }
std::span<const IdRange> Vocabulary::text_ids() const { return data_->text_ids; }

std::optional<uint32_t> Vocabulary::special_by_name(std::string_view name) const {
  const auto found = data_->special_by_name.find(name);
  if (found == data_->special_by_name.end()) return std::nullopt;
  return found->second.front();
}

std::span<const uint32_t> Vocabulary::specials_by_name(std::string_view name) const {
  const auto found = data_->special_by_name.find(name);
  if (found == data_->special_by_name.end()) return {};
  return found->second;
}

std::span<const TrieNode> Vocabulary::nodes() const { return data_->trie.nodes; }
std::span<const uint16_t> Vocabulary::kinds_below() const { return data_->trie.kinds_below; }
std::span<const uint32_t, 256> Vocabulary::first_children() const {
  return data_->trie.first_child;
}
std::span<const uint32_t> Vocabulary::order() const { return data_->trie.order; }
const SpaceRuns& Vocabulary::space_runs() const { return data_->space_runs; }
std::span<const uint16_t> Vocabulary::code_points() const { return data_->trie.code_points; }
uint32_t Vocabulary::longest() const { return data_->trie.longest; }

std::optional<uint8_t> Vocabulary::FirstMissingByte(const ByteSet& wanted) const {
  for (size_t word = 0; word < 4; ++word) {
    const uint64_t missing = wanted[word] & ~data_->trie.one_byte[word];
    if (missing != 0) {
      size_t bit = 0;
      while (((missing >> bit) & 1u) == 0) ++bit;
      return static_cast<uint8_t>(word * 64 + bit);
    }
  }
  return std::nullopt;
}

std::optional<std::vector<uint32_t>> Vocabulary::Greedy(std::string_view text) const {
  const std::vector<TrieNode>& nodes = data_->trie.nodes;
  std::vector<uint32_t> ids;
  size_t at = 0;
  while (at < text.size()) {
    uint32_t node = data_->trie.first_child[static_cast<uint8_t>(text[at])];
    uint32_t best = 0;
    size_t next = at;
    while (node != 0) {
      const TrieNode& here = nodes[node];
      if (here.own_order > here.first_order) {
        best = node;
        next = at + here.depth;
      }
      if (at + here.depth >= text.size()) break;
      const auto byte = static_cast<uint8_t>(text[at + here.depth]);
      uint32_t child = node + 1;
      while (child < here.end && nodes[child].byte < byte) child = nodes[child].end;
      node = child < here.end && nodes[child].byte == byte ? child : 0;
    }
    if (best == 0) return std::nullopt;
    ids.push_back(data_->trie.order[nodes[best].first_order]);
    at = next;
  }
  return ids;
}

size_t Vocabulary::FirstCrossing(std::string_view text) const {
  const std::vector<TrieNode>& nodes = data_->trie.nodes;
  const size_t longest = data_->trie.longest;
  for (size_t at = text.size() < longest ? 0 : text.size() - longest + 1; at < text.size(); ++at) {
    uint32_t node = data_->trie.first_child[static_cast<uint8_t>(text[at])];
    while (node != 0 && at + nodes[node].depth < text.size()) {
      const auto byte = static_cast<uint8_t>(text[at + nodes[node].depth]);
      const uint32_t end = nodes[node].end;
      uint32_t child = node + 1;
      while (child < end && nodes[child].byte < byte) child = nodes[child].end;
      node = child < end && nodes[child].byte == byte ? child : 0;
    }
    if (node != 0 && nodes[node].end != node + 1) return at;
  }
  return text.size();
}

size_t Vocabulary::MemoryBytes() const {
  size_t names = 0;
  for (const auto& [name, ids] : data_->special_by_name)
    names += name.capacity() + sizeof(name) + sizeof(ids) + sizeof(uint32_t) * ids.capacity();
  return sizeof(Vocabulary) + sizeof(Data) + names + data_->tokens.text.capacity() +
         data_->kinds.capacity() + data_->tokens.holes.capacity() +
         sizeof(uint16_t) *
             (data_->trie.code_points.capacity() + data_->trie.kinds_below.capacity()) +
         sizeof(uint32_t) * (data_->tokens.offsets.capacity() + data_->stop_tokens.capacity() +
                             data_->trie.order.capacity()) +
         sizeof(TrieNode) * data_->trie.nodes.capacity() + data_->space_runs.bytes();
}

uint64_t Vocabulary::fingerprint() const { return data_->fingerprint; }

}  // namespace grammask
