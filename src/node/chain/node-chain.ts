import type { Blockstore } from "../../blockstore/blocks.js";
import { LayeredBlockstore } from "../../blockstore/layered-blockstore.js";
import { MemoryBlockstore } from "../../blockstore/memory-blockstore.js";
import type { ExecuteTipsetOptions } from "../../chain/execution/execute-tipset.js";
import type { ChainNode } from "../../chain/execution/node.js";
import type { TipsetResult } from "../../chain/execution/tipset.js";
import { Chain, type ChainReadOptions, type NullRoundChoice } from "../../chain/history/chain.js";
import { type ChainTipset, firstHeader, isSameTipset } from "../../chain/history/chain-tipset.js";
import type { EpochIndex } from "../../chain/history/epoch-index.js";
import type { ChainNetwork } from "../../chain/networks/networks.js";
import { chainNode } from "../../chain/node/chain-node.js";
import { executeChainTipset } from "../../chain/node/execute-chain-tipset.js";
import type { ChainStore } from "../../chain/store/chain-store.js";
import type { Cid } from "../../encoding/cid.js";
import { BoundedMap } from "../../util/bounded-map.js";
import { SharedWork } from "../../util/shared-work.js";
import { Turns } from "../../util/waits.js";
import { acceptProofs } from "../../vm/proofs/verifier.js";
import type { Observer } from "../../vm/trace/observation.js";
import { type ExecutedTipset, executed, readExecuted, stateMissing } from "./executed-tipset.js";
import { type HeadChange, MainIndex } from "./main-index.js";
import { MessageIndex } from "./message-index.js";
import { TipsetIndex } from "./tipset-index.js";
import { readTipsetMessages, type TipsetMessage, type TipsetMessages } from "./tipset-messages.js";

/** A chain to open. */
export interface NodeChainOptions {
  readonly network: ChainNetwork;
  readonly blockstore: Blockstore;
  /** CIDs of the head's headers. */
  readonly head: readonly Cid[];
  /** Tipsets of the main chain below the head. Default: they are found by going back to genesis. */
  readonly index?: EpochIndex;
  /** Node that executes its tipsets. Default: `chainNode`, which takes proofs for valid. */
  readonly node?: (chain: Chain) => ChainNode;
}

/** Options of `NodeChain.replay`. */
export interface ReplayOptions
  extends Pick<ExecuteTipsetOptions, "onMessage" | "onResult" | "aroundMessage" | "signal"> {
  readonly observer?: Observer;
  /** Takes what execution adds, in front of the chain's store. Default: memory that is forgotten. */
  readonly added?: Blockstore;
}

/** Where a message was executed. */
export interface MessagePlace {
  readonly tipset: ChainTipset;
  /** Among the messages that the tipset executes. */
  readonly index: number;
  readonly message: TipsetMessage;
}

/** Called with each change of the head, in order. */
export type HeadListener = (change: HeadChange) => void;

/** Tipsets whose messages and results are in memory, at least. */
const TIPSETS_KEPT = 128;

/**
 * A chain with a head that moves: its main chain, its messages, and what its tipsets lead to. Results that the store has
 * are read; others are made by execution, once, and kept.
 */
export class NodeChain {
  #head: ChainTipset;
  readonly #index: MainIndex;
  readonly #messageIndex: MessageIndex;
  readonly #tipsetIndex: TipsetIndex;
  readonly #messages = new BoundedMap<string, TipsetMessages>(TIPSETS_KEPT);
  readonly #results = new BoundedMap<string, ExecutedTipset>(TIPSETS_KEPT);
  readonly #reading = new SharedWork<string, TipsetMessages>();
  readonly #executing = new SharedWork<string, ExecutedTipset>();
  readonly #listeners = new Set<HeadListener>();
  /** The last change of the head that was begun. */
  #change: Promise<void> = Promise.resolve();

  private constructor(
    readonly network: ChainNetwork,
    /** Its tipsets, from any of them back to genesis. */
    readonly chain: Chain,
    /** Node that executes its tipsets. */
    readonly node: ChainNode,
    head: ChainTipset,
    index: MainIndex,
    /** Undefined if the headers do not go back so far. */
    readonly genesis: ChainTipset | undefined,
    private readonly makeNode: (chain: Chain) => ChainNode,
  ) {
    this.#head = head;
    this.#index = index;
    this.#messageIndex = new MessageIndex(chain, node.chainId);
    this.#tipsetIndex = new TipsetIndex(chain, index, head);
  }

  /** Opens a chain. Throws as `Chain.tipset`, and the signal's reason. */
  static async open(given: NodeChainOptions, options: ChainReadOptions = {}): Promise<NodeChain> {
    const { network, blockstore } = given;
    const plain = new Chain(blockstore);
    const head = await plain.tipset(given.head, options);
    const index = await mainIndex(plain, head, given.index, options);
    const chain = new Chain(blockstore, { index });
    const makeNode = given.node ?? ((chain: Chain) => chainNode({ network, chain, proofs: acceptProofs }));
    const isThere = (await blockstore.get(network.genesis.cid, options)) !== undefined;
    const genesis = isThere ? await chain.tipset([network.genesis.cid], options) : undefined;
    return new NodeChain(network, chain, makeNode(chain), head, index, genesis, makeNode);
  }

  /** The chain of a folder, from the head that it has now. Throws as `open` and `ChainStore.head`. */
  static async ofStore(store: ChainStore, options: ChainReadOptions = {}): Promise<NodeChain> {
    const { network, blockstore } = store;
    const { key } = await store.head(options);
    return NodeChain.open({ network, blockstore, head: key, index: store }, options);
  }

  /** The newest tipset. What it leads to, no header says yet. */
  get head(): ChainTipset {
    return this.#head;
  }

  /**
   * Makes a tipset the head, whose blocks and messages are in the blockstore, and tells the listeners. Changes are made
   * one after the other. Throws as `Chain.parent`; what the first listener throws, once all have been told.
   */
  async setHead(tipset: ChainTipset): Promise<void> {
    const changed = this.#change.then(() => this.#setHead(tipset));
    this.#change = changed.catch(() => undefined);
    return changed;
  }

  /** Tells a listener of all changes from now on. @returns ends that */
  onChange(listener: HeadListener): () => void {
    const entry: HeadListener = (change) => listener(change);
    this.#listeners.add(entry);
    return () => void this.#listeners.delete(entry);
  }

  /** The main chain's tipset of an epoch; undefined after the head. Throws as `Chain.tipsetAt`. */
  async tipsetAt(
    epoch: number,
    nullRound: NullRoundChoice,
    options: ChainReadOptions = {},
  ): Promise<ChainTipset | undefined> {
    return this.chain.tipsetAt(epoch, this.#head, nullRound, options);
  }

  /**
   * The tipset whose key has a CID: of the main chain, or one that lately was on it. Throws as `Chain.tipset`.
   *
   * @param cid as `tipsetCid` makes it
   */
  async tipsetOf(cid: Cid, options: ChainReadOptions = {}): Promise<ChainTipset | undefined> {
    return this.#tipsetIndex.find(cid, options);
  }

  /** Whether a tipset is on the main chain. Throws as `Chain.tipsetAt`. */
  async isMain({ epoch, key }: ChainTipset, options: ChainReadOptions = {}): Promise<boolean> {
    const known = await this.#index.keyAt(epoch);
    const there = known ?? (await this.tipsetAt(epoch, "before", options))?.key;
    return there !== undefined && isSameTipset(there, key);
  }

  /** The main chain's tipset on top of a tipset; undefined of the head, and of one beside it. Throws as `Chain.tipsetAt`. */
  async childOf(
    { epoch, key }: ChainTipset,
    options: ChainReadOptions = {},
  ): Promise<ChainTipset | undefined> {
    if (epoch >= this.#head.epoch) return undefined;
    const next = await this.tipsetAt(epoch + 1, "after", options);
    return next !== undefined && isSameTipset(firstHeader(next).parents, key) ? next : undefined;
  }

  /** The messages that a tipset executes, in order. Throws as `readTipsetMessages`. */
  async messages(tipset: ChainTipset, options: ChainReadOptions = {}): Promise<readonly TipsetMessage[]> {
    return (await this.#messagesOf(tipset, options)).executed;
  }

  /** A tipset with its results. Throws `FvmError` STATE_MISSING, and as `readExecuted` and `executeChainTipset`. */
  async executed(tipset: ChainTipset, { signal }: ChainReadOptions = {}): Promise<ExecutedTipset> {
    const name = tipset.key.join("");
    const known = this.#results.get(name);
    if (known !== undefined) return known;
    const work = async (signal: AbortSignal) => {
      const messages = await this.#messagesOf(tipset, { signal });
      const child = await this.childOf(tipset, { signal });
      const stored = child && (await readExecuted(this.chain, tipset, messages, child, { signal }));
      const result = stored ?? (await executed(this.node, this.chain, tipset, messages, { signal }));
      this.#results.set(name, result);
      return result;
    };
    return this.#executing.of(name, work, signal);
  }

  /**
   * Root of the state after a tipset, which the store has: on the main chain what its child says, which may be more than
   * execution has changed; else what its execution leads to. Throws as `executed`.
   */
  async stateAfter(tipset: ChainTipset, options: ChainReadOptions = {}): Promise<Cid> {
    const child = await this.childOf(tipset, options);
    if (child === undefined) return (await this.executed(tipset, options)).stateRoot;
    const { parentStateRoot } = firstHeader(child);
    if ((await this.chain.blockstore.get(parentStateRoot, options)) !== undefined) return parentStateRoot;
    const messages = await this.#messagesOf(tipset, options);
    const { stateRoot } = await executed(this.node, this.chain, tipset, messages, options);
    if (stateRoot !== parentStateRoot) throw stateMissing(child.epoch, parentStateRoot);
    return stateRoot;
  }

  /** Node that executes the chain's tipsets on another store, which has all that the chain's has. */
  nodeOn(blockstore: Blockstore): ChainNode {
    return this.makeNode(new Chain(blockstore, { index: this.#index }));
  }

  /**
   * Executes a tipset once more, for an observer, and stores nothing in the chain's store. Throws as `executed`.
   *
   * @param observer as for machines
   */
  async replay(
    tipset: ChainTipset,
    { observer, added = new MemoryBlockstore(), ...options }: ReplayOptions,
  ): Promise<TipsetResult> {
    const { parentStateRoot } = firstHeader(tipset);
    if ((await this.chain.blockstore.get(parentStateRoot, options)) === undefined) {
      throw stateMissing(tipset.epoch, parentStateRoot);
    }
    const blockstore = new LayeredBlockstore([added, this.chain.blockstore], { keep: false });
    const node = { ...this.nodeOn(blockstore), ...(observer !== undefined && { observer }) };
    const { blocks: messages } = await this.#messagesOf(tipset, options);
    return executeChainTipset(node, this.chain, tipset, { ...options, messages });
  }

  /** Where the main chain has executed a message, the last place; undefined: nowhere. Throws as `Chain.tipset`. */
  async find(cid: Cid, options: ChainReadOptions = {}): Promise<MessagePlace | undefined> {
    for (const epoch of await this.#messageIndex.epochsOf(cid, this.#head, options)) {
      const tipset = await this.tipsetAt(epoch, "before", options);
      if (tipset === undefined) continue;
      const messages = await this.messages(tipset, options);
      const index = messages.findIndex((message) => message.cid === cid);
      if (index >= 0) return { tipset, index, message: messages[index] as TipsetMessage };
    }
    return undefined;
  }

  /** CID of the main chain's message that an Ethereum transaction is. Throws as `Chain.tipset`. @param hash `0x…` */
  async cidOf(hash: string, options: ChainReadOptions = {}): Promise<Cid | undefined> {
    return this.#messageIndex.cidOf(hash, this.#head, options);
  }

  async #setHead(tipset: ChainTipset): Promise<void> {
    if (isSameTipset(tipset.key, this.#head.key)) return;
    const apply = await tipsetsTo(this.chain, tipset, (at) => this.isMain(at), {});
    const first = apply[0] as ChainTipset | undefined;
    const base = first === undefined ? tipset : await this.chain.parent(first);
    const revert: ChainTipset[] = [];
    for (let at: ChainTipset | undefined = this.#head; at !== undefined && at.epoch > (base?.epoch ?? -1); ) {
      revert.push(at);
      at = await this.chain.parent(at);
    }
    const change: HeadChange = { revert, apply };
    this.#index.change(change);
    this.#head = tipset;
    this.#messageIndex.follow(change);
    this.#tipsetIndex.follow(change);
    this.#tell(change);
  }

  #tell(change: HeadChange): void {
    const errors: unknown[] = [];
    for (const listener of [...this.#listeners]) {
      try {
        listener(change);
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  }

  async #messagesOf(tipset: ChainTipset, { signal }: ChainReadOptions): Promise<TipsetMessages> {
    const name = tipset.key.join("");
    const known = this.#messages.get(name);
    if (known !== undefined) return known;
    const work = async (signal: AbortSignal) => {
      const messages = await readTipsetMessages(this.node, this.chain, tipset, { signal });
      this.#messages.set(name, messages);
      return messages;
    };
    return this.#reading.of(name, work, signal);
  }
}

/** The main chain up to a head: as an index has it, as far as the head's ancestors are in that. */
async function mainIndex(
  chain: Chain,
  head: ChainTipset,
  earlier: EpochIndex | undefined,
  options: ChainReadOptions,
): Promise<MainIndex> {
  const isKnown = async ({ epoch, key }: ChainTipset) => {
    const known = await earlier?.keyAt(epoch);
    return known !== undefined && isSameTipset(known, key);
  };
  const apply = await tipsetsTo(chain, head, isKnown, options);
  const [lowest] = apply;
  const agreed = lowest === undefined ? head : await chain.parent(lowest, options);
  const index = new MainIndex(earlier, agreed?.epoch ?? -1);
  index.change({ revert: [], apply });
  return index;
}

/** A tipset and those below it, ascending, down to genesis or to the first one that is met. */
async function tipsetsTo(
  chain: Chain,
  from: ChainTipset,
  isMet: (tipset: ChainTipset) => Promise<boolean>,
  options: ChainReadOptions,
): Promise<ChainTipset[]> {
  const turns = new Turns(options.signal);
  const descending: ChainTipset[] = [];
  for (let at: ChainTipset | undefined = from; at !== undefined; ) {
    await turns.next();
    if (await isMet(at)) break;
    descending.push(at);
    at = await chain.parent(at, options);
  }
  return descending.reverse();
}
