// The addon's entry: what src/native/addon.ts types as `NativeAddon`.
#include "contract.h"
#include "crypto.h"
#include "file_pages.h"
#include "fvm_vendor.h"
#include "js.h"
#include "js_classes.h"
#include "js_aggregates.h"
#include "js_keys.h"
#include "js_memory.h"

namespace fvm::js {
namespace {

Classes& classes(Napi::Env env) { return *env.GetInstanceData<Classes>(); }

Napi::Value engine(const Napi::CallbackInfo& info) { return classes(info.Env()).engine.New({info[0]}); }
Napi::Value block_cache(const Napi::CallbackInfo& info) { return classes(info.Env()).block_cache.New({info[0]}); }
Napi::Value block_share(const Napi::CallbackInfo& info) { return classes(info.Env()).block_share.New({}); }
Napi::Value blocks(const Napi::CallbackInfo& info) { return classes(info.Env()).blocks.New({info[0]}); }
Napi::Value kernel(const Napi::CallbackInfo& info) { return classes(info.Env()).kernel.New({info[0], info[1]}); }
Napi::Value actor_types(const Napi::CallbackInfo& info) { return classes(info.Env()).actor_types.New({info[0]}); }
Napi::Value stack(const Napi::CallbackInfo& info) {
  return classes(info.Env()).stack.New({info[0], info[1]});
}
Napi::Value signatures(const Napi::CallbackInfo& info) { return classes(info.Env()).signatures.New({info[0]}); }

Napi::Value proof_key(const Napi::CallbackInfo& info) { return classes(info.Env()).proof_key.New({info[0]}); }
Napi::Value unzstd(const Napi::CallbackInfo& info) { return classes(info.Env()).unzstd.New({}); }
Napi::Value zstd(const Napi::CallbackInfo& info) { return classes(info.Env()).zstd.New({}); }

// The one with this number, in an object of this environment; undefined if there is none any more.
template <auto Held, class Object>
Napi::Value by_id(const Napi::CallbackInfo& info, const Napi::FunctionReference& type) {
  const auto id = integer(info[0]);
  if (!id) return wrong_type(info.Env(), "a number");
  using Shared = typename std::remove_reference_t<decltype(std::declval<Object>().*Held)>::element_type;
  auto found = Shared::find(static_cast<uint64_t>(*id));
  if (!found) return info.Env().Undefined();
  const Napi::Value value = type.New({});
  auto* object = unwrap<Object>(value);
  if (!object) return info.Env().Undefined();
  object->*Held = std::move(found);
  return value;
}

Napi::Value block_cache_of(const Napi::CallbackInfo& info) {
  return by_id<&BlockCacheObject::cache, BlockCacheObject>(info, classes(info.Env()).block_cache);
}

Napi::Value block_share_of(const Napi::CallbackInfo& info) {
  return by_id<&BlockShareObject::share, BlockShareObject>(info, classes(info.Env()).block_share);
}

Napi::Value live_objects(const Napi::CallbackInfo& info) {
  const LiveObjects& live = LiveObjects::shared();
  Napi::Object out = Napi::Object::New(info.Env());
  out.Set("frames", static_cast<double>(live.frames.load()));
  out.Set("stores", static_cast<double>(live.stores.load()));
  out.Set("stacks", static_cast<double>(live.stacks.load()));
  out.Set("blocks", static_cast<double>(live.buffers.load()));
  return out;
}

Napi::Value hash(const Napi::CallbackInfo& info) {
  const auto code = integer(info[0]);
  const auto data = bytes(info[1]);
  if (!code || !data) return wrong_type(info.Env(), "a hash code and bytes");
  const auto function = hash_function(static_cast<uint64_t>(*code));
  if (!function) return info.Env().Undefined();
  uint8_t digest[64];
  const size_t size = fvm::hash(*function, *data, digest);
  return copy(info.Env(), {digest, size});
}

Napi::Value blake2b(const Napi::CallbackInfo& info) {
  const auto data = bytes(info[0]);
  const auto length = integer(info[1]);
  if (!data || !length || *length < 1 || *length > 64) return wrong_type(info.Env(), "bytes and a length of 1 to 64");
  uint8_t digest[64];
  fvm_blake2b(data->data(), data->size(), digest, static_cast<size_t>(*length));
  return copy(info.Env(), {digest, static_cast<size_t>(*length)});
}

Napi::Value cid_of(const Napi::CallbackInfo& info) {
  const auto codec = integer(info[0]);
  const auto data = bytes_or_latin1(info[1]);
  if (!codec || !data) return wrong_type(info.Env(), "a codec and bytes or a latin1 string");
  return text(info.Env(), fvm::cid_of(static_cast<uint64_t>(*codec), *data));
}

template <bool (*Verify)(ByteSpan, ByteSpan, ByteSpan)>
Napi::Value verify(const Napi::CallbackInfo& info) {
  const auto signature = bytes(info[0]);
  const auto signer = bytes(info[1]);
  const auto message = bytes(info[2]);
  if (!signature || !signer || !message) return wrong_type(info.Env(), "three byte arrays");
  return Napi::Boolean::New(info.Env(), Verify(*signature, *signer, *message));
}

Napi::Value verify_bls_aggregate(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const auto signature = bytes(info[0]);
  if (!signature || signature->size() != 96 || !info[1].IsArray() || !info[2].IsArray()) {
    return wrong_type(env, "a signature of 96 bytes, keys and texts");
  }
  const auto keys = info[1].As<Napi::Array>();
  const auto texts = info[2].As<Napi::Array>();
  if (keys.Length() != texts.Length()) return wrong_type(env, "as many keys as texts");
  std::vector<uint8_t> all_keys, all_texts;
  std::vector<uint32_t> lens;
  for (uint32_t i = 0; i < keys.Length(); i++) {
    const Napi::Value key_value = element(keys, i);
    const Napi::Value text_value = element(texts, i);
    const auto key = bytes(key_value);
    const auto message = bytes(text_value);
    if (!key || key->size() != 48 || !message) return wrong_type(env, "keys of 48 bytes and texts");
    all_keys.insert(all_keys.end(), key->begin(), key->end());
    all_texts.insert(all_texts.end(), message->begin(), message->end());
    lens.push_back(static_cast<uint32_t>(message->size()));
  }
  return Napi::Boolean::New(env, fvm_bls_verify_aggregate(signature->data(), lens.size(), all_keys.data(),
                                                          all_texts.data(), lens.data()));
}

Napi::Value recover_secp(const Napi::CallbackInfo& info) {
  const auto digest = bytes(info[0]);
  const auto signature = bytes(info[1]);
  if (!digest || digest->size() != 32 || !signature || signature->size() != 65) {
    return wrong_type(info.Env(), "a digest of 32 and a signature of 65 bytes");
  }
  uint8_t key[65];
  if (!fvm_secp_recover(digest->data(), signature->data(), key)) return info.Env().Undefined();
  return copy(info.Env(), {key, sizeof key});
}

Napi::Value sha256_trunc(const Napi::CallbackInfo& info) {
  const auto data = bytes(info[0]);
  if (!data) return wrong_type(info.Env(), "bytes");
  uint8_t digest[32];
  fvm_sha256(data->data(), data->size(), digest);
  digest[31] &= 0x3f;
  return copy(info.Env(), {digest, sizeof digest});
}

Napi::Value release_file_pages(const Napi::CallbackInfo& info) {
  const std::string path = text_of(info[0]);
  if (path.empty()) return wrong_type(info.Env(), "a path");
  return Napi::Number::New(info.Env(), fvm::release_file_pages(path));
}

Napi::Object contract(Napi::Env env) {
  Napi::Object out = Napi::Object::New(env);
  for (const auto& [name, value] : kContract) out.Set(name, value);
  return out;
}

Napi::Object versions(Napi::Env env) {
  Napi::Object out = Napi::Object::New(env);
  out.Set("wasmtime", WASMTIME_VERSION);
  out.Set("napi", NAPI_VERSION);
  return out;
}

}  // namespace

Napi::Object init(Napi::Env env, Napi::Object exports) {
  auto* state = new Classes;
  state->engine = Napi::Persistent(EngineObject::define(env));
  state->kernel = Napi::Persistent(KernelObject::define(env));
  state->block_cache = Napi::Persistent(BlockCacheObject::define(env));
  state->block_share = Napi::Persistent(BlockShareObject::define(env));
  state->blocks = Napi::Persistent(BlocksObject::define(env));
  state->actor_types = Napi::Persistent(ActorTypesObject::define(env));
  state->stack = Napi::Persistent(StackObject::define(env));
  state->signatures = Napi::Persistent(SignaturesObject::define(env));
  state->proof_key = Napi::Persistent(ProofKeyObject::define(env));
  state->unzstd = Napi::Persistent(UnzstdObject::define(env));
  state->zstd = Napi::Persistent(ZstdObject::define(env));
  env.SetInstanceData(state);  // deleted with the environment

  exports.Set("contract", contract(env));
  exports.Set("versions", versions(env));
  const auto add = [&](const char* name, auto callback) {
    exports.Set(name, Napi::Function::New(env, callback, name));
  };
  add("engine", engine);
  add("kernel", kernel);
  add("blockCache", block_cache);
  add("blockCacheOf", block_cache_of);
  add("blockShare", block_share);
  add("blockShareOf", block_share_of);
  add("blocks", blocks);
  add("actorTypes", actor_types);
  add("stack", stack);
  add("liveObjects", live_objects);
  add("hash", hash);
  add("blake2b", blake2b);
  add("cidOf", cid_of);
  add("verifySecp", verify<fvm::verify_secp>);
  add("verifyBls", verify<fvm::verify_bls>);
  add("verifyBlsInG1", verify<fvm::verify_bls_in_g1>);
  add("verifyBlsAggregate", verify_bls_aggregate);
  add("recoverSecp", recover_secp);
  add("sha256Trunc", sha256_trunc);
  add("releaseFilePages", release_file_pages);
  add("signatures", signatures);
  add("proofKey", proof_key);
  add("unzstd", unzstd);
  add("zstd", zstd);
  add_aggregates(env, exports);
  add_keys(env, exports);
  add_memory(env, exports);
  return exports;
}

NODE_API_MODULE(fvm, init)

}  // namespace fvm::js
