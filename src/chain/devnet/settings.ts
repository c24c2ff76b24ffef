import type { Blockstore } from "../../blockstore/blocks.js";
import { MemoryBlockstore } from "../../blockstore/memory-blockstore.js";
import { type Cid, isBinaryCid } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import { is, isArray, isCount, isText, oneOf, optional, within, withMethods } from "../../util/check.js";
import { type Checks, checkedOptions } from "../../util/options.js";
import { NEWEST_VERSION, networkVersion } from "../../vm/network/version.js";
import { requireMigration } from "../migrations/migrate-state.js";
import type { Upgrade } from "../networks/upgrades.js";
import { OWN_BEACONS, type OwnBeaconKind } from "../signatures/own-beacon.js";
import type { DevnetActors } from "./builtins.js";

/** Options of `DevnetChain.create`. */
export interface DevnetOptions {
  /** Everything follows from it. */
  readonly seed: string;
  /**
   * Builtin actors by network version: of the first one, and of each that an upgrade leads to. A bundle has these
   * fields.
   */
  readonly actors: ReadonlyMap<number, DevnetActors>;
  /** Network whose builtin actors these are. Default: `mainnet`. */
  readonly bundle?: string;
  /** Network version of the beginning, 16 to 28. Default: the newest. */
  readonly networkVersion?: number;
  /** Later ones, in order, each to the next version. Default: none. */
  readonly upgrades?: readonly Upgrade[];
  /** Takes the chain. Default: a `MemoryBlockstore`. */
  readonly blockstore?: Blockstore;
  /**
   * Root of a state to begin with, of the first network version and the same builtin actors, which the blockstore has.
   * People are added to it, and its reserve pays for them. Default: a state of nobody else.
   */
  readonly stateRoot?: Cid;
  /** Default: `devnet`. */
  readonly networkName?: string;
  /** Ethereum's number of the chain. Default: 31415926. */
  readonly chainId?: number;
  /** Seconds from epoch to epoch. Default 30. */
  readonly blockDelay?: number;
  /** Time of the first block: seconds since 1970. Default: 2023-11-14T22:13:20Z. */
  readonly timestamp?: number;
  /** Number of miners. Default 5. */
  readonly miners?: number;
  /** Storage providers: miners with sectors, which make no blocks. Default 0. */
  readonly providers?: number;
  /** Accounts of each kind of signature. Default 5. */
  readonly accountsOfEach?: number;
  /** Default: `mock`. */
  readonly beacon?: OwnBeaconKind;
}

/** Options with what they leave out. */
export type DevnetSettings = Required<Omit<DevnetOptions, "stateRoot">> & Pick<DevnetOptions, "stateRoot">;

const MOST_PEOPLE = 1000;
const SECONDS_IN_YEAR = 31_536_000;
const DEFAULTS = {
  bundle: "mainnet",
  networkVersion: NEWEST_VERSION,
  upgrades: [],
  networkName: "devnet",
  chainId: 31_415_926,
  blockDelay: 30,
  timestamp: 1_700_000_000,
  miners: 5,
  providers: 0,
  accountsOfEach: 5,
  beacon: "mock",
} as const;

const CHECKS: Checks<DevnetOptions> = {
  seed: isText,
  actors: is((value) => value instanceof Map, "a map from network versions to builtin actors"),
  bundle: optional(isText),
  networkVersion: optional(isCount),
  upgrades: optional(isArray),
  blockstore: optional(withMethods("get", "putMany")),
  stateRoot: optional(isBinaryCid),
  networkName: optional(isText),
  chainId: optional(isCount),
  blockDelay: optional(within(1, SECONDS_IN_YEAR, "seconds")),
  timestamp: optional(isCount),
  miners: optional(within(1, MOST_PEOPLE)),
  providers: optional(within(0, MOST_PEOPLE)),
  accountsOfEach: optional(within(1, MOST_PEOPLE)),
  beacon: optional(oneOf(...OWN_BEACONS)),
};

/** Throws `FvmError` INVALID_OPTION, UNKNOWN_NETWORK_VERSION, UPGRADE_NOT_SUPPORTED. */
export function checkedSettings(options: DevnetOptions): DevnetSettings {
  const checked = checkedOptions(options, CHECKS);
  const settings = { ...DEFAULTS, blockstore: checked.blockstore ?? new MemoryBlockstore(), ...checked };
  networkVersion(settings.networkVersion);
  checkUpgrades(settings);
  for (const version of versionsOf(settings)) {
    if (settings.actors.has(version)) continue;
    const { actorsVersion } = networkVersion(version);
    throw invalid("actors", `none of network version ${version}, actors v${actorsVersion}`);
  }
  return settings;
}

/** Each is to the next version, and later than the one before. */
function checkUpgrades({ networkVersion: first, upgrades }: DevnetSettings): void {
  let [version, after] = [first, 0];
  for (const upgrade of upgrades) {
    const { height, networkVersion: next } = upgrade;
    if (!Number.isSafeInteger(height) || height <= after) {
      throw invalid("upgrades", `epoch ${height} of version ${next} is not after epoch ${after}`);
    }
    if (next !== version + 1) throw invalid("upgrades", `version ${next} does not follow ${version}`);
    networkVersion(next);
    requireMigration(upgrade);
    [version, after] = [next, height];
  }
}

function versionsOf({ networkVersion: first, upgrades }: DevnetSettings): number[] {
  return [first, ...upgrades.map(({ networkVersion: version }) => version)];
}

function invalid(option: string, reason: string): FvmError {
  return new FvmError("INVALID_OPTION", { option, reason });
}
