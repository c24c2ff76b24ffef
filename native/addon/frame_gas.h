// A frame's gas between Wasm's counter and the stack's. Inline: each syscall settles and refreshes.
#pragma once

#include "native_stack.h"

namespace fvm {

inline void Frame::load_counter() {
  counter_ = 0;
  if (!has_counter_) return;
  wasmtime_val_t value;
  wasmtime_global_get(context_, &counter_global_, &value);
  counter_ = value.of.i64;
}

inline void Frame::store_counter() {
  wasmtime_val_t value{};
  value.kind = WASMTIME_I64;
  value.of.i64 = counter_;
  wasmtime_error_t* error = wasmtime_global_set(context_, &counter_global_, &value);
  if (error) wasmtime_error_delete(error);
}

inline bool Frame::settle() {
  const Milligas left = Milligas{gas_reserve_} + counter_;
  // More than was handed out means that it ran out by so much.
  const Milligas spent = Milligas{gas_mark_} - left;
  if (stack_.config.rules.gasMarkMovesOnCharge) gas_mark_ = static_cast<int64_t>(left);
  return charge_execution(std::max<Milligas>(spent, 0));
}

// Whoever observes gets to know which part of the gas went into growing memory.
inline bool Frame::charge_execution(Milligas spent) {
  GasCounter& gas = stack_.gas;
  if (!gas.observations) [[likely]] return gas.charge(Observed::wasm_exec, spent);
  const uint64_t grown = stack_.memory_bytes > memory_mark_ ? stack_.memory_bytes - memory_mark_ : 0;
  const Milligas memory = std::min(Milligas{stack_.config.prices.memoryInitPerByte} * grown, spent);
  if (!gas.charge(Observed::wasm_exec, spent - memory)) return false;
  return memory == 0 || gas.charge(Observed::wasm_memory_grow, memory);
}

inline void Frame::refresh() {
  gas_mark_ = stack_.gas.available();
  memory_mark_ = stack_.memory_bytes;
  const Observations* observations = stack_.gas.observations;
  // Without gas at hand it yields at its next charge, and JavaScript takes what was observed.
  const int64_t most = observations && observations->are_many() ? 0 : stack_.config.slice;
  counter_ = std::min(gas_mark_, most);
  gas_reserve_ = gas_mark_ - counter_;
}

}  // namespace fvm
