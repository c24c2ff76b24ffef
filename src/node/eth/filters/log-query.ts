import type { EthAddress } from "../../../builtin/evm/index.js";
import { ParamError } from "../../rpc/errors.js";
import { decoded, readAsLotus, type Schema } from "../../rpc/schema.js";
import { addressParam, type EthHash, hashParam, textParam } from "../json.js";
import type { LogQuery } from "./log-filter.js";

const address = { type: "string", pattern: "^0x[0-9a-fA-F]{40}$" } as const;
const topic = { type: "string", pattern: "^0x[0-9a-f]{64}$" } as const;
const none = { type: "null" } as const;
const block = { type: "string" } as const;

/** Logs that a caller asks for. Source: Lotus chain/types/ethtypes, `EthFilterSpec`. */
export const logQuery: Schema<LogQuery> = decoded(
  {
    name: "Filter",
    go: "*ethtypes.EthFilterSpec",
    json: {
      type: "object",
      properties: {
        fromBlock: block,
        toBlock: block,
        blockHash: topic,
        address: { anyOf: [none, address, { type: "array", items: address }] },
        topics: {
          type: "array",
          maxItems: 4,
          items: { anyOf: [none, topic, { type: "array", items: topic }] },
        },
      },
    },
  },
  readQuery,
);

function readQuery(json: unknown): LogQuery {
  if (json === null) return {};
  if (typeof json !== "object" || Array.isArray(json)) {
    const kind = Array.isArray(json) ? "array" : typeof json === "boolean" ? "bool" : typeof json;
    throw new ParamError(`json: cannot unmarshal ${kind} into Go value of type ethtypes.EthFilterSpec`);
  }
  const { fromBlock, toBlock, blockHash, address, topics } = json as Readonly<Record<string, unknown>>;
  return {
    fromBlock: optional(fromBlock, (value) => readAsLotus(textParam, value)),
    toBlock: optional(toBlock, (value) => readAsLotus(textParam, value)),
    blockHash: optional(blockHash, readHash),
    address: optional(address, (value) => oneOrMany(value, readAddress)),
    topics: optional(topics, (value) => {
      if (!Array.isArray(value)) throw new ParamError("json: cannot unmarshal topics into a list");
      return value.map((one: unknown) => optional(one, (given) => oneOrMany(given, readHash)) ?? []);
    }),
  };
}

function readHash(value: unknown): EthHash {
  return readAsLotus(hashParam, value);
}

function readAddress(value: unknown): EthAddress {
  return readAsLotus(addressParam, value);
}

function oneOrMany<T>(value: unknown, read: (one: unknown) => T): T[] {
  return Array.isArray(value) ? value.map(read) : [read(value)];
}

function optional<T>(value: unknown, read: (given: unknown) => T): T | undefined {
  return value === null || value === undefined ? undefined : read(value);
}
