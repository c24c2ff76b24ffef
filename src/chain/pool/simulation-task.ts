/** Simulations on their way between threads: what a structured clone does not keep is put otherwise. */
import type { Cid } from "../../encoding/cid.js";
import type { GasEstimate } from "../../simulate/estimate.js";
import type { LotusGasEstimate } from "../../simulate/lotus-estimate.js";
import type { SimulatedMessage } from "../../simulate/message.js";
import { checkedOverrides, type Overrides } from "../../simulate/overrides.js";
import type { SimulatedResult } from "../../simulate/run.js";
import type {
  EstimateOptions,
  Simulation,
  SimulationOptions,
  SimulationSetting,
} from "../../simulate/simulator.js";
import { callTree, type FlatCall, flatCalls } from "../../vm/trace/flat-calls.js";
import type { MessageTrace } from "../../vm/trace/trace.js";
import type { ChainNode } from "../execution/node.js";
import { simulatorFor } from "../execution/simulator-for.js";
import type { TipsetContext } from "../execution/tipset.js";

interface TaskCommon {
  readonly stateRoot: Cid;
  readonly context: TipsetContext;
}

export type SimulationTask = TaskCommon &
  (
    | {
        readonly kind: "simulate";
        readonly messages: readonly SimulatedMessage[];
        readonly options: SimulationOptions;
      }
    | { readonly kind: "estimateGas"; readonly message: SimulatedMessage; readonly options: EstimateOptions }
    | {
        readonly kind: "estimateGasLikeLotus";
        readonly message: SimulatedMessage;
        readonly options: SimulationSetting;
      }
  );

/** A result whose trace, which may be too deep for a clone, is a list of calls. */
interface FlatResult extends Omit<SimulatedResult, "trace"> {
  readonly trace: (Omit<MessageTrace, "call"> & { readonly calls: readonly FlatCall[] }) | undefined;
}

export type SimulationAnswer =
  | (Omit<Simulation, "results"> & { readonly results: readonly FlatResult[] })
  | (Omit<GasEstimate, "result"> & { readonly result: FlatResult })
  | LotusGasEstimate;

/** In a worker. */
export async function performSimulation(node: ChainNode, task: SimulationTask): Promise<SimulationAnswer> {
  const simulator = await simulatorFor(node, task.stateRoot, task.context);
  switch (task.kind) {
    case "simulate": {
      const { results, changes } = await simulator.simulate(task.messages, task.options);
      return { results: results.map(flattened), changes };
    }
    case "estimateGas": {
      const estimate = await simulator.estimateGas(task.message, task.options);
      return { ...estimate, result: flattened(estimate.result) };
    }
    case "estimateGasLikeLotus":
      return simulator.estimateGasLikeLotus(task.message, task.options);
  }
}

function flattened({ trace, ...result }: SimulatedResult): FlatResult {
  if (trace === undefined) return { ...result, trace };
  const { call, ...about } = trace;
  return { ...result, trace: { ...about, calls: call === undefined ? [] : flatCalls(call) } };
}

/** In the pool's thread, the result as the worker had it. */
export function unflattened({ trace, ...result }: FlatResult): SimulatedResult {
  if (trace === undefined) return { ...result, trace };
  const { calls, ...about } = trace;
  return { ...result, trace: { ...about, call: calls.length === 0 ? undefined : callTree(calls) } };
}

/** Overrides as data, whatever iterables they are. Throws `FvmError` INVALID_OPTION. */
export function cloneable<O extends SimulationSetting>(options: O): O {
  const { overrides } = options;
  if (overrides === undefined) return options;
  const data: Overrides = checkedOverrides(overrides).map(({ address, option, ...override }) => [
    address,
    override,
  ]);
  return { ...options, overrides: data };
}
