import type { Blockstore } from "../../blockstore/blocks.js";
import type { DevnetActors } from "../../chain/devnet/builtins.js";
import { Chain } from "../../chain/history/chain.js";
import { chainNode } from "../../chain/node/chain-node.js";
import { networkOf } from "../../chain/store/network-source.js";
import { FvmError } from "../../errors.js";
import type { Overrides } from "../../simulate/overrides.js";
import { messageOf } from "../../util/kind-of.js";
import { NEWEST_VERSION } from "../../vm/network/version.js";
import { acceptProofs } from "../../vm/proofs/verifier.js";
import { NodeChain } from "../chain/node-chain.js";
import { MessagePool } from "../pool/message-pool.js";
import { checkMnemonic, keysOf, type MnemonicKeys, TEST_MNEMONIC } from "./accounts.js";
import { BlockMaker, type Outcome } from "./block-maker.js";
import { BlockClock, NO_CHANGES, type TimeKind } from "./clock.js";
import { DevNode } from "./dev-node.js";
import type { DevRecord } from "./dev-record.js";
import { type DevStore, MemoryDevStore } from "./dev-store.js";
import { type Fork, ForkStore } from "./fork/fork-store.js";
import { beginDevChain, CONTRACTS } from "./genesis.js";
import { isUnsigned } from "./impersonation.js";
import { Producer } from "./producer.js";
import { Reporter } from "./report.js";

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
  /** Called with lines for people: what contracts have said, why messages have failed. Default: nobody is told. */
  readonly log?: (line: string) => void;
}

/** A development chain, and what makes it go on. */
export interface DevChain {
  readonly chain: NodeChain;
  readonly pool: MessagePool;
  readonly dev: DevNode;
  readonly keys: MnemonicKeys;
  /** Facts that it needs besides its blocks, to go on where it is. */
  record(): DevRecord;
  /** Ends what it does by itself, and closes what it has opened. */
  close(): Promise<void>;
}

const FIL = 10n ** 18n;
/** Epochs before now at which a chain begins: so many does it need to have a block that all clients understand. */
const FIRST_EPOCHS = 2;
const DEFAULTS = {
  bundle: "mainnet",
  networkVersion: NEWEST_VERSION,
  networkName: "devnet",
  chainId: 31_415_926,
  blockDelay: 30,
  mnemonic: TEST_MNEMONIC,
  accounts: 10,
  balance: 10_000n * FIL,
  miners: 3,
} as const;

/** Begins a development chain, or goes on with the store's. Throws as `beginDevChain`; `FvmError` INVALID_OPTION. */
export async function startDevChain(options: DevChainOptions): Promise<DevChain> {
  const { store = new MemoryDevStore(), time = "wall", appends = false, log, forkCache } = options;
  const fork = store.record === undefined ? options.fork : store.record.fork;
  const forked = fork && (await ForkStore.open(store.blockstore, fork, forkCache));
  const blockstore = forked ?? store.blockstore;
  const { record, outcome } = await recordOf(store, forked, options);
  const { mnemonic, accounts, miners, unsigned } = record;
  const keys = keysOf(mnemonic, accounts);
  const network = networkOf(record.network);
  const chain = await NodeChain.open({
    network,
    blockstore,
    head: record.head,
    node: (history) => ({ ...chainNode({ network, chain: history, proofs: acceptProofs }), isUnsigned }),
    ...(forked !== undefined && { index: forked }),
  });
  const clock = new BlockClock(time, network.blockDelay);
  clock.restore(record.clock);
  const producer = await Producer.begin(chain, new BlockMaker(chain, miners), clock, appends, outcome);
  const pool = new MessagePool(chain);
  const reporter = log && new Reporter(chain, log);
  if (store.record !== undefined) reporter?.listen();
  const dev: DevNode = new DevNode({
    chain,
    pool,
    producer,
    clock,
    unsigned,
    keys: [...keys.eth, ...keys.filecoin],
    ...(reporter && { onProduced: (tipset) => reporter.tryReport(tipset) }),
    onMoved: () => save(),
    onFailure: (error) => log?.(`no block could be made: ${messageOf(error)}`),
  });
  const recordNow = (): DevRecord => {
    const { unsigned } = dev;
    return { ...record, head: chain.head.key, unsigned, clock: clock.state };
  };
  const save = () => store.save(recordNow());
  if (outcome !== undefined) await dev.edit(peopleOf(keys, options));
  await save();
  const close = async () => {
    await dev.close();
    await forked?.close();
  };
  return { chain, pool, dev, keys, record: recordNow, close };
}

/** Funded accounts and contracts that tools expect, on a state that has neither. */
function peopleOf(
  { eth, filecoin }: MnemonicKeys,
  { balance = DEFAULTS.balance }: DevChainOptions,
): Overrides {
  const accounts = [...eth, ...filecoin].map(({ address }) => [address, { balance }] as const);
  return [...accounts, ...CONTRACTS.map(([address, { bytecode }]) => [address, { bytecode }] as const)];
}

async function recordOf(
  store: DevStore,
  forked: ForkStore | undefined,
  options: DevChainOptions,
): Promise<{ readonly record: DevRecord; readonly outcome?: Outcome }> {
  if (store.record !== undefined) return { record: kept(store.record, options) };
  if (forked === undefined) return { record: await begin(store.blockstore, options) };
  const { mnemonic = DEFAULTS.mnemonic, accounts = DEFAULTS.accounts } = options;
  await checkMnemonic(mnemonic);
  const { network, key, outcome } = await forked.point();
  const { headers, epoch } = await new Chain(forked).tipset(key);
  const miners = headers.map(({ miner }) => miner);
  forked.last = epoch;
  return {
    record: {
      network,
      head: key,
      miners,
      mnemonic,
      accounts,
      unsigned: 0,
      clock: NO_CHANGES,
      fork: { url: forked.url, epoch },
    },
    outcome,
  };
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
  const options = { ...DEFAULTS, ...given, actors };
  const { mnemonic, accounts, blockDelay } = options;
  await checkMnemonic(mnemonic);
  const timestamp = Math.floor(Date.now() / 1000) - FIRST_EPOCHS * blockDelay;
  const keys = keysOf(mnemonic, accounts);
  const { file, genesis, miners } = await beginDevChain(blockstore, { ...options, keys, timestamp });
  return { network: file, head: genesis.key, miners, mnemonic, accounts, unsigned: 0, clock: NO_CHANGES };
}
