import type { Address } from "../../../address/address.js";
import type { SigningKey } from "../../signatures/keys.js";
import type { DevnetProvider } from "../providers.js";
import type { TokenMarket } from "./evm/market.js";
import type { Multisig } from "./multisigs.js";
import { ProviderWorld } from "./storage/provider-world.js";

/** Accounts that may send: beyond these, new accounts receive only. */
const MOST_SENDERS = 60;

/** Actors and facts that messages so far have made. */
export class World {
  readonly senders: SigningKey[];
  /** Counting contracts: f410. */
  readonly counters: Address[] = [];
  /** Contracts of which there is one. */
  readonly contracts = new Map<string, Address>();
  readonly markets: TokenMarket[] = [];
  readonly multisigs: Multisig[] = [];
  readonly providers: readonly ProviderWorld[];
  /** Have balance for deals. */
  readonly clients = new Set<SigningKey>();
  /** Have data cap. */
  readonly verified = new Set<SigningKey>();

  constructor(
    accounts: readonly SigningKey[],
    providers: readonly DevnetProvider[],
    /** Makes clients verified. Undefined: nobody does. */
    readonly verifier: SigningKey | undefined,
  ) {
    this.senders = [...accounts];
    this.providers = providers.map((provider) => new ProviderWorld(provider));
  }

  addSender(key: SigningKey): void {
    if (this.senders.length < MOST_SENDERS && !this.senders.some(({ address }) => address === key.address)) {
      this.senders.push(key);
    }
  }
}
