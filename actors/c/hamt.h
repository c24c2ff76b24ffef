/**
 * A map from byte strings to values, sharded over blocks by the SHA-256 of the key, in the layout that builtin actors
 * use: version 3, five bits a level, buckets of three. What changes stays in memory until it is flushed.
 */
#pragma once

#include "memory.h"

struct hamt {
  struct hamt_node *root;
  /** CID of the root in the state; length 0 for a map that has none. */
  struct bytes cid;
  int changed;
};

/** A map that the state has under this CID, or a new one. */
struct hamt hamt_of(struct bytes cid);
/** Whether there is a value, which is one CBOR item. */
int hamt_get(struct hamt *, struct bytes key, struct bytes *value);
/** Keeps the bytes of key and value where they are. */
void hamt_set(struct hamt *, struct bytes key, struct bytes value);
/** Whether there was one. */
int hamt_delete(struct hamt *, struct bytes key);
/** Writes what changed, children first; `cid` is the root's then. */
void hamt_flush(struct hamt *);
