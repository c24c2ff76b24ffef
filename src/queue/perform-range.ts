import type { Blockstore } from "../blockstore/blocks.js";
import { LayeredBlockstore } from "../blockstore/layered-blockstore.js";
import { MemoryBlockstore } from "../blockstore/memory-blockstore.js";
import { Chain } from "../chain/history/chain.js";
import { chainNode } from "../chain/node/chain-node.js";
import { Prefetcher } from "../chain/prefetch/prefetcher.js";
import { networkOf } from "../chain/store/network-source.js";
import type { Step } from "../chain/sync/step.js";
import { OwnChecks } from "../chain/sync/tipset-checks.js";
import { validateMain } from "../chain/sync/validate-chain.js";
import { BlockValidator } from "../chain/validation/block-validator.js";
import type { Cid } from "../encoding/cid.js";
import { isFvmError } from "../errors.js";
import type { Block } from "../ipld/block-access.js";
import { acceptProofs } from "../vm/proofs/verifier.js";
import { indexOfChunks } from "./epoch-chunks.js";
import type { RangeJob, RangeOutcome, RangeTotals } from "./job.js";
import { NoChecks } from "./no-checks.js";
import { tipsetMapper } from "./tipset-mapper.js";

/** Tools with which ranges are done. */
export interface RangeTools {
  /** Blocks of all stores, those that are nearest first. */
  readonly store: Blockstore;
  /** Store into which new blocks go if a job says so. */
  readonly last: Blockstore;
  /** Whether blocks are fetched ahead from stores with latency. */
  readonly prefetch: boolean;
  /** Modules that jobs name: paths or URLs. */
  readonly modules: Readonly<Record<string, string>>;
}

/** Blocks that are written together. */
const BATCH = 1000;

/** Does a job. Throws failures of stores and modules; what a store lacks is an outcome. @param chunks of the index, as the job names them */
export async function performRange(
  { network: source, range, head: epoch, work, blocks }: RangeJob,
  chunks: readonly Uint8Array[],
  { store, last, prefetch, modules }: RangeTools,
): Promise<RangeOutcome> {
  const mapper = work.kind === "map" ? await tipsetMapper(work, modules) : undefined;
  const made = new MemoryBlockstore();
  const blockstore = new LayeredBlockstore([made, store], { keep: false });
  const index = indexOfChunks(chunks);
  const chain = new Chain(blockstore, { index });
  const network = networkOf(source);
  const key = index.keyAt(epoch) as readonly Cid[];
  const totals = new Totals();
  try {
    const main = { chain, head: await chain.tipset(key), index };
    const node = chainNode({
      network,
      chain,
      proofs: acceptProofs,
      ...(prefetch && { prefetch: new Prefetcher() }),
      ...mapper?.watching,
    });
    // A range has one thread; others have other ranges.
    const checks =
      mapper === undefined
        ? new OwnChecks(chain, new BlockValidator(chain, network, { signatureThreads: 1 }))
        : new NoChecks(chain);
    const { tipsets, messages, unchecked, difference } = await validateMain(
      { main, network, node, checks },
      {
        ...range,
        ...(work.kind === "validate" ? work : { takesStart: true }),
        async onTipset(step) {
          totals.add(step);
          await mapper?.add(step, blockstore);
        },
      },
    );
    if (blocks === "last") await putAll(last, made);
    const found = { tipsets, messages, ...(difference !== undefined && { difference }), ...totals.result() };
    return mapper === undefined
      ? { kind: "validated", ...found, unchecked }
      : { kind: "mapped", ...found, values: mapper.values };
  } catch (error) {
    if (!isFvmError(error, "CHAIN_INCOMPLETE")) throw error;
    const { epoch: at, missing, cid } = error.details;
    return { kind: "missing", epoch: at, missing, cid };
  }
}

async function putAll(store: Blockstore, blocks: Iterable<Block>): Promise<void> {
  let batch: Block[] = [];
  for (const block of blocks) {
    if (batch.push(block) < BATCH) continue;
    await store.putMany(batch);
    batch = [];
  }
  await store.putMany(batch);
}

class Totals {
  #gas = 0n;
  #last: Step["outcome"] | undefined;

  add({ executed, outcome }: Step): void {
    this.#last = outcome;
    for (const { messages } of executed?.result.blocks ?? []) {
      for (const { receipt } of messages) this.#gas += BigInt(receipt.gasUsed);
    }
  }

  result(): RangeTotals {
    return { gas: this.#gas, stateRoot: this.#last?.stateRoot, receiptsRoot: this.#last?.receiptsRoot };
  }
}
