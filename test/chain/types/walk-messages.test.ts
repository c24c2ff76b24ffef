import { beforeAll, describe, expect, test } from "vitest";
import { idAddress } from "../../../src/address/address.js";
import { readBlocks, walkBlocks, writeBlocks } from "../../../src/blockstore/access.js";
import { BlockCache } from "../../../src/blockstore/block-cache.js";
import type { Blockstore } from "../../../src/blockstore/blocks.js";
import { MemoryBlockstore } from "../../../src/blockstore/memory-blockstore.js";
import {
  type BlockMessages,
  messageMetaCodec,
  readBlockMessages,
  writeBlockMessages,
} from "../../../src/chain/types/message-meta.js";
import { walkBlockMessages } from "../../../src/chain/types/walk-messages.js";
import type { Cid } from "../../../src/encoding/cid.js";
import { DAG_CBOR } from "../../../src/encoding/codecs.js";
import { encodeCborLatin1 } from "../../../src/ipld/cbor.js";
import { plainMessage } from "../../support/plain-network.js";

/** As many as an array of three levels holds. */
const MESSAGES = 300;

const memory = new MemoryBlockstore();
const bls = Array.from({ length: MESSAGES }, (_, nonce) =>
  plainMessage({ from: idAddress(100), to: idAddress(101), nonce }),
);
let meta: Cid;

beforeAll(async () => {
  meta = await writeBlocks(memory, (blocks) => writeBlockMessages(blocks, { bls, secp: [] }));
});

/** Notes what is asked, and in how many turns of the event loop, one of which each answer takes. */
class CountingStore implements Blockstore {
  readonly asked: Cid[] = [];
  turns = 0;
  #isTurn = false;

  constructor(
    private readonly store: Blockstore,
    private readonly isLate: boolean,
  ) {}

  get(cid: Cid): ReturnType<Blockstore["get"]> {
    this.asked.push(cid);
    if (!this.isLate) return this.store.get(cid);
    if (!this.#isTurn) {
      this.#isTurn = true;
      this.turns++;
      setImmediate(() => {
        this.#isTurn = false;
      });
    }
    return new Promise((resolve) => setImmediate(() => resolve(this.store.get(cid))));
  }

  putMany(): void {}
}

function walked(store: Blockstore, root: Cid): Promise<BlockMessages> {
  const blockCache = BlockCache.create(1 << 20);
  return walkBlocks(store, (blocks) => walkBlockMessages(blocks, root), { blockCache });
}

describe("messages of a block", () => {
  test("of a late store are fetched level by level, each block once", async () => {
    const store = new CountingStore(memory, true);
    expect(await walked(store, meta)).toEqual({ bls, secp: [] });
    expect(new Set(store.asked).size).toBe(store.asked.length);
    expect(store.asked.length).toBeGreaterThan(MESSAGES);
    // Meta, roots, two levels of nodes, and three times as many messages as are fetched at the same time.
    expect(store.turns).toBeLessThanOrEqual(7);
  });

  test("of a store that answers at once are asked for as by who reads them", async () => {
    const [walking, reading] = [new CountingStore(memory, false), new CountingStore(memory, false)];
    await walked(walking, meta);
    const blockCache = BlockCache.create(1 << 20);
    await readBlocks(reading, (blocks) => readBlockMessages(blocks, meta), { blockCache });
    expect(walking.asked).toEqual(reading.asked);
  });

  test("that are not there are missed", async () => {
    const found = new MemoryBlockstore();
    found.putMany([{ cid: meta, data: memory.get(meta) as Uint8Array }]);
    await expect(walked(new CountingStore(found, true), meta)).rejects.toMatchObject({
      code: "BLOCK_NOT_FOUND",
    });
  });

  test("whose array is none fail as when they are read", async () => {
    const store = new MemoryBlockstore();
    const root = await writeBlocks(store, (blocks) => {
      const none = blocks.put(DAG_CBOR, Uint8Array.of(0x80));
      return blocks.put(DAG_CBOR, encodeCborLatin1(messageMetaCodec, { bls: none, secp: none }));
    });
    const blockCache = BlockCache.create(1 << 20);
    const reading = readBlocks(store, (blocks) => readBlockMessages(blocks, root), { blockCache });
    const error = await reading.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "INVALID_AMT" });
    await expect(walked(new CountingStore(store, true), root)).rejects.toEqual(error);
  });
});
