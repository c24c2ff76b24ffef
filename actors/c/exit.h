/** Ends of invocations that are no success: exit codes and texts. */
#pragma once

#include "memory.h"

enum exit_code {
  ILLEGAL_ARGUMENT = 16,
  NOT_FOUND = 17,
  FORBIDDEN = 18,
  INSUFFICIENT_FUNDS = 19,
  ILLEGAL_STATE = 20,
  SERIALIZATION = 21,
  UNHANDLED_MESSAGE = 22,
  UNSPECIFIED = 23,
  ASSERTION_FAILED = 24,
  READ_ONLY = 25,
};

/** Ends the invocation; its changes are dropped. `data`: block for the caller, 0 = none. */
_Noreturn void leave(uint32_t code, uint32_t data, struct bytes text);
_Noreturn void fail(uint32_t code, const char *text);
/** For syscalls that fail only by a mistake of the actor. */
void check(uint32_t error, const char *text);

/** A text that is put together piece by piece; what exceeds its room is cut off. */
struct text {
  uint32_t length;
  uint8_t data[200];
};
void add_text(struct text *, const char *);
void add_number(struct text *, uint64_t);
void add_hex(struct text *, uint64_t);
_Noreturn void fail_with(uint32_t code, const struct text *);
