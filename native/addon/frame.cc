#include "frame.h"

#include "module_types.h"
#include "syscalls.h"

namespace fvm {
namespace {

constexpr uint64_t kPage = 65'536;
constexpr uint64_t kMaxPages = 65'536;
constexpr uint64_t kTableElementBytes = 8;
constexpr uint64_t kEventHeaderBytes = 24;
// What a syscall returns in one value: its error number, and above it the counter.
constexpr uint32_t kErrorBits = 8;
constexpr uint32_t kSuspended = 0xff;
constexpr uint32_t kRefused = 0xffff'ffff;  // with which memory.grow and table.grow fail
// A text with which the frame of an actor begins (reference: engine/mod.rs).
constexpr char kFailedInstantiation[] = "failed to instantiate module: ";

// Wasmtime hands the frame back by the store's data.
Frame* frame_of(wasmtime_caller_t* caller) {
  return static_cast<Frame*>(wasmtime_context_get_data(wasmtime_caller_context(caller)));
}

wasm_trap_t* unwind() {
  static constexpr std::string_view kText = "the syscall ended the invocation";
  return wasmtime_trap_new(kText.data(), kText.size());
}

bool answered_at_once(void*) { return true; }

// What JavaScript wrote behind its size (`ControlBlock.writeSized`); empty if it wrote nothing, or too much.
ByteSpan sized_at(Control& control, size_t size_at, size_t most) {
  const uint32_t size = control.get(size_at);
  return {control.bytes(size_at + 1), size > most ? 0 : size};
}

// Traps that are the actor's own doing (reference: syscalls/error.rs, `Abort::from`), in Wasmtime's words for
// the trap alone; null of all others.
const char* actor_trap(wasmtime_trap_code_t code) {
  switch (code) {
    case WASMTIME_TRAP_CODE_STACK_OVERFLOW:
      return "wasm trap: call stack exhausted";
    case WASMTIME_TRAP_CODE_MEMORY_OUT_OF_BOUNDS:
      return "wasm trap: out of bounds memory access";
    case WASMTIME_TRAP_CODE_HEAP_MISALIGNED:
      return "wasm trap: unaligned atomic";
    case WASMTIME_TRAP_CODE_TABLE_OUT_OF_BOUNDS:
      return "wasm trap: undefined element: out of bounds table access";
    case WASMTIME_TRAP_CODE_INDIRECT_CALL_TO_NULL:
      return "wasm trap: uninitialized element";
    case WASMTIME_TRAP_CODE_BAD_SIGNATURE:
      return "wasm trap: indirect call type mismatch";
    case WASMTIME_TRAP_CODE_INTEGER_OVERFLOW:
      return "wasm trap: integer overflow";
    case WASMTIME_TRAP_CODE_INTEGER_DIVISION_BY_ZERO:
      return "wasm trap: integer divide by zero";
    case WASMTIME_TRAP_CODE_BAD_CONVERSION_TO_INTEGER:
      return "wasm trap: invalid conversion to integer";
    case WASMTIME_TRAP_CODE_UNREACHABLE_CODE_REACHED:
      return "wasm trap: wasm `unreachable` instruction executed";
    case WASMTIME_TRAP_CODE_ATOMIC_WAIT_NON_SHARED_MEMORY:
      return "wasm trap: atomic wait on non-shared memory";
    default:
      return nullptr;
  }
}

// Without what caused it.
std::string first_line(std::string message) { return message.substr(0, message.find('\n')); }

class FrameMemory {
 public:
  ~FrameMemory() {
    for (size_t i = 0; i < count_; i++) ::operator delete(kept_[i]);
  }
  void* take(size_t size) { return count_ > 0 ? kept_[--count_] : ::operator new(size); }
  void give(void* memory) {
    if (count_ < kMost) kept_[count_++] = memory;
    else ::operator delete(memory);
  }

 private:
  static constexpr size_t kMost = 16;
  void* kept_[kMost];
  size_t count_ = 0;
};
thread_local FrameMemory frame_memory;

}  // namespace

void* Frame::operator new(size_t size) { return frame_memory.take(size); }
void Frame::operator delete(void* memory) { frame_memory.give(memory); }

Frame::Frame(NativeStack& stack, std::shared_ptr<Code> code, BlockPtr params)
    : stack_(stack),
      code_(std::move(code)),
      memory_before_(stack.memory_bytes) {
  LiveObjects::shared().frames++;
  std::memcpy(message_context_, stack.control.bytes(word::CONTEXT), kContextBytes);
  if (const auto code = sized_at(stack.control, word::CALLER_CODE_SIZE, kMaxCidBytes); !code.empty()) {
    const auto address = sized_at(stack.control, word::CALLER_DELEGATED_SIZE, kMaxAddressBytes);
    caller_ = {Cid::from(code), Delegated::from(address)};
  }
  if (params) {
    if (stack.config.rules.trackLinks) registry_.reach_links(*params);
    params_handle_ = registry_.add(std::move(params));
  }
}

Frame::~Frame() {
  // A fiber in flight is unwound first; then its instance goes, then its memory.
  future_.reset();
  if (trap_) wasm_trap_delete(trap_);
  if (error_) wasmtime_error_delete(error_);
  if (store_) LiveObjects::shared().stores--;
  store_.reset();
  memory_.reset();
  stack_.memory_bytes = memory_before_;
  LiveObjects::shared().frames--;
}

// ---------------------------------------------------------------- life

Yield Frame::run() {
  Control& control = stack_.control;
  stack_.gas.used = static_cast<int64_t>(control.get64(word::GAS_USED));
  stack_.gas.limit = static_cast<int64_t>(control.get64(word::GAS_LIMIT));
  borrow_actor();
  yield_ = Yield::kFinished;
  if (stage_ == Stage::kNew) {
    if (prepare()) start_instantiation();
  } else {
    answered_ = true;
  }
  while (stage_ != Stage::kEnded) {
    if (!wasmtime_call_future_poll(future_.get())) break;  // suspended: `yield_` is set
    future_.reset();
    if (stage_ == Stage::kInstantiating) {
      finish_instantiation();
    } else {
      finish_call();
    }
  }
  control.set64(word::GAS_USED, static_cast<uint64_t>(stack_.gas.used));
  return_actor();
  if (stage_ == Stage::kEnded) {
    control.set(word::OUTCOME, static_cast<uint32_t>(outcome_));
    control.set(word::EXIT_CODE, exit_code_);
    control.set(word::RETURN_PRESENT, return_block_ ? 1 : 0);
    if (return_block_) {
      control.set64(word::RETURN_CODEC, return_block_->codec());
      control.set(word::RETURN_SIZE, return_block_->size());
      const bool counts = stack_.config.rules.trackLinks;
      control.set(word::RETURN_LINKS, counts ? static_cast<uint32_t>(return_block_->scan().links.size()) : 0);
    }
    return Yield::kFinished;
  }
  return yield_;
}

void Frame::borrow_actor() {
  Control& control = stack_.control;
  const auto access = static_cast<ActorAccess>(control.get(word::ACTOR));
  if (access == ActorAccess::kAsBefore) return;
  control.set(word::ACTOR, static_cast<uint32_t>(ActorAccess::kAsBefore));
  const auto root = sized_at(control, word::ROOT_SIZE, kMaxCidBytes);
  actor_.access = root.empty() ? ActorAccess::kNone : access;
  if (root.empty()) return;
  actor_.root = Cid::from(root);
  std::memcpy(actor_.balance.data(), control.bytes(word::BALANCE), actor_.balance.size());
  actor_.address = Delegated::from(sized_at(control, word::DELEGATED_SIZE, kMaxAddressBytes));
}

void Frame::return_actor() {
  if (!actor_.root_set) return;
  actor_.root_set = false;
  Control& control = stack_.control;
  control.set(word::ROOT_SET, 1);
  control.set(word::ROOT_SIZE, actor_.root.size);
  std::memcpy(control.bytes(word::ROOT), actor_.root.data, actor_.root.size);
}

// What is paid and checked before an instance exists, in the reference's order.
bool Frame::prepare() {
  const auto& facts = code_->facts;
  const auto& config = stack_.config;
  if (!facts.exports_memory) {
    return end_fatally("actor has no memory export"), false;
  }
  if (config.rules.chargesInstantiation) {
    const Milligas table = Milligas{config.prices.tableInitPerElement} * facts.exported_table_min;
    const Milligas memory = Milligas{config.prices.memoryInitPerByte} * facts.memory_min_bytes;
    if (!stack_.gas.charge(table) || !stack_.gas.charge(memory)) return end(Outcome::kOutOfGas), false;
  }
  linked_ = &stack_.linkage.link(*code_);
  if (!linked_->pre) {
    return end_fatally("failed to link actor module: " + linked_->error), false;
  }
  memory_pages_ = facts.memory_min_bytes / kPage;
  table_elements_ = facts.tables_min;
  const uint64_t bytes = facts.memory_min_bytes + facts.tables_min * kTableElementBytes;
  if (config.max_memory_bytes != 0 && stack_.memory_bytes + bytes > config.max_memory_bytes) {
    // Wasmtime asks the limiter for the memory first.
    const bool memory_fits = stack_.memory_bytes + facts.memory_min_bytes <= config.max_memory_bytes;
    failure_ = kFailedInstantiation;
    failure_ += memory_fits
                    ? "table minimum size of " + std::to_string(facts.tables_min) + " elements exceeds table limits"
                    : "memory minimum size of " + std::to_string(memory_pages_) + " pages exceeds memory limits";
    exit_code_ = kExitIllegalInstruction;
    return end(Outcome::kExit), false;
  }
  stack_.memory_bytes += bytes;
  return true;
}

void Frame::start_instantiation() {
  stage_ = Stage::kInstantiating;
  memory_.reset(fvm_memory_take(code_->image.get()));
  if (!memory_) {
    failure_ = "no addresses for the instance's memory";
    return end(Outcome::kHostFault);
  }
  store_.reset(wasmtime_store_new(stack_.engine.wasm(), this, nullptr));
  LiveObjects::shared().stores++;
  context_ = wasmtime_store_context(store_.get());
  // The counter is born 0: all gas is in reserve, and a start function draws it from there.
  // Up to network version 17 a start function finds no gas at all.
  gas_mark_ = stack_.config.rules.chargesInstantiation ? stack_.gas.available() : 0;
  gas_reserve_ = gas_mark_;
  future_.reset(fvm_instantiate(linked_->pre.get(), memory_.get(), context_, &instance_, &trap_, &error_));
}

void Frame::finish_instantiation() {
  if (refused()) return end(Outcome::kHostFault);
  const bool failed = trap_ || error_;
  if (!failed) {
    const fvm_exports_t* exports = linked_->exports.get();
    if (!exports || !fvm_exports_get(exports, context_, &instance_, &counter_global_)) {
      failure_ = "the gas counter is missing";
      return end(Outcome::kHostFault);
    }
    has_counter_ = true;
  }
  load_counter();
  const bool paid = !stack_.config.rules.chargesInstantiation || settle();
  if (abort_ == Outcome::kFatal) return end(Outcome::kFatal);
  if (!paid) return end(Outcome::kOutOfGas);
  // What fails for want of address space or memory is no trap, and no doing of the actor.
  if (error_ && !abort_) {
    failure_ = message_of(error_);
    return end(Outcome::kHostFault);
  }
  if (failed) {
    const std::string why = first_line(trap_ ? message_of(trap_) : message_of(error_));
    if (stack_.config.rules.instantiationFailureFatal) return end_fatally(why);
    failure_ = kFailedInstantiation + why;
    exit_code_ = kExitIllegalInstruction;
    return end(Outcome::kExit);
  }
  start_call();
}

void Frame::start_call() {
  constexpr uint8_t kMissing = 0;
  constexpr uint8_t kFits = 1;
  if (code_->facts.invoke == kMissing) {
    if (stack_.config.rules.missingInvokeFatal) return end_fatally("failed to find function export `invoke`");
    // The reference has one text for both of its entry points.
    failure_ = "cannot upgrade to " + text_of(code_->cid);
    exit_code_ = kExitInvalidReceiver;
    return end(Outcome::kExit);
  }
  if (code_->facts.invoke != kFits) {
    return end_fatally(invoke_fault(code_->module.get(), stack_.config.rules.missingInvokeFatal));
  }
  stage_ = Stage::kCalling;
  refresh();
  store_counter();
  future_.reset(fvm_call_invoke(linked_->exports.get(), memory_.get(), context_, &instance_,
                                static_cast<int32_t>(params_handle_), &result_, &trap_, &error_));
  if (!future_) {
    failure_ = "`invoke` is not where the module had it";
    end(Outcome::kHostFault);
  }
}

// What an instance does after the system refused it memory, on another machine it would not do.
bool Frame::refused() {
  if (!memory_->refused) return false;
  failure_ = "no memory for the instance to grow";
  abort_ = Outcome::kHostFault;
  return true;
}

void Frame::finish_call() {
  if (refused()) return end(Outcome::kHostFault);
  // A syscall that ended the invocation has settled already, and Wasm never saw the counter since.
  if (!abort_) load_counter();
  // Gas first: running out beats every other outcome.
  if (!settle() || abort_ == Outcome::kOutOfGas) {
    failure_ = "out of gas";
    return end(Outcome::kOutOfGas);
  }
  if (abort_) return end(*abort_);
  if (trap_ || error_) return end_trapped();
  const auto handle = static_cast<uint32_t>(result_);
  if (handle != 0) {
    const BlockPtr* block = registry_.find(handle);
    if (block) {
      return_block_ = *block;
    } else {
      failure_ = "returned block does not exist";
      exit_code_ = kExitMissingReturn;
    }
  }
  end(Outcome::kExit);
}

void Frame::end_trapped() {
  wasmtime_trap_code_t code;
  const char* text = trap_ && wasmtime_trap_code(trap_, &code) ? actor_trap(code) : nullptr;
  if (text) {
    failure_ = text;
    exit_code_ = kExitIllegalInstruction;
    return end(Outcome::kExit);
  }
  if (trap_) return end_fatally("unexpected wasmtime trap: " + message_of(trap_));
  failure_ = message_of(error_);
  end(Outcome::kHostFault);
}

void Frame::end(Outcome outcome) {
  stage_ = Stage::kEnded;
  outcome_ = outcome;
}

void Frame::end_fatally(std::string why) {
  fatal(std::move(why));
  end(Outcome::kFatal);
}

void Frame::exit_with(uint32_t code, BlockPtr block, std::string message) {
  abort_ = Outcome::kExit;
  exit_code_ = code;
  return_block_ = std::move(block);
  failure_ = std::move(message);
}

void Frame::fatal(std::string why, uint32_t code) {
  abort_ = Outcome::kFatal;
  exit_code_ = code;
  failure_ = std::move(why);
}

// ---------------------------------------------------------------- gas

void Frame::load_counter() {
  counter_ = 0;
  if (!has_counter_) return;
  wasmtime_val_t value;
  wasmtime_global_get(context_, &counter_global_, &value);
  counter_ = value.of.i64;
}

void Frame::store_counter() {
  wasmtime_val_t value{};
  value.kind = WASMTIME_I64;
  value.of.i64 = counter_;
  if (wasmtime_error_t* error = wasmtime_global_set(context_, &counter_global_, &value)) wasmtime_error_delete(error);
}

bool Frame::settle() {
  const Milligas left = Milligas{gas_reserve_} + counter_;
  // More than was handed out means that it ran out by so much.
  const Milligas spent = Milligas{gas_mark_} - left;
  if (stack_.config.rules.gasMarkMovesOnCharge) gas_mark_ = static_cast<int64_t>(left);
  return stack_.gas.charge(std::max<Milligas>(spent, 0));
}

void Frame::refresh() {
  gas_mark_ = stack_.gas.available();
  counter_ = std::min(gas_mark_, stack_.config.slice);
  gas_reserve_ = gas_mark_ - counter_;
}

void Frame::on_refill(void*, wasmtime_caller_t* caller, const wasmtime_val_t*, size_t, wasmtime_val_t*, size_t,
                      wasm_trap_t** trap, wasmtime_async_continuation_t* continuation) {
  Frame& frame = *frame_of(caller);
  *continuation = {answered_at_once, nullptr, nullptr};
  if (!frame.has_counter_) {  // a start function: the instance is not ours yet
    wasmtime_extern_t item;
    const auto& name = frame.code_->counter_name;
    if (wasmtime_caller_export_get(caller, name.data(), name.size(), &item)) {
      frame.counter_global_ = item.of.global;
      frame.has_counter_ = true;
    }
  }
  frame.load_counter();
  const Milligas left = Milligas{frame.gas_reserve_} + frame.counter_;
  if (left < 0) {
    frame.abort_ = Outcome::kOutOfGas;
    *trap = unwind();
    return;
  }
  frame.counter_ = static_cast<int64_t>(std::min<Milligas>(left, frame.stack_.config.slice));
  frame.gas_reserve_ = static_cast<int64_t>(left - frame.counter_);
  frame.store_counter();
  frame.yield_ = Yield::kSlice;
  frame.answered_ = false;
  *continuation = {poll_refill, &frame, nullptr};
}

// Polled once when the slice ends and once when `run` goes on.
bool Frame::poll_refill(void* frame) { return static_cast<Frame*>(frame)->answered_; }

// ---------------------------------------------------------------- memory limits

// Reference: machine/limiter.rs. Behind it is Wasmtime's own limit of an instance, of which the limiter is not
// told: a growth beyond that limit fails and still counts.
wasm_trap_t* Frame::on_may_grow_memory(void*, wasmtime_caller_t* caller, wasmtime_val_raw_t* values, size_t) {
  Frame& frame = *frame_of(caller);
  const auto delta = static_cast<uint32_t>(values[0].i32);
  if (delta == 0) return nullptr;
  const uint64_t desired = frame.memory_pages_ + delta;
  const auto& limits = frame.stack_.engine.config();
  values[0].i32 = static_cast<int32_t>(kRefused);
  if (desired > std::min(frame.code_->facts.memory_max_pages, kMaxPages)) return nullptr;
  const uint64_t total = frame.stack_.config.max_memory_bytes;
  if (total != 0) {
    if (frame.stack_.memory_bytes + delta * kPage > total) return nullptr;
    frame.stack_.memory_bytes += delta * kPage;
  }
  if (limits.max_memory_bytes != 0 && desired * kPage > limits.max_memory_bytes) return nullptr;
  frame.memory_pages_ = desired;
  values[0].i32 = static_cast<int32_t>(delta);
  return nullptr;
}

// The limiter is told the table's largest size that Wasmtime allows, so that what is beyond it does not count.
wasm_trap_t* Frame::on_may_grow_table(void*, wasmtime_caller_t* caller, wasmtime_val_raw_t* values, size_t) {
  Frame& frame = *frame_of(caller);
  const auto delta = static_cast<uint32_t>(values[0].i32);
  if (delta == 0) return nullptr;
  const uint64_t desired = frame.table_elements_ + delta;
  const uint64_t limit = frame.stack_.engine.config().max_table_elements;
  values[0].i32 = static_cast<int32_t>(kRefused);
  if (desired > frame.code_->facts.table_max || (limit != 0 && desired > limit)) return nullptr;
  const uint64_t total = frame.stack_.config.max_memory_bytes;
  if (total != 0) {
    if (frame.stack_.memory_bytes + delta * kTableElementBytes > total) return nullptr;
    frame.stack_.memory_bytes += delta * kTableElementBytes;
  }
  frame.table_elements_ = desired;
  values[0].i32 = static_cast<int32_t>(delta);
  return nullptr;
}

// ---------------------------------------------------------------- syscalls

std::optional<Cid> GuestMemory::cid(uint32_t offset) const {
  if (!holds(offset, 0)) return std::nullopt;
  const auto parts = parse_cid(span(offset, size - offset));
  if (!parts) return std::nullopt;
  return normal_form(*parts);
}

std::string Frame::LastError::text() const {
  if (refusal.reason == Reason::kNoCid) return Refusal::no_cid(refusal.reason, cid.bytes()).text();
  const auto parts = parse_cid(cid.bytes());
  return refusal.text(parts ? normal_form(*parts) : Cid());
}

SyscallResult Frame::answer(ByteSpan bytes, GuestRange buffer, Reason too_small, uint8_t* out) {
  if (bytes.size() > buffer.length) return refuse(too_small);
  if (!bytes.empty()) std::memcpy(memory().base + buffer.offset, bytes.data(), bytes.size());
  write_u32(out, static_cast<uint32_t>(bytes.size()));
  return SyscallResult::done();
}

// The counter is the last argument; the result is both. See native/vendor/src/inline/syscalls.rs.
wasm_trap_t* Frame::on_syscall(void* env, wasmtime_caller_t* caller, wasmtime_val_raw_t* values, size_t) {
  const auto& syscall = *static_cast<const Syscall*>(env);
  Raw args[kMaxArguments * 2];
  size_t at = 0;
  if (syscall.has_result_pointer()) args[at] = static_cast<uint32_t>(values[at].i32), at++;
  for (const ParamKind kind : syscall.params) {
    const auto read = [&](bool wide) {
      args[at] = wide ? static_cast<uint64_t>(values[at].i64) : static_cast<uint32_t>(values[at].i32);
      at++;
    };
    read(kind == ParamKind::kU64);
    if (has_length(kind)) read(false);
  }
  Frame& frame = *frame_of(caller);
  frame.counter_ = values[at].i64;
  const Reply reply = frame.dispatch(syscall, args);
  if (reply.kind == Reply::kTrap) return unwind();
  // While it waits, Wasm is about to call `on_suspend`.
  frame.answered_ = false;
  values[0].i64 = frame.packed(reply.kind == Reply::kWait ? kSuspended : reply.value);
  return nullptr;
}

// Asked once when the syscall suspends and once when `run` goes on.
uint8_t Frame::on_suspend(void* env, int64_t* result) {
  enum : uint8_t { kPending, kReady, kTrapped };
  Frame& frame = *static_cast<Frame*>(env);
  if (!frame.answered_) return kPending;
  uint8_t out[kMaxResultStruct];
  const Reply reply = frame.conclude(frame.take_answer(out), out);
  if (reply.kind == Reply::kTrap) return kTrapped;
  *result = frame.packed(reply.value);
  return kReady;
}

int64_t Frame::packed(uint32_t error) const {
  return static_cast<int64_t>(static_cast<uint64_t>(counter_) << kErrorBits | error);
}

Frame::Reply Frame::dispatch(const Syscall& syscall, const Raw* args) {
  if (stage_ != Stage::kCalling) {
    fatal("a syscall from a start function");
    return {Reply::kTrap};
  }
  if (refused()) return {Reply::kTrap};
  if (!settle() || !stack_.gas.charge(stack_.config.prices.syscall)) {
    abort_ = Outcome::kOutOfGas;
    return {Reply::kTrap};
  }
  waiting_ = &syscall;
  if (syscall.has_result_pointer()) {
    result_pointer_ = static_cast<uint32_t>(*args++);
    if (!memory().holds(result_pointer_, syscall.result_size)) {
      // Without a refresh: what Wasm used before is charged again at the next syscall.
      last_error_.syscall = &syscall;
      last_error_.error = refuse(Reason::kNoSpace).error;
      return {Reply::kValue, static_cast<uint32_t>(last_error_.error)};
    }
  }
  uint8_t out[kMaxResultStruct];
  SyscallResult result = syscall.native ? syscall.native(*this, args, out) : SyscallResult::ask();
  if (result.kind == SyscallResult::kAsk) {
    result = request(syscall, args);
    caller_.reset();
  }
  if (result.kind == SyscallResult::kSuspend) {
    yield_ = missing_ ? Yield::kMissingBlock : Yield::kSyscall;
    return {Reply::kWait};
  }
  return conclude(result, out);
}

Frame::Reply Frame::conclude(SyscallResult result, const uint8_t* out) {
  const Syscall& syscall = *waiting_;
  waiting_ = nullptr;
  if (result.kind == SyscallResult::kOutOfGas) {
    abort_ = Outcome::kOutOfGas;
    return {Reply::kTrap};
  }
  if (result.kind == SyscallResult::kDone) {
    if (syscall.has_result_pointer()) std::memcpy(memory().base + result_pointer_, out, syscall.result_size);
    last_error_.syscall = nullptr;
  } else if (result.kind == SyscallResult::kErrno) {
    last_error_.syscall = &syscall;
    last_error_.error = result.error;
  }
  refresh();
  if (result.kind == SyscallResult::kAbort) return {Reply::kTrap};
  return {Reply::kValue, static_cast<uint32_t>(result.error)};
}

// Puts the arguments into the control block, all pointers checked.
SyscallResult Frame::request(const Syscall& syscall, const Raw* args) {
  Control& control = stack_.control;
  const GuestMemory memory = this->memory();
  size_t used = 0;
  size_t slot = 0;
  // What does not fit is left in Wasm's memory for `argument`; CIDs (at most two) always fit.
  const auto copy_in = [&](ByteSpan data) {
    const bool fits = data.size() <= kPayloadBytes - kMaxCidBytes * 2 - used;
    const bool copied = fits || syscall.params[slot] == ParamKind::kCid;
    if (copied && !data.empty()) std::memcpy(control.bytes(word::PAYLOAD) + used, data.data(), data.size());
    control.set(word::ARGS + slot * 2, copied ? static_cast<uint32_t>(used) : 0xffff'ffff);
    control.set(word::ARGS + slot * 2 + 1, static_cast<uint32_t>(data.size()));
    if (copied) used += data.size();
  };
  for (const ParamKind kind : syscall.params) {
    const Raw value = *args++;
    const auto offset = static_cast<uint32_t>(value);
    ranges_[slot] = {};
    switch (kind) {
      case ParamKind::kU32:
      case ParamKind::kU64:
      case ParamKind::kPtr:
        control.set64(word::ARGS + slot * 2, value);
        break;
      case ParamKind::kIn:
      case ParamKind::kInOptional:
      case ParamKind::kIn24: {
        const uint64_t count = static_cast<uint32_t>(*args++);
        const uint64_t length = kind == ParamKind::kIn24 ? count * kEventHeaderBytes : count;
        const bool ignored = kind == ParamKind::kInOptional && length == 0;
        if (!ignored && !memory.holds(offset, length)) {
          const bool countable = length <= std::numeric_limits<uint32_t>::max();
          return countable ? refuse_buffer(offset, static_cast<uint32_t>(length)) : refuse(Reason::kEventsIndex);
        }
        if (!ignored) ranges_[slot] = {offset, static_cast<uint32_t>(length)};
        copy_in(ignored ? ByteSpan() : memory.span(offset, length));
        break;
      }
      case ParamKind::kTail:
        if (!memory.holds(offset, 0)) return refuse_buffer(offset, 0);
        ranges_[slot] = {offset, 0};
        control.set64(word::ARGS + slot * 2,
                      std::min<uint64_t>(memory.size - offset, 0xffff'ffff) << 32);
        break;
      case ParamKind::kOut: {
        const auto length = static_cast<uint32_t>(*args++);
        if (!memory.holds(offset, length)) return refuse_buffer(offset, length);
        out_ = {offset, length};
        control.set64(word::ARGS + slot * 2, uint64_t{length} << 32);
        break;
      }
      case ParamKind::kCid: {
        const auto cid = memory.cid(offset);
        if (!cid) return refuse_cid(offset);
        copy_in(cid->bytes());
        break;
      }
    }
    slot++;
  }
  control.set(word::SYSCALL, syscall.index);
  control.set(word::ERRNO, 0);
  control.set(word::RESULT_LENGTH, 0);
  return SyscallResult::suspend();
}

void Frame::provide(ByteSpan data) {
  // As a rule it is in the cache by now, with its links found perhaps by another thread.
  provided_ = stack_.blocks.cache().get(*missing_);
  if (!provided_) provided_ = std::make_shared<const Block>(parse_cid(missing_->bytes())->codec, data);
}

std::optional<ByteSpan> Frame::argument(size_t slot) {
  if (!waiting_ || slot >= waiting_->params.size() || stage_ != Stage::kCalling) return std::nullopt;
  const ParamKind kind = waiting_->params[slot];
  if (kind == ParamKind::kOut || !has_length(kind)) return std::nullopt;
  return memory().span(ranges_[slot].offset, ranges_[slot].length);
}

bool Frame::write_tail(size_t slot, ByteSpan data) {
  if (!waiting_ || slot >= waiting_->params.size() || waiting_->params[slot] != ParamKind::kTail) return false;
  const GuestMemory memory = this->memory();
  if (!memory.holds(ranges_[slot].offset, data.size())) return false;
  if (!data.empty()) std::memcpy(memory.base + ranges_[slot].offset, data.data(), data.size());
  return true;
}

SyscallResult Frame::take_answer(uint8_t* out) {
  if (missing_) {
    const Cid cid = *missing_;
    missing_.reset();
    const BlockPtr block = std::move(provided_);
    return finish_open(*this, cid, block, out);
  }
  Control& control = stack_.control;
  const auto error = static_cast<Errno>(control.get(word::ERRNO));
  if (error != Errno::kOk) {
    last_error_.refusal.reason = Reason::kNone;
    return SyscallResult::fail(error);
  }
  const uint32_t length = std::min<uint32_t>(control.get(word::RESULT_LENGTH), kResultBytes);
  const uint8_t* result = control.bytes(word::RESULT);
  if (waiting_->marks_reachable && stack_.config.rules.trackLinks && length <= kMaxCidBytes) {
    registry_.reachable().add_copy(Cid::from({result, length}));
  }
  switch (waiting_->result_kind) {
    case ResultKind::kCid:
      return answer({result, length}, out_, Reason::kSmallCidBuffer, out);
    case ResultKind::kAddress:
      return answer({result, length}, out_, Reason::kSmallAddressBuffer, out);
    case ResultKind::kStruct:
      std::memcpy(out, result, waiting_->result_size);
      break;
    case ResultKind::kNone:
      break;
  }
  return SyscallResult::done();
}

}  // namespace fvm
