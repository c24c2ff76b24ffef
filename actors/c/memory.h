/** Memory that is taken and never given back: an invocation is short, and its instance ends with it. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/** A stretch of memory. */
struct bytes {
  const uint8_t *at;
  uint32_t length;
};

/** Zeroed memory, aligned to 16 bytes. Ends the invocation when there is none left. */
void *take(uint32_t size);

int same_bytes(struct bytes a, struct bytes b);
/** Below, at or above zero, in the order of unsigned bytes; of two that begin alike, the shorter one is first. */
int compare_bytes(struct bytes a, struct bytes b);
struct bytes copy_bytes(struct bytes from);

/** With bulk memory, these are Wasm instructions, no calls of a library. */
static inline void move_memory(void *to, const void *from, uint32_t length) {
  __builtin_memmove(to, from, length);
}
static inline void fill_memory(void *at, int byte, uint32_t length) {
  __builtin_memset(at, byte, length);
}
