// A node of the trie of a vocabulary, and what it says of everything below it.
#pragma once

#include <cstdint>

namespace grammask {

struct TrieNode {
  uint8_t byte;    // byte on the edge from the parent (root: 0)
  uint8_t flags;   // kSubtreePlainText, …
  uint16_t depth;  // bytes from the root; tokens longer than 65,535 bytes are refused
  uint32_t end;  // one past the last node of the sub-tree; the first child of n is n + 1, the next
                 // sibling of c is end(c)
  uint32_t first_order;  // ids at or below this node: order[first_order, last_order)
  uint32_t own_order;    // ids at this node: order[first_order, own_order)
  uint32_t last_order;
};

enum TrieFlags : uint8_t {
  // Every token text below, read from this node on (the bytes after this node), is made of complete
  // UTF-8 code points,
  // none of which is a control character (< 0x20), '"' or '\\'. (This node itself stands at a
  // code-point border.)
  kSubtreePlainText = 1,
  // The parent stands at such a border, and what is read from it, by way of this node, is plain
  // too.
  kPlainText = 2,
  // Behind a name that ends above this node, some token may hold a second name of the same object:
  // ':', then ',', then two '"'.
  kSubtreeSecondName = 4,
  // Some token has a '"' behind this node.
  kSubtreeQuote = 8,
  // Some token at or below this node is longer than kShortToken bytes.
  kSubtreeLong = 16,
};

inline constexpr uint32_t kShortToken = 24;

// Kinds of bytes, for summaries of sub-trees: a state that each byte of some kinds leads back to
// can take those of nothing else whole.
enum ByteKind : uint16_t {
  kLowerCase = 1,
  kUpperCase = 2,
  kDigit = 4,
  kSpaceByte = 8,
  kUnderscore = 16,
  kHyphen = 32,
  kDot = 64,
  kSlash = 128,
  kColon = 256,
  kOtherAscii = 512,    // 0x20 to 0x7E but for these and those below, quote and backslash
  kBeyondAscii = 1024,  // bytes of complete code points
  kOtherByte = 2048,    // quote, backslash, control characters, bytes of no code point
  // What begins a call of a tool in free text.
  kLess = 4096,
  kOpening = 8192,  // '[', '{' and '`'
};
// The kind of an ASCII byte.
constexpr ByteKind KindOf(uint8_t byte) {
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
    case '<':
      return kLess;
    case '[':
    case '{':
    case '`':
      return kOpening;
    case '"':
    case '\\':
      return kOtherByte;
    default:
      return byte >= 0x20 && byte < 0x7F ? kOtherAscii : kOtherByte;
  }
}

}  // namespace grammask
