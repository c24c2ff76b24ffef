import type { Address } from "../../address/address.js";
import { type BlockAccessOptions, walkBlocks } from "../../blockstore/access.js";
import type { Blockstore } from "../../blockstore/blocks.js";
import type { ActorType } from "../../builtin/actors/index.js";
import type { DecodedValue } from "../../builtin/values/value.js";
import { retryingInside } from "../../ipld/retrying.js";
import { isCount, isFunction, optional } from "../../util/check.js";
import { type Checks, checkedOptions } from "../../util/options.js";
import { Pauses, type Waits } from "../../util/waits.js";
import type { ActorId, ActorState } from "../../vm/state-tree/actor-state.js";
import type { ActorChange, StateDiff } from "../../vm/state-tree/state-diff.js";
import { storedDifference } from "../../vm/state-tree/stored-difference.js";
import type { ChangeLimits, ValueChange } from "./change.js";
import { Comparison } from "./comparison.js";
import type { Side } from "./entries.js";
import {
  checkedState,
  checkStore,
  type InspectedState,
  openState,
  READ_CHECKS,
  type StateAt,
} from "./inspected-state.js";

/** An actor that two states do not have in common. */
export interface ActorComparison {
  readonly id: ActorId;
  readonly kind: ActorChange["kind"];
  /** Its type, or the one that it had; undefined: it is no builtin actor. */
  readonly type: ActorType | undefined;
  /** Its f4 address, or the one that it had. */
  readonly delegatedAddress: Address | undefined;
  /** Fields `code`, `nonce`, `balance`, `delegated_address`, and `state` with its parts. Of removed actors without `state`. */
  readonly changes: readonly ValueChange[];
}

/** Number of actors of a type that differ in the same way. */
export interface ActorCount extends Pick<ActorComparison, "kind" | "type"> {
  readonly count: number;
}

/** In what a state differs from an earlier one, decoded. */
export interface StateComparison {
  /** By ID. */
  readonly actors: readonly ActorComparison[];
  /** Addresses that have got an ID; with `maxActors` only those of `actors`. */
  readonly addresses: ReadonlyMap<Address, ActorId>;
  /** Further actors that differ, which `maxActors` leaves out: the most frequent first. */
  readonly more: readonly ActorCount[];
}

/** Options of `compareStates`. */
export interface CompareOptions extends BlockAccessOptions, ChangeLimits {
  /** Actors that are compared one by one, those with the lowest IDs. The rest is counted. Default: all. */
  readonly maxActors?: number;
  /** Called after each actor that was compared: how many there are so far, and in all. */
  readonly onActor?: (done: number, total: number) => void;
}

/** Checks of `CompareOptions`. */
export const COMPARE_CHECKS: Checks<CompareOptions> = {
  ...READ_CHECKS,
  maxEntries: optional(isCount),
  maxChanges: optional(isCount),
  maxActors: optional(isCount),
  onActor: optional(isFunction),
};

/**
 * In what a state differs from an earlier one, actor by actor and field by field: also within what builtin actors keep,
 * entry by entry, and slot by slot of contracts' storage. Of what both have, nothing is read. A part that cannot be
 * read, because it is malformed or not in the store, is listed as such.
 *
 * @throws FvmError INVALID_OPTION; INVALID_STATE if the store lacks a root, or the list of builtin actors; UNKNOWN_NETWORK_VERSION;
 * INVALID_HAMT, INVALID_CBOR on malformed state trees; `HostFault` BLOCK_NOT_FOUND, BLOCKSTORE_FAILED, CORRUPT_BLOCK;
 * the signal's reason
 */
export async function compareStates(
  store: Blockstore,
  before: StateAt,
  after: StateAt,
  options: CompareOptions = {},
): Promise<StateComparison> {
  checkStore(store);
  const [from, to] = [checkedState("before", before), checkedState("after", after)];
  const checked = checkedOptions(options, COMPARE_CHECKS);
  return walkBlocks(
    store,
    function* (blocks) {
      const old = yield* openState(blocks, from);
      const now = yield* openState(blocks, to);
      const diff = yield* storedDifference(blocks, old.view, now.view);
      return yield* comparedStates(old, now, diff, checked);
    },
    checked,
  );
}

/** As `compareStates`, of states whose difference is known. */
export function* comparedStates(
  before: InspectedState,
  after: InspectedState,
  { actors, addresses }: StateDiff,
  { onActor, maxActors = Number.POSITIVE_INFINITY, ...limits }: CompareOptions,
): Waits<StateComparison> {
  const compared: ActorComparison[] = [];
  const counts = new Map<string, ActorCount>();
  const pauses = new Pauses();
  const total = Math.min(actors.size, maxActors);
  for (const id of actors.keys()) {
    const old: ActorIn = { ...before, actor: yield* retryingInside(() => before.view.getActor(id)) };
    const now: ActorIn = { ...after, actor: yield* retryingInside(() => after.view.getActor(id)) };
    if (old.actor === undefined && now.actor === undefined) continue;
    if (compared.length < maxActors) {
      compared.push(yield* comparedActor(id, old, now, limits));
      onActor?.(compared.length, total);
    } else {
      const fate = fateOf(old, now);
      const name = `${fate.kind} ${fate.type}`;
      counts.set(name, { ...fate, count: (counts.get(name)?.count ?? 0) + 1 });
    }
    yield* pauses.next();
  }
  const more = [...counts.values()].sort((a, b) => b.count - a.count);
  if (more.length === 0) return { actors: compared, addresses, more };
  const listed = new Set(compared.map(({ id }) => id));
  return { actors: compared, addresses: new Map([...addresses].filter(([, id]) => listed.has(id))), more };
}

interface ActorIn extends InspectedState {
  readonly actor: ActorState | undefined;
}

function* comparedActor(
  id: ActorId,
  before: ActorIn,
  after: ActorIn,
  limits: ChangeLimits,
): Waits<ActorComparison> {
  const comparison = new Comparison(sideOf(before), sideOf(after), limits);
  const [old, now] = [fieldsOf(before.actor), fieldsOf(after.actor)];
  yield* comparison.fields([], old, now);
  const [from, to] = [before.actor?.state, after.actor?.state];
  if (to !== undefined && from !== to) {
    yield* comparison.root(["state"], stateOf(before), stateOf(after));
  }
  const { delegatedAddress } = (after.actor ?? before.actor) as ActorState;
  return { id, ...fateOf(before, after), delegatedAddress, changes: comparison.changes };
}

function fateOf(before: ActorIn, after: ActorIn): Pick<ActorComparison, "kind" | "type"> {
  const kind = after.actor === undefined ? "removed" : before.actor === undefined ? "added" : "changed";
  const { actor, actors } = after.actor === undefined ? before : after;
  return { kind, type: actors.typeOf((actor as ActorState).code) };
}

function sideOf({ blocks, actors }: InspectedState): Side {
  return { blocks, decode: (schema, data) => actors.decode(schema, data).value };
}

/** The fields of an actor but its state, which is a block of its own. */
function fieldsOf(actor: ActorState | undefined): (DecodedValue & { kind: "record" }) | undefined {
  if (actor === undefined) return undefined;
  const { code, nonce, balance, delegatedAddress } = actor;
  return {
    kind: "record",
    fields: [
      { name: "code", value: { kind: "cid", value: code } },
      { name: "nonce", value: { kind: "integer", value: nonce } },
      { name: "balance", value: { kind: "amount", value: balance, unit: "FIL" } },
      ...(delegatedAddress === undefined
        ? []
        : [{ name: "delegated_address", value: { kind: "address", value: delegatedAddress } } as const]),
    ],
  };
}

function stateOf({ actor, actors }: ActorIn) {
  if (actor === undefined) return undefined;
  return {
    cid: actor.state,
    decode: (data: Uint8Array) => actors.decodeState(actors.typeOf(actor.code), data).value,
  };
}
