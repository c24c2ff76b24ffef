/** Vectors on a network of our own, so that everything about running them can be tested anywhere. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { idAddress } from "../../../src/address/address.js";
import { formatAddress } from "../../../src/address/text.js";
import { MemoryBlockstore } from "../../../src/blockstore/memory-blockstore.js";
import { executeTipset } from "../../../src/chain/execution/execute-tipset.js";
import type { ChainNode } from "../../../src/chain/execution/node.js";
import type { Tipset, TipsetResult } from "../../../src/chain/execution/tipset.js";
import { writeCar } from "../../../src/ipld/car/write.js";
import { encodeMessage, type Message } from "../../../src/message/message.js";
import type { ApplyResult } from "../../../src/vm/executor/apply-result.js";
import { rejectProofs } from "../../../src/vm/proofs/verifier.js";
import { TestChain } from "../../support/chain.js";
import { TestNet } from "../../support/net.js";
import { base64, link } from "./example.js";

const EPOCH = 100;

interface ReceiptJson {
  exit_code: number;
  return: string;
  gas_used: number;
  events_root: null | { "/": string };
}

/** JSON of a vector, open to changes. */
export interface VectorJson {
  preconditions: { variants: { id: string; epoch: number; nv: number }[]; basefee: number };
  apply_messages: { bytes: string; kind?: string }[];
  postconditions: {
    state_tree: { root_cid: { "/": string } };
    receipts: ReceiptJson[];
    outcomes: Record<string, string>[];
  };
  [field: string]: unknown;
}

/** JSON of a tipset vector, open to changes. */
export interface TipsetVectorJson {
  apply_tipsets: { epoch_offset: number; blocks: { miner_addr: string; messages: string[] }[] }[];
  postconditions: {
    state_tree: { root_cid: { "/": string } };
    receipts: ReceiptJson[];
    receipts_roots: { "/": string }[];
    tipsets: {
      gas_used: number;
      cron_exit_code: number;
      blocks: { applied: number; penalty: string }[];
      null_rounds: { epoch: number; state_root: { "/": string } }[];
    }[];
  };
  [field: string]: unknown;
}

/** A folder of bundles with the genesis `own`, and a vector of three messages on it that is right. */
export async function ownVector(folder: string): Promise<VectorJson> {
  const net = await writeGenesis(folder);
  const before = new Set([...net.store].map(({ cid }) => cid));
  const chain = await TestChain.on(net);
  const fees = { gasFeeCap: 200n, gasPremium: 10n };
  const messages: Message[] = [];
  const results: ApplyResult[] = [];
  const fields = [
    { to: net.bob.address, value: 5n, ...fees },
    { to: net.id("caller"), method: 99, from: net.carol, ...fees },
    { to: net.bob.address, value: 1n, gasLimit: 1, from: net.carol, ...fees },
  ];
  for (const message of fields) {
    messages.push(chain.message(message));
    results.push(await chain.send(message));
  }
  const root = await chain.machine.flush();
  chain.close();
  const written = new MemoryBlockstore([...net.store].filter(({ cid }) => !before.has(cid)));
  return {
    class: "message",
    _meta: { id: "own-network" },
    genesis: "own",
    car: base64(gzipSync(writeCar({ roots: [net.stateRoot, root], blocks: [...written] }))),
    preconditions: {
      variants: [{ id: "newest", epoch: EPOCH, nv: net.version }],
      state_tree: { root_cid: link(net.stateRoot) },
      basefee: 100,
      circ_supply: 0,
    } as VectorJson["preconditions"],
    apply_messages: messages.map((message) => ({ bytes: base64(encodeMessage(message)) })),
    postconditions: {
      state_tree: { root_cid: link(root) },
      receipts: results.map(receiptJson),
      outcomes: results.map(outcomeJson),
    },
    randomness: [],
  };
}

/**
 * As `ownVector`: two tipsets with three null rounds between them. The first has two blocks, of which the
 * second repeats a message of the first.
 */
export async function ownTipsetVector(folder: string): Promise<TipsetVectorJson> {
  const net = await writeGenesis(folder);
  const chain = await TestChain.on(net);
  const fees = { gasFeeCap: 200n, gasPremium: 10n };
  const blsMessage = chain.message({ to: net.bob.address, value: 5n, from: net.carol, ...fees });
  const secpMessage = chain.message({ to: net.bob.address, value: 6n, ...fees });
  const next = { ...secpMessage, nonce: 1 };
  chain.close();

  const node: ChainNode = {
    chainId: 314,
    genesisTimestamp: 0,
    blockstore: net.store,
    externs: net.externs,
    proofs: rejectProofs,
    networkVersion: () => net.version,
    circulatingSupply: () => 0n,
  };
  const block = (number: number, ...messages: Message[]) => ({
    miner: idAddress(number),
    winCount: 1,
    messages: messages.map((message) => ({
      message,
      rawLength: encodeMessage(message).length + (message.from === blsMessage.from ? 0 : 69),
    })),
  });
  const tipsets: Tipset[] = [
    {
      epoch: EPOCH + 1,
      parentEpoch: EPOCH,
      timestamp: 5,
      baseFee: 100n,
      blocks: [block(1000, blsMessage, secpMessage), block(1001, secpMessage)],
    },
    { epoch: EPOCH + 5, parentEpoch: EPOCH + 1, timestamp: 6, baseFee: 90n, blocks: [block(1000, next)] },
  ];
  const results: ApplyResult[] = [];
  const executed: TipsetResult[] = [];
  let root = net.stateRoot;
  for (const tipset of tipsets) {
    const result = await executeTipset(node, root, tipset, { onResult: (applied) => results.push(applied) });
    executed.push(result);
    root = result.stateRoot;
  }
  return {
    class: "tipset",
    _meta: { id: "own-tipsets" },
    genesis: "own",
    genesis_timestamp: 0,
    car: base64(gzipSync(writeCar({ roots: [], blocks: [] }))),
    preconditions: {
      variants: [{ id: "newest", epoch: EPOCH, nv: net.version }],
      state_tree: { root_cid: link(net.stateRoot) },
      circ_supply: 0,
    },
    apply_tipsets: tipsets.map(({ epoch, timestamp, baseFee, blocks }) => ({
      epoch_offset: epoch - EPOCH,
      basefee: Number(baseFee),
      timestamp,
      blocks: blocks.map(({ miner, winCount, messages }) => ({
        miner_addr: formatAddress(miner),
        win_count: winCount,
        // Signed before unsigned: the runner puts them in order.
        messages: messages.map(({ message }) => base64(encodeMessage(message))).reverse(),
      })),
    })),
    postconditions: {
      state_tree: { root_cid: link(root) },
      receipts: results.map(receiptJson),
      receipts_roots: executed.map(({ receiptsRoot }) => link(receiptsRoot)),
      tipsets: executed.map((result, i) => tipsetResultJson(tipsets[i]?.epoch ?? 0, result)),
    },
    randomness: [],
    tipset_cids: [],
  };
}

async function writeGenesis(folder: string): Promise<TestNet> {
  const net = await TestNet.create();
  mkdirSync(join(folder, "genesis"), { recursive: true });
  writeFileSync(
    join(folder, "genesis/own.car"),
    writeCar({ roots: [net.stateRoot], blocks: [...net.store] }),
  );
  return net;
}

function tipsetResultJson(epoch: number, { blocks, cron, nullRounds, ...roots }: TipsetResult) {
  const gas = (results: readonly ApplyResult[]) =>
    results.reduce((sum, { receipt }) => sum + Number(receipt.gasUsed), 0);
  return {
    epoch,
    state_root: link(roots.stateRoot),
    receipts_root: link(roots.receiptsRoot),
    cron_exit_code: cron.receipt.exitCode,
    gas_used: gas(blocks.flatMap(({ messages }) => messages)),
    implicit_gas_used: gas([...blocks.map(({ reward }) => reward), cron]),
    blocks: blocks.map(({ messages, gasReward, penalty, reward }) => ({
      applied: messages.length,
      gas_reward: `${gasReward}`,
      penalty: `${penalty}`,
      reward_exit_code: reward.receipt.exitCode,
    })),
    null_rounds: nullRounds.map(({ epoch, stateRoot }) => ({ epoch, state_root: link(stateRoot) })),
  };
}

function receiptJson({ receipt }: ApplyResult): ReceiptJson {
  return {
    exit_code: receipt.exitCode,
    return: base64(receipt.returnData),
    gas_used: Number(receipt.gasUsed),
    events_root: receipt.eventsRoot === undefined ? null : link(receipt.eventsRoot),
  };
}

function outcomeJson(result: ApplyResult): Record<string, string> {
  return {
    miner_penalty: `${result.penalty}`,
    miner_tip: `${result.minerTip}`,
    base_fee_burn: `${result.baseFeeBurn}`,
    over_estimation_burn: `${result.overEstimationBurn}`,
    refund: `${result.refund}`,
    gas_refund: `${result.gasRefund}`,
    gas_burned: `${result.gasBurned}`,
  };
}
