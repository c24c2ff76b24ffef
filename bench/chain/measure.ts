import { readFileSync } from "node:fs";
import { join } from "node:path";
import { BlockCache } from "#src/blockstore/block-cache.js";
import { MemoryBlockstore } from "#src/blockstore/memory-blockstore.js";
import { Chain } from "#src/chain/history/chain.js";
import { type ChainTipset, firstHeader } from "#src/chain/history/chain-tipset.js";
import { chainNode } from "#src/chain/node/chain-node.js";
import { executeChainTipset } from "#src/chain/node/execute-chain-tipset.js";
import { ChainStore } from "#src/chain/store/chain-store.js";
import { importSnapshot } from "#src/chain/store/import-snapshot.js";
import { type ChainValidation, validateChain } from "#src/chain/sync/validate-chain.js";
import { BlockValidator } from "#src/chain/validation/block-validator.js";
import { actorsIn } from "#src/tools/bundles/actors-source.js";
import { bundleFolders } from "#src/tools/bundles/folders.js";
import { BenchError } from "../bench-error.js";
import { note } from "../program.js";
import type { MadeChain } from "./make.js";

/** Milliseconds for all tipsets. */
export interface Times {
  readonly wall: number;
  /** CPU of all threads. */
  readonly cpu: number;
  /** CPU of the main thread: on a machine with cores to spare it takes so long. */
  readonly main: number;
}

/** Times that a chain takes. */
export interface ChainTimes {
  readonly tipsets: number;
  readonly messages: number;
  readonly executed: Times;
  readonly stored: Times;
  readonly blocks: Times;
  readonly validated: Times;
  /** Anonymous memory during the last validation. */
  readonly memory: readonly { readonly tipsets: number; readonly bytes: number }[];
}

const CACHE_BYTES = 64 * 2 ** 20;
/** Tipsets after which memory is looked at. */
const LOOKED_AT = [100, 500, 1000, 2000];

/** Takes turns. Throws `BenchError` if anything comes out otherwise than the headers say. */
export async function measureChain({ folder, devnet, car }: MadeChain, rounds: number): Promise<ChainTimes> {
  const tipsets = await tipsetsOf(devnet.chain, devnet.head);
  const all: Record<"executed" | "stored" | "blocks" | "validated", Times[]> = {
    executed: [],
    stored: [],
    blocks: [],
    validated: [],
  };
  let memory: ChainTimes["memory"] = [];
  let messages = 0;
  for (let round = 0; round < rounds; round++) {
    note(`round ${round + 1} of ${rounds}`);
    const cold = new Chain(new MemoryBlockstore(devnet.blockstore as MemoryBlockstore));
    all.executed.push(await timed(() => executeAll(cold, devnet.network, tipsets)));
    all.blocks.push(await timed(() => checkBlocks(cold, devnet.network, tipsets)));
    all.stored.push(
      await onFolder(join(folder, `stored-${round}`), devnet.networkFile, car, (store) =>
        timed(() => executeAll(store.chain, devnet.network, tipsets)),
      ),
    );
    const looks: { tipsets: number; bytes: number }[] = [];
    all.validated.push(
      await onFolder(join(folder, `validated-${round}`), devnet.networkFile, car, (store) =>
        timed(async () => {
          const result = await validateAll(store, (done) => {
            if (LOOKED_AT.includes(done)) looks.push({ tipsets: done, bytes: anonymousBytes() });
          });
          if (!result.ok) throw new BenchError(`${result.difference?.refusal.text}`);
          messages = result.messages;
        }),
      ),
    );
    memory = looks;
  }
  const best = (times: readonly Times[]) => times.reduce((a, b) => (a.main < b.main ? a : b));
  return {
    tipsets: tipsets.length - 1,
    messages,
    executed: best(all.executed),
    stored: best(all.stored),
    blocks: best(all.blocks),
    validated: best(all.validated),
    memory,
  };
}

async function tipsetsOf(chain: Chain, head: ChainTipset): Promise<ChainTipset[]> {
  const tipsets: ChainTipset[] = [];
  for (let at: ChainTipset | undefined = head; at !== undefined; at = await chain.parent(at))
    tipsets.push(at);
  return tipsets.reverse();
}

type Network = MadeChain["devnet"]["network"];

async function executeAll(chain: Chain, network: Network, tipsets: readonly ChainTipset[]): Promise<void> {
  const node = chainNode({ network, chain, blockCache: BlockCache.create(CACHE_BYTES) });
  for (const [i, tipset] of tipsets.entries()) {
    if (tipset.epoch === 0) continue;
    const { stateRoot, receiptsRoot } = await executeChainTipset(node, chain, tipset);
    const next = tipsets[i + 1];
    if (next === undefined) continue;
    const { parentStateRoot, parentMessageReceipts } = firstHeader(next);
    if (stateRoot !== parentStateRoot || receiptsRoot !== parentMessageReceipts) {
      throw new BenchError(`epoch ${tipset.epoch} comes out otherwise`);
    }
  }
}

async function checkBlocks(chain: Chain, network: Network, tipsets: readonly ChainTipset[]): Promise<void> {
  const validator = new BlockValidator(chain, network, { blockCache: BlockCache.create(CACHE_BYTES) });
  for (const tipset of tipsets) {
    if (tipset.epoch === 0) continue;
    const { parentStateRoot: stateRoot, parentMessageReceipts: receiptsRoot } = firstHeader(tipset);
    const refused = await validator.validate(await validator.prepare(tipset), { stateRoot, receiptsRoot });
    if (refused !== undefined) throw new BenchError(refused.refusal.text);
  }
}

async function validateAll(store: ChainStore, onTipset: (done: number) => void): Promise<ChainValidation> {
  const { chain, network } = store;
  const blockCache = BlockCache.create(CACHE_BYTES);
  const node = chainNode({ network, chain, blockCache });
  const parts = { chain, network, node, head: await store.head(), index: store };
  return validateChain(parts, { from: 0, blockCache, onProgress: ({ tipsets }) => onTipset(tipsets) });
}

async function onFolder<T>(
  folder: string,
  network: MadeChain["devnet"]["networkFile"],
  car: string,
  work: (store: ChainStore) => Promise<T>,
): Promise<T> {
  const store = await ChainStore.open(folder, { create: true, network });
  try {
    await importSnapshot(store, car, { actors: actorsIn(bundleFolders()) });
    return await work(store);
  } finally {
    await store.close();
  }
}

async function timed(work: () => Promise<unknown>): Promise<Times> {
  const [cpu, main, wall] = [process.cpuUsage(), mainThread(), performance.now()];
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return { wall: performance.now() - wall, cpu: (user + system) / 1000, main: mainThread() - main };
}

/** CPU of the main thread so far, milliseconds. */
function mainThread(): number {
  const [nanoseconds] = readFileSync(`/proc/self/task/${process.pid}/schedstat`, "utf8").split(" ");
  return Number(nanoseconds) / 1e6;
}

/** Without the files that are mapped: the system takes those back. */
function anonymousBytes(): number {
  const [, kilobytes] = /RssAnon:\s+([0-9]+) kB/.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
  return Number(kilobytes) * 1024;
}
