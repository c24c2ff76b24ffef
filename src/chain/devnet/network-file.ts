import { type Cid, cidText } from "../../encoding/cid.js";
import type { ChainTipset } from "../history/chain-tipset.js";
import { firstHeader } from "../history/chain-tipset.js";
import type { DrandBeacon } from "../networks/beacons.js";
import { type DrandInfo, drandInfo } from "../networks/drand-info.js";
import type { Upgrade } from "../networks/upgrades.js";

/** A network as files describe it, for `readChainNetwork`. JSON. */
export interface NetworkFile {
  readonly networkName: string;
  readonly chainId: number;
  readonly blockDelaySecs: number;
  readonly genesis: {
    readonly cids: readonly string[];
    readonly timestamp: number;
    readonly stateRoot: string;
  };
  /** Network version at the end. */
  readonly networkVersion: number;
  readonly upgrades: readonly Upgrade[];
  /** The first parent epoch by whose premiums the base fee is decided (FIP-0115). */
  readonly premiumBaseFeeFrom: number;
  /** Network whose builtin actors it runs. */
  readonly bundle: string;
  /** By network version. */
  readonly actors: Readonly<Record<string, { readonly manifest: string }>>;
  readonly actorDebugging: boolean;
  /** Absent: the mock. */
  readonly beacon?: DrandInfo;
}

/** Facts that a chain to test with is begun with. */
export interface NetworkSettings {
  readonly networkName: string;
  readonly chainId: number;
  readonly blockDelay: number;
  readonly bundle: string;
  readonly genesisVersion: number;
  readonly upgrades: readonly Upgrade[];
  /** Manifests of the builtin actors by network version. */
  readonly manifests: ReadonlyMap<number, Cid>;
  /** Undefined: the mock. */
  readonly beacon: DrandBeacon | undefined;
}

/** The version whose base fee follows from premiums. */
export const NETWORK_PREMIUM_VERSION = 28;

/** The file of a network that begins with this tipset. */
export function networkFile(settings: NetworkSettings, genesis: ChainTipset): NetworkFile {
  const { networkName, chainId, blockDelay, bundle, genesisVersion, manifests, beacon } = settings;
  const upgrades = [{ height: -1, networkVersion: genesisVersion }, ...settings.upgrades];
  const premiums = upgrades.find(({ networkVersion }) => networkVersion >= NETWORK_PREMIUM_VERSION);
  const { timestamp, parentStateRoot } = firstHeader(genesis);
  return {
    networkName,
    chainId,
    blockDelaySecs: blockDelay,
    genesis: {
      cids: genesis.key.map(cidText),
      timestamp: Number(timestamp),
      stateRoot: cidText(parentStateRoot),
    },
    networkVersion: upgrades.at(-1)?.networkVersion ?? genesisVersion,
    upgrades,
    premiumBaseFeeFrom: premiums?.height ?? Number.MAX_SAFE_INTEGER,
    bundle,
    actors: Object.fromEntries(
      [...manifests].map(([version, manifest]) => [version, { manifest: cidText(manifest) }]),
    ),
    actorDebugging: false,
    ...(beacon && { beacon: drandInfo(beacon) }),
  };
}
