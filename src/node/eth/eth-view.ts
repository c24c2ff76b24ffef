import { readBlocks } from "../../blockstore/access.js";
import type { Blockstore } from "../../blockstore/blocks.js";
import { type EthAddress, ethToFilecoin } from "../../builtin/evm/index.js";
import type { ChainReadOptions } from "../../chain/history/chain.js";
import type { ChainTipset } from "../../chain/history/chain-tipset.js";
import {
  type SignedMessage,
  signedMessageCid,
  signedMessageCodec,
} from "../../chain/types/signed-message.js";
import { type Cid, cidText } from "../../encoding/cid.js";
import { FvmError, HostFault, isFvmError } from "../../errors.js";
import { type Codec, decodeCbor } from "../../ipld/cbor.js";
import { messageCodec } from "../../message/message.js";
import { BoundedMap } from "../../util/bounded-map.js";
import type { U64 } from "../../util/u64.js";
import type { NodeChain } from "../chain/node-chain.js";
import { GasEstimates } from "../gas/gas-estimates.js";
import { lotusProposals, type Proposals, wholeFees } from "../gas/proposals.js";
import type { MessagePool } from "../pool/message-pool.js";
import { failed, rpcCode } from "../rpc/errors.js";
import type { NodeSettings } from "../settings.js";
import { type BlockJson, blockJson } from "./block.js";
import { NoSuchBlock, type NullRoundRule, tipsetOfBlock, tipsetOfNumber } from "./block-tipset.js";
import { EthCalls } from "./calls.js";
import { type EthTipset, EthTipsets } from "./eth-tipset.js";
import { transactionForClients } from "./for-clients.js";
import { cidOfHash, hashOfCid } from "./hashes.js";
import type { BlockParam, EthHash } from "./json.js";
import type { ReceiptJson } from "./receipt.js";
import { ethereumTransaction, PENDING_PLACE, type TransactionJson, transactionHash } from "./transaction.js";

/** Transactions that were sent lately, at least: as many as a pool holds. */
const SENT_KEPT = 30_000;

/** Where a message was executed, with the tipset as Ethereum sees it. */
interface Place {
  readonly tipset: EthTipset;
  readonly index: number;
}

/** A chain and its message pool as Ethereum's clients see them. */
export class EthView {
  readonly estimates: GasEstimates;
  readonly calls: EthCalls;
  readonly proposals: Proposals;
  readonly #tipsets: EthTipsets;
  readonly #asLotus: boolean;
  /** CIDs of messages that came into the pool, by the hashes of their transactions. */
  readonly #sent = new BoundedMap<EthHash, Cid>(SENT_KEPT);

  constructor(
    readonly chain: NodeChain,
    readonly pool: MessagePool,
    { lotus, wholeFees: isWhole = false }: Pick<NodeSettings, "lotus" | "wholeFees">,
  ) {
    this.#asLotus = lotus;
    this.#tipsets = new EthTipsets(chain, lotus);
    this.estimates = new GasEstimates(chain, pool);
    this.proposals = isWhole ? wholeFees : lotusProposals;
    this.calls = new EthCalls(chain, this.estimates, { asLotus: lotus, proposals: this.proposals });
    pool.onPresent(({ cid, signed }) => {
      const { message } = signed;
      this.#sent.set(transactionHash({ cid, message, signed }, chain.network.chainId), cid);
    });
  }

  /**
   * The tipset that a caller means. Throws as `tipsetOfBlock`, which but for Lotus knows the earliest block.
   *
   * @param block also a tag or a number as text
   */
  async tipsetOf(
    block: BlockParam | string,
    rule: NullRoundRule,
    options: ChainReadOptions,
  ): Promise<ChainTipset> {
    const { genesis } = this.chain;
    if (!this.#asLotus && genesis !== undefined && isEarliest(block)) return genesis;
    return typeof block === "string"
      ? tipsetOfNumber(this.chain, block, rule, options)
      : tipsetOfBlock(this.chain, block, rule, options);
  }

  /** A tipset with its transactions, receipts and logs. Throws as `EthTipsets.of`. */
  async tipset(tipset: ChainTipset, options: ChainReadOptions): Promise<EthTipset> {
    return this.#tipsets.of(tipset, options);
  }

  /**
   * A tipset as a block. Throws as `EthTipsets.of`.
   *
   * @param full whether transactions are told as a whole
   */
  async block(tipset: ChainTipset, full: boolean, options: ChainReadOptions): Promise<BlockJson> {
    const made = await this.tipset(tipset, options);
    const isBloomOpen = this.#asLotus && (await this.chain.childOf(tipset, options)) === undefined;
    return blockJson(made, { full, isBloomOpen });
  }

  /**
   * A transaction of the chain or of the pool; null: neither has it, or it has not been executed yet. Throws `RpcError` if
   * it is a native account's and in the pool; as `EthTipsets.of`.
   *
   * @param lookback epochs below the head in which it may have been executed. Default: any number
   */
  async transaction(
    hash: EthHash,
    lookback: number | undefined,
    options: ChainReadOptions,
  ): Promise<TransactionJson | null> {
    const cid = await this.#cidOf(hash, options);
    const place = await this.#find(cid, lookback, options);
    if (place !== undefined) return place.tipset.transactions[place.index] as TransactionJson;
    const pending = this.pool.get(cid) ?? (await this.#inHead(cid, options));
    if (pending === undefined) return null;
    try {
      const transaction = ethereumTransaction(pending, PENDING_PLACE, this.chain.network.chainId);
      return this.#asLotus ? transaction : transactionForClients(transaction, undefined);
    } catch (error) {
      if (!(error instanceof FvmError)) throw error;
      throw failed(`could not convert Filecoin message into tx: ${error.message}`, { cause: error });
    }
  }

  /** A transaction's receipt; null: there is none yet. Throws as `EthTipsets.of`. @param lookback as for `transaction` */
  async receipt(
    hash: EthHash,
    lookback: number | undefined,
    options: ChainReadOptions,
  ): Promise<ReceiptJson | null> {
    const place = await this.#find(await this.#cidOf(hash, options), lookback, options);
    return place === undefined ? null : (place.tipset.receipts[place.index] as ReceiptJson);
  }

  /** A transaction of a tipset by its place. Throws `RpcError` if there is none; as `EthTipsets.of`. */
  async transactionAt(
    tipset: ChainTipset,
    index: bigint,
    options: ChainReadOptions,
  ): Promise<TransactionJson> {
    const { transactions } = await this.tipset(tipset, options);
    const found = transactions[Number(index)];
    if (found !== undefined) return found;
    throw new NoSuchBlock(
      rpcCode.failed,
      `index ${index} out of range: tipset contains ${transactions.length} messages`,
    );
  }

  /** CID of the message that is a transaction, as text; null: it is not known. Throws as `NodeChain.cidOf`. */
  async messageCid(hash: EthHash, options: ChainReadOptions): Promise<{ readonly "/": string } | null> {
    const cid = await this.#cidOf(hash, options);
    const isKnown = this.pool.get(cid) !== undefined || (await this.chain.find(cid, options)) !== undefined;
    return isKnown ? { "/": cidText(cid) } : null;
  }

  /**
   * The hash by which Ethereum's clients know a message; null: there is no such message. Throws `FvmError`
   * INVALID_MESSAGE if it is none of theirs.
   */
  async hashOf(cid: Cid, options: ChainReadOptions): Promise<EthHash | null> {
    const { blockstore } = this.chain.chain;
    const signed = this.pool.get(cid) ?? (await readAs(blockstore, cid, signedMessageCodec, options));
    if (signed !== undefined) {
      const { message } = signed;
      return transactionHash({ cid: signedMessageCid(signed), message, signed }, this.chain.network.chainId);
    }
    const message = await readAs(blockstore, cid, messageCodec, options);
    return message === undefined ? null : (hashOfCid(cid) ?? null);
  }

  /** The nonce that an account's next transaction is to have. Throws `RpcError` if there is no such account. */
  async pendingNonce(address: EthAddress, options: ChainReadOptions): Promise<U64> {
    try {
      return await this.pool.nextNonce(ethToFilecoin(address), options);
    } catch (error) {
      if (!isFvmError(error, "ACTOR_NOT_FOUND") && !isFvmError(error, "INVALID_STATE")) throw error;
      const reason = isFvmError(error, "ACTOR_NOT_FOUND") ? error.details.lotus : error.details.reason;
      throw failed(`failed to get nonce from mpool: ${reason}`, { cause: error });
    }
  }

  /** A message of the head, which has left the pool and has not been executed: Lotus knows it nowhere. */
  async #inHead(cid: Cid, options: ChainReadOptions): Promise<SignedMessage | undefined> {
    if (this.#asLotus) return undefined;
    const messages = await this.chain.messages(this.chain.head, options);
    const found = messages.find((message) => message.cid === cid)?.signed;
    return found?.signature.type === "delegated" ? found : undefined;
  }

  /** Source: Lotus node/impl/eth/transaction.go, `getCidForTransaction`. */
  async #cidOf(hash: EthHash, options: ChainReadOptions): Promise<Cid> {
    return this.#sent.get(hash) ?? (await this.chain.cidOf(hash, options)) ?? cidOfHash(hash);
  }

  /** Only executed tipsets count: the newest tipset's messages have not, for its child would say what became of them. */
  async #find(cid: Cid, lookback: number | undefined, options: ChainReadOptions): Promise<Place | undefined> {
    const place = await this.chain.find(cid, options);
    const child = place && (await this.chain.childOf(place.tipset, options));
    if (place === undefined || child === undefined) return undefined;
    if (lookback !== undefined && child.epoch + lookback < this.chain.head.epoch) return undefined;
    return { tipset: await this.tipset(place.tipset, options), index: place.index };
  }
}

function isEarliest(block: BlockParam | string): boolean {
  return typeof block === "string" ? block === "earliest" : block.kind === "tag" && block.tag === "earliest";
}

/** A block of the store, if it is there and of this kind. */
async function readAs<T>(
  store: Blockstore,
  cid: Cid,
  codec: Codec<T>,
  options: ChainReadOptions,
): Promise<T | undefined> {
  try {
    return await readBlocks(
      store,
      (blocks) => decodeCbor(codec, blocks.get(cid), { canonical: true }),
      options,
    );
  } catch (error) {
    if (error instanceof FvmError || (error instanceof HostFault && error.code === "BLOCK_NOT_FOUND")) {
      return undefined;
    }
    throw error;
  }
}
