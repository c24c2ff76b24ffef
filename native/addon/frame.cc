#include "frame.h"

#include "frame_gas.h"
#include "module_types.h"

namespace fvm {
namespace {

// A text with which the frame of an actor begins (reference: engine/mod.rs).
constexpr char kFailedInstantiation[] = "failed to instantiate module: ";

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

// Nothing is charged for what could not begin to run, and observers see that.
void note_execution(GasCounter& gas) { (void)gas.charge(Observed::wasm_exec, 0); }

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
    GasCounter& gas = stack_.gas;
    const bool paid = (!facts.exports_table || gas.charge(Observed::wasm_table_init, table)) &&
                      gas.charge(Observed::wasm_memory_init, memory);
    if (!paid) return end(Outcome::kOutOfGas), false;
  }
  linked_ = &stack_.linkage.link(*code_);
  if (!linked_->pre) {
    return end_fatally("failed to link actor module: " + linked_->error), false;
  }
  memory_pages_ = facts.memory_min_bytes / kWasmPage;
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
    note_execution(stack_.gas);
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
  memory_mark_ = memory_before_;
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
    // The reference tries the call.
    if (!stack_.config.rules.missingInvokeFatal) note_execution(stack_.gas);
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

wasm_trap_t* Frame::unwind() {
  static constexpr std::string_view kText = "the syscall ended the invocation";
  return wasmtime_trap_new(kText.data(), kText.size());
}

}  // namespace fvm
