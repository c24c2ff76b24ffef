#include "engine.h"

#include <cstdio>
#include <cstdlib>
#include <optional>

#include "frame.h"
#include "module_types.h"

namespace fvm {
namespace {

// As the reference has it; actors run into the instrumented stack limit long before.
constexpr size_t kMaxWasmStack = size_t{4} << 20;
// Host functions run on the same fiber: pairings and key recovery need room of their own.
constexpr size_t kFiberStack = kMaxWasmStack + (size_t{1} << 20);

EnginePtr make_engine(bool roomy) {
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
  wasmtime_config_wasm_custom_page_sizes_set(c, false);
  wasmtime_config_wasm_stack_switching_set(c, false);
  wasmtime_config_cranelift_nan_canonicalization_set(c, true);
  wasmtime_config_max_wasm_stack_set(c, kMaxWasmStack);
  // What they cannot observe is set for speed.
  wasmtime_config_wasm_branch_hinting_set(c, true);   // those of native/vendor/src/inline.rs
  wasmtime_config_wasm_wide_arithmetic_set(c, true);  // those of native/vendor/src/inline/wide.rs
  wasmtime_config_cranelift_opt_level_set(c, WASMTIME_OPT_LEVEL_SPEED);
  wasmtime_config_native_unwind_info_set(c, false);
  fvm_config_no_backtraces(c);
  wasmtime_config_async_stack_size_set(c, kFiberStack);
  fvm_config_own_memories(c, roomy);
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
         a.max_table_elements == b.max_table_elements && a.stops_exactly == b.stops_exactly;
}

}  // namespace

// A call stack must never run out of addresses, of which `ulimit -v` or a container may leave few.
Engine::Engine(const fvm_instrument_config_t& config)
    : config_(config), roomy_(fvm_memory_can_reserve()), engine_(make_engine(roomy_)) {}

namespace {

// Kept for the life of the process, which other threads may share.
struct Engines {
  std::mutex mutex;
  std::vector<Engine*> all;
  static Engines& shared() {
    static auto* engines = new Engines;
    return *engines;
  }
};

}  // namespace

Engine* Engine::get(const fvm_instrument_config_t& config) {
  Engines& engines = Engines::shared();
  std::lock_guard lock(engines.mutex);
  for (Engine* engine : engines.all) {
    if (same(engine->config_, config)) return engine;
  }
  return engines.all.emplace_back(new Engine(config));
}

size_t Engine::all_code_bytes() {
  Engines& engines = Engines::shared();
  std::lock_guard lock(engines.mutex);
  size_t bytes = 0;
  for (Engine* engine : engines.all) bytes += engine->code_bytes();
  return bytes;
}

size_t Engine::code_bytes() {
  std::lock_guard lock(mutex_);
  size_t bytes = 0;
  for (const auto& [_, code] : codes_) {
    void *start, *end;
    wasmtime_module_image_range(code->module.get(), &start, &end);
    size_t offset, image;
    fvm_image_data(code->image.get(), &offset, &image);
    bytes += static_cast<size_t>(static_cast<char*>(end) - static_cast<char*>(start)) + image;
  }
  return bytes;
}

bool Engine::has(const Cid& cid) { return find(cid) != nullptr; }

std::shared_ptr<Code> Engine::find(const Cid& cid) {
  std::lock_guard lock(mutex_);
  const auto found = codes_.find(cid);
  return found == codes_.end() ? nullptr : found->second;
}

bool Engine::instrument(ByteSpan wasm, bool reference_form, std::string& out) const {
  fvm_module_facts_t facts;
  fvm_bytes_t bytes, image;
  const bool ok = fvm_instrument(&config_, wasm.data(), wasm.size(), reference_form, &facts, &bytes, &image);
  const Bytes owned(bytes), unused(image);
  out.assign(owned.text());
  return ok;
}

std::shared_ptr<Code> Engine::load(const Cid& cid, ByteSpan wasm, std::string& error) {
  std::lock_guard compiling(compile_mutex_);
  if (auto known = find(cid)) return known;
  fvm_module_facts_t facts;
  fvm_bytes_t bytes, image;
  const bool ok = fvm_instrument(&config_, wasm.data(), wasm.size(), false, &facts, &bytes, &image);
  const Bytes instrumented(bytes), data(image);
  if (!ok) {
    error = instrumented.text();
    return nullptr;
  }
  wasmtime_module_t* module = nullptr;
  ErrorPtr failed(wasmtime_module_new(engine_.get(), instrumented.span().data(), instrumented.span().size(), &module));
  if (failed) {
    error = message_of(failed.get());
    return nullptr;
  }
  return keep(cid, facts, ModulePtr(module), data.span(), error);
}

// Code is never dropped: what is linked refers to it, and the actors of a network are few.
std::shared_ptr<Code> Engine::keep(const Cid& cid, const fvm_module_facts_t& facts, ModulePtr module, ByteSpan image,
                                   std::string& error) {
  auto code = std::make_shared<Code>();
  code->cid = cid;
  code->facts = facts;
  code->counter_name = counter_name(facts);
  code->module = std::move(module);
  code->image.reset(fvm_image_new(facts.memory_min_bytes, facts.memory_max_pages * kWasmPage, roomy_,
                                  facts.image_offset, image.data(), image.size()));
  if (!code->image) {
    error = "no memory for the module's data";
    return nullptr;
  }
  std::lock_guard lock(mutex_);
  return codes_.emplace(cid, std::move(code)).first->second;
}

namespace {

// An artifact: this header, the image's data, then Wasmtime's serialised module.
struct ArtifactHeader {
  uint8_t digest[32];  // blake2b-256 of all that follows
  uint8_t fingerprint[32];
  fvm_instrument_config_t config;
  fvm_module_facts_t facts;
  uint64_t image_size;
};
constexpr size_t kDigestedFrom = offsetof(ArtifactHeader, fingerprint);

}  // namespace

bool Engine::artifact(const Cid& cid, std::vector<uint8_t>& out) {
  const auto code = find(cid);
  if (!code) return false;
  wasm_byte_vec_t module;
  ErrorPtr error(wasmtime_module_serialize(code->module.get(), &module));
  if (error) return false;
  size_t image_offset, image_size;
  const uint8_t* image = fvm_image_data(code->image.get(), &image_offset, &image_size);
  out.assign(sizeof(ArtifactHeader), 0);
  out.insert(out.end(), image, image + image_size);
  out.insert(out.end(), module.data, module.data + module.size);
  wasm_byte_vec_delete(&module);
  ArtifactHeader header;
  std::memset(&header, 0, sizeof header);
  fvm_instrument_fingerprint(header.fingerprint);
  header.config = config_;
  header.facts = code->facts;
  header.facts.image_offset = image_offset;
  header.image_size = image_size;
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
  const ByteSpan rest = artifact.subspan(sizeof header);
  if (header.image_size > rest.size()) return false;
  const ByteSpan compiled = rest.subspan(header.image_size);
  wasmtime_module_t* module = nullptr;
  ErrorPtr failed(wasmtime_module_deserialize(engine_.get(), compiled.data(), compiled.size(), &module));
  if (failed) return false;
  std::string error;
  return keep(cid, header.facts, ModulePtr(module), rest.first(header.image_size), error) != nullptr;
}

Linkage& Engine::linkage(std::vector<Syscall> syscalls, const std::string& fingerprint) {
  std::lock_guard lock(mutex_);
  auto& linkage = linkages_[fingerprint];
  if (!linkage) linkage = std::make_unique<Linkage>(*this, std::move(syscalls));
  return *linkage;
}

Linkage::Linkage(Engine& engine, std::vector<Syscall> syscalls) : engine_(engine), syscalls_(std::move(syscalls)) {
  linker_.reset(wasmtime_linker_new(engine.wasm()));
  wasmtime_linker_t* linker = linker_.get();
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

const Linked& Linkage::link(Code& code) {
  std::lock_guard lock(mutex_);
  auto [entry, fresh] = linked_.try_emplace(&code);
  if (fresh) {
    wasmtime_instance_pre_t* pre = nullptr;
    ErrorPtr error(wasmtime_linker_instantiate_pre(linker_.get(), code.module.get(), &pre));
    if (error) {
      entry->second.error = link_fault(code.module.get(), code.facts.inlined, syscalls_);
    } else {
      entry->second.pre.reset(pre);
      const auto& counter = code.counter_name;
      entry->second.exports.reset(fvm_exports_find(code.module.get(), counter.data(), counter.size()));
    }
  }
  return entry->second;
}

}  // namespace fvm
