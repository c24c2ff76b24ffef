// Memory that the process keeps, for JavaScript.
#include "js.h"
#include "js_classes.h"
#include "js_memory.h"
#include "memory.h"

namespace fvm::js {
namespace {

Napi::Value kept(const Napi::CallbackInfo& info) {
  const KeptBytes bytes = kept_bytes();
  Napi::Object out = Napi::Object::New(info.Env());
  out.Set("decoded", static_cast<double>(MemoryBudget::shared().decoded()));
  out.Set("code", static_cast<double>(bytes.code));
  out.Set("memories", static_cast<double>(bytes.memories));
  out.Set("stacks", static_cast<double>(bytes.stacks));
  out.Set("limit", static_cast<double>(MemoryBudget::shared().limit()));
  return out;
}

Napi::Value limit(const Napi::CallbackInfo& info) {
  const auto bytes = integer(info[0]);
  if (!bytes || *bytes < 0) return wrong_type(info.Env(), "a number of bytes");
  MemoryBudget::shared().set_limit(static_cast<size_t>(*bytes), flag_of(info[1]));
  return info.Env().Undefined();
}

Napi::Value tell_decoded(const Napi::CallbackInfo& info) {
  const auto bytes = integer(info[0]);
  if (!bytes || *bytes < 0) return wrong_type(info.Env(), "a number of bytes");
  const auto may_keep = info.Env().GetInstanceData<Classes>()->decoded.tell(static_cast<size_t>(*bytes));
  if (!may_keep) return info.Env().Undefined();
  return Napi::Number::New(info.Env(), static_cast<double>(*may_keep));
}

Napi::Value trim(const Napi::CallbackInfo& info) {
  trim_memory();
  info.Env().GetInstanceData<Classes>()->decoded.has_forgotten();
  return info.Env().Undefined();
}

}  // namespace

void add_memory(Napi::Env env, Napi::Object exports) {
  exports.Set("keptBytes", Napi::Function::New(env, kept, "keptBytes"));
  exports.Set("limitMemory", Napi::Function::New(env, limit, "limitMemory"));
  exports.Set("tellDecoded", Napi::Function::New(env, tell_decoded, "tellDecoded"));
  exports.Set("trimMemory", Napi::Function::New(env, trim, "trimMemory"));
}

}  // namespace fvm::js
