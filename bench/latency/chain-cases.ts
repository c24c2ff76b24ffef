import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { decompress } from "fzstd";
import { MemoryBlockstore } from "#src/blockstore/memory-blockstore.js";
import { DevnetTraffic } from "#src/chain/devnet/traffic/devnet-traffic.js";
import { Chain } from "#src/chain/history/chain.js";
import { readChainNetwork } from "#src/chain/networks/network-file.js";
import { parseCid } from "#src/encoding/cid.js";
import { readCar } from "#src/ipld/car/car.js";
import { bundleFolders } from "#src/tools/bundles/folders.js";
import { defaultVectorFolder } from "#src/tools/vectors/files.js";
import { BenchError } from "../bench-error.js";
import type { LatencyCase } from "./cases.js";
import { contractsChain } from "./contracts-chain.js";
import { crowdedDevnet } from "./crowded-devnet.js";
import { validationCase } from "./validation.js";

/** Epoch after which sectors that were announced at the beginning are proven. */
const FIRST_PROVEN = 170;
const ACTORS = "v18/builtin-actors-testing-fake-proofs.car";

/** A chain that a Lotus node has made. @param path in the folder of vectors */
export async function recordedCase(name: string, path: string): Promise<LatencyCase> {
  const folder = join(defaultVectorFolder() ?? "vectors", path);
  const store = new MemoryBlockstore(readCar(decompress(readFileSync(join(folder, "full.car.zst")))).blocks);
  store.putMany(readCar(readFileSync(actors())).blocks);
  const file = JSON.parse(readFileSync(join(folder, "network.json"), "utf8"));
  const head = await new Chain(store).tipset(file.head.cids.map(parseCid));
  return validationCase(name, { store, network: readChainNetwork(file), head, from: 1 });
}

/** Calls of contracts, each with some thousand slots of storage. */
export async function contractsCase(name: string): Promise<LatencyCase> {
  const { devnet, from } = await contractsChain({
    accounts: 300_000,
    contracts: 10,
    slots: 20_000,
    tipsets: 40,
    messages: 20,
    words: 8,
  });
  const { blockstore: store, network, head } = devnet;
  return validationCase(name, { store, network, head, from });
}

/** Messages of storage providers, of whom each sends few, on sectors that those before have announced and proven. */
export async function providersCase(name: string): Promise<LatencyCase> {
  const devnet = await crowdedDevnet({ accounts: 300_000, senders: 20, providers: 400 });
  const mix = { announce: 150, prove: 130, commit: 30, faults: 40, withdraw: 15 };
  const traffic = new DevnetTraffic(devnet, { seed: "latency", messages: 15, mix, nullRounds: 0 });
  while (devnet.head.epoch < FIRST_PROVEN) await traffic.mine();
  const from = devnet.head.epoch + 1;
  for (let i = 0; i < 40; i++) await traffic.mine();
  await devnet.mine();
  const { blockstore: store, network, head } = devnet;
  return validationCase(name, { store, network, head, from });
}

function actors(): string {
  const found = bundleFolders(undefined)
    .map((folder) => join(folder, ACTORS))
    .find(existsSync);
  if (found === undefined)
    throw new BenchError(`there is no ${ACTORS} in ${bundleFolders(undefined).join(", ")}`);
  return found;
}
