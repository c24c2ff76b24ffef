// Keys and signatures that are made.
#pragma once

#include <napi.h>

namespace fvm::js {

void add_keys(Napi::Env env, Napi::Object exports);

}  // namespace fvm::js
