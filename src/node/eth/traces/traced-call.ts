import type { Blockstore } from "../../../blockstore/blocks.js";
import { LayeredBlockstore } from "../../../blockstore/layered-blockstore.js";
import { MemoryBlockstore } from "../../../blockstore/memory-blockstore.js";
import { simulatorFor } from "../../../chain/execution/simulator-for.js";
import type { ChainReadOptions } from "../../../chain/history/chain.js";
import type { ChainTipset } from "../../../chain/history/chain-tipset.js";
import type { Cid } from "../../../encoding/cid.js";
import type { Message } from "../../../message/message.js";
import { editedState } from "../../../simulate/edited-state.js";
import type { Overrides } from "../../../simulate/overrides.js";
import { simulateAndLook } from "../../../simulate/simulator.js";
import type { MessageTrace } from "../../../vm/trace/trace.js";
import type { NodeChain } from "../../chain/node-chain.js";
import { contextOf } from "../../gas/prior-state.js";
import type { CallSetting } from "../calls.js";
import type { ReplayedMessage } from "./replayed-messages.js";

/**
 * Traces of messages, one after the other, on the state after a tipset, whoever sends them, free of charge. Throws as
 * `NodeChain.stateAfter`, `editedState` and `Simulator.call`.
 *
 * @param setting actors that are to be otherwise before the first one, and the block that all are in
 */
export async function* tracedCalls(
  chain: NodeChain,
  tipset: ChainTipset,
  messages: readonly Message[],
  { overrides, block }: CallSetting,
  options: ChainReadOptions,
): AsyncGenerator<ReplayedMessage> {
  const after = await chain.stateAfter(tipset, options);
  const blockstore = new LayeredBlockstore([new MemoryBlockstore(), chain.chain.blockstore], { keep: false });
  const node = chain.nodeOn(blockstore);
  const migrated = (await node.migrate?.(tipset.epoch, after, options)) ?? after;
  let root =
    overrides === undefined ? migrated : await edited(chain, blockstore, migrated, tipset, overrides);
  const context = { ...contextOf(tipset), baseFee: 0n };
  for (const { nonce: _nonce, ...message } of messages) {
    const before: Cid = root;
    const simulator = await simulatorFor(node, before, context, options);
    const simulation = { ...options, ...(block !== undefined && { block }), trace: true };
    const traced = await simulateAndLook(simulator, [message], simulation, async (machine, { results }) => ({
      trace: results[0]?.trace as MessageTrace,
      states: { blockstore, before, after: await machine.flush(options) },
    }));
    root = traced.states.after;
    yield traced;
  }
}

/** The same of one message. */
export async function tracedCall(
  chain: NodeChain,
  tipset: ChainTipset,
  message: Message,
  setting: CallSetting,
  options: ChainReadOptions,
): Promise<ReplayedMessage> {
  for await (const traced of tracedCalls(chain, tipset, [message], setting, options)) return traced;
  throw new Error("a message has a trace");
}

function edited(
  { node }: NodeChain,
  blockstore: Blockstore,
  stateRoot: Cid,
  { epoch }: ChainTipset,
  overrides: Overrides,
): Promise<Cid> {
  const { chainId } = node;
  return editedState(
    { network: node.networkVersion(epoch), chainId, blockstore, stateRoot, epoch },
    overrides,
  );
}
