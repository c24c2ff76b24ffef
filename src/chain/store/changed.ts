import { FvmError } from "../../errors.js";

/** Another process has taken away what the work at hand stands on. */
export function changed(folder: string): FvmError {
  return new FvmError("CHAIN_CHANGED", { folder, remedy: "run it again when nothing else writes" });
}
