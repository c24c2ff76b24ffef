import type { CodeCache } from "../../vm/machine/code-cache.js";
import { nativeNetwork } from "../../vm/machine/native-stack.js";
import { networkVersion } from "../../vm/network/version.js";
import { actorsOf, blockOf, openBundle } from "./bundle.js";
import { findBundle } from "./folders.js";
import { pinnedManifest } from "./pins.js";

/**
 * Compiles the actors of a network version into the cache. Throws `FvmError` BUNDLE_NOT_FOUND,
 * INVALID_BUNDLE or UNKNOWN_NETWORK_VERSION.
 *
 * @param folders where bundles are looked for
 * @param network whose bundle, such as `mainnet`
 */
export function warmBundle(
  cache: CodeCache,
  folders: readonly string[],
  network: string,
  version: number,
  onActor: (name: string) => void = () => {},
): { readonly compiled: number; readonly restored: number } {
  const rules = networkVersion(version);
  const name = { version: rules.actorsVersion, network };
  const bundle = openBundle(findBundle(folders, name), pinnedManifest(name));
  const { engine, tag } = nativeNetwork(rules);
  const counts = { compiled: 0, restored: 0 };
  for (const { name: actor, code } of actorsOf(bundle)) {
    onActor(actor);
    counts[cache.load(engine, tag, code, blockOf(bundle, code))]++;
  }
  return counts;
}
