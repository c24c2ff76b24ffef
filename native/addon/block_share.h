// Blocks that write buffers of any threads write for each other.
#pragma once

#include <array>

#include "blocks.h"

namespace fvm {

// Blocks that were written between two moments, and those of the share that they rest on.
struct BlockLayer {
  std::vector<KeyedBlock> written;
  std::vector<Cid> borrowed;
};

// Layers by number, and the blocks of all of them, also of those that were replaced.
class BlockShare : public ById<BlockShare> {
 public:
  BlockPtr get(const Cid& cid) const;
  void publish(uint64_t number, BlockLayer layer);
  // Null if there is none.
  std::shared_ptr<const BlockLayer> layer(uint64_t number) const;
  void clear();

 private:
  // Each on cache lines of its own. Threads that ask for different blocks seldom meet.
  struct alignas(64) Part {
    mutable std::mutex mutex;
    BlocksByCid blocks;
  };
  static constexpr size_t kParts = 16;
  static size_t part_of(const Cid& cid) { return CidHash{}(cid) % kParts; }

  std::array<Part, kParts> parts_;
  mutable std::mutex layers_mutex_;
  std::unordered_map<uint64_t, std::shared_ptr<const BlockLayer>> layers_;
};

}  // namespace fvm
