/** Shapes of what methods of traces take and answer. */
import type { JsonSchema } from "@valibot/to-json-schema";
import * as v from "valibot";
import type { BlockOverride } from "../../../simulate/block.js";
import type { Overrides } from "../../../simulate/overrides.js";
import { addressParam, quantity64, textParam } from "../../eth/json.js";
import { blockOverrides, stateOverrides } from "../../eth/overrides.js";
import type { TraceQuery } from "../../eth/traces/trace-filter.js";
import { PARITY_TYPES, TRACERS, type TracerName, type TracerOptions } from "../../eth/traces/tracers.js";
import { ParamError } from "../../rpc/errors.js";
import { decoded, named, readAsLotus, type Schema } from "../../rpc/schema.js";

const text: JsonSchema = { type: "string" };
const addresses: JsonSchema = { anyOf: [text, { type: "array", items: text }, { type: "null" }] };

/** Names of what is to be told: `trace`, and of ours also `stateDiff`. */
export const traceTypes: Schema<readonly string[]> = named(v.array(v.string()), { go: "[]string" });

/** The text of a hash, which is refused later than other hashes are. */
export const hashText: Schema<string> = decoded({ go: "string", json: text }, (json) =>
  json === null ? "" : readAsLotus(textParam, json),
);

export const parityTypes = v.array(v.picklist(PARITY_TYPES));

/** Source: Lotus chain/types/ethtypes, `EthTraceFilterCriteria`. */
export const traceQuery: Schema<TraceQuery> = decoded(
  {
    name: "TraceFilter",
    go: "ethtypes.EthTraceFilterCriteria",
    json: {
      type: "object",
      properties: {
        fromBlock: text,
        toBlock: text,
        fromAddress: addresses,
        toAddress: addresses,
        after: {},
        count: {},
      },
    },
  },
  (json) => {
    if (typeof json !== "object" || json === null || Array.isArray(json)) {
      const kind = Array.isArray(json) ? "array" : json === null ? "null" : typeof json;
      throw new ParamError(
        `json: cannot unmarshal ${kind} into Go value of type ethtypes.EthTraceFilterCriteria`,
      );
    }
    const fields = json as Readonly<Record<string, unknown>>;
    const read = <T>(name: string, readOne: (value: unknown) => T): T | undefined =>
      fields[name] === undefined || fields[name] === null ? undefined : readOne(fields[name]);
    const address = (value: unknown) => readAsLotus(addressParam, value);
    const list = (value: unknown) => (Array.isArray(value) ? value.map(address) : [address(value)]);
    return {
      fromBlock: read("fromBlock", (value) => readAsLotus(textParam, value)),
      toBlock: read("toBlock", (value) => readAsLotus(textParam, value)),
      fromAddress: read("fromAddress", list),
      toAddress: read("toAddress", list),
      after: read("after", (value) => readAsLotus(quantity64, value)),
      count: read("count", (value) => readAsLotus(quantity64, value)),
    };
  },
);

const tracerFields = {
  tracer: v.nullish(v.picklist(TRACERS)),
  tracerConfig: v.nullish(v.record(v.string(), v.boolean())),
};

/** A tracer and its settings, as Geth takes them; what concerns logs of instructions is ignored. */
export const tracerOptions: Schema<TracerOptions> = named(
  v.pipe(v.object(tracerFields), v.transform(tracerOf)),
  { name: "TracerOptions" },
);

/** A tracer, and what is to be otherwise. */
export interface CallTracerOptions extends TracerOptions {
  readonly stateOverrides?: Overrides | undefined;
  readonly blockOverrides?: BlockOverride | undefined;
}

/** The same of a call, which may meet other actors and another block. */
export const callTracerOptions: Schema<CallTracerOptions> = named(
  v.pipe(
    v.object({
      ...tracerFields,
      stateOverrides: v.nullish(stateOverrides),
      blockOverrides: v.nullish(blockOverrides),
    }),
    v.transform((given) => ({
      ...tracerOf(given),
      stateOverrides: given.stateOverrides ?? undefined,
      blockOverrides: given.blockOverrides ?? undefined,
    })),
  ),
  { name: "CallTracerOptions" },
);

function tracerOf(given: {
  readonly tracer?: TracerName | null | undefined;
  readonly tracerConfig?: Readonly<Record<string, boolean>> | null | undefined;
}): TracerOptions {
  return { tracer: given.tracer ?? undefined, config: given.tracerConfig ?? undefined };
}

const entry = v.looseObject({
  type: v.picklist(["call", "create"]),
  subtraces: v.number(),
  traceAddress: v.array(v.number()),
  action: v.looseObject({}),
  result: v.looseObject({}),
});

export const answers = {
  entries: named(v.array(entry), { name: "Traces" }),
  replays: v.array(
    v.looseObject({ output: v.string(), trace: v.nullable(v.array(entry)), transactionHash: v.string() }),
  ),
  replay: v.looseObject({ output: v.string(), trace: v.array(entry) }),
  traced: named(v.unknown(), { name: "Traced", json: {} }),
} as const;
