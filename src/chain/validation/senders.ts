import { type Address, addressId } from "../../address/address.js";
import { formatAddress } from "../../address/text.js";
import { cidText } from "../../encoding/cid.js";
import type { InspectedState } from "../../inspect/state/inspected-state.js";
import { retryingInside } from "../../ipld/retrying.js";
import type { Message } from "../../message/message.js";
import { addSat, type U64 } from "../../util/u64.js";
import type { Waits } from "../../util/waits.js";
import { maySendMessages } from "../../vm/executor/preflight.js";
import { networkVersion } from "../../vm/network/version.js";
import type { ActorId } from "../../vm/state-tree/actor-state.js";
import type { ChainNetwork } from "../networks/networks.js";
import { networkVersionAt } from "../networks/upgrades.js";
import type { BlockMessages } from "../types/message-meta.js";
import { messageCid } from "../types/signed-message.js";
import { type BlockRefusal, refusal } from "./refusal.js";

/**
 * Why the senders of a block's messages may not send them: each has to be there, to be an account, and to use its
 * nonces one after the other. Whether it can pay does not count. Source: Lotus chain/consensus/common.go,
 * `checkBlockMessages`.
 *
 * @param state that the parents have left
 */
export function* sendersRefusal(
  state: InspectedState,
  network: ChainNetwork,
  epoch: number,
  { bls, secp }: BlockMessages,
): Waits<BlockRefusal | undefined> {
  const senders = new Senders(state, network, epoch);
  for (const message of bls) {
    const found = yield* senders.next(message);
    if (found !== undefined) return found;
  }
  for (const { message } of secp) {
    const found = yield* senders.next(message);
    if (found !== undefined) return found;
  }
  return undefined;
}

class Senders {
  private readonly nonces = new Map<ActorId, U64>();
  private readonly rules;
  private readonly codes;

  constructor(
    private readonly state: InspectedState,
    private readonly network: ChainNetwork,
    epoch: number,
  ) {
    this.rules = networkVersion(networkVersionAt(network, epoch)).rules.executor;
    const { actors } = state;
    this.codes = {
      account: actors.codeOf("account"),
      ethAccount: actors.codeOf("ethaccount"),
      placeholder: actors.codeOf("placeholder"),
    };
  }

  *next(message: Message): Waits<BlockRefusal | undefined> {
    const id = yield* this.idOf(message.from);
    if (id === undefined) return this.refuse(message, "it has no ID");
    if (!this.nonces.has(id)) {
      const actor = yield* retryingInside(() => this.state.view.getActor(id));
      if (actor === undefined) return this.refuse(message, "there is no such actor");
      if (!maySendMessages(actor, this.codes, this.rules)) return this.refuse(message, "it is no account");
      this.nonces.set(id, actor.nonce);
    }
    const expected = this.nonces.get(id) as U64;
    if (message.nonce !== expected) {
      return refusal("NONCE", { ...this.named(message), expected, found: message.nonce });
    }
    this.nonces.set(id, addSat(expected, 1));
    return undefined;
  }

  private *idOf(address: Address): Waits<ActorId | undefined> {
    return addressId(address) ?? (yield* retryingInside(() => this.state.view.resolveAddress(address)));
  }

  private refuse(message: Message, reason: string): BlockRefusal {
    return refusal("SENDER", { ...this.named(message), reason });
  }

  private named(message: Message): { message: string; from: string } {
    return {
      message: cidText(messageCid(message)),
      from: formatAddress(message.from, this.network.letter),
    };
  }
}
