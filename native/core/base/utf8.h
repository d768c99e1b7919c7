// UTF-8 in well-formed texts.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace grammask {

inline void AppendUtf8(uint32_t cp, std::string* out) {
  if (cp < 0x80) {
    *out += static_cast<char>(cp);
  } else if (cp < 0x800) {
    *out += static_cast<char>(0xC0 | (cp >> 6));
    *out += static_cast<char>(0x80 | (cp & 0x3F));
  } else if (cp < 0x10000) {
    *out += static_cast<char>(0xE0 | (cp >> 12));
    *out += static_cast<char>(0x80 | ((cp >> 6) & 0x3F));
    *out += static_cast<char>(0x80 | (cp & 0x3F));
  } else {
    *out += static_cast<char>(0xF0 | (cp >> 18));
    *out += static_cast<char>(0x80 | ((cp >> 12) & 0x3F));
    *out += static_cast<char>(0x80 | ((cp >> 6) & 0x3F));
    *out += static_cast<char>(0x80 | (cp & 0x3F));
  }
}

// Bytes of a code point.
inline size_t Utf8Length(uint32_t cp) {
  return cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
}

// The code point that begins at `at` of a well-formed text.
inline uint32_t CodePointAt(std::string_view text, size_t at) {
  uint8_t lead = static_cast<uint8_t>(text[at]);
  auto tail = [&](size_t i) { return static_cast<uint8_t>(text[at + i]) & 0x3Fu; };
  if (lead < 0x80) return lead;
  if (lead < 0xE0) return (lead & 0x1Fu) << 6 | tail(1);
  if (lead < 0xF0) return (lead & 0x0Fu) << 12 | tail(1) << 6 | tail(2);
  return (lead & 0x07u) << 18 | tail(1) << 12 | tail(2) << 6 | tail(3);
}

}  // namespace grammask
