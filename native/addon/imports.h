// What a module imports, in the form in which its author sees it.
#pragma once

#include <string>
#include <vector>

#include "raii.h"
#include "syscall.h"

namespace fvm {

// Why a module cannot be linked, in Wasmtime's words (runtime/linker.rs, types/matching.rs). Its own message is
// of no use: it names the imports as native/vendor/src/inline/syscalls.rs has renamed them.
// `inlined`: whether it has.
std::string link_fault(const wasmtime_module_t* module, bool inlined, const std::vector<Syscall>& syscalls);

}  // namespace fvm
