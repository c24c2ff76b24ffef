// The gas counter of a native stack, and the prices that C++ charges. Unit: milligas.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

#include "observations.h"

namespace fvm {

constexpr int64_t kMilligasPerGas = 1000;

// Between two runs the TypeScript tracker owns the count; the limit never exceeds INT64_MAX.
class GasCounter {
 public:
  int64_t used = 0;
  int64_t limit = 0;
  // Where charges are noted for an observer; null if there is none.
  Observations* observations = nullptr;

  // A charge may be negative (refunds up to network version 17). One that does not fit uses up all.
  // The quantities are those of the block that is charged for, if it is one.
  [[nodiscard]] bool charge(Observed name, Milligas amount, uint64_t bytes = 0, uint64_t links = 0) {
    if (observations) [[unlikely]] observations->charge(name, amount, bytes, links);
    return use(amount);
  }
  // A charge with a name that an actor gave it.
  [[nodiscard]] bool charge(ByteSpan name, Milligas amount) {
    if (observations) [[unlikely]] observations->named_charge(name, amount);
    return use(amount);
  }
  // A charge that is known to be observed or not: each syscall makes two.
  template <bool kObserved>
  [[nodiscard]] bool charge_as(Observed name, Milligas amount) {
    if constexpr (kObserved) observations->charge(name, amount, 0, 0);
    return use(amount);
  }
  int64_t available() const {
    const Milligas rest = static_cast<Milligas>(limit) - used;
    return static_cast<int64_t>(std::min<Milligas>(rest, std::numeric_limits<int64_t>::max()));
  }

 private:
  bool use(Milligas amount) {
    const Milligas next = used + amount;
    if (next > limit) {
      used = limit;
      return false;
    }
    used = static_cast<int64_t>(std::max<Milligas>(next, std::numeric_limits<int64_t>::min()));
    return true;
  }
};

// Filled by name from the TypeScript price list, which is the only place that knows the numbers.
#define FVM_NATIVE_PRICES(X) \
  X(syscall)                 \
  X(memoryInitPerByte)       \
  X(tableInitPerElement)     \
  X(blockOpenBase)           \
  X(blockOpenPerByte)        \
  X(blockOpenPerLink)        \
  X(blockOpenMinPerByte)     \
  X(blockReadPerByte)        \
  X(blockCreatePerByte)      \
  X(blockCreatePerLink)      \
  X(blockCreateMinPerByte)   \
  X(blockLinkBase)           \
  X(blockLinkPerByte)        \
  X(cborField)               \
  X(cborLink)                \
  X(hashFlat)                \
  X(hashSha256PerByte)       \
  X(hashBlake2b256PerByte)   \
  X(hashBlake2b512PerByte)   \
  X(hashKeccak256PerByte)    \
  X(hashRipemd160PerByte)    \
  X(verifySecpFlat)          \
  X(verifySecpPerByte)       \
  X(verifyBlsFlat)           \
  X(verifyBlsPerByte)        \
  X(recoverSecp)             \
  X(blsPairing)              \
  X(blsHashPerByte)          \
  X(getRoot)                 \
  X(setRoot)                 \
  X(actorUpdate)

struct Prices {
#define FVM_FIELD(name) int64_t name = 0;
  FVM_NATIVE_PRICES(FVM_FIELD)
#undef FVM_FIELD

  // Work on a block's bytes and links, but at least the price of keeping the bytes in memory.
  static Milligas block(int64_t per_byte, int64_t per_link, int64_t min_per_byte, uint64_t bytes, uint64_t links) {
    const Milligas work = Milligas{per_byte} * bytes + Milligas{per_link} * links;
    return std::max(work, Milligas{min_per_byte} * bytes);
  }
};

// Named behaviour of a kernel generation; see `NativeRules` in src/native/addon.ts.
#define FVM_NATIVE_RULES(X)    \
  X(trackLinks)                \
  X(dagCborOnly)               \
  X(hashChargedFirst)          \
  X(signedGasCharge)           \
  X(gasMarkMovesOnCharge)      \
  X(chargesInstantiation)      \
  X(instantiationFailureFatal) \
  X(missingInvokeFatal)        \
  X(exitZeroRefused)           \
  X(namesFreeCharges)

struct Rules {
#define FVM_FIELD(name) bool name = false;
  FVM_NATIVE_RULES(FVM_FIELD)
#undef FVM_FIELD
  uint32_t maxBlockBytes = 0;
};

}  // namespace fvm
