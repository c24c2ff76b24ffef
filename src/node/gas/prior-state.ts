import { LayeredBlockstore } from "../../blockstore/layered-blockstore.js";
import { MemoryBlockstore } from "../../blockstore/memory-blockstore.js";
import { machineFor } from "../../chain/execution/machine-for.js";
import type { ChainNode } from "../../chain/execution/node.js";
import { simulatorFor } from "../../chain/execution/simulator-for.js";
import type { TipsetContext } from "../../chain/execution/tipset.js";
import type { ChainReadOptions } from "../../chain/history/chain.js";
import { type ChainTipset, firstHeader, leastTimestamp } from "../../chain/history/chain-tipset.js";
import { encodeSignedMessage, type SignedMessage } from "../../chain/types/signed-message.js";
import type { Cid } from "../../encoding/cid.js";
import { encodeMessage } from "../../message/message.js";
import type { Simulator } from "../../simulate/simulator.js";
import type { NodeChain } from "../chain/node-chain.js";
import type { TipsetMessage } from "../chain/tipset-messages.js";
import { expensiveUpgrade } from "./expensive.js";

/** A message that is executed before the one that is tried. */
export type PriorMessage = Pick<TipsetMessage, "message" | "signed">;

/** The block that a tipset's messages are in. Its base fee is attoFIL per gas. */
export function contextOf(tipset: ChainTipset): TipsetContext {
  const { epoch, key } = tipset;
  return { epoch, timestamp: leastTimestamp(tipset), baseFee: firstHeader(tipset).parentBaseFee, key };
}

/**
 * A simulator on a state where all messages of a tipset, and then some more, have been executed. Nothing is stored. Source:
 * Lotus chain/stmgr/call.go, `CallWithGas`.
 *
 * @throws as `NodeChain.messages`, `Machine.execute`
 */
export async function simulatorAfter(
  chain: NodeChain,
  tipset: ChainTipset,
  more: readonly SignedMessage[],
  options: ChainReadOptions,
): Promise<Simulator> {
  const at = await beforeUpgrade(chain, tipset, options);
  const context = contextOf(at);
  const prior: PriorMessage[] = [
    ...(await chain.messages(at, options)),
    ...more.map((signed) => ({ message: signed.message, signed })),
  ];
  const overlay = new LayeredBlockstore([new MemoryBlockstore(), chain.chain.blockstore], { keep: false });
  const node = chain.nodeOn(overlay);
  const { parentStateRoot } = firstHeader(at);
  const root = (await node.migrate?.(at.epoch, parentStateRoot, options)) ?? parentStateRoot;
  return simulatorFor(node, await rootAfter(node, root, context, prior, options), context, options);
}

/** The tipset, or the last one before it where no expensive upgrade is in the way. */
async function beforeUpgrade(
  { chain, network }: NodeChain,
  tipset: ChainTipset,
  options: ChainReadOptions,
): Promise<ChainTipset> {
  for (let at = tipset; ; ) {
    const parent = await chain.parent(at, options);
    if (parent === undefined || expensiveUpgrade(network, parent.epoch, at.epoch + 1) === undefined)
      return at;
    at = parent;
  }
}

/** The state that these messages leave, which the node's blockstore has. Throws as `Machine.execute`. */
export async function rootAfter(
  node: ChainNode,
  root: Cid,
  context: TipsetContext,
  messages: readonly PriorMessage[],
  options: ChainReadOptions,
): Promise<Cid> {
  if (messages.length === 0) return root;
  using machine = await machineFor(node, root, context, options.signal);
  for (const { message, signed } of messages) {
    const stored = signed === undefined ? encodeMessage(message) : encodeSignedMessage(signed);
    await machine.execute(message, { ...options, rawLength: stored.length });
  }
  return await machine.flush(options);
}
