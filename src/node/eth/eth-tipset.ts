import type { Address } from "../../address/address.js";
import type { ChainReadOptions } from "../../chain/history/chain.js";
import { type ChainTipset, firstHeader } from "../../chain/history/chain-tipset.js";
import { type Hex, quantity } from "../../inspect/tracers/hex.js";
import { BoundedMap } from "../../util/bounded-map.js";
import { SharedWork } from "../../util/shared-work.js";
import type { ActorId } from "../../vm/state-tree/actor-state.js";
import type { ExecutedTipset } from "../chain/executed-tipset.js";
import type { NodeChain } from "../chain/node-chain.js";
import { shownAddresses } from "./addresses.js";
import { bloomOf, bloomOfAll } from "./bloom.js";
import { receiptsForClients, transactionForClients } from "./for-clients.js";
import { blockHash } from "./hashes.js";
import type { EthHash } from "./json.js";
import { type EthLog, logsOf } from "./logs.js";
import { type ReceiptJson, receiptJson } from "./receipt.js";
import { ethereumTransaction, nativeTransaction, type TransactionJson } from "./transaction.js";

/** A tipset as Ethereum sees it. One entry of each list for each message that it executes, in order. */
export interface EthTipset {
  readonly executed: ExecutedTipset;
  readonly hash: EthHash;
  readonly transactions: readonly TransactionJson[];
  readonly logs: readonly (readonly EthLog[])[];
  readonly receipts: readonly ReceiptJson[];
  /** Over all logs, also those that Lotus's index lacks. */
  readonly bloom: Hex;
}

/** Tipsets that are kept, at least. */
const KEPT = 64;

/** The tipsets of a chain as Ethereum sees them. Those used last are kept. */
export class EthTipsets {
  readonly #kept = new BoundedMap<string, EthTipset>(KEPT);
  readonly #making = new SharedWork<string, EthTipset>();

  /** @param asLotus whether transactions, receipts and logs are just Lotus's */
  constructor(
    readonly chain: NodeChain,
    private readonly asLotus: boolean,
  ) {}

  /** Throws as `NodeChain.executed`, and `RpcError` as `receiptJson`. */
  async of(tipset: ChainTipset, { signal }: ChainReadOptions = {}): Promise<EthTipset> {
    const name = tipset.key.join("");
    const known = this.#kept.get(name);
    if (known !== undefined) return known;
    const work = async (signal: AbortSignal) => {
      const made = await ethTipset(this.chain, tipset, this.asLotus, { signal });
      this.#kept.set(name, made);
      return made;
    };
    return this.#making.of(name, work, signal);
  }
}

async function ethTipset(
  chain: NodeChain,
  tipset: ChainTipset,
  asLotus: boolean,
  options: ChainReadOptions,
): Promise<EthTipset> {
  const executed = await chain.executed(tipset, options);
  const { messages } = executed;
  const shown = await shownAddresses(chain, tipset, shownIn(executed), options);
  const { chainId } = chain.network;
  const hash = blockHash(tipset.key);
  const transactions = messages.map((message, i) => {
    const place = {
      blockHash: hash,
      blockNumber: quantity(tipset.epoch),
      transactionIndex: quantity(i),
    };
    return message.signed?.signature.type === "delegated"
      ? ethereumTransaction(message.signed, place, chainId)
      : nativeTransaction(message, place, chainId, shown.of);
  });
  const hashes = transactions.map((transaction) => transaction.hash);
  const setting = { blockHash: hash, hashes, emitter: shown.ofActor };
  const logged = { epoch: tipset.epoch, messages };
  const all = logsOf(logged, { ...setting, asLotus: false });
  const logs = asLotus ? logsOf(logged, { ...setting, asLotus }) : all;
  const { parentBaseFee: baseFee, timestamp } = firstHeader(tipset);
  const receipts = messages.map((message, i) =>
    receiptJson(message, transactions[i] as TransactionJson, logs[i] ?? [], baseFee),
  );
  if (asLotus) return { executed, hash, transactions, logs, receipts, bloom: bloomOf(all.flat()) };
  return {
    executed,
    hash,
    transactions: transactions.map((transaction, i) =>
      transactionForClients(transaction, { receipt: receipts[i], timestamp }),
    ),
    logs,
    receipts: receiptsForClients(receipts),
    bloom: bloomOfAll(receipts.map(({ logsBloom }) => logsBloom)),
  };
}

/** All whose addresses are shown. */
function shownIn({ messages }: ExecutedTipset) {
  const native = messages.filter(({ signed }) => signed?.signature.type !== "delegated");
  const addresses = new Set<Address>(native.flatMap(({ message: { from, to } }) => [from, to]));
  const actors = new Set<ActorId>(messages.flatMap(({ events }) => events.map(({ emitter }) => emitter)));
  return { addresses, actors };
}
