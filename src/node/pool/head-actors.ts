import { ADDRESS_PROTOCOL, type Address, addressId, addressProtocol } from "../../address/address.js";
import { formatAddress } from "../../address/text.js";
import { type ChainTipset, firstHeader } from "../../chain/history/chain-tipset.js";
import { FINALITY } from "../../chain/networks/finality.js";
import { networkVersionAt } from "../../chain/networks/upgrades.js";
import { keyAddressIn } from "../../chain/rules/key-address.js";
import type { Cid } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import { type InspectedState, onState } from "../../inspect/state/inspected-state.js";
import { retryingInside } from "../../ipld/retrying.js";
import { addSat, type U64 } from "../../util/u64.js";
import type { Waits } from "../../util/waits.js";
import { maySendMessages } from "../../vm/executor/preflight.js";
import { networkVersion } from "../../vm/network/version.js";
import type { ActorState } from "../../vm/state-tree/actor-state.js";
import type { PoolChain, Waiting } from "./pool-chain.js";

/** A sender of messages. */
export interface Sender {
  readonly actor: ActorState;
  /** Whether it is of a kind that sends messages. */
  readonly maySend: boolean;
}

const NOT_FOUND = "actor not found";

/** Senders at one head, each looked up once. */
export class HeadActors {
  readonly #nonces = new Map<Address, Promise<U64>>();
  readonly #senders = new Map<Address, Promise<Sender>>();

  constructor(
    private readonly chain: PoolChain,
    readonly head: ChainTipset,
  ) {}

  /**
   * The nonce that a sender's next message is to have, those of the head counted. Source: Lotus
   * chain/messagepool/messagepool.go, `getStateNonce`.
   *
   * @throws FvmError ACTOR_NOT_FOUND; as `onState`
   */
  nonceOf(address: Address): Promise<U64> {
    return remembered(this.#nonces, address, () => this.#nonceOf(address));
  }

  /** The sender after the head. Throws as `nonceOf`. */
  sender(address: Address): Promise<Sender> {
    return remembered(this.#senders, address, async () => {
      const root = await this.#rootAfter();
      return this.#on(root, this.head.epoch, (state) => this.#senderIn(state, address));
    });
  }

  /**
   * The address of the key that signs an actor's messages: other than of f0 addresses, the address itself. Throws
   * `FvmError` INVALID_STATE. Source: Lotus chain/stmgr/stmgr.go, `ResolveToDeterministicAddressAtFinality`.
   */
  async keyOf(address: Address, options: Waiting = {}): Promise<Address> {
    const protocol = addressProtocol(address);
    if (protocol === ADDRESS_PROTOCOL.ACTOR) {
      throw new FvmError("INVALID_STATE", { reason: "cannot resolve actor address to key address" });
    }
    if (protocol !== ADDRESS_PROTOCOL.ID) return address;
    const { head, chain } = this;
    const back =
      head.epoch > FINALITY ? await chain.tipsetAt(head.epoch - FINALITY, "before", options) : head;
    const tipset = back ?? head;
    const root = firstHeader(tipset).parentStateRoot;
    const key = await this.#on(root, tipset.epoch - 1, (state) => keyAddressIn(state, address), options);
    if (key !== undefined) return key;
    throw new FvmError("INVALID_STATE", { reason: "ID address not found in lookback state" });
  }

  async #nonceOf(address: Address): Promise<U64> {
    const { head, chain } = this;
    const messages = await chain.messages(head);
    // Without messages the states before and after the head have the same senders.
    if (messages.length === 0) return (await this.sender(address)).actor.nonce;
    const before = firstHeader(head).parentStateRoot;
    const { actor } = await this.#on(before, head.epoch - 1, (state) => this.#senderIn(state, address));
    let next = actor.nonce;
    for (const { message } of messages) {
      if (message.nonce >= next && (await this.#isOf(message.from, address))) next = addSat(message.nonce, 1);
    }
    return next;
  }

  async #isOf(from: Address, address: Address): Promise<boolean> {
    if (from === address) return true;
    if (addressId(from) === undefined && addressId(address) === undefined) return false;
    const [a, b] = await Promise.all([this.keyOf(from), this.keyOf(address)]);
    return a === b;
  }

  /** A head without messages changes no sender: rewards and cron pay no accounts. */
  async #rootAfter(): Promise<Cid> {
    const messages = await this.chain.messages(this.head);
    return messages.length === 0 ? firstHeader(this.head).parentStateRoot : this.chain.stateAfter(this.head);
  }

  #on<T>(
    root: Cid,
    epoch: number,
    read: (state: InspectedState) => Waits<T>,
    options: Waiting = {},
  ): Promise<T> {
    const { chain, network } = this.chain;
    const version = networkVersionAt(network, Math.max(epoch, 0));
    return onState(chain.blockstore, { root, network: version }, read, options);
  }

  /** Throws `FvmError` ACTOR_NOT_FOUND. */
  *#senderIn({ view, actors }: InspectedState, address: Address): Waits<Sender> {
    const { network } = this.chain;
    const text = formatAddress(address, network.letter);
    const id = addressId(address) ?? (yield* retryingInside(() => view.resolveAddress(address)));
    if (id === undefined) {
      const lotus = `resolution lookup failed (${text}): resolve address ${text}: ${NOT_FOUND}`;
      throw new FvmError("ACTOR_NOT_FOUND", { address: text, lotus });
    }
    const actor = yield* retryingInside(() => view.getActor(id));
    if (actor === undefined) throw new FvmError("ACTOR_NOT_FOUND", { address: text, lotus: NOT_FOUND });
    const { rules } = networkVersion(networkVersionAt(network, this.head.epoch + 1));
    const codes = {
      account: actors.codeOf("account"),
      ethAccount: actors.codeOf("ethaccount"),
      placeholder: actors.codeOf("placeholder"),
    };
    return { actor, maySend: maySendMessages(actor, codes, rules.executor) };
  }
}

/** One promise for each address; what fails is asked again. */
function remembered<T>(
  known: Map<Address, Promise<T>>,
  address: Address,
  find: () => Promise<T>,
): Promise<T> {
  const found = known.get(address);
  if (found !== undefined) return found;
  const finding = find();
  known.set(address, finding);
  finding.catch(() => known.delete(address));
  return finding;
}
