import { DAG_CBOR } from "../../encoding/codecs.js";
import type { Block } from "../../ipld/block-access.js";
import { writeCarFile } from "../../ipld/car/write.js";
import { encodeCbor } from "../../ipld/cbor.js";
import { native } from "../../native/index.js";
import { isCount, isFlag, isFunction, isSignal, isText, oneOf, optional } from "../../util/check.js";
import { type Checks, checkedOptionsOnly, checkOption } from "../../util/options.js";
import type { Chain } from "../history/chain.js";
import type { ChainTipset } from "../history/chain-tipset.js";
import { snapshotMetadataCodec } from "../types/snapshot-metadata.js";
import { snapshotBlocks } from "./snapshot-blocks.js";
import { USUAL_STATES } from "./usual-states.js";

/** Options of `exportSnapshot`. */
export interface ExportOptions {
  /** Epochs up to the head whose states are in it, beside that of genesis. Default: 2000. */
  readonly states?: number;
  /** Version of the snapshot (FRC-0108): 2 says in its first block what it is. Default: 1, which all nodes read. */
  readonly version?: 1 | 2;
  /** Leave out the messages of epochs whose states are not in it. Default: false. */
  readonly skipOldMessages?: boolean;
  /** Also receipts of epochs whose states are in it, and their events, as far as they are there. Default: false. */
  readonly receipts?: boolean;
  /** Compress it with zstd. Default: if the file's name ends with `.zst`. */
  readonly zstd?: boolean;
  /** Ends it; no file is left. */
  readonly signal?: AbortSignal;
  /** Told now and then how far it has got. */
  readonly onProgress?: (progress: ExportProgress) => void;
}

/** How far an export has got. */
export interface ExportProgress {
  /** The epoch that it has come down to. */
  readonly epoch: number;
  readonly head: number;
  readonly blocks: number;
  /** Bytes of the blocks' data. */
  readonly bytes: number;
}

/** Result of an export. */
export interface ExportResult {
  readonly blocks: number;
  /** Bytes of the blocks' data. */
  readonly bytes: number;
}

const CHECKS: Checks<ExportOptions> = {
  states: optional(isCount),
  version: optional(oneOf(1, 2)),
  skipOldMessages: optional(isFlag),
  receipts: optional(isFlag),
  zstd: optional(isFlag),
  signal: optional(isSignal),
  onProgress: optional(isFunction),
};

/**
 * Writes a snapshot of a chain to a file, as Lotus does: the same blocks in the same order, so the same bytes each time.
 * The file is there when it is whole.
 *
 * @throws FvmError SNAPSHOT_INCOMPLETE, INVALID_OPTION; `HostFault` CORRUPT_BLOCK; as `writeCarFile` and
 * `Chain.tipset`
 */
export async function exportSnapshot(
  chain: Chain,
  head: ChainTipset,
  file: string,
  options: ExportOptions = {},
): Promise<ExportResult> {
  checkOption("file", file, isText);
  const checked = checkedOptionsOnly(options, CHECKS);
  const { states = USUAL_STATES, version = 1, skipOldMessages = false, receipts = false } = checked;
  const { zstd = file.endsWith(".zst"), signal, onProgress = () => undefined } = checked;
  let [blocks, bytes] = [0, 0];
  const onEpoch = (epoch: number) => onProgress({ epoch, head: head.epoch, blocks, bytes });
  const walk = snapshotBlocks(chain, head, { states, skipOldMessages, receipts, signal, onEpoch });
  async function* counted(source: AsyncIterable<Block>): AsyncGenerator<Block> {
    for await (const block of source) {
      blocks++;
      bytes += block.data.length;
      yield block;
    }
  }
  const car = version === 1 ? { roots: head.key, blocks: walk } : withMetadata(head, walk);
  await writeCarFile(
    file,
    { ...car, blocks: counted(car.blocks) },
    { zstd, ...(signal !== undefined && { signal }) },
  );
  return { blocks, bytes };
}

/** As version 2: the root is the metadata, which name the head. */
function withMetadata({ key }: ChainTipset, walk: AsyncIterable<Block>) {
  const data = encodeCbor(snapshotMetadataCodec, { version: 2, headTipsetKey: key, f3Data: undefined });
  const cid = native.cidOf(DAG_CBOR, data);
  async function* blocks(): AsyncGenerator<Block> {
    yield { cid, data };
    yield* walk;
  }
  return { roots: [cid], blocks: blocks() };
}
