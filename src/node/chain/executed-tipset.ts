import { executeTipset } from "../../chain/execution/execute-tipset.js";
import type { ChainNode } from "../../chain/execution/node.js";
import { readEvents, readReceipts } from "../../chain/execution/read-receipts.js";
import type { Chain, ChainReadOptions } from "../../chain/history/chain.js";
import { type ChainTipset, firstHeader } from "../../chain/history/chain-tipset.js";
import { executableTipset } from "../../chain/node/execute-chain-tipset.js";
import { type Cid, cidText } from "../../encoding/cid.js";
import { FvmError, HostFault } from "../../errors.js";
import type { StampedEvent } from "../../message/event.js";
import type { Receipt } from "../../message/receipt.js";
import type { TipsetMessage, TipsetMessages } from "./tipset-messages.js";

/** A message with what became of it. */
export interface ExecutedMessage extends TipsetMessage {
  readonly receipt: Receipt;
  /** In order. */
  readonly events: readonly StampedEvent[];
}

/** A tipset with what its execution has led to. */
export interface ExecutedTipset {
  readonly tipset: ChainTipset;
  /** State after its execution; of one whose results were read, the state that its child names. */
  readonly stateRoot: Cid;
  readonly receiptsRoot: Cid;
  /** In order of execution. */
  readonly messages: readonly ExecutedMessage[];
}

/**
 * Results of a tipset as the store has them; undefined if it lacks receipts or events.
 *
 * @param child its headers name the receipts
 * @throws FvmError INVALID_TIPSET if it names others than the messages have; as `readReceipts`
 */
export async function readExecuted(
  chain: Chain,
  tipset: ChainTipset,
  { executed }: TipsetMessages,
  child: ChainTipset,
  options: ChainReadOptions,
): Promise<ExecutedTipset | undefined> {
  const { parentStateRoot: stateRoot, parentMessageReceipts: receiptsRoot } = firstHeader(child);
  const { blockstore } = chain;
  try {
    const receipts = await readReceipts(blockstore, receiptsRoot, options);
    if (receipts.length !== executed.length) throw otherReceipts(child, receipts.length, executed.length);
    const messages: ExecutedMessage[] = [];
    for (const [i, message] of executed.entries()) {
      const receipt = receipts[i] as Receipt;
      const { eventsRoot } = receipt;
      const events = eventsRoot === undefined ? [] : await readEvents(blockstore, eventsRoot, options);
      messages.push({ ...message, receipt, events });
    }
    return { tipset, stateRoot, receiptsRoot, messages };
  } catch (error) {
    if (error instanceof HostFault && error.code === "BLOCK_NOT_FOUND") return undefined;
    throw error;
  }
}

/**
 * Executes a tipset. Throws `FvmError` STATE_MISSING if the store lacks the state before it; as `executeTipset`.
 */
export async function executed(
  node: ChainNode,
  chain: Chain,
  tipset: ChainTipset,
  { blocks, executable, executed }: TipsetMessages,
  options: ChainReadOptions,
): Promise<ExecutedTipset> {
  const { parentStateRoot, parentMessageReceipts } = firstHeader(tipset);
  if (tipset.epoch === 0) {
    return { tipset, stateRoot: parentStateRoot, receiptsRoot: parentMessageReceipts, messages: [] };
  }
  if ((await chain.blockstore.get(parentStateRoot, options)) === undefined) {
    throw stateMissing(tipset.epoch, parentStateRoot);
  }
  const toExecute = executable ?? (await executableTipset(chain, tipset, { ...options, messages: blocks }));
  const result = await executeTipset(node, parentStateRoot, toExecute, options);
  const results = result.blocks.flatMap(({ messages }) => messages);
  const messages = executed.map(({ cid, message, signed }, i) => {
    const { receipt, events } = results[i] as (typeof results)[number];
    return { cid, message, signed, receipt, events };
  });
  return { tipset, stateRoot: result.stateRoot, receiptsRoot: result.receiptsRoot, messages };
}

/** The error of a state that is to be there, and is not. */
export function stateMissing(epoch: number, cid: Cid): FvmError {
  return new FvmError("STATE_MISSING", { epoch, cid: cidText(cid) });
}

function otherReceipts({ epoch }: ChainTipset, receipts: number, messages: number): FvmError {
  const reason = `its headers name ${receipts} receipts for the ${messages} messages of its parent`;
  return new FvmError("INVALID_TIPSET", { epoch, reason });
}
