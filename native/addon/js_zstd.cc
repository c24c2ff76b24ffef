#include "fvm_vendor.h"
#include "js.h"
#include "js_classes.h"

namespace fvm::js {
namespace {

// The library's own default.
constexpr int32_t kLevel = 3;

// Bytes of the Rust side.
struct Output {
  fvm_bytes_t bytes{nullptr, 0};
  Output() = default;
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;
  ~Output() { fvm_bytes_free(bytes); }
};

// Work of a thread of libuv's pool at a frame, and the promise of its end, as in js_signatures.cc.
struct Work {
  ZstdObject::FramesPtr frames;
  std::vector<uint8_t> data;
  bool is_last;
  bool is_done = false;
  Output out;
  napi_async_work handle = nullptr;
  napi_deferred deferred = nullptr;
};

void execute(napi_env, void* data) {
  auto* work = static_cast<Work*>(data);
  work->is_done = fvm_zstd_push(work->frames.get(), work->data.data(), work->data.size(), work->is_last, &work->out.bytes);
}

void complete(napi_env env, napi_status, void* data) {
  const std::unique_ptr<Work> work(static_cast<Work*>(data));
  const fvm_bytes_t& out = work->out.bytes;
  napi_value result = nullptr;
  const napi_status status = work->is_done ? napi_create_buffer_copy(env, out.len, out.data, nullptr, &result)
                                           : napi_get_undefined(env, &result);
  if (status == napi_ok) napi_resolve_deferred(env, work->deferred, result);
  napi_delete_async_work(env, work->handle);
}

}  // namespace

Napi::Function UnzstdObject::define(Napi::Env env) {
  return DefineClass(env, "NativeUnzstd",
                     {InstanceMethod<&UnzstdObject::push>("push"), InstanceAccessor<&UnzstdObject::is_over>("isOver")});
}

UnzstdObject::UnzstdObject(const Napi::CallbackInfo& info) : ObjectWrap(info), frame_(fvm_unzstd_new()) {
  if (!frame_) fail(info.Env(), "no memory for a frame of zstd");
}

Napi::Value UnzstdObject::push(const Napi::CallbackInfo& info) {
  const auto data = bytes(info[0]);
  if (!data) return wrong_type(info.Env(), "bytes");
  Output out;
  if (!fvm_unzstd_push(frame_.get(), data->data(), data->size(), &out.bytes)) return info.Env().Undefined();
  return copy(info.Env(), {out.bytes.data, out.bytes.len});
}

Napi::Value UnzstdObject::is_over(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), fvm_unzstd_is_over(frame_.get()));
}

Napi::Function ZstdObject::define(Napi::Env env) {
  return DefineClass(env, "NativeZstd", {InstanceMethod<&ZstdObject::push>("push")});
}

ZstdObject::ZstdObject(const Napi::CallbackInfo& info) : ObjectWrap(info) {
  fvm_zstd_t* frames = fvm_zstd_new(kLevel);
  if (frames) frames_ = FramesPtr(frames, fvm_zstd_delete);
  else fail(info.Env(), "no memory for frames of zstd");
}

Napi::Value ZstdObject::push(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const auto data = bytes(info[0]);
  if (!data) return wrong_type(env, "bytes");
  auto work = std::make_unique<Work>();
  work->frames = frames_;
  work->data.assign(data->begin(), data->end());
  work->is_last = flag_of(info[1]);
  napi_value name = nullptr, promise = nullptr;
  if (napi_create_string_utf8(env, "fvm:zstd", NAPI_AUTO_LENGTH, &name) != napi_ok ||
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

}  // namespace fvm::js
