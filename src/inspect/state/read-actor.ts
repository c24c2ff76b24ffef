import {
  ADDRESS_PROTOCOL,
  type Address,
  addressId,
  addressProtocol,
  checkAddress,
  idAddress,
} from "../../address/address.js";
import { formatAddress } from "../../address/text.js";
import type { BlockAccessOptions } from "../../blockstore/access.js";
import type { Blockstore } from "../../blockstore/blocks.js";
import type { ActorType } from "../../builtin/actors/index.js";
import { type EthAddress, ethAddressOf } from "../../builtin/evm/eth-address.js";
import { readEvmState } from "../../builtin/evm/state.js";
import { readSlot } from "../../builtin/evm/storage.js";
import type { Decoded } from "../../builtin/schema/decode.js";
import type { Cid } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import { BlockNotFound } from "../../ipld/block-access.js";
import { retryingInside } from "../../ipld/retrying.js";
import { iterable } from "../../util/check.js";
import { checkOption } from "../../util/options.js";
import type { U64 } from "../../util/u64.js";
import type { Waits } from "../../util/waits.js";
import type { ActorId, ActorState } from "../../vm/state-tree/actor-state.js";
import { type InspectedState, onState, type StateAt } from "./inspected-state.js";

/** An actor as people know it. */
export interface InspectedActor {
  readonly id: ActorId;
  /** Undefined: it is no builtin actor. */
  readonly type: ActorType | undefined;
  /** Address of an account's key (f1, f3); else the f2 address if it was asked for. Undefined: not known. */
  readonly robustAddress: Address | undefined;
  /** The f4 address, if there is one. */
  readonly delegatedAddress: Address | undefined;
  /** By which contracts see it. */
  readonly ethAddress: EthAddress;
  readonly code: Cid;
  /** Nonce of its next message. */
  readonly nonce: U64;
  /** attoFIL. */
  readonly balance: bigint;
  readonly stateRoot: Cid;
  /** Undefined: the store lacks the block. */
  readonly state: Decoded | undefined;
}

/**
 * An actor of a state, with what it keeps.
 *
 * @param address any of its addresses
 * @throws FvmError INVALID_STATE if there is no such actor, or the store lacks the root; INVALID_ADDRESS,
 * UNKNOWN_NETWORK_VERSION; INVALID_HAMT, INVALID_CBOR on malformed states; `HostFault` BLOCK_NOT_FOUND,
 * BLOCKSTORE_FAILED, CORRUPT_BLOCK; the signal's reason
 */
export async function readActor(
  store: Blockstore,
  at: StateAt,
  address: Address,
  options: BlockAccessOptions = {},
): Promise<InspectedActor> {
  return onActor(store, at, address, options, function* (id, actor, state) {
    const data = yield* blockOf(state, actor.state);
    return described(id, actor, data, state, address);
  });
}

/**
 * Values in these slots of a contract's storage; 0n where there is none. Throws as `readActor`; `FvmError`
 * INVALID_STATE also if the actor is no contract, INVALID_KAMT if a slot is no bigint of 256 bits.
 */
export async function readStorage(
  store: Blockstore,
  at: StateAt,
  address: Address,
  slots: readonly bigint[],
  options: BlockAccessOptions = {},
): Promise<bigint[]> {
  checkOption("slots", slots, iterable("an iterable of slots"));
  const asked = [...slots];
  return onActor(store, at, address, options, function* (_, { code, state }, { blocks, actors }) {
    if (actors.typeOf(code) !== "evm") {
      throw invalid(`${formatAddress(address)} is no contract, so it has no storage`);
    }
    const contract = yield* retryingInside(() => readEvmState(blocks, state, actors.version));
    const values: bigint[] = [];
    for (const slot of asked) values.push(yield* retryingInside(() => readSlot(blocks, contract, slot)));
    return values;
  });
}

async function onActor<T>(
  store: Blockstore,
  at: StateAt,
  address: Address,
  options: BlockAccessOptions,
  read: (id: ActorId, actor: ActorState, state: InspectedState) => Waits<T>,
): Promise<T> {
  checkAddress(address);
  return onState(
    store,
    at,
    function* (state) {
      const id = yield* retryingInside(() => addressId(address) ?? state.view.resolveAddress(address));
      if (id === undefined) throw invalid(`no actor has the address ${formatAddress(address)}`);
      const actor = yield* retryingInside(() => state.view.getActor(id));
      if (actor === undefined) throw invalid(`there is no actor ${formatAddress(idAddress(id))}`);
      return yield* read(id, actor, state);
    },
    options,
  );
}

/** Undefined: the store has only a part of the state, and this is not in it. */
function* blockOf({ blocks }: InspectedState, cid: Cid): Waits<Uint8Array | undefined> {
  try {
    return yield* retryingInside(() => blocks.get(cid));
  } catch (error) {
    if (error instanceof BlockNotFound) return undefined;
    throw error;
  }
}

function described(
  id: ActorId,
  actor: ActorState,
  data: Uint8Array | undefined,
  { actors }: InspectedState,
  asked: Address,
): InspectedActor {
  const { code, nonce, balance, delegatedAddress, state: stateRoot } = actor;
  const type = actors.typeOf(code);
  const state = data && actors.decodeState(type, data);
  return {
    ...{ id, type, code, nonce, balance, delegatedAddress, stateRoot, state },
    robustAddress: (type === "account" ? keyAddressOf(state) : undefined) ?? robust(asked),
    ethAddress: ethAddressOf(id, actor),
  };
}

function keyAddressOf(state: Decoded | undefined): Address | undefined {
  const fields = state?.value.kind === "record" ? state.value.fields : [];
  const address = fields.find(({ name }) => name === "address")?.value;
  return address?.kind === "address" ? address.value : undefined;
}

function robust(address: Address): Address | undefined {
  const protocol = addressProtocol(address);
  return protocol === ADDRESS_PROTOCOL.ID || protocol === ADDRESS_PROTOCOL.DELEGATED ? undefined : address;
}

function invalid(reason: string): FvmError {
  return new FvmError("INVALID_STATE", { reason });
}
