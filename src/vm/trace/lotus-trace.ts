import { idAddress } from "../../address/address.js";
import { formatAddress, type NetworkLetter } from "../../address/text.js";
import { type Cid, cidText } from "../../encoding/cid.js";
import { DAG_CBOR } from "../../encoding/codecs.js";
import { type Gas, type Milligas, roundUp } from "../../message/gas.js";
import { ErrorNumber, ExitCode } from "../../message/outcome.js";
import { addSat, type U64 } from "../../util/u64.js";
import type { TraceRules } from "../network/rules.js";
import { networkVersion } from "../network/version.js";
import type { ActorId, ActorState } from "../state-tree/actor-state.js";
import { foldCalls } from "./fold-calls.js";
import type { CallEnd, ObservationOf, ObservedBlock } from "./observation.js";
import type { CallTrace, MessageTrace, TraceStep } from "./trace.js";

/** A CID as text, in DAG-JSON. */
export interface LotusCid {
  readonly "/": string;
}

/** A charge: total, compute and other gas, each rounded up by itself; time (0). */
export interface LotusGasTrace {
  readonly Name: string;
  readonly tg: Gas;
  readonly cg: Gas;
  readonly sg: Gas;
  readonly tt: number;
}

/** Lotus's `ExecutionTrace`. Bytes are base64. Source: Lotus chain/types/execresult.go. */
export interface LotusTrace {
  readonly Msg: {
    readonly From: string;
    readonly To: string;
    /** attoFIL. */
    readonly Value: string;
    readonly Method: U64;
    readonly Params: string | null;
    readonly ParamsCodec: U64;
    readonly GasLimit: Gas;
    readonly ReadOnly: boolean;
  };
  readonly MsgRct: { readonly ExitCode: number; readonly Return: string | null; readonly ReturnCodec: U64 };
  readonly InvokedActor?: {
    readonly Id: ActorId;
    readonly State: {
      readonly Code: LotusCid;
      readonly Head: LotusCid;
      readonly Nonce: U64;
      /** attoFIL. */
      readonly Balance: string;
      readonly DelegatedAddress: string | null;
    };
  };
  readonly GasCharges: readonly LotusGasTrace[] | null;
  readonly Subcalls: readonly LotusTrace[] | null;
  readonly Logs?: readonly string[];
  readonly IpldOps?: readonly {
    readonly Op: "Get" | "Put";
    readonly Cid: LotusCid;
    readonly Size: number;
  }[];
}

/** Lotus's trace of a message that failed preflight. */
const NOTHING: LotusCall<never> = {
  Msg: {
    From: "<empty>",
    To: "<empty>",
    Value: "0",
    Method: 0,
    Params: null,
    ParamsCodec: 0,
    GasLimit: 0,
    ReadOnly: false,
  },
  MsgRct: { ExitCode: 0, Return: null, ReturnCodec: 0 },
  GasCharges: null,
  Subcalls: null,
};

/** How addresses in Lotus's traces are written. */
export interface LotusTraceOptions {
  /** First letter of addresses: `f` on mainnet, `t` on test networks. Default `f`. */
  readonly letter?: NetworkLetter;
}

/**
 * The trace as Lotus has it, keys in Lotus's order. Integers beyond 2^53 are bigints: `lotusTraceText` writes
 * them. Source: filecoin-ffi rust/src/fvm/machine.rs, `build_lotus_trace`.
 */
export function toLotusTrace(trace: MessageTrace, options: LotusTraceOptions = {}): LotusTrace {
  return lotusTree<LotusTrace>(trace, options, (call) => call);
}

/** `toLotusTrace` as JSON, without blanks. */
export function lotusTraceText(trace: MessageTrace, options: LotusTraceOptions = {}): string {
  return lotusTree<Json>(trace, options, (call) => new Json(exactJson(call))).text;
}

/** A call whose own calls are in whatever form. */
type LotusCall<T> = Omit<LotusTrace, "Subcalls"> & { readonly Subcalls: readonly T[] | null };

/** @param make gives each call its form, the innermost ones first */
function lotusTree<T>(
  { networkVersion: version, message, call }: MessageTrace,
  { letter = "f" }: LotusTraceOptions,
  make: (call: LotusCall<T>) => T,
): T {
  if (call === undefined) return make(NOTHING);
  const { trace: rules } = networkVersion(version, { experimental: true }).rules;
  const setting: LotusSetting = { rules, letter, messageLimit: message.gasLimit };
  return foldCalls<T>(call, (one, below) => make(lotusCall(one, below, setting)));
}

/** What all calls of a message share. */
interface LotusSetting {
  readonly rules: TraceRules;
  readonly letter: NetworkLetter;
  readonly messageLimit: Gas;
}

function lotusCall<T>(
  call: CallTrace,
  below: readonly T[],
  { rules, letter, messageLimit }: LotusSetting,
): LotusCall<T> {
  const { from, to, value, method, params, gasLimit, readOnly, steps, end } = call;
  const { legacyFrames, listsBlocksAndLogs } = rules;
  const invokedActor = lotusInvokedActor(call, rules);
  const charges = steps.flatMap((step) => (step.kind === "charge" ? [lotusCharge(step)] : []));
  const logs = steps.flatMap((step) => (step.kind === "log" ? [step.text] : []));
  const blocks = steps.flatMap(lotusBlock);
  return {
    Msg: {
      From: formatAddress(idAddress(from), letter),
      To: formatAddress(to, letter),
      Value: String(value),
      Method: method,
      ...lotusParams(params, legacyFrames),
      GasLimit: legacyFrames ? messageLimit : gasLimit,
      ReadOnly: readOnly && !legacyFrames,
    },
    MsgRct: lotusEnd(end, legacyFrames),
    ...(invokedActor !== undefined && {
      InvokedActor: { Id: invokedActor.id, State: lotusActor(invokedActor.state, letter) },
    }),
    GasCharges: orNull(charges),
    Subcalls: orNull(below),
    ...(listsBlocksAndLogs && logs.length > 0 && { Logs: logs }),
    ...(listsBlocksAndLogs && blocks.length > 0 && { IpldOps: blocks }),
  };
}

function lotusParams(params: ObservedBlock | undefined, legacy: boolean) {
  return { Params: base64(params), ParamsCodec: codecOf(params, legacy) };
}

/** The actor that Lotus says was invoked; undefined = none. */
export function lotusInvokedActor({ callee }: CallTrace, rules: TraceRules): CallTrace["callee"] {
  if (callee === undefined || rules.legacyFrames) return undefined;
  return callee.isConstructor && !rules.invokesConstructors ? undefined : callee;
}

function lotusEnd(end: CallEnd, legacy: boolean): LotusTrace["MsgRct"] {
  const ExitCode = lotusExitCode(end, legacy);
  if (end.kind !== "exit") return { ExitCode, Return: null, ReturnCodec: 0 };
  return { ExitCode, Return: base64(end.value), ReturnCodec: codecOf(end.value, legacy) };
}

/** The exit code that Lotus shows of a call, which has none of its own if it was refused. */
export function lotusExitCode(end: CallEnd, legacy: boolean): ExitCode {
  if (end.kind === "exit") return end.code;
  if (end.kind === "outOfGas" && !legacy) return ExitCode.OutOfGas;
  if (end.kind !== "refused") return ExitCode.AssertionFailed;
  if (end.errno === ErrorNumber.InsufficientFunds) return ExitCode.InsufficientFunds;
  return end.errno === ErrorNumber.NotFound ? ExitCode.InvalidReceiver : ExitCode.AssertionFailed;
}

function lotusCharge(charge: ObservationOf<"charge">): LotusGasTrace {
  const { name, compute, other } = charge;
  return { Name: name, tg: lotusTotalGas(charge), cg: shown(compute), sg: shown(other), tt: 0 };
}

/** A charge as Lotus counts it. */
export function lotusTotalGas({ compute, other }: ObservationOf<"charge">): Gas {
  return shown(addSat(compute, other));
}

/** Refunds (up to network version 17) are shown as 0. */
function shown(milligas: Milligas): Gas {
  return milligas > 0 ? roundUp(milligas) : 0;
}

function lotusActor({ code, state, nonce, balance, delegatedAddress }: ActorState, letter: NetworkLetter) {
  return {
    Code: lotusCid(code),
    Head: lotusCid(state),
    Nonce: nonce,
    Balance: String(balance),
    DelegatedAddress: delegatedAddress === undefined ? null : formatAddress(delegatedAddress, letter),
  };
}

function lotusBlock(step: TraceStep) {
  if (step.kind !== "blockRead" && step.kind !== "blockWrite") return [];
  const op: "Get" | "Put" = step.kind === "blockRead" ? "Get" : "Put";
  return [{ Op: op, Cid: lotusCid(step.cid), Size: step.size }];
}

function lotusCid(cid: Cid): LotusCid {
  return { "/": cidText(cid) };
}

function base64(block: ObservedBlock | undefined): string | null {
  if (block === undefined || block.data.length === 0) return null;
  const { buffer, byteOffset, length } = block.data;
  return Buffer.from(buffer, byteOffset, length).toString("base64");
}

function codecOf(block: ObservedBlock | undefined, legacy: boolean): U64 {
  if (block === undefined || (legacy && block.data.length === 0)) return 0;
  return legacy ? DAG_CBOR : block.codec;
}

function orNull<T>(items: readonly T[]): readonly T[] | null {
  return items.length > 0 ? items : null;
}

/** A value's JSON. */
class Json {
  constructor(readonly text: string) {}
}

/** JSON without blanks, with integers of any size. */
function exactJson(value: unknown): string {
  if (typeof value === "bigint") return String(value);
  if (value instanceof Json) return value.text;
  if (Array.isArray(value)) return `[${value.map(exactJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).map(([name, field]) => `${JSON.stringify(name)}:${exactJson(field)}`);
  return `{${fields.join(",")}}`;
}
