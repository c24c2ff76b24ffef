#include "engine.h"
#include "c/exit.h"
#include <stdlib.h>
#include <string.h>

/** Bytes, of the 128 KiB of C's stack; the rest is for code that checks nothing. */
#define STACK_SIZE (96 * 1024)

/** System exit codes, which contracts cannot end with. */
#define FIRST_EXIT_CODE 16

JSContext *js;
JSValue position_of = JS_UNDEFINED;

/** Memory that runs out ends the invocation: no contract can catch it and go on. */
static void *present(void *memory, size_t size) {
  if (memory == NULL && size > 0) fail(ASSERTION_FAILED, "out of memory");
  return memory;
}

static void *engine_calloc(void *opaque, size_t count, size_t size) {
  (void)opaque;
  return present(calloc(count, size), size);
}

static void *engine_malloc(void *opaque, size_t size) {
  (void)opaque;
  return present(malloc(size), size);
}

static void engine_free(void *opaque, void *memory) {
  (void)opaque;
  free(memory);
}

static void *engine_realloc(void *opaque, void *memory, size_t size) {
  (void)opaque;
  return present(realloc(memory, size), size);
}

/** Unknown: the engine only counts with it. */
static size_t engine_usable_size(const void *memory) {
  (void)memory;
  return 0;
}

static const JSMallocFunctions allocator = {
    .js_calloc = engine_calloc,
    .js_malloc = engine_malloc,
    .js_free = engine_free,
    .js_realloc = engine_realloc,
    .js_malloc_usable_size = engine_usable_size,
};

void *take(uint32_t size) { return engine_calloc(NULL, 1, size); }

/** Promises that were rejected and that nothing has handled so far. */
struct rejection {
  struct rejection *next;
  JSValue promise, reason;
};
static struct rejection *rejections;

static void note_rejection(
    JSContext *context, JSValueConst promise, JSValueConst reason, bool is_handled, void *opaque
) {
  (void)opaque;
  if (!is_handled) {
    struct rejection *new = take(sizeof(struct rejection));
    *new = (struct rejection){rejections, JS_DupValue(context, promise), JS_DupValue(context, reason)};
    rejections = new;
    return;
  }
  for (struct rejection **at = &rejections; *at != NULL; at = &(*at)->next) {
    if (JS_VALUE_GET_PTR((*at)->promise) != JS_VALUE_GET_PTR(promise)) continue;
    *at = (*at)->next;
    return;
  }
}

void make_engine(void) {
  JSRuntime *runtime = JS_NewRuntime2(&allocator, NULL);
  // Cycles stay: what is observable must not depend on a threshold, and an invocation is short.
  JS_SetGCThreshold(runtime, (size_t)-1);
  JS_SetMaxStackSize(runtime, STACK_SIZE);
  JS_SetHostPromiseRejectionTracker(runtime, note_rejection, NULL);
  js = JS_NewContextRaw(runtime);
  JS_AddIntrinsicBaseObjects(js);
  JS_AddIntrinsicDate(js);
  JS_AddIntrinsicEval(js);
  JS_AddIntrinsicRegExp(js);
  JS_AddIntrinsicJSON(js);
  JS_AddIntrinsicProxy(js);
  JS_AddIntrinsicMapSet(js);
  JS_AddIntrinsicTypedArrays(js);
  JS_AddIntrinsicPromise(js);
}

void enter_engine(void) { JS_UpdateStackTop(JS_GetRuntime(js)); }

JSValue own_value(JSValueConst object, const char *name) {
  JSPropertyDescriptor found;
  if (!JS_IsObject(object) || JS_IsProxy(object)) return JS_UNDEFINED;
  JSAtom atom = JS_NewAtom(js, name);
  int has = JS_GetOwnProperty(js, &found, object, atom);
  JS_FreeAtom(js, atom);
  return has > 0 && !(found.flags & JS_PROP_GETSET) ? found.value : JS_UNDEFINED;
}

JSValue throw_failure(uint32_t code, const char *text) {
  JSValue error = JS_NewError(js);
  JS_DefinePropertyValueStr(js, error, "message", JS_NewString(js, text), JS_PROP_C_W_E);
  JS_DefinePropertyValueStr(js, error, "exitCode", JS_NewUint32(js, code), JS_PROP_C_W_E);
  return JS_Throw(js, error);
}

void run_jobs(void) {
  JSContext *context;
  int outcome;
  do outcome = JS_ExecutePendingJob(JS_GetRuntime(js), &context);
  while (outcome > 0);
  if (outcome < 0) leave_with_exception(UNSPECIFIED);
}

static void throw_unhandled(void) {
  if (rejections == NULL) return;
  JS_Throw(js, rejections->reason);
  leave_with_exception(UNSPECIFIED);
}

JSValue settled(JSValue value) {
  if (JS_IsException(value)) leave_with_exception(UNSPECIFIED);
  if (JS_IsPromise(value)) JS_PromiseMarkAsHandled(js, value);
  run_jobs();
  if (!JS_IsPromise(value)) {
    throw_unhandled();
    return value;
  }
  switch (JS_PromiseState(js, value)) {
    case JS_PROMISE_FULFILLED:
      throw_unhandled();
      return JS_PromiseResult(js, value);
    case JS_PROMISE_REJECTED:
      JS_Throw(js, JS_PromiseResult(js, value));
      leave_with_exception(UNSPECIFIED);
    default:
      fail(UNSPECIFIED, "a promise is pending that nothing will settle");
  }
}

/** The text of a value without running code of the contract: of strings, numbers and the like. */
static void add_value(struct text *to, JSValueConst value) {
  if (JS_IsObject(value) || JS_IsSymbol(value)) return add_text(to, "an object");
  const char *text = JS_ToCString(js, value);
  if (text != NULL) add_text(to, text);
}

/** A property that a class gives its errors: the code of a class may answer. Nothing if it does not with a text. */
static void add_property(struct text *to, const char *before, JSValueConst value, const char *after) {
  if (!JS_IsString(value)) return JS_FreeValue(js, JS_GetException(js));
  add_text(to, before);
  add_value(to, value);
  add_text(to, after);
}

void leave_with_exception(uint32_t code) {
  JSValue error = JS_GetException(js);
  struct text text = {0};
  JSValue own_code = own_value(error, "exitCode");
  double number = 0;
  if (JS_IsNumber(own_code)) JS_ToFloat64(js, &number, own_code);
  int named = number >= FIRST_EXIT_CODE && number <= UINT32_MAX && number == (double)(uint32_t)number;
  if (JS_IsError(error)) {
    if (!named) add_property(&text, "", JS_GetPropertyStr(js, error, "name"), ": ");
    add_value(&text, own_value(error, "message"));
    if (!named) add_property(&text, " (", JS_Call(js, position_of, JS_UNDEFINED, 1, &error), ")");
  } else {
    add_text(&text, "thrown: ");
    add_value(&text, error);
  }
  fail_with(named ? (uint32_t)number : code, &text);
}
