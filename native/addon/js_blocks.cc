#include "js.h"
#include "js_classes.h"

namespace fvm::js {

Napi::Function BlockCacheObject::define(Napi::Env env) {
  return DefineClass(
      env, "NativeBlockCache",
      {InstanceAccessor<&BlockCacheObject::bytes>("bytes"),
       InstanceAccessor<&BlockCacheObject::limit, &BlockCacheObject::set_limit>("limit"),
       InstanceMethod<&BlockCacheObject::clear>("clear")});
}

BlockCacheObject::BlockCacheObject(const Napi::CallbackInfo& info) : ObjectWrap(info), cache(BlockCache::shared()) {
  if (info[0].IsUndefined()) return;
  if (const auto limit = integer(info[0])) {
    cache = std::make_shared<BlockCache>(static_cast<size_t>(*limit));
  } else {
    wrong_type(info.Env(), "a number of bytes");
  }
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

Napi::Function BlocksObject::define(Napi::Env env) {
  return DefineClass(
      env, "NativeBlocks",
      {InstanceMethod<&BlocksObject::get>("get"), InstanceMethod<&BlocksObject::has>("has"),
       InstanceMethod<&BlocksObject::put>("put"), InstanceMethod<&BlocksObject::cache>("cache"),
       InstanceMethod<&BlocksObject::take_reachable>("takeReachable"),
       InstanceMethod<&BlocksObject::take_all>("takeAll"), InstanceMethod<&BlocksObject::clear>("clear"),
       InstanceAccessor<&BlocksObject::size>("size")});
}

BlocksObject::BlocksObject(const Napi::CallbackInfo& info) : ObjectWrap(info) {
  LiveObjects::shared().buffers++;
  if (info[0].IsUndefined()) return;
  if (!is_instance(info[0], info.Env().GetInstanceData<Classes>()->block_cache)) {
    wrong_type(info.Env(), "a block cache");
    return;
  }
  buffer = BlockBuffer(BlockCacheObject::Unwrap(info[0].As<Napi::Object>())->cache);
}

Napi::Value BlocksObject::get(const Napi::CallbackInfo& info) {
  const auto key = cid(info.Env(), info[0]);
  if (!key) return wrong_type(info.Env(), "a CID");
  const BlockPtr block = buffer.get(*key);
  return block ? copy(info.Env(), block->data()) : info.Env().Undefined();
}

Napi::Value BlocksObject::has(const Napi::CallbackInfo& info) {
  const auto key = cid(info.Env(), info[0]);
  if (!key) return wrong_type(info.Env(), "a CID");
  return Napi::Boolean::New(info.Env(), buffer.get(*key) != nullptr);
}

Napi::Value BlocksObject::put(const Napi::CallbackInfo& info) {
  const auto codec = integer(info[0]);
  const auto data = bytes_or_latin1(info[1]);
  if (!codec || !data) return wrong_type(info.Env(), "a codec and bytes or a latin1 string");
  const Cid key = cid_of(static_cast<uint64_t>(*codec), *data);
  buffer.put(key, std::make_shared<const Block>(static_cast<uint64_t>(*codec), *data));
  return text(info.Env(), key);
}

Napi::Value BlocksObject::cache(const Napi::CallbackInfo& info) {
  const auto key = cid(info.Env(), info[0]);
  const auto data = bytes(info[1]);
  const auto parts = key ? parse_cid(key->bytes()) : std::nullopt;
  if (!parts || !data) return wrong_type(info.Env(), "a CID and bytes");
  const bool fits = buffer.cache().put(*key, std::make_shared<const Block>(parts->codec, *data));
  return Napi::Boolean::New(info.Env(), fits);
}

namespace {

// `PackedBlocks` in src/native/addon.ts.
Napi::Value pack(Napi::Env env, const std::vector<KeyedBlock>& blocks) {
  size_t size = 0;
  for (const auto& [cid, block] : blocks) size += block->size();
  Napi::Uint8Array data = Napi::Uint8Array::New(env, size);
  // A worker that is being terminated gets no objects any more.
  if (data.IsEmpty()) return env.Undefined();
  Napi::Array out = Napi::Array::New(env, 1 + 2 * blocks.size());
  out.Set(uint32_t{0}, data);
  uint8_t* end = data.Data();
  uint32_t at = 1;
  for (const auto& [cid, block] : blocks) {
    if (block->size() > 0) std::memcpy(end, block->data().data(), block->size());
    end += block->size();
    out.Set(at++, text(env, cid));
    out.Set(at++, Napi::Number::New(env, block->size()));
  }
  return out;
}

}  // namespace

Napi::Value BlocksObject::take_reachable(const Napi::CallbackInfo& info) {
  const auto root = cid(info.Env(), info[0]);
  if (!root) return wrong_type(info.Env(), "a CID");
  const auto rules =
      info[1].ToString().Utf8Value() == "legacy" ? LinkRules::kLegacy : LinkRules::kCurrent;
  std::vector<KeyedBlock> taken;
  std::string error;
  if (!buffer.take_reachable(*root, rules, taken, error)) return fail(info.Env(), error, "INVALID_LINK");
  return pack(info.Env(), taken);
}

Napi::Value BlocksObject::take_all(const Napi::CallbackInfo& info) { return pack(info.Env(), buffer.take_all()); }

Napi::Value BlocksObject::clear(const Napi::CallbackInfo& info) {
  buffer.clear();
  return info.Env().Undefined();
}

Napi::Value BlocksObject::size(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), static_cast<double>(buffer.size()));
}

}  // namespace fvm::js
