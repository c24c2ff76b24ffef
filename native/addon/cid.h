// Binary CIDs: parsing as the reference's `cid` crate does it, and building.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fvm {

constexpr uint64_t kCodecRaw = 0x55;
constexpr uint64_t kCodecCbor = 0x51;
constexpr uint64_t kCodecDagCbor = 0x71;
constexpr uint64_t kCodecCommitmentUnsealed = 0xf101;
constexpr uint64_t kCodecCommitmentSealed = 0xf102;
constexpr uint64_t kHashIdentity = 0x00;
constexpr uint64_t kHashSha256 = 0x12;
constexpr uint64_t kHashBlake2b256 = 0xb220;

using ByteSpan = std::span<const uint8_t>;

// At most four varints of ten bytes and a digest of 64.
constexpr size_t kMaxCidBytes = 104;

// A value: no allocation, compared by its bytes.
struct Cid {
  uint8_t size = 0;
  uint8_t data[kMaxCidBytes];

  static Cid from(ByteSpan bytes) {
    Cid cid;
    cid.size = static_cast<uint8_t>(bytes.size());
    std::memcpy(cid.data, bytes.data(), bytes.size());
    return cid;
  }
  ByteSpan bytes() const { return {data, size}; }
  bool operator==(const Cid& other) const {
    return size == other.size && std::memcmp(data, other.data, size) == 0;
  }
};

// The digest's last bytes are as good as random already.
struct CidHash {
  size_t operator()(const Cid& cid) const {
    size_t hash = 0;
    if (cid.size >= sizeof hash) std::memcpy(&hash, cid.data + cid.size - sizeof hash, sizeof hash);
    return hash;
  }
};

struct CidParts {
  uint64_t version;
  uint64_t codec;
  uint64_t hash_code;
  ByteSpan digest;
  size_t length;  // bytes of the CID itself
};

// Minimal unsigned varint of at most ten bytes; advances `rest`.
std::optional<uint64_t> read_varint(ByteSpan& rest);

// A CID at the start of `bytes`; what follows it is left alone. Versions 0 and 1, digest of at most 64 bytes.
std::optional<CidParts> parse_cid(ByteSpan bytes);

// Why there is no CID at the start of `bytes`, which `parse_cid` has found; and that in the reference's words.
enum class CidFault : uint8_t { kEnd, kVarint, kVersion, kVersion0, kDigest0, kMultihash };
CidFault cid_fault(ByteSpan bytes);
std::string_view text_of(CidFault fault);

// The CID as a value. Varints drop bits beyond the 64th, so one CID can be spelt in several ways; this is
// the one way that counts.
Cid normal_form(const CidParts& parts);

// CIDv1 with blake2b-256 of `data`.
Cid cid_of(uint64_t codec, ByteSpan data);
// As `cid_of`, several at once: each takes two fifths of the time.
std::vector<Cid> cids_of(uint64_t codec, std::span<const ByteSpan> data);

// As people write it: base58btc of a version 0, base32 of a version 1.
std::string text_of(const Cid& cid);

bool is_blake2b_256(const CidParts& cid);
bool is_commitment_codec(uint64_t codec);
bool is_block_codec(uint64_t codec);

}  // namespace fvm
