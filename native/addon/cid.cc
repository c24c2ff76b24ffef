#include "cid.h"

#include <algorithm>

#include "fvm_vendor.h"

namespace fvm {

std::optional<uint64_t> read_varint(ByteSpan& rest) {
  uint64_t value = 0;
  for (size_t i = 0; i < 10 && i < rest.size(); i++) {
    const uint8_t byte = rest[i];
    value |= static_cast<uint64_t>(byte & 0x7f) << (7 * i);
    if (byte & 0x80) continue;
    if (byte == 0 && i > 0) return std::nullopt;  // not minimal
    rest = rest.subspan(i + 1);
    return value;
  }
  return std::nullopt;
}

namespace {

// In nearly all CIDs: version 1, a codec of one byte, and this multihash code and length of blake2b-256.
constexpr uint8_t kUsualHash[] = {0xa0, 0xe4, 0x02, 0x20};
constexpr size_t kUsualPrefix = 2 + sizeof kUsualHash;
constexpr uint64_t kShortCodec = 0x80;

bool is_usual(ByteSpan bytes) {
  return bytes.size() >= kUsualPrefix + 32 && bytes[0] == 1 && bytes[1] < kShortCodec &&
         std::memcmp(bytes.data() + 2, kUsualHash, sizeof kUsualHash) == 0;
}

}  // namespace

std::optional<CidParts> parse_cid(ByteSpan bytes) {
  if (is_usual(bytes)) {
    return CidParts{1, bytes[1], kHashBlake2b256, bytes.subspan(kUsualPrefix, 32), kUsualPrefix + 32};
  }
  constexpr size_t kV0Digest = 32;
  constexpr uint64_t kDagPb = 0x70;
  constexpr size_t kMaxDigest = 64;
  ByteSpan rest = bytes;
  const auto version = read_varint(rest);
  const auto codec = version ? read_varint(rest) : std::nullopt;
  if (!codec) return std::nullopt;
  if (*version == kHashSha256 && *codec == kV0Digest) {
    if (rest.size() < kV0Digest) return std::nullopt;
    const size_t length = bytes.size() - rest.size() + kV0Digest;
    return CidParts{0, kDagPb, kHashSha256, rest.first(kV0Digest), length};
  }
  if (*version != 1) return std::nullopt;
  const auto hash_code = read_varint(rest);
  const auto size = hash_code ? read_varint(rest) : std::nullopt;
  if (!size || *size > kMaxDigest || *size > rest.size()) return std::nullopt;
  const size_t length = bytes.size() - rest.size() + *size;
  return CidParts{1, *codec, *hash_code, rest.first(*size), length};
}

CidFault cid_fault(ByteSpan bytes) {
  constexpr size_t kMaxVarint = 10;
  ByteSpan rest = bytes;
  uint64_t numbers[2];
  for (uint64_t& number : numbers) {
    const ByteSpan before = rest;
    const auto read = read_varint(rest);
    if (!read) {
      const ByteSpan seen = before.first(std::min(before.size(), kMaxVarint));
      const bool goes_on = std::all_of(seen.begin(), seen.end(), [](uint8_t byte) { return byte & 0x80; });
      return goes_on && seen.size() < kMaxVarint ? CidFault::kEnd : CidFault::kVarint;
    }
    number = *read;
  }
  if (numbers[0] == kHashSha256 && numbers[1] == 32) return CidFault::kDigest0;
  if (numbers[0] == 1) return CidFault::kMultihash;
  return numbers[0] == 0 ? CidFault::kVersion0 : CidFault::kVersion;
}

// Reference: crates cid 0.11 (error.rs) and unsigned-varint 0.8 (io.rs), and Rust's own.
std::string_view text_of(CidFault fault) {
  switch (fault) {
    case CidFault::kEnd:
      return "unexpected end of file";
    case CidFault::kVarint:
      return "Failed to decode unsigned varint format";
    case CidFault::kVersion:
      return "Unrecognized CID version";
    case CidFault::kVersion0:
      return "CIDv0 cannot be specified in CIDv1 format";
    case CidFault::kDigest0:
      return "failed to fill whole buffer";
    case CidFault::kMultihash:
      return "Failed to parse multihash";
  }
  return "";
}

namespace {

void write_varint(Cid& cid, uint64_t value) {
  for (; value >= 0x80; value >>= 7) cid.data[cid.size++] = static_cast<uint8_t>(value) | 0x80;
  cid.data[cid.size++] = static_cast<uint8_t>(value);
}

}  // namespace

Cid normal_form(const CidParts& parts) {
  Cid cid;
  if (parts.version == 1 && parts.codec < kShortCodec && is_blake2b_256(parts)) {
    cid.data[0] = 1;
    cid.data[1] = static_cast<uint8_t>(parts.codec);
    std::memcpy(cid.data + 2, kUsualHash, sizeof kUsualHash);
    cid.size = kUsualPrefix;
  } else if (parts.version == 0) {
    cid.data[cid.size++] = kHashSha256;
    cid.data[cid.size++] = static_cast<uint8_t>(parts.digest.size());
  } else {
    for (const uint64_t value : {parts.version, parts.codec, parts.hash_code, uint64_t{parts.digest.size()}}) {
      write_varint(cid, value);
    }
  }
  std::memcpy(cid.data + cid.size, parts.digest.data(), parts.digest.size());
  cid.size += static_cast<uint8_t>(parts.digest.size());
  return cid;
}

Cid cid_of(uint64_t codec, ByteSpan data) {
  uint8_t digest[32];
  fvm_blake2b(data.data(), data.size(), digest, sizeof digest);
  return normal_form({1, codec, kHashBlake2b256, digest, 0});
}

std::vector<Cid> cids_of(uint64_t codec, std::span<const ByteSpan> data) {
  constexpr size_t kDigest = 32;
  std::vector<fvm_hash_input_t> inputs;
  for (const ByteSpan bytes : data) inputs.push_back({bytes.data(), bytes.size()});
  std::vector<uint8_t> digests(data.size() * kDigest);
  fvm_blake2b_256_many(inputs.data(), inputs.size(), digests.data());
  std::vector<Cid> cids;
  for (size_t i = 0; i < data.size(); i++) {
    cids.push_back(normal_form({1, codec, kHashBlake2b256, ByteSpan(digests).subspan(i * kDigest, kDigest), 0}));
  }
  return cids;
}

namespace {

// With the letter that says so.
std::string base32(ByteSpan bytes) {
  static constexpr char kDigits[] = "abcdefghijklmnopqrstuvwxyz234567";
  std::string text = "b";
  uint32_t bits = 0;
  int count = 0;
  for (const uint8_t byte : bytes) {
    bits = bits << 8 | byte;
    for (count += 8; count >= 5; count -= 5) text += kDigits[bits >> (count - 5) & 31];
  }
  if (count > 0) text += kDigits[bits << (5 - count) & 31];
  return text;
}

// Base58 text of bytes that do not begin with a zero.
std::string base58(ByteSpan bytes) {
  static constexpr char kDigits[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  std::string digits;  // values, the least first
  for (const uint8_t byte : bytes) {
    uint32_t carry = byte;
    for (char& digit : digits) {
      carry += static_cast<uint32_t>(digit) << 8;
      digit = static_cast<char>(carry % 58);
      carry /= 58;
    }
    for (; carry > 0; carry /= 58) digits += static_cast<char>(carry % 58);
  }
  std::string text;
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit) text += kDigits[static_cast<size_t>(*digit)];
  return text;
}

}  // namespace

std::string text_of(const Cid& cid) {
  return cid.data[0] == kHashSha256 ? base58(cid.bytes()) : base32(cid.bytes());
}

bool is_blake2b_256(const CidParts& cid) { return cid.hash_code == kHashBlake2b256 && cid.digest.size() == 32; }

bool is_commitment_codec(uint64_t codec) {
  return codec == kCodecCommitmentUnsealed || codec == kCodecCommitmentSealed;
}

bool is_block_codec(uint64_t codec) {
  return codec == kCodecRaw || codec == kCodecCbor || codec == kCodecDagCbor;
}

}  // namespace fvm
