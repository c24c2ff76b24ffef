import type { Blockstore } from "../../blockstore/blocks.js";
import { type Cid, cidCodec, cidText } from "../../encoding/cid.js";
import { DAG_CBOR } from "../../encoding/codecs.js";
import { HostFault } from "../../errors.js";
import type { Block } from "../../ipld/block-access.js";
import { inlineBlock, isStored, linksOf } from "../../ipld/links.js";
import { Turns } from "../../util/waits.js";
import type { CidSet } from "./cid-set.js";
import { readBlock } from "./read-block.js";

/** The way with a block that is not there: to pass over it, or to throw. */
export type OnMissing = (cid: Cid) => void;

/** Throws `HostFault` BLOCK_NOT_FOUND. */
export const refuseMissing: OnMissing = (cid) => {
  throw new HostFault("BLOCK_NOT_FOUND", { cid: cidText(cid) });
};

/** Options of a walk along links. */
export interface WalkOptions {
  /** Blocks that are passed over with all behind them; those of the walk are added. */
  readonly seen: CidSet;
  readonly onMissing: OnMissing;
  readonly signal: AbortSignal | undefined;
}

/**
 * Blocks that are reachable from a CID, each once, before those that it links to, in the order of its links. Memory: the
 * links that wait on the way down.
 */
export async function* reachableBlocks(
  store: Blockstore,
  root: Cid,
  { seen, onMissing, signal }: WalkOptions,
): AsyncGenerator<Block> {
  const turns = new Turns(signal);
  const waiting = [root];
  for (let cid = waiting.pop(); cid !== undefined; cid = waiting.pop()) {
    if (!seen.add(cid)) continue;
    await turns.next();
    await seen.settle();
    const data = isStored(cid) ? await readBlock(store, cid, signal) : inlineBlock(cid);
    if (data !== undefined) waiting.push(...linksIn(cid, data).reverse());
    if (!isStored(cid)) continue;
    if (data === undefined) onMissing(cid);
    else yield { cid, data };
  }
}

interface Frame {
  readonly cid: Cid;
  readonly links: readonly Cid[];
  /** Links that are done. */
  done: number;
}

/**
 * Adds what is reachable from a CID to a set, each block after all that it links to: so a block in the set means that
 * all behind it is, too, and a walk that broke off goes on where it was.
 *
 * @returns the number of blocks that were added
 */
export async function markReachable(
  store: Blockstore,
  root: Cid,
  { seen: marks, onMissing, signal }: WalkOptions,
): Promise<number> {
  const turns = new Turns(signal);
  const path: Frame[] = [];
  let added = 0;
  const enter = async (cid: Cid): Promise<void> => {
    if (marks.has(cid)) return;
    const data = isStored(cid) ? await readBlock(store, cid, signal) : inlineBlock(cid);
    if (data !== undefined) path.push({ cid, links: linksIn(cid, data), done: 0 });
    else if (isStored(cid)) onMissing(cid);
  };
  await enter(root);
  for (let frame = path.at(-1); frame !== undefined; frame = path.at(-1)) {
    const link = frame.links[frame.done++];
    if (link !== undefined) {
      await enter(link);
      continue;
    }
    path.pop();
    if (marks.add(frame.cid)) added++;
    await turns.next();
    await marks.settle();
  }
  return added;
}

function linksIn(cid: Cid, data: Uint8Array): Cid[] {
  return cidCodec(cid) === DAG_CBOR ? linksOf(data) : [];
}
