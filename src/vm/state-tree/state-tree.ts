import { type Address, addressId, idAddress } from "../../address/address.js";
import type { Blocks } from "../../blockstore/blocks.js";
import { type Cid, cidText } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import type { Codec } from "../../ipld/cbor.js";
import { Hamt } from "../../ipld/hamt.js";
import { actorCodec } from "./actor-codec.js";
import { type ActorId, type ActorState, SingletonId, withState } from "./actor-state.js";
import { InitState } from "./init-actor.js";
import { Journal, JournaledMap } from "./journal.js";

interface StateRoot {
  readonly version: number;
  /** HAMT from ID address to actor. */
  readonly actors: Cid;
  /** Kept as it is. */
  readonly info: Cid;
}

const stateRootCodec: Codec<StateRoot> = {
  encode({ version, actors, info }, writer) {
    writer.array(3).u64(version).cid(actors).cid(info);
  },
  decode(reader) {
    reader.tuple(3);
    return { version: reader.u32(), actors: reader.cid(), info: reader.cid() };
  },
};

/**
 * All actors of the chain. Changes are kept in memory with an undo log until `flush`.
 * Source: fvm/src/state_tree.rs.
 */
export class StateTree {
  /** Undoes what messages do. */
  readonly journal = new Journal();
  /** null = there is no such actor */
  private readonly cache = new JournaledMap<ActorId, ActorState | null>(this.journal);
  private readonly addresses = new JournaledMap<Address, ActorId>(this.journal);
  /** May be in the cache with changes that are not flushed. */
  private readonly changed = new Set<ActorId>();
  /** The init actor's state that was decoded last. */
  private init: InitState | undefined;

  private constructor(
    private readonly blocks: Blocks,
    private readonly root: StateRoot,
    private readonly actors: Hamt<ActorState>,
  ) {}

  /**
   * @param versions state tree versions to accept
   * @throws FvmError INVALID_STATE
   */
  static load(blocks: Blocks, cid: Cid, versions: readonly number[]): StateTree {
    const root = blocks.read(cid, stateRootCodec);
    if (!versions.includes(root.version)) {
      const reason = `state tree version ${root.version} instead of ${versions.join(" or ")}`;
      throw new FvmError("INVALID_STATE", { reason, cid: cidText(cid) });
    }
    return new StateTree(blocks, root, Hamt.load(blocks, root.actors, actorCodec(root.version)));
  }

  getActor(id: ActorId): ActorState | undefined {
    const known = this.cache.get(id);
    if (known !== undefined) return known ?? undefined;
    const found = this.actors.get(idAddress(id));
    this.cache.cache(id, found ?? null);
    return found;
  }

  /** An actor that was read or set before; undefined if it was not, or there is no such actor. */
  cachedActor(id: ActorId): ActorState | undefined {
    return this.cache.get(id) ?? undefined;
  }

  setActor(id: ActorId, actor: ActorState): void {
    this.cache.set(id, actor);
    this.changed.add(id);
  }

  deleteActor(id: ActorId): void {
    this.cache.set(id, null);
    this.changed.add(id);
  }

  /** The ID of an address; of an ID address itself, whether there is such an actor or not. */
  resolveAddress(address: Address): ActorId | undefined {
    const id = addressId(address) ?? this.addresses.get(address);
    if (id !== undefined) return id;
    const found = this.initState().resolve(address);
    if (found !== undefined) this.addresses.set(address, found);
    return found;
  }

  /** Gives an address that has no ID the next one, in the init actor's state. */
  registerAddress(address: Address): ActorId {
    const { id, next } = this.initState().register(address);
    const actor = this.initActor();
    this.setActor(SingletonId.Init, withState(actor, next.root));
    this.init = next;
    this.addresses.set(address, id);
    return id;
  }

  /** Makes all changes permanent, and blocks of them. Returns the new root, which is not stored yet. */
  flush(): Cid {
    for (const id of this.changed) {
      const actor = this.cache.get(id);
      // A change that was undone may have left nothing.
      if (actor === undefined) continue;
      if (actor === null) this.actors.delete(idAddress(id));
      else this.actors.set(idAddress(id), actor);
    }
    const root = { ...this.root, actors: this.actors.flush() };
    this.changed.clear();
    return this.blocks.write(root, stateRootCodec);
  }

  private initState(): InitState {
    const { state } = this.initActor();
    if (this.init?.root !== state) this.init = InitState.load(this.blocks, state);
    return this.init;
  }

  private initActor(): ActorState {
    const actor = this.getActor(SingletonId.Init);
    if (actor === undefined) throw new FvmError("INVALID_STATE", { reason: "there is no init actor" });
    return actor;
  }
}
