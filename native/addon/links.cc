#include "links.h"

namespace fvm {
namespace {

struct Header {
  uint8_t major;
  uint64_t argument;
};

// The initial byte says how many bytes of argument follow; 28 to 31 (indefinite and reserved) are malformed.
bool read_header(ByteSpan& rest, Header& header, bool canonical) {
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

bool take(ByteSpan& rest, uint64_t size, ByteSpan& out) {
  if (size > rest.size()) return false;
  out = rest.first(size);
  rest = rest.subspan(size);
  return true;
}

constexpr Refusal kAccepted{};

Refusal scan_dag_cbor(ByteSpan rest, LinkScan& scan);

Refusal scan_by_codec(uint64_t codec, ByteSpan data, LinkScan& scan) {
  if (codec == kCodecDagCbor) return scan_dag_cbor(data, scan);
  return codec == kCodecRaw || codec == kCodecCbor ? kAccepted : Refusal{Reason::kCodec, codec};
}

Refusal visit_link(const CidParts& cid, LinkScan& scan) {
  if (is_commitment_codec(cid.codec)) return kAccepted;
  if (!is_block_codec(cid.codec)) return {Reason::kLinkedCodec, cid.codec};
  // An inline block: its own links count. The digest's 64 bytes bound the recursion.
  if (cid.hash_code == kHashIdentity) return scan_by_codec(cid.codec, cid.digest, scan);
  if (!is_blake2b_256(cid)) return {Reason::kLinkedHash, cid.hash_code, cid.digest.size()};
  scan.links.push_back(normal_form(cid));
  return kAccepted;
}

Refusal scan_dag_cbor(ByteSpan rest, LinkScan& scan) {
  constexpr uint64_t kLinkTag = 42;
  for (uint64_t remaining = 1; remaining > 0;) {
    remaining--;
    scan.fields++;
    Header header;
    ByteSpan content;
    if (!read_header(rest, header, false)) return {Reason::kCborHeader};
    switch (header.major) {
      case 2:
      case 3:
        if (!take(rest, header.argument, content)) return {Reason::kCborEnd};
        break;
      case 4:
        if (__builtin_add_overflow(remaining, header.argument, &remaining)) return {Reason::kCborCount};
        break;
      case 5: {
        uint64_t items;
        if (__builtin_mul_overflow(header.argument, uint64_t{2}, &items) ||
            __builtin_add_overflow(remaining, items, &remaining)) {
          return {Reason::kCborCount};
        }
        break;
      }
      case 6: {
        if (header.argument != kLinkTag) {
          remaining++;
          break;
        }
        scan.cids++;
        if (!read_header(rest, header, false)) return {Reason::kCborHeader};
        if (header.major != 2) return {Reason::kCborLinkType};
        if (!take(rest, header.argument, content)) return {Reason::kCborEnd};
        if (content.empty() || content[0] != 0) return {Reason::kCborLinkPrefix};
        content = content.subspan(1);
        const auto cid = parse_cid(content);
        if (!cid) return Refusal::no_cid(Reason::kCborNoCid, content);
        if (cid->length != content.size()) return {Reason::kCborCidTrailing, content.size() - cid->length};
        if (const Refusal refusal = visit_link(*cid, scan); refusal.reason != Reason::kNone) return refusal;
        break;
      }
      default:
        break;
    }
  }
  return rest.empty() ? kAccepted : Refusal{Reason::kCborTrailing, rest.size()};
}

}  // namespace

LinkScan scan_links(uint64_t codec, ByteSpan data) {
  LinkScan scan;
  scan.refusal = scan_by_codec(codec, data, scan);
  return scan;
}

bool walk_links(ByteSpan rest, LinkRules rules, const std::function<bool(const CidParts&)>& visit) {
  const bool legacy = rules == LinkRules::kLegacy;
  constexpr uint64_t kLegacyMaxLink = 100;
  for (uint64_t remaining = 1; remaining > 0; remaining--) {
    Header header;
    ByteSpan content;
    if (!read_header(rest, header, legacy)) return false;
    switch (header.major) {
      case 2:
      case 3:
        if (!take(rest, header.argument, content)) return false;
        break;
      case 4:
        if (__builtin_add_overflow(remaining, header.argument, &remaining)) return false;
        break;
      case 5: {
        uint64_t items;
        if (__builtin_mul_overflow(header.argument, uint64_t{2}, &items)) return false;
        if (__builtin_add_overflow(remaining, items, &remaining)) return false;
        break;
      }
      case 6: {
        if (header.argument != 42) {
          remaining++;
          break;
        }
        if (!read_header(rest, header, legacy) || header.major != 2) return false;
        if (legacy && header.argument > kLegacyMaxLink) return false;
        if (!take(rest, header.argument, content) || content.empty()) return false;
        if (!legacy && content[0] != 0) return false;
        const ByteSpan bytes = content.subspan(1);
        const auto cid = parse_cid(bytes);
        if (!cid || !visit(*cid)) return false;
        break;
      }
      default:
        break;
    }
  }
  return true;
}

}  // namespace fvm
