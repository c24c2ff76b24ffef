#include "js.h"
#include "js_classes.h"

namespace fvm::js {

Napi::Function EngineObject::define(Napi::Env env) {
  return DefineClass(env, "NativeEngine",
                     {InstanceMethod<&EngineObject::has>("has"), InstanceMethod<&EngineObject::load>("load"),
                      InstanceMethod<&EngineObject::artifact>("artifact"),
                      InstanceMethod<&EngineObject::restore>("restore"),
                      InstanceMethod<&EngineObject::instrument>("instrument")});
}

EngineObject::EngineObject(const Napi::CallbackInfo& info) : ObjectWrap(info) {
  const Napi::Env env = info.Env();
  if (!info[0].IsObject()) {
    wrong_type(env, "an engine configuration");
    return;
  }
  const auto options = info[0].As<Napi::Object>();
  fvm_instrument_config_t config{};
  bool complete = true;
  const auto number = [&](const char* name) -> uint64_t {
    const auto value = integer(property(options, name));
    if (!value) complete = false;
    return static_cast<uint64_t>(value.value_or(0));
  };
  config.legacy = text_of(property(options, "instrumentation")) == "legacy";
  config.stack_limit = static_cast<uint32_t>(number("maxWasmStack"));
  config.instruction = number("instructionCost");
  config.memory_grow_per_page = static_cast<uint32_t>(number("memoryGrowPerPage"));
  config.memory_per_byte = static_cast<uint32_t>(number("memoryPerByte"));
  config.table_per_element = static_cast<uint32_t>(number("tablePerElement"));
  config.max_memory_bytes = number("maxMemoryBytes");
  config.max_table_elements = number("maxTableElements");
  config.stops_exactly = flag_of(property(options, "stopsExactly"));
  if (!complete) {
    wrong_type(env, "whole numbers in the engine configuration");
    return;
  }
  engine = Engine::get(config);
}

Napi::Value EngineObject::has(const Napi::CallbackInfo& info) {
  const auto key = cid(info.Env(), info[0]);
  if (!key) return wrong_type(info.Env(), "a CID");
  return Napi::Boolean::New(info.Env(), engine->has(*key));
}

Napi::Value EngineObject::load(const Napi::CallbackInfo& info) {
  const auto key = cid(info.Env(), info[0]);
  const auto wasm = bytes(info[1]);
  if (!key || !wasm) return wrong_type(info.Env(), "a CID and the module's bytes");
  std::string error;
  if (!engine->load(*key, *wasm, error)) return fail(info.Env(), error, "INVALID_MODULE");
  return info.Env().Undefined();
}

Napi::Value EngineObject::artifact(const Napi::CallbackInfo& info) {
  const auto key = cid(info.Env(), info[0]);
  if (!key) return wrong_type(info.Env(), "a CID");
  std::vector<uint8_t> out;
  if (!engine->artifact(*key, out)) return info.Env().Undefined();
  return copy(info.Env(), out);
}

Napi::Value EngineObject::restore(const Napi::CallbackInfo& info) {
  const auto key = cid(info.Env(), info[0]);
  const auto data = bytes(info[1]);
  if (!key || !data) return wrong_type(info.Env(), "a CID and an artifact");
  return Napi::Boolean::New(info.Env(), engine->restore(*key, *data));
}

Napi::Value EngineObject::instrument(const Napi::CallbackInfo& info) {
  const auto wasm = bytes(info[0]);
  if (!wasm) return wrong_type(info.Env(), "the module's bytes");
  std::string out;
  const bool reference_form = text_of(info[1]) == "reference";
  if (!engine->instrument(*wasm, reference_form, out)) return fail(info.Env(), out, "INVALID_MODULE");
  return copy(info.Env(), {reinterpret_cast<const uint8_t*>(out.data()), out.size()});
}

}  // namespace fvm::js
