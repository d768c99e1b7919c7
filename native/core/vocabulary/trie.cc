#include "vocabulary/trie.h"

#include <algorithm>
#include <bit>
#include <string_view>

#include "vocabulary/plain_text.h"

namespace grammask {
namespace {

constexpr size_t kHeadBytes = 8;

struct SortKey {
  uint64_t head;  // the first eight bytes, big-endian, zero-padded
  uint32_t id;
};

uint64_t HeadOf(std::string_view token) {
  uint64_t head = 0;
  const size_t size = std::min(token.size(), kHeadBytes);
  for (size_t i = 0; i < size; ++i) head = (head << 8) | static_cast<uint8_t>(token[i]);
  return head << 8 * (kHeadBytes - size);
}

// By their heads, those of one head by their ids: one stable pass a byte, from the last to the
// first.
void SortByHead(std::vector<SortKey>& keys) {
  std::array<std::array<uint32_t, 256>, kHeadBytes> counts{};
  for (const SortKey& key : keys) {
    for (size_t byte = 0; byte < kHeadBytes; ++byte) ++counts[byte][(key.head >> 8 * byte) & 0xFF];
  }
  std::vector<SortKey> sorted(keys.size());
  for (size_t byte = 0; byte < kHeadBytes; ++byte) {
    uint32_t place = 0;
    for (uint32_t& count : counts[byte]) {
      const uint32_t begin = place;
      place += count;
      count = begin;
    }
    for (const SortKey& key : keys) sorted[counts[byte][(key.head >> 8 * byte) & 0xFF]++] = key;
    keys.swap(sorted);
  }
}

std::vector<SortKey> Sorted(const TokenList& tokens, std::span<const uint32_t> ids) {
  std::vector<SortKey> keys;
  keys.reserve(ids.size());
  for (const uint32_t id : ids) keys.push_back({HeadOf(tokens.bytes(id)), id});
  SortByHead(keys);
  for (auto first = keys.begin(); first != keys.end();) {
    const auto last = std::find_if(first + 1, keys.end(),
                                   [&](const SortKey& key) { return key.head != first->head; });
    // char_traits<char> compares as unsigned bytes, so this is the order of the trie.
    if (last - first > 1) {
      std::sort(first, last, [&](const SortKey& a, const SortKey& b) {
        const int difference = tokens.bytes(a.id).compare(tokens.bytes(b.id));
        return difference != 0 ? difference < 0 : a.id < b.id;
      });
    }
    first = last;
  }
  return keys;
}

// How many bytes two neighbours in the sorted list have in common.
size_t Shared(const SortKey& a, std::string_view a_bytes, const SortKey& b,
              std::string_view b_bytes) {
  const size_t shortest = std::min(a_bytes.size(), b_bytes.size());
  size_t shared = static_cast<size_t>(std::countl_zero(a.head ^ b.head)) / 8;
  if (shared < kHeadBytes) return std::min(shared, shortest);
  while (shared < shortest && a_bytes[shared] == b_bytes[shared]) ++shared;
  return std::min(shared, shortest);
}

// kSubtreeSecondName: what some token must hold, in this order, with anything between.
constexpr std::string_view kSecondName = ":,\"\"";

// How many of these bytes, from the last on, are found when `byte` comes before.
uint8_t SecondNameBefore(uint8_t byte, uint8_t found) {
  const size_t left = kSecondName.size() - found;
  return left > 0 && static_cast<uint8_t>(kSecondName[left - 1]) == byte
             ? static_cast<uint8_t>(found + 1)
             : found;
}

// The kinds of bytes by byte.
constexpr std::array<uint16_t, 256> kKinds = [] {
  std::array<uint16_t, 256> kinds{};
  for (size_t byte = 0; byte < kinds.size(); ++byte)
    kinds[byte] = byte < 0x80 ? KindOf(static_cast<uint8_t>(byte)) : kBeyondAscii;
  return kinds;
}();

// A node on the way to the token in hand, and what its closed children have added to it.
struct Open {
  uint32_t node;
  uint16_t code_points;   // begun from the root to here
  uint16_t kinds = 0;     // below
  uint8_t state;          // of the UTF-8 decoder, from the root to here
  uint8_t readable;       // the states from which all texts below are plain to their ends
  uint8_t found = 0;      // bytes of kSecondName below, from the last on
  bool has_long = false;  // below
};

class Builder {
 public:
  Builder(Trie& trie, size_t nodes, size_t tokens) : trie_(trie) {
    trie_.nodes.reserve(nodes);
    trie_.kinds_below.resize(nodes);
    trie_.order.reserve(tokens);
    trie_.code_points.reserve(tokens);
    Push(0, 0, kBorder);
  }

  // shared: bytes in common with the token before.
  void Add(uint32_t id, std::string_view token, size_t shared) {
    while (path_.size() > shared + 1) Close();
    for (size_t i = shared; i < token.size(); ++i) {
      const auto byte = static_cast<uint8_t>(token[i]);
      const Open& above = path_.back();
      const bool begins = (byte & 0xC0) != 0x80;  // every byte but a continuation byte
      Push(byte, static_cast<uint16_t>(above.code_points + (begins ? 1 : 0)),
           NextState(above.state, byte));
    }
    Open& open = path_.back();
    open.readable &= 1;
    trie_.order.push_back(id);
    trie_.code_points.push_back(open.code_points);
    trie_.nodes[open.node].own_order = static_cast<uint32_t>(trie_.order.size());
    trie_.longest = std::max(trie_.longest, static_cast<uint32_t>(token.size()));
    if (token.size() == 1) {
      const auto byte = static_cast<uint8_t>(token[0]);
      trie_.one_byte[byte / 64] |= uint64_t{1} << (byte % 64);
    }
  }

  void CloseAll() {
    while (path_.size() > 1) Close();
    Finish(path_.back());
  }

 private:
  void Push(uint8_t byte, uint16_t code_points, uint8_t state) {
    const auto first = static_cast<uint32_t>(trie_.order.size());
    const auto node = static_cast<uint32_t>(trie_.nodes.size());
    if (path_.size() == 1) trie_.first_child[byte] = node;
    trie_.nodes.push_back({byte, 0, static_cast<uint16_t>(path_.size()), 0, first, first, first});
    path_.push_back({.node = node, .code_points = code_points, .state = state, .readable = 0xFF});
  }

  void Finish(const Open& open) {
    TrieNode& node = trie_.nodes[open.node];
    node.end = static_cast<uint32_t>(trie_.nodes.size());
    node.last_order = static_cast<uint32_t>(trie_.order.size());
    const bool plain = open.state == kBorder && (open.readable & 1u) != 0;
    if (open.found > 0) node.flags |= kSubtreeQuote;
    if (open.found == kSecondName.size()) node.flags |= kSubtreeSecondName;
    if (open.has_long || node.depth > kShortToken) node.flags |= kSubtreeLong;
    if (plain) node.flags |= kSubtreePlainText;
    // Where code points are cut, the bytes are of no kind that a state may loop on.
    const bool cut = !plain && (open.kinds & kBeyondAscii) != 0;
    trie_.kinds_below[open.node] = static_cast<uint16_t>(open.kinds | (cut ? kOtherByte : 0));
  }

  void Close() {
    const Open closed = path_.back();
    path_.pop_back();
    Open& above = path_.back();
    Finish(closed);
    TrieNode& node = trie_.nodes[closed.node];
    const uint8_t before = StatesBefore(node.byte, closed.readable);
    if (above.state == kBorder && (before & 1u) != 0) node.flags |= kPlainText;
    above.readable &= before;
    above.found = std::max(above.found, SecondNameBefore(node.byte, closed.found));
    above.kinds |= static_cast<uint16_t>(kKinds[node.byte] | closed.kinds);
    above.has_long |= (node.flags & kSubtreeLong) != 0;
  }

  Trie& trie_;
  std::vector<Open> path_;  // by depth
};

}  // namespace

Trie Trie::Of(const TokenList& tokens, std::span<const uint32_t> ids) {
  const std::vector<SortKey> keys = Sorted(tokens, ids);
  std::vector<uint16_t> shared(keys.size());
  size_t nodes = 1;
  std::string_view previous;
  for (size_t i = 0; i < keys.size(); ++i) {
    const std::string_view token = tokens.bytes(keys[i].id);
    if (i > 0) shared[i] = static_cast<uint16_t>(Shared(keys[i - 1], previous, keys[i], token));
    nodes += token.size() - shared[i];
    previous = token;
  }
  Trie trie;
  Builder builder(trie, nodes, keys.size());
  for (size_t i = 0; i < keys.size(); ++i)
    builder.Add(keys[i].id, tokens.bytes(keys[i].id), shared[i]);
  builder.CloseAll();
  return trie;
}

}  // namespace grammask
