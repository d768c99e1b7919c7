#include "mask/steps.h"

#include "schema/json_frames.h"

namespace grammask {

void Steps::Begin(Machine& machine) {
  machine_ = &machine;
  constexpr uint32_t kLast = (1u << 24) - 1;
  if (mask_number_ == kLast) {
    taken_.assign(kTaken, {});
    states_.assign(kStates, {});
    mask_number_ = 0;
  }
  ++mask_number_;
}

CellId Steps::Step(CellId config, uint8_t byte) {
  uint64_t key = uint64_t{mask_number_} << 40 | uint64_t{config} << 8 | byte;
  Taken& taken = taken_[HashFinish(key) % kTaken];
  if (taken.key != key) taken = {key, machine_->Step(config, byte)};
  return taken.result;
}

const Steps::State& Steps::At(CellId config) {
  uint64_t key = uint64_t{mask_number_} << 40 | config;
  State& state = states_[HashFinish(key) % kStates];
  if (state.key != key) state = {key, machine_->NextBytes(config), FreeText(config)};
  return state;
}

bool Steps::FreeText(CellId config) {
  const CellStore& cells = machine_->cells();
  for (CellId node : machine_->Nodes(config)) {
    uint8_t kind = cells.kind(node);
    if (kind != kString && kind != kKey) continue;
    DecoderState decoder;
    bool paths = false;
    auto open = JsonFrames(*machine_, cells.data(node)[0]).OpenTexts(node, &decoder, &paths);
    if (!open || paths || !(decoder == DecoderState{})) continue;
    for (const TextDemand& text : *open) {
      if (text.text == ExprPool::kAny && text.max >= longest_token_) return true;
    }
  }
  return false;
}

}  // namespace grammask
