#include "capabilities.h"
#include "c/blocks.h"
#include "c/contract.h"
#include "c/exit.h"
#include "c/hamt.h"
#include "c/syscalls.h"
#include "values.h"
#include <stdio.h>
#include <string.h>

#define FUNCTION(name) \
  static JSValue name(JSContext *context, JSValueConst self, int count, JSValueConst *arguments)
/** The engine passes `undefined` for what was left out, up to the number that a function declares. */
#define ARGUMENT(number) arguments[number]
#define UNUSED (void)context, (void)self, (void)count, (void)arguments

static JSClassID map_class;
static JSValue high_of, wide_of;
/** Decoded once, until it may have changed. */
static JSValue state_value = JS_UNDEFINED;
static int state_known;
static JSValue message_value = JS_UNDEFINED, network_value = JS_UNDEFINED;

/** Texts of the FVM's error numbers. */
static const char *const errors[] = {
    [FVM_ILLEGAL_ARGUMENT] = "illegal argument",
    [FVM_ILLEGAL_OPERATION] = "illegal operation",
    [FVM_LIMIT_EXCEEDED] = "limit exceeded",
    [FVM_ASSERTION_FAILED] = "assertion failed",
    [FVM_INSUFFICIENT_FUNDS] = "insufficient funds",
    [FVM_NOT_FOUND] = "not found",
    [FVM_INVALID_HANDLE] = "invalid handle",
    [FVM_ILLEGAL_CID] = "illegal CID",
    [FVM_ILLEGAL_CODEC] = "illegal codec",
    [FVM_SERIALIZATION] = "serialization",
    [FVM_FORBIDDEN] = "forbidden",
    [FVM_BUFFER_TOO_SMALL] = "buffer too small",
    [FVM_READ_ONLY] = "read-only",
};

/** A syscall's refusal: the error number is its `errno`. */
static JSValue refused(uint32_t error) {
  int known = error < sizeof errors / sizeof *errors && errors[error] != NULL;
  JSValue thrown = JS_NewPlainError(js, "%s", known ? errors[error] : "refused");
  JS_DefinePropertyValueStr(js, thrown, "errno", JS_NewUint32(js, error), JS_PROP_C_W_E);
  if (error == FVM_READ_ONLY)
    JS_DefinePropertyValueStr(js, thrown, "exitCode", JS_NewUint32(js, READ_ONLY), JS_PROP_C_W_E);
  return JS_Throw(js, thrown);
}

static JSValue token_value(struct fvm_token token) {
  if (token.high == 0) return JS_NewBigUint64(js, token.low);
  JSValue parts[] = {JS_NewBigUint64(js, token.high), JS_NewBigUint64(js, token.low)};
  return JS_Call(js, wide_of, JS_UNDEFINED, 2, parts);
}

/** Amounts are bigints, or integers that a number holds; undefined is none. */
static int is_token(JSValueConst value, struct fvm_token *found) {
  *found = (struct fvm_token){0};
  if (JS_IsUndefined(value) || is_uint64(value, &found->low)) return 1;
  if (!JS_IsBigInt(value)) return 0;
  JSValue high = JS_Call(js, high_of, JS_UNDEFINED, 1, &value);
  return is_uint64(high, &found->high);
}

static void set(JSValueConst object, const char *name, JSValue value) {
  JS_DefinePropertyValueStr(js, object, name, value, JS_PROP_ENUMERABLE);
}

FUNCTION(message) {
  UNUSED;
  struct fvm_message_context found;
  if (!JS_IsUndefined(message_value)) return JS_DupValue(js, message_value);
  check(vm_message_context(&found), "no message");
  JSValue object = JS_NewObject(js);
  set(object, "caller", uint64_value(found.caller));
  set(object, "origin", uint64_value(found.origin));
  set(object, "receiver", uint64_value(found.receiver));
  set(object, "method", uint64_value(found.method));
  set(object, "nonce", uint64_value(found.nonce));
  set(object, "value", token_value(found.value));
  set(object, "gasPremium", token_value(found.gas_premium));
  set(object, "readOnly", JS_NewBool(js, (found.flags & 1) != 0));
  JS_PreventExtensions(js, object);
  message_value = object;
  return JS_DupValue(js, object);
}

FUNCTION(network) {
  UNUSED;
  struct fvm_network_context found = {0};
  if (!JS_IsUndefined(network_value)) return JS_DupValue(js, network_value);
  check(network_context(&found), "no network");
  JSValue object = JS_NewObject(js);
  set(object, "epoch", JS_NewInt64(js, found.epoch));
  set(object, "timestamp", uint64_value(found.timestamp));
  set(object, "baseFee", token_value(found.base_fee));
  set(object, "chainId", uint64_value(found.chain_id));
  set(object, "version", JS_NewUint32(js, found.network_version));
  JS_PreventExtensions(js, object);
  network_value = object;
  return JS_DupValue(js, object);
}

FUNCTION(state_get) {
  UNUSED;
  if (!state_known) {
    struct bytes item = contract_state();
    state_value = item.length == 0 ? JS_UNDEFINED : value_of(item);
    if (JS_IsException(state_value)) return state_value;
    state_known = 1;
  }
  return JS_DupValue(js, state_value);
}

FUNCTION(state_set) {
  UNUSED;
  struct writer writer = {0};
  if (!write_value(&writer, ARGUMENT(0))) return JS_EXCEPTION;
  set_contract_state(written(&writer));
  state_known = 0;
  return JS_UNDEFINED;
}

FUNCTION(state_map) {
  UNUSED;
  size_t length;
  if (!JS_IsString(ARGUMENT(0))) return JS_ThrowTypeError(js, "a map's name is a text");
  const char *name = JS_ToCStringLen(js, &length, ARGUMENT(0));
  if (name == NULL) return JS_EXCEPTION;
  uint32_t number = contract_map((struct bytes){(const uint8_t *)name, (uint32_t)length});
  JS_FreeCString(js, name);
  JSValue map = JS_NewObjectClass(js, (int)map_class);
  JS_SetOpaque(map, (void *)(uintptr_t)(number + 1));
  JS_PreventExtensions(js, map);
  return map;
}

static struct hamt *map_of(JSValueConst self) {
  uintptr_t number = (uintptr_t)JS_GetOpaque(self, map_class);
  if (number == 0) JS_ThrowTypeError(js, "no map of the state");
  return number == 0 ? NULL : map_numbered(number - 1);
}

/** Keys are texts, bytes, or natural numbers: those as builtin actors write them, in seven bits a byte. */
static int is_key(JSValueConst value, struct bytes *key) {
  uint64_t number;
  struct bytes bytes;
  if (JS_IsString(value)) {
    size_t length;
    const char *text = JS_ToCStringLen(js, &length, value);
    *key = copy_bytes((struct bytes){(const uint8_t *)text, (uint32_t)length});
    JS_FreeCString(js, text);
    return 1;
  }
  if (is_bytes(value, &bytes)) {
    *key = copy_bytes(bytes);
    return 1;
  }
  if (is_uint64(value, &number)) {
    uint8_t *at = take(10);
    uint32_t length = 0;
    for (; number > 127; number >>= 7) at[length++] = (uint8_t)(number | 128);
    at[length++] = (uint8_t)number;
    *key = (struct bytes){at, length};
    return 1;
  }
  JS_ThrowTypeError(js, "a key is a text, bytes or a natural number");
  return 0;
}

FUNCTION(map_get) {
  UNUSED;
  struct bytes key, value;
  struct hamt *map = map_of(self);
  if (map == NULL || !is_key(ARGUMENT(0), &key)) return JS_EXCEPTION;
  return hamt_get(map, key, &value) ? value_of(value) : JS_UNDEFINED;
}

FUNCTION(map_has) {
  UNUSED;
  struct bytes key, value;
  struct hamt *map = map_of(self);
  if (map == NULL || !is_key(ARGUMENT(0), &key)) return JS_EXCEPTION;
  return JS_NewBool(js, hamt_get(map, key, &value));
}

FUNCTION(map_set) {
  UNUSED;
  struct bytes key;
  struct writer writer = {0};
  struct hamt *map = map_of(self);
  if (map == NULL || !is_key(ARGUMENT(0), &key) || !write_value(&writer, ARGUMENT(1))) return JS_EXCEPTION;
  hamt_set(map, key, written(&writer));
  return JS_UNDEFINED;
}

FUNCTION(map_delete) {
  UNUSED;
  struct bytes key;
  struct hamt *map = map_of(self);
  if (map == NULL || !is_key(ARGUMENT(0), &key)) return JS_EXCEPTION;
  return JS_NewBool(js, hamt_delete(map, key));
}

/** The bytes of an address: of f0 from the actor's number. */
static int is_address(JSValueConst value, struct bytes *address) {
  uint64_t id;
  if (is_bytes(value, address)) return 1;
  if (!is_uint64(value, &id)) {
    JS_ThrowTypeError(js, "an address is an actor's number, or bytes");
    return 0;
  }
  uint8_t *at = take(11);
  uint32_t length = 1;
  for (; id > 127; id >>= 7) at[length++] = (uint8_t)(id | 128);
  at[length++] = (uint8_t)id;
  *address = (struct bytes){at, length};
  return 1;
}

static JSValue block_value(struct bytes data, uint64_t codec) {
  return codec == FVM_RAW ? bytes_value(data) : foreign_value(data);
}

JSValue params_value(uint32_t handle) {
  struct fvm_stat stat;
  if (handle == 0) return JS_UNDEFINED;
  check(ipld_stat(&stat, handle), "no parameters");
  return block_value(block_bytes(handle, stat.size), stat.codec);
}

/** The handle of a block with this value, 0 for undefined. It is CBOR, as builtin actors have it: links are names. */
static int block_of(JSValueConst value, uint32_t *handle) {
  struct writer writer = {0};
  *handle = 0;
  if (JS_IsUndefined(value)) return 1;
  if (!write_value(&writer, value)) return 0;
  uint32_t error = ipld_create(handle, FVM_CBOR, writer.at, writer.length);
  if (error != 0) refused(error);
  return error == 0;
}

uint32_t result_block(JSValueConst value) {
  uint32_t handle;
  if (!block_of(value, &handle)) leave_with_exception(SERIALIZATION);
  return handle;
}

/** A callee's exit code is the error's; with it, what it returned. */
static JSValue failed(const struct fvm_sent *sent, JSValue data) {
  JSValue error = JS_NewPlainError(js, "the call ended with exit code %u", (unsigned)sent->exit_code);
  JS_DefinePropertyValueStr(js, error, "exitCode", JS_NewUint32(js, sent->exit_code), JS_PROP_C_W_E);
  JS_DefinePropertyValueStr(js, error, "data", data, JS_PROP_C_W_E);
  return JS_Throw(js, error);
}

/** `send(to, method, params, value, gasLimit, readOnly)`: the prelude names the last three. */
FUNCTION(send) {
  UNUSED;
  struct bytes to;
  uint64_t method, gas_limit = UINT64_MAX;
  struct fvm_token value;
  uint32_t params;
  if (!is_address(ARGUMENT(0), &to)) return JS_EXCEPTION;
  if (!is_uint64(ARGUMENT(1), &method)) return JS_ThrowTypeError(js, "a method is a number");
  if (!block_of(ARGUMENT(2), &params)) return JS_EXCEPTION;
  if (!is_token(ARGUMENT(3), &value)) return JS_ThrowTypeError(js, "a value is a natural number of attoFIL");
  if (!JS_IsUndefined(ARGUMENT(4)) && !is_uint64(ARGUMENT(4), &gas_limit))
    return JS_ThrowTypeError(js, "a gas limit is a natural number");
  struct fvm_sent sent = {0};
  save_contract();
  uint32_t error = send_send(
      &sent,
      to.at,
      to.length,
      method,
      params,
      value.high,
      value.low,
      gas_limit,
      JS_ToBool(js, ARGUMENT(5)) > 0
  );
  if (error != 0) return refused(error);
  reopen_contract();
  state_known = 0;
  JSValue data = JS_UNDEFINED;
  if (sent.handle != 0) data = block_value(block_bytes(sent.handle, sent.size), sent.codec);
  if (JS_IsException(data)) return data;
  return sent.exit_code == 0 ? data : failed(&sent, data);
}

/** Form of an event's entry that the FVM takes. */
struct event_entry {
  uint64_t flags, codec;
  uint32_t key_length, value_length;
};

/** Key and value are to be found by those who look for the event. */
#define INDEXED 3

/** `emit([[key, value], …])`. */
FUNCTION(emit) {
  UNUSED;
  int64_t length;
  if (JS_GetLength(js, ARGUMENT(0), &length) < 0) return JS_EXCEPTION;
  if (length > UINT16_MAX) return refused(FVM_LIMIT_EXCEEDED);
  struct event_entry *entries = take((uint32_t)length * sizeof(struct event_entry));
  struct writer keys = {0}, values = {0};
  for (uint32_t i = 0; i < length; i++) {
    size_t key_length;
    uint32_t start = values.length;
    JSValue pair = JS_GetPropertyUint32(js, ARGUMENT(0), i);
    const char *key = JS_ToCStringLen(js, &key_length, JS_GetPropertyUint32(js, pair, 0));
    if (key == NULL || !write_value(&values, JS_GetPropertyUint32(js, pair, 1))) return JS_EXCEPTION;
    write_raw(&keys, (struct bytes){(const uint8_t *)key, (uint32_t)key_length});
    entries[i] = (struct event_entry){INDEXED, FVM_CBOR, (uint32_t)key_length, values.length - start};
  }
  uint32_t error = event_emit(entries, (uint32_t)length, keys.at, keys.length, values.at, values.length);
  return error == 0 ? JS_UNDEFINED : refused(error);
}

FUNCTION(block_put) {
  UNUSED;
  struct writer writer = {0};
  if (!write_value(&writer, ARGUMENT(0))) return JS_EXCEPTION;
  uint32_t handle, used;
  uint8_t cid[FVM_MAX_CID];
  uint32_t error = ipld_create(&handle, FVM_DAG_CBOR, writer.at, writer.length);
  if (error == 0) error = ipld_link(&used, handle, FVM_BLAKE2B_256, 32, cid, sizeof cid);
  return error == 0 ? cid_value((struct bytes){cid, used}) : refused(error);
}

FUNCTION(block_get) {
  UNUSED;
  struct bytes cid;
  struct fvm_opened opened;
  uint8_t copy[FVM_MAX_CID] = {0};
  if (!is_cid(ARGUMENT(0), &cid)) return JS_ThrowTypeError(js, "a block is named by its CID");
  memcpy(copy, cid.at, cid.length);
  uint32_t error = ipld_open(&opened, copy);
  return error == 0 ? block_value(block_bytes(opened.handle, opened.size), opened.codec) : refused(error);
}

FUNCTION(balance) {
  UNUSED;
  struct fvm_token token;
  uint64_t id;
  if (JS_IsUndefined(ARGUMENT(0))) {
    check(self_balance(&token), "no balance");
    return token_value(token);
  }
  if (!is_uint64(ARGUMENT(0), &id)) return JS_ThrowTypeError(js, "an actor is named by its number");
  uint32_t error = actor_balance(&token, id);
  return error == 0 ? token_value(token) : refused(error);
}

FUNCTION(gas) {
  UNUSED;
  uint64_t left;
  check(gas_available(&left), "no gas");
  return uint64_value(left);
}

FUNCTION(resolve) {
  UNUSED;
  struct bytes address;
  uint64_t id;
  if (!is_address(ARGUMENT(0), &address)) return JS_EXCEPTION;
  uint32_t error = actor_resolve(&id, address.at, address.length);
  if (error == FVM_NOT_FOUND) return JS_UNDEFINED;
  return error == 0 ? uint64_value(id) : refused(error);
}

FUNCTION(address_of) {
  UNUSED;
  uint64_t id;
  uint32_t used;
  uint8_t address[FVM_MAX_CID];
  if (!is_uint64(ARGUMENT(0), &id)) return JS_ThrowTypeError(js, "an actor is named by its number");
  uint32_t error = actor_address(&used, id, address, sizeof address);
  if (error != 0) return refused(error);
  return used == 0 ? JS_UNDEFINED : bytes_value((struct bytes){address, used});
}

FUNCTION(code_of) {
  UNUSED;
  uint64_t id;
  uint32_t used;
  uint8_t cid[FVM_MAX_CID];
  if (!is_uint64(ARGUMENT(0), &id)) return JS_ThrowTypeError(js, "an actor is named by its number");
  uint32_t error = actor_code(&used, id, cid, sizeof cid);
  if (error == FVM_NOT_FOUND) return JS_UNDEFINED;
  return error == 0 ? cid_value((struct bytes){cid, used}) : refused(error);
}

static JSValue drawn(uint32_t (*draw)(void *, int64_t), JSValueConst epoch) {
  uint8_t out[32];
  uint64_t number;
  if (!is_uint64(epoch, &number) || number > INT64_MAX) return JS_ThrowTypeError(js, "an epoch is a natural number");
  uint32_t error = draw(out, (int64_t)number);
  return error == 0 ? bytes_value((struct bytes){out, sizeof out}) : refused(error);
}

static uint32_t draw_chain(void *out, int64_t epoch) { return rand_chain(out, epoch); }
static uint32_t draw_beacon(void *out, int64_t epoch) { return rand_beacon(out, epoch); }

FUNCTION(randomness_chain) {
  UNUSED;
  return drawn(draw_chain, ARGUMENT(0));
}

FUNCTION(randomness_beacon) {
  UNUSED;
  return drawn(draw_beacon, ARGUMENT(0));
}

FUNCTION(hash) {
  UNUSED;
  uint64_t code;
  struct bytes data;
  uint32_t used;
  uint8_t digest[64];
  if (!is_uint64(ARGUMENT(0), &code) || !is_bytes(ARGUMENT(1), &data))
    return JS_ThrowTypeError(js, "a hash is made by a function's number from bytes");
  uint32_t error = crypto_hash(&used, code, data.at, data.length, digest, sizeof digest);
  return error == 0 ? bytes_value((struct bytes){digest, used}) : refused(error);
}

/** `verify(type, signature, address, text)`. */
FUNCTION(verify) {
  UNUSED;
  uint64_t type;
  struct bytes signature, address, text;
  int32_t answer;
  if (!is_uint64(ARGUMENT(0), &type) || type > UINT32_MAX || !is_bytes(ARGUMENT(1), &signature) ||
      !is_bytes(ARGUMENT(3), &text))
    return JS_ThrowTypeError(js, "a signature is checked by its type, bytes, address and text");
  if (!is_address(ARGUMENT(2), &address)) return JS_EXCEPTION;
  uint32_t error = crypto_verify(
      &answer,
      (uint32_t)type,
      signature.at,
      signature.length,
      address.at,
      address.length,
      text.at,
      text.length
  );
  return error == 0 ? JS_NewBool(js, answer == 0) : refused(error);
}

FUNCTION(destroy) {
  UNUSED;
  save_contract();
  uint32_t error = self_destruct(JS_ToBool(js, ARGUMENT(0)) > 0);
  return error == 0 ? JS_UNDEFINED : refused(error);
}

FUNCTION(encode) {
  UNUSED;
  struct writer writer = {0};
  return write_value(&writer, ARGUMENT(0)) ? bytes_value(written(&writer)) : JS_EXCEPTION;
}

FUNCTION(decode) {
  UNUSED;
  struct bytes item;
  if (!is_bytes(ARGUMENT(0), &item)) return JS_ThrowTypeError(js, "bytes are decoded");
  return foreign_value(copy_bytes(item));
}

static const JSCFunctionListEntry functions[] = {
    JS_CFUNC_DEF("message", 0, message),
    JS_CFUNC_DEF("network", 0, network),
    JS_CFUNC_DEF("stateGet", 0, state_get),
    JS_CFUNC_DEF("stateSet", 1, state_set),
    JS_CFUNC_DEF("stateMap", 1, state_map),
    JS_CFUNC_DEF("send", 6, send),
    JS_CFUNC_DEF("emit", 1, emit),
    JS_CFUNC_DEF("blockPut", 1, block_put),
    JS_CFUNC_DEF("blockGet", 1, block_get),
    JS_CFUNC_DEF("balance", 1, balance),
    JS_CFUNC_DEF("gas", 0, gas),
    JS_CFUNC_DEF("resolve", 1, resolve),
    JS_CFUNC_DEF("addressOf", 1, address_of),
    JS_CFUNC_DEF("codeOf", 1, code_of),
    JS_CFUNC_DEF("randomnessChain", 1, randomness_chain),
    JS_CFUNC_DEF("randomnessBeacon", 1, randomness_beacon),
    JS_CFUNC_DEF("hash", 2, hash),
    JS_CFUNC_DEF("verify", 4, verify),
    JS_CFUNC_DEF("destroy", 1, destroy),
    JS_CFUNC_DEF("encode", 1, encode),
    JS_CFUNC_DEF("decode", 1, decode),
};

static const JSCFunctionListEntry map_members[] = {
    JS_CFUNC_DEF("get", 1, map_get),
    JS_CFUNC_DEF("has", 1, map_has),
    JS_CFUNC_DEF("set", 2, map_set),
    JS_CFUNC_DEF("delete", 1, map_delete),
};

#define COUNT(list) (int)(sizeof(list) / sizeof *(list))

void make_capabilities(void) {
  static const JSClassDef map = {.class_name = "StateMap"};
  JS_NewClassID(JS_GetRuntime(js), &map_class);
  JS_NewClass(JS_GetRuntime(js), map_class, &map);
  JSValue prototype = JS_NewObject(js);
  JS_SetPropertyFunctionList(js, prototype, map_members, COUNT(map_members));
  JS_SetClassProto(js, map_class, prototype);
}

JSValue capabilities(void) {
  JSValue object = JS_NewObject(js);
  JS_SetPropertyFunctionList(js, object, functions, COUNT(functions));
  JS_SetPropertyStr(js, object, "mapPrototype", JS_GetClassProto(js, map_class));
  JS_SetPropertyStr(js, object, "Cid", cid_class());
  return object;
}

void use_helpers(JSValueConst helpers) {
  high_of = JS_GetPropertyStr(js, helpers, "high");
  wide_of = JS_GetPropertyStr(js, helpers, "wide");
  position_of = JS_GetPropertyStr(js, helpers, "position");
}
