#include "native_stack.h"

namespace fvm {
namespace {

constexpr uint64_t kMaxPages = 65'536;
constexpr uint32_t kRefused = 0xffff'ffff;  // with which memory.grow and table.grow fail

}  // namespace

// Reference: machine/limiter.rs. Behind it is Wasmtime's own limit of an instance, of which the limiter is not
// told: a growth beyond that limit fails and still counts.
wasm_trap_t* Frame::on_may_grow_memory(void*, wasmtime_caller_t* caller, wasmtime_val_raw_t* values, size_t) {
  Frame& frame = of(caller);
  const auto delta = static_cast<uint32_t>(values[0].i32);
  if (delta == 0) return nullptr;
  const uint64_t desired = frame.memory_pages_ + delta;
  const auto& limits = frame.stack_.engine.config();
  values[0].i32 = static_cast<int32_t>(kRefused);
  if (desired > std::min(frame.code_->facts.memory_max_pages, kMaxPages)) return nullptr;
  const uint64_t total = frame.stack_.config.max_memory_bytes;
  if (total != 0) {
    if (frame.stack_.memory_bytes + delta * kWasmPage > total) return nullptr;
    frame.stack_.memory_bytes += delta * kWasmPage;
  }
  if (limits.max_memory_bytes != 0 && desired * kWasmPage > limits.max_memory_bytes) return nullptr;
  frame.memory_pages_ = desired;
  values[0].i32 = static_cast<int32_t>(delta);
  return nullptr;
}

// The limiter is told the table's largest size that Wasmtime allows, so that what is beyond it does not count.
wasm_trap_t* Frame::on_may_grow_table(void*, wasmtime_caller_t* caller, wasmtime_val_raw_t* values, size_t) {
  Frame& frame = of(caller);
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

}  // namespace fvm
