import { nodeFailed } from "../execution/ask-node.js";
import { machineOptionsFor } from "../execution/machine-for.js";
import type { ChainNode } from "../execution/node.js";
import type { ExpectedTipset } from "../execution/prefetch.js";
import { type ChainTipset, firstHeader, leastTimestamp } from "../history/chain-tipset.js";
import type { BlockMessages } from "../types/message-meta.js";

/**
 * Tells who fetches ahead for a node, if anybody does, of a tipset that will be executed after those before it.
 *
 * @param messages of each block
 * @param signal aborted when the tipset is no longer expected
 * @throws HostFault EXTERN_FAILED
 */
export function expectChainTipset(
  node: ChainNode,
  expected: ChainTipset,
  messages: readonly BlockMessages[],
  signal: AbortSignal,
): void {
  const { epoch, headers, key } = expected;
  const { parentBaseFee: baseFee } = firstHeader(expected);
  const context = { epoch, timestamp: leastTimestamp(expected), baseFee, key };
  const tipset: ExpectedTipset = {
    epoch,
    blockstore: node.blockstore,
    miners: headers.map(({ miner }) => miner),
    messages: () => messages.flatMap(({ bls, secp }) => [...bls, ...secp.map(({ message }) => message)]),
    machineOn: (stateRoot) => machineOptionsFor(node, stateRoot, context, signal),
  };
  try {
    node.prefetch?.expect?.(tipset, signal);
  } catch (cause) {
    throw nodeFailed(`prefetch of epoch ${epoch}`, cause);
  }
}
