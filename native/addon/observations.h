// The work of C++ while somebody observes: charges by name, blocks read and written. JavaScript takes it after
// each run (`NativeStack.takeObservations`).
#pragma once

#include <cstdint>
#include <vector>

#include "cid.h"

namespace fvm {

using Milligas = __int128;  // of a charge: products of prices and 64-bit amounts stay exact

// Charges by the names that traces show, and at the end the other kinds of observation.
#define FVM_OBSERVED(X)             \
  X(wasm_exec)                      \
  X(wasm_memory_grow)               \
  X(wasm_memory_init)               \
  X(wasm_table_init)                \
  X(OnSyscall)                      \
  X(OnBlockOpenBase)                \
  X(OnBlockOpenPerByte)             \
  X(OnBlockOpen)                    \
  X(OnScanIpldLinks)                \
  X(OnBlockRead)                    \
  X(OnBlockStat)                    \
  X(OnBlockCreate)                  \
  X(OnBlockLink)                    \
  X(OnHashing)                      \
  X(OnVerifySignature)              \
  X(OnVerifyBlsAggregateSignature)  \
  X(OnRecoverSecpPublicKey)         \
  X(OnActorGetRoot)                 \
  X(OnActorSetRoot)                 \
  X(OnActorUpdate)                  \
  X(OnSelfBalance)                  \
  X(OnGetActorCodeCid)              \
  X(OnLookupAddress)                \
  X(OnGetBuiltinActorType)          \
  X(OnNetworkContext)               \
  X(OnMessageContext)               \
  X(NamedCharge)                    \
  X(BlockRead)                      \
  X(BlockWrite)

enum class Observed : uint32_t {
#define FVM_NAME(name) name,
  FVM_OBSERVED(FVM_NAME)
#undef FVM_NAME
};

// A list of entries of `kHeaderWords` words of 32 bits: what was observed, number of bytes of the text behind the
// header, milligas (low and high word), bytes and links of the block. The text, the name of a `NamedCharge` or the
// CID of a block, is filled up to whole words.
class Observations {
 public:
  static constexpr size_t kHeaderWords = 6;
  // An actor may charge under a name of any length for the same gas.
  static constexpr size_t kLongestName = 4096;
  static constexpr size_t kMany = 1 << 16;

  // Milligas saturate as the reference's: unsigned, or signed up to network version 17.
  explicit Observations(bool is_signed) : is_signed_(is_signed) {}

  void charge(Observed name, Milligas amount, uint64_t bytes, uint64_t links) { add(name, amount, bytes, links, {}); }
  void named_charge(ByteSpan name, Milligas amount) { add(Observed::NamedCharge, amount, 0, 0, name); }
  void block(Observed what, const Cid& cid, uint64_t bytes) { add(what, 0, bytes, 0, cid.bytes()); }

  const std::vector<uint32_t>& words() const { return words_; }
  // More than should wait for JavaScript: an actor may go on for long without a yield of its own.
  bool are_many() const { return words_.size() > kMany; }
  void clear() { words_.clear(); }

 private:
  // Out of the way of those whom nobody observes.
  [[gnu::cold, gnu::noinline]] void add(Observed what, Milligas amount, uint64_t bytes, uint64_t links, ByteSpan text);

  const bool is_signed_;
  std::vector<uint32_t> words_;
};

}  // namespace fvm
