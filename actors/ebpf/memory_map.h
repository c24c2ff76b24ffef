/**
 * Memory that a program sees: an address is a region's number in its upper half, an offset in its lower half. Region 0
 * has nothing, so that null and small numbers are no pointers.
 */
#pragma once

#include "c/memory.h"

enum region { NO_REGION, READ_ONLY_DATA, STACK, DATA, INPUT, REGIONS };

#define ADDRESS(region) ((uint64_t)(region) << 32)
#define FRAME_SIZE 4096
#define FRAMES 16

extern uint8_t *region_start[REGIONS];
/** Bytes of each region that may be read; that may be written. */
extern uint64_t readable[REGIONS], writable[REGIONS];

void map_region(enum region, void *start, uint32_t length, int is_writable);

/** Our address of `size` bytes, NULL if they are not all in one region that allows it. `ends`: readable or writable. */
static inline uint8_t *mapped(uint64_t address, uint64_t size, const uint64_t *ends) {
  uint32_t region = (uint32_t)(address >> 32);
  uint32_t offset = (uint32_t)address;
  if (region >= REGIONS || offset + size > ends[region]) return NULL;
  return region_start[region] + offset;
}
