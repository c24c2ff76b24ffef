import type { ChainReadOptions } from "../../chain/history/chain.js";
import { type ChainTipset, firstHeader } from "../../chain/history/chain-tipset.js";
import type { Cid } from "../../encoding/cid.js";
import type { Message } from "../../message/message.js";
import { SharedWork } from "../../util/shared-work.js";
import type { ApplyResult } from "../../vm/executor/apply-result.js";
import { foldCalls } from "../../vm/trace/fold-calls.js";
import { type MessageTrace, Tracer } from "../../vm/trace/trace.js";
import type { NodeChain } from "./node-chain.js";

/** A message of a tipset, executed again. */
export interface TracedMessage {
  readonly message: Message;
  readonly result: ApplyResult;
  readonly trace: MessageTrace;
  /** Its place among the messages of the tipset's blocks that were executed; undefined: it is cron, or a reward. */
  readonly place: number | undefined;
}

/** A tipset, executed again. */
export interface TracedTipset {
  readonly tipset: ChainTipset;
  /** State after its execution. */
  readonly stateRoot: Cid;
  /** All that was executed, in order: cron of null rounds, messages, rewards, cron. */
  readonly messages: readonly TracedMessage[];
}

/** Steps of traces that are kept, of all tipsets together. */
const STEPS_KEPT = 400_000;

/** Traces of a chain's tipsets. Those made last are kept. */
export class TipsetTraces {
  readonly #kept = new Map<string, { readonly traced: TracedTipset; readonly steps: number }>();
  readonly #tracing = new SharedWork<string, TracedTipset>();
  #steps = 0;

  constructor(private readonly chain: NodeChain) {}

  /**
   * A tipset with what its messages did. Genesis executes nothing. Throws as `NodeChain.replay`.
   */
  async of(tipset: ChainTipset, { signal }: ChainReadOptions = {}): Promise<TracedTipset> {
    const name = tipset.key.join("");
    const known = this.#kept.get(name);
    if (known !== undefined) {
      // The least recently used one is the first.
      this.#kept.delete(name);
      this.#kept.set(name, known);
      return known.traced;
    }
    const work = async (signal: AbortSignal) => {
      const traced = await traceTipset(this.chain, tipset, { signal });
      this.#keep(name, traced);
      return traced;
    };
    return this.#tracing.of(name, work, signal);
  }

  #keep(name: string, traced: TracedTipset): void {
    const steps = traced.messages.reduce((sum, { trace }) => sum + stepsOf(trace), 1);
    this.#kept.set(name, { traced, steps });
    this.#steps += steps;
    for (const [oldest, { steps: freed }] of this.#kept) {
      if (this.#steps <= STEPS_KEPT || oldest === name) break;
      this.#kept.delete(oldest);
      this.#steps -= freed;
    }
  }
}

async function traceTipset(
  chain: NodeChain,
  tipset: ChainTipset,
  options: ChainReadOptions,
): Promise<TracedTipset> {
  if (tipset.epoch === 0) return { tipset, stateRoot: firstHeader(tipset).parentStateRoot, messages: [] };
  const tracer = new Tracer();
  const made: { readonly result: ApplyResult; readonly trace: MessageTrace }[] = [];
  const onResult = (result: ApplyResult) => void made.push({ result, trace: tracer.trace() });
  const { observer } = tracer;
  const { stateRoot, blocks } = await chain.replay(tipset, { ...options, observer, onResult });
  const places = new Map(blocks.flatMap(({ messages }) => messages).map((result, place) => [result, place]));
  const messages = made.map(({ result, trace }) => ({
    message: trace.message,
    result,
    trace,
    place: places.get(result),
  }));
  return { tipset, stateRoot, messages };
}

function stepsOf({ call }: MessageTrace): number {
  if (call === undefined) return 0;
  return foldCalls<number>(call, ({ steps }, below) => below.reduce((sum, n) => sum + n, steps.length));
}
