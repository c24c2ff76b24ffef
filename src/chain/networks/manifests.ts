import { type Cid, parseCid } from "../../encoding/cid.js";
import { networkVersion } from "../../vm/network/version.js";
import type { ChainNetwork } from "./networks.js";
import { releases, superseded } from "./releases.js";
import { lastUpgrade, type Upgrade } from "./upgrades.js";

/**
 * The manifest of the builtin actors that a network's states have in an epoch. Throws `FvmError`
 * UNKNOWN_NETWORK_VERSION before network version 16.
 *
 * @returns undefined if no released bundle is known for the network
 */
export function manifestAt(network: ChainNetwork, epoch: number): Cid | undefined {
  return manifestOf(network, lastUpgrade(network, epoch) ?? { networkVersion: network.genesisVersion });
}

/** The manifest of the builtin actors that an upgrade brings. As `manifestAt`. */
export function manifestOf(
  { bundle, manifests }: ChainNetwork,
  { networkVersion: version, bundleLabel }: Pick<Upgrade, "networkVersion" | "bundleLabel">,
): Cid | undefined {
  const { actorsVersion } = networkVersion(version, { experimental: true });
  const given = manifests?.[version];
  if (given !== undefined) return given;
  const text =
    bundleLabel === undefined
      ? releases.find((release) => release.version === actorsVersion)?.manifests[bundle]
      : superseded.find((one) => one.network === bundle && one.label === bundleLabel)?.manifest;
  return text === undefined ? undefined : parseCid(text);
}

/** How the builtin actors of a network version come into a chain's folder. */
export function actorsRemedy({ bundle }: ChainNetwork, version: number): string {
  const { actorsVersion } = networkVersion(version, { experimental: true });
  return `${bundleRemedy(actorsVersion, bundle)}, then fvm chain import again`;
}

/** How a bundle comes into a bundle folder. Of networks without released bundles it is a file that somebody else has. */
export function bundleRemedy(actorsVersion: number, network: string): string {
  const release = releases.find(({ version }) => version === actorsVersion);
  if (release?.manifests[network] !== undefined) {
    return `fvm bundles fetch v${actorsVersion} --network ${network}`;
  }
  const path = `v${actorsVersion}/builtin-actors-${network}.car`;
  return `none is released for ${network}: put its file into a bundle folder as ${path}`;
}
