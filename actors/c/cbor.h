/** DAG-CBOR: a reader that ends the invocation with exit code 21 at what it does not expect, and a writer. */
#pragma once

#include "memory.h"

enum cbor_major { CBOR_UINT, CBOR_NEGATIVE, CBOR_BYTES, CBOR_TEXT, CBOR_ARRAY, CBOR_MAP, CBOR_TAG, CBOR_OTHER };

struct reader {
  const uint8_t *at, *end;
};

struct reader reader_of(struct bytes);
int at_end(const struct reader *);
/** Major type of the next item. */
enum cbor_major next_major(const struct reader *);
/** Size, number or tag of an item's head. */
uint64_t read_head(struct reader *, enum cbor_major);
void read_tuple(struct reader *, uint64_t length);
uint32_t read_u32(struct reader *);
struct bytes read_bytes(struct reader *);
struct bytes read_text(struct reader *);
/** A CID, without the zero byte that precedes it in a link. */
struct bytes read_link(struct reader *);
/** Any item, as it is encoded. */
struct bytes read_item(struct reader *);
void read_end(const struct reader *);
/** Whether this is one item and no more. */
int is_item(struct bytes);

/** Grows as it is written. */
struct writer {
  uint8_t *at;
  uint32_t length, room;
};

void write_head(struct writer *, enum cbor_major, uint64_t);
void write_raw(struct writer *, struct bytes);
void write_string(struct writer *, enum cbor_major, struct bytes);
void write_link(struct writer *, struct bytes cid);
struct bytes written(const struct writer *);
