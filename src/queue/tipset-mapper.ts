import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Blockstore } from "../blockstore/blocks.js";
import type { ChainNode } from "../chain/execution/node.js";
import type { TipsetResult } from "../chain/execution/tipset.js";
import type { ChainTipset } from "../chain/history/chain-tipset.js";
import type { Step } from "../chain/sync/step.js";
import type { BlockMessages } from "../chain/types/message-meta.js";
import { FvmError } from "../errors.js";
import { messageOf } from "../util/kind-of.js";
import { type MessageTrace, Tracer } from "../vm/trace/trace.js";
import type { MappedTipset, RangeWork } from "./job.js";

/** A tipset that was executed, for the function of a `TipsetModule`. */
export interface ExecutedTipset {
  readonly tipset: ChainTipset;
  /** Messages of each block, as the chain has them. */
  readonly messages: readonly BlockMessages[];
  /** Results of them: receipts and events of each message, rewards, cron, the state. */
  readonly result: TipsetResult;
  /** Calls of each message, reward and cron, in the order of execution. Empty unless the module asks for them. */
  readonly traces: readonly MessageTrace[];
  /** The chain's blocks, and those that execution has made. */
  readonly blockstore: Blockstore;
}

/** A module whose function is called for each tipset of a range, in order. */
export interface TipsetModule {
  /** Its value goes back to whoever asked: plain data, as a structured clone has it. */
  default(tipset: ExecutedTipset): unknown;
  /** Version of the module; whoever asks for another one gets an error. */
  readonly version?: string;
  /** Whether it looks at traces, which take their time. Default: no. */
  readonly traces?: boolean;
}

/** Values that a module's function has returned for the tipsets of a range. */
export interface TipsetMapper {
  /** Options of the node that executes the tipsets. */
  readonly watching: Pick<ChainNode, "observer">;
  readonly values: readonly MappedTipset[];
  /** Calls the function for a tipset that is known to be right. Throws what it throws. */
  add(step: Step, blockstore: Blockstore): Promise<void>;
}

/** Throws `FvmError` MODULE_FAILED. */
export async function tipsetMapper(
  { module: name, version }: Extract<RangeWork, { kind: "map" }>,
  modules: Readonly<Record<string, string>>,
): Promise<TipsetMapper> {
  const { default: act, traces: isTraced = false } = await loaded(name, version, modules);
  const values: MappedTipset[] = [];
  const tracer = new Tracer();
  let traces: MessageTrace[] = [];
  const observer: NonNullable<ChainNode["observer"]> = (observation) => {
    tracer.observer(observation);
    if (observation.kind === "receipt") traces.push(tracer.trace());
  };
  return {
    watching: isTraced ? { observer } : {},
    values,
    async add({ executed }, blockstore) {
      if (executed === undefined) return;
      const { tipset, messages, result } = executed;
      const { epoch } = tipset;
      // Later tipsets may have been executed already.
      const own = traces.filter((trace) => trace.epoch <= epoch);
      traces = traces.filter((trace) => trace.epoch > epoch);
      values.push({ epoch, value: await act({ tipset, messages, result, traces: own, blockstore }) });
    },
  };
}

async function loaded(
  name: string,
  version: string | undefined,
  modules: Readonly<Record<string, string>>,
): Promise<TipsetModule> {
  const failed = (reason: string, cause?: unknown) =>
    new FvmError("MODULE_FAILED", { module: name, reason }, { cause });
  if (!Object.hasOwn(modules, name)) throw failed("the worker has no module of this name");
  let module: Partial<TipsetModule>;
  try {
    module = (await import(urlOf(modules[name] as string))) as Partial<TipsetModule>;
  } catch (cause) {
    throw failed(messageOf(cause), cause);
  }
  if (typeof module.default !== "function") throw failed("its default export is no function");
  if (version !== undefined && module.version !== version) {
    throw failed(`it has version ${module.version}, and ${version} is asked for`);
  }
  return module as TipsetModule;
}

function urlOf(place: string): string {
  return place.startsWith("file:") ? place : pathToFileURL(resolve(place)).href;
}
