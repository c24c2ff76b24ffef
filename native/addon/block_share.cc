#include "block_share.h"

namespace fvm {

BlockPtr BlockShare::get(const Cid& cid) const {
  const Part& part = parts_[part_of(cid)];
  std::lock_guard lock(part.mutex);
  const auto found = part.blocks.find(cid);
  return found == part.blocks.end() ? nullptr : found->second;
}

void BlockShare::publish(uint64_t number, BlockLayer layer) {
  for (const auto& [cid, block] : layer.written) {
    Part& part = parts_[part_of(cid)];
    std::lock_guard lock(part.mutex);
    part.blocks.try_emplace(cid, block);
  }
  // Last: who finds the layer finds its blocks.
  auto published = std::make_shared<const BlockLayer>(std::move(layer));
  std::lock_guard lock(layers_mutex_);
  // The replaced one, if any, goes after the lock.
  layers_[number].swap(published);
}

std::shared_ptr<const BlockLayer> BlockShare::layer(uint64_t number) const {
  std::lock_guard lock(layers_mutex_);
  const auto found = layers_.find(number);
  return found == layers_.end() ? nullptr : found->second;
}

void BlockShare::clear() {
  {
    std::lock_guard lock(layers_mutex_);
    layers_.clear();
  }
  for (Part& part : parts_) {
    std::lock_guard lock(part.mutex);
    part.blocks.clear();
  }
}

}  // namespace fvm
