import { openGenesisFile } from "../chain/devnet/genesis-file.js";
import type { DevnetOptions } from "../chain/devnet/settings.js";
import type { TrafficOptions } from "../chain/devnet/traffic/devnet-traffic.js";
import { parseMix, providersFor, type TrafficMix, USUAL_MIX } from "../chain/devnet/traffic/mix.js";
import type { Upgrade } from "../chain/networks/upgrades.js";
import type { OwnBeaconKind } from "../chain/signatures/own-beacon.js";
import { isFvmError } from "../errors.js";
import { type Bundle, openBundle } from "../tools/bundles/bundle.js";
import { bundleFolders, findBundle } from "../tools/bundles/folders.js";
import { pinnedManifest } from "../tools/bundles/pins.js";
import { NEWEST_VERSION, networkVersion } from "../vm/network/version.js";
import { existingFolder } from "./existing-folder.js";
import { UsageError } from "./usage-error.js";

/** Values of the command's options that say what is made. */
export interface DevnetValues {
  readonly seed: string | undefined;
  readonly "network-version": string | undefined;
  readonly "network-upgrade": readonly string[];
  readonly bundle: string | undefined;
  readonly bundles: string | undefined;
  readonly genesis: string | undefined;
  readonly miners: number;
  readonly providers: string | undefined;
  readonly accounts: number;
  readonly "block-delay": number;
  readonly messages: number;
  readonly mix: string | undefined;
  readonly "null-rounds": number;
  readonly beacon: string | undefined;
}

const COMMAND = "devnet";
const USUAL_SEED = "1";
const USUAL_BUNDLE = "mainnet";
const MOST_NULL_ROUNDS = 50;

/** The chain's options. Throws `UsageError`; `FvmError` if a bundle or the first block is not there or not sound. */
export async function devnetOptions(values: DevnetValues): Promise<DevnetOptions> {
  const first = versionFrom("network-version", values["network-version"] ?? String(NEWEST_VERSION));
  const upgrades = values["network-upgrade"].map(upgradeFrom);
  const bundle = values.bundle ?? USUAL_BUNDLE;
  const folders = bundleFolders(existingFolder("bundles", values.bundles, COMMAND));
  const versions = [first, ...upgrades.map((upgrade) => upgrade.networkVersion)];
  return {
    seed: values.seed ?? USUAL_SEED,
    networkVersion: first,
    upgrades,
    bundle,
    actors: new Map(versions.map((version) => [version, actorsOf(version, bundle, folders)])),
    miners: values.miners,
    providers: providersFrom(values),
    accountsOfEach: values.accounts,
    blockDelay: values["block-delay"],
    ...(values.beacon !== undefined && { beacon: values.beacon as OwnBeaconKind }),
    ...(values.genesis !== undefined && (await openGenesisFile(values.genesis))),
  };
}

/** The messages' options. Throws `UsageError`. */
export function trafficOptions(values: DevnetValues): TrafficOptions {
  const { seed = USUAL_SEED, messages, mix, "null-rounds": nullRounds } = values;
  if (nullRounds > MOST_NULL_ROUNDS) {
    throw new UsageError(`--null-rounds is ${nullRounds}, more than ${MOST_NULL_ROUNDS} percent`, COMMAND);
  }
  return { seed, messages, mix: mix === undefined ? USUAL_MIX : mixFrom(mix), nullRounds };
}

/** Storage providers: as many as the messages need if nothing is said. */
function providersFrom({ providers, mix, messages }: DevnetValues): number {
  if (providers === undefined) return providersFor(mix === undefined ? USUAL_MIX : mixFrom(mix), messages);
  if (/^[0-9]{1,4}$/.test(providers)) return Number(providers);
  throw new UsageError(`--providers is ${providers}, not a number from 0`, COMMAND);
}

function mixFrom(text: string): TrafficMix {
  try {
    return parseMix(text);
  } catch (error) {
    if (isFvmError(error, "INVALID_OPTION")) throw new UsageError(`--mix: ${error.details.reason}`, COMMAND);
    throw error;
  }
}

function versionFrom(option: string, text: string): number {
  if (/^[0-9]{1,3}$/.test(text)) return networkVersion(Number(text)).version;
  throw new UsageError(`--${option} is ${text}, not a network version`, COMMAND);
}

function upgradeFrom(text: string): Upgrade {
  const [, version = "", height] = /^([0-9]{1,3})@([0-9]{1,12})$/.exec(text) ?? [];
  if (height === undefined) throw new UsageError(`--network-upgrade is ${text}, not N@EPOCH`, COMMAND);
  return { networkVersion: versionFrom("network-upgrade", version), height: Number(height) };
}

function actorsOf(version: number, network: string, folders: readonly string[]): Bundle {
  const name = { version: networkVersion(version).actorsVersion, network };
  return openBundle(findBundle(folders, name), pinnedManifest(name));
}
