// Syscall error numbers (FVM specification; reference: shared/src/error/mod.rs).
#pragma once

#include <cstdint>

namespace fvm {

enum class Errno : uint32_t {
  kOk = 0,
  kIllegalArgument = 1,
  kIllegalOperation = 2,
  kLimitExceeded = 3,
  kAssertionFailed = 4,
  kInsufficientFunds = 5,
  kNotFound = 6,
  kInvalidHandle = 7,
  kIllegalCid = 8,
  kIllegalCodec = 9,
  kSerialization = 10,
  kForbidden = 11,
  kBufferTooSmall = 12,
  kReadOnly = 13,
};

constexpr uint32_t kExitIllegalInstruction = 4;
constexpr uint32_t kExitInvalidReceiver = 5;
constexpr uint32_t kExitIllegalExitCode = 9;
constexpr uint32_t kExitAssertionFailed = 10;
constexpr uint32_t kExitMissingReturn = 11;
// Actors may exit with 0 and with codes from here on.
constexpr uint32_t kFirstUserExitCode = 16;

}  // namespace fvm
