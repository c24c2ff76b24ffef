#include "blocks.h"
#include "exit.h"
#include "syscalls.h"

struct bytes block_bytes(uint32_t handle, uint32_t size) {
  uint8_t *at = take(size);
  int32_t rest;
  check(ipld_read(&rest, handle, 0, at, size), "a block cannot be read");
  return (struct bytes){at, size};
}

struct bytes load_block(struct bytes cid) {
  struct fvm_opened opened;
  check(ipld_open(&opened, cid.at), "a block cannot be opened");
  return block_bytes(opened.handle, opened.size);
}

struct bytes store_block(struct bytes data) {
  uint32_t handle;
  uint32_t used;
  uint8_t *cid = take(FVM_MAX_CID);
  check(ipld_create(&handle, FVM_DAG_CBOR, data.at, data.length), "a block cannot be made");
  check(ipld_link(&used, handle, FVM_BLAKE2B_256, 32, cid, FVM_MAX_CID), "a block cannot be linked");
  return (struct bytes){cid, used};
}
