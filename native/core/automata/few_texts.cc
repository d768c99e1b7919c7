#include "automata/few_texts.h"

#include <algorithm>
#include <utility>

#include "automata/utf8.h"

namespace grammask {
namespace {

constexpr size_t kLongest = 80;

std::string ShowPoint(uint32_t point) {
  static const char* kHex = "0123456789ABCDEF";
  if (point == '\n') return "\\n";
  if (point == '\r') return "\\r";
  if (point == '\t') return "\\t";
  std::string out;
  if (point < 0x20 || (point >= 0x7F && point < 0xA0) || (point >= 0xE000 && point < 0xF900) ||
      point >= 0xF0000) {
    out = "U+";
    int digits = point > 0xFFFFF ? 6 : point > 0xFFFF ? 5 : 4;
    for (int i = digits; i-- > 0;) out += kHex[(point >> (4 * i)) & 15];
    return out;
  }
  AppendUtf8(point, &out);
  return out;
}

std::string ShowByte(uint32_t byte) {
  static const char* kHex = "0123456789ABCDEF";
  if (byte < 0x80) return ShowPoint(byte);
  return std::string("\\x") + kHex[byte >> 4] + kHex[byte & 15];
}

// Characters, where the bytes are UTF-8.
std::string ShowBytes(std::string_view bytes) {
  std::string out;
  while (!bytes.empty()) {
    uint32_t point = 0;
    const size_t length = DecodeUtf8(bytes, &point);
    out += length == 0 ? ShowByte(static_cast<uint8_t>(bytes[0])) : ShowPoint(point);
    bytes.remove_prefix(length == 0 ? 1 : length);
  }
  return out;
}

// A stretch without choice.
std::string FixedBeginning(ExprPool& pool, ExprId at, Encoding encoding) {
  std::string fixed, bytes;
  while (fixed.size() < kLongest && bytes.size() < kLongest && !pool.Nullable(at)) {
    std::span<const Arc> row = pool.Arcs(at);
    if (row.size() != 1 || row[0].lo != row[0].hi) break;
    if (encoding == Encoding::kBytes) {
      bytes.push_back(static_cast<char>(row[0].lo));
    } else {
      fixed += ShowPoint(row[0].lo);
    }
    at = row[0].target;
  }
  return fixed + ShowBytes(bytes);
}

}  // namespace

std::vector<std::string> FewTexts(ExprPool& pool, ExprId expr, size_t limit) {
  std::vector<std::string> texts;
  std::vector<std::pair<ExprId, std::string>> level{{expr, ""}};
  for (size_t depth = 0; depth <= kLongest && !level.empty(); ++depth) {
    std::vector<std::pair<ExprId, std::string>> next;
    for (const auto& [state, text] : level) {
      if (pool.Nullable(state)) texts.push_back(text);
      std::span<const Arc> row = pool.Arcs(state);
      for (const Arc& arc : row) {
        if (arc.hi - arc.lo >= limit) return {};
        for (uint32_t point = arc.lo; point <= arc.hi; ++point) {
          next.emplace_back(arc.target, text);
          AppendUtf8(point, &next.back().second);
          if (next.size() + texts.size() > limit) return {};
        }
      }
    }
    level = std::move(next);
  }
  if (!level.empty()) return {};
  std::sort(texts.begin(), texts.end());
  return texts;
}

std::string DescribeFirst(ExprPool& pool, ExprId expr, Encoding encoding) {
  const bool is_bytes = encoding == Encoding::kBytes;
  const auto show = is_bytes ? ShowByte : ShowPoint;
  const std::string fixed = FixedBeginning(pool, expr, encoding);
  if (!fixed.empty()) return "`" + fixed + "`";
  std::vector<std::string> parts;
  std::span<const Arc> row = pool.Arcs(expr);
  std::vector<CharRange> ranges;
  for (const Arc& arc : row) {
    if (!ranges.empty() && ranges.back().hi + 1 == arc.lo) {
      ranges.back().hi = arc.hi;
    } else {
      ranges.push_back({arc.lo, arc.hi});
    }
  }
  uint64_t points = 0;
  for (const CharRange& range : ranges) points += range.hi - range.lo + 1;
  if (points > (is_bytes ? 240u : 1000000u)) {
    std::string out = is_bytes ? "any byte" : "any character";
    std::string but;
    uint32_t from = 0;
    int listed = 0;
    if (is_bytes) ranges.push_back({0x100, 0x100});  // so what is missing at the end is, too
    for (const CharRange& range : ranges) {
      for (uint32_t point = from; point < range.lo && listed < 6; ++point) {
        if (point >= 0xD800 && point <= 0xDFFF) break;
        but += (listed++ == 0 ? "`" : ", `") + show(point) + "`";
      }
      from = range.hi + 1;
    }
    return but.empty() ? out : out + " but " + but + (listed == 6 ? " …" : "");
  }
  std::string out;
  size_t shown = 0;
  for (const CharRange& range : ranges) {
    if (shown++ == 12) {
      out += ", …";
      break;
    }
    if (!out.empty()) out += ", ";
    out += "`" + show(range.lo) + "`";
    if (range.hi > range.lo)
      out += (range.hi == range.lo + 1 ? ", `" : "-`") + show(range.hi) + "`";
  }
  return out;
}

}  // namespace grammask
