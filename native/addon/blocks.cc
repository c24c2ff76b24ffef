#include "blocks.h"

#include <algorithm>
#include <bit>

#include "block_share.h"
#include "fvm_vendor.h"

namespace fvm {

Block::Block(uint64_t codec, ByteSpan data)
    : codec_(codec), size_(static_cast<uint32_t>(data.size())), data_(new uint8_t[data.size()]) {
  if (!data.empty()) std::memcpy(data_.get(), data.data(), data.size());
}

const std::shared_ptr<BlockCache>& BlockCache::shared() {
  // Never destroyed: threads may outlive static destruction.
  static auto* cache = new auto(BlockCache::make(size_t{256} << 20, &MemoryBudget::shared()));
  return *cache;
}

BlockPtr BlockCache::get(const Cid& cid) {
  std::shared_lock lock(mutex_);
  const auto found = entries_.find(cid);
  if (found == entries_.end()) return nullptr;
  auto& [block, was_used] = found->second;
  // A write takes the entry from the other threads' processor caches.
  if (!was_used.load(std::memory_order_relaxed)) was_used.store(true, std::memory_order_relaxed);
  return block;
}

namespace {

bool matches(const Cid& cid, ByteSpan data) {
  const auto parts = parse_cid(cid.bytes());
  if (!parts) return false;
  uint8_t digest[64];
  const size_t size = parts->digest.size();
  if (parts->hash_code == kHashIdentity) {
    return size == data.size() && std::memcmp(parts->digest.data(), data.data(), size) == 0;
  }
  if (parts->hash_code == kHashSha256 && size == 32) {
    fvm_sha256(data.data(), data.size(), digest);
  } else if (parts->hash_code == kHashBlake2b256 && size == 32) {
    fvm_blake2b(data.data(), data.size(), digest, 32);
  } else {
    return false;
  }
  return std::memcmp(parts->digest.data(), digest, size) == 0;
}

}  // namespace

bool BlockCache::put(const Cid& cid, const BlockPtr& block) {
  if (!matches(cid, block->data())) return false;
  keep(cid, block);
  return true;
}

void BlockCache::keep(const Cid& cid, const BlockPtr& block) {
  std::lock_guard lock(mutex_);
  if (entries_.contains(cid)) return;
  // Room is made first, so that it is not the new block that goes.
  if (!shrink(block->size())) return;
  by_age_.push_back(&*entries_.try_emplace(cid, block).first);
  bytes_ += block->size();
}

void BlockCache::set_limit(size_t bytes) {
  std::lock_guard lock(mutex_);
  limit_ = bytes;
  shrink(0);
}

void BlockCache::fit() {
  std::lock_guard lock(mutex_);
  shrink(0);
}

void BlockCache::clear() {
  std::lock_guard lock(mutex_);
  entries_.clear();
  by_age_.clear();
  bytes_ = 0;
}

size_t BlockCache::limit() const {
  std::shared_lock lock(mutex_);
  return limit_;
}

size_t BlockCache::bytes() const {
  std::shared_lock lock(mutex_);
  return bytes_;
}

bool BlockCache::shrink(size_t room) {
  const size_t limit = budget_ ? std::min(limit_, budget_->for_blocks()) : limit_;
  while (bytes_ + room > limit && !by_age_.empty()) {
    auto* oldest = by_age_.front();
    by_age_.pop_front();
    if (oldest->second.was_used.exchange(false, std::memory_order_relaxed)) {
      by_age_.push_back(oldest);
    } else {
      bytes_ -= oldest->second.block->size();
      entries_.erase(entries_.find(oldest->first));
    }
  }
  return bytes_ + room <= limit;
}

namespace {

BlockPtr find_in(const BlocksByCid& blocks, const Cid& cid) {
  const auto found = blocks.find(cid);
  return found == blocks.end() ? nullptr : found->second;
}

}  // namespace

// Without the share.
BlockPtr BlockBuffer::own(const Cid& cid) const {
  if (BlockPtr block = find_in(layer_, cid)) return block;
  if (BlockPtr block = find_in(written_, cid)) return block;
  return cache_->get(cid);
}

BlockPtr BlockBuffer::get(const Cid& cid) {
  if (BlockPtr block = find_in(borrowed_, cid)) return block;
  BlockPtr block = own(cid);
  if (block || !borrows_) return block;
  block = share_->get(cid);
  if (block) borrowed_.emplace(cid, block);
  return block;
}

namespace {

// Reference: fvm/src/blockstore/buffered.rs (`take_reachable`, and `copy_rec` up to network version 17).
enum class LinkKind { kSkip, kFollow, kForbidden };

LinkKind classify(const CidParts& cid, LinkRules rules) {
  if (is_commitment_codec(cid.codec)) return LinkKind::kSkip;
  const bool codec_allowed = rules == LinkRules::kLegacy
                                 ? cid.codec == kCodecRaw || cid.codec == kCodecDagCbor
                                 : is_block_codec(cid.codec);
  if (!codec_allowed) return LinkKind::kForbidden;
  if (cid.hash_code == kHashIdentity) return cid.codec == kCodecDagCbor ? LinkKind::kFollow : LinkKind::kSkip;
  return is_blake2b_256(cid) ? LinkKind::kFollow : LinkKind::kForbidden;
}

// Digests that a set of CIDs may have. Nearly all links lead below the set: this tells without a look-up.
class DigestFilter {
 public:
  explicit DigestFilter(size_t cids) : bits_(std::bit_ceil(cids * 16 + 64)) {}
  void add(const Cid& cid) { bits_[place(cid.bytes())] = true; }
  bool may_have(ByteSpan digest) const { return bits_[place(digest)]; }

 private:
  size_t place(ByteSpan bytes) const {
    size_t last = 0;
    if (bytes.size() >= sizeof last) std::memcpy(&last, bytes.data() + bytes.size() - sizeof last, sizeof last);
    return last & (bits_.size() - 1);
  }

  std::vector<bool> bits_;
};

}  // namespace

bool BlockBuffer::take_reachable(const Cid& root, LinkRules rules, std::vector<KeyedBlock>& out,
                                 std::string& error) {
  end_layer();
  std::vector<Cid> stack{root};
  out.reserve(written_.size());
  DigestFilter filter(written_.size());
  for (const auto& [cid, block] : written_) filter.add(cid);
  const auto push = [&](const CidParts& parts) {
    switch (classify(parts, rules)) {
      case LinkKind::kForbidden:
        error = "a link has codec " + std::to_string(parts.codec) + " and hash " +
                std::to_string(parts.hash_code) + " of " + std::to_string(parts.digest.size()) + " bytes";
        return false;
      case LinkKind::kFollow: {
        // What is not in the buffer is below already, with all that it links to.
        if (parts.hash_code != kHashIdentity && !filter.may_have(parts.digest)) return true;
        const Cid cid = normal_form(parts);
        if (parts.hash_code == kHashIdentity || written_.contains(cid)) stack.push_back(cid);
        return true;
      }
      case LinkKind::kSkip:
        return true;
    }
    return true;
  };
  while (!stack.empty()) {
    const Cid cid = stack.back();
    stack.pop_back();
    const auto parts = parse_cid(cid.bytes());
    if (!parts) return false;
    ByteSpan data;
    if (parts->hash_code == kHashIdentity) {
      data = parts->digest;
    } else {
      auto found = written_.extract(cid);
      if (found.empty()) continue;  // taken already
      data = found.mapped()->data();
      out.push_back({cid, std::move(found.mapped())});
    }
    if (parts->codec == kCodecDagCbor && !walk_links(data, rules, push)) {
      if (error.empty()) error = "a block of the state is malformed DAG-CBOR";
      for (auto& taken : out) written_.emplace(taken.cid, std::move(taken.block));
      out.clear();
      return false;
    }
  }
  // Up to network version 17 the whole buffer is given up with a flush.
  if (rules == LinkRules::kLegacy) written_.clear();
  // The next machine starts from here.
  for (const auto& taken : out) cache_->keep(taken.cid, taken.block);
  return true;
}

std::vector<KeyedBlock> BlockBuffer::take_all() {
  end_layer();
  std::vector<KeyedBlock> out;
  out.reserve(written_.size());
  for (auto& [cid, block] : written_) out.push_back({cid, std::move(block)});
  written_.clear();
  return out;
}

void BlockBuffer::adopt(const BlockBuffer& other) {
  if (&other == this) return;
  written_.insert(other.written_.begin(), other.written_.end());
  written_.insert(other.layer_.begin(), other.layer_.end());
}

void BlockBuffer::clear() {
  share(nullptr, false);
  written_ = {};
}

size_t BlockBuffer::size() const {
  const auto is_new = [&](const auto& entry) { return !written_.contains(entry.first); };
  return written_.size() + static_cast<size_t>(std::ranges::count_if(layer_, is_new));
}

void BlockBuffer::share(std::shared_ptr<BlockShare> share, bool borrows) {
  end_layer();
  borrowed_.clear();
  share_ = std::move(share);
  borrows_ = share_ && borrows;
}

void BlockBuffer::begin_layer(bool forgets) {
  if (forgets) layer_.clear();
  end_layer();
  borrowed_.clear();
  in_layer_ = true;
}

void BlockBuffer::publish_layer(uint64_t number) const {
  BlockLayer layer;
  layer.written.reserve(layer_.size());
  for (const auto& [cid, block] : layer_) layer.written.push_back({cid, block});
  layer.borrowed.reserve(borrowed_.size());
  for (const auto& [cid, block] : borrowed_) layer.borrowed.push_back(cid);
  share_->publish(number, std::move(layer));
}

bool BlockBuffer::join_layer(uint64_t number) {
  const auto layer = share_->layer(number);
  if (!layer) return false;
  const auto is_here = [&](const Cid& cid) { return own(cid) != nullptr; };
  if (!std::ranges::all_of(layer->borrowed, is_here)) return false;
  for (const auto& [cid, block] : layer->written) written_.try_emplace(cid, block);
  return true;
}

void BlockBuffer::end_layer() {
  written_.merge(layer_);
  layer_.clear();
  in_layer_ = false;
}

}  // namespace fvm
