// Building the trie.
//
// Tokens are sorted by their bytes once. In that order the trie appears in depth-first order by
// itself: each token shares a prefix with the one before it (that path stays open), and what
// follows the shared prefix is a chain of new nodes. So one pass with a stack of open nodes writes
// all nodes in their final place, and nothing recurses on the depth of a token.
//
// The summary "plain text below" is exact. A second pass from the last node to the first keeps, for
// each node, the set of UTF-8 decoder states (eight of them, one bit each) from which every token
// text below could be read to its end as complete plain code points.

#include "vocabulary/vocabulary.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>
#include <unordered_map>
#include <utility>

namespace grammask {

namespace {

constexpr size_t kMaxTokens = 2'000'000;
constexpr size_t kMaxTokenBytes = 65'535;
constexpr size_t kMaxTextBytes = size_t{256} << 20;

enum Kind : uint8_t { kHole = 0, kOrdinary = 1, kSpecial = 2, kStop = 4 };

// States of a strict UTF-8 decoder: no overlong form, no surrogate, nothing above U+10FFFF.
enum Utf8State : uint8_t {
  kBorder = 0,   // between code points
  kTail1 = 1,    // one continuation byte to come
  kTail2 = 2,    // two, any
  kTail3 = 3,    // three, any
  kAfterE0 = 4,  // A0..BF, then one
  kAfterED = 5,  // 80..9F, then one
  kAfterF0 = 6,  // 90..BF, then two
  kAfterF4 = 7,  // 80..8F, then two
  kInvalid = 8,
};

constexpr uint8_t LeadState(uint8_t byte) {
  if (byte < 0x80) return kBorder;
  if (byte < 0xC2) return kInvalid;
  if (byte < 0xE0) return kTail1;
  if (byte == 0xE0) return kAfterE0;
  if (byte == 0xED) return kAfterED;
  if (byte < 0xF0) return kTail2;
  if (byte == 0xF0) return kAfterF0;
  if (byte < 0xF4) return kTail3;
  if (byte == 0xF4) return kAfterF4;
  return kInvalid;
}

constexpr uint8_t NextState(uint8_t state, uint8_t byte) {
  if (state == kBorder) return LeadState(byte);
  if (state == kInvalid || byte < 0x80 || byte > 0xBF) return kInvalid;
  switch (state) {
    case kTail1:
      return kBorder;
    case kTail2:
      return kTail1;
    case kTail3:
      return kTail2;
    case kAfterE0:
      return byte >= 0xA0 ? kTail1 : kInvalid;
    case kAfterED:
      return byte <= 0x9F ? kTail1 : kInvalid;
    case kAfterF0:
      return byte >= 0x90 ? kTail2 : kInvalid;
    case kAfterF4:
      return byte <= 0x8F ? kTail2 : kInvalid;
    default:
      return kInvalid;
  }
}

bool IsPlain(uint8_t byte) { return byte >= 0x20 && byte != '"' && byte != '\\'; }

// The states from which a continuation byte leads to a state (kBorder, kTail1 or kTail2); bytes of
// 80..8F, 90..9F and A0..BF do the same.
constexpr auto kStatesBefore = [] {
  std::array<std::array<uint8_t, 3>, 3> before{};
  constexpr uint8_t kFirst[] = {0x80, 0x90, 0xA0};
  for (size_t range = 0; range < 3; ++range) {
    for (uint8_t state = kTail1; state < kInvalid; ++state) {
      const uint8_t next = NextState(state, kFirst[range]);
      if (next != kInvalid) before[range][next] |= static_cast<uint8_t>(1u << state);
    }
  }
  return before;
}();

// The states from which `byte` leads to a state of `after`.
uint8_t StatesBefore(uint8_t byte, uint8_t after) {
  if (byte < 0x80) return IsPlain(byte) ? after & 1u : 0;
  if (byte > 0xBF) {
    const uint8_t state = LeadState(byte);
    return state != kInvalid && ((after >> state) & 1u) != 0 ? 1 : 0;
  }
  const auto& from = kStatesBefore[byte < 0x90 ? 0 : byte < 0xA0 ? 1 : 2];
  uint8_t before = 0;
  for (uint8_t next = kBorder; next <= kTail2; ++next) {
    if (((after >> next) & 1u) != 0) before |= from[next];
  }
  return before;
}

}  // namespace

ByteKind KindOf(uint8_t byte) {
  if (byte >= 'a' && byte <= 'z') return kLowerCase;
  if (byte >= 'A' && byte <= 'Z') return kUpperCase;
  if (byte >= '0' && byte <= '9') return kDigit;
  switch (byte) {
    case ' ':
      return kSpaceByte;
    case '_':
      return kUnderscore;
    case '-':
      return kHyphen;
    case '.':
      return kDot;
    case '/':
      return kSlash;
    case ':':
      return kColon;
    default:
      return byte < 0x7F && IsPlain(byte) ? kOtherAscii : kOtherByte;
  }
}

namespace {

// kSubtreeSecondName: what some token must hold, in this order, with anything between.
constexpr std::string_view kSecondName = ":,\"\"";

// How many of these bytes, from the last on, are found when `byte` comes before.
uint8_t SecondNameBefore(uint8_t byte, uint8_t found) {
  const size_t left = kSecondName.size() - found;
  return left > 0 && static_cast<uint8_t>(kSecondName[left - 1]) == byte
             ? static_cast<uint8_t>(found + 1)
             : found;
}

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

struct SortKey {
  uint64_t head;  // the first eight bytes, big-endian, zero-padded
  uint32_t id;
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

// Every byte but a continuation byte begins one.
size_t CodePointsBegun(std::string_view bytes) {
  return static_cast<size_t>(std::count_if(
      bytes.begin(), bytes.end(), [](char c) { return (static_cast<uint8_t>(c) & 0xC0) != 0x80; }));
}

struct Vocabulary::Data {
  uint32_t size = 0;
  uint32_t token_count = 0;
  uint32_t longest = 0;
  uint64_t fingerprint = 0;
  std::string text;               // the bytes of all tokens, by id
  std::vector<uint32_t> offsets;  // token_count + 1
  std::vector<uint8_t> kinds;
  std::vector<uint32_t> stop_tokens;
  std::vector<IdRange> text_ids;
  NameMap special_by_name;
  std::vector<TrieNode> nodes;
  std::vector<uint32_t> order;
  std::vector<uint16_t> code_points;  // of the tokens, in that order
  std::vector<uint16_t> kinds_below;  // by node
  ByteSet one_byte{};
  std::array<uint32_t, 256> first_child{};  // of the root, by byte; 0: none

  std::string_view bytes(uint32_t id) const {
    return std::string_view(text).substr(offsets[id], offsets[id + 1] - offsets[id]);
  }
  std::vector<SortKey> SortedOrdinary() const;
  void BuildTrie();
  uint64_t ComputeFingerprint(const std::vector<uint32_t>& special_tokens,
                              const std::vector<std::optional<std::string>>& tokens) const;
};

std::vector<SortKey> Vocabulary::Data::SortedOrdinary() const {
  std::vector<SortKey> keys;
  keys.reserve(token_count);
  for (uint32_t id = 0; id < token_count; ++id) {
    if (kinds[id] != kOrdinary) continue;
    const std::string_view token = bytes(id);
    uint64_t head = 0;
    for (size_t i = 0; i < 8; ++i) {
      head = (head << 8) | (i < token.size() ? static_cast<uint8_t>(token[i]) : 0u);
    }
    keys.push_back({head, id});
  }
  std::sort(keys.begin(), keys.end(), [this](const SortKey& a, const SortKey& b) {
    if (a.head != b.head) return a.head < b.head;
    // char_traits<char> compares as unsigned bytes, so this is the order of the trie.
    const int difference = bytes(a.id).compare(bytes(b.id));
    return difference != 0 ? difference < 0 : a.id < b.id;
  });
  return keys;
}

void Vocabulary::Data::BuildTrie() {
  const std::vector<SortKey> keys = SortedOrdinary();

  struct Open {
    uint32_t node;
    uint8_t state;  // of the UTF-8 decoder, from the root to here
  };
  std::vector<Open> path;       // path[d]: the open node of depth d
  std::vector<uint8_t> states;  // by node
  const auto add_node = [&](uint8_t byte, uint8_t state) {
    const auto first = static_cast<uint32_t>(order.size());
    path.push_back({static_cast<uint32_t>(nodes.size()), state});
    nodes.push_back({byte, 0, static_cast<uint16_t>(path.size() - 1), 0, first, first, first});
    states.push_back(state);
  };
  const auto close_below = [&](size_t depth) {  // closes every open node deeper than `depth`
    while (path.size() > depth + 1) {
      TrieNode& node = nodes[path.back().node];
      node.end = static_cast<uint32_t>(nodes.size());
      node.last_order = static_cast<uint32_t>(order.size());
      path.pop_back();
    }
  };

  size_t node_count = 1;
  std::string_view previous;
  for (const SortKey& key : keys) {
    const std::string_view token = bytes(key.id);
    const auto shared = static_cast<size_t>(
        std::mismatch(previous.begin(), previous.end(), token.begin(), token.end()).second -
        token.begin());
    node_count += token.size() - shared;
    previous = token;
  }
  nodes.reserve(node_count);
  states.reserve(node_count);
  order.reserve(keys.size());
  code_points.reserve(keys.size());

  add_node(0, kBorder);
  previous = {};
  for (const SortKey& key : keys) {
    const std::string_view token = bytes(key.id);
    const auto shared = static_cast<size_t>(
        std::mismatch(previous.begin(), previous.end(), token.begin(), token.end()).second -
        token.begin());
    close_below(shared);
    for (size_t i = shared; i < token.size(); ++i) {
      const auto byte = static_cast<uint8_t>(token[i]);
      add_node(byte, NextState(path.back().state, byte));
    }
    order.push_back(key.id);
    code_points.push_back(static_cast<uint16_t>(CodePointsBegun(bytes(key.id))));
    nodes[path.back().node].own_order = static_cast<uint32_t>(order.size());
    longest = std::max(longest, static_cast<uint32_t>(token.size()));
    if (token.size() == 1) {
      const auto byte = static_cast<uint8_t>(token[0]);
      one_byte[byte / 64] |= uint64_t{1} << (byte % 64);
    }
    previous = token;
  }
  close_below(0);
  nodes[0].end = static_cast<uint32_t>(nodes.size());
  nodes[0].last_order = static_cast<uint32_t>(order.size());

  // From here `readable` holds, by node, the decoder states from which all texts below are plain.
  std::vector<uint8_t> readable(nodes.size());
  std::vector<uint8_t> found(nodes.size());  // bytes of kSecondName, from the last on
  kinds_below.resize(nodes.size());
  for (size_t n = nodes.size(); n-- > 0;) {
    TrieNode& node = nodes[n];
    uint8_t set = node.own_order > node.first_order ? uint8_t{1} : uint8_t{0xFF};
    for (uint32_t child = static_cast<uint32_t>(n) + 1; child < node.end;
         child = nodes[child].end) {
      const uint8_t before = StatesBefore(nodes[child].byte, readable[child]);
      if (states[n] == kBorder && (before & 1u) != 0) nodes[child].flags |= kPlainText;
      set &= before;
      found[n] = std::max(found[n], SecondNameBefore(nodes[child].byte, found[child]));
      const uint16_t kind = nodes[child].byte < 0x80 ? KindOf(nodes[child].byte) : kBeyondAscii;
      kinds_below[n] |= static_cast<uint16_t>(kind | kinds_below[child]);
      node.flags |= nodes[child].flags & kSubtreeLong;
    }
    readable[n] = set;
    if (found[n] > 0) node.flags |= kSubtreeQuote;
    if (node.depth > kShortToken) node.flags |= kSubtreeLong;
    if (found[n] == kSecondName.size()) node.flags |= kSubtreeSecondName;
    if (states[n] == kBorder && (set & 1u) != 0) node.flags |= kSubtreePlainText;
  }
  // Where code points are cut, the bytes are of no kind that a state may loop on.
  for (size_t n = 0; n < nodes.size(); ++n) {
    const bool whole = states[n] == kBorder && (readable[n] & 1u) != 0;
    if (!whole && (kinds_below[n] & kBeyondAscii) != 0) kinds_below[n] |= kOtherByte;
  }
  for (uint32_t child = 1; child < nodes[0].end; child = nodes[child].end) {
    first_child[nodes[child].byte] = child;
  }
}

uint64_t Vocabulary::Data::ComputeFingerprint(
    const std::vector<uint32_t>& special_tokens,
    const std::vector<std::optional<std::string>>& tokens) const {
  Fingerprint hash;
  hash.Number(size);
  hash.Number(token_count);
  for (const std::optional<std::string>& token : tokens) {
    hash.Number(token.has_value() ? token->size() + 1 : 0);
    if (token.has_value()) hash.Bytes(token->data(), token->size());
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
  size_t text_size = 0;
  for (size_t id = 0; id < count; ++id) {
    const size_t length = input.tokens[id].has_value() ? input.tokens[id]->size() : 0;
    if (length > kMaxTokenBytes) {
      return Refuse("token " + std::to_string(id) + " has " + std::to_string(length) +
                    " bytes, more than 65535");
    }
    if (length > 0) data->kinds[id] = kOrdinary;
    text_size += length;
  }
  if (text_size > kMaxTextBytes) {
    return Refuse("the tokens have " + std::to_string(text_size) +
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

  data->text.reserve(text_size);
  data->offsets.reserve(count + 1);
  for (const std::optional<std::string>& token : input.tokens) {
    data->offsets.push_back(static_cast<uint32_t>(data->text.size()));
    if (token.has_value()) data->text.append(*token);
  }
  data->offsets.push_back(static_cast<uint32_t>(data->text.size()));
  data->stop_tokens = std::move(input.stop_tokens);
  std::sort(data->stop_tokens.begin(), data->stop_tokens.end());
  data->stop_tokens.erase(std::unique(data->stop_tokens.begin(), data->stop_tokens.end()),
                          data->stop_tokens.end());
  data->fingerprint = data->ComputeFingerprint(input.special_tokens, input.tokens);
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
  data->BuildTrie();
  return std::shared_ptr<const Vocabulary>(new Vocabulary(std::move(data)));
}

Vocabulary::Vocabulary(std::unique_ptr<Data> data) : data_(std::move(data)) {}
Vocabulary::~Vocabulary() = default;

uint32_t Vocabulary::size() const { return data_->size; }
uint32_t Vocabulary::token_count() const { return data_->token_count; }

std::string_view Vocabulary::bytes(uint32_t id) const {
  return id < data_->token_count ? data_->bytes(id) : std::string_view();
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

std::span<const TrieNode> Vocabulary::nodes() const { return data_->nodes; }
std::span<const uint16_t> Vocabulary::kinds_below() const { return data_->kinds_below; }
std::span<const uint32_t, 256> Vocabulary::first_children() const { return data_->first_child; }
std::span<const uint32_t> Vocabulary::order() const { return data_->order; }
std::span<const uint16_t> Vocabulary::code_points() const { return data_->code_points; }
uint32_t Vocabulary::longest() const { return data_->longest; }

std::optional<uint8_t> Vocabulary::FirstMissingByte(const ByteSet& wanted) const {
  for (size_t word = 0; word < 4; ++word) {
    const uint64_t missing = wanted[word] & ~data_->one_byte[word];
    if (missing != 0) {
      size_t bit = 0;
      while (((missing >> bit) & 1u) == 0) ++bit;
      return static_cast<uint8_t>(word * 64 + bit);
    }
  }
  return std::nullopt;
}

std::optional<std::vector<uint32_t>> Vocabulary::Greedy(std::string_view text) const {
  const std::vector<TrieNode>& nodes = data_->nodes;
  std::vector<uint32_t> ids;
  size_t at = 0;
  while (at < text.size()) {
    uint32_t node = data_->first_child[static_cast<uint8_t>(text[at])];
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
    ids.push_back(data_->order[nodes[best].first_order]);
    at = next;
  }
  return ids;
}

size_t Vocabulary::FirstCrossing(std::string_view text) const {
  const std::vector<TrieNode>& nodes = data_->nodes;
  const size_t longest = data_->longest;
  for (size_t at = text.size() < longest ? 0 : text.size() - longest + 1; at < text.size(); ++at) {
    uint32_t node = data_->first_child[static_cast<uint8_t>(text[at])];
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
  return sizeof(Vocabulary) + sizeof(Data) + names + data_->text.capacity() +
         data_->kinds.capacity() +
         sizeof(uint16_t) * (data_->code_points.capacity() + data_->kinds_below.capacity()) +
         sizeof(uint32_t) *
             (data_->offsets.capacity() + data_->stop_tokens.capacity() + data_->order.capacity()) +
         sizeof(TrieNode) * data_->nodes.capacity();
}

uint64_t Vocabulary::fingerprint() const { return data_->fingerprint; }

}  // namespace grammask
