/** Checks of the values that callers give to be decoded. */
import { isCid } from "../encoding/cid.js";
import { asBytes } from "../util/bytes.js";
import {
  type Check,
  is,
  isArray,
  isBytes,
  isCount,
  isList,
  isObject,
  isU64,
  optional,
} from "../util/check.js";
import { type Checks, checkedOptions, checkOption } from "../util/options.js";
import { asU64, type U64 } from "../util/u64.js";
import type { ManifestEntry } from "../vm/state-tree/manifest.js";
import type { ObservedBlock } from "../vm/trace/observation.js";
import { ACTOR_TYPES, type ActorType } from "./actors/index.js";
import type { DecodeLimits } from "./values/limits.js";

const isType: Check = optional(
  is((value) => (ACTOR_TYPES as readonly unknown[]).includes(value), "a type of builtin actors"),
);
const isEntry: Check = is(
  (value) => isList(value) && typeof value[0] === "string" && isCid(value[1]),
  "a pair of an actor's name and its code's CID",
);
const LIMITS: Checks<DecodeLimits> = { maxItems: optional(isCount), maxDepth: optional(isCount) };

/** Throws `FvmError` INVALID_OPTION. */
export function checkBuiltins(builtins: readonly ManifestEntry[]): void {
  checkOption("builtins", builtins, isArray);
  for (const [i, entry] of builtins.entries()) checkOption(`builtins[${i}]`, entry, isEntry);
}

/** Throws `FvmError` INVALID_OPTION. */
export function checkType(type: ActorType | undefined): void {
  checkOption("type", type, isType);
}

/** The number in its normal form. Throws `FvmError` INVALID_OPTION. */
export function checkedMethod(method: U64): U64 {
  checkOption("method", method, isU64);
  return asU64(method) as U64;
}

/** Throws `FvmError` INVALID_OPTION. */
export function checkedBlock(block: ObservedBlock | undefined): ObservedBlock | undefined {
  if (block === undefined) return undefined;
  checkOption("block", block, isObject);
  const { codec, data } = block;
  checkOption("block.codec", codec, isU64);
  return { codec, data: checkedData(data, "block.data") };
}

/** Throws `FvmError` INVALID_OPTION. */
export function checkedData(data: Uint8Array, option = "data"): Uint8Array {
  checkOption(option, data, isBytes);
  return asBytes(data) as Uint8Array;
}

/** Throws `FvmError` INVALID_OPTION. */
export function checkedLimits(limits: DecodeLimits | undefined): DecodeLimits | undefined {
  return limits && checkedOptions(limits, LIMITS, "limits");
}
