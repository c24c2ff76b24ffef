import type { EthAddress } from "../../builtin/evm/index.js";
import type { StampedEvent } from "../../message/event.js";
import type { ExitCode } from "../../message/outcome.js";
import type { CallTrace, TraceStep } from "../../vm/trace/trace.js";

/** Kinds of calls that Ethereum knows. */
export type FrameType = "CALL" | "STATICCALL" | "DELEGATECALL" | "CREATE" | "CREATE2";

/** An event, and how many calls the frame that emitted it had made before. */
export interface FrameEvent {
  readonly step: Extract<TraceStep, { kind: "event" }>;
  readonly event: StampedEvent;
  readonly position: number;
}

/** A call as Ethereum sees it, without the calls in it. */
export interface FrameFacts {
  readonly type: FrameType;
  readonly from: EthAddress;
  /** The new contract, if it is a creation; undefined if there is none. */
  readonly to: EthAddress | undefined;
  readonly input: Uint8Array;
  /** Return data, or data given with a revert. */
  readonly output: Uint8Array;
  /** attoFIL that the code in it sees as its value, if that is not the value of the call: of DELEGATECALL. */
  readonly scopeValue?: bigint;
  /** Whether input and output are those of a method of a native actor, in Solidity's form. */
  readonly isNative: boolean;
  /** A call that did not reach an actor's code: none of Lotus's traces has it. */
  readonly isUnseen: boolean;
  /**
   * Output in Lotus, if that is something else, and without calls in it: of creations by native
   * accounts, where it takes the question for the account's key for the constructor.
   */
  readonly lotusOutput?: Uint8Array;
  /** The call whose calls are in it: itself, or of a creation the constructor; undefined: there are none. */
  readonly inner: CallTrace | undefined;
}

/** A call of a message as Ethereum knows calls. */
export interface EthFrame extends FrameFacts {
  /** The call it is made of. */
  readonly call: CallTrace;
  readonly exitCode: ExitCode;
  /** Whether it calls a contract. */
  readonly isContract: boolean;
  /** Whether it is what SELFDESTRUCT sends: see `selfDestruction`. */
  readonly isSelfDestruction: boolean;
  readonly calls: readonly EthFrame[];
  readonly events: readonly FrameEvent[];
}
