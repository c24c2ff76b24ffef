import { walkBlocks } from "../../blockstore/access.js";
import type { Blockstore } from "../../blockstore/blocks.js";
import { type Cid, cidText } from "../../encoding/cid.js";
import { DAG_CBOR } from "../../encoding/codecs.js";
import { loadState } from "../../inspect/state/states.js";
import { CborWriter } from "../../ipld/cbor.js";
import { retrying } from "../../ipld/retrying.js";
import { native } from "../../native/index.js";
import { identifyBundle } from "../../tools/bundles/pins.js";
import {
  NEWEST_VERSION,
  type NetworkVersion,
  networkVersion,
  OLDEST_VERSION,
} from "../../vm/network/version.js";
import { readBuiltinActors } from "../../vm/state-tree/system-actor.js";
import { UsageError } from "../usage-error.js";
import { networkValue } from "./values.js";

/** The network version of `--network`. Throws `UsageError`, `FvmError` UNKNOWN_NETWORK_VERSION. */
export function namedNetwork(text: string, command: string): NetworkVersion {
  return networkVersion(networkValue(text, command), { experimental: true });
}

/**
 * The newest network version with a state's builtin actors. Throws `UsageError` if they are no released ones, and what
 * reading the state throws.
 */
export async function networkOfState(store: Blockstore, root: Cid, command: string): Promise<NetworkVersion> {
  const list = await walkBlocks(store, function* (blocks) {
    return yield* retrying(() => readBuiltinActors(blocks, loadState(blocks, root)));
  });
  const version = networkOfActors(list);
  if (version !== undefined) return networkVersion(version);
  const reason = `no released builtin actors have the list ${cidText(list)}`;
  throw new UsageError(`--network is missing: ${reason}`, command);
}

/** The newest network version that runs with a list of builtin actors, if they are released ones. */
export function networkOfActors(list: Cid): number | undefined {
  // A bundle's manifest is a version and the list, so it follows from the list.
  const manifest = new CborWriter().array(2).u64(1).cid(list).finish();
  const version = identifyBundle(cidText(native.cidOf(DAG_CBOR, manifest)))?.version;
  for (let network = NEWEST_VERSION; network >= OLDEST_VERSION; network--) {
    if (networkVersion(network).actorsVersion === version) return network;
  }
  return undefined;
}
