import type { BlockAccessOptions } from "../../blockstore/access.js";
import type { Cid } from "../../encoding/cid.js";
import { BoundedMap } from "../../util/bounded-map.js";
import { isObject, withMethods } from "../../util/check.js";
import { checkOption } from "../../util/options.js";
import { deriveNetwork } from "../../vm/network/derive.js";
import { type NetworkVersion, networkVersion } from "../../vm/network/version.js";
import { rejectProofs } from "../../vm/proofs/verifier.js";
import type { ChainNode, MigrationOptions } from "../execution/node.js";
import type { Chain } from "../history/chain.js";
import { migrateState } from "../migrations/migrate-state.js";
import type { ChainNetwork } from "../networks/networks.js";
import { networkVersionAt } from "../networks/upgrades.js";
import { circulatingSupply } from "../rules/circulating-supply.js";
import { ElectionStates } from "../rules/election-states.js";
import { ChainExterns } from "./chain-externs.js";

/** Options of `chainNode`. */
export interface ChainNodeOptions
  extends Partial<
    Pick<
      ChainNode,
      "proofs" | "blockCache" | "missingBlocks" | "requiresCode" | "debug" | "observer" | "prefetch"
    >
  > {
  readonly network: ChainNetwork;
  /** Tipsets and states. What execution adds goes into its blockstore. */
  readonly chain: Chain;
}

const isChain = withMethods("tipset", "parent", "tipsetAt", "messages");

/** Answers that are remembered: those of forks on the same state. */
const KEPT = 64;

/**
 * The node of a chain in a blockstore: it answers what executing the chain's tipsets asks, from the tipsets before
 * them. Tipsets need a `key`; `executeChainTipset` gives them one.
 *
 * Throws `FvmError` INVALID_OPTION. Its functions throw `FvmError` UNKNOWN_NETWORK_VERSION for epochs before network version 16,
 * UPGRADE_NOT_SUPPORTED and ACTORS_MISSING at upgrades; otherwise as `Chain`, `circulatingSupply`, `migrateState`.
 */
export function chainNode(given: ChainNodeOptions): ChainNode {
  checkOption("options", given, isObject);
  const { network, chain, ...options } = given;
  checkOption("network", network, isObject);
  checkOption("chain", chain, isChain);
  const { blockstore } = chain;
  const { proofs = rejectProofs, blockCache } = options;
  const access: BlockAccessOptions = blockCache === undefined ? {} : { blockCache };
  const sources = { network, chain, states: new ElectionStates(blockstore, access), options: access };
  const supplies = new Remembered<bigint>();
  const migrations = new Remembered<Cid>();
  const versions = new Map<number, NetworkVersion>();
  return {
    ...options,
    chainId: network.chainId,
    genesisTimestamp: network.genesis.timestamp,
    blockDelay: network.blockDelay,
    blockstore,
    proofs,
    externs: (asking) => new ChainExterns(sources, asking),
    networkVersion(epoch) {
      const number = networkVersionAt(network, epoch);
      const known = versions.get(number);
      if (known !== undefined) return known;
      const version = versionOf(network, number);
      versions.set(number, version);
      return version;
    },
    async circulatingSupply(epoch, stateRoot) {
      return supplies.of(`${epoch} ${stateRoot}`, async () => {
        const version = networkVersionAt(network, epoch);
        const supply = await circulatingSupply(blockstore, stateRoot, epoch, version, network.supply, access);
        return supply.circulating;
      });
    },
    async migrate(epoch, stateRoot, { signal }: MigrationOptions = {}) {
      const upgrades = network.upgrades.filter(({ height }) => height === epoch);
      if (upgrades.length === 0) return stateRoot;
      return migrations.of(`${epoch} ${stateRoot}`, async () => {
        let root = stateRoot;
        for (const upgrade of upgrades) {
          root = await migrateState(blockstore, network, upgrade, root, signal && { signal });
        }
        return root;
      });
    },
  };
}

function versionOf({ actorDebugging, name }: ChainNetwork, number: number): NetworkVersion {
  const version = networkVersion(number);
  return actorDebugging ? deriveNetwork(version, { name, actorDebugging }) : version;
}

/** Answers by question. */
class Remembered<T> {
  readonly #answers = new BoundedMap<string, T>(KEPT);

  async of(question: string, answer: () => Promise<T>): Promise<T> {
    const known = this.#answers.get(question);
    if (known !== undefined) return known;
    const made = await answer();
    this.#answers.set(question, made);
    return made;
  }
}
