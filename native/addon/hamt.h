// HAMTs of bit width 5 with keys hashed by SHA-256, read and changed as bytes. Source: src/ipld/hamt.ts, which also
// takes over where a node is not in the usual form: malformed ones are refused there.
#pragma once

#include <array>
#include <span>

#include "blocks.h"

namespace fvm {

// Serves one operation at a time; what an operation returns lives until the next one.
class Hamt {
 public:
  enum class Outcome {
    kDone,
    kAbsent,   // `absent` is needed: then the operation can be done again
    kUnusual,  // there is a node that is not in the usual form, or a tree in no form that insertion gives
  };

  explicit Hamt(BlockBuffer& blocks) : blocks_(blocks) {}

  // Whether there is a node to begin with.
  Outcome load(const Cid& root);
  // `value` is empty if there is no such key.
  Outcome get(const Cid& root, ByteSpan key, ByteSpan& value);
  // Sets and deletes, one for each key, in any order: [key, value] to set, [key] to delete. `next`: the new root.
  // Puts the new nodes into the write buffer if nothing is absent or unusual.
  Outcome change(const Cid& root, ByteSpan changes, Cid& next);
  const Cid& absent() const { return absent_; }

 private:
  using Hash = std::array<uint8_t, 32>;
  struct Change {
    Hash hash;
    HamtEntry entry;
    bool sets() const { return !entry.value.empty(); }
  };
  // In the order of their hashes.
  using Changes = std::span<const Change>;

  static Hash hash_of(ByteSpan key);
  static unsigned slot_of(const Hash& hash, unsigned depth);
  static bool share_path(const Hash& a, const Hash& b, unsigned depth);
  static bool has_both_kinds(Changes changes);
  static Changes take_slot(Changes& rest, unsigned slot, unsigned depth);
  static bool is_well_placed(ByteSpan bucket, const Hash& path, unsigned slot, unsigned depth);

  // These leave `next` without a value if nothing changes.
  Outcome change_node(const Cid& cid, unsigned depth, Changes changes, std::optional<HamtPointer>& next);
  Outcome change_bucket(ByteSpan bucket, unsigned depth, Changes changes, std::optional<HamtPointer>& next);
  Outcome new_node(unsigned depth, Changes entries, std::optional<HamtPointer>& next);
  Outcome open(const Cid& cid, unsigned depth);
  HamtPointer make(NewHamtNode node);
  void write();

  BlockBuffer& blocks_;
  Cid absent_;
  std::vector<BlockPtr> opened_;   // they hold what the operation works on
  std::vector<NewHamtNode> made_;  // children before their parents
  std::vector<Cid> cids_;          // of them, as far as they are known
};

}  // namespace fvm
