import type { Blockstore } from "../../blockstore/blocks.js";
import type { DevnetActors } from "../../chain/devnet/builtins.js";
import { Chain } from "../../chain/history/chain.js";
import { firstHeader } from "../../chain/history/chain-tipset.js";
import { networkVersionAt } from "../../chain/networks/upgrades.js";
import type { OwnBeaconKind } from "../../chain/signatures/own-beacon.js";
import type { ActorsSource } from "../../chain/store/import-snapshot.js";
import { networkOf } from "../../chain/store/network-source.js";
import { FvmError } from "../../errors.js";
import { onState } from "../../inspect/state/inspected-state.js";
import { NEWEST_VERSION } from "../../vm/network/version.js";
import { minersIn } from "../filecoin/miners.js";
import { checkMnemonic, keysOf } from "./accounts.js";
import type { Outcome } from "./block-maker.js";
import type { ChainBase, ForkPoint } from "./chain-base.js";
import { type ChainFile, openChainFile } from "./chain-file.js";
import { NO_CHANGES, type TimeKind } from "./clock.js";
import type { DevRecord } from "./dev-record.js";
import type { DevStore } from "./dev-store.js";
import { type Fork, ForkStore } from "./fork/fork-store.js";
import { beginDevChain } from "./genesis.js";
import { TEST_MNEMONIC } from "./test-mnemonic.js";

/** Options of a development chain. */
export interface DevChainOptions {
  /** Builtin actors of the network version. Not for a fork, whose states have their own. */
  readonly actors?: DevnetActors;
  /** Network whose builtin actors these are. Default: `mainnet`. */
  readonly bundle?: string;
  /** Default: the newest. */
  readonly networkVersion?: number;
  /** Default: `devnet`. */
  readonly networkName?: string;
  /** Ethereum's number of the chain. Default: 31415926. */
  readonly chainId?: number;
  /** Seconds from epoch to epoch. Default 30. */
  readonly blockDelay?: number;
  /** Default: the one that development nodes have, with keys that everybody knows. */
  readonly mnemonic?: string;
  /** Accounts of each kind. Default 10. */
  readonly accounts?: number;
  /** attoFIL that each of them begins with. Default: 10,000 FIL. */
  readonly balance?: bigint;
  /** Miners, as many as a tipset can have blocks. Default 3. */
  readonly miners?: number;
  /** The chain's beacon, whose key follows from the mnemonic. Not for a fork. Default: `mock`. */
  readonly beacon?: OwnBeaconKind;
  /** Default: `wall`. */
  readonly time?: TimeKind;
  /** Whether each tipset stays that has been the head. Default: an empty one makes room for the next message. */
  readonly appends?: boolean;
  /** Keeps the chain, and has one to go on with or none. Default: memory. */
  readonly store?: DevStore;
  /** A chain of a node elsewhere to go on from. Default: a beginning of its own. */
  readonly fork?: Fork;
  /** Folder in which blocks of that node are kept. Default: the user's cache. */
  readonly forkCache?: string;
  /** A chain or a state on disk to go on from. Default: a beginning of its own. */
  readonly from?: ChainFile;
  /** Builtin actors by their manifest, that such a chain lacks. */
  readonly bundles?: ActorsSource;
  /** Called with lines for people: what contracts have said, why messages have failed. Default: nobody is told. */
  readonly log?: (line: string) => void;
}

const FIL = 10n ** 18n;
/** Epochs before now at which a chain begins: so many does it need to have a block that all clients understand. */
const FIRST_EPOCHS = 2;
export const USUAL = {
  bundle: "mainnet",
  networkVersion: NEWEST_VERSION,
  networkName: "devnet",
  chainId: 31_415_926,
  blockDelay: 30,
  mnemonic: TEST_MNEMONIC,
  accounts: 10,
  balance: 10_000n * FIL,
  miners: 3,
  beacon: "mock",
} as const;

/** A chain as it begins, or goes on. */
export interface DevBeginning {
  readonly record: DevRecord;
  /** Outcome of the head, if somebody else has executed it. */
  readonly outcome: Outcome | undefined;
  /** Whether the state is somebody else's, and lacks the node's accounts. */
  readonly isForeign: boolean;
}

/** The chain beneath: the one that the store's has been begun on, or that it is to begin on. Throws as what opens it. */
export async function baseOf(store: DevStore, options: DevChainOptions): Promise<ChainBase | undefined> {
  const { fork, from } = store.record ?? options;
  if (fork !== undefined) return ForkStore.open(store.blockstore, fork, options.forkCache);
  if (from === undefined) return undefined;
  const fresh = { ...USUAL, ...withoutUndefined(options) };
  return openChainFile(store.blockstore, from, { fresh, bundles: options.bundles });
}

/** Throws as `beginDevChain`, `ChainBase.point`; `FvmError` INVALID_OPTION. */
export async function beginningOf(
  store: DevStore,
  base: ChainBase | undefined,
  options: DevChainOptions,
): Promise<DevBeginning> {
  const { record } = store;
  if (record !== undefined) return { record: kept(record, options), outcome: undefined, isForeign: false };
  if (base === undefined) {
    return { record: await begin(store.blockstore, options), outcome: undefined, isForeign: false };
  }
  const { mnemonic = USUAL.mnemonic, accounts = USUAL.accounts, fork, from } = options;
  await checkMnemonic(mnemonic);
  const point = await base.point();
  const { network, key, outcome } = point;
  const { epoch } = await new Chain(base.blockstore).tipset(key);
  base.leave?.(epoch);
  const miners = await minersAt(base, point, options);
  const common = { network, head: key, miners, mnemonic, accounts, unsigned: 0, clock: NO_CHANGES };
  const left = { ...(fork && { fork: { ...fork, epoch } }), ...(from && { from: { ...from, epoch } }) };
  return { record: { ...common, ...left }, outcome, isForeign: true };
}

/** Miners who take turns: on a chain from elsewhere those of the last tipset, which are known; of one here any with power. */
async function minersAt(base: ChainBase, { key, network, outcome }: ForkPoint, options: DevChainOptions) {
  const tipset = await new Chain(base.blockstore).tipset(key);
  const own = tipset.headers.map(({ miner }) => miner);
  if (options.from === undefined) return own;
  const most = options.miners ?? USUAL.miners;
  const root = outcome?.stateRoot ?? firstHeader(tipset).parentStateRoot;
  const at = { root, network: networkVersionAt(networkOf(network), tipset.epoch) };
  const found = await onState(base.blockstore, at, (state) => minersIn(state, most), {});
  return found.length > 0 ? found : own;
}

/** A chain that is there. Throws `FvmError` INVALID_OPTION if others are asked for than its accounts. */
function kept(record: DevRecord, { mnemonic, accounts }: DevChainOptions): DevRecord {
  const refuse = (option: string) => {
    const reason = "the chain that is there has begun with another one";
    return new FvmError("INVALID_OPTION", { option, reason });
  };
  if (mnemonic !== undefined && mnemonic !== record.mnemonic) throw refuse("mnemonic");
  if (accounts !== undefined && accounts !== record.accounts) throw refuse("accounts");
  return record;
}

async function begin(blockstore: Blockstore, given: DevChainOptions): Promise<DevRecord> {
  const { actors } = given;
  if (actors === undefined) {
    throw new FvmError("INVALID_OPTION", {
      option: "actors",
      reason: "a chain cannot begin without builtin actors",
    });
  }
  const options = { ...USUAL, ...given, actors };
  const { mnemonic, accounts, blockDelay } = options;
  await checkMnemonic(mnemonic);
  const timestamp = Math.floor(Date.now() / 1000) - FIRST_EPOCHS * blockDelay;
  const keys = keysOf(mnemonic, accounts);
  const { file, genesis, miners } = await beginDevChain(blockstore, { ...options, keys, timestamp });
  return { network: file, head: genesis.key, miners, mnemonic, accounts, unsigned: 0, clock: NO_CHANGES };
}

function withoutUndefined<T extends object>(values: T): T {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;
}
