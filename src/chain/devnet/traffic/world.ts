import type { Address } from "../../../address/address.js";
import type { SigningKey } from "../../signatures/keys.js";

/** A multisig actor of two signers, of whom both have to agree. */
export interface Multisig {
  readonly address: Address;
  readonly signers: readonly SigningKey[];
  /** Transactions that wait for the second one. */
  readonly pending: { readonly id: number; readonly proposer: SigningKey }[];
}

/** Accounts that may send: beyond these, new accounts receive only. */
const MOST_SENDERS = 60;

/** Actors that messages so far have made. */
export class World {
  readonly senders: SigningKey[];
  /** f410. */
  readonly contracts: Address[] = [];
  readonly multisigs: Multisig[] = [];

  constructor(accounts: readonly SigningKey[]) {
    this.senders = [...accounts];
  }

  addSender(key: SigningKey): void {
    if (this.senders.length < MOST_SENDERS && !this.senders.some(({ address }) => address === key.address)) {
      this.senders.push(key);
    }
  }
}
