import { idAddress } from "../../../address/address.js";
import type { Message } from "../../../message/message.js";
import { noBytes } from "../../../util/bytes.js";
import type { U64 } from "../../../util/u64.js";
import type { ActorId } from "../../../vm/state-tree/actor-state.js";
import type { EthTransactionKind } from "../../signatures/eth-transaction.js";
import type { SigningKey } from "../../signatures/keys.js";
import { signMessage } from "../../signatures/sign.js";
import type { Draw } from "../draw.js";
import type { Draft } from "./draft.js";
import { drawFees } from "./fees.js";
import type { Planned } from "./queues.js";

/** Facts that decide what a message adds to its draft. */
export interface Ground {
  readonly draw: Draw;
  readonly networkVersion: number;
  readonly chainId: number;
  /** Base fee of the tipset before. */
  readonly baseFee: bigint;
}

/** Who sends a message. */
export interface Sender {
  readonly key: SigningKey;
  readonly id: ActorId;
  readonly nonce: U64;
}

/** Senders of 100 that are written as f0 addresses. */
const BY_ID = 5;
/** The first network version with older transactions. */
const LEGACY_VERSION = 23;
const TRANSACTIONS: readonly EthTransactionKind[] = ["eip1559", "eip155", "homestead"];

/** A drafted message with its nonce and fees, signed. */
export function planMessage(ground: Ground, draft: Draft, { key, id, nonce }: Sender): Planned {
  const { draw, networkVersion, baseFee, chainId } = ground;
  const { to, value = 0n, method = 0, params = noBytes(), gasLimit, fees = "enough", learn } = draft;
  // The signature of a transaction is that of its f410 address.
  const isById = key.type !== "delegated" && draw.chance(BY_ID);
  const transaction = networkVersion < LEGACY_VERSION ? "eip1559" : draw.pick(TRANSACTIONS);
  const hasOnePrice = key.type === "delegated" && transaction !== "eip1559";
  const message: Message = {
    version: 0,
    to,
    from: isById ? idAddress(id) : key.address,
    nonce,
    value,
    gasLimit,
    ...drawFees(draw, baseFee, fees, hasOnePrice),
    method,
    params,
  };
  const sign = (given: Message) => signMessage(given, key, { chainId, transaction });
  return {
    signed: sign(message),
    rival: () => sign({ ...message, gasLimit: gasLimit + 1 }),
    learn: learn && ((receipt, epoch) => learn({ ...receipt, epoch, sender: id })),
  };
}
