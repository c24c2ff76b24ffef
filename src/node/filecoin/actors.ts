/** Actors as Lotus's `State*` methods find them: in the state before a tipset. */
import { ADDRESS_PROTOCOL, type Address, addressId, addressProtocol } from "../../address/address.js";
import { formatAddress } from "../../address/text.js";
import type { ActorType } from "../../builtin/actors/index.js";
import type { ChainReadOptions } from "../../chain/history/chain.js";
import type { ChainTipset } from "../../chain/history/chain-tipset.js";
import { stateBefore } from "../../chain/history/lookback.js";
import { networkVersionAt } from "../../chain/networks/upgrades.js";
import { DecodedFields } from "../../chain/rules/decoded-fields.js";
import { keyAddressIn } from "../../chain/rules/key-address.js";
import type { Cid } from "../../encoding/cid.js";
import { type InspectedState, onState } from "../../inspect/state/inspected-state.js";
import type { Codec } from "../../ipld/cbor.js";
import { Hamt } from "../../ipld/hamt.js";
import { retryingInside, takingEach } from "../../ipld/retrying.js";
import type { Waits } from "../../util/waits.js";
import { type ActorId, type ActorState, SingletonId } from "../../vm/state-tree/actor-state.js";
import { idCodec } from "../../vm/state-tree/init-actor.js";
import type { NodeChain } from "../chain/node-chain.js";
import { RpcError } from "../rpc/errors.js";
import { failed, wrapping } from "./failures.js";
import { NO_ADDRESS } from "./parse.js";

/** Lotus's text on an actor that is not there. */
export const ACTOR_NOT_FOUND = "actor not found";

/** Reads the state before a tipset. Throws `RpcError` where a block is not there; as `onState`. */
export async function onParentState<T>(
  { chain, network }: NodeChain,
  tipset: ChainTipset,
  read: (state: InspectedState) => Waits<T>,
  options: ChainReadOptions,
): Promise<T> {
  return wrapping(undefined, async () => {
    const at = await stateBefore(chain, network, tipset, options);
    return onState(chain.blockstore, at, read, options);
  });
}

/**
 * The address of the key that signs for an account, before a tipset or else after it. Throws `RpcError` if there is
 * none; as `onParentState` and `NodeChain.stateAfter`. Source: Lotus chain/stmgr, `ResolveToDeterministicAddress`.
 */
export async function accountKey(
  chain: NodeChain,
  tipset: ChainTipset,
  address: Address | undefined,
  options: ChainReadOptions,
): Promise<Address> {
  if (address === undefined) throw failed(`failed to find actor: ${NO_ADDRESS}`);
  if (addressProtocol(address) === ADDRESS_PROTOCOL.ACTOR) {
    throw failed("cannot resolve actor address to key address");
  }
  const key = (state: InspectedState) => new ActorsIn(state, chain).key(address);
  try {
    return await onParentState(chain, tipset, key, options);
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
  }
  return wrapping(undefined, async () => {
    const root = await chain.stateAfter(tipset, options);
    const network = networkVersionAt(chain.network, tipset.epoch);
    return onState(chain.chain.blockstore, { root, network }, key, options);
  });
}

/** State of an actor of which there is only one, or of a certain actor. Throws `RpcError`, `FvmError` INVALID_STATE. */
export function* recordOf(state: InspectedState, id: ActorId, type: ActorType): Waits<DecodedFields> {
  const actor = yield* retryingInside(() => state.view.getActor(id));
  if (actor === undefined) throw failed(ACTOR_NOT_FOUND);
  const data = yield* retryingInside(() => state.blocks.get(actor.state));
  return new DecodedFields(state.actors.decodeState(type, data).value, type);
}

/** Tells of a map's entries in their order, until `take` says false. Throws as `Hamt`. */
export function* eachEntry<V>(
  { blocks }: InspectedState,
  root: Cid,
  codec: Codec<V>,
  take: (key: string, value: V) => boolean,
): Waits<void> {
  const map = yield* retryingInside(() => Hamt.load(blocks, root, codec));
  const entries = map.differences(Hamt.empty(blocks, codec));
  yield* takingEach(entries, ({ key, after }) => take(key, after as V));
}

/** Values as they are stored. */
export const rawCodec: Codec<string> = {
  encode: (value, writer) => void writer.rawLatin1(value),
  decode: (reader) => reader.rawLatin1(),
};

/** Look-ups in a state, in Lotus's words. */
export class ActorsIn {
  constructor(
    private readonly state: InspectedState,
    private readonly chain: NodeChain,
  ) {}

  /** Throws `RpcError`. Source: Lotus chain/state/statetree.go, `GetActor`. */
  *actor(address: Address | undefined): Waits<ActorState> {
    if (address === undefined) throw failed("GetActor called on undefined address");
    const id = yield* this.find(address);
    if (id === undefined) {
      const text = this.#text(address);
      throw failed(`resolution lookup failed (${text}): resolve address ${text}: ${ACTOR_NOT_FOUND}`);
    }
    const actor = yield* retryingInside(() => this.state.view.getActor(id));
    if (actor === undefined) throw failed(ACTOR_NOT_FOUND);
    return actor;
  }

  /** Undefined: there is no such actor. */
  *found(address: Address): Waits<ActorState | undefined> {
    const id = yield* this.find(address);
    return id === undefined ? undefined : yield* retryingInside(() => this.state.view.getActor(id));
  }

  /** Undefined: there is no such actor. Of an f0 address always its ID. */
  *find(address: Address): Waits<ActorId | undefined> {
    return addressId(address) ?? (yield* retryingInside(() => this.state.view.resolveAddress(address)));
  }

  /** The address of the key that signs for an actor. Throws `RpcError`. Source: Lotus chain/vm/vm.go. */
  *key(address: Address): Waits<Address> {
    const key = yield* keyAddressIn(this.state, address);
    if (key !== undefined) return key;
    const text = this.#text(address);
    const actor = yield* this.found(address);
    if (actor === undefined) throw failed(`failed to find actor: ${text}`);
    const type = this.state.actors.typeOf(actor.code) ?? "<unknown>";
    throw failed(`failed to get account actor state for ${text}: actor code is not account: ${type}`);
  }

  /** The address from which an actor got its ID. Throws `RpcError` if there is none. Source: Lotus chain/stmgr. */
  *robust(address: Address | undefined): Waits<Address> {
    const id = address && addressId(address);
    if (address === undefined || id === undefined) {
      throw failed("failed to decode provided address as id addr: cannot get id from non id address");
    }
    const init = yield* recordOf(this.state, SingletonId.Init, "init");
    let found: Address | undefined;
    yield* eachEntry(this.state, init.get("address_map", "cid").value, idCodec, (key, value) => {
      if (value === id) found = key as Address;
      return found === undefined;
    });
    if (found === undefined) throw failed(`Address ${this.#text(address)} not found`);
    return found;
  }

  #text(address: Address): string {
    return formatAddress(address, this.chain.network.letter);
  }
}
