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

// Where the pointers of a node are, if it is in the form that src/ipld/hamt-node.ts writes (least headers, links to
// DAG-CBOR by blake2b-256, no slots beyond the width) and below 64 KiB. Others, malformed or not, are read there.
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

// Kind and content of a pointer that is not empty.
bool is_link(ByteSpan pointer);
Cid linked_cid(ByteSpan link);
size_t bucket_size(ByteSpan bucket);
std::vector<HamtEntry> bucket_entries(ByteSpan bucket);
// A bucket of up to three entries in any order; nothing if there are none.
std::vector<uint8_t> bucket_of(std::vector<HamtEntry> entries);

// [key, value], or [key] alone, whose value is empty; nothing if it is neither.
std::optional<HamtEntry> read_entry(ByteSpan& rest);

// Content of a new node's slot.
struct HamtPointer {
  std::vector<uint8_t> bytes;       // a bucket; nothing if the slot is not used
  std::optional<size_t> new_child;  // or a link to this one of the new nodes
};

// A new node, written pointer by pointer. The CIDs of new children are filled in when they are known.
class NewHamtNode {
 public:
  NewHamtNode(unsigned depth, size_t bytes);
  void add(unsigned slot, ByteSpan pointer);
  void add(unsigned slot, const HamtPointer& pointer);
  unsigned depth() const { return depth_; }
  bool fits_bucket() const { return links_ == 0 && entries_ <= kHamtBucket; }
  // Its entries, in one.
  std::vector<uint8_t> bucket() const;
  // The node's bytes. Ends the writing. `cids`: of the new nodes
  ByteSpan finish(const std::vector<Cid>& cids);

 private:
  struct Child {
    size_t at;  // of its CID
    size_t node;
  };
  // Two array heads, and the bitfield behind one of its own.
  static constexpr size_t kHeadRoom = 1 + 1 + sizeof(uint32_t) + 2;

  unsigned depth_;
  std::vector<uint8_t> bytes_;
  std::vector<Child> children_;
  uint32_t used_ = 0;
  unsigned count_ = 0;
  unsigned links_ = 0;
  size_t entries_ = 0;
};

}  // namespace fvm
