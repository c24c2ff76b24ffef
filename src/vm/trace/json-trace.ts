import { formatAddress } from "../../address/text.js";
import { cidText } from "../../encoding/cid.js";
import type { StampedEvent } from "../../message/event.js";
import { hex } from "../../util/bytes.js";
import type { I64 } from "../../util/u64.js";
import type { ActorState } from "../state-tree/actor-state.js";
import { foldCalls } from "./fold-calls.js";
import type { CallEnd, ObservedBlock } from "./observation.js";
import type { CallTrace, MessageTrace, TraceStep } from "./trace.js";

/** Meanings of calls and events, as JSON; undefined: nothing is known. */
export interface TraceJsonOptions {
  /** Becomes a call's `decoded`. */
  readonly decodeCall?: (call: CallTrace) => object | undefined;
  /** Becomes an event's `decoded`. */
  readonly decodeEvent?: (event: StampedEvent) => object | undefined;
}

/**
 * A trace as JSON on one line, with all that it has. Names are those of `MessageTrace`. Addresses and CIDs are text,
 * bytes are `0x` and hexadecimal digits, amounts of attoFIL are decimal text; other integers are numbers up to 2^53,
 * and decimal text beyond. What is undefined is null.
 */
export function traceJson(
  { networkVersion, epoch, builtins, message, call }: MessageTrace,
  options: TraceJsonOptions = {},
): string {
  const { to, from, value, gasFeeCap, gasPremium, params } = message;
  const about = {
    networkVersion,
    epoch,
    builtins: builtins.map(([name, code]) => [name, cidText(code)]),
    message: {
      version: integer(message.version),
      from: formatAddress(from),
      to: formatAddress(to),
      nonce: integer(message.nonce),
      value: String(value),
      gasLimit: integer(message.gasLimit),
      gasFeeCap: String(gasFeeCap),
      gasPremium: String(gasPremium),
      method: integer(message.method),
      params: bytes(params),
    },
  };
  const toJson = (one: CallTrace, below: readonly string[]) => callJson(one, below, options);
  return `${JSON.stringify(about).slice(0, -1)},"call":${call === undefined ? "null" : foldCalls(call, toJson)}}`;
}

/** @param below the JSON of its own calls, in order */
function callJson(call: CallTrace, below: readonly string[], options: TraceJsonOptions): string {
  const { from, to, method, value, params, gasLimit, readOnly, callee, steps, end } = call;
  const about = {
    from: integer(from),
    to: formatAddress(to),
    method: integer(method),
    value: String(value),
    params: block(params),
    gasLimit: integer(gasLimit),
    readOnly,
    callee:
      callee === undefined
        ? null
        : { id: integer(callee.id), isConstructor: callee.isConstructor, state: actor(callee.state) },
    end: callEnd(end),
    ...decoded(options.decodeCall?.(call)),
  };
  let next = 0;
  const parts = steps.map((step) =>
    step.kind === "call"
      ? `{"kind":"call","call":${below[next++]}}`
      : JSON.stringify(stepJson(step, options)),
  );
  return `${JSON.stringify(about).slice(0, -1)},"steps":[${parts}]}`;
}

function decoded(meaning: object | undefined): object {
  return meaning === undefined ? {} : { decoded: meaning };
}

function stepJson(step: Exclude<TraceStep, { kind: "call" }>, { decodeEvent }: TraceJsonOptions): object {
  const { kind } = step;
  switch (kind) {
    case "charge":
      return { kind, name: step.name, compute: integer(step.compute), other: integer(step.other) };
    case "event": {
      const { emitter, entries } = step.event;
      const shown = entries.map(({ flags, key, codec, value }) => ({
        flags: integer(flags),
        key,
        codec: integer(codec),
        value: bytes(value),
      }));
      const event = { emitter: integer(emitter), entries: shown, ...decoded(decodeEvent?.(step.event)) };
      return { kind, event };
    }
    case "stateRead":
    case "stateWrite":
      return { kind, id: integer(step.id), state: step.state === undefined ? null : actor(step.state) };
    case "blockRead":
    case "blockWrite":
      return { kind, cid: cidText(step.cid), size: step.size };
    case "log":
      return { kind, text: step.text };
  }
}

function callEnd(end: CallEnd): object {
  return end.kind === "exit" ? { kind: end.kind, code: end.code, value: block(end.value) } : end;
}

function actor({ code, state, nonce, balance, delegatedAddress }: ActorState): object {
  return {
    code: cidText(code),
    state: cidText(state),
    nonce: integer(nonce),
    balance: String(balance),
    delegatedAddress: delegatedAddress === undefined ? null : formatAddress(delegatedAddress),
  };
}

function block(value: ObservedBlock | undefined): object | null {
  return value === undefined ? null : { codec: integer(value.codec), data: bytes(value.data) };
}

function integer(value: I64): number | string {
  return typeof value === "bigint" ? String(value) : value;
}

function bytes(data: Uint8Array): string {
  return `0x${hex(data)}`;
}
