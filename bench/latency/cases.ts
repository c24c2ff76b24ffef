/** Tipsets that are measured, each by itself, on the state that those before it have left. */
import { BlockCache } from "#src/blockstore/block-cache.js";
import type { Blockstore } from "#src/blockstore/blocks.js";
import { executeTipset } from "#src/chain/execution/execute-tipset.js";
import type { ChainNode } from "#src/chain/execution/node.js";
import type { Tipset, TipsetResult } from "#src/chain/execution/tipset.js";
import type { Cid } from "#src/encoding/cid.js";
import { BenchError } from "../bench-error.js";

/** A tipset, what it stands on, and what it leads to. */
export interface Step {
  readonly stateRoot: Cid;
  readonly tipset: Tipset;
  /** The tipset's messages have been selected before. */
  readonly selected: boolean;
  readonly expected: Pick<TipsetResult, "stateRoot" | "receiptsRoot">;
}

export interface LatencyCase {
  readonly name: string;
  /** Answers at once, and has all blocks of all steps. */
  readonly store: Blockstore;
  readonly node: ChainNode;
  readonly steps: readonly Step[];
}

/** Executes a step with nothing in memory. Throws `BenchError` if it comes out otherwise. */
export async function runStep(
  node: ChainNode,
  { stateRoot, tipset, selected, expected }: Step,
): Promise<void> {
  const result = await executeTipset(
    { ...node, blockCache: BlockCache.create(64 << 20) },
    stateRoot,
    tipset,
    {
      selected,
    },
  );
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
