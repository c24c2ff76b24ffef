/** Changes to the state and the block of a call, in the JSON of Ethereum's nodes. Lotus takes none. */

import type { BlockOverride } from "../../simulate/block.js";
import type { Overrides } from "../../simulate/overrides.js";
import { overridesFromJson } from "../../simulate/overrides-json.js";
import { hexBytes } from "../../util/bytes.js";
import { u64 } from "../../util/u64.js";
import { ParamError } from "../rpc/errors.js";
import { decoded, readValue, type Schema } from "../rpc/schema.js";
import { hashParam, quantity64, quantityParam } from "./json.js";

/** Actors by address: `balance`, `nonce`, `code`, `state`, `stateDiff`; see `overridesFromJson`. */
export const stateOverrides: Schema<Overrides> = decoded(
  { name: "StateOverrides", json: { type: "object", additionalProperties: { type: "object" } } },
  (value) => overridesFromJson(value),
);

/** Fields of a block by their names, and what they are here. */
const BLOCK_FIELDS: Readonly<Record<string, (value: unknown) => BlockOverride>> = {
  number: (value) => ({ epoch: Number(readValue(quantity64, value)) }),
  time: (value) => ({ timestamp: u64(readValue(quantity64, value)) }),
  baseFeePerGas: (value) => ({ baseFee: readValue(quantityParam, value) }),
  prevRandao: (value) => ({ randomness: hexBytes(readValue(hashParam, value).slice(2)) }),
};

/** The block in which a call is. What blocks of Filecoin do not have, such as a gas limit of their own, is refused. */
export const blockOverrides: Schema<BlockOverride> = decoded(
  {
    name: "BlockOverrides",
    json: {
      type: "object",
      properties: Object.fromEntries(Object.keys(BLOCK_FIELDS).map((name) => [name, { type: "string" }])),
      additionalProperties: false,
    },
  },
  (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw new ParamError("no object");
    }
    let block: BlockOverride = {};
    for (const [name, field] of Object.entries(value)) {
      const read = BLOCK_FIELDS[name];
      if (read === undefined || !Object.hasOwn(BLOCK_FIELDS, name)) {
        throw new ParamError(`${name} is none of ${Object.keys(BLOCK_FIELDS).join(", ")}`);
      }
      block = { ...block, ...read(field) };
    }
    return block;
  },
);
