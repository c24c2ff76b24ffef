import type { Address } from "../../address/address.js";
import { parseAddress } from "../../address/text.js";
import { walkBlocks } from "../../blockstore/access.js";
import { ethToFilecoin, isEthAddress } from "../../builtin/evm/eth-address.js";
import { type Cid, cidText, parseCid } from "../../encoding/cid.js";
import { DAG_CBOR } from "../../encoding/codecs.js";
import type { StateAt } from "../../inspect/state/inspected-state.js";
import { loadState } from "../../inspect/state/states.js";
import { CborWriter } from "../../ipld/cbor.js";
import { retrying } from "../../ipld/retrying.js";
import { native } from "../../native/index.js";
import { identifyBundle } from "../../tools/bundles/pins.js";
import { NEWEST_VERSION, networkVersion, OLDEST_VERSION } from "../../vm/network/version.js";
import { readBuiltinActors } from "../../vm/state-tree/system-actor.js";
import type { StoreValues } from "../input/options.js";
import { missingBlock } from "../input/run.js";
import { InputStore } from "../input/store.js";
import { networkValue } from "../input/values.js";
import { UsageError } from "../usage-error.js";

/** The options with which the state commands name a store. */
export type StateStoreValues = StoreValues & { readonly network: string | undefined };

/**
 * Opens the store for a command on some of its states. Throws as `InputStore.open`; `FvmError` INVALID_CID, INVALID_STATE
 * also for blocks that the store lacks; UNKNOWN_NETWORK_VERSION; `UsageError`.
 */
export async function onStates<T>(
  values: StateStoreValues,
  roots: readonly string[],
  command: string,
  work: (store: InputStore, states: readonly StateAt[]) => Promise<T>,
): Promise<T> {
  const cids = roots.map((root) => parseCid(root));
  using store = await InputStore.open(values, command);
  try {
    const states: StateAt[] = [];
    for (const root of cids) states.push({ root, network: await networkOf(store, root, values, command) });
    return await work(store, states);
  } catch (cause) {
    throw missingBlock(cause, values.store) ?? cause;
  }
}

async function networkOf(
  store: InputStore,
  root: Cid,
  { network }: StateStoreValues,
  command: string,
): Promise<number> {
  store.require(root, "the state root");
  if (network !== undefined) {
    return networkVersion(networkValue(network, command), { experimental: true }).version;
  }
  const list = await walkBlocks(store, function* (blocks) {
    return yield* retrying(() => readBuiltinActors(blocks, loadState(blocks, root)));
  });
  return (
    networkOfActors(list) ??
    fail(`--network is missing: no released builtin actors have the list ${cidText(list)}`, command)
  );
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

/** An address in any form. Throws `FvmError` INVALID_ADDRESS. */
export function addressValue(text: string): Address {
  return isEthAddress(text) ? ethToFilecoin(text) : parseAddress(text);
}

function fail(reason: string, command: string): never {
  throw new UsageError(reason, command);
}
