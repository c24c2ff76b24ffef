/** Claims of a bundle: questions about a finalized tipset, with their answers. */
import { type Address, parseAddressBytes } from "../address/address.js";
import type { Cid } from "../encoding/cid.js";
import type { CborReader, CborWriter, Codec } from "../ipld/cbor.js";
import { eventCodec, type StampedEvent } from "../message/event.js";
import { type Receipt, receiptCodec, storedReceiptDecoder } from "../message/receipt.js";
import { actorCodec } from "../vm/state-tree/actor-codec.js";
import type { ActorId, ActorState } from "../vm/state-tree/actor-state.js";

/**
 * Epoch of the tipset whose headers say it: they name the state that its parents have left, and the receipts of their
 * messages.
 */
interface AtTipset {
  readonly epoch: number;
}

/** An actor of the state; undefined: there is none of this address. */
export interface ActorClaim extends AtTipset {
  readonly kind: "actor";
  readonly address: Address;
  readonly actor: (ActorState & { readonly id: ActorId }) | undefined;
}

/** A slot of a contract's storage. */
export interface StorageClaim extends AtTipset {
  readonly kind: "storage";
  readonly address: Address;
  /** Below 2^256. */
  readonly slot: bigint;
  readonly contract: {
    readonly id: ActorId;
    /** Code of the actor, which says whether it is a contract of the EVM. */
    readonly code: Cid;
    /** State of the actor. */
    readonly state: Cid;
    /** Root of the storage. */
    readonly storage: Cid;
    /** 0n: the slot is empty. */
    readonly value: bigint;
  };
}

/** The receipt of a message of the tipset's parents. */
export interface ReceiptClaim extends AtTipset {
  readonly kind: "receipt";
  /** Place of the message in the order of execution. */
  readonly index: number;
  readonly receipt: Receipt;
}

/** An event of a message of the tipset's parents. */
export interface EventClaim extends AtTipset {
  readonly kind: "event";
  /** As of `ReceiptClaim`. */
  readonly index: number;
  /** Place of the event among those of the message. */
  readonly event: number;
  readonly content: StampedEvent;
}

/** A message of the tipset's parents was executed, and with which receipt. */
export interface MessageClaim extends AtTipset {
  readonly kind: "message";
  /** The CID by which explorers know it: with its signature, unless that is in a block's aggregate. */
  readonly message: Cid;
  readonly index: number;
  readonly receipt: Receipt;
}

/** Executing the tipset's parents on one state leads to another one and to these receipts. */
export interface ExecutionClaim extends AtTipset {
  readonly kind: "execution";
  readonly outcome: {
    readonly parentState: Cid;
    readonly newState: Cid;
    /** Root of the receipts. */
    readonly receipts: Cid;
  };
}

/** One thing that a bundle says. */
export type Claim = ActorClaim | StorageClaim | ReceiptClaim | EventClaim | MessageClaim | ExecutionClaim;

/** A claim without its answer. */
export type ClaimQuestion =
  | Omit<ActorClaim, "actor">
  | Omit<StorageClaim, "contract">
  | Omit<ReceiptClaim, "receipt">
  | Omit<EventClaim, "content">
  | Omit<MessageClaim, "index" | "receipt">
  | Omit<ExecutionClaim, "outcome">;

/** The kinds of claims. */
export type ClaimKind = Claim["kind"];

const SLOT_BYTES = 32;
/** State trees of today, whose actors may have an f4 address: a claim is written like them. */
const actor = actorCodec(5);

function writeSlot(writer: CborWriter, value: bigint): void {
  const bytes = Uint8Array.from({ length: SLOT_BYTES }, (_, i) =>
    Number((value >> BigInt(8 * (31 - i))) & 0xffn),
  );
  writer.bytes(bytes);
}

function readSlot(reader: CborReader): bigint {
  const bytes = reader.bytes();
  if (bytes.length !== SLOT_BYTES) reader.fail(`slot of ${bytes.length} bytes`);
  return bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

function readIndex(reader: CborReader): number {
  const index = reader.u64();
  return typeof index === "number" ? index : reader.fail("an index beyond 2^53");
}

const receipt: Codec<Receipt> = { ...receiptCodec, ...storedReceiptDecoder };

/** Fields of a kind after its name and epoch. */
interface Layout<C extends Claim> {
  readonly fields: number;
  encode(claim: C, writer: CborWriter): void;
  decode(reader: CborReader): Omit<C, "kind" | "epoch">;
}

const LAYOUTS: { readonly [K in ClaimKind]: Layout<Extract<Claim, { kind: K }>> } = {
  actor: {
    fields: 3,
    encode(claim, writer) {
      writer.latin1(claim.address);
      if (claim.actor === undefined) writer.null().null();
      else actor.encode(claim.actor, writer.u64(claim.actor.id));
    },
    decode(reader) {
      const address = parseAddressBytes(reader.bytes());
      if (!reader.null()) {
        const id = reader.u64();
        return { address, actor: { id, ...actor.decode(reader) } };
      }
      if (!reader.null()) reader.fail("an actor without ID");
      return { address, actor: undefined };
    },
  },
  storage: {
    fields: 7,
    encode({ address, slot, contract: { id, code, state, storage, value } }, writer) {
      writeSlot(writer.latin1(address), slot);
      writeSlot(writer.u64(id).cid(code).cid(state).cid(storage), value);
    },
    decode: (reader) => ({
      address: parseAddressBytes(reader.bytes()),
      slot: readSlot(reader),
      contract: {
        id: reader.u64(),
        code: reader.cid(),
        state: reader.cid(),
        storage: reader.cid(),
        value: readSlot(reader),
      },
    }),
  },
  receipt: {
    fields: 2,
    encode: (claim, writer) => receipt.encode(claim.receipt, writer.u64(claim.index)),
    decode: (reader) => ({ index: readIndex(reader), receipt: receipt.decode(reader) }),
  },
  event: {
    fields: 3,
    encode: ({ index, event, content }, writer) => eventCodec.encode(content, writer.u64(index).u64(event)),
    decode: (reader) => ({
      index: readIndex(reader),
      event: readIndex(reader),
      content: eventCodec.decode(reader),
    }),
  },
  message: {
    fields: 3,
    encode: (claim, writer) => receipt.encode(claim.receipt, writer.cid(claim.message).u64(claim.index)),
    decode: (reader) => ({
      message: reader.cid(),
      index: readIndex(reader),
      receipt: receipt.decode(reader),
    }),
  },
  execution: {
    fields: 3,
    encode({ outcome: { parentState, newState, receipts } }, writer) {
      writer.cid(parentState).cid(newState).cid(receipts);
    },
    decode: (reader) => ({
      outcome: { parentState: reader.cid(), newState: reader.cid(), receipts: reader.cid() },
    }),
  },
};

/** A claim in a bundle: an array of its kind, its epoch, and what the kind has. */
export const claimCodec: Codec<Claim> = {
  encode(claim, writer) {
    const layout = LAYOUTS[claim.kind] as Layout<Claim>;
    layout.encode(
      claim,
      writer
        .array(2 + layout.fields)
        .text(claim.kind)
        .u64(claim.epoch),
    );
  },
  decode(reader) {
    const length = reader.array();
    const kind = reader.text();
    if (!Object.hasOwn(LAYOUTS, kind)) return reader.fail(`a claim of the unknown kind ${kind}`);
    const layout = LAYOUTS[kind as ClaimKind] as Layout<Claim>;
    if (length !== 2 + layout.fields) reader.fail(`a claim of ${length} fields`);
    const epoch = readIndex(reader);
    return { kind, epoch, ...layout.decode(reader) } as Claim;
  },
};
