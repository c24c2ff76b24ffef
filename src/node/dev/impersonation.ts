import type { Address } from "../../address/address.js";
import { filecoinToEth } from "../../builtin/evm/index.js";
import type { SignedMessage } from "../../chain/types/signed-message.js";
import type { Message } from "../../message/message.js";
import { concatBytes, hex, hexBytes } from "../../util/bytes.js";

const WORD = 32;
const COUNTER_DIGITS = 16;

/**
 * A message with a mark instead of a signature, for a sender who has not signed it. The mark has the form of a delegated
 * signature, so that the message is a transaction with a hash of its own: r is a number, s the sender's address.
 *
 * @param count another one for each such message
 */
export function unsignedMessage(message: Message, count: number): SignedMessage {
  const r = hexBytes(count.toString(16).padStart(2 * WORD, "0"));
  return {
    message,
    signature: { type: "delegated", data: concatBytes(r, senderWord(message.from), Uint8Array.of(0)) },
  };
}

/** Whether a message has the mark of `unsignedMessage`. No signature is one: nobody finds the key to it. */
export function isUnsigned({ message, signature }: SignedMessage): boolean {
  const { type, data } = signature;
  if (type !== "delegated" || data.length !== 2 * WORD + 1 || data[2 * WORD] !== 0) return false;
  const text = hex(data.subarray(0, 2 * WORD));
  return (
    text.startsWith("0".repeat(2 * WORD - COUNTER_DIGITS)) && text.endsWith(hex(senderWord(message.from)))
  );
}

/** The sender's Ethereum address in 32 bytes; zeros if it has none. */
function senderWord(from: Address): Uint8Array {
  return hexBytes((filecoinToEth(from) ?? "0x").slice(2).padStart(2 * WORD, "0"));
}
