import type { SignedMessage } from "../../chain/types/signed-message.js";
import type { Cid } from "../../encoding/cid.js";
import { addSat, type U64 } from "../../util/u64.js";

/** The signature that a message needs. */
export type Authority =
  /** Its sender. */
  | "sender"
  /** Nobody: it is sent on an account's behalf. */
  | "account"
  /** Nobody: it is sent on behalf of an actor that is no account, which pays no gas and counts no nonces. */
  | "actor";

/** A message that waits for a block. */
export interface PendingMessage {
  readonly cid: Cid;
  readonly signed: SignedMessage;
  /** Place in the order in which messages came. */
  readonly arrival: number;
  readonly authority: Authority;
}

/** A premium that replaces another one is above 110 % of it. Source: Lotus chain/messagepool/messagepool.go, `ComputeMinRBF`. */
export function leastReplacement(premium: bigint): bigint {
  return (premium * 110n) / 100n + 1n;
}

type Fees = Pick<SignedMessage["message"], "gasFeeCap" | "gasPremium">;

/** Whether both fees are 110 % of others or more, so that a higher cap replaces a premium of 0. */
export function outbids(fees: Fees, others: Fees): boolean {
  const isMore = (fee: bigint, other: bigint) => fee * 100n >= other * 110n;
  return isMore(fees.gasFeeCap, others.gasFeeCap) && isMore(fees.gasPremium, others.gasPremium);
}

/** The messages of one sender, by nonce. */
export class SenderQueue {
  readonly #byNonce = new Map<U64, PendingMessage>();
  /** The first nonce that is not there, counted from this one. */
  #gap: { readonly from: U64; at: U64 } | undefined;
  #requiredFunds = 0n;

  get size(): number {
    return this.#byNonce.size;
  }

  get(nonce: U64): PendingMessage | undefined {
    return this.#byNonce.get(nonce);
  }

  /** Adds a message in the place of one with the same nonce. */
  set(pending: PendingMessage): void {
    const { message } = pending.signed;
    this.delete(message.nonce);
    this.#byNonce.set(message.nonce, pending);
    this.#requiredFunds += requiredFunds(pending.signed);
  }

  delete(nonce: U64): void {
    const known = this.#byNonce.get(nonce);
    if (known === undefined) return;
    this.#byNonce.delete(nonce);
    this.#requiredFunds -= requiredFunds(known.signed);
    if (this.#gap !== undefined && nonce < this.#gap.at) this.#gap = undefined;
  }

  /** attoFIL: the gas of all messages but the one with this nonce. */
  fundsBeside(nonce: U64): bigint {
    const known = this.#byNonce.get(nonce);
    return this.#requiredFunds - (known === undefined ? 0n : requiredFunds(known.signed));
  }

  /** The first nonce from this one on that no message has. */
  gapFrom(nonce: U64): U64 {
    if (this.#gap?.from !== nonce) this.#gap = { from: nonce, at: nonce };
    while (this.#byNonce.has(this.#gap.at)) this.#gap.at = addSat(this.#gap.at, 1);
    return this.#gap.at;
  }

  /** By nonce, ascending. */
  all(): PendingMessage[] {
    return [...this.#byNonce.values()].sort(
      ({ signed: { message: a } }, { signed: { message: b } }) =>
        Number(a.nonce > b.nonce) - Number(a.nonce < b.nonce),
    );
  }

  /** A queue of its own with the same messages. */
  copy(): SenderQueue {
    const copy = new SenderQueue();
    for (const pending of this.#byNonce.values()) copy.set(pending);
    return copy;
  }
}

/** attoFIL that a message's gas costs at most. */
export function requiredFunds({ message }: SignedMessage): bigint {
  return message.gasFeeCap * BigInt(message.gasLimit);
}
