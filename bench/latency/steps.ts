/** Tipsets that are executed each by itself, on the state that those before it have left. */
import { BlockCache } from "#src/blockstore/block-cache.js";
import type { Blockstore } from "#src/blockstore/blocks.js";
import { executeTipset } from "#src/chain/execution/execute-tipset.js";
import type { ChainNode } from "#src/chain/execution/node.js";
import type { Tipset, TipsetResult } from "#src/chain/execution/tipset.js";
import type { Cid } from "#src/encoding/cid.js";
import { BenchError } from "../bench-error.js";
import { sum } from "../statistics.js";
import type { LatencyCase } from "./cases.js";
import { type Spent, spentOn } from "./clock.js";

/** A tipset, what it stands on, and what it leads to. */
export interface Step {
  readonly stateRoot: Cid;
  readonly tipset: Tipset;
  /** The tipset's messages have been selected before. */
  readonly selected: boolean;
  readonly expected: Pick<TipsetResult, "stateRoot" | "receiptsRoot">;
}

const CACHE_BYTES = 64 << 20;

/** A case of steps, each with nothing in memory. */
export function stepsCase(
  name: string,
  store: Blockstore,
  node: ChainNode,
  steps: readonly Step[],
): LatencyCase {
  return {
    name,
    store,
    tipsets: steps.length,
    messages: sum(steps.map(({ tipset }) => sum(tipset.blocks.map(({ messages }) => messages.length)))),
    async run(blockstore, prefetch) {
      const times: Spent[] = [];
      for (const step of steps) {
        const blockCache = BlockCache.create(CACHE_BYTES);
        const ready = { ...node, blockstore, blockCache, ...(prefetch !== undefined && { prefetch }) };
        times.push(await spentOn(() => runStep(ready, step)));
        blockCache.clear();
      }
      return times;
    },
  };
}

/** Throws `BenchError` if it comes out otherwise. */
async function runStep(node: ChainNode, { stateRoot, tipset, selected, expected }: Step): Promise<void> {
  const result = await executeTipset(node, stateRoot, tipset, { selected });
  if (result.stateRoot === expected.stateRoot && result.receiptsRoot === expected.receiptsRoot) return;
  throw new BenchError(`the tipset of epoch ${tipset.epoch} comes out otherwise`);
}

/** Steps of tipsets one after the other; the last state root is to be `last`. */
export async function stepsOf(
  name: string,
  node: ChainNode,
  stateRoot: Cid,
  tipsets: readonly Tipset[],
  last?: Cid,
): Promise<Step[]> {
  const steps: Step[] = [];
  let root = stateRoot;
  for (const tipset of tipsets) {
    const expected = await executeTipset(node, root, tipset, { selected: true });
    steps.push({ stateRoot: root, tipset, selected: true, expected });
    root = expected.stateRoot;
  }
  if (last !== undefined && root !== last) throw new BenchError(`${name} comes out otherwise`);
  return steps;
}
