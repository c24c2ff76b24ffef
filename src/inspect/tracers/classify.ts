import { idAddress } from "../../address/address.js";
import { type EthAddress, maskedId } from "../../builtin/evm/index.js";
import type { Cid } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import { ExitCode } from "../../message/outcome.js";
import { NO_BYTES } from "../../util/bytes.js";
import type { TraceRules } from "../../vm/network/rules.js";
import { lotusExitCode, lotusInvokedActor } from "../../vm/trace/lotus-trace.js";
import type { CallTrace } from "../../vm/trace/trace.js";
import { NO_ADDRESS, shownAddress, writtenAddress } from "./addresses.js";
import { createdAddress, createdId, delegationOf, initcodeOf } from "./evm-params.js";
import type { FrameFacts, FrameType } from "./frame.js";
import { CONSTRUCTOR, EAM, EamMethod, EvmMethod, INIT, InitMethod, LAST_RESERVED_METHOD } from "./methods.js";
import { nativeInput, nativeOutput, payloadOf } from "./payload.js";

/** Stands for code that is not told: no contract's code begins with it (EIP-3541). */
export const UNTOLD_CODE: Uint8Array = Uint8Array.of(0xfe);
/** Exit code of contracts that revert. */
export const REVERTED = 33;

/** Facts that the calls of one actor share. */
export interface Scope {
  readonly caller: EthAddress;
  readonly isContract: boolean;
  /** Whether it is the message's own call. */
  readonly isTop: boolean;
  /** The contract that was asked for its code last: a DELEGATECALL that follows runs that. */
  lastBytecode: EthAddress | undefined;
}

/** Facts needed to classify a call, beside the call. */
export interface FrameRules {
  readonly trace: TraceRules;
  /** Code of contracts, in networks that have them. */
  readonly evm: Cid | undefined;
}

/** A call, with what all rules need. */
interface Case {
  readonly call: CallTrace;
  readonly scope: Scope;
  readonly exitCode: ExitCode;
  readonly isUnseen: boolean;
}

/**
 * A call as Ethereum sees it; undefined: part of an instruction of the EVM or of a creation. The rules are
 * those of Lotus, but calls that it leaves out though Ethereum has them are there, as `isUnseen`. Throws
 * `FvmError` INVALID_TRACE where Lotus fails, too. Source: Lotus node/impl/eth/trace.go, `buildTrace`.
 */
export function classify(call: CallTrace, scope: Scope, rules: FrameRules): FrameFacts | undefined {
  const { method, to } = call;
  const exitCode = lotusExitCode(call.end, rules.trace.legacyFrames);
  const isRefused = exitCode === ExitCode.InsufficientFunds || exitCode === ExitCode.AssertionFailed;
  const isUnseen = (isRefused && !scope.isTop) || lotusInvokedActor(call, rules.trace) === undefined;
  const one: Case = { call, scope, exitCode, isUnseen };
  if (method === EvmMethod.InvokeContract) return contractCall(one);
  if (to === INIT && (method === InitMethod.Exec || method === InitMethod.Exec4)) return nativeCreation(one);
  if (to === EAM && Object.values<unknown>(EamMethod).includes(method)) return contractCreation(one);
  if (scope.isContract && method > 0 && method <= LAST_RESERVED_METHOD) return partOfInstruction(one);
  return nativeCall(one);
}

/** A call of a contract, or of anybody in the same form. */
function contractCall(one: Case): FrameFacts {
  const { params, end } = one.call;
  const input = payloadOf(params);
  const output = payloadOf(end.kind === "exit" ? end.value : undefined);
  if (input === undefined || output === undefined) return nativeCall(one);
  return { ...callFacts(one), input, output, isNative: false };
}

function nativeCall(one: Case): FrameFacts {
  const { method, params, end } = one.call;
  return {
    ...callFacts(one),
    input: nativeInput(method, params),
    output: nativeOutput(one.exitCode, end.kind === "exit" ? end.value : undefined),
    isNative: true,
  };
}

function callFacts({ call, scope, isUnseen }: Case) {
  const type: FrameType = call.readOnly ? "STATICCALL" : "CALL";
  return { type, from: scope.caller, to: receiverOf(call), isUnseen, inner: call };
}

/** A creation by the init actor: of no contract, so there is no code to show. */
function nativeCreation(one: Case): FrameFacts | undefined {
  const { call, exitCode } = one;
  if (call.readOnly) return undefined;
  const isDone = exitCode === ExitCode.Ok;
  const maker = callsOf(call).find(({ method }) => method === CONSTRUCTOR);
  if (maker === undefined) return isDone ? fail(call, "it creates nothing") : undefined;
  if (call.method === InitMethod.Exec4)
    fail(call, "it creates an actor, which only contracts' creations may");
  const id = isDone ? (createdId(call) ?? fail(call, "it returned no ID")) : undefined;
  return {
    ...creationFacts(one, "CREATE", maker),
    to: id === undefined ? undefined : maskedId(id),
    input: UNTOLD_CODE,
    output: isDone ? UNTOLD_CODE : NO_BYTES,
    isNative: true,
  };
}

/** A creation of a contract by the Ethereum address manager. */
function contractCreation(one: Case): FrameFacts | undefined {
  const { call, exitCode } = one;
  if (call.readOnly) return undefined;
  const isDone = exitCode === ExitCode.Ok;
  const [maker, lotusMaker] = [callsOf(call).filter((below) => !isOfCaller(below, call)), callsOf(call)].map(
    makerIn,
  );
  if (isDone && maker === undefined) fail(call, "it creates nothing");
  const initcode = initcodeOf(call);
  if (initcode === undefined && maker !== undefined) fail(call, "its parameters are malformed");
  return {
    ...creationFacts(one, call.method === EamMethod.Create2 ? "CREATE2" : "CREATE", maker),
    to: isDone ? (createdAddress(call) ?? fail(call, "it returned no address")) : undefined,
    input: initcode ?? NO_BYTES,
    output: createdOutput(exitCode, maker),
    isNative: false,
    isUnseen: one.isUnseen || lotusMaker === undefined,
    ...(lotusMaker !== maker && { lotusOutput: createdOutput(exitCode, lotusMaker) }),
  };
}

function creationFacts({ scope, isUnseen }: Case, type: FrameType, maker: CallTrace | undefined) {
  return { type, from: scope.caller, isUnseen: isUnseen || maker === undefined, inner: maker };
}

/** The call that runs the initcode: of the constructor, or of a dead contract that lives again. */
function makerIn(calls: readonly CallTrace[]): CallTrace | undefined {
  for (const below of calls) {
    if (below.to === INIT) {
      const maker = callsOf(below).find(({ method }) => method === CONSTRUCTOR);
      if (maker !== undefined) return maker;
    } else if (below.method === EvmMethod.Resurrect) {
      return below;
    }
  }
  return undefined;
}

/** Whether the address manager asks its caller for its key: by a method of the number that contracts have `Resurrect` at. */
function isOfCaller(below: CallTrace, { from }: CallTrace): boolean {
  return below.to === idAddress(from);
}

function createdOutput(exitCode: ExitCode, maker: CallTrace | undefined): Uint8Array {
  if (exitCode === ExitCode.Ok) return UNTOLD_CODE;
  if (exitCode !== REVERTED || maker?.end.kind !== "exit") return NO_BYTES;
  return payloadOf(maker.end.value) ?? NO_BYTES;
}

/** DELEGATECALL: the contract asks another one for its code, then calls itself with it. */
function partOfInstruction(one: Case): FrameFacts | undefined {
  const { call, scope, exitCode, isUnseen } = one;
  if (call.method === EvmMethod.GetBytecode && !isUnseen) {
    scope.lastBytecode = exitCode === ExitCode.Ok ? receiverOf(call) : undefined;
  }
  if (call.method !== EvmMethod.InvokeContractDelegate) return undefined;
  const to = scope.lastBytecode ?? fail(call, "it runs unknown code");
  if (!isUnseen && receiverOf(call) !== scope.caller) fail(call, "it is not one of itself");
  const delegation = delegationOf(call) ?? fail(call, "its parameters are malformed");
  const output = payloadOf(call.end.kind === "exit" ? call.end.value : undefined);
  return {
    ...callFacts(one),
    type: "DELEGATECALL",
    to,
    input: delegation.input,
    output: output ?? fail(call, "it returned no bytes"),
    scopeValue: delegation.value,
    isNative: false,
  };
}

function receiverOf({ callee, to }: CallTrace): EthAddress {
  return callee === undefined ? (writtenAddress(to) ?? NO_ADDRESS) : shownAddress(callee.id, callee.state);
}

export function callsOf({ steps }: CallTrace): CallTrace[] {
  return steps.flatMap((step) => (step.kind === "call" ? [step.call] : []));
}

function fail({ from, method }: CallTrace, reason: string): never {
  throw new FvmError("INVALID_TRACE", { call: `method ${method}, called by f0${from}`, reason });
}
