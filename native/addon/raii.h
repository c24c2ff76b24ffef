// One owner per C handle.
#pragma once

#include <memory>
#include <span>
#include <string>

#include <wasmtime.h>

#include "fvm_vendor.h"

namespace fvm {

template <auto Free>
struct Deleter {
  template <class T>
  void operator()(T* handle) const noexcept {
    Free(handle);
  }
};

using EnginePtr = std::unique_ptr<wasm_engine_t, Deleter<wasm_engine_delete>>;
using LinkerPtr = std::unique_ptr<wasmtime_linker_t, Deleter<wasmtime_linker_delete>>;
using ModulePtr = std::unique_ptr<wasmtime_module_t, Deleter<wasmtime_module_delete>>;
using InstancePrePtr = std::unique_ptr<wasmtime_instance_pre_t, Deleter<wasmtime_instance_pre_delete>>;
using StorePtr = std::unique_ptr<wasmtime_store_t, Deleter<wasmtime_store_delete>>;
using FuturePtr = std::unique_ptr<wasmtime_call_future_t, Deleter<wasmtime_call_future_delete>>;
using ErrorPtr = std::unique_ptr<wasmtime_error_t, Deleter<wasmtime_error_delete>>;
using TrapPtr = std::unique_ptr<wasm_trap_t, Deleter<wasm_trap_delete>>;
using ImagePtr = std::unique_ptr<fvm_image_t, Deleter<fvm_image_delete>>;
using MemoryPtr = std::unique_ptr<fvm_memory_t, Deleter<fvm_memory_give>>;
using ExportsPtr = std::unique_ptr<fvm_exports_t, Deleter<fvm_exports_delete>>;
using FuncTypePtr = std::unique_ptr<wasm_functype_t, Deleter<wasm_functype_delete>>;

// What Rust hands out.
class Bytes {
 public:
  explicit Bytes(fvm_bytes_t bytes) : bytes_(bytes) {}
  ~Bytes() { fvm_bytes_free(bytes_); }
  Bytes(const Bytes&) = delete;
  std::span<const uint8_t> span() const { return {bytes_.data, bytes_.len}; }
  std::string text() const { return {reinterpret_cast<const char*>(bytes_.data), bytes_.len}; }

 private:
  fvm_bytes_t bytes_;
};

inline std::string take_text(wasm_byte_vec_t& bytes) {
  std::string text(bytes.data, bytes.size);
  wasm_byte_vec_delete(&bytes);
  return text;
}

inline std::string message_of(const wasmtime_error_t* error) {
  wasm_byte_vec_t bytes;
  wasmtime_error_message(error, &bytes);
  return take_text(bytes);
}

inline std::string message_of(const wasm_trap_t* trap) {
  wasm_byte_vec_t bytes;
  wasm_trap_message(trap, &bytes);
  std::string text = take_text(bytes);
  while (!text.empty() && text.back() == '\0') text.pop_back();
  return text;
}

}  // namespace fvm
