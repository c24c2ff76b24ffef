import { type BlockAccessOptions, walkBlocks } from "../../blockstore/access.js";
import type { Blockstore } from "../../blockstore/blocks.js";
import { type Cid, checkCid } from "../../encoding/cid.js";
import { retrying } from "../../ipld/retrying.js";
import type { MessageTrace } from "../../vm/trace/trace.js";
import { loadState } from "../state/states.js";
import { shownAddress } from "./addresses.js";
import { createdCodeCid } from "./created-code.js";
import { ethereumTrace, type TraceContext } from "./ethereum-trace.js";
import { foldFrames } from "./fold-frames.js";

/**
 * Facts that a message's trace does not tell, from the state that it led to: the sender's Ethereum
 * address, and the codes of contracts that it created and that are still there.
 *
 * @param after root of the state after the message
 * @throws FvmError INVALID_TRACE, INVALID_STATE; `HostFault` BLOCK_NOT_FOUND, BLOCKSTORE_FAILED, CORRUPT_BLOCK; the
 * signal's reason
 */
export async function traceContext(
  trace: MessageTrace,
  store: Blockstore,
  after: Cid,
  options: BlockAccessOptions = {},
): Promise<Required<Pick<TraceContext, "sender" | "codes">>> {
  checkCid(after);
  const cids = createdCodeCids(trace);
  return walkBlocks(
    store,
    function* (blocks) {
      const state = yield* retrying(() => loadState(blocks, after));
      const id = trace.call?.from ?? 0;
      const sender = yield* retrying(() => shownAddress(id, state.getActor(id)));
      const codes = new Map<Cid, Uint8Array>();
      for (const cid of cids) {
        const code = yield* retrying(() => blocks.find(cid));
        if (code !== undefined) codes.set(cid, code.slice());
      }
      return { sender, codes };
    },
    options,
  );
}

function createdCodeCids(trace: MessageTrace): ReadonlySet<Cid> {
  const cids = new Set<Cid>();
  const { top } = ethereumTrace(trace, {});
  if (top !== undefined) {
    foldFrames<void>(top, (frame) => {
      const cid = createdCodeCid(frame);
      if (cid !== undefined) cids.add(cid);
    });
  }
  return cids;
}
