import type { AbiMatch } from "../../builtin/abi/contract-abi.js";
import type { BuiltinRevert } from "../../builtin/abi/revert.js";
import type { ActorType } from "../../builtin/actors/index.js";
import type { ErrorNumber, ExitCode } from "../../message/outcome.js";
import type { U64 } from "../../util/u64.js";
import type { ActorId } from "../../vm/state-tree/actor-state.js";
import type { CallEnd } from "../../vm/trace/observation.js";

/** A call on the way to what went wrong. */
export interface FailedCall {
  /** Actor ID of the caller; undefined: the message could not begin. */
  readonly from: ActorId | undefined;
  /** The receiver as text: its f0 address, or as the caller wrote it if it was not found. */
  readonly actor: string;
  /** Undefined: no builtin actor, or not known. */
  readonly type: ActorType | undefined;
  readonly method: U64;
  /** Undefined: it has none that is known. */
  readonly methodName: string | undefined;
  /** A contract's function, such as `transfer(address,uint256)`; undefined: none, or none that is known. */
  readonly functionSignature: string | undefined;
  /** Undefined: the message could not begin. */
  readonly end: CallEnd | undefined;
  /** Text that the actor, or the VM for it, gave when it ended. */
  readonly text: string | undefined;
}

/** A syscall that was refused. */
export interface RefusedSyscall {
  /** Such as `send.send`. */
  readonly name: string;
  readonly errno: ErrorNumber;
  /** Such as `NotFound`. */
  readonly errnoName: string;
  /** Why, in the words of the VM. */
  readonly text: string;
}

/** Reason that a contract gave for its revert. */
export type RevertReason =
  | BuiltinRevert
  /** An error of the contract's own. `selector`: 0x and 8 hexadecimal digits; `match`: its name and values, if the ABI has it. */
  | {
      readonly kind: "custom";
      readonly selector: string;
      readonly data: Uint8Array;
      readonly match: AbiMatch | undefined;
    }
  /** Less than a selector, or nothing. */
  | { readonly kind: "bytes"; readonly data: Uint8Array };

/** Kinds of causes. */
export type CauseKind =
  | "inclusion"
  | "sender"
  | "nonce"
  | "balance"
  | "outOfGas"
  | "callOutOfGas"
  | "noActor"
  | "funds"
  | "readOnly"
  | "depth"
  | "refused"
  | "revert"
  | "contract"
  | "forbidden"
  | "method"
  | "params"
  | "argument"
  | "notFound"
  | "state"
  | "crash"
  | "fatal"
  | "actor";

/** Why a message failed. */
export interface Explanation {
  /** One paragraph on one line. */
  readonly text: string;
  readonly exitCode: ExitCode;
  /** Undefined: it has none that is known. */
  readonly exitCodeName: string | undefined;
  /** From the message's own call to the one where it went wrong. */
  readonly path: readonly [FailedCall, ...FailedCall[]];
  /** Undefined: no syscall is to blame. */
  readonly syscall: RefusedSyscall | undefined;
  /** Undefined: no contract has reverted. */
  readonly revert: RevertReason | undefined;
  /** The likely cause. */
  readonly cause: { readonly kind: CauseKind; readonly text: string };
}
