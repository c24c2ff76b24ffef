import { type Cid, cidCodec, cidText } from "../../encoding/cid.js";
import { RAW } from "../../encoding/codecs.js";
import { type ErrorDetails, FvmError, HostFault } from "../../errors.js";
import type { Block } from "../../ipld/block-access.js";
import type { Chain, ChainReadOptions } from "../history/chain.js";
import type { ChainTipset } from "../history/chain-tipset.js";
import { type BlockHeader, encodeHeader } from "../types/header.js";
import { CidSet } from "./cid-set.js";
import { type OnMissing, reachableBlocks } from "./reachable.js";
import { readBlock } from "./read-block.js";

/** Content of a snapshot beside all headers. */
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
 * @throws FvmError SNAPSHOT_INCOMPLETE; `HostFault` CORRUPT_BLOCK; as `Chain.tipset`
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
    for (let at: ChainTipset | undefined = head; at !== undefined; at = await parentOf(chain, at, waiting)) {
      options.onEpoch(at.epoch);
      yield* walk.tipset(at);
    }
  } finally {
    await seen.close();
  }
}

class SnapshotWalk {
  constructor(
    private readonly chain: Chain,
    private readonly headEpoch: number,
    private readonly seen: CidSet,
    private readonly options: SnapshotWalkOptions,
  ) {}

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
    const epoch = Number(header.height);
    const isRecent = epoch > this.headEpoch - states;
    const isGenesis = epoch === 0;
    const fewer = `--states ${this.headEpoch - epoch}`;
    if (isRecent || !skipOldMessages) {
      const remedy = isRecent ? `${fewer} --skip-old-messages` : "--skip-old-messages";
      yield* this.#reachable(header.messages, refusal("messages", epoch, remedy));
    }
    if (isGenesis) yield* this.#parentsOfGenesis(header);
    if (isRecent || isGenesis) {
      const remedy = isGenesis ? "import a snapshot that has it" : fewer;
      yield* this.#reachable(header.parentStateRoot, refusal("state", epoch, remedy));
    }
    // A store that has not executed a tipset lacks its receipts.
    if (isRecent && receipts) yield* this.#reachable(header.parentMessageReceipts, passOver);
  }

  /** The parent of genesis is a block without meaning, which snapshots have. */
  async *#parentsOfGenesis({ parents }: BlockHeader): AsyncGenerator<Block> {
    for (const cid of parents) {
      if (!this.seen.add(cid)) continue;
      const data = await readBlock(this.chain.blockstore, cid, this.options.signal);
      if (data !== undefined) yield { cid, data };
    }
  }

  #reachable(root: Cid, onMissing: OnMissing): AsyncGenerator<Block> {
    const { seen, options } = this;
    return reachableBlocks(this.chain.blockstore, root, { seen, onMissing, signal: options.signal });
  }
}

const passOver: OnMissing = () => undefined;

/** Refuses to go on without a block, with the option that leaves out what it belongs to. */
function refusal(missing: "messages" | "state", epoch: number, remedy: string): OnMissing {
  return (cid) => {
    // Raw blocks of states are code: that of builtin actors is in bundles, and a chain may lack it.
    const isCode = missing === "state" && cidCodec(cid) === RAW;
    throw incomplete(
      isCode
        ? {
            missing: "code",
            epoch,
            cid: cidText(cid),
            remedy: "fvm chain info names builtin actors that are missing",
          }
        : { missing, epoch, cid: cidText(cid), remedy },
    );
  };
}

async function parentOf(
  chain: Chain,
  tipset: ChainTipset,
  options: ChainReadOptions,
): Promise<ChainTipset | undefined> {
  try {
    return await chain.parent(tipset, options);
  } catch (error) {
    if (!(error instanceof HostFault && error.code === "BLOCK_NOT_FOUND")) throw error;
    const { cid } = error.details as HostFault<"BLOCK_NOT_FOUND">["details"];
    const remedy = "import a snapshot whose headers go back to genesis";
    throw incomplete({ missing: "headers", epoch: tipset.epoch - 1, cid, remedy });
  }
}

function incomplete(details: ErrorDetails["SNAPSHOT_INCOMPLETE"]): FvmError {
  return new FvmError("SNAPSHOT_INCOMPLETE", details);
}
