/** Chains to test with, of the released builtin actors. */
import { DevnetChain } from "../../src/chain/devnet/devnet-chain.js";
import type { DevnetOptions } from "../../src/chain/devnet/settings.js";
import { openBundle } from "../../src/tools/bundles/bundle.js";
import { networkVersion } from "../../src/vm/network/version.js";
import { mainnetBundle } from "./real-actors.js";

/** Network versions whose builtin actors are in the bundle folders. */
export function devnetVersions(versions: readonly number[]): number[] {
  return versions.filter((version) => bundleOf(version) !== undefined);
}

/** A chain of three miners and two accounts of each kind. Only of `devnetVersions`. */
export function makeDevnet(options: Partial<DevnetOptions> = {}): Promise<DevnetChain> {
  const { networkVersion: version = 28, upgrades = [] } = options;
  const versions = [version, ...upgrades.map((upgrade) => upgrade.networkVersion)];
  const actors = new Map(versions.map((each) => [each, openBundle(bundleOf(each) as string)]));
  return DevnetChain.create({
    seed: "test",
    networkVersion: version,
    actors,
    miners: 3,
    accountsOfEach: 2,
    ...options,
  });
}

function bundleOf(version: number): string | undefined {
  return mainnetBundle(networkVersion(version).actorsVersion);
}
