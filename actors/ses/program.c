#include "program.h"
#include "c/blocks.h"
#include "c/cbor.h"
#include "c/exit.h"
#include "c/syscalls.h"
#include <stdlib.h>
#include <string.h>

#define VERSION 1
#define CONSTRUCTOR 1
/** FRC-0042: numbers below stand for what their actors define. */
#define FIRST_METHOD (1u << 24)
#define BLAKE2B_512 0xb240

/** As error messages name it. */
#define FILE_NAME "contract.js"

static JSValue module_exports;
static JSValue evaluated;

static int has_name(const char *name) {
  for (const char *at = name; *at != 0; at++) {
    char c = *at;
    int letter = (c >= 'A' && c <= 'Z') || c == '_';
    int later = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (!letter && (at == name || !later)) return 0;
  }
  return *name != 0;
}

/** FRC-0042: the first four bytes of a hash that are large enough; `Constructor` is 1. */
static uint32_t number_of(const char *name) {
  if (strcmp(name, "Constructor") == 0) return CONSTRUCTOR;
  uint8_t digest[64];
  uint32_t used;
  struct writer text = {0};
  write_raw(&text, (struct bytes){(const uint8_t *)"1|", 2});
  write_raw(&text, (struct bytes){(const uint8_t *)name, (uint32_t)strlen(name)});
  check(crypto_hash(&used, BLAKE2B_512, text.at, text.length, digest, sizeof digest), "no hash");
  for (uint32_t at = 0; at + 4 <= sizeof digest; at += 4) {
    uint32_t number =
        (uint32_t)digest[at] << 24 | (uint32_t)digest[at + 1] << 16 | (uint32_t)digest[at + 2] << 8 | digest[at + 3];
    if (number >= FIRST_METHOD) return number;
  }
  fail(ILLEGAL_ARGUMENT, "a method's name has no number");
}

/** Everything that a contract can import comes from here. */
static JSModuleDef *load_module(JSContext *context, const char *name, void *opaque) {
  (void)opaque;
  JS_ThrowReferenceError(context, "there is no module %s", name);
  return NULL;
}

static char *same_name(JSContext *context, const char *base, const char *name, void *opaque) {
  (void)base, (void)opaque;
  return js_strdup(context, name);
}

static int fill_module(JSContext *context, JSModuleDef *module) {
  JSPropertyEnum *names;
  uint32_t count;
  if (JS_GetOwnPropertyNames(context, &names, &count, module_exports, JS_GPN_STRING_MASK) < 0) return -1;
  for (uint32_t i = 0; i < count; i++) {
    const char *name = JS_AtomToCString(context, names[i].atom);
    JS_SetModuleExport(context, module, name, JS_GetProperty(context, module_exports, names[i].atom));
    JS_FreeCString(context, name);
  }
  JS_FreePropertyEnum(context, names, count);
  return 0;
}

void make_module(JSValueConst exports) {
  static const char first_use[] = "import \"fvm:actor\";";
  JSPropertyEnum *names;
  uint32_t count;
  module_exports = JS_DupValue(js, exports);
  JS_SetModuleLoaderFunc(JS_GetRuntime(js), same_name, load_module, NULL);
  JSModuleDef *module = JS_NewCModule(js, "fvm:actor", fill_module);
  JS_GetOwnPropertyNames(js, &names, &count, exports, JS_GPN_STRING_MASK);
  for (uint32_t i = 0; i < count; i++) JS_AddModuleExport(js, module, JS_AtomToCString(js, names[i].atom));
  JS_FreePropertyEnum(js, names, count);
  // Evaluated once, so that contracts find it as it is.
  settled(JS_Eval(js, first_use, sizeof first_use - 1, "start.js", JS_EVAL_TYPE_MODULE));
}

/** Executes a module's body; its exports. */
static JSValue namespace_of(JSValue module) {
  JSModuleDef *definition = JS_VALUE_GET_PTR(module);
  evaluated = module;
  settled(JS_EvalFunction(js, JS_DupValue(js, module)));
  return JS_GetModuleNamespace(js, definition);
}

static void write_methods(struct writer *writer, JSValueConst namespace) {
  JSPropertyEnum *names;
  uint32_t count, methods = 0;
  struct writer list = {0};
  if (JS_GetOwnPropertyNames(js, &names, &count, namespace, JS_GPN_STRING_MASK) < 0)
    leave_with_exception(ILLEGAL_ARGUMENT);
  for (uint32_t i = 0; i < count; i++) {
    const char *name = JS_AtomToCString(js, names[i].atom);
    if (!has_name(name) || !JS_IsFunction(js, JS_GetProperty(js, namespace, names[i].atom))) continue;
    write_head(&list, CBOR_ARRAY, 2);
    write_head(&list, CBOR_UINT, number_of(name));
    write_string(&list, CBOR_TEXT, (struct bytes){(const uint8_t *)name, (uint32_t)strlen(name)});
    methods++;
  }
  write_head(writer, CBOR_ARRAY, methods);
  write_raw(writer, written(&list));
}

struct bytes compile_program(struct bytes source, JSValue *namespace) {
  size_t size;
  char *text = take(source.length + 1);
  memcpy(text, source.at, source.length);
  JSValue module =
      JS_Eval(js, text, source.length, FILE_NAME, JS_EVAL_TYPE_MODULE | JS_EVAL_FLAG_COMPILE_ONLY);
  if (JS_IsException(module)) leave_with_exception(ILLEGAL_ARGUMENT);
  uint8_t *bytecode = JS_WriteObject(js, &size, module, JS_WRITE_OBJ_BYTECODE | JS_WRITE_OBJ_STRIP_SOURCE);
  if (bytecode == NULL) leave_with_exception(ILLEGAL_ARGUMENT);
  *namespace = namespace_of(module);
  struct writer kept = {0}, program = {0};
  write_string(&kept, CBOR_BYTES, source);
  write_head(&program, CBOR_ARRAY, 4);
  write_head(&program, CBOR_UINT, VERSION);
  write_string(&program, CBOR_BYTES, (struct bytes){bytecode, (uint32_t)size});
  write_methods(&program, *namespace);
  write_link(&program, store_block(written(&kept)));
  return written(&program);
}

/** The name of the method of this number, of length 0 if there is none. */
static struct bytes name_of(struct reader *reader, uint64_t number) {
  struct bytes found = {0};
  for (uint64_t rest = read_head(reader, CBOR_ARRAY); rest > 0; rest--) {
    read_tuple(reader, 2);
    uint64_t at = read_head(reader, CBOR_UINT);
    struct bytes name = read_text(reader);
    if (at == number) found = name;
  }
  return found;
}

JSValue method_of(struct bytes program, uint64_t number) {
  struct reader reader = reader_of(program);
  read_tuple(&reader, 4);
  if (read_head(&reader, CBOR_UINT) != VERSION) fail(ILLEGAL_STATE, "a program of another version");
  struct bytes bytecode = read_bytes(&reader);
  struct bytes name = name_of(&reader, number);
  if (name.length == 0) return JS_UNDEFINED;
  JSValue module = JS_ReadObject(js, bytecode.at, bytecode.length, JS_READ_OBJ_BYTECODE);
  if (JS_IsException(module) || JS_ResolveModule(js, module) < 0) leave_with_exception(ILLEGAL_STATE);
  JSAtom atom = JS_NewAtomLen(js, (const char *)name.at, name.length);
  return JS_GetProperty(js, namespace_of(module), atom);
}
