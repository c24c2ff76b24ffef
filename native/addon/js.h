// Values across the N-API border. TypeScript gives options their meaning; here only types are checked.
// C++ exceptions are off: a check that fails leaves a pending JavaScript exception and returns nothing.
#pragma once

#include <napi.h>

#include <optional>
#include <string>

#include "cid.h"

namespace fvm::js {

// In a worker that is being terminated any call that might run JavaScript fails, and what node-addon-api does with
// an empty value ends the process. So errors are thrown, and properties and texts read, by plain Node-API.

inline Napi::Value fail(Napi::Env env, const std::string& message, const char* code = nullptr) {
  napi_throw_error(env, code, message.c_str());
  return env.Undefined();
}

inline Napi::Value wrong_type(Napi::Env env, const char* what) {
  napi_throw_type_error(env, nullptr, (std::string("expected ") + what).c_str());
  return env.Undefined();
}

// Empty if it cannot be read.
inline Napi::Value property(const Napi::Object& object, const char* name) {
  napi_value value = nullptr;
  napi_get_named_property(object.Env(), object, name, &value);
  return value ? Napi::Value(object.Env(), value) : Napi::Value();
}

// Empty if it cannot be read.
inline Napi::Value element(const Napi::Array& array, uint32_t index) {
  napi_value value = nullptr;
  napi_get_element(array.Env(), array, index, &value);
  return value ? Napi::Value(array.Env(), value) : Napi::Value();
}

// Empty if it is none.
inline std::string text_of(const Napi::Value& value) {
  size_t length = 0;
  if (!value.IsString()) return {};
  if (napi_get_value_string_utf8(value.Env(), value, nullptr, 0, &length) != napi_ok) return {};
  std::string text(length, '\0');
  napi_get_value_string_utf8(value.Env(), value, text.data(), length + 1, &length);
  return text;
}

// False if it is none.
inline bool flag_of(const Napi::Value& value) {
  bool flag = false;
  if (value.IsBoolean()) napi_get_value_bool(value.Env(), value, &flag);
  return flag;
}

inline bool is_instance(const Napi::Value& value, const Napi::FunctionReference& type) {
  return value.IsObject() && value.As<Napi::Object>().InstanceOf(type.Value());
}

// The view lives as long as the argument; nothing here keeps it.
inline std::optional<ByteSpan> bytes(const Napi::Value& value) {
  napi_typedarray_type type;
  size_t length = 0;
  void* data = nullptr;
  const auto status = napi_get_typedarray_info(value.Env(), value, &type, &length, &data, nullptr, nullptr);
  if (status != napi_ok || type != napi_uint8_array) return std::nullopt;
  return ByteSpan(static_cast<const uint8_t*>(data), length);
}

// Bytes, or the characters of a latin1 string. The view lives until the next string in this thread.
inline std::optional<ByteSpan> bytes_or_latin1(const Napi::Value& value) {
  if (!value.IsString()) return bytes(value);
  thread_local std::string buffer;
  size_t length = 0;
  if (napi_get_value_string_latin1(value.Env(), value, nullptr, 0, &length) != napi_ok) return std::nullopt;
  buffer.resize(length);
  // The room for the closing zero is the string's own.
  napi_get_value_string_latin1(value.Env(), value, buffer.data(), length + 1, &length);
  return ByteSpan(reinterpret_cast<const uint8_t*>(buffer.data()), length);
}

inline Napi::Value copy(Napi::Env env, ByteSpan data) {
  Napi::Uint8Array array = Napi::Uint8Array::New(env, data.size());
  // A worker that is being terminated gets no objects any more.
  if (array.IsEmpty()) return env.Undefined();
  if (!data.empty()) std::memcpy(array.Data(), data.data(), data.size());
  return array;
}

// A CID is a string of its bytes, one character each; see src/encoding/cid.ts.
inline std::optional<Cid> cid(napi_env env, napi_value value) {
  Cid out;
  char buffer[kMaxCidBytes + 2];
  size_t length = 0;
  if (napi_get_value_string_latin1(env, value, buffer, sizeof buffer, &length) != napi_ok) return std::nullopt;
  if (length == 0 || length > kMaxCidBytes) return std::nullopt;
  std::memcpy(out.data, buffer, length);
  out.size = static_cast<uint8_t>(length);
  return out;
}

inline Napi::Value text(Napi::Env env, const Cid& cid) {
  napi_value value;
  napi_create_string_latin1(env, reinterpret_cast<const char*>(cid.data), cid.size, &value);
  return Napi::Value(env, value);
}

// A whole number of at most 2^53, whatever 64-bit field it is for.
inline std::optional<int64_t> integer(const Napi::Value& value) {
  if (!value.IsNumber()) return std::nullopt;
  const double number = value.As<Napi::Number>().DoubleValue();
  if (!(number >= 0 && number <= 9'007'199'254'740'992.0) || number != static_cast<double>(static_cast<int64_t>(number))) {
    return std::nullopt;
  }
  return static_cast<int64_t>(number);
}

}  // namespace fvm::js
