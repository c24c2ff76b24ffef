import type { Message } from "../../message/message.js";

/** A message of a sequence that is executed in order, or as if it were. */
export interface PlacedMessage {
  /** Its number in the sequence. */
  readonly place: number;
  readonly message: Message;
  /** Bytes of the message as the chain stores it. */
  readonly rawLength: number;
}
