/** A token: balances by the IDs of their owners, in a map that any tool can read. The state is the supply. */
#include "fvm_bpf.h"
#include "fvm_cbor.h"

static fvm_u64 read_number(const fvm_u8 *item, fvm_i64 length) {
  struct fvm_reader reader = fvm_read(item, (fvm_u64)length);
  return fvm_read_u64(&reader);
}

static fvm_u64 balance_of(fvm_u64 balances, fvm_u64 owner) {
  fvm_u8 item[9];
  fvm_i64 length = fvm_map_get(balances, &owner, sizeof owner, item, sizeof item);
  return length == -FVM_NOT_FOUND ? 0 : read_number(item, length);
}

static void set_balance(fvm_u64 balances, fvm_u64 owner, fvm_u64 amount) {
  fvm_u8 item[9];
  struct fvm_writer writer = {item};
  fvm_write_u64(&writer, amount);
  if (amount == 0) fvm_map_delete(balances, &owner, sizeof owner);
  else fvm_map_set(balances, &owner, sizeof owner, item, (fvm_u64)(writer.at - item));
}

static struct fvm_entry entry(const char *key, fvm_u64 key_length, const fvm_u8 *value, fvm_u64 value_length) {
  return (struct fvm_entry){FVM_INDEX_KEY | FVM_INDEX_VALUE, 0x51, key, key_length, value, value_length};
}

/** Tells everybody of a transfer; new tokens come from nobody, 0. */
static void tell(fvm_u64 from, fvm_u64 to, fvm_u64 amount) {
  fvm_u8 items[3][9];
  fvm_u64 values[3] = {from, to, amount};
  fvm_u64 lengths[3];
  for (int i = 0; i < 3; i++) {
    struct fvm_writer writer = {items[i]};
    fvm_write_u64(&writer, values[i]);
    lengths[i] = (fvm_u64)(writer.at - items[i]);
  }
  struct fvm_entry entries[3] = {
      entry("from", 4, items[0], lengths[0]),
      entry("to", 2, items[1], lengths[1]),
      entry("amount", 6, items[2], lengths[2]),
  };
  fvm_emit(entries, 3);
}

/** [owner, supply] */
int Constructor(const void *params, fvm_u64 length) {
  struct fvm_reader reader = fvm_read(params, length);
  fvm_read_tuple(&reader, 2);
  fvm_u64 owner = fvm_read_u64(&reader);
  fvm_u64 supply = fvm_read_u64(&reader);
  fvm_u8 item[9];
  struct fvm_writer writer = {item};
  fvm_write_u64(&writer, supply);
  fvm_state_set(item, (fvm_u64)(writer.at - item));
  set_balance(FVM_MAP("balances"), owner, supply);
  tell(0, owner, supply);
  return FVM_OK;
}

/** [receiver, amount]: from whoever calls. */
int Transfer(const void *params, fvm_u64 length) {
  struct fvm_reader reader = fvm_read(params, length);
  fvm_read_tuple(&reader, 2);
  fvm_u64 to = fvm_read_u64(&reader);
  fvm_u64 amount = fvm_read_u64(&reader);
  struct fvm_message message;
  fvm_message(&message);
  fvm_u64 balances = FVM_MAP("balances");
  fvm_u64 mine = balance_of(balances, message.caller);
  if (amount == 0) FVM_FAIL(FVM_EXIT_ILLEGAL_ARGUMENT, "nothing to transfer");
  if (mine < amount) FVM_FAIL(FVM_EXIT_INSUFFICIENT_FUNDS, "not enough tokens");
  set_balance(balances, message.caller, mine - amount);
  set_balance(balances, to, balance_of(balances, to) + amount);
  tell(message.caller, to, amount);
  return FVM_OK;
}

/** The balance of an owner. */
int BalanceOf(const void *params, fvm_u64 length) {
  fvm_return_u64(balance_of(FVM_MAP("balances"), read_number(params, (fvm_i64)length)));
  return FVM_OK;
}

int TotalSupply(void) {
  fvm_u8 item[9];
  fvm_return_u64(read_number(item, fvm_state_get(item, sizeof item)));
  return FVM_OK;
}
