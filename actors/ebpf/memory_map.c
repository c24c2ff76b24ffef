#include "memory_map.h"

uint8_t *region_start[REGIONS];
uint64_t readable[REGIONS], writable[REGIONS];

void map_region(enum region region, void *start, uint32_t length, int is_writable) {
  region_start[region] = start;
  readable[region] = length;
  writable[region] = is_writable ? length : 0;
}
