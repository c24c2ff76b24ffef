/**
 * Functions of the Filecoin VM for eBPF programs. Numbers and meaning of helpers never change.
 *
 * Methods are global functions whose names begin with a capital letter:
 *
 *     int Increment(const void *params, fvm_u64 length);
 *
 * They answer an exit code: 0, or one from 16 on, after which nothing has changed. `Constructor` is called when the
 * contract is created. What other methods change stays if they answer 0.
 *
 * Helpers answer numbers below zero for errors of the VM: the error's number, negated. Those that give data of any
 * length write as much of it as there is room for, and answer the length of all of it. A pointer to memory that is
 * not the program's ends the call with exit code 24.
 */
#ifndef FVM_BPF_H
#define FVM_BPF_H

typedef unsigned char fvm_u8;
typedef unsigned int fvm_u32;
typedef unsigned long fvm_u64;
typedef long fvm_i64;

/** Answers of helpers, negated. */
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

/** Exit codes as builtin actors use them. */
enum fvm_exit {
  FVM_OK = 0,
  FVM_EXIT_ILLEGAL_ARGUMENT = 16,
  FVM_EXIT_NOT_FOUND = 17,
  FVM_EXIT_FORBIDDEN = 18,
  FVM_EXIT_INSUFFICIENT_FUNDS = 19,
  FVM_EXIT_ILLEGAL_STATE = 20,
  FVM_EXIT_SERIALIZATION = 21,
  FVM_EXIT_UNHANDLED_MESSAGE = 22,
  FVM_EXIT_UNSPECIFIED = 23,
};

/** attoFIL: 128 bits. */
struct fvm_token {
  fvm_u64 low, high;
};

struct fvm_message {
  /** IDs of actors. */
  fvm_u64 origin, nonce, caller, receiver, method;
  struct fvm_token value, gas_premium;
  /** 1: nothing may be changed. */
  fvm_u64 flags;
};

struct fvm_network {
  fvm_i64 epoch;
  /** Seconds since 1970. */
  fvm_u64 timestamp;
  struct fvm_token base_fee;
  fvm_u64 chain_id;
  fvm_u32 network_version, unused;
};

#define FVM_SEND_READ_ONLY 1

/** A call of another actor. What is zero stays out: no parameters, no value, all gas. */
struct fvm_call {
  /** Address in bytes. */
  const void *to;
  fvm_u64 to_length;
  fvm_u64 method;
  /** CBOR. */
  const void *params;
  fvm_u64 params_length;
  struct fvm_token value;
  fvm_u64 gas_limit;
  fvm_u64 flags;
  /** Room for what it returns. */
  void *out;
  fvm_u64 room;
  /** Set by the answer: exit code, block of what it returned (0: none), length of that. */
  fvm_u32 exit_code, block;
  fvm_u64 length;
};

#define FVM_INDEX_KEY 1
#define FVM_INDEX_VALUE 2

/** An entry of an event. `codec`: 0x55 for plain bytes, 0x51 for CBOR. */
struct fvm_entry {
  fvm_u64 flags, codec;
  const char *key;
  fvm_u64 key_length;
  const void *value;
  fvm_u64 value_length;
};

/** `type`: 1 secp256k1, 2 BLS, 3 delegated. `address`: of the signer, in bytes. */
struct fvm_signature {
  fvm_u64 type;
  const void *signature;
  fvm_u64 signature_length;
  const void *address;
  fvm_u64 address_length;
  const void *text;
  fvm_u64 text_length;
};

struct fvm_block {
  fvm_u64 codec;
  fvm_u32 block, size;
};

#define FVM_HELPER(number, type, name, ...) static type (*const name)(__VA_ARGS__) = (type(*)(__VA_ARGS__))number

/** The message that is executed; the network. */
FVM_HELPER(1, fvm_i64, fvm_message, struct fvm_message *out);
FVM_HELPER(2, fvm_i64, fvm_network, struct fvm_network *out);
/** The method's return value, CBOR. The last one counts. */
FVM_HELPER(3, fvm_i64, fvm_return, const void *data, fvm_u64 length);
/** Ends the call with an exit code from 16 on. Does not come back. */
FVM_HELPER(4, fvm_i64, fvm_fail, fvm_u32 exit_code, const char *text, fvm_u64 length);
/** Gas that is left. */
FVM_HELPER(5, fvm_u64, fvm_gas, void);
/** Debug output, on networks that show it. */
FVM_HELPER(6, fvm_i64, fvm_log, const char *text, fvm_u64 length);
/** The contract's state, one item of CBOR; 0: there is none yet. */
FVM_HELPER(7, fvm_i64, fvm_state_get, void *out, fvm_u64 room);
FVM_HELPER(8, fvm_i64, fvm_state_set, const void *item, fvm_u64 length);
/** A map of the contract's, by its name: a HAMT of items of CBOR. The number is good for this call. */
FVM_HELPER(9, fvm_u64, fvm_map, const char *name, fvm_u64 length);
/** -FVM_NOT_FOUND: it has no such key. */
FVM_HELPER(10, fvm_i64, fvm_map_get, fvm_u64 map, const void *key, fvm_u64 length, void *out, fvm_u64 room);
FVM_HELPER(
    11, fvm_i64, fvm_map_set, fvm_u64 map, const void *key, fvm_u64 length, const void *item, fvm_u64 item_length
);
/** 1: there was one. */
FVM_HELPER(12, fvm_i64, fvm_map_delete, fvm_u64 map, const void *key, fvm_u64 length);
/** Calls another actor; its exit code. Changes of the state so far are what it sees if it calls back. */
FVM_HELPER(13, fvm_i64, fvm_send, struct fvm_call *call);
FVM_HELPER(14, fvm_i64, fvm_emit, const struct fvm_entry *entries, fvm_u64 count);
/** attoFIL that the contract has; that another actor has. */
FVM_HELPER(15, fvm_i64, fvm_balance, struct fvm_token *out);
FVM_HELPER(16, fvm_i64, fvm_balance_of, fvm_u64 actor, struct fvm_token *out);
/** ID of the actor at an address. */
FVM_HELPER(17, fvm_i64, fvm_resolve, const void *address, fvm_u64 length, fvm_u64 *out);
/** An actor's f4 address; the CID of its code. */
FVM_HELPER(18, fvm_i64, fvm_address_of, fvm_u64 actor, void *out, fvm_u64 room);
FVM_HELPER(19, fvm_i64, fvm_code_of, fvm_u64 actor, void *out, fvm_u64 room);
/** Number of the builtin actor that has this code, 0 for none; the code of a builtin actor. */
FVM_HELPER(20, fvm_i64, fvm_type_of, const void *code, fvm_u64 length);
FVM_HELPER(21, fvm_i64, fvm_code_of_type, fvm_u64 type, void *out, fvm_u64 room);
/** Digest by the code of multihash: 0x12 SHA-256, 0xb220 BLAKE2b-256, 0x1b Keccak-256. */
FVM_HELPER(22, fvm_i64, fvm_hash, fvm_u64 code, const void *data, fvm_u64 length, void *out, fvm_u64 room);
/** 0: the signature is good; 1: it is not. */
FVM_HELPER(23, fvm_i64, fvm_verify, const struct fvm_signature *signature);
/** Public key, 65 bytes, from a hash of 32 bytes and a secp256k1 signature of 65. */
FVM_HELPER(24, fvm_i64, fvm_recover, const void *hash, const void *signature, void *out);
/** 32 bytes. */
FVM_HELPER(25, fvm_i64, fvm_chain_randomness, fvm_i64 epoch, void *out);
FVM_HELPER(26, fvm_i64, fvm_beacon_randomness, fvm_i64 epoch, void *out);
/** CID of the tipset at an epoch. */
FVM_HELPER(27, fvm_i64, fvm_tipset, fvm_i64 epoch, void *out, fvm_u64 room);
/** attoFIL in circulation. */
FVM_HELPER(28, fvm_i64, fvm_supply, struct fvm_token *out);
/** Uses up gas. */
FVM_HELPER(29, fvm_i64, fvm_charge, const char *name, fvm_u64 length, fvm_u64 gas);
/** Blocks: opens the one of a CID, makes one (its number), reads from an offset (bytes read), makes its CID. */
FVM_HELPER(30, fvm_i64, fvm_block_open, const void *cid, fvm_u64 length, struct fvm_block *out);
FVM_HELPER(31, fvm_i64, fvm_block_create, fvm_u64 codec, const void *data, fvm_u64 length);
FVM_HELPER(32, fvm_i64, fvm_block_read, fvm_u64 block, fvm_u64 offset, void *out, fvm_u64 length);
FVM_HELPER(33, fvm_i64, fvm_block_link, fvm_u64 block, fvm_u64 hash, void *out, fvm_u64 room);
/** Deletes the contract; `burn` 1: with what it still has. */
FVM_HELPER(34, fvm_i64, fvm_self_destruct, fvm_u64 burn);
/** As C's memmove, memset and memcmp, at a fraction of the gas of loops. */
FVM_HELPER(35, void *, fvm_copy, void *to, const void *from, fvm_u64 length);
FVM_HELPER(36, void *, fvm_fill, void *at, int byte, fvm_u64 length);
FVM_HELPER(37, fvm_i64, fvm_compare, const void *a, const void *b, fvm_u64 length);

/** Ends the call with a text. */
#define FVM_FAIL(exit_code, text) fvm_fail(exit_code, text, sizeof(text) - 1)
/** A map by a name that is written out. */
#define FVM_MAP(name) fvm_map(name, sizeof(name) - 1)

#endif
