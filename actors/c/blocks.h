/** Blocks of the FVM as stretches of memory. */
#pragma once

#include "memory.h"

/** All of an open block. */
struct bytes block_bytes(uint32_t handle, uint32_t size);
struct bytes load_block(struct bytes cid);
/** Makes a DAG-CBOR block; its CID. */
struct bytes store_block(struct bytes data);
