// Blocks, the process-wide cache of them and a machine's write buffer.
#pragma once

#include <atomic>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "cid.h"
#include "links.h"

namespace fvm {

// Immutable bytes with a codec. Its links are found when first asked for, once.
class Block {
 public:
  Block(uint64_t codec, ByteSpan data);
  ~Block() { delete scan_.load(std::memory_order_relaxed); }
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;

  uint64_t codec() const { return codec_; }
  ByteSpan data() const { return {data_.get(), size_}; }
  uint32_t size() const { return size_; }
  const LinkScan& scan() const;

 private:
  uint64_t codec_;
  uint32_t size_;
  std::unique_ptr<uint8_t[]> data_;
  mutable std::atomic<const LinkScan*> scan_{nullptr};
};
using BlockPtr = std::shared_ptr<const Block>;

// Blocks of the state, by CID, shared by all threads of the process; least recently used ones go first.
class BlockCache {
 public:
  static BlockCache& shared();
  BlockPtr get(const Cid& cid);
  // False: the bytes do not hash to the CID.
  bool put(const Cid& cid, const BlockPtr& block);
  void set_limit(size_t bytes);
  size_t bytes() const;

 private:
  struct Entry {
    BlockPtr block;
    std::list<Cid>::iterator age;
  };
  void shrink();

  mutable std::mutex mutex_;
  size_t limit_ = size_t{256} << 20;
  size_t bytes_ = 0;
  std::list<Cid> by_age_;  // most recent first
  std::unordered_map<Cid, Entry, CidHash> entries_;
};

struct KeyedBlock {
  Cid cid;
  BlockPtr block;
};

// What a machine has written and not flushed yet, over the shared cache. One thread at a time.
class BlockBuffer {
 public:
  BlockPtr get(const Cid& cid) const;
  void put(const Cid& cid, BlockPtr block) { written_.insert_or_assign(cid, std::move(block)); }
  // Moves the buffered blocks under `root` out, parents first. False, with nothing moved and
  // `error` set, on a link that state may not hold.
  bool take_reachable(const Cid& root, LinkRules rules, std::vector<KeyedBlock>& out, std::string& error);
  std::vector<KeyedBlock> take_all();
  void clear() { written_.clear(); }
  size_t size() const { return written_.size(); }

 private:
  std::unordered_map<Cid, BlockPtr, CidHash> written_;
};

}  // namespace fvm
