import { join } from "node:path";
import { DevnetChain } from "#src/chain/devnet/devnet-chain.js";
import { DevnetTraffic } from "#src/chain/devnet/traffic/devnet-traffic.js";
import { USUAL_MIX } from "#src/chain/devnet/traffic/mix.js";
import { exportSnapshot } from "#src/chain/store/export-snapshot.js";
import { openBundle } from "#src/tools/bundles/bundle.js";
import { bundleFolders, findBundle } from "#src/tools/bundles/folders.js";

/** A chain, as it is in memory and as a snapshot. */
export interface MadeChain {
  readonly folder: string;
  readonly devnet: DevnetChain;
  /** The snapshot: with the first state only. */
  readonly car: string;
}

/** How a chain is made. */
export interface MakeOptions {
  readonly tipsets: number;
  /** Drawn for a tipset, on average. */
  readonly messages: number;
  readonly onTipset: (done: number) => void;
}

const NETWORK_VERSION = 28;

/** Makes a chain of so many tipsets, of the same messages each time. */
export async function makeChain(
  folder: string,
  { tipsets, messages, onTipset }: MakeOptions,
): Promise<MadeChain> {
  const bundle = openBundle(findBundle(bundleFolders(), { version: 18, network: "mainnet" }));
  const devnet = await DevnetChain.create({
    seed: "bench",
    networkVersion: NETWORK_VERSION,
    actors: new Map([[NETWORK_VERSION, bundle]]),
    accountsOfEach: 20,
  });
  const traffic = new DevnetTraffic(devnet, { seed: "bench", messages, mix: USUAL_MIX, nullRounds: 5 });
  for (let done = 1; done <= tipsets; done++) {
    await traffic.mine();
    onTipset(done);
  }
  await devnet.executeHead();
  const car = join(folder, "chain.car");
  await exportSnapshot(devnet.chain, devnet.head, car, { states: 1 });
  return { folder, devnet, car };
}
