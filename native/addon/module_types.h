// A module's imports and exports, in the form in which its author sees it, and why that does not fit: in the
// words of the reference's Wasmtime (runtime/linker.rs, types/matching.rs, func.rs).
#pragma once

#include <string>
#include <vector>

#include "raii.h"
#include "syscall.h"

namespace fvm {

// Why a module cannot be linked. Wasmtime's own message is of no use: it names the imports as
// native/vendor/src/inline/syscalls.rs has renamed them. `inlined`: whether it has.
std::string link_fault(const wasmtime_module_t* module, bool inlined, const std::vector<Syscall>& syscalls);

// Why `invoke`, of another type than (i32) -> i32, cannot be called. `looked_up`: the reference looks for a
// function of that type, otherwise it just calls what there is, and crashes if the result is something else.
std::string invoke_fault(const wasmtime_module_t* module, bool looked_up);

}  // namespace fvm
