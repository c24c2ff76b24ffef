import type { Blocks } from "../../blockstore/blocks.js";
import { type Cid, cidText } from "../../encoding/cid.js";
import { DAG_CBOR } from "../../encoding/codecs.js";
import { FvmError } from "../../errors.js";
import { MissingBlock } from "../../ipld/block-access.js";
import { HAMT_BIT_WIDTH } from "../../ipld/hamt.js";
import {
  decodeNode,
  type Entry,
  encodeNode,
  HamtNode,
  isBucket,
  type Pointer,
} from "../../ipld/hamt-node.js";
import { Pauses, type Waits } from "../../util/waits.js";

/** Blocks that are written at a time: some hundred kilobytes. */
const BATCH = 1024;

/** An actor's first bytes, before the length of its code's link: an array of five, a link's tag, bytes. */
const ACTOR_HEAD = "\x85\xd8\x2a\x58";
const LENGTH_AT = ACTOR_HEAD.length;
/** The link has a zero byte in front of the CID. */
const CODE_AT = LENGTH_AT + 2;

/**
 * The HAMT of a state's actors with other codes. The keys stay, and so does the shape of the tree: each node is
 * written anew with its children's new links, children first, so that memory is needed for the nodes beside one path
 * and one batch of blocks, however many actors there are.
 */
export class CodeSwap {
  readonly #blocks: Blocks;
  /** The first bytes of actors with an old code, by that code, with the new one in its place. */
  readonly #heads: ReadonlyMap<string, string>;
  readonly #pauses = new Pauses();
  #written = 0;
  /** Actors so far. */
  actors = 0;

  /**
   * @param blocks over the store that gets the new nodes
   * @param codes new ones by old ones: of each actor that there is
   */
  constructor(blocks: Blocks, codes: ReadonlyMap<Cid, Cid>) {
    this.#blocks = blocks;
    this.#heads = new Map(Array.from(codes, ([from, to]) => [from, headOf(to)]));
  }

  /** The new root, whose blocks are in the store. Throws `FvmError` INVALID_STATE, and what `Blocks.get` throws. */
  *run(root: Cid): Waits<Cid> {
    const [data] = yield* this.#read([root]);
    const swapped = yield* this.#node(root, data as Uint8Array);
    yield this.#blocks.flushAll();
    return swapped;
  }

  *#node(cid: Cid, data: Uint8Array): Waits<Cid> {
    const { slots } = decodeNode<never>(cid, data, HAMT_BIT_WIDTH);
    const children = yield* this.#read(slots.filter((pointer) => typeof pointer === "string"));
    const swapped: (Pointer<never> | undefined)[] = [];
    for (const pointer of slots) {
      if (typeof pointer === "string")
        swapped.push(yield* this.#node(pointer, children.shift() as Uint8Array));
      else if (pointer !== undefined && isBucket(pointer))
        swapped.push(pointer.map((entry) => this.#entry(entry, cid)));
      else swapped.push(undefined);
    }
    yield* this.#pauses.next();
    return yield* this.#put(encodeNode(new HamtNode(swapped)));
  }

  /** Blocks that a store has to be waited for come all at a time. */
  *#read(cids: readonly Cid[]): Waits<Uint8Array[]> {
    for (;;) {
      const found: Uint8Array[] = [];
      const pending: Promise<void>[] = [];
      for (const cid of cids) {
        try {
          found.push(this.#blocks.get(cid));
        } catch (error) {
          pending.push(arrival(error, pending));
        }
      }
      if (pending.length === 0) return found;
      yield Promise.all(pending).then(() => undefined);
    }
  }

  *#put(data: string): Waits<Cid> {
    const cid = this.#blocks.put(DAG_CBOR, data);
    if (++this.#written % BATCH === 0) yield this.#blocks.flushAll();
    return cid;
  }

  #entry({ key, encoded }: Entry<never>, node: Cid): Entry<never> {
    const end = LENGTH_AT + 1 + encoded.charCodeAt(LENGTH_AT);
    const code = encoded.slice(CODE_AT, end);
    const head = encoded.startsWith(ACTOR_HEAD) ? this.#heads.get(code) : undefined;
    if (head === undefined) {
      const reason = "an actor's code is not one of the builtin actors'";
      throw new FvmError("INVALID_STATE", { reason, cid: cidText(node) });
    }
    this.actors++;
    return { key, encoded: head + encoded.slice(end), value: undefined };
  }
}

/** The promise of a block that is on its way; other errors are thrown on, and nobody waits for the rest. */
function arrival(error: unknown, pending: readonly Promise<void>[]): Promise<void> {
  if (error instanceof MissingBlock) return error.pending;
  for (const other of pending) other.catch(() => undefined);
  throw error;
}

function headOf(code: Cid): string {
  return `${ACTOR_HEAD}${String.fromCharCode(code.length + 1)}\0${code}`;
}
