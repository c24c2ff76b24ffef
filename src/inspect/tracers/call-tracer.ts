import { builtinRevert } from "../../builtin/abi/revert.js";
import type { EthAddress } from "../../builtin/evm/index.js";
import { gasOfEach } from "../../vm/trace/gas-of.js";
import type { CallTrace, MessageTrace, TraceStep } from "../../vm/trace/trace.js";
import { shownAddress } from "./addresses.js";
import { createdCode } from "./created-code.js";
import { type DecodedByAbi, type DecodedFrame, decodedFrame, decodedLog } from "./decoded.js";
import { type EthereumTrace, ethereumTrace, type TraceContext } from "./ethereum-trace.js";
import { foldFrames } from "./fold-frames.js";
import type { EthFrame, FrameType } from "./frame.js";
import { EXECUTION_REVERTED, gethError } from "./geth-errors.js";
import { type Hex, hexOf, quantity } from "./hex.js";
import { eventPlaces, type LogContent, logOfEvent } from "./logs.js";

/** Options of `callTracer`, by Geth's names. */
export interface CallTracerConfig {
  /** Only the message's own call, without those in it. */
  readonly onlyTopCall?: boolean;
  /** With logs. */
  readonly withLog?: boolean;
}

/** A call as Geth's `callTracer` shows it. What is empty is absent. Gas includes that of the calls in it. */
export interface CallFrame {
  readonly type: FrameType | "SELFDESTRUCT";
  readonly from: EthAddress;
  /** The new contract, if it is a creation. */
  readonly to?: EthAddress;
  readonly gas: Hex;
  readonly gasUsed: Hex;
  readonly input: Hex;
  readonly output?: Hex;
  readonly error?: string;
  /** The reason in `Error(string)`, or what the code in `Panic(uint256)` means. */
  readonly revertReason?: string;
  readonly calls?: readonly CallFrame[];
  readonly logs?: readonly CallLog[];
  /** attoFIL. Absent in STATICCALL. */
  readonly value?: Hex;
  /** Not Geth's: what the call is by its ABI, if there is one that has it. */
  readonly decoded?: DecodedFrame;
}

/** A log of a call. */
export interface CallLog extends LogContent {
  readonly address: EthAddress;
  /** Its place among all events that the message leaves behind, also those that are no logs. */
  readonly index: Hex;
  /** How many calls the frame had made before. */
  readonly position: Hex;
  /** Not Geth's: as in `CallFrame`. */
  readonly decoded?: DecodedByAbi;
}

/**
 * A message as Geth's `callTracer` shows it; undefined: it failed before it called anybody. Native actors are called
 * with input and output in Solidity's form, as Lotus has it. Throws `FvmError` INVALID_TRACE. Source: go-ethereum
 * eth/tracers/native/call.go.
 */
export function callTracer(
  trace: MessageTrace,
  config: CallTracerConfig = {},
  context: TraceContext = {},
): CallFrame | undefined {
  const traced = ethereumTrace(trace, context);
  const { top } = traced;
  if (top === undefined) return undefined;
  const facts = { ...traced, gas: gasOfEach(top.call), places: eventPlaces(top.call), config };
  if (config.onlyTopCall) return frameOf(top, [], facts);
  return foldFrames<CallFrame>(top, (frame, below) => frameOf(frame, below, facts));
}

interface Facts extends EthereumTrace {
  readonly gas: ReadonlyMap<CallTrace, bigint>;
  readonly places: ReadonlyMap<TraceStep, number>;
  readonly config: CallTracerConfig;
}

function frameOf(frame: EthFrame, below: readonly CallFrame[], facts: Facts): CallFrame {
  const { type, from, to, input, call } = frame;
  const error = gethError(frame);
  if (frame.isSelfDestruction) return selfDestructionOf(frame, error);
  const isFailedCreation = error !== undefined && (type === "CREATE" || type === "CREATE2");
  const decoded = facts.abi && decodedFrame(frame, error, facts.abi);
  const logs = facts.config.withLog ? logsOf(frame, facts) : [];
  return {
    type,
    from,
    ...(to !== undefined && !isFailedCreation && { to }),
    ...gasFields(frame, facts),
    input: hexOf(input),
    ...outputFields(frame, error, facts),
    ...(error !== undefined && { error }),
    ...(below.length > 0 && { calls: below }),
    ...(logs.length > 0 && { logs }),
    ...(type !== "STATICCALL" && { value: quantity(frame.scopeValue ?? call.value) }),
    ...(decoded !== undefined && { decoded }),
  };
}

/** The end of a contract, which Geth shows as a call of the heir. */
function selfDestructionOf({ from, to, call }: EthFrame, error: string | undefined): CallFrame {
  return {
    ...{ type: "SELFDESTRUCT", from, to: to as EthAddress, gas: "0x0", gasUsed: "0x0", input: "0x" },
    ...(error !== undefined && { error }),
    value: quantity(call.value),
  };
}

/** Gas of a call. For the message's own call, its inclusion counts, too. */
function gasFields({ call }: EthFrame, { trace, gas }: Facts): { gas: Hex; gasUsed: Hex } {
  const used = gas.get(call) ?? 0n;
  if (call !== trace.call) return { gas: quantity(call.gasLimit), gasUsed: quantity(used) };
  const limit = BigInt(trace.message.gasLimit);
  // A charge that did not fit is listed in full.
  const isWhole = used > limit || call.end.kind === "fatal";
  return { gas: quantity(limit), gasUsed: quantity(isWhole ? limit : used) };
}

function outputFields(frame: EthFrame, error: string | undefined, { codes }: Facts) {
  const isRevert = error === EXECUTION_REVERTED;
  const output = (error === undefined ? createdCode(frame, codes) : undefined) ?? frame.output;
  if ((error !== undefined && !isRevert) || output.length === 0) return {};
  const revertReason = isRevert ? builtinRevert(output)?.reason : undefined;
  return { output: hexOf(output), ...(revertReason && { revertReason }) };
}

function logsOf({ inner, events }: EthFrame, { places, abi }: Facts): CallLog[] {
  return events.flatMap(({ step, event, position }) => {
    const place = places.get(step);
    const content = place === undefined ? undefined : logOfEvent(event.entries);
    if (place === undefined || content === undefined) return [];
    const address = shownAddress(event.emitter, inner?.callee?.state);
    const decoded = abi && decodedLog(event, abi);
    const log = { address, ...content, index: quantity(place), position: quantity(position) };
    return [decoded === undefined ? log : { ...log, decoded }];
  });
}
