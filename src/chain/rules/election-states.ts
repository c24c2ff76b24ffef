import { type Address, addressId } from "../../address/address.js";
import type { BlockAccessOptions } from "../../blockstore/access.js";
import type { Blockstore } from "../../blockstore/blocks.js";
import type { ActorType } from "../../builtin/actors/index.js";
import type { Schema, Structure } from "../../builtin/schema/schema.js";
import type { DecodedValue } from "../../builtin/values/value.js";
import type { Cid } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import { type InspectedState, onState, type StateAt } from "../../inspect/state/inspected-state.js";
import type { Codec } from "../../ipld/cbor.js";
import { Hamt } from "../../ipld/hamt.js";
import { retryingInside } from "../../ipld/retrying.js";
import { BoundedMap } from "../../util/bounded-map.js";
import { latin1Bytes } from "../../util/bytes.js";
import type { Waits } from "../../util/waits.js";
import { type ActorId, SingletonId } from "../../vm/state-tree/actor-state.js";
import { DecodedFields } from "./decoded-fields.js";
import { keyAddressIn } from "./key-address.js";

/** A miner's power, bytes. */
export interface PowerClaim {
  readonly raw: bigint;
  readonly qualityAdjusted: bigint;
}

/** The power of a network. */
export interface NetworkPower {
  /** Quality-adjusted power of those miners that have enough of it, bytes. */
  readonly qualityAdjusted: bigint;
  /** Miners that have enough power. */
  readonly minersAboveLeast: number | bigint;
}

/** Facts that elections ask of a miner's own state. */
export interface MinerStanding {
  /** As the miner keeps it, mostly an f0 address. */
  readonly workerAddress: Address;
  /** Address of the worker's key in this state; undefined: it has none. */
  readonly worker: Address | undefined;
  /** attoFIL. */
  readonly feeDebt: bigint;
  /** Last epoch of the punishment for a consensus fault; -1 without. */
  readonly faultElapsed: number | bigint;
}

/** Facts about a miner in a state. */
export interface MinerFacts {
  /** Undefined: the miner is unknown, or was removed. */
  readonly claim: PowerClaim | undefined;
  /** Undefined: there is no claim, or no such miner. */
  readonly standing: MinerStanding | undefined;
}

/** States and miners that are remembered, at least. */
const KEPT = 512;

/** Questions of elections to states. Each method throws as `onState`, and `FvmError` INVALID_STATE. */
export class ElectionStates {
  readonly #powers = new BoundedMap<Cid, NetworkPower>(KEPT);
  readonly #claims = new BoundedMap<string, PowerClaim | "none">(KEPT);
  readonly #standings = new BoundedMap<string, MinerStanding | "none">(KEPT);
  readonly #miners = new BoundedMap<string, MinerFacts>(KEPT);

  constructor(
    private readonly store: Blockstore,
    private readonly options: BlockAccessOptions,
  ) {}

  async power(state: StateAt, signal: AbortSignal | undefined): Promise<NetworkPower> {
    return this.#remembered(this.#powers, state.root, state, signal, powerIn);
  }

  /** Claim and standing, read together. */
  async miner(state: StateAt, miner: Address, signal: AbortSignal | undefined): Promise<MinerFacts> {
    return this.#remembered(this.#miners, state.root + miner, state, signal, (opened) =>
      this.#minerIn(opened, state.root, miner),
    );
  }

  /** Undefined: the miner is unknown, or was removed. */
  async claim(
    state: StateAt,
    miner: Address,
    signal: AbortSignal | undefined,
  ): Promise<PowerClaim | undefined> {
    const known = this.#miners.get(state.root + miner);
    if (known !== undefined) return known.claim;
    const found = await this.#remembered(this.#claims, state.root + miner, state, signal, (opened) =>
      claimIn(opened, miner),
    );
    return found === "none" ? undefined : found;
  }

  /** Undefined: there is no such miner. */
  async standing(
    state: StateAt,
    miner: Address,
    signal: AbortSignal | undefined,
  ): Promise<MinerStanding | undefined> {
    const found = await this.#remembered(this.#standings, state.root + miner, state, signal, (opened) =>
      standingIn(opened, miner),
    );
    return found === "none" ? undefined : found;
  }

  async #remembered<K, V>(
    map: BoundedMap<K, V>,
    key: K,
    state: StateAt,
    signal: AbortSignal | undefined,
    read: (state: InspectedState) => Waits<V>,
  ): Promise<V> {
    const known = map.get(key);
    if (known !== undefined) return known;
    const value = await onState(this.store, state, read, { ...this.options, ...(signal && { signal }) });
    map.set(key, value);
    return value;
  }

  /** The network's power is beside the claims: whoever asks for it next need not read it. */
  *#minerIn(state: InspectedState, root: Cid, miner: Address): Waits<MinerFacts> {
    const fields = yield* fieldsOf(state, SingletonId.Power, "storagepower");
    this.#powers.set(root, powerOf(fields));
    const claim = yield* claimOf(state, fields, miner);
    if (claim === "none") return { claim: undefined, standing: undefined };
    const standing = yield* standingIn(state, miner);
    return { claim, standing: standing === "none" ? undefined : standing };
  }
}

function* powerIn(state: InspectedState): Waits<NetworkPower> {
  return powerOf(yield* fieldsOf(state, SingletonId.Power, "storagepower"));
}

function powerOf(fields: DecodedFields): NetworkPower {
  return {
    qualityAdjusted: fields.big("total_quality_adj_power"),
    minersAboveLeast: fields.integer("miner_above_min_power_count"),
  };
}

function* claimIn(state: InspectedState, miner: Address): Waits<PowerClaim | "none"> {
  return yield* claimOf(state, yield* fieldsOf(state, SingletonId.Power, "storagepower"), miner);
}

/** All claims of a state by miner, and the network's power. */
export function* allClaims(
  state: InspectedState,
): Waits<{ readonly claims: ReadonlyMap<Address, PowerClaim>; readonly power: NetworkPower }> {
  const fields = yield* fieldsOf(state, SingletonId.Power, "storagepower");
  const { root, structure } = linkOf(fields.get("claims", "cid"), "hamt");
  const entries = yield* retryingInside(() => [
    ...Hamt.load(state.blocks, root, rawCodec, structure.bitWidth).entries(),
  ]);
  const claims = entries.map(
    ([miner, found]) => [miner as Address, decodedClaim(state, structure.value, found)] as const,
  );
  return { claims: new Map(claims), power: powerOf(fields) };
}

/** @param fields of the power actor */
function* claimOf(state: InspectedState, fields: DecodedFields, miner: Address): Waits<PowerClaim | "none"> {
  const claims = linkOf(fields.get("claims", "cid"), "hamt");
  const found = yield* retryingInside(() =>
    Hamt.load(state.blocks, claims.root, rawCodec, claims.structure.bitWidth).get(miner),
  );
  if (found === undefined) return "none";
  return decodedClaim(state, claims.structure.value, found);
}

function decodedClaim(state: InspectedState, schema: Schema | undefined, found: string): PowerClaim {
  const { value } = state.actors.decode(schema, latin1Bytes(found));
  const claim = new DecodedFields(value, "claim");
  return { raw: claim.big("raw_byte_power"), qualityAdjusted: claim.big("quality_adj_power") };
}

/** A miner's standing; "none": there is no such miner. */
export function* standingIn(state: InspectedState, miner: Address): Waits<MinerStanding | "none"> {
  const id = addressId(miner) as ActorId;
  const actor = yield* retryingInside(() => state.view.getActor(id));
  if (actor === undefined || state.actors.typeOf(actor.code) !== "storageminer") return "none";
  const fields = yield* fieldsOf(state, id, "storageminer");
  const link = linkOf(fields.get("info", "cid"), "block");
  const data = yield* retryingInside(() => state.blocks.get(link.root));
  const info = new DecodedFields(state.actors.decode(link.structure.of, data).value, "miner info");
  const workerAddress = info.get("worker", "address").value;
  return {
    workerAddress,
    worker: yield* keyAddressIn(state, workerAddress),
    feeDebt: fields.get("fee_debt", "amount").value,
    faultElapsed: info.integer("consensus_fault_elapsed"),
  };
}

/** Fields of the state of an actor of a type. Throws `FvmError` INVALID_STATE. */
export function* fieldsOf(state: InspectedState, id: ActorId, type: ActorType): Waits<DecodedFields> {
  const actor = yield* retryingInside(() => state.view.getActor(id));
  if (actor === undefined) throw new FvmError("INVALID_STATE", { reason: `there is no actor f0${id}` });
  const data = yield* retryingInside(() => state.blocks.get(actor.state));
  return new DecodedFields(state.actors.decodeState(type, data).value, type);
}

/** The value that a CID of a state leads to. */
/** Root of what is behind a link, and its structure. Throws `FvmError` INVALID_STATE. */
export function linkOf<K extends Structure["kind"]>(
  { value: root, of: structure }: Extract<DecodedValue, { kind: "cid" }>,
  kind: K,
): { readonly root: Cid; readonly structure: Extract<Structure, { kind: K }> } {
  if (structure?.kind !== kind) throw new FvmError("INVALID_STATE", { reason: `a link that is no ${kind}` });
  return { root, structure: structure as Extract<Structure, { kind: K }> };
}

/** Values as they are stored. One for all: maps of a codec share their nodes. */
export const rawCodec: Codec<string> = {
  encode: (value, writer) => void writer.rawLatin1(value),
  decode: (reader) => reader.rawLatin1(),
};
