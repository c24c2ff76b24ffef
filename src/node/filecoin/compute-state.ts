import { LayeredBlockstore } from "../../blockstore/layered-blockstore.js";
import { MemoryBlockstore } from "../../blockstore/memory-blockstore.js";
import { machineFor } from "../../chain/execution/machine-for.js";
import type { ChainNode } from "../../chain/execution/node.js";
import type { ChainReadOptions } from "../../chain/history/chain.js";
import { type ChainTipset, firstHeader, leastTimestamp } from "../../chain/history/chain-tipset.js";
import { messageCid } from "../../chain/types/signed-message.js";
import type { Cid } from "../../encoding/cid.js";
import { encodeMessage, type Message } from "../../message/message.js";
import { failed, wrapping } from "./failures.js";
import type { Invocation } from "./invocation.js";
import type { GivenMessage } from "./parse.js";
import { type Replays, replayTipset } from "./replays.js";

/** A state, and all that was executed on the way to it. */
export interface ComputedState {
  readonly stateRoot: Cid;
  readonly invocations: readonly Invocation[];
}

/**
 * The state that a tipset leads to, and then messages in an epoch after it, with the upgrades between but without cron.
 * Source: Lotus chain/stmgr/utils.go, `ComputeState`.
 *
 * @throws RpcError if a message has no sender or receiver; as `replayTipset` and `Machine.execute`
 */
export async function computeState(
  replays: Replays,
  tipset: ChainTipset,
  epoch: number,
  given: readonly GivenMessage[],
  options: ChainReadOptions,
): Promise<ComputedState> {
  const { chain } = replays;
  const messages = given.map(sendable);
  const replayed = await replayTipset(replays, tipset, options);
  const upgrades = chain.network.upgrades.filter(({ height }) => tipset.epoch <= height && height < epoch);
  if (messages.length === 0 && upgrades.length === 0) return replayed;
  return wrapping(undefined, async () => {
    const blockstore = new LayeredBlockstore([new MemoryBlockstore(), chain.chain.blockstore], {
      keep: false,
    });
    const node: ChainNode = { ...chain.node, blockstore };
    let root = await chain.stateAfter(tipset, options);
    for (const { height } of upgrades) root = (await node.migrate?.(height, root, options)) ?? root;
    const { parentBaseFee: baseFee } = firstHeader(tipset);
    const context = { epoch, timestamp: leastTimestamp(tipset), baseFee, key: tipset.key };
    using machine = await machineFor(node, root, context, options.signal);
    const invocations = [...replayed.invocations];
    for (const message of messages) {
      const { trace, ...result } = await machine.execute(message, {
        ...options,
        rawLength: encodeMessage(message).length,
        trace: true,
      });
      invocations.push({ cid: messageCid(message), message, result, trace, isPaid: true });
    }
    return { stateRoot: await machine.flush(options), invocations };
  });
}

function sendable({ to, from, ...message }: GivenMessage): Message {
  if (to === undefined) throw failed("the message has no receiver");
  if (from === undefined) throw failed("the message has no sender");
  return { ...message, to, from };
}
