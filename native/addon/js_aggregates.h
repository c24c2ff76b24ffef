// Signatures of many, in which each key counts with a factor of its own.
#pragma once

#include <napi.h>

namespace fvm::js {

void add_aggregates(Napi::Env env, Napi::Object exports);

}  // namespace fvm::js
