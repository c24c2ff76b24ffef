// The blocks that one invocation has open, and the CIDs it may reach.
#pragma once

#include <forward_list>
#include <vector>

#include "blocks.h"

namespace fvm {

// A set of CIDs whose bytes belong to blocks that outlive it (or to `own_`). Open addressing.
class CidSet {
 public:
  void add(const Cid* cid);
  void add_copy(const Cid& cid) {
    if (!contains(cid)) add(&own_.emplace_front(cid));
  }
  bool contains(const Cid& cid) const;

 private:
  void grow();

  std::vector<const Cid*> slots_;
  size_t count_ = 0;
  std::forward_list<Cid> own_;
};

class BlockRegistry {
 public:
  // Handles are small and never freed (reference: kernel/blocks.rs).
  static constexpr uint32_t kMaxBlocks = 0x7fff'ffff;

  bool full() const { return blocks_.size() >= kMaxBlocks; }
  // Handles start at 1; 0 is "no block".
  uint32_t add(BlockPtr block) {
    if (blocks_.empty()) blocks_.reserve(kUsualBlocks);
    blocks_.push_back(std::move(block));
    return static_cast<uint32_t>(blocks_.size());
  }
  const BlockPtr* find(uint32_t handle) const {
    return handle == 0 || handle > blocks_.size() ? nullptr : &blocks_[handle - 1];
  }
  CidSet& reachable() { return reachable_; }
  void reach_links(const Block& block) {
    for (const Cid& link : block.scan().links) reachable_.add(&link);
  }

 private:
  static constexpr size_t kUsualBlocks = 16;

  std::vector<BlockPtr> blocks_;
  CidSet reachable_;
};

}  // namespace fvm
