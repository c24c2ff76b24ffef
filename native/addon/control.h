// The control block that a native stack shares with JavaScript: `Word` in src/native/addon.ts.
// Loading the addon fails if the two disagree.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace fvm {

#define FVM_CONTROL_WORDS(X) \
  X(SYSCALL, 0)              \
  X(ERRNO, 1)                \
  X(RESULT_LENGTH, 2)        \
  X(OUTCOME, 3)              \
  X(GAS_USED, 4)             \
  X(GAS_LIMIT, 6)            \
  X(EXIT_CODE, 8)            \
  X(RETURN_PRESENT, 9)       \
  X(RETURN_CODEC, 10)        \
  X(RETURN_SIZE, 12)         \
  X(RETURN_LINKS, 13)        \
  X(PARAMS_LINKS, 14)        \
  X(ACTOR, 15)               \
  X(ARGS, 16)                \
  X(RESULT, 32)              \
  X(CONTEXT, 64)             \
  X(BALANCE, 96)             \
  X(ROOT_SET, 100)           \
  X(ROOT_SIZE, 101)          \
  X(ROOT, 102)               \
  X(CALLER_CODE_SIZE, 128)   \
  X(CALLER_CODE, 129)        \
  X(DELEGATED_SIZE, 156)     \
  X(DELEGATED, 157)          \
  X(CALLER_DELEGATED_SIZE, 176) \
  X(CALLER_DELEGATED, 177)   \
  X(STOP_AT_WRITE, 196)      \
  X(ACTOR_USED, 197)         \
  X(PAYLOAD, 198)

namespace word {
#define FVM_WORD(name, offset) constexpr size_t name = offset;
FVM_CONTROL_WORDS(FVM_WORD)
#undef FVM_WORD
}  // namespace word

constexpr size_t kPayloadBytes = 65'536;
constexpr size_t kControlBytes = word::PAYLOAD * 4 + kPayloadBytes;
constexpr size_t kMaxArguments = 8;
// A handle for parameters that come from JavaScript: `STAGED` there.
constexpr uint32_t kStaged = 0xffff'ffff;
constexpr size_t kResultBytes = (word::CONTEXT - word::RESULT) * 4;
constexpr size_t kMaxAddressBytes = (word::CALLER_DELEGATED_SIZE - word::DELEGATED) * 4;
constexpr size_t kContextBytes = (word::BALANCE - word::CONTEXT) * 4;

class Control {
 public:
  explicit Control(uint8_t* base) : base_(base) {}
  uint32_t get(size_t at) const {
    uint32_t value;
    std::memcpy(&value, base_ + at * 4, sizeof value);
    return value;
  }
  void set(size_t at, uint32_t value) { std::memcpy(base_ + at * 4, &value, sizeof value); }
  uint64_t get64(size_t at) const { return get(at) | uint64_t{get(at + 1)} << 32; }
  void set64(size_t at, uint64_t value) {
    set(at, static_cast<uint32_t>(value));
    set(at + 1, static_cast<uint32_t>(value >> 32));
  }
  uint8_t* bytes(size_t at) { return base_ + at * 4; }

 private:
  uint8_t* base_;
};

// The reason why a run of the top frame returns: `Yield` in src/native/addon.ts.
enum class Yield : uint32_t { kSyscall = 0, kMissingBlock = 1, kFinished = 2, kSlice = 3 };
// What a frame may do with its actor by itself: `ActorAccess` there.
enum class ActorAccess : uint32_t { kAsBefore = 0, kNone = 1, kRead = 2, kUpdate = 3, kUpdated = 4 };
// Facts that a frame was told of its actor, one bit each: `ActorUse` there.
enum class ActorUse : uint32_t { kRoot = 1, kBalance = 2 };
// How a frame ended: `Outcome` there.
enum class Outcome : uint32_t { kExit = 0, kOutOfGas = 1, kFatal = 2, kHostFault = 3 };

}  // namespace fvm
