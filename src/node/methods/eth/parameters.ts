import * as v from "valibot";
import { NoSuchBlock } from "../../eth/block-tipset.js";
import { type BlockParam, blockParam } from "../../eth/json.js";
import { lenient, type Param, required } from "../../rpc/method.js";
import { named } from "../../rpc/schema.js";

/** The block whose state is read. Lotus insists on it; left out, it is the latest. */
export const stateBlock: Param<BlockParam | undefined> = lenient("block", blockParam);

/** The answer on a block, or, but for Lotus, null of one that the node does not know. Throws what the work throws. */
export async function orNull<T>(lotus: boolean, work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (!lotus && error instanceof NoSuchBlock) return null;
    throw error;
  }
}

/** Epochs below the head in which something is to be. */
export const lookback = required("lookback", named(v.number(), { go: "abi.ChainEpoch" }));

/** Lotus's word for any number of epochs. */
const NO_LIMIT = -1;

/** Undefined: any number. */
export function limitOf(epochs: number): number | undefined {
  return epochs === NO_LIMIT ? undefined : epochs;
}
