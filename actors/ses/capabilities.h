/** A contract's capabilities, as functions for JavaScript. Only the second argument of its methods leads to them. */
#pragma once

#include "engine.h"

/** Has to be called once, before the next. */
void make_capabilities(void);
/** An object of all functions, for the prelude to arrange. */
JSValue capabilities(void);
/** Functions of the prelude that are used from here: `high(bigint)`, `wide(high, low)`, `position(error)`. */
void use_helpers(JSValueConst helpers);
/** The block of a value, 0 for undefined. `code`: how the invocation ends if it cannot be encoded. */
uint32_t result_block(JSValueConst);
/** The value in a block that came with the message; undefined for none. */
JSValue params_value(uint32_t handle);
