import { LayeredBlockstore } from "../../../blockstore/layered-blockstore.js";
import { MemoryBlockstore } from "../../../blockstore/memory-blockstore.js";
import type { ChainReadOptions } from "../../../chain/history/chain.js";
import type { ChainTipset } from "../../../chain/history/chain-tipset.js";
import type { Cid } from "../../../encoding/cid.js";
import type { TracedStates } from "../../../inspect/tracers/index.js";
import type { Machine } from "../../../vm/machine/machine.js";
import { type MessageTrace, Tracer } from "../../../vm/trace/trace.js";
import type { NodeChain } from "../../chain/node-chain.js";

/** A message of a tipset, executed again, with the states before and after it. */
export interface ReplayedMessage {
  readonly trace: MessageTrace;
  readonly states: TracedStates;
}

/**
 * Executes a tipset again, with the states between its messages. Genesis has none. Throws as `NodeChain.replay`.
 *
 * @param only place of the one message to answer, among those that the tipset executes; it is not gone further. Default:
 * all
 */
export async function replayedMessages(
  chain: NodeChain,
  tipset: ChainTipset,
  only: number | undefined,
  { signal }: ChainReadOptions,
): Promise<ReplayedMessage[]> {
  if (tipset.epoch === 0) return [];
  const tracer = new Tracer();
  const added = new MemoryBlockstore();
  const blockstore = new LayeredBlockstore([added, chain.chain.blockstore], { keep: false });
  const enough = new AbortController();
  const found: ReplayedMessage[] = [];
  let place = 0;
  let before: Cid | undefined;
  const aroundMessage = async (stage: "before" | "after", machine: Machine) => {
    const isWanted = only === undefined || place === only;
    if (stage === "after") place++;
    if (!isWanted) return;
    const root = await machine.flush();
    if (stage === "before") {
      before = root;
      return;
    }
    found.push({ trace: tracer.trace(), states: { blockstore, before: before as Cid, after: root } });
    if (only !== undefined) enough.abort();
  };
  const replaying = chain.replay(tipset, {
    observer: tracer.observer,
    added,
    aroundMessage,
    signal: signal === undefined ? enough.signal : AbortSignal.any([enough.signal, signal]),
  });
  await replaying.catch((error: unknown) => {
    if (!enough.signal.aborted) throw error;
  });
  return found;
}
