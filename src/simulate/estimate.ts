import { FvmError } from "../errors.js";
import { ExitCode } from "../message/outcome.js";
import { bytesEqual } from "../util/bytes.js";
import { foldCalls } from "../vm/trace/fold-calls.js";
import type { CallTrace } from "../vm/trace/trace.js";
import { gasNeed } from "./gas-need.js";
import { leastLimit } from "./least-limit.js";
import type { SimulatedResult } from "./run.js";

/** Parts of the result that must be the same with the least limit as with the most gas. */
export type SameAs =
  /** The exit code only: for what tells how much gas it sees left, in return data or events. */
  | "exitCode"
  /** Exit code, return data and events. */
  | "outcome"
  /** Also how each call ended that was made on the way: none runs out of gas that did not with the most. */
  | "calls";

/** An estimate of the gas that a message needs. */
export interface GasEstimate {
  /** The least limit, gas. */
  readonly gasLimit: number;
  /** Result of the message with this limit. */
  readonly result: SimulatedResult;
  /** How often it was executed. */
  readonly executions: number;
}

/** Executes a message with another gas limit, each time on the same state. */
export type Execution = (gasLimit: number, trace: boolean) => Promise<SimulatedResult>;

/** A message whose gas is to be estimated. */
export interface Estimated {
  readonly execute: Execution;
  /** Its own limit. */
  readonly gasLimit: number;
  /** Gas that its sender can pay for. */
  affordable(): Promise<number>;
  /** Milligas that its inclusion in the chain costs, if it is paid for: the limit is a part of what is included. */
  inclusion(gasLimit: number): number;
}

/**
 * The least limit with which a message does the same as with the most gas: its limit, or what its sender can pay for.
 *
 * @throws FvmError NO_GAS_ESTIMATE if the message fails before it begins, or runs out of gas, even so
 */
export async function estimate(message: Estimated, same: SameAs): Promise<GasEstimate> {
  const { reference, most, executions } = await withMostGas(message);
  checkBegun(reference, most);
  const isSame = SAME[same];
  const results = new Map<number, SimulatedResult>([[most, reference]]);
  const { limit: gasLimit, tried } = await leastLimit(
    async (tested) => {
      const result = await message.execute(tested, same === "calls");
      results.set(tested, result);
      return isSame(result, reference);
    },
    most,
    Math.min(Math.max(guessOf(message, reference, most), 1), most),
  );
  return { gasLimit, result: results.get(gasLimit) as SimulatedResult, executions: executions + tried };
}

function guessOf({ inclusion }: Estimated, { trace, kind }: SimulatedResult, most: number): number {
  if (trace?.call === undefined) return most;
  const need = Number(gasNeed(trace, trace.call));
  if (kind === "implicit") return Math.ceil(need / 1000);
  const without = need - inclusion(most);
  // A limit of fewer digits makes the message shorter, and so the limit less.
  const roughly = Math.ceil((without + inclusion(Math.ceil(need / 1000))) / 1000);
  return Math.ceil((without + inclusion(roughly)) / 1000);
}

/** The message with its limit; or, if the sender cannot pay for that, with what it can pay for. */
async function withMostGas({ execute, gasLimit, affordable }: Estimated) {
  const first = await execute(gasLimit, true);
  const { failure, receipt } = first;
  if (failure?.kind === "preflight" && receipt.exitCode === ExitCode.SenderStateInvalid) {
    const most = await affordable();
    if (most > 0 && most < gasLimit) return { reference: await execute(most, true), most, executions: 2 };
  }
  return { reference: first, most: gasLimit, executions: 1 };
}

/** Throws `FvmError` NO_GAS_ESTIMATE. */
function checkBegun({ receipt, failure }: SimulatedResult, most: number): void {
  const { exitCode } = receipt;
  if (failure?.kind === "preflight")
    throw new FvmError("NO_GAS_ESTIMATE", { exitCode, reason: failure.text });
  if (exitCode !== ExitCode.OutOfGas) return;
  throw new FvmError("NO_GAS_ESTIMATE", { exitCode, reason: `it runs out of ${most} gas` });
}

function hasSameExitCode({ receipt: a }: SimulatedResult, { receipt: b }: SimulatedResult): boolean {
  return a.exitCode === b.exitCode;
}

function hasSameOutcome({ receipt: a }: SimulatedResult, { receipt: b }: SimulatedResult): boolean {
  return a.exitCode === b.exitCode && a.eventsRoot === b.eventsRoot && bytesEqual(a.returnData, b.returnData);
}

function hasSameCalls(a: SimulatedResult, b: SimulatedResult): boolean {
  return hasSameOutcome(a, b) && endsOf(a) === endsOf(b);
}

/** How all calls ended, in order, in a text. */
function endsOf({ trace }: SimulatedResult): string {
  const ends: string[] = [];
  if (trace?.call !== undefined) foldCalls(trace.call, ({ end }: CallTrace) => ends.push(endText(end)));
  return ends.join(" ");
}

function endText(end: CallTrace["end"]): string {
  switch (end.kind) {
    case "exit":
      return `${end.code}`;
    case "refused":
      return `refused ${end.errno}`;
    default:
      return end.kind;
  }
}

const SAME = { exitCode: hasSameExitCode, outcome: hasSameOutcome, calls: hasSameCalls };
