// Headers and contents of CBOR items.
#pragma once

#include "cid.h"

namespace fvm {

struct CborHeader {
  uint8_t major;
  uint64_t argument;
};

// The initial byte says how many bytes of argument follow; 28 to 31 (indefinite and reserved) are malformed.
inline bool read_header(ByteSpan& rest, CborHeader& header, bool canonical) {
  if (rest.empty()) return false;
  const uint8_t first = rest[0];
  const uint8_t low = first & 0x1f;
  header.major = first >> 5;
  if (low < 24) {
    header.argument = low;
    rest = rest.subspan(1);
    return true;
  }
  if (low > 27) return false;
  const size_t size = size_t{1} << (low - 24);
  if (rest.size() < 1 + size) return false;
  uint64_t value = 0;
  for (size_t i = 1; i <= size; i++) value = value << 8 | rest[i];
  if (canonical) {
    const uint64_t least = low == 24 ? 24 : uint64_t{1} << (4 * size);
    if (value < least) return false;
  }
  header.argument = value;
  rest = rest.subspan(1 + size);
  return true;
}

inline bool take(ByteSpan& rest, uint64_t size, ByteSpan& out) {
  if (size > rest.size()) return false;
  out = rest.first(size);
  rest = rest.subspan(size);
  return true;
}

}  // namespace fvm
