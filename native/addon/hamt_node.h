// Nodes of HAMTs of bit width 5, as bytes.
#pragma once

#include <optional>
#include <vector>

#include "cid.h"

namespace fvm {

// Slots of a node; entries that share a slot before it gets a node of its own.
constexpr unsigned kHamtWidth = 32;
constexpr size_t kHamtBucket = 3;

// An entry of a bucket: [key, value].
struct HamtEntry {
  ByteSpan bytes;
  ByteSpan key;
  ByteSpan value;
};

// Where the pointers of a node are. Only of nodes in the form that src/ipld/hamt-node.ts writes: least headers, links to
// DAG-CBOR by blake2b-256, no slots beyond the width; and of less than 64 KiB. Of others, malformed or not, only the
// HAMT there can tell.
class HamtNode {
 public:
  explicit HamtNode(ByteSpan data) : is_usual_(read(data)) {}
  bool is_usual() const { return is_usual_; }
  bool is_empty() const { return used_ == 0; }
  // Whether its entries would have room in its parent's slot.
  bool fits_bucket() const { return fits_bucket_; }
  // A link or a bucket; nothing if the slot is not used. `data`: the node's.
  ByteSpan pointer(ByteSpan data, unsigned slot) const;

 private:
  bool read(ByteSpan data);

  uint32_t used_ = 0;  // a bit for each slot
  bool fits_bucket_ = false;
  bool is_usual_;
  uint16_t ends_[kHamtWidth + 1];  // of the head and each pointer
};

// What a pointer is that is not empty, and what is in it.
bool is_link(ByteSpan pointer);
Cid linked_cid(ByteSpan link);
size_t bucket_size(ByteSpan bucket);
std::vector<HamtEntry> bucket_entries(ByteSpan bucket);
// A pointer to a node.
std::vector<uint8_t> link_to(const Cid& cid);

// [key, value], or [key] alone, whose value is empty; nothing if it is neither.
std::optional<HamtEntry> read_entry(ByteSpan& rest);

}  // namespace fvm
