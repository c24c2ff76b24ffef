import { type Address, addressId } from "../../address/address.js";
import type { ChainReadOptions } from "../../chain/history/chain.js";
import type { ChainTipset } from "../../chain/history/chain-tipset.js";
import { stateBefore } from "../../chain/history/lookback.js";
import { type Cid, cidText } from "../../encoding/cid.js";
import { onState } from "../../inspect/state/inspected-state.js";
import { retryingInside } from "../../ipld/retrying.js";
import type { Message } from "../../message/message.js";
import type { Receipt } from "../../message/receipt.js";
import { bytesEqual } from "../../util/bytes.js";
import type { U64 } from "../../util/u64.js";
import { Turns } from "../../util/waits.js";
import type { ActorId } from "../../vm/state-tree/actor-state.js";
import type { StateView } from "../../vm/state-tree/state-view.js";
import type { NodeChain } from "../chain/node-chain.js";
import { type ObjectSource, readAnyMessage } from "./chain-objects.js";
import { answerText, failed, wrapping } from "./failures.js";

/** Where and how a message was executed. */
export interface MessageLookup {
  /** CID of the message that was executed: another one with the same nonce that does the same may have taken its place. */
  readonly cid: Cid;
  readonly message: Message;
  readonly receipt: Receipt;
  /** Tipset that holds the message. */
  readonly inclusion: ChainTipset;
  /** Tipset on top of it, whose headers say what became of it. */
  readonly tipset: ChainTipset;
}

/** The message that is looked for. */
export interface MessageSearch {
  readonly cid: Cid;
  /** Epochs to look back; -1: to genesis. */
  readonly lookback: number;
  /** Whether another message with the same nonce that does the same counts, too. */
  readonly allowReplaced: boolean;
}

const NO_LIMIT = -1;

/** A message with the same nonce was executed that does something else, or that does not count. */
export class MessageReplaced extends Error {}

/** A search whose message is known. */
export type LoadedSearch = MessageSearch & { readonly message: Message };

/**
 * Looks for a message among those that a tipset's ancestors have executed. Source: Lotus chain/stmgr/searchwait.go,
 * `SearchForMessage`.
 *
 * @returns undefined if it was not executed
 * @throws MessageReplaced; RpcError if the message is not there; as `NodeChain.executed`
 */
export async function searchMessage(
  source: ObjectSource,
  from: ChainTipset,
  search: MessageSearch,
  options: ChainReadOptions,
): Promise<MessageLookup | undefined> {
  return searchLoaded(source.chain, from, await loadSearch(source, search, options), options);
}

/** As `searchMessage`, of which it is the second half. */
export async function searchLoaded(
  chain: NodeChain,
  from: ChainTipset,
  { cid, lookback, allowReplaced, message }: LoadedSearch,
  options: ChainReadOptions,
): Promise<MessageLookup | undefined> {
  const wanted = { cid, message, allowReplaced };
  const atHead = await executedBefore(chain, from, wanted, options);
  if (atHead !== undefined) return atHead;
  const indexed = await byIndex(chain, wanted, options);
  if (indexed !== undefined) {
    const isFar = lookback !== NO_LIMIT && indexed.tipset.epoch + lookback < from.epoch;
    return isFar ? undefined : indexed;
  }
  return searchBack(chain, from, wanted, lookback, options);
}

/** Lotus's library for errors leaves the first of two causes unformatted. */
const FAILED_TO_LOAD = "%!w(*errors.errorString=&{failed to load message})";
const REPLACED = "%!w(*errors.errorString=&{message was replaced})";

/** Reads the message that is looked for. Throws `RpcError` if it is not there. */
export async function loadSearch<T extends MessageSearch>(
  source: ObjectSource,
  search: T,
  options: ChainReadOptions,
): Promise<T & LoadedSearch> {
  try {
    const { message } = await readAnyMessage(source, search.cid, options);
    return { ...search, message };
  } catch (error) {
    const text = answerText(error);
    if (text === undefined) throw error;
    throw failed(`${FAILED_TO_LOAD}: ${text}`, { cause: error });
  }
}

interface Wanted {
  readonly cid: Cid;
  readonly message: Message;
  readonly allowReplaced: boolean;
}

/** Whether the parent of a tipset has executed a message. Source: `tipsetExecutedMessage`. */
async function executedBefore(
  chain: NodeChain,
  tipset: ChainTipset,
  { cid, message, allowReplaced }: Wanted,
  options: ChainReadOptions,
): Promise<MessageLookup | undefined> {
  const inclusion = await wrapping(undefined, () => chain.chain.parent(tipset, options));
  if (inclusion === undefined) return undefined;
  const messages = await wrapping(undefined, () => chain.messages(inclusion, options));
  for (const [index, found] of [...messages.entries()].reverse()) {
    if (found.message.from !== message.from) continue;
    if (found.message.nonce < message.nonce) return undefined;
    if (found.message.nonce !== message.nonce) continue;
    const about = `(F:${cidText(cid)} n ${message.nonce}, TS: ${cidText(found.cid)} n${found.message.nonce})`;
    const equal = "found message with equal nonce as the one we are looking for";
    if (!isSameCall(found.message, message)) {
      throw new MessageReplaced(`${REPLACED}: ${equal} that is NOT a valid replacement message ${about}`);
    }
    if (found.cid !== cid && !allowReplaced) throw new MessageReplaced(`${REPLACED}: ${equal} ${about}`);
    const { messages: executed } = await wrapping(undefined, () => chain.executed(inclusion, options));
    const receipt = executed[index]?.receipt as Receipt;
    return { cid: found.cid, message: found.message, receipt, inclusion, tipset };
  }
  return undefined;
}

/** Where the main chain's index has it, whatever tipset is asked about. Source: `searchForIndexedMsg`. */
async function byIndex(
  chain: NodeChain,
  wanted: Wanted,
  options: ChainReadOptions,
): Promise<MessageLookup | undefined> {
  const place = await chain.find(wanted.cid, options);
  if (place === undefined || chain.head.epoch <= place.tipset.epoch + 1) return undefined;
  const child = await chain.childOf(place.tipset, options);
  return child && executedBefore(chain, child, { ...wanted, allowReplaced: false }, options);
}

/** Goes back until the sender's nonce says where the message, or one in its place, was executed. */
async function searchBack(
  chain: NodeChain,
  from: ChainTipset,
  wanted: Wanted,
  lookback: number,
  options: ChainReadOptions,
): Promise<MessageLookup | undefined> {
  const { nonce, from: sender } = wanted.message;
  const turns = new Turns(options.signal);
  const id = await senderId(chain, from, sender, options);
  if (id === undefined) return undefined;
  let tipset = from;
  let reached = await nonceBefore(chain, tipset, id, options);
  while (tipset.epoch > 0 && (lookback === NO_LIMIT || tipset.epoch > from.epoch - lookback)) {
    await turns.next();
    // No message of the sender's was executed that comes later, so neither was this one.
    if (reached === undefined || reached === 0 || reached < nonce) return undefined;
    const parent = await wrapping(undefined, () => chain.chain.parent(tipset, options));
    if (parent === undefined) return undefined;
    const before = await nonceBefore(chain, parent, id, options);
    if (before === undefined || (reached > nonce && before <= nonce)) {
      const found = await executedBefore(chain, tipset, wanted, options);
      if (found !== undefined) return found;
    }
    tipset = parent;
    reached = before;
  }
  return undefined;
}

function senderId(
  chain: NodeChain,
  tipset: ChainTipset,
  sender: Address,
  options: ChainReadOptions,
): Promise<ActorId | undefined> {
  return onStateBefore(chain, tipset, options, (view) => addressId(sender) ?? view.resolveAddress(sender));
}

/** The sender's nonce in the state before a tipset; undefined: it was not there. */
function nonceBefore(
  chain: NodeChain,
  tipset: ChainTipset,
  id: ActorId,
  options: ChainReadOptions,
): Promise<U64 | undefined> {
  return onStateBefore(chain, tipset, options, (view) => view.getActor(id)?.nonce);
}

/** A read of the state before a tipset, done again once a block that it lacked has arrived. */
function onStateBefore<T>(
  { chain, network }: NodeChain,
  tipset: ChainTipset,
  options: ChainReadOptions,
  read: (view: StateView) => T,
): Promise<T> {
  return wrapping(undefined, async () => {
    const at = await stateBefore(chain, network, tipset, options);
    return onState(
      chain.blockstore,
      at,
      function* ({ view }) {
        return yield* retryingInside(() => read(view));
      },
      options,
    );
  });
}

/** Whether messages do the same, whatever they offer for gas. Source: Lotus chain/types/message.go, `EqualCall`. */
function isSameCall(a: Message, b: Message): boolean {
  return (
    a.version === b.version &&
    a.to === b.to &&
    a.from === b.from &&
    a.nonce === b.nonce &&
    a.value === b.value &&
    a.method === b.method &&
    bytesEqual(a.params, b.params)
  );
}
