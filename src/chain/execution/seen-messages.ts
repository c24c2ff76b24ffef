import { encodeCborLatin1 } from "../../ipld/cbor.js";
import { type Message, messageCodec } from "../../message/message.js";

/** The messages of a tipset so far: each counts once, whoever includes it (lotus compares their CIDs). */
export class SeenMessages {
  /** Messages by sender and nonce: rarely more than one, so that nothing has to be encoded. */
  private readonly alike = new Map<string, Message[]>();

  /** False if an equal one was here before. */
  add(message: Message): boolean {
    const key = `${message.nonce} ${message.from}`;
    const alike = this.alike.get(key);
    if (alike === undefined) {
      this.alike.set(key, [message]);
      return true;
    }
    const encoded = encodeCborLatin1(messageCodec, message);
    if (alike.some((other) => encodeCborLatin1(messageCodec, other) === encoded)) return false;
    alike.push(message);
    return true;
  }
}
