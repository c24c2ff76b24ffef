// Memory that the process keeps: functions of the addon.
#pragma once

#include <napi.h>

namespace fvm::js {

void add_memory(Napi::Env env, Napi::Object exports);

}  // namespace fvm::js
