#include "fvm_vendor.h"
#include "js.h"
#include "js_classes.h"

namespace fvm::js {
namespace {

// Work of a thread of libuv's pool at a batch, and the promise of its end. Plain Node-API: the environment may end
// meanwhile, and then each call fails.
struct Work {
  SignaturesObject::BatchPtr batch;
  uint32_t milliseconds;
  bool has_more = false;
  napi_async_work handle = nullptr;
  napi_deferred deferred = nullptr;
};

void execute(napi_env, void* data) {
  auto* work = static_cast<Work*>(data);
  work->has_more = fvm_batch_work(work->batch.get(), work->milliseconds);
}

void complete(napi_env env, napi_status, void* data) {
  const std::unique_ptr<Work> work(static_cast<Work*>(data));
  napi_value has_more = nullptr;
  if (napi_get_boolean(env, work->has_more, &has_more) == napi_ok) {
    napi_resolve_deferred(env, work->deferred, has_more);
  }
  napi_delete_async_work(env, work->handle);
}

}  // namespace

Napi::Function SignaturesObject::define(Napi::Env env) {
  return DefineClass(env, "NativeSignatures",
                     {InstanceMethod<&SignaturesObject::work>("work"),
                      InstanceMethod<&SignaturesObject::work_here>("workHere"),
                      InstanceMethod<&SignaturesObject::stop>("stop"),
                      InstanceMethod<&SignaturesObject::verdicts>("verdicts")});
}

SignaturesObject::SignaturesObject(const Napi::CallbackInfo& info) : ObjectWrap(info) {
  const auto packed = bytes(info[0]);
  fvm_batch_t* batch = packed ? fvm_batch_new(packed->data(), packed->size()) : nullptr;
  if (batch) batch_ = BatchPtr(batch, fvm_batch_delete);
  else wrong_type(info.Env(), "packed checks");
}

Napi::Value SignaturesObject::work(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const auto milliseconds = integer(info[0]);
  if (!milliseconds || *milliseconds > UINT32_MAX) return wrong_type(env, "milliseconds");
  auto work = std::make_unique<Work>(Work{batch_, static_cast<uint32_t>(*milliseconds)});
  napi_value name = nullptr, promise = nullptr;
  if (napi_create_string_utf8(env, "fvm:signatures", NAPI_AUTO_LENGTH, &name) != napi_ok ||
      napi_create_async_work(env, nullptr, name, execute, complete, work.get(), &work->handle) != napi_ok) {
    return env.Undefined();
  }
  if (napi_create_promise(env, &work->deferred, &promise) != napi_ok ||
      napi_queue_async_work(env, work->handle) != napi_ok) {
    napi_delete_async_work(env, work->handle);
    return env.Undefined();
  }
  work.release();  // complete() has it
  return Napi::Value(env, promise);
}

Napi::Value SignaturesObject::work_here(const Napi::CallbackInfo& info) {
  const auto milliseconds = integer(info[0]);
  if (!milliseconds || *milliseconds > UINT32_MAX) return wrong_type(info.Env(), "milliseconds");
  return Napi::Boolean::New(info.Env(), fvm_batch_work(batch_.get(), static_cast<uint32_t>(*milliseconds)));
}

Napi::Value SignaturesObject::stop(const Napi::CallbackInfo& info) {
  fvm_batch_stop(batch_.get());
  return info.Env().Undefined();
}

Napi::Value SignaturesObject::verdicts(const Napi::CallbackInfo& info) {
  std::vector<uint8_t> out(fvm_batch_len(batch_.get()));
  if (!fvm_batch_verdicts(batch_.get(), out.data())) return fail(info.Env(), "signatures could not be checked");
  return copy(info.Env(), {out.data(), out.size()});
}

}  // namespace fvm::js
