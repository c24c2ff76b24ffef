import { chainNode } from "../../chain/node/chain-node.js";
import { Prefetcher } from "../../chain/prefetch/prefetcher.js";
import { entryMaker, OwnBeacon } from "../../chain/signatures/own-beacon.js";
import { networkOf } from "../../chain/store/network-source.js";
import type { Overrides } from "../../simulate/overrides.js";
import { messageOf } from "../../util/kind-of.js";
import { acceptProofs } from "../../vm/proofs/verifier.js";
import { NodeChain } from "../chain/node-chain.js";
import { MessagePool } from "../pool/message-pool.js";
import { keysOf, type MnemonicKeys } from "./accounts.js";
import { BlockMaker } from "./block-maker.js";
import type { ChainBase } from "./chain-base.js";
import { BlockClock } from "./clock.js";
import { baseOf, beginningOf, type DevBeginning, type DevChainOptions, USUAL } from "./dev-beginning.js";
import { DevNode } from "./dev-node.js";
import type { DevRecord } from "./dev-record.js";
import { type DevStore, MemoryDevStore } from "./dev-store.js";
import { CONTRACTS } from "./genesis.js";
import { isUnsigned } from "./impersonation.js";
import { entryChanges, readEntries } from "./kept-entries.js";
import { Producer } from "./producer.js";
import { Reporter } from "./report.js";
import { Saver } from "./saver.js";
import { Snapshots } from "./snapshots.js";

export type { DevChainOptions } from "./dev-beginning.js";

/** Blocks that a fork fetches ahead at the same time: public nodes count the requests of their clients. */
const REQUESTS_AT_ONCE = 16;

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

/** Begins a development chain, or goes on with the store's. Throws as `beginDevChain`; `FvmError` INVALID_OPTION. */
export async function startDevChain(options: DevChainOptions): Promise<DevChain> {
  const { store = new MemoryDevStore() } = options;
  const base = await baseOf(store, options);
  try {
    const beginning = await beginningOf(store, base, options);
    return await goOn(store, base, beginning, options);
  } catch (error) {
    await base?.close();
    throw error;
  }
}

async function goOn(
  store: DevStore,
  base: ChainBase | undefined,
  { record, outcome, isForeign }: DevBeginning,
  options: DevChainOptions,
): Promise<DevChain> {
  const { time = "wall", appends = false, log } = options;
  const blockstore = base?.blockstore ?? store.blockstore;
  const { mnemonic, accounts, miners, unsigned } = record;
  const keys = keysOf(mnemonic, accounts);
  const network = networkOf(record.network);
  const beacon = OwnBeacon.of(network, mnemonic);
  // Blocks that tipsets of a fork will need are asked for before they do.
  const ahead = record.fork && { prefetch: new Prefetcher({ concurrency: REQUESTS_AT_ONCE }) };
  const chain = await NodeChain.open({
    network,
    blockstore,
    head: record.head,
    node: (history) => ({
      ...chainNode({ network, chain: history, proofs: acceptProofs, ...ahead }),
      isUnsigned,
    }),
    ...(base?.index !== undefined && { index: base.index }),
  });
  const clock = new BlockClock(time, network.blockDelay);
  clock.restore(record.clock);
  const producer = await Producer.begin(
    chain,
    new BlockMaker(chain, miners, entryMaker(beacon)),
    clock,
    appends,
    outcome,
  );
  const kept = store.entries && (await readEntries(store.entries, chain.chain, "the chain"));
  const pool = new MessagePool(chain, kept && { kept: kept.messages });
  const snapshots = new Snapshots(kept && { byId: kept.snapshots, last: record.snapshots ?? 0 });
  const reporter = log && new Reporter(chain, log);
  if (store.record !== undefined) reporter?.listen();
  const dev: DevNode = new DevNode({
    chain,
    pool,
    producer,
    clock,
    unsigned,
    fork: record.fork,
    beacon,
    keys: [...keys.eth, ...keys.filecoin],
    ...(reporter && { onProduced: (tipset) => reporter.tryReport(tipset) }),
    snapshots,
    keep: () => saver.save(),
    onFailure: (error) => log?.(`no block could be made: ${messageOf(error)}`),
  });
  const recordNow = (): DevRecord => {
    const { unsigned } = dev;
    return { ...record, head: chain.head.key, unsigned, snapshots: snapshots.last, clock: clock.state };
  };
  const saver = new Saver(store, async () => {
    // The pool hears of the head before it is asked what has changed.
    await pool.settled();
    return { record: recordNow(), changes: entryChanges(pool, snapshots) };
  });
  if (isForeign) await dev.edit(peopleOf(keys, options));
  await saver.save();
  const close = async () => {
    await dev.close();
    await base?.close();
  };
  return { chain, pool, dev, keys, record: recordNow, close };
}

/** Funded accounts and contracts that tools expect, on a state that has neither. */
function peopleOf({ eth, filecoin }: MnemonicKeys, { balance = USUAL.balance }: DevChainOptions): Overrides {
  const accounts = [...eth, ...filecoin].map(({ address }) => [address, { balance }] as const);
  return [...accounts, ...CONTRACTS.map(([address, { bytecode }]) => [address, { bytecode }] as const)];
}
