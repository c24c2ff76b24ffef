// The addon's objects for JavaScript: an engine, a kernel, a cache of blocks, a share of them, a machine's blocks, the
// types of builtin actors, a native stack, signatures, keys of proofs, frames of Zstandard.
#pragma once

#include <napi.h>

#include <memory>

#include "block_share.h"
#include "fvm_vendor.h"
#include "hamt.h"
#include "memory.h"
#include "native_stack.h"

namespace fvm::js {

class EngineObject : public Napi::ObjectWrap<EngineObject> {
 public:
  static Napi::Function define(Napi::Env env);
  explicit EngineObject(const Napi::CallbackInfo& info);
  Engine* engine = nullptr;

 private:
  Napi::Value has(const Napi::CallbackInfo& info);
  Napi::Value load(const Napi::CallbackInfo& info);
  Napi::Value artifact(const Napi::CallbackInfo& info);
  Napi::Value restore(const Napi::CallbackInfo& info);
  Napi::Value instrument(const Napi::CallbackInfo& info);
};

class BlockCacheObject : public Napi::ObjectWrap<BlockCacheObject> {
 public:
  static Napi::Function define(Napi::Env env);
  // A cache of its own, of so many bytes; without a number the shared one.
  explicit BlockCacheObject(const Napi::CallbackInfo& info);
  std::shared_ptr<BlockCache> cache;

 private:
  Napi::Value id(const Napi::CallbackInfo& info);
  Napi::Value bytes(const Napi::CallbackInfo& info);
  Napi::Value limit(const Napi::CallbackInfo& info);
  void set_limit(const Napi::CallbackInfo& info, const Napi::Value& value);
  Napi::Value clear(const Napi::CallbackInfo& info);
};

class BlockShareObject : public Napi::ObjectWrap<BlockShareObject> {
 public:
  static Napi::Function define(Napi::Env env);
  // A share of its own.
  explicit BlockShareObject(const Napi::CallbackInfo& info) : ObjectWrap(info) {}
  std::shared_ptr<BlockShare> share = BlockShare::make();

 private:
  Napi::Value id(const Napi::CallbackInfo& info);
  Napi::Value clear(const Napi::CallbackInfo& info);
};

class BlocksObject : public Napi::ObjectWrap<BlocksObject> {
 public:
  static Napi::Function define(Napi::Env env);
  explicit BlocksObject(const Napi::CallbackInfo& info);
  ~BlocksObject() override { LiveObjects::shared().buffers--; }
  BlockBuffer buffer{BlockCache::shared()};

 private:
  Napi::Value get(const Napi::CallbackInfo& info);
  Napi::Value has(const Napi::CallbackInfo& info);
  Napi::Value put(const Napi::CallbackInfo& info);
  Napi::Value cache(const Napi::CallbackInfo& info);
  Napi::Value hamt_load(const Napi::CallbackInfo& info);
  Napi::Value hamt_get(const Napi::CallbackInfo& info);
  Napi::Value hamt_change(const Napi::CallbackInfo& info);
  Napi::Value take_reachable(const Napi::CallbackInfo& info);
  Napi::Value take_all(const Napi::CallbackInfo& info);
  Napi::Value copy_taken(const Napi::CallbackInfo& info);
  Napi::Value adopt(const Napi::CallbackInfo& info);
  Napi::Value share(const Napi::CallbackInfo& info);
  Napi::Value begin_layer(const Napi::CallbackInfo& info);
  Napi::Value publish_layer(const Napi::CallbackInfo& info);
  Napi::Value join_layer(const Napi::CallbackInfo& info);
  Napi::Value clear(const Napi::CallbackInfo& info);
  Napi::Value size(const Napi::CallbackInfo& info);

  // Answer to JavaScript if an operation could not be done.
  Napi::Value not_done(Napi::Env env, Hamt::Outcome outcome);

  std::vector<KeyedBlock> taken_;
  Hamt hamt_{buffer};
};

class KernelObject : public Napi::ObjectWrap<KernelObject> {
 public:
  static Napi::Function define(Napi::Env env);
  explicit KernelObject(const Napi::CallbackInfo& info);
  KernelConfigPtr config;
};

class ActorTypesObject : public Napi::ObjectWrap<ActorTypesObject> {
 public:
  static Napi::Function define(Napi::Env env);
  explicit ActorTypesObject(const Napi::CallbackInfo& info);
  ActorTypesPtr types;
};

// Signatures that threads of libuv's pool check, or the calling one.
class SignaturesObject : public Napi::ObjectWrap<SignaturesObject> {
 public:
  using BatchPtr = std::shared_ptr<fvm_batch_t>;
  static Napi::Function define(Napi::Env env);
  explicit SignaturesObject(const Napi::CallbackInfo& info);

 private:
  Napi::Value work(const Napi::CallbackInfo& info);
  Napi::Value work_here(const Napi::CallbackInfo& info);
  Napi::Value stop(const Napi::CallbackInfo& info);
  Napi::Value verdicts(const Napi::CallbackInfo& info);

  // The work that is under way has it, too.
  BatchPtr batch_;
};

// A circuit's verifying key, for threads of libuv's pool.
class ProofKeyObject : public Napi::ObjectWrap<ProofKeyObject> {
 public:
  using KeyPtr = std::shared_ptr<fvm_proof_key_t>;
  static Napi::Function define(Napi::Env env);
  explicit ProofKeyObject(const Napi::CallbackInfo& info);

 private:
  Napi::Value verify(const Napi::CallbackInfo& info);

  // The questions that are under way have it, too.
  KeyPtr key_;
};

// A frame of Zstandard that is read.
class UnzstdObject : public Napi::ObjectWrap<UnzstdObject> {
 public:
  static Napi::Function define(Napi::Env env);
  explicit UnzstdObject(const Napi::CallbackInfo& info);

 private:
  Napi::Value push(const Napi::CallbackInfo& info);
  Napi::Value is_over(const Napi::CallbackInfo& info);

  std::unique_ptr<fvm_unzstd_t, Deleter<fvm_unzstd_delete>> frame_;
};

// Frames of Zstandard that threads of libuv's pool make, one piece at a time.
class ZstdObject : public Napi::ObjectWrap<ZstdObject> {
 public:
  using FramesPtr = std::shared_ptr<fvm_zstd_t>;
  static Napi::Function define(Napi::Env env);
  explicit ZstdObject(const Napi::CallbackInfo& info);

 private:
  Napi::Value push(const Napi::CallbackInfo& info);

  // The work that is under way has it, too.
  FramesPtr frames_;
};

class StackObject : public Napi::ObjectWrap<StackObject> {
 public:
  static Napi::Function define(Napi::Env env);
  explicit StackObject(const Napi::CallbackInfo& info);

 private:
  // Each returns nothing, with an exception pending, if the stack is not in the state it needs.
  NativeStack* live(Napi::Env env);
  Frame* top(Napi::Env env);
  Frame* ended(Napi::Env env);

  Napi::Value open(const Napi::CallbackInfo& info);
  Napi::Value control(const Napi::CallbackInfo& info);
  Napi::Value push(const Napi::CallbackInfo& info);
  Napi::Value stage_params(const Napi::CallbackInfo& info);
  Napi::Value has_block(const Napi::CallbackInfo& info);
  Napi::Value take_observations(const Napi::CallbackInfo& info);
  Napi::Value read_block(const Napi::CallbackInfo& info);
  Napi::Value run(const Napi::CallbackInfo& info);
  Napi::Value argument(const Napi::CallbackInfo& info);
  Napi::Value write_tail(const Napi::CallbackInfo& info);
  Napi::Value is_reachable(const Napi::CallbackInfo& info);
  Napi::Value provide_block(const Napi::CallbackInfo& info);
  Napi::Value return_data(const Napi::CallbackInfo& info);
  Napi::Value failure(const Napi::CallbackInfo& info);
  Napi::Value last_error(const Napi::CallbackInfo& info);
  Napi::Value pop(const Napi::CallbackInfo& info);
  Napi::Value pop_into(const Napi::CallbackInfo& info);
  Napi::Value depth(const Napi::CallbackInfo& info);
  Napi::Value memory_bytes(const Napi::CallbackInfo& info);
  Napi::Value close(const Napi::CallbackInfo& info);

  // The control block and the blocks must outlive the stack.
  Napi::Reference<Napi::ArrayBuffer> control_;
  Napi::ObjectReference blocks_;
  KernelConfigPtr kernel_;
  std::unique_ptr<NativeStack> stack_;
  bool running_ = false;
};

// The object behind a value of this class; null, with an exception pending, if it cannot be had.
template <class T>
T* unwrap(const Napi::Value& value) {
  void* object = nullptr;
  if (value.IsEmpty() || napi_unwrap(value.Env(), value, &object) != napi_ok) return nullptr;
  return static_cast<T*>(object);
}

// What belongs to an environment.
struct Classes {
  // Constructors.
  Napi::FunctionReference engine, kernel, block_cache, block_share, blocks, actor_types, stack, signatures, proof_key,
      unzstd, zstd;
  // Values that this environment's thread has decoded.
  DecodedShare decoded;
};

}  // namespace fvm::js
