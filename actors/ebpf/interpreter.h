/** Execution of decoded code. */
#pragma once

#include "decode.h"

extern uint64_t registers[];

/** Executes a function of the program; what it leaves in r0. */
uint64_t execute(struct code code, uint32_t entry);
/** Ends the invocation because of what the program does, naming the instruction. */
_Noreturn void fault(const char *reason, uint64_t detail);
