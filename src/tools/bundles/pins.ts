import { type ActorsRelease, releases, superseded } from "../../chain/networks/releases.js";
import { type Cid, parseCid } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";

/** Name of a bundle: builtin actors of a version, built for a network. */
export interface BundleName {
  /** Version of the actors, such as 13. */
  readonly version: number;
  readonly network: string;
  /** Tells bundles apart that stood in for the released one for a while. */
  readonly label?: string;
}

/** The release of a version of the actors. Throws `FvmError` UNKNOWN_BUNDLE. */
export function releaseOf(version: number): ActorsRelease {
  const release = releases.find((candidate) => candidate.version === version);
  if (release === undefined) throw new FvmError("UNKNOWN_BUNDLE", { version: `v${version}`, network: "any" });
  return release;
}

/** The manifest that a released bundle must have. Throws `FvmError` UNKNOWN_BUNDLE. */
export function pinnedManifest({ version, network }: BundleName): Cid {
  const manifest = releaseOf(version).manifests[network];
  if (manifest === undefined) throw new FvmError("UNKNOWN_BUNDLE", { version: `v${version}`, network });
  return parseCid(manifest);
}

/** The bundle with this manifest; of several the one with the lowest version. */
export function identifyBundle(manifest: string): BundleName | undefined {
  for (const { version, manifests } of releases) {
    const entry = Object.entries(manifests).find(([, cid]) => cid === manifest);
    if (entry !== undefined) return { version, network: entry[0] };
  }
  return superseded.find((bundle) => bundle.manifest === manifest);
}

/** Reads `v13` or `13`. Throws `FvmError` UNKNOWN_BUNDLE. */
export function parseActorsVersion(text: string): number {
  const digits = /^v?([0-9]{1,3})$/.exec(text)?.[1];
  if (digits === undefined) throw new FvmError("UNKNOWN_BUNDLE", { version: text, network: "any" });
  return Number(digits);
}
