/** The JavaScript engine of an instance: one runtime, one context, both made before the snapshot. */
#pragma once

#include "c/memory.h"
#include "quickjs/quickjs.h"

extern JSContext *js;
/** A function of errors: where in the contract they were made, as a text. */
extern JSValue position_of;

/** Makes runtime and context. */
void make_engine(void);
/** Has to come first in each invocation: C's stack begins elsewhere than when the snapshot was made. */
void enter_engine(void);

/** An object's property, which is the object's own and no accessor; undefined if there is none. Runs no code. */
JSValue own_value(JSValueConst object, const char *name);

/** Throws an error that ends the invocation with this exit code unless it is caught. */
JSValue throw_failure(uint32_t code, const char *text);

/** Executes what promises wait for until nothing is left. */
void run_jobs(void);
/** The value that a promise was fulfilled with; other values as they are. Ends the invocation otherwise. */
JSValue settled(JSValue);

/** Ends the invocation with the exception that is pending. `code`: unless it names another. */
_Noreturn void leave_with_exception(uint32_t code);
