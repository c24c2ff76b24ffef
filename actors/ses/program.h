/**
 * Programs: modules of JavaScript. A program's block is [version, bytecode, [[method, name], …], link to the source].
 */
#pragma once

#include "engine.h"

/** Makes the module that contracts may import, `fvm:actor`, from an object of its exports. */
void make_module(JSValueConst exports);

/** The program of a source, and its module, evaluated. Ends the invocation if that cannot be done. */
struct bytes compile_program(struct bytes source, JSValue *module);
/** The method of this number, undefined if there is none. */
JSValue method_of(struct bytes program, uint64_t number);
