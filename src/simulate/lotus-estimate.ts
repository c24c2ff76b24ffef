import { FvmError } from "../errors.js";
import { BLOCK_GAS_LIMIT } from "../message/gas.js";
import { ExitCode } from "../message/outcome.js";
import { foldCalls } from "../vm/trace/fold-calls.js";
import type { Execution } from "./estimate.js";
import type { SimulatedResult } from "./run.js";

/** The gas limits that Lotus would give a message. */
export interface LotusGasEstimate {
  /** Gas that the message uses with the limit of a block: `GasEstimateGasLimit`. */
  readonly gasUsed: number;
  /** A quarter more: `GasEstimateMessageGas`. */
  readonly gasLimit: number;
  /** `eth_estimateGas`: the same, or what Lotus's search finds if a call runs out of gas with it. */
  readonly ethGasLimit: number;
}

/** Configuration of Lotus's message pool, `GasLimitOverestimation`. */
const OVERESTIMATION = 1.25;

/** Gas with what Lotus adds to be on the safe side. */
export function overestimated(gas: number): number {
  return Math.floor(gas * OVERESTIMATION);
}

/**
 * The estimates of Lotus, without its fees, which depend on the chain: a message that has none is estimated as if gas
 * were free. Source: Lotus node/impl/gasutils/gasutils.go, node/impl/full/gas.go, node/impl/eth/gas.go.
 *
 * @throws FvmError NO_GAS_ESTIMATE if the message fails, as Lotus's methods then do
 */
export async function lotusEstimate(execute: Execution): Promise<LotusGasEstimate> {
  const first = await execute(BLOCK_GAS_LIMIT, false);
  if (!isSuccess(first)) throw failed(first);
  const gasUsed = Number(first.receipt.gasUsed);
  const gasLimit = Math.min(overestimated(gasUsed), BLOCK_GAS_LIMIT);
  const second = await execute(gasLimit, true);
  if (isSuccess(second)) return { gasUsed, gasLimit, ethGasLimit: gasLimit };
  if (!runsOutOfGas(second)) throw failed(second);
  const found = await searchGasLimit(execute, gasLimit);
  return { gasUsed, gasLimit, ethGasLimit: overestimated(found) };
}

/** Doubles the limit until the message succeeds, then halves what is between, to one part in a hundred. */
export async function searchGasLimit(execute: Execution, start: number): Promise<number> {
  const succeeds = async (limit: number) => isSuccess(await execute(limit, false));
  let [low, high] = [start, start];
  while (!(await succeeds(high))) {
    [low, high] = [high, 2 * high];
    if (high <= BLOCK_GAS_LIMIT) continue;
    high = BLOCK_GAS_LIMIT;
    break;
  }
  for (let threshold = Math.floor(high / 100); high - low > threshold; ) {
    const median = Math.floor((low + high) / 2);
    if (await succeeds(median)) high = median;
    else low = median;
    threshold = Math.floor(median / 100);
  }
  return high;
}

function isSuccess({ receipt }: SimulatedResult): boolean {
  return receipt.exitCode === ExitCode.Ok;
}

/** Whether the message, or any call on the way, ran out of gas. */
export function runsOutOfGas({ receipt, trace }: SimulatedResult): boolean {
  if (receipt.exitCode === ExitCode.OutOfGas) return true;
  if (trace?.call === undefined) return false;
  return foldCalls<boolean>(
    trace.call,
    ({ end }, below) => end.kind === "outOfGas" || below.some((within) => within),
  );
}

function failed({ receipt: { exitCode } }: SimulatedResult): FvmError {
  return new FvmError("NO_GAS_ESTIMATE", { exitCode, reason: "Lotus estimates no message that fails" });
}
