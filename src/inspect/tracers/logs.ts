import type { AbiLog } from "../../builtin/abi/index.js";
import { RAW } from "../../encoding/codecs.js";
import type { EventEntry } from "../../message/event.js";
import { ExitCode } from "../../message/outcome.js";
import { NO_BYTES } from "../../util/bytes.js";
import type { CallTrace, TraceStep } from "../../vm/trace/trace.js";
import { type Hex, hexOf } from "./hex.js";

const TOPIC_BYTES = 32;
const TOPIC_KEYS = ["t1", "t2", "t3", "t4"];

/** Contents of a contract's log. */
export interface LogContent {
  readonly topics: readonly Hex[];
  readonly data: Hex;
}

/** The log that an event is to Ethereum; undefined: none, as most events of native actors. */
export function logOfEvent(entries: readonly EventEntry[]): LogContent | undefined {
  const log = topicsAndData(entries);
  return log && { topics: log.topics.map(hexOf), data: hexOf(log.data) };
}

/** As `logOfEvent`, in bytes. Source: Lotus chain/types/ethtypes/eth_types.go, `EthLogFromEvent`. */
export function topicsAndData(entries: readonly EventEntry[]): AbiLog | undefined {
  const topics: (Uint8Array | undefined)[] = [];
  let data: Uint8Array | undefined;
  for (const { key, codec, value } of entries) {
    if (codec !== RAW) return undefined;
    const place = TOPIC_KEYS.indexOf(key);
    if (place >= 0) {
      if (value.length !== TOPIC_BYTES || topics[place] !== undefined) return undefined;
      topics[place] = value;
    } else if (key === "d") {
      if (data !== undefined) return undefined;
      data = value;
    }
  }
  const known = Array.from(topics).filter((topic) => topic !== undefined);
  return known.length < topics.length ? undefined : { topics: known, data: data ?? NO_BYTES };
}

/** Places of the events that the message leaves behind, among all of them; what failed left none. */
export function eventPlaces(top: CallTrace): ReadonlyMap<TraceStep, number> {
  const kept: TraceStep[] = [];
  const open: { readonly call: CallTrace; at: number; readonly first: number }[] = [
    { call: top, at: 0, first: 0 },
  ];
  for (let visit = open.at(-1); visit !== undefined; visit = open.at(-1)) {
    const { call, first } = visit;
    const step = call.steps[visit.at++];
    if (step?.kind === "call") open.push({ call: step.call, at: 0, first: kept.length });
    else if (step?.kind === "event") kept.push(step);
    else if (step === undefined) {
      if (call.end.kind !== "exit" || call.end.code !== ExitCode.Ok) kept.length = first;
      open.pop();
    }
  }
  return new Map(kept.map((step, place) => [step, place]));
}
