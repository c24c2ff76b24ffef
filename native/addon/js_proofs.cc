#include "fvm_vendor.h"
#include "js.h"
#include "js_classes.h"

namespace fvm::js {
namespace {

// A question for a thread of libuv's pool, and the promise of its verdict. Plain Node-API, as in js_signatures.cc.
struct Question {
  ProofKeyObject::KeyPtr key;
  std::vector<uint8_t> packed;
  uint8_t verdict = 0;
  napi_async_work handle = nullptr;
  napi_deferred deferred = nullptr;
};

void execute(napi_env, void* data) {
  auto* question = static_cast<Question*>(data);
  question->verdict = fvm_proof_verify(question->key.get(), question->packed.data(), question->packed.size());
}

void complete(napi_env env, napi_status, void* data) {
  const std::unique_ptr<Question> question(static_cast<Question*>(data));
  napi_value verdict = nullptr;
  if (napi_create_uint32(env, question->verdict, &verdict) == napi_ok) {
    napi_resolve_deferred(env, question->deferred, verdict);
  }
  napi_delete_async_work(env, question->handle);
}

}  // namespace

Napi::Function ProofKeyObject::define(Napi::Env env) {
  return DefineClass(env, "NativeProofKey", {InstanceMethod<&ProofKeyObject::verify>("verify")});
}

ProofKeyObject::ProofKeyObject(const Napi::CallbackInfo& info) : ObjectWrap(info) {
  const auto data = bytes(info[0]);
  fvm_proof_key_t* key = data ? fvm_proof_key_new(data->data(), data->size()) : nullptr;
  if (key) key_ = KeyPtr(key, fvm_proof_key_delete);
  else wrong_type(info.Env(), "a verifying key");
}

Napi::Value ProofKeyObject::verify(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const auto packed = bytes(info[0]);
  if (!packed) return wrong_type(env, "a packed question");
  auto question = std::make_unique<Question>(Question{key_, {packed->begin(), packed->end()}});
  napi_value name = nullptr, promise = nullptr;
  if (napi_create_string_utf8(env, "fvm:proof", NAPI_AUTO_LENGTH, &name) != napi_ok ||
      napi_create_async_work(env, nullptr, name, execute, complete, question.get(), &question->handle) != napi_ok) {
    return env.Undefined();
  }
  if (napi_create_promise(env, &question->deferred, &promise) != napi_ok ||
      napi_queue_async_work(env, question->handle) != napi_ok) {
    napi_delete_async_work(env, question->handle);
    return env.Undefined();
  }
  question.release();  // complete() has it
  return Napi::Value(env, promise);
}

}  // namespace fvm::js
