/**
 * Named behaviour in which network versions differ, apart from prices, limits and the set of
 * syscalls. Code asks for a flag by name; which version has it is decided in `kernel-rules.ts`.
 */
import type { NativeRules } from "../../native/addon.js";

export interface KernelRules {
  /** The part that C++ needs. */
  readonly native: NativeRules;
  readonly executor: ExecutorRules;
  readonly calls: CallRules;
  readonly state: StateRules;
  readonly kernel: SyscallRules;
  readonly trace: TraceRules;
}

/** A message from preflight to receipt. Source: fvm/src/executor/default.rs. */
export interface ExecutorRules {
  /**
   * Beside account actors, ethaccount actors may send, and so may a placeholder with nonce 0 and a
   * delegated address in namespace 10, which is turned into an ethaccount (FIP-0055).
   */
  readonly senderMayBeEthAccount: boolean;
  /** IPLD codec of the parameter block made from a message's parameters. */
  readonly paramsCodec: { readonly send: number; readonly invoke: number };
  /**
   * The executor charges for the return value, inside the top transaction, of successful calls only,
   * and without data for 0 bytes. Otherwise the call manager does: at call depth 1, for each return
   * block, whatever the exit code.
   */
  readonly executorChargesReturn: boolean;
  /** Version and gas limit of a message are signed 64-bit integers; otherwise unsigned ones. */
  readonly signedMessageIntegers: boolean;
  /** The receipt has a fourth field, the events root or null (FIP-0049). */
  readonly receiptHasEventsRoot: boolean;
}

/** One call between actors, and creation by it. Source: fvm/src/call_manager/default.rs. */
export interface CallRules {
  /** Calls that may be open at once; a call beyond is refused with LimitExceeded. */
  readonly maxCallDepth: number;
  /**
   * A send that is refused because of its depth leaves its gas limit pushed: the tracker stays in the
   * narrower window, and each later pop restores the window pushed before the one it should.
   */
  readonly depthRefusalLeavesGasLimit: boolean;
  /**
   * Reads, updates and address look-ups are charged once per message and tracked (FIP-0057): the
   * state access tracker is in use. Otherwise all state access is free.
   */
  readonly chargesStateAccess: boolean;
  /**
   * A call is charged with `onSend` before the value transfer, method 0 too. Otherwise
   * `onValueTransfer` is charged before a transfer of value and `onMethodInvocation` after it, and
   * only for methods other than 0.
   */
  readonly chargesSendFirst: boolean;
  /** Creation of an account is charged before the BLS zero address is refused; otherwise after. */
  readonly chargesCreationFirst: boolean;
  /** IPLD codec of the parameters of an automatically created account's constructor. */
  readonly constructorCodec: number;
  /** Sends to an unknown f4 address in namespace 10 create a placeholder (FIP-0055). */
  readonly createsPlaceholders: boolean;
  /** Exits other than success may carry data, which the caller and the receipt see. */
  readonly failureCarriesData: boolean;
  /** Returned blocks pay for their links at depths over 1 (`onReturnValue`; FIP-0071). */
  readonly chargesNestedReturns: boolean;
  /** An actor whose code no manifest lists is loaded at its first call; otherwise the call is fatal. */
  readonly loadsUnlistedCode: boolean;
}

/** Source: fvm/src/state_tree.rs, fvm/src/blockstore/buffered.rs. */
export interface StateRules {
  /** Versions of the state tree that a machine accepts. */
  readonly treeVersions: readonly number[];
  /** Which links flushed blocks may have. */
  readonly flushLinks: "legacy" | "current";
  /** f4 addresses exist (FIP-0048). Otherwise their bytes do not parse. */
  readonly delegatedAddresses: boolean;
}

/** What handlers of host syscalls ask for. Source: fvm/src/kernel/default.rs, filecoin.rs. */
export interface SyscallRules {
  /** network.tipset_cid refuses to look back this many epochs or more; undefined = no bound. */
  readonly tipsetLookbackLimit: number | undefined;
  /** The largest number of a registered seal proof type. */
  readonly maxSealProof: number;
  /** crypto.batch_verify_seals charges `onVerifySeal` for each item. */
  readonly chargesBatchedSeals: boolean;
  readonly windowPost: WindowPostRules;
  readonly events: EventLimits;
}

/** Limits of an event that an actor emits. Source: fvm/src/kernel/default.rs, `emit_event`; FIP-0049, FIP-0072. */
export interface EventLimits {
  readonly entries: number;
  /** Bytes of UTF-8. */
  readonly keyLength: number;
  /** Bytes of all values of an event together. */
  readonly valuesLength: number;
  /** Bytes of an event that is passed as one buffer of CBOR. */
  readonly encodedLength: number;
}

/** Which window PoSt proofs are verified at all. */
export interface WindowPostRules {
  /** Lowest number of each accepted series of five registered types: V1 from 5 on, V1P1 from 10 on. */
  readonly firstTypes: readonly number[];
  /** Until this epoch calibnet takes a 32 GiB V1P1 proof for the V1 that it replaced. */
  readonly calibnetV1Until: number | undefined;
}

/** What people see, and no receipt. Source: fvm/src/trace, call_manager/backtrace.rs. */
export interface TraceRules {
  /**
   * Less is known of a call in Lotus's form of a trace: the message's gas limit for all of them, DAG-CBOR as the
   * only codec, no receiver, no read-only calls, and the end of gas is an error among others.
   */
  readonly legacyFrames: boolean;
  /** An account that a call creates counts as the actor that it invokes, from its constructor on. */
  readonly invokesConstructors: boolean;
  /** Lotus's form of a trace has blocks and debug output. */
  readonly listsBlocksAndLogs: boolean;
  /** Automatic constructors add a frame to the backtrace. */
  readonly backtraceOfConstructors: boolean;
}
