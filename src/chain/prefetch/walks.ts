import { type Address, addressId, idAddress } from "../../address/address.js";
import { BlockCache, cacheParts } from "../../blockstore/block-cache.js";
import { Blocks } from "../../blockstore/blocks.js";
import { type Cid, cidCodec } from "../../encoding/cid.js";
import { DAG_CBOR } from "../../encoding/codecs.js";
import { isStored, linksOf } from "../../ipld/links.js";
import { retrying } from "../../ipld/retrying.js";
import { METHOD_SEND } from "../../message/methods.js";
import { finish } from "../../util/waits.js";
import type { MachineOptions } from "../../vm/machine/options.js";
import { networkVersion } from "../../vm/network/version.js";
import { SingletonId } from "../../vm/state-tree/actor-state.js";
import { StoredState } from "../../vm/state-tree/state-view.js";
import type { EpochPlan } from "../execution/prefetch.js";

/** Levels of an actor's state that are read ahead, its root among them. */
const LEVELS = 4;
/** A block with more links is a node of a large tree, of which nobody reads everything. */
const MAX_LINKS = 16;

/** Actors that every epoch runs. */
const ALWAYS = [
  SingletonId.Init,
  SingletonId.Reward,
  SingletonId.Cron,
  SingletonId.Power,
  SingletonId.Market,
];

/** Reads what leads to the actors of an epoch's messages, and the first levels of what those keep: all at the same time. */
export class Walks {
  readonly #blocks: Blocks;
  #state: StoredState | undefined;
  readonly #followed = new Set<Cid>();

  constructor(private readonly options: MachineOptions) {
    const { blockCache, blockstore, signal } = options;
    const { newBuffer, decoded } = cacheParts(blockCache ?? BlockCache.shared);
    this.#blocks = new Blocks(newBuffer(), blockstore, decoded);
    this.#blocks.signal = signal;
  }

  /** Begins; nobody needs to wait for the end. */
  begin(plan: EpochPlan): void {
    for (const [address, levels] of targets(plan)) give(this.#actor(address, levels));
  }

  /** Begins to bring blocks into memory that are not there. */
  fetch(cids: readonly Cid[]): void {
    // Most of what the last epochs have needed is there, and asking costs less than a promise.
    for (const cid of cids) {
      if (!this.#blocks.has(cid)) give(this.#read(() => this.#blocks.require(cid)));
    }
  }

  /** Begins to read blocks alone. @param arrived called with each that is there */
  read(cids: readonly Cid[], arrived: (cid: Cid, data: Uint8Array) => void): void {
    for (const cid of cids) give(this.#read(() => this.#blocks.get(cid)).then((data) => arrived(cid, data)));
  }

  async #actor(address: Address, levels: number): Promise<void> {
    const id = addressId(address) ?? (await this.#read(() => this.#loaded().resolveAddress(address)));
    const actor = id === undefined ? undefined : await this.#read(() => this.#loaded().getActor(id));
    if (actor !== undefined) await this.#follow(actor.state, levels);
  }

  async #follow(cid: Cid, levels: number): Promise<void> {
    if (levels === 0 || this.#followed.has(cid) || !isStored(cid)) return;
    this.#followed.add(cid);
    const data = await this.#read(() => this.#blocks.get(cid));
    if (cidCodec(cid) !== DAG_CBOR) return;
    const links = linksOf(data);
    if (links.length > MAX_LINKS) return;
    for (const link of links) give(this.#follow(link, levels - 1));
  }

  #read<T>(read: () => T): Promise<T> {
    return finish(retrying(read), this.options.signal);
  }

  #loaded(): StoredState {
    const { network, stateRoot } = this.options;
    const { rules } = typeof network === "number" ? networkVersion(network) : network;
    this.#state ??= StoredState.load(this.#blocks, stateRoot, rules.state.treeVersions);
    return this.#state;
  }
}

/** Actors to look for, each with the levels of its state that are worth it. */
function targets({ messages, miners }: EpochPlan): Map<Address, number> {
  const levels = new Map<Address, number>();
  for (const id of ALWAYS) levels.set(idAddress(id), LEVELS);
  // It only gets value, as senders and receivers of plain transfers do.
  levels.set(idAddress(SingletonId.BurntFunds), 0);
  for (const miner of miners) levels.set(miner, LEVELS);
  for (const { from, to, method } of messages()) {
    if (!levels.has(from)) levels.set(from, 0);
    if (method !== METHOD_SEND) levels.set(to, LEVELS);
    else if (!levels.has(to)) levels.set(to, 0);
  }
  return levels;
}

/** Who looks ahead may fail, also over what is wrong with the store: whoever needs the block says so. */
function give(work: Promise<void>): void {
  work.catch(() => undefined);
}
