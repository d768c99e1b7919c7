// What is demanded of one text: expressions and lengths that hold, and such of which each must
// fail.
//
// A part is an expression with bounds on the length. A part fails because the text does not match,
// because it is too short, or because it is too long; so there are up to three ways for each, and a
// way for all is one expression with one interval of lengths.
#pragma once

#include <algorithm>
#include <vector>

#include "automata/expr.h"

namespace grammask {

class StringDemands {
 public:
  void Hold(ExprId text, uint32_t min, uint32_t max) {
    if (text != ExprPool::kAny) texts_.push_back(text);
    min_ = std::max(min_, min);
    max_ = std::min(max_, max);
  }
  void Fail(ExprId text, uint32_t min, uint32_t max) { fail_.push_back({text, min, max}); }

  // Calls visit(expression, min, max) for each way to meet the demands (one suffices), until it
  // returns true. True if it did.
  template <typename Visit>
  bool ForEach(ExprPool& pool, Visit visit) const {
    if (min_ > max_) return false;
    // Where a part can fail in one way only, there is no choice.
    std::vector<ExprId> fixed = texts_;
    std::vector<Part> open;
    for (const Part& part : fail_) {
      if (part.min == 0 && part.max == kNone) {
        fixed.push_back(pool.Complement(part.text));
      } else {
        open.push_back(part);
      }
    }
    // One level a part: which way was chosen, and the lengths before it.
    struct Level {
      int way;
      uint32_t min, max;
    };
    std::vector<Level> levels{{0, min_, max_}};
    std::vector<ExprId> texts = fixed;
    std::vector<ExprId> chosen(open.size(), ExprPool::kAny);
    while (!levels.empty()) {
      size_t at = levels.size() - 1;
      Level& level = levels.back();
      if (at == open.size()) {
        texts = fixed;
        for (ExprId text : chosen) {
          if (text != ExprPool::kAny) texts.push_back(text);
        }
        ExprId joint = texts.empty()       ? ExprPool::kAny
                       : texts.size() == 1 ? texts[0]
                                           : pool.Intersect(texts);
        if (joint != ExprPool::kEmpty && visit(joint, level.min, level.max)) return true;
        levels.pop_back();
        continue;
      }
      const Part& part = open[at];
      Level next{0, level.min, level.max};
      chosen[at] = ExprPool::kAny;
      switch (level.way++) {
        case 0:
          if (part.text == ExprPool::kAny) continue;
          chosen[at] = pool.Complement(part.text);
          break;
        case 1:
          if (part.min == 0) continue;
          next.max = std::min(next.max, part.min - 1);
          break;
        case 2:
          if (part.max == kNone) continue;
          next.min = std::max(next.min, part.max + 1);
          break;
        default:
          levels.pop_back();
          continue;
      }
      if (next.min <= next.max) levels.push_back(next);
    }
    return false;
  }

 private:
  struct Part {
    ExprId text;
    uint32_t min, max;
  };
  std::vector<ExprId> texts_;
  uint32_t min_ = 0, max_ = kNone;
  std::vector<Part> fail_;
};

}  // namespace grammask
