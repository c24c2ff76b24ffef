#include "cbor.h"
#include "exit.h"

#define LINK_TAG 42

struct reader reader_of(struct bytes data) { return (struct reader){data.at, data.at + data.length}; }

int at_end(const struct reader *reader) { return reader->at == reader->end; }

static int has(const struct reader *reader, uint64_t length) {
  return length <= (uint64_t)(reader->end - reader->at);
}

/** Whether there is a head; what it is. Indefinite lengths are none. */
static int try_head(struct reader *reader, uint8_t *major, uint64_t *value) {
  if (at_end(reader)) return 0;
  uint8_t first = *reader->at++;
  uint8_t low = first & 31;
  *major = first >> 5;
  *value = low;
  if (low < 24) return 1;
  if (low > 27) return 0;
  uint32_t size = 1u << (low - 24);
  if (!has(reader, size)) return 0;
  *value = 0;
  for (uint32_t i = 0; i < size; i++) *value = *value << 8 | *reader->at++;
  return 1;
}

static _Noreturn void malformed(void) { fail(SERIALIZATION, "malformed CBOR"); }

enum cbor_major next_major(const struct reader *reader) {
  if (at_end(reader)) malformed();
  return *reader->at >> 5;
}

uint64_t read_head(struct reader *reader, enum cbor_major expected) {
  uint8_t major;
  uint64_t value;
  if (!try_head(reader, &major, &value) || major != expected) malformed();
  return value;
}

void read_tuple(struct reader *reader, uint64_t length) {
  if (read_head(reader, CBOR_ARRAY) != length) malformed();
}

uint32_t read_u32(struct reader *reader) {
  uint64_t value = read_head(reader, CBOR_UINT);
  if (value > UINT32_MAX) malformed();
  return (uint32_t)value;
}

static struct bytes read_string(struct reader *reader, enum cbor_major major) {
  uint64_t length = read_head(reader, major);
  if (!has(reader, length)) malformed();
  struct bytes found = {reader->at, (uint32_t)length};
  reader->at += length;
  return found;
}

struct bytes read_bytes(struct reader *reader) { return read_string(reader, CBOR_BYTES); }

struct bytes read_text(struct reader *reader) { return read_string(reader, CBOR_TEXT); }

struct bytes read_link(struct reader *reader) {
  if (read_head(reader, CBOR_TAG) != LINK_TAG) malformed();
  struct bytes link = read_bytes(reader);
  if (link.length < 2 || link.at[0] != 0) malformed();
  return (struct bytes){link.at + 1, link.length - 1};
}

/** Passes an item without recursion: nesting is a count of items that are still to come. */
static int try_item(struct reader *reader) {
  for (uint64_t rest = 1; rest > 0; rest--) {
    uint8_t major;
    uint64_t value;
    if (!try_head(reader, &major, &value)) return 0;
    if (major == CBOR_BYTES || major == CBOR_TEXT) {
      if (!has(reader, value)) return 0;
      reader->at += value;
    } else if (major == CBOR_ARRAY || major == CBOR_MAP) {
      // Each item takes a byte at least, so the count cannot overflow.
      if (!has(reader, value)) return 0;
      rest += major == CBOR_MAP ? 2 * value : value;
    } else if (major == CBOR_TAG) {
      rest++;
    }
  }
  return 1;
}

struct bytes read_item(struct reader *reader) {
  const uint8_t *start = reader->at;
  if (!try_item(reader)) malformed();
  return (struct bytes){start, (uint32_t)(reader->at - start)};
}

void read_end(const struct reader *reader) {
  if (!at_end(reader)) malformed();
}

int is_item(struct bytes data) {
  struct reader reader = reader_of(data);
  return try_item(&reader) && at_end(&reader);
}

static uint8_t *room_for(struct writer *writer, uint32_t length) {
  if (length > writer->room - writer->length) {
    uint64_t room = 2 * ((uint64_t)writer->length + length) + 64;
    if (room > UINT32_MAX) fail(ASSERTION_FAILED, "out of memory");
    uint8_t *at = take((uint32_t)room);
    move_memory(at, writer->at, writer->length);
    writer->at = at;
    writer->room = (uint32_t)room;
  }
  uint8_t *at = writer->at + writer->length;
  writer->length += length;
  return at;
}

void write_head(struct writer *writer, enum cbor_major major, uint64_t value) {
  if (value < 24) {
    *room_for(writer, 1) = (uint8_t)(major << 5 | value);
    return;
  }
  uint32_t power = value <= UINT8_MAX ? 0 : value <= UINT16_MAX ? 1 : value <= UINT32_MAX ? 2 : 3;
  uint32_t size = 1u << power;
  uint8_t *at = room_for(writer, 1 + size);
  *at++ = (uint8_t)(major << 5 | (24 + power));
  for (uint32_t i = size; i-- > 0;) *at++ = (uint8_t)(value >> 8 * i);
}

void write_raw(struct writer *writer, struct bytes data) {
  move_memory(room_for(writer, data.length), data.at, data.length);
}

void write_string(struct writer *writer, enum cbor_major major, struct bytes data) {
  write_head(writer, major, data.length);
  write_raw(writer, data);
}

void write_link(struct writer *writer, struct bytes cid) {
  write_head(writer, CBOR_TAG, LINK_TAG);
  write_head(writer, CBOR_BYTES, (uint64_t)cid.length + 1);
  *room_for(writer, 1) = 0;
  write_raw(writer, cid);
}

struct bytes written(const struct writer *writer) { return (struct bytes){writer->at, writer->length}; }
