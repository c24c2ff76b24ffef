#include "crypto.h"

#include "fvm_vendor.h"

namespace fvm {

std::optional<HashFunction> hash_function(uint64_t multihash_code) {
  switch (multihash_code) {
    case 0x12:
      return HashFunction::kSha256;
    case 0xb220:
      return HashFunction::kBlake2b256;
    case 0xb240:
      return HashFunction::kBlake2b512;
    case 0x1b:
      return HashFunction::kKeccak256;
    case 0x1053:
      return HashFunction::kRipemd160;
    default:
      return std::nullopt;
  }
}

size_t hash(HashFunction function, ByteSpan data, uint8_t* digest) {
  switch (function) {
    case HashFunction::kSha256:
      fvm_sha256(data.data(), data.size(), digest);
      return 32;
    case HashFunction::kBlake2b256:
      fvm_blake2b(data.data(), data.size(), digest, 32);
      return 32;
    case HashFunction::kBlake2b512:
      fvm_blake2b(data.data(), data.size(), digest, 64);
      return 64;
    case HashFunction::kKeccak256:
      fvm_keccak256(data.data(), data.size(), digest);
      return 32;
    case HashFunction::kRipemd160:
      fvm_ripemd160(data.data(), data.size(), digest);
      return 20;
  }
  return 0;
}

bool is_address(ByteSpan bytes) {
  constexpr size_t kMaxSubaddress = 54;
  if (bytes.size() < 2) return false;
  ByteSpan payload = bytes.subspan(1);
  switch (bytes[0]) {
    case 0:
      return read_varint(payload).has_value() && payload.empty();
    case 1:
    case 2:
      return payload.size() == 20;
    case 3:
      return payload.size() == 48;
    case 4:
      return read_varint(payload).has_value() && payload.size() <= kMaxSubaddress;
    default:
      return false;
  }
}

Refusal address_fault(ByteSpan bytes) {
  if (bytes.size() < 2) return {Reason::kAddressLength};
  ByteSpan payload = bytes.subspan(1);
  if (bytes[0] > 4) return {Reason::kAddressProtocol};
  if (bytes[0] == 0 || (bytes[0] == 4 && !read_varint(payload))) return {Reason::kAddressPayload};
  return {Reason::kAddressPayloadLength, payload.size()};
}

Reason recovery_fault(const uint8_t signature[65]) {
  // The order of the group, in which both halves of a signature are numbers other than 0.
  static constexpr uint8_t kOrder[32] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                         0xff, 0xff, 0xff, 0xff, 0xfe, 0xba, 0xae, 0xdc, 0xe6, 0xaf, 0x48,
                                         0xa0, 0x3b, 0xbf, 0xd2, 0x5e, 0x8c, 0xd0, 0x36, 0x41, 0x41};
  static constexpr uint8_t kZero[32] = {};
  constexpr uint8_t kGreatestId = 3;
  for (const uint8_t* number : {signature, signature + 32}) {
    const bool valid = std::memcmp(number, kZero, 32) != 0 && std::memcmp(number, kOrder, 32) < 0;
    if (!valid) return Reason::kSecpSignature;
  }
  return signature[64] > kGreatestId ? Reason::kSecpRecoveryId : Reason::kSecpRecovery;
}

bool verify_secp(ByteSpan signature, ByteSpan payload, ByteSpan text) {
  if (signature.size() != 65 || payload.size() != 20) return false;
  uint8_t digest[32];
  uint8_t key[65];
  uint8_t address[20];
  fvm_blake2b(text.data(), text.size(), digest, sizeof digest);
  if (!fvm_secp_recover(digest, signature.data(), key)) return false;
  fvm_blake2b(key, sizeof key, address, sizeof address);
  return std::memcmp(address, payload.data(), sizeof address) == 0;
}

bool verify_bls(ByteSpan signature, ByteSpan key, ByteSpan text) {
  if (signature.size() != 96 || key.size() != 48) return false;
  return fvm_bls_verify(signature.data(), key.data(), text.data(), text.size());
}

bool verify_bls_in_g1(ByteSpan signature, ByteSpan key, ByteSpan text) {
  if (signature.size() != 48 || key.size() != 96) return false;
  return fvm_bls_verify_in_g1(signature.data(), key.data(), text.data(), text.size());
}

}  // namespace fvm
