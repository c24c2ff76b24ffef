import { isMap } from "node:util/types";
import { isAddress } from "../../address/address.js";
import { isBinaryCid } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import { fitsToken } from "../../message/token.js";
import { is, isObject, isU64, oneOf, optional } from "../../util/check.js";
import { type Checks, checkedOptions, checkOption } from "../../util/options.js";
import { type U64, u64 } from "../../util/u64.js";
import type { ActorState } from "../state-tree/actor-state.js";
import type { ActorChange, StateDiff } from "../state-tree/state-diff.js";

type Fields<K extends ActorChange["kind"]> = Omit<Extract<ActorChange, { kind: K }>, "kind">;

const isAnyMap = is(isMap, "a Map");
const isAnyAddress = is((value) => isAddress(value, { delegated: true }), "an address in byte form");
const isDifference = is((value) => typeof value === "bigint" && fitsToken(value), "a bigint of attoFIL");
const isBalance = is(
  (value) => typeof value === "bigint" && value >= 0n && fitsToken(value),
  "a bigint of attoFIL from 0 on",
);

const DIFF: Checks<StateDiff> = { actors: isAnyMap, addresses: isAnyMap };
const KIND: Checks<Pick<ActorChange, "kind">> = { kind: oneOf("added", "changed", "removed") };
const ADDED: Checks<Fields<"added">> = { actor: isObject };
const CHANGED: Checks<Fields<"changed">> = {
  code: optional(isBinaryCid),
  state: optional(isBinaryCid),
  nonce: optional(isU64),
  balance: optional(isDifference),
  delegatedAddress: (value) => (value === null ? undefined : optional(isAnyAddress)(value)),
};
const ACTOR: Checks<ActorState> = {
  code: isBinaryCid,
  state: isBinaryCid,
  nonce: isU64,
  balance: isBalance,
  delegatedAddress: optional(isAnyAddress),
};

/**
 * Differences in objects of our own, with everything read once. Throws `FvmError` INVALID_OPTION with the path of
 * what is wrong, such as `changes[0].actors[100].nonce`.
 */
export function checkedDiffs(option: string, diffs: readonly StateDiff[]): StateDiff[] {
  return Array.from(diffs, (diff, i) => {
    const path = `${option}[${i}]`;
    const { actors, addresses } = checkedOptions(diff, DIFF, path);
    return {
      actors: checkedMap(`${path}.actors`, actors, checkedId, checkedChange),
      addresses: checkedMap(`${path}.addresses`, addresses, checkedAddress, checkedId),
    };
  });
}

/** Each check is given a path and a value, and returns what to use. */
function checkedMap<K, V>(
  path: string,
  map: ReadonlyMap<K, V>,
  checkedKey: (path: string, key: K) => K,
  checkedValue: (path: string, value: V) => V,
): Map<K, V> {
  const checked = new Map<K, V>();
  let at = 0;
  // Our own realm's method, whatever the map has in its place.
  Map.prototype.forEach.call(map, (value: V, given: K) => {
    const key = checkedKey(`${path}, key ${at++}`, given);
    const place = `${path}[${typeof key === "string" ? at - 1 : key}]`;
    if (checked.has(key))
      throw new FvmError("INVALID_OPTION", { option: place, reason: "it is there twice" });
    checked.set(key, checkedValue(place, value));
  });
  return checked;
}

function checkedId(path: string, id: U64): U64 {
  checkOption(path, id, isU64);
  return u64(id);
}

function checkedAddress<A>(path: string, address: A): A {
  checkOption(path, address, isAnyAddress);
  return address;
}

function checkedChange(path: string, change: ActorChange): ActorChange {
  const { kind } = checkedOptions(change, KIND, path);
  switch (kind) {
    case "added": {
      const { actor } = checkedOptions(change as Fields<"added">, ADDED, path);
      return { kind, actor: checkedActor(`${path}.actor`, actor) };
    }
    case "changed": {
      const { nonce, ...fields } = checkedOptions(change as Fields<"changed">, CHANGED, path);
      return { kind, ...fields, ...(nonce !== undefined && { nonce: u64(nonce) }) };
    }
    case "removed":
      return { kind };
  }
}

function checkedActor(path: string, given: ActorState): ActorState {
  const { code, state, nonce, balance, delegatedAddress } = checkedOptions(given, ACTOR, path);
  return { code, state, nonce: u64(nonce), balance, delegatedAddress };
}
