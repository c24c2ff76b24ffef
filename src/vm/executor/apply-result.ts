import type { StampedEvent } from "../../message/event.js";
import type { Gas } from "../../message/gas.js";
import { ExitCode } from "../../message/outcome.js";
import type { Receipt } from "../../message/receipt.js";
import { noBytes } from "../../util/bytes.js";
import type { U64 } from "../../util/u64.js";
import type { Backtrace } from "../call-manager/backtrace.js";
import type { StateDiff } from "../state-tree/state-diff.js";

/**
 * `explicit`: a message of the chain, paid by its sender. `implicit`: cron and rewards; any sender, no
 * nonce, gas is counted but not paid.
 */
export type ApplyKind = "explicit" | "implicit";

/** Why a message failed, for people; never part of a receipt. */
export type ApplyFailure =
  | { readonly kind: "preflight"; readonly text: string }
  | { readonly kind: "backtrace"; readonly backtrace: Backtrace };

/** The outcome of one message. Amounts are attoFIL. Source: fvm/src/executor/mod.rs `ApplyRet`. */
export interface ApplyResult {
  readonly receipt: Receipt;
  /** What the miner pays for including the message. */
  readonly penalty: bigint;
  readonly minerTip: bigint;
  readonly baseFeeBurn: bigint;
  readonly overEstimationBurn: bigint;
  /** Paid back to the sender. */
  readonly refund: bigint;
  /** Gas that is paid back. */
  readonly gasRefund: Gas;
  /** Unused gas that is burned for overestimation. */
  readonly gasBurned: Gas;
  /** Only with an exit code other than 0; undefined also where the reference knows no reason, such as a transfer that runs out of gas. */
  readonly failure: ApplyFailure | undefined;
  /** Events that survived, in order. */
  readonly events: readonly StampedEvent[];
  /** How often an actor's code was started, also by calls that failed; transfers start none. */
  readonly invocations: number;
  /** IPLD codec of the return data; undefined if there are none. */
  readonly returnCodec: U64 | undefined;
  /** Changes that the message has made, fees included; only if they were asked for. */
  readonly changes: StateDiff | undefined;
}

/** Whether a message could not begin because its sender is of a kind that sends none. */
export function isSenderRefused({ receipt, failure }: ApplyResult): boolean {
  return failure?.kind === "preflight" && receipt.exitCode === ExitCode.SenderInvalid;
}

/** The result of a message that could not even begin. */
export function preflightFailure(exitCode: ExitCode, text: string, penalty: bigint): ApplyResult {
  return {
    receipt: { exitCode, returnData: noBytes(), gasUsed: 0, eventsRoot: undefined },
    ...NOTHING_PAID,
    penalty,
    failure: { kind: "preflight", text },
    events: NO_EVENTS,
    invocations: 0,
    returnCodec: undefined,
    changes: undefined,
  };
}

/** Of all messages without events. */
export const NO_EVENTS: readonly StampedEvent[] = Object.freeze([]);

/** Of implicit messages, and of those that fail preflight. */
export const NOTHING_PAID = {
  penalty: 0n,
  minerTip: 0n,
  baseFeeBurn: 0n,
  overEstimationBurn: 0n,
  refund: 0n,
  gasRefund: 0,
  gasBurned: 0,
} as const;
