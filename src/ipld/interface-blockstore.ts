import { CID } from "multiformats/cid";
import { concatBytes } from "../util/bytes.js";
import type { Block, Blockstore } from "./blocks.js";
import { cidBytes } from "./cid.js";

type Pieces = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/**
 * The part of npm's `interface-blockstore` that we use. Up to version 5 `get` answers with bytes, from
 * version 6 on with an iterable of them.
 */
export interface InterfaceBlockstore {
  get(cid: CID): Uint8Array | Promise<Uint8Array> | Pieces;
  putMany(
    source: Iterable<{ cid: CID; block: Uint8Array; bytes: Uint8Array }>,
  ): Iterable<unknown> | AsyncIterable<unknown>;
}

/** Our view of any store that implements `interface-blockstore`, such as Helia's. Always asynchronous. */
export function fromInterfaceBlockstore(store: InterfaceBlockstore): Blockstore {
  return {
    async get(cid) {
      try {
        return await collect(store.get(CID.decode(cidBytes(cid))));
      } catch (error) {
        if (isNotFound(error)) return undefined;
        throw error;
      }
    },
    async putMany(blocks) {
      // Storing happens while the answers are read.
      for await (const _ of store.putMany(pairs(blocks)));
    },
  };
}

/** Older versions call the bytes `block`, newer ones `bytes`. */
function* pairs(blocks: readonly Block[]): Generator<{ cid: CID; block: Uint8Array; bytes: Uint8Array }> {
  for (const { cid, data } of blocks) yield { cid: CID.decode(cidBytes(cid)), block: data, bytes: data };
}

async function collect(answer: ReturnType<InterfaceBlockstore["get"]>): Promise<Uint8Array> {
  const bytes = await answer;
  if (bytes instanceof Uint8Array) return bytes;
  const pieces: Uint8Array[] = [];
  for await (const piece of bytes) pieces.push(piece);
  return pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : concatBytes(...pieces);
}

/** Versions differ in the class, but agree on the name. */
function isNotFound(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error.name === "NotFoundError" || ("code" in error && error.code === "ERR_NOT_FOUND");
}
