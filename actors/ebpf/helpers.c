#include "helpers.h"
#include "c/cbor.h"
#include "c/contract.h"
#include "c/exit.h"
#include "c/hamt.h"
#include "c/syscalls.h"
#include "interpreter.h"
#include "memory_map.h"

#define R1 registers[1]
#define R2 registers[2]
#define R3 registers[3]
#define R4 registers[4]
#define R5 registers[5]

static struct bytes result;

static uint8_t *at(uint64_t address, uint64_t length, const uint64_t *ends) {
  // Any address is good for no bytes.
  if (length == 0) return (uint8_t *)&result;
  uint8_t *found = length > UINT32_MAX ? NULL : mapped(address, length, ends);
  if (found == NULL) fault("a helper was given a bad pointer,", address);
  return found;
}

static struct bytes input(uint64_t address, uint64_t length) {
  return (struct bytes){at(address, length, readable), (uint32_t)length};
}

static uint8_t *output(uint64_t address, uint64_t length) { return at(address, length, writable); }

static uint64_t refused(uint32_t error) { return 0 - (uint64_t)error; }

/** As much as there is room for; the length of all. */
static uint64_t give(struct bytes data, uint64_t address, uint64_t room) {
  uint32_t length = data.length < room ? data.length : (uint32_t)room;
  move_memory(output(address, length), data.at, length);
  return data.length;
}

/** An answer of fixed size, or the error instead of it. */
static uint64_t give_if(uint32_t error, const void *from, uint32_t length, uint64_t address) {
  uint8_t *to = output(address, length);
  if (error != 0) return refused(error);
  move_memory(to, from, length);
  return 0;
}

/** Bytes that a syscall has written, or its error. */
static uint64_t give_used(uint32_t error, const uint8_t *from, uint32_t used, uint64_t address, uint64_t room) {
  return error != 0 ? refused(error) : give((struct bytes){from, used}, address, room);
}

/** CIDs are checked by the FVM, which finds out their length itself: a copy ends in zeros. */
static const uint8_t *cid_of(struct bytes cid) {
  static uint8_t copy[FVM_MAX_CID];
  fill_memory(copy, 0, sizeof copy);
  move_memory(copy, cid.at, cid.length < sizeof copy ? cid.length : sizeof copy);
  return copy;
}

static uint64_t message(void) {
  struct fvm_message_context context;
  uint32_t error = vm_message_context(&context);
  return give_if(error, &context, sizeof context, R1);
}

static uint64_t network(void) {
  struct fvm_network_context context = {0};
  uint32_t error = network_context(&context);
  return give_if(error, &context, sizeof context, R1);
}

static uint64_t set_result(void) {
  result = copy_bytes(input(R1, R2));
  return 0;
}

static uint64_t give_up(void) {
  uint32_t block = result_block();
  leave((uint32_t)R1, block, input(R2, R3));
}

static uint64_t gas(void) {
  uint64_t left;
  check(gas_available(&left), "no gas");
  return left;
}

static uint64_t log_text(void) {
  struct bytes text = input(R1, R2);
  return refused(debug_log(text.at, text.length));
}

static uint64_t state_get(void) { return give(contract_state(), R1, R2); }

static uint64_t state_set(void) {
  struct bytes item = input(R1, R2);
  if (!is_item(item)) return refused(FVM_SERIALIZATION);
  set_contract_state(item);
  return 0;
}

static uint64_t map(void) {
  struct bytes name = input(R1, R2);
  return contract_map(name);
}

static struct hamt *map_of(uint64_t number) {
  struct hamt *map = map_numbered(number);
  if (map == NULL) fault("no map has the number", number);
  return map;
}

static uint64_t map_get(void) {
  struct bytes value;
  if (!hamt_get(map_of(R1), input(R2, R3), &value)) return refused(FVM_NOT_FOUND);
  return give(value, R4, R5);
}

static uint64_t map_set(void) {
  struct hamt *map = map_of(R1);
  struct bytes key = input(R2, R3), value = input(R4, R5);
  if (!is_item(value)) return refused(FVM_SERIALIZATION);
  hamt_set(map, copy_bytes(key), copy_bytes(value));
  return 0;
}

static uint64_t map_delete(void) {
  struct hamt *map = map_of(R1);
  return (uint64_t)hamt_delete(map, input(R2, R3));
}

/** The parts that a program sets, then those that the answer sets: `struct fvm_call` of `fvm_bpf.h`. */
struct call {
  uint64_t to, to_length, method, params, params_length;
  struct fvm_token value;
  uint64_t gas_limit, flags, out, room;
  uint32_t exit_code, handle;
  uint64_t length;
};

static uint64_t send_call(void) {
  struct call *call = (struct call *)take(sizeof(struct call));
  move_memory(call, output(R1, sizeof(struct call)), sizeof(struct call));
  struct bytes to = input(call->to, call->to_length);
  struct bytes params = input(call->params, call->params_length);
  output(call->out, call->room);
  uint32_t block = 0;
  if (params.length > 0) {
    uint32_t error = ipld_create(&block, FVM_CBOR, params.at, params.length);
    if (error != 0) return refused(error);
  }
  struct fvm_sent sent = {0};
  save_contract();
  uint32_t error = send_send(
      &sent,
      to.at,
      to.length,
      call->method,
      block,
      call->value.high,
      call->value.low,
      call->gas_limit == 0 ? UINT64_MAX : call->gas_limit,
      call->flags
  );
  if (error != 0) return refused(error);
  reopen_contract();
  call->exit_code = sent.exit_code;
  call->handle = sent.handle;
  call->length = sent.size;
  uint64_t length = sent.size < call->room ? sent.size : call->room;
  if (sent.handle != 0 && length > 0) {
    int32_t rest;
    check(ipld_read(&rest, sent.handle, 0, output(call->out, length), (uint32_t)length), "no answer");
  }
  move_memory(output(R1, sizeof(struct call)), call, sizeof(struct call));
  return sent.exit_code;
}

/** `struct fvm_entry` of `fvm_bpf.h`. */
struct entry {
  uint64_t flags, codec, key, key_length, value, value_length;
};
/** Form of an event's entry that the FVM takes. */
struct event_entry {
  uint64_t flags, codec;
  uint32_t key_length, value_length;
};

static uint64_t emit(void) {
  // More than any event may have; the FVM says so.
  if (R2 > UINT16_MAX) return refused(FVM_LIMIT_EXCEEDED);
  uint32_t count = (uint32_t)R2;
  struct entry *given = take(count * sizeof(struct entry));
  move_memory(given, input(R1, count * sizeof(struct entry)).at, count * sizeof(struct entry));
  struct event_entry *entries = take(count * sizeof(struct event_entry));
  struct writer keys = {0}, values = {0};
  for (uint32_t i = 0; i < count; i++) {
    struct bytes key = input(given[i].key, given[i].key_length);
    struct bytes value = input(given[i].value, given[i].value_length);
    entries[i] = (struct event_entry){given[i].flags, given[i].codec, key.length, value.length};
    write_raw(&keys, key);
    write_raw(&values, value);
  }
  return refused(event_emit(entries, count, keys.at, keys.length, values.at, values.length));
}

static uint64_t balance(void) {
  struct fvm_token token;
  uint32_t error = self_balance(&token);
  return give_if(error, &token, sizeof token, R1);
}

static uint64_t balance_of(void) {
  struct fvm_token token;
  uint32_t error = actor_balance(&token, R1);
  return give_if(error, &token, sizeof token, R2);
}

static uint64_t resolve(void) {
  struct bytes address = input(R1, R2);
  uint64_t id;
  uint32_t error = actor_resolve(&id, address.at, address.length);
  return give_if(error, &id, sizeof id, R3);
}

static uint64_t address_of(void) {
  uint8_t address[FVM_MAX_CID];
  uint32_t used;
  uint32_t error = actor_address(&used, R1, address, sizeof address);
  return give_used(error, address, used, R2, R3);
}

static uint64_t code_of(void) {
  uint8_t cid[FVM_MAX_CID];
  uint32_t used;
  uint32_t error = actor_code(&used, R1, cid, sizeof cid);
  return give_used(error, cid, used, R2, R3);
}

static uint64_t type_of(void) {
  uint32_t type;
  uint32_t error = actor_type(&type, cid_of(input(R1, R2)));
  return error != 0 ? refused(error) : type;
}

static uint64_t code_of_type(void) {
  uint8_t cid[FVM_MAX_CID];
  uint32_t used;
  if (R1 > UINT32_MAX) return refused(FVM_ILLEGAL_ARGUMENT);
  uint32_t error = actor_code_of_type(&used, (uint32_t)R1, cid, sizeof cid);
  return give_used(error, cid, used, R2, R3);
}

static uint64_t hash(void) {
  struct bytes data = input(R2, R3);
  uint8_t digest[64];
  uint32_t used;
  uint32_t error = crypto_hash(&used, R1, data.at, data.length, digest, sizeof digest);
  return give_used(error, digest, used, R4, R5);
}

/** `struct fvm_signature` of `fvm_bpf.h`. */
struct signature {
  uint64_t type, signature, signature_length, address, address_length, text, text_length;
};

static uint64_t verify(void) {
  struct signature given;
  move_memory(&given, input(R1, sizeof given).at, sizeof given);
  struct bytes signature = input(given.signature, given.signature_length);
  struct bytes address = input(given.address, given.address_length);
  struct bytes text = input(given.text, given.text_length);
  if (given.type > UINT32_MAX) return refused(FVM_ILLEGAL_ARGUMENT);
  int32_t valid;
  uint32_t error = crypto_verify(
      &valid,
      (uint32_t)given.type,
      signature.at,
      signature.length,
      address.at,
      address.length,
      text.at,
      text.length
  );
  if (error != 0) return refused(error);
  return valid == 0;
}

static uint64_t recover(void) {
  uint8_t key[65];
  uint32_t error = crypto_recover(key, input(R1, 32).at, input(R2, 65).at);
  return give_if(error, key, sizeof key, R3);
}

static uint64_t chain_randomness(void) {
  uint8_t drawn[32];
  uint32_t error = rand_chain(drawn, (int64_t)R1);
  return give_if(error, drawn, sizeof drawn, R2);
}

static uint64_t beacon_randomness(void) {
  uint8_t drawn[32];
  uint32_t error = rand_beacon(drawn, (int64_t)R1);
  return give_if(error, drawn, sizeof drawn, R2);
}

static uint64_t tipset(void) {
  uint8_t cid[FVM_MAX_CID];
  uint32_t used;
  uint32_t error = network_tipset_cid(&used, R1, cid, sizeof cid);
  return give_used(error, cid, used, R2, R3);
}

static uint64_t supply(void) {
  struct fvm_token token;
  uint32_t error = network_supply(&token);
  return give_if(error, &token, sizeof token, R1);
}

static uint64_t charge(void) {
  struct bytes name = input(R1, R2);
  return refused(gas_charge(name.at, name.length, R3));
}

static uint64_t block_open(void) {
  struct fvm_opened opened;
  uint32_t error = ipld_open(&opened, cid_of(input(R1, R2)));
  return give_if(error, &opened, sizeof opened, R3);
}

static uint64_t block_create(void) {
  struct bytes data = input(R2, R3);
  uint32_t handle;
  uint32_t error = ipld_create(&handle, R1, data.at, data.length);
  return error != 0 ? refused(error) : handle;
}

static uint64_t block_read(void) {
  uint8_t *out = output(R3, R4);
  if (R1 > UINT32_MAX || R2 > UINT32_MAX) return refused(FVM_ILLEGAL_ARGUMENT);
  int32_t rest;
  uint32_t error = ipld_read(&rest, (uint32_t)R1, (uint32_t)R2, out, (uint32_t)R4);
  if (error != 0) return refused(error);
  // Below zero: so much room was left.
  return R4 + (uint64_t)(int64_t)(rest < 0 ? rest : 0);
}

static uint64_t block_link(void) {
  uint8_t cid[FVM_MAX_CID];
  uint32_t used;
  if (R1 > UINT32_MAX) return refused(FVM_ILLEGAL_ARGUMENT);
  uint32_t error = ipld_link(&used, (uint32_t)R1, R2, 32, cid, sizeof cid);
  return give_used(error, cid, used, R3, R4);
}

static uint64_t destroy(void) {
  save_contract();
  return refused(self_destruct(R1 != 0));
}

static uint64_t copy(void) {
  struct bytes from = input(R2, R3);
  move_memory(output(R1, R3), from.at, from.length);
  return R1;
}

static uint64_t fill(void) {
  fill_memory(output(R1, R3), (int)(R2 & 0xff), (uint32_t)R3);
  return R1;
}

static uint64_t compare(void) {
  return (uint64_t)(int64_t)compare_bytes(input(R1, R3), input(R2, R3));
}

static uint64_t (*const helpers[])(void) = {
    [1] = message,
    [2] = network,
    [3] = set_result,
    [4] = give_up,
    [5] = gas,
    [6] = log_text,
    [7] = state_get,
    [8] = state_set,
    [9] = map,
    [10] = map_get,
    [11] = map_set,
    [12] = map_delete,
    [13] = send_call,
    [14] = emit,
    [15] = balance,
    [16] = balance_of,
    [17] = resolve,
    [18] = address_of,
    [19] = code_of,
    [20] = type_of,
    [21] = code_of_type,
    [22] = hash,
    [23] = verify,
    [24] = recover,
    [25] = chain_randomness,
    [26] = beacon_randomness,
    [27] = tipset,
    [28] = supply,
    [29] = charge,
    [30] = block_open,
    [31] = block_create,
    [32] = block_read,
    [33] = block_link,
    [34] = destroy,
    [35] = copy,
    [36] = fill,
    [37] = compare,
};

int is_helper(uint32_t number) {
  return number < sizeof helpers / sizeof *helpers && helpers[number] != NULL;
}

uint64_t call_helper(uint32_t number) { return helpers[number](); }

uint32_t result_block(void) {
  if (result.length == 0) return 0;
  uint32_t handle;
  check(ipld_create(&handle, FVM_CBOR, result.at, result.length), "the result is no block");
  return handle;
}
