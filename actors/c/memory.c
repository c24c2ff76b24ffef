#include "memory.h"

int same_bytes(struct bytes a, struct bytes b) { return a.length == b.length && compare_bytes(a, b) == 0; }

int compare_bytes(struct bytes a, struct bytes b) {
  uint32_t shorter = a.length < b.length ? a.length : b.length;
  for (uint32_t i = 0; i < shorter; i++)
    if (a.at[i] != b.at[i]) return a.at[i] < b.at[i] ? -1 : 1;
  return a.length == b.length ? 0 : a.length < b.length ? -1 : 1;
}

struct bytes copy_bytes(struct bytes from) {
  uint8_t *at = take(from.length);
  move_memory(at, from.at, from.length);
  return (struct bytes){at, from.length};
}
