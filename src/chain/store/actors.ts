import type { LmdbBlockstore } from "../../blockstore/lmdb/lmdb-blockstore.js";
import { type Cid, cidText } from "../../encoding/cid.js";
import type { Block } from "../../ipld/block-access.js";
import { linksOf } from "../../ipld/links.js";
import { networkVersion, OLDEST_VERSION } from "../../vm/network/version.js";
import { actorsRemedy, manifestOf } from "../networks/manifests.js";
import type { ChainNetwork } from "../networks/networks.js";
import { lastUpgrade, type Upgrade } from "../networks/upgrades.js";
import { putBlocks } from "./chain-blockstore.js";
import type { EpochRange } from "./ranges.js";

/** Builtin actors whose code a chain's folder lacks. */
export interface MissingActors {
  readonly networkVersion: number;
  /** Version of the actors, such as 17. */
  readonly actorsVersion: number;
  /** Name of the network that their bundle is built for. */
  readonly network: string;
  /** CID as text; undefined if no bundle of that network is known. */
  readonly manifest: string | undefined;
  /** The command that helps. */
  readonly remedy: string;
}

/** Builtin actors that states up to a head, or the next upgrade, need, and the folder lacks. */
export function missingActors(
  database: LmdbBlockstore,
  network: ChainNetwork,
  states: readonly EpochRange[],
  head: number,
): MissingActors[] {
  const upgrades = neededUpgrades(network, states, head);
  return upgrades.flatMap((upgrade) => {
    const manifest = manifestOf(network, upgrade);
    if (manifest !== undefined && hasActors(database, manifest)) return [];
    const { networkVersion: version } = upgrade;
    const { actorsVersion } = networkVersion(version, { experimental: true });
    return {
      networkVersion: version,
      actorsVersion,
      network: network.bundle,
      manifest: manifest && cidText(manifest),
      remedy: actorsRemedy(network, version),
    };
  });
}

/** Stores builtin actors, and remembers them, so that no collection of garbage takes them. */
export async function putActors(
  database: LmdbBlockstore,
  manifest: Cid,
  blocks: readonly Block[],
): Promise<void> {
  await putBlocks(database, blocks, (records) => ({
    records: { actors: [...new Set([...(records.get("actors") ?? []), cidText(manifest)])] },
  }));
}

/** Builtin actors in force at a range's beginning or within it, and the next ones; each manifest's version once. */
function neededUpgrades(
  network: ChainNetwork,
  states: readonly EpochRange[],
  head: number,
): Pick<Upgrade, "networkVersion" | "bundleLabel">[] {
  const first = { networkVersion: network.genesisVersion };
  const inForce = states.flatMap(({ from, to }) => [
    lastUpgrade(network, from) ?? first,
    ...network.upgrades.filter(({ height }) => from <= height && height <= to),
  ]);
  const next = network.upgrades.find(({ height }) => height >= head) ?? [];
  return [...new Set([inForce, next].flat())].filter(
    ({ networkVersion }) => networkVersion >= OLDEST_VERSION,
  );
}

/** Whether a manifest is there, its list of actors, and the code of each. */
function hasActors(database: LmdbBlockstore, manifest: Cid): boolean {
  const root = database.get(manifest);
  const list = root && linksOf(root)[0];
  const actors = list && database.get(list);
  return actors !== undefined && linksOf(actors).every((code) => database.has(code));
}
