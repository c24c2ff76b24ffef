import { cidText } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import { BLOCK_GAS_LIMIT } from "../../message/gas.js";
import type { Message } from "../../message/message.js";
import { encodeMessage } from "../../message/message.js";
import { networkVersion } from "../../vm/network/version.js";
import type { ChainNetwork } from "../networks/networks.js";
import { networkVersionAt } from "../networks/upgrades.js";
import { type EthTransaction, ethTransactionOf, unsignedMessage } from "../signatures/eth-transaction.js";
import type { BlockMessages } from "../types/message-meta.js";
import {
  encodeSignedMessage,
  messageCid,
  type SignedMessage,
  signedMessageCid,
} from "../types/signed-message.js";
import { leastGasLimit } from "./inclusion-gas.js";
import { brokenRule } from "./message-rules.js";
import { type BlockRefusal, refusal } from "./refusal.js";

/** Network version from which on Ethereum transactions of the older kinds are messages, too. */
const LEGACY_TRANSACTIONS_SINCE = 23;

/**
 * Why a block's messages cannot be in a block of that epoch, whatever the state and their signatures are.
 * Source: Lotus chain/consensus/common.go, `checkBlockMessages`.
 */
export function messagesRefusal(
  network: ChainNetwork,
  epoch: number,
  { bls, secp }: BlockMessages,
): BlockRefusal | undefined {
  const checks = new MessageChecks(network, epoch);
  for (const [index, message] of bls.entries()) {
    const found = checks.message(message, encodeMessage(message).length, index, () => messageCid(message));
    if (found !== undefined) return found;
  }
  for (const [index, signed] of secp.entries()) {
    const name = () => signedMessageCid(signed);
    const found =
      checks.signature(signed, index) ??
      checks.message(signed.message, encodeSignedMessage(signed).length, index, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

class MessageChecks {
  private readonly version;
  private gas = 0;

  constructor(
    private readonly network: ChainNetwork,
    private readonly epoch: number,
  ) {
    this.version = networkVersion(networkVersionAt(network, epoch));
  }

  /** @param length bytes as the chain stores it */
  message(
    message: Message,
    length: number,
    index: number,
    name: () => ReturnType<typeof messageCid>,
  ): BlockRefusal | undefined {
    const least = leastGasLimit(this.network, this.epoch, length);
    const broken = brokenRule(message, { network: this.version, leastGasLimit: least });
    if (broken !== undefined) {
      const { field, reason } = broken;
      return refusal("MESSAGE", { message: cidText(name()), index, field, reason });
    }
    this.gas += Number(message.gasLimit);
    if (this.gas <= BLOCK_GAS_LIMIT) return undefined;
    return refusal("BLOCK_GAS_LIMIT", { message: cidText(name()), limit: BLOCK_GAS_LIMIT });
  }

  /** The kind of a signature that is not in the aggregate, not whose it is. */
  signature(signed: SignedMessage, index: number): BlockRefusal | undefined {
    const { type } = signed.signature;
    const { delegatedAddresses } = this.version.rules.state;
    if (type === "bls" || (type === "delegated" && !delegatedAddresses)) {
      return refusal("SIGNATURE_TYPE", { message: cidText(signedMessageCid(signed)), type });
    }
    return type === "delegated" ? this.transaction(signed, index) : undefined;
  }

  /** Whether it is what a transaction becomes, and this network version has such transactions. */
  private transaction(signed: SignedMessage, index: number): BlockRefusal | undefined {
    const message = cidText(signedMessageCid(signed));
    let transaction: EthTransaction;
    try {
      transaction = ethTransactionOf(signed, this.network.chainId);
    } catch (error) {
      if (!(error instanceof FvmError) || error.code !== "INVALID_MESSAGE") throw error;
      const { field, reason } = error.details as { field: string; reason: string };
      return refusal("MESSAGE", { message, index, field, reason });
    }
    const { kind } = transaction;
    if (kind !== "eip1559" && this.version.version < LEGACY_TRANSACTIONS_SINCE) {
      return refusal("ETH_TRANSACTION_KIND", { message, kind });
    }
    const again = unsignedMessage(transaction, signed.message.from);
    if (messageCid(again) === messageCid(signed.message)) return undefined;
    return refusal("MESSAGE", { message, index, field: "message", reason: `not what ${kind} becomes` });
  }
}
