import { type BlockAccessOptions, readBlocks, walkBlocks } from "../../blockstore/access.js";
import type { BlockCache } from "../../blockstore/block-cache.js";
import type { Blockstore } from "../../blockstore/blocks.js";
import { Flights } from "../../blockstore/flights.js";
import type { Cid } from "../../encoding/cid.js";
import { FvmError } from "../../errors.js";
import { BoundedMap } from "../../util/bounded-map.js";
import { isArray } from "../../util/check.js";
import { checkOption } from "../../util/options.js";
import { type BlockHeader, decodeHeader } from "../types/header.js";
import type { BlockMessages } from "../types/message-meta.js";
import { walkBlockMessages } from "../types/walk-messages.js";
import { type ChainTipset, chainTipset, firstHeader, isSameTipset } from "./chain-tipset.js";
import { type EpochIndex, indexedTipsets } from "./epoch-index.js";

/** Options of `Chain`. */
export interface ChainOptions {
  /** Default: looks go from parent to parent. */
  readonly index?: EpochIndex;
  readonly blockCache?: BlockCache;
}

/** Options of what a chain is asked. */
export interface ChainReadOptions {
  /** Ends the waiting. */
  readonly signal?: AbortSignal;
}

/** The tipset that is taken for an epoch without blocks: the last one before it, or the first one after it. */
export type NullRoundChoice = "before" | "after";

/** Tipsets in memory with their headers, at least: those that work is being done on. */
const TIPSETS_KEPT = 32;
/** Tipsets of which the parents are remembered, at least: beyond those that elections look back to. */
const LINKS_KEPT = 1024;

/** A tipset without its headers: enough to go on to its parents. */
interface Link {
  readonly epoch: number;
  readonly key: readonly Cid[];
  readonly parents: readonly Cid[];
}

/** Tipsets in a blockstore, from any of them back to genesis, as far as their headers are there. */
export class Chain {
  readonly #tipsets = new BoundedMap<string, ChainTipset>(TIPSETS_KEPT);
  /** The blockstore: a header or message that several wait for is asked for once. */
  readonly #flights: Flights;
  readonly #links = new BoundedMap<string, Link>(LINKS_KEPT);
  /** Messages of tipsets that were made here. */
  readonly #made = new WeakMap<ChainTipset, readonly BlockMessages[]>();

  constructor(
    readonly blockstore: Blockstore,
    private readonly options: ChainOptions = {},
  ) {
    this.#flights = new Flights(blockstore);
  }

  /**
   * The tipset of these headers.
   *
   * @throws FvmError INVALID_OPTION, INVALID_TIPSET, INVALID_CBOR or the error of a field; otherwise as `readBlocks`
   */
  async tipset(key: readonly Cid[], options: ChainReadOptions = {}): Promise<ChainTipset> {
    checkOption("key", key, isArray);
    const name = key.join("");
    const known = this.#tipsets.get(name);
    if (known !== undefined) return known;
    const headers = await Promise.all(key.map((cid) => this.#header(cid, options)));
    const tipset = chainTipset(headers);
    if (!isSameTipset(tipset.key, key)) {
      throw new FvmError("INVALID_TIPSET", { epoch: tipset.epoch, reason: "its key is not in order" });
    }
    this.#remember(name, tipset);
    return tipset;
  }

  /**
   * Remembers a tipset that was made here, so that it need not be read. The blockstore has it.
   *
   * @internal
   * @param messages of each block
   */
  keep(tipset: ChainTipset, messages: readonly BlockMessages[]): void {
    this.#remember(tipset.key.join(""), tipset);
    this.#made.set(tipset, messages);
  }

  /**
   * Messages of each block of a tipset that was made here, while it is remembered.
   *
   * @internal
   */
  kept(tipset: ChainTipset): readonly BlockMessages[] | undefined {
    return this.#made.get(tipset);
  }

  /** The tipset before; undefined before genesis. Throws as `tipset`. */
  async parent(tipset: ChainTipset, options: ChainReadOptions = {}): Promise<ChainTipset | undefined> {
    if (tipset.epoch === 0) return undefined;
    const parent = await this.tipset(firstHeader(tipset).parents, options);
    checkOrder(tipset, parent);
    return parent;
  }

  /**
   * The tipset of an epoch among a tipset and its ancestors. Epochs before genesis count as its own.
   * Source: Lotus chain/store/store.go `GetTipsetByHeight`.
   *
   * @param nullRound if the epoch has no blocks
   * @returns undefined after the tipset's own epoch
   * @throws as `tipset`
   */
  async tipsetAt(
    epoch: number,
    descendant: ChainTipset,
    nullRound: NullRoundChoice,
    options: ChainReadOptions = {},
  ): Promise<ChainTipset | undefined> {
    const wanted = Math.max(epoch, 0);
    if (wanted > descendant.epoch) return undefined;
    let at: Link = linkOf(descendant);
    let above = at;
    while (at.epoch > wanted) {
      above = at;
      at = (await this.#jump(wanted, at, options)) ?? (await this.#parentLink(at, options));
    }
    const { key } = at.epoch < wanted && nullRound === "after" ? above : at;
    return isSameTipset(key, descendant.key) ? descendant : this.tipset(key, options);
  }

  /** Messages of each block of a tipset. Throws as `readBlockMessages` and `readBlocks`. */
  async messages(tipset: ChainTipset, options: ChainReadOptions = {}): Promise<BlockMessages[]> {
    const kept = this.kept(tipset);
    if (kept !== undefined) return [...kept];
    const access = this.#access(options);
    return Promise.all(
      tipset.headers.map(({ messages }) =>
        walkBlocks(this.#flights, (blocks) => walkBlockMessages(blocks, messages), access),
      ),
    );
  }

  #remember(name: string, tipset: ChainTipset): void {
    this.#tipsets.set(name, tipset);
    this.#links.set(name, linkOf(tipset));
  }

  /** The first tipset of the main chain at or after an epoch, if this one is on it and it lies before. */
  async #jump(epoch: number, from: Link, options: ChainReadOptions): Promise<Link | undefined> {
    const { index } = this.options;
    if (index === undefined) return undefined;
    const here = await index.keyAt(from.epoch);
    if (here === undefined || !isSameTipset(here, from.key)) return undefined;
    // Null rounds are rare, and one key costs less than the beginning of a range.
    const exact = await index.keyAt(epoch);
    if (exact !== undefined) return linkOf(await this.tipset(exact, options));
    const later = { from: epoch + 1, to: from.epoch - 1 };
    for await (const { key } of indexedTipsets(index, later, options.signal)) {
      return linkOf(await this.tipset(key, options));
    }
    return undefined;
  }

  async #parentLink(link: Link, options: ChainReadOptions): Promise<Link> {
    const parent = this.#links.get(link.parents.join("")) ?? linkOf(await this.tipset(link.parents, options));
    checkOrder(link, parent);
    return parent;
  }

  async #header(cid: Cid, options: ChainReadOptions): Promise<BlockHeader> {
    return readBlocks(this.#flights, (blocks) => decodeHeader(blocks.get(cid)), this.#access(options));
  }

  #access(options: ChainReadOptions): BlockAccessOptions {
    const { blockCache } = this.options;
    return { ...(blockCache !== undefined && { blockCache }), ...options };
  }
}

function linkOf(tipset: ChainTipset): Link {
  const { epoch, key } = tipset;
  return { epoch, key: key.map(ownCid), parents: firstHeader(tipset).parents.map(ownCid) };
}

/** A CID that is no slice of its header's text, which it would keep in memory. */
function ownCid(cid: Cid): Cid {
  return Buffer.from(cid, "latin1").toString("latin1") as Cid;
}

/** Throws `FvmError` INVALID_TIPSET. */
function checkOrder({ epoch }: { readonly epoch: number }, parent: { readonly epoch: number }): void {
  if (parent.epoch < epoch) return;
  throw new FvmError("INVALID_TIPSET", { epoch, reason: `its parent is of epoch ${parent.epoch}` });
}
