// Reads `NativeStackConfig` of src/native/addon.ts.
#pragma once

#include <napi.h>

#include <string>
#include <vector>

#include "call_stack.h"

namespace fvm::js {

// The table, and a text that is the same for equal tables. False, with an exception pending, if malformed.
bool read_syscalls(const Napi::Value& table, std::vector<Syscall>& out, std::string& fingerprint);
bool read_stack_config(const Napi::Object& options, StackConfig& out);

}  // namespace fvm::js
