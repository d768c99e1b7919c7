// The bytes of the tokens of a vocabulary, end to end in order of id. An id without a token is a
// hole, and has no bytes.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grammask {

struct TokenList {
  std::string text;
  std::vector<uint32_t> offsets{0};  // token i has the bytes [offsets[i], offsets[i + 1]) of text
  std::vector<uint8_t> holes;        // 1: no token

  TokenList() = default;
  TokenList(std::initializer_list<std::optional<std::string>> tokens)
      : TokenList(std::vector<std::optional<std::string>>(tokens)) {}
  explicit TokenList(const std::vector<std::optional<std::string>>& tokens) {
    for (const std::optional<std::string>& token : tokens) Add(token);
  }

  void Add(const std::optional<std::string>& token) {
    text += token.value_or("");
    offsets.push_back(static_cast<uint32_t>(text.size()));
    holes.push_back(token.has_value() ? 0 : 1);
  }

  size_t size() const { return holes.size(); }
  bool hole(size_t id) const { return holes[id] != 0; }
  std::string_view bytes(size_t id) const {
    if (hole(id)) return {};
    return std::string_view(text.data() + offsets[id], offsets[id + 1] - offsets[id]);
  }
};

}  // namespace grammask
