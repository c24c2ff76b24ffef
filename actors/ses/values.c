#include "values.h"
#include "c/exit.h"
#include "c/syscalls.h"
#include <stdlib.h>

/** Far below what the FVM's limit of stack lets a recursion reach. */
#define MAX_DEPTH 64

#define MAX_SAFE 9007199254740991ull
#define TAG_LINK 42

enum simple { SIMPLE_FALSE = 20, SIMPLE_TRUE = 21, SIMPLE_NULL = 22 };

static JSClassID plain_class, cid_class_id;
static void *object_prototype;

static int write_at(struct writer *, JSValueConst, uint32_t depth);
static JSValue read_at(struct reader *, uint32_t depth);

static int refuse(const char *text) {
  throw_failure(SERIALIZATION, text);
  return 0;
}

static JSValue refuse_item(const char *text) { return throw_failure(SERIALIZATION, text); }

/** Length of the UTF-8 sequence at `at`, 0 if there is none: RFC 3629 without surrogates and overlong forms. */
static uint32_t sequence_at(const uint8_t *at, const uint8_t *end) {
  uint8_t first = at[0];
  if (first < 0x80) return 1;
  uint32_t length = first >= 0xc2 && first <= 0xdf ? 2 : (first & 0xf0) == 0xe0 ? 3 : first >= 0xf0 && first <= 0xf4 ? 4 : 0;
  if (length == 0 || length > (uint32_t)(end - at)) return 0;
  for (uint32_t i = 1; i < length; i++)
    if ((at[i] & 0xc0) != 0x80) return 0;
  uint8_t second = at[1];
  if (first == 0xe0 && second < 0xa0) return 0;
  if (first == 0xed && second > 0x9f) return 0;
  if (first == 0xf0 && second < 0x90) return 0;
  if (first == 0xf4 && second > 0x8f) return 0;
  return length;
}

static int is_utf8(struct bytes text) {
  const uint8_t *end = text.at + text.length;
  for (const uint8_t *at = text.at; at < end;) {
    uint32_t length = sequence_at(at, end);
    if (length == 0) return 0;
    at += length;
  }
  return 1;
}

static void write_integer(struct writer *writer, int64_t value) {
  if (value >= 0) write_head(writer, CBOR_UINT, (uint64_t)value);
  else write_head(writer, CBOR_NEGATIVE, (uint64_t)(-1 - value));
}

static int is_safe(double value) {
  return value >= -(double)MAX_SAFE && value <= (double)MAX_SAFE && value == (double)(int64_t)value;
}

static int same_bigint(JSValueConst value, JSValue made) {
  bool same = JS_IsStrictEqual(js, value, made);
  JS_FreeValue(js, made);
  return same;
}

static int write_bigint(struct writer *writer, JSValueConst value) {
  uint64_t natural;
  int64_t integer;
  JS_ToBigUint64(js, &natural, value);
  if (same_bigint(value, JS_NewBigUint64(js, natural))) {
    write_head(writer, CBOR_UINT, natural);
    return 1;
  }
  JS_ToBigInt64(js, &integer, value);
  if (!same_bigint(value, JS_NewBigInt64(js, integer))) return refuse("an integer is beyond 64 bits");
  write_integer(writer, integer);
  return 1;
}

static int write_text(struct writer *writer, JSValueConst value) {
  size_t length;
  const char *text = JS_ToCStringLen(js, &length, value);
  if (text == NULL) return 0;
  struct bytes bytes = {(const uint8_t *)text, (uint32_t)length};
  int valid = is_utf8(bytes);
  if (valid) write_string(writer, CBOR_TEXT, bytes);
  JS_FreeCString(js, text);
  return valid || refuse("a text has a surrogate without its other half");
}

/** A property's value, if it is one that data can have. */
static int data_property(JSValueConst object, JSAtom atom, JSValue *value) {
  JSPropertyDescriptor found;
  int has = JS_GetOwnProperty(js, &found, object, atom);
  if (has < 0) return 0;
  if (has == 0) return refuse("an array has a hole");
  if (found.flags & JS_PROP_GETSET) return refuse("an accessor is no data");
  if (!(found.flags & JS_PROP_ENUMERABLE)) return refuse("a property that is not enumerable is no data");
  *value = found.value;
  return 1;
}

static int write_property(struct writer *writer, JSValueConst object, JSAtom atom, uint32_t depth) {
  JSValue value;
  if (!data_property(object, atom, &value)) return 0;
  int done = write_at(writer, value, depth);
  JS_FreeValue(js, value);
  return done;
}

static int write_array(struct writer *writer, JSValueConst array, uint32_t depth) {
  int64_t length;
  if (JS_GetLength(js, array, &length) < 0) return 0;
  write_head(writer, CBOR_ARRAY, (uint64_t)length);
  for (uint32_t i = 0; i < length; i++) {
    JSAtom atom = JS_NewAtomUInt32(js, i);
    int done = write_property(writer, array, atom, depth);
    JS_FreeAtom(js, atom);
    if (!done) return 0;
  }
  return 1;
}

struct key {
  struct bytes text;
  JSAtom atom;
};

/** In DAG-CBOR, the shorter key is first. */
static int key_order(const void *a, const void *b) {
  struct bytes left = ((const struct key *)a)->text, right = ((const struct key *)b)->text;
  return left.length != right.length ? (left.length < right.length ? -1 : 1) : compare_bytes(left, right);
}

static int write_keys(struct writer *writer, JSValueConst object, struct key *keys, uint32_t count, uint32_t depth) {
  qsort(keys, count, sizeof(struct key), key_order);
  write_head(writer, CBOR_MAP, count);
  for (uint32_t i = 0; i < count; i++) {
    if (!is_utf8(keys[i].text)) return refuse("a key has a surrogate without its other half");
    write_string(writer, CBOR_TEXT, keys[i].text);
    if (!write_property(writer, object, keys[i].atom, depth)) return 0;
  }
  return 1;
}

static int write_object(struct writer *writer, JSValueConst object, uint32_t depth) {
  JSPropertyEnum *names;
  uint32_t count;
  JSValue prototype = JS_GetPrototype(js, object);
  int is_plain = JS_IsNull(prototype) || (JS_IsObject(prototype) && JS_VALUE_GET_PTR(prototype) == object_prototype);
  JS_FreeValue(js, prototype);
  if (!is_plain) return refuse("an object of a class is no data");
  if (JS_GetOwnPropertyNames(js, &names, &count, object, JS_GPN_STRING_MASK | JS_GPN_SYMBOL_MASK) < 0) return 0;
  struct key *keys = take(count * sizeof(struct key));
  for (uint32_t i = 0; i < count; i++) {
    size_t length;
    JSValue name = JS_AtomToValue(js, names[i].atom);
    if (JS_IsSymbol(name)) return refuse("a symbol is no key of data");
    const char *text = JS_ToCStringLen(js, &length, name);
    keys[i] = (struct key){{(const uint8_t *)text, (uint32_t)length}, names[i].atom};
    JS_FreeValue(js, name);
  }
  int done = write_keys(writer, object, keys, count, depth);
  for (uint32_t i = 0; i < count; i++) JS_FreeCString(js, (const char *)keys[i].text.at);
  JS_FreePropertyEnum(js, names, count);
  free(keys);
  return done;
}

static int write_reference(struct writer *writer, JSValueConst value, uint32_t depth) {
  struct bytes bytes;
  if (depth == MAX_DEPTH) return refuse("data is nested deeper than 64 levels");
  if (JS_IsArray(value)) return write_array(writer, value, depth + 1);
  if (JS_GetClassID(value) == plain_class) return write_object(writer, value, depth + 1);
  if (is_bytes(value, &bytes)) {
    write_string(writer, CBOR_BYTES, bytes);
    return 1;
  }
  if (is_cid(value, &bytes)) {
    write_link(writer, bytes);
    return 1;
  }
  return refuse("a function, a proxy or an object of a class is no data");
}

static int write_at(struct writer *writer, JSValueConst value, uint32_t depth) {
  switch (JS_VALUE_GET_NORM_TAG(value)) {
    case JS_TAG_INT:
      write_integer(writer, JS_VALUE_GET_INT(value));
      return 1;
    case JS_TAG_FLOAT64:
      if (!is_safe(JS_VALUE_GET_FLOAT64(value))) return refuse("a number is no safe integer");
      write_integer(writer, (int64_t)JS_VALUE_GET_FLOAT64(value));
      return 1;
    case JS_TAG_BIG_INT:
    case JS_TAG_SHORT_BIG_INT:
      return write_bigint(writer, value);
    case JS_TAG_BOOL:
      write_head(writer, CBOR_OTHER, JS_VALUE_GET_BOOL(value) ? SIMPLE_TRUE : SIMPLE_FALSE);
      return 1;
    case JS_TAG_NULL:
      write_head(writer, CBOR_OTHER, SIMPLE_NULL);
      return 1;
    case JS_TAG_STRING:
    case JS_TAG_STRING_ROPE:
      return write_text(writer, value);
    case JS_TAG_OBJECT:
      return write_reference(writer, value, depth);
    default:
      return refuse("undefined and symbols are no data");
  }
}

int write_value(struct writer *writer, JSValueConst value) { return write_at(writer, value, 0); }

static JSValue read_negative(uint64_t value) {
  if (value < MAX_SAFE) return JS_NewInt64(js, -1 - (int64_t)value);
  if (value > INT64_MAX) return refuse_item("an integer is beyond 64 bits");
  return JS_NewBigInt64(js, -1 - (int64_t)value);
}

static JSValue read_text_value(struct reader *reader) {
  struct bytes text = read_text(reader);
  if (!is_utf8(text)) return refuse_item("a text is no UTF-8");
  return JS_NewStringLen(js, (const char *)text.at, text.length);
}

static JSValue read_link_value(struct reader *reader) {
  if (read_head(reader, CBOR_TAG) != TAG_LINK || at_end(reader) || next_major(reader) != CBOR_BYTES)
    return refuse_item("a tag is no link");
  struct bytes link = read_bytes(reader);
  if (link.length < 2 || link.length > FVM_MAX_CID || link.at[0] != 0) return refuse_item("a link is no CID");
  return cid_value((struct bytes){link.at + 1, link.length - 1});
}

static JSValue read_array(struct reader *reader, uint32_t depth) {
  uint64_t length = read_head(reader, CBOR_ARRAY);
  JSValue array = JS_NewArray(js);
  for (uint32_t i = 0; i < length; i++) {
    JSValue value = read_at(reader, depth);
    if (JS_IsException(value)) return value;
    JS_DefinePropertyValueUint32(js, array, i, value, JS_PROP_C_W_E);
  }
  return array;
}

static JSValue read_object(struct reader *reader, uint32_t depth) {
  uint64_t count = read_head(reader, CBOR_MAP);
  JSValue object = JS_NewObject(js);
  for (uint64_t i = 0; i < count; i++) {
    if (next_major(reader) != CBOR_TEXT) return refuse_item("a key is no text");
    struct bytes text = read_text(reader);
    if (!is_utf8(text)) return refuse_item("a key is no UTF-8");
    JSAtom atom = JS_NewAtomLen(js, (const char *)text.at, text.length);
    if (JS_GetOwnProperty(js, NULL, object, atom) != 0) return refuse_item("a key is there twice");
    JSValue value = read_at(reader, depth);
    if (JS_IsException(value)) return value;
    JS_DefinePropertyValue(js, object, atom, value, JS_PROP_C_W_E);
    JS_FreeAtom(js, atom);
  }
  return object;
}

static JSValue read_other(struct reader *reader) {
  uint8_t first = *reader->at;
  reader->at++;
  switch (first & 31) {
    case SIMPLE_FALSE:
      return JS_FALSE;
    case SIMPLE_TRUE:
      return JS_TRUE;
    case SIMPLE_NULL:
      return JS_NULL;
    default:
      return refuse_item("floats and undefined are no data");
  }
}

static JSValue read_at(struct reader *reader, uint32_t depth) {
  switch (next_major(reader)) {
    case CBOR_UINT:
      return uint64_value(read_head(reader, CBOR_UINT));
    case CBOR_NEGATIVE:
      return read_negative(read_head(reader, CBOR_NEGATIVE));
    case CBOR_BYTES:
      return bytes_value(read_bytes(reader));
    case CBOR_TEXT:
      return read_text_value(reader);
    case CBOR_TAG:
      return read_link_value(reader);
    case CBOR_OTHER:
      return read_other(reader);
    case CBOR_ARRAY:
      return depth == MAX_DEPTH ? refuse_item("data is nested deeper than 64 levels") : read_array(reader, depth + 1);
    default:
      return depth == MAX_DEPTH ? refuse_item("data is nested deeper than 64 levels") : read_object(reader, depth + 1);
  }
}

JSValue value_of(struct bytes item) {
  struct reader reader = reader_of(item);
  JSValue value = read_at(&reader, 0);
  if (!JS_IsException(value)) read_end(&reader);
  return value;
}

JSValue foreign_value(struct bytes item) {
  return is_item(item) ? value_of(item) : refuse_item("malformed CBOR");
}

JSValue uint64_value(uint64_t value) {
  return value <= MAX_SAFE ? JS_NewInt64(js, (int64_t)value) : JS_NewBigUint64(js, value);
}

int is_uint64(JSValueConst value, uint64_t *found) {
  if (JS_IsBigInt(value)) {
    JS_ToBigUint64(js, found, value);
    return same_bigint(value, JS_NewBigUint64(js, *found));
  }
  double number;
  if (!JS_IsNumber(value) || JS_ToFloat64(js, &number, value) < 0) return 0;
  if (number < 0 || !is_safe(number)) return 0;
  *found = (uint64_t)number;
  return 1;
}

JSValue bytes_value(struct bytes bytes) { return JS_NewUint8ArrayCopy(js, bytes.at, bytes.length); }

int is_bytes(JSValueConst value, struct bytes *found) {
  size_t length;
  if (JS_GetTypedArrayType(value) != JS_TYPED_ARRAY_UINT8) return 0;
  uint8_t *at = JS_GetUint8Array(js, &length, value);
  if (at == NULL) {
    // A detached buffer.
    JS_FreeValue(js, JS_GetException(js));
    return 0;
  }
  *found = (struct bytes){at, (uint32_t)length};
  return 1;
}

JSValue cid_value(struct bytes bytes) {
  struct bytes *own = take(sizeof(struct bytes));
  *own = copy_bytes(bytes);
  JSValue cid = JS_NewObjectClass(js, cid_class_id);
  JS_SetOpaque(cid, own);
  JS_PreventExtensions(js, cid);
  return cid;
}

int is_cid(JSValueConst value, struct bytes *found) {
  struct bytes *own = JS_GetOpaque(value, cid_class_id);
  if (own != NULL) *found = *own;
  return own != NULL;
}

static JSValue construct_cid(JSContext *context, JSValueConst target, int count, JSValueConst *arguments) {
  struct bytes bytes;
  (void)target;
  if (count < 1 || !is_bytes(arguments[0], &bytes) || bytes.length < 2 || bytes.length > FVM_MAX_CID)
    return JS_ThrowTypeError(context, "a CID is made from its bytes");
  return cid_value(bytes);
}

static JSValue cid_bytes(JSContext *context, JSValueConst self) {
  struct bytes bytes;
  if (!is_cid(self, &bytes)) return JS_ThrowTypeError(context, "no CID");
  return bytes_value(bytes);
}

static const JSCFunctionListEntry cid_members[] = {JS_CGETSET_DEF("bytes", cid_bytes, NULL)};

JSValue cid_class(void) {
  JSValue prototype = JS_NewObject(js);
  JS_SetPropertyFunctionList(js, prototype, cid_members, 1);
  JSValue class = JS_NewCFunction2(js, construct_cid, "Cid", 1, JS_CFUNC_constructor, 0);
  JS_SetConstructor(js, class, prototype);
  JS_SetClassProto(js, cid_class_id, prototype);
  return class;
}

void make_values(void) {
  static const JSClassDef cid = {.class_name = "Cid"};
  JSValue object = JS_NewObject(js);
  plain_class = JS_GetClassID(object);
  object_prototype = JS_VALUE_GET_PTR(JS_GetPrototype(js, object));
  JS_NewClassID(JS_GetRuntime(js), &cid_class_id);
  JS_NewClass(JS_GetRuntime(js), cid_class_id, &cid);
}
