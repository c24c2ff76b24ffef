import { expect, test } from "vitest";
import { type PackedBlocks, packBlocks } from "../../../src/blockstore/packed-blocks.js";
import { FolderWriter } from "../../../src/chain/sync/folder-writer.js";
import { DAG_CBOR } from "../../../src/encoding/codecs.js";
import type { Block } from "../../../src/ipld/block-access.js";
import { native } from "../../../src/native/index.js";

const MEBIBYTE = 1 << 20;

function block(number: number, bytes = 100): Block {
  const data = new Uint8Array(bytes).fill(number);
  return { cid: native.cidOf(DAG_CBOR, data), data };
}

const packed = (...blocks: Block[]): PackedBlocks => packBlocks(blocks);

/** A store that keeps the CIDs of each write. */
function folder() {
  const writes: string[][] = [];
  let failure: Error | undefined;
  const below = {
    get: () => undefined,
    async putMany(blocks: readonly Block[]) {
      await Promise.resolve();
      if (failure !== undefined) throw failure;
      writes.push(blocks.map(({ cid }) => cid));
    },
  };
  const written: number[] = [];
  return {
    writes,
    written,
    fails(error: Error | undefined) {
      failure = error;
    },
    writer: new FolderWriter(below, (blocks) => void written.push(blocks)),
  };
}

test("small blocks are written together when that is asked for, and are read before", async () => {
  const { writer, writes, written } = folder();
  const [a, b] = [block(1), block(2)];
  const stored = Promise.all([writer.store(packed(a)), writer.store(packed(b, a))]);
  expect(writer.get(a.cid)).toEqual(a.data);
  expect(writes).toEqual([]);
  await writer.flush();
  await stored;
  expect(writes).toEqual([[a.cid, b.cid]]);
  expect(written).toEqual([2]);
  expect(writer.get(a.cid)).toBeUndefined();
  await writer.flush();
  expect(writes).toHaveLength(1);
});

test("a mebibyte of blocks is written without being asked", async () => {
  const { writer, writes } = folder();
  const all = [block(1, MEBIBYTE / 2), block(2, MEBIBYTE / 2), block(3)];
  const [first, second, third] = all.map((one) => writer.store(packed(one)));
  await Promise.all([first, second]);
  await writer.flush();
  await third;
  expect(writes.flat()).toEqual(all.map(({ cid }) => cid));
});

test("each write is as large, however many blocks wait for it", async () => {
  const { writer, writes } = folder();
  const all = Array.from({ length: 6 }, (_, i) => block(i, MEBIBYTE / 2));
  const stored = all.map((one) => writer.store(packed(one)));
  await writer.flush();
  await Promise.all(stored);
  expect(writes).toEqual([0, 2, 4].map((i) => all.slice(i, i + 2).map(({ cid }) => cid)));
});

test("who gave a block hears that it could not be written; later ones are", async () => {
  const { writer, writes, fails } = folder();
  const [lost, kept] = [block(1), block(2)];
  const failure = new Error("disk");
  fails(failure);
  const losing = expect(writer.store(packed(lost))).rejects.toBe(failure);
  await writer.flush();
  await losing;
  fails(undefined);
  const keeping = writer.store(packed(kept));
  await writer.flush();
  await keeping;
  expect(writes).toEqual([[kept.cid]]);
});
