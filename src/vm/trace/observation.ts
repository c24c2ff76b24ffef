/** Observations: all that an observer of a machine is told. */
import type { Address } from "../../address/address.js";
import type { Cid } from "../../encoding/cid.js";
import type { StampedEvent } from "../../message/event.js";
import type { Gas, Milligas } from "../../message/gas.js";
import type { Message } from "../../message/message.js";
import type { ErrorNumber, ExitCode } from "../../message/outcome.js";
import type { Receipt } from "../../message/receipt.js";
import type { U64 } from "../../util/u64.js";
import type { ActorId, ActorState } from "../state-tree/actor-state.js";
import type { ManifestEntry } from "../state-tree/manifest.js";

/** A block that goes into a call or comes out of it. */
export interface ObservedBlock {
  /** IPLD codec. */
  readonly codec: U64;
  readonly data: Uint8Array;
}

/** How a call ended. */
export type CallEnd =
  /** The actor returned, whatever its exit code; or value was transferred. */
  | { readonly kind: "exit"; readonly code: ExitCode; readonly value: ObservedBlock | undefined }
  /** The call was refused: nobody to call, too little money, a read-only call that may not create … */
  | { readonly kind: "refused"; readonly errno: ErrorNumber; readonly text: string }
  | { readonly kind: "outOfGas" }
  /** Fatal by the protocol. */
  | { readonly kind: "fatal"; readonly text: string };

/** One thing that a message does. */
export type Observation =
  /** A message begins. */
  | {
      readonly kind: "message";
      readonly message: Message;
      readonly isExplicit: boolean;
      readonly networkVersion: number;
      readonly epoch: number;
      /** Builtin actors of the state: names and codes, in the manifest's order. */
      readonly builtins: readonly ManifestEntry[];
    }
  /** Its end, also of one that fails preflight and makes no call. */
  | { readonly kind: "receipt"; readonly receipt: Receipt }
  /**
   * A call begins: the message's own, or a `send` of an actor whose arguments are valid. What follows until
   * its `return` belongs to it, its own calls included.
   */
  | {
      readonly kind: "call";
      readonly from: ActorId;
      /** As the caller wrote it. */
      readonly to: Address;
      readonly method: U64;
      /** attoFIL. */
      readonly value: bigint;
      readonly params: ObservedBlock | undefined;
      /** Gas that the caller allows and has, rounded up. */
      readonly gasLimit: Gas;
      readonly readOnly: boolean;
    }
  /**
   * The receiver of the call, as it was found: before value is transferred. `isConstructor`: the account that
   * the call creates, whose constructor runs first.
   */
  | {
      readonly kind: "callee";
      readonly id: ActorId;
      readonly state: ActorState;
      readonly isConstructor: boolean;
    }
  | { readonly kind: "return"; readonly end: CallEnd }
  /**
   * Also the charge that does not fit, in full, and charges of zero. Milligas. A name that an actor has made up is
   * cut after 4,096 bytes.
   */
  | {
      readonly kind: "charge";
      readonly name: string;
      readonly compute: Milligas;
      /** Storage and calls to the node. */
      readonly other: Milligas;
    }
  /** An actor's event, also of a call that fails later. */
  | { readonly kind: "event"; readonly event: StampedEvent }
  /** An actor that a call reads; undefined = there is none. What C++ knows of it already is not read again. */
  | { readonly kind: "stateRead"; readonly id: ActorId; readonly state: ActorState | undefined }
  /** An actor as a call leaves it, until that fails; undefined = deleted. */
  | { readonly kind: "stateWrite"; readonly id: ActorId; readonly state: ActorState | undefined }
  /** A block that an actor opens (`ipld.block_open`); bytes. */
  | { readonly kind: "blockRead"; readonly cid: Cid; readonly size: number }
  /** A block that an actor links (`ipld.block_link`); bytes. */
  | { readonly kind: "blockWrite"; readonly cid: Cid; readonly size: number }
  /** A line of an actor's debug output, on machines that let actors write it. */
  | { readonly kind: "log"; readonly text: string };

/** Observations of this kind. */
export type ObservationOf<K extends Observation["kind"]> = Extract<Observation, { kind: K }>;

/**
 * Is told what a machine's messages do, in order; of a step that was done again, because a block or an answer
 * had to be awaited, once. What is told before a call fails stays told. What it is given is its own. It must not use
 * the machine. If it throws, that is a `HostFault` EXTERN_FAILED.
 */
export type Observer = (observation: Observation) => void;
