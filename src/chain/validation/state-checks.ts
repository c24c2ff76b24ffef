import type { Address } from "../../address/address.js";
import type { BlockAccessOptions } from "../../blockstore/access.js";
import type { Blockstore } from "../../blockstore/blocks.js";
import { type Cid, cidText } from "../../encoding/cid.js";
import { type InspectedState, onState, type StateAt } from "../../inspect/state/inspected-state.js";
import type { Message } from "../../message/message.js";
import type { Waits } from "../../util/waits.js";
import type { ChainNetwork } from "../networks/networks.js";
import { keyAddressIn } from "../rules/key-address.js";
import type { BlockHeader } from "../types/header.js";
import { noKeyRefusal, type SenderKeys, sendersToResolve } from "./message-signatures.js";
import type { PreparedBlock } from "./prepared-block.js";
import { type BlockRefusal, refusal } from "./refusal.js";
import { sendersRefusal } from "./senders.js";

/** Outcome of a tipset's execution. */
export interface Outcome {
  readonly stateRoot: Cid;
  readonly receiptsRoot: Cid;
}

/** Whether a header says what its parents have led to. */
export function outcomeRefusal(
  { parentStateRoot, parentMessageReceipts }: BlockHeader,
  { stateRoot, receiptsRoot }: Outcome,
): BlockRefusal | undefined {
  if (receiptsRoot !== parentMessageReceipts) {
    return refusal("RECEIPTS_ROOT", rootsOf(receiptsRoot, parentMessageReceipts));
  }
  if (stateRoot === parentStateRoot) return undefined;
  return refusal("STATE_ROOT", rootsOf(stateRoot, parentStateRoot));
}

function rootsOf(expected: Cid, found: Cid): { expected: string; found: string } {
  return { expected: cidText(expected), found: cidText(found) };
}

/** States that a block's senders are looked up in. */
export interface SenderStates {
  /** State that the parents were built on. */
  readonly before: StateAt;
  /** State that the parents have left. */
  readonly after: StateAt;
}

/** Senders of a block's messages: why they may not send them, or the keys of those that are not named by theirs. */
export async function checkSenders(
  store: Blockstore,
  network: ChainNetwork,
  block: PreparedBlock,
  { before, after }: SenderStates,
  options: BlockAccessOptions,
): Promise<{ readonly refusal?: BlockRefusal; readonly keys: SenderKeys }> {
  const { messages, header, isChecked } = block;
  const keys = new Map<Address, Address>();
  if (messages === undefined || !isChecked) return { keys };
  const found = await onState(
    store,
    after,
    (state) => sendersRefusal(state, network, Number(header.height), messages),
    options,
  );
  if (found !== undefined) return { refusal: found, keys };
  const open = sendersToResolve(block);
  for (const at of [before, after]) {
    if (open.size === 0) break;
    await onState(store, at, (state) => takeKeys(state, open, keys), options);
  }
  const [lacking] = open.values();
  return lacking === undefined ? { keys } : { refusal: noKeyRefusal(network, lacking), keys };
}

/** Moves senders whose key a state has. */
function* takeKeys(
  state: InspectedState,
  open: Map<Address, Message>,
  keys: Map<Address, Address>,
): Waits<void> {
  for (const from of [...open.keys()]) {
    const key = yield* keyAddressIn(state, from);
    if (key === undefined) continue;
    keys.set(from, key);
    open.delete(from);
  }
}
