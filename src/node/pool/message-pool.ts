import type { Address } from "../../address/address.js";
import type { ChainTipset } from "../../chain/history/chain-tipset.js";
import type { SignedMessage } from "../../chain/types/signed-message.js";
import type { Cid } from "../../encoding/cid.js";
import type { Message } from "../../message/message.js";
import { BoundedMap } from "../../util/bounded-map.js";
import type { U64 } from "../../util/u64.js";
import { cidOfSigned } from "../chain/message-names.js";
import { Admission, type Candidate, type PoolLimits } from "./admission.js";
import { HeadActors } from "./head-actors.js";
import type { PoolChain, Waiting } from "./pool-chain.js";
import { type BlockRoom, selectPending } from "./select.js";
import { type Authority, type PendingMessage, SenderQueue } from "./sender-queue.js";

/** Options of `MessagePool`. */
export interface MessagePoolOptions {
  /** Whether only Lotus's own rules count: otherwise gas limits below what inclusion costs are refused, too. */
  readonly asLotus?: boolean;
  readonly limits?: Partial<PoolLimits>;
  /** Messages that wait, from an earlier life; it then says what changes. Default: none, and nobody asks for changes. */
  readonly kept?: readonly PendingMessage[];
}

/** Messages that waited at some time. */
export interface PoolSnapshot {
  readonly queues: ReadonlyMap<Address, SenderQueue>;
}

/** A message of a tipset. */
export interface TipsetMessage {
  readonly cid: Cid;
  readonly message: Message;
  /** Undefined: its signature is in the block's aggregate. */
  readonly signed?: SignedMessage | undefined;
}

/** A chain that tells of changes of its head. */
export interface HeadChanges {
  messages(tipset: ChainTipset): Promise<readonly TipsetMessage[]>;
  onChange(
    listener: (change: {
      readonly revert: readonly ChainTipset[];
      readonly apply: readonly ChainTipset[];
    }) => void,
  ): () => void;
}

/** Taken messages that are remembered, at least. */
const TAKEN_KEPT = 10_000;
/** As Lotus's, which has so many until it drops some: `MaxActorPendingMessages`, `MemPoolSizeLimitHiDefault`. */
const LIMITS: PoolLimits = { ofSender: 1000, all: 30_000 };

/**
 * Signed messages that wait for a block. Nonces may leave gaps: what comes after one waits for it. Source: Lotus
 * chain/messagepool/messagepool.go.
 */
export class MessagePool {
  #queues = new Map<Address, SenderQueue>();
  #byCid = new Map<Cid, PendingMessage>();
  #arrivals = 0;
  /** Messages that wait now, if they were asked for. */
  #snapshot: PoolSnapshot | undefined;
  #actors: HeadActors | undefined;
  readonly #admission: Admission;
  readonly #listeners = new Set<(added: PendingMessage) => void>();
  readonly #returns = new Set<(pending: PendingMessage) => void>();
  readonly #removals = new Set<(removed: PendingMessage) => void>();
  /** The last piece of work. One at a time, because each counts on what those before it have done. */
  #work: Promise<unknown> = Promise.resolve();
  #pushed: (() => Promise<void>) | undefined;
  /** Changes of what waits since they were last asked for; undefined: nobody asks. */
  #changes: Map<Cid, PendingMessage | undefined> | undefined;
  /** Messages that tipsets have taken, by CID: blocks do not have signatures of BLS by themselves. */
  readonly #taken = new BoundedMap<Cid, Candidate>(TAKEN_KEPT);

  constructor(
    private readonly chain: PoolChain,
    { asLotus = false, limits = {}, kept }: MessagePoolOptions = {},
  ) {
    if (kept !== undefined) {
      this.#takeOver(poolSnapshotOf(kept));
      this.#changes = new Map();
    }
    this.#admission = new Admission(chain.network, { ...LIMITS, ...limits }, asLotus);
  }

  /** Number of messages. */
  get size(): number {
    return this.#byCid.size;
  }

  /**
   * Lets a message in, in the place of one with the same nonce if it offers enough more.
   *
   * @param authority who has to have signed it. Default: its sender
   * @param transaction hash of the transaction that it came as, if its sender was found by that one's signature
   * @returns the CID by which people know it
   * @throws FvmError MESSAGE_REFUSED; INVALID_MESSAGE, INVALID_OPTION for what is no message
   */
  async push(signed: SignedMessage, authority: Authority = "sender", transaction?: string): Promise<Cid> {
    const candidate: Candidate = { signed, cid: cidOfSigned(signed), authority, transaction };
    this.#admission.checkMessage(candidate, this.chain.head.epoch);
    await this.#inTurn(() => this.#add(candidate));
    await this.#pushed?.();
    return candidate.cid;
  }

  get(cid: Cid): SignedMessage | undefined {
    return this.#byCid.get(cid)?.signed;
  }

  /** All messages, or one sender's, by sender and nonce. */
  pending(from?: Address): SignedMessage[] {
    const queues = from === undefined ? [...this.#queues.values()] : [this.#queues.get(from)];
    return queues.flatMap((queue) => queue?.all() ?? []).map(({ signed }) => signed);
  }

  /**
   * The nonce that an account's next message is to have, those of the head and those that wait counted.
   *
   * @throws FvmError ACTOR_NOT_FOUND; INVALID_STATE if an f0 or f2 address has no key
   */
  nextNonce(address: Address, options: Waiting = {}): Promise<U64> {
    return this.#inTurn(async () => {
      const actors = this.#actorsAtHead();
      const nonce = await actors.nonceOf(address);
      const key = await actors.keyOf(address, options);
      return this.#queues.get(key)?.gapFrom(nonce) ?? nonce;
    });
  }

  /** Messages for the next block, in the order in which they are to be executed. Throws as `onState`. */
  select(room: BlockRoom): Promise<SignedMessage[]> {
    return this.#inTurn(() => selectPending(this.#queues, this.#actorsAtHead(), room));
  }

  /** Messages that wait and could be in the next block, and those that could not yet. */
  async sorted(baseFee: bigint): Promise<{ ready: SignedMessage[]; waiting: SignedMessage[] }> {
    const ready = await this.select({ baseFee, gasLimit: Number.POSITIVE_INFINITY });
    const isReady = new Set(ready);
    return { ready, waiting: this.pending().filter((signed) => !isReady.has(signed)) };
  }

  /** Whether it was there. */
  remove(cid: Cid): boolean {
    const known = this.#byCid.get(cid);
    if (known === undefined) return false;
    const { from, nonce } = known.signed.message;
    this.#byCid.delete(cid);
    this.#snapshot = undefined;
    this.#changes?.set(cid, undefined);
    const queue = this.#queues.get(from);
    queue?.delete(nonce);
    if (queue?.size === 0) this.#queues.delete(from);
    for (const listener of this.#removals) listener(known);
    return true;
  }

  clear(): void {
    this.#takeOver({ queues: new Map() });
  }

  /** Changes since the last call, if messages were kept; undefined: it is gone. */
  takeChanges(): ReadonlyMap<Cid, PendingMessage | undefined> {
    const changes = this.#changes ?? new Map<Cid, PendingMessage | undefined>();
    if (this.#changes !== undefined) this.#changes = new Map();
    return changes;
  }

  /**
   * Takes away what tipsets that have become part of the chain hold, and takes back what tipsets that are no part of it
   * any more held. That comes back unchecked: it has been checked before. Source: Lotus `MessagePool.HeadChange`.
   */
  headChanged(reverted: readonly TipsetMessage[], applied: readonly TipsetMessage[]): void {
    const back = reverted.flatMap(({ cid, signed }) => {
      const candidate = this.#taken.get(cid) ?? (signed && { cid, signed, authority: "sender" as const });
      return candidate === undefined ? [] : [this.#set(candidate)];
    });
    for (const { message } of applied) {
      const pending = this.#queues.get(message.from)?.get(message.nonce);
      if (pending === undefined) continue;
      this.#taken.set(pending.cid, pending);
      this.remove(pending.cid);
    }
    // A message that a branch has taken along is let in anew.
    for (const pending of back) if (this.#byCid.get(pending.cid) === pending) this.#tell(pending);
  }

  /**
   * Follows the head of a chain, until the function that it returns is called. What changes with the head is done before
   * any later message is let in or selected, which throws if messages of the tipsets are missing.
   */
  follow(chain: PoolChain & HeadChanges): () => void {
    return chain.onChange(({ revert, apply }) => {
      const changed = this.#inTurn(async () => {
        const [reverted, applied] = await Promise.all(
          [revert, apply].map((tipsets) => messagesOf(chain, tipsets)),
        );
        this.headChanged(reverted ?? [], applied ?? []);
      });
      changed.catch((error: unknown) => {
        this.#work = Promise.reject(error);
        this.#work.catch(() => undefined);
      });
    });
  }

  /** Waits until what was begun is done. Throws as `follow` says. */
  settled(): Promise<void> {
    return this.#inTurn(async () => undefined);
  }

  /** All that waits, to return to by `restore`: the same as the last time, if nothing has changed since. */
  snapshot(): Promise<PoolSnapshot> {
    return this.#inTurn(async () => {
      this.#snapshot ??= { queues: copied(this.#queues) };
      return this.#snapshot;
    });
  }

  /** The messages of a snapshot instead of those that wait now. */
  restore(snapshot: PoolSnapshot): Promise<void> {
    return this.#inTurn(async () => this.#takeOver(snapshot));
  }

  /**
   * Has `push` wait for somebody who makes blocks, after each message. One at a time. Returns a function that ends that.
   */
  onPushed(act: () => Promise<void>): () => void {
    this.#pushed = act;
    return () => {
      this.#pushed = undefined;
    };
  }

  /** Calls a function with each message that is let in. Returns a function that ends that. */
  onAdd(listener: (added: PendingMessage) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Calls a function with each message that waits now, that is let in, or that a snapshot brings back: whoever has to know
   * them all hears of each. Returns a function that ends that.
   */
  onPresent(listener: (pending: PendingMessage) => void): () => void {
    for (const pending of this.#byCid.values()) listener(pending);
    const forget = this.onAdd(listener);
    this.#returns.add(listener);
    return () => {
      forget();
      this.#returns.delete(listener);
    };
  }

  /** Calls a function with each message that is taken away, not with all at once. Returns a function that ends that. */
  onRemove(listener: (removed: PendingMessage) => void): () => void {
    this.#removals.add(listener);
    return () => this.#removals.delete(listener);
  }

  #tell(pending: PendingMessage): void {
    for (const listener of this.#listeners) listener(pending);
  }

  async #add(candidate: Candidate): Promise<void> {
    const { from } = candidate.signed.message;
    await this.#admission.checkSender(candidate, this.#actorsAtHead(), this.#queues.get(from));
    this.#admission.checkQueue(candidate, this.#queues.get(from), this.size);
    const pending = this.#set(candidate);
    this.#tell(pending);
  }

  #set({ signed, cid, authority }: Candidate): PendingMessage {
    const { from, nonce } = signed.message;
    const queue = this.#queues.get(from) ?? new SenderQueue();
    const replaced = queue.get(nonce);
    if (replaced !== undefined) {
      this.#byCid.delete(replaced.cid);
      this.#changes?.set(replaced.cid, undefined);
    }
    const pending = { cid, signed, authority, arrival: this.#arrivals++ };
    queue.set(pending);
    this.#queues.set(from, queue);
    this.#byCid.set(cid, pending);
    this.#snapshot = undefined;
    this.#changes?.set(cid, pending);
    return pending;
  }

  #takeOver(snapshot: PoolSnapshot): void {
    const { queues } = snapshot;
    this.#snapshot = snapshot;
    for (const cid of this.#byCid.keys()) this.#changes?.set(cid, undefined);
    this.#queues = copied(queues);
    const all = [...this.#queues.values()].flatMap((queue) => queue.all());
    this.#byCid = new Map(all.map((pending) => [pending.cid, pending]));
    for (const pending of all) {
      this.#changes?.set(pending.cid, pending);
      this.#arrivals = Math.max(this.#arrivals, pending.arrival + 1);
      for (const listener of this.#returns) listener(pending);
    }
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const acting = this.#work.then(act);
    this.#work = acting.catch(() => undefined);
    return acting;
  }

  #actorsAtHead(): HeadActors {
    const { head } = this.chain;
    if (this.#actors?.head !== head) this.#actors = new HeadActors(this.chain, head);
    return this.#actors;
  }
}

/** A snapshot of these messages. */
export function poolSnapshotOf(messages: readonly PendingMessage[]): PoolSnapshot {
  const queues = new Map<Address, SenderQueue>();
  for (const pending of messages) {
    const { from } = pending.signed.message;
    const queue = queues.get(from) ?? new SenderQueue();
    queue.set(pending);
    queues.set(from, queue);
  }
  return { queues };
}

async function messagesOf(chain: HeadChanges, tipsets: readonly ChainTipset[]): Promise<TipsetMessage[]> {
  return (await Promise.all(tipsets.map((tipset) => chain.messages(tipset)))).flat();
}

function copied(queues: ReadonlyMap<Address, SenderQueue>): Map<Address, SenderQueue> {
  return new Map(Array.from(queues, ([from, queue]) => [from, queue.copy()]));
}
