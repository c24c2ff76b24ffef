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

}  // namespace fvm
