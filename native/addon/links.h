// Finding the links of a block.
#pragma once

#include <functional>
#include <vector>

#include "cid.h"
#include "refusal.h"

namespace fvm {

// What the kernel's scan of a block finds, independent of prices (reference: fvm/src/ipld).
// A failed scan keeps the counts up to the failure: they are charged, too.
struct LinkScan {
  Refusal refusal;  // of no reason if it succeeds
  uint64_t fields = 0;
  uint64_t cids = 0;
  std::vector<Cid> links;  // in order, with duplicates
};

LinkScan scan_links(uint64_t codec, ByteSpan data);

// Which links may occur in state that is flushed.
enum class LinkRules { kLegacy, kCurrent };

// The looser walk of a flush: calls `visit` for each link. False on malformed CBOR or when `visit` says so.
bool walk_links(ByteSpan data, LinkRules rules, const std::function<bool(const CidParts&)>& visit);

}  // namespace fvm
