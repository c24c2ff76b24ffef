import type { Address } from "../../address/address.js";
import type { SignedMessage } from "../../chain/types/signed-message.js";
import { isFvmError } from "../../errors.js";
import { BLOCK_GAS_LIMIT, effectivePremium } from "../../message/gas.js";
import { addSat } from "../../util/u64.js";
import type { HeadActors } from "./head-actors.js";
import { type PendingMessage, requiredFunds, type SenderQueue } from "./sender-queue.js";

/** Room that messages are chosen for. */
export interface BlockRoom {
  /** attoFIL per gas. Messages with a lower fee cap wait. */
  readonly baseFee: bigint;
  /** Gas limits of all messages together. Default: that of a block, 10^10. */
  readonly gasLimit?: number;
}

/** Messages that a block may have. Source: Lotus build/buildconstants, `BlockMessageLimit`. */
const BLOCK_MESSAGE_LIMIT = 10_000;

/** A message among those of all senders. */
interface Ranked {
  readonly pending: PendingMessage;
  /** The least premium among it and its sender's messages before it, attoFIL per gas. */
  readonly premium: bigint;
  /** The latest arrival among them. */
  readonly arrival: number;
}

/**
 * Messages for the next block: of each sender those whose nonces follow its state's and that it can pay for. Those that
 * offer most per gas come first, and among equals those that came first; each sender's stay in their order.
 */
export async function selectPending(
  queues: ReadonlyMap<Address, SenderQueue>,
  actors: HeadActors,
  { baseFee, gasLimit = BLOCK_GAS_LIMIT }: BlockRoom,
): Promise<SignedMessage[]> {
  const ranked: Ranked[] = [];
  for (const [from, queue] of queues)
    ranked.push(...rankedOf(await readyOf(from, queue, actors, baseFee), baseFee));
  ranked.sort((a, b) => Number(b.premium - a.premium) || a.arrival - b.arrival);
  const chosen: SignedMessage[] = [];
  const full = new Set<Address>();
  let gas = 0;
  for (const { signed } of ranked.map(({ pending }) => pending)) {
    const { from, gasLimit: own } = signed.message;
    if (chosen.length === BLOCK_MESSAGE_LIMIT) break;
    if (full.has(from)) continue;
    if (gas + Number(own) > gasLimit) {
      full.add(from);
      continue;
    }
    gas += Number(own);
    chosen.push(signed);
  }
  return chosen;
}

function rankedOf(ready: readonly PendingMessage[], baseFee: bigint): Ranked[] {
  let before: Ranked | undefined;
  return ready.map((pending) => {
    const own = effectivePremium(pending.signed.message, baseFee);
    const premium = before !== undefined && before.premium < own ? before.premium : own;
    before = { pending, premium, arrival: Math.max(pending.arrival, before?.arrival ?? 0) };
    return before;
  });
}

/** The next messages of a sender that can be executed, in order. */
async function readyOf(
  from: Address,
  queue: SenderQueue,
  actors: HeadActors,
  baseFee: bigint,
): Promise<PendingMessage[]> {
  const all = queue.all();
  if (all[0]?.authority === "actor") return all;
  const sender = await senderOf(from, actors);
  if (sender === undefined) return [];
  let { nonce, balance } = sender;
  const ready: PendingMessage[] = [];
  for (const pending of all) {
    const { message } = pending.signed;
    if (message.nonce < nonce) continue;
    balance -= requiredFunds(pending.signed);
    if (message.nonce !== nonce || message.gasFeeCap < baseFee || balance < 0n) break;
    // A value that the sender lacks fails on chain, and stays.
    if (message.value <= balance) balance -= message.value;
    ready.push(pending);
    nonce = addSat(nonce, 1);
  }
  return ready;
}

/** Undefined: a change of the head has taken the sender away. */
async function senderOf(from: Address, actors: HeadActors) {
  try {
    const nonce = await actors.nonceOf(from);
    const { actor } = await actors.sender(from);
    return { nonce, balance: actor.balance };
  } catch (error) {
    if (isFvmError(error, "ACTOR_NOT_FOUND")) return undefined;
    throw error;
  }
}
