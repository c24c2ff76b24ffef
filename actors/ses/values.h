/**
 * Values of JavaScript as DAG-CBOR: null, booleans, integers, texts, bytes (`Uint8Array`), links (`Cid`), arrays and
 * plain objects. All else is refused with an error of exit code 21.
 */
#pragma once

#include "c/cbor.h"
#include "engine.h"

/** Has to be called once, before all else. */
void make_values(void);

/** Whether it could be encoded; otherwise an exception is pending. */
int write_value(struct writer *, JSValueConst);
/** The value of one item. */
JSValue value_of(struct bytes item);
/** As `value_of`, for items that others have made. */
JSValue foreign_value(struct bytes item);

JSValue uint64_value(uint64_t);
/** Whether it is an integer of 64 bits without sign. */
int is_uint64(JSValueConst, uint64_t *);

JSValue bytes_value(struct bytes);
/** Whether it is a `Uint8Array`. */
int is_bytes(JSValueConst, struct bytes *);

JSValue cid_value(struct bytes);
int is_cid(JSValueConst, struct bytes *);
/** The constructor `Cid(bytes)`. */
JSValue cid_class(void);
