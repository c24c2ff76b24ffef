import { LayeredBlockstore } from "../../../blockstore/layered-blockstore.js";
import { MemoryBlockstore } from "../../../blockstore/memory-blockstore.js";
import { simulatorFor } from "../../../chain/execution/simulator-for.js";
import type { ChainReadOptions } from "../../../chain/history/chain.js";
import type { ChainTipset } from "../../../chain/history/chain-tipset.js";
import type { Message } from "../../../message/message.js";
import { simulateAndLook } from "../../../simulate/simulator.js";
import type { MessageTrace } from "../../../vm/trace/trace.js";
import type { NodeChain } from "../../chain/node-chain.js";
import { contextOf } from "../../gas/prior-state.js";
import type { ReplayedMessage } from "./replayed-messages.js";

/**
 * What a message would do on the state after a tipset, whoever sends it, free of charge. Throws as
 * `NodeChain.stateAfter` and `Simulator.call`.
 */
export async function tracedCall(
  chain: NodeChain,
  tipset: ChainTipset,
  message: Message,
  options: ChainReadOptions,
): Promise<ReplayedMessage> {
  const after = await chain.stateAfter(tipset, options);
  const blockstore = new LayeredBlockstore([new MemoryBlockstore(), chain.chain.blockstore], { keep: false });
  const node = chain.nodeOn(blockstore);
  const root = (await node.migrate?.(tipset.epoch, after, options)) ?? after;
  const simulator = await simulatorFor(node, root, { ...contextOf(tipset), baseFee: 0n }, options);
  const { nonce: _nonce, ...rest } = message;
  return simulateAndLook(simulator, [rest], { ...options, trace: true }, async (machine, { results }) => ({
    trace: results[0]?.trace as MessageTrace,
    states: { blockstore, before: root, after: await machine.flush(options) },
  }));
}
