import type { Blocks } from "../../blockstore/blocks.js";
import type { Cid } from "../../encoding/cid.js";
import { MissingBlock } from "../../ipld/block-access.js";
import { linksOf } from "../../ipld/links.js";
import { arrivalOf, retryingInside } from "../../ipld/retrying.js";
import type { Waits } from "../../util/waits.js";
import {
  type BlockMessages,
  loadMessageCids,
  MAX_MESSAGES,
  readBlockMessages,
  readMessageMeta,
} from "./message-meta.js";

/** Blocks that are fetched at the same time. */
const AT_ONCE = 128;

/**
 * As `readBlockMessages`. If it has to wait, blocks of a level are fetched at the same time: the nodes of the arrays, then
 * the messages.
 */
export function walkBlockMessages(blocks: Blocks, meta: Cid): Waits<BlockMessages> {
  return walkMessages(blocks, meta, () => readBlockMessages(blocks, meta));
}

/** As `walkBlockMessages`. @param read reads them, and throws as `readBlockMessages` */
export function* walkMessages<T>(blocks: Blocks, meta: Cid, read: () => T): Waits<T> {
  try {
    return read();
  } catch (error) {
    yield arrivalOf(error);
  }
  try {
    yield* fetchMessages(blocks, meta);
  } catch {
    // Whoever reads them says what is wrong.
  }
  return yield* retryingInside(read);
}

/** Throws what is wrong with some of them. */
function* fetchMessages(blocks: Blocks, meta: Cid): Waits<void> {
  const { bls, secp } = yield* retryingInside(() => readMessageMeta(blocks, meta));
  yield* fetchAll(blocks, [bls, secp]);
  /** Nodes with the levels below them. */
  let nodes = new Map<Cid, number>();
  for (const root of [bls, secp]) {
    const { height } = yield* retryingInside(() => loadMessageCids(blocks, root));
    nodes.set(root, height + 1);
  }
  while (nodes.size > 0 && nodes.size <= MAX_MESSAGES) {
    const below = new Map<Cid, number>();
    for (const [cid, levels] of nodes) {
      const links = yield* retryingInside(() => linksOf(blocks.get(cid)));
      for (const link of links) below.set(link, levels - 1);
    }
    yield* fetchAll(blocks, [...below.keys()]);
    nodes = new Map([...below].filter(([, levels]) => levels > 0));
  }
}

/** Waits until blocks are there, or are not. */
function* fetchAll(blocks: Blocks, cids: readonly Cid[]): Waits<void> {
  for (let at = 0; at < cids.length; at += AT_ONCE) {
    const late = cids.slice(at, at + AT_ONCE).flatMap((cid) => arrival(blocks, cid) ?? []);
    if (late.length > 0) yield Promise.allSettled(late).then(() => undefined);
  }
}

function arrival(blocks: Blocks, cid: Cid): Promise<void> | undefined {
  try {
    blocks.get(cid);
    return undefined;
  } catch (error) {
    return error instanceof MissingBlock ? error.pending : undefined;
  }
}
