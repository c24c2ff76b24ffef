// Syscalls as data: the TypeScript table names them; this side derives the Wasm signature, checks
// pointers, and answers those of the native lane.
#pragma once

#include <string>
#include <vector>

#include "errors.h"
#include "raii.h"

namespace fvm {

class Frame;

// See `ParamKind` and `ResultKind` in src/native/addon.ts.
enum class ParamKind : uint8_t { kU32, kU64, kIn, kInOptional, kIn24, kOut, kTail, kCid, kPtr };

// A pointer and a length (or count): two Wasm parameters.
constexpr bool has_length(ParamKind kind) {
  return kind == ParamKind::kIn || kind == ParamKind::kInOptional || kind == ParamKind::kIn24 ||
         kind == ParamKind::kOut;
}
enum class ResultKind : uint8_t { kNone, kStruct, kCid, kAddress };

// A value as Wasm passed it; an i32 fills the low half.
using Raw = uint64_t;

// The result of answering a syscall.
struct SyscallResult {
  enum Kind : uint8_t {
    kDone,
    kErrno,
    kOutOfGas,
    kAbort,    // the frame's outcome is set
    kSuspend,  // JavaScript has to answer first
    kAsk,      // C++ does not know the answer: nothing has happened yet
  };
  Kind kind;
  Errno error = Errno::kOk;

  static constexpr SyscallResult done() { return {kDone}; }
  // By a handler of C++: `Frame::refuse`.
  static constexpr SyscallResult fail(Errno error) { return {kErrno, error}; }
  static constexpr SyscallResult out_of_gas() { return {kOutOfGas}; }
  static constexpr SyscallResult abort() { return {kAbort}; }
  static constexpr SyscallResult suspend() { return {kSuspend}; }
  static constexpr SyscallResult ask() { return {kAsk}; }
};

// `args`: without the result pointer. `out`: the result structure, written to memory on success.
using NativeHandler = SyscallResult (*)(Frame& frame, const Raw* args, uint8_t* out);

constexpr size_t kMaxResultStruct = 128;

struct Syscall {
  uint32_t index;  // in the table: what JavaScript dispatches on
  std::string module;
  std::string name;
  std::vector<ParamKind> params;
  ResultKind result_kind;
  uint32_t result_size;  // bytes behind the result pointer
  bool marks_reachable;
  NativeHandler native;  // null, or it asks: JavaScript answers

  bool has_result_pointer() const { return result_kind != ResultKind::kNone; }
  std::vector<wasm_valkind_t> wasm_params() const;
};

// Who answers on the native lane and on the lent one; null if there is no such syscall on it.
NativeHandler find_native(const std::string& module, const std::string& name);
NativeHandler find_lent(const std::string& module, const std::string& name);

}  // namespace fvm
