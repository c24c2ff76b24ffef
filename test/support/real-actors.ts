/** Builtin actors as they are released, from the bundle folder. */

import { Blocks } from "../../src/blockstore/blocks.js";
import { MemoryBlockstore } from "../../src/blockstore/memory-blockstore.js";
import type { Cid } from "../../src/encoding/cid.js";
import { native } from "../../src/native/index.js";
import { openBundle } from "../../src/tools/bundles/bundle.js";
import { pinnedManifest } from "../../src/tools/bundles/pins.js";
import { Genesis } from "../../src/vm/genesis/genesis.js";
import { networkVersion } from "../../src/vm/network/version.js";
import { type Manifest, readManifest, readManifestRoot } from "../../src/vm/state-tree/manifest.js";
import { bundleFile } from "./test-data.js";

/** File of the mainnet bundle of this actors version, or undefined if it is not there. */
export function mainnetBundle(actorsVersion: number): string | undefined {
  return bundleFile(`v${actorsVersion}/builtin-actors-mainnet.car`);
}

export interface RealActors {
  readonly manifest: Manifest;
  /** The list of actors that a system actor names. */
  readonly list: Cid;
  /** The code of the actors and the bundle's own blocks. */
  readonly store: MemoryBlockstore;
}

export function openRealActors(file: string, actorsVersion: number): RealActors {
  const bundle = openBundle(file, pinnedManifest({ version: actorsVersion, network: "mainnet" }));
  const store = new MemoryBlockstore(Array.from(bundle.blocks, ([cid, data]) => ({ cid, data })));
  const blocks = new Blocks(native.blocks(), store);
  const list = readManifestRoot(blocks, bundle.manifest);
  return { manifest: readManifest(blocks, list, []), list, store };
}

/** The beginnings of a state with the actors that the network version has on mainnet. */
export function realGenesis(version: number): { genesis: Genesis; store: MemoryBlockstore } {
  const { actorsVersion } = networkVersion(version);
  const file = mainnetBundle(actorsVersion);
  if (file === undefined) throw new Error(`no bundle v${actorsVersion}`);
  const { manifest, store } = openRealActors(file, actorsVersion);
  const builtins = Object.fromEntries(
    manifest.entries.map(([name, code]) => [name, store.get(code) ?? new Uint8Array()]),
  );
  return { genesis: new Genesis(store, { network: version, networkName: "evm", builtins }), store };
}
