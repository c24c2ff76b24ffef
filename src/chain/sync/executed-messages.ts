import type { Cid } from "../../encoding/cid.js";
import { encodeMessage, type Message } from "../../message/message.js";
import type { BlockResult } from "../execution/tipset.js";
import type { BlockMessages } from "../types/message-meta.js";
import { encodeSignedMessage, messageCid, signedMessageCid } from "../types/signed-message.js";

/** A message of a block, as the chain knows it. */
export interface ChainMessage {
  readonly message: Message;
  /** By which people know it. */
  readonly cid: Cid;
  /** Bytes as the chain stores it. */
  readonly rawLength: number;
}

/** The messages of a block that were executed, in order. */
export function executedMessages({ bls, secp }: BlockMessages, { executed }: BlockResult): ChainMessage[] {
  return executed.flatMap((place) => {
    const message = bls[place];
    if (message !== undefined) {
      return { message, cid: messageCid(message), rawLength: encodeMessage(message).length };
    }
    const signed = secp[place - bls.length];
    if (signed === undefined) return [];
    const rawLength = encodeSignedMessage(signed).length;
    return { message: signed.message, cid: signedMessageCid(signed), rawLength };
  });
}
