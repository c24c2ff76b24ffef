#include "registry.h"

namespace fvm {

void CidSet::add(const Cid* cid) {
  if ((count_ + 1) * 2 > slots_.size()) grow();
  const size_t mask = slots_.size() - 1;
  size_t at = CidHash{}(*cid) & mask;
  for (; slots_[at]; at = (at + 1) & mask) {
    if (*slots_[at] == *cid) return;
  }
  slots_[at] = cid;
  count_++;
}

bool CidSet::contains(const Cid& cid) const {
  if (slots_.empty()) return false;
  const size_t mask = slots_.size() - 1;
  for (size_t at = CidHash{}(cid) & mask; slots_[at]; at = (at + 1) & mask) {
    if (*slots_[at] == cid) return true;
  }
  return false;
}

void CidSet::grow() {
  std::vector<const Cid*> old = std::move(slots_);
  slots_.assign(old.empty() ? 32 : old.size() * 2, nullptr);
  const size_t mask = slots_.size() - 1;
  for (const Cid* cid : old) {
    if (!cid) continue;
    size_t at = CidHash{}(*cid) & mask;
    while (slots_[at]) at = (at + 1) & mask;
    slots_[at] = cid;
  }
}

}  // namespace fvm
