import { type Address, idAddress } from "../../address/address.js";
import type { Blocks } from "../../blockstore/blocks.js";
import { type Cid, cidText } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import type { Codec } from "../../ipld/cbor.js";
import { Hamt } from "../../ipld/hamt.js";
import type { EntryChange } from "../../ipld/tree-difference.js";
import { actorCodec } from "./actor-codec.js";
import { type ActorId, type ActorState, SingletonId } from "./actor-state.js";
import { InitState, initActorOf } from "./init-actor.js";
import { StoredMap } from "./stored-map.js";

/** Actors as they are to be; null: removed. */
export type Actors = ReadonlyMap<ActorId, ActorState | null>;

/**
 * A state to read, which never changes, so that several trees may stand on it. Reading throws what `Blocks.get`
 * throws.
 */
export interface StateView {
  /** Whether it may turn out to be another one: then looking an address up reads nothing but the answer. */
  readonly isSupposed?: boolean;
  getActor(id: ActorId): ActorState | undefined;
  /** The ID of an address that is no f0 address. */
  resolveAddress(address: Address): ActorId | undefined;
  /** The same state with other actors, written to these blocks. */
  with(actors: Actors, blocks: Blocks): StoredState;
}

/** Fields of a state root. */
export interface StateRoot {
  readonly version: number;
  /** HAMT from ID address to actor. */
  readonly actors: Cid;
  /** Kept as it is. */
  readonly info: Cid;
}

/** The block that a state root leads to. */
export const stateRootCodec: Codec<StateRoot> = {
  encode({ version, actors, info }, writer) {
    writer.array(3).u64(version).cid(actors).cid(info);
  },
  decode(reader) {
    reader.tuple(3);
    return { version: reader.u32(), actors: reader.cid(), info: reader.cid() };
  },
};

/** The state behind a root. Source: fvm/src/state_tree.rs. */
export class StoredState implements StateView {
  private init: InitState | undefined;

  private constructor(
    readonly root: Cid,
    private readonly blocks: Blocks,
    private readonly fields: StateRoot,
    private readonly actors: StoredMap<ActorState>,
  ) {}

  /**
   * @param versions state tree versions to accept
   * @throws FvmError INVALID_STATE
   */
  static load(blocks: Blocks, root: Cid, versions: readonly number[]): StoredState {
    const fields = blocks.read(root, stateRootCodec);
    if (!versions.includes(fields.version)) {
      const reason = `state tree version ${fields.version} instead of ${versions.join(" or ")}`;
      throw new FvmError("INVALID_STATE", { reason, cid: cidText(root) });
    }
    return new StoredState(root, blocks, fields, actorsOf(blocks, fields));
  }

  getActor(id: ActorId): ActorState | undefined {
    return this.actors.get(idAddress(id));
  }

  resolveAddress(address: Address): ActorId | undefined {
    this.init ??= InitState.load(this.blocks, initActorOf(this).state);
    return this.init.resolve(address);
  }

  /** Actors that were added, removed or written otherwise since an earlier state, by their keys, which are to be ID addresses. */
  differences(earlier: StoredState): IterableIterator<EntryChange<string, ActorState>, undefined> {
    return this.actors.differences(earlier.actors);
  }

  /** All actors, as differences from a state without any. */
  entries(): IterableIterator<EntryChange<string, ActorState>, undefined> {
    return this.actors.asHamt().differences(Hamt.empty(this.blocks, actorCodec(this.fields.version)));
  }

  with(changed: Actors, blocks: Blocks): StoredState {
    const changes = Array.from(changed, ([id, actor]) => [idAddress(id), actor] as const);
    const actors = this.actors.with(changes, blocks);
    const fields = { ...this.fields, actors: actors.root };
    return new StoredState(blocks.write(fields, stateRootCodec), blocks, fields, actors);
  }
}

function actorsOf(blocks: Blocks, { actors, version }: StateRoot): StoredMap<ActorState> {
  return StoredMap.load(blocks, actors, actorCodec(version));
}

/** A state in which some actors are others. */
export class LayeredState implements StateView {
  private init: InitState | undefined;

  constructor(
    private readonly below: StateView,
    private readonly actors: Actors,
    private readonly blocks: Blocks,
  ) {}

  getActor(id: ActorId): ActorState | undefined {
    const actor = this.actors.get(id);
    return actor === undefined ? this.below.getActor(id) : (actor ?? undefined);
  }

  resolveAddress(address: Address): ActorId | undefined {
    if (!this.actors.has(SingletonId.Init)) return this.below.resolveAddress(address);
    this.init ??= InitState.load(this.blocks, initActorOf(this).state);
    return this.init.resolve(address);
  }

  with(actors: Actors, blocks: Blocks): StoredState {
    return this.below.with(new Map([...this.actors, ...actors]), blocks);
  }
}
