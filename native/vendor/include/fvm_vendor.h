/* What the vendored Rust library offers beside Wasmtime's own C API (wasmtime.h).
 * Every function is thread safe and never unwinds. */
#ifndef FVM_VENDOR_H
#define FVM_VENDOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes owned by the Rust side; give them back with fvm_bytes_free. */
typedef struct {
  uint8_t *data;
  size_t len;
} fvm_bytes_t;
void fvm_bytes_free(fvm_bytes_t bytes);

/* Gas in milligas. */
typedef struct {
  bool legacy; /* fvm-wasm-instrument 0.2 (network versions up to 17) instead of 0.4 */
  uint32_t stack_limit;
  uint64_t instruction;
  uint32_t memory_grow_per_page;
  uint32_t memory_per_byte;
  uint32_t table_per_element;
  uint64_t max_memory_bytes;   /* 0: no limit */
  uint64_t max_table_elements; /* 0: no limit */
  bool stops_exactly; /* each charge asks whether gas is left, so that code stops where the reference's stops */
} fvm_instrument_config_t;

/* What the host must know of a module before it instantiates it. */
typedef struct {
  bool exports_memory;            /* a memory named `memory` */
  uint64_t memory_min_bytes;      /* of that memory */
  bool exports_table;             /* a table named `table` */
  uint64_t exported_table_min;    /* elements of that table, 0 without */
  uint64_t tables_min;            /* elements of all tables */
  uint64_t table_max;             /* declared maximum of the table, UINT64_MAX without */
  uint64_t memory_max_pages;      /* declared maximum, 65536 without */
  uint8_t invoke;                 /* export `invoke`: 0 no such function, 1 (i32) -> i32, 2 of another type */
  bool has_start;                 /* a start function */
  bool inlined;                   /* the gas counter is a global that the module exports */
  uint32_t counter_name_quotes;   /* ... as `fvm:gas` with so many quotes behind it */
  uint64_t image_offset;          /* where the image's data lies in the memory */
} fvm_module_facts_t;

/* Validates, instruments as the reference does, and (unless `reference_form`) writes the charges inline and
 * takes the memory's data out of the module, into `image`.
 * On failure returns false and puts a text into `out`. */
bool fvm_instrument(const fvm_instrument_config_t *config, const uint8_t *wasm, size_t wasm_len,
                    bool reference_form, fvm_module_facts_t *facts, fvm_bytes_t *out, fvm_bytes_t *image);

/* What a module's memory is at first: `minimum` bytes of at most `maximum`, with data at an offset. Null if
 * the data lies outside or the system refuses. Memories that do not `reserve` addresses to grow into move
 * whenever they grow. */
typedef struct fvm_image fvm_image_t;
fvm_image_t *fvm_image_new(size_t minimum, size_t maximum, bool reserve, size_t offset, const uint8_t *data,
                           size_t len);
const uint8_t *fvm_image_data(const fvm_image_t *image, size_t *offset, size_t *len);
/* After all its memories have been given back. */
void fvm_image_delete(fvm_image_t *image);

/* An instance's memory. Its fields change while Wasm runs. */
typedef struct {
  uint8_t *base;
  size_t size;
  bool refused; /* the system did not let it grow, and the instance has seen that */
} fvm_memory_t;
/* Null if the system refuses. */
fvm_memory_t *fvm_memory_take(const fvm_image_t *image);
/* After the instance is gone. */
void fvm_memory_give(fvm_memory_t *memory);
/* Bytes that are kept for the next instances: written pages of memories, used pages of stacks. */
void fvm_memory_kept(size_t *memories, size_t *stacks);
/* Gives them back to the system. */
void fvm_memory_trim(void);
/* Whether the memories of a call stack find addresses, all of them reserved. */
bool fvm_memory_can_reserve(void);
/* Of an engine whose instances have such memories. */
struct wasm_config_t;
void fvm_config_own_memories(struct wasm_config_t *config, bool reserve);

/* No backtraces of Wasm, and no tables for them. */
void fvm_config_no_backtraces(struct wasm_config_t *config);

/* Defines `fvm.suspend () -> i64` (see src/inline/syscalls.rs), which asks `answer` for its result: 0 if
 * there is none yet, then the fiber is suspended and asked again when it goes on; 1 with a result; 2 if the
 * invocation ends. `data` is the store's. False if it is defined already. */
struct wasmtime_linker;
typedef uint8_t (*fvm_answer_t)(void *data, int64_t *result);
bool fvm_linker_define_suspend(struct wasmtime_linker *linker, fvm_answer_t answer);

/* Where a module has the exports that an invocation needs: the gas counter and `invoke`. Null if it lacks
 * the first. */
typedef struct fvm_exports fvm_exports_t;
struct wasmtime_module;
struct wasmtime_context;
struct wasmtime_instance;
struct wasmtime_instance_pre;
struct wasmtime_global;
struct wasmtime_call_future;
struct wasmtime_error;
struct wasm_trap_t;
fvm_exports_t *fvm_exports_find(const struct wasmtime_module *module, const char *counter, size_t counter_len);
void fvm_exports_delete(fvm_exports_t *exports);
bool fvm_exports_get(const fvm_exports_t *exports, struct wasmtime_context *context,
                     const struct wasmtime_instance *instance, struct wasmtime_global *counter);

/* As wasmtime_instance_pre_instantiate_async, with this memory. What the pointers point to must outlive the
 * future, and the memory the store. */
struct wasmtime_call_future *fvm_instantiate(const struct wasmtime_instance_pre *pre, fvm_memory_t *memory,
                                             struct wasmtime_context *context, struct wasmtime_instance *instance,
                                             struct wasm_trap_t **trap, struct wasmtime_error **error);

/* As wasmtime_func_call_async of `invoke` (i32) -> i32; null if there is none of that type. */
struct wasmtime_call_future *fvm_call_invoke(const fvm_exports_t *exports, fvm_memory_t *memory,
                                             struct wasmtime_context *context,
                                             const struct wasmtime_instance *instance, int32_t params,
                                             int32_t *result, struct wasm_trap_t **trap,
                                             struct wasmtime_error **error);

/* 32 bytes that change with the instrumentation's code and with the version of any crate. */
void fvm_instrument_fingerprint(uint8_t *out);

/* `out` has room for the digest: 32 bytes, 64 for blake2b-512, 20 for ripemd-160. */
void fvm_sha256(const uint8_t *data, size_t len, uint8_t *out);
void fvm_keccak256(const uint8_t *data, size_t len, uint8_t *out);
void fvm_ripemd160(const uint8_t *data, size_t len, uint8_t *out);
void fvm_blake2b(const uint8_t *data, size_t len, uint8_t *out, size_t out_len);

/* blake2b-256 of several inputs, side by side where the processor can: `out` has room for 32 bytes of each. */
typedef struct {
  const uint8_t *data;
  size_t len;
} fvm_hash_input_t;
void fvm_blake2b_256_many(const fvm_hash_input_t *inputs, size_t count, uint8_t *out);

/* The uncompressed key that signed a 32 byte digest: r, s, recovery byte 0 to 3. */
bool fvm_secp_recover(const uint8_t digest[32], const uint8_t signature[65], uint8_t key[65]);

/* `key` is a compressed G1 point, `signature` a compressed G2 point; both are checked. */
bool fvm_bls_verify(const uint8_t signature[96], const uint8_t key[48], const uint8_t *text, size_t text_len);
/* The same with the points the other way round: `signature` in G1, `key` in G2. */
bool fvm_bls_verify_in_g1(const uint8_t signature[48], const uint8_t key[96], const uint8_t *text,
                          size_t text_len);
/* `keys`: n x 48 bytes; `texts`: all texts, one after the other; `lens`: n lengths. */
bool fvm_bls_verify_aggregate(const uint8_t signature[96], size_t n, const uint8_t *keys,
                              const uint8_t *texts, const uint32_t *lens);

/* Aggregates in which each key counts with a factor (BDN). `keys`: n x 48 bytes; `factors`: n x 17, the low byte first;
 * `points`: the factors' multiples, uncompressed, n x 96. Returns n, or the place of the first key that is none. */
size_t fvm_bls_multiples(size_t n, const uint8_t *keys, const uint8_t *factors, uint8_t *points);
/* Whether the sum of n such multiples is the key that has signed; without any, nobody has. */
bool fvm_bls_verify_sum(const uint8_t signature[96], size_t n, const uint8_t *points, const uint8_t *text,
                        size_t text_len);

/* Secret keys have 32 bytes: of secp256k1 the high one first, of BLS the low one, as Filecoin's wallets keep
 * them. False for what is none. */
bool fvm_secp_public_key(const uint8_t secret[32], uint8_t key[65]);
bool fvm_secp_sign(const uint8_t secret[32], const uint8_t digest[32], uint8_t signature[65]);
bool fvm_bls_secret(const uint8_t seed[32], uint8_t secret[32]);
bool fvm_bls_public_key(const uint8_t secret[32], uint8_t key[48]);
bool fvm_bls_sign(const uint8_t secret[32], const uint8_t *text, size_t text_len, uint8_t signature[96]);
/* The same with the points the other way round: the key in G2, the signature in G1. */
bool fvm_bls_public_key_in_g2(const uint8_t secret[32], uint8_t key[96]);
bool fvm_bls_sign_in_g1(const uint8_t secret[32], const uint8_t *text, size_t text_len, uint8_t signature[48]);
/* The sum of n signatures; without any the identity. */
bool fvm_bls_aggregate(const uint8_t *signatures, size_t n, uint8_t out[96]);

/* Many checks of signatures, packed as src/chain/signatures/packed-checks.ts does; null for what is none. */
typedef struct fvm_batch fvm_batch_t;
fvm_batch_t *fvm_batch_new(const uint8_t *packed, size_t len);
/* When no thread works at it any more. */
void fvm_batch_delete(fvm_batch_t *batch);
size_t fvm_batch_len(const fvm_batch_t *batch);
/* For any number of threads at once. Returns after so many milliseconds, or when nothing is left to begin;
 * says whether there may be more. */
bool fvm_batch_work(const fvm_batch_t *batch, uint32_t milliseconds);
/* Nothing more is begun. */
void fvm_batch_stop(const fvm_batch_t *batch);
/* One byte of each check, after all threads have seen the end: 1 if it is valid. False if some could not be made. */
bool fvm_batch_verdicts(const fvm_batch_t *batch, uint8_t *verdicts);

/* The verifying key of a circuit of proofs, from a file whose digest is known to be right; null for what is none. */
typedef struct fvm_proof_key fvm_proof_key_t;
fvm_proof_key_t *fvm_proof_key_new(const uint8_t *data, size_t len);
/* When no thread uses it any more. */
void fvm_proof_key_delete(fvm_proof_key_t *key);
/* The verdict on a question packed as src/vm/proofs/packed-question.ts does: 0 invalid, 1 valid, 2 malformed, 3 none. */
uint8_t fvm_proof_verify(const fvm_proof_key_t *key, const uint8_t *question, size_t len);

/* A frame of Zstandard that is read piece by piece. Null without memory. */
typedef struct fvm_unzstd fvm_unzstd_t;
fvm_unzstd_t *fvm_unzstd_new(void);
void fvm_unzstd_delete(fvm_unzstd_t *unzstd);
/* What the next bytes stand for; false if they are damaged, or go on behind the frame's end. */
bool fvm_unzstd_push(fvm_unzstd_t *unzstd, const uint8_t *data, size_t len, fvm_bytes_t *out);
/* Whether the frame has come to its end. */
bool fvm_unzstd_is_over(const fvm_unzstd_t *unzstd);

/* Frames of Zstandard that are made piece by piece, with a checksum. Null without memory. */
typedef struct fvm_zstd fvm_zstd_t;
fvm_zstd_t *fvm_zstd_new(int32_t level);
/* When no thread works at it any more. */
void fvm_zstd_delete(fvm_zstd_t *zstd);
/* Bytes of the frame as far as they are known; `is_last` ends it, and the next ones begin another. */
bool fvm_zstd_push(fvm_zstd_t *zstd, const uint8_t *data, size_t len, bool is_last, fvm_bytes_t *out);

#ifdef __cplusplus
}
#endif

#endif
