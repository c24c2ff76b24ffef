import { cidText } from "../../encoding/cid.js";
import { FvmError, HostFault } from "../../errors.js";
import { BlockNotFound } from "../../ipld/block-access.js";
import { messageOf } from "../../util/kind-of.js";

/** Misuse and bad input as they are; anything else is a fault of ours or of the host. */
export function asFault(error: unknown): FvmError | HostFault {
  if (error instanceof FvmError || error instanceof HostFault) return error;
  if (isInvalidLink(error)) return new FvmError("INVALID_STATE", { reason: error.message }, { cause: error });
  if (error instanceof BlockNotFound) return new HostFault("BLOCK_NOT_FOUND", { cid: cidText(error.cid) });
  return new HostFault("BROKEN_INVARIANT", { text: messageOf(error) }, { cause: error });
}

/** The addon's refusal to flush state with a link that no state may have. */
function isInvalidLink(error: unknown): error is Error {
  return error instanceof Error && "code" in error && error.code === "INVALID_LINK";
}
