// Masks of several matchers at once.
//
// Most masks of a batch are known already, or soon made: the caller's thread does these one after
// the other, which is quicker than waking a second one. Where one was not known and what is left
// may take some time (BatchPolicy), it is sorted by the shards of the matchers, and the pool serves
// different shards side by side.
//
// A matcher begins in the shard in which its grammar was used last, and that is the first one
// wherever nothing was done at once before. So where shards have much to do and others little, the
// matchers that still stand at the beginning of their texts are moved, and from then on they are
// where they can be served side by side. Their grammars must be made ready there, and what grammars
// share is made again, so it is done where enough work is left: as many masks as matchers, of which
// each takes what those took that were made.
#include <algorithm>
#include <chrono>
#include <map>
#include <unordered_map>
#include <utility>

#include "base/thread_pool.h"
#include "engine/compiler_impl.h"

namespace grammask {
namespace {

using Clock = std::chrono::steady_clock;

// Unknown masks that are worth a shard of their own.
constexpr size_t kWorthShard = 4;

// A place among the shards of a compiler, and the matchers to be served there.
using Place = std::pair<CompilerImpl*, uint32_t>;
using Batch = std::map<Place, std::vector<size_t>>;

bool CanMove(const MatcherImpl& matcher) {
  return matcher.family->members.size() == 1 && matcher.history.size() == 0 &&
         !matcher.terminated && matcher.config == matcher.start;
}

Place PlaceOf(const MatcherImpl& matcher) {
  return {matcher.family->compiled->compiler.get(), matcher.family->place};
}

// Moves matchers between the places of each compiler, so that these have about as many. loads: of
// each place, with those that are served already.
void Spread(std::span<Matcher* const> matchers, std::span<const size_t> unknown,
            std::map<Place, size_t> loads, Batch* batch) {
  std::unordered_map<CompilerImpl*, size_t> sizes;
  for (const size_t i : unknown) ++sizes[PlaceOf(*matchers[i]->impl).first];
  for (const size_t i : unknown) {
    const Place from = PlaceOf(*matchers[i]->impl);
    const size_t worth = std::max<size_t>(sizes[from.first] / kWorthShard, 1);
    const uint32_t used =
        static_cast<uint32_t>(std::min<size_t>(worth, from.first->shards.count()));
    Place to = from;
    for (uint32_t p = 0; p < used; ++p) {
      if (loads[{from.first, p}] < loads[to]) to.second = p;
    }
    if (loads[to] + 1 >= loads[from]) continue;
    --loads[from];
    ++loads[to];
    std::erase((*batch)[from], i);
    (*batch)[to].push_back(i);
  }
}

// A move that fails, say past a deadline, leaves the matcher where it is.
void MoveTo(uint32_t place, MatcherImpl& matcher) {
  CompiledImpl& compiled = *matcher.family->compiled;
  const LockedShard locked = compiled.compiler->shards.Lock(place);
  if (Begin(matcher, locked).ok()) compiled.place = place;
}

}  // namespace

Status FillMasks(std::span<Matcher* const> matchers, std::span<int32_t> masks, ThreadPool& pool,
                 const BatchPolicy& policy) {
  if (matchers.empty()) return Status();
  const size_t words = matchers[0]->mask_words();
  for (const Matcher* matcher : matchers) {
    if (matcher->mask_words() == words) continue;
    return Status(Code::kArgument, "the matchers have masks of different sizes",
                  "fill those of one vocabulary at once");
  }
  if (masks.size() < matchers.size() * words) {
    return Status(Code::kArgument, "the masks have " + std::to_string(masks.size()) + " words",
                  "give each matcher " + std::to_string(words));
  }
  const auto row = [&](size_t i) { return masks.subspan(i * words, words); };
  std::vector<std::pair<Matcher*, size_t>> order;
  for (size_t i = 0; i < matchers.size(); ++i) order.emplace_back(matchers[i], i);
  std::sort(order.begin(), order.end());
  std::vector<size_t> first(matchers.size());  // the first row of the same matcher
  for (size_t k = 0; k < order.size(); ++k) {
    const bool again = k > 0 && order[k].first == order[k - 1].first;
    first[order[k].second] = again ? first[order[k - 1].second] : order[k].second;
  }

  std::vector<Status> outcomes(matchers.size());
  const auto fill = [&](size_t i) {
    Result<bool> filled = matchers[i]->FillMask(row(i));
    if (!filled.ok()) outcomes[i] = filled.status();
  };
  std::vector<size_t> unknown;  // of matchers that may be moved
  std::map<Place, size_t> loads;
  Batch batch;
  Clock::duration spent{}, spent_unknown{};
  size_t made = 0, made_unknown = 0;  // in these times
  Clock::time_point last = Clock::now();
  const auto is_worth = [&](std::chrono::microseconds least, Clock::duration time, size_t masks,
                            size_t left) {
    return least.count() == 0 ||
           (made_unknown > 0 && time / masks * static_cast<int64_t>(left) >= least);
  };
  bool threads = false, moves = false;
  for (size_t i = 0; i < matchers.size(); ++i) {
    if (first[i] != i) continue;
    const MatcherImpl& matcher = *matchers[i]->impl;
    const bool may_move = CanMove(matcher);
    ++loads[PlaceOf(matcher)];
    const size_t left = matchers.size() - i;
    threads = threads || is_worth(policy.worth_threads, spent, made, left);
    moves = moves || is_worth(policy.worth_moves, spent_unknown, made_unknown, left);
    if (!threads || (may_move && !moves)) {
      const uint64_t hits = matcher.stats.cache_hits;
      fill(i);
      const Clock::time_point now = Clock::now();
      spent += now - last;
      ++made;
      if (matcher.stats.cache_hits == hits) {
        spent_unknown += now - last;
        ++made_unknown;
      }
      last = now;
    } else if (!may_move) {
      // Copies of known masks are work as well, so they are shared out with the rest.
      batch[PlaceOf(matcher)].push_back(i);
    } else if (!matchers[i]->CopyKnownMask(row(i))) {
      unknown.push_back(i);
      batch[PlaceOf(matcher)].push_back(i);
    }
  }
  Spread(matchers, unknown, std::move(loads), &batch);
  std::vector<const Batch::value_type*> tasks;
  for (const auto& task : batch) {
    if (!task.second.empty()) tasks.push_back(&task);
  }
  const auto serve = [&](size_t t) {
    const auto& [place, served] = *tasks[t];
    for (const size_t i : served) {
      MatcherImpl& matcher = *matchers[i]->impl;
      if (matcher.family->place != place.second) MoveTo(place.second, matcher);
      fill(i);
    }
  };
  if (tasks.size() == 1) {
    serve(0);
  } else if (!tasks.empty()) {
    pool.Run(tasks.size(), serve);
  }
  for (size_t i = 0; i < matchers.size(); ++i) {
    if (first[i] != i) std::copy_n(row(first[i]).begin(), words, row(i).begin());
  }
  for (size_t i = 0; i < outcomes.size(); ++i) {
    if (outcomes[i].ok()) continue;
    return Status(outcomes[i].code(),
                  "matcher " + std::to_string(i) + " of the batch: " + outcomes[i].message(),
                  outcomes[i].hint());
  }
  return Status();
}

}  // namespace grammask
