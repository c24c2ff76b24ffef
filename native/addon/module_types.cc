#include "module_types.h"

#include <algorithm>
#include <string_view>

namespace fvm {
namespace {

constexpr std::string_view kOwnModule = "fvm";
constexpr std::string_view kRenamed = "fvm:";

struct ExportList {
  explicit ExportList(const wasmtime_module_t* module) { wasmtime_module_exports(module, &types); }
  ~ExportList() { wasm_exporttype_vec_delete(&types); }
  ExportList(const ExportList&) = delete;

  wasm_exporttype_vec_t types;
};

class ImportList {
 public:
  explicit ImportList(const wasmtime_module_t* module) { wasmtime_module_imports(module, &types_); }
  ~ImportList() { wasm_importtype_vec_delete(&types_); }
  ImportList(const ImportList&) = delete;
  std::span<wasm_importtype_t*> all() const { return {types_.data, types_.size}; }

 private:
  wasm_importtype_vec_t types_;
};

std::string_view view(const wasm_name_t* name) { return {name->data, name->size}; }

std::vector<wasm_valkind_t> kinds(const wasm_valtype_vec_t* types) {
  std::vector<wasm_valkind_t> kinds;
  for (size_t i = 0; i < types->size; i++) kinds.push_back(wasm_valtype_kind(types->data[i]));
  return kinds;
}

struct Signature {
  std::vector<wasm_valkind_t> params;
  std::vector<wasm_valkind_t> results;

  static Signature of(const wasm_functype_t* type) {
    return {kinds(wasm_functype_params(type)), kinds(wasm_functype_results(type))};
  }
  bool operator==(const Signature&) const = default;
};

struct Import {
  std::string module;
  std::string name;
  wasm_externkind_t kind;
  Signature signature;  // of a function

  std::string text() const { return "`" + module + "::" + name + "`"; }
};

Import read(const wasm_importtype_t* type, bool inlined) {
  const wasm_externtype_t* item = wasm_importtype_type(type);
  Import import{std::string(view(wasm_importtype_module(type))), std::string(view(wasm_importtype_name(type))),
                wasm_externtype_kind(item), {}};
  if (import.kind != WASM_EXTERN_FUNC) return import;
  import.signature = Signature::of(wasm_externtype_as_functype_const(item));
  if (inlined && import.module.starts_with(kRenamed)) {
    import.module.erase(0, kRenamed.size());
    import.signature.params.pop_back();  // the gas counter, which comes back in the result
    import.signature.results = {WASM_I32};
  }
  return import;
}

std::string_view type_text(wasm_valkind_t kind) {
  switch (kind) {
    case WASM_I32:
      return " i32";
    case WASM_I64:
      return " i64";
    case WASM_F32:
      return " f32";
    case WASM_F64:
      return " f64";
    case WASM_FUNCREF:
      return " (ref null func)";
    default:
      return " (ref null extern)";
  }
}

std::string text_of(const Signature& signature) {
  std::string text = "(func";
  const auto append = [&](const char* what, const std::vector<wasm_valkind_t>& kinds) {
    if (kinds.empty()) return;
    text += what;
    for (const wasm_valkind_t kind : kinds) text += type_text(kind);
    text += ")";
  };
  append(" (param", signature.params);
  append(" (result", signature.results);
  return text + ")";
}

std::string_view item_text(wasm_externkind_t kind) {
  return kind == WASM_EXTERN_GLOBAL ? "global" : kind == WASM_EXTERN_TABLE ? "table" : "memory";
}

}  // namespace

std::string link_fault(const wasmtime_module_t* module, bool inlined, const std::vector<Syscall>& syscalls) {
  std::vector<Import> imports;
  const ImportList list(module);
  for (const wasm_importtype_t* type : list.all()) {
    Import import = read(type, inlined);
    const bool added =
        inlined ? import.module == kOwnModule : import.module == "gas" && import.name == "gas_counter";
    if (!added) imports.push_back(std::move(import));
  }
  const auto syscall = [&](const Import& import) {
    return std::find_if(syscalls.begin(), syscalls.end(), [&](const Syscall& known) {
      return known.module == import.module && known.name == import.name;
    });
  };
  for (const Import& import : imports) {
    if (syscall(import) == syscalls.end()) return "unknown import: " + import.text() + " has not been defined";
  }
  for (const Import& import : imports) {
    const std::string fault = "incompatible import type for " + import.text() + ": ";
    if (import.kind != WASM_EXTERN_FUNC) {
      return fault + "expected " + std::string(item_text(import.kind)) + ", but found function";
    }
    const Signature defined{syscall(import)->wasm_params(), {WASM_I32}};
    if (import.signature != defined) {
      return fault + "types incompatible: expected type `" + text_of(import.signature) + "`, found type `" +
             text_of(defined) + "`";
    }
  }
  return "the gas counter has another type";
}

std::string invoke_fault(const wasmtime_module_t* module, bool looked_up) {
  const ExportList list(module);
  Signature invoke;
  for (size_t i = 0; i < list.types.size; i++) {
    const wasm_exporttype_t* type = list.types.data[i];
    const wasm_functype_t* function = wasm_externtype_as_functype_const(wasm_exporttype_type(type));
    if (function && view(wasm_exporttype_name(type)) == "invoke") invoke = Signature::of(function);
  }
  const auto& [params, results] = invoke;
  const auto mismatch = [](wasm_valkind_t expected, wasm_valkind_t found) {
    return ": type mismatch: expected" + std::string(type_text(expected)) + ", found" + std::string(type_text(found));
  };
  if (looked_up) {
    const std::string fault = "failed to convert function `invoke` to given type: type mismatch with ";
    const auto count = [&](size_t found) { return ": expected 1 types, found " + std::to_string(found); };
    if (params.size() != 1) return fault + "parameters" + count(params.size());
    if (params[0] != WASM_I32) return fault + "parameters" + mismatch(params[0], WASM_I32);
    if (results.size() != 1) return fault + "results" + count(results.size());
    return fault + "results" + mismatch(WASM_I32, results[0]);
  }
  if (params.size() != 1) return "expected " + std::to_string(params.size()) + " arguments, got 1";
  if (results.size() != 1) return "expected " + std::to_string(results.size()) + " results, got 1";
  if (params[0] != WASM_I32) return "argument type mismatch" + mismatch(params[0], WASM_I32);
  return "`invoke` does not return an i32";
}

}  // namespace fvm
