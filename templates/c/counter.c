/** A counter: its state is a number. */
#include "fvm_bpf.h"
#include "fvm_cbor.h"

static fvm_u64 count(void) {
  fvm_u8 state[9];
  fvm_i64 length = fvm_state_get(state, sizeof state);
  struct fvm_reader reader = fvm_read(state, length);
  return fvm_read_u64(&reader);
}

static void set_count(fvm_u64 value) {
  fvm_u8 state[9];
  struct fvm_writer writer = {state};
  fvm_write_u64(&writer, value);
  fvm_state_set(state, writer.at - state);
}

/** Begins with the number in `params`. */
int Constructor(const void *params, fvm_u64 length) {
  struct fvm_reader reader = fvm_read(params, length);
  set_count(fvm_read_u64(&reader));
  return FVM_OK;
}

/** Adds the number in `params`; the new count. */
int Increment(const void *params, fvm_u64 length) {
  struct fvm_reader reader = fvm_read(params, length);
  fvm_u64 by = fvm_read_u64(&reader);
  if (by == 0) FVM_FAIL(FVM_EXIT_ILLEGAL_ARGUMENT, "an increment of nothing");
  set_count(count() + by);
  fvm_return_u64(count());
  return FVM_OK;
}

/** The count. */
int Count(void) {
  fvm_return_u64(count());
  return FVM_OK;
}
