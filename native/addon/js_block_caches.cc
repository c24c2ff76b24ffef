// Caches and shares of blocks, which any thread of the process can have.
#include "js.h"
#include "js_classes.h"

namespace fvm::js {

Napi::Function BlockCacheObject::define(Napi::Env env) {
  return DefineClass(
      env, "NativeBlockCache",
      {InstanceAccessor<&BlockCacheObject::id>("id"), InstanceAccessor<&BlockCacheObject::bytes>("bytes"),
       InstanceAccessor<&BlockCacheObject::limit, &BlockCacheObject::set_limit>("limit"),
       InstanceMethod<&BlockCacheObject::clear>("clear")});
}

BlockCacheObject::BlockCacheObject(const Napi::CallbackInfo& info) : ObjectWrap(info), cache(BlockCache::shared()) {
  if (info[0].IsUndefined()) return;
  if (const auto limit = integer(info[0])) {
    cache = BlockCache::make(static_cast<size_t>(*limit));
  } else {
    wrong_type(info.Env(), "a number of bytes");
  }
}

Napi::Value BlockCacheObject::id(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), static_cast<double>(cache->id()));
}

Napi::Value BlockCacheObject::bytes(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), static_cast<double>(cache->bytes()));
}

Napi::Value BlockCacheObject::limit(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), static_cast<double>(cache->limit()));
}

void BlockCacheObject::set_limit(const Napi::CallbackInfo& info, const Napi::Value& value) {
  if (const auto limit = integer(value)) {
    cache->set_limit(static_cast<size_t>(*limit));
  } else {
    wrong_type(info.Env(), "a number of bytes");
  }
}

Napi::Value BlockCacheObject::clear(const Napi::CallbackInfo& info) {
  cache->clear();
  return info.Env().Undefined();
}

Napi::Function BlockShareObject::define(Napi::Env env) {
  return DefineClass(
      env, "NativeBlockShare",
      {InstanceAccessor<&BlockShareObject::id>("id"), InstanceMethod<&BlockShareObject::clear>("clear")});
}

Napi::Value BlockShareObject::id(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), static_cast<double>(share->id()));
}

Napi::Value BlockShareObject::clear(const Napi::CallbackInfo& info) {
  share->clear();
  return info.Env().Undefined();
}

}  // namespace fvm::js
