#include "memory.h"
#include "exit.h"

#define PAGE 65536u

extern uint8_t __heap_base;
static uintptr_t top = (uintptr_t)&__heap_base;

void *take(uint32_t size) {
  uintptr_t at = (top + 15) & ~(uintptr_t)15;
  uintptr_t end = (uintptr_t)__builtin_wasm_memory_size(0) * PAGE;
  uint64_t need = (uint64_t)at + size;
  if (need > end) {
    size_t pages = (size_t)((need - end + PAGE - 1) / PAGE);
    if (__builtin_wasm_memory_grow(0, pages) == (size_t)-1)
      fail(ASSERTION_FAILED, "out of memory");
  }
  top = at + size;
  return (void *)at;
}
