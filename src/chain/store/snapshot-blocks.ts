import type { Cid } from "../../encoding/cid.js";
import type { Block } from "../../ipld/block-access.js";
import type { Chain } from "../history/chain.js";
import type { ChainTipset } from "../history/chain-tipset.js";
import { type BlockHeader, encodeHeader } from "../types/header.js";
import { CidSet } from "./cid-set.js";
import { type OnMissing, reachableBlocks, refuseMissing, type WalkOptions } from "./reachable.js";
import { readBlock } from "./read-block.js";

/** What is in a snapshot beside all headers. */
export interface SnapshotContent {
  /** Epochs up to the head whose states are in it, beside that of genesis. */
  readonly states: number;
  /** Leave out the messages of earlier epochs. */
  readonly skipOldMessages: boolean;
  /** Receipts of the same epochs and their events, as far as they are there. */
  readonly receipts: boolean;
}

/** Options of `snapshotBlocks`. */
export interface SnapshotWalkOptions extends SnapshotContent {
  readonly signal: AbortSignal | undefined;
  /** Called with the epoch of each tipset before its blocks. */
  onEpoch(epoch: number): void;
}

/**
 * The blocks of a snapshot, each once, in Lotus's order: from the head down, behind each header its messages, state and
 * receipts. Source: Lotus chain/store/snapshot.go `WalkSnapshot`.
 *
 * @throws `HostFault` BLOCK_NOT_FOUND, CORRUPT_BLOCK; as `Chain.tipset`
 */
export async function* snapshotBlocks(
  chain: Chain,
  head: ChainTipset,
  options: SnapshotWalkOptions,
): AsyncGenerator<Block> {
  const seen = CidSet.temporary();
  try {
    const waiting = options.signal === undefined ? {} : { signal: options.signal };
    const walk = new SnapshotWalk(chain, head.epoch, seen, options);
    for (let at: ChainTipset | undefined = head; at !== undefined; at = await chain.parent(at, waiting)) {
      options.onEpoch(at.epoch);
      yield* walk.tipset(at);
    }
  } finally {
    await seen.close();
  }
}

class SnapshotWalk {
  readonly #strict: WalkOptions;
  readonly #lenient: WalkOptions;

  constructor(
    private readonly chain: Chain,
    private readonly headEpoch: number,
    private readonly seen: CidSet,
    private readonly options: SnapshotWalkOptions,
  ) {
    const { signal } = options;
    this.#strict = { seen, onMissing: refuseMissing, signal };
    // A store that has not executed a tipset lacks its receipts.
    this.#lenient = { seen, onMissing: passOver, signal };
  }

  async *tipset({ key, headers }: ChainTipset): AsyncGenerator<Block> {
    for (const [i, header] of headers.entries()) {
      const cid = key[i] as Cid;
      this.seen.add(cid);
      yield { cid, data: encodeHeader(header) };
      yield* this.#behind(header);
    }
  }

  async *#behind(header: BlockHeader): AsyncGenerator<Block> {
    const { states, skipOldMessages, receipts } = this.options;
    const isRecent = Number(header.height) > this.headEpoch - states;
    const isGenesis = header.height === 0;
    if (isRecent || !skipOldMessages) yield* this.#reachable(header.messages);
    if (isGenesis) yield* this.#parentsOfGenesis(header);
    if (isRecent || isGenesis) yield* this.#reachable(header.parentStateRoot);
    if (isRecent && receipts) {
      yield* reachableBlocks(this.chain.blockstore, header.parentMessageReceipts, this.#lenient);
    }
  }

  /** The parent of genesis is a block without meaning, which snapshots have. */
  async *#parentsOfGenesis({ parents }: BlockHeader): AsyncGenerator<Block> {
    for (const cid of parents) {
      if (!this.seen.add(cid)) continue;
      const data = await readBlock(this.chain.blockstore, cid, this.options.signal);
      if (data !== undefined) yield { cid, data };
    }
  }

  #reachable(root: Cid): AsyncGenerator<Block> {
    return reachableBlocks(this.chain.blockstore, root, this.#strict);
  }
}

const passOver: OnMissing = () => undefined;
