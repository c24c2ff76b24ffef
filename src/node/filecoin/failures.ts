import { type Cid, cidText, parseCid } from "../../encoding/cid.js";
import { FvmError, HostFault } from "../../errors.js";
import { failed, RpcError } from "../rpc/errors.js";

export { failed };

/** The CID of a block that a store lacks; undefined: it is another error. */
export function missingCid(error: unknown): Cid | undefined {
  if (!(error instanceof HostFault) || error.code !== "BLOCK_NOT_FOUND") return undefined;
  return parseCid((error.details as HostFault<"BLOCK_NOT_FOUND">["details"]).cid);
}

/** Text of Lotus's blockstore on a block that it lacks. */
export function notFoundText(cid: Cid): string {
  return `ipld: could not find ${cidText(cid)}`;
}

/**
 * The answer of some work. Its errors are those of a method of Lotus that adds words to them, and so takes their code away. A
 * block that the store lacks is no fault: a folder may hold a part of a chain.
 *
 * @param words before the error's own; undefined: none
 */
export async function wrapping<T>(words: string | undefined, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const missing = missingCid(error);
    if (missing !== undefined) throw failed(withWords(words, notFoundText(missing)), { cause: error });
    if (words === undefined || !(error instanceof RpcError)) throw error;
    throw failed(withWords(words, error.message), { cause: error });
  }
}

/** The words of an error that a method answers; undefined: it is a fault. */
export function answerText(error: unknown): string | undefined {
  const missing = missingCid(error);
  if (missing !== undefined) return notFoundText(missing);
  return error instanceof RpcError || error instanceof FvmError ? error.message : undefined;
}

function withWords(words: string | undefined, text: string): string {
  return words === undefined ? text : `${words}: ${text}`;
}
