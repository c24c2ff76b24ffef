// Blocks, caches of them and a machine's write buffer.
#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "by_id.h"
#include "cid.h"
#include "hamt_node.h"
#include "links.h"
#include "memory.h"

namespace fvm {

// A value that any of several threads makes when it is first asked for, once.
template <class T>
class Lazy {
 public:
  Lazy() = default;
  ~Lazy() { delete made_.load(std::memory_order_relaxed); }
  Lazy(const Lazy&) = delete;
  Lazy& operator=(const Lazy&) = delete;

  template <class Make>
  const T& get(Make make) const {
    const T* found = made_.load(std::memory_order_acquire);
    if (found) return *found;
    auto* mine = new T(make());
    const T* expected = nullptr;
    if (made_.compare_exchange_strong(expected, mine, std::memory_order_acq_rel)) return *mine;
    delete mine;  // another thread was first
    return *expected;
  }

 private:
  mutable std::atomic<const T*> made_{nullptr};
};

// Immutable bytes with a codec. Its links, and its pointers if it is a HAMT's node, are found when first asked for.
class Block {
 public:
  Block(uint64_t codec, ByteSpan data);
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;

  uint64_t codec() const { return codec_; }
  ByteSpan data() const { return {data_.get(), size_}; }
  uint32_t size() const { return size_; }
  const LinkScan& scan() const {
    return scan_.get([this] { return scan_links(codec_, data()); });
  }
  const HamtNode& hamt_node() const {
    return hamt_node_.get([this] { return HamtNode(data()); });
  }

 private:
  uint64_t codec_;
  uint32_t size_;
  std::unique_ptr<uint8_t[]> data_;
  Lazy<LinkScan> scan_;
  Lazy<HamtNode> hamt_node_;
};
using BlockPtr = std::shared_ptr<const Block>;
using BlocksByCid = std::unordered_map<Cid, BlockPtr, CidHash>;

// Blocks of the state, by CID, for any number of threads. The oldest go first; one that was used meanwhile counts
// as new once. So a use costs a write to the entry, and none to its neighbours in a list. And threads look up side by
// side: among 200,000 blocks that takes nearly a microsecond, of which most is waiting for memory.
class BlockCache : public ById<BlockCache> {
 public:
  // `budget`: what it shares its room with.
  explicit BlockCache(size_t limit, const MemoryBudget* budget = nullptr) : limit_(limit), budget_(budget) {}
  // The one of all machines of the process that have none of their own.
  static const std::shared_ptr<BlockCache>& shared();
  BlockPtr get(const Cid& cid);
  // False: the bytes do not hash to the CID.
  bool put(const Cid& cid, const BlockPtr& block);
  // As `put`, of a block that was hashed when it was made.
  void keep(const Cid& cid, const BlockPtr& block);
  void set_limit(size_t bytes);
  // After the budget has changed.
  void fit();
  void clear();
  size_t limit() const;
  size_t bytes() const;

 private:
  struct Entry {
    explicit Entry(BlockPtr block) : block(std::move(block)) {}
    const BlockPtr block;
    std::atomic<bool> was_used{false};
  };
  using Entries = std::unordered_map<Cid, Entry, CidHash>;
  // Until there is room for so many bytes; false if there will be none.
  bool shrink(size_t room);

  mutable std::shared_mutex mutex_;
  size_t limit_;
  const MemoryBudget* const budget_;
  size_t bytes_ = 0;
  Entries entries_;
  std::deque<Entries::value_type*> by_age_;  // oldest first
};

struct KeyedBlock {
  Cid cid;
  BlockPtr block;
};

class BlockShare;

// What a machine has written and not flushed yet, over a cache. One thread at a time.
//
// Buffers of several threads may have a share in common. What is written then goes in layers, for the others to read
// and to take over: those of messages that are executed before it is known whether they will be.
class BlockBuffer {
 public:
  explicit BlockBuffer(std::shared_ptr<BlockCache> cache) : cache_(std::move(cache)) {}
  BlockCache& cache() const { return *cache_; }
  BlockPtr get(const Cid& cid);
  void put(const Cid& cid, BlockPtr block) {
    (in_layer_ ? layer_ : written_).insert_or_assign(cid, std::move(block));
  }
  // Moves the buffered blocks under `root` out, parents first. False, with nothing moved and
  // `error` set, on a link that state may not hold. Ends the layer.
  bool take_reachable(const Cid& root, LinkRules rules, std::vector<KeyedBlock>& out, std::string& error);
  // Ends the layer.
  std::vector<KeyedBlock> take_all();
  // Holds what the other one has written, too.
  void adopt(const BlockBuffer& other);
  // Gives back the room for what was in it, too: it serves one machine after the other. Leaves the share.
  void clear();
  size_t size() const;

  // Ends the layer. Null: there is none any more.
  void share(std::shared_ptr<BlockShare> share, bool borrows);
  bool has_share() const { return share_ != nullptr; }
  bool in_layer() const { return in_layer_; }
  // These need a share, the second one a layer.
  void begin_layer(bool forgets);
  void publish_layer(uint64_t number) const;
  // False, with nothing changed: there is no such layer, or it rests on blocks that are not here.
  bool join_layer(uint64_t number);

 private:
  BlockPtr own(const Cid& cid) const;
  void end_layer();

  std::shared_ptr<BlockCache> cache_;
  BlocksByCid written_;
  // Blocks that were written since the layer began, which may be in `written_` as well.
  BlocksByCid layer_;
  // Blocks that were found nowhere but in the share since the layer began.
  BlocksByCid borrowed_;
  std::shared_ptr<BlockShare> share_;
  bool borrows_ = false;
  bool in_layer_ = false;
};

}  // namespace fvm
