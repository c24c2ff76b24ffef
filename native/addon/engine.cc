#include "engine.h"

#include <sys/mman.h>

#include <cstdio>
#include <cstdlib>
#include <optional>

#include "frame.h"

namespace fvm {
namespace {

// As the reference has it; actors run into the instrumented stack limit long before.
constexpr size_t kMaxWasmStack = size_t{4} << 20;
// Host functions run on the same fiber: pairings and key recovery need room of their own.
constexpr size_t kFiberStack = kMaxWasmStack + (size_t{1} << 20);
// A memory's whole 32-bit range is reserved, so that compiled code needs no bounds checks.
constexpr uint64_t kMemoryReservation = uint64_t{4} << 30;
constexpr uint64_t kMemoryGuard = uint64_t{32} << 20;
// Where memories are not reserved whole they move when they grow further.
constexpr uint64_t kGrowthReservation = uint64_t{1} << 20;
// The deepest call stack there is. Beyond the pool, where several threads may get, an instance costs five
// times as much: its memory and stack are mapped, faulted in and unmapped each time.
constexpr uint32_t kPoolSize = 1024;
constexpr uint64_t kSlot = kMemoryReservation + 2 * kMemoryGuard + kFiberStack;
// What the pool reserves in all.
constexpr uint64_t kPool = kPoolSize * kSlot * 5 / 4;
// One call stack that finds the pool used up.
constexpr uint64_t kOnDemandStack = kPoolSize * kSlot;
// Pages that an instance has written are cleaned and kept, up to here, instead of given back to the
// system. Measured for an account actor: 27 instead of 45 us, most of which were page faults.
constexpr size_t kKeptMemory = size_t{2} << 20;
constexpr size_t kKeptTable = 64 << 10;

bool address_space_has(uint64_t bytes) {
  void* probe = mmap(nullptr, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (probe == MAP_FAILED) return false;
  munmap(probe, bytes);
  return true;
}

EnginePtr make_engine(const fvm_instrument_config_t& config, uint32_t pool_size, bool roomy) {
  wasm_config_t* c = wasm_config_new();
  // What actors can observe is as in the reference's configuration; the language itself is checked
  // before, proposal by proposal (native/vendor/src/instrument.rs).
  wasmtime_config_wasm_bulk_memory_set(c, true);
  wasmtime_config_wasm_simd_set(c, false);
  wasmtime_config_wasm_relaxed_simd_set(c, false);
  wasmtime_config_wasm_multi_value_set(c, false);
  wasmtime_config_wasm_multi_memory_set(c, false);
  wasmtime_config_wasm_memory64_set(c, false);
  wasmtime_config_wasm_tail_call_set(c, false);
  wasmtime_config_wasm_wide_arithmetic_set(c, false);
  wasmtime_config_wasm_custom_page_sizes_set(c, false);
  wasmtime_config_wasm_stack_switching_set(c, false);
  wasmtime_config_cranelift_nan_canonicalization_set(c, true);
  wasmtime_config_max_wasm_stack_set(c, kMaxWasmStack);
  // What they cannot observe is set for speed.
  wasmtime_config_wasm_branch_hinting_set(c, true);  // those of native/vendor/src/inline.rs
  wasmtime_config_cranelift_opt_level_set(c, WASMTIME_OPT_LEVEL_SPEED);
  wasmtime_config_native_unwind_info_set(c, false);
  fvm_config_no_backtraces(c);
  wasmtime_config_async_stack_size_set(c, kFiberStack);
  wasmtime_config_memory_init_cow_set(c, true);
  wasmtime_config_memory_reservation_set(c, roomy ? kMemoryReservation : 0);
  wasmtime_config_memory_guard_size_set(c, roomy ? kMemoryGuard : 65'536);
  wasmtime_config_memory_may_move_set(c, !roomy);
  // Wasmtime's own choice is 2 GiB for each memory that may move.
  wasmtime_config_memory_reservation_for_growth_set(c, kGrowthReservation);
  if (pool_size > 0) {
    wasmtime_pooling_allocation_config_t* pool = wasmtime_pooling_allocation_config_new();
    wasmtime_pooling_allocation_config_total_core_instances_set(pool, pool_size);
    wasmtime_pooling_allocation_config_total_memories_set(pool, pool_size);
    wasmtime_pooling_allocation_config_total_tables_set(pool, pool_size);
    wasmtime_pooling_allocation_config_total_stacks_set(pool, pool_size);
    wasmtime_pooling_allocation_config_max_memories_per_module_set(pool, 1);
    wasmtime_pooling_allocation_config_max_tables_per_module_set(pool, 1);
    wasmtime_pooling_allocation_config_table_elements_set(pool, config.max_table_elements);
    wasmtime_pooling_allocation_config_max_memory_size_set(pool, config.max_memory_bytes);
    wasmtime_pooling_allocation_config_linear_memory_keep_resident_set(pool, kKeptMemory);
    wasmtime_pooling_allocation_config_table_keep_resident_set(pool, kKeptTable);
    fvm_pool_scan_written_pages(pool);
    wasmtime_pooling_allocation_strategy_set(c, pool);
    wasmtime_pooling_allocation_config_delete(pool);
  }
  return EnginePtr(wasm_engine_new_with_config(c));
}

FuncTypePtr func_type(const std::vector<wasm_valkind_t>& params, std::optional<wasm_valkind_t> result) {
  std::vector<wasm_valtype_t*> types;
  for (const auto kind : params) types.push_back(wasm_valtype_new(kind));
  wasm_valtype_vec_t params_vec, results_vec;
  wasm_valtype_vec_new(&params_vec, types.size(), types.data());
  if (result) {
    wasm_valtype_t* type = wasm_valtype_new(*result);
    wasm_valtype_vec_new(&results_vec, 1, &type);
  } else {
    wasm_valtype_vec_new_empty(&results_vec);
  }
  return FuncTypePtr(wasm_functype_new(&params_vec, &results_vec));
}

// Defining a function of ours cannot fail but by a mistake of ours.
void must(wasmtime_error_t* error) {
  if (!error) return;
  ErrorPtr owned(error);
  std::fprintf(stderr, "fvm: %s\n", message_of(error).c_str());
  std::abort();
}

std::string counter_name(const fvm_module_facts_t& facts) {
  return "fvm:gas" + std::string(facts.counter_name_quotes, '\'');
}

bool same(const fvm_instrument_config_t& a, const fvm_instrument_config_t& b) {
  return a.legacy == b.legacy && a.stack_limit == b.stack_limit && a.instruction == b.instruction &&
         a.memory_grow_per_page == b.memory_grow_per_page && a.memory_per_byte == b.memory_per_byte &&
         a.table_per_element == b.table_per_element && a.max_memory_bytes == b.max_memory_bytes &&
         a.max_table_elements == b.max_table_elements;
}

}  // namespace

Engine::Engine(const fvm_instrument_config_t& config) : config_(config) {
  // Without limits on memory and tables a pool cannot be sized.
  const bool poolable = config.max_memory_bytes > 0;
  // Less than `ulimit -v` or a container allows: a call stack must never run out of addresses.
  const bool roomy = address_space_has((poolable ? kPool : 0) + kOnDemandStack);
  pool_size_ = roomy && poolable ? kPoolSize : 0;
  if (pool_size_ > 0) engines_[0] = make_engine(config, pool_size_, roomy);
  engines_[1] = make_engine(config, 0, roomy);
}

Engine* Engine::get(const fvm_instrument_config_t& config) {
  // Kept for the life of the process, which other threads may share.
  static auto* mutex = new std::mutex;
  static auto* engines = new std::vector<Engine*>;
  std::lock_guard lock(*mutex);
  for (Engine* engine : *engines) {
    if (same(engine->config_, config)) return engine;
  }
  return engines->emplace_back(new Engine(config));
}

Allocation Engine::take_slot() {
  if (pool_used_.fetch_add(1) < pool_size_) return Allocation::kPooled;
  pool_used_.fetch_sub(1);
  return Allocation::kOnDemand;
}

void Engine::free_slot(Allocation allocation) {
  if (allocation == Allocation::kPooled) pool_used_.fetch_sub(1);
}

bool Engine::has(const Cid& cid) { return find(cid) != nullptr; }

std::shared_ptr<Code> Engine::find(const Cid& cid) {
  std::lock_guard lock(mutex_);
  const auto found = codes_.find(cid);
  return found == codes_.end() ? nullptr : found->second;
}

bool Engine::instrument(ByteSpan wasm, bool reference_form, std::string& out) const {
  fvm_module_facts_t facts;
  fvm_bytes_t bytes;
  const bool ok = fvm_instrument(&config_, wasm.data(), wasm.size(), reference_form, &facts, &bytes);
  out.assign(reinterpret_cast<char*>(bytes.data), bytes.len);
  fvm_bytes_free(bytes);
  return ok;
}

std::shared_ptr<Code> Engine::load(const Cid& cid, ByteSpan wasm, std::string& error) {
  std::lock_guard compiling(compile_mutex_);
  if (auto known = find(cid)) return known;
  auto code = std::make_shared<Code>();
  fvm_bytes_t bytes;
  const bool ok = fvm_instrument(&config_, wasm.data(), wasm.size(), false, &code->facts, &bytes);
  if (!ok) {
    error.assign(reinterpret_cast<char*>(bytes.data), bytes.len);
    fvm_bytes_free(bytes);
    return nullptr;
  }
  code->counter_name = counter_name(code->facts);
  wasmtime_module_t* module = nullptr;
  ErrorPtr failed(wasmtime_module_new(this->wasm(preferred()), bytes.data, bytes.len, &module));
  fvm_bytes_free(bytes);
  if (failed) {
    error = message_of(failed.get());
    return nullptr;
  }
  code->modules[static_cast<size_t>(preferred())].reset(module);
  return keep(cid, std::move(code));
}

// Code is never dropped: what is linked refers to it, and the actors of a network are few.
std::shared_ptr<Code> Engine::keep(const Cid& cid, std::shared_ptr<Code> code) {
  std::lock_guard lock(mutex_);
  return codes_.emplace(cid, std::move(code)).first->second;
}

namespace {

// An artifact: this header, then Wasmtime's serialised module.
struct ArtifactHeader {
  uint8_t digest[32];  // blake2b-256 of all that follows
  uint8_t fingerprint[32];
  fvm_instrument_config_t config;
  fvm_module_facts_t facts;
};
constexpr size_t kDigestedFrom = offsetof(ArtifactHeader, fingerprint);

}  // namespace

bool Engine::artifact(const Cid& cid, std::vector<uint8_t>& out) {
  const auto code = find(cid);
  if (!code) return false;
  wasm_byte_vec_t module;
  ErrorPtr error(wasmtime_module_serialize(code->modules[static_cast<size_t>(preferred())].get(), &module));
  if (error) return false;
  out.assign(sizeof(ArtifactHeader) + module.size, 0);
  std::memcpy(out.data() + sizeof(ArtifactHeader), module.data, module.size);
  wasm_byte_vec_delete(&module);
  ArtifactHeader header;
  std::memset(&header, 0, sizeof header);
  fvm_instrument_fingerprint(header.fingerprint);
  header.config = config_;
  header.facts = code->facts;
  std::memcpy(out.data(), &header, sizeof header);
  fvm_blake2b(out.data() + kDigestedFrom, out.size() - kDigestedFrom, out.data() + offsetof(ArtifactHeader, digest),
              sizeof header.digest);
  return true;
}

bool Engine::restore(const Cid& cid, ByteSpan artifact) {
  ArtifactHeader header;
  if (artifact.size() < sizeof header) return false;
  std::memcpy(&header, artifact.data(), sizeof header);
  uint8_t digest[32];
  uint8_t fingerprint[32];
  fvm_instrument_fingerprint(fingerprint);
  fvm_blake2b(artifact.data() + kDigestedFrom, artifact.size() - kDigestedFrom, digest, sizeof digest);
  // Wasmtime itself checks its version and the CPU.
  if (std::memcmp(header.digest, digest, sizeof digest) != 0 ||
      std::memcmp(header.fingerprint, fingerprint, sizeof fingerprint) != 0 || !same(header.config, config_)) {
    return false;
  }
  const ByteSpan compiled = artifact.subspan(sizeof header);
  wasmtime_module_t* module = nullptr;
  ErrorPtr error(wasmtime_module_deserialize(wasm(preferred()), compiled.data(), compiled.size(), &module));
  if (error) return false;
  auto code = std::make_shared<Code>();
  code->facts = header.facts;
  code->counter_name = counter_name(header.facts);
  code->modules[static_cast<size_t>(preferred())].reset(module);
  keep(cid, std::move(code));
  return true;
}

wasmtime_module_t* Engine::module(Code& code, Allocation allocation) {
  auto& wanted = code.modules[static_cast<size_t>(allocation)];
  std::lock_guard lock(mutex_);
  if (!wanted) {
    // Both engines compile alike, so what one compiled the other can load.
    wasm_byte_vec_t compiled;
    must(wasmtime_module_serialize(code.modules[static_cast<size_t>(Allocation::kPooled)].get(), &compiled));
    wasmtime_module_t* module = nullptr;
    must(wasmtime_module_deserialize(wasm(allocation), reinterpret_cast<uint8_t*>(compiled.data), compiled.size,
                                     &module));
    wasm_byte_vec_delete(&compiled);
    wanted.reset(module);
  }
  return wanted.get();
}

Linkage& Engine::linkage(std::vector<Syscall> syscalls, const std::string& fingerprint) {
  std::lock_guard lock(mutex_);
  auto& linkage = linkages_[fingerprint];
  if (!linkage) linkage = std::make_unique<Linkage>(*this, std::move(syscalls));
  return *linkage;
}

Linkage::Linkage(Engine& engine, std::vector<Syscall> syscalls) : engine_(engine), syscalls_(std::move(syscalls)) {
  for (size_t i = 0; i < kAllocations; i++) {
    if (!engine.wasm(static_cast<Allocation>(i))) continue;
    linkers_[i].reset(wasmtime_linker_new(engine.wasm(static_cast<Allocation>(i))));
    wasmtime_linker_t* linker = linkers_[i].get();
    // See native/vendor/src/inline/syscalls.rs.
    for (Syscall& syscall : syscalls_) {
      auto params = syscall.wasm_params();
      params.push_back(WASM_I64);
      const auto type = func_type(params, WASM_I64);
      const std::string module = "fvm:" + syscall.module;
      const std::string& name = syscall.name;
      must(wasmtime_linker_define_func_unchecked(linker, module.data(), module.size(), name.data(), name.size(),
                                                 type.get(), &Frame::on_syscall, &syscall, nullptr));
    }
    if (!fvm_linker_define_suspend(linker, &Frame::on_suspend)) std::abort();
    // See native/vendor/src/inline.rs.
    const auto none = func_type({}, std::nullopt);
    const auto i32_to_i32 = func_type({WASM_I32}, WASM_I32);
    const auto define = [&](std::string_view name, wasmtime_func_unchecked_callback_t callback) {
      must(wasmtime_linker_define_func_unchecked(linker, "fvm", 3, name.data(), name.size(), i32_to_i32.get(),
                                                 callback, nullptr, nullptr));
    };
    define("may_grow_memory", &Frame::on_may_grow_memory);
    define("may_grow_table", &Frame::on_may_grow_table);
    must(wasmtime_linker_define_async_func(linker, "fvm", 3, "refill", 6, none.get(), &Frame::on_refill, nullptr,
                                           nullptr));
  }
}

const Linked& Linkage::link(Code& code, Allocation allocation) {
  const auto index = static_cast<size_t>(allocation);
  wasmtime_module_t* module = engine_.module(code, allocation);
  std::lock_guard lock(mutex_);
  auto [entry, fresh] = linked_[index].try_emplace(&code);
  if (fresh) {
    wasmtime_instance_pre_t* pre = nullptr;
    ErrorPtr error(wasmtime_linker_instantiate_pre(linkers_[index].get(), module, &pre));
    if (error) {
      entry->second.error = message_of(error.get());
    } else {
      entry->second.pre.reset(pre);
      entry->second.exports.reset(fvm_exports_find(module, code.counter_name.data(), code.counter_name.size()));
    }
  }
  return entry->second;
}

}  // namespace fvm
