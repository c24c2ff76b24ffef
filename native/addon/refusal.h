// Why a syscall is refused. Actors probe syscalls that fail, so a refusal is some numbers and perhaps a CID;
// its text is put together when somebody asks for it.
#pragma once

#include <string>

#include "cid.h"
#include "errors.h"

namespace fvm {

// {a} and {b}: the numbers; {fault}: why bytes are no CID, a `CidFault` in place of {a}; {cid}: a CID.
// The texts are the reference's: syscalls/*.rs, kernel/default.rs, kernel/blocks.rs, ipld/*.rs,
// those of malformed arguments shared/src/address/errors.rs, shared/src/crypto/signature.rs and Rust's own.
#define FVM_REASONS(X)                                                                                          \
  /* The syscall. */                                                                                            \
  X(kNoSpace, kIllegalArgument, "no space for return value")                                                    \
  X(kOutOfBounds, kIllegalArgument, "buffer {a} (length {b}) out of bounds")                                    \
  X(kSmallCidBuffer, kBufferTooSmall, "cid output buffer is too small")                                         \
  X(kSmallAddressBuffer, kBufferTooSmall, "address output buffer is too small")                                 \
  /* Arguments. */                                                                                              \
  X(kCidOutOfBounds, kIllegalArgument, "cid at offset {a} is out of bounds")                                    \
  X(kNoCid, kIllegalArgument, "failed to parse cid: {fault}")                                                   \
  X(kAddressLength, kIllegalArgument, "Invalid address length")                                                 \
  X(kAddressProtocol, kIllegalArgument, "Unknown address protocol")                                             \
  X(kAddressPayload, kIllegalArgument, "Invalid address payload")                                               \
  X(kAddressPayloadLength, kIllegalArgument, "Invalid payload length: {a}")                                     \
  X(kInvalidUtf8, kIllegalArgument, "invalid utf-8 sequence of {a} bytes from index {b}")                       \
  X(kIncompleteUtf8, kIllegalArgument, "incomplete utf-8 byte sequence from index {b}")                         \
  X(kEventsIndex, kIllegalArgument, "events index out of bounds")                                               \
  /* Blocks. */                                                                                                 \
  X(kNoHandle, kInvalidHandle, "invalid block handle {a}")                                                      \
  X(kTooManyBlocks, kLimitExceeded, "too many blocks")                                                          \
  X(kLargeBlock, kLimitExceeded, "blocks may not be larger than 1MiB")                                          \
  X(kCodec, kIllegalCodec, "codec {a} not allowed")                                                             \
  X(kBlockUnreachable, kNotFound, "block not reachable: {cid}")                                                 \
  X(kLinkUnreachable, kNotFound, "cannot put block: {cid} not reachable")                                       \
  X(kRootUnreachable, kNotFound, "new root cid not reachable: {cid}")                                           \
  X(kReadBeyondI32, kIllegalArgument, "offset plus buffer length did not fit into an i32")                      \
  X(kLinkHash, kIllegalCid, "cids must be 32-byte blake2b")                                                     \
  /* The scan of a block's links. */                                                                            \
  X(kCborHeader, kSerialization, "invalid cbor header")                                                         \
  X(kCborEnd, kSerialization, "unexpected end of cbor stream")                                                  \
  X(kCborCount, kSerialization, "cbor field count overflow")                                                    \
  X(kCborTrailing, kSerialization, "{a} trailing bytes in CBOR block")                                          \
  X(kCborLinkType, kSerialization, "expected cbor type byte string in input")                                   \
  X(kCborLinkPrefix, kSerialization, "DagCBOR CID does not start with a 0x byte")                               \
  X(kCborNoCid, kSerialization, "invalid cid: {fault}")                                                         \
  X(kCborCidTrailing, kSerialization, "cid has {a} trailing bytes")                                             \
  X(kLinkedCodec, kNotFound, "block links to CID with forbidden codec {a}")                                     \
  X(kLinkedHash, kNotFound, "block links to CID with forbidden multihash type (code: {a}, len: {b})")           \
  /* Cryptography. */                                                                                           \
  X(kHashCode, kIllegalArgument, "unsupported hash code {a}")                                                   \
  X(kSignatureType, kIllegalArgument, "unknown signature type {a}")                                             \
  X(kSignerProtocol, kIllegalArgument, "address protocol {a} not supported")                                    \
  X(kBlsSigners, kIllegalArgument, "number of signatures aggregated ({a}) exceeds limit")                       \
  X(kBlsTexts, kIllegalArgument, "bls signature plaintext out of bounds")                                       \
  X(kSecpSignature, kIllegalArgument,                                                                           \
    "public key recovery failed: Failed to sign data Invalid signature: signature error")                       \
  X(kSecpRecoveryId, kIllegalArgument,                                                                          \
    "public key recovery failed: Could not recover public key from signature: Invalid recovery ID: "            \
    "signature error")                                                                                          \
  X(kSecpRecovery, kIllegalArgument,                                                                            \
    "public key recovery failed: Could not recover public key from signature: Failed to recover key: "          \
    "signature error")

enum class Reason : uint8_t {
  kNone,  // what JavaScript refuses has its text there
#define FVM_REASON(name, error, text) name,
  FVM_REASONS(FVM_REASON)
#undef FVM_REASON
};

// In the header: where the reason is known to the compiler, so is the number.
constexpr Errno errno_of(Reason reason) {
  constexpr Errno kErrors[] = {
      Errno::kOk,
#define FVM_REASON(name, error, text) Errno::error,
      FVM_REASONS(FVM_REASON)
#undef FVM_REASON
  };
  return kErrors[static_cast<size_t>(reason)];
}

struct Refusal {
  Reason reason = Reason::kNone;
  uint64_t a = 0;
  uint64_t b = 0;

  static Refusal no_cid(Reason reason, ByteSpan bytes) { return {reason, static_cast<uint64_t>(cid_fault(bytes))}; }
  // With a CID, if the reason's text has one.
  std::string text(const Cid& cid = {}) const;
};

}  // namespace fvm
