import { existsSync } from "node:fs";
import type { NetworkLetter } from "../../address/text.js";
import type { Blockstore } from "../../blockstore/blocks.js";
import { type Cid, parseCid, toCid } from "../../encoding/cid.js";
import type { StateAt } from "../../inspect/state/inspected-state.js";
import { bundleFolders } from "../../tools/bundles/folders.js";
import { readVector } from "../../tools/vectors/files.js";
import { Library } from "../../tools/vectors/library.js";
import { surroundingsOf } from "../../tools/vectors/run.js";
import { existingFolder } from "../existing-folder.js";
import { type ChosenTipset, chosenTipset, stateOf } from "../input/chain-state.js";
import { missingBlock } from "../input/missing-block.js";
import { namedNetwork, networkOfState } from "../input/network.js";
import type { StoreValues } from "../input/options.js";
import { InputStore, namesOf } from "../input/store.js";
import { variantOf } from "../input/vector.js";
import { UsageError } from "../usage-error.js";

/** The options with which the state commands name a store. */
export type StateStoreValues = StoreValues & {
  readonly network: string | undefined;
  /** Epoch of the tipset whose state it is, in a chain's folder. */
  readonly epoch: string | undefined;
};

/** Work on a state. @param letter of addresses, if the network is known */
type OnState<T> = (store: Blockstore, state: StateAt, letter: NetworkLetter | undefined) => Promise<T>;

/**
 * Opens the store for a command on some of its states. Throws as `InputStore.open`; `FvmError` INVALID_CID, INVALID_STATE
 * also for blocks that the store lacks; UNKNOWN_NETWORK_VERSION; `UsageError`.
 */
export async function onStates<T>(
  values: StateStoreValues,
  roots: readonly string[],
  command: string,
  work: (store: Blockstore, states: readonly StateAt[], letter: NetworkLetter | undefined) => Promise<T>,
): Promise<T> {
  checkNoEpoch(values, command);
  const cids = roots.map((root) => parseCid(root));
  return onStore(values, command, async (store) => {
    const states: StateAt[] = [];
    for (const root of cids) states.push({ root, network: await networkOf(store, root, values, command) });
    return work(store, states, store.folder?.network.letter);
  });
}

/** Throws `UsageError` if there is an epoch, which picks a state, beside the name of a state. */
export function checkNoEpoch({ epoch }: StateStoreValues, command: string): void {
  if (epoch !== undefined)
    throw new UsageError("--epoch goes with --data, and without ROOT or VECTOR", command);
}

/**
 * As `onStates`, on the state with this root, on the one before the messages of the vector in this file, or on that of
 * the tipset of the command line. Throws also `FvmError` INVALID_VECTOR, BUNDLE_NOT_FOUND; as `chosenTipset`.
 */
export async function onState<T>(
  values: StateStoreValues,
  rootOrFile: string | undefined,
  command: string,
  work: OnState<T>,
): Promise<T> {
  if (rootOrFile === undefined) {
    return onTipset(values, command, async (store, chosen) =>
      work(store, await stateOf(chosen), chosen.network.letter),
    );
  }
  if (values.store.length === 0 && values.data === undefined && existsSync(rootOrFile)) {
    return onVector(values, rootOrFile, command, work);
  }
  return onStates(values, [rootOrFile], command, (store, [state], letter) =>
    work(store, state as StateAt, letter),
  );
}

/** Opens the folder of a chain for a command on one of its tipsets. Throws as `chosenTipset`. */
export async function onTipset<T>(
  values: StateStoreValues,
  command: string,
  work: (store: Blockstore, chosen: ChosenTipset) => Promise<T>,
): Promise<T> {
  const { data, epoch, network } = values;
  if (data === undefined) throw new UsageError("ROOT or VECTOR is missing, or --data", command);
  if (network !== undefined)
    throw new UsageError("--network goes with ROOT: the folder knows its own", command);
  return onStore(values, command, async (store) => work(store, await chosenTipset(store, epoch, command)));
}

async function onStore<T>(
  values: StateStoreValues,
  command: string,
  work: (store: InputStore) => Promise<T>,
): Promise<T> {
  await using store = await InputStore.open(values, command);
  try {
    return await work(store);
  } catch (cause) {
    throw missingBlock(cause, namesOf(values)) ?? cause;
  }
}

async function onVector<T>(
  values: StateStoreValues,
  file: string,
  command: string,
  work: OnState<T>,
): Promise<T> {
  checkNoEpoch(values, command);
  const { bundles, network } = values;
  const vector = readVector(file);
  const variant = variantOf(vector);
  const library = new Library(bundleFolders(existingFolder("bundles", bundles, command)));
  const { store, blockCache } = surroundingsOf(vector, variant, { library });
  const version = network === undefined ? variant.networkVersion : namedNetwork(network, command).version;
  try {
    return await work(store, { root: toCid(vector.stateRoot), network: version }, undefined);
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
