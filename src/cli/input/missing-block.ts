import { FvmError, HostFault } from "../../errors.js";

/** A block that a state lacks is no fault of the host here: the files are what somebody gave. */
export function missingBlock(cause: unknown, files: readonly string[]): FvmError | undefined {
  if (!(cause instanceof HostFault && cause.code === "BLOCK_NOT_FOUND")) return undefined;
  const { cid } = cause.details as HostFault<"BLOCK_NOT_FOUND">["details"];
  return new FvmError(
    "INVALID_STATE",
    { reason: `a block is not in ${files.join(", ")}, nor in a bundle`, cid },
    { cause },
  );
}
