import { type Address, isAddress } from "../../address/address.js";
import type { Blocks } from "../../blockstore/blocks.js";
import type { Cid } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import type { Codec } from "../../ipld/cbor.js";
import type { EntryChange } from "../../ipld/tree-difference.js";
import { addSat } from "../../util/u64.js";
import { type ActorId, type ActorState, SingletonId } from "./actor-state.js";
import { StoredMap } from "./stored-map.js";

interface InitFields {
  /** HAMT from address to ID. */
  readonly addressMap: Cid;
  readonly nextId: ActorId;
  readonly networkName: string;
}

const initCodec: Codec<InitFields> = {
  encode({ addressMap, nextId, networkName }, writer) {
    writer.array(3).cid(addressMap).u64(nextId).text(networkName);
  },
  decode(reader) {
    reader.tuple(3);
    return { addressMap: reader.cid(), nextId: reader.u64(), networkName: reader.text() };
  },
};

/** IDs as values of the address map. */
export const idCodec: Codec<ActorId> = {
  encode: (id, writer) => void writer.u64(id),
  decode: (reader) => reader.u64(),
};

/** A state of the init actor: the addresses that have an actor ID. Source: fvm/src/init_actor.rs. */
export class InitState {
  private constructor(
    readonly root: Cid,
    private readonly blocks: Blocks,
    private readonly fields: InitFields,
    private readonly addresses: StoredMap<ActorId>,
  ) {}

  static load(blocks: Blocks, root: Cid): InitState {
    const fields = blocks.read(root, initCodec);
    return new InitState(root, blocks, fields, StoredMap.load(blocks, fields.addressMap, idCodec));
  }

  resolve(address: Address): ActorId | undefined {
    return this.addresses.get(address);
  }

  /** Differences of the address map, whose keys need not be addresses. */
  differences(earlier: InitState): IterableIterator<EntryChange<string, ActorId>, undefined> {
    return this.addresses.differences(earlier.addresses);
  }

  /** The addresses that have got an ID, or another one, since an earlier state. */
  addressesSince(earlier: InitState): Map<Address, ActorId> {
    const found = new Map<Address, ActorId>();
    for (const change of this.differences(earlier)) noteAddress(found, change);
    return found;
  }

  /** Gives the address the next ID. Returns the ID and the state in which it has it. */
  register(address: Address): { id: ActorId; next: InitState } {
    const { nextId: id, networkName } = this.fields;
    const addresses = this.addresses.with([[address, id]], this.blocks);
    const fields = { addressMap: addresses.root, nextId: addSat(id, 1), networkName };
    const root = this.blocks.write(fields, initCodec);
    return { id, next: new InitState(root, this.blocks, fields, addresses) };
  }
}

/** Notes an address that has got an ID, or another one. */
export function noteAddress(
  found: Map<Address, ActorId>,
  { key, after }: EntryChange<string, ActorId>,
): void {
  // An init actor of somebody's own may keep other keys there.
  if (after !== undefined && isAddress(key, { delegated: true })) found.set(key, after);
}

/** Throws `FvmError` INVALID_STATE if there is none. */
export function initActorOf(state: { getActor(id: ActorId): ActorState | undefined }): ActorState {
  const actor = state.getActor(SingletonId.Init);
  if (actor === undefined) throw new FvmError("INVALID_STATE", { reason: "there is no init actor" });
  return actor;
}
