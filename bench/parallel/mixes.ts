/** Tipsets with messages as mainnet has them, of storage providers and of contracts. */
import { DevnetTraffic } from "#src/chain/devnet/traffic/devnet-traffic.js";
import type { TrafficMix } from "#src/chain/devnet/traffic/mix.js";
import { executeTipset } from "#src/chain/execution/execute-tipset.js";
import { firstHeader } from "#src/chain/history/chain-tipset.js";
import { executableTipset } from "#src/chain/node/execute-chain-tipset.js";
import { crowdedDevnet } from "../latency/crowded-devnet.js";
import { type ParallelCase, type ParallelCases, storeBlocks } from "./cases.js";
import type { MixNodeData } from "./mix-node.js";
import { withSelected } from "./selected.js";

/** Traffic that tipsets are drawn from. */
interface Mix {
  readonly name: string;
  /** Drawn beside the proofs of spacetime, on average. */
  readonly messages: number;
  readonly mix: TrafficMix;
  /** Epochs in which nobody sends anything, so that proofs of spacetime are due together. */
  readonly silence: number;
}

const PROVIDERS = { announce: 40, prove: 40, commit: 10, faults: 20, withdraw: 5, deals: 5 } as const;
const CONTRACTS = { call: 20, token: 30, swap: 25, hash: 10, ask: 5, batch: 10 } as const;

const MIXES: readonly Mix[] = [
  { name: "mix A: half proofs of spacetime", messages: 200, mix: { ...PROVIDERS, send: 60 }, silence: 14 },
  {
    name: "mix B: sectors announced and proven",
    messages: 400,
    mix: { ...PROVIDERS, send: 60, token: 30 },
    silence: 3,
  },
  {
    name: "mix C: half calls of contracts",
    messages: 400,
    mix: { ...CONTRACTS, announce: 30, prove: 20, faults: 20, send: 40 },
    silence: 4,
  },
];

/** Epochs after which sectors that were announced can be proven. */
const FIRST_PROVEN = 170;
const CROWD = { accounts: 2_000, senders: 150, providers: 400 };
const WARM_MESSAGES = 30;
/** Traffic before the tipsets that count, so that there are contracts, and sectors to prove. */
const WARM_MIX = { announce: 60, create: 2, deploy: 4, ...CONTRACTS, send: 10 };

/** @param folder where the chain is stored, too, for workers */
export async function mixCases(folder: string): Promise<ParallelCases> {
  const devnet = await crowdedDevnet(CROWD);
  const { chain, node, networkFile } = devnet;
  const options = { seed: "mixes", messages: WARM_MESSAGES, mix: WARM_MIX as TrafficMix, nullRounds: 0 };
  const traffic = new DevnetTraffic(devnet, options);
  while (devnet.head.epoch < FIRST_PROVEN) await traffic.mine();
  const cases: ParallelCase[] = [];
  for (const { name, messages, mix, silence } of MIXES) {
    for (let epochs = 0; epochs < silence; epochs++) await devnet.mine();
    Object.assign(options, { messages, mix });
    const mined = await traffic.mine();
    const stateRoot = firstHeader(mined).parentStateRoot;
    const tipset = await executableTipset(chain, mined);
    const { blocks } = await executeTipset(node, stateRoot, tipset);
    cases.push({ name, stateRoot, tipset: withSelected(tipset, blocks) });
  }
  await storeBlocks(folder, devnet);
  const data: MixNodeData = { folder, networkFile };
  return { node, cases, mayFail: true, pool: { module: new URL("./mix-node.js", import.meta.url), data } };
}
