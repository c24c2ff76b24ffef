#include "js.h"
#include "js_classes.h"

namespace fvm::js {

Napi::Function ActorTypesObject::define(Napi::Env env) { return DefineClass(env, "NativeActorTypes", {}); }

ActorTypesObject::ActorTypesObject(const Napi::CallbackInfo& info) : ObjectWrap(info) {
  if (!info[0].IsArray()) {
    wrong_type(info.Env(), "an array of CIDs");
    return;
  }
  const auto codes = info[0].As<Napi::Array>();
  auto read = std::make_shared<ActorTypes>();
  for (uint32_t i = 0; i < codes.Length(); i++) {
    const auto code = cid(info.Env(), element(codes, i));
    if (!code) {
      wrong_type(info.Env(), "an array of CIDs");
      return;
    }
    read->set(*code, i + 1);
  }
  types = std::move(read);
}

}  // namespace fvm::js
