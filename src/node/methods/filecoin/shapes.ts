/** Shapes of what Lotus's `Filecoin.*` methods take and answer. */
import type { JsonSchema } from "@valibot/to-json-schema";
import * as v from "valibot";
import {
  parseBase64,
  parseBigInt,
  parseBool,
  parseCidJson,
  parseEpoch,
  parseGoAddress,
  parseMessage,
  parseSendSpec,
  parseSignedMessage,
  parseText,
  parseTipsetKey,
  parseUint64,
} from "../../filecoin/parse.js";
import { parseTipsetSelector } from "../../filecoin/tipset-selector.js";
import { decoded, named, nullable, type Schema } from "../../rpc/schema.js";

const textSchema: JsonSchema = { type: "string" };
const integer: JsonSchema = { type: "integer" };
const cidSchema: JsonSchema = {
  type: "object",
  properties: { "/": textSchema },
  required: ["/"],
};
const keySchema: JsonSchema = { anyOf: [{ type: "array", items: cidSchema }, { type: "null" }] };
const amountSchema: JsonSchema = { type: "string", pattern: "^-?[0-9]+$" };
const bytesSchema: JsonSchema = { anyOf: [{ type: "string" }, { type: "null" }] };
const messageSchema: JsonSchema = {
  type: "object",
  properties: {
    Version: integer,
    To: textSchema,
    From: textSchema,
    Nonce: integer,
    Value: amountSchema,
    GasLimit: integer,
    GasFeeCap: amountSchema,
    GasPremium: amountSchema,
    Method: integer,
    Params: bytesSchema,
  },
};
const signatureSchema: JsonSchema = {
  type: "object",
  properties: { Type: integer, Data: bytesSchema },
};

/** An address of any kind; undefined: it is empty. */
export const address = decoded(
  { name: "FilecoinAddress", go: "address.Address", json: { type: "string" } },
  parseGoAddress,
);
export const cid = decoded({ name: "Cid", go: "cid.Cid", json: cidSchema }, parseCidJson);
/** Undefined: the head. */
export const tipsetKey = decoded(
  { name: "TipsetKey", go: "types.TipSetKey", json: keySchema },
  parseTipsetKey,
);
const anchorSchema: Record<string, JsonSchema> = {
  key: keySchema,
  tag: { type: "string", enum: ["latest", "finalized", "safe"] },
};
/** Shapes of Lotus's second API. */
export const tipsetSelector = decoded(
  {
    name: "TipsetSelector",
    go: "types.TipSetSelector",
    json: {
      type: "object",
      properties: {
        ...anchorSchema,
        height: {
          type: "object",
          properties: {
            at: integer,
            previous: { type: "boolean" },
            anchor: { type: "object", properties: anchorSchema },
          },
          required: ["at"],
        },
      },
    },
  },
  parseTipsetSelector,
);
export const epoch = decoded({ name: "Epoch", go: "abi.ChainEpoch", json: integer }, parseEpoch);
export const uint64 = decoded({ go: "uint64", json: { type: "integer", minimum: 0 } }, parseUint64);
export const int64 = decoded({ go: "int64", json: integer }, parseEpoch);
export const text = decoded({ go: "string", json: textSchema }, parseText);
export const bool = decoded({ go: "bool", json: { type: "boolean" } }, parseBool);
export const bytes = decoded({ go: "[]uint8", json: bytesSchema }, parseBase64);
export const bigInt = decoded({ go: "big.Int", json: amountSchema }, parseBigInt);
export const message = decoded({ name: "Message", go: "*types.Message", json: messageSchema }, parseMessage);
export const messages = decoded(
  { go: "[]*types.Message", json: { type: "array", items: messageSchema } },
  (json) => (Array.isArray(json) ? json.map(parseMessage) : []),
);
export const signedMessage = decoded(
  {
    name: "SignedMessage",
    go: "*types.SignedMessage",
    json: {
      type: "object",
      properties: { Message: messageSchema, Signature: signatureSchema },
      required: ["Message", "Signature"],
    },
  },
  parseSignedMessage,
);
export const sendSpec = decoded(
  {
    name: "MessageSendSpec",
    go: "*api.MessageSendSpec",
    json: {
      anyOf: [
        { type: "object", properties: { MaxFee: amountSchema, MaximizeFeeCap: { type: "boolean" } } },
        { type: "null" },
      ],
    },
  },
  parseSendSpec,
);

/** An answer with these fields. */
function answer(name: string, properties: Readonly<Record<string, JsonSchema>>): Schema {
  const json: JsonSchema = {
    type: "object",
    properties: { ...properties },
    required: Object.keys(properties),
  };
  return named(v.unknown(), { name, json });
}

const list = (items: JsonSchema): JsonSchema => ({ anyOf: [{ type: "array", items }, { type: "null" }] });
const object: JsonSchema = { type: "object" };

export const answers = {
  text: named(v.unknown(), { json: textSchema }),
  integer: named(v.unknown(), { json: integer }),
  bool: named(v.unknown(), { json: { type: "boolean" } }),
  amount: named(v.unknown(), { json: amountSchema }),
  cid: named(v.unknown(), { json: cidSchema }),
  list: named(v.unknown(), { json: list(object) }),
  texts: named(v.unknown(), { json: list(textSchema) }),
  object: named(v.unknown(), { json: object }),
  any: v.unknown(),
  tipset: answer("TipSet", {
    Cids: { type: "array", items: cidSchema },
    Blocks: list(object),
    Height: integer,
  }),
  header: answer("BlockHeader", { Miner: textSchema, Height: integer, Parents: list(cidSchema) }),
  message: answer("ChainMessage", { ...messageSchema.properties, CID: cidSchema } as Record<
    string,
    JsonSchema
  >),
  blockMessages: answer("BlockMessages", {
    BlsMessages: list(object),
    SecpkMessages: list(object),
    Cids: list(cidSchema),
  }),
  actor: answer("Actor", {
    Code: cidSchema,
    Head: cidSchema,
    Nonce: integer,
    Balance: amountSchema,
    DelegatedAddress: bytesSchema,
  }),
  invocation: answer("InvocResult", {
    MsgCid: cidSchema,
    Msg: object,
    MsgRct: object,
    GasCost: object,
    ExecutionTrace: object,
    Error: textSchema,
    Duration: integer,
  }),
  lookup: nullable(
    answer("MsgLookup", {
      Message: cidSchema,
      Receipt: object,
      ReturnDec: {},
      TipSet: keySchema,
      Height: integer,
    }),
  ),
} as const;
