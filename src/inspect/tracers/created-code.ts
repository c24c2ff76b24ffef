import type { Cid } from "../../encoding/cid.js";
import { cidParts } from "../../encoding/cid.js";
import { RAW } from "../../encoding/codecs.js";
import { ExitCode } from "../../message/outcome.js";
import type { EthFrame } from "./frame.js";

/** The code that a creation left, if it is known; undefined also for all that are no creations of contracts. */
export function createdCode(frame: EthFrame, codes: ReadonlyMap<Cid, Uint8Array>): Uint8Array | undefined {
  const cid = createdCodeCid(frame);
  return cid === undefined ? undefined : codes.get(cid);
}

/** The block with the code that a creation left: of all that its constructor writes, only that is raw bytes. */
export function createdCodeCid({ type, isNative, exitCode, inner }: EthFrame): Cid | undefined {
  const isCreation = (type === "CREATE" || type === "CREATE2") && !isNative && exitCode === ExitCode.Ok;
  if (!isCreation || inner === undefined) return undefined;
  const written = inner.steps.findLast(
    (step) => step.kind === "blockWrite" && cidParts(step.cid).codec === RAW,
  );
  return written?.kind === "blockWrite" ? written.cid : undefined;
}
