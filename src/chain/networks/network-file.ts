import { type Cid, parseCid } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import { type Check, is, isCount, isFlag, isInteger, isText, oneOf } from "../../util/check.js";
import { type Beacon, MOCK_BEACON } from "./beacons.js";
import { readDrandInfo } from "./drand-info.js";
import type { ChainNetwork, SupplyRules } from "./networks.js";
import { UPGRADES, type Upgrade, type UpgradeName } from "./upgrades.js";

const FIL = 10n ** 18n;

/** Rules of Lotus's networks of one's own. Source: Lotus build/buildconstants/params_2k.go. */
const SUPPLY: SupplyRules = {
  vestingStart: -6,
  reserveAtFirst: 300_000_000n * FIL,
  reserveFromTeep: 1_400_000_000n * FIL,
};
const POWER_RAMP_DURATION = 200;
/** Bytes. */
const LEAST_POWER = 2048;

const isName = is((value) => isText(value) === undefined && value !== "", "a name");
const isFromOne = is((value) => isCount(value) === undefined && value !== 0, "a whole number from 1 on");
const isHeight = is(Number.isSafeInteger, "an epoch, below 0 for before genesis");
const isVersion = is(
  (value) => isCount(value) === undefined && (value as number) < 1000,
  "a network version",
);
const isUpgradeName = oneOf(...UPGRADES.map(([name]) => name));
const isAmount = is(
  (value) => typeof value === "string" && /^[0-9]{1,39}$/.test(value),
  "attoFIL as decimal text",
);

/**
 * A network of somebody's own, from the JSON of its file:
 *
 *     {
 *       "networkName": "devnet", "chainId": 31415926, "blockDelaySecs": 4,
 *       "genesis": { "cids": ["bafy…"], "timestamp": 1785965135 },
 *       "upgrades": [{ "height": -1, "networkVersion": 27 }, { "height": 60, "networkVersion": 28 }],
 *       "premiumBaseFeeFrom": 60,
 *       "bundle": "testing-fake-proofs",
 *       "actors": { "27": { "manifest": "bafy…" } },
 *       "beacon": { "public_key": "83cf…", "period": 3, "genesis_time": 1785965131, "hash": "52db…", … }
 *     }
 *
 * Optional: `actors`, which says what differs from the released bundles; `actorDebugging`; `letter`, by default `t`;
 * `genesisVersion`, by default the first upgrade's; an upgrade's `name`; `powerRampDuration`; `leastPower` in bytes, by
 * default 2,048; `supply` with `vestingStart`, `reserveAtFirst` and `reserveFromTeep`, amounts as text. `beacon`
 * is a drand network as its nodes describe it at `/info`; by default it is the mock. Fields beside these are ignored.
 *
 * @param json as `JSON.parse` returns it
 * @throws FvmError INVALID_NETWORK with the field
 */
export function readChainNetwork(json: unknown): ChainNetwork {
  const file = new Fields(json, "");
  const upgrades = file.list("upgrades").map((upgrade) => readUpgrade(upgrade));
  const ascends = upgrades.every(({ height }, i) => height < 0 || height > (upgrades[i - 1]?.height ?? -1));
  if (!ascends) throw invalid("upgrades", "heights from 0 on do not ascend");
  const genesisVersion = file.value<number>("genesisVersion", isVersion, upgrades[0]?.networkVersion);
  checkVersions(genesisVersion, upgrades);
  const genesis = file.object("genesis");
  return {
    name: file.value("networkName", isName),
    letter: file.value("letter", oneOf("f", "t"), "t"),
    chainId: file.value("chainId", isFromOne),
    blockDelay: file.value("blockDelaySecs", isFromOne),
    genesis: { cid: onlyCid(genesis.list("cids")), timestamp: genesis.value("timestamp", isCount) },
    leastPower: BigInt(file.value("leastPower", isCount, LEAST_POWER)),
    beacons: [{ epoch: 0, beacon: readBeacon(file) }],
    supply: file.has("supply") ? readSupply(file.object("supply")) : SUPPLY,
    premiumBaseFeeFrom: file.value("premiumBaseFeeFrom", isHeight),
    powerRampDuration: file.value("powerRampDuration", isCount, POWER_RAMP_DURATION),
    actorDebugging: file.value("actorDebugging", isFlag, false),
    bundle: file.value("bundle", isName),
    manifests: file.has("actors") ? readManifests(file.object("actors")) : {},
    genesisVersion,
    upgrades,
  };
}

function readBeacon(file: Fields): Beacon {
  return file.has("beacon") ? readDrandInfo(file.object("beacon"), "beacon") : MOCK_BEACON;
}

/** Throws unless network versions ascend. Which of them can be executed is a matter of the node. */
function checkVersions(genesisVersion: number, upgrades: readonly Upgrade[]): void {
  let before = genesisVersion;
  for (const [i, { networkVersion }] of upgrades.entries()) {
    if (networkVersion < before) {
      throw invalid(`upgrades[${i}].networkVersion`, `${networkVersion} comes after ${before}`);
    }
    before = networkVersion;
  }
}

function readUpgrade(upgrade: Fields): Upgrade {
  const name = upgrade.has("name") && upgrade.value<UpgradeName>("name", isUpgradeName);
  return {
    height: upgrade.value("height", isHeight),
    networkVersion: upgrade.value("networkVersion", isVersion),
    ...(name !== false && { name }),
  };
}

function readSupply(supply: Fields): SupplyRules {
  return {
    vestingStart: supply.value("vestingStart", isInteger),
    reserveAtFirst: BigInt(supply.value<string>("reserveAtFirst", isAmount)),
    reserveFromTeep: BigInt(supply.value<string>("reserveFromTeep", isAmount)),
  };
}

function readManifests(actors: Fields): Readonly<Record<number, Cid>> {
  const manifests: Record<number, Cid> = {};
  for (const version of actors.names()) {
    if (!/^[0-9]{1,3}$/.test(version)) throw invalid(`actors.${version}`, "not a network version");
    manifests[Number(version)] = actors.object(version).cid("manifest");
  }
  return manifests;
}

function onlyCid(cids: readonly Fields[]): Cid {
  if (cids.length !== 1) throw invalid("genesis.cids", `${cids.length} blocks instead of one`);
  return (cids[0] as Fields).asCid();
}

/** A value of the file, which is an object if its fields are asked for. */
class Fields {
  constructor(
    private readonly json: unknown,
    private readonly path: string,
  ) {}

  has(name: string): boolean {
    return this.#get(name) !== undefined;
  }

  names(): string[] {
    return Object.keys(this.#object());
  }

  /** @param fallback if it is absent */
  value<T>(name: string, check: Check, fallback?: T): T {
    const value = this.#get(name) ?? fallback;
    const reason = value === undefined ? "missing" : check(value);
    if (reason !== undefined) throw invalid(this.#pathOf(name), reason);
    return value as T;
  }

  object(name: string): Fields {
    return new Fields(this.#get(name), this.#pathOf(name));
  }

  list(name: string): Fields[] {
    const list = this.value<unknown[]>(name, is(Array.isArray, "a list"));
    return list.map((item, i) => new Fields(item, `${this.#pathOf(name)}[${i}]`));
  }

  cid(name: string): Cid {
    return this.object(name).asCid();
  }

  asCid(): Cid {
    try {
      return parseCid(this.json as string);
    } catch (cause) {
      throw new FvmError("INVALID_NETWORK", { field: this.path, reason: "not a CID" }, { cause });
    }
  }

  #get(name: string): unknown {
    const object = this.#object();
    return Object.hasOwn(object, name) ? object[name] : undefined;
  }

  #object(): Record<string, unknown> {
    const { json } = this;
    if (typeof json === "object" && json !== null && !Array.isArray(json))
      return json as Record<string, unknown>;
    throw invalid(this.path || "(top)", json === undefined ? "missing" : "not an object");
  }

  #pathOf(name: string): string {
    return this.path === "" ? name : `${this.path}.${name}`;
  }
}

function invalid(field: string, reason: string): FvmError {
  return new FvmError("INVALID_NETWORK", { field, reason });
}
