#include "frame_gas.h"

namespace fvm {
namespace {

bool answered_at_once(void*) { return true; }

}  // namespace

// For observers: the part of the gas that went into growing memory has a charge of its own.
bool Frame::charge_observed(Milligas spent) {
  GasCounter& gas = stack_.gas;
  const uint64_t grown = stack_.memory_bytes > memory_mark_ ? stack_.memory_bytes - memory_mark_ : 0;
  const Milligas memory = std::min(Milligas{stack_.config.prices.memoryInitPerByte} * grown, spent);
  if (!gas.charge(Observed::wasm_exec, spent - memory)) return false;
  return memory == 0 || gas.charge(Observed::wasm_memory_grow, memory);
}

void Frame::refresh_observed() {
  memory_mark_ = stack_.memory_bytes;
  if (!stack_.gas.observations->are_many()) return;
  // Without gas at hand it yields at its next charge, and JavaScript takes what was observed.
  counter_ = 0;
  gas_reserve_ = gas_mark_;
}

void Frame::wrote_block() {
  Control& control = stack_.control;
  if (control.get(word::STOP_AT_WRITE) == 0) return;
  control.set(word::STOP_AT_WRITE, 0);
  slice_ends_ = true;
}

void Frame::on_refill(void*, wasmtime_caller_t* caller, const wasmtime_val_t*, size_t, wasmtime_val_t*, size_t,
                      wasm_trap_t** trap, wasmtime_async_continuation_t* continuation) {
  Frame& frame = of(caller);
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

}  // namespace fvm
