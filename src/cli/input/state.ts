import { BlockCache } from "../../blockstore/block-cache.js";
import type { Cid } from "../../encoding/cid.js";
import { noAnswers } from "../../vm/externs/no-answers.js";
import type { MachineOptions } from "../../vm/machine/options.js";
import type { NetworkVersion } from "../../vm/network/version.js";
import { acceptProofs, rejectProofs } from "../../vm/proofs/verifier.js";
import { UsageError } from "../usage-error.js";
import { missingBlock } from "./missing-block.js";
import { namedNetwork, networkOfState } from "./network.js";
import type { StateValues } from "./options.js";
import { InputStore } from "./store.js";
import { amountValue, bytesValue, cidValue, countValue, u64Value } from "./values.js";

const MAINNET_CHAIN_ID = 314;
const RANDOMNESS_BYTES = 32;
const BLOCK_CACHE_BYTES = 256 * 2 ** 20;

/** A state that a command line names. */
export interface InputState extends Disposable {
  /** Name of it for people. */
  readonly name: string;
  /** Options of a machine on it. */
  readonly machine: MachineOptions;
}

/**
 * The state of `stateOptions`. Throws `UsageError`, `FvmError` INVALID_STATE if its root is in none of the files,
 * UNKNOWN_NETWORK_VERSION, INVALID_CAR, and the file system's errors.
 */
export async function openState(values: StateValues, command: string): Promise<InputState> {
  const { state = missing("state", command), network } = values;
  const stateRoot = cidValue("state", state, command);
  const named = network === undefined ? undefined : namedNetwork(network, command);
  const settings = settingsOf(values, command);
  const blockstore = await InputStore.open(values, command, named?.actorsVersion);
  const rules = await rulesOf(blockstore, stateRoot, named, values, command);
  // In the shared cache a machine would find what these files lack.
  const blockCache = BlockCache.create(BLOCK_CACHE_BYTES);
  return {
    name: state,
    machine: { network: rules, stateRoot, blockstore, blockCache, ...settings },
    [Symbol.dispose]() {
      blockstore.close();
      blockCache.clear();
    },
  };
}

/** Closes the store if it throws. */
async function rulesOf(
  store: InputStore,
  root: Cid,
  named: NetworkVersion | undefined,
  { store: files }: StateValues,
  command: string,
): Promise<NetworkVersion> {
  try {
    store.require(root, "the state root");
    if (named !== undefined) return named;
    const found = await networkOfState(store, root, command);
    store.useActors(found.actorsVersion);
    return found;
  } catch (cause) {
    store.close();
    throw missingBlock(cause, files) ?? cause;
  }
}

function settingsOf(values: StateValues, command: string) {
  const { epoch = "0", timestamp = "0", "base-fee": baseFee = "0", randomness, proofs } = values;
  const { "circulating-supply": supply = "0", "chain-id": chainId = `${MAINNET_CHAIN_ID}` } = values;
  return {
    epoch: countValue("epoch", epoch, command),
    timestamp: u64Value("timestamp", timestamp, command),
    baseFee: amountValue("base-fee", baseFee, command),
    circulatingSupply: amountValue("circulating-supply", supply, command),
    chainId: u64Value("chain-id", chainId, command),
    externs: externsOf(randomness, command),
    proofs: proofs === "accept" ? acceptProofs : rejectProofs,
  };
}

function externsOf(randomness: string | undefined, command: string) {
  if (randomness === undefined) return noAnswers;
  const answer = bytesValue("randomness", randomness, RANDOMNESS_BYTES, command);
  return { ...noAnswers, getChainRandomness: () => answer, getBeaconRandomness: () => answer };
}

function missing(option: string, command: string): never {
  throw new UsageError(`--${option} is missing`, command);
}
