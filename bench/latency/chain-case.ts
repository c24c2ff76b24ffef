import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { decompress } from "fzstd";
import { MemoryBlockstore } from "#src/blockstore/memory-blockstore.js";
import { Chain } from "#src/chain/history/chain.js";
import { firstHeader } from "#src/chain/history/chain-tipset.js";
import { readChainNetwork } from "#src/chain/networks/network-file.js";
import { chainNode } from "#src/chain/node/chain-node.js";
import { executableTipset } from "#src/chain/node/execute-chain-tipset.js";
import { parseCid } from "#src/encoding/cid.js";
import { readCar } from "#src/ipld/car/car.js";
import { bundleFolders } from "#src/tools/bundles/folders.js";
import { defaultVectorFolder } from "#src/tools/vectors/files.js";
import { BenchError } from "../bench-error.js";
import type { LatencyCase, Step } from "./cases.js";

const ACTORS = "v18/builtin-actors-testing-fake-proofs.car";

/** The last tipsets of a chain that a Lotus node has made, but for its head, after which nothing is known. */
export async function chainCase(name: string, path: string, count: number): Promise<LatencyCase> {
  const folder = join(defaultVectorFolder() ?? "vectors", path);
  const store = new MemoryBlockstore(readCar(decompress(readFileSync(join(folder, "full.car.zst")))).blocks);
  store.putMany(readCar(readFileSync(actors())).blocks);
  const file = JSON.parse(readFileSync(join(folder, "network.json"), "utf8"));
  const chain = new Chain(store);
  const node = chainNode({ network: readChainNetwork(file), chain });
  const steps: Step[] = [];
  let after = await chain.tipset(file.head.cids.map(parseCid));
  while (steps.length < count) {
    const tipset = await chain.parent(after);
    if (tipset === undefined || tipset.epoch === 0) break;
    const { parentStateRoot: stateRoot, parentMessageReceipts: receiptsRoot } = firstHeader(after);
    steps.push({
      stateRoot: firstHeader(tipset).parentStateRoot,
      tipset: await executableTipset(chain, tipset),
      selected: false,
      expected: { stateRoot, receiptsRoot },
    });
    after = tipset;
  }
  return { name, store, node, steps: steps.reverse() };
}

function actors(): string {
  const found = bundleFolders(undefined)
    .map((folder) => join(folder, ACTORS))
    .find(existsSync);
  if (found === undefined)
    throw new BenchError(`there is no ${ACTORS} in ${bundleFolders(undefined).join(", ")}`);
  return found;
}
