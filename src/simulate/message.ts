import { type Address, delegatedAddress } from "../address/address.js";
import { FvmError } from "../errors.js";
import { BLOCK_GAS_LIMIT } from "../message/gas.js";
import { executableMessage, type Message, type MessageRules, storedLength } from "../message/message.js";
import { noBytes } from "../util/bytes.js";
import { anything, isCount, optional } from "../util/check.js";
import { type Checks, checkedOptionsOnly } from "../util/options.js";
import { SingletonId } from "../vm/state-tree/actor-state.js";

/** A message to simulate. What is left out is filled in. */
export interface SimulatedMessage extends Partial<Omit<Message, "to">> {
  readonly to: Address;
  /** May be an address that nobody has yet, or a contract's. Default: the f410 address of twenty zero bytes. */
  readonly from?: Address;
  /** Default: the sender's next one. */
  readonly nonce?: Message["nonce"];
  /** Gas. Default: that of a block, 10^10. */
  readonly gasLimit?: Message["gasLimit"];
  /**
   * Bytes of the message as the chain stores it, which its inclusion is charged for, whatever its gas limit. Default:
   * with a signature of 65 bytes if the sender's key is that of an f1 or f4 address, without otherwise.
   */
  readonly rawLength?: number;
}

/** A message with what is filled in; the nonce may be left to its sender. */
export interface WholeMessage {
  readonly message: Message;
  readonly hasNonce: boolean;
  readonly rawLength: number | undefined;
}

/** Bytes that nodes pass on in one piece at most: no block has a message as large. */
const MAX_BYTES = 2 ** 20;
/** The sender of messages that name none, as Ethereum's nodes have it. */
export const ZERO_ADDRESS: Address = delegatedAddress(SingletonId.Eam, new Uint8Array(20));

const CHECKS: Checks<SimulatedMessage> = {
  // `executableMessage` checks these.
  version: anything,
  to: anything,
  from: anything,
  nonce: anything,
  value: anything,
  gasLimit: anything,
  gasFeeCap: anything,
  gasPremium: anything,
  method: anything,
  params: anything,
  rawLength: optional(isCount),
};

/** A message that can be executed, whose nonce is 0 if it has none yet. Throws `FvmError` INVALID_MESSAGE, INVALID_OPTION. */
export function wholeMessage(given: SimulatedMessage, rules: MessageRules): WholeMessage {
  const fields = checkedOptionsOnly(given, CHECKS, "message");
  const { version = 0, to, from = ZERO_ADDRESS, nonce = 0, value = 0n, gasLimit = BLOCK_GAS_LIMIT } = fields;
  const { gasFeeCap = 0n, gasPremium = 0n, method = 0, params = noBytes(), rawLength } = fields;
  const message = executableMessage(
    { version, to, from, nonce, value, gasLimit, gasFeeCap, gasPremium, method, params },
    rules,
  );
  const size = Math.max(rawLength ?? leastLength(message), message.params.length);
  if (size >= MAX_BYTES) {
    const reason = `${size} bytes, and no block has a message of 1 MiB or more`;
    throw new FvmError("INVALID_MESSAGE", { field: "message", reason });
  }
  return { message, hasNonce: fields.nonce !== undefined, rawLength };
}

/** All fields but the parameters have fewer bytes together. */
const MOST_BESIDE_PARAMS = 2 ** 10;

/** Bytes of a message as the chain stores it; of one that is far from too long, what its parameters have. */
function leastLength(message: Message): number {
  const { length } = message.params;
  return length < MAX_BYTES - MOST_BESIDE_PARAMS ? length : storedLength(message);
}
