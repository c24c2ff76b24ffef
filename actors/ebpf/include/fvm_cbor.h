/** DAG-CBOR for eBPF programs: what parameters, results and state are made of. Malformed input ends the call, exit code 21. */
#ifndef FVM_CBOR_H
#define FVM_CBOR_H

#include "fvm_bpf.h"

#define FVM_INLINE static inline __attribute__((always_inline))

struct fvm_reader {
  const fvm_u8 *at, *end;
};

FVM_INLINE struct fvm_reader fvm_read(const void *data, fvm_u64 length) {
  const fvm_u8 *at = (const fvm_u8 *)data;
  return (struct fvm_reader){at, at + length};
}

/** Head of an item of this major type: a number, or how long it is. */
static __attribute__((noinline)) fvm_u64 fvm_read_head(struct fvm_reader *reader, fvm_u8 major) {
  if (reader->at == reader->end || *reader->at >> 5 != major) FVM_FAIL(FVM_EXIT_SERIALIZATION, "unexpected CBOR");
  fvm_u8 low = *reader->at++ & 31;
  if (low < 24) return low;
  fvm_u64 size = 1ul << (low - 24);
  if (low > 27 || size > (fvm_u64)(reader->end - reader->at)) FVM_FAIL(FVM_EXIT_SERIALIZATION, "malformed CBOR");
  fvm_u64 value = 0;
  for (fvm_u64 i = 0; i < size; i++) value = value << 8 | *reader->at++;
  return value;
}

FVM_INLINE fvm_u64 fvm_read_u64(struct fvm_reader *reader) { return fvm_read_head(reader, 0); }

/** Array of so many items. */
FVM_INLINE void fvm_read_tuple(struct fvm_reader *reader, fvm_u64 length) {
  if (fvm_read_head(reader, 4) != length) FVM_FAIL(FVM_EXIT_SERIALIZATION, "an array of another length");
}

/** A byte string; `length` is set. */
FVM_INLINE const fvm_u8 *fvm_read_bytes(struct fvm_reader *reader, fvm_u64 *length) {
  *length = fvm_read_head(reader, 2);
  if (*length > (fvm_u64)(reader->end - reader->at)) FVM_FAIL(FVM_EXIT_SERIALIZATION, "malformed CBOR");
  const fvm_u8 *at = reader->at;
  reader->at += *length;
  return at;
}

/** Writes into memory that has to be large enough: a number takes nine bytes at most. */
struct fvm_writer {
  fvm_u8 *at;
};

static __attribute__((noinline)) void fvm_write_head(struct fvm_writer *writer, fvm_u8 major, fvm_u64 value) {
  fvm_u8 type = (fvm_u8)(major << 5);
  if (value < 24) {
    *writer->at++ = (fvm_u8)(type | value);
    return;
  }
  fvm_u64 power = value <= 0xff ? 0 : value <= 0xffff ? 1 : value <= 0xffffffff ? 2 : 3;
  *writer->at++ = (fvm_u8)(type | (24 + power));
  for (fvm_u64 i = 1ul << power; i > 0; i--) *writer->at++ = (fvm_u8)(value >> (8 * (i - 1)));
}

FVM_INLINE void fvm_write_u64(struct fvm_writer *writer, fvm_u64 value) { fvm_write_head(writer, 0, value); }
FVM_INLINE void fvm_write_array(struct fvm_writer *writer, fvm_u64 length) { fvm_write_head(writer, 4, length); }
FVM_INLINE void fvm_write_bytes(struct fvm_writer *writer, const void *data, fvm_u64 length) {
  fvm_write_head(writer, 2, length);
  fvm_copy(writer->at, data, length);
  writer->at += length;
}

/** Returns a number from a method. */
FVM_INLINE void fvm_return_u64(fvm_u64 value) {
  fvm_u8 out[9];
  struct fvm_writer writer = {out};
  fvm_write_u64(&writer, value);
  fvm_return(out, (fvm_u64)(writer.at - out));
}

#endif
