import type { ChainReadOptions } from "../../../chain/history/chain.js";
import type { ChainTipset } from "../../../chain/history/chain-tipset.js";
import type { Hex } from "../../../inspect/tracers/hex.js";
import { type ParityTrace, parityOutput, parityTrace } from "../../../inspect/tracers/parity-trace.js";
import type { TipsetTraces } from "../../chain/traced-tipset.js";
import type { EthView } from "../eth-view.js";
import type { EthHash } from "../json.js";
import type { TransactionJson } from "../transaction.js";

/** Input of traces. */
export interface TraceSources {
  readonly eth: EthView;
  readonly traces: TipsetTraces;
}

/** A transaction of a block with what it did. */
export interface TransactionTraces {
  readonly hash: EthHash;
  /** Its place in the block. */
  readonly position: number;
  readonly entries: readonly ParityTrace[];
  /** Its return data. */
  readonly output: Hex;
}

/** An entry of Parity's traces, with its place in the chain. */
export type PlacedTrace = ParityTrace & {
  readonly blockHash: EthHash;
  readonly blockNumber: number;
  readonly transactionHash: EthHash;
  readonly transactionPosition: number;
};

/** Traces of a tipset's transactions. Throws as `TipsetTraces.of` and `EthView.tipset`. */
export async function transactionTraces(
  { eth, traces }: TraceSources,
  tipset: ChainTipset,
  options: ChainReadOptions,
): Promise<TransactionTraces[]> {
  const { transactions } = await eth.tipset(tipset, options);
  const { messages } = await traces.of(tipset, options);
  return messages.flatMap(({ trace, place }) => {
    if (place === undefined) return [];
    const { hash, from } = transactions[place] as TransactionJson;
    const entries = parityTrace(trace, { sender: from });
    return [{ hash, position: place, entries, output: parityOutput(entries) }];
  });
}

/** Entries of all transactions of a tipset, in order. Throws as `transactionTraces`. */
export async function placedTraces(
  sources: TraceSources,
  tipset: ChainTipset,
  options: ChainReadOptions,
): Promise<PlacedTrace[]> {
  const { hash: blockHash } = await sources.eth.tipset(tipset, options);
  const transactions = await transactionTraces(sources, tipset, options);
  return transactions.flatMap(({ hash, position, entries }) => {
    const place = {
      blockHash,
      blockNumber: tipset.epoch,
      transactionHash: hash,
      transactionPosition: position,
    };
    return entries.map((entry) => ({ ...entry, ...place }));
  });
}
