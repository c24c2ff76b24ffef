#include "links.h"

#include "cbor.h"

namespace fvm {
namespace {

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
    CborHeader header;
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
    CborHeader header;
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
