/** Functions of the FVM that programs may call. Numbers and meaning, which `fvm_bpf.h` tells authors, never change. */
#pragma once

#include <stdint.h>

int is_helper(uint32_t number);
/** Takes r1 to r5 as arguments. Answers below zero are error numbers of the FVM. */
uint64_t call_helper(uint32_t number);
/** Block with what the method returns, 0 for none. */
uint32_t result_block(void);
