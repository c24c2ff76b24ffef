#include "syscall.h"

#include <span>
#include <string_view>

#include "syscalls.h"

namespace fvm {
namespace {

struct Entry {
  std::string_view module;
  std::string_view name;
  NativeHandler handler;
};

constexpr Entry kNative[] = {
    {"ipld", "block_open", ipld_block_open},
    {"ipld", "block_create", ipld_block_create},
    {"ipld", "block_read", ipld_block_read},
    {"ipld", "block_stat", ipld_block_stat},
    {"ipld", "block_link", ipld_block_link},
    {"crypto", "hash", crypto_hash},
    {"crypto", "recover_secp_public_key", crypto_recover_secp_public_key},
    {"crypto", "verify_signature", crypto_verify_signature},
    {"crypto", "verify_bls_aggregate", crypto_verify_bls_aggregate},
    {"gas", "charge", gas_charge},
    {"gas", "available", gas_available},
    {"vm", "exit", vm_exit},
    {"vm", "abort", vm_abort},
    {"vm", "message_context", vm_message_context},
    {"vm", "context", vm_context},
    {"network", "context", network_context},
    {"network", "base_fee", network_base_fee},
    {"actor", "get_builtin_actor_type", actor_get_builtin_actor_type},
    {"debug", "enabled", debug_enabled},
    {"debug", "log", debug_ignore},
    {"debug", "store_artifact", debug_ignore},
};

constexpr Entry kLent[] = {
    {"network", "total_fil_circ_supply", network_total_fil_circ_supply},
    {"self", "root", self_root},
    {"self", "set_root", self_set_root},
    {"self", "current_balance", self_current_balance},
    {"actor", "get_actor_code_cid", actor_get_actor_code_cid},
    {"actor", "lookup_delegated_address", actor_lookup_delegated_address},
};

NativeHandler find(std::span<const Entry> entries, std::string_view module, std::string_view name) {
  for (const Entry& entry : entries) {
    if (entry.module == module && entry.name == name) return entry.handler;
  }
  return nullptr;
}

}  // namespace

NativeHandler find_native(const std::string& module, const std::string& name) { return find(kNative, module, name); }
NativeHandler find_lent(const std::string& module, const std::string& name) { return find(kLent, module, name); }

std::vector<wasm_valkind_t> Syscall::wasm_params() const {
  std::vector<wasm_valkind_t> kinds;
  if (has_result_pointer()) kinds.push_back(WASM_I32);
  for (const ParamKind kind : params) {
    kinds.push_back(kind == ParamKind::kU64 ? WASM_I64 : WASM_I32);
    if (has_length(kind)) kinds.push_back(WASM_I32);
  }
  return kinds;
}

}  // namespace fvm
