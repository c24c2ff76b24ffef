/** From instructions to slots, one each, and one more that ends the invocation of a program that runs past its end. */
#pragma once

#include "c/memory.h"
#include "instruction.h"

struct code {
  const struct slot *slots;
  uint32_t count;
};

/** Ends the invocation at an instruction that the standard does not have, with this exit code. */
struct code decode(struct bytes code, uint32_t exit_code);
