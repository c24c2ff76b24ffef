/** Programs as the state keeps them. */
#pragma once

#include "c/cbor.h"
#include "decode.h"

/** [version, code, read-only data, data, size of data, methods], each method [number, instruction, name]. */
struct program {
  struct bytes code, read_only_data, data;
  /** Bytes: those of `data`, then zeros. */
  uint32_t data_size;
  uint32_t methods;
  struct reader method_list;
};

struct program program_of(struct bytes block);
/** Where a method begins; -1 if there is none. Each is checked to begin within the code. */
int64_t entry_of(const struct program *, uint64_t method);
