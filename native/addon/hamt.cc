#include "hamt.h"

#include <algorithm>

#include "fvm_vendor.h"

namespace fvm {
namespace {

constexpr unsigned kBitWidth = 5;
constexpr unsigned kHashBits = 256;
// On the last level there is one bit left.
constexpr unsigned kLevels = (kHashBits + kBitWidth - 1) / kBitWidth;

bool is_before(const HamtEntry& a, const HamtEntry& b) {
  return std::ranges::lexicographical_compare(a.key, b.key);
}

// `entries` are in the order of their keys.
std::vector<uint8_t> bucket_of(std::span<const HamtEntry> entries) {
  std::vector<uint8_t> bucket;
  if (entries.empty()) return bucket;
  bucket.push_back(static_cast<uint8_t>(0x80 | entries.size()));
  for (const auto& entry : entries) bucket.insert(bucket.end(), entry.bytes.begin(), entry.bytes.end());
  return bucket;
}

}  // namespace

// A node's bytes, pointer by pointer.
class Hamt::Writer {
 public:
  explicit Writer(size_t bytes) {
    bytes_.reserve(kHeadRoom + bytes);
    bytes_.resize(kHeadRoom);
  }

  void add(unsigned slot, ByteSpan pointer) {
    if (pointer.empty()) return;
    used_ |= uint32_t{1} << slot;
    count_++;
    if (is_link(pointer)) {
      links_++;
    } else {
      entries_ += bucket_size(pointer);
    }
    bytes_.insert(bytes_.end(), pointer.begin(), pointer.end());
  }

  // Whether its entries have room in its parent's slot.
  bool fits_bucket() const { return links_ == 0 && entries_ <= kHamtBucket; }

  // The buckets, in one.
  Pointer bucket() const {
    std::vector<HamtEntry> entries;
    ByteSpan rest = ByteSpan(bytes_).subspan(kHeadRoom);
    for (unsigned left = count_; left > 0; left--) {
      const size_t size = bucket_size(rest);
      rest = rest.subspan(1);
      for (size_t i = 0; i < size; i++) entries.push_back(*read_entry(rest));
    }
    std::ranges::sort(entries, is_before);
    return bucket_of(entries);
  }

  // The whole node. Ends the writing.
  ByteSpan finish() {
    size_t at = kHeadRoom;
    if (count_ < 24) {
      bytes_[--at] = static_cast<uint8_t>(0x80 | count_);
    } else {
      bytes_[--at] = static_cast<uint8_t>(count_);
      bytes_[--at] = 0x98;
    }
    uint8_t size = 0;
    for (uint32_t bits = used_; bits != 0; bits >>= 8, size++) bytes_[--at] = static_cast<uint8_t>(bits);
    bytes_[--at] = 0x40 | size;
    bytes_[--at] = 0x82;
    return ByteSpan(bytes_).subspan(at);
  }

 private:
  // Two array heads, and the bitfield behind one of its own.
  static constexpr size_t kHeadRoom = 1 + 1 + sizeof(uint32_t) + 2;

  std::vector<uint8_t> bytes_;
  uint32_t used_ = 0;
  unsigned count_ = 0;
  unsigned links_ = 0;
  size_t entries_ = 0;
};

Hamt::Hash Hamt::hash_of(ByteSpan key) {
  Hash hash;
  fvm_sha256(key.data(), key.size(), hash.data());
  return hash;
}

unsigned Hamt::slot_of(const Hash& hash, unsigned depth) {
  const unsigned start = depth * kBitWidth;
  const unsigned count = std::min(kBitWidth, kHashBits - start);
  const unsigned at = start / 8;
  const unsigned window = hash[at] << 8 | (at + 1 < hash.size() ? hash[at + 1] : 0);
  return window >> (16 - start % 8 - count) & ((1u << count) - 1);
}

// Whether both lead to the same node of this depth.
bool Hamt::share_path(const Hash& a, const Hash& b, unsigned depth) {
  for (unsigned level = 0; level < depth; level++) {
    if (slot_of(a, level) != slot_of(b, level)) return false;
  }
  return true;
}

bool Hamt::has_both_kinds(Changes changes) {
  return std::ranges::any_of(changes, &Change::sets) && !std::ranges::all_of(changes, &Change::sets);
}

// Takes those of a slot off the front.
Hamt::Changes Hamt::take_slot(Changes& rest, unsigned slot, unsigned depth) {
  const auto end = std::ranges::find_if(rest, [&](const Change& change) { return slot_of(change.hash, depth) != slot; });
  const auto count = static_cast<size_t>(end - rest.begin());
  const Changes taken = rest.first(count);
  rest = rest.subspan(count);
  return taken;
}

// Whether the keys of a slot belong there, at the end of this path.
bool Hamt::is_well_placed(ByteSpan bucket, const Hash& path, unsigned slot, unsigned depth) {
  return std::ranges::all_of(bucket_entries(bucket), [&](const HamtEntry& entry) {
    const Hash hash = hash_of(entry.key);
    return share_path(hash, path, depth) && slot_of(hash, depth) == slot;
  });
}

// Reads a node, which is the last of `opened_` then.
Hamt::Outcome Hamt::open(const Cid& cid, unsigned depth) {
  BlockPtr block = blocks_.get(cid);
  if (!block) {
    absent_ = cid;
    return Outcome::kAbsent;
  }
  const HamtNode& node = block->hamt_node();
  // Only the root may be empty.
  if (!node.is_usual() || (depth > 0 && node.is_empty()) || depth == kLevels) return Outcome::kUnusual;
  opened_.push_back(std::move(block));
  return Outcome::kDone;
}

Hamt::Outcome Hamt::load(const Cid& root) {
  opened_.clear();
  return open(root, 0);
}

Hamt::Outcome Hamt::get(const Cid& root, ByteSpan key, ByteSpan& value) {
  value = {};
  const Hash hash = hash_of(key);
  Cid cid = root;
  for (unsigned depth = 0;; depth++) {
    opened_.clear();
    if (const Outcome outcome = open(cid, depth); outcome != Outcome::kDone) return outcome;
    const Block& block = *opened_.back();
    const ByteSpan pointer = block.hamt_node().pointer(block.data(), slot_of(hash, depth));
    if (pointer.empty()) return Outcome::kDone;
    if (is_link(pointer)) {
      cid = linked_cid(pointer);
      continue;
    }
    ByteSpan rest = pointer.subspan(1);
    while (const auto entry = read_entry(rest)) {
      if (std::ranges::equal(entry->key, key)) value = entry->value;
    }
    return Outcome::kDone;
  }
}

Hamt::Outcome Hamt::change(const Cid& root, ByteSpan encoded, Cid& next) {
  opened_.clear();
  made_.clear();
  std::vector<Change> changes;
  while (!encoded.empty()) {
    const auto entry = read_entry(encoded);
    if (!entry) return Outcome::kUnusual;
    changes.push_back({hash_of(entry->key), *entry});
  }
  next = root;
  if (changes.empty()) return load(root);
  std::ranges::sort(changes, {}, &Change::hash);
  std::optional<Pointer> pointer;
  const Outcome outcome = change_node(root, 0, changes, pointer);
  opened_.clear();
  if (outcome != Outcome::kDone) return outcome;
  for (auto& [cid, block] : made_) blocks_.put(cid, std::move(block));
  made_.clear();
  if (pointer) next = linked_cid(*pointer);
  return outcome;
}

Hamt::Outcome Hamt::change_node(const Cid& cid, unsigned depth, Changes changes, std::optional<Pointer>& next) {
  if (const Outcome outcome = open(cid, depth); outcome != Outcome::kDone) return outcome;
  const Block& block = *opened_.back();
  const HamtNode& node = block.hamt_node();
  const bool is_root = depth == 0;
  // What becomes of such trees depends on the order of the changes.
  if (!is_root && node.fits_bucket()) return Outcome::kUnusual;
  const bool checks_places = !is_root && has_both_kinds(changes);
  const Hash& path = changes.front().hash;
  size_t room = block.size();
  for (const Change& change : changes) room += change.entry.bytes.size();
  Writer writer(room);
  bool has_changed = false;
  for (unsigned slot = 0; slot < kHamtWidth; slot++) {
    const ByteSpan old = node.pointer(block.data(), slot);
    const bool is_child = !old.empty() && is_link(old);
    if (checks_places && !old.empty() && !is_child && !is_well_placed(old, path, slot, depth)) {
      return Outcome::kUnusual;
    }
    const Changes mine = take_slot(changes, slot, depth);
    std::optional<Pointer> replaced;
    if (!mine.empty()) {
      const Outcome outcome = is_child ? change_node(linked_cid(old), depth + 1, mine, replaced)
                                       : change_bucket(old, depth, mine, replaced);
      if (outcome != Outcome::kDone) return outcome;
    }
    if (replaced) has_changed = true;
    writer.add(slot, replaced ? ByteSpan(*replaced) : old);
  }
  if (has_changed) next = !is_root && writer.fits_bucket() ? writer.bucket() : put(writer);
  return Outcome::kDone;
}

Hamt::Outcome Hamt::change_bucket(ByteSpan bucket, unsigned depth, Changes changes, std::optional<Pointer>& next) {
  std::vector<HamtEntry> entries;
  if (!bucket.empty()) entries = bucket_entries(bucket);
  std::vector<HamtEntry> added;
  bool has_changed = false;
  for (const Change& change : changes) {
    const auto old = std::ranges::find_if(
        entries, [&](const HamtEntry& entry) { return std::ranges::equal(entry.key, change.entry.key); });
    if (old == entries.end()) {
      if (change.sets()) added.push_back(change.entry);
    } else if (!std::ranges::equal(old->value, change.entry.value)) {
      has_changed = true;
      if (change.sets()) {
        *old = change.entry;
      } else {
        entries.erase(old);
      }
    }
  }
  if (!has_changed && added.empty()) return Outcome::kDone;
  entries.insert(entries.end(), added.begin(), added.end());
  if (entries.size() <= kHamtBucket) {
    std::ranges::sort(entries, is_before);
    next = bucket_of(entries);
    return Outcome::kDone;
  }
  std::vector<Change> moved;
  for (const HamtEntry& entry : entries) {
    moved.push_back({hash_of(entry.key), entry});
    if (!share_path(moved.back().hash, changes.front().hash, depth + 1)) return Outcome::kUnusual;
  }
  std::ranges::sort(moved, {}, &Change::hash);
  return new_node(depth + 1, moved, next);
}

Hamt::Outcome Hamt::new_node(unsigned depth, Changes entries, std::optional<Pointer>& next) {
  if (depth == kLevels) return Outcome::kUnusual;
  size_t room = 0;
  for (const Change& change : entries) room += 1 + change.entry.bytes.size();
  Writer writer(room);
  while (!entries.empty()) {
    const unsigned slot = slot_of(entries.front().hash, depth);
    const Changes mine = take_slot(entries, slot, depth);
    std::optional<Pointer> pointer;
    if (mine.size() > kHamtBucket) {
      if (const Outcome outcome = new_node(depth + 1, mine, pointer); outcome != Outcome::kDone) return outcome;
    } else {
      std::vector<HamtEntry> bucket;
      for (const Change& change : mine) bucket.push_back(change.entry);
      std::ranges::sort(bucket, is_before);
      pointer = bucket_of(bucket);
    }
    writer.add(slot, *pointer);
  }
  next = put(writer);
  return Outcome::kDone;
}

// A link to the node, once it has been made.
Hamt::Pointer Hamt::put(Writer& node) {
  const ByteSpan data = node.finish();
  const Cid cid = cid_of(kCodecDagCbor, data);
  made_.push_back({cid, std::make_shared<const Block>(kCodecDagCbor, data)});
  return link_to(cid);
}

}  // namespace fvm
