// Steps of one mask, remembered.
//
// The walks of a mask meet the same configurations under many trie nodes: behind any letter of a
// string, behind any run of white space. Two small tables, each place of which holds what was asked
// there last, answer most steps. Cells made for a mask are forgotten after it, so each mask begins
// with tables that know nothing: a number of the mask is part of every key.
#pragma once

#include <vector>

#include "base/byte_set.h"
#include "base/hash.h"
#include "parser/machine.h"

namespace grammask {

class Steps {
 public:
  // What a walk wants to know of a configuration.
  struct State {
    uint64_t key = 0;
    CellId config = 0;
    ByteSet next{};          // bytes worth a step
    bool free_text = false;  // some node reads any text, as long as the longest token at least
    // It is a member name: what any byte of text leads to that is not in `path` (OtherName; 0:
    // ask).
    CellId other_name = 0;
    ByteSet path{};
  };

  explicit Steps(uint32_t longest_token) : longest_token_(longest_token) {}

  void Begin(Machine& machine);
  // any_name: where it comes to stand in a member name that no other begins like, it does not count
  // which name that is (JsonFrames::AnyName).
  CellId Step(CellId config, uint8_t byte, bool any_name = false);
  const State& At(CellId config);  // valid until the next call

 private:
  struct Taken {
    uint64_t key = 0;
    CellId result = 0;
  };
  bool FreeText(CellId config);
  CellId AnyName(CellId config);

  static constexpr size_t kTaken = 2048, kStates = 256;
  Machine* machine_ = nullptr;
  uint32_t longest_token_;
  uint32_t mask_number_ = 0;
  std::vector<Taken> taken_ = std::vector<Taken>(kTaken);
  std::vector<State> states_ = std::vector<State>(kStates);
};

}  // namespace grammask
