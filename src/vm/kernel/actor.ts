import { type Address, actorAddress } from "../../address/address.js";
import { CborWriter } from "../../ipld/cbor.js";
import { ErrorNumber, Fatal, SyscallError } from "../../message/outcome.js";
import { concatBytes } from "../../util/bytes.js";
import type { U64 } from "../../util/u64.js";
import {
  onBalanceOf,
  onCreateActor,
  onGetActorCodeCid,
  onGetCodeCidForType,
  onLookupDelegatedAddress,
  onResolveAddress,
} from "../gas/charges.js";
import { type ActorId, type ActorState, emptyActor, SingletonId } from "../state-tree/actor-state.js";
import type { SyscallContext } from "./context.js";
import { addressArgument, noteFree, refuseReadOnly } from "./handler-tools.js";
import { keyAddress } from "./key-address.js";

/** Bytes of an f2 address. */
const ACTOR_ADDRESS_BYTES = 21;

/** Other actors, and new ones. Source: fvm/src/kernel/default.rs, `ActorOps`. */
export const actor = {
  "actor.resolve_address"(context: SyscallContext): void {
    const address = addressArgument(context, 0);
    noteFree(context, onResolveAddress);
    const id = context.call.resolveAddress(address);
    if (id === undefined) throw notFound();
    context.answer.u64(id);
  },

  "actor.get_actor_code_cid"(context: SyscallContext): void {
    noteFree(context, onGetActorCodeCid);
    context.answer.latin1(existing(context, context.args.u64(0)).code);
  },

  "actor.balance_of"(context: SyscallContext): void {
    noteFree(context, onBalanceOf);
    const balance = context.call.getBalance(context.args.u64(0));
    if (balance === undefined) throw notFound();
    context.answer.token(balance);
  },

  /** Length 0 says that the actor has none. */
  "actor.lookup_delegated_address"(context: SyscallContext): void {
    noteFree(context, onLookupDelegatedAddress);
    context.answer.latin1(existing(context, context.args.u64(0)).delegatedAddress ?? "");
  },

  "actor.get_code_cid_for_type"(context: SyscallContext): void {
    noteFree(context, onGetCodeCidForType);
    const code = context.machine.manifest.codeOf(context.args.u32(0));
    if (code === undefined) {
      const text = "tried to resolve CID of unrecognized actor type";
      throw new SyscallError(ErrorNumber.IllegalArgument, text);
    }
    context.answer.latin1(code);
  },

  /** Up to network version 17: each call gives another address. */
  "actor.new_actor_address"(context: SyscallContext): void {
    requireRoom(context);
    const { message } = context.call;
    const origin = senderKey(context, message.origin.address);
    context.answer.latin1(addressOfCreation(origin, message.origin.nonce, message.actorsCreated));
    message.actorsCreated++;
  },

  /** From network version 18 on: the same address until an actor is created. */
  "actor.next_actor_address"(context: SyscallContext): void {
    requireRoom(context);
    const { origin, actorsCreated } = context.call.message;
    context.answer.latin1(addressOfCreation(origin.address, origin.nonce, actorsCreated));
  },

  /** Up to network version 17: any actor may create builtin actors of which there may be several. */
  "actor.create_actor[builtin]"(context: SyscallContext): void {
    const { args, call, gas, prices, machine, answer } = context;
    const id = args.u64(0);
    const code = args.cid(1);
    const { manifest } = machine;
    if (manifest.typeOf(code) === 0) {
      throw new SyscallError(ErrorNumber.Forbidden, "can only create built-in actors");
    }
    if (manifest.singletons.has(code)) {
      throw new SyscallError(ErrorNumber.Forbidden, "can only have one instance of singleton actors");
    }
    if (call.getActor(id) !== undefined) {
      throw new SyscallError(ErrorNumber.Forbidden, "Actor address already exists");
    }
    gas.apply(onCreateActor(prices, false));
    call.setActor(id, emptyActor(code, undefined));
    answer.none();
  },

  "actor.create_actor"(context: SyscallContext): void {
    const { args, call, frame, answer } = context;
    const id = args.u64(0);
    const code = args.cid(1);
    const delegated = args.length(2) > 0 ? addressArgument(context, 2) : undefined;
    if (frame.actorId !== SingletonId.Init) {
      const text = `create_actor is restricted to InitActor. Called by ${frame.actorId}`;
      throw new SyscallError(ErrorNumber.Forbidden, text);
    }
    refuseReadOnly(context, "create_actor cannot be called while read-only");
    call.createActor(code, id, delegated);
    answer.none();
  },
} as const;

/** The key address of a message's sender. A sender that is no account is fatal. */
function senderKey(context: SyscallContext, address: Address): Address {
  try {
    return keyAddress(context, address, false);
  } catch (error) {
    if (error instanceof SyscallError) throw new Fatal(error.text);
    throw error;
  }
}

function existing({ call }: SyscallContext, id: ActorId): ActorState {
  const found = call.getActor(id);
  if (found === undefined) throw notFound();
  return found;
}

function notFound(): SyscallError {
  return new SyscallError(ErrorNumber.NotFound, "actor not found");
}

function requireRoom({ args }: SyscallContext): void {
  if (args.length(0) < ACTOR_ADDRESS_BYTES) {
    const text = "output buffer must have a minimum capacity of 21 bytes";
    throw new SyscallError(ErrorNumber.BufferTooSmall, text);
  }
}

/** FIP-0050: the address of the n-th actor that a message creates. */
function addressOfCreation(origin: Address, nonce: U64, index: number): Address {
  const text = new CborWriter().latin1(origin).finish();
  const numbers = Buffer.alloc(16);
  numbers.writeBigUInt64BE(BigInt(nonce), 0);
  numbers.writeBigUInt64BE(BigInt(index), 8);
  return actorAddress(concatBytes(text, numbers));
}
