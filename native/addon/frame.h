// The invocation container: one actor invocation with its store, instance, fiber and open blocks.
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "control.h"
#include "engine.h"
#include "gas.h"
#include "refusal.h"
#include "registry.h"
#include "syscall.h"

namespace fvm {

class NativeStack;

struct GuestRange {
  uint32_t offset = 0;
  uint32_t length = 0;
};

// An actor's linear memory, until it grows.
struct GuestMemory {
  uint8_t* base = nullptr;
  uint64_t size = 0;

  bool holds(uint32_t offset, uint64_t length) const { return uint64_t{offset} + length <= size; }
  ByteSpan span(uint32_t offset, uint64_t length) const { return {base + offset, static_cast<size_t>(length)}; }
  // A CID argument: a pointer without a length.
  std::optional<Cid> cid(uint32_t offset) const;
};

// The f4 address of an actor; empty: it has none.
struct Delegated {
  uint8_t size = 0;
  uint8_t data[kMaxAddressBytes];

  // At most `kMaxAddressBytes`.
  static Delegated from(ByteSpan bytes) {
    Delegated address;
    address.size = static_cast<uint8_t>(bytes.size());
    std::memcpy(address.data, bytes.data(), bytes.size());
    return address;
  }
  ByteSpan bytes() const { return {data, size}; }
};

struct Caller {
  Cid code;
  Delegated address;
};

// What JavaScript has lent of the actor that runs, in the state tree: answers and changes of it need no
// JavaScript. A changed root goes back with the next yield.
struct Actor {
  ActorAccess access = ActorAccess::kNone;
  bool root_set = false;
  Cid root;
  std::array<uint8_t, 16> balance;
  Delegated address;
};

class Frame {
 public:
  Frame(NativeStack& stack, std::shared_ptr<Code> code, BlockPtr params);
  ~Frame();
  // Frames come and go with every call: a thread keeps the memory of some.
  static void* operator new(size_t size);
  static void operator delete(void* memory);
  Frame(const Frame&) = delete;
  Frame& operator=(const Frame&) = delete;

  // Until the next yield. Called again, it takes the answer out of the control block.
  Yield run();

  // --- for syscall handlers
  NativeStack& stack() { return stack_; }
  GuestMemory memory() const { return {memory_->base, memory_->size}; }
  BlockRegistry& registry() { return registry_; }
  Actor& actor() { return actor_; }
  // Known until JavaScript answers a syscall, which may delete the caller.
  const std::optional<Caller>& caller() const { return caller_; }
  uint64_t caller_id() const { return id_at(16); }
  uint64_t actor_id() const { return id_at(24); }
  // The packed message context that JavaScript wrote when it pushed the frame.
  const uint8_t* context() const { return message_context_; }
  // The handler's result if it refuses. The facts are those that the reason's text has.
  SyscallResult refuse(Reason reason, uint64_t a = 0, uint64_t b = 0) {
    return refuse(Refusal{reason, a, b});
  }
  SyscallResult refuse(const Refusal& refusal) {
    last_error_.refusal = refusal;
    return SyscallResult::fail(errno_of(refusal.reason));
  }
  SyscallResult refuse(Reason reason, const Cid& cid) {
    last_error_.cid = cid;
    return refuse(reason);
  }
  // Of a buffer that is not within the memory, and of a CID argument: as a rule, because it is none.
  SyscallResult refuse_buffer(uint32_t offset, uint32_t length) {
    return refuse(Reason::kOutOfBounds, offset, length);
  }
  SyscallResult refuse_cid(uint32_t offset, Reason reason = Reason::kNoCid) {
    const GuestMemory memory = this->memory();
    if (!memory.holds(offset, 0)) return refuse(Reason::kCidOutOfBounds, offset);
    last_error_.cid.size = static_cast<uint8_t>(std::min<uint64_t>(memory.size - offset, kMaxCidBytes));
    // As they are spelt; a copy of a fixed size is a few instructions.
    const uint8_t* bytes = memory.base + offset;
    if (memory.holds(offset, kMaxCidBytes)) std::memcpy(last_error_.cid.data, bytes, kMaxCidBytes);
    else std::memcpy(last_error_.cid.data, bytes, last_error_.cid.size);
    return refuse(reason);
  }
  // An answer of variable length, for a buffer that lies within. `out`: the length.
  SyscallResult answer(ByteSpan bytes, GuestRange buffer, Reason too_small, uint8_t* out);
  // A charge of nothing, which only observers notice.
  inline void note(Observed charge);
  // Sets the outcome of the frame; the handler returns SyscallResult::abort().
  void exit_with(uint32_t code, BlockPtr block, std::string message);
  void fatal(std::string why, uint32_t code = kExitAssertionFailed);
  // Ends the slice of gas if JavaScript wants to know of the next block that is written.
  void wrote_block();
  // Asks JavaScript for a block; the handler returns SyscallResult::suspend(), and `finish_open` goes on.
  void wait_for_block(const Cid& cid) { missing_ = cid; }

  // --- for JavaScript
  // The block that `wait_for_block` asked for.
  void provide(ByteSpan data);
  bool has_provided() const { return provided_ != nullptr; }
  bool waits_for_block() const { return missing_.has_value(); }
  bool ended() const { return stage_ == Stage::kEnded; }
  Outcome outcome() const { return outcome_; }
  uint32_t exit_code() const { return exit_code_; }
  const BlockPtr& return_block() const { return return_block_; }
  const std::string& failure() const { return failure_; }
  // Answers a `tail` parameter of the waiting syscall; false if it does not fit.
  bool write_tail(size_t slot, ByteSpan data);
  // An `in` parameter of the waiting syscall.
  std::optional<ByteSpan> argument(size_t slot);
  // The syscall that failed last, if the last one did, and what its text is about.
  struct LastError {
    const Syscall* syscall = nullptr;
    Errno error = Errno::kOk;
    Refusal refusal;
    Cid cid;  // or what an actor gave as one

    std::string text() const;
  };
  const LastError& last_error() const { return last_error_; }

  // --- Wasmtime callbacks
  static wasm_trap_t* on_syscall(void* env, wasmtime_caller_t* caller, wasmtime_val_raw_t* values, size_t count);
  // The answer to a syscall that waits: `fvm_answer_t`.
  static uint8_t on_suspend(void* frame, int64_t* result);
  static void on_refill(void* env, wasmtime_caller_t* caller, const wasmtime_val_t* args, size_t nargs,
                        wasmtime_val_t* results, size_t nresults, wasm_trap_t** trap,
                        wasmtime_async_continuation_t* continuation);
  static wasm_trap_t* on_may_grow_memory(void* env, wasmtime_caller_t* caller, wasmtime_val_raw_t* values,
                                         size_t count);
  static wasm_trap_t* on_may_grow_table(void* env, wasmtime_caller_t* caller, wasmtime_val_raw_t* values,
                                        size_t count);

 private:
  static constexpr uint64_t kTableElementBytes = 8;

  enum class Stage : uint8_t { kNew, kInstantiating, kCalling, kEnded };

  // How a syscall ends for Wasm: an error number, a trap (the outcome is set) or a wait.
  struct Reply {
    enum Kind : uint8_t { kValue, kTrap, kWait } kind;
    uint32_t value = 0;
  };

  // Of the message context, where both of its forms have it.
  uint64_t id_at(size_t offset) const {
    uint64_t id;
    std::memcpy(&id, message_context_ + offset, sizeof id);
    return id;
  }

  // Wasmtime hands the frame back by the store's data.
  static Frame& of(wasmtime_caller_t* caller) {
    return *static_cast<Frame*>(wasmtime_context_get_data(wasmtime_caller_context(caller)));
  }
  // The trap that ends Wasm once `abort_` is set.
  static wasm_trap_t* unwind();

  // The life of an invocation (frame.cc).
  void borrow_actor();
  void return_actor();
  bool prepare();
  void start_instantiation();
  void finish_instantiation();
  void start_call();
  void finish_call();
  // What an instance does after the system refused it memory, on another machine it would not do.
  bool refused() {
    if (!memory_->refused) return false;
    failure_ = "no memory for the instance to grow";
    abort_ = Outcome::kHostFault;
    return true;
  }
  void end(Outcome outcome);
  void end_fatally(std::string why);
  void end_trapped();

  // Gas (frame_gas.h): `settle` charges what Wasm used since the last `refresh`, which hands out what is
  // left. Both know Wasm's counter as `counter_`: syscalls bring and return it, else it is read and written
  // here.
  inline bool settle();
  inline bool is_observed() const;
  template <bool kObserved>
  inline bool settle_as();
  template <bool kObserved>
  inline void refresh_as();
  [[gnu::cold]] bool charge_observed(Milligas spent);
  [[gnu::cold]] void refresh_observed();
  inline void refresh();
  inline void load_counter();
  inline void store_counter();
  static bool poll_refill(void* frame);

  // Syscalls (frame_syscalls.cc).
  template <bool kObserved>
  Reply dispatch(const Syscall& syscall, const Raw* args);
  SyscallResult request(const Syscall& syscall, const Raw* args);
  SyscallResult take_answer(uint8_t* out);
  template <bool kObserved>
  Reply conclude(SyscallResult result, const uint8_t* out);
  int64_t packed(uint32_t error) const;

  NativeStack& stack_;
  std::shared_ptr<Code> code_;
  const Linked* linked_ = nullptr;
  Stage stage_ = Stage::kNew;
  uint64_t memory_before_;  // the stack's memory count when this frame began

  MemoryPtr memory_;  // outlives the store
  StorePtr store_;
  wasmtime_context_t* context_ = nullptr;
  wasmtime_instance_t instance_;
  wasmtime_global_t counter_global_;
  bool has_counter_ = false;
  // Owned by the future while it runs; hence members, and the frame never moves.
  int32_t result_ = 0;
  wasm_trap_t* trap_ = nullptr;
  wasmtime_error_t* error_ = nullptr;
  FuturePtr future_;

  uint64_t memory_pages_ = 0;
  uint64_t table_elements_ = 0;

  int64_t counter_ = 0;
  int64_t gas_mark_ = 0;     // available gas at the last refresh
  int64_t gas_reserve_ = 0;  // the part of it that Wasm's counter has not been given yet
  bool slice_ends_ = false;  // with the syscall
  uint64_t memory_mark_ = 0;  // the stack's memory count at the last refresh

  // The syscall that waits for JavaScript.
  const Syscall* waiting_ = nullptr;
  uint32_t result_pointer_ = 0;
  GuestRange ranges_[kMaxArguments];
  GuestRange out_;
  bool answered_ = false;
  Yield yield_ = Yield::kFinished;
  std::optional<Cid> missing_;
  BlockPtr provided_;

  uint8_t message_context_[kContextBytes];
  Actor actor_;
  std::optional<Caller> caller_;
  BlockRegistry registry_;
  uint32_t params_handle_ = 0;

  std::optional<Outcome> abort_;  // set by a syscall; Wasm is unwinding
  Outcome outcome_ = Outcome::kExit;
  uint32_t exit_code_ = 0;
  BlockPtr return_block_;
  std::string failure_;
  LastError last_error_;
};

}  // namespace fvm
