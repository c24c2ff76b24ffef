import { type Address, idAddress } from "#src/address/address.js";
import { LmdbBlockstore } from "#src/blockstore/lmdb/lmdb-blockstore.js";
import type { MemoryBlockstore } from "#src/blockstore/memory-blockstore.js";
import type { DevnetChain } from "#src/chain/devnet/devnet-chain.js";
import { createdBy } from "#src/chain/devnet/traffic/evm/call.js";
import { executeTipset } from "#src/chain/execution/execute-tipset.js";
import type { ChainNode } from "#src/chain/execution/node.js";
import type { Tipset } from "#src/chain/execution/tipset.js";
import { CREATE_EXTERNAL, INVOKE_EVM } from "#src/chain/signatures/eth-transaction.js";
import type { Cid } from "#src/encoding/cid.js";
import { type Message, storedLength } from "#src/message/message.js";
import { noBytes } from "#src/util/bytes.js";
import { BenchError } from "../bench-error.js";
import { crowdedDevnet } from "../latency/crowded-devnet.js";
import { callOf, creationOf } from "../latency/slots-contract.js";
import { nodeOver } from "./node.js";

/** A tipset of selected messages to execute. */
export interface ParallelCase {
  readonly name: string;
  readonly stateRoot: Cid;
  readonly tipset: Tipset;
}

/** Tipsets of one chain. */
export interface ParallelCases {
  readonly node: ChainNode;
  /** A `TipsetPool`'s module of the same node, and its data. */
  readonly pool: { readonly module: URL; readonly data: unknown };
  /** Whether messages may have other exit codes than 0. */
  readonly mayFail: boolean;
  readonly cases: readonly ParallelCase[];
}

const MESSAGES = 200;
const ACCOUNTS = 2_000;
const EPOCH = 2;
const BASE_FEE = 100n;
const EAM = idAddress(10);
const SEND = 0;

/**
 * Contracts, accounts, and tipsets of messages to them. Throws `BenchError`.
 * @param folder where their state is stored, too, for workers
 */
export async function parallelCases(folder: string): Promise<ParallelCases> {
  const devnet = await crowdedDevnet({ accounts: ACCOUNTS, senders: MESSAGES });
  const senders = devnet.accounts.filter(({ type }) => type === "bls").map(({ address }) => address);
  const [miner] = devnet.miners;
  if (miner === undefined) throw new BenchError("the chain has no miner");
  const node = nodeOver(devnet.blockstore);
  const tipset = (epoch: number, messages: readonly Message[]): Tipset => ({
    epoch,
    parentEpoch: epoch - 1,
    timestamp: epoch * 30,
    baseFee: BASE_FEE,
    blocks: [
      {
        miner: miner.address,
        winCount: 1,
        messages: messages.map((message) => ({ message, rawLength: storedLength(message) })),
      },
    ],
  });
  const genesis = devnet.head.headers[0]?.parentStateRoot as Cid;
  const creations = senders.map((from, i) => messageOf(from, 0, EAM, CREATE_EXTERNAL, creationOf(i)));
  const created = await executeTipset(node, genesis, tipset(EPOCH - 1, creations), { selected: true });
  const contracts = (created.blocks[0]?.messages ?? []).map(({ receipt }) => {
    if (receipt.exitCode !== 0) throw new BenchError(`a contract is not created: ${receipt.exitCode}`);
    return createdBy(receipt);
  });
  await storeBlocks(folder, devnet);
  const calls = (count: number, contractOfCall: (i: number) => number, words: number): Message[] =>
    Array.from({ length: count }, (_, i) => {
      const input = callOf(Array.from({ length: words }, (_, word) => i * words + word));
      return messageOf(senders[i] as Address, 1, contracts[contractOfCall(i)] as Address, INVOKE_EVM, input);
    });
  const sends = senders.map((from, i) =>
    messageOf(from, 1, senders[(i * 7 + 1) % MESSAGES] as Address, SEND, noBytes(), 1n),
  );
  const cases = {
    "200 calls of 50 writes, a contract each": calls(MESSAGES, (i) => i, 50),
    "200 calls of 10 writes, a contract each": calls(MESSAGES, (i) => i, 10),
    "200 calls of 1 write, a contract each": calls(MESSAGES, (i) => i, 1),
    "200 calls of 10 writes, 20 contracts": calls(MESSAGES, (i) => i % 20, 10),
    "46 calls of 10 writes, one contract": calls(46, () => 0, 10),
    "200 transfers": sends,
  };
  const { stateRoot } = created;
  return {
    node,
    pool: { module: new URL("./node.js", import.meta.url), data: folder },
    mayFail: false,
    cases: Object.entries(cases).map(([name, messages]) => ({
      name,
      stateRoot,
      tipset: tipset(EPOCH, messages),
    })),
  };
}

/** Stores a chain's blocks in a folder, for workers. */
export async function storeBlocks(folder: string, { blockstore }: DevnetChain): Promise<void> {
  await using store = await LmdbBlockstore.open(folder);
  await store.putMany([...(blockstore as MemoryBlockstore)]);
}

function messageOf(
  from: Address,
  nonce: number,
  to: Address,
  method: bigint | number,
  params: Uint8Array,
  value = 0n,
): Message {
  const fees = { gasLimit: 1_000_000_000, gasFeeCap: BASE_FEE * 2n, gasPremium: 1n };
  return { version: 0, from, to, nonce, value, ...fees, method, params };
}
