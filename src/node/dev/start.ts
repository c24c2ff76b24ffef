import type { Blockstore } from "../../blockstore/blocks.js";
import { MemoryBlockstore } from "../../blockstore/memory-blockstore.js";
import type { DevnetActors } from "../../chain/devnet/builtins.js";
import { readChainNetwork } from "../../chain/networks/network-file.js";
import { chainNode } from "../../chain/node/chain-node.js";
import { messageOf } from "../../util/kind-of.js";
import { NEWEST_VERSION } from "../../vm/network/version.js";
import { acceptProofs } from "../../vm/proofs/verifier.js";
import { NodeChain } from "../chain/node-chain.js";
import { MessagePool } from "../pool/message-pool.js";
import { keysOf, type MnemonicKeys, TEST_MNEMONIC } from "./accounts.js";
import { BlockMaker } from "./block-maker.js";
import { BlockClock, type TimeKind } from "./clock.js";
import { DevNode } from "./dev-node.js";
import { beginDevChain } from "./genesis.js";
import { isUnsigned } from "./impersonation.js";
import { Producer } from "./producer.js";
import { Reporter } from "./report.js";

/** Options of a development chain. */
export interface DevChainOptions {
  /** Builtin actors of the network version. */
  readonly actors: DevnetActors;
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
  /** Takes the chain. Default: a `MemoryBlockstore`. */
  readonly blockstore?: Blockstore;
  /** Called with lines for people: what contracts have said, why messages have failed. Default: nobody is told. */
  readonly log?: (line: string) => void;
}

/** A development chain, and what makes it go on. */
export interface DevChain {
  readonly chain: NodeChain;
  readonly pool: MessagePool;
  readonly dev: DevNode;
  readonly keys: MnemonicKeys;
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
  time: "wall",
  appends: false,
} as const;

/** Begins a development chain. Throws as `beginDevChain`. */
export async function startDevChain(given: DevChainOptions): Promise<DevChain> {
  const options = { ...DEFAULTS, ...given };
  const { blockstore = new MemoryBlockstore(), mnemonic, accounts, blockDelay, time, log } = options;
  const keys = keysOf(mnemonic, accounts);
  const timestamp = Math.floor(Date.now() / 1000) - FIRST_EPOCHS * blockDelay;
  const { file, genesis, miners } = await beginDevChain(blockstore, { ...options, keys, timestamp });
  const network = readChainNetwork(file);
  const chain = await NodeChain.open({
    network,
    blockstore,
    head: genesis.key,
    node: (history) => ({ ...chainNode({ network, chain: history, proofs: acceptProofs }), isUnsigned }),
  });
  const clock = new BlockClock(time, blockDelay);
  const maker = new BlockMaker(chain, miners);
  const producer = await Producer.begin(chain, maker, clock, options.appends);
  const pool = new MessagePool(chain);
  const reporter = log && new Reporter(chain, log);
  const dev = new DevNode({
    chain,
    pool,
    producer,
    clock,
    keys: [...keys.eth, ...keys.filecoin],
    ...(reporter && { onProduced: (tipset) => reporter.tryReport(tipset) }),
    onFailure: (error) => log?.(`no block could be made: ${messageOf(error)}`),
  });
  return { chain, pool, dev, keys };
}
