#include "hamt.h"

#include <algorithm>

#include "fvm_vendor.h"

namespace fvm {
namespace {

constexpr unsigned kBitWidth = 5;
constexpr unsigned kHashBits = 256;
// On the last level there is one bit left.
constexpr unsigned kLevels = (kHashBits + kBitWidth - 1) / kBitWidth;

}  // namespace

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
  std::vector<Change> changes;
  while (!encoded.empty()) {
    const auto entry = read_entry(encoded);
    if (!entry) return Outcome::kUnusual;
    changes.push_back({hash_of(entry->key), *entry});
  }
  next = root;
  if (changes.empty()) return load(root);
  std::ranges::sort(changes, {}, &Change::hash);
  std::optional<HamtPointer> pointer;
  const Outcome outcome = change_node(root, 0, changes, pointer);
  if (outcome == Outcome::kDone && pointer) {
    write();
    next = cids_.back();
  }
  opened_.clear();
  made_.clear();
  return outcome;
}

Hamt::Outcome Hamt::change_node(const Cid& cid, unsigned depth, Changes changes, std::optional<HamtPointer>& next) {
  if (const Outcome outcome = open(cid, depth); outcome != Outcome::kDone) return outcome;
  const Block& block = *opened_.back();
  const HamtNode& node = block.hamt_node();
  const bool is_root = depth == 0;
  // The order of the changes decides what becomes of such trees.
  if (!is_root && node.fits_bucket()) return Outcome::kUnusual;
  const bool checks_places = !is_root && has_both_kinds(changes);
  const Hash& path = changes.front().hash;
  size_t room = block.size();
  for (const Change& change : changes) room += change.entry.bytes.size();
  NewHamtNode made(depth, room);
  bool has_changed = false;
  for (unsigned slot = 0; slot < kHamtWidth; slot++) {
    const ByteSpan old = node.pointer(block.data(), slot);
    const bool is_child = !old.empty() && is_link(old);
    if (checks_places && !old.empty() && !is_child && !is_well_placed(old, path, slot, depth)) {
      return Outcome::kUnusual;
    }
    const Changes mine = take_slot(changes, slot, depth);
    std::optional<HamtPointer> replaced;
    if (!mine.empty()) {
      const Outcome outcome = is_child ? change_node(linked_cid(old), depth + 1, mine, replaced)
                                       : change_bucket(old, depth, mine, replaced);
      if (outcome != Outcome::kDone) return outcome;
    }
    if (replaced) {
      has_changed = true;
      made.add(slot, *replaced);
    } else {
      made.add(slot, old);
    }
  }
  if (has_changed) {
    next = !is_root && made.fits_bucket() ? HamtPointer{made.bucket(), {}} : make(std::move(made));
  }
  return Outcome::kDone;
}

Hamt::Outcome Hamt::change_bucket(ByteSpan bucket, unsigned depth, Changes changes, std::optional<HamtPointer>& next) {
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
    next = HamtPointer{bucket_of(std::move(entries)), {}};
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

Hamt::Outcome Hamt::new_node(unsigned depth, Changes entries, std::optional<HamtPointer>& next) {
  if (depth == kLevels) return Outcome::kUnusual;
  size_t room = 0;
  for (const Change& change : entries) room += 1 + change.entry.bytes.size();
  NewHamtNode made(depth, room);
  while (!entries.empty()) {
    const unsigned slot = slot_of(entries.front().hash, depth);
    const Changes mine = take_slot(entries, slot, depth);
    std::optional<HamtPointer> pointer;
    if (mine.size() > kHamtBucket) {
      if (const Outcome outcome = new_node(depth + 1, mine, pointer); outcome != Outcome::kDone) return outcome;
    } else {
      std::vector<HamtEntry> bucket;
      for (const Change& change : mine) bucket.push_back(change.entry);
      pointer = HamtPointer{bucket_of(std::move(bucket)), {}};
    }
    made.add(slot, *pointer);
  }
  next = make(std::move(made));
  return Outcome::kDone;
}

HamtPointer Hamt::make(NewHamtNode node) {
  made_.push_back(std::move(node));
  return {{}, made_.size() - 1};
}

// Puts the new nodes into the write buffer, level by level, because several are hashed in the time of one.
void Hamt::write() {
  unsigned levels = 0;
  for (const auto& node : made_) levels = std::max(levels, node.depth() + 1);
  cids_.resize(made_.size());
  while (levels-- > 0) {
    std::vector<size_t> nodes;
    std::vector<ByteSpan> data;
    for (size_t i = 0; i < made_.size(); i++) {
      if (made_[i].depth() != levels) continue;
      nodes.push_back(i);
      data.push_back(made_[i].finish(cids_));
    }
    const std::vector<Cid> cids = cids_of(kCodecDagCbor, data);
    for (size_t i = 0; i < nodes.size(); i++) {
      cids_[nodes[i]] = cids[i];
      blocks_.put(cids[i], std::make_shared<const Block>(kCodecDagCbor, data[i]));
    }
  }
}

}  // namespace fvm
