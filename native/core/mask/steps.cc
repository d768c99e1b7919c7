#include "mask/steps.h"

#include <algorithm>

#include "schema/json_frames.h"

namespace grammask {

void Steps::Begin(Machine& machine) {
  machine_ = &machine;
  constexpr uint32_t kLast = (1u << 23) - 1;
  if (mask_number_ == kLast) {
    taken_.assign(kTaken, {});
    states_.assign(kStates, {});
    mask_number_ = 0;
  }
  ++mask_number_;
}

CellId Steps::Step(CellId config, uint8_t byte, bool any_name) {
  uint64_t key =
      uint64_t{mask_number_} << 41 | uint64_t{config} << 9 | (any_name ? 256u : 0u) | byte;
  Taken& taken = taken_[HashFinish(key) % kTaken];
  if (taken.key == key) return taken.result;
  CellId result = machine_->Step(config, byte);
  if (any_name) result = AnyName(result);
  taken = {key, result};
  return result;
}

CellId Steps::AnyName(CellId config) {
  if (machine_->IsAnswers(config)) return config;  // an answer may be about one of the names
  std::span<const CellId> nodes = machine_->Nodes(config);
  if (nodes.size() != 1 || machine_->cells().kind(nodes[0]) != kKey) return config;
  return JsonFrames(*machine_, machine_->cells().data(nodes[0])[0])
      .AnyName(nodes[0])
      .value_or(config);
}

const Steps::State& Steps::At(CellId config) {
  uint64_t key = uint64_t{mask_number_} << 40 | config;
  State& state = states_[HashFinish(key) % kStates];
  if (state.key == key) return state;
  State fresh{key, config, machine_->NextBytes(config), FreeText(config), 0, {}};
  CellId node = machine_->Nodes(config)[0];
  if (fresh.free_text && machine_->cells().kind(node) == kKey &&
      machine_->Nodes(config).size() == 1 && !machine_->IsAnswers(config)) {
    JsonFrames frames(*machine_, machine_->cells().data(node)[0]);
    fresh.other_name = frames.OtherName(node).value_or(0);
    frames.AddPathBytes(node, &fresh.path);
  }
  return state = fresh;
}

bool Steps::FreeText(CellId config) {
  std::span<const CellId> nodes = machine_->Nodes(config);
  return std::any_of(nodes.begin(), nodes.end(), [&](CellId node) {
    uint8_t kind = machine_->cells().kind(node);
    return (kind == kString || kind == kKey) &&
           JsonFrames(*machine_, machine_->cells().data(node)[0])
               .ReadsAnyText(node, longest_token_);
  });
}

}  // namespace grammask
