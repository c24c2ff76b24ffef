/** A process of one measurement: `node work.js WORK FOLDER`, on a chain's folder that is its own. The answer is JSON. */
import { readFileSync } from "node:fs";
import { BlockCache } from "#src/blockstore/block-cache.js";
import { MemoryBlockstore } from "#src/blockstore/memory-blockstore.js";
import { Chain } from "#src/chain/history/chain.js";
import { type ChainTipset, firstHeader } from "#src/chain/history/chain-tipset.js";
import type { ChainNetwork } from "#src/chain/networks/networks.js";
import { chainNode } from "#src/chain/node/chain-node.js";
import { executeChainTipset } from "#src/chain/node/execute-chain-tipset.js";
import { ChainStore } from "#src/chain/store/chain-store.js";
import { BlockValidator } from "#src/chain/validation/block-validator.js";
import { runCommandLine } from "#src/cli/run-command-line.js";
import { acceptProofs } from "#src/vm/proofs/verifier.js";
import { BenchError } from "../bench-error.js";
import { runProgram } from "../program.js";
import type { MemoryLook, Times, Work, WorkResult } from "./result.js";

const CACHE_BYTES = 64 * 2 ** 20;
/** Tipsets after which memory is looked at, */
const LOOKED_AT = [100, 250, 500, 1000, 1500, 2000];
/** and those before, of which the highest figure counts: garbage comes and goes. */
const WINDOW = 100;

interface Subject {
  readonly network: ChainNetwork;
  readonly chain: Chain;
  readonly tipsets: readonly ChainTipset[];
}

const WORKS: Readonly<Record<Work, (folder: string) => Promise<WorkResult>>> = {
  executed: async (folder) => onMemory(folder, executeAll),
  stored: (folder) =>
    onStore(folder, async (store) =>
      timed(executeAll, await subjectOf(store.network, store.chain, await store.head())),
    ),
  checked: async (folder) => onMemory(folder, checkAll, executeAll),
  validated: validate,
};

async function main(): Promise<void> {
  const [work, folder] = process.argv.slice(2) as [Work, string];
  console.log(JSON.stringify(await WORKS[work](folder)));
}

async function onStore<T>(folder: string, work: (store: ChainStore) => Promise<T>): Promise<T> {
  const store = await ChainStore.open(folder);
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/** With all blocks of the folder in memory. @param before work that adds what this one needs, and is not measured */
async function onMemory(
  folder: string,
  work: (subject: Subject) => Promise<void>,
  before?: (subject: Subject) => Promise<void>,
): Promise<WorkResult> {
  const subject = await onStore(folder, async (store) => {
    const memory = new MemoryBlockstore();
    for await (const block of store.database.blocks()) await memory.putMany([block]);
    return subjectOf(store.network, new Chain(memory), await store.head());
  });
  await before?.(subject);
  return timed(work, subject);
}

async function subjectOf(network: ChainNetwork, chain: Chain, head: ChainTipset): Promise<Subject> {
  const tipsets: ChainTipset[] = [];
  for (let at: ChainTipset | undefined = head; at !== undefined; at = await chain.parent(at))
    tipsets.push(at);
  return { network, chain, tipsets: tipsets.reverse() };
}

async function executeAll({ network, chain, tipsets }: Subject): Promise<void> {
  const blockCache = BlockCache.create(CACHE_BYTES);
  const node = chainNode({ network, chain, blockCache, proofs: acceptProofs });
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

/** After the states are there, and on them. */
async function checkAll(subject: Subject): Promise<void> {
  const { network, chain, tipsets } = subject;
  const validator = new BlockValidator(chain, network, { blockCache: BlockCache.create(CACHE_BYTES) });
  for (const tipset of tipsets) {
    if (tipset.epoch === 0) continue;
    const { parentStateRoot: stateRoot, parentMessageReceipts: receiptsRoot } = firstHeader(tipset);
    const refused = await validator.validate(await validator.prepare(tipset), { stateRoot, receiptsRoot });
    if (refused !== undefined) throw new BenchError(refused.refusal.text);
  }
}

/** The command, with its defaults. */
async function validate(folder: string): Promise<WorkResult> {
  const looks: MemoryLook[] = [];
  let highest: MemoryLook = { tipsets: 0, rss: 0, anonymous: 0 };
  let tipsets = 0;
  const progress = () => {
    tipsets++;
    const next = LOOKED_AT.find((count) => count >= tipsets);
    if (next === undefined || next - tipsets > WINDOW || (tipsets % 10 !== 0 && next !== tipsets)) return;
    const { rss, anonymous } = memoryNow();
    highest = {
      tipsets: next,
      rss: Math.max(rss, highest.rss),
      anonymous: Math.max(anonymous, highest.anonymous),
    };
    if (next !== tipsets) return;
    looks.push(highest);
    highest = { tipsets: 0, rss: 0, anonymous: 0 };
  };
  const answers: string[] = [];
  const output = { answer: (text: string) => void answers.push(text), note: console.error, progress };
  const times = await measured(async () => {
    const status = await runCommandLine(["chain", "validate", "--data", folder, "--json"], output);
    if (status !== 0) throw new BenchError(`validation ends with ${status}: ${answers.join("\n")}`);
  });
  const { messages } = JSON.parse(answers.join("\n")) as { messages: number };
  return { ...times, messages, memory: looks };
}

async function timed(work: (subject: Subject) => Promise<void>, subject: Subject): Promise<WorkResult> {
  return { ...(await measured(() => work(subject))), memory: [], messages: 0 };
}

async function measured(work: () => Promise<void>): Promise<Times> {
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

/** Bytes. Of the files that are mapped, those pages that the process has looked at lately count to its RSS. */
function memoryNow(): Pick<MemoryLook, "rss" | "anonymous"> {
  const status = readFileSync("/proc/self/status", "utf8");
  const bytesOf = (name: string) => {
    const [, kilobytes] = new RegExp(`^${name}:\\s+([0-9]+) kB`, "m").exec(status) ?? [];
    return Number(kilobytes) * 1024;
  };
  return { rss: bytesOf("VmRSS"), anonymous: bytesOf("RssAnon") };
}

runProgram(main);
