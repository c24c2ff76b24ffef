import { existsSync } from "node:fs";
import type { Blockstore } from "../../blockstore/blocks.js";
import { type Cid, parseCid, toCid } from "../../encoding/cid.js";
import type { StateAt } from "../../inspect/state/inspected-state.js";
import { bundleFolders } from "../../tools/bundles/folders.js";
import { readVector } from "../../tools/vectors/files.js";
import { Library } from "../../tools/vectors/library.js";
import { surroundingsOf } from "../../tools/vectors/run.js";
import { existingFolder } from "../existing-folder.js";
import { missingBlock } from "../input/missing-block.js";
import { namedNetwork, networkOfState } from "../input/network.js";
import type { StoreValues } from "../input/options.js";
import { InputStore } from "../input/store.js";
import { variantOf } from "../input/vector.js";

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
  work: (store: Blockstore, states: readonly StateAt[]) => Promise<T>,
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

/**
 * As `onStates`, on the state with this root, or on the one before the messages of the vector in this file. Throws also
 * `FvmError` INVALID_VECTOR, BUNDLE_NOT_FOUND.
 */
export async function onState<T>(
  values: StateStoreValues,
  rootOrFile: string,
  command: string,
  work: (store: Blockstore, state: StateAt) => Promise<T>,
): Promise<T> {
  if (values.store.length === 0 && existsSync(rootOrFile)) {
    return onVector(values, rootOrFile, command, work);
  }
  return onStates(values, [rootOrFile], command, (store, [state]) => work(store, state as StateAt));
}

async function onVector<T>(
  { bundles, network }: StateStoreValues,
  file: string,
  command: string,
  work: (store: Blockstore, state: StateAt) => Promise<T>,
): Promise<T> {
  const vector = readVector(file);
  const variant = variantOf(vector);
  const library = new Library(bundleFolders(existingFolder("bundles", bundles, command)));
  const { store, blockCache } = surroundingsOf(vector, variant, { library });
  const version = network === undefined ? variant.networkVersion : namedNetwork(network, command).version;
  try {
    return await work(store, { root: toCid(vector.stateRoot), network: version });
  } catch (cause) {
    throw missingBlock(cause, [file]) ?? cause;
  } finally {
    blockCache.clear();
  }
}

async function networkOf(
  store: InputStore,
  root: Cid,
  { network }: StateStoreValues,
  command: string,
): Promise<number> {
  store.require(root, "the state root");
  const known =
    network === undefined ? await networkOfState(store, root, command) : namedNetwork(network, command);
  return known.version;
}
