import { isFvmError } from "../../../src/errors.js";
import { findClang } from "../../../src/runtimes/ebpf/compile.js";

/** Whether tests can compile C. */
export function clangIsHere(): boolean {
  try {
    return findClang() !== "";
  } catch (error) {
    if (isFvmError(error, "COMPILER_MISSING")) return false;
    throw error;
  }
}
