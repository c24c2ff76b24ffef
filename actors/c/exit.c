#include "exit.h"
#include "syscalls.h"

void leave(uint32_t code, uint32_t data, struct bytes text) {
  vm_exit(code, data, text.at, text.length);
  __builtin_trap();
}

static uint32_t length_of(const char *text) {
  uint32_t length = 0;
  while (text[length] != 0) length++;
  return length;
}

void fail(uint32_t code, const char *text) {
  leave(code, 0, (struct bytes){(const uint8_t *)text, length_of(text)});
}

void check(uint32_t error, const char *text) {
  if (error == FVM_READ_ONLY) fail(READ_ONLY, text);
  if (error != 0) fail(ILLEGAL_STATE, text);
}

static void add(struct text *to, uint8_t byte) {
  if (to->length < sizeof to->data) to->data[to->length++] = byte;
}

void add_text(struct text *to, const char *text) {
  while (*text != 0) add(to, (uint8_t)*text++);
}

static void add_digits(struct text *to, uint64_t number, uint32_t base) {
  if (number >= base) add_digits(to, number / base, base);
  add(to, (uint8_t) "0123456789abcdef"[number % base]);
}

void add_number(struct text *to, uint64_t number) { add_digits(to, number, 10); }

void add_hex(struct text *to, uint64_t number) {
  add_text(to, "0x");
  add_digits(to, number, 16);
}

void fail_with(uint32_t code, const struct text *text) {
  leave(code, 0, (struct bytes){text->data, text->length});
}
