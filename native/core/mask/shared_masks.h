// Masks of grammars that share rules (parser/rules.h).
//
// Rules of two grammars often differ far away only, in what no token reads. So frames are filed by
// the shapes of their goals (parser/goal_shapes.h), and a mask comes with the *trace* of its walk:
// from which place of which goal it began another goal, and which shape that had. Where the trace
// can be followed from other frames of these shapes, the walk would do the same there, and the mask
// is theirs too.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "mask/cache.h"
#include "mask/token_set.h"
#include "parser/rules.h"

namespace grammask {

class Trace {
 public:
  // begun: the goals that the walk began, each with the goal and the item under which that was.
  // False where they do not all come from the frames.
  bool Record(Rules& rules, std::span<const RuleId> frames,
              std::vector<std::pair<RuleId, ItemId>> begun);
  // met: kept for its memory.
  bool Follow(Rules& rules, std::span<const RuleId> frames, std::vector<RuleId>* met) const;
  size_t bytes() const { return frames_.size() * 4 + steps_.size() * sizeof(Step); }

 private:
  // Goals are numbered in the order in which they are met.
  struct Step {
    uint32_t from, place;
    uint32_t known;  // the number of the goal begun, if it was met before; kNone: it is a new one
    uint32_t shape;
  };
  std::vector<uint32_t> frames_;  // as Step::known
  std::vector<Step> steps_;
};

struct SharedMask {
  Trace trace;
  std::vector<RuleId> frames;  // from which it was followed last
  std::shared_ptr<const KeptMask> mask;
};

// The masks of frames of the same shapes, the last one first.
using SharedMasks = std::vector<std::shared_ptr<SharedMask>>;

template <>
struct CachedType<CacheKind::kShared> {
  using Type = SharedMasks;
};

}  // namespace grammask
