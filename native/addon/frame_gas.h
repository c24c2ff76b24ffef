// A frame's gas between Wasm's counter and the stack's. Inline: each syscall settles and refreshes.
#pragma once

#include "native_stack.h"

namespace fvm {

inline bool Frame::is_observed() const { return stack_.gas.observations != nullptr; }

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

template <bool kObserved>
inline bool Frame::settle_as() {
  const Milligas left = Milligas{gas_reserve_} + counter_;
  // More than was handed out means that it ran out by so much.
  const Milligas spent = Milligas{gas_mark_} - left;
  if (stack_.config.rules.gasMarkMovesOnCharge) gas_mark_ = static_cast<int64_t>(left);
  if constexpr (kObserved) return charge_observed(std::max<Milligas>(spent, 0));
  return stack_.gas.charge_as<false>(Observed::wasm_exec, std::max<Milligas>(spent, 0));
}

template <bool kObserved>
inline void Frame::refresh_as() {
  gas_mark_ = stack_.gas.available();
  // Without gas at hand Wasm yields at its next charge.
  counter_ = slice_ends_ ? 0 : std::min(gas_mark_, stack_.config.slice);
  slice_ends_ = false;
  gas_reserve_ = gas_mark_ - counter_;
  if constexpr (kObserved) refresh_observed();
}

inline void Frame::note(Observed charge) {
  if (is_observed() && stack_.config.rules.namesFreeCharges) [[unlikely]] {
    stack_.gas.observations->charge(charge, 0, 0, 0);
  }
}

inline bool Frame::settle() { return is_observed() ? settle_as<true>() : settle_as<false>(); }
inline void Frame::refresh() { is_observed() ? refresh_as<true>() : refresh_as<false>(); }

}  // namespace fvm
