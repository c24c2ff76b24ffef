// The natively answered syscalls, one file per family.
#pragma once

#include <tuple>

#include "native_stack.h"

namespace fvm {

inline void write_u32(uint8_t* out, uint32_t value) { std::memcpy(out, &value, sizeof value); }
inline void write_u64(uint8_t* out, uint64_t value) { std::memcpy(out, &value, sizeof value); }

SyscallResult ipld_block_open(Frame& frame, const Raw* args, uint8_t* out);
SyscallResult ipld_block_create(Frame& frame, const Raw* args, uint8_t* out);
SyscallResult ipld_block_read(Frame& frame, const Raw* args, uint8_t* out);
SyscallResult ipld_block_stat(Frame& frame, const Raw* args, uint8_t* out);
SyscallResult ipld_block_link(Frame& frame, const Raw* args, uint8_t* out);
// What remains of block_open once the block is there.
SyscallResult finish_open(Frame& frame, const Cid& cid, const BlockPtr& block, uint8_t* out);

SyscallResult crypto_hash(Frame& frame, const Raw* args, uint8_t* out);
SyscallResult crypto_recover_secp_public_key(Frame& frame, const Raw* args, uint8_t* out);
SyscallResult crypto_verify_signature(Frame& frame, const Raw* args, uint8_t* out);
SyscallResult crypto_verify_bls_aggregate(Frame& frame, const Raw* args, uint8_t* out);

SyscallResult self_root(Frame& frame, const Raw* args, uint8_t* out);
SyscallResult self_set_root(Frame& frame, const Raw* args, uint8_t* out);
SyscallResult self_current_balance(Frame& frame, const Raw* args, uint8_t* out);
SyscallResult actor_get_actor_code_cid(Frame& frame, const Raw* args, uint8_t* out);
SyscallResult actor_lookup_delegated_address(Frame& frame, const Raw* args, uint8_t* out);
SyscallResult actor_get_builtin_actor_type(Frame& frame, const Raw* args, uint8_t* out);

SyscallResult gas_charge(Frame& frame, const Raw* args, uint8_t* out);
SyscallResult gas_available(Frame& frame, const Raw* args, uint8_t* out);
SyscallResult vm_exit(Frame& frame, const Raw* args, uint8_t* out);
SyscallResult vm_abort(Frame& frame, const Raw* args, uint8_t* out);
SyscallResult vm_message_context(Frame& frame, const Raw* args, uint8_t* out);
SyscallResult vm_context(Frame& frame, const Raw* args, uint8_t* out);
SyscallResult network_context(Frame& frame, const Raw* args, uint8_t* out);
SyscallResult network_base_fee(Frame& frame, const Raw* args, uint8_t* out);
SyscallResult network_total_fil_circ_supply(Frame& frame, const Raw* args, uint8_t* out);
SyscallResult debug_enabled(Frame& frame, const Raw* args, uint8_t* out);
SyscallResult debug_ignore(Frame& frame, const Raw* args, uint8_t* out);

}  // namespace fvm
