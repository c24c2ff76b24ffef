import type { Blocks } from "../../blockstore/blocks.js";
import type { Cid } from "../../encoding/cid.js";
import { DAG_CBOR } from "../../encoding/codecs.js";
import { FvmError } from "../../errors.js";
import type { BlockAccess } from "../../ipld/block-access.js";
import { encodeMessage, type Message } from "../../message/message.js";
import type { Waits } from "../../util/waits.js";
import {
  type BlockMessageCids,
  type BlockMessages,
  readMessage,
  readMessageCids,
  readSignedMessage,
  writeMessageCids,
} from "../types/message-meta.js";
import { encodeSignedMessage, type ListedMessage, type SignedMessage } from "../types/signed-message.js";
import { walkMessages } from "../types/walk-messages.js";

/** A message as it is written, which has to be how it was stored. */
interface Written {
  readonly cid: Cid;
  /** Bytes. */
  readonly length: number;
}

/** A block's messages, and what its header's `messages` has to be for them. */
export interface ReadMessages {
  readonly messages: BlockMessages;
  readonly root: Cid;
}

/** Messages of a tipset's blocks. Several blocks have the same ones: each is read and written once. */
export class TipsetMessages {
  readonly #bls = new Map<Cid, Message>();
  readonly #secp = new Map<Cid, SignedMessage>();
  readonly #written = new Map<ListedMessage, Written>();
  readonly #fine = new Set<ListedMessage>();

  /** Throws as `readBlockMessages` and `encodeSignedMessage`. */
  read(blocks: Blocks, meta: Cid): Waits<ReadMessages> {
    return walkMessages(blocks, meta, () => {
      const cids = readMessageCids(blocks, meta);
      const messages = {
        bls: cids.bls.map((cid) => this.#read(this.#bls, blocks, cid, readMessage, encodeMessage)),
        secp: cids.secp.map((cid) =>
          this.#read(this.#secp, blocks, cid, readSignedMessage, encodeSignedMessage),
        ),
      };
      return { messages, root: writeMessageCids(blocks, this.#cids(messages)) };
    });
  }

  /** The CID of one of the messages, with its signature if it has one of its own. */
  cid(message: ListedMessage): Cid {
    return this.#writtenOf(message).cid;
  }

  /** Bytes of one of the messages as the chain stores it. */
  length(message: ListedMessage): number {
    return this.#writtenOf(message).length;
  }

  /** Whether nothing is wrong with one of the messages, as far as that was found out for a block before. */
  isFine(message: ListedMessage): boolean {
    return this.#fine.has(message);
  }

  setFine(message: ListedMessage): void {
    this.#fine.add(message);
  }

  #read<T extends ListedMessage>(
    known: Map<Cid, T>,
    blocks: BlockAccess,
    cid: Cid,
    read: (blocks: BlockAccess, cid: Cid) => T,
    encode: (message: T) => Uint8Array,
  ): T {
    const before = known.get(cid);
    if (before !== undefined) return before;
    const message = read(blocks, cid);
    const bytes = encode(message);
    this.#written.set(message, { cid: blocks.put(DAG_CBOR, bytes), length: bytes.length });
    known.set(cid, message);
    return message;
  }

  #cids({ bls, secp }: BlockMessages): BlockMessageCids {
    const cid = (message: ListedMessage) => this.cid(message);
    return { bls: bls.map(cid), secp: secp.map(cid) };
  }

  #writtenOf(message: ListedMessage): Written {
    const written = this.#written.get(message);
    if (written === undefined) throw new FvmError("INVALID_MESSAGE", { field: "cid", reason: "of no block" });
    return written;
  }
}
