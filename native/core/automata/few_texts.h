// The texts of a small finite language, for messages: "one of `red`, `green`".
#pragma once

#include <string>
#include <vector>

#include "automata/byte_automaton.h"
#include "automata/expr.h"

namespace grammask {

// All texts of the language in order, or nothing if there are more than `limit`, or one is longer
// than 80 code points.
std::vector<std::string> FewTexts(ExprPool& pool, ExprId expr, size_t limit);

// What may come first, in words: "`true`", "one of `a`-`z`, `_`". Bytes beyond ASCII are shown as
// `\xC3`, where they are no characters.
std::string DescribeFirst(ExprPool& pool, ExprId expr, Encoding encoding);

}  // namespace grammask
