import { cidText } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import { BLOCK_GAS_LIMIT } from "../../message/gas.js";
import type { Message } from "../../message/message.js";
import { networkVersion } from "../../vm/network/version.js";
import type { ChainNetwork } from "../networks/networks.js";
import { networkVersionAt } from "../networks/upgrades.js";
import { type EthTransaction, ethTransactionOf, unsignedMessage } from "../signatures/eth-transaction.js";
import type { BlockMessages } from "../types/message-meta.js";
import {
  type ListedMessage,
  listedCid,
  messageCid,
  type SignedMessage,
  signedMessageCid,
} from "../types/signed-message.js";
import { leastGasLimit } from "./inclusion-gas.js";
import { brokenRule } from "./message-rules.js";
import { type BlockRefusal, refusal } from "./refusal.js";
import type { TipsetMessages } from "./tipset-messages.js";

/** Network version from which on Ethereum transactions of the older kinds are messages, too. */
const LEGACY_TRANSACTIONS_SINCE = 23;

/**
 * Why a block's messages cannot be in a block of that epoch, whatever the state and their signatures are.
 * Source: Lotus chain/consensus/common.go, `checkBlockMessages`.
 *
 * @param known has them
 */
export function messagesRefusal(
  network: ChainNetwork,
  epoch: number,
  { bls, secp }: BlockMessages,
  known: TipsetMessages,
): BlockRefusal | undefined {
  const checks = new MessageChecks(network, epoch, known);
  for (const [index, message] of bls.entries()) {
    const found = checks.message(message, message, index) ?? checks.gas(message, message);
    if (found !== undefined) return found;
  }
  for (const [index, signed] of secp.entries()) {
    const { message } = signed;
    const found =
      checks.signature(signed, index) ??
      checks.message(signed, message, index) ??
      checks.gas(signed, message);
    if (found !== undefined) return found;
  }
  return undefined;
}

class MessageChecks {
  private readonly version;
  private total = 0;

  constructor(
    private readonly network: ChainNetwork,
    private readonly epoch: number,
    private readonly known: TipsetMessages,
  ) {
    this.version = networkVersion(networkVersionAt(network, epoch));
  }

  message(listed: ListedMessage, message: Message, index: number): BlockRefusal | undefined {
    const { known } = this;
    if (known.isFine(listed)) return undefined;
    const least = leastGasLimit(this.network, this.epoch, known.length(listed));
    const broken = brokenRule(message, { network: this.version, leastGasLimit: least });
    if (broken !== undefined) {
      const { field, reason } = broken;
      return refusal("MESSAGE", { message: cidText(listedCid(listed)), index, field, reason });
    }
    known.setFine(listed);
    return undefined;
  }

  gas(listed: ListedMessage, { gasLimit }: Message): BlockRefusal | undefined {
    this.total += Number(gasLimit);
    if (this.total <= BLOCK_GAS_LIMIT) return undefined;
    return refusal("BLOCK_GAS_LIMIT", { message: cidText(listedCid(listed)), limit: BLOCK_GAS_LIMIT });
  }

  /** The kind of a signature that is not in the aggregate, not whose it is. */
  signature(signed: SignedMessage, index: number): BlockRefusal | undefined {
    if (this.known.isFine(signed)) return undefined;
    const { type } = signed.signature;
    const { delegatedAddresses } = this.version.rules.state;
    if (type === "bls" || (type === "delegated" && !delegatedAddresses)) {
      return refusal("SIGNATURE_TYPE", { message: cidText(signedMessageCid(signed)), type });
    }
    return type === "delegated" ? this.transaction(signed, index) : undefined;
  }

  /** Whether it is what a transaction becomes, and this network version has such transactions. */
  private transaction(signed: SignedMessage, index: number): BlockRefusal | undefined {
    const message = cidText(this.known.cid(signed));
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
