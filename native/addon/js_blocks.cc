#include <algorithm>

#include "js.h"
#include "js_classes.h"

namespace fvm::js {
namespace {

constexpr const char* kNoShare = "the blocks have no share";

}  // namespace

Napi::Function BlocksObject::define(Napi::Env env) {
  return DefineClass(
      env, "NativeBlocks",
      {InstanceMethod<&BlocksObject::get>("get"), InstanceMethod<&BlocksObject::has>("has"),
       InstanceMethod<&BlocksObject::put>("put"), InstanceMethod<&BlocksObject::cache>("cache"),
       InstanceMethod<&BlocksObject::hamt_load>("hamtLoad"),
       InstanceMethod<&BlocksObject::hamt_get>("hamtGet"),
       InstanceMethod<&BlocksObject::hamt_change>("hamtChange"),
       InstanceMethod<&BlocksObject::take_reachable>("takeReachable"),
       InstanceMethod<&BlocksObject::take_all>("takeAll"),
       InstanceMethod<&BlocksObject::copy_taken>("copyTaken"), InstanceMethod<&BlocksObject::adopt>("adopt"),
       InstanceMethod<&BlocksObject::share>("share"),
       InstanceMethod<&BlocksObject::begin_layer>("beginLayer"),
       InstanceMethod<&BlocksObject::publish_layer>("publishLayer"),
       InstanceMethod<&BlocksObject::join_layer>("joinLayer"),
       InstanceMethod<&BlocksObject::clear>("clear"), InstanceAccessor<&BlocksObject::size>("size")});
}

BlocksObject::BlocksObject(const Napi::CallbackInfo& info) : ObjectWrap(info) {
  LiveObjects::shared().buffers++;
  if (info[0].IsUndefined()) return;
  if (!is_instance(info[0], info.Env().GetInstanceData<Classes>()->block_cache)) {
    wrong_type(info.Env(), "a block cache");
    return;
  }
  if (const auto* object = unwrap<BlockCacheObject>(info[0])) buffer = BlockBuffer(object->cache);
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

Napi::Value BlocksObject::not_done(Napi::Env env, Hamt::Outcome outcome) {
  if (outcome == Hamt::Outcome::kUnusual) return env.Null();
  napi_value absent = nullptr;
  napi_create_object(env, &absent);
  if (absent) napi_set_named_property(env, absent, "absent", text(env, hamt_.absent()));
  return absent ? Napi::Value(env, absent) : env.Undefined();
}

Napi::Value BlocksObject::hamt_load(const Napi::CallbackInfo& info) {
  const auto root = cid(info.Env(), info[0]);
  if (!root) return wrong_type(info.Env(), "a CID");
  const Hamt::Outcome outcome = hamt_.load(*root);
  return outcome == Hamt::Outcome::kDone ? Napi::Boolean::New(info.Env(), true) : not_done(info.Env(), outcome);
}

Napi::Value BlocksObject::hamt_get(const Napi::CallbackInfo& info) {
  const auto root = cid(info.Env(), info[0]);
  const auto key = bytes_or_latin1(info[1]);
  const auto target = bytes(info[2]);
  if (!root || !key || !target) return wrong_type(info.Env(), "a CID, a key and an array for the value");
  ByteSpan value;
  const Hamt::Outcome outcome = hamt_.get(*root, *key, value);
  if (outcome != Hamt::Outcome::kDone) return not_done(info.Env(), outcome);
  if (value.empty()) return info.Env().Undefined();
  if (value.size() > target->size()) return info.Env().Null();
  // A view of JavaScript's memory, which this call may change.
  std::ranges::copy(value, const_cast<uint8_t*>(target->data()));
  return Napi::Number::New(info.Env(), static_cast<double>(value.size()));
}

Napi::Value BlocksObject::hamt_change(const Napi::CallbackInfo& info) {
  const auto root = cid(info.Env(), info[0]);
  const auto changes = bytes_or_latin1(info[1]);
  if (!root || !changes) return wrong_type(info.Env(), "a CID and encoded changes");
  Cid next;
  const Hamt::Outcome outcome = hamt_.change(*root, *changes, next);
  return outcome == Hamt::Outcome::kDone ? text(info.Env(), next) : not_done(info.Env(), outcome);
}

namespace {

// The index that `takeReachable` answers with in src/native/addon.ts.
Napi::Value index_of(Napi::Env env, const std::vector<KeyedBlock>& blocks) {
  std::string index;
  index.reserve(blocks.size() * 48);
  for (const auto& [cid, block] : blocks) {
    for (int shift = 24; shift >= 0; shift -= 8) index.push_back(static_cast<char>(block->size() >> shift));
    index.push_back(static_cast<char>(cid.size));
    index.append(reinterpret_cast<const char*>(cid.data), cid.size);
  }
  napi_value value = nullptr;  // stays so if the string would be too long
  napi_create_string_latin1(env, index.data(), index.size(), &value);
  return Napi::Value(env, value);
}

}  // namespace

Napi::Value BlocksObject::take_reachable(const Napi::CallbackInfo& info) {
  const auto root = cid(info.Env(), info[0]);
  if (!root) return wrong_type(info.Env(), "a CID");
  const auto rules =
      text_of(info[1]) == "legacy" ? LinkRules::kLegacy : LinkRules::kCurrent;
  std::string error;
  taken_.clear();
  if (!buffer.take_reachable(*root, rules, taken_, error)) return fail(info.Env(), error, "INVALID_LINK");
  return index_of(info.Env(), taken_);
}

Napi::Value BlocksObject::take_all(const Napi::CallbackInfo& info) {
  taken_ = buffer.take_all();
  return index_of(info.Env(), taken_);
}

Napi::Value BlocksObject::copy_taken(const Napi::CallbackInfo& info) {
  const auto target = bytes(info[0]);
  size_t size = 0;
  for (const auto& [cid, block] : taken_) size += block->size();
  if (!target || target->size() != size) return wrong_type(info.Env(), "an array of the taken blocks' size");
  // A view of JavaScript's memory, which this call may change.
  auto* to = const_cast<uint8_t*>(target->data());
  for (const auto& [cid, block] : taken_) to = std::ranges::copy(block->data(), to).out;
  taken_ = {};
  return info.Env().Undefined();
}

Napi::Value BlocksObject::adopt(const Napi::CallbackInfo& info) {
  const bool fits = is_instance(info[0], info.Env().GetInstanceData<Classes>()->blocks);
  const auto* other = fits ? unwrap<BlocksObject>(info[0]) : nullptr;
  if (!other) return wrong_type(info.Env(), "blocks");
  buffer.adopt(other->buffer);
  return info.Env().Undefined();
}

Napi::Value BlocksObject::share(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (info[0].IsUndefined()) {
    buffer.share(nullptr, false);
    return env.Undefined();
  }
  const bool fits = is_instance(info[0], env.GetInstanceData<Classes>()->block_share) && info[1].IsBoolean();
  const auto* object = fits ? unwrap<BlockShareObject>(info[0]) : nullptr;
  if (!object) return wrong_type(env, "a block share, and whether to borrow");
  buffer.share(object->share, flag_of(info[1]));
  return env.Undefined();
}

Napi::Value BlocksObject::begin_layer(const Napi::CallbackInfo& info) {
  if (!info[0].IsBoolean()) return wrong_type(info.Env(), "whether to forget");
  if (!buffer.has_share()) return fail(info.Env(), kNoShare);
  buffer.begin_layer(flag_of(info[0]));
  return info.Env().Undefined();
}

Napi::Value BlocksObject::publish_layer(const Napi::CallbackInfo& info) {
  const auto number = integer(info[0]);
  if (!number) return wrong_type(info.Env(), "a layer's number");
  if (!buffer.in_layer()) return fail(info.Env(), "no layer has begun");
  buffer.publish_layer(static_cast<uint64_t>(*number));
  return info.Env().Undefined();
}

Napi::Value BlocksObject::join_layer(const Napi::CallbackInfo& info) {
  const auto number = integer(info[0]);
  if (!number) return wrong_type(info.Env(), "a layer's number");
  if (!buffer.has_share()) return fail(info.Env(), kNoShare);
  return Napi::Boolean::New(info.Env(), buffer.join_layer(static_cast<uint64_t>(*number)));
}

Napi::Value BlocksObject::clear(const Napi::CallbackInfo& info) {
  buffer.clear();
  taken_ = {};
  return info.Env().Undefined();
}

Napi::Value BlocksObject::size(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), static_cast<double>(buffer.size()));
}

}  // namespace fvm::js
