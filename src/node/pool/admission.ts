import { ADDRESS_PROTOCOL, addressProtocol } from "../../address/address.js";
import { filecoinToEth } from "../../builtin/evm/index.js";
import type { ChainNetwork } from "../../chain/networks/networks.js";
import { networkVersionAt } from "../../chain/networks/upgrades.js";
import { LEAST_BASE_FEE } from "../../chain/rules/base-fee.js";
import { ethTransactionOf } from "../../chain/signatures/eth-transaction.js";
import { verifyMessage } from "../../chain/signatures/verify.js";
import { SIGNATURE_TYPES } from "../../chain/types/signature.js";
import { encodeSignedMessage, type SignedMessage } from "../../chain/types/signed-message.js";
import { leastGasLimit } from "../../chain/validation/inclusion-gas.js";
import { ALL_FIL, brokenRule } from "../../chain/validation/message-rules.js";

import { type Cid, cidText } from "../../encoding/cid.js";
import { type FvmError, isFvmError } from "../../errors.js";
import { roundUp } from "../../message/gas.js";
import { addSat } from "../../util/u64.js";
import { onChainMessage } from "../../vm/gas/charges.js";
import { networkVersion } from "../../vm/network/version.js";
import { blockOfSigned, transactionOf } from "../chain/message-names.js";
import type { HeadActors } from "./head-actors.js";
import { type PoolRule, type RefusalFacts, refused } from "./refusals.js";
import {
  type Authority,
  leastReplacement,
  outbids,
  requiredFunds,
  type SenderQueue,
} from "./sender-queue.js";

/** A message that asks to be let in. */
export interface Candidate {
  readonly signed: SignedMessage;
  readonly cid: Cid;
  readonly authority: Authority;
  /** Hash of the transaction that it came as, by whose signature the sender was found. */
  readonly transaction?: string | undefined;
}

/** Limits of a pool. */
export interface PoolLimits {
  /** Messages of one sender. */
  readonly ofSender: number;
  /** Messages of all senders. */
  readonly all: number;
}

const MAX_BYTES = 64 * 1024;
const LEGACY_TRANSACTIONS_SINCE = 23;

/**
 * Rules of a message pool, in Lotus's order and words. Source: Lotus chain/messagepool/messagepool.go.
 *
 * All throw `FvmError` MESSAGE_REFUSED, and as `encodeSignedMessage`.
 */
export class Admission {
  constructor(
    private readonly network: ChainNetwork,
    private readonly limits: PoolLimits,
    /** Whether only Lotus's own rules count. */
    private readonly asLotus: boolean,
  ) {}

  /** Rules that need no state: `checkMessage`. */
  checkMessage(candidate: Candidate, headEpoch: number): void {
    const { signed, cid, authority } = candidate;
    const { message, signature } = signed;
    const refuse = this.#refuser(signed);
    const isDelegated = addressProtocol(message.to) === ADDRESS_PROTOCOL.DELEGATED;
    if (isDelegated && filecoinToEth(message.to) === undefined) throw refuse("recipient");
    // A signature counts wherever it is stored.
    const { length } = signature.type === "bls" ? encodeSignedMessage(signed) : blockOfSigned(signed).data;
    if (length > MAX_BYTES) throw refuse("tooBig", { size: length, least: MAX_BYTES });
    const network = networkVersion(networkVersionAt(this.network, headEpoch));
    const broken = brokenRule(message, { network, leastGasLimit: 0 });
    if (broken !== undefined) throw refuse("malformed", { text: broken.lotus });
    if (message.value >= ALL_FIL) throw refuse("valueTooHigh");
    if (authority !== "actor" && message.gasFeeCap < LEAST_BASE_FEE)
      throw refuse("feeCapTooLow", { least: LEAST_BASE_FEE });
    if (authority !== "sender" || this.#isSigned(candidate)) return;
    const type = SIGNATURE_TYPES[signature.type];
    throw refuse("signature", { text: `invalid signature for message ${cidText(cid)} (type ${type})` });
  }

  /** A message that stands for just the transaction that it came as has the signature by which its sender was found. */
  #isSigned({ signed, transaction }: Candidate): boolean {
    const { chainId } = this.network;
    if (transaction !== undefined && transactionOf(signed, chainId).hash === transaction) return true;
    return verifyMessage(signed, signed.message.from, chainId);
  }

  /** Rules about the sender at the head: `addTs`. */
  async checkSender(candidate: Candidate, actors: HeadActors, queue: SenderQueue | undefined): Promise<void> {
    const { signed, authority } = candidate;
    const { message } = signed;
    const refuse = this.#refuser(signed);
    if (authority !== "actor") {
      const nonce = await actors.nonceOf(message.from).catch((error: unknown) => {
        throw isFvmError(error, "ACTOR_NOT_FOUND")
          ? refuse("noSender", { text: error.details.lotus })
          : error;
      });
      if (nonce > message.nonce) throw refuse("nonceTooLow", { nonce });
    }
    const epoch = actors.head.epoch + 1;
    const version = networkVersionAt(this.network, epoch);
    if (version < LEGACY_TRANSACTIONS_SINCE && this.#isLegacy(signed)) {
      throw refuse("legacyTooEarly", { least: version });
    }
    if (authority === "actor") return this.#checkInclusion(signed, epoch);
    const { actor, maySend } = await actors.sender(message.from);
    if (!maySend) throw refuse("notSender");
    this.#checkInclusion(signed, epoch);
    this.#checkFunds(signed, actor.balance, queue);
  }

  /** Rules about the messages that are pending: `msgSet.add`. */
  checkQueue({ signed, cid }: Candidate, queue: SenderQueue | undefined, pending: number): void {
    const refuse = this.#refuser(signed);
    const { message } = signed;
    const replaced = queue?.get(message.nonce);
    if (replaced === undefined) {
      const { ofSender, all } = this.limits;
      if ((queue?.size ?? 0) >= ofSender) throw refuse("tooMany", { least: ofSender });
      if (pending >= all) throw refuse("full", { least: all });
      return;
    }
    if (replaced.cid === cid) throw refuse("known");
    const least = leastReplacement(replaced.signed.message.gasPremium);
    if (!this.asLotus && outbids(message, replaced.signed.message)) return;
    if (message.gasPremium < least) throw refuse("underpriced", { least });
  }

  #checkInclusion(signed: SignedMessage, epoch: number): void {
    const { message } = signed;
    const refuse = this.#refuser(signed);
    const { length } = blockOfSigned(signed).data;
    const network = networkVersion(networkVersionAt(this.network, epoch));
    const least = leastGasLimit(this.network, epoch, length);
    const broken = brokenRule(message, { network, leastGasLimit: least });
    if (broken !== undefined) throw refuse("notIncluded", { text: broken.lotus, least });
    if (this.asLotus) return;
    const { compute, other } = onChainMessage(network.priceList, length);
    const charged = roundUp(addSat(compute, other));
    if (message.gasLimit < charged) throw refuse("inclusionCost", { least: Number(charged) });
  }

  #checkFunds(signed: SignedMessage, balance: bigint, queue: SenderQueue | undefined): void {
    const refuse = this.#refuser(signed);
    const own = requiredFunds(signed);
    if (balance < own) throw refuse("funds", { required: own, balance });
    const required = own + (queue?.fundsBeside(signed.message.nonce) ?? 0n);
    if (balance < required) throw refuse("fundsWithPending", { required, balance });
  }

  #isLegacy(signed: SignedMessage): boolean {
    if (signed.signature.type !== "delegated") return false;
    return ethTransactionOf(signed, this.network.chainId).kind !== "eip1559";
  }

  #refuser({ message }: SignedMessage) {
    const { letter } = this.network;
    return (rule: PoolRule, facts: Partial<RefusalFacts> = {}): FvmError<"MESSAGE_REFUSED"> =>
      refused(rule, { message, letter, ...facts });
  }
}
