import { BlockCache } from "../../blockstore/block-cache.js";
import type { Cid } from "../../encoding/cid.js";
import { noAnswers } from "../../vm/externs/no-answers.js";
import type { MachineOptions } from "../../vm/machine/options.js";
import { type NetworkVersion, networkVersion } from "../../vm/network/version.js";
import { acceptProofs, rejectProofs } from "../../vm/proofs/verifier.js";
import { UsageError } from "../usage-error.js";
import { chosenTipset, machineOn } from "./chain-state.js";
import { missingBlock } from "./missing-block.js";
import { namedNetwork, networkOfState } from "./network.js";
import type { StateValues } from "./options.js";
import { InputStore, namesOf } from "./store.js";
import { amountValue, bytesValue, cidValue, countValue, u64Value } from "./values.js";

const MAINNET_CHAIN_ID = 314;
const RANDOMNESS_BYTES = 32;
const BLOCK_CACHE_BYTES = 256 * 2 ** 20;

/** A state that a command line names. */
export interface InputState extends AsyncDisposable {
  /** Name of it for people. */
  readonly name: string;
  /** Options of a machine on it. */
  readonly machine: MachineOptions;
}

/** Settings that a command line gives. */
type Settings = Partial<MachineOptions>;

/** Settings of a state that nothing else is said of. */
const NO_SETTINGS = {
  epoch: 0,
  timestamp: 0,
  baseFee: 0n,
  circulatingSupply: 0n,
  chainId: MAINNET_CHAIN_ID,
  externs: noAnswers,
};

/**
 * The state of `stateOptions`. Throws `UsageError`, `FvmError` INVALID_STATE if its root is in none of the files,
 * UNKNOWN_NETWORK_VERSION, INVALID_CAR, and the file system's errors; as `chosenTipset`.
 */
export async function openState(values: StateValues, command: string): Promise<InputState> {
  const { state, network } = values;
  const named = network === undefined ? undefined : namedNetwork(network, command);
  const root = state === undefined ? undefined : cidValue("state", state, command);
  if (root === undefined && values.data === undefined) throw new UsageError("--state is missing", command);
  const settings = settingsOf(values, command);
  const blockstore = await InputStore.open(values, command, named?.actorsVersion);
  // In the shared cache a machine would find what these files lack.
  const blockCache = BlockCache.create(BLOCK_CACHE_BYTES);
  const close = async () => {
    await blockstore.close();
    blockCache.clear();
  };
  try {
    const machine =
      root === undefined
        ? await tipsetState(blockstore, blockCache, settings, named, values.epoch, command)
        : { ...(await rootState(blockstore, root, settings, named, command)), blockCache };
    const name = state ?? `epoch ${machine.epoch}`;
    return { name, machine, [Symbol.asyncDispose]: close };
  } catch (cause) {
    await close();
    throw missingBlock(cause, namesOf(values)) ?? cause;
  }
}

async function rootState(
  blockstore: InputStore,
  stateRoot: Cid,
  settings: Settings,
  named: NetworkVersion | undefined,
  command: string,
): Promise<MachineOptions> {
  blockstore.require(stateRoot, "the state root");
  const network = named ?? (await networkOfState(blockstore, stateRoot, command));
  blockstore.useActors(network.actorsVersion);
  return { proofs: rejectProofs, ...NO_SETTINGS, ...settings, network, stateRoot, blockstore };
}

async function tipsetState(
  store: InputStore,
  blockCache: BlockCache,
  settings: Settings,
  named: NetworkVersion | undefined,
  wanted: string | undefined,
  command: string,
): Promise<MachineOptions> {
  const chosen = await chosenTipset(store, wanted, command);
  const { proofs = rejectProofs } = settings;
  const machine = await machineOn(chosen, { proofs, blockCache });
  const network = named ?? machine.network;
  store.useActors((typeof network === "number" ? networkVersion(network) : network).actorsVersion);
  return { ...machine, ...settings, network, epoch: chosen.tipset.epoch };
}

function settingsOf(values: StateValues, command: string): Settings {
  const { epoch, timestamp, "base-fee": baseFee, randomness, proofs } = values;
  const { "circulating-supply": supply, "chain-id": chainId } = values;
  return {
    ...(epoch !== undefined && { epoch: countValue("epoch", epoch, command) }),
    ...(timestamp !== undefined && { timestamp: u64Value("timestamp", timestamp, command) }),
    ...(baseFee !== undefined && { baseFee: amountValue("base-fee", baseFee, command) }),
    ...(supply !== undefined && { circulatingSupply: amountValue("circulating-supply", supply, command) }),
    ...(chainId !== undefined && { chainId: u64Value("chain-id", chainId, command) }),
    ...(randomness !== undefined && { externs: externsOf(randomness, command) }),
    ...(proofs !== undefined && { proofs: proofs === "accept" ? acceptProofs : rejectProofs }),
  };
}

function externsOf(randomness: string, command: string) {
  const answer = bytesValue("randomness", randomness, RANDOMNESS_BYTES, command);
  return { ...noAnswers, getChainRandomness: () => answer, getBeaconRandomness: () => answer };
}
