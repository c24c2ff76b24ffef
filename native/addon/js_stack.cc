#include "js.h"
#include "js_classes.h"

namespace fvm::js {

Napi::Function StackObject::define(Napi::Env env) {
  return DefineClass(
      env, "NativeStack",
      {InstanceAccessor<&StackObject::control>("control"), InstanceMethod<&StackObject::open>("open"),
       InstanceMethod<&StackObject::push>("push"),
       InstanceMethod<&StackObject::stage_params>("stageParams"),
       InstanceMethod<&StackObject::has_block>("hasBlock"),
       InstanceMethod<&StackObject::take_observations>("takeObservations"),
       InstanceMethod<&StackObject::read_block>("readBlock"), InstanceMethod<&StackObject::run>("run"),
       InstanceMethod<&StackObject::argument>("argument"),
       InstanceMethod<&StackObject::write_tail>("writeTail"),
       InstanceMethod<&StackObject::is_reachable>("isReachable"),
       InstanceMethod<&StackObject::provide_block>("provideBlock"),
       InstanceMethod<&StackObject::return_data>("returnData"), InstanceMethod<&StackObject::failure>("failure"),
       InstanceMethod<&StackObject::last_error>("lastError"), InstanceMethod<&StackObject::pop>("pop"),
       InstanceMethod<&StackObject::pop_into>("popInto"), InstanceAccessor<&StackObject::depth>("depth"),
       InstanceAccessor<&StackObject::memory_bytes>("memoryBytes"),
       InstanceMethod<&StackObject::close>("close")});
}

StackObject::StackObject(const Napi::CallbackInfo& info) : ObjectWrap(info) {
  const Napi::Env env = info.Env();
  const auto* classes = env.GetInstanceData<Classes>();
  if (!is_instance(info[0], classes->kernel) || !is_instance(info[1], classes->blocks)) {
    wrong_type(env, "a kernel and blocks");
    return;
  }
  const auto* kernel = unwrap<KernelObject>(info[0]);
  if (!kernel) return;
  control_ = Napi::Persistent(Napi::ArrayBuffer::New(env, kControlBytes));
  if (env.IsExceptionPending()) return;
  kernel_ = kernel->config;
  blocks_ = Napi::Persistent(info[1].As<Napi::Object>());
}

Napi::Value StackObject::open(const Napi::CallbackInfo& info) {
  if (stack_) return fail(info.Env(), "the call stack is open");
  if (!is_instance(info[0], info.Env().GetInstanceData<Classes>()->actor_types)) {
    return wrong_type(info.Env(), "actor types");
  }
  const auto* types = unwrap<ActorTypesObject>(info[0]);
  auto* blocks = unwrap<BlocksObject>(blocks_.Value());
  if (!types || !blocks || control_.IsEmpty()) return info.Env().Undefined();
  auto* control = static_cast<uint8_t*>(control_.Value().Data());
  MachineContext machine;
  static_assert(sizeof machine == 44 + 16 + 16 + 4);
  std::memcpy(&machine, control + word::PAYLOAD * 4, sizeof machine);
  std::memset(control, 0, word::PAYLOAD * 4);
  stack_ = std::make_unique<NativeStack>(kernel_, blocks->buffer, types->types, machine, control);
  if (flag_of(info[1])) stack_->observe();
  return info.Env().Undefined();
}

NativeStack* StackObject::live(Napi::Env env) {
  if (!stack_ || running_) fail(env, stack_ ? "the call stack is running" : "the call stack is closed");
  return running_ ? nullptr : stack_.get();
}

Frame* StackObject::top(Napi::Env env) {
  NativeStack* stack = live(env);
  if (stack && !stack->top()) fail(env, "the call stack is empty");
  return stack ? stack->top() : nullptr;
}

Frame* StackObject::ended(Napi::Env env) {
  Frame* frame = top(env);
  if (!frame) return nullptr;
  if (!frame->ended()) return fail(env, "the top frame has not ended"), nullptr;
  return frame;
}

Napi::Value StackObject::control(const Napi::CallbackInfo& info) {
  return control_.IsEmpty() ? info.Env().Undefined() : control_.Value();
}

Napi::Value StackObject::push(const Napi::CallbackInfo& info) {
  NativeStack* stack = live(info.Env());
  if (!stack) return info.Env().Undefined();
  const auto key = cid(info.Env(), info[0]);
  const auto handle = integer(info[1]);
  if (!key || !handle) return wrong_type(info.Env(), "a CID and a block handle");
  auto code = stack->engine.find(*key);
  if (!code) return Napi::Boolean::New(info.Env(), false);
  BlockPtr params;
  if (*handle == kStaged) {
    params = std::move(stack->staged_params);
  } else if (*handle != 0) {
    const BlockPtr* block = stack->top() ? stack->top()->registry().find(static_cast<uint32_t>(*handle)) : nullptr;
    if (!block) return fail(info.Env(), "no such block handle");
    params = *block;
  }
  stack->frames.push_back(std::make_unique<Frame>(*stack, std::move(code), std::move(params)));
  return Napi::Boolean::New(info.Env(), true);
}

Napi::Value StackObject::stage_params(const Napi::CallbackInfo& info) {
  NativeStack* stack = live(info.Env());
  if (!stack) return info.Env().Undefined();
  const auto codec = integer(info[0]);
  const auto data = bytes(info[1]);
  if (!codec || !data) return wrong_type(info.Env(), "a codec and bytes");
  stack->staged_params = std::make_shared<const Block>(static_cast<uint64_t>(*codec), *data);
  return info.Env().Undefined();
}

Napi::Value StackObject::has_block(const Napi::CallbackInfo& info) {
  Frame* frame = top(info.Env());
  if (!frame) return info.Env().Undefined();
  const auto handle = integer(info[0]);
  const BlockPtr* block = handle ? frame->registry().find(static_cast<uint32_t>(*handle)) : nullptr;
  if (block) {
    const bool counts = stack_->config.rules.trackLinks;
    stack_->control.set(word::PARAMS_LINKS, counts ? static_cast<uint32_t>((*block)->scan().links.size()) : 0);
  }
  return Napi::Boolean::New(info.Env(), block != nullptr);
}

Napi::Value StackObject::take_observations(const Napi::CallbackInfo& info) {
  NativeStack* stack = live(info.Env());
  if (!stack) return info.Env().Undefined();
  if (!info[0].IsTypedArray() || info[0].As<Napi::TypedArray>().TypedArrayType() != napi_uint32_array) {
    return wrong_type(info.Env(), "words to write to");
  }
  if (!stack->observations) return fail(info.Env(), "nobody observes");
  auto target = info[0].As<Napi::Uint32Array>();
  const auto& words = stack->observations->words();
  const size_t count = words.size();
  if (count <= target.ElementLength()) {
    if (count > 0) std::memcpy(target.Data(), words.data(), count * sizeof words[0]);
    stack->observations->clear();
  }
  return Napi::Number::New(info.Env(), static_cast<double>(count));
}

Napi::Value StackObject::read_block(const Napi::CallbackInfo& info) {
  Frame* frame = top(info.Env());
  if (!frame) return info.Env().Undefined();
  const auto handle = integer(info[0]);
  const BlockPtr* block = handle ? frame->registry().find(static_cast<uint32_t>(*handle)) : nullptr;
  if (!block) return fail(info.Env(), "no such block handle");
  Napi::Object out = Napi::Object::New(info.Env());
  out.Set("codec", static_cast<double>((*block)->codec()));
  out.Set("data", copy(info.Env(), (*block)->data()));
  return out;
}

Napi::Value StackObject::run(const Napi::CallbackInfo& info) {
  Frame* frame = top(info.Env());
  if (!frame) return info.Env().Undefined();
  if (frame->ended()) return fail(info.Env(), "the top frame has ended");
  if (frame->waits_for_block() && !frame->has_provided()) return fail(info.Env(), "the top frame waits for a block");
  running_ = true;
  const Yield yield = frame->run();
  running_ = false;
  return Napi::Number::New(info.Env(), static_cast<uint32_t>(yield));
}

Napi::Value StackObject::argument(const Napi::CallbackInfo& info) {
  Frame* frame = top(info.Env());
  if (!frame) return info.Env().Undefined();
  const auto slot = integer(info[0]);
  const auto data = slot ? frame->argument(static_cast<size_t>(*slot)) : std::nullopt;
  return data ? copy(info.Env(), *data) : fail(info.Env(), "no such argument");
}

Napi::Value StackObject::write_tail(const Napi::CallbackInfo& info) {
  Frame* frame = top(info.Env());
  if (!frame) return info.Env().Undefined();
  const auto slot = integer(info[0]);
  const auto data = bytes(info[1]);
  if (!slot || !data) return wrong_type(info.Env(), "a slot and bytes");
  if (!frame->write_tail(static_cast<size_t>(*slot), *data)) return fail(info.Env(), "the answer does not fit");
  return info.Env().Undefined();
}

Napi::Value StackObject::is_reachable(const Napi::CallbackInfo& info) {
  Frame* frame = top(info.Env());
  if (!frame) return info.Env().Undefined();
  const auto key = cid(info.Env(), info[0]);
  if (!key) return wrong_type(info.Env(), "a CID");
  return Napi::Boolean::New(info.Env(), frame->registry().reachable().contains(*key));
}

Napi::Value StackObject::provide_block(const Napi::CallbackInfo& info) {
  Frame* frame = top(info.Env());
  if (!frame) return info.Env().Undefined();
  const auto data = bytes(info[0]);
  if (!data) return wrong_type(info.Env(), "bytes");
  if (!frame->waits_for_block()) return fail(info.Env(), "the top frame does not wait for a block");
  frame->provide(*data);
  return info.Env().Undefined();
}

Napi::Value StackObject::return_data(const Napi::CallbackInfo& info) {
  Frame* frame = ended(info.Env());
  if (!frame) return info.Env().Undefined();
  const ByteSpan data = frame->return_block() ? frame->return_block()->data() : ByteSpan();
  if (data.size() > kPayloadBytes) return copy(info.Env(), data);
  if (!data.empty()) std::memcpy(stack_->control.bytes(word::PAYLOAD), data.data(), data.size());
  return info.Env().Undefined();
}

Napi::Value StackObject::failure(const Napi::CallbackInfo& info) {
  Frame* frame = top(info.Env());
  return frame ? Napi::String::New(info.Env(), frame->failure()) : info.Env().Undefined();
}

Napi::Value StackObject::last_error(const Napi::CallbackInfo& info) {
  Frame* frame = top(info.Env());
  if (!frame || !frame->last_error().syscall) return info.Env().Undefined();
  const Napi::Env env = info.Env();
  const Frame::LastError& last = frame->last_error();
  Napi::Object out = Napi::Object::New(env);
  out.Set("module", last.syscall->module);
  out.Set("name", last.syscall->name);
  out.Set("errno", static_cast<uint32_t>(last.error));
  if (last.refusal.reason != Reason::kNone) out.Set("text", last.text());
  return out;
}

Napi::Value StackObject::pop(const Napi::CallbackInfo& info) {
  if (top(info.Env())) stack_->frames.pop_back();
  return info.Env().Undefined();
}

Napi::Value StackObject::pop_into(const Napi::CallbackInfo& info) {
  constexpr uint32_t kSendBytes = 20;
  Frame* child = ended(info.Env());
  if (!child) return info.Env().Undefined();
  const auto exit_code = integer(info[0]);
  if (!exit_code || stack_->frames.size() < 2) return fail(info.Env(), "there is no parent to return to");
  const BlockPtr block = info[1].ToBoolean().Value() ? child->return_block() : nullptr;
  stack_->frames.pop_back();
  Frame& parent = *stack_->top();
  Control& control = stack_->control;
  uint32_t handle = 0;
  if (block) {
    handle = parent.registry().add(block);
    if (stack_->config.rules.trackLinks) parent.registry().reach_links(*block);
  }
  control.set(word::ERRNO, 0);
  control.set(word::RESULT_LENGTH, kSendBytes);
  control.set(word::RESULT, static_cast<uint32_t>(*exit_code));
  control.set(word::RESULT + 1, handle);
  control.set64(word::RESULT + 2, block ? block->codec() : 0);
  control.set(word::RESULT + 4, block ? block->size() : 0);
  return info.Env().Undefined();
}

Napi::Value StackObject::depth(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), stack_ ? static_cast<double>(stack_->frames.size()) : 0);
}

Napi::Value StackObject::memory_bytes(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), stack_ ? static_cast<double>(stack_->memory_bytes) : 0);
}

Napi::Value StackObject::close(const Napi::CallbackInfo& info) {
  if (running_) return fail(info.Env(), "the call stack is running");
  stack_.reset();
  return info.Env().Undefined();
}

}  // namespace fvm::js
