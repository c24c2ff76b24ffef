import { type Address, idAddress } from "../../address/address.js";
import { readEvents, readReceipts } from "../../chain/execution/read-receipts.js";
import { selectionsOf } from "../../chain/execution/selections.js";
import { firstHeader } from "../../chain/history/chain-tipset.js";
import { networkVersionAt } from "../../chain/networks/upgrades.js";
import { chainNode } from "../../chain/node/chain-node.js";
import { executableTipset } from "../../chain/node/execute-chain-tipset.js";
import { ethTransactionHash } from "../../chain/signatures/eth-sender.js";
import { type EthTransaction, ethTransactionOf } from "../../chain/signatures/eth-transaction.js";
import type { Signature } from "../../chain/types/signature.js";
import { messageCid, type SignedMessage, signedMessageCid } from "../../chain/types/signed-message.js";
import type { StampedEvent } from "../../message/event.js";
import type { Message } from "../../message/message.js";
import type { Receipt } from "../../message/receipt.js";
import { type KnownActors, knownActors } from "./known-actors.js";
import type { FoundMessage } from "./open.js";
import { orAbsent } from "./or-absent.js";

/** A message of a chain, and what the chain says of it. What a snapshot may lack is undefined. */
export interface MessageFacts {
  readonly found: FoundMessage;
  readonly message: Message;
  /** Undefined: it is in a block's aggregate. */
  readonly signature: Signature | undefined;
  /** The Ethereum transaction that it stands for. */
  readonly eth: { readonly transaction: EthTransaction; readonly hash: string } | undefined;
  readonly receipt: Receipt | MissingReceipt;
  readonly events: readonly StampedEvent[] | undefined;
  /** Builtin actors of the state before the tipset. */
  readonly actors: KnownActors | undefined;
}

/** Why there is no receipt. */
export type MissingReceipt =
  | "not executed yet"
  | "not executed: another message has its nonce"
  | "not in the store";

/** Throws as `Chain.messages` and `selectMessages`. */
export async function factsOf(found: FoundMessage): Promise<MessageFacts> {
  const { chain, network } = found;
  const { message, signed } = await bodyOf(found);
  const receipt = await receiptOf(found, message);
  const events = typeof receipt === "string" ? [] : await eventsOf(found, receipt);
  const emitters = (events ?? []).map(({ emitter }) => idAddress(emitter));
  return {
    found,
    message,
    signature: signed?.signature,
    eth: signed && ethOf(signed, network.chainId),
    receipt,
    events,
    actors: await knownActors(chain.blockstore, stateBefore(found), [message.to, ...emitters] as Address[]),
  };
}

/** The state on which the tipset is executed. */
function stateBefore({ network, tipset }: FoundMessage) {
  return { root: firstHeader(tipset).parentStateRoot, network: networkVersionAt(network, tipset.epoch) };
}

async function bodyOf({ chain, tipset, blocks, cid }: FoundMessage) {
  const lists = await chain.messages(tipset);
  const { bls = [], secp = [] } = lists[blocks[0] as number] ?? {};
  const signed = secp.find((candidate) => signedMessageCid(candidate) === cid);
  const message = signed?.message ?? (bls.find((candidate) => messageCid(candidate) === cid) as Message);
  return { message, signed };
}

function ethOf(signed: SignedMessage, chainId: number): MessageFacts["eth"] {
  if (signed.signature.type !== "delegated") return undefined;
  const transaction = ethTransactionOf(signed, chainId);
  return { transaction, hash: ethTransactionHash(transaction, chainId) };
}

async function receiptOf(found: FoundMessage, message: Message): Promise<Receipt | MissingReceipt> {
  const { chain, next } = found;
  if (next === undefined) return "not executed yet";
  // Senders that are written by ID are looked up in the state.
  const index = await orAbsent(placeOf(found, message));
  if (index === undefined) return "not in the store";
  if (index < 0) return "not executed: another message has its nonce";
  const receipts = await orAbsent(readReceipts(chain.blockstore, firstHeader(next).parentMessageReceipts));
  return receipts?.[index] ?? "not in the store";
}

/** The message's place among those that its tipset executes; -1: it does not. */
export async function placeOf({ chain, network, tipset }: FoundMessage, message: Message): Promise<number> {
  const executable = await executableTipset(chain, tipset);
  const stateRoot = firstHeader(tipset).parentStateRoot;
  const selections = await selectionsOf(chainNode({ network, chain }), stateRoot, executable);
  const executed = executable.blocks.flatMap(({ messages }, i) =>
    (selections[i] ?? []).map((place) => messages[place]?.message as Message),
  );
  const cid = messageCid(message);
  return executed.findIndex((other) => other.nonce === message.nonce && messageCid(other) === cid);
}

async function eventsOf(
  { chain }: FoundMessage,
  { eventsRoot }: Receipt,
): Promise<StampedEvent[] | undefined> {
  if (eventsRoot === undefined) return [];
  return orAbsent(readEvents(chain.blockstore, eventsRoot));
}
