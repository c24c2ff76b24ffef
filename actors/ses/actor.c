/**
 * The JavaScript actor: a contract is a module in the state of an actor of this code. The constructor takes
 * [source, parameters of the contract's own `Constructor`]; all other methods are the contract's exports.
 */
#include "c/blocks.h"
#include "c/cbor.h"
#include "c/contract.h"
#include "c/exit.h"
#include "c/syscalls.h"
#include "capabilities.h"
#include "engine.h"
#include "program.h"
#include "values.h"
#include <stdlib.h>

#define CONSTRUCTOR 1
#define EXPORT(name) __attribute__((export_name(#name)))

/** The second argument of all methods. */
static JSValue authority;

/** Calls a method and keeps what it changed; the block that it returns. */
static uint32_t call(JSValueConst method, JSValueConst params) {
  JSValueConst arguments[] = {params, authority};
  JSValue result = settled(JS_Call(js, method, JS_UNDEFINED, 2, arguments));
  uint32_t block = result_block(result);
  save_contract();
  return block;
}

static uint32_t construct(uint32_t handle) {
  struct fvm_stat stat;
  if (handle == 0) fail(SERIALIZATION, "no source");
  check(ipld_stat(&stat, handle), "no parameters");
  struct reader reader = reader_of(block_bytes(handle, stat.size));
  read_tuple(&reader, 2);
  struct bytes source = read_bytes(&reader);
  struct bytes own = read_bytes(&reader);
  read_end(&reader);
  JSValue namespace;
  found_contract(compile_program(source, &namespace));
  JSValue method = JS_GetPropertyStr(js, namespace, "Constructor");
  if (!JS_IsFunction(js, method)) {
    if (own.length > 0) fail(UNHANDLED_MESSAGE, "the contract has no Constructor");
    return 0;
  }
  JSValue params = own.length == 0 ? JS_UNDEFINED : foreign_value(own);
  if (JS_IsException(params)) leave_with_exception(SERIALIZATION);
  return call(method, params);
}

EXPORT(invoke) uint32_t invoke(uint32_t handle) {
  struct fvm_message_context context;
  check(vm_message_context(&context), "no message");
  enter_engine();
  if (context.method == CONSTRUCTOR) return construct(handle);
  JSValue method = method_of(open_contract(), context.method);
  if (JS_IsUndefined(method)) fail(UNHANDLED_MESSAGE, "the contract has no such method");
  JSValue params = params_value(handle);
  if (JS_IsException(params)) leave_with_exception(SERIALIZATION);
  return call(method, params);
}

/*
 * The rest is for the build. It compiles scripts in an instance of their own, executes them in another one, and
 * takes a snapshot of that: memory that compiling takes is no part of it, and neither are sources.
 */

EXPORT(room) char *room(uint32_t length) { return take(length + 1); }

EXPORT(begin) void begin(void) {
  make_engine();
  make_values();
  make_capabilities();
}

EXPORT(compile) const struct bytes *compile(const char *text, uint32_t length) {
  size_t size;
  JSValue script = JS_Eval(js, text, length, "start.js", JS_EVAL_FLAG_COMPILE_ONLY | JS_EVAL_FLAG_STRICT);
  if (JS_IsException(script)) leave_with_exception(UNSPECIFIED);
  int flags = JS_WRITE_OBJ_BYTECODE | JS_WRITE_OBJ_STRIP_SOURCE | JS_WRITE_OBJ_STRIP_DEBUG;
  struct bytes *made = take(sizeof(struct bytes));
  made->at = JS_WriteObject(js, &size, script, flags);
  made->length = (uint32_t)size;
  return made;
}

static JSValue execute(uint8_t *bytecode, uint32_t length) {
  JSValue result = JS_EvalFunction(js, JS_ReadObject(js, bytecode, length, JS_READ_OBJ_BYTECODE));
  free(bytecode);
  if (JS_IsException(result)) leave_with_exception(UNSPECIFIED);
  run_jobs();
  return result;
}

EXPORT(run) void run(uint8_t *bytecode, uint32_t length) { JS_FreeValue(js, execute(bytecode, length)); }

/** The prelude is a function: of the capabilities it makes { authority, exports, helpers }. */
EXPORT(finish) void finish(uint8_t *bytecode, uint32_t length) {
  JSValue prelude = execute(bytecode, length);
  JSValue given = capabilities();
  JSValue made = JS_Call(js, prelude, JS_UNDEFINED, 1, &given);
  if (JS_IsException(made)) leave_with_exception(UNSPECIFIED);
  authority = JS_GetPropertyStr(js, made, "authority");
  make_module(JS_GetPropertyStr(js, made, "exports"));
  use_helpers(JS_GetPropertyStr(js, made, "helpers"));
  JS_FreeValues(js, made, given, prelude);
}
