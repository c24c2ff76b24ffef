import type { Blockstore } from "../../blockstore/blocks.js";
import { type Cid, cidText } from "../../encoding/cid.js";
import { HostFault } from "../../errors.js";
import { isIntact } from "../../ipld/intact.js";
import { asBytes } from "../../util/bytes.js";
import { promiseOf, unlessAborted } from "../../util/waits.js";

/**
 * A block's bytes, checked against its CID; undefined if the store has none.
 *
 * @throws `HostFault` CORRUPT_BLOCK, the signal's reason, what the store throws
 */
export async function readBlock(
  store: Blockstore,
  cid: Cid,
  signal: AbortSignal | undefined,
): Promise<Uint8Array | undefined> {
  const answer = store.get(cid);
  const later = promiseOf(answer);
  const found = later === undefined ? answer : await unlessAborted(later, signal);
  if (found === undefined || found === null) return undefined;
  const data = asBytes(found);
  if (data === undefined || !isIntact(cid, data)) throw new HostFault("CORRUPT_BLOCK", { cid: cidText(cid) });
  return data;
}
