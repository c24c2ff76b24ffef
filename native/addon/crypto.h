// Hashes, signatures and addresses as actors see them.
#pragma once

#include <optional>

#include "cid.h"

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

// `payload`: the 20 bytes of an f1 address. The text is hashed with blake2b-256.
bool verify_secp(ByteSpan signature, ByteSpan payload, ByteSpan text);
// `key`: the 48 bytes of an f3 address.
bool verify_bls(ByteSpan signature, ByteSpan key, ByteSpan text);

}  // namespace fvm
