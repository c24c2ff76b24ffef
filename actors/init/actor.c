/**
 * The init actor of networks in memory: as the official one it creates actors, but of any code. Its state is that of the
 * official one, [addresses, next ID, name of the network]; the VM itself registers addresses of keys.
 */
#include "c/blocks.h"
#include "c/cbor.h"
#include "c/exit.h"
#include "c/hamt.h"
#include "c/syscalls.h"

#define EXEC 2
#define CONSTRUCTOR 1
#define MAX_ADDRESS 64
#define MAX_ID_ADDRESS 11

struct state {
  struct hamt addresses;
  uint64_t next_id;
  struct bytes name;
};

static struct state load_state(void) {
  uint8_t cid[FVM_MAX_CID];
  uint32_t used;
  check(self_root(&used, cid, sizeof cid), "no state");
  struct reader reader = reader_of(load_block((struct bytes){cid, used}));
  read_tuple(&reader, 3);
  struct hamt addresses = hamt_of(read_link(&reader));
  uint64_t next_id = read_head(&reader, CBOR_UINT);
  return (struct state){addresses, next_id, read_text(&reader)};
}

static void save_state(struct state *state) {
  struct writer writer = {0};
  hamt_flush(&state->addresses);
  write_head(&writer, CBOR_ARRAY, 3);
  write_link(&writer, state->addresses.cid);
  write_head(&writer, CBOR_UINT, state->next_id);
  write_string(&writer, CBOR_TEXT, state->name);
  check(self_set_root(store_block(written(&writer)).at), "the state cannot be changed");
}

static struct bytes id_address(uint64_t id) {
  uint8_t *at = take(MAX_ID_ADDRESS);
  uint32_t length = 1;
  for (; id > 0x7f; id >>= 7) at[length++] = (uint8_t)(id | 0x80);
  at[length++] = (uint8_t)id;
  return (struct bytes){at, length};
}

/** Enters an actor under an address that is not in use yet; its ID. */
static uint64_t enter(struct bytes address) {
  struct state state = load_state();
  uint64_t id = state.next_id++;
  struct writer value = {0};
  write_head(&value, CBOR_UINT, id);
  hamt_set(&state.addresses, address, written(&value));
  save_state(&state);
  return id;
}

static void construct(uint64_t id, struct bytes params, const struct fvm_message_context *message) {
  struct fvm_sent sent = {0};
  struct bytes to = id_address(id);
  uint32_t block = 0;
  if (params.length > 0)
    check(ipld_create(&block, FVM_CBOR, params.at, params.length), "no parameters of a constructor");
  struct fvm_token value = message->value;
  uint32_t error = send_send(
      &sent, to.at, to.length, CONSTRUCTOR, block, value.high, value.low, UINT64_MAX, 0
  );
  check(error, "the constructor cannot be called");
  if (sent.exit_code != 0) leave(sent.exit_code, sent.handle, (struct bytes){0});
}

/** [code, parameters of the constructor] to [ID address, address that stays after reorganisations] */
static uint32_t exec(struct bytes params, const struct fvm_message_context *message) {
  struct reader reader = reader_of(params);
  read_tuple(&reader, 2);
  struct bytes code = read_link(&reader);
  struct bytes own = read_bytes(&reader);
  read_end(&reader);
  uint8_t address[MAX_ADDRESS];
  uint32_t length;
  check(actor_next_address(&length, address, sizeof address), "no address");
  struct bytes robust = {address, length};
  uint64_t id = enter(robust);
  check(actor_create(id, code.at, NULL, 0), "the actor cannot be created");
  construct(id, own, message);
  struct writer result = {0};
  write_head(&result, CBOR_ARRAY, 2);
  write_string(&result, CBOR_BYTES, id_address(id));
  write_string(&result, CBOR_BYTES, robust);
  uint32_t block;
  struct bytes data = written(&result);
  check(ipld_create(&block, FVM_CBOR, data.at, data.length), "no result");
  return block;
}

__attribute__((export_name("invoke"))) uint32_t invoke(uint32_t handle) {
  struct fvm_message_context message;
  check(vm_message_context(&message), "no message");
  if (message.method != EXEC || handle == 0) fail(UNHANDLED_MESSAGE, "no such method");
  struct fvm_stat stat;
  check(ipld_stat(&stat, handle), "no parameters");
  return exec(block_bytes(handle, stat.size), &message);
}
