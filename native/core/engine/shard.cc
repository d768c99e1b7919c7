#include "engine/shard.h"

#include <algorithm>
#include <utility>

namespace grammask {
namespace {

// Instances and matchers that a shard serves at least, so that what is made again after it was
// replaced is little beside what it did.
constexpr uint32_t kServes = 64;

}  // namespace

std::shared_ptr<Shard> Shards::At(uint32_t place) {
  std::lock_guard<std::mutex> lock(mutex_);
  std::shared_ptr<Shard>& shard = places_[place].shard;
  if (!shard) shard = std::make_shared<Shard>(vocabulary_, budget_, any_text_);
  return shard;
}

bool Shards::TakeOutIfTooLarge(const LockedShard& locked) {
  const Shard& shard = *locked.shard;
  // An operation may take what is left up to the limit of the statics: some is to be left.
  const size_t most = std::min(budget_->limit, shard.statics.limit / 2);
  if (shard.served == 0 || shard.statics.MemoryBytes() <= most) return false;
  Place left;  // let go of outside the lock
  std::lock_guard<std::mutex> lock(mutex_);
  Place& place = places_[locked.place];
  if (place.shard != locked.shard) return true;
  const bool unused = place.instances.empty() && place.shard.use_count() == 2;
  if (!unused && shard.served < kServes) return false;
  left = std::exchange(place, {});
  return true;
}

LockedShard Shards::Lock(uint32_t place) {
  while (true) {
    LockedShard locked{place, At(place), {}};
    locked.lock = std::unique_lock<std::mutex>(locked.shard->mutex);
    if (!TakeOutIfTooLarge(locked)) return locked;
  }
}

LockedShard Shards::LockAny() {
  for (uint32_t place = 0; place < count(); ++place) {
    LockedShard locked{place, At(place), {}};
    locked.lock = std::unique_lock<std::mutex>(locked.shard->mutex, std::try_to_lock);
    if (!locked.lock.owns_lock()) continue;
    if (!TakeOutIfTooLarge(locked)) return locked;
    locked.lock.unlock();
    return Lock(place);
  }
  return Lock(0);
}

LockedShard Shards::Apart(std::shared_ptr<AnyTextIslands> any_text) const {
  auto budget = std::make_shared<CacheBudget>(budget_->limit, 1);
  LockedShard made{count(), nullptr, {}};
  made.shard = std::make_shared<Shard>(vocabulary_, std::move(budget), std::move(any_text));
  made.lock = std::unique_lock<std::mutex>(made.shard->mutex);
  return made;
}

void Shards::Give(const AnyTextIslands& any_text) {
  std::lock_guard<std::mutex> lock(any_text_->mutex);
  for (size_t i = 0; i < any_text.islands.size(); ++i) {
    if (any_text_->islands[i] == nullptr) any_text_->islands[i] = any_text.islands[i];
  }
}

std::vector<std::shared_ptr<Shard>> Shards::Made() const {
  std::lock_guard<std::mutex> lock(mutex_);
  std::vector<std::shared_ptr<Shard>> made;
  for (const Place& place : places_) {
    if (place.shard) made.push_back(place.shard);
  }
  return made;
}

void Shards::ForgetUnused() {
  std::vector<std::shared_ptr<Shard>> unused;  // let go of outside the lock
  std::lock_guard<std::mutex> lock(mutex_);
  for (Place& place : places_) {
    if (place.shard.use_count() == 1) unused.push_back(std::exchange(place.shard, nullptr));
  }
}

void Shards::Keep(const LockedShard& locked, uint64_t grammar, std::shared_ptr<Instance> instance) {
  if (locked.place == count()) return;  // apart
  std::lock_guard<std::mutex> lock(mutex_);
  Place& place = places_[locked.place];
  if (place.shard == locked.shard) place.instances[grammar] = std::move(instance);
}

std::shared_ptr<Instance> Shards::Find(const LockedShard& locked, uint64_t grammar) const {
  if (locked.place == count()) return nullptr;  // apart
  std::lock_guard<std::mutex> lock(mutex_);
  const Place& place = places_[locked.place];
  const auto found = place.instances.find(grammar);
  return place.shard == locked.shard && found != place.instances.end() ? found->second : nullptr;
}

std::vector<std::shared_ptr<Instance>> Shards::InstancesOf(uint64_t grammar) const {
  std::lock_guard<std::mutex> lock(mutex_);
  std::vector<std::shared_ptr<Instance>> instances;
  for (const Place& place : places_) {
    const auto found = place.instances.find(grammar);
    if (found != place.instances.end()) instances.push_back(found->second);
  }
  return instances;
}

void Shards::Forget(uint64_t grammar) {
  std::vector<std::shared_ptr<Instance>> left;  // let go of outside the lock
  std::lock_guard<std::mutex> lock(mutex_);
  for (Place& place : places_) {
    const auto found = place.instances.find(grammar);
    if (found == place.instances.end()) continue;
    left.push_back(std::move(found->second));
    place.instances.erase(found);
  }
}

}  // namespace grammask
