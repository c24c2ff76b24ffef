/**
 * An actor that executes the scripts of one test on the engine as it is: without ses, prelude and capabilities. Its
 * parameters are [scripts before the test, the test, whether it is strict, whether it is asynchronous].
 */
#include "c/blocks.h"
#include "c/cbor.h"
#include "c/exit.h"
#include "c/syscalls.h"
#include "ses/engine.h"
#include <string.h>

#define EXPORT(name) __attribute__((export_name(#name)))
#define COMPLETE "Test262:AsyncTestComplete"

static JSValue printed = JS_UNDEFINED;

static JSValue print(JSContext *context, JSValueConst self, int count, JSValueConst *arguments) {
  (void)context, (void)self, (void)count;
  printed = JS_DupValue(js, arguments[0]);
  return JS_UNDEFINED;
}

static JSValue compiled(struct bytes source, int flags) {
  char *text = take(source.length + 1);
  memcpy(text, source.at, source.length);
  return JS_Eval(js, text, source.length, "test.js", flags | JS_EVAL_FLAG_COMPILE_ONLY);
}

static void execute(struct bytes source, int flags) {
  JSValue script = compiled(source, flags);
  if (JS_IsException(script)) leave_with_exception(ILLEGAL_ARGUMENT);
  if (JS_IsException(JS_EvalFunction(js, script))) leave_with_exception(UNSPECIFIED);
}

EXPORT(invoke) uint32_t invoke(uint32_t handle) {
  struct fvm_stat stat;
  enter_engine();
  check(ipld_stat(&stat, handle), "no parameters");
  struct reader reader = reader_of(block_bytes(handle, stat.size));
  read_tuple(&reader, 4);
  for (uint64_t rest = read_head(&reader, CBOR_ARRAY); rest > 0; rest--) execute(read_bytes(&reader), 0);
  struct bytes test = read_bytes(&reader);
  int strict = read_u32(&reader) != 0, is_async = read_u32(&reader) != 0;
  execute(test, strict ? JS_EVAL_FLAG_STRICT : 0);
  run_jobs();
  if (!is_async) return 0;
  const char *text = JS_ToCString(js, printed);
  if (text == NULL || strcmp(text, COMPLETE) != 0) fail(UNSPECIFIED, text == NULL ? "nothing was printed" : text);
  return 0;
}

EXPORT(begin) void begin(void) {
  make_engine();
  JS_AddIntrinsicWeakRef(js);
  JSValue global = JS_GetGlobalObject(js);
  JS_SetPropertyStr(js, global, "print", JS_NewCFunction(js, print, "print", 1));
  JS_FreeValue(js, global);
}
