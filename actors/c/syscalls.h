/** Syscalls of the FVM from network version 21 on, as C declares imports. Each answers an error number, 0 = success. */
#pragma once

#include <stdint.h>

#define SYSCALL(module, name) __attribute__((import_module(#module), import_name(#name))) extern uint32_t

enum fvm_error {
  FVM_ILLEGAL_ARGUMENT = 1,
  FVM_ILLEGAL_OPERATION = 2,
  FVM_LIMIT_EXCEEDED = 3,
  FVM_ASSERTION_FAILED = 4,
  FVM_INSUFFICIENT_FUNDS = 5,
  FVM_NOT_FOUND = 6,
  FVM_INVALID_HANDLE = 7,
  FVM_ILLEGAL_CID = 8,
  FVM_ILLEGAL_CODEC = 9,
  FVM_SERIALIZATION = 10,
  FVM_FORBIDDEN = 11,
  FVM_BUFFER_TOO_SMALL = 12,
  FVM_READ_ONLY = 13,
};

/** Codecs of blocks; codes of hashes. */
#define FVM_RAW 0x55
#define FVM_CBOR 0x51
#define FVM_DAG_CBOR 0x71
#define FVM_SHA2_256 0x12
#define FVM_BLAKE2B_256 0xb220

/** Bytes that the longest CID takes. */
#define FVM_MAX_CID 100

/** attoFIL. */
struct fvm_token {
  uint64_t low, high;
};

struct fvm_message_context {
  uint64_t origin, nonce, caller, receiver, method;
  struct fvm_token value, gas_premium;
  uint64_t flags;
};

struct fvm_network_context {
  int64_t epoch;
  uint64_t timestamp;
  struct fvm_token base_fee;
  uint64_t chain_id;
  uint32_t network_version;
};

struct fvm_opened {
  uint64_t codec;
  uint32_t handle, size;
};

struct fvm_stat {
  uint64_t codec;
  uint32_t size;
};

struct __attribute__((packed)) fvm_sent {
  uint32_t exit_code, handle;
  uint64_t codec;
  uint32_t size;
};

SYSCALL(vm, exit) vm_exit(uint32_t code, uint32_t handle, const void *text, uint32_t length);
SYSCALL(vm, message_context) vm_message_context(struct fvm_message_context *);
SYSCALL(network, context) network_context(struct fvm_network_context *);
SYSCALL(network, tipset_cid) network_tipset_cid(uint32_t *used, uint64_t epoch, void *out, uint32_t room);
SYSCALL(network, total_fil_circ_supply) network_supply(struct fvm_token *);
SYSCALL(gas, available) gas_available(uint64_t *);
SYSCALL(gas, charge) gas_charge(const void *name, uint32_t length, uint64_t gas);
SYSCALL(ipld, block_open) ipld_open(struct fvm_opened *, const void *cid);
SYSCALL(ipld, block_create)
ipld_create(uint32_t *handle, uint64_t codec, const void *data, uint32_t length);
SYSCALL(ipld, block_read)
ipld_read(int32_t *rest, uint32_t handle, uint32_t offset, void *out, uint32_t room);
SYSCALL(ipld, block_stat) ipld_stat(struct fvm_stat *, uint32_t handle);
SYSCALL(ipld, block_link)
ipld_link(uint32_t *used, uint32_t handle, uint64_t hash, uint32_t size, void *out, uint32_t room);
SYSCALL(self, root) self_root(uint32_t *used, void *out, uint32_t room);
SYSCALL(self, set_root) self_set_root(const void *cid);
SYSCALL(self, current_balance) self_balance(struct fvm_token *);
SYSCALL(self, self_destruct) self_destruct(uint32_t burn);
SYSCALL(actor, resolve_address) actor_resolve(uint64_t *id, const void *address, uint32_t length);
SYSCALL(actor, balance_of) actor_balance(struct fvm_token *, uint64_t id);
SYSCALL(actor, get_actor_code_cid) actor_code(uint32_t *used, uint64_t id, void *out, uint32_t room);
SYSCALL(actor, lookup_delegated_address)
actor_address(uint32_t *used, uint64_t id, void *out, uint32_t room);
SYSCALL(actor, get_builtin_actor_type) actor_type(uint32_t *type, const void *code);
SYSCALL(actor, get_code_cid_for_type)
actor_code_of_type(uint32_t *used, uint32_t type, void *out, uint32_t room);
SYSCALL(actor, next_actor_address) actor_next_address(uint32_t *used, void *out, uint32_t room);
SYSCALL(actor, create_actor)
actor_create(uint64_t id, const void *code, const void *delegated, uint32_t length);
SYSCALL(crypto, hash)
crypto_hash(uint32_t *used, uint64_t code, const void *data, uint32_t length, void *out, uint32_t room);
SYSCALL(crypto, verify_signature)
crypto_verify(
    int32_t *valid,
    uint32_t type,
    const void *signature,
    uint32_t signature_length,
    const void *address,
    uint32_t address_length,
    const void *text,
    uint32_t text_length
);
SYSCALL(crypto, recover_secp_public_key)
crypto_recover(void *key, const void *hash, const void *signature);
SYSCALL(rand, get_chain_randomness) rand_chain(void *out, int64_t epoch);
SYSCALL(rand, get_beacon_randomness) rand_beacon(void *out, int64_t epoch);
SYSCALL(event, emit_event)
event_emit(
    const void *entries,
    uint32_t count,
    const void *keys,
    uint32_t keys_length,
    const void *values,
    uint32_t values_length
);
SYSCALL(send, send)
send_send(
    struct fvm_sent *,
    const void *to,
    uint32_t length,
    uint64_t method,
    uint32_t params,
    uint64_t value_high,
    uint64_t value_low,
    uint64_t gas_limit,
    uint64_t flags
);
SYSCALL(debug, enabled) debug_enabled(int32_t *);
SYSCALL(debug, log) debug_log(const void *text, uint32_t length);
