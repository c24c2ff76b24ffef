// Hashes, signatures and addresses as actors see them.
#pragma once

#include <optional>

#include "cid.h"
#include "refusal.h"

namespace fvm {

enum class HashFunction : uint8_t { kSha256, kBlake2b256, kBlake2b512, kKeccak256, kRipemd160 };

// By multihash code; nothing for a code that actors may not use.
std::optional<HashFunction> hash_function(uint64_t multihash_code);
// `digest` has room for 64 bytes; returns its size.
size_t hash(HashFunction function, ByteSpan data, uint8_t* digest);

constexpr uint8_t kSecpProtocol = 1;
constexpr uint8_t kBlsProtocol = 3;

// Whether these bytes are an address of protocol 0 to 4.
bool is_address(ByteSpan bytes);
// Why bytes are no address (reference: shared/src/address/{mod,payload,errors}.rs).
Refusal address_fault(ByteSpan bytes);
// Why no key can be recovered from a signature (reference: shared/src/crypto/signature.rs).
Reason recovery_fault(const uint8_t signature[65]);

// `payload`: the 20 bytes of an f1 address. The text is hashed with blake2b-256.
bool verify_secp(ByteSpan signature, ByteSpan payload, ByteSpan text);
// `key`: the 48 bytes of an f3 address.
bool verify_bls(ByteSpan signature, ByteSpan key, ByteSpan text);
// The same with the points the other way round: the key in G2 (96 bytes), the signature in G1 (48).
bool verify_bls_in_g1(ByteSpan signature, ByteSpan key, ByteSpan text);

}  // namespace fvm
