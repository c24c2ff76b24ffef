#include "memory.h"

#include <cstdint>
#include <utility>

#include "blocks.h"
#include "engine.h"
#include "fvm_vendor.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace fvm {
namespace {

std::atomic<size_t> trims{0};

}  // namespace

MemoryBudget& MemoryBudget::shared() {
  // Never destroyed: threads may outlive static destruction.
  static auto* budget = new MemoryBudget;
  return *budget;
}

void MemoryBudget::set_limit(size_t bytes, bool is_default) {
  size_t none = SIZE_MAX;
  if (!is_default) {
    limit_ = bytes;
  } else if (!limit_.compare_exchange_strong(none, bytes)) {
    return;
  }
  BlockCache::shared()->fit();
}

size_t MemoryBudget::for_blocks() const {
  const size_t all = limit(), taken = decoded();
  return all > taken ? all - taken : 0;
}

size_t MemoryBudget::count_decoded(size_t before, size_t now) {
  const size_t others = decoded_.fetch_add(now - before) - before;
  const size_t half = limit() / 2;
  return half > others ? half - others : 0;
}

DecodedShare::DecodedShare() : trims_(trims.load()) {}

DecodedShare::~DecodedShare() { MemoryBudget::shared().count_decoded(bytes_, 0); }

std::optional<size_t> DecodedShare::tell(size_t bytes) {
  const size_t may_keep = MemoryBudget::shared().count_decoded(bytes_, bytes);
  bytes_ = bytes;
  const size_t seen = std::exchange(trims_, trims.load());
  if (seen != trims_) return std::nullopt;
  return may_keep;
}

void DecodedShare::has_forgotten() { trims_ = trims.load(); }

KeptBytes kept_bytes() {
  KeptBytes kept{Engine::all_code_bytes(), 0, 0};
  fvm_memory_kept(&kept.memories, &kept.stacks);
  return kept;
}

void trim_memory() {
  trims++;
  fvm_memory_trim();
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

}  // namespace fvm
